//! What a ledger is told about an arrival, and what it decides.
//!
//! [`Arrival::decide`] is the whole of an arrival as one pure function of two rows. A ledger in a database reads the two
//! rows, decides, writes both if neither has changed meanwhile, and carries out the verdict after its commit.

use super::delivery::{self, Delivery};
use super::submission::{self, Submission};
use super::{DeliveryId, Fingerprint, RequestKey, Rules, ScopeKey};
use crate::time::Now;

/// What the gate found out about a delivery, as far as it matters to a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The submission that it belongs to, if that can be known.
    pub scope: Option<ScopeKey>,
    /// Its identity. None: it can never be told to be a repeat.
    pub delivery: Option<DeliveryId>,
    /// What its bytes are.
    pub fingerprint: Fingerprint,
    /// Its request id, if it has one.
    pub request: Option<RequestKey>,
    /// Whether it is what its submission was made for. A failure is not.
    pub closes: bool,
    /// Whether it is a message of a stream, of which a submission may have many.
    pub stream: bool,
    /// Whether it came within the grace of an expired ticket.
    pub late: bool,
    /// Whether it may only pass if its submission was announced. Without a scope it cannot be, and is let in.
    pub require_expected: bool,
    /// Whether it is remembered once it is done. Interim results are not worth it: a repeated one is harmless.
    pub remember: bool,
    /// Whether it is a dead letter from the start.
    pub doomed: bool,
}

/// The right to handle one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The delivery. None: the claim is recorded nowhere; settling it changes no row and never fails.
    pub delivery: Option<DeliveryId>,
    /// The fencing number; 0 if the claim is recorded nowhere.
    pub fence: u32,
}

/// A claim, and what a handler should know before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The right to handle, to be settled.
    pub claim: Claim,
    /// Whether a handler may have done some of the work before.
    pub again: bool,
    /// Whether the delivery came late: within the grace of its ticket, or after its submission was overdue.
    pub late: bool,
    /// Whether its bytes replace others that had come under the same identity.
    pub revises: bool,
    /// How many attempts were seen, at least.
    pub attempts: u8,
}

/// What to do with a delivery that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Handle it now; the outcome is the answer.
    Handle(Grant),
    /// It is kept, for a worker to claim.
    Kept {
        /// Whether it came late.
        late: bool,
    },
    /// It is kept as a dead letter.
    Buried,
    /// It waits until its submission is announced.
    Held {
        /// Whether it is kept meanwhile; if not, the sender must come again.
        kept: bool,
    },
    /// The same was kept or handled before.
    Repeat,
    /// Somebody is handling it.
    InProgress,
    /// The same document with other bytes: to be kept beside the first, and reported. Only where bodies are stored.
    Differing,
    /// It has another request id than the one that its submission is bound to. The ledger records nothing.
    Mismatch,
    /// Its submission has had its share of distinct deliveries. The ledger records nothing.
    TooMany,
    /// There is no room, for everything in the ledger is unsettled. The ledger records nothing.
    Full,
}

/// The rows after an arrival, and the verdict to be carried out once they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The row of the submission; none if there is none to write.
    pub submission: Option<Submission>,
    /// The row of the delivery; none if there is none to write.
    pub delivery: Option<Delivery>,
    /// What to do.
    pub verdict: Verdict,
}

impl Claim {
    /// A claim that is recorded nowhere.
    pub const UNRECORDED: Claim = Claim { delivery: None, fence: 0 };
}

impl Arrival {
    /// An arrival of these bytes about which nothing else is known: each is handled.
    #[must_use]
    pub const fn new(fingerprint: Fingerprint) -> Arrival {
        Arrival {
            scope: None,
            delivery: None,
            fingerprint,
            request: None,
            closes: false,
            stream: false,
            late: false,
            require_expected: false,
            remember: true,
            doomed: false,
        }
    }

    /// The name of the row that this arrival is recorded in, if it is recorded at all.
    ///
    /// Without an identity it is not: such a delivery is never a repeat, and is handled at once under
    /// [`Claim::UNRECORDED`]. Whoever keeps bodies gives it an identity first, a random one. What is not to be
    /// remembered is recorded only where bodies are stored, until it is done.
    #[must_use]
    #[inline]
    pub fn recorded(&self, rules: &Rules) -> Option<DeliveryId> {
        self.delivery.filter(|_| self.remember || rules.stored)
    }

    /// What becomes of the rows of the submission and of the delivery, and what to do.
    ///
    /// `submission` is the row of [`Arrival::scope`], `delivery` that of [`Arrival::recorded`], if there are such rows.
    /// `fence` is the highest fencing number of any delivery that the ledger has forgotten.
    #[must_use]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub fn decide(
        &self,
        rules: &Rules,
        submission: Option<Submission>,
        delivery: Option<Delivery>,
        fence: u32,
        now: Now,
    ) -> Decision {
        let mut decision = Decision { submission, delivery, verdict: Verdict::Repeat };
        decision.verdict = self.judge(rules, &mut decision.submission, &mut decision.delivery, fence, &now);
        decision
    }

    /// [`decide`](Arrival::decide) in place.
    #[cfg_attr(all(target_pointer_width = "64", not(target_os = "none")), inline(always))]
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn judge(
        &self,
        rules: &Rules,
        submission: &mut Option<Submission>,
        delivery: &mut Option<Delivery>,
        fence: u32,
        now: &Now,
    ) -> Verdict {
        let recorded = self.recorded(rules);
        let announced = submission.is_some_and(|row| row.expected) || self.scope.is_none();
        let mut hold = self.require_expected && !announced;
        let mut late = self.late || submission.is_some_and(|row| row.overdue);
        // A known delivery has passed its submission before.
        if self.scope.is_some() && delivery.is_none() {
            let event = submission::Event::Arrive {
                closes: self.closes && !self.doomed,
                counts: recorded.is_some(),
                request: self.request.filter(|_| !self.doomed),
                stream: self.stream,
                require_expected: self.require_expected && !self.doomed,
            };
            match submission::step(rules, submission, &event, now) {
                submission::Verdict::Mismatch => return Verdict::Mismatch,
                submission::Verdict::TooMany => return Verdict::TooMany,
                submission::Verdict::Admitted { late: overdue } => late |= overdue,
                _ => hold = true,
            }
        }
        if recorded.is_none() {
            *delivery = None;
            if hold {
                return Verdict::Held { kept: false };
            }
            return Verdict::Handle(Grant {
                claim: Claim::UNRECORDED,
                again: false,
                late,
                revises: false,
                attempts: 1,
            });
        }
        let (fingerprint, brief, doomed) = (self.fingerprint, !self.remember, self.doomed);
        let event = delivery::Event::Arrive { fingerprint, hold, brief, late, doomed, fence };
        match (delivery::step(rules, delivery, &event, now), delivery) {
            (delivery::Verdict::Handle { claim, again }, Some(row)) => {
                Verdict::Handle(Grant::new(Claim { delivery: recorded, fence: claim }, again, row))
            }
            (delivery::Verdict::Kept, _) => Verdict::Kept { late },
            (delivery::Verdict::Buried, _) => Verdict::Buried,
            (delivery::Verdict::Held { kept }, _) => Verdict::Held { kept },
            (delivery::Verdict::InProgress, _) => Verdict::InProgress,
            (delivery::Verdict::Differing, _) => Verdict::Differing,
            _ => Verdict::Repeat,
        }
    }
}

impl Grant {
    /// A grant of this claim on this row.
    #[must_use]
    pub const fn new(claim: Claim, again: bool, row: &Delivery) -> Grant {
        Grant { claim, again, late: row.late, revises: row.revises, attempts: row.arrivals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Expiry;

    const NOW: Now = Now::new(1_000_000, 0);
    const INBOX: Rules = Rules::stored();

    fn arrival() -> Arrival {
        let (scope, delivery) = (ScopeKey::from_bytes([1; 12]), DeliveryId::from_bytes([1; 16]));
        Arrival { scope: Some(scope), delivery: Some(delivery), ..Arrival::new(Fingerprint::from_bytes([1; 16])) }
    }

    fn announced(overdue: bool) -> Option<Submission> {
        let event = submission::Event::Expect { deadline: Expiry::Never, bound: None };
        let row = submission::transition(&INBOX, None, event, NOW).0;
        row.map(|row| Submission { overdue, ..row })
    }

    #[test]
    fn a_delivery_is_late_by_its_ticket_or_by_its_submission() {
        for (by_ticket, by_submission) in [(false, false), (false, true), (true, false), (true, true)] {
            let arrival = Arrival { late: by_ticket, ..arrival() };
            let decision = arrival.decide(&INBOX, announced(by_submission), None, 0, NOW);
            let late = by_ticket || by_submission;
            assert_eq!(decision.verdict, Verdict::Kept { late });
            assert_eq!(decision.delivery.map(|row| row.late), Some(late));
        }
    }

    #[test]
    fn a_delivery_that_comes_again_is_late_once_it_was() {
        for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
            let kept = Arrival { late: first, ..arrival() }.decide(&INBOX, announced(false), None, 0, NOW);
            let by_ticket = Arrival { late: second, ..arrival() };
            for (arrival, overdue) in [(by_ticket, false), (arrival(), second)] {
                let decision = arrival.decide(&INBOX, announced(overdue), kept.delivery, 0, NOW);
                assert_eq!(decision.verdict, Verdict::Repeat);
                assert_eq!(decision.delivery.map(|row| row.late), Some(first || second));
            }
        }
    }
}
