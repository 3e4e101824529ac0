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
//! **Rows and index** are apart: an [`Index`] knows where rows lie, and nothing of what is in them. So a program that has
//! little flash can hold its code once for all kinds of rows, while elsewhere each kind has its own.
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
pub(super) trait Slot: Copy {
    type Key: Key;
    /// A free slot, whatever its links say.
    const EMPTY: Self;

    fn links(&self) -> &Links;
    fn links_mut(&mut self) -> &mut Links;
    /// What the evictable rows are ordered by when a table is opened.
    fn due(&self) -> u64;
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
    store: Store<S, M>,
    index: Index,
}

/// The memory of a table.
struct Store<S, M> {
    memory: M,
    slots: PhantomData<S>,
}

/// Where the rows of a table lie: all of it but the rows.
struct Index {
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
}

/// Where a row was put.
pub(super) struct Inserted {
    pub(super) at: u32,
    /// Where the row lies now that had to move for it.
    pub(super) moved: Option<u32>,
}

/// What an index asks of rows.
trait Rows: Linked {
    /// The words of the key; none if the slot is free.
    fn words(&self, at: u32) -> Option<(u64, u64)>;
    /// [`Slot::holds`].
    #[cfg(not(target_os = "none"))]
    fn holds(&self, at: u32, words: (u64, u64)) -> bool;
    fn is_evictable(&self, at: u32) -> bool;
    fn copy(&mut self, from: u32, to: u32);
    fn clear(&mut self, at: u32);
}

/// The rows as an index sees them: its code is there once for each kind of them.
#[cfg(not(target_os = "none"))]
#[inline(always)]
fn seen<R: Rows>(rows: &R) -> &R {
    rows
}

/// [`seen`], to be changed.
#[cfg(not(target_os = "none"))]
#[inline(always)]
fn seen_mut<R: Rows>(rows: &mut R) -> &mut R {
    rows
}

/// Whether the row at `at` has a key of these words.
#[cfg(not(target_os = "none"))]
#[inline(always)]
fn holds<R: Rows + ?Sized>(rows: &R, at: u32, words: (u64, u64)) -> bool {
    rows.holds(at, words)
}

/// The rows as an index sees them: its code is there once for all kinds of them, which takes less flash.
#[cfg(target_os = "none")]
fn seen<'r, R: Rows + 'r>(rows: &'r R) -> &'r (dyn Rows + 'r) {
    rows
}

/// [`seen`], to be changed.
#[cfg(target_os = "none")]
fn seen_mut<'r, R: Rows + 'r>(rows: &'r mut R) -> &'r mut (dyn Rows + 'r) {
    rows
}

/// Whether the row at `at` has a key of these words.
#[cfg(target_os = "none")]
fn holds<R: Rows + ?Sized>(rows: &R, at: u32, words: (u64, u64)) -> bool {
    rows.words(at) == Some(words)
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
        for slot in table.store.slots_mut() {
            *slot = S::EMPTY;
            *slot.links_mut() = Links { prev: FRESH, ..Links::NONE };
        }
        table.index.vacant = table.index.capacity;
        table
    }

    fn over(memory: M, seed: [u8; 16]) -> Table<S, M> {
        let (low, high) = (u128::from_le_bytes(seed) as u64, (u128::from_le_bytes(seed) >> 64) as u64);
        let capacity = u32::try_from(memory.as_ref().len()).unwrap_or(NIL - 1).min(NIL - 1);
        Table {
            store: Store { memory, slots: PhantomData },
            index: Index {
                seed: (low, high),
                capacity,
                vacant: 0,
                fresh: 0,
                free: List::EMPTY,
                evictable: List::EMPTY,
                latest: 0,
            },
        }
    }

    pub(super) fn close(self) -> M {
        self.store.memory
    }

    pub(super) fn slots(&self) -> &[S] {
        self.store.slots()
    }

    pub(super) fn capacity(&self) -> u32 {
        self.index.capacity
    }

    pub(super) fn len(&self) -> u32 {
        self.index.capacity - self.index.vacant
    }

    pub(super) fn evictable(&self) -> u32 {
        self.index.evictable.len
    }

    pub(super) fn oldest_evictable(&self) -> Option<u32> {
        let oldest = self.index.evictable.head;
        (oldest != NIL).then_some(oldest)
    }

    #[inline]
    pub(super) fn at(&self, at: u32) -> &S {
        self.store.at(at)
    }

    pub(super) fn links_mut(&mut self, at: u32) -> &mut Links {
        self.store.links_mut(at)
    }

    /// Begins to load what removing the oldest evictable row will change, and waits for none of it.
    #[inline]
    pub(super) fn touch_oldest(&self) {
        // Nothing is far away there.
        if cfg!(target_os = "none") {
            return;
        }
        let slots = self.slots();
        let Some(oldest) = slots.get(self.index.evictable.head as usize) else { return };
        let home = oldest.key().and_then(|key| self.index.home(key.words()));
        for at in [home.unwrap_or(NIL), oldest.links().chain, oldest.links().next] {
            black_box(slots.get(at as usize).map(|slot| slot.links().chain));
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn find(&self, key: S::Key) -> Option<u32> {
        self.index.find(seen(&self.store), key.words())
    }

    /// Finds what is likely to be the row that was inserted last.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn find_latest(&self, key: S::Key) -> Option<u32> {
        match self.slots().get(self.index.latest as usize) {
            // Where nothing is far away, the other way is as quick.
            Some(slot) if cfg!(not(target_os = "none")) && slot.holds(key.words()) => Some(self.index.latest),
            _ => self.find(key),
        }
    }

    /// Changes the row at `at`, which keeps its key and its links, and unless it becomes or ceases to be evictable, its list.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn change(&mut self, at: u32, change: impl FnOnce(&mut S)) {
        let slot = &mut self.store.slots_mut()[at as usize];
        let was = slot.is_evictable();
        change(slot);
        let is = slot.is_evictable();
        self.index.list(seen_mut(&mut self.store), at, was, is);
    }

    /// Inserts a row whose key is not in the table: `fill` writes it into its slot. None: no slot is free.
    #[cfg_attr(not(target_os = "none"), inline)]
    pub(super) fn insert(&mut self, key: S::Key, fill: impl FnOnce(&mut S)) -> Option<Inserted> {
        let (inserted, chain) = self.index.make_place(seen_mut(&mut self.store), key.words())?;
        let slot = &mut self.store.slots_mut()[inserted.at as usize];
        fill(slot);
        *slot.links_mut() = Links { chain, ..Links::NONE };
        let is = slot.is_evictable();
        self.index.list(seen_mut(&mut self.store), inserted.at, false, is);
        Some(inserted)
    }

    /// Removes the row at `at`, and says where the row lies now that moved to close the gap.
    #[cfg_attr(not(target_os = "none"), inline)]
    pub(super) fn remove(&mut self, at: u32) -> Option<u32> {
        self.index.remove(seen_mut(&mut self.store), at)
    }

    /// Swaps rows until whoever can be at home is. Each swap brings one row home for good.
    fn bring_home(&mut self) {
        for slot in self.store.slots_mut() {
            slot.sanitize();
            *slot.links_mut() = Links::NONE;
        }
        for at in 0..self.index.capacity {
            while let Some(home) = self.home_at(at) {
                if home == at || self.home_at(home) == Some(home) {
                    break;
                }
                self.store.slots_mut().swap(at as usize, home as usize);
            }
        }
    }

    /// Chains every guest behind the row at its home; of rows with one key a single one stays.
    fn chain_guests(&mut self) {
        for at in 0..self.index.capacity {
            let Some(key) = self.at(at).key() else { continue };
            let Some(home) = self.home_at(at).filter(|&home| home != at) else { continue };
            if self.find(key).is_some() {
                self.store.clear(at);
                continue;
            }
            self.links_mut(at).chain = self.at(home).links().chain;
            self.links_mut(home).chain = at;
        }
    }

    fn list_slots(&mut self) {
        for at in 0..self.index.capacity {
            let slot = &mut self.store.slots_mut()[at as usize];
            if slot.key().is_none() {
                *slot.links_mut() = Links { prev: FRESH, ..Links::NONE };
                self.index.vacant += 1;
            } else if slot.is_evictable() {
                list::push_back(&mut self.store, &mut self.index.evictable, at);
            }
        }
        list::sort(&mut self.store, &mut self.index.evictable, |store, at| store.at(at).due());
    }

    /// The home of the row at `at`.
    fn home_at(&self, at: u32) -> Option<u32> {
        self.store.words(at).and_then(|words| self.index.home(words))
    }
}

impl<S: Slot, M: AsRef<[S]> + AsMut<[S]>> Store<S, M> {
    #[inline]
    fn slots(&self) -> &[S] {
        self.memory.as_ref()
    }

    #[inline]
    fn slots_mut(&mut self) -> &mut [S] {
        self.memory.as_mut()
    }

    #[inline]
    fn at(&self, at: u32) -> &S {
        &self.slots()[at as usize]
    }
}

impl<S: Slot, M: AsRef<[S]> + AsMut<[S]>> Linked for Store<S, M> {
    #[inline]
    fn links(&self, at: u32) -> &Links {
        self.at(at).links()
    }

    #[inline]
    fn links_mut(&mut self, at: u32) -> &mut Links {
        self.slots_mut()[at as usize].links_mut()
    }
}

impl<S: Slot, M: AsRef<[S]> + AsMut<[S]>> Rows for Store<S, M> {
    #[inline]
    fn words(&self, at: u32) -> Option<(u64, u64)> {
        self.at(at).key().map(|key| key.words())
    }

    #[cfg(not(target_os = "none"))]
    #[inline]
    fn holds(&self, at: u32, words: (u64, u64)) -> bool {
        self.at(at).holds(words)
    }

    #[inline]
    fn is_evictable(&self, at: u32) -> bool {
        self.at(at).is_evictable()
    }

    #[inline]
    fn copy(&mut self, from: u32, to: u32) {
        let slot = *self.at(from);
        self.slots_mut()[to as usize] = slot;
    }

    #[inline]
    fn clear(&mut self, at: u32) {
        let slot = &mut self.slots_mut()[at as usize];
        *slot = S::EMPTY;
        *slot.links_mut() = Links::NONE;
    }
}

impl Index {
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn find<R: Rows + ?Sized>(&self, rows: &R, words: (u64, u64)) -> Option<u32> {
        let home = self.home(words)?;
        if holds(rows, home, words) {
            return Some(home);
        }
        if rows.links(home).chain == NIL { None } else { self.find_guest(rows, words, home) }
    }

    fn find_guest<R: Rows + ?Sized>(&self, rows: &R, words: (u64, u64), home: u32) -> Option<u32> {
        // Behind a guest lie rows of its own home only.
        if self.home(rows.words(home)?) != Some(home) {
            return None;
        }
        let mut at = rows.links(home).chain;
        while at != NIL {
            if holds(rows, at, words) {
                return Some(at);
            }
            at = rows.links(at).chain;
        }
        None
    }

    /// Takes a slot for a row with this key: which one, and the next row in the chain that it belongs to.
    #[cfg_attr(not(target_os = "none"), inline)]
    #[cfg_attr(target_os = "none", inline(never))]
    fn make_place<R: Rows + ?Sized>(&mut self, rows: &mut R, words: (u64, u64)) -> Option<(Inserted, u32)> {
        let home = self.home(words)?;
        if self.vacant == 0 {
            return None;
        }
        let (mut at, mut chain, mut moved) = (home, NIL, None);
        match rows.words(home) {
            None => self.take(rows, home),
            Some(resident) => {
                let lives = self.home(resident)?;
                let spare = self.spare(rows, lives)?;
                self.take(rows, spare);
                if lives == home {
                    (at, chain) = (spare, rows.links(home).chain);
                    rows.links_mut(home).chain = spare;
                } else {
                    let before = self.before(rows, resident, home);
                    self.relocate(rows, home, spare);
                    rows.links_mut(before).chain = spare;
                    moved = Some(spare);
                }
            }
        }
        self.latest = at;
        Some((Inserted { at, moved }, chain))
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn remove<R: Rows + ?Sized>(&mut self, rows: &mut R, at: u32) -> Option<u32> {
        let words = rows.words(at)?;
        if rows.is_evictable(at) {
            list::unlink(rows, &mut self.evictable, at);
        }
        let next = rows.links(at).chain;
        let (mut emptied, mut moved) = (at, None);
        if self.home(words) != Some(at) {
            let before = self.before(rows, words, at);
            rows.links_mut(before).chain = next;
        } else if next != NIL {
            self.relocate(rows, next, at);
            (emptied, moved) = (next, Some(at));
        }
        rows.clear(emptied);
        list::push_front(rows, &mut self.free, emptied);
        self.vacant += 1;
        moved
    }

    /// The slot whose row is chained to the one at `at`, which is a guest with this key.
    #[cfg_attr(target_os = "none", inline(never))]
    fn before<R: Rows + ?Sized>(&self, rows: &R, words: (u64, u64), at: u32) -> u32 {
        let mut before = self.home(words).unwrap_or(at);
        while rows.links(before).chain != at {
            before = rows.links(before).chain;
        }
        before
    }

    /// A free slot for a guest of this home: one nearby, if there is a fair chance of it.
    ///
    /// Otherwise the one that was freed last, or else a fresh one; all searches for these together look at each slot
    /// once.
    #[cfg_attr(target_os = "none", inline(never))]
    fn spare<R: Rows + ?Sized>(&mut self, rows: &R, home: u32) -> Option<u32> {
        // Without a cache nothing is nearer than the rest.
        if cfg!(not(target_os = "none")) && self.vacant > self.capacity / SCARCE {
            for distance in 1..=NEARBY {
                for at in [home.wrapping_add(distance), home.wrapping_sub(distance)] {
                    if at < self.capacity && rows.words(at).is_none() {
                        return Some(at);
                    }
                }
            }
        }
        if self.free.head != NIL {
            return Some(self.free.head);
        }
        while self.fresh < self.capacity {
            if rows.words(self.fresh).is_none() && rows.links(self.fresh).prev == FRESH {
                return Some(self.fresh);
            }
            self.fresh += 1;
        }
        None
    }

    /// Puts a row among the evictable ones, or takes it out, after it has changed.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[cfg_attr(target_os = "none", inline(never))]
    fn list<R: Rows + ?Sized>(&mut self, rows: &mut R, at: u32, was_evictable: bool, is_evictable: bool) {
        match (was_evictable, is_evictable) {
            (false, true) => list::push_back(rows, &mut self.evictable, at),
            (true, false) => list::unlink(rows, &mut self.evictable, at),
            _ => {}
        }
    }

    /// Takes a free slot for a row.
    #[inline]
    fn take<R: Rows + ?Sized>(&mut self, rows: &mut R, at: u32) {
        self.vacant -= 1;
        if rows.links(at).prev != FRESH {
            list::unlink(rows, &mut self.free, at);
        }
    }

    /// Moves a row, with its links, to a place that is in no list.
    #[cfg_attr(target_os = "none", inline(never))]
    fn relocate<R: Rows + ?Sized>(&mut self, rows: &mut R, from: u32, to: u32) {
        rows.copy(from, to);
        let Links { prev, next, .. } = *rows.links(to);
        if prev != NIL {
            rows.links_mut(prev).next = to;
        }
        if next != NIL {
            rows.links_mut(next).prev = to;
        }
        if rows.is_evictable(to) {
            self.evictable.head = if prev == NIL { to } else { self.evictable.head };
            self.evictable.tail = if next == NIL { to } else { self.evictable.tail };
        }
    }

    /// Where a key of these words would like to lie; none if there is no slot at all.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn home(&self, (a, b): (u64, u64)) -> Option<u32> {
        let product = u128::from(a ^ self.seed.0) * u128::from(b ^ self.seed.1);
        let folded = (product >> 64) as u64 ^ product as u64;
        let home = ((folded >> 32) * u64::from(self.capacity)) >> 32;
        (self.capacity != 0).then_some(home as u32)
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

        fn links(&self) -> &Links {
            &self.links
        }
        fn links_mut(&mut self) -> &mut Links {
            &mut self.links
        }
        fn due(&self) -> u64 {
            self.due
        }
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

    fn row(number: u64, due: u64) -> Row {
        Row { number, due, links: Links::NONE }
    }

    fn evictable(table: &Table<Row, Vec<Row>>) -> IntoIter<u64> {
        let (mut at, mut numbers) = (table.index.evictable.head, Vec::new());
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
                        table.remove(at);
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
                        let inserted = table.insert(number, |slot| *slot = row(number, due));
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
            let Inserted { at, moved } = table.insert(number, |slot| *slot = row(number, 0)).unwrap();
            places.extend(moved.map(|to| (table.at(to).number, to)));
            places.insert(number, at);
        }
        for number in (1..=64).step_by(3) {
            let at = places.remove(&number).unwrap_or(NIL);
            let moved = table.remove(at);
            places.extend(moved.map(|to| (table.at(to).number, to)));
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
