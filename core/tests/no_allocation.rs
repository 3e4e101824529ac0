//! Nothing in the core allocates: counted by the allocator itself.

#[expect(dead_code, reason = "other tests use the rest")]
mod documents;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use documents::{Dice, transcript};
use ringback::credential::{BasicPair, BasicPairs};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::json::{Document, Engine};
use ringback::ledger::{DeliverySlot, Ledger, Outcome, Rules, SubmissionSlot};
use ringback::payload::{Columns, Payload, Span};
use ringback::policy::{Backing, Policy};
use ringback::receiver::{Decision, Receiver};
use ringback::route::Routes;
use ringback::time::Now;
use ringback::{Gate, Head};

/// The allocator of the system, with a count of what this thread asked for.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller keeps the same promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the same promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often something allocates.
fn allocations<T>(work: impl FnOnce() -> T) -> usize {
    let before = COUNT.get();
    // What nobody looks at need not be allocated.
    let result = std::hint::black_box(work());
    let count = COUNT.get() - before;
    drop(result);
    count
}

fn bodies() -> Vec<String> {
    let mut dice = Dice::new(3);
    (0..50).map(|round| transcript(&mut dice, round * 10)).collect()
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| Box::new(1)), 1);
}

#[test]
fn validating_allocates_nothing() {
    for body in bodies() {
        let cut = &body.as_bytes()[..body.len() - 1];
        for engine in Engine::ALL {
            assert_eq!(allocations(|| Document::parse_with(body.as_bytes(), engine).unwrap()), 0);
            assert_eq!(allocations(|| Document::parse_with(cut, engine).err()), 0);
        }
    }
}

#[test]
fn the_envelope_allocates_nothing() {
    for body in bodies() {
        let envelope = || {
            let payload = Payload::parse(body.as_bytes()).unwrap();
            (payload.kind(), payload.request_id().is_some(), payload.transcript().map(|text| text.decoded_len()))
        };
        assert_eq!(allocations(envelope), 0);
    }
}

#[test]
fn words_and_columns_allocate_nothing() {
    for body in bodies() {
        let payload = Payload::parse(body.as_bytes()).unwrap();
        let read = || {
            let words = payload.alternatives().flat_map(|alternative| alternative.words());
            words
                .map(|word| word.start().unwrap_or(0.0) + word.word().map_or(0, |word| word.decoded_len()) as f64)
                .sum::<f64>()
        };
        assert_eq!(allocations(read), 0);
        let fill = || {
            let (mut starts, mut texts) = ([0.0; 64], [Span::default(); 64]);
            let mut rows = 0;
            for alternative in payload.alternatives() {
                let mut words = alternative.words().iter();
                loop {
                    let columns = Columns { starts: Some(&mut starts), texts: Some(&mut texts), ..Columns::default() };
                    match words.fill(&payload, columns) {
                        0 => break,
                        count => rows += count,
                    }
                }
            }
            rows
        };
        assert_eq!(allocations(fill), 0);
    }
}

#[test]
fn receiving_allocates_nothing() {
    let now = Now::new(1_795_000_000_000, 0);
    let pairs = [BasicPair::new("production", "hook", "correct horse").unwrap()];
    let config = Config {
        credentials: AcceptedCredentials { basic: BasicPairs::new(&pairs), ..Default::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Default::default(),
        remember_interim: false,
        seed: Seed([1; 32]),
    };
    let gate = Gate::new(config).unwrap();
    let slots = ([SubmissionSlot::EMPTY; 8], [DeliverySlot::EMPTY; 8], [2; 16]);
    let ledger = Ledger::open(slots.0, slots.1, slots.2, Rules::handled_first(), now);
    let mut receiver = Receiver::new(gate, ledger);
    let head = Head::new("POST", "/hook").header("authorization", b"Basic aG9vazpjb3JyZWN0IGhvcnNl");
    let mut body = transcript(&mut Dice::new(4), 100).into_bytes();
    let mut statuses = [0; 2];
    let receive = || {
        for status in &mut statuses {
            *status = match receiver.receive(&head, &mut body, now) {
                Decision::Handle(work) => receiver.settle(work.claim, Outcome::Done, now).status,
                Decision::Answer(answer) => answer.status,
            };
        }
    };
    assert_eq!(allocations(receive), 0);
    assert_eq!(statuses, [200, 200]);
}
