//! Workers: they claim what is due, hand it to a handler, keep the lease alive, and settle.
//!
//! Eight deliveries are handled at once, one of each submission, in the order of arrival; what failed waits for its next
//! try and blocks nobody. Threads do it, so a handler may block, and a lease is renewed however busy the handlers are.
//!
//! ```
//! use std::time::Duration;
//! use ringback::ledger::Outcome;
//! use ringback_inbox::{Inbox, Memory, Settings, SystemClock, Work, Workers};
//!
//! let inbox = Inbox::new(Memory::new(std::sync::Arc::new(SystemClock))?, Settings::default());
//! let workers = Workers::start(&inbox, |work: &Work| {
//!     // The id is the same at every try: with a unique index over it, whatever is done twice is done once.
//!     println!("{} {}", work.id, work.kind);
//!     Outcome::Done
//! });
//! assert!(workers.stop(Duration::from_secs(10)));
//! # Ok::<(), ringback_inbox::Error>(())
//! ```

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ringback::ErrorKind;
use ringback::ledger::{Claim, DeliveryId, Outcome, Settled};

use crate::error::Error;
use crate::inbox::{Inbox, Swept, Work};
use crate::{killpoint, lock};

/// What is done with deliveries. Closures are handlers.
pub trait Handler: Send + Sync {
    /// Does the work. It may have been begun before, by a process that died; [`Work::id`] tells. A panic is a failure.
    fn handle(&self, work: &Work) -> Outcome;

    /// The name of the route that a delivery takes here, for metrics: one of a few that the program knows.
    fn route(&self, work: &Work) -> String {
        let _ = work;
        String::from("default")
    }

    /// Hears how a delivery was settled, when that is durable; or why it was not: with
    /// [`ErrorKind::ClaimStale`], its lease had lapsed, and somebody else has it.
    fn settled(&self, work: &Work, settled: Result<Settled, &Error>) {
        let _ = (work, settled);
    }

    /// Hears of submissions that are overdue and of deliveries that died by themselves, about once a second.
    fn swept(&self, swept: &Swept) {
        let _ = swept;
    }

    /// Hears that the inbox could not be used; the workers go on trying.
    fn failed(&self, error: &Error) {
        let _ = error;
    }
}

impl<F: Fn(&Work) -> Outcome + Send + Sync> Handler for F {
    fn handle(&self, work: &Work) -> Outcome {
        self(work)
    }
}

/// What can be chosen about workers.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many deliveries are handled at once.
    pub at_once: usize,
    /// How often leases are renewed. None: three times in their length.
    pub renew: Option<Duration>,
    /// How often the inbox is swept. None: somebody else sweeps.
    pub sweep: Option<Duration>,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { at_once: 8, renew: None, sweep: Some(Duration::from_secs(1)) }
    }
}

/// Workers that are running. Dropping them stops them at once.
pub struct Workers {
    crew: Arc<Crew>,
    handlers: Vec<JoinHandle<()>>,
}

struct Crew {
    inbox: Inbox,
    handler: Box<dyn Handler>,
    pace: Pace,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Work>,
    /// What is claimed, in the queue or in the hands of a handler.
    claimed: HashMap<DeliveryId, Claim>,
    stopping: bool,
}

/// How long nobody looks when nobody rings: tries that become due by themselves are as late at most.
const IDLE: Duration = Duration::from_millis(250);
/// The pause after the store has failed.
const PAUSE: Duration = Duration::from_millis(500);

impl Workers {
    /// Starts workers at the usual pace.
    pub fn start(inbox: &Inbox, handler: impl Handler + 'static) -> Workers {
        Workers::start_at(inbox, handler, Pace::default())
    }

    /// Starts workers at this pace.
    pub fn start_at(inbox: &Inbox, handler: impl Handler + 'static, pace: Pace) -> Workers {
        let crew = Arc::new(Crew {
            inbox: inbox.clone(),
            handler: Box::new(handler),
            pace,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let run = |run: fn(&Crew)| {
            let crew = crew.clone();
            std::thread::spawn(move || run(&crew))
        };
        let handlers = (0..pace.at_once).map(|_| run(Crew::handle)).collect();
        run(Crew::fetch);
        run(Crew::renew);
        Workers { crew, handlers }
    }

    /// Stops: claims nothing more, gives back what nobody has begun with, waits so long for the handlers, and gives back
    /// what they have not finished by then. Says whether all of them have finished.
    pub fn stop(mut self, grace: Duration) -> bool {
        self.crew.give_back_the_queue();
        let end = Instant::now() + grace;
        let mut state = lock(&self.crew.state);
        while !state.claimed.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.crew.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
        let finished = state.claimed.is_empty();
        drop(state);
        if finished {
            // They have nothing left to do, and find that they are to stop.
            self.handlers.drain(..).for_each(|thread| _ = thread.join());
        }
        finished
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.crew.give_back_the_queue();
        let unfinished: Vec<_> = lock(&self.crew.state).claimed.drain().collect();
        for (_, claim) in unfinished {
            // If that does not work, the lease ends by itself.
            let _ = self.crew.inbox.release(claim);
        }
    }
}

impl Crew {
    /// Claims for as many handlers as are free, and sweeps.
    fn fetch(&self) {
        let bell = self.inbox.ledger().bell();
        let mut swept = Instant::now();
        loop {
            let rings = bell.rings();
            let free = {
                let state = lock(&self.state);
                if state.stopping {
                    return;
                }
                self.pace.at_once.saturating_sub(state.claimed.len())
            };
            if self.pace.sweep.is_some_and(|pace| swept.elapsed() >= pace) {
                swept = Instant::now();
                match self.inbox.sweep() {
                    Ok(found) if found != Swept::default() => self.handler.swept(&found),
                    Ok(_) => {}
                    Err(error) => self.handler.failed(&error),
                }
            }
            let claimed = match free {
                0 => Ok(Vec::new()),
                free => self.inbox.claim(free),
            };
            match claimed {
                Ok(works) if works.is_empty() => {
                    bell.wait(rings, IDLE);
                }
                Ok(works) => self.take(works),
                Err(error) => {
                    self.handler.failed(&error);
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }

    fn take(&self, works: Vec<Work>) {
        let mut state = lock(&self.state);
        if state.stopping {
            drop(state);
            works.iter().for_each(|work| _ = self.inbox.release(work.claim));
            return;
        }
        state.claimed.extend(works.iter().map(|work| (work.id, work.claim)));
        state.queue.extend(works);
        drop(state);
        self.changed.notify_all();
    }

    fn handle(&self) {
        while let Some(work) = self.next() {
            killpoint::at("claimed");
            let begun = Instant::now();
            let handled = catch_unwind(AssertUnwindSafe(|| self.handler.handle(&work)));
            let outcome = handled.unwrap_or(Outcome::Failed);
            self.inbox.metrics().handled(&self.handler.route(&work), outcome, begun.elapsed());
            killpoint::at("handled");
            let settled = self.settle(work.claim, outcome);
            killpoint::at("settled");
            self.handler.settled(&work, settled.as_ref().copied());
            let mut state = lock(&self.state);
            // It may have been given back meanwhile, and claimed anew.
            if state.claimed.get(&work.id) == Some(&work.claim) {
                state.claimed.remove(&work.id);
            }
            drop(state);
            self.changed.notify_all();
        }
    }

    fn next(&self) -> Option<Work> {
        let state = lock(&self.state);
        let waited = self.changed.wait_while(state, |state| state.queue.is_empty() && !state.stopping);
        waited.unwrap_or_else(|poisoned| poisoned.into_inner()).queue.pop_front()
    }

    /// Work that is done should not be done again because the store was away for a moment.
    fn settle(&self, claim: Claim, outcome: Outcome) -> Result<Settled, Error> {
        if killpoint::planted("settlement-ignored") {
            return Ok(Settled::Done);
        }
        let end = Instant::now() + Duration::from_millis(self.inbox.settings().rules.lease);
        loop {
            let error = match self.inbox.settle(claim, outcome) {
                Err(error) if !matches!(error.kind(), ErrorKind::ClaimStale | ErrorKind::DeliveryUnknown) => error,
                known => return known,
            };
            if lock(&self.state).stopping || Instant::now() >= end {
                return Err(error);
            }
            self.handler.failed(&error);
            std::thread::sleep(PAUSE);
        }
    }

    fn renew(&self) {
        let third = Duration::from_millis(self.inbox.settings().rules.lease / 3);
        let pace = self.pace.renew.unwrap_or(third);
        let mut last = Instant::now();
        loop {
            let state = lock(&self.state);
            let left = pace.saturating_sub(last.elapsed());
            let over = |state: &mut State| !(state.stopping && state.claimed.is_empty());
            let waited = self.changed.wait_timeout_while(state, left, over);
            let state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
            if state.stopping && state.claimed.is_empty() {
                return;
            }
            if last.elapsed() < pace {
                continue;
            }
            let claims: Vec<_> = state.claimed.values().copied().collect();
            drop(state);
            for claim in claims {
                // A claim that has ended is found out when it is settled; a store that is away, at the next round.
                let _ = self.inbox.renew(claim);
            }
            last = Instant::now();
        }
    }

    fn give_back_the_queue(&self) {
        let mut state = lock(&self.state);
        state.stopping = true;
        let waiting: Vec<_> = state.queue.drain(..).collect();
        for work in &waiting {
            state.claimed.remove(&work.id);
        }
        drop(state);
        self.changed.notify_all();
        self.inbox.ledger().bell().ring();
        waiting.iter().for_each(|work| _ = self.inbox.release(work.claim));
    }
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let claimed = lock(&self.crew.state).claimed.len();
        f.debug_struct("Workers").field("pace", &self.crew.pace).field("claimed", &claimed).finish_non_exhaustive()
    }
}
