//! A process forks, as servers do that start their workers so.
#![cfg(target_os = "linux")]

mod rig;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rig::{BASIC, Folder, Rig, Store, transcript};
use ringback::ErrorKind;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Ledger, ManualClock};

/// One test at a time forks.
static FORKING: Mutex<()> = Mutex::new(());

struct At(PathBuf);

impl Store for At {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Sqlite::open_with(&self.0, Options { clock, reserve: 0, ..Options::default() }).unwrap())
    }
}

#[cfg(feature = "postgres")]
struct Within(ringback_inbox::postgres::Options, String);

#[cfg(feature = "postgres")]
impl Store for Within {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        let options = ringback_inbox::postgres::Options { clock: Some(clock), ..self.0.clone() };
        Arc::new(ringback_inbox::Postgres::open_with(&self.1, options).unwrap())
    }
}

/// Runs something in a child of this process; the child's process id.
fn fork(child: impl FnOnce()) -> libc::pid_t {
    // SAFETY: the child runs this one thread, which holds no lock that another thread of the parent could have held but
    // those of the allocator, which glibc restores in the child; and it leaves by `_exit`, so nothing of the harness runs.
    let process = unsafe { libc::fork() };
    assert!(process >= 0);
    if process == 0 {
        let fine = catch_unwind(AssertUnwindSafe(child)).is_ok();
        // SAFETY: it ends the process, and touches nothing.
        unsafe { libc::_exit(i32::from(!fine)) };
    }
    process
}

#[track_caller]
fn join(process: libc::pid_t) {
    let mut status = 0;
    // SAFETY: the pointer is to a local variable, and the child is ours.
    let ended = unsafe { libc::waitpid(process, &raw mut status, 0) };
    assert_eq!((ended, status), (process, 0), "the child has failed");
}

fn integrity(folder: &Folder) -> String {
    let connection = rusqlite::Connection::open(folder.file()).unwrap();
    connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_store_that_rests_is_opened_anew_on_both_sides() {
    let _alone = FORKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(0, "before"));
    for round in 0..5 {
        let ledger = rig.inbox.ledger();
        ledger.rest();
        let child = fork(|| {
            ledger.wake();
            assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 1 + round * 4, 0, 0, 0]);
            for number in 0..2 {
                rig.keep(BASIC, &transcript(100 + round * 10 + number, "by the child"));
            }
            assert_eq!(rig.answer(BASIC, &transcript(0, "before")), (200, "repeat"));
        });
        join(child);
        ledger.wake();
        for number in 0..2 {
            rig.keep(BASIC, &transcript(200 + round * 10 + number, "by the parent"));
        }
    }
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 21, 0, 0, 0]);
    drop(rig);
    assert_eq!(integrity(&folder), "ok");
}

#[cfg(feature = "postgres")]
#[test]
fn a_database_that_rests_is_opened_anew_on_both_sides_and_refused_without_rest() {
    let _alone = FORKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let Some(server) = rig::server::Server::shared() else { return };
    let rig = Rig::new(Within(server.fresh(), server.url()));
    rig.keep(BASIC, &transcript(0, "before"));
    rig.inbox.ledger().rest();
    let child = fork(|| {
        rig.inbox.ledger().wake();
        for number in 100..110 {
            rig.keep(BASIC, &transcript(number, "by the child"));
        }
        assert_eq!(rig.answer(BASIC, &transcript(0, "before")), (200, "repeat"));
    });
    rig.inbox.ledger().wake();
    for number in 200..210 {
        rig.keep(BASIC, &transcript(number, "by the parent"));
    }
    join(child);
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 21, 0, 0, 0]);

    let child = fork(|| {
        let answer = rig.send(BASIC, &transcript(1, "by the child"));
        assert_eq!((answer.status, answer.error.map(|error| error.kind())), (503, Some(ErrorKind::StoreForked)));
        rig.inbox.ledger().rest();
        assert_eq!(rig.inbox.check().unwrap_err().kind(), ErrorKind::StoreForked);
    });
    join(child);
    rig.keep(BASIC, &transcript(2, "by the parent"));
}

#[test]
fn parent_and_child_write_at_once_and_the_parent_goes_first() {
    let _alone = FORKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(0, "before"));
    rig.inbox.ledger().rest();
    let child = fork(|| {
        rig.inbox.ledger().wake();
        for number in 100..130 {
            rig.keep(BASIC, &transcript(number, "by the child"));
        }
    });
    rig.inbox.ledger().wake();
    for number in 200..220 {
        rig.keep(BASIC, &transcript(number, "by the parent"));
    }
    let Rig { store, clock, inbox, .. } = rig;
    // Whoever closes last may delete the log: not while the child has it open.
    drop(inbox);
    join(child);
    assert_eq!(store.open(clock).tally().unwrap(), [0, 51, 0, 0, 0]);
    assert_eq!(integrity(&folder), "ok");
}

#[test]
fn a_store_in_use_is_refused_in_the_child_and_goes_on_in_the_parent() {
    let _alone = FORKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(0, "before"));
    let child = fork(|| {
        let answer = rig.send(BASIC, &transcript(1, "by the child"));
        assert_eq!((answer.status, answer.error.map(|error| error.kind())), (503, Some(ErrorKind::StoreForked)));
        assert_eq!(rig.inbox.check().unwrap_err().kind(), ErrorKind::StoreForked);
        // It is too late for that.
        rig.inbox.ledger().rest();
        rig.inbox.ledger().wake();
        assert_eq!(rig.inbox.ledger().tally().unwrap_err().kind(), ErrorKind::StoreForked);
    });
    join(child);
    rig.keep(BASIC, &transcript(2, "by the parent"));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 2, 0, 0, 0]);
}

#[test]
fn a_call_during_the_rest_waits_until_it_ends() {
    let _alone = FORKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(0, "before"));
    rig.inbox.ledger().rest();
    std::thread::scope(|scope| {
        let ledger = rig.inbox.ledger();
        let waiting = scope.spawn(|| ledger.tally());
        ledger.wake();
        assert_eq!(waiting.join().unwrap(), Ok([0, 1, 0, 0, 0]));
    });
}
