//! The one thread that writes: it gathers decisions, makes one commit of them, and lets the answers go.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use ringback::ErrorKind;
use ringback::ledger::ScopeKey;
use ringback::time::Now;
use rusqlite::{Connection, TransactionBehavior};

use super::keeper::{self, Growth};
use super::place::{self, Files};
use super::{Shared, ballast, failure, rows};
use crate::error::Error;
use crate::killpoint;
use crate::ledger::{Decision, Due, DueDecision, Keys, Writes};
use crate::lock;

/// A decision that somebody waits for.
pub struct Job {
    pub question: Question,
    pub done: SyncSender<Result<(), Error>>,
    /// When nobody waits for it any more.
    pub end: Instant,
}

/// What is to be decided.
pub enum Question {
    /// About the rows that these keys name.
    Keys(Keys, Decision),
    /// About up to so many rows that are due when it is asked, so that no two who ask are shown the same.
    Due(Due, usize, DueDecision),
}

impl Question {
    /// How many bytes of body it may write.
    const fn bytes(&self) -> u64 {
        match self {
            Question::Keys(keys, _) => keys.bytes,
            Question::Due(..) => 0,
        }
    }

    const fn scope(&self) -> Option<ScopeKey> {
        match self {
            Question::Keys(keys, _) => keys.scope,
            Question::Due(..) => None,
        }
    }

    /// Reads what it wants to see, and asks. A panic is somebody's own: the others of the batch must not pay for it.
    fn ask(&mut self, connection: &Connection, now: Now) -> rows::Result<std::thread::Result<Writes>> {
        Ok(match self {
            Question::Keys(keys, decision) => {
                let rows = rows::read(connection, keys, now)?;
                catch_unwind(AssertUnwindSafe(|| decision(&rows)))
            }
            Question::Due(due, limit, decision) => {
                let names = rows::due(connection, *due, *limit, now)?;
                let rows = rows::read(connection, &Keys::of(&names), now)?;
                catch_unwind(AssertUnwindSafe(|| decision(&names, &rows)))
            }
        })
    }
}

/// The most decisions of one commit.
const MOST_JOBS: usize = 64;
/// The most bytes of body in one commit, unless a single one has more.
const MOST_BYTES: u64 = 4 << 20;
/// A body over this many bytes has a commit for itself, so that small ones do not wait for it.
const LARGE: u64 = 1 << 20;
/// The longest that a commit gathers, counted from its first decision.
const GATHER: Duration = Duration::from_millis(5);
/// What a row costs in the log besides its body: some pages.
const ROW: u64 = 32 << 10;

/// The connection of the writer, and the files that it was opened on.
struct Open {
    connection: Connection,
    files: Files,
}

/// Writes until nobody can ask any more.
pub fn run(shared: &Shared, jobs: &Receiver<Job>, growth: &Growth) {
    let mut open: Option<Open> = None;
    let mut carried = None;
    while let Some(first) = carried.take().or_else(|| jobs.recv().ok()) {
        let batch;
        (batch, carried) = gather(first, jobs);
        let bytes = batch.iter().map(|job| job.question.bytes() + ROW).sum();
        let outcome = match &mut open {
            Some(open) => write(shared, open, batch),
            closed => match reopen(shared) {
                Ok(opened) => write(shared, closed.insert(opened), batch),
                Err(error) => Err(refuse(batch, error)),
            },
        };
        match outcome {
            Ok(()) => {
                *lock(&shared.down) = None;
                growth.add(bytes);
            }
            Err(error) => {
                // A full disk or another writer will pass; after anything else the file is opened anew.
                if !matches!(error.kind(), ErrorKind::StoreBusy | ErrorKind::StoreFull) {
                    open = None;
                    shared.generation.fetch_add(1, Ordering::AcqRel);
                }
                *lock(&shared.down) = Some((Instant::now(), error));
            }
        }
    }
}

/// What goes into one commit, and the decision that did not fit any more.
fn gather(first: Job, jobs: &Receiver<Job>) -> (Vec<Job>, Option<Job>) {
    let begun = Instant::now();
    let mut bytes = first.question.bytes();
    let mut batch = vec![first];
    while bytes <= LARGE && batch.len() < MOST_JOBS && begun.elapsed() < GATHER {
        let Ok(next) = jobs.try_recv() else { break };
        if next.question.bytes() > LARGE || bytes + next.question.bytes() > MOST_BYTES {
            return (batch, Some(next));
        }
        bytes += next.question.bytes();
        batch.push(next);
    }
    (batch, None)
}

fn reopen(shared: &Shared) -> Result<Open, Error> {
    let (connection, _) = shared.open()?;
    // A first read makes sure that the log is open, and with it exists.
    connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(())).map_err(failure)?;
    let files = place::files(&shared.path)?;
    Ok(Open { connection, files })
}

/// One commit. Nobody is told that it worked before it is durable, and in the file that everybody else sees.
fn write(shared: &Shared, open: &mut Open, mut batch: Vec<Job>) -> Result<(), Error> {
    let now = Instant::now();
    batch.retain(|job| job.end > now);
    let mut refused = Vec::new();
    let committed = commit(shared, open, &mut batch, &mut refused).and_then(|()| {
        killpoint::at("committed");
        match killpoint::planted("commit-trusted") || place::files(&shared.path)? == open.files {
            true => Ok(()),
            false => Err(ErrorKind::StoreReplaced.into()),
        }
    });
    let committed = match committed {
        Err(error) if error.kind() == ErrorKind::StoreFull && make_room(shared, open) => {
            // What takes no new body makes room, or finishes what is there; the others have to wait until there is some.
            let (bodies, others) = batch.into_iter().partition(|job| job.question.bytes() > 0);
            refuse(bodies, error);
            return write(shared, open, others);
        }
        committed => committed,
    };
    if let Err(error) = committed {
        return Err(refuse(batch, error));
    }
    for (at, job) in batch.into_iter().enumerate() {
        let refusal = refused.iter().position(|(place, _)| *place == at).map(|found| refused.swap_remove(found).1);
        // Whoever has given up meanwhile will ask again and find it written.
        let _ = job.done.try_send(refusal.map_or(Ok(()), Err));
    }
    killpoint::at("answered");
    shared.bell.ring();
    Ok(())
}

/// Whether there is more room than before: the ballast is thrown away, the log written back.
fn make_room(shared: &Shared, open: &Open) -> bool {
    let log = || std::fs::metadata(place::journal(&shared.path)).map_or(0, |log| log.len());
    let (thrown, before) = (ballast::throw(&shared.path), log());
    let _ = keeper::empty_log(&open.connection);
    thrown || log() < before
}

fn commit(shared: &Shared, open: &mut Open, batch: &mut [Job], refused: &mut Vec<(usize, Error)>) -> Result<(), Error> {
    killpoint::at("received");
    let transaction = open.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (at, job) in batch.iter_mut().enumerate() {
        match job.question.ask(&transaction, shared.now())? {
            Ok(writes) => rows::write(&transaction, job.question.scope(), writes)?,
            Err(_) => refused.push((at, Error::new(ErrorKind::StoreUnavailable, "a decision panicked"))),
        }
    }
    if killpoint::planted("reply-before-commit") {
        batch.iter().for_each(|job| _ = job.done.try_send(Ok(())));
        // The disk takes its time, and the sender has its answer.
        std::thread::sleep(Duration::from_millis(20));
    }
    killpoint::at("written");
    killpoint::within("committing");
    transaction.commit()?;
    Ok(())
}

fn refuse(batch: Vec<Job>, error: Error) -> Error {
    for job in batch {
        let _ = job.done.try_send(Err(error.clone()));
    }
    error
}
