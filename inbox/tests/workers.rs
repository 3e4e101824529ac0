//! Workers over a store.

mod rig;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rig::{BASIC, Rig, Store, authorization, keyring, piece, transcript};
use ringback::credential::TicketUse;
use ringback::ledger::Outcome;
use ringback_inbox::inbox::Swept;
use ringback_inbox::ledger::Selection;
use ringback_inbox::worker::Pace;
use ringback_inbox::{Expect, Handler, Ledger, ManualClock, Memory, Work, Workers};

/// The number of a submission, and a body.
type Seen = Vec<(usize, Vec<u8>)>;

const LONG: Duration = Duration::from_secs(60);

struct InMemory;

impl Store for InMemory {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Memory::new(clock).unwrap())
    }
}

/// Waits for a state of the deliveries, without guessing how long it takes.
fn until(rig: &Rig, tally: [u64; 5]) {
    let bell = rig.inbox.ledger().bell();
    loop {
        let rings = bell.rings();
        if rig.inbox.ledger().tally().unwrap() == tally {
            return;
        }
        bell.wait(rings, LONG);
    }
}

#[test]
fn everything_is_handled_one_of_each_submission_at_a_time_in_order() {
    let rig = Rig::new(InMemory);
    let submissions: Vec<_> = (0..3)
        .map(|_| rig.inbox.expect(&keyring(), Expect::new("stream").for_use(TicketUse::Stream)).unwrap())
        .collect();
    for start in 0..10 {
        for (number, submission) in submissions.iter().enumerate() {
            rig.keep(&authorization(submission), &piece(number as u64, f64::from(start), true, "x"));
        }
        rig.clock.advance(1);
    }
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let at_once: Arc<[AtomicUsize; 3]> = Arc::default();
    let workers = {
        let (seen, at_once) = (seen.clone(), at_once.clone());
        let scopes: Vec<_> = submissions.iter().map(|submission| Some(submission.id())).collect();
        Workers::start(&rig.inbox, move |work: &Work| {
            let number = scopes.iter().position(|scope| *scope == work.submission).unwrap();
            assert_eq!(at_once[number].fetch_add(1, Ordering::SeqCst), 0);
            seen.lock().unwrap().push((number, work.body.clone()));
            at_once[number].fetch_sub(1, Ordering::SeqCst);
            Outcome::Done
        })
    };
    until(&rig, [0, 0, 0, 30, 0]);
    assert!(workers.stop(LONG));
    for number in 0..3 {
        let seen = seen.lock().unwrap();
        let bodies = seen.iter().filter(|(of, _)| *of == number).map(|(_, body)| body.clone());
        assert!(bodies.eq((0..10).map(|start| piece(number as u64, f64::from(start), true, "x"))));
    }
}

#[test]
fn a_panic_is_a_failure_and_the_worker_goes_on() {
    let rig = Rig::new(InMemory);
    rig.keep(BASIC, &transcript(1, "panic"));
    rig.keep(BASIC, &transcript(2, "fine"));
    let workers = Workers::start_at(
        &rig.inbox,
        |work: &Work| {
            assert!(!work.body.windows(5).any(|word| word == b"panic"), "as it is meant to be");
            Outcome::Done
        },
        Pace { at_once: 1, ..Pace::default() },
    );
    until(&rig, [0, 1, 0, 1, 0]);
    assert!(workers.stop(LONG));
    let failed = rig.inbox.ledger().deliveries(&Selection::Unsettled, 0, 9).unwrap().remove(0);
    assert_eq!(failed.row.failures, 1);
}

#[test]
fn stopping_gives_back_what_is_not_finished() {
    let rig = Rig::new(InMemory);
    rig.keep(BASIC, &transcript(1, "x"));
    let (begun, begins) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    let ends = Mutex::new(ends);
    let workers = Workers::start(&rig.inbox, move |work: &Work| {
        begun.send(work.claim).unwrap();
        let _ = ends.lock().unwrap().recv();
        Outcome::Done
    });
    let claim = begins.recv().unwrap();
    assert!(!workers.stop(Duration::ZERO));
    let again = rig.claim().expect("it was given back");
    assert_ne!(again.claim, claim);
    drop(end);
    // What the handler says afterwards is about a claim that has ended.
    assert!(rig.inbox.settle(claim, Outcome::Done).is_err());
    rig.inbox.settle(again.claim, Outcome::Dead).unwrap();
    until(&rig, [0, 0, 0, 0, 1]);
}

#[test]
fn a_lease_is_renewed_while_the_handler_works() {
    let rig = Rig::new(InMemory);
    rig.keep(BASIC, &transcript(1, "x"));
    let (begun, begins) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    let ends = Mutex::new(ends);
    let workers = Workers::start_at(
        &rig.inbox,
        move |_: &Work| {
            begun.send(()).unwrap();
            let _ = ends.lock().unwrap().recv();
            Outcome::Done
        },
        Pace { renew: Some(Duration::from_millis(5)), ..Pace::default() },
    );
    begins.recv().unwrap();
    let due = || rig.inbox.ledger().deliveries(&Selection::Unsettled, 0, 1).unwrap()[0].row.due;
    let before = due();
    rig.clock.advance(50_000);
    while due() < before + 50_000 {
        let rings = rig.inbox.ledger().bell().rings();
        rig.inbox.ledger().bell().wait(rings, LONG);
    }
    drop(end);
    until(&rig, [0, 0, 0, 1, 0]);
    assert!(workers.stop(LONG));
}

#[test]
fn the_handler_hears_of_what_is_overdue() {
    struct Listener(Mutex<mpsc::Sender<Swept>>);
    impl Handler for Listener {
        fn handle(&self, _: &Work) -> Outcome {
            Outcome::Done
        }
        fn swept(&self, swept: &Swept) {
            let _ = self.0.lock().unwrap().send(swept.clone());
        }
    }
    let rig = Rig::new(InMemory);
    rig.expect("call-1");
    let (tell, told) = mpsc::channel();
    let pace = Pace { sweep: Some(Duration::ZERO), ..Pace::default() };
    let workers = Workers::start_at(&rig.inbox, Listener(Mutex::new(tell)), pace);
    rig.clock.advance(3_600_000);
    let swept = told.recv().unwrap();
    assert_eq!(swept.overdue[0].announcement.job.as_deref(), Some("call-1"));
    assert!(workers.stop(LONG));
}
