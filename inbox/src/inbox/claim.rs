//! Claims: deliveries are handed out under a lease, and settled.

use std::sync::{Arc, Mutex};

use ringback::ErrorKind;
use ringback::ledger::{Claim, DeliveryId, Grant, Outcome, ScopeKey, Settled, delivery};
use ringback::payload::{Kind, Payload};
use ringback::route::RouteId;
use ringback::time::UnixMillis;

use super::Inbox;
use crate::error::Error;
use crate::ledger::{Announcement, DeliveryWrite, Due, Entry, Facts, Keys, Name, Reason, Rows, Writes, decide};
use crate::{killpoint, lock};

/// A delivery to be handled, and everything that a handler should know.
#[derive(Clone, PartialEq, Eq)]
pub struct Work {
    /// The name of the delivery, the same at every attempt and at every try: an idempotency key.
    pub id: DeliveryId,
    /// The right to handle it, to be settled.
    pub claim: Claim,
    /// What it is.
    pub kind: Kind,
    /// The user's own name for the work.
    pub job: Option<String>,
    /// The request that it answers, where it says.
    pub request_id: Option<String>,
    /// Its submission, where one can be told.
    pub submission: Option<ScopeKey>,
    /// Which credential let it in.
    pub sender: String,
    /// Where it goes.
    pub route: RouteId,
    /// What the submitter wanted its handler to know.
    pub context: Option<Vec<u8>>,
    /// The content type as it was sent.
    pub content_type: Option<String>,
    /// How many attempts were seen, at least.
    pub attempts_seen: u8,
    /// When its first attempt arrived.
    pub arrived: UnixMillis,
    /// Whether a handler may have done some of the work before.
    pub again: bool,
    /// Whether it came late: within the grace of its ticket, or after its submission was overdue.
    pub late: bool,
    /// Whether it is the second of two that differ, replayed by a person.
    pub revises: bool,
    /// The bytes that came, secrets masked.
    pub body: Vec<u8>,
}

impl Work {
    pub(super) fn new(
        grant: &Grant,
        arrived: UnixMillis,
        facts: Facts,
        announcement: Announcement,
        body: Vec<u8>,
    ) -> Work {
        Work {
            id: facts.id,
            claim: grant.claim,
            kind: facts.kind,
            job: facts.job.or(announcement.job),
            request_id: facts.request_id,
            submission: facts.scope,
            sender: facts.sender,
            route: RouteId(facts.route),
            context: announcement.context,
            content_type: facts.content_type,
            attempts_seen: grant.attempts,
            arrived,
            again: grant.again,
            late: grant.late,
            revises: grant.revises || facts.reason == Some(Reason::Differing),
            body,
        }
    }

    /// The payload, if the body is JSON.
    #[must_use]
    pub fn payload(&self) -> Option<Payload<'_>> {
        match self.kind {
            Kind::Audio => None,
            _ => Payload::parse(&self.body).ok(),
        }
    }
}

/// Shows no word of the body, and no context.
impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut work = f.debug_struct("Work");
        work.field("id", &self.id).field("fence", &self.claim.fence).field("kind", &self.kind);
        work.field("job", &self.job).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl Inbox {
    /// Claims up to `limit` deliveries: those that are due, one of each submission, in the order of arrival.
    ///
    /// # Errors
    ///
    /// The store is not available. Claims that were made all the same lapse after their lease.
    pub fn claim(&self, limit: usize) -> Result<Vec<Work>, Error> {
        let rules = self.rules();
        let found = Arc::new(Mutex::new(Vec::new()));
        let told = found.clone();
        let decision = move |names: &[Name], rows: &Rows| {
            let (mut writes, mut granted) = (Writes::default(), Vec::<(Grant, Entry)>::new());
            for name in names {
                let Name::Delivery(id) = *name else { continue };
                let Some(entry) = rows.delivery(id).filter(|entry| entry.its_turn) else { continue };
                let scope = entry.facts.scope;
                if scope.is_some() && granted.iter().any(|(_, other)| other.facts.scope == scope) {
                    continue;
                }
                let (row, verdict) = delivery::transition(&rules, Some(entry.row), delivery::Event::Claim, rows.now);
                let Some(row) = row else { continue };
                match verdict {
                    delivery::Verdict::Handle { claim, again } => {
                        let claim = Claim { delivery: Some(id), fence: claim };
                        granted.push((Grant::new(claim, again, &row), entry.clone()));
                        writes = writes.and(id, DeliveryWrite::Update(row, None));
                    }
                    delivery::Verdict::Died => {
                        writes = writes.and(id, DeliveryWrite::Update(row, Some(Reason::Failed)));
                    }
                    _ => {}
                }
            }
            *lock(&told) = granted;
            writes
        };
        self.ledger().decide_due(Due::Work, limit, Box::new(decision))?;
        let granted = std::mem::take(&mut *lock(&found));
        granted.into_iter().filter_map(|(grant, entry)| self.load(&grant, entry).transpose()).collect()
    }

    /// Lets the lease of a claim begin anew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`]: stop the work if that is possible. Any other: try
    /// again before the lease ends.
    pub fn renew(&self, claim: Claim) -> Result<(), Error> {
        match self.change(claim, delivery::Event::Renew { claim: claim.fence })? {
            delivery::Verdict::Renewed => Ok(()),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Records how the handling of a delivery ended. When it returns, that is durable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`]: the lease lapsed and somebody else has it. Any other:
    /// try again.
    pub fn settle(&self, claim: Claim, outcome: Outcome) -> Result<Settled, Error> {
        let entropy = u32::from_le_bytes(crate::random()?);
        match self.change(claim, delivery::Event::Settle { claim: claim.fence, outcome, entropy })? {
            delivery::Verdict::Settled(settled) => Ok(settled),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Gives a claim back: nothing failed, and another may have it at once.
    ///
    /// # Errors
    ///
    /// As [`Inbox::settle`].
    pub fn release(&self, claim: Claim) -> Result<(), Error> {
        match self.change(claim, delivery::Event::Release { claim: claim.fence })? {
            delivery::Verdict::Ready => Ok(()),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Makes a delivery that is done or dead ready to be handled again, under a new fencing number; says whether it was.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DeliveryUnknown`]; [`ErrorKind::BodyForgotten`] if there is nothing left to handle.
    pub fn replay(&self, id: DeliveryId) -> Result<bool, Error> {
        let rules = self.rules();
        decide(&**self.ledger(), Keys { deliveries: vec![id], ..Keys::default() }, move |rows| {
            let Some(entry) = rows.delivery(id) else { return (Writes::default(), Err(ErrorKind::DeliveryUnknown)) };
            if !entry.has_body {
                return (Writes::default(), Err(ErrorKind::BodyForgotten));
            }
            match delivery::transition(&rules, Some(entry.row), delivery::Event::Replay, rows.now) {
                (Some(row), delivery::Verdict::Ready) => {
                    (Writes::default().and(id, DeliveryWrite::Update(row, None)), Ok(true))
                }
                _ => (Writes::default(), Ok(false)),
            }
        })?
        .map_err(Error::from)
    }

    fn change(&self, claim: Claim, event: delivery::Event) -> Result<delivery::Verdict, Error> {
        let id = claim.delivery.ok_or(ErrorKind::DeliveryUnknown)?;
        let rules = self.rules();
        let verdict = decide(&**self.ledger(), Keys { deliveries: vec![id], ..Keys::default() }, move |rows| {
            let Some(entry) = rows.delivery(id) else { return (Writes::default(), None) };
            let event = match event {
                delivery::Event::Settle { outcome, entropy, .. } if killpoint::planted("fencing-ignored") => {
                    delivery::Event::Settle { claim: entry.row.claim, outcome, entropy }
                }
                event => event,
            };
            let (row, verdict) = delivery::transition(&rules, Some(entry.row), event, rows.now);
            let died = verdict == delivery::Verdict::Settled(Settled::Dead);
            let writes = match row {
                Some(row) if row != entry.row => {
                    Writes::default().and(id, DeliveryWrite::Update(row, died.then_some(Reason::Failed)))
                }
                Some(_) => Writes::default(),
                None => Writes::default().and(id, DeliveryWrite::Remove),
            };
            (writes, Some(verdict))
        })?;
        verdict.ok_or_else(|| ErrorKind::DeliveryUnknown.into())
    }

    /// What was claimed, with its body. A body that cannot be restored is a failure of its own, and stops nobody else.
    fn load(&self, grant: &Grant, entry: Entry) -> Result<Option<Work>, Error> {
        let announcement = match entry.facts.scope {
            Some(scope) => self.submitted(scope)?.map(|submitted| submitted.announcement).unwrap_or_default(),
            None => Announcement::default(),
        };
        match self.ledger().body(entry.facts.id)?.map(|body| body.bytes()) {
            Some(Ok(body)) => Ok(Some(Work::new(grant, entry.row.first, entry.facts, announcement, body))),
            Some(Err(_)) | None => {
                let _ = self.settle(grant.claim, Outcome::Failed)?;
                Ok(None)
            }
        }
    }
}
