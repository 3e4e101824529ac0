//! The store is away, and deliveries wait in the spool.

mod rig;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rig::{BASIC, Folder, Rig, Store, authorization, keyring, piece, request, transcript};
use ringback::credential::TicketUse;
use ringback::identity::Seed;
use ringback::ledger::{DeliveryId, Outcome};
use ringback::time::Now;
use ringback::{ErrorKind, Head};
use ringback_inbox::inbox::Subject;
use ringback_inbox::ledger::{Announced, Body, Decision, Due, Entry, Keys, Ledger, Name, Reason, Selection, Submitted};
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Answering, Bell, Error, Expect, Inbox, ManualClock, Settings, Spool};

const SIZE: u64 = 1 << 20;

/// A store in SQLite that can be away.
struct Away {
    store: Sqlite,
    away: Arc<AtomicBool>,
}

impl Away {
    fn ask<T>(&self, ask: impl FnOnce(&Sqlite) -> Result<T, Error>) -> Result<T, Error> {
        if self.away.load(Ordering::SeqCst) { Err(ErrorKind::StoreUnavailable.into()) } else { ask(&self.store) }
    }
}

impl Ledger for Away {
    fn seed(&self) -> Seed {
        self.store.seed()
    }
    fn now(&self) -> Now {
        self.store.now()
    }
    fn check(&self) -> Result<(), Error> {
        self.ask(|store| store.check())
    }
    fn decide(&self, keys: Keys, decision: Decision) -> Result<(), Error> {
        self.ask(|store| store.decide(keys, decision))
    }
    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error> {
        self.ask(|store| store.due(due, limit))
    }
    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        self.ask(|store| store.deliveries(of, after, limit))
    }
    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error> {
        self.ask(|store| store.submissions(of, limit))
    }
    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error> {
        self.ask(|store| store.body(id))
    }
    fn tally(&self) -> Result<[u64; 5], Error> {
        self.ask(|store| store.tally())
    }
    fn scrub(&self) -> Result<(), Error> {
        self.ask(|store| store.scrub())
    }
    fn bell(&self) -> &Bell {
        self.store.bell()
    }
}

struct At(PathBuf, Arc<AtomicBool>);

impl Store for At {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        let store = Sqlite::open_with(&self.0, Options { clock, reserve: 0, ..Options::default() }).unwrap();
        Arc::new(Away { store, away: self.1.clone() })
    }
}

struct Spooling {
    rig: Rig,
    away: Arc<AtomicBool>,
    folder: Folder,
}

impl Spooling {
    fn new(settings: Settings) -> Spooling {
        let (folder, away) = (Folder::new(), Arc::new(AtomicBool::new(false)));
        let rig = Rig::with(At(folder.file(), away.clone()), settings);
        let spool = Spool::open(folder.path().join("spool"), SIZE).unwrap();
        let inbox = Inbox::with_spool(rig.inbox.ledger().clone(), settings, spool);
        Spooling { rig: Rig { inbox, ..rig }, away, folder }
    }

    fn leave(&self) {
        self.away.store(true, Ordering::SeqCst);
    }

    /// The store is back, and everything has gone into it.
    fn come_back(&self) {
        self.away.store(false, Ordering::SeqCst);
        self.rig.inbox.unspool().unwrap();
        assert!(self.rig.inbox.spool().unwrap().load().is_empty());
    }

    fn spooled(&self) -> u64 {
        self.rig.inbox.spool().unwrap().load().deliveries
    }

    /// The process ends without a word, and another one begins.
    fn restart(self) -> Spooling {
        let Spooling { rig, away, folder } = self;
        let Rig { store, clock, settings, inbox, gate } = rig;
        // Threads and file go with the last of these.
        drop(inbox);
        let was_away = away.swap(false, Ordering::SeqCst);
        let ledger = store.open(clock.clone());
        away.store(was_away, Ordering::SeqCst);
        let spool = loop {
            // A thread that was looking for the store holds it for a moment longer.
            match Spool::open(folder.path().join("spool"), SIZE) {
                Err(error) if error.kind() == ErrorKind::SpoolBusy => std::thread::yield_now(),
                spool => break spool.unwrap(),
            }
        };
        let inbox = Inbox::with_spool(ledger, settings, spool);
        Spooling { rig: Rig { store, clock, settings, inbox, gate }, away, folder }
    }
}

fn handled(rig: &Rig) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Some(work) = rig.claim() {
        bodies.push(work.body.clone());
        rig.inbox.settle(work.claim, Outcome::Done).unwrap();
    }
    bodies
}

#[test]
fn what_comes_while_the_store_is_away_is_handled_when_it_is_back_once_and_in_order() {
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    rig.keep(BASIC, &transcript(1, "before"));
    spooling.leave();
    assert_eq!(rig.inbox.check(), Ok(()), "it is worth reading a body");
    rig.keep(BASIC, &transcript(2, "meanwhile"));
    rig.keep(BASIC, &transcript(3, "meanwhile"));
    // The answer to the second was lost; and so was that to the first, which is in the store.
    assert_eq!(rig.answer(BASIC, &transcript(2, "meanwhile")), (200, "repeat"));
    rig.keep(BASIC, &transcript(1, "before"));
    assert_eq!(spooling.spooled(), 3);
    spooling.come_back();
    assert_eq!(handled(rig), [transcript(1, "before"), transcript(2, "meanwhile"), transcript(3, "meanwhile")]);
    assert_eq!(rig.answer(BASIC, &transcript(3, "meanwhile")), (200, "repeat"));
}

#[test]
fn it_goes_into_the_store_by_itself() {
    let spooling = Spooling::new(Settings::default());
    spooling.leave();
    spooling.rig.keep(BASIC, &transcript(1, "x"));
    spooling.away.store(false, Ordering::SeqCst);
    let ledger = spooling.rig.inbox.ledger();
    loop {
        let rings = ledger.bell().rings();
        if ledger.tally().unwrap() == [0, 1, 0, 0, 0] {
            break;
        }
        ledger.bell().wait(rings, std::time::Duration::from_secs(60));
    }
}

#[test]
fn another_process_finds_what_was_spooled() {
    let spooling = Spooling::new(Settings::default());
    spooling.leave();
    spooling.rig.keep(BASIC, &transcript(1, "x"));
    let spooling = spooling.restart();
    assert_eq!(spooling.spooled(), 1);
    spooling.come_back();
    assert_eq!(handled(&spooling.rig), [transcript(1, "x")]);
}

#[test]
fn a_submission_is_not_overtaken_by_what_follows_when_the_store_is_back() {
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    let expect = Expect::new("stream").for_use(TicketUse::Stream);
    let stream = authorization(&rig.inbox.expect(&keyring(), expect).unwrap());
    spooling.leave();
    rig.keep(&stream, &piece(1, 0.0, true, "first"));
    // Nobody has emptied the spool yet; this goes behind it, and what belongs to nothing there does not.
    let first_is_there = spooling.spooled() == 1;
    spooling.away.store(false, Ordering::SeqCst);
    rig.keep(&stream, &piece(1, 1.0, true, "second"));
    rig.keep(BASIC, &transcript(2, "another"));
    assert!(first_is_there);
    spooling.come_back();
    let bodies = handled(rig);
    let place = |wanted: Vec<u8>| bodies.iter().position(|body| *body == wanted).unwrap();
    assert!(place(piece(1, 0.0, true, "first")) < place(piece(1, 1.0, true, "second")));
    assert_eq!(bodies.len(), 3);
}

#[test]
fn what_is_doubtful_is_decided_when_the_store_is_back() {
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    rig.keep(BASIC, &transcript(1, "as it was"));
    spooling.leave();
    rig.keep(BASIC, &transcript(1, "with other bytes"));
    assert_eq!(rig.answer(BASIC, b"{\"a\":}"), (200, "malformed"));
    assert_eq!(rig.answer(BASIC, b"{\"a\":"), (400, "incomplete"));
    assert_eq!(rig.answer(BASIC, b"{\"a\":"), (400, "incomplete"));
    spooling.come_back();
    let mut reasons: Vec<_> =
        rig.inbox.dead_letters(0, 9).unwrap().into_iter().map(|entry| entry.facts.reason.unwrap()).collect();
    reasons.sort_by_key(|reason| *reason as u8);
    // Nothing identifies what has neither a scope nor a request id: it is kept as often as it came.
    reasons.dedup();
    assert_eq!(reasons, [Reason::Malformed, Reason::Incomplete, Reason::Differing]);
    assert_eq!(handled(rig), [transcript(1, "as it was")]);
}

#[test]
fn the_limit_of_a_submission_loses_nothing_that_was_answered() {
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    let ticket = authorization(&rig.expect("call-1"));
    spooling.leave();
    for number in 0..12 {
        rig.keep(&ticket, &transcript(number, "x"));
    }
    spooling.come_back();
    assert_eq!(rig.inbox.ledger().tally().unwrap().iter().sum::<u64>(), 12);
}

#[test]
fn a_full_spool_is_503_and_what_is_there_stays() {
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    let noise = |number: u64| {
        let letters = (0..100_000_u64).map(|at| {
            let mixed = (at ^ number << 32).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 31).wrapping_mul(0x94d0_49bb_1331_11eb);
            char::from(b'a' + (mixed >> 59) as u8 % 26)
        });
        transcript(number, &letters.collect::<String>())
    };
    spooling.leave();
    let kept = (0..1_000).take_while(|&number| rig.answer(BASIC, &noise(number)).0 == 200).count() as u64;
    assert!((4..100).contains(&kept));
    let answer = rig.send(BASIC, &noise(kept));
    assert_eq!((answer.status, answer.error.unwrap().kind()), (503, ErrorKind::StoreUnavailable));
    assert_eq!(rig.inbox.check().map_err(|error| error.kind()), Err(ErrorKind::StoreUnavailable));
    spooling.come_back();
    assert_eq!(handled(rig).len() as u64, kept);
    assert_eq!(rig.answer(BASIC, &noise(kept)), (200, "stored"));
}

#[test]
fn where_handling_is_the_answer_nothing_is_spooled() {
    let spooling = Spooling::new(Settings { answering: Answering::Handled, ..Settings::default() });
    spooling.leave();
    assert_eq!(spooling.rig.answer(BASIC, &transcript(1, "x")), (503, "unavailable"));
    assert!(spooling.rig.inbox.check().is_err());
    assert_eq!(spooling.spooled(), 0);
}

#[test]
fn forgetting_reaches_into_the_spool_and_leaves_no_trace() {
    const MARKS: [&str; 2] = ["marker-of-the-body", "marker-job"];
    let spooling = Spooling::new(Settings::default());
    let rig = &spooling.rig;
    let ticket = authorization(&rig.inbox.expect(&keyring(), Expect::new(MARKS[1])).unwrap());
    spooling.leave();
    rig.keep(&ticket, &transcript(1, MARKS[0]));
    let traces = || {
        let mut text = Vec::new();
        for folder in [spooling.folder.path().to_owned(), spooling.folder.path().join("spool")] {
            for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
                text.extend(std::fs::read(file).unwrap_or_default());
            }
        }
        MARKS.map(|mark| text.windows(mark.len()).any(|window| window == mark.as_bytes()))
    };
    assert_eq!(traces(), [true; 2], "the test would see it");
    assert!(rig.inbox.forget(&Subject::Request(request(1))).is_err(), "the store is away");
    spooling.away.store(false, Ordering::SeqCst);
    rig.inbox.forget(&Subject::Job(MARKS[1].into())).unwrap();
    assert_eq!(traces(), [false; 2]);
    assert!(Spool::is_empty(&spooling.folder.path().join("spool")));
    assert_eq!(handled(rig), <[Vec<u8>; 0]>::default());
}

#[test]
fn a_secret_is_masked_before_it_is_spooled() {
    let spooling = Spooling::new(Settings::default());
    spooling.leave();
    let head = Head::new("POST", "/hook").header("content-type", b"application/json");
    let mut body = format!(
        r#"{{"metadata":{{"request_id":"{}","extra":{{"callback_secret":"open sesame marker"}}}},"results":{{"channels":[]}}}}"#,
        request(1)
    )
    .into_bytes();
    let _ = spooling.rig.inbox.receive(&spooling.rig.gate, &head, &mut body);
    assert_eq!(spooling.spooled(), 1);
    let text = std::fs::read(spooling.folder.path().join("spool/spool")).unwrap();
    assert!(!text.windows(11).any(|window| window == b"open sesame"));
}
