//! A bell that rings when a store has changed.

use std::task::Waker;
use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex};

/// Wakes whoever waits for a change, be it a thread or a task. It says that something may have changed, never what.
#[derive(Debug, Default)]
pub struct Bell {
    state: Mutex<State>,
    rung: Condvar,
}

#[derive(Debug, Default)]
struct State {
    rings: u64,
    sleepers: usize,
    tasks: Vec<Waker>,
}

impl Bell {
    /// How often it has rung. Ask before you look; then a change after the look is not missed.
    pub fn rings(&self) -> u64 {
        crate::lock(&self.state).rings
    }

    /// Rings.
    pub fn ring(&self) {
        let mut state = crate::lock(&self.state);
        state.rings += 1;
        let tasks = std::mem::take(&mut state.tasks);
        let sleepers = state.sleepers;
        drop(state);
        if sleepers > 0 {
            self.rung.notify_all();
        }
        tasks.into_iter().for_each(Waker::wake);
    }

    /// Sleeps until it has rung more often than that, or the time is out; says how often it has.
    pub fn wait(&self, rings: u64, time: Duration) -> u64 {
        let end = Instant::now().checked_add(time);
        let mut state = crate::lock(&self.state);
        state.sleepers += 1;
        while state.rings <= rings {
            let left = end.map_or(Duration::from_secs(3_600), |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            state = self.rung.wait_timeout(state, left).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
        state.sleepers -= 1;
        state.rings
    }

    /// Wakes the task at the next ring; false if it has rung more often than that already.
    pub fn wake(&self, rings: u64, waker: &Waker) -> bool {
        let mut state = crate::lock(&self.state);
        if state.rings > rings {
            return false;
        }
        if !state.tasks.iter().any(|task| task.will_wake(waker)) {
            state.tasks.push(waker.clone());
        }
        true
    }

    /// Whether anybody waits, so that looking for changes of other processes is worth the effort.
    pub fn is_awaited(&self) -> bool {
        let state = crate::lock(&self.state);
        state.sleepers > 0 || !state.tasks.is_empty()
    }
}
