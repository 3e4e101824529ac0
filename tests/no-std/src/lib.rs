//! The core without `std` and without an allocator, as a static library that a C program runs.
//!
//! This crate has a panic handler and no allocator, so it compiles only as long as nothing below it links either
//! library. A check is a function that says whether what it did came out right; a new one is a line in [`CHECKS`].

#![no_std]

use core::ffi::CStr;
use core::fmt::{self, Write};

use ringback::callback_url::CallbackUrl;
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketUse};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::ledger::{DeliverySlot, Ledger, Outcome, Rules, SubmissionSlot};
use ringback::policy::{Backing, Policy};
use ringback::receiver::{Decision, Receiver};
use ringback::route::Routes;
use ringback::time::{Expiry, Now};
use ringback::{Error, ErrorKind, Gate, Head, Payload};

/// Whether a check came out right; an error that it did not expect is wrong too.
type Check = fn() -> Result<bool, Error>;

/// Every check, with the claim that the C program prints.
const CHECKS: &[(&CStr, Check)] = &[
    (c"every kind of error has a name and a sentence", kinds_are_named),
    (c"an error is written into a buffer on the stack", errors_are_written),
    (c"a document is parsed, and its words and times are read", documents_are_read),
    (c"a cut document is incomplete at its end", cut_documents_are_incomplete),
    (c"a ticket is put into a callback URL", tickets_travel),
    (c"a delivery is handled once, its repeat is answered, a stranger is refused", deliveries_are_received),
];

const DOCUMENT: &[u8] = br#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001","channels":1},"results":
{"channels":[{"alternatives":[{"transcript":"hello there","words":[{"word":"hello","start":0.1,"end":0.4},
{"word":"there","start":0.5,"end":9e-1}]}]}]}}"#;

const NOW: Now = Now::new(1_795_000_000_000, 0);

fn kinds_are_named() -> Result<bool, Error> {
    let named = |kind: &ErrorKind| kind.code() != 0 && !kind.name().is_empty() && !kind.message().is_empty();
    Ok(!ErrorKind::ALL.is_empty() && ErrorKind::ALL.iter().all(named))
}

fn errors_are_written() -> Result<bool, Error> {
    let mut line = Line::new();
    let error = Error::new(ErrorKind::UnexpectedEnd, 17);
    Ok(write!(line, "{error}").is_ok() && line.text().ends_with(b" at byte 17"))
}

fn documents_are_read() -> Result<bool, Error> {
    let payload = Payload::parse(DOCUMENT)?;
    let words = payload.alternative().into_iter().flat_map(|alternative| alternative.words());
    let ends = words.filter_map(|word| word.end_millis());
    Ok(payload.transcript().is_some_and(|text| text == "hello there") && ends.eq([400, 900]))
}

fn cut_documents_are_incomplete() -> Result<bool, Error> {
    let cut = &DOCUMENT[..DOCUMENT.len() - 1];
    Ok(Payload::parse(cut).is_err_and(|error| error.kind().is_incomplete() && error.offset() == cut.len()))
}

fn tickets_travel() -> Result<bool, Error> {
    let keys = [TicketKey::new(&[7; 32], Audience::default())?];
    let ticket =
        Keyring::new(&keys)?.mint(TicketUse::Document, Job::parse("call-42")?, Expiry::Never, [1; 12], NOW.wall)?;
    let mut url = Line::new();
    let warnings = CallbackUrl::new("https://example.com/hook").ticket(&ticket).write_raw(&mut url)?;
    Ok(warnings.is_empty() && url.text().starts_with(b"https://r1.d.") && url.text().ends_with(b"@example.com/hook"))
}

fn deliveries_are_received() -> Result<bool, Error> {
    let keys = [TicketKey::new(&[7; 32], Audience::default())?];
    let keyring = Keyring::new(&keys)?;
    let ticket = keyring.mint(TicketUse::Document, Job::parse("call-42")?, Expiry::Never, [1; 12], NOW.wall)?;
    let gate = Gate::new(Config {
        credentials: AcceptedCredentials { tickets: Some(keyring), ..Default::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Default::default(),
        remember_interim: false,
        seed: Seed([1; 32]),
    })?;
    let submissions = [SubmissionSlot::EMPTY; 4];
    let ledger = Ledger::open(submissions, [DeliverySlot::EMPTY; 4], [2; 16], Rules::handled_first(), NOW);
    let mut receiver = Receiver::new(gate, ledger);

    let authorization = ticket.authorization();
    let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
    let mut body = [0; DOCUMENT.len()];
    body.copy_from_slice(DOCUMENT);
    let first = match receiver.receive(&head, &mut body, NOW) {
        Decision::Handle(work) => receiver.settle(work.claim, Outcome::Done, NOW),
        Decision::Answer(answer) => answer,
    };
    let again = answered(receiver.receive(&head, &mut body, NOW));
    let stranger = answered(receiver.receive(&Head::new("POST", "/hook"), &mut body, NOW));
    let first = (first.status, first.situation.name());
    Ok((first, again, stranger) == ((200, "handled"), Some((200, "repeat")), Some((401, "refused"))))
}

/// Status and situation of a decision that needs no handler.
fn answered(decision: Decision<'_, '_>) -> Option<(u16, &'static str)> {
    match decision {
        Decision::Answer(answer) => Some((answer.status, answer.situation.name())),
        Decision::Handle(_) => None,
    }
}

/// Text on the stack.
struct Line {
    bytes: [u8; 256],
    length: usize,
}

impl Line {
    fn new() -> Line {
        Line { bytes: [0; 256], length: 0 }
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

/// The number of checks.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_count() -> usize {
    CHECKS.len()
}

/// What the check of this number claims, as a C string that lives for ever; null if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_claim(number: usize) -> *const core::ffi::c_char {
    CHECKS.get(number).map_or(core::ptr::null(), |(claim, _)| claim.as_ptr())
}

/// Runs the check of this number: whether it came out right.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_run(number: usize) -> bool {
    CHECKS.get(number).is_some_and(|(_, check)| check() == Ok(true))
}

unsafe extern "C" {
    safe fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
