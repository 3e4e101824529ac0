//! A store in SQLite: one file, one machine, any number of its processes.
//!
//! **Durable.** A write-ahead log with `synchronous = FULL`: [`decide`](Ledger::decide) returns when the log has been
//! flushed to the disk. One thread writes. While a commit is on its way to the disk, whatever arrives meanwhile gathers
//! for the next one; so a commit is shared under load, and nobody waits for company when there is none. A body over
//! 1 MiB has a commit for itself.
//!
//! **Still the same file.** Before the answers to a commit go out, device and inode of the database and of its log are
//! compared with those that were opened. `rm`, a restore from a copy, or a tool that brings an SQLite of its own may have
//! replaced them, and then the commit went to a file that nobody will ever find. Such a batch is an error, and the file that lies
//! there now is opened.
//!
//! **Not over a network.** NFS, SMB and their like are refused: their locks and flushes are promises of somebody else. So is
//! FUSE, behind which anything may be; [`Options::any_file_system`] is for those who know what it is.
//!
//! **Not across a fork, unless it rests.** SQLite keeps locks and shared memory per process, and a child that inherits
//! them believes in locks that it does not hold: its parent's exit would then delete the log under it. Opening the file
//! anew in the child does not help, for SQLite finds the inherited state by the file's inode. So a child that inherits a
//! store in use gets [`ErrorKind::StoreForked`] and answers 503. Nothing is opened before the first use: a server that
//! forks its workers may make the store first and fork then. And a process that forks later lets the store
//! [`rest`](Ledger::rest) first, which closes everything, and [`wake`](Ledger::wake)s it afterwards on both sides: each opens
//! the file for itself.
//!
//! **Room to make room.** Bodies are refused before the disk is full, and [ballast](Options::ballast) is thrown away if
//! somebody else has filled it, so that what is there can be handled and purged. [`scrub`](Ledger::scrub) gives what became
//! free back to the disk.
//!
//! **Private.** Files have the mode 0600. Deleted rows are overwritten with zeros, and [`scrub`](Ledger::scrub) empties the log.

mod ballast;
mod engine;
mod keeper;
mod place;
mod rows;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use ringback::ErrorKind;
use ringback::identity::Seed;
use ringback::ledger::DeliveryId;
use ringback::time::Now;
use rusqlite::{Connection, OpenFlags};

use crate::bell::Bell;
use crate::clock::{Clock, SystemClock};
use crate::disk;
use crate::error::Error;
use crate::ledger::{
    Annex, Announced, Body, DEADLINE, Decision, Due, DueDecision, Entry, Keys, Ledger, Name, Selection, Submitted,
};
use crate::running::{InUse, Running};
use crate::{killpoint, lock};
use engine::Engine;
use writer::Question;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// Where it reads the time. Every process that opens the file must read the same clock.
    pub clock: Arc<dyn Clock>,
    /// Open the file even if it lies on a network file system, or on one of which nothing is known.
    pub any_file_system: bool,
    /// How many bytes of the disk are left free: with less, no more bodies are taken, so that what is there can still be
    /// handled and purged. 512 MiB.
    pub reserve: u64,
    /// How many bytes a file beside the database keeps for that purpose, should somebody else fill the disk: 64 MiB. 0: there
    /// is none.
    pub ballast: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { clock: Arc::new(SystemClock), any_file_system: false, reserve: 512 << 20, ballast: 64 << 20 }
    }
}

/// A store in an SQLite file. See the [module](self).
pub struct Sqlite {
    shared: Arc<Shared>,
    seed: Seed,
    annex: Annex,
    running: Running<Engine>,
}

/// What the threads know.
struct Shared {
    path: PathBuf,
    options: Options,
    /// Once it is known, a file with another seed is another store.
    seed: OnceLock<Seed>,
    bell: Bell,
    /// The latest readings of both clocks.
    wall: AtomicU64,
    monotonic: AtomicU64,
    /// When the store failed last, and how: for a moment nobody waits for it again.
    down: Mutex<Option<(Instant, Error)>>,
    /// When somebody last asked how much room there is, and whether that was enough.
    room: Mutex<Option<(Instant, bool)>>,
    /// Counts how often the file was opened anew: connections of before are of no use.
    generation: AtomicU64,
}

/// How long nobody tries again after the store has failed: answers come at once meanwhile.
const PAUSE: Duration = Duration::from_millis(500);

/// A store that an [`Inbox`](crate::Inbox) can be made over.
impl From<Sqlite> for Arc<dyn Ledger> {
    fn from(store: Sqlite) -> Arc<dyn Ledger> {
        Arc::new(store)
    }
}

impl Sqlite {
    /// Opens the store in this file, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreRemote`], [`ErrorKind::StoreNewer`], [`ErrorKind::StoreCorrupt`],
    /// [`ErrorKind::StoreReadOnly`], [`ErrorKind::StoreFull`], [`ErrorKind::StoreBusy`],
    /// [`ErrorKind::StoreUnavailable`].
    pub fn open(path: impl AsRef<Path>) -> Result<Sqlite, Error> {
        Sqlite::open_with(path, Options::default())
    }

    /// Opens the store in this file in a way of one's own.
    ///
    /// # Errors
    ///
    /// As [`Sqlite::open`].
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Sqlite, Error> {
        let path = std::path::absolute(path).map_err(|error| Error::new(ErrorKind::StoreUnavailable, error))?;
        let shared = Shared {
            path,
            seed: OnceLock::new(),
            bell: Bell::default(),
            wall: AtomicU64::new(0),
            monotonic: AtomicU64::new(0),
            down: Mutex::default(),
            room: Mutex::default(),
            generation: AtomicU64::new(0),
            options,
        };
        // Closed again at once, so that a process may still fork.
        let (_, seed) = shared.open()?;
        let _ = shared.seed.set(seed);
        let annex = Annex::beside(&shared.path);
        Ok(Sqlite { shared: Arc::new(shared), seed, annex, running: Running::default() })
    }

    fn engine(&self) -> Result<InUse<'_, Engine>, Error> {
        self.running.engine(|| Ok(Engine::start(&self.shared)))
    }

    /// Asks the writer, and waits until what it wrote is durable.
    fn ask(&self, question: Question) -> Result<(), Error> {
        let engine = self.engine()?;
        self.shared.check()?;
        let (done, outcome) = mpsc::sync_channel(1);
        let time = Duration::from_millis(DEADLINE);
        if !engine.send(writer::Job { question, done, end: Instant::now() + time }) {
            return Err(Error::new(ErrorKind::StoreUnavailable, "its writer has ended"));
        }
        match outcome.recv_timeout(time) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => Err(ErrorKind::StoreBusy.into()),
            Err(RecvTimeoutError::Disconnected) => Err(Error::new(ErrorKind::StoreUnavailable, "its writer has ended")),
        }
    }

    fn read<T>(&self, read: impl Fn(&Connection) -> rows::Result<T>) -> Result<T, Error> {
        let engine = self.engine()?;
        let generation = self.shared.generation.load(Ordering::Acquire);
        let pooled = lock(&engine.readers).pop().filter(|(opened, _)| *opened == generation);
        let connection = match pooled {
            Some((_, connection)) => connection,
            None => self.shared.open_to_read()?,
        };
        let found = read(&connection).map_err(failure)?;
        lock(&engine.readers).push((generation, connection));
        Ok(found)
    }
}

impl Ledger for Sqlite {
    fn seed(&self) -> Seed {
        self.seed
    }

    fn now(&self) -> Now {
        self.shared.now()
    }

    fn check(&self) -> Result<(), Error> {
        self.engine()?;
        self.shared.check()?;
        self.shared.check_room()
    }

    fn decide(&self, keys: Keys, decision: Decision) -> Result<(), Error> {
        if keys.bytes > 0 {
            self.check()?;
            if killpoint::store_is_away() {
                return Err(ErrorKind::StoreUnavailable.into());
            }
        }
        self.ask(Question::Keys(keys, decision))
    }

    fn decide_due(&self, due: Due, limit: usize, decision: DueDecision) -> Result<(), Error> {
        // Whoever looks in vain, as idle workers do, keeps no writer from its work.
        match self.due(due, 1)?.is_empty() {
            true => Ok(()),
            false => self.ask(Question::Due(due, limit, decision)),
        }
    }

    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error> {
        let now = self.now();
        self.read(|connection| rows::due(connection, due, limit, now))
    }

    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let now = self.now();
        self.read(|connection| rows::select(connection, of, after, limit, now))
    }

    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error> {
        self.read(|connection| rows::submissions(connection, of, limit))
    }

    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error> {
        let kept = self.read(|connection| rows::body(connection, id))?;
        let Some((form, bytes, length)) = kept else { return Ok(None) };
        let body = Body::from_kept(form, bytes, length)?;
        if !body.is_apart() {
            return Ok(Some(body));
        }
        match self.annex.read(id)? {
            Some(bytes) => Ok(Some(Body::plain(&bytes))),
            None => Err(Error::new(ErrorKind::StoreCorrupt, "the file of a large body is gone")),
        }
    }

    fn tally(&self) -> Result<[u64; 5], Error> {
        self.read(rows::tally)
    }

    fn scrub(&self) -> Result<(), Error> {
        // A reader in the middle of something keeps the log from being emptied.
        let engine = self.engine()?;
        lock(&engine.readers).clear();
        let (connection, _) = self.shared.open()?;
        keeper::scrub(&connection).or_else(|error| {
            match error.kind() == ErrorKind::StoreFull && ballast::throw(&self.shared.path) {
                true => keeper::scrub(&connection),
                false => Err(error),
            }
        })
    }

    fn rest(&self) {
        self.running.rest();
    }

    fn wake(&self) {
        self.running.wake();
    }

    fn annex(&self) -> Option<&Annex> {
        Some(&self.annex)
    }

    fn bell(&self) -> &Bell {
        &self.shared.bell
    }
}

impl Shared {
    /// A connection that may write, over tables of this version.
    fn open(&self) -> Result<(Connection, Seed), Error> {
        place::prepare(&self.path, self.options.any_file_system)?;
        let before = place::identity(&self.path)?;
        let mut connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(failure)?;
        if pages == 0 {
            // Only a new file can be told to remember which pages it could give back.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failure)?;
        }
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failure)?;
        if mode != "wal" {
            return Err(Error::new(ErrorKind::StoreUnavailable, format_args!("its journal stays in mode {mode}")));
        }
        // The last two matter on Apple's systems, whose plain flush stops at the cache of the disk.
        let flush = if killpoint::planted("synchronous-off") { "OFF" } else { "FULL" };
        for (name, value) in [
            ("synchronous", flush),
            ("secure_delete", "ON"),
            ("wal_autocheckpoint", "0"),
            ("fullfsync", "ON"),
            ("checkpoint_fullfsync", "ON"),
        ] {
            connection.pragma_update(None, name, value).map_err(failure)?;
        }
        let seed = schema::prepare(&mut connection, &self.options.clock.boot(), self.seed.get().copied())?;
        if place::identity(&self.path)? != before {
            return Err(ErrorKind::StoreReplaced.into());
        }
        Ok((connection, seed))
    }

    fn open_to_read(&self) -> Result<Connection, Error> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "query_only", "ON").map_err(failure)?;
        Ok(connection)
    }

    fn connect(&self, mode: OpenFlags) -> Result<Connection, Error> {
        let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(failure)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Somewhat less than the deadline of whoever waits for it.
        connection.busy_timeout(Duration::from_millis(DEADLINE - 500)).map_err(failure)?;
        Ok(connection)
    }

    /// For a moment after a failure everybody is refused at once.
    fn check(&self) -> Result<(), Error> {
        match lock(&self.down).as_ref().filter(|(since, _)| since.elapsed() < PAUSE) {
            Some((_, error)) => Err(error.clone()),
            None => Ok(()),
        }
    }

    fn check_room(&self) -> Result<(), Error> {
        let mut room = lock(&self.room);
        let enough = match *room {
            Some((asked, enough)) if asked.elapsed() < PAUSE => enough,
            _ => disk::room(&self.path).is_none_or(|room| room >= self.options.reserve),
        };
        if !matches!(*room, Some((asked, _)) if asked.elapsed() < PAUSE) {
            *room = Some((Instant::now(), enough));
        }
        match enough {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::StoreFull, "what is left of it is reserved")),
        }
    }

    /// Time never runs backwards within a process; the monotonic clock not even between processes.
    fn now(&self) -> Now {
        let now = self.options.clock.now();
        let wall = self.wall.fetch_max(now.wall, Ordering::AcqRel);
        let monotonic = self.monotonic.fetch_max(now.monotonic, Ordering::AcqRel);
        now.after(Now::new(wall, monotonic))
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

/// What SQLite says, in our words and in its own. Its words name tables and files, never values.
#[cold]
fn failure(error: rusqlite::Error) -> Error {
    use rusqlite::ffi::ErrorCode;
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::StoreBusy,
        Some(ErrorCode::DiskFull) => ErrorKind::StoreFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => ErrorKind::StoreReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ErrorKind::StoreCorrupt,
        None => ErrorKind::StoreCorrupt,
        Some(_) => ErrorKind::StoreUnavailable,
    };
    Error::new(kind, error)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        failure(error)
    }
}
