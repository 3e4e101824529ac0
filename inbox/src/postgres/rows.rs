//! Rows of the core as rows of the database, and decisions as one call of its functions.

use ringback::ErrorKind;
use ringback::ledger::{Arrived, Delivery, DeliveryId, Fingerprint, Phase, RequestKey, ScopeKey, Submission};
use ringback::payload::Kind;
use ringback::time::{Millis, Now};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{GenericClient, Row};

use super::connection::{failure, is_conflict};
use super::schema::Statements;
use crate::error::Error;
use crate::ledger::{
    Announced, Announcement, Body, DeliveryWrite, Due, Entry, Facts, Keys, Name, Reason, Rows, Selection,
    SubmissionWrite, Submitted, Writes,
};

/// A parameter and its type: statements have no name, so that any pooler may stand in between.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// What a decision saw, and what tells whether it is still so.
pub struct Look {
    pub rows: Rows,
    /// Who wrote the submission last; 0 if there is none, nothing if nobody asked.
    submission: Option<i64>,
    /// Who wrote each delivery last, by its name; 0 if there is none.
    deliveries: Vec<(DeliveryId, i64)>,
    /// How many wait, if somebody asked.
    waiting: Option<i64>,
}

/// Reads what a decision wants to see. The time is the database's, unless there is a clock.
pub async fn look(
    client: &impl GenericClient,
    statements: &Statements,
    keys: &Keys,
    clock: Option<Now>,
) -> Result<Look, Error> {
    let scope = keys.scope.as_ref().map(|scope| &scope.as_bytes()[..]);
    let ids: Vec<&[u8]> = keys.deliveries.iter().map(|id| &id.as_bytes()[..]).collect();
    let moment = clock.map(|now| big(now.monotonic));
    let parameters: [Parameter<'_>; 4] =
        [(&scope, Type::BYTEA), (&ids, Type::BYTEA_ARRAY), (&keys.waiting, Type::BOOL), (&moment, Type::INT8)];
    let found = client.query_typed(&statements.look, &parameters).await.map_err(failure)?;
    let first = found.first().ok_or_else(|| corrupt("no moment"))?;
    let moment: i64 = column(first, 0)?;
    let fence: Option<&[u8]> = column(first, 1)?;
    let seen: Option<i64> = column(first, 2)?;
    let submission = match seen {
        Some(_) => Some(submitted(first, 3, keys.scope.ok_or_else(|| corrupt("a submission"))?)?),
        None => None,
    };
    let (mut entries, mut versions) = (Vec::<Entry>::new(), Vec::new());
    for row in &found {
        let Some(version) = column::<Option<i64>>(row, 13)? else { continue };
        let entry = entry(row, 14)?;
        versions.push((entry.facts.id, version));
        entries.push(entry);
    }
    for id in &keys.deliveries {
        if !versions.iter().any(|(known, _)| known == id) {
            versions.push((*id, 0));
        }
    }
    let waits = |entry: &&Entry| entry.facts.scope == keys.scope && entry.is_waiting();
    let waiting = (keys.waiting && keys.scope.is_some()).then(|| entries.iter().filter(waits).count() as i64);
    let fence = fence.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes);
    let now = clock.unwrap_or(Now::new(back(moment), back(moment)));
    Ok(Look {
        rows: Rows { submission, deliveries: entries, fence: u32::try_from(fence).unwrap_or(0), now },
        submission: keys.scope.map(|_| seen.unwrap_or(0)),
        deliveries: versions,
        waiting,
    })
}

/// The writes of a decision, column by column.
#[derive(Default)]
pub struct Change {
    scope: Option<Vec<u8>>,
    put: Option<bool>,
    submission: Option<Submitted>,
    op: Vec<i16>,
    ids: Vec<Vec<u8>>,
    phase: Vec<Option<i16>>,
    due: Vec<Option<i64>>,
    claim: Vec<Option<i64>>,
    arrivals: Vec<Option<i16>>,
    failures: Vec<Option<i16>>,
    marks: Vec<Option<i16>>,
    fingerprint: Vec<Option<Vec<u8>>>,
    reason: Vec<Option<i16>>,
    scopes: Vec<Option<Vec<u8>>>,
    first: Vec<Option<i64>>,
    kind: Vec<Option<i16>>,
    closes: Vec<Option<bool>>,
    job: Vec<Option<String>>,
    request: Vec<Option<String>>,
    sender: Vec<Option<Vec<u8>>>,
    route: Vec<Option<i64>>,
    content_type: Vec<Option<Vec<u8>>>,
    length: Vec<Option<i64>>,
    form: Vec<Option<i16>>,
    bodies: Vec<Option<Kept>>,
    tag_of: Vec<i32>,
    tags: Vec<Vec<u8>>,
    /// Those that are claimed because it is their turn: it must still be.
    turns: Vec<Vec<u8>>,
    /// Whether anybody but the one who wrote it would want to know.
    pub wakes: bool,
}

/// A body on its way: its bytes are shared, not copied.
#[derive(Debug)]
struct Kept(Body);

impl ToSql for Kept {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<tokio_postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.kept().1.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::BYTEA
    }

    tokio_postgres::types::to_sql_checked!();
}

impl Change {
    /// What is to be written, what is inserted first: only that may find that somebody was faster.
    pub fn new(keys: &Keys, seen: &Rows, writes: Writes) -> Change {
        let mut change = Change { scope: keys.scope.map(|scope| scope.as_bytes().to_vec()), ..Change::default() };
        match writes.submission.filter(|_| keys.scope.is_some()) {
            Some(SubmissionWrite::Put(submitted)) => {
                change.put = Some(true);
                change.submission = Some(submitted);
                change.wakes = true;
            }
            Some(SubmissionWrite::Remove) => change.put = Some(false),
            None => {}
        }
        let (inserts, others): (Vec<_>, Vec<_>) =
            writes.deliveries.into_iter().partition(|(_, write)| matches!(write, DeliveryWrite::Insert(..)));
        for (id, write) in inserts.into_iter().chain(others) {
            change.add(id, seen.delivery(id), write);
        }
        change
    }

    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.op.is_empty() && self.put.is_none()
    }

    /// How many deliveries are to be written.
    pub fn expected(&self) -> i64 {
        self.op.len() as i64
    }

    fn add(&mut self, id: DeliveryId, before: Option<&Entry>, write: DeliveryWrite) {
        let (op, row, reason) = match &write {
            DeliveryWrite::Insert(facts, row, _) => (0, Some(*row), facts.reason),
            DeliveryWrite::Update(row, reason) => (1, Some(*row), *reason),
            DeliveryWrite::Erase(row) => (2, Some(*row), Some(Reason::Erased)),
            DeliveryWrite::DropBody => (3, None, None),
            DeliveryWrite::Remove => (4, None, None),
        };
        if let (1, Some(row), Some(before)) = (op, row, before)
            && row.phase == Phase::Claimed
        {
            if before.its_turn && row.claim != before.row.claim {
                self.turns.push(id.as_bytes().to_vec());
            }
        } else {
            self.wakes = true;
        }
        self.op.push(op);
        self.ids.push(id.as_bytes().to_vec());
        self.phase.push(row.map(|row| row.phase as i16));
        self.due.push(row.map(|row| big(row.due)));
        self.claim.push(row.map(|row| i64::from(row.claim)));
        self.arrivals.push(row.map(|row| i16::from(row.arrivals)));
        self.failures.push(row.map(|row| i16::from(row.failures)));
        self.marks.push(row.map(|row| marks(&row)));
        self.fingerprint.push(row.map(|row| row.fingerprint.as_bytes().to_vec()));
        self.reason.push(reason.map(|reason| reason as i16));
        let (facts, body) = match write {
            DeliveryWrite::Insert(facts, _, body) => (Some(facts), Some(body)),
            _ => (None, None),
        };
        let facts = facts.as_deref();
        self.first.push(facts.and(row).map(|row| big(row.first)));
        self.scopes.push(facts.and_then(|facts| Some(facts.scope?.as_bytes().to_vec())));
        self.kind.push(facts.map(|facts| facts.kind as i16));
        self.closes.push(facts.map(|facts| facts.closes));
        self.job.push(facts.and_then(|facts| facts.job.clone()));
        self.request.push(facts.and_then(|facts| facts.request_id.clone()));
        self.sender.push(facts.map(|facts| facts.sender.clone().into_bytes()));
        self.route.push(facts.map(|facts| i64::from(facts.route)));
        self.content_type.push(facts.and_then(|facts| Some(facts.content_type.clone()?.into_bytes())));
        self.length.push(body.as_ref().map(|body| big(body.len())));
        self.form.push(body.as_ref().map(|body| i16::from(body.kept().0)));
        self.bodies.push(body.map(Kept));
        if let Some(facts) = facts {
            let mut tags: Vec<_> = facts.tags.iter().map(|tag| tag.clone().into_bytes()).collect();
            tags.sort_unstable();
            tags.dedup();
            self.tag_of.extend(tags.iter().map(|_| self.op.len() as i32));
            self.tags.extend(tags);
        }
    }

    /// Writes, and says whether what was expected was written; if not, somebody was faster and nothing was. Waits so long
    /// for each lock.
    pub async fn write(
        &self,
        client: &impl GenericClient,
        statements: &Statements,
        seen: &Look,
        patience: Millis,
    ) -> Result<bool, Error> {
        let scopes = seen.rows.deliveries.iter().filter_map(|entry| entry.facts.scope.map(|scope| *scope.as_bytes()));
        let inserted = self.scopes.iter().flatten().filter_map(|scope| scope.as_slice().try_into().ok());
        let own = self.scope.as_ref().and_then(|scope| scope.as_slice().try_into().ok());
        let mut locks: Vec<i64> = scopes.chain(inserted).chain(own).map(|scope| lock_of(&scope)).collect();
        locks.sort_unstable();
        locks.dedup();
        let ids: Vec<&[u8]> = seen.deliveries.iter().map(|(id, _)| &id.as_bytes()[..]).collect();
        let versions: Vec<i64> = seen.deliveries.iter().map(|(_, version)| *version).collect();
        let moment = big(seen.rows.now.monotonic);
        let patience = big(patience);
        let mut parameters: Vec<Parameter<'_>> = vec![
            (&patience, Type::INT8),
            (&locks, Type::INT8_ARRAY),
            (&self.scope, Type::BYTEA),
            (&seen.submission, Type::INT8),
            (&ids, Type::BYTEA_ARRAY),
            (&versions, Type::INT8_ARRAY),
            (&seen.waiting, Type::INT8),
            (&self.turns, Type::BYTEA_ARRAY),
            (&moment, Type::INT8),
        ];
        let columns = Columns::of(self);
        let statement = match self.is_empty() {
            true => &statements.confirm,
            false => {
                parameters.extend(columns.parameters(self));
                &statements.write
            }
        };
        match client.query_typed(statement, &parameters).await {
            Ok(said) => Self::verdict(said.first().map_or(Ok(0), |row| column(row, 0))?, self.expected()),
            Err(error) if is_conflict(&error) => Ok(false),
            Err(error) => Err(failure(error)),
        }
    }

    /// Writes in somebody's transaction, who has locked what it is about.
    pub async fn write_within(&self, client: &impl GenericClient, statements: &Statements) -> Result<bool, Error> {
        let columns = Columns::of(self);
        let parameters = columns.parameters(self);
        let written = client.query_typed_one(&statements.change, &parameters).await.map_err(failure)?;
        Self::verdict(column(&written, 0)?, self.expected())
    }

    fn verdict(written: i64, expected: i64) -> Result<bool, Error> {
        match written {
            -1 => Ok(false),
            written if written == expected => Ok(true),
            _ => Err(ErrorKind::DeliveryUnknown.into()),
        }
    }
}

/// The columns of a submission.
#[derive(Default)]
struct Columns<'a> {
    expected: Option<bool>,
    arrived: Option<i16>,
    overdue: Option<bool>,
    deliveries: Option<i64>,
    bound: Option<i64>,
    due: Option<i64>,
    job: Option<&'a str>,
    request: Option<&'a str>,
    context: Option<&'a [u8]>,
    since: Option<i64>,
}

impl<'a> Columns<'a> {
    fn of(change: &'a Change) -> Columns<'a> {
        let Some(Submitted { announcement, row, .. }) = &change.submission else { return Columns::default() };
        let arrived = match row.arrived {
            Arrived::No => 0,
            Arrived::Partly => 1,
            Arrived::Whole => 2,
        };
        Columns {
            expected: Some(row.expected),
            arrived: Some(arrived),
            overdue: Some(row.overdue),
            deliveries: Some(i64::from(row.deliveries)),
            bound: row.bound.map(|bound| i64::from(bound.bits())),
            due: Some(big(row.due)),
            job: announcement.job.as_deref(),
            request: announcement.request_id.as_deref(),
            context: announcement.context.as_deref(),
            since: Some(big(announcement.since)),
        }
    }

    fn parameters<'p>(&'p self, change: &'p Change) -> Vec<Parameter<'p>> {
        vec![
            (&change.scope, Type::BYTEA),
            (&change.put, Type::BOOL),
            (&self.expected, Type::BOOL),
            (&self.arrived, Type::INT2),
            (&self.overdue, Type::BOOL),
            (&self.deliveries, Type::INT8),
            (&self.bound, Type::INT8),
            (&self.due, Type::INT8),
            (&self.job, Type::TEXT),
            (&self.request, Type::TEXT),
            (&self.context, Type::BYTEA),
            (&self.since, Type::INT8),
            (&change.op, Type::INT2_ARRAY),
            (&change.ids, Type::BYTEA_ARRAY),
            (&change.phase, Type::INT2_ARRAY),
            (&change.due, Type::INT8_ARRAY),
            (&change.claim, Type::INT8_ARRAY),
            (&change.arrivals, Type::INT2_ARRAY),
            (&change.failures, Type::INT2_ARRAY),
            (&change.marks, Type::INT2_ARRAY),
            (&change.fingerprint, Type::BYTEA_ARRAY),
            (&change.reason, Type::INT2_ARRAY),
            (&change.scopes, Type::BYTEA_ARRAY),
            (&change.first, Type::INT8_ARRAY),
            (&change.kind, Type::INT2_ARRAY),
            (&change.closes, Type::BOOL_ARRAY),
            (&change.job, Type::TEXT_ARRAY),
            (&change.request, Type::TEXT_ARRAY),
            (&change.sender, Type::BYTEA_ARRAY),
            (&change.route, Type::INT8_ARRAY),
            (&change.content_type, Type::BYTEA_ARRAY),
            (&change.length, Type::INT8_ARRAY),
            (&change.form, Type::INT2_ARRAY),
            (&change.bodies, Type::BYTEA_ARRAY),
            (&change.tag_of, Type::INT4_ARRAY),
            (&change.tags, Type::BYTEA_ARRAY),
        ]
    }
}

/// The names of what is due. Nothing is held: a decision about each follows.
pub async fn due(
    client: &impl GenericClient,
    statements: &Statements,
    due: Due,
    limit: usize,
    clock: Option<Now>,
) -> Result<Vec<Name>, Error> {
    let (statement, moment) = match due {
        Due::Work => (&statements.work, clock.map(|now| big(now.monotonic))),
        Due::Delivery => (&statements.due_deliveries, clock.map(|now| big(now.wall))),
        Due::Submission => (&statements.due_submissions, clock.map(|now| big(now.wall))),
        Due::Body(before) => (&statements.due_bodies, Some(big(before))),
    };
    let limit = cap(limit);
    let parameters: [Parameter<'_>; 2] = [(&limit, Type::INT8), (&moment, Type::INT8)];
    let found = client.query_typed(statement, &parameters).await.map_err(failure)?;
    let named = |row: &Row| match due {
        Due::Submission => Ok(Name::Submission(ScopeKey::from_bytes(bytes(row, 0)?))),
        _ => name(row),
    };
    found.iter().map(named).collect()
}

/// Deliveries in the order of their arrival.
pub async fn select(
    client: &impl GenericClient,
    statements: &Statements,
    of: &Selection,
    after: u64,
    limit: usize,
    clock: Option<Now>,
) -> Result<Vec<Entry>, Error> {
    let (phase, kind, scope, tag): (i16, i16, &[u8], Vec<&[u8]>);
    let mut values: Vec<Parameter<'_>> = Vec::new();
    let (after, limit, moment) = (big(after), cap(limit), clock.map(|now| big(now.monotonic)));
    values.extend::<[Parameter<'_>; 3]>([(&moment, Type::INT8), (&after, Type::INT8), (&limit, Type::INT8)]);
    let id;
    let condition = match of {
        Selection::Phase(wanted) => {
            phase = *wanted as i16;
            values.push((&phase, Type::INT2));
            "d.phase = $4"
        }
        Selection::Unsettled => "d.phase IN (1, 2, 3)",
        Selection::Id(wanted) => {
            id = &wanted.as_bytes()[..];
            values.push((&id, Type::BYTEA));
            "d.id = $4"
        }
        Selection::Submission(wanted) | Selection::Kind(wanted, _) | Selection::Closing(wanted) => {
            scope = &wanted.as_bytes()[..];
            values.push((&scope, Type::BYTEA));
            match of {
                Selection::Kind(_, wanted) => {
                    kind = *wanted as i16;
                    values.push((&kind, Type::INT2));
                    "d.scope = $4 AND d.kind = $5"
                }
                Selection::Closing(_) => "d.scope = $4 AND d.closes",
                _ => "d.scope = $4",
            }
        }
        Selection::Job(job) => {
            values.push((job, Type::TEXT));
            "d.job = $4"
        }
        Selection::Request(id) => {
            values.push((id, Type::TEXT));
            "d.request_id = $4"
        }
        Selection::Tag(wanted) => {
            tag = vec![wanted.as_bytes()];
            values.push((&tag, Type::BYTEA_ARRAY));
            "d.tags @> $4 AND d.tags <> '{}'"
        }
    };
    let sql = format!("{} WHERE {condition} AND d.sequence > $2 ORDER BY d.sequence LIMIT $3", statements.deliveries);
    let found = client.query_typed(&sql, &values).await.map_err(failure)?;
    found.iter().map(|row| entry(row, 0)).collect()
}

/// Submissions, the newest first.
pub async fn submissions(
    client: &impl GenericClient,
    statements: &Statements,
    of: &Announced,
    limit: usize,
) -> Result<Vec<Submitted>, Error> {
    let limit = cap(limit);
    let mut values: Vec<Parameter<'_>> = vec![(&limit, Type::INT8)];
    let wanted: &[u8];
    let condition = match of {
        Announced::Scope(scope) => {
            wanted = scope.as_bytes();
            values.push((&wanted, Type::BYTEA));
            "s.scope = $2"
        }
        Announced::Job(job) => {
            values.push((job, Type::TEXT));
            "s.job = $2"
        }
        Announced::Request(id) => {
            values.push((id, Type::TEXT));
            "s.request_id = $2"
        }
        Announced::Awaited => "s.expected AND NOT s.overdue AND s.arrived <> 2",
        Announced::Overdue => "s.expected AND s.overdue AND s.arrived <> 2",
    };
    let sql = format!("{} WHERE {condition} ORDER BY s.since DESC, s.scope LIMIT $1", statements.submissions);
    let found = client.query_typed(&sql, &values).await.map_err(failure)?;
    found.iter().map(|row| submitted(row, 1, ScopeKey::from_bytes(bytes(row, 0)?))).collect()
}

/// The body of a delivery.
pub async fn body(client: &impl GenericClient, statements: &Statements, id: DeliveryId) -> Result<Option<Body>, Error> {
    let id = &id.as_bytes()[..];
    let found = client.query_typed(&statements.body, &[(&id, Type::BYTEA)]).await.map_err(failure)?;
    let Some(row) = found.first() else { return Ok(None) };
    let (form, kept, length): (i16, Vec<u8>, i64) = (column(row, 0)?, column(row, 1)?, column(row, 2)?);
    Body::from_kept(u8::try_from(form).unwrap_or(u8::MAX), kept, back(length)).map(Some)
}

/// How many deliveries are in each phase.
pub async fn tally(client: &impl GenericClient, statements: &Statements) -> Result<[u64; 5], Error> {
    let mut tally = [0; 5];
    for row in client.query_typed(&statements.tally, &[]).await.map_err(failure)? {
        let (phase, count): (i16, i64) = (column(&row, 0)?, column(&row, 1)?);
        if let Some(place) = usize::try_from(phase).ok().and_then(|phase| tally.get_mut(phase.wrapping_sub(1))) {
            *place = back(count);
        }
    }
    Ok(tally)
}

/// The name of a delivery in the first column.
pub fn name(row: &Row) -> Result<Name, Error> {
    Ok(Name::Delivery(DeliveryId::from_bytes(bytes(row, 0)?)))
}

/// Voids what depends on an earlier boot of a clock that is not the database's.
pub async fn boot(client: &impl GenericClient, statements: &Statements, boot: &[u8]) -> Result<(), Error> {
    client.query_typed(&statements.boot, &[(&boot, Type::BYTEA)]).await.map_err(failure).map(|_| ())
}

/// The columns of a delivery from this one on, as the statements name them.
fn entry(row: &Row, from: usize) -> Result<Entry, Error> {
    let phase: i16 = column(row, from + 3)?;
    let phase = u8::try_from(phase).ok().and_then(Phase::from_number).ok_or_else(|| corrupt("a phase"))?;
    let kind: i16 = column(row, from + 11)?;
    let kind = Kind::ALL.into_iter().find(|known| *known as i16 == kind).ok_or_else(|| corrupt("a kind"))?;
    let scope: Option<&[u8]> = column(row, from + 2)?;
    let marks: i16 = column(row, from + 8)?;
    let reason: Option<i16> = column(row, from + 13)?;
    let tags: Vec<Vec<u8>> = column(row, from + 20)?;
    let content_type: Option<Vec<u8>> = column(row, from + 18)?;
    Ok(Entry {
        sequence: back(column(row, from)?),
        facts: Facts {
            id: DeliveryId::from_bytes(bytes(row, from + 1)?),
            scope: scope
                .map(|scope| scope.try_into().map(ScopeKey::from_bytes))
                .transpose()
                .map_err(|_| corrupt("a scope"))?,
            kind,
            closes: column(row, from + 12)?,
            job: column(row, from + 14)?,
            request_id: column(row, from + 15)?,
            sender: text(column(row, from + 16)?),
            route: narrow(column::<i64>(row, from + 17)?)?,
            content_type: content_type.map(text),
            tags: tags.into_iter().map(text).collect(),
            length: back(column(row, from + 19)?),
            reason: reason.and_then(|reason| Reason::from_number(u8::try_from(reason).ok()?)),
        },
        row: Delivery {
            phase,
            due: back(column(row, from + 4)?),
            claim: narrow(column::<i64>(row, from + 5)?)?,
            arrivals: narrow(column::<i16>(row, from + 6)?)?,
            failures: narrow(column::<i16>(row, from + 7)?)?,
            brief: marks & BRIEF != 0,
            begun: marks & BEGUN != 0,
            late: marks & LATE != 0,
            revises: marks & REVISES != 0,
            first: back(column(row, from + 9)?),
            fingerprint: Fingerprint::from_bytes(bytes(row, from + 10)?),
        },
        has_body: column(row, from + 21)?,
        its_turn: column(row, from + 22)?,
    })
}

/// The columns of a submission from this one on.
fn submitted(row: &Row, from: usize, scope: ScopeKey) -> Result<Submitted, Error> {
    let bound: Option<i64> = column(row, from + 4)?;
    Ok(Submitted {
        scope,
        announcement: Announcement {
            job: column(row, from + 6)?,
            request_id: column(row, from + 7)?,
            context: column(row, from + 8)?,
            since: back(column(row, from + 9)?),
        },
        row: Submission {
            expected: column(row, from)?,
            arrived: match column::<i16>(row, from + 1)? {
                0 => Arrived::No,
                1 => Arrived::Partly,
                2 => Arrived::Whole,
                _ => return Err(corrupt("what arrived")),
            },
            overdue: column(row, from + 2)?,
            deliveries: narrow(column::<i64>(row, from + 3)?)?,
            bound: bound.map(narrow).transpose()?.map(RequestKey::from_bits),
            due: back(column(row, from + 5)?),
        },
    })
}

const BRIEF: i16 = 1;
const BEGUN: i16 = 1 << 1;
const LATE: i16 = 1 << 2;
const REVISES: i16 = 1 << 3;

fn marks(row: &Delivery) -> i16 {
    let marks = [(row.brief, BRIEF), (row.begun, BEGUN), (row.late, LATE), (row.revises, REVISES)];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).sum()
}

/// The advisory lock of a submission. Scopes are keyed hashes, so eight bytes of one are as good as any number.
fn lock_of(scope: &[u8; 12]) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *scope;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// `u64::MAX` is never, and so is the largest number of the database.
pub fn big(number: Millis) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub fn back(number: i64) -> u64 {
    if number == i64::MAX { u64::MAX } else { u64::try_from(number).unwrap_or(0) }
}

fn cap(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn narrow<A, B: TryFrom<A>>(number: A) -> Result<B, Error> {
    B::try_from(number).map_err(|_| corrupt("a number"))
}

/// What a sender chose was text when it came; nobody else writes here.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn bytes<const N: usize>(row: &Row, at: usize) -> Result<[u8; N], Error> {
    column::<&[u8]>(row, at)?.try_into().map_err(|_| corrupt("a key"))
}

/// A column, which this version or another one has written.
pub fn column<'r, T: tokio_postgres::types::FromSql<'r>>(row: &'r Row, at: usize) -> Result<T, Error> {
    row.try_get(at).map_err(|_| corrupt("a column"))
}

#[cold]
fn corrupt(what: &str) -> Error {
    Error::new(ErrorKind::StoreCorrupt, format_args!("{what} that no version has written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_never_stays_never() {
        for number in [0, 1, 1_795_000_000_000, u64::MAX] {
            assert_eq!(back(big(number)), number);
        }
        assert_eq!((back(-1), cap(usize::MAX)), (0, i64::MAX));
    }

    #[test]
    fn the_lock_of_a_submission_is_what_the_database_makes_of_its_scope() {
        // ('x' || 'ff00000000000001')::bit(64)::bigint
        assert_eq!(lock_of(&[0xff, 0, 0, 0, 0, 0, 0, 1, 9, 9, 9, 9]), -72_057_594_037_927_935);
    }

    #[test]
    fn what_is_not_written_is_known_and_a_fault_is_an_error() {
        assert_eq!(Change::verdict(-1, 1), Ok(false));
        assert_eq!(Change::verdict(2, 2), Ok(true));
        assert_eq!(Change::verdict(0, 1).map_err(|error| error.kind()), Err(ErrorKind::DeliveryUnknown));
    }
}
