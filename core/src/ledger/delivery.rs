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

    fn answers_to(&self, claim: u32) -> bool {
        self.claim == claim && matches!(self.phase, Phase::Claimed | Phase::Ready)
    }

    fn claimed(self, rules: &Rules, now: Now) -> (Option<Delivery>, Verdict) {
        let claim = following(self.claim);
        let due = now.monotonic.saturating_add(rules.lease);
        let verdict = Verdict::Handle { claim, again: self.begun };
        (Some(Delivery { phase: Phase::Claimed, claim, begun: true, due, ..self }), verdict)
    }

    /// Ready under a number that nobody has been given.
    fn ready(self, rules: &Rules, wait: Millis, now: Now) -> Delivery {
        let wait = if rules.stored { wait } else { rules.memory };
        let due = now.monotonic.saturating_add(wait);
        Delivery { phase: Phase::Ready, claim: following(self.claim), due, ..self }
    }

    fn settled(self, rules: &Rules, phase: Phase, now: Now) -> Delivery {
        Delivery { phase, due: now.wall.saturating_add(rules.memory), ..self }
    }

    fn lapsed(self, rules: &Rules, now: Now) -> (Delivery, Verdict) {
        let failures = self.failures.saturating_add(1);
        let lapsed = Delivery { failures, ..self };
        // A sender gives up long before it has tried that often; what it still sends is handled.
        if rules.stored && failures >= rules.tries {
            return (lapsed.settled(rules, Phase::Dead, now), Verdict::Died);
        }
        let due = if rules.stored { self.due } else { now.monotonic.saturating_add(rules.memory) };
        (Delivery { phase: Phase::Ready, due, ..lapsed }, Verdict::Lapsed)
    }
}

/// The fencing number after this one; 0 is none.
#[must_use]
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
pub fn transition(rules: &Rules, state: Option<Delivery>, event: Event, now: Now) -> (Option<Delivery>, Verdict) {
    let Some(row) = state else {
        return match event {
            Event::Arrive { .. } => appear(rules, event, now),
            _ => (None, Verdict::Nothing),
        };
    };
    match event {
        Event::Arrive { fingerprint, hold, late, .. } => {
            let row = Delivery { arrivals: row.arrivals.saturating_add(1), late: row.late || late, ..row };
            match (row.phase, rules.stored) {
                (Phase::Held, _) if hold => (Some(row), Verdict::Held { kept: rules.stored }),
                (Phase::Held, _) => {
                    let row = row.ready(rules, 0, now);
                    if rules.stored { (Some(row), Verdict::Kept) } else { handle_again(rules, row, fingerprint, now) }
                }
                (_, true) if row.fingerprint != fingerprint => (Some(row), Verdict::Differing),
                (Phase::Claimed, true) => (Some(row), Verdict::InProgress),
                (Phase::Ready | Phase::Done | Phase::Dead, true) => (Some(row), Verdict::Repeat),
                (Phase::Claimed, false) if !row.is_due(now) => (Some(row), Verdict::InProgress),
                (Phase::Claimed, false) => handle_again(rules, row.lapsed(rules, now).0, fingerprint, now),
                (Phase::Ready, false) => handle_again(rules, row, fingerprint, now),
                (Phase::Done | Phase::Dead, false) if row.fingerprint == fingerprint => (Some(row), Verdict::Repeat),
                (Phase::Done | Phase::Dead, false) => {
                    handle_again(rules, Delivery { failures: 0, ..row }, fingerprint, now)
                }
            }
        }
        Event::Announce if row.phase == Phase::Held => (Some(row.ready(rules, 0, now)), Verdict::Ready),
        Event::Claim => claim(rules, row, now),
        Event::Renew { claim } if row.answers_to(claim) => {
            let due = now.monotonic.saturating_add(rules.lease);
            (Some(Delivery { phase: Phase::Claimed, due, ..row }), Verdict::Renewed)
        }
        Event::Settle { claim, outcome, entropy } if row.answers_to(claim) => settle(rules, row, outcome, entropy, now),
        Event::Release { claim } if row.answers_to(claim) => (Some(row.ready(rules, 0, now)), Verdict::Ready),
        Event::Renew { .. } | Event::Settle { .. } | Event::Release { .. } => (state, Verdict::Stale),
        Event::Replay if row.phase.is_settled() => {
            (Some(Delivery { failures: 0, ..row }.ready(rules, 0, now)), Verdict::Ready)
        }
        Event::Due if row.is_due(now) => due(rules, row, now),
        Event::Announce | Event::Replay | Event::Due => (state, Verdict::Nothing),
    }
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

fn appear(rules: &Rules, event: Event, now: Now) -> (Option<Delivery>, Verdict) {
    let Event::Arrive { fingerprint, hold, brief, late, doomed, fence } = event else {
        return (None, Verdict::Nothing);
    };
    let row = Delivery {
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
    };
    if doomed {
        return (Some(row.settled(rules, Phase::Dead, now)), Verdict::Buried);
    }
    match (hold, rules.stored) {
        (true, true) => (Some(row), Verdict::Held { kept: true }),
        (true, false) => (None, Verdict::Held { kept: false }),
        (false, true) => (Some(row.ready(rules, 0, now)), Verdict::Kept),
        (false, false) => row.claimed(rules, now),
    }
}

fn handle_again(rules: &Rules, row: Delivery, fingerprint: Fingerprint, now: Now) -> (Option<Delivery>, Verdict) {
    let revises = row.revises || row.fingerprint != fingerprint;
    Delivery { fingerprint, revises, ..row }.claimed(rules, now)
}

fn claim(rules: &Rules, row: Delivery, now: Now) -> (Option<Delivery>, Verdict) {
    match row.phase {
        Phase::Ready if row.is_due(now) || !rules.stored => row.claimed(rules, now),
        Phase::Claimed if row.is_due(now) => match row.lapsed(rules, now) {
            (row, Verdict::Died) => (Some(row), Verdict::Died),
            (row, _) => row.claimed(rules, now),
        },
        Phase::Claimed => (Some(row), Verdict::InProgress),
        Phase::Done | Phase::Dead => (Some(row), Verdict::Repeat),
        Phase::Held | Phase::Ready => (Some(row), Verdict::Nothing),
    }
}

fn settle(rules: &Rules, row: Delivery, outcome: Outcome, entropy: u32, now: Now) -> (Option<Delivery>, Verdict) {
    let failures = row.failures.saturating_add(1);
    match outcome {
        Outcome::Done if row.brief => (None, Verdict::Settled(Settled::Done)),
        Outcome::Done => (Some(row.settled(rules, Phase::Done, now)), Verdict::Settled(Settled::Done)),
        Outcome::Failed if failures < rules.tries => {
            let wait = if rules.stored { rules.wait(failures, entropy) } else { 0 };
            let row = Delivery { failures, ..row }.ready(rules, wait, now);
            (Some(row), Verdict::Settled(Settled::Again { wait }))
        }
        Outcome::Failed | Outcome::Dead => {
            let row = Delivery { failures, ..row }.settled(rules, Phase::Dead, now);
            (Some(row), Verdict::Settled(Settled::Dead))
        }
    }
}

fn due(rules: &Rules, row: Delivery, now: Now) -> (Option<Delivery>, Verdict) {
    match row.phase {
        Phase::Held => (Some(row.settled(rules, Phase::Dead, now)), Verdict::Died),
        Phase::Ready if rules.stored => (Some(row), Verdict::Ready),
        Phase::Ready => (None, Verdict::Lost),
        Phase::Claimed => {
            let (row, verdict) = row.lapsed(rules, now);
            (Some(row), verdict)
        }
        Phase::Done | Phase::Dead => (None, Verdict::Forgotten),
    }
}
