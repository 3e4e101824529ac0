//! The threads and the connections of a store: begun at the first use, ended when it rests or goes.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use ringback::ErrorKind;
use rusqlite::Connection;

use super::{Shared, keeper, writer};
use crate::error::Error;
use crate::ledger::DEADLINE;
use crate::lock;

/// Threads and connections.
pub struct Engine {
    jobs: Option<mpsc::Sender<writer::Job>>,
    /// Connections that nobody reads with at the moment, and which opening of the file they belong to.
    pub readers: Mutex<Vec<(u64, Connection)>>,
    threads: Vec<JoinHandle<()>>,
    stopping: Arc<AtomicBool>,
}

/// Where the engine of a store runs, if it does.
#[derive(Default)]
pub struct Running {
    /// The process that started it; 0 if nobody has. Asked before any lock, for a child inherits locks that nobody opens.
    process: AtomicU32,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    engine: Option<Arc<Engine>>,
    users: usize,
    resting: bool,
}

/// An engine that somebody uses, so that it goes on.
pub struct InUse<'r> {
    running: &'r Running,
    engine: Arc<Engine>,
}

impl Running {
    /// The engine, started if it does not run.
    pub fn engine(&self, shared: &Arc<Shared>) -> Result<InUse<'_>, Error> {
        self.check_process()?;
        let deadline = Duration::from_millis(DEADLINE);
        let waited = self.changed.wait_timeout_while(lock(&self.state), deadline, |state| state.resting);
        let mut state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        if state.resting {
            return Err(Error::new(ErrorKind::StoreBusy, "it rests while the process forks"));
        }
        let engine = state.engine.get_or_insert_with(|| Arc::new(Engine::start(shared))).clone();
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

impl Drop for Running {
    fn drop(&mut self) {
        if self.check_process().is_err() {
            // The threads are not here, and closing an inherited connection would touch the parent's locks.
            let state = self.state.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
            std::mem::forget(state.engine.take());
        }
    }
}

impl Engine {
    fn start(shared: &Arc<Shared>) -> Engine {
        let (jobs, received) = mpsc::channel();
        let (keeper, watcher, writer) = (shared.clone(), shared.clone(), shared.clone());
        let grown = Arc::new(keeper::Growth::default());
        let told = grown.clone();
        let stopping = Arc::new(AtomicBool::new(false));
        let (kept, watched) = (stopping.clone(), stopping.clone());
        let threads = [
            named("ringback-write", move || writer::run(&writer, &received, &told)),
            named("ringback-log", move || keeper::checkpoint(&keeper, &grown, &kept)),
            named("ringback-watch", move || keeper::watch(&watcher, &watched)),
        ];
        // Without its writer, every decision says that the store is not available.
        let threads = threads.into_iter().flatten().collect();
        Engine { jobs: Some(jobs), readers: Mutex::default(), threads, stopping }
    }

    /// Hands a decision to the writer; whether there is one.
    pub fn send(&self, job: writer::Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }
}

fn named(name: &str, run: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    std::thread::Builder::new().name(name.into()).spawn(run).ok()
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            // A decision may own the store, and then it is the writer who lets go of it last.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Deref for InUse<'_> {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.running.state);
        state.users -= 1;
        if state.users == 0 && state.resting {
            self.running.changed.notify_all();
        }
    }
}
