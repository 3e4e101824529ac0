//! The bell of the inbox, tried in every order in which its threads can run.
//!
//! Whoever waits for a change asks the bell how often it has rung, looks, and then waits for more. That no change between
//! the look and the wait is missed is shown here: a thread that slept on would be a deadlock, which loom reports. The
//! bell is the file of the inbox itself; only the locks below it are others.

#![cfg(test)]

#[path = "../../../inbox/src/bell.rs"]
#[allow(dead_code)]
mod bell;

use std::sync::Arc as StdArc;
use std::task::{Wake, Waker};
use std::time::Duration;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use bell::Bell;
use sync::{Mutex, MutexGuard};

/// The locks, with what the standard ones have and those of loom have not.
mod sync {
    use std::sync::LockResult;
    use std::time::Duration;

    pub use loom::sync::{Mutex, MutexGuard, WaitTimeoutResult};

    #[derive(Debug)]
    pub struct Condvar(loom::sync::Condvar);

    impl Default for Condvar {
        fn default() -> Condvar {
            Condvar(loom::sync::Condvar::new())
        }
    }

    impl Condvar {
        pub fn notify_all(&self) {
            self.0.notify_all();
        }

        /// Time never passes in a model.
        pub fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            time: Duration,
        ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
            self.0.wait_timeout(guard, time)
        }
    }
}

/// As in the inbox.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Longer than any test.
const LONG: Duration = Duration::from_secs(3_600);

/// Something that changes, and the bell that tells.
#[derive(Default)]
struct Room {
    changed: AtomicBool,
    bell: Bell,
}

impl Room {
    fn change(&self) {
        self.changed.store(true, Ordering::SeqCst);
        self.bell.ring();
    }

    fn has_changed(&self) -> bool {
        self.changed.load(Ordering::SeqCst)
    }

    /// Waits as the inbox does.
    fn wait(&self) {
        loop {
            let rings = self.bell.rings();
            if self.has_changed() {
                return;
            }
            self.bell.wait(rings, LONG);
        }
    }
}

#[test]
fn a_change_wakes_a_thread_whenever_it_comes() {
    loom::model(|| {
        let room = Arc::new(Room::default());
        let other = Arc::clone(&room);
        let waits = thread::spawn(move || other.wait());
        room.change();
        waits.join().unwrap();
    });
}

#[test]
fn a_change_wakes_all_threads() {
    // Three threads have too many orders; nobody is interrupted more than twice in one.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let room = Arc::new(Room::default());
        let waiting: [_; 2] = std::array::from_fn(|_| {
            let room = Arc::clone(&room);
            thread::spawn(move || room.wait())
        });
        room.change();
        waiting.into_iter().for_each(|waits| waits.join().unwrap());
    });
}

/// How often a task was woken.
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: StdArc<Count>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A task looks while something changes; whether it sleeps on with nobody to wake it.
fn sleeps_on(look: fn(&Room, &Waker) -> bool) -> bool {
    let room = Arc::new(Room::default());
    let other = Arc::clone(&room);
    let changes = thread::spawn(move || other.change());
    let count = StdArc::new(Count(AtomicUsize::new(0)));
    let sleeps = look(&room, &Waker::from(StdArc::clone(&count)));
    changes.join().unwrap();
    sleeps && count.0.load(Ordering::SeqCst) == 0
}

#[test]
fn a_change_wakes_a_task_or_is_seen_by_it() {
    loom::model(|| {
        let slept = sleeps_on(|room, waker| {
            let rings = room.bell.rings();
            !room.has_changed() && room.bell.wake(rings, waker)
        });
        assert!(!slept);
    });
}

#[test]
#[should_panic(expected = "a change was missed")]
fn asking_after_the_look_would_miss_a_change() {
    loom::model(|| {
        let slept = sleeps_on(|room, waker| !room.has_changed() && room.bell.wake(room.bell.rings(), waker));
        assert!(!slept, "a change was missed");
    });
}
