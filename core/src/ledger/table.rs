//! A hash table inside slots that somebody else owns.
//!
//! **Chained scatter with Brent's variation.** The bucket of a key is a slot, its *home*. A row lies at home if it can;
//! if another row whose home that is lies there already, it becomes a guest in any free slot, chained behind the one at
//! home; if a guest lies there, the guest moves out. So a chain holds rows of one home only, and most look-ups touch
//! one cache line. Linear probing with backward shift would spare the `chain` link, but a ledger runs full for all its
//! life, since settled rows stay until room is needed; at that load a probe walks over dozens of cache lines, whereas a
//! chain has one and a half rows on average with every last slot in use. Inserting moves one row at most, and so does
//! removing.
//!
//! **Misses are what counts** in a table of many megabytes: one costs more than all the instructions of an arrival.
//! So a guest is put near its home while there is room, where the same page and often the same line holds both. Slots
//! that no row has lain in are in no list, so that taking one touches no other. And what an eviction will read is asked
//! for early, together with what the arrival itself reads.
//!
//! **Two lists** run through the slots that no chain can spare a thought for: those that were freed, and the evictable
//! ones in the order in which they became so. Slots in neither list may use the same two links for a list of their own.
//!
//! **The seed** turns a key into its home. Keys are keyed hashes already; the seed makes homes unknowable even to
//! somebody who can choose keys.

use core::hint::black_box;
use core::marker::PhantomData;

use super::list::{self, Linked, Links, List, NIL};

/// In place of the slot before a free one: it is in no list, for no row has lain in it since the table was opened.
const FRESH: u32 = NIL - 1;

/// How far from home a guest still shares a page, and often a cache line, with its home.
const NEARBY: u32 = 8;

/// Nobody looks nearby once less than this part of all slots is free.
const SCARCE: u32 = 16;

/// A key: bits that are spread evenly already.
pub(super) trait Key: Copy + Eq {
    fn words(&self) -> (u64, u64);
}

/// A row and its links, in memory that may hold anything when it is first seen.
pub(super) trait Slot: Copy + Linked {
    type Key: Key;
    /// A free slot, whatever its links say.
    const EMPTY: Self;

    /// The key of the row; none if the slot is free.
    fn key(&self) -> Option<Self::Key>;
    /// Whether the row has a key of these words. Takes no branch, and reads the words as such: keys that went through
    /// memory byte by byte would have to wait for every write before them.
    fn holds(&self, words: (u64, u64)) -> bool;
    /// Empties a slot that cannot be a row, and cuts what refers to other slots.
    fn sanitize(&mut self);
    /// Whether the row may go when room is needed. Evictable rows are ordered by due time when a table is opened.
    fn is_evictable(&self) -> bool;
}

pub(super) struct Table<S, M> {
    memory: M,
    seed: (u64, u64),
    capacity: u32,
    /// How many slots are free, listed or fresh.
    vacant: u32,
    /// Every slot that is fresh lies here or behind.
    fresh: u32,
    free: List,
    evictable: List,
    /// Where a row was inserted last; another may lie there by now, or none.
    latest: u32,
    slots: PhantomData<S>,
}

impl<S: Slot, M: AsRef<[S]> + AsMut<[S]>> Table<S, M> {
    /// A table of the rows that lie in this memory. Linear, but for ordering what is evictable.
    pub(super) fn open(memory: M, seed: [u8; 16]) -> Table<S, M> {
        let mut table = Table::over(memory, seed);
        table.bring_home();
        table.chain_guests();
        table.list_slots();
        table
    }

    /// An empty table; whatever lies in this memory is cleared.
    pub(super) fn new(memory: M, seed: [u8; 16]) -> Table<S, M> {
        let mut table = Table::over(memory, seed);
        for slot in table.memory.as_mut() {
            *slot = S::EMPTY;
            *slot.links_mut() = Links { prev: FRESH, ..Links::NONE };
        }
        table.vacant = table.capacity;
        table
    }

    fn over(memory: M, seed: [u8; 16]) -> Table<S, M> {
        let (low, high) = (u128::from_le_bytes(seed) as u64, (u128::from_le_bytes(seed) >> 64) as u64);
        let capacity = u32::try_from(memory.as_ref().len()).unwrap_or(NIL - 1).min(NIL - 1);
        Table {
            memory,
            seed: (low, high),
            capacity,
            vacant: 0,
            fresh: 0,
            free: List::EMPTY,
            evictable: List::EMPTY,
            latest: 0,
            slots: PhantomData,
        }
    }

    pub(super) fn close(self) -> M {
        self.memory
    }

    pub(super) fn slots(&self) -> &[S] {
        self.memory.as_ref()
    }

    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }

    pub(super) fn len(&self) -> u32 {
        self.capacity - self.vacant
    }

    pub(super) fn evictable(&self) -> u32 {
        self.evictable.len
    }

    pub(super) fn oldest_evictable(&self) -> Option<u32> {
        (self.evictable.head != NIL).then_some(self.evictable.head)
    }

    #[inline]
    pub(super) fn at(&self, at: u32) -> &S {
        &self.memory.as_ref()[at as usize]
    }

    pub(super) fn links_mut(&mut self, at: u32) -> &mut Links {
        self.memory.as_mut()[at as usize].links_mut()
    }

    /// Begins to load what removing the oldest evictable row will change, and waits for none of it.
    #[inline]
    pub(super) fn touch_oldest(&self) {
        // Nothing is far away there.
        if cfg!(target_os = "none") {
            return;
        }
        let slots = self.memory.as_ref();
        let Some(oldest) = slots.get(self.evictable.head as usize) else { return };
        let home = oldest.key().and_then(|key| self.home(key));
        for at in [home.unwrap_or(NIL), oldest.links().chain, oldest.links().next] {
            black_box(slots.get(at as usize).map(|slot| slot.links().chain));
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn find(&self, key: S::Key) -> Option<u32> {
        let words = key.words();
        let home = self.home_of(words)?;
        let first = self.at(home);
        if first.holds(words) {
            return Some(home);
        }
        if first.links().chain == NIL { None } else { self.find_guest(words, home) }
    }

    /// Finds what is likely to be the row that was inserted last.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn find_latest(&self, key: S::Key) -> Option<u32> {
        match self.memory.as_ref().get(self.latest as usize) {
            Some(slot) if slot.holds(key.words()) => Some(self.latest),
            _ => self.find(key),
        }
    }

    fn find_guest(&self, words: (u64, u64), home: u32) -> Option<u32> {
        let first = self.at(home);
        // Behind a guest lie rows of its own home only.
        if self.home(first.key()?) != Some(home) {
            return None;
        }
        let mut at = first.links().chain;
        while at != NIL {
            let slot = self.at(at);
            if slot.holds(words) {
                return Some(at);
            }
            at = slot.links().chain;
        }
        None
    }

    /// Changes the row at `at`, which keeps its key and its links, and unless it becomes or ceases to be evictable, its list.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn change(&mut self, at: u32, change: impl FnOnce(&mut S)) {
        let slots = self.memory.as_mut();
        let slot = &mut slots[at as usize];
        let was = slot.is_evictable();
        change(slot);
        match (was, slot.is_evictable()) {
            (false, true) => list::push_back(slots, &mut self.evictable, at),
            (true, false) => list::unlink(slots, &mut self.evictable, at),
            _ => {}
        }
    }

    /// Inserts a row whose key is not in the table, and says where. None: no slot is free.
    ///
    /// A row that has to move is told to `moved`, with its new place.
    #[cfg_attr(not(target_os = "none"), inline)]
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn insert(&mut self, slot: S, moved: impl FnMut(&S, u32)) -> Option<u32> {
        let home = self.home(slot.key()?)?;
        if self.vacant == 0 {
            return None;
        }
        let mut slot = slot;
        *slot.links_mut() = Links::NONE;
        let resident = self.at(home).key();
        let at = match resident {
            None => {
                self.take(home);
                home
            }
            Some(resident) => {
                let lives = self.home(resident)?;
                let spare = self.spare(lives)?;
                self.take(spare);
                if lives == home {
                    slot.links_mut().chain = self.at(home).links().chain;
                    self.links_mut(home).chain = spare;
                    spare
                } else {
                    let before = self.before(resident, home);
                    self.relocate(home, spare, moved);
                    self.links_mut(before).chain = spare;
                    home
                }
            }
        };
        self.memory.as_mut()[at as usize] = slot;
        if slot.is_evictable() {
            list::push_back(self.memory.as_mut(), &mut self.evictable, at);
        }
        self.latest = at;
        Some(at)
    }

    /// Removes the row at `at`. A row that has to move is told to `moved`, with its new place.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn remove(&mut self, at: u32, moved: impl FnMut(&S, u32)) {
        let slot = *self.at(at);
        let Some(key) = slot.key() else { return };
        if slot.is_evictable() {
            list::unlink(self.memory.as_mut(), &mut self.evictable, at);
        }
        let next = slot.links().chain;
        let emptied = if self.home(key) != Some(at) {
            let before = self.before(key, at);
            self.links_mut(before).chain = next;
            at
        } else if next != NIL {
            self.relocate(next, at, moved);
            next
        } else {
            at
        };
        self.clear(emptied);
        list::push_front(self.memory.as_mut(), &mut self.free, emptied);
        self.vacant += 1;
    }

    /// The slot whose row is chained to the one at `at`, which is a guest.
    #[cfg_attr(target_os = "none", inline(never))]
    fn before(&self, key: S::Key, at: u32) -> u32 {
        let mut before = self.home(key).unwrap_or(at);
        while self.at(before).links().chain != at {
            before = self.at(before).links().chain;
        }
        before
    }

    #[inline]
    fn clear(&mut self, at: u32) {
        let slot = &mut self.memory.as_mut()[at as usize];
        *slot = S::EMPTY;
        *slot.links_mut() = Links::NONE;
    }

    /// A free slot for a guest of this home: one nearby, if there is a fair chance of it.
    ///
    /// Otherwise the one that was freed last, or else a fresh one; all searches for these together look at each slot
    /// once.
    #[cfg_attr(target_os = "none", inline(never))]
    fn spare(&mut self, home: u32) -> Option<u32> {
        if self.vacant > self.capacity / SCARCE {
            for distance in 1..=NEARBY {
                for at in [home.wrapping_add(distance), home.wrapping_sub(distance)] {
                    if at < self.capacity && self.at(at).key().is_none() {
                        return Some(at);
                    }
                }
            }
        }
        if self.free.head != NIL {
            return Some(self.free.head);
        }
        while self.fresh < self.capacity {
            let slot = self.at(self.fresh);
            if slot.key().is_none() && slot.links().prev == FRESH {
                return Some(self.fresh);
            }
            self.fresh += 1;
        }
        None
    }

    /// Takes a free slot for a row.
    #[inline]
    fn take(&mut self, at: u32) {
        self.vacant -= 1;
        if self.at(at).links().prev != FRESH {
            list::unlink(self.memory.as_mut(), &mut self.free, at);
        }
    }

    /// Moves a row, with its links, to a place that is in no list.
    #[cfg_attr(target_os = "none", inline(never))]
    fn relocate(&mut self, from: u32, to: u32, mut moved: impl FnMut(&S, u32)) {
        let slots = self.memory.as_mut();
        let slot = slots[from as usize];
        slots[to as usize] = slot;
        let Links { prev, next, .. } = *slot.links();
        if prev != NIL {
            slots[prev as usize].links_mut().next = to;
        }
        if next != NIL {
            slots[next as usize].links_mut().prev = to;
        }
        if slot.is_evictable() {
            self.evictable.head = if prev == NIL { to } else { self.evictable.head };
            self.evictable.tail = if next == NIL { to } else { self.evictable.tail };
        }
        moved(&slot, to);
    }

    /// Where a key would like to lie; none if there is no slot at all.
    #[inline]
    fn home(&self, key: S::Key) -> Option<u32> {
        self.home_of(key.words())
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn home_of(&self, (a, b): (u64, u64)) -> Option<u32> {
        let product = u128::from(a ^ self.seed.0) * u128::from(b ^ self.seed.1);
        let folded = (product >> 64) as u64 ^ product as u64;
        let home = ((folded >> 32) * u64::from(self.capacity)) >> 32;
        (self.capacity != 0).then_some(home as u32)
    }

    /// Swaps rows until whoever can be at home is. Each swap brings one row home for good.
    fn bring_home(&mut self) {
        for at in 0..self.capacity {
            let slot = &mut self.memory.as_mut()[at as usize];
            slot.sanitize();
            *slot.links_mut() = Links::NONE;
        }
        for at in 0..self.capacity {
            while let Some(home) = self.at(at).key().and_then(|key| self.home(key)) {
                let resident = self.at(home).key().and_then(|key| self.home(key));
                if home == at || resident == Some(home) {
                    break;
                }
                self.memory.as_mut().swap(at as usize, home as usize);
            }
        }
    }

    /// Chains every guest behind the row at its home; of rows with one key a single one stays.
    fn chain_guests(&mut self) {
        for at in 0..self.capacity {
            let Some(key) = self.at(at).key() else { continue };
            let Some(home) = self.home(key).filter(|&home| home != at) else { continue };
            if self.find(key).is_some() {
                self.clear(at);
                continue;
            }
            self.links_mut(at).chain = self.at(home).links().chain;
            self.links_mut(home).chain = at;
        }
    }

    fn list_slots(&mut self) {
        let slots = self.memory.as_mut();
        for at in 0..self.capacity {
            let slot = &mut slots[at as usize];
            if slot.key().is_none() {
                *slot.links_mut() = Links { prev: FRESH, ..Links::NONE };
                self.vacant += 1;
            } else if slot.is_evictable() {
                list::push_back(slots, &mut self.evictable, at);
            }
        }
        list::sort(slots, &mut self.evictable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::vec::Vec;
    use std::{vec, vec::IntoIter};

    /// A row whose number is its key; it is evictable if its due time is not 0.
    #[derive(Clone, Copy, Debug)]
    struct Row {
        number: u64,
        due: u64,
        links: Links,
    }

    impl Key for u64 {
        fn words(&self) -> (u64, u64) {
            (*self, self.rotate_left(32))
        }
    }

    impl Slot for Row {
        type Key = u64;
        const EMPTY: Row = Row { number: 0, due: 0, links: Links::ZERO };

        fn key(&self) -> Option<u64> {
            (self.number != 0).then_some(self.number)
        }
        fn holds(&self, words: (u64, u64)) -> bool {
            self.number != 0 && self.number.words() == words
        }
        fn sanitize(&mut self) {}
        fn is_evictable(&self) -> bool {
            self.number != 0 && self.due != 0
        }
    }

    impl Linked for Row {
        fn links(&self) -> &Links {
            &self.links
        }
        fn links_mut(&mut self) -> &mut Links {
            &mut self.links
        }
        fn due(&self) -> u64 {
            self.due
        }
    }

    fn row(number: u64, due: u64) -> Row {
        Row { number, due, links: Links::NONE }
    }

    fn evictable(table: &Table<Row, Vec<Row>>) -> IntoIter<u64> {
        let (mut at, mut numbers) = (table.evictable.head, Vec::new());
        while at != NIL {
            numbers.push(table.at(at).number);
            at = table.at(at).links.next;
        }
        assert_eq!(numbers.len() as u32, table.evictable());
        numbers.into_iter()
    }

    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    #[test]
    fn the_table_agrees_with_a_map_and_its_list_with_a_queue() {
        for capacity in [0, 1, 2, 3, 16, 100] {
            let mut table = Table::open(vec![Row::EMPTY; capacity], [7; 16]);
            let (mut map, mut queue) = (BTreeMap::new(), Vec::new());
            let mut dice = 0x9e37_79b9 + capacity as u64;
            for step in 0..20_000_u64 {
                let number = 1 + random(&mut dice) % (2 * capacity as u64 + 1);
                let due = if random(&mut dice) < 1 << 47 { 0 } else { step + 1 };
                assert_eq!(table.find_latest(number), table.find(number));
                match (table.find(number), random(&mut dice) % 3) {
                    (Some(at), 0) => {
                        table.remove(at, |_, _| {});
                        map.remove(&number);
                        queue.retain(|&queued| queued != number);
                    }
                    (Some(at), _) => {
                        let was = map.insert(number, due);
                        table.change(at, |slot| slot.due = due);
                        if due == 0 {
                            queue.retain(|&queued| queued != number);
                        } else if was == Some(0) {
                            queue.push(number);
                        }
                    }
                    (None, _) => {
                        assert!(!map.contains_key(&number));
                        let inserted = table.insert(row(number, due), |_, _| {});
                        assert_eq!(inserted.is_some(), map.len() < capacity);
                        if inserted.is_some() {
                            map.insert(number, due);
                            queue.extend((due != 0).then_some(number));
                        }
                    }
                }
                assert_eq!(table.len() as usize, map.len());
                if step % 64 == 0 {
                    assert!(map.iter().all(|(&key, &due)| table.find(key).map(|at| table.at(at).due) == Some(due)));
                    assert!(evictable(&table).eq(queue.iter().copied()));
                }
            }
        }
    }

    #[test]
    fn whoever_moves_is_told() {
        let mut table = Table::open(vec![Row::EMPTY; 64], [1; 16]);
        let mut places = BTreeMap::new();
        for number in 1..=64 {
            let at = table.insert(row(number, 0), |row, to| _ = places.insert(row.number, to));
            places.extend(at.map(|at| (number, at)));
        }
        for number in (1..=64).step_by(3) {
            let at = places.remove(&number).unwrap_or(NIL);
            table.remove(at, |row, to| _ = places.insert(row.number, to));
            assert!(places.iter().all(|(&number, &at)| table.at(at).number == number));
        }
    }

    #[test]
    fn opening_finds_every_row_wherever_it_lies_and_sorts_what_is_evictable() {
        let mut dice = 5;
        for capacity in [1_u64, 2, 7, 64, 1_000] {
            let mut slots: Vec<Row> = (1..=capacity).map(|number| row(number, random(&mut dice) % 9)).collect();
            slots.iter_mut().filter(|row| row.number % 5 == 0).for_each(|row| *row = Row::EMPTY);
            let rows = slots.clone();
            let table = Table::open(slots, [capacity as u8; 16]);
            for row in rows.iter().filter(|row| row.number != 0) {
                assert_eq!(table.find(row.number).map(|at| table.at(at).due), Some(row.due));
            }
            let dues: Vec<u64> = evictable(&table).map(|number| rows[number as usize - 1].due).collect();
            assert!(dues.is_sorted());
            assert_eq!(dues.len(), rows.iter().filter(|row| row.is_evictable()).count());
        }
    }

    #[test]
    fn of_rows_with_one_key_opening_keeps_a_single_one() {
        let table = Table::open(vec![row(9, 1); 50], [2; 16]);
        assert_eq!((table.len(), table.evictable()), (1, 1));
    }
}
