//! Deliveries in memory, and the orders in which they are asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ringback::ErrorKind;
use ringback::ledger::{DeliveryId, Phase, ScopeKey};
use ringback::time::Now;

use crate::error::Error;
use crate::ledger::{Body, DeliveryWrite, Due, Entry, Facts, Keys, Name, Reason, Selection};

/// All deliveries.
#[derive(Default)]
pub struct Shelf {
    /// In the order of arrival.
    places: BTreeMap<u64, Place>,
    by_id: HashMap<DeliveryId, u64>,
    by_scope: HashMap<ScopeKey, BTreeSet<u64>>,
    /// What is ready or claimed.
    live: BTreeSet<u64>,
    /// What is due on the wall clock: held, done, dead.
    resting: BTreeSet<(u64, u64)>,
    /// What is done and still has its body.
    done: BTreeSet<(u64, u64)>,
    counts: HashMap<Phase, u64>,
    bytes: u64,
    /// Those of what is done.
    done_bytes: u64,
    sequence: u64,
    fence: u32,
}

struct Place {
    entry: Entry,
    body: Option<Body>,
}

impl Shelf {
    /// The highest fencing number of what was removed.
    pub fn fence(&self) -> u32 {
        self.fence
    }

    /// How many are in this phase.
    pub fn count(&self, phase: Phase) -> u64 {
        self.counts.get(&phase).copied().unwrap_or(0)
    }

    /// Whether there is room for anything, or can be made.
    pub fn has_room(&self, room: u64) -> bool {
        self.bytes < room || !self.done.is_empty()
    }

    /// Whether half of the room is free, or can be made so.
    pub fn has_free_half(&self, room: u64) -> bool {
        self.bytes - self.done_bytes <= room / 2
    }

    /// Drops bodies of what is done until half of the room takes so many bytes more, or none is left; whether all of it
    /// does.
    pub fn make_room(&mut self, bytes: u64, room: u64) -> bool {
        if bytes == 0 {
            return true;
        }
        while self.bytes.saturating_add(bytes) > room / 2
            && let Some(&(_, sequence)) = self.done.first()
        {
            self.change(sequence, |place| place.body = None);
        }
        self.bytes.saturating_add(bytes) <= room
    }

    /// The body of a delivery.
    pub fn body(&self, id: DeliveryId) -> Option<Body> {
        self.by_id.get(&id).and_then(|sequence| self.places.get(sequence)?.body.clone())
    }

    /// The rows that a decision wants to see.
    pub fn wanted(&self, keys: &Keys, now: Now) -> Vec<Entry> {
        let named = keys.deliveries.iter().filter_map(|id| self.by_id.get(id));
        let scope = keys.scope.filter(|_| keys.waiting).and_then(|scope| self.by_scope.get(&scope));
        let waiting = scope.into_iter().flatten().filter(|sequence| self.places[*sequence].entry.is_waiting());
        let found: BTreeSet<u64> = named.chain(waiting).copied().collect();
        found.into_iter().map(|sequence| self.entry(sequence, now)).collect()
    }

    /// Those that are selected, in the order of arrival.
    pub fn select(&self, of: &Selection, after: u64, limit: usize, now: Now) -> Vec<Entry> {
        let behind = (std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded);
        let scope = match of {
            Selection::Id(id) => {
                let found = self.by_id.get(id).filter(|sequence| **sequence > after);
                return found.into_iter().take(limit).map(|sequence| self.entry(*sequence, now)).collect();
            }
            Selection::Submission(scope) | Selection::Kind(scope, _) | Selection::Closing(scope) => Some(scope),
            _ => None,
        };
        let is_wanted = |sequence: &u64| is_selected(&self.places[sequence].entry, of);
        let found: Vec<u64> = match scope {
            Some(scope) => {
                let all = self.by_scope.get(scope).into_iter().flat_map(|all| all.range(behind));
                all.copied().filter(is_wanted).take(limit).collect()
            }
            None => self.places.range(behind).map(|(sequence, _)| *sequence).filter(is_wanted).take(limit).collect(),
        };
        found.into_iter().map(|sequence| self.entry(sequence, now)).collect()
    }

    /// What something is to be done about.
    pub fn due(&self, due: Due, limit: usize, now: Now) -> Vec<Name> {
        let name = |sequence: &u64| Name::Delivery(self.places[sequence].entry.facts.id);
        let until = |order: &BTreeSet<(u64, u64)>, end: u64| -> Vec<Name> {
            order.range(..=(end, u64::MAX)).take(limit).map(|(_, sequence)| name(sequence)).collect()
        };
        match due {
            Due::Body(before) => until(&self.done, before),
            Due::Work => {
                let entries = self.live.iter().map(|sequence| &self.places[sequence].entry);
                let mut found: Vec<_> =
                    entries.filter(|entry| is_work(entry, now) && self.is_its_turn(entry, now)).collect();
                found.sort_by_key(|entry| (entry.row.due, entry.sequence));
                found.into_iter().take(limit).map(|entry| Name::Delivery(entry.facts.id)).collect()
            }
            _ => until(&self.resting, now.wall),
        }
    }

    /// Writes about one delivery.
    pub fn write(&mut self, id: DeliveryId, write: DeliveryWrite) -> Result<(), Error> {
        let sequence = match (self.by_id.get(&id).copied(), write) {
            (None, DeliveryWrite::Insert(facts, row, body)) => {
                self.sequence += 1;
                let entry = Entry { sequence: self.sequence, facts: *facts, row, its_turn: true, has_body: true };
                self.insert(Place { entry, body: Some(body) });
                return Ok(());
            }
            (None, _) => return Err(ErrorKind::DeliveryUnknown.into()),
            (Some(_), DeliveryWrite::Insert(..)) => {
                return Err(Error::new(ErrorKind::StoreCorrupt, "a delivery exists already"));
            }
            (Some(sequence), DeliveryWrite::Remove) => {
                if let Some(place) = self.take(sequence) {
                    self.fence = self.fence.max(place.entry.row.claim);
                }
                return Ok(());
            }
            (Some(sequence), write) => (sequence, write),
        };
        let (sequence, write) = sequence;
        self.change(sequence, |Place { entry, body }| match write {
            DeliveryWrite::Update(row, reason) => {
                entry.row = row;
                entry.facts.reason = reason.or(entry.facts.reason);
            }
            DeliveryWrite::Erase(row) => {
                entry.row = row;
                entry.facts = Facts { reason: Some(Reason::Erased), ..entry.facts.erased() };
                *body = None;
            }
            _ => *body = None,
        });
        Ok(())
    }

    fn change(&mut self, sequence: u64, change: impl FnOnce(&mut Place)) {
        if let Some(mut place) = self.take(sequence) {
            change(&mut place);
            place.entry.has_body = place.body.is_some();
            self.insert(place);
        }
    }

    fn insert(&mut self, place: Place) {
        let Place { entry: Entry { sequence, facts, row, .. }, body } = &place;
        self.by_id.insert(facts.id, *sequence);
        if let Some(scope) = facts.scope {
            self.by_scope.entry(scope).or_default().insert(*sequence);
        }
        if is_live(row.phase) {
            self.live.insert(*sequence);
        } else {
            self.resting.insert((row.due, *sequence));
        }
        if let Some(body) = body {
            let bytes = body.kept().1.len() as u64;
            self.bytes += bytes;
            if row.phase == Phase::Done {
                self.done.insert((row.due, *sequence));
                self.done_bytes += bytes;
            }
        }
        *self.counts.entry(row.phase).or_default() += 1;
        self.places.insert(*sequence, place);
    }

    fn take(&mut self, sequence: u64) -> Option<Place> {
        let place = self.places.remove(&sequence)?;
        let Entry { facts, row, .. } = &place.entry;
        self.by_id.remove(&facts.id);
        if let Some(scope) = facts.scope
            && let Some(all) = self.by_scope.get_mut(&scope)
        {
            all.remove(&sequence);
            if all.is_empty() {
                self.by_scope.remove(&scope);
            }
        }
        self.live.remove(&sequence);
        self.resting.remove(&(row.due, sequence));
        let bytes = place.body.as_ref().map_or(0, |body| body.kept().1.len() as u64);
        self.bytes -= bytes;
        if self.done.remove(&(row.due, sequence)) {
            self.done_bytes -= bytes;
        }
        if let Some(count) = self.counts.get_mut(&row.phase) {
            *count -= 1;
        }
        Some(place)
    }

    fn entry(&self, sequence: u64, now: Now) -> Entry {
        let entry = &self.places[&sequence].entry;
        Entry { its_turn: self.is_its_turn(entry, now), ..entry.clone() }
    }

    fn is_its_turn(&self, entry: &Entry, now: Now) -> bool {
        let Some(scope) = entry.facts.scope else { return true };
        let rivals = self.by_scope.get(&scope).into_iter().flatten().filter(|sequence| self.live.contains(sequence));
        let mut rivals = rivals.map(|sequence| &self.places[sequence].entry);
        !rivals.any(|rival| {
            let held = rival.row.phase == Phase::Claimed && rival.row.due > now.monotonic;
            rival.sequence != entry.sequence && (held || (is_work(rival, now) && rival.sequence < entry.sequence))
        })
    }
}

fn is_live(phase: Phase) -> bool {
    matches!(phase, Phase::Ready | Phase::Claimed)
}

fn is_work(entry: &Entry, now: Now) -> bool {
    is_live(entry.row.phase) && entry.row.due <= now.monotonic
}

fn is_selected(entry: &Entry, of: &Selection) -> bool {
    let facts = &entry.facts;
    match of {
        Selection::Phase(phase) => entry.row.phase == *phase,
        Selection::Unsettled => !entry.row.phase.is_settled(),
        Selection::Id(id) => facts.id == *id,
        Selection::Submission(scope) => facts.scope == Some(*scope),
        Selection::Kind(scope, kind) => facts.scope == Some(*scope) && facts.kind == *kind,
        Selection::Closing(scope) => facts.scope == Some(*scope) && facts.closes,
        Selection::Job(job) => facts.job.as_ref() == Some(job),
        Selection::Request(id) => facts.request_id.as_ref() == Some(id),
        Selection::Tag(tag) => facts.tags.contains(tag),
    }
}
