//! Rows of the core as rows of the database.

use ringback::ErrorKind;
use ringback::ledger::{Arrived, Delivery, DeliveryId, Fingerprint, Phase, RequestKey, ScopeKey, Submission};
use ringback::payload::Kind;
use ringback::time::Now;
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, ToSql, params, params_from_iter};

use crate::error::Error;
use crate::ledger::{
    Announced, Announcement, Body, DeliveryWrite, Due, Entry, Facts, Keys, Name, Reason, Rows, Selection,
    SubmissionWrite, Submitted, Writes,
};

/// What is done with a database either works or fails as SQLite says.
pub type Result<T> = rusqlite::Result<T>;

/// Reads what a decision wants to see.
pub fn read(connection: &Connection, keys: &Keys, now: Now) -> Result<Rows> {
    let mut deliveries = Vec::with_capacity(keys.deliveries.len());
    for id in &keys.deliveries {
        deliveries.extend(select(connection, &Selection::Id(*id), 0, 1, now)?);
    }
    let submission = match keys.scope {
        Some(scope) => submissions(connection, &Announced::Scope(scope), 1)?.pop(),
        None => None,
    };
    if let (true, Some(scope)) = (keys.waiting, keys.scope) {
        let sql = format!(
            "{COLUMNS} WHERE scope = ?2 AND (phase = {} OR phase = {} AND reason = {})",
            Phase::Held as u8,
            Phase::Dead as u8,
            Reason::Incomplete as u8
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let waiting = statement.query_map(params![big(now.monotonic), scope.as_bytes()], entry)?;
        for entry in waiting {
            let entry = with_tags(connection, entry?)?;
            if !keys.deliveries.contains(&entry.facts.id) {
                deliveries.push(entry);
            }
        }
    }
    Ok(Rows { submission, deliveries, fence: fence(connection)?, now })
}

/// Writes what a decision says.
pub fn write(connection: &Connection, scope: Option<ScopeKey>, writes: Writes) -> std::result::Result<(), Error> {
    match (writes.submission, scope) {
        (Some(SubmissionWrite::Put(submitted)), Some(_)) => put_submission(connection, &submitted)?,
        (Some(SubmissionWrite::Remove), Some(scope)) => {
            connection.prepare_cached("DELETE FROM submissions WHERE scope = ?1")?.execute([scope.as_bytes()])?;
        }
        _ => {}
    }
    for (id, write) in writes.deliveries {
        let changed = match write {
            DeliveryWrite::Insert(facts, row, body) => insert(connection, &facts, &row, &body)?,
            DeliveryWrite::Update(row, reason) => update(connection, id, &row, reason)?,
            DeliveryWrite::Erase(row) => {
                empty(connection, id)?;
                let sql = "UPDATE deliveries SET job = NULL, request_id = NULL, sender = '', content_type = NULL,
                    length = 0, tagged = 0, has_body = 0 WHERE id = ?1";
                connection.prepare_cached(sql)?.execute([id.as_bytes()])?;
                update(connection, id, &row, Some(Reason::Erased))?
            }
            DeliveryWrite::DropBody => {
                let sql = "DELETE FROM bodies WHERE delivery = (SELECT sequence FROM deliveries WHERE id = ?1)";
                connection.prepare_cached(sql)?.execute([id.as_bytes()])?;
                connection
                    .prepare_cached("UPDATE deliveries SET has_body = 0 WHERE id = ?1")?
                    .execute([id.as_bytes()])?
            }
            DeliveryWrite::Remove => remove(connection, id)?,
        };
        if changed != 1 {
            return Err(ErrorKind::DeliveryUnknown.into());
        }
    }
    Ok(())
}

/// The names of what is due, as far as an index leads to it.
pub fn due(connection: &Connection, due: Due, limit: usize, now: Now) -> Result<Vec<Name>> {
    let limit = cap(limit);
    match due {
        Due::Submission => {
            let sql = "SELECT scope FROM submissions WHERE due <= ?1 ORDER BY due LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_map(params![big(now.wall), limit], |row| {
                Ok(Name::Submission(ScopeKey::from_bytes(row.get(0)?)))
            })?;
            found.collect()
        }
        Due::Work => {
            // Two walks along the index, each of which stops at its limit; lapsed leases are rare, and come first.
            let sql = format!(
                "SELECT id FROM deliveries d WHERE phase = ?3 AND queued = 1 AND due <= ?1 AND {ITS_TURN}
                 ORDER BY due, sequence LIMIT ?2"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found = Vec::new();
            for phase in [Phase::Claimed, Phase::Ready] {
                found.extend(names(&mut statement, params![big(now.monotonic), limit, phase as u8])?);
            }
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        }
        Due::Delivery => {
            let sql = "SELECT id FROM deliveries WHERE phase = ?3 AND queued = 0 AND due <= ?1
                ORDER BY due, sequence LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut found = Vec::new();
            for phase in [Phase::Held, Phase::Done, Phase::Dead] {
                found.extend(names(&mut statement, params![big(now.wall), limit, phase as u8])?);
            }
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        }
        Due::Body(before) => {
            let sql = "SELECT id FROM deliveries INDEXED BY deliveries_body
                WHERE phase = 4 AND has_body = 1 AND due <= ?1 ORDER BY due LIMIT ?2";
            names(&mut connection.prepare_cached(sql)?, params![big(before), limit])
        }
    }
}

/// Deliveries in the order of their arrival.
pub fn select(connection: &Connection, of: &Selection, after: u64, limit: usize, now: Now) -> Result<Vec<Entry>> {
    let (phase, kind);
    let mut values: Vec<&dyn ToSql> = Vec::new();
    let condition = match of {
        Selection::Phase(wanted) => {
            phase = *wanted as u8;
            values.push(&phase);
            "phase = ?4"
        }
        Selection::Unsettled => "phase IN (1, 2, 3)",
        Selection::Id(id) => {
            values.push(id.as_bytes());
            "id = ?4"
        }
        Selection::Submission(scope) => {
            values.push(scope.as_bytes());
            "scope = ?4"
        }
        Selection::Kind(scope, wanted) => {
            kind = *wanted as u8;
            values.extend([scope.as_bytes() as &dyn ToSql, &kind]);
            "scope = ?4 AND kind = ?5"
        }
        Selection::Closing(scope) => {
            values.push(scope.as_bytes());
            "scope = ?4 AND closes = 1"
        }
        Selection::Job(job) => {
            values.push(job);
            "job = ?4"
        }
        Selection::Request(id) => {
            values.push(id);
            "request_id = ?4"
        }
        Selection::Tag(tag) => {
            values.push(tag);
            "sequence IN (SELECT delivery FROM tags WHERE tag = ?4)"
        }
    };
    let sql = format!("{COLUMNS} WHERE {condition} AND sequence > ?2 ORDER BY sequence LIMIT ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let (monotonic, after, limit) = (big(now.monotonic), big(after), cap(limit));
    let first: [&dyn ToSql; 3] = [&monotonic, &after, &limit];
    let found = statement.query_map(params_from_iter(first.into_iter().chain(values)), entry)?;
    found.map(|entry| with_tags(connection, entry?)).collect()
}

/// Submissions, the newest first.
pub fn submissions(connection: &Connection, of: &Announced, limit: usize) -> Result<Vec<Submitted>> {
    let none: &dyn ToSql = &rusqlite::types::Null;
    let (condition, value) = match of {
        Announced::Scope(scope) => ("scope = ?1", scope.as_bytes() as &dyn ToSql),
        Announced::Job(job) => ("job = ?1", job as &dyn ToSql),
        Announced::Request(id) => ("request_id = ?1", id as &dyn ToSql),
        Announced::Awaited => ("?1 IS NULL AND expected = 1 AND overdue = 0 AND arrived <> 2", none),
        Announced::Overdue => ("?1 IS NULL AND expected = 1 AND overdue = 1 AND arrived <> 2", none),
    };
    let sql = format!(
        "SELECT scope, expected, arrived, overdue, deliveries, bound, due, job, request_id, context, since
         FROM submissions WHERE {condition} ORDER BY since DESC, scope LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(params![value, cap(limit)], submitted)?;
    found.collect()
}

/// The body of a delivery.
pub fn body(connection: &Connection, id: DeliveryId) -> Result<Option<(u8, Vec<u8>, u64)>> {
    let sql = "SELECT form, bytes, length FROM bodies
        WHERE delivery = (SELECT sequence FROM deliveries WHERE id = ?1)";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, back(row.get(2)?)))).optional()
}

/// How many deliveries are in each phase.
pub fn tally(connection: &Connection) -> Result<[u64; 5]> {
    let mut tally = [0; 5];
    let mut statement = connection.prepare_cached("SELECT phase, count(*) FROM deliveries GROUP BY phase")?;
    let counts = statement.query_map([], |row| Ok((row.get::<_, u8>(0)?, back(row.get(1)?))))?;
    for count in counts {
        let (phase, count) = count?;
        if let Some(place) = tally.get_mut(usize::from(phase).wrapping_sub(1)) {
            *place = count;
        }
    }
    Ok(tally)
}

/// That nobody handles another one of its submission, and that none before it may be claimed. `?1` is the present moment
/// of the monotonic clock.
macro_rules! its_turn {
    () => {
        "(scope IS NULL OR (NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.scope = d.scope
            AND r.phase = 3 AND r.due > ?1 AND r.sequence <> d.sequence)
        AND NOT EXISTS (SELECT 1 FROM deliveries r WHERE r.scope = d.scope AND r.phase IN (2, 3) AND r.due <= ?1
            AND r.sequence < d.sequence)))"
    };
}

const ITS_TURN: &str = its_turn!();

const COLUMNS: &str = concat!(
    "SELECT sequence, id, scope, phase, due, claim, arrivals, failures, marks, first, fingerprint, kind, closes, reason,
    job, request_id, sender, route, content_type, length, tagged, has_body, ",
    its_turn!(),
    " FROM deliveries d"
);

fn entry(row: &Row<'_>) -> Result<Entry> {
    let phase = Phase::from_number(row.get(3)?).ok_or_else(|| foreign(3))?;
    let kind: u8 = row.get(11)?;
    let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or_else(|| foreign(11))?;
    let marks: u8 = row.get(8)?;
    let reason: Option<u8> = row.get(13)?;
    let scope: Option<[u8; 12]> = row.get(2)?;
    // The number of tags, until they are read.
    let tagged: u8 = row.get(20)?;
    Ok(Entry {
        sequence: back(row.get(0)?),
        facts: Facts {
            id: DeliveryId::from_bytes(row.get(1)?),
            scope: scope.map(ScopeKey::from_bytes),
            kind,
            closes: row.get(12)?,
            job: row.get(14)?,
            request_id: row.get(15)?,
            sender: row.get(16)?,
            route: row.get(17)?,
            content_type: row.get(18)?,
            tags: vec![String::new(); usize::from(tagged)],
            length: back(row.get(19)?),
            reason: reason.and_then(Reason::from_number),
        },
        row: Delivery {
            phase,
            due: back(row.get(4)?),
            claim: row.get(5)?,
            arrivals: row.get(6)?,
            failures: row.get(7)?,
            brief: marks & BRIEF != 0,
            begun: marks & BEGUN != 0,
            late: marks & LATE != 0,
            revises: marks & REVISES != 0,
            first: back(row.get(9)?),
            fingerprint: Fingerprint::from_bytes(row.get(10)?),
        },
        its_turn: row.get(22)?,
        has_body: row.get(21)?,
    })
}

const BRIEF: u8 = 1;
const BEGUN: u8 = 1 << 1;
const LATE: u8 = 1 << 2;
const REVISES: u8 = 1 << 3;

fn marks(row: &Delivery) -> u8 {
    let marks = [(row.brief, BRIEF), (row.begun, BEGUN), (row.late, LATE), (row.revises, REVISES)];
    marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).sum()
}

fn with_tags(connection: &Connection, mut entry: Entry) -> Result<Entry> {
    if !entry.facts.tags.is_empty() {
        let mut statement = connection.prepare_cached("SELECT tag FROM tags WHERE delivery = ?1 ORDER BY tag")?;
        let tags = statement.query_map([big(entry.sequence)], |row| row.get(0))?;
        entry.facts.tags = tags.collect::<Result<_>>()?;
    }
    Ok(entry)
}

fn submitted(row: &Row<'_>) -> Result<Submitted> {
    let bound: Option<u32> = row.get(5)?;
    Ok(Submitted {
        scope: ScopeKey::from_bytes(row.get(0)?),
        announcement: Announcement {
            job: row.get(7)?,
            request_id: row.get(8)?,
            context: row.get(9)?,
            since: back(row.get(10)?),
        },
        row: Submission {
            expected: row.get(1)?,
            arrived: match row.get(2)? {
                0_u8 => Arrived::No,
                1 => Arrived::Partly,
                2 => Arrived::Whole,
                _ => return Err(foreign(2)),
            },
            overdue: row.get(3)?,
            deliveries: row.get(4)?,
            bound: bound.map(RequestKey::from_bits),
            due: back(row.get(6)?),
        },
    })
}

fn put_submission(connection: &Connection, submitted: &Submitted) -> Result<()> {
    let Submitted { scope, announcement, row } = submitted;
    let arrived = match row.arrived {
        Arrived::No => 0,
        Arrived::Partly => 1,
        Arrived::Whole => 2,
    };
    let sql = "INSERT OR REPLACE INTO submissions
        (scope, expected, arrived, overdue, deliveries, bound, due, job, request_id, context, since)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    connection.prepare_cached(sql)?.execute(params![
        scope.as_bytes(),
        row.expected,
        arrived,
        row.overdue,
        row.deliveries,
        row.bound.map(RequestKey::bits),
        big(row.due),
        announcement.job,
        announcement.request_id,
        announcement.context,
        big(announcement.since),
    ])?;
    Ok(())
}

fn insert(connection: &Connection, facts: &Facts, row: &Delivery, body: &Body) -> Result<usize> {
    let mut tags = facts.tags.clone();
    tags.sort_unstable();
    tags.dedup();
    let sql =
        "INSERT INTO deliveries (id, scope, phase, due, claim, arrivals, failures, marks, first, fingerprint, kind,
        closes, reason, job, request_id, sender, route, content_type, length, tagged, has_body, queued)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, 1,
        CASE ?3 WHEN 3 THEN 1 WHEN 2 THEN ?2 IS NULL OR NOT EXISTS (SELECT 1 FROM deliveries
            WHERE scope = ?2 AND phase = 2 AND failures = 0) ELSE 0 END)";
    let inserted = connection.prepare_cached(sql)?.execute(params![
        facts.id.as_bytes(),
        facts.scope.as_ref().map(ScopeKey::as_bytes),
        row.phase as u8,
        big(row.due),
        row.claim,
        row.arrivals,
        row.failures,
        marks(row),
        big(row.first),
        row.fingerprint.as_bytes(),
        facts.kind as u8,
        facts.closes,
        facts.reason.map(|reason| reason as u8),
        facts.job,
        facts.request_id,
        facts.sender,
        facts.route,
        facts.content_type,
        big(facts.length),
        tags.len() as i64,
    ])?;
    let sequence = connection.last_insert_rowid();
    for tag in &tags {
        let sql = "INSERT INTO tags (tag, delivery) VALUES (?1, ?2)";
        connection.prepare_cached(sql)?.execute(params![tag, sequence])?;
    }
    let (form, bytes) = body.kept();
    let sql = "INSERT INTO bodies (delivery, form, length, bytes) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![sequence, form, big(body.len()), bytes])?;
    Ok(inserted)
}

fn update(connection: &Connection, id: DeliveryId, row: &Delivery, reason: Option<Reason>) -> Result<usize> {
    let sql = "UPDATE deliveries SET phase = ?2, due = ?3, claim = ?4, arrivals = ?5, failures = ?6, marks = ?7,
        fingerprint = ?8, reason = coalesce(?9, reason), queued = ?2 IN (2, 3) WHERE id = ?1";
    let updated = connection.prepare_cached(sql)?.execute(params![
        id.as_bytes(),
        row.phase as u8,
        big(row.due),
        row.claim,
        row.arrivals,
        row.failures,
        marks(row),
        row.fingerprint.as_bytes(),
        reason.map(|reason| reason as u8),
    ])?;
    if row.phase != Phase::Ready {
        let sql = "SELECT scope FROM deliveries WHERE id = ?1";
        let scope = connection.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?.flatten();
        queue_next(connection, scope)?;
    }
    Ok(updated)
}

/// The first of a submission that is ready and has not failed is found by whoever looks for work. What has failed is
/// found anyway, for it became ready by an update.
fn queue_next(connection: &Connection, scope: Option<[u8; 12]>) -> Result<()> {
    let Some(scope) = scope else { return Ok(()) };
    let sql = "SELECT sequence, queued FROM deliveries WHERE scope = ?1 AND phase = 2 AND failures = 0
        ORDER BY sequence LIMIT 1";
    let first: Option<(i64, bool)> =
        connection.prepare_cached(sql)?.query_row([scope], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((sequence, false)) = first {
        connection.prepare_cached("UPDATE deliveries SET queued = 1 WHERE sequence = ?1")?.execute([sequence])?;
    }
    Ok(())
}

fn remove(connection: &Connection, id: DeliveryId) -> Result<usize> {
    let sql = "SELECT claim, scope FROM deliveries WHERE id = ?1";
    let row = connection.prepare_cached(sql)?.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)));
    let (claim, scope): (u32, Option<[u8; 12]>) = row.optional()?.unwrap_or_default();
    if claim > fence(connection)? {
        let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES ('fence', ?1)";
        connection.prepare_cached(sql)?.execute([&claim.to_le_bytes()[..]])?;
    }
    empty(connection, id)?;
    let removed = connection.prepare_cached("DELETE FROM deliveries WHERE id = ?1")?.execute([id.as_bytes()])?;
    queue_next(connection, scope)?;
    Ok(removed)
}

/// Takes away the body and the tags.
fn empty(connection: &Connection, id: DeliveryId) -> Result<()> {
    for sql in [
        "DELETE FROM bodies WHERE delivery = (SELECT sequence FROM deliveries WHERE id = ?1)",
        "DELETE FROM tags WHERE delivery = (SELECT sequence FROM deliveries WHERE id = ?1)",
    ] {
        connection.prepare_cached(sql)?.execute([id.as_bytes()])?;
    }
    Ok(())
}

fn fence(connection: &Connection) -> Result<u32> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = 'fence'")?;
    let fence: Option<[u8; 4]> = statement.query_row([], |row| row.get(0)).optional()?;
    Ok(fence.map_or(0, u32::from_le_bytes))
}

fn names(statement: &mut CachedStatement<'_>, values: &[&dyn ToSql]) -> Result<Vec<Name>> {
    let found = statement.query_map(values, |row| Ok(Name::Delivery(DeliveryId::from_bytes(row.get(0)?))))?;
    found.collect()
}

/// SQLite has signed integers; its largest stands for never.
fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn back(number: i64) -> u64 {
    if number == i64::MAX { u64::MAX } else { u64::try_from(number).unwrap_or(0) }
}

fn cap(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A number that no version of this program has written there.
fn foreign(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "a number".into(), Type::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// What SQLite is asked while the tests of this module look; one connection each, so no two of them mix.
    static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn remember(event: rusqlite::trace::TraceEvent<'_>) {
        if let rusqlite::trace::TraceEvent::Stmt(statement, _) = event {
            crate::lock(&ASKED).push(statement.sql().into_owned());
        }
    }

    #[test]
    fn nothing_that_is_asked_often_walks_over_a_table_or_sorts_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        super::super::schema::prepare(&mut connection, b"boot", None).unwrap();
        connection.trace_v2(rusqlite::trace::TraceEventCodes::SQLITE_TRACE_STMT, Some(remember));
        let (now, scope) = (Now::new(5, 5), ScopeKey::from_bytes([1; 12]));
        for what in [Due::Work, Due::Delivery, Due::Submission, Due::Body(5)] {
            due(&connection, what, 9, now).unwrap();
        }
        for of in [
            Selection::Id(DeliveryId::from_bytes([1; 16])),
            Selection::Job("job".into()),
            Selection::Request("id".into()),
            Selection::Closing(scope),
            Selection::Tag("tag".into()),
        ] {
            select(&connection, &of, 0, 9, now).unwrap();
        }
        for of in [
            Announced::Scope(scope),
            Announced::Job("job".into()),
            Announced::Request("id".into()),
            Announced::Awaited,
            Announced::Overdue,
        ] {
            submissions(&connection, &of, 9).unwrap();
        }
        read(&connection, &Keys { scope: Some(scope), waiting: true, ..Keys::default() }, now).unwrap();
        connection.trace_v2(rusqlite::trace::TraceEventCodes::empty(), None);
        let asked = std::mem::take(&mut *crate::lock(&ASKED));
        assert!(asked.len() >= 15);
        for sql in asked {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>>>().unwrap();
            // What belongs to one submission, or has one tag, is little, and may be sorted.
            let little = sql.contains("scope =") || sql.contains("tag =") || sql.contains("request_id =");
            for step in steps {
                // That index holds nothing but what is asked for.
                let walks = step.starts_with("SCAN") && !step.ends_with("USING INDEX submissions_awaited");
                assert!(!walks, "{step}: {sql}");
                assert!(little || !step.contains("TEMP B-TREE FOR ORDER"), "{step}: {sql}");
            }
        }
    }
}
