//! A ledger with a million submissions expected, and the hash map that a user would take instead.
//!
//! The ledger looks up a submission and a delivery, decides, writes both rows, and settles: afterwards it remembers that
//! the one has its answer and the other was handled. "Insert and remove" of a map with a million rows can be read in
//! two ways, so both are measured, with rows as large as one of the ledger's:
//!
//! * a row goes in and comes out again at once, and nothing is remembered. The map never looks at the million.
//! * what was expected comes out, and what was handled goes in: what a user needs who wants to notice repeats.

use std::hint::black_box;

use hashbrown::HashMap;
use ringback::ledger::{
    Arrival, DeliveryId, DeliverySlot, Fingerprint, Ledger, Outcome, Rules, ScopeKey, Settled, SubmissionSlot, Verdict,
};
use ringback::time::{Expiry, Now};

use crate::answer::Answer;
use crate::rng::Rng;

/// How many submissions are expected all the time.
pub const EXPECTED: usize = 1_000_000;

/// How many deliveries arrive in a round: so few that in the longest race there is still about a million expected, and
/// nothing that was handled has to be forgotten for want of room.
pub const BATCH: usize = 5_000;

const NOW: Now = Now::new(1_795_000_000_000, 0);

/// A ledger in which [`EXPECTED`] submissions and those still to arrive are announced.
pub struct Crowd {
    ledger: Ledger<Box<[SubmissionSlot]>, Box<[DeliverySlot]>>,
    /// What is still to arrive, in an order that has nothing to do with that of the announcements.
    keys: Vec<[u8; 16]>,
    arrived: usize,
}

impl Crowd {
    /// A ledger for this many batches.
    ///
    /// # Panics
    ///
    /// If there are so many batches that the ledger has to forget some of them.
    #[must_use]
    pub fn new(batches: usize) -> Crowd {
        assert!(batches * BATCH <= EXPECTED * 3 / 4, "so many deliveries are not kept");
        let mut rng = Rng::new(23);
        let mut keys: Vec<[u8; 16]> = (0..EXPECTED + batches * BATCH).map(|_| rng.bytes16()).collect();
        // As full as the map: at most seven eighths.
        let rows = keys.len() * 8 / 7;
        let mut ledger = Ledger::open(
            vec![SubmissionSlot::EMPTY; rows].into(),
            vec![DeliverySlot::EMPTY; EXPECTED].into(),
            [5; 16],
            Rules::handled_first(),
            NOW,
        );
        for key in &keys {
            let scope = ScopeKey::from_hash(*key);
            ledger.expect(scope, Expiry::At(NOW.wall + 2_760_000), None, NOW).expect("there is room");
        }
        rng.shuffle(&mut keys);
        Crowd { ledger, keys, arrived: 0 }
    }

    /// The next batch arrives and is settled.
    pub fn arrive_and_settle(&mut self) -> Answer {
        let mut handled = 0;
        for key in self.keys[self.arrived..].iter().take(BATCH) {
            let arrival = Arrival {
                scope: Some(ScopeKey::from_hash(*key)),
                delivery: Some(DeliveryId::from_bytes(*key)),
                closes: true,
                ..Arrival::new(Fingerprint::from_bytes(*key))
            };
            let Verdict::Handle(grant) = self.ledger.arrive(&arrival, NOW) else { continue };
            let settled = self.ledger.settle(black_box(grant.claim), Outcome::Done, 0, NOW);
            handled += u64::from(settled == Ok(Settled::Done));
        }
        self.arrived += BATCH;
        Answer { exact: handled, sum: 0.0 }
    }
}

/// A map with [`EXPECTED`] rows, or more.
pub struct Map {
    rows: HashMap<[u8; 16], [u8; ROW]>,
    keys: Vec<[u8; 16]>,
    arrived: usize,
}

/// What a [`DeliverySlot`] has beside its key.
const ROW: usize = size_of::<DeliverySlot>() - 16;

impl Map {
    /// A map for this many batches; the rows of what is to arrive are among those that are expected, if wanted.
    #[must_use]
    pub fn new(batches: usize, expecting_them: bool) -> Map {
        let mut rng = Rng::new(29);
        let keys: Vec<[u8; 16]> = (0..batches * BATCH).map(|_| rng.bytes16()).collect();
        let mut rows: HashMap<_, _> = (0..EXPECTED).map(|_| (rng.bytes16(), [1; ROW])).collect();
        if expecting_them {
            rows.extend(keys.iter().map(|key| (*key, [2; ROW])));
        }
        Map { rows, keys, arrived: 0 }
    }

    /// Of each of the next batch a row goes in and comes out again.
    pub fn in_and_out(&mut self) -> Answer {
        let mut handled = 0;
        for key in self.keys[self.arrived..].iter().take(BATCH) {
            let before = self.rows.insert(*key, black_box([2; ROW]));
            let row = self.rows.remove(black_box(key));
            handled += u64::from(before.is_none() && row.is_some_and(|row| row[0] == 2));
        }
        self.arrived += BATCH;
        Answer { exact: handled, sum: 0.0 }
    }

    /// Of each of the next batch the expected row comes out, and a handled one goes in.
    pub fn out_and_in(&mut self) -> Answer {
        let mut handled = 0;
        for key in self.keys[self.arrived..].iter().take(BATCH) {
            let row = self.rows.remove(key);
            // The name of the delivery is another one than that of its submission.
            let delivery = key.map(|byte| !byte);
            let before = self.rows.insert(delivery, black_box([3; ROW]));
            handled += u64::from(before.is_none() && row.is_some_and(|row| row[0] == 2));
        }
        self.arrived += BATCH;
        Answer { exact: handled, sum: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_batch_are_handled() {
        assert_eq!(Map::new(1, false).in_and_out().exact, BATCH as u64);
        assert_eq!(Map::new(1, true).out_and_in().exact, BATCH as u64);
        let mut crowd = Crowd::new(2);
        assert_eq!(crowd.arrive_and_settle().exact, BATCH as u64);
        assert_eq!(crowd.arrive_and_settle().exact, BATCH as u64);
        assert!(crowd.ledger.tally().awaited as usize >= EXPECTED);
    }
}
