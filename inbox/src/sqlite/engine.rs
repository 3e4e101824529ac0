//! The threads and the connections of a store: begun at the first use, ended when it rests or goes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{Shared, keeper, writer};

/// Threads and connections.
pub struct Engine {
    jobs: Option<mpsc::Sender<writer::Job>>,
    /// Connections that nobody reads with at the moment, and which opening of the file they belong to.
    pub readers: Mutex<Vec<(u64, Connection)>>,
    threads: Vec<JoinHandle<()>>,
    stopping: Arc<AtomicBool>,
}

impl Engine {
    /// Starts the threads of a store.
    pub fn start(shared: &Arc<Shared>) -> Engine {
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
