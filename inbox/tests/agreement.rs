//! Whatever happens in whatever order, SQLite and memory say the same.

mod rig;

use std::sync::{Arc, OnceLock};

use rig::{BASIC, Folder, Rig, Store, authorization, closing, failure, keyring, piece, transcript};
use ringback::credential::TicketUse;
use ringback::ledger::{Outcome, Phase, Rules};
use ringback_inbox::ledger::Selection;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Expect, Ledger, ManualClock, Memory, Settings, Work};

struct InMemory(OnceLock<Arc<Memory>>);

impl Store for InMemory {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        self.0.get_or_init(|| Arc::new(Memory::new(clock).unwrap())).clone()
    }
}

struct InSqlite(Folder);

impl Store for InSqlite {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Sqlite::open_with(self.0.file(), Options { clock, reserve: 0, ..Options::default() }).unwrap())
    }
}

/// One of the two, its streams, and what it has been given to handle.
struct Side {
    rig: Rig,
    streams: Vec<String>,
    works: Vec<Work>,
}

impl Side {
    fn new(store: impl Store + 'static) -> Side {
        // A wait of one millisecond, whatever the entropy: both sides must agree on it.
        let rules = Rules { backoff: 2, backoff_limit: 2, tries: 4, ..Rules::stored() };
        let rig = Rig::with(store, Settings { rules, ..Settings::default() });
        let expect = || rig.inbox.expect(&keyring(), Expect::new("stream").for_use(TicketUse::Stream)).unwrap();
        let streams = (0..3).map(|_| authorization(&expect())).collect();
        Side { rig, streams, works: Vec::new() }
    }

    /// Does one thing, and says everything that can be seen of it.
    fn act(&mut self, dice: &mut Dice, step: u64) -> String {
        let stream = dice.below(3) as usize;
        let inbox = &self.rig.inbox;
        let said = match dice.below(16) {
            0..=4 => {
                let body = piece(stream as u64, dice.below(40) as f64, true, "x");
                format!("{:?}", self.rig.answer(&self.streams[stream], &body))
            }
            5 => format!("{:?}", self.rig.answer(BASIC, &transcript(dice.below(30), "x"))),
            6 => format!("{:?}", self.rig.answer(BASIC, &transcript(dice.below(30), &format!("differs {step}")))),
            7 => format!("{:?}", self.rig.answer(&self.streams[stream], &failure(stream as u64))),
            8 => format!("{:?}", self.rig.answer(&self.streams[stream], &closing(stream as u64))),
            9..=10 => {
                let mut claimed = inbox.claim(99).unwrap();
                claimed.sort_by(|one, other| one.body.cmp(&other.body));
                let bodies: Vec<_> = claimed.iter().map(|work| (work.body.clone(), work.again)).collect();
                self.works.extend(claimed);
                format!("{bodies:?}")
            }
            11..=13 if !self.works.is_empty() => {
                let work = self.works.remove(dice.below(self.works.len() as u64) as usize);
                match dice.below(4) {
                    0 => format!("{:?}", inbox.settle(work.claim, Outcome::Failed)),
                    1 => format!("{:?}", inbox.release(work.claim)),
                    2 => format!("{:?}", inbox.settle(work.claim, Outcome::Dead)),
                    _ => format!("{:?}", inbox.settle(work.claim, Outcome::Done)),
                }
            }
            14 => {
                let dead = inbox.dead_letters(0, 99).unwrap();
                let at = dice.below(dead.len().max(1) as u64) as usize;
                format!("{:?}", dead.get(at).map(|letter| inbox.replay(letter.facts.id)))
            }
            _ => {
                self.rig.clock.advance([0, 1, 2, 70_000][dice.below(4) as usize]);
                let swept = inbox.sweep().unwrap();
                format!("{} {} {}", swept.overdue.len(), swept.forgotten, swept.bodies)
            }
        };
        let ready = inbox.ledger().deliveries(&Selection::Phase(Phase::Ready), 0, 999).unwrap();
        let turns: Vec<_> = ready.iter().map(|entry| (entry.sequence, entry.its_turn, entry.row.due)).collect();
        format!("{said} {:?} {turns:?}", inbox.ledger().tally().unwrap())
    }
}

/// A sequence that looks random and is the same for both.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }
}

#[test]
fn both_say_the_same_at_every_step() {
    for seed in 1..=4 {
        let mut memory = Side::new(InMemory(OnceLock::new()));
        let mut sqlite = Side::new(InSqlite(Folder::new()));
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        for step in 0..250 {
            let mut same = dice.clone();
            assert_eq!(memory.act(&mut dice, step), sqlite.act(&mut same, step), "seed {seed}, step {step}");
            dice.below(2);
        }
        // Whatever is left is found by whoever looks for work, in the end.
        for side in [&mut memory, &mut sqlite] {
            side.rig.clock.advance(70_000);
            loop {
                let works = side.rig.inbox.claim(99).unwrap();
                if works.is_empty() {
                    break;
                }
                works.iter().for_each(|work| _ = side.rig.inbox.settle(work.claim, Outcome::Done).unwrap());
            }
            let [held, ready, claimed, ..] = side.rig.inbox.ledger().tally().unwrap();
            assert_eq!((held, ready, claimed), (0, 0, 0));
        }
    }
}
