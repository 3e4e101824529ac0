//! A delivery comes in: it is kept, and answered.
//!
//! What becomes of the rows is the core's decision. What is added here is where the bodies go that the core only speaks
//! about: dead letters of an arrival, the second of two that differ, the part that a whole document supersedes.

use std::time::Instant;

use ringback::ledger::{
    self, Arrival, Claim, Delivery, DeliveryId, Fingerprint, Grant, Outcome, Phase, Rules, Settled, Verdict, delivery,
};
use ringback::policy::{Answer, Backing, Keep, Policy, Situation};
use ringback::time::{Millis, UnixMillis};
use ringback::{ErrorKind, Gate, Head, gate};

use super::claim::Work;
use super::{Answering, Inbox};
use crate::error::Error;
use crate::killpoint;
use crate::ledger::{
    Announcement, Body, DeliveryWrite, Facts, Keys, Lent, Reason, Rows, SubmissionWrite, Submitted, Writes, decide,
};

/// What to do with a delivery.
#[derive(Debug)]
#[must_use = "the sender waits for an answer"]
pub enum Decision {
    /// Answer this.
    Answer(Answer),
    /// Handle this, and [finish](Inbox::finish) it: that gives the answer. Only with [`Answering::Handled`].
    Handle(Box<Work>),
}

impl Inbox {
    /// Receives one delivery whole: head and decoded body. A secret in the body is overwritten before it is kept.
    ///
    /// The gate has the seed of this inbox and the answers of [`Backing::Inbox`]. Blocks until the delivery is durable,
    /// or 3 seconds have passed: then the answer is 503, and if it was written after all, the next attempt is a repeat.
    pub fn receive(&self, gate: &Gate<'_>, head: &Head<'_>, body: &mut [u8]) -> Decision {
        let examined = examine(gate, head, body, self.now().wall);
        match examined {
            Ok(delivery) => self.accept(gate.policy(), &delivery, head.content_type_text()),
            Err(answer) => Decision::Answer(self.metrics().refused(answer)),
        }
    }

    /// Keeps a delivery that a gate has examined. What the policy says is not to be kept, is not.
    pub fn accept(&self, policy: &Policy, delivery: &gate::Delivery<'_, '_>, content_type: Option<&str>) -> Decision {
        let mut decision = self.accept_in_place(policy, delivery, content_type, None);
        if let Decision::Handle(work) = &mut decision {
            work.body = delivery.content.bytes().to_vec();
        }
        decision
    }

    /// The same for a caller that keeps the body, and perhaps lends it to a store that has room: that of the work is empty.
    pub(crate) fn accept_in_place(
        &self,
        policy: &Policy,
        delivery: &gate::Delivery<'_, '_>,
        content_type: Option<&str>,
        lent: Option<Lent>,
    ) -> Decision {
        let decision = self.decide(policy, delivery, content_type, lent);
        if let Decision::Answer(answer) = &decision {
            self.metrics().answered(delivery.kind, answer);
        }
        decision
    }

    fn decide(
        &self,
        policy: &Policy,
        delivery: &gate::Delivery<'_, '_>,
        content_type: Option<&str>,
        lent: Option<Lent>,
    ) -> Decision {
        if let Some((hindrance, error)) = delivery.hindrance()
            && policy.rule(hindrance).keep == Keep::Nothing
        {
            return Decision::Answer(policy.answer(hindrance).because(error));
        }
        let begun = Instant::now();
        let said = self.keep(policy, delivery, content_type, lent);
        let (situation, grant, waited) = match said {
            Ok(said) => said,
            Err(error) => return Decision::Answer(unavailable(policy, &error)),
        };
        self.metrics().stored(begun.elapsed());
        waited.into_iter().for_each(|span| self.metrics().came_back(span));
        match grant {
            Some((grant, arrived, facts, announcement)) => {
                Decision::Handle(Box::new(Work::new(&grant, arrived, *facts, announcement, Vec::new())))
            }
            None if matches!(situation, Situation::InProgress | Situation::Held)
                && self.settings().answering == Answering::Handled =>
            {
                // A process that freezes after its reply must not be relied upon to handle it later.
                Decision::Answer(Policy::new(Backing::Memory).answer(situation))
            }
            None => Decision::Answer(match delivery.hindrance() {
                Some((hindrance, error)) if hindrance == situation => policy.answer(situation).because(error),
                _ => policy.answer(situation),
            }),
        }
    }

    /// Records how the handling ended, and says what to answer.
    pub fn finish(&self, policy: &Policy, claim: Claim, outcome: Outcome) -> Answer {
        match self.settle(claim, outcome) {
            Ok(Settled::Done) => policy.answer(Situation::Handled),
            Ok(Settled::Again { .. }) => policy.answer(Situation::Failed),
            Ok(Settled::Dead) => policy.answer(Situation::Dead),
            Err(error) if matches!(error.kind(), ErrorKind::ClaimStale | ErrorKind::DeliveryUnknown) => {
                Policy::new(Backing::Memory).answer(Situation::InProgress).because(error.kind().into())
            }
            Err(error) => unavailable(policy, &error),
        }
    }

    fn keep(
        &self,
        policy: &Policy,
        delivery: &gate::Delivery<'_, '_>,
        content_type: Option<&str>,
        lent: Option<Lent>,
    ) -> Result<Kept, Error> {
        let hindrance = delivery.hindrance().map(|(situation, _)| situation);
        let identity = &delivery.identity;
        let id = match identity.id {
            Some(id) if !killpoint::planted("repeats-kept") => id,
            _ => DeliveryId::from_bytes(crate::random()?),
        };
        let arrival = Arrival {
            scope: identity.scope,
            delivery: Some(id),
            request: identity.request,
            closes: delivery.kind.closes(),
            stream: delivery.kind.is_stream(),
            late: delivery.admitted.is_late(),
            require_expected: self.settings().require_expected && delivery.admitted.ticket().is_none(),
            remember: !delivery.brief,
            doomed: hindrance.is_some(),
            ..Arrival::new(identity.fingerprint)
        };
        let arriving = Arriving {
            rules: self.rules(),
            answering: self.settings().answering,
            differing: policy.rule(Situation::Differing).keep,
            mismatch: policy.rule(Situation::Mismatch).keep,
            arrival,
            id,
            beside: beside(id, identity.fingerprint),
            hindrance,
            facts: facts(id, delivery, content_type),
            body: match lent {
                _ if !self.ledger().is_roomy() => Body::new(delivery.content.bytes()),
                Some(lent) => Body::lent(lent),
                None => Body::plain(delivery.content.bytes()),
            },
        };
        self.record_or_spool(arriving)
    }

    /// Lets the core decide about an arrival, and writes what it says.
    pub(super) fn record(&self, mut arriving: Arriving) -> Result<Kept, Error> {
        let keys = Keys {
            scope: arriving.arrival.scope,
            deliveries: vec![arriving.id, arriving.beside],
            waiting: arriving.supersedes(),
            bytes: arriving.body.kept().1.len() as u64,
        };
        decide(&**self.ledger(), keys, move |rows| arriving.decide(rows))
    }
}

/// The situation; the right to handle it if it is to be handled at once; how long its submission has waited for it, if it is
/// what that was made for.
pub(super) type Kept = (Situation, Option<(Grant, UnixMillis, Box<Facts>, Announcement)>, Option<Millis>);

/// Everything about an arrival that a decision needs.
#[derive(Clone)]
pub(super) struct Arriving {
    pub rules: Rules,
    pub answering: Answering,
    /// What becomes of the second of two that differ.
    pub differing: Keep,
    /// What becomes of one that is not its submission's.
    pub mismatch: Keep,
    pub arrival: Arrival,
    pub id: DeliveryId,
    /// The name under which it is kept if it differs from what is kept under its own.
    pub beside: DeliveryId,
    pub hindrance: Option<Situation>,
    pub facts: Facts,
    pub body: Body,
}

/// Where an arrival goes.
struct Filed {
    id: DeliveryId,
    /// The row that is there already.
    known: Option<Delivery>,
    decision: ledger::Decision,
    situation: Situation,
    reason: Option<Reason>,
}

impl Arriving {
    fn decide(&mut self, rows: &Rows) -> (Writes, Kept) {
        let submission = rows.submission.as_ref().map(|submitted| submitted.row);
        let known = rows.delivery(self.id).map(|entry| entry.row);
        let decision = self.arrival.decide(&self.rules, submission, known, rows.fence, rows.now);
        let mut writes = Writes::default();
        let mut filed = match decision.verdict {
            Verdict::Differing => {
                // The row of the first counts the attempt; the second has a name of its own.
                writes = update(writes, self.id, known, decision.delivery, None);
                self.file(Reason::Differing, self.differing, self.beside, decision, rows)
            }
            Verdict::Mismatch if self.mismatch == Keep::Nothing => return (writes, (Situation::Mismatch, None, None)),
            Verdict::Mismatch => self.file(Reason::Mismatch, self.mismatch, self.id, decision, rows),
            verdict => {
                let reason = self.hindrance.map(reason_of);
                Filed { id: self.id, known, decision, situation: situation_of(verdict, self.hindrance), reason }
            }
        };
        // Whether its sender is answered before its handler or afterwards.
        let is_stored = filed.situation == Situation::Stored;
        let granted = match self.answering {
            Answering::Stored => None,
            Answering::Handled => self.claim(&mut filed, rows),
        };

        let announcement = rows.submission.as_ref().map(|submitted| submitted.announcement.clone());
        let mut facts = Box::new(Facts { id: filed.id, reason: filed.reason, ..self.facts.clone() });
        facts.closes &= !filed.reason.is_some_and(Reason::is_of_arrival);
        facts.job = facts.job.or_else(|| announcement.as_ref()?.job.clone());
        writes = match (filed.known, filed.decision.delivery) {
            (None, Some(row)) => writes.and(filed.id, DeliveryWrite::Insert(facts.clone(), row, self.body.clone())),
            // What is known keeps the reason that it came with.
            (known, row) => {
                let died = filed.reason.filter(|reason| *reason == Reason::Failed);
                update(writes, filed.id, known, row, died)
            }
        };
        if let (Some(scope), Some(row)) = (self.arrival.scope, filed.decision.submission)
            && filed.decision.submission != submission
        {
            let heard_of = Announcement { since: rows.now.wall, ..Announcement::default() };
            let announcement = announcement.clone().unwrap_or(heard_of);
            writes.submission = Some(SubmissionWrite::Put(Submitted { scope, announcement, row }));
        }
        if self.supersedes() && filed.reason.is_none() {
            let parts = rows.deliveries.iter().filter(|entry| {
                entry.facts.scope == self.arrival.scope
                    && entry.row.phase == Phase::Dead
                    && entry.facts.reason == Some(Reason::Incomplete)
            });
            writes = parts.fold(writes, |writes, part| writes.and(part.facts.id, DeliveryWrite::Remove));
        }
        let answers = filed.known.is_none() && is_stored && facts.closes;
        let expected = submission.is_some_and(|row| row.expected);
        let since = announcement.as_ref().filter(|_| answers && expected).map(|known| known.since);
        let waited = since.map(|since| rows.now.wall.saturating_sub(since));
        let first = filed.decision.delivery.map_or(rows.now.wall, |row| row.first);
        let work = granted.map(|grant| (grant, first, facts, announcement.unwrap_or_default()));
        (writes, (filed.situation, work, waited))
    }

    /// Files it under this name for this reason, as a dead letter unless it is to be handled; the limit of its submission
    /// holds all the same.
    fn file(&self, reason: Reason, keep: Keep, id: DeliveryId, first: ledger::Decision, rows: &Rows) -> Filed {
        let known = rows.delivery(id).map(|entry| entry.row);
        let doomed = keep != Keep::Handler;
        let arrival = Arrival { delivery: Some(id), doomed, ..self.arrival };
        let decision = arrival.decide(&self.rules, first.submission, known, rows.fence, rows.now);
        let verdict = match decision.verdict {
            // Its own repeats are told by their bytes.
            verdict @ (Verdict::TooMany | Verdict::Full) => verdict,
            verdict @ (Verdict::Repeat | Verdict::InProgress) if !doomed => verdict,
            _ => first.verdict,
        };
        Filed { id, known, decision, situation: situation_of(verdict, None), reason: Some(reason) }
    }

    /// Claims it at once, if it is to be handled and nobody else does.
    fn claim(&self, filed: &mut Filed, rows: &Rows) -> Option<Grant> {
        let row = filed.decision.delivery.filter(|row| matches!(row.phase, Phase::Ready | Phase::Claimed))?;
        filed.situation = Situation::InProgress;
        let (row, verdict) = delivery::transition(&self.rules, Some(row), delivery::Event::Claim, rows.now);
        filed.decision.delivery = row;
        match verdict {
            delivery::Verdict::Handle { claim, again } => {
                Some(Grant::new(Claim { delivery: Some(filed.id), fence: claim }, again, &row?))
            }
            delivery::Verdict::Died => {
                filed.reason = Some(Reason::Failed);
                None
            }
            _ => None,
        }
    }

    /// Whether it makes up for what was cut off before: the one document of its submission.
    fn supersedes(&self) -> bool {
        self.arrival.closes && !self.arrival.stream && self.arrival.scope.is_some()
    }
}

fn update(
    writes: Writes,
    id: DeliveryId,
    before: Option<Delivery>,
    after: Option<Delivery>,
    reason: Option<Reason>,
) -> Writes {
    match (before, after) {
        (Some(before), Some(after)) if before != after => writes.and(id, DeliveryWrite::Update(after, reason)),
        _ => writes,
    }
}

fn examine<'b, 'c>(
    gate: &Gate<'c>,
    head: &Head<'_>,
    body: &'b mut [u8],
    now: u64,
) -> Result<gate::Delivery<'b, 'c>, Answer> {
    let mut admitted = gate.admit(head, now)?;
    if body.len() as u64 > gate.body_limit(&admitted) {
        return Err(gate.too_large());
    }
    if gate.looks_into_the_body() {
        admitted = gate.unlock(admitted, body, now)?;
    }
    gate.examine(admitted, head, body)
}

fn facts(id: DeliveryId, delivery: &gate::Delivery<'_, '_>, content_type: Option<&str>) -> Facts {
    let tags = delivery.payload().into_iter().flat_map(|payload| payload.tags().iter());
    Facts {
        id,
        scope: delivery.identity.scope,
        kind: delivery.kind,
        closes: delivery.kind.closes(),
        job: delivery.admitted.job().map(str::to_owned),
        request_id: delivery.request_id.map(|id| id.to_string()),
        sender: delivery.admitted.sender().to_owned(),
        route: delivery.route.0,
        content_type: content_type.and_then(short),
        // Longer tags than Deepgram takes are somebody's rubbish, and no one will ask for them.
        tags: tags.map(|tag| tag.to_cow().into_owned()).filter(|tag| tag.len() <= 512).take(64).collect(),
        length: delivery.content.bytes().len() as u64,
        reason: None,
    }
}

/// A content type, unless it is somebody's rubbish.
pub(super) fn short(content_type: &str) -> Option<String> {
    (content_type.len() <= 256).then(|| content_type.to_owned())
}

/// Both are bits of keyed hashes, so their sum is as good a name as each.
pub(super) fn beside(id: DeliveryId, fingerprint: Fingerprint) -> DeliveryId {
    let sum = u128::from_le_bytes(*id.as_bytes()) ^ u128::from_le_bytes(*fingerprint.as_bytes()).rotate_left(1);
    DeliveryId::from_bytes(sum.to_le_bytes())
}

/// A repeat of what was cut off is as incomplete as it was; whatever else came before is done with.
fn situation_of(verdict: Verdict, hindrance: Option<Situation>) -> Situation {
    match (verdict, hindrance) {
        (Verdict::Repeat, Some(Situation::Incomplete)) => Situation::Incomplete,
        (Verdict::Handle(_) | Verdict::Kept { .. } | Verdict::Buried, hindrance) => situation_when_kept(hindrance),
        (Verdict::Held { .. }, _) => Situation::Held,
        (Verdict::Repeat, _) => Situation::Repeat,
        (Verdict::InProgress, _) => Situation::InProgress,
        (Verdict::Differing, _) => Situation::Differing,
        (Verdict::Mismatch, _) => Situation::Mismatch,
        (Verdict::TooMany, _) => Situation::TooMany,
        (Verdict::Full, _) => Situation::Unavailable,
    }
}

pub(super) fn situation_when_kept(hindrance: Option<Situation>) -> Situation {
    hindrance.unwrap_or(Situation::Stored)
}

const fn reason_of(hindrance: Situation) -> Reason {
    match hindrance {
        Situation::Expired => Reason::Expired,
        Situation::Incomplete => Reason::Incomplete,
        Situation::Oversize => Reason::Oversize,
        _ => Reason::Malformed,
    }
}

pub(super) fn unavailable(policy: &Policy, error: &Error) -> Answer {
    policy.answer(Situation::Unavailable).because(error.kind().into())
}
