//! A delivery: held, ready, claimed, done or dead.
//!
//! ```text
//!   no row ── Arrive ──▶ Held ── Announce ──▶ Ready ◀──────────── Replay ──────────┐
//!      │                  │                   ▲   │                                │
//!      │                  │ Due       Failed, │   │ Claim                          │
//!      ├── Arrive, stored ────────▶  Release, │   ▼                                │
//!      │                  │          lapse    Claimed ── Settle ──▶ Done, Dead ────┤
//!      └── Arrive, handled first ───────────▶ Claimed                    ▲         │ Due
//!                         └──────────────────────────────────────────────┘         ▼
//!                                                                                no row
//! ```
//!
//! **What `due` means** depends on the phase, and so does its clock ([`Phase::clock`]):
//!
//! | phase | due | clock |
//! | --- | --- | --- |
//! | Held | give up waiting for the announcement: dead | wall |
//! | Ready, stored | may be claimed from then on | monotonic |
//! | Ready, handled first | the sender will not come again: the row goes, and that is reported | monotonic |
//! | Claimed | the lease ends | monotonic |
//! | Done, Dead | forget | wall |
//!
//! **The fencing number** names the right to settle. It moves at each claim, and also when a claim is given up on
//! purpose (failed, released) and at a replay, so that what was given up cannot be settled afterwards. A lease that
//! merely lapsed leaves the number alone: as long as nobody else has claimed, the late owner may still settle or renew,
//! for the work is done and doing it twice helps nobody. Numbers are compared for equality only, so wrapping is harmless.
//!
//! A lapse counts as a failure, or a delivery that kills its process would be claimed for ever.

use super::{Fingerprint, Rules};
use crate::time::{Millis, Now, UnixMillis};

/// The row of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where in its life it is.
    pub phase: Phase,
    /// The fencing number: of the last claim; of none while held or ready, unless a lease lapsed.
    pub claim: u32,
    /// How many attempts were seen, at least; 255 is 255 or more.
    pub arrivals: u8,
    /// How many times handling failed or a lease lapsed since the arrival or the last replay.
    pub failures: u8,
    /// Whether it is to be forgotten as soon as it is done: an interim result.
    pub brief: bool,
    /// Whether a handler has ever begun with it.
    pub begun: bool,
    /// Whether it came late: within the grace of an expired ticket, or after its submission was overdue.
    pub late: bool,
    /// Whether these bytes replace others that had come under the same identity.
    pub revises: bool,
    /// When it was seen first, on the wall clock.
    pub first: UnixMillis,
    /// When something is to happen by itself, on the clock of the phase.
    pub due: Millis,
    /// What its bytes are.
    pub fingerprint: Fingerprint,
}

/// Where in its life a delivery is. The numbers are part of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Kept until its submission is announced.
    Held = 1,
    /// To be handled.
    Ready = 2,
    /// Being handled, under a lease.
    Claimed = 3,
    /// Handled.
    Done = 4,
    /// Not to be handled by itself any more.
    Dead = 5,
}

/// A clock that something is due on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// [`Now::monotonic`], void after another boot: see [`resume`].
    Monotonic,
    /// [`Now::wall`].
    Wall,
}

/// How the handling of a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It worked.
    Done,
    /// It did not, and may be tried again.
    Failed,
    /// It did not, and never will.
    Dead,
}

/// What can happen to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It arrives, perhaps again.
    Arrive {
        /// What its bytes are.
        fingerprint: Fingerprint,
        /// Whether it must wait for its submission to be announced.
        hold: bool,
        /// Whether it is to be forgotten as soon as it is done.
        brief: bool,
        /// Whether it comes late.
        late: bool,
        /// Whether it is a dead letter from the start, kept for a person to look at.
        doomed: bool,
        /// The highest fencing number of any row that the ledger has forgotten; a new row starts above it.
        fence: u32,
    },
    /// Its submission is announced.
    Announce,
    /// Somebody wants to handle it.
    Claim,
    /// Its handler needs more time.
    Renew {
        /// The fencing number.
        claim: u32,
    },
    /// Its handler has ended.
    Settle {
        /// The fencing number.
        claim: u32,
        /// How it ended.
        outcome: Outcome,
        /// 32 random bits that spread the next try.
        entropy: u32,
    },
    /// Its handler gives it back untried: nothing failed.
    Release {
        /// The fencing number.
        claim: u32,
    },
    /// A person wants it handled again.
    Replay,
    /// The due time may have come.
    Due,
}

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Handle it now, under this claim.
    Handle {
        /// The fencing number.
        claim: u32,
        /// Whether a handler may have done some of the work before.
        again: bool,
    },
    /// It is kept, for a worker to claim.
    Kept,
    /// It is kept as a dead letter.
    Buried,
    /// It waits for the announcement of its submission; where nothing is kept, the sender must come again.
    Held {
        /// Whether it is kept.
        kept: bool,
    },
    /// The same was kept or handled before.
    Repeat,
    /// Somebody is handling it.
    InProgress,
    /// The bytes differ from those that are kept; both are.
    Differing,
    /// It is ready to be handled, from the due time on.
    Ready,
    /// The lease holds for another term.
    Renewed,
    /// Its handler's outcome is recorded.
    Settled(Settled),
    /// The lease has lapsed: it may be claimed again.
    Lapsed,
    /// It has failed, lapsed or waited too often or too long: it is dead.
    Died,
    /// Its handling failed, and the sender never came again; it is lost, and its row is to be removed.
    Lost,
    /// Its row is to be removed.
    Forgotten,
    /// The claim has ended before: nothing changed.
    Stale,
    /// Nothing changed.
    Nothing,
}

/// What the settling of a claim led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is done.
    Done,
    /// It will be tried again: by a worker after so many milliseconds, or at 0 when the sender comes again.
    Again {
        /// The wait.
        wait: Millis,
    },
    /// It is dead.
    Dead,
}

impl Phase {
    /// Every phase, in the order of its number.
    pub const ALL: [Phase; 5] = [Phase::Held, Phase::Ready, Phase::Claimed, Phase::Done, Phase::Dead];

    /// The phase with this number.
    #[must_use]
    #[inline]
    pub const fn from_number(number: u8) -> Option<Phase> {
        match number {
            1 => Some(Phase::Held),
            2 => Some(Phase::Ready),
            3 => Some(Phase::Claimed),
            4 => Some(Phase::Done),
            5 => Some(Phase::Dead),
            _ => None,
        }
    }

    /// The clock that [`Delivery::due`] is read on.
    #[must_use]
    pub const fn clock(self) -> Clock {
        match self {
            Phase::Ready | Phase::Claimed => Clock::Monotonic,
            Phase::Held | Phase::Done | Phase::Dead => Clock::Wall,
        }
    }

    /// Whether nothing is left to do: done or dead.
    #[must_use]
    #[inline]
    pub const fn is_settled(self) -> bool {
        matches!(self, Phase::Done | Phase::Dead)
    }
}

impl Delivery {
    /// Whether the due time has come.
    #[must_use]
    pub const fn is_due(&self, now: Now) -> bool {
        match self.phase.clock() {
            Clock::Monotonic => self.due <= now.monotonic,
            Clock::Wall => self.due <= now.wall,
        }
    }

    #[inline]
    const fn answers_to(&self, claim: u32) -> bool {
        self.claim == claim && matches!(self.phase, Phase::Claimed | Phase::Ready)
    }

    /// What becomes of the row at an event; [`step`] removes it where the verdict says so.
    #[cfg_attr(any(target_pointer_width = "64", target_os = "none"), inline(always))]
    fn step(&mut self, rules: &Rules, event: &Event, now: &Now) -> Verdict {
        match *event {
            Event::Arrive { ref fingerprint, hold, late, .. } => self.arrive(rules, fingerprint, hold, late, now),
            Event::Claim => self.claim(rules, now),
            Event::Renew { claim } | Event::Settle { claim, .. } | Event::Release { claim }
                if !self.answers_to(claim) =>
            {
                Verdict::Stale
            }
            Event::Renew { .. } => {
                self.phase = Phase::Claimed;
                self.due = now.monotonic.saturating_add(rules.lease);
                Verdict::Renewed
            }
            Event::Settle { outcome, entropy, .. } => self.settle(rules, outcome, entropy, now),
            Event::Replay if self.phase.is_settled() => {
                self.failures = 0;
                self.make_ready(rules, 0, now)
            }
            Event::Announce if self.phase == Phase::Held => self.make_ready(rules, 0, now),
            Event::Release { .. } => self.make_ready(rules, 0, now),
            Event::Due if self.is_due(*now) => self.come_due(rules, now),
            Event::Announce | Event::Replay | Event::Due => Verdict::Nothing,
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn arrive(&mut self, rules: &Rules, fingerprint: &Fingerprint, hold: bool, late: bool, now: &Now) -> Verdict {
        self.arrivals = self.arrivals.saturating_add(1);
        self.late |= late;
        let differs = self.fingerprint != *fingerprint;
        match (self.phase, rules.stored) {
            (Phase::Held, _) if hold => return Verdict::Held { kept: rules.stored },
            (Phase::Held, _) => {
                self.make_ready(rules, 0, now);
                if rules.stored {
                    return Verdict::Kept;
                }
            }
            (_, true) if differs => return Verdict::Differing,
            (Phase::Claimed, true) => return Verdict::InProgress,
            (Phase::Ready | Phase::Done | Phase::Dead, true) => return Verdict::Repeat,
            (Phase::Claimed, false) if !self.is_due(*now) => return Verdict::InProgress,
            (Phase::Claimed, false) => _ = self.lapse(rules, now),
            (Phase::Ready, false) => {}
            (Phase::Done | Phase::Dead, false) if !differs => return Verdict::Repeat,
            (Phase::Done | Phase::Dead, false) => self.failures = 0,
        }
        self.revises |= differs;
        self.fingerprint = *fingerprint;
        self.make_claimed(rules, now)
    }

    fn claim(&mut self, rules: &Rules, now: &Now) -> Verdict {
        match self.phase {
            Phase::Ready if self.is_due(*now) || !rules.stored => self.make_claimed(rules, now),
            Phase::Claimed if self.is_due(*now) => match self.lapse(rules, now) {
                Verdict::Died => Verdict::Died,
                _ => self.make_claimed(rules, now),
            },
            Phase::Claimed => Verdict::InProgress,
            Phase::Done | Phase::Dead => Verdict::Repeat,
            Phase::Held | Phase::Ready => Verdict::Nothing,
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn settle(&mut self, rules: &Rules, outcome: Outcome, entropy: u32, now: &Now) -> Verdict {
        let failures = self.failures.saturating_add(1);
        Verdict::Settled(match outcome {
            Outcome::Done => {
                if !self.brief {
                    self.make_settled(rules, Phase::Done, now);
                }
                Settled::Done
            }
            // Without an inbox the sender counts, and a 200 for what failed would lose it.
            Outcome::Failed if failures < rules.tries || !rules.stored => {
                let wait = if rules.stored { rules.wait(failures, entropy) } else { 0 };
                self.failures = failures;
                self.make_ready(rules, wait, now);
                Settled::Again { wait }
            }
            Outcome::Failed | Outcome::Dead => {
                self.failures = failures;
                self.make_settled(rules, Phase::Dead, now);
                Settled::Dead
            }
        })
    }

    fn come_due(&mut self, rules: &Rules, now: &Now) -> Verdict {
        match self.phase {
            Phase::Held => {
                self.make_settled(rules, Phase::Dead, now);
                Verdict::Died
            }
            Phase::Ready if rules.stored => Verdict::Ready,
            Phase::Ready => Verdict::Lost,
            Phase::Claimed => self.lapse(rules, now),
            Phase::Done | Phase::Dead => Verdict::Forgotten,
        }
    }

    #[cfg_attr(not(target_os = "none"), inline)]
    #[cfg_attr(target_os = "none", inline(never))]
    fn make_claimed(&mut self, rules: &Rules, now: &Now) -> Verdict {
        let again = self.begun;
        self.phase = Phase::Claimed;
        self.claim = following(self.claim);
        self.begun = true;
        self.due = now.monotonic.saturating_add(rules.lease);
        Verdict::Handle { claim: self.claim, again }
    }

    /// Ready under a number that nobody has been given.
    #[cfg_attr(not(target_os = "none"), inline)]
    #[cfg_attr(target_os = "none", inline(never))]
    fn make_ready(&mut self, rules: &Rules, wait: Millis, now: &Now) -> Verdict {
        let wait = if rules.stored { wait } else { rules.memory };
        self.phase = Phase::Ready;
        self.claim = following(self.claim);
        self.due = now.monotonic.saturating_add(wait);
        Verdict::Ready
    }

    #[cfg_attr(not(target_os = "none"), inline)]
    #[cfg_attr(target_os = "none", inline(never))]
    fn make_settled(&mut self, rules: &Rules, phase: Phase, now: &Now) {
        self.phase = phase;
        self.due = now.wall.saturating_add(rules.memory);
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn lapse(&mut self, rules: &Rules, now: &Now) -> Verdict {
        self.failures = self.failures.saturating_add(1);
        // A sender gives up long before it has tried that often; what it still sends is handled.
        if rules.stored && self.failures >= rules.tries {
            self.make_settled(rules, Phase::Dead, now);
            return Verdict::Died;
        }
        if !rules.stored {
            self.due = now.monotonic.saturating_add(rules.memory);
        }
        self.phase = Phase::Ready;
        Verdict::Lapsed
    }
}

/// The fencing number after this one; 0 is none.
#[must_use]
#[inline]
pub const fn following(claim: u32) -> u32 {
    match claim.wrapping_add(1) {
        0 => 1,
        next => next,
    }
}

/// What becomes of a row, or of none, at an event. `None` as the new state: there is no row.
///
/// Pure and total. `now` must not run backwards from call to call (see [`Now::after`]).
#[must_use]
#[cfg_attr(target_pointer_width = "64", inline(always))]
pub fn transition(rules: &Rules, state: Option<Delivery>, event: Event, now: Now) -> (Option<Delivery>, Verdict) {
    let mut state = state;
    let verdict = step(rules, &mut state, &event, &now);
    (state, verdict)
}

/// [`transition`] in place.
#[cfg_attr(any(target_pointer_width = "64", target_os = "none"), inline(always))]
pub(super) fn step(rules: &Rules, state: &mut Option<Delivery>, event: &Event, now: &Now) -> Verdict {
    let Some(row) = state else { return appear(rules, state, event, now) };
    let verdict = row.step(rules, event, now);
    if match verdict {
        Verdict::Lost | Verdict::Forgotten => true,
        Verdict::Settled(Settled::Done) => row.brief,
        _ => false,
    } {
        *state = None;
    }
    verdict
}

/// The row after another boot, or after its ledger was saved and restored: nothing of the monotonic clock holds.
///
/// A claim counts as lapsed, whoever notices first; what waited for a second try may have it at once.
#[must_use]
pub fn resume(rules: &Rules, row: Delivery, now: Now) -> Delivery {
    match row.phase {
        Phase::Ready if !rules.stored => Delivery { due: now.monotonic.saturating_add(rules.memory), ..row },
        Phase::Ready | Phase::Claimed => Delivery { due: 0, ..row },
        Phase::Held | Phase::Done | Phase::Dead => row,
    }
}

#[cfg_attr(target_pointer_width = "64", inline(always))]
fn appear(rules: &Rules, state: &mut Option<Delivery>, event: &Event, now: &Now) -> Verdict {
    let Event::Arrive { fingerprint, hold, brief, late, doomed, fence } = *event else { return Verdict::Nothing };
    if hold & !doomed & !rules.stored {
        return Verdict::Held { kept: false };
    }
    let row = state.insert(Delivery {
        phase: Phase::Held,
        claim: fence,
        arrivals: 1,
        failures: 0,
        brief,
        begun: false,
        late,
        revises: false,
        first: now.wall,
        due: now.wall.saturating_add(rules.patience),
        fingerprint,
    });
    if doomed {
        row.make_settled(rules, Phase::Dead, now);
        return Verdict::Buried;
    }
    if hold {
        return Verdict::Held { kept: true };
    }
    if rules.stored {
        row.make_ready(rules, 0, now);
        return Verdict::Kept;
    }
    row.make_claimed(rules, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Rules = Rules::handled_first();
    const INBOX: Rules = Rules::stored();
    const START: Now = Now::new(1_000_000, 50);
    const ARRIVE: Event = arrive(1, false);

    const fn arrive(bytes: u8, hold: bool) -> Event {
        let fingerprint = Fingerprint::from_bytes([bytes; 16]);
        Event::Arrive { fingerprint, hold, brief: false, late: false, doomed: false, fence: 0 }
    }

    const fn settle(claim: u32, outcome: Outcome) -> Event {
        Event::Settle { claim, outcome, entropy: u32::MAX }
    }

    fn after(rules: &Rules, events: &[Event]) -> Delivery {
        let row = events.iter().fold(None, |state, &event| transition(rules, state, event, START).0);
        row.expect("the events of a test leave a row")
    }

    /// Each event at `START`, from the same row: the phase and the fencing number that follow, and the verdict.
    #[track_caller]
    fn check(rules: &Rules, row: Delivery, rows: &[(Event, Phase, u32, Verdict)]) {
        for &(event, phase, claim, verdict) in rows {
            let (after, said) = transition(rules, Some(row), event, START);
            let after = after.map(|after| (after.phase, after.claim));
            assert_eq!((after, said), (Some((phase, claim)), verdict), "{event:?}");
        }
    }

    #[test]
    fn where_there_is_no_row_only_an_arrival_makes_one() {
        for event in [Event::Announce, Event::Claim, Event::Renew { claim: 0 }, Event::Replay, Event::Due] {
            assert_eq!(transition(&INBOX, None, event, START), (None, Verdict::Nothing));
        }
        assert_eq!(transition(&INBOX, None, settle(0, Outcome::Done), START), (None, Verdict::Nothing));
        assert_eq!(transition(&MEMORY, None, ARRIVE, START).1, Verdict::Handle { claim: 1, again: false });
        assert_eq!(transition(&INBOX, None, ARRIVE, START).1, Verdict::Kept);
        assert_eq!(transition(&INBOX, None, arrive(1, true), START).1, Verdict::Held { kept: true });
        assert_eq!(transition(&MEMORY, None, arrive(1, true), START), (None, Verdict::Held { kept: false }));
    }

    #[test]
    fn held() {
        let row = after(&INBOX, &[arrive(1, true)]);
        assert_eq!(row.due, START.wall + INBOX.patience);
        check(
            &INBOX,
            row,
            &[
                (arrive(1, true), Phase::Held, 0, Verdict::Held { kept: true }),
                (arrive(2, true), Phase::Held, 0, Verdict::Held { kept: true }),
                (ARRIVE, Phase::Ready, 1, Verdict::Kept),
                (Event::Announce, Phase::Ready, 1, Verdict::Ready),
                (Event::Claim, Phase::Held, 0, Verdict::Nothing),
                (settle(0, Outcome::Done), Phase::Held, 0, Verdict::Stale),
                (Event::Replay, Phase::Held, 0, Verdict::Nothing),
                (Event::Due, Phase::Held, 0, Verdict::Nothing),
            ],
        );
        let end = Now { wall: row.due, ..START };
        let (row, verdict) = transition(&INBOX, Some(row), Event::Due, end);
        assert_eq!((row.map(|row| row.phase), verdict), (Some(Phase::Dead), Verdict::Died));
    }

    #[test]
    fn ready_where_bodies_are_stored() {
        let row = after(&INBOX, &[ARRIVE]);
        check(
            &INBOX,
            row,
            &[
                (ARRIVE, Phase::Ready, 1, Verdict::Repeat),
                (arrive(2, false), Phase::Ready, 1, Verdict::Differing),
                (Event::Announce, Phase::Ready, 1, Verdict::Nothing),
                (Event::Claim, Phase::Claimed, 2, Verdict::Handle { claim: 2, again: false }),
                (Event::Renew { claim: 7 }, Phase::Ready, 1, Verdict::Stale),
                (Event::Replay, Phase::Ready, 1, Verdict::Nothing),
                (Event::Due, Phase::Ready, 1, Verdict::Ready),
            ],
        );
    }

    #[test]
    fn a_failure_waits_before_its_next_turn() {
        let row = after(&INBOX, &[ARRIVE, Event::Claim, settle(2, Outcome::Failed)]);
        assert_eq!((row.phase, row.failures, row.due), (Phase::Ready, 1, START.monotonic + 999));
        check(
            &INBOX,
            row,
            &[
                (Event::Claim, Phase::Ready, 3, Verdict::Nothing),
                (settle(2, Outcome::Done), Phase::Ready, 3, Verdict::Stale),
                (Event::Due, Phase::Ready, 3, Verdict::Nothing),
            ],
        );
        let later = Now { monotonic: row.due, ..START };
        let (_, verdict) = transition(&INBOX, Some(row), Event::Claim, later);
        assert_eq!(verdict, Verdict::Handle { claim: 4, again: true });
    }

    #[test]
    fn ready_where_the_handler_runs_first() {
        let row = after(&MEMORY, &[ARRIVE, settle(1, Outcome::Failed)]);
        assert_eq!((row.phase, row.due), (Phase::Ready, START.monotonic + MEMORY.memory));
        check(
            &MEMORY,
            row,
            &[
                (ARRIVE, Phase::Claimed, 3, Verdict::Handle { claim: 3, again: true }),
                (arrive(2, false), Phase::Claimed, 3, Verdict::Handle { claim: 3, again: true }),
                (Event::Claim, Phase::Claimed, 3, Verdict::Handle { claim: 3, again: true }),
                (Event::Due, Phase::Ready, 2, Verdict::Nothing),
            ],
        );
        let end = Now { monotonic: row.due, ..START };
        assert_eq!(transition(&MEMORY, Some(row), Event::Due, end), (None, Verdict::Lost));
    }

    #[test]
    fn claimed() {
        let row = after(&INBOX, &[ARRIVE, Event::Claim]);
        assert_eq!(row.due, START.monotonic + INBOX.lease);
        let again = Verdict::Settled(Settled::Again { wait: 999 });
        check(
            &INBOX,
            row,
            &[
                (ARRIVE, Phase::Claimed, 2, Verdict::InProgress),
                (arrive(2, false), Phase::Claimed, 2, Verdict::Differing),
                (Event::Announce, Phase::Claimed, 2, Verdict::Nothing),
                (Event::Claim, Phase::Claimed, 2, Verdict::InProgress),
                (Event::Renew { claim: 2 }, Phase::Claimed, 2, Verdict::Renewed),
                (Event::Renew { claim: 1 }, Phase::Claimed, 2, Verdict::Stale),
                (settle(2, Outcome::Done), Phase::Done, 2, Verdict::Settled(Settled::Done)),
                (settle(2, Outcome::Failed), Phase::Ready, 3, again),
                (settle(2, Outcome::Dead), Phase::Dead, 2, Verdict::Settled(Settled::Dead)),
                (settle(1, Outcome::Done), Phase::Claimed, 2, Verdict::Stale),
                (Event::Release { claim: 2 }, Phase::Ready, 3, Verdict::Ready),
                (Event::Release { claim: 3 }, Phase::Claimed, 2, Verdict::Stale),
                (Event::Replay, Phase::Claimed, 2, Verdict::Nothing),
                (Event::Due, Phase::Claimed, 2, Verdict::Nothing),
            ],
        );
        let row = after(&MEMORY, &[ARRIVE]);
        check(
            &MEMORY,
            row,
            &[
                (ARRIVE, Phase::Claimed, 1, Verdict::InProgress),
                (arrive(2, false), Phase::Claimed, 1, Verdict::InProgress),
            ],
        );
    }

    #[test]
    fn a_lapsed_lease_is_noticed_by_whoever_comes_first() {
        let row = after(&INBOX, &[ARRIVE, Event::Claim]);
        let lapsed = Now { monotonic: row.due, ..START };
        let (_, verdict) = transition(&INBOX, Some(row), Event::Claim, lapsed);
        assert_eq!(verdict, Verdict::Handle { claim: 3, again: true });
        let (swept, verdict) = transition(&INBOX, Some(row), Event::Due, lapsed);
        assert_eq!((swept.map(|row| row.phase), verdict), (Some(Phase::Ready), Verdict::Lapsed));
        let (_, verdict) = transition(&INBOX, swept, Event::Claim, lapsed);
        assert_eq!(verdict, Verdict::Handle { claim: 3, again: true });
        let row = after(&MEMORY, &[ARRIVE]);
        let (_, verdict) = transition(&MEMORY, Some(row), ARRIVE, lapsed);
        assert_eq!(verdict, Verdict::Handle { claim: 2, again: true });
    }

    #[test]
    fn a_late_owner_may_still_settle_until_somebody_else_claims() {
        let row = after(&INBOX, &[ARRIVE, Event::Claim]);
        let lapsed = Now { monotonic: row.due, ..START };
        let (swept, _) = transition(&INBOX, Some(row), Event::Due, lapsed);
        for row in [Some(row), swept] {
            let (_, verdict) = transition(&INBOX, row, settle(2, Outcome::Done), lapsed);
            assert_eq!(verdict, Verdict::Settled(Settled::Done));
            let (renewed, verdict) = transition(&INBOX, row, Event::Renew { claim: 2 }, lapsed);
            assert_eq!((renewed.map(|row| row.phase), verdict), (Some(Phase::Claimed), Verdict::Renewed));
            let (claimed, _) = transition(&INBOX, row, Event::Claim, lapsed);
            assert_eq!(transition(&INBOX, claimed, settle(2, Outcome::Done), lapsed), (claimed, Verdict::Stale));
        }
    }

    #[test]
    fn stepping_the_wall_clock_neither_ends_nor_stretches_a_lease() {
        let row = after(&INBOX, &[ARRIVE, Event::Claim]);
        let ahead = Now { wall: u64::MAX, ..START };
        assert_eq!(transition(&INBOX, Some(row), Event::Due, ahead), (Some(row), Verdict::Nothing));
        let lapsed = Now { wall: 0, monotonic: row.due };
        assert_eq!(transition(&INBOX, Some(row), Event::Due, lapsed).1, Verdict::Lapsed);
    }

    #[test]
    fn the_twentieth_failure_is_the_last() {
        for lapses in [false, true] {
            let mut row = after(&INBOX, &[ARRIVE]);
            let mut now = START;
            for _ in 0..20 {
                assert_eq!(row.phase, Phase::Ready);
                now.monotonic += INBOX.backoff_limit;
                row = transition(&INBOX, Some(row), Event::Claim, now).0.expect("claimed");
                now.monotonic += INBOX.lease;
                let event = if lapses { Event::Due } else { settle(row.claim, Outcome::Failed) };
                row = transition(&INBOX, Some(row), event, now).0.expect("kept");
            }
            assert_eq!((row.phase, row.failures), (Phase::Dead, 20));
            assert_eq!(transition(&INBOX, Some(row), Event::Replay, now).0.map(|row| row.failures), Some(0));
        }
    }

    #[test]
    fn a_lapse_at_the_last_try_is_reported_to_whoever_claims() {
        let row = Delivery { failures: 19, ..after(&INBOX, &[ARRIVE, Event::Claim]) };
        let lapsed = Now { monotonic: row.due, ..START };
        let (row, verdict) = transition(&INBOX, Some(row), Event::Claim, lapsed);
        assert_eq!((row.map(|row| row.phase), verdict), (Some(Phase::Dead), Verdict::Died));
    }

    #[test]
    fn done_and_dead() {
        for (outcome, phase) in [(Outcome::Done, Phase::Done), (Outcome::Dead, Phase::Dead)] {
            let row = after(&INBOX, &[ARRIVE, Event::Claim, settle(2, outcome)]);
            assert_eq!(row.due, START.wall + INBOX.memory);
            check(
                &INBOX,
                row,
                &[
                    (ARRIVE, phase, 2, Verdict::Repeat),
                    (arrive(2, false), phase, 2, Verdict::Differing),
                    (Event::Claim, phase, 2, Verdict::Repeat),
                    (Event::Renew { claim: 2 }, phase, 2, Verdict::Stale),
                    (settle(2, Outcome::Done), phase, 2, Verdict::Stale),
                    (Event::Release { claim: 2 }, phase, 2, Verdict::Stale),
                    (Event::Replay, Phase::Ready, 3, Verdict::Ready),
                    (Event::Due, phase, 2, Verdict::Nothing),
                ],
            );
            let end = Now { wall: row.due, ..START };
            assert_eq!(transition(&INBOX, Some(row), Event::Due, end), (None, Verdict::Forgotten));
            let row = after(&MEMORY, &[ARRIVE, settle(1, outcome)]);
            check(
                &MEMORY,
                row,
                &[
                    (ARRIVE, phase, 1, Verdict::Repeat),
                    (arrive(2, false), Phase::Claimed, 2, Verdict::Handle { claim: 2, again: true }),
                ],
            );
        }
    }

    #[test]
    fn without_bodies_other_bytes_revise_and_are_what_is_remembered() {
        let row = after(&MEMORY, &[ARRIVE, settle(1, Outcome::Done), arrive(2, false)]);
        assert!(row.revises);
        assert_eq!(row.fingerprint, Fingerprint::from_bytes([2; 16]));
        let failed = after(&MEMORY, &[ARRIVE, settle(1, Outcome::Done), arrive(2, false), settle(2, Outcome::Failed)]);
        let (retried, _) = transition(&MEMORY, Some(failed), arrive(2, false), START);
        assert!(retried.is_some_and(|row| row.revises));
    }

    #[test]
    fn what_is_brief_is_forgotten_when_it_is_done() {
        let fingerprint = Fingerprint::from_bytes([1; 16]);
        let event = Event::Arrive { fingerprint, hold: false, brief: true, late: false, doomed: false, fence: 0 };
        let row = after(&INBOX, &[event, Event::Claim]);
        let done = transition(&INBOX, Some(row), settle(2, Outcome::Done), START);
        assert_eq!(done, (None, Verdict::Settled(Settled::Done)));
    }

    #[test]
    fn what_is_doomed_is_buried_and_can_be_replayed() {
        let fingerprint = Fingerprint::from_bytes([1; 16]);
        let event = Event::Arrive { fingerprint, hold: false, brief: false, late: true, doomed: true, fence: 4 };
        assert_eq!(transition(&INBOX, None, event, START).1, Verdict::Buried);
        let row = after(&INBOX, &[event, Event::Replay]);
        assert_eq!((row.phase, row.claim, row.late), (Phase::Ready, 5, true));
    }

    #[test]
    fn after_another_boot_claims_have_lapsed_and_waits_are_over() {
        let now = Now::new(2_000_000, 7);
        let claimed = resume(&INBOX, after(&INBOX, &[ARRIVE, Event::Claim]), now);
        assert_eq!(transition(&INBOX, Some(claimed), Event::Claim, now).1, Verdict::Handle { claim: 3, again: true });
        let failed = resume(&INBOX, after(&INBOX, &[ARRIVE, Event::Claim, settle(2, Outcome::Failed)]), now);
        assert_eq!(transition(&INBOX, Some(failed), Event::Claim, now).1, Verdict::Handle { claim: 4, again: true });
        let failed = resume(&MEMORY, after(&MEMORY, &[ARRIVE, settle(1, Outcome::Failed)]), now);
        assert_eq!(failed.due, now.monotonic + MEMORY.memory);
        let done = after(&INBOX, &[ARRIVE, Event::Claim, settle(2, Outcome::Done)]);
        assert_eq!(resume(&INBOX, done, now), done);
    }

    #[test]
    fn fencing_numbers_wrap_without_ever_being_zero() {
        assert_eq!([following(0), following(u32::MAX)], [1, 1]);
    }
}
