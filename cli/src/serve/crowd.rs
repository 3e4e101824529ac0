//! The places for connections: so many in all, and fewer for those whose sender nobody knows yet.
//!
//! A stranger who only keeps a place occupied keeps nobody out: when there is none left, whoever came first of those that
//! are not in the middle of a request gives way. A known sender speaks at once, so it is never the first for long; and
//! one that was cut off comes again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

use super::place::Place;
use super::turn::Turn;

/// The places, and who has them.
pub struct Crowd {
    all: Arc<Semaphore>,
    unproven: Arc<Semaphore>,
    /// In the order in which they came; those that have gone are forgotten now and then.
    turns: Mutex<VecDeque<Weak<Turn>>>,
    most: usize,
}

impl Crowd {
    /// So many places in all, and so many of them for strangers.
    pub fn new(all: usize, unproven: usize) -> Crowd {
        let (most, turns) = (all, Mutex::default());
        Crowd { all: Arc::new(Semaphore::new(all)), unproven: Arc::new(Semaphore::new(unproven)), turns, most }
    }

    /// A place for a new connection; none if everybody is in the middle of a request.
    pub fn enter(&self) -> Option<Arc<Turn>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= 2 * self.most {
            turns.retain(|turn| turn.strong_count() > 0);
        }
        let mut all = Arc::clone(&self.all).try_acquire_owned().ok();
        let mut unproven = Arc::clone(&self.unproven).try_acquire_owned().ok();
        if unproven.is_none() {
            let place = make_way(&mut turns, Turn::is_proven)?;
            unproven = place.unproven;
            all = all.or(Some(place.all));
        }
        let all = match all {
            Some(all) => all,
            None => make_way(&mut turns, |_| false)?.all,
        };
        let turn = Arc::new(Turn::new(Place { all, unproven }));
        turns.push_back(Arc::downgrade(&turn));
        Some(turn)
    }
}

/// The place of the first one that can be cut off and is not spared.
fn make_way(turns: &mut VecDeque<Weak<Turn>>, spared: impl Fn(&Turn) -> bool) -> Option<Place> {
    let mut at = 0;
    while at < turns.len() {
        match turns[at].upgrade() {
            Some(turn) if spared(&turn) => at += 1,
            Some(turn) => match turn.give_way() {
                Some(place) => {
                    turns.remove(at);
                    return Some(place);
                }
                None => at += 1,
            },
            None => {
                turns.remove(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_who_came_first_give_way() {
        let crowd = Crowd::new(10, 2);
        let (first, second) = (crowd.enter().unwrap(), crowd.enter().unwrap());
        let third = crowd.enter().unwrap();
        assert!(first.has_given_way() && !second.has_given_way());
        let _fourth = crowd.enter().unwrap();
        assert!(second.has_given_way() && !third.has_given_way());
    }

    #[test]
    fn requests_under_way_and_known_senders_are_spared() {
        let crowd = Crowd::new(10, 2);
        let (asking, known) = (crowd.enter().unwrap(), crowd.enter().unwrap());
        asking.begin(false, false);
        known.prove();
        let idle = crowd.enter().unwrap();
        let last = crowd.enter().unwrap();
        assert!(idle.has_given_way() && !asking.has_given_way() && !known.has_given_way());
        last.begin(false, false);
        assert!(crowd.enter().is_none());
    }

    #[test]
    fn when_all_places_are_taken_known_senders_that_wait_give_way_too() {
        let crowd = Crowd::new(2, 2);
        let (first, second) = (crowd.enter().unwrap(), crowd.enter().unwrap());
        first.prove();
        second.prove();
        second.begin(false, false);
        let third = crowd.enter().unwrap();
        assert!(first.has_given_way() && !second.has_given_way());
        third.begin(false, false);
        assert!(crowd.enter().is_none());
        drop(third);
        assert!(crowd.enter().is_some());
    }
}
