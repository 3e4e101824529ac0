//! Masks that go on: what one mask hands to the next, over the lanes of a stride and from stride to stride.

use super::isa::{Isa, LANES, Lanes};

/// The last mask of the stride before, for shifts.
pub(super) struct Shift<I: Isa>(I::Lanes);

impl<I: Isa> Shift<I> {
    pub(super) fn new(isa: I, last: u64) -> Shift<I> {
        Shift(isa.lanes(&[0, 0, 0, last]))
    }

    /// Every bit moved to the next byte.
    #[inline(always)]
    pub(super) fn next(&mut self, mask: I::Lanes) -> I::Lanes {
        let shifted = mask.up::<1>() | mask.after(self.0).down::<63>();
        self.0 = mask;
        shifted
    }

    /// As if the byte before the coming stride had this bit.
    #[inline(always)]
    pub(super) fn set(&mut self, isa: I, bit: bool) {
        self.0 = isa.lanes(&[0, 0, 0, u64::from(bit) << 63]);
    }

    #[inline(always)]
    pub(super) fn is_set(&self) -> bool {
        self.0.tops() >> (LANES - 1) != 0
    }
}

/// The carry of an addition.
#[derive(Default)]
pub(super) struct Sum(u32);

impl Sum {
    /// The sum of two numbers as long as the whole text, one of them made of runs and the other of marks.
    ///
    /// Marks stand in runs, or alone, but not right behind a run: that would be one more way to get a carry.
    ///
    /// All lanes are added at once. One of them sends a carry if its sum overflows, and hands one on if its sum is all
    /// ones. With one bit for each lane, adding the senders, shifted, to those that hand on flips just the lanes
    /// that a carry reaches.
    #[inline(always)]
    pub(super) fn add<I: Isa>(&mut self, isa: I, runs: I::Lanes, marks: I::Lanes) -> I::Lanes {
        let sum = runs.plus(marks);
        let sent = (runs & !(sum & !marks)).tops();
        let full = sum.full();
        let reached = ((sent << 1 | self.0) + full) ^ full;
        self.0 = reached >> LANES;
        sum.plus(isa.lanes(&ONE[reached as usize % ONE.len()]))
    }

    #[inline(always)]
    pub(super) fn take(&mut self) -> bool {
        core::mem::take(&mut self.0) != 0
    }
}

/// Whether the number of bits so far is odd.
#[derive(Default)]
pub(super) struct Parity(u32);

impl Parity {
    /// A bit wherever the number of bits in `mask` up to and including that place is odd.
    ///
    /// So a mask of opening and closing marks becomes a mask of what is between them, with the opening ones.
    #[inline(always)]
    pub(super) fn spans<I: Isa>(&mut self, isa: I, mask: I::Lanes) -> I::Lanes {
        let mut odd = mask ^ mask.up::<1>();
        odd = odd ^ odd.up::<2>();
        odd = odd ^ odd.up::<4>();
        odd = odd ^ odd.up::<8>();
        odd = odd ^ odd.up::<16>();
        odd = odd ^ odd.up::<32>();
        // The same over the lanes, each of which still begins at even.
        let mut before = odd.tops() << 1 | self.0;
        before ^= before << 1;
        before ^= before << 2;
        before ^= before << 4;
        self.0 = before >> LANES & 1;
        odd ^ isa.lanes(&ONES[before as usize % ONES.len()])
    }
}

/// For each set of lanes: 1 in those of the set.
static ONE: [[u64; LANES]; 1 << LANES] = sets(1);

/// For each set of lanes: all ones in those of the set.
static ONES: [[u64; LANES]; 1 << LANES] = sets(u64::MAX);

const fn sets(value: u64) -> [[u64; LANES]; 1 << LANES] {
    let mut sets = [[0; LANES]; 1 << LANES];
    let mut set = 0;
    while set < sets.len() {
        let mut lane = 0;
        while lane < LANES {
            if set >> lane & 1 == 1 {
                sets[set][lane] = value;
            }
            lane += 1;
        }
        set += 1;
    }
    sets
}
