//! Bodies that are too large for memory: streamed to the disk, kept as dead letters, erased without a trace.

mod rig;

use std::path::PathBuf;
use std::sync::Arc;

use rig::{BASIC, Folder, Rig, Store, authorization, keyring, pairs, transcript};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::ledger::Outcome;
use ringback::policy::{Answer, Backing, Policy};
use ringback::route::Routes;
use ringback::{Gate, Head};
use ringback_inbox::inbox::Subject;
use ringback_inbox::ledger::Reason;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Expect, Inbox, Ledger, ManualClock, Memory, Settings};

const DAY: u64 = 86_400_000;

struct At(PathBuf);

impl Store for At {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Sqlite::open_with(&self.0, Options { clock, reserve: 0, ..Options::default() }).unwrap())
    }
}

struct InMemory;

impl Store for InMemory {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Memory::new(clock).unwrap())
    }
}

/// A rig whose gate expects no secret in bodies.
fn rig(store: impl Store + 'static) -> Rig {
    let settings = Settings { oversize: 4 << 20, ..Settings::default() };
    let rig = Rig::with(store, settings);
    let gate = Gate::new(Config {
        credentials: AcceptedCredentials { tickets: Some(keyring()), basic: pairs(), ..AcceptedCredentials::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Inbox),
        limits: Default::default(),
        remember_interim: false,
        seed: rig.inbox.seed(),
    });
    Rig { gate: gate.unwrap(), ..rig }
}

fn stream(rig: &Rig, authorization: &str, body: &[u8], piece: usize) -> Result<Answer, Answer> {
    let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
    let mut oversize = rig.inbox.oversize(&rig.gate, &head)?;
    body.chunks(piece).try_for_each(|piece| oversize.write(piece))?;
    Ok(oversize.finish())
}

fn outcome(answer: Result<Answer, Answer>) -> (u16, &'static str) {
    let answer = answer.unwrap_or_else(|answer| answer);
    (answer.status, answer.situation.name())
}

fn large(mark: &str) -> Vec<u8> {
    transcript(1, &format!("{mark} ").repeat(3 << 20 >> 4))
}

/// What lies in the annex.
fn files(folder: &Folder) -> Vec<PathBuf> {
    let annex = std::fs::read_dir(folder.path().join("inbox.db-oversize"));
    annex.map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
}

#[test]
fn it_is_a_dead_letter_whole_and_a_repeat_however_it_is_cut() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    let body = large("fifteen letters");
    assert_eq!(outcome(stream(&rig, BASIC, &body, 100_000)), (200, "oversize"));
    for piece in [1 << 16, 1 << 18, 7_777, usize::MAX] {
        assert_eq!(outcome(stream(&rig, BASIC, &body, piece)), (200, "repeat"));
    }
    let letters = rig.another().dead_letters(0, 9).unwrap();
    assert_eq!((letters.len(), letters[0].facts.reason), (1, Some(Reason::Oversize)));
    assert_eq!((letters[0].facts.length, &letters[0].facts.sender[..]), (body.len() as u64, "production"));
    assert!(rig.inbox.ledger().body(letters[0].facts.id).unwrap().unwrap().bytes().unwrap() == body);
    assert_eq!(files(&folder).len(), 1);
    assert_eq!(rig.claim(), None);
    // Once there is a handler for it.
    assert_eq!(rig.inbox.replay(letters[0].facts.id), Ok(true));
    let work = rig.claim().unwrap();
    assert!(work.body == body);
    rig.inbox.settle(work.claim, Outcome::Done).unwrap();
}

#[test]
fn another_body_of_the_same_length_is_another_delivery() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    let (one, mut two) = (large("one"), large("one"));
    two[100] ^= 1;
    assert_eq!(outcome(stream(&rig, BASIC, &one, 1 << 20)), (200, "oversize"));
    assert_eq!(outcome(stream(&rig, BASIC, &two, 1 << 20)), (200, "oversize"));
    assert_eq!(files(&folder).len(), 2);
}

#[test]
fn beyond_the_hard_limit_nothing_is_left() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    let body = large("some words to be repeated");
    assert!(body.len() > 4 << 20);
    assert_eq!(outcome(stream(&rig, BASIC, &body, 1 << 20)), (413, "too_large"));
    assert_eq!(files(&folder), <[PathBuf; 0]>::default());
    // One that says so in its head is not even begun with.
    let head =
        Head::new("POST", "/hook").header("authorization", BASIC.as_bytes()).header("content-length", b"4194305");
    assert_eq!(outcome(rig.inbox.oversize(&rig.gate, &head).map(|_| unreachable!())), (413, "too_large"));
}

#[test]
fn whoever_hangs_up_leaves_nothing() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
    let mut oversize = rig.inbox.oversize(&rig.gate, &head).unwrap();
    oversize.write(&large("half of it")).unwrap();
    assert_eq!(files(&folder).len(), 1);
    drop(oversize);
    assert_eq!(files(&folder).len(), 0);
}

#[test]
fn strangers_are_refused_and_so_is_what_could_hold_a_secret() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    assert_eq!(outcome(stream(&rig, "Basic aG9vazp3cm9uZw==", b"x", 1)), (401, "refused"));
    // The usual gate of these tests looks for a secret in bodies.
    let rig = Rig { gate: rig::gate(rig.inbox.seed()), ..rig };
    assert_eq!(outcome(stream(&rig, BASIC, b"x", 1)), (413, "too_large"));
}

#[test]
fn a_store_without_an_annex_says_that_it_is_too_large() {
    let rig = rig(InMemory);
    assert_eq!(outcome(stream(&rig, BASIC, &large("x"), 1 << 20)), (413, "too_large"));
}

#[test]
fn forgetting_takes_the_file_away_and_the_next_attempt_does_not_bring_it_back() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    let submission = rig.inbox.expect(&keyring(), Expect::new("call-1")).unwrap();
    let (ticket, body) = (authorization(&submission), large("x"));
    assert_eq!(outcome(stream(&rig, &ticket, &body, 1 << 20)), (200, "oversize"));
    assert_eq!(rig.inbox.forget(&Subject::Job("call-1".into())).unwrap().deliveries, 1);
    assert_eq!(files(&folder).len(), 0);
    assert_eq!(outcome(stream(&rig, &ticket, &body, 1 << 20)), (200, "repeat"));
    assert_eq!(files(&folder).len(), 0);
}

#[test]
fn it_goes_when_its_time_has_come_and_what_the_dead_have_left_goes_with_a_purge() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    assert_eq!(outcome(stream(&rig, BASIC, &large("x"), 1 << 20)), (200, "oversize"));
    std::fs::write(folder.path().join("inbox.db-oversize/77-0.part"), b"half").unwrap();
    rig.inbox.purge().unwrap();
    assert_eq!(files(&folder).len(), 1, "its time has not come");
    rig.clock.advance(31 * DAY);
    assert_eq!(rig.inbox.sweep().unwrap().forgotten, 1);
    assert_eq!(files(&folder).len(), 0);
}

#[test]
fn without_its_row_it_is_not_acknowledged_and_does_not_stay() {
    let folder = Folder::new();
    let rig = rig(At(folder.file()));
    rig.keep(BASIC, &transcript(2, "x"));
    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
    let mut oversize = rig.inbox.oversize(&rig.gate, &head).unwrap();
    oversize.write(&large("x")).unwrap();
    std::fs::remove_file(folder.path().join("inbox.db-wal")).unwrap();
    assert_eq!(outcome(Ok(oversize.finish())), (503, "unavailable"));
    drop(rig);
    let inbox = Inbox::new(Sqlite::open(folder.file()).unwrap(), Settings::default());
    inbox.purge().unwrap();
    assert!(files(&folder).len() <= inbox.dead_letters(0, 9).unwrap().len());
}
