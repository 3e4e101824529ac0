//! Two threads beside the writer: one that keeps the log short, and one that notices what other processes write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use ringback::ErrorKind;
use rusqlite::Connection;

use super::{Shared, ballast, failure, place};
use crate::error::Error;
use crate::lock;

/// After how many bytes the log is written back into the database.
const STEP: u64 = 8 << 20;
/// Beyond this length the writers have to wait until the log is empty, or it would grow for ever under constant load.
const LONGEST: u64 = 64 << 20;
/// How often the watcher looks while somebody waits.
const LOOK: Duration = Duration::from_millis(25);
/// How often it asks whether anybody does.
const IDLE: Duration = Duration::from_millis(100);

/// How often it is looked whether there is ballast: not at once, for whoever only asks something needs none.
const BALLAST: Duration = Duration::from_secs(1);

/// How often emptying the log is tried, for whoever erases something must not be put off lightly.
const PATIENCE: usize = 4;

/// How much the log has grown since it was written back.
#[derive(Default)]
pub struct Growth {
    bytes: Mutex<u64>,
    enough: Condvar,
}

impl Growth {
    /// So many bytes were written.
    pub fn add(&self, bytes: u64) {
        let mut grown = lock(&self.bytes);
        *grown += bytes;
        if *grown >= STEP {
            self.enough.notify_one();
        }
    }

    /// Waits until it has grown by a step, or a moment has passed; whether it has grown enough.
    fn wait(&self) -> bool {
        let grown = lock(&self.bytes);
        let waited = self.enough.wait_timeout_while(grown, IDLE, |grown| *grown < STEP);
        let mut grown = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        let enough = *grown >= STEP;
        if enough {
            *grown = 0;
        }
        enough
    }
}

/// Writes the log back into the database whenever it has grown by a step. The writer never does it, for it would make
/// senders wait.
pub fn checkpoint(shared: &Shared, growth: &Growth, stopping: &AtomicBool) {
    let mut open: Option<(u64, Connection)> = None;
    let mut looked = Instant::now();
    while !stopping.load(Ordering::Acquire) {
        if looked.elapsed() >= BALLAST {
            looked = Instant::now();
            ballast::put(&shared.path, shared.options.ballast, shared.options.reserve);
        }
        if !growth.wait() {
            continue;
        }
        let Some(connection) = current(shared, &mut open) else { continue };
        let long = std::fs::metadata(place::journal(&shared.path)).is_ok_and(|log| log.len() > LONGEST);
        let mode = if long { "TRUNCATE" } else { "PASSIVE" };
        // If it does not work now, it will after the next step.
        let _ = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
    }
}

/// Rings the bell when another connection has committed, for whoever waits in this process.
pub fn watch(shared: &Shared, stopping: &AtomicBool) {
    let mut open: Option<(u64, Connection)> = None;
    let mut seen: Option<i64> = None;
    while !stopping.load(Ordering::Acquire) {
        if !shared.bell.is_awaited() {
            std::thread::park_timeout(IDLE);
            continue;
        }
        let version = current(shared, &mut open)
            .and_then(|connection| connection.query_row("PRAGMA data_version", [], |row| row.get(0)).ok());
        if version.is_none() || version != seen {
            seen = version;
            shared.bell.ring();
        }
        std::thread::park_timeout(LOOK);
    }
}

/// Empties the log, after which nothing is in the files of the store but what is in its tables.
pub fn empty_log(connection: &Connection) -> Result<(), Error> {
    for _ in 0..PATIENCE {
        // It waits for readers and for other checkpoints, each time as long as a call may take.
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(failure)?;
        if busy == 0 {
            return Ok(());
        }
    }
    Err(Error::new(ErrorKind::StoreBusy, "somebody reads the log"))
}

/// Gives pages that hold nothing any more back to the disk, and leaves nothing in the log. It goes on step by step: so
/// that nobody waits long, and on a disk that is nearly full too.
pub fn scrub(connection: &Connection) -> Result<(), Error> {
    let unused = || connection.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0)).map_err(failure);
    let mut before = i64::MAX;
    loop {
        empty_log(connection)?;
        let left = unused()?;
        // A file of an older version has no map of its pages, and keeps them.
        if left == 0 || left >= before {
            return Ok(());
        }
        before = left;
        connection.execute_batch("PRAGMA incremental_vacuum(256)").map_err(failure)?;
    }
}

/// A connection on the file as it was opened last.
fn current<'o>(shared: &Shared, open: &'o mut Option<(u64, Connection)>) -> Option<&'o Connection> {
    let generation = shared.generation.load(Ordering::Acquire);
    if open.as_ref().is_none_or(|(opened, _)| *opened != generation) {
        *open = shared.open_to_read().ok().map(|connection| (generation, connection));
        if let Some((_, connection)) = open {
            // Writing the log back is writing.
            let _ = connection.pragma_update(None, "query_only", "OFF");
        }
    }
    open.as_ref().map(|(_, connection)| connection)
}
