//! What only a store on a disk can get wrong: its files, its disk, its other users.
#![cfg(target_os = "linux")]

mod rig;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rig::{BASIC, Folder, Rig, Store, authorization, gate, keyring, transcript};
use ringback::ErrorKind;
use ringback::ledger::Outcome;
use ringback_inbox::inbox::Subject;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Expect, Ledger, ManualClock};

/// A store in a file of this folder, which the test looks after.
struct At(PathBuf);

impl Store for At {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Sqlite::open_with(&self.0, Options { clock, reserve: 0, ..Options::default() }).unwrap())
    }
}

fn refused(path: &Path) -> ErrorKind {
    Sqlite::open(path).unwrap_err().kind()
}

fn files(folder: &Folder) -> Vec<PathBuf> {
    std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect()
}

/// Waits until the store is tried again: one that has failed is left alone for a moment.
fn until_it_is_tried_again(rig: &Rig) {
    while rig.inbox.check().is_err() {
        std::thread::yield_now();
    }
}

/// Sends as a sender does: again, until it is kept.
fn keep_in_the_end(rig: &Rig, body: &[u8]) {
    for _ in 0..10 {
        until_it_is_tried_again(rig);
        let answer = rig.answer(BASIC, body);
        if answer.0 == 200 {
            return;
        }
        assert_eq!(answer, (503, "unavailable"));
    }
    panic!("the store did not come back");
}

/// A transcript that does not become much smaller.
fn noise(number: u64, letters: u64) -> Vec<u8> {
    let letters = (0..letters).map(|at| {
        let mixed = (at ^ number << 32).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 31).wrapping_mul(0x94d0_49bb_1331_11eb);
        char::from(b'a' + (mixed >> 59) as u8 % 26)
    });
    transcript(number, &letters.collect::<String>())
}

#[test]
fn files_are_for_their_owner_alone() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    assert!(files(&folder).len() >= 2);
    for file in files(&folder) {
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "{}", file.display());
    }
    drop(rig);
    std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    Sqlite::open(folder.file()).unwrap();
    assert_eq!(std::fs::metadata(folder.file()).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_was_replaced_is_noticed_before_the_answer() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    for file in files(&folder) {
        std::fs::remove_file(file).unwrap();
    }
    assert_eq!(rig.answer(BASIC, &transcript(2, "x")), (503, "unavailable"));
    keep_in_the_end(&rig, &transcript(2, "x"));
    // What was acknowledged afterwards is in the file that lies there now, under the names that everybody computes.
    let another = rig.another();
    assert_eq!(another.ledger().tally().unwrap(), [0, 1, 0, 0, 0]);
    let rig = Rig { gate: gate(another.seed()), inbox: another, ..rig };
    assert_eq!(rig.answer(BASIC, &transcript(2, "x")), (200, "repeat"));
}

#[test]
fn another_store_in_its_place_is_not_written_into() {
    let (folder, other) = (Folder::new(), Folder::new());
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    drop(Sqlite::open(other.file()).unwrap());
    for file in files(&folder) {
        std::fs::remove_file(file).unwrap();
    }
    std::fs::rename(other.file(), folder.file()).unwrap();
    for _ in 0..3 {
        until_it_is_tried_again(&rig);
        assert_eq!(rig.answer(BASIC, &transcript(2, "x")), (503, "unavailable"));
    }
    assert_eq!(rig.another().ledger().tally().unwrap(), [0; 5]);
}

#[test]
fn a_log_that_was_removed_is_noticed_before_the_answer() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    std::fs::remove_file(folder.path().join("inbox.db-wal")).unwrap();
    assert_eq!(rig.answer(BASIC, &transcript(2, "x")), (503, "unavailable"));
}

#[test]
fn a_store_that_somebody_else_holds_is_busy_and_comes_back() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = rig.send(BASIC, &transcript(2, "x"));
    assert_eq!((answer.status, answer.error.map(|error| error.kind())), (503, Some(ErrorKind::StoreBusy)));
    other.execute_batch("ROLLBACK").unwrap();
    keep_in_the_end(&rig, &transcript(2, "x"));
}

#[test]
fn a_schema_from_the_future_is_refused_and_left_alone() {
    let folder = Folder::new();
    drop(Sqlite::open(folder.file()).unwrap());
    let connection = rusqlite::Connection::open(folder.file()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = std::fs::read(folder.file()).unwrap();
    let error = Sqlite::open(folder.file()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StoreNewer);
    assert_eq!(error.detail(), Some("its schema is 99, this version knows 1"));
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = Folder::new();
    std::fs::write(folder.file(), b"somebody's letter, quite long enough to be a header: ".repeat(100)).unwrap();
    let before = std::fs::read(folder.file()).unwrap();
    assert_eq!(refused(&folder.file()), ErrorKind::StoreCorrupt);
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);

    let theirs = folder.path().join("theirs.db");
    rusqlite::Connection::open(&theirs).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    assert_eq!(refused(&theirs), ErrorKind::StoreCorrupt);
}

#[test]
fn a_damaged_database_refuses_and_acknowledges_nothing() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    for number in 0..50 {
        rig.keep(BASIC, &transcript(number, "x"));
    }
    drop(rig);
    let mut bytes = std::fs::read(folder.file()).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0x5a);
    std::fs::write(folder.file(), bytes).unwrap();
    assert_eq!(refused(&folder.file()), ErrorKind::StoreCorrupt);
}

/// What can be claimed, settled, as the numbers of request ids.
fn handled(rig: &Rig) -> Vec<u64> {
    let mut found = Vec::new();
    while let Some(work) = rig.claim() {
        let id = work.request_id.as_deref().unwrap();
        found.push(u64::from_str_radix(id.rsplit('-').next().unwrap(), 16).unwrap());
        rig.inbox.settle(work.claim, Outcome::Done).unwrap();
    }
    found.sort_unstable();
    found
}

#[test]
fn damage_under_a_store_in_use_loses_nothing_once_the_copy_is_back() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    let mut kept: Vec<u64> = (0..30).collect();
    kept.iter().for_each(|number| rig.keep(BASIC, &transcript(*number, "x")));
    rig.inbox.ledger().scrub().unwrap();
    let copy = folder.path().join("copy");
    std::fs::copy(folder.file(), &copy).unwrap();
    // Another process does it: here it would take away the locks of this one.
    let overwrite = |from: &Path| {
        let (from, to) = (format!("if={}", from.display()), format!("of={}", folder.file().display()));
        let pages = std::fs::metadata(&copy).unwrap().len() / 4096;
        let arguments = [from, to, "bs=4096".into(), format!("count={pages}"), "conv=notrunc".into()];
        let done = std::process::Command::new("dd").args(arguments).stderr(std::process::Stdio::null()).status();
        assert!(done.unwrap().success());
    };
    overwrite(Path::new("/dev/zero"));
    for number in 30..40 {
        match rig.answer(BASIC, &transcript(number, "x")) {
            (200, "stored") => kept.push(number),
            answer => assert_eq!(answer, (503, "unavailable")),
        }
    }
    assert_eq!(refused(&folder.file()), ErrorKind::StoreCorrupt);
    overwrite(&copy);
    keep_in_the_end(&rig, &transcript(40, "x"));
    kept.push(40);
    assert_eq!(handled(&rig), kept);
}

#[test]
fn what_was_kept_is_there_when_the_younger_version_has_gone() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    (0..5).for_each(|number| rig.keep(BASIC, &transcript(number, "x")));
    let set = |version: i64| {
        let connection = rusqlite::Connection::open(folder.file()).unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
    };
    drop(rig);
    set(99);
    assert_eq!(refused(&folder.file()), ErrorKind::StoreNewer);
    set(1);
    assert_eq!(handled(&Rig::new(At(folder.file()))), [0, 1, 2, 3, 4]);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let folder = Folder::new();
    assert_eq!(refused(&folder.path().join("no/inbox.db")), ErrorKind::StoreUnavailable);
}

#[test]
fn a_read_only_disk_is_said_and_nothing_is_missing_afterwards() {
    let Some(disk) = Disk::mount("4m") else { return };
    let rig = Rig::new(At(disk.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    drop(rig);
    disk.remount(true);
    assert_eq!(refused(&disk.file()), ErrorKind::StoreReadOnly);
    disk.remount(false);
    let rig = Rig::new(At(disk.file()));
    assert_eq!(rig.claim().unwrap().body, transcript(1, "x"));
}

#[test]
fn a_full_disk_is_503_and_nothing_is_missing_afterwards() {
    let Some(disk) = Disk::mount("1m") else { return };
    let rig = Rig::new(At(disk.file()));
    let mut kept = Vec::new();
    let refused = (0..1_000).find(|&number| match rig.answer(BASIC, &noise(number, 6_000)) {
        (200, "stored") => {
            kept.push(number);
            false
        }
        answer => {
            assert_eq!(answer, (503, "unavailable"));
            true
        }
    });
    let refused = refused.expect("the disk is small");
    // Somebody makes room; the store comes back by itself.
    disk.resize("64m");
    keep_in_the_end(&rig, &noise(refused, 6_000));
    kept.push(refused);
    let mut found = Vec::new();
    while let Some(work) = rig.claim() {
        found.push(work.body.clone());
        rig.inbox.settle(work.claim, Outcome::Done).unwrap();
    }
    found.sort();
    let mut wanted: Vec<_> = kept.into_iter().map(|number| noise(number, 6_000)).collect();
    wanted.sort();
    assert!(found == wanted, "{} of {} are there", found.len(), wanted.len());
}

#[test]
fn the_last_of_the_disk_is_left_for_those_who_make_room() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    rig.keep(BASIC, &transcript(1, "x"));
    let options = Options { clock: rig.clock.clone(), reserve: u64::MAX, ..Options::default() };
    let inbox = ringback_inbox::Inbox::new(Sqlite::open_with(folder.file(), options).unwrap(), rig.settings);
    assert_eq!(inbox.check().unwrap_err().kind(), ErrorKind::StoreFull);
    let rig = Rig { inbox, ..rig };
    assert_eq!(rig.answer(BASIC, &transcript(2, "x")), (503, "unavailable"));
    // What is there can be handled and purged.
    let work = rig.claim().unwrap();
    rig.inbox.settle(work.claim, Outcome::Done).unwrap();
    rig.clock.advance(86_400_000);
    assert_eq!(rig.inbox.purge().unwrap().bodies, 1);
}

#[test]
fn ballast_makes_room_to_finish_and_to_purge_and_is_put_back() {
    let Some(disk) = Disk::mount("8m") else { return };
    let ballast = disk.0.path().join("inbox.db-ballast");
    let clock = Arc::new(ManualClock::new(rig::NOON));
    let options = Options { clock: clock.clone(), reserve: 0, ballast: 2 << 20, ..Options::default() };
    let settings = ringback_inbox::Settings::default();
    let inbox = ringback_inbox::Inbox::new(Sqlite::open_with(disk.file(), options).unwrap(), settings);
    let rig = Rig { gate: gate(inbox.seed()), inbox, clock, settings, store: Box::new(At(disk.file())) };
    let is_there = || std::fs::metadata(&ballast).is_ok_and(|file| file.len() == 2 << 20);
    let until = |wanted: bool| {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while is_there() != wanted {
            assert!(std::time::Instant::now() < end, "the ballast is there: {}", !wanted);
            std::thread::yield_now();
        }
    };
    for number in 0..20 {
        rig.keep(BASIC, &noise(number, 50_000));
    }
    until(true);
    // Somebody else fills the disk, to the last byte.
    let theirs = disk.0.path().join("theirs");
    let mut file = std::fs::File::create(&theirs).unwrap();
    while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    let mut number = 20;
    while rig.answer(BASIC, &noise(number, 50_000)).0 == 200 {
        number += 1;
    }
    // When the log is empty there may be room for it again, and where this takes long it is put back at once.
    let mut was_thrown = !is_there();
    let mut handled = 0;
    while handled < number {
        was_thrown |= !is_there();
        // A batch that failed is tried again, as workers do.
        until_it_is_tried_again(&rig);
        let Ok(claimed) = rig.inbox.claim(8) else { continue };
        for work in claimed {
            while rig.inbox.settle(work.claim, Outcome::Done).is_err() {
                until_it_is_tried_again(&rig);
            }
            handled += 1;
        }
    }
    assert!(was_thrown);
    rig.clock.advance(86_400_000);
    assert_eq!(rig.inbox.purge().unwrap().bodies, number);
    // What was purged has gone back to the disk.
    assert_eq!(rig.answer(BASIC, &noise(number, 50_000)), (200, "stored"));
    std::fs::remove_file(&theirs).unwrap();
    until(true);
}

#[test]
fn what_was_purged_goes_back_to_the_disk() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    for number in 0..20 {
        rig.keep(BASIC, &noise(number, 100_000));
    }
    while let Some(work) = rig.claim() {
        rig.inbox.settle(work.claim, Outcome::Done).unwrap();
    }
    rig.inbox.ledger().scrub().unwrap();
    let size = || std::fs::metadata(folder.file()).unwrap().len();
    let before = size();
    assert!(before > 1_000_000);
    rig.clock.advance(86_400_000);
    assert_eq!(rig.inbox.purge().unwrap().bodies, 20);
    assert!(size() < before / 4, "{} of {before}", size());
}

#[test]
fn forgetting_leaves_no_trace_in_the_files() {
    const MARKS: [&str; 3] = ["marker-of-the-body", "marker-job", "marker-of-the-context"];
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    let submission = rig.inbox.expect(&keyring(), Expect::new(MARKS[1]).context(MARKS[2])).unwrap();
    rig.keep(&authorization(&submission), &transcript(1, MARKS[0]));
    let traces = || {
        let text: Vec<u8> = files(&folder).into_iter().flat_map(|file| std::fs::read(file).unwrap()).collect();
        MARKS.map(|mark| text.windows(mark.len()).any(|window| window == mark.as_bytes()))
    };
    assert_eq!(traces(), [true; 3], "the test would see it");
    rig.inbox.forget(&Subject::Job(MARKS[1].into())).unwrap();
    assert_eq!(traces(), [false; 3]);
}

#[test]
fn large_bodies_come_back_whole() {
    let folder = Folder::new();
    let rig = Rig::new(At(folder.file()));
    let body = transcript(1, &"many words ".repeat(300_000));
    rig.keep(BASIC, &body);
    assert!(rig.claim().unwrap().body == body);
    assert!(std::fs::metadata(folder.file()).unwrap().len() < body.len() as u64, "it is compressed");
}

/// A small disk in memory, for those who may mount one.
struct Disk(Folder);

impl Disk {
    fn mount(size: &str) -> Option<Disk> {
        let folder = Folder::new();
        let size = std::ffi::CString::new(format!("size={size}")).unwrap();
        match rustix::mount::mount("none", folder.path(), "tmpfs", rustix::mount::MountFlags::empty(), &*size) {
            Ok(()) => Some(Disk(folder)),
            Err(error) => {
                println!("skipped: a test that needs a small disk, for none can be mounted here ({error})");
                None
            }
        }
    }

    fn file(&self) -> PathBuf {
        self.0.file()
    }

    fn remount(&self, read_only: bool) {
        let flags = rustix::mount::MountFlags::RDONLY;
        let flags = if read_only { flags } else { rustix::mount::MountFlags::empty() };
        rustix::mount::mount_remount(self.0.path(), flags, c"").unwrap();
    }

    fn resize(&self, size: &str) {
        let size = std::ffi::CString::new(format!("size={size}")).unwrap();
        rustix::mount::mount_remount(self.0.path(), rustix::mount::MountFlags::empty(), &*size).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = rustix::mount::unmount(self.0.path(), rustix::mount::UnmountFlags::DETACH);
    }
}
