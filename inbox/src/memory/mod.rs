//! A store in memory: for tests, and where a handler runs before the answer.
//!
//! Nothing in it survives the process, so it keeps no promise to a sender. It holds so many bytes of bodies and no more. What is
//! done may use half of them: beyond that its bodies go, those that were settled longest ago before others. What is not
//! done may use all; bodies are kept as they come while half is free, and compressed from then on.

mod shelf;

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
    Announced, Body, Decision, Due, Entry, Keys, Ledger, Name, Rows, Selection, SubmissionWrite, Submitted,
};
use shelf::Shelf;

/// A store in memory.
pub struct Memory {
    seed: Seed,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    bell: Bell,
    room: u64,
}

#[derive(Default)]
struct State {
    submissions: HashMap<ScopeKey, Submitted>,
    shelf: Shelf,
    latest: Now,
}

impl Memory {
    /// How many bytes of bodies are held unless told otherwise: 256 MiB.
    pub const ROOM: u64 = 256 << 20;

    /// An empty store.
    ///
    /// # Errors
    ///
    /// The machine has no random numbers.
    pub fn new(clock: Arc<dyn Clock>) -> Result<Memory, Error> {
        Memory::with_room(clock, Memory::ROOM)
    }

    /// An empty store for so many bytes of bodies, as they are kept.
    ///
    /// # Errors
    ///
    /// The machine has no random numbers.
    pub fn with_room(clock: Arc<dyn Clock>, bytes: u64) -> Result<Memory, Error> {
        let seed = Seed(crate::random()?);
        Ok(Memory { seed, clock, state: Mutex::new(State::default()), bell: Bell::default(), room: bytes })
    }

    /// The same store while it is empty, naming things by this seed.
    #[must_use]
    pub fn with_seed(self, seed: Seed) -> Memory {
        Memory { seed, ..self }
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
        match self.look(|state, _| state.shelf.has_room(self.room)) {
            true => Ok(()),
            false => Err(ErrorKind::StoreFull.into()),
        }
    }

    fn decide(&self, keys: Keys, mut decision: Decision) -> Result<(), Error> {
        self.look(|state, now| {
            if !state.shelf.make_room(keys.bytes, self.room) {
                return Err(ErrorKind::StoreFull.into());
            }
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
            writes.deliveries.into_iter().try_for_each(|(id, write)| state.shelf.write(id, write))
        })?;
        self.bell.ring();
        Ok(())
    }

    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error> {
        Ok(self.look(|state, now| match due {
            Due::Submission => {
                let mut found: Vec<_> = state.submissions.values().filter(|row| row.row.due <= now.wall).collect();
                found.sort_by_key(|row| (row.row.due, row.scope));
                found.into_iter().take(limit).map(|row| Name::Submission(row.scope)).collect()
            }
            due => state.shelf.due(due, limit, now),
        }))
    }

    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        Ok(self.look(|state, now| state.shelf.select(of, after, limit, now)))
    }

    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error> {
        Ok(self.look(|state, _| {
            if let Announced::Scope(scope) = of {
                return state.submissions.get(scope).into_iter().take(limit).cloned().collect();
            }
            let mut found: Vec<_> = state.submissions.values().filter(|row| is_announced(row, of)).cloned().collect();
            found.sort_by_key(|row| (std::cmp::Reverse(row.announcement.since), row.scope));
            found.truncate(limit);
            found
        }))
    }

    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error> {
        Ok(self.look(|state, _| state.shelf.body(id)))
    }

    fn tally(&self) -> Result<[u64; 5], Error> {
        Ok(self.look(|state, _| Phase::ALL.map(|phase| state.shelf.count(phase))))
    }

    fn scrub(&self) -> Result<(), Error> {
        Ok(())
    }

    fn is_roomy(&self) -> bool {
        self.look(|state, _| state.shelf.has_free_half(self.room))
    }

    fn bell(&self) -> &Bell {
        &self.bell
    }
}

impl State {
    fn rows(&self, keys: &Keys, now: Now) -> Rows {
        Rows {
            submission: keys.scope.and_then(|scope| self.submissions.get(&scope).cloned()),
            deliveries: self.shelf.wanted(keys, now),
            fence: self.shelf.fence(),
            now,
        }
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

#[cfg(test)]
mod tests {
    use ringback::ledger::{Delivery, Fingerprint};
    use ringback::payload::Kind;

    use super::*;
    use crate::clock::SystemClock;
    use crate::ledger::{DeliveryWrite, Facts, Writes, decide};

    fn keep(memory: &Memory, number: u8, phase: Phase) -> Result<(), Error> {
        let id = DeliveryId::from_bytes([number; 16]);
        let body = Body::new(&[number; 1_000]);
        let facts = Facts {
            id,
            scope: None,
            kind: Kind::Unknown,
            closes: false,
            job: None,
            request_id: None,
            sender: String::new(),
            route: 0,
            content_type: None,
            tags: Vec::new(),
            length: 1_000,
            reason: None,
        };
        let row = Delivery {
            phase,
            claim: 0,
            arrivals: 1,
            failures: 0,
            brief: false,
            begun: false,
            late: false,
            revises: false,
            first: 0,
            due: u64::MAX,
            fingerprint: Fingerprint::from_bytes([number; 16]),
        };
        decide(memory, Keys { deliveries: vec![id], bytes: 1_000, ..Keys::default() }, move |_| {
            (Writes::default().and(id, DeliveryWrite::Insert(Box::new(facts.clone()), row, body.clone())), ())
        })
    }

    fn has_body(memory: &Memory, number: u8) -> bool {
        memory.body(DeliveryId::from_bytes([number; 16])).unwrap().is_some()
    }

    #[test]
    fn bodies_of_what_is_done_make_room_and_nothing_else_does() {
        let memory = Memory::with_room(Arc::new(SystemClock), 3_000).unwrap();
        keep(&memory, 1, Phase::Ready).unwrap();
        keep(&memory, 2, Phase::Done).unwrap();
        keep(&memory, 3, Phase::Ready).unwrap();
        keep(&memory, 4, Phase::Dead).unwrap();
        assert_eq!([1, 2, 3, 4].map(|number| has_body(&memory, number)), [true, false, true, true]);
        assert_eq!(memory.check().unwrap_err().kind(), ErrorKind::StoreFull);
        assert_eq!(keep(&memory, 5, Phase::Ready).unwrap_err().kind(), ErrorKind::StoreFull);
        assert_eq!(memory.tally().unwrap().iter().sum::<u64>(), 4);
    }

    #[test]
    fn what_is_done_has_half_of_the_room_and_then_bodies_are_to_be_compressed() {
        let memory = Memory::with_room(Arc::new(SystemClock), 4_000).unwrap();
        for number in 1..=3 {
            keep(&memory, number, Phase::Done).unwrap();
        }
        assert_eq!([1, 2, 3].map(|number| has_body(&memory, number)), [false, true, true]);
        assert!(memory.is_roomy());
        for number in 4..=6 {
            keep(&memory, number, Phase::Ready).unwrap();
        }
        assert_eq!([2, 3, 4, 5, 6].map(|number| has_body(&memory, number)), [false, false, true, true, true]);
        assert!(!memory.is_roomy());
        keep(&memory, 7, Phase::Ready).unwrap();
        assert_eq!(keep(&memory, 8, Phase::Ready).unwrap_err().kind(), ErrorKind::StoreFull);
    }
}
