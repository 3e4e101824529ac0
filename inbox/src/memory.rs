//! A store in memory: for tests, and as the plainest reading of what a store has to do.
//!
//! Nothing in it survives the process, so it keeps no promise to a sender. Its operations walk over all of its rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use ringback::ErrorKind;
use ringback::identity::Seed;
use ringback::ledger::{Arrived, DeliveryId, Phase, ScopeKey};
use ringback::time::Now;

use crate::bell::Bell;
use crate::clock::Clock;
use crate::error::Error;
use crate::ledger::{
    Announced, Body, Decision, DeliveryWrite, Due, Entry, Keys, Ledger, Name, Reason, Rows, Selection, SubmissionWrite,
    Submitted,
};

/// A store in memory.
pub struct Memory {
    seed: Seed,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    bell: Bell,
}

#[derive(Default)]
struct State {
    submissions: HashMap<ScopeKey, Submitted>,
    /// In the order of arrival.
    entries: Vec<(Entry, Option<Body>)>,
    sequence: u64,
    fence: u32,
    latest: Now,
}

impl Memory {
    /// An empty store.
    ///
    /// # Errors
    ///
    /// The machine has no random numbers.
    pub fn new(clock: Arc<dyn Clock>) -> Result<Memory, Error> {
        Ok(Memory::with_seed(clock, Seed(crate::random()?)))
    }

    /// An empty store that names things by this seed.
    #[must_use]
    pub fn with_seed(clock: Arc<dyn Clock>, seed: Seed) -> Memory {
        Memory { seed, clock, state: Mutex::new(State::default()), bell: Bell::default() }
    }

    fn look<T>(&self, look: impl FnOnce(&mut State, Now) -> T) -> T {
        let mut state = crate::lock(&self.state);
        let now = self.clock.now().after(state.latest);
        state.latest = now;
        look(&mut state, now)
    }
}

impl Ledger for Memory {
    fn seed(&self) -> Seed {
        self.seed
    }

    fn now(&self) -> Now {
        self.look(|_, now| now)
    }

    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    fn decide(&self, keys: Keys, mut decision: Decision) -> Result<(), Error> {
        self.look(|state, now| {
            let rows = state.rows(&keys, now);
            let writes = decision(&rows);
            match (writes.submission, keys.scope) {
                (Some(SubmissionWrite::Put(submitted)), Some(scope)) => {
                    state.submissions.insert(scope, submitted);
                }
                (Some(SubmissionWrite::Remove), Some(scope)) => {
                    state.submissions.remove(&scope);
                }
                _ => {}
            }
            writes.deliveries.into_iter().try_for_each(|(id, write)| state.write(id, write))
        })?;
        self.bell.ring();
        Ok(())
    }

    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error> {
        Ok(self.look(|state, now| state.due(due, limit, now)))
    }

    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        Ok(self.look(|state, now| {
            let entries = state.entries.iter().filter(|(entry, _)| entry.sequence > after && is_selected(entry, of));
            entries.take(limit).map(|(entry, _)| state.with_turn(entry, now)).collect()
        }))
    }

    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error> {
        Ok(self.look(|state, _| {
            let mut found: Vec<_> = state.submissions.values().filter(|row| is_announced(row, of)).cloned().collect();
            found.sort_by_key(|row| (std::cmp::Reverse(row.announcement.since), row.scope));
            found.truncate(limit);
            found
        }))
    }

    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error> {
        Ok(self.look(|state, _| state.find(id).and_then(|at| state.entries[at].1.clone())))
    }

    fn tally(&self) -> Result<[u64; 5], Error> {
        Ok(self.look(|state, _| {
            Phase::ALL.map(|phase| state.entries.iter().filter(|(entry, _)| entry.row.phase == phase).count() as u64)
        }))
    }

    fn scrub(&self) -> Result<(), Error> {
        Ok(())
    }

    fn bell(&self) -> &Bell {
        &self.bell
    }
}

impl State {
    fn rows(&self, keys: &Keys, now: Now) -> Rows {
        let wanted = |entry: &Entry| {
            let waits = keys.waiting && keys.scope.is_some() && entry.facts.scope == keys.scope && entry.is_waiting();
            waits || keys.deliveries.contains(&entry.facts.id)
        };
        let entries = self.entries.iter().filter(|(entry, _)| wanted(entry));
        Rows {
            submission: keys.scope.and_then(|scope| self.submissions.get(&scope).cloned()),
            deliveries: entries.map(|(entry, _)| self.with_turn(entry, now)).collect(),
            fence: self.fence,
            now,
        }
    }

    fn write(&mut self, id: DeliveryId, write: DeliveryWrite) -> Result<(), Error> {
        let at = match (self.find(id), write) {
            (None, DeliveryWrite::Insert(facts, row, body)) => {
                self.sequence += 1;
                let entry = Entry { sequence: self.sequence, facts: *facts, row, its_turn: true, has_body: true };
                self.entries.push((entry, Some(body)));
                return Ok(());
            }
            (Some(at), write) => (at, write),
            (None, _) => return Err(ErrorKind::DeliveryUnknown.into()),
        };
        let (at, write) = at;
        let (entry, body) = &mut self.entries[at];
        match write {
            DeliveryWrite::Insert(..) => return Err(Error::new(ErrorKind::StoreCorrupt, "a delivery exists already")),
            DeliveryWrite::Update(row, reason) => {
                entry.row = row;
                entry.facts.reason = reason.or(entry.facts.reason);
            }
            DeliveryWrite::Erase(row) => {
                entry.row = row;
                entry.facts = entry.facts.erased();
                entry.facts.reason = Some(Reason::Erased);
                *body = None;
            }
            DeliveryWrite::DropBody => *body = None,
            DeliveryWrite::Remove => {
                self.fence = self.fence.max(entry.row.claim);
                self.entries.remove(at);
                return Ok(());
            }
        }
        let (entry, body) = &mut self.entries[at];
        entry.has_body = body.is_some();
        Ok(())
    }

    fn due(&self, due: Due, limit: usize, now: Now) -> Vec<Name> {
        if due == Due::Submission {
            let mut found: Vec<_> = self.submissions.values().filter(|row| row.row.due <= now.wall).collect();
            found.sort_by_key(|row| (row.row.due, row.scope));
            return found.into_iter().take(limit).map(|row| Name::Submission(row.scope)).collect();
        }
        let mut found: Vec<_> = self.entries.iter().map(|(entry, _)| entry).collect();
        found.retain(|entry| match due {
            Due::Work => is_work(entry, now) && self.is_its_turn(entry, now),
            Due::Body(before) => entry.row.phase == Phase::Done && entry.has_body && entry.row.due <= before,
            _ => !matches!(entry.row.phase, Phase::Ready | Phase::Claimed) && entry.row.due <= now.wall,
        });
        found.sort_by_key(|entry| (entry.row.due, entry.sequence));
        found.into_iter().take(limit).map(|entry| Name::Delivery(entry.facts.id)).collect()
    }

    fn is_its_turn(&self, entry: &Entry, now: Now) -> bool {
        let Some(scope) = entry.facts.scope else { return true };
        let rivals = self.entries.iter().map(|(rival, _)| rival);
        !rivals.filter(|rival| rival.facts.scope == Some(scope) && rival.facts.id != entry.facts.id).any(|rival| {
            let held = rival.row.phase == Phase::Claimed && rival.row.due > now.monotonic;
            held || (is_work(rival, now) && rival.sequence < entry.sequence)
        })
    }

    fn with_turn(&self, entry: &Entry, now: Now) -> Entry {
        Entry { its_turn: self.is_its_turn(entry, now), ..entry.clone() }
    }

    fn find(&self, id: DeliveryId) -> Option<usize> {
        self.entries.iter().position(|(entry, _)| entry.facts.id == id)
    }
}

fn is_work(entry: &Entry, now: Now) -> bool {
    matches!(entry.row.phase, Phase::Ready | Phase::Claimed) && entry.row.due <= now.monotonic
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

fn is_announced(submitted: &Submitted, of: &Announced) -> bool {
    let Submitted { scope, announcement, row } = submitted;
    match of {
        Announced::Scope(wanted) => scope == wanted,
        Announced::Job(job) => announcement.job.as_ref() == Some(job),
        Announced::Request(id) => announcement.request_id.as_ref() == Some(id),
        Announced::Awaited => row.expected && !row.is_settled(),
        Announced::Overdue => row.expected && row.overdue && row.arrived != Arrived::Whole,
    }
}
