//! Gate and ledger together: a delivery in, a decision out.
//!
//! A decision is an answer, or work. Work has to be settled, and only that gives its answer: without an inbox, 200 means
//! that a handler has done it.
//!
//! ```
//! use ringback::credential::{BasicPair, BasicPairs};
//! use ringback::gate::{AcceptedCredentials, Config};
//! use ringback::identity::Seed;
//! use ringback::ledger::{DeliverySlot, Ledger, Outcome, Rules, SubmissionSlot};
//! use ringback::policy::{Backing, Policy};
//! use ringback::receiver::{Decision, Receiver};
//! use ringback::route::Routes;
//! use ringback::time::Now;
//! use ringback::{Gate, Head};
//!
//! let now = Now::new(1_795_000_000_000, 0);
//! let pairs = [BasicPair::new("production", "hook", "correct horse")?];
//! let gate = Gate::new(Config {
//!     credentials: AcceptedCredentials { basic: BasicPairs::new(&pairs), ..Default::default() },
//!     routes: Routes::NONE,
//!     policy: Policy::new(Backing::Memory),
//!     limits: Default::default(),
//!     remember_interim: false,
//!     seed: Seed([1; 32]), // out of a random number generator
//! })?;
//! let ledger = Ledger::open(
//!     [SubmissionSlot::EMPTY; 64], [DeliverySlot::EMPTY; 64], [2; 16], Rules::handled_first(), now);
//! let mut receiver = Receiver::new(gate, ledger);
//!
//! let head = Head::new("POST", "/hook").header("authorization", b"Basic aG9vazpjb3JyZWN0IGhvcnNl");
//! let mut body = *br#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001"},"results":{"channels":[]}}"#;
//! let Decision::Handle(work) = receiver.receive(&head, &mut body, now) else { panic!("it is new") };
//! assert_eq!(work.delivery.kind.name(), "transcript");
//! assert_eq!(receiver.settle(work.claim, Outcome::Done, now).status, 200);
//!
//! let Decision::Answer(answer) = receiver.receive(&head, &mut body, now) else { panic!("it is a repeat") };
//! assert_eq!((answer.status, answer.situation.name()), (200, "repeat"));
//!
//! let stranger = Head::new("POST", "/hook");
//! let Decision::Answer(answer) = receiver.receive(&stranger, &mut body, now) else { panic!("it is a stranger") };
//! assert_eq!(answer.status, 401);
//! # Ok::<(), ringback::Error>(())
//! ```

use core::borrow::Borrow;

use crate::error::{Error, ErrorKind};
use crate::gate::{Delivery, Gate};
use crate::head::Head;
use crate::identity::Scope;
use crate::ledger::{
    Arrival, Claim, DeliveryId, DeliverySlot, Expected, Grant, Ledger, Outcome, Rules, Settled, SubmissionSlot, Verdict,
};
use crate::policy::{Answer, Situation};
use crate::request_id::RequestId;
use crate::time::{Expiry, Now};

/// A gate, and a ledger in memory behind it. See the [module](self).
///
/// Threads share a gate by cloning it: they [admit](Gate::admit), [unlock](Gate::unlock) and [examine](Gate::examine)
/// on their own, and lock the receiver only to [accept](Receiver::accept) and to [settle](Receiver::settle).
pub struct Receiver<'c, S, D, R = Rules> {
    gate: Gate<'c>,
    ledger: Ledger<S, D, R>,
    require_expected: bool,
    /// How many deliveries without identity were named.
    unidentified: u64,
}

/// What to do with a delivery.
#[derive(Debug)]
#[must_use = "the sender waits for an answer"]
#[expect(clippy::large_enum_variant, reason = "a decision is taken apart at once, and nothing here can allocate")]
pub enum Decision<'b, 'c> {
    /// Answer this.
    Answer(Answer),
    /// Handle this and settle its claim: that gives the answer.
    Handle(Work<'b, 'c>),
}

/// A delivery to be handled, and what a handler should know before it begins.
#[derive(Debug)]
pub struct Work<'b, 'c> {
    /// The delivery.
    pub delivery: Delivery<'b, 'c>,
    /// Its name: the same at every attempt, so that handlers can use it as an idempotency key.
    pub id: DeliveryId,
    /// The right to handle it, to be settled.
    pub claim: Claim,
    /// How many attempts were seen, at least.
    pub attempts_seen: u8,
    /// Whether a handler may have done some of the work before.
    pub again: bool,
    /// Whether it came late: within the grace of an expired ticket, or after its submission was overdue.
    pub late: bool,
    /// Whether the same document came before with other bytes.
    pub revises: bool,
}

impl<'c, S, D, R> Receiver<'c, S, D, R>
where
    S: AsRef<[SubmissionSlot]> + AsMut<[SubmissionSlot]>,
    D: AsRef<[DeliverySlot]> + AsMut<[DeliverySlot]>,
    R: Borrow<Rules>,
{
    /// A receiver out of these halves. The gate's seed belongs to the ledger.
    pub fn new(gate: Gate<'c>, ledger: Ledger<S, D, R>) -> Receiver<'c, S, D, R> {
        Receiver { gate, ledger, require_expected: false, unidentified: 0 }
    }

    /// Only deliveries whose submission was announced are handled. Others get 503: the sender's next attempt may come
    /// after the announcement. Deliveries with a ticket were announced by minting it.
    #[must_use]
    pub fn require_expected(mut self, require: bool) -> Receiver<'c, S, D, R> {
        self.require_expected = require;
        self
    }

    /// The stateless half.
    #[must_use]
    pub const fn gate(&self) -> &Gate<'c> {
        &self.gate
    }

    /// The stateful half.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger<S, D, R> {
        &self.ledger
    }

    /// The stateful half, to renew, sweep, cancel.
    pub const fn ledger_mut(&mut self) -> &mut Ledger<S, D, R> {
        &mut self.ledger
    }

    /// Announces a submission, before or after its deliveries arrive; `request_id` binds it to the one id that is let in.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LedgerFull`]; [`ErrorKind::SubmissionUnknown`] for [`Scope::None`], which names nothing.
    pub fn expect(
        &mut self,
        scope: Scope<'_>,
        deadline: Expiry,
        request_id: Option<RequestId<'_>>,
        now: Now,
    ) -> Result<Expected, Error> {
        let identifier = self.gate.identifier();
        let key = identifier.scope(scope).ok_or(ErrorKind::SubmissionUnknown)?;
        let bound = request_id.map(|id| identifier.request(id));
        self.ledger.expect(key, deadline, bound, now)
    }

    /// Receives one delivery whole: head and decoded body. A secret in the body is overwritten.
    pub fn receive<'b>(&mut self, head: &Head<'_>, body: &'b mut [u8], now: Now) -> Decision<'b, 'c> {
        match self.examine(head, body, now) {
            Ok(delivery) => self.accept(delivery, now),
            Err(answer) => Decision::Answer(answer),
        }
    }

    fn examine<'b>(&self, head: &Head<'_>, body: &'b mut [u8], now: Now) -> Result<Delivery<'b, 'c>, Answer> {
        let mut admitted = self.gate.admit(head, now.wall)?;
        if body.len() as u64 > self.gate.body_limit(&admitted) {
            return Err(self.gate.too_large());
        }
        if self.gate.looks_into_the_body() {
            admitted = self.gate.unlock(admitted, body, now.wall)?;
        }
        self.gate.examine(admitted, head, body)
    }

    /// Decides about a delivery that the gate has examined.
    pub fn accept<'b>(&mut self, delivery: Delivery<'b, 'c>, now: Now) -> Decision<'b, 'c> {
        let grant = match self.decide(&delivery, now) {
            Ok(grant) => grant,
            Err(answer) => return Decision::Answer(answer),
        };
        let id = delivery.identity.id.unwrap_or_else(|| self.name_unidentified(&delivery, now));
        Decision::Handle(Work {
            delivery,
            id,
            claim: grant.claim,
            attempts_seen: grant.attempts,
            again: grant.again,
            late: grant.late,
            revises: grant.revises,
        })
    }

    /// The same decision without moving the delivery, for who has little stack: a claim to be settled, or the answer.
    ///
    /// # Errors
    ///
    /// The answer to give, when there is nothing to handle.
    #[inline(never)]
    pub fn decide(&mut self, delivery: &Delivery<'_, '_>, now: Now) -> Result<Grant, Answer> {
        if let Some((situation, error)) = delivery.hindrance() {
            return Err(self.answer(situation).because(error));
        }
        let arrival = Arrival {
            scope: delivery.identity.scope,
            delivery: delivery.identity.id,
            request: delivery.identity.request,
            closes: delivery.kind.closes(),
            stream: delivery.kind.is_stream(),
            late: delivery.admitted.is_late(),
            require_expected: self.require_expected && delivery.admitted.ticket().is_none(),
            remember: !delivery.brief,
            ..Arrival::new(delivery.identity.fingerprint)
        };
        let situation = match self.ledger.arrive(&arrival, now) {
            Verdict::Handle(grant) => return Ok(grant),
            Verdict::Kept { .. } | Verdict::Buried => Situation::Stored,
            Verdict::Held { .. } => Situation::Held,
            Verdict::Repeat => Situation::Repeat,
            Verdict::InProgress => Situation::InProgress,
            Verdict::Differing => Situation::Differing,
            Verdict::Mismatch => Situation::Mismatch,
            Verdict::TooMany => Situation::TooMany,
            Verdict::Full => return Err(self.answer(Situation::Unavailable).because(ErrorKind::LedgerFull.into())),
        };
        Err(self.answer(situation))
    }

    /// Records how the handling of some work ended, and says what to answer.
    ///
    /// A claim that has ended meanwhile settles nothing: somebody else has the delivery, and the answer asks the sender
    /// to come again, when the outcome will be known.
    #[inline(never)]
    pub fn settle(&mut self, claim: Claim, outcome: Outcome, now: Now) -> Answer {
        // Entropy spreads the tries of workers; here it is the sender who comes again, at a time of its own.
        let situation = match self.ledger.settle(claim, outcome, 0, now) {
            Ok(Settled::Done) => Situation::Handled,
            Ok(Settled::Again { .. }) => Situation::Failed,
            Ok(Settled::Dead) => Situation::Dead,
            Err(error) => return self.answer(Situation::InProgress).because(error),
        };
        self.answer(situation)
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn answer(&self, situation: Situation) -> Answer {
        self.gate.policy().answer(situation)
    }

    fn name_unidentified(&mut self, delivery: &Delivery<'_, '_>, now: Now) -> DeliveryId {
        self.unidentified += 1;
        self.gate.identifier().unidentified(&delivery.identity.fingerprint, now.wall, self.unidentified)
    }
}
