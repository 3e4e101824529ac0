//! The memory that bodies may take, all of them together.
//!
//! A body is paid for before it is read. Bodies whose sender is still to be proven, by a secret within them, have a
//! smaller share, so that strangers cannot use up what the known senders need. Bodies with one ticket have a share of
//! their own: one URL that has leaked leaves room for all the others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is left to give.
pub struct Budget {
    all: AtomicU64,
    unproven: AtomicU64,
    /// What the bodies of one ticket may take.
    each: u64,
    /// What they take; only those that take something.
    tickets: Mutex<HashMap<Tid, Share>>,
}

/// The random id of a ticket.
type Tid = [u8; 12];

#[derive(Clone, Copy, Default)]
struct Share {
    bytes: u64,
    bodies: usize,
}

/// The most bodies of one ticket at once: more than the messages of a stream that wait for an answer.
const BODIES: usize = 32;

impl Budget {
    /// So many bytes in all, so many of them for senders who are not proven, and so many for each ticket.
    pub fn new(all: u64, unproven: u64, each: u64) -> Arc<Budget> {
        let (all, unproven) = (AtomicU64::new(all), AtomicU64::new(unproven));
        Arc::new(Budget { all, unproven, each, tickets: Mutex::default() })
    }

    /// A hold on nothing yet, for one body; none if there are too many of this ticket already.
    pub fn hold(self: &Arc<Budget>, unproven: bool, ticket: Option<Tid>) -> Option<Hold> {
        if let Some(tid) = ticket {
            let mut tickets = self.tickets();
            let share = tickets.entry(tid).or_default();
            if share.bodies >= BODIES {
                return None;
            }
            share.bodies += 1;
        }
        Some(Hold { budget: Arc::clone(self), bytes: 0, unproven, ticket })
    }

    fn tickets(&self) -> MutexGuard<'_, HashMap<Tid, Share>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes bytes of the share of a ticket, if there are so many.
    fn take_share(&self, tid: &Tid, bytes: u64) -> bool {
        let mut tickets = self.tickets();
        let Some(share) = tickets.get_mut(tid) else { return false };
        let fits = share.bytes + bytes <= self.each;
        if fits {
            share.bytes += bytes;
        }
        fits
    }
}

/// What one body has been given. It goes back when this is dropped.
pub struct Hold {
    budget: Arc<Budget>,
    bytes: u64,
    unproven: bool,
    ticket: Option<Tid>,
}

impl Hold {
    /// Takes what is missing to so many bytes; if there is not enough, nothing.
    #[must_use]
    pub fn grow_to(&mut self, bytes: u64) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        if !take(&self.budget.all, more) {
            return false;
        }
        let shared = match &self.ticket {
            Some(tid) => self.budget.take_share(tid, more),
            None => !self.unproven || take(&self.budget.unproven, more),
        };
        if !shared {
            self.budget.all.fetch_add(more, Ordering::Relaxed);
            return false;
        }
        self.bytes += more;
        true
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.budget.all.fetch_add(self.bytes, Ordering::Relaxed);
        let Some(tid) = self.ticket else {
            if self.unproven {
                self.budget.unproven.fetch_add(self.bytes, Ordering::Relaxed);
            }
            return;
        };
        let mut tickets = self.budget.tickets();
        if let Some(share) = tickets.get_mut(&tid) {
            share.bytes -= self.bytes.min(share.bytes);
            share.bodies -= 1;
            if share.bodies == 0 {
                tickets.remove(&tid);
            }
        }
    }
}

fn take(left: &AtomicU64, bytes: u64) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_comes_back() {
        let budget = Budget::new(100, 50, 40);
        let mut first = budget.hold(false, None).unwrap();
        assert!(first.grow_to(60) && first.grow_to(60) && first.grow_to(80));
        let mut second = budget.hold(false, None).unwrap();
        assert!(!second.grow_to(21) && second.grow_to(20));
        drop(first);
        assert!(second.grow_to(100));
    }

    #[test]
    fn strangers_have_a_share_of_their_own() {
        let budget = Budget::new(100, 50, 40);
        let mut stranger = budget.hold(true, None).unwrap();
        assert!(stranger.grow_to(50) && !stranger.grow_to(51));
        let mut other = budget.hold(true, None).unwrap();
        assert!(!other.grow_to(1));
        assert!(budget.hold(false, None).unwrap().grow_to(50));
        drop(stranger);
        assert!(other.grow_to(50));
        assert!(budget.hold(false, None).unwrap().grow_to(50));
    }

    #[test]
    fn a_ticket_has_a_share_of_its_own() {
        let budget = Budget::new(100, 50, 40);
        let mut first = budget.hold(false, Some([1; 12])).unwrap();
        let mut second = budget.hold(false, Some([1; 12])).unwrap();
        assert!(first.grow_to(30) && !second.grow_to(11) && second.grow_to(10));
        assert!(budget.hold(false, Some([2; 12])).unwrap().grow_to(40));
        drop(first);
        assert!(second.grow_to(40));
        drop(second);
        assert!(budget.tickets().is_empty());
        assert!(budget.hold(false, None).unwrap().grow_to(100));
    }

    #[test]
    fn a_ticket_has_so_many_bodies_at_once() {
        let budget = Budget::new(100, 50, 40);
        let holds: Vec<Hold> = (0..BODIES).map(|_| budget.hold(false, Some([1; 12])).unwrap()).collect();
        assert!(budget.hold(false, Some([1; 12])).is_none());
        assert!(budget.hold(false, Some([2; 12])).is_some());
        drop(holds);
        assert!(budget.hold(false, Some([1; 12])).is_some());
    }
}
