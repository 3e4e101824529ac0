//! Random events against what can be seen from outside, with clocks that are stepped in both directions.
//!
//! `RINGBACK_EVENTS` is the number of events; the default suits a debug build.

use std::collections::BTreeMap;

use ringback::ledger::*;
use ringback::time::{Expiry, Now};

type Boxed = Ledger<Box<[SubmissionSlot]>, Box<[DeliverySlot]>>;

const SCOPES: u64 = 12;
const DELIVERIES: u64 = 48;

fn events() -> u64 {
    std::env::var("RINGBACK_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000_000)
}

/// xorshift64*: the same events in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.roll(one_in) == 0
    }
}

fn id(number: u64) -> DeliveryId {
    DeliveryId::from_bytes(u128::from(number).to_le_bytes())
}

fn scope(number: u64) -> ScopeKey {
    ScopeKey::from_hash(u128::from(number).to_le_bytes())
}

fn empty(submissions: usize, deliveries: usize, rules: Rules, now: Now) -> Boxed {
    let submissions = vec![SubmissionSlot::EMPTY; submissions].into();
    Ledger::open(submissions, vec![DeliverySlot::EMPTY; deliveries].into(), [5; 16], rules, now)
}

/// What somebody outside knows about a delivery.
#[derive(Default)]
struct Known {
    /// Kept or claimed, and neither settled nor reported since.
    unsettled: bool,
    /// The claim that may be settled, and when its lease ends on the monotonic clock.
    claim: Option<(Claim, u64)>,
    /// Until when, on the wall clock, it is remembered that it was done with these bytes.
    done: Option<(u64, Fingerprint)>,
    ended: Vec<Claim>,
}

impl Known {
    fn granted(&mut self, grant: Grant, rules: &Rules, now: Now) {
        assert!(self.claim.is_none_or(|(_, end)| end <= now.monotonic), "two live claims on one delivery");
        if let Some((claim, _)) = self.claim.replace((grant.claim, now.monotonic + rules.lease)) {
            self.ended.push(claim);
        }
        assert!(self.ended.iter().all(|ended| ended.fence < grant.claim.fence), "a fencing number came again");
        self.unsettled = true;
        self.done = None;
    }

    fn end_claim(&mut self) {
        self.ended.extend(self.claim.take().map(|(claim, _)| claim));
    }
}

struct World {
    dice: Dice,
    rules: Rules,
    ledger: Boxed,
    clock: Now,
    /// The latest that the ledger has been told.
    latest: Now,
    known: BTreeMap<u64, Known>,
}

impl World {
    fn now(&mut self) -> Now {
        let passed = if self.dice.chance(8) { self.dice.roll(90_000) } else { self.dice.roll(400) };
        self.clock.monotonic += passed;
        self.clock.wall += passed;
        if self.dice.chance(200) {
            self.clock.wall += self.dice.roll(300_000);
        }
        if self.dice.chance(200) {
            self.clock.wall -= self.dice.roll(300_000).min(self.clock.wall);
        }
        self.latest = self.clock.after(self.latest);
        // Not every step that follows tells the ledger the time.
        assert_eq!(self.ledger.sweep(self.clock, &mut 0), None);
        self.clock
    }

    fn step(&mut self) {
        let now = self.now();
        let number = self.dice.roll(DELIVERIES);
        match self.dice.roll(20) {
            0..=8 => self.arrive(number, now),
            9..=10 => self.claim(number, now),
            11..=13 => self.settle(number, now),
            14 => self.settle_again(number, now),
            15 => self.renew_or_release(number, now),
            16 => {
                let deadline = Expiry::At(now.wall + self.dice.roll(3_000_000));
                let _ = self.ledger.expect(scope(number % SCOPES), deadline, None, now);
            }
            17 if self.dice.chance(4) => _ = self.ledger.cancel(scope(number % SCOPES), now),
            17 => self.replay(number, now),
            _ => self.sweep(now),
        }
    }

    fn arrival(&mut self, number: u64) -> Arrival {
        let bytes = if self.dice.chance(10) { 1 } else { 0 };
        Arrival {
            scope: Some(scope(number % SCOPES)),
            delivery: Some(id(number)),
            closes: number.is_multiple_of(3),
            stream: true,
            require_expected: number.is_multiple_of(4),
            ..Arrival::new(Fingerprint::from_bytes([bytes; 16]))
        }
    }

    fn arrive(&mut self, number: u64, now: Now) {
        let arrival = self.arrival(number);
        let before = self.ledger.delivery(id(number));
        let verdict = self.ledger.arrive(&arrival, now);
        let known = self.known.entry(number).or_default();
        let is_done = before.is_some_and(|row| row.phase == Phase::Done);
        if is_done && known.done.is_some_and(|(_, bytes)| bytes == arrival.fingerprint) {
            assert_eq!(verdict, Verdict::Repeat, "handled after it was settled");
        }
        match verdict {
            Verdict::Handle(grant) => known.granted(grant, &self.rules, self.latest),
            Verdict::Kept { .. } | Verdict::Held { kept: true } => {
                known.unsettled = true;
                known.done = None;
            }
            Verdict::Full if !arrival.require_expected => {
                let tally = self.ledger.tally();
                assert_eq!(tally.done + tally.dead, 0, "full, and something settled is remembered");
            }
            _ => {}
        }
    }

    fn claim(&mut self, number: u64, now: Now) {
        let Ok(turn) = self.ledger.claim(id(number), now) else { return };
        let known = self.known.entry(number).or_default();
        match turn {
            Turn::Handle(grant) => known.granted(grant, &self.rules, self.latest),
            Turn::Died => {
                known.end_claim();
                known.unsettled = false;
            }
            Turn::Nothing => {}
        }
    }

    fn settle(&mut self, number: u64, now: Now) {
        let known = self.known.entry(number).or_default();
        let Some((claim, _)) = known.claim else { return };
        let outcome = [Outcome::Done, Outcome::Done, Outcome::Failed, Outcome::Dead][self.dice.roll(4) as usize];
        let entropy = self.dice.roll(1 << 31) as u32;
        let bytes = self.ledger.delivery(id(number)).map(|row| row.fingerprint);
        let settled = self.ledger.settle(claim, outcome, entropy, now).expect("nobody else has claimed it");
        known.end_claim();
        known.unsettled = matches!(settled, Settled::Again { .. });
        if settled == Settled::Done {
            known.done = bytes.map(|bytes| (self.latest.wall + self.rules.memory, bytes));
        }
    }

    fn settle_again(&mut self, number: u64, now: Now) {
        let known = self.known.entry(number).or_default();
        if known.ended.is_empty() {
            return;
        }
        let claim = known.ended[self.dice.roll(known.ended.len() as u64) as usize];
        let before = self.ledger.delivery(id(number));
        assert!(self.ledger.settle(claim, Outcome::Done, 0, now).is_err(), "a stale number settled something");
        assert!(self.ledger.renew(claim, now).is_err(), "a stale number renewed something");
        assert!(self.ledger.release(claim, now).is_err(), "a stale number released something");
        assert_eq!(self.ledger.delivery(id(number)), before);
        let oldest = known.ended.len().saturating_sub(8);
        known.ended.drain(..oldest);
    }

    fn renew_or_release(&mut self, number: u64, now: Now) {
        let known = self.known.entry(number).or_default();
        let Some((claim, end)) = &mut known.claim else { return };
        if self.dice.chance(2) {
            self.ledger.renew(*claim, now).expect("nobody else has claimed it");
            *end = self.latest.monotonic + self.rules.lease;
        } else {
            self.ledger.release(*claim, now).expect("nobody else has claimed it");
            known.end_claim();
        }
    }

    fn replay(&mut self, number: u64, now: Now) {
        if self.ledger.replay(id(number), now) == Ok(true) {
            let known = self.known.entry(number).or_default();
            known.unsettled = true;
            known.done = None;
        }
    }

    fn sweep(&mut self, now: Now) {
        let mut budget = self.dice.roll(40) as u32;
        while let Some(swept) = self.ledger.sweep(now, &mut budget) {
            let (Swept::Died(of) | Swept::Lost(of)) = swept else { continue };
            let number = u128::from_le_bytes(*of.as_bytes()) as u64;
            let known = self.known.entry(number).or_default();
            assert!(known.unsettled, "a loss was reported that is none");
            known.end_claim();
            known.unsettled = false;
        }
    }

    /// What is unsettled is there; what is done is there until its time, but for those counted as forgotten early.
    fn check(&self) {
        let mut forgotten = 0;
        for (&number, known) in &self.known {
            let phase = self.ledger.delivery(id(number)).map(|row| row.phase);
            if known.unsettled {
                assert!(phase.is_some_and(|phase| !phase.is_settled()), "{number} was forgotten unsettled");
            } else {
                assert!(phase.is_none_or(Phase::is_settled), "{number} came to life");
            }
            forgotten += u64::from(phase.is_none() && known.done.is_some_and(|(until, _)| until > self.latest.wall));
        }
        let tally = self.ledger.tally();
        assert!(forgotten <= tally.forgotten_early, "{forgotten} rows went before their time uncounted");
        let unsettled = self.known.values().filter(|known| known.unsettled).count() as u32;
        assert_eq!(tally.held + tally.ready + tally.claimed, unsettled);
    }
}

#[test]
fn promises_hold_under_random_events() {
    let inbox = Rules { memory: 960_000, tries: 4, patience: 2_000_000, ..Rules::stored() };
    let without = Rules { tries: 4, ..Rules::handled_first() };
    let sizes = [(4, 6), (12, 48), (30, 20)];
    let worlds = 2 * sizes.len() as u64;
    for (rules, (submissions, deliveries)) in
        [inbox, without].into_iter().flat_map(|rules| sizes.map(|size| (rules, size)))
    {
        let clock = Now::new(1_790_000_000_000, 0);
        let ledger = empty(submissions, deliveries, rules, clock);
        let dice = Dice(0x9e37_79b9_7f4a_7c15 + deliveries as u64);
        let mut world = World { dice, rules, ledger, clock, latest: clock, known: BTreeMap::new() };
        for event in 0..events() / worlds {
            world.step();
            if event % 16 == 0 {
                world.check();
            }
        }
        let tally = world.ledger.tally();
        assert_eq!(tally.forgotten_early > 0, deliveries < 48 || submissions < 12, "{tally:?}");
    }
}

/// Sends each delivery until it is acknowledged, and works on what is ready until nothing is.
fn play_out(ledger: &mut Boxed, numbers: &[u64], mut now: Now) {
    for _ in 0..3 {
        for &number in numbers {
            now.monotonic += 30_000;
            now.wall += 30_000;
            if let Verdict::Handle(grant) = ledger.arrive(&ordered(number), now) {
                assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, now), Ok(Settled::Done));
            }
            if let Ok(Turn::Handle(grant)) = ledger.claim(id(number), now) {
                assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, now), Ok(Settled::Done));
            }
        }
    }
}

fn ordered(number: u64) -> Arrival {
    Arrival {
        scope: Some(scope(number % 3)),
        delivery: Some(id(number)),
        closes: number.is_multiple_of(2),
        require_expected: true,
        ..Arrival::new(Fingerprint::from_bytes([0; 16]))
    }
}

#[test]
fn announcing_before_or_after_the_arrivals_ends_in_the_same_state() {
    let mut dice = Dice(77);
    for round in 0..events() / 500 {
        let rules = if round % 2 == 0 { Rules::stored() } else { Rules::handled_first() };
        let now = Now::new(1_790_000_000_000, 0);
        let numbers: Vec<u64> = (0..1 + dice.roll(8)).map(|_| dice.roll(12)).collect();
        let deadline = Expiry::At(now.wall + 2_760_000);
        let ends = [0, dice.roll(9) as usize].map(|announced_at| {
            let mut ledger = empty(8, 32, rules, now);
            for at in 0..=numbers.len() {
                if at == announced_at.min(numbers.len()) {
                    (0..3).for_each(|number| _ = ledger.expect(scope(number), deadline, None, now));
                }
                if let Some(&number) = numbers.get(at)
                    && let Verdict::Handle(grant) = ledger.arrive(&ordered(number), now)
                {
                    ledger.settle(grant.claim, Outcome::Done, 0, now).expect("it was just claimed");
                }
            }
            play_out(&mut ledger, &numbers, now);
            let submissions: Vec<_> = (0..3)
                .map(|number| ledger.submission(scope(number)).map(|row| (row.expected, row.arrived, row.deliveries)))
                .collect();
            let deliveries: Vec<_> = (0..12).map(|number| ledger.delivery(id(number)).map(|row| row.phase)).collect();
            (submissions, deliveries, ledger.tally())
        });
        assert_eq!(ends[0], ends[1], "{numbers:?}");
    }
}

#[test]
fn garbage_in_the_slots_neither_panics_nor_breaks_a_promise() {
    let mut dice = Dice(3);
    for round in 0..events() / 5_000 {
        let rules = if round % 2 == 0 { Rules::stored() } else { Rules::handled_first() };
        let now = Now::new(1_790_000_000_000, dice.roll(1_000));
        let narrow = [1, 2, 256][dice.roll(3) as usize];
        let mut byte = || if dice.chance(3) { dice.roll(narrow) as u8 } else { dice.roll(8) as u8 };
        let submissions: Box<_> =
            (0..24).map(|_| SubmissionSlot::from_bytes(&std::array::from_fn(|_| byte()))).collect();
        let deliveries: Box<_> = (0..24).map(|_| DeliverySlot::from_bytes(&std::array::from_fn(|_| byte()))).collect();
        let mut ledger = Ledger::open(submissions, deliveries, [round as u8; 16], rules, now);
        let mut tally = ledger.tally();
        assert!(tally.held + tally.ready + tally.claimed + tally.done + tally.dead <= 24);
        for number in 0..40 {
            let _ = ledger.expect(scope(number), Expiry::Never, None, now);
            if let Verdict::Handle(grant) = ledger.arrive(&ordered(number), now) {
                ledger.settle(grant.claim, Outcome::Done, 0, now).expect("it was just claimed");
            }
        }
        let end = Now::new(u64::MAX, u64::MAX);
        for _ in 0..4 {
            let mut budget = 200;
            while ledger.sweep(end, &mut budget).is_some() {}
        }
        tally = ledger.tally();
        assert_eq!((tally.held, tally.claimed), (0, 0), "{tally:?}");
    }
}
