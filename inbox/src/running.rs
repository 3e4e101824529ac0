//! The threads and connections of a store, as long as they run: begun at the first use, ended when the store rests or goes.
//!
//! A fork copies neither threads nor what servers and locks know of a connection. So a store can be told to rest before
//! one; without that, a child that inherits a store in use is told so, and touches nothing of its parent's.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use ringback::ErrorKind;

use crate::error::Error;
use crate::ledger::DEADLINE;
use crate::lock;

/// Where the engine of a store runs, if it does.
pub struct Running<E> {
    /// The process that started it; 0 if nobody has. Asked before any lock, for a child inherits locks that nobody opens.
    process: AtomicU32,
    state: Mutex<State<E>>,
    changed: Condvar,
}

struct State<E> {
    engine: Option<Arc<E>>,
    users: usize,
    resting: bool,
}

/// An engine that somebody uses, so that it goes on.
pub struct InUse<'r, E> {
    running: &'r Running<E>,
    engine: Arc<E>,
}

impl<E> Default for Running<E> {
    fn default() -> Running<E> {
        let state = State { engine: None, users: 0, resting: false };
        Running { process: AtomicU32::new(0), state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl<E> Running<E> {
    /// The engine, started if it does not run.
    pub fn engine(&self, start: impl FnOnce() -> Result<E, Error>) -> Result<InUse<'_, E>, Error> {
        self.check_process()?;
        let deadline = Duration::from_millis(DEADLINE);
        let waited = self.changed.wait_timeout_while(lock(&self.state), deadline, |state| state.resting);
        let mut state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        if state.resting {
            return Err(Error::new(ErrorKind::StoreBusy, "it rests while the process forks"));
        }
        let engine = match &state.engine {
            Some(engine) => engine.clone(),
            None => state.engine.insert(Arc::new(start()?)).clone(),
        };
        self.process.store(std::process::id(), Ordering::Release);
        state.users += 1;
        Ok(InUse { running: self, engine })
    }

    /// Ends the engine when nobody uses it any more, and starts none until it is woken.
    pub fn rest(&self) {
        if self.check_process().is_err() {
            return;
        }
        let mut state = lock(&self.state);
        state.resting = true;
        let waited = self.changed.wait_while(state, |state| state.users > 0);
        let engine = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).engine.take();
        drop(engine);
        self.process.store(0, Ordering::Release);
    }

    /// From now on it may be started again.
    pub fn wake(&self) {
        if self.check_process().is_ok() {
            lock(&self.state).resting = false;
            self.changed.notify_all();
        }
    }

    fn check_process(&self) -> Result<(), Error> {
        match self.process.load(Ordering::Acquire) {
            0 => Ok(()),
            process if process == std::process::id() => Ok(()),
            _ => Err(ErrorKind::StoreForked.into()),
        }
    }
}

impl<E> Drop for Running<E> {
    fn drop(&mut self) {
        if self.check_process().is_err() {
            // The threads are not here, and closing an inherited connection would touch the parent's locks.
            let state = self.state.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
            std::mem::forget(state.engine.take());
        }
    }
}

impl<E> Deref for InUse<'_, E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.engine
    }
}

impl<E> Drop for InUse<'_, E> {
    fn drop(&mut self) {
        let mut state = lock(&self.running.state);
        state.users -= 1;
        if state.users == 0 && state.resting {
            self.running.changed.notify_all();
        }
    }
}
