//! A submission: what was announced, and what has arrived for it.
//!
//! ```text
//!                 Expect                        Arrive, closes: false     Arrive, closes: true
//!   no row ───────────────▶ expected, nothing ──────────────▶ partly ──────────────▶ whole
//!      │ Arrive                                                  │                     ▲
//!      └───────▶ not expected, partly or whole ── Expect ────────┴─────────────────────┘
//! ```
//!
//! Announcing before or after the arrival ends in the same state. A submission does not wait for its deliveries to be
//! handled; it only says what arrived. A failure arrives like everything else and closes nothing, so that the
//! transcript which may follow it still does.

use super::{RequestKey, Rules};
use crate::time::{Expiry, Now, UnixMillis};

/// The row of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Whether it was announced.
    pub expected: bool,
    /// What has arrived for it.
    pub arrived: Arrived,
    /// Whether it was reported as overdue.
    pub overdue: bool,
    /// How many distinct deliveries were let in.
    pub deliveries: u32,
    /// The request id that alone is let in, once the submitter has bound one.
    pub bound: Option<RequestKey>,
    /// On the wall clock: the deadline while it is awaited, afterwards when to forget it. `u64::MAX` is never.
    pub due: UnixMillis,
}

/// How much of a submission has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// Nothing.
    No,
    /// Something that does not close it: a failure, a message of a stream.
    Partly,
    /// The document, the audio, or the last message of the stream.
    Whole,
}

/// What can happen to a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody announces it, perhaps again: the last deadline and the last bound request id hold.
    Expect {
        /// When it is overdue.
        deadline: Expiry,
        /// The request id, if it is known already.
        bound: Option<RequestKey>,
    },
    /// The submitter has learnt the request id.
    Bind {
        /// The request id that alone is let in from now on.
        request: RequestKey,
    },
    /// A delivery arrives that the ledger does not know yet.
    Arrive {
        /// Whether it is what the submission was made for.
        closes: bool,
        /// Whether it will be recorded and so counts.
        counts: bool,
        /// Its request id, if it has one.
        request: Option<RequestKey>,
        /// Whether it is a message of a stream.
        stream: bool,
        /// Whether it may only pass if the submission was announced.
        require_expected: bool,
    },
    /// The submitter waits no longer.
    Cancel,
    /// The due time may have come.
    Due,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is announced now.
    Expected {
        /// What has arrived already.
        arrived: Arrived,
        /// Whether deliveries may be held for it, which are to be released now.
        release: bool,
    },
    /// It is bound now.
    Bound {
        /// What has arrived already.
        arrived: Arrived,
    },
    /// The delivery may pass.
    Admitted {
        /// Whether the submission was reported as overdue before.
        late: bool,
    },
    /// The delivery must wait until the submission is announced.
    Unannounced,
    /// The delivery has another request id than the one bound.
    Mismatch,
    /// The submission has had its share of deliveries.
    TooMany,
    /// Nobody waits for it any more.
    Cancelled,
    /// Its deadline has passed; this is said once.
    Overdue,
    /// Its row is to be removed.
    Forgotten,
    /// Nothing changed.
    Nothing,
}

impl Submission {
    /// How many deliveries a row can count.
    pub const MOST_DELIVERIES: u32 = (1 << 24) - 1;

    const UNANNOUNCED: Submission = Submission {
        expected: false,
        arrived: Arrived::No,
        overdue: false,
        deliveries: 0,
        bound: None,
        due: UnixMillis::MAX,
    };

    /// Whether nobody waits for anything any more: such a row may go when room is needed.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !self.expected || self.overdue || matches!(self.arrived, Arrived::Whole)
    }

    fn expect(&mut self, rules: &Rules, deadline: Expiry, bound: Option<RequestKey>, now: &Now) -> Verdict {
        self.due = match (self.arrived, deadline) {
            (Arrived::Whole, _) => now.wall.saturating_add(rules.memory),
            (_, Expiry::At(deadline)) => deadline,
            (_, Expiry::Never) => UnixMillis::MAX,
        };
        self.overdue &= self.arrived == Arrived::Whole;
        self.bound = bound.or(self.bound);
        let release = !self.expected;
        self.expected = true;
        Verdict::Expected { arrived: self.arrived, release }
    }
}

/// What becomes of a row, or of none, at an event. `None` as the new state: there is no row.
///
/// Pure and total. `now` must not run backwards from call to call (see [`Now::after`]).
#[must_use]
#[cfg_attr(target_pointer_width = "64", inline(always))]
pub fn transition(rules: &Rules, state: Option<Submission>, event: Event, now: Now) -> (Option<Submission>, Verdict) {
    let mut state = state;
    let verdict = step(rules, &mut state, &event, &now);
    (state, verdict)
}

/// [`transition`] in place.
#[cfg_attr(any(target_pointer_width = "64", target_os = "none"), inline(always))]
pub(super) fn step(rules: &Rules, state: &mut Option<Submission>, event: &Event, now: &Now) -> Verdict {
    match (event, &mut *state) {
        (Event::Expect { deadline, bound }, _) => {
            state.get_or_insert(Submission::UNANNOUNCED).expect(rules, *deadline, *bound, now)
        }
        (Event::Arrive { .. }, _) => arrive(rules, state, event, now),
        (Event::Bind { request }, Some(row)) if row.expected => {
            row.bound = Some(*request);
            Verdict::Bound { arrived: row.arrived }
        }
        (Event::Cancel, Some(row)) if row.expected => {
            row.expected = false;
            row.overdue = false;
            row.bound = None;
            row.due = now.wall.saturating_add(rules.memory);
            if row.arrived == Arrived::No {
                *state = None;
            }
            Verdict::Cancelled
        }
        (Event::Due, Some(row)) if row.due <= now.wall => {
            if row.is_settled() {
                *state = None;
                return Verdict::Forgotten;
            }
            row.overdue = true;
            row.due = now.wall.saturating_add(rules.patience);
            Verdict::Overdue
        }
        (Event::Bind { .. } | Event::Cancel | Event::Due, _) => Verdict::Nothing,
    }
}

#[cfg_attr(target_pointer_width = "64", inline(always))]
fn arrive(rules: &Rules, state: &mut Option<Submission>, event: &Event, now: &Now) -> Verdict {
    let Event::Arrive { closes, counts, request, stream, require_expected } = *event else { return Verdict::Nothing };
    let row = state.as_ref().unwrap_or(&Submission::UNANNOUNCED);
    if row.bound.is_some() && request.is_some() && request != row.bound {
        return Verdict::Mismatch;
    }
    let limit = if stream { rules.stream_deliveries } else { rules.deliveries }.min(Submission::MOST_DELIVERIES);
    // A flood into a leaked URL must not shut out the document that the submitter is known to wait for.
    let awaited = closes && row.bound.is_some() && request == row.bound;
    if counts && row.deliveries >= limit && !awaited {
        return Verdict::TooMany;
    }
    let held = require_expected && !row.expected;
    // What is not kept is not recorded: the next attempt will find the announcement.
    if held && !(rules.stored && counts) {
        return Verdict::Unannounced;
    }
    let row = state.get_or_insert(Submission::UNANNOUNCED);
    row.deliveries = (row.deliveries + u32::from(counts)).min(Submission::MOST_DELIVERIES);
    let completes = closes && row.arrived != Arrived::Whole;
    if completes || !row.expected {
        row.due = now.wall.saturating_add(if held { rules.patience } else { rules.memory });
    }
    if completes {
        row.arrived = Arrived::Whole;
    } else if row.arrived == Arrived::No {
        row.arrived = Arrived::Partly;
    }
    if held { Verdict::Unannounced } else { Verdict::Admitted { late: row.overdue } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules::handled_first();
    const NOW: Now = Now::new(1_000_000, 0);
    const EXPECT: Event = Event::Expect { deadline: Expiry::At(2_000_000), bound: None };
    const DOCUMENT: Event =
        Event::Arrive { closes: true, counts: true, request: None, stream: false, require_expected: false };
    const FAILURE: Event =
        Event::Arrive { closes: false, counts: true, request: None, stream: false, require_expected: false };

    fn after(rules: &Rules, events: &[Event]) -> (Option<Submission>, Verdict) {
        let mut now = NOW;
        events.iter().fold((None, Verdict::Nothing), |(state, _), &event| {
            now.wall += 1;
            transition(rules, state, event, now)
        })
    }

    fn from(request: u32, require_expected: bool) -> Event {
        let request = Some(RequestKey::from_bits(request));
        Event::Arrive { closes: true, counts: true, request, stream: false, require_expected }
    }

    fn bound_to(request: u32) -> Event {
        Event::Expect { deadline: Expiry::Never, bound: Some(RequestKey::from_bits(request)) }
    }

    #[test]
    fn an_announcement_waits_for_its_deadline() {
        let (row, verdict) = after(&RULES, &[EXPECT]);
        assert_eq!(verdict, Verdict::Expected { arrived: Arrived::No, release: true });
        assert_eq!(row.map(|row| (row.expected, row.due, row.is_settled())), Some((true, 2_000_000, false)));
    }

    #[test]
    fn announcing_before_or_after_the_arrival_ends_in_the_same_state() {
        for arrival in [DOCUMENT, FAILURE] {
            let (before, _) = after(&RULES, &[EXPECT, arrival]);
            let (behind, _) = after(&RULES, &[arrival, EXPECT]);
            assert_eq!(before, behind);
        }
    }

    #[test]
    fn a_failure_closes_nothing_and_the_transcript_after_it_does() {
        let (row, verdict) = after(&RULES, &[EXPECT, FAILURE]);
        assert_eq!(verdict, Verdict::Admitted { late: false });
        assert_eq!(row.map(|row| (row.arrived, row.is_settled())), Some((Arrived::Partly, false)));
        let (row, _) = after(&RULES, &[EXPECT, FAILURE, DOCUMENT, FAILURE]);
        assert_eq!(row.map(|row| (row.arrived, row.deliveries)), Some((Arrived::Whole, 3)));
    }

    #[test]
    fn overdue_is_said_once_then_forgotten_and_a_late_arrival_is_marked() {
        let (row, _) = after(&RULES, &[EXPECT]);
        assert_eq!(transition(&RULES, row, Event::Due, Now::new(1_999_999, 0)), (row, Verdict::Nothing));
        let (row, verdict) = transition(&RULES, row, Event::Due, Now::new(2_000_000, 0));
        assert_eq!(verdict, Verdict::Overdue);
        assert_eq!(transition(&RULES, row, Event::Due, Now::new(2_000_001, 0)), (row, Verdict::Nothing));
        let (late, verdict) = transition(&RULES, row, DOCUMENT, Now::new(2_000_001, 0));
        assert_eq!(verdict, Verdict::Admitted { late: true });
        assert_eq!(late.map(|row| row.due), Some(2_000_001 + RULES.memory));
        let end = Now::new(2_000_000 + RULES.patience, 0);
        assert_eq!(transition(&RULES, row, Event::Due, end), (None, Verdict::Forgotten));
    }

    #[test]
    fn who_announces_again_waits_again_unless_all_has_come() {
        let (row, _) = after(&RULES, &[EXPECT]);
        let (overdue, _) = transition(&RULES, row, Event::Due, Now::new(2_000_000, 0));
        for (arrival, still) in [(None, false), (Some(FAILURE), false), (Some(DOCUMENT), true)] {
            let row = arrival.map_or(overdue, |event| transition(&RULES, overdue, event, NOW).0);
            assert_eq!(row.map(|row| row.overdue), Some(true));
            let (row, _) = transition(&RULES, row, EXPECT, NOW);
            assert_eq!(row.map(|row| row.overdue), Some(still), "{arrival:?}");
        }
    }

    #[test]
    fn without_a_deadline_nothing_is_ever_overdue() {
        let (row, _) = after(&RULES, &[Event::Expect { deadline: Expiry::Never, bound: None }]);
        assert_eq!(transition(&RULES, row, Event::Due, Now::new(u64::MAX - 1, 0)), (row, Verdict::Nothing));
    }

    #[test]
    fn another_request_id_than_the_bound_one_changes_nothing() {
        let (row, _) = after(&RULES, &[bound_to(7)]);
        assert_eq!(transition(&RULES, row, from(8, false), NOW), (row, Verdict::Mismatch));
        assert_eq!(after(&RULES, &[bound_to(7), from(7, false)]).1, Verdict::Admitted { late: false });
        assert_eq!(after(&RULES, &[bound_to(7), DOCUMENT]).1, Verdict::Admitted { late: false });
        let bind = Event::Bind { request: RequestKey::from_bits(7) };
        assert_eq!(after(&RULES, &[EXPECT, bind, from(8, false)]).1, Verdict::Mismatch);
        assert_eq!(after(&RULES, &[bind]), (None, Verdict::Nothing));
    }

    #[test]
    fn the_ninth_delivery_is_too_many_except_the_one_awaited() {
        let full = [bound_to(7), FAILURE, FAILURE, FAILURE, FAILURE, FAILURE, FAILURE, FAILURE, FAILURE];
        let (row, _) = after(&RULES, &full);
        assert_eq!(row.map(|row| row.deliveries), Some(8));
        assert_eq!(transition(&RULES, row, FAILURE, NOW), (row, Verdict::TooMany));
        assert_eq!(transition(&RULES, row, from(7, false), NOW).1, Verdict::Admitted { late: false });
        let message =
            Event::Arrive { closes: false, counts: true, request: None, stream: true, require_expected: false };
        assert_eq!(transition(&RULES, row, message, NOW).1, Verdict::Admitted { late: false });
    }

    #[test]
    fn what_was_not_announced_is_recorded_only_where_it_is_kept() {
        assert_eq!(after(&RULES, &[from(7, true)]), (None, Verdict::Unannounced));
        let (row, verdict) = after(&Rules::stored(), &[from(7, true)]);
        assert_eq!((row.map(|row| row.arrived), verdict), (Some(Arrived::Whole), Verdict::Unannounced));
        let (_, verdict) = transition(&Rules::stored(), row, EXPECT, NOW);
        assert_eq!(verdict, Verdict::Expected { arrived: Arrived::Whole, release: true });
    }

    #[test]
    fn cancelling_ends_the_wait() {
        assert_eq!(after(&RULES, &[EXPECT, Event::Cancel]), (None, Verdict::Cancelled));
        let (row, verdict) = after(&RULES, &[bound_to(7), FAILURE, Event::Cancel]);
        assert_eq!(verdict, Verdict::Cancelled);
        assert_eq!(row.map(|row| (row.expected, row.bound)), Some((false, None)));
        assert_eq!(after(&RULES, &[DOCUMENT, Event::Cancel]).1, Verdict::Nothing);
        assert_eq!(after(&RULES, &[Event::Cancel]), (None, Verdict::Nothing));
    }
}
