//! The memory that bodies may take, all of them together.
//!
//! A body is paid for before it is read. Bodies whose sender is still to be proven, by a secret within them, have a
//! smaller share, so that strangers cannot use up what the known senders need.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is left to give.
pub struct Budget {
    all: AtomicU64,
    unproven: AtomicU64,
}

impl Budget {
    /// So many bytes in all, of them so many for senders who are not proven.
    pub fn new(all: u64, unproven: u64) -> Arc<Budget> {
        Arc::new(Budget { all: AtomicU64::new(all), unproven: AtomicU64::new(unproven) })
    }

    /// A hold on nothing yet, for one body.
    pub fn hold(self: &Arc<Budget>, unproven: bool) -> Hold {
        Hold { budget: Arc::clone(self), bytes: 0, unproven }
    }
}

/// What one body has been given. It goes back when this is dropped.
pub struct Hold {
    budget: Arc<Budget>,
    bytes: u64,
    unproven: bool,
}

impl Hold {
    /// Takes what is missing to so many bytes; if there is not enough, nothing.
    #[must_use]
    pub fn grow_to(&mut self, bytes: u64) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        if !take(&self.budget.all, more) {
            return false;
        }
        if self.unproven && !take(&self.budget.unproven, more) {
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
        if self.unproven {
            self.budget.unproven.fetch_add(self.bytes, Ordering::Relaxed);
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
        let budget = Budget::new(100, 50);
        let mut first = budget.hold(false);
        assert!(first.grow_to(60) && first.grow_to(60) && first.grow_to(80));
        let mut second = budget.hold(false);
        assert!(!second.grow_to(21) && second.grow_to(20));
        drop(first);
        assert!(second.grow_to(100));
    }

    #[test]
    fn strangers_have_a_share_of_their_own() {
        let budget = Budget::new(100, 50);
        let mut stranger = budget.hold(true);
        assert!(stranger.grow_to(50) && !stranger.grow_to(51));
        let mut other = budget.hold(true);
        assert!(!other.grow_to(1));
        assert!(budget.hold(false).grow_to(50));
        drop(stranger);
        assert!(other.grow_to(50));
        assert!(budget.hold(false).grow_to(50));
    }
}
