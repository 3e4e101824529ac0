//! A receiver on a microcontroller: deliveries come in over a line, and answers go out.
//!
//! There is no operating system here, no allocator, no clock with a calendar and no floating point. The line is that of
//! the emulator; on a real board it would be a serial port or a network chip. What arrives on it is HTTP/1.1 with one
//! body of known length at a time. Each delivery is judged by its head first, by a ticket; then it is parsed, named,
//! looked up in a ledger of a fixed size, routed, handled, settled and answered.
//!
//! ```text
//! cargo xtask test-embedded    builds it for two processors, runs it, and compares what it answers
//! cargo xtask size-embedded    where its flash goes, how deep its stack gets, what a submission costs
//! ```
//!
//! When the line ends, the program exits. With the feature `measure` it reports before how deep its stack has been.

#![no_std]
#![no_main]

use core::mem::MaybeUninit;

use ringback::credential::{Audience, Keyring, TicketKey};
use ringback::gate::{AcceptedCredentials, Admitted, Config, Delivery};
use ringback::identity::{Scope, Seed};
use ringback::ledger::{DeliverySlot, HandledFirst, Ledger, Outcome, SubmissionSlot};
use ringback::limits::Limits;
use ringback::payload::Kind;
use ringback::policy::{Answer, Backing, Policy};
use ringback::receiver::Receiver;
use ringback::request_id::RequestId;
use ringback::route::{Route, RouteId, Routes};
use ringback::time::Expiry;
use ringback::{Error, Gate, Head};

use ringback_cortex_m::line::{self, Request};
use ringback_cortex_m::place::Place;
#[cfg(feature = "measure")]
use ringback_cortex_m::stack;
use ringback_cortex_m::{board, log};

/// How many submissions can be expected at once. Each takes 36 bytes, and nothing else grows with their number.
const SUBMISSIONS: usize = 128;
/// How many deliveries are remembered, so that their repeats are dropped.
const DELIVERIES: usize = 32;
/// The longest body that is taken.
const LONGEST_BODY: usize = 8 * 1024;

/// What the tests know too. A real board draws these bytes and keeps them.
const TICKET_KEY: [u8; 32] = [7; 32];
const GATE_SEED: Seed = Seed([1; 32]);
const LEDGER_SEED: [u8; 16] = [2; 16];

const TRANSCRIPT: RouteId = RouteId(1);
const FLAKY: RouteId = RouteId(2);
const RULES: &[Route<'static>] = &[Route::to(FLAKY).job_prefix("flaky-"), Route::to(TRANSCRIPT).kind(Kind::Transcript)];
// Made by the compiler, which finds mistakes too.
const ROUTES: Routes<'static> = match Routes::new(RULES, RouteId(0)) {
    Ok(routes) => routes,
    Err(_) => panic!("one of the rules stands there twice"),
};
const POLICY: Policy = Policy::new(Backing::Memory);

type Device = Receiver<'static, &'static mut [SubmissionSlot], &'static mut [DeliverySlot], HandledFirst>;

/// What is large, so that it lies here and not on the stack. All of it begins as zeros, and so takes no flash.
struct Memory {
    submissions: [SubmissionSlot; SUBMISSIONS],
    deliveries: [DeliverySlot; DELIVERIES],
    head: [u8; line::LONGEST_HEAD],
    body: [u8; LONGEST_BODY],
}

static MEMORY: Place<Memory> = Place::new(Memory {
    submissions: [SubmissionSlot::EMPTY; SUBMISSIONS],
    deliveries: [DeliverySlot::EMPTY; DELIVERIES],
    head: [0; line::LONGEST_HEAD],
    body: [0; LONGEST_BODY],
});

/// What is made when the program starts.
struct State {
    receiver: MaybeUninit<Device>,
    key: MaybeUninit<TicketKey>,
}

static STATE: Place<State> = Place::new(State { receiver: MaybeUninit::uninit(), key: MaybeUninit::uninit() });

/// What runs after the processor has been set up; the exit code. It is 0 unless the configuration is wrong.
#[unsafe(no_mangle)]
fn program() -> u8 {
    #[cfg(feature = "measure")]
    stack::paint();
    let (Some(memory), Some(state)) = (MEMORY.take(), STATE.take()) else { return 1 };
    let Memory { submissions, deliveries, head, body } = memory;
    let Ok(receiver) = set_up(submissions, deliveries, state) else { return 1 };
    #[cfg(feature = "measure")]
    let start = stack::deepest();
    #[cfg(feature = "measure")]
    stack::paint();
    while let Some(request) = line::read_head(head) {
        let answer = serve(receiver, &request, body);
        line::write(&answer);
    }
    #[cfg(feature = "measure")]
    {
        log::number("stack at start", start);
        log::number("stack", stack::deepest());
        log::number("bytes a submission", size_of::<SubmissionSlot>());
    }
    0
}

/// Configures the receiver, and expects one submission, whose request id is known.
#[inline(never)]
fn set_up(
    submissions: &'static mut [SubmissionSlot],
    deliveries: &'static mut [DeliverySlot],
    State { receiver, key }: &'static mut State,
) -> Result<&'static mut Device, Error> {
    let key: &'static TicketKey = key.write(TicketKey::new(&TICKET_KEY, Audience::default())?);
    let keyring = Keyring::new(core::slice::from_ref(key))?;
    let gate = Gate::new(Config {
        credentials: AcceptedCredentials { tickets: Some(keyring), ..Default::default() },
        routes: ROUTES,
        policy: POLICY,
        limits: Limits { body: LONGEST_BODY as u64, ..Limits::DEFAULT },
        remember_interim: false,
        seed: GATE_SEED,
    })?;
    let ledger = Ledger::new(submissions, deliveries, LEDGER_SEED, HandledFirst, board::now());
    let receiver = receiver.write(Receiver::new(gate, ledger));
    announce(receiver)?;
    Ok(receiver)
}

// The functions below are not inlined, so that their frames do not lie on the stack together.
#[inline(never)]
fn announce(receiver: &mut Device) -> Result<(), Error> {
    let id = RequestId::parse("019f0000-0000-7000-8000-0000000000e1")?;
    receiver.expect(Scope::Ticket([9; 12]), Expiry::Never, Some(id), board::now()).map(|_| ())
}

/// Takes one delivery from its head to its answer.
#[inline(never)]
fn serve(receiver: &mut Device, request: &Request<'_>, room: &mut [u8; LONGEST_BODY]) -> Answer {
    match receiver.gate().admit(&request.head, board::now().wall) {
        // The gate has held the announced length against the size of the room.
        Ok(admitted) => receive(receiver, admitted, &request.head, line::read_body(request.length, room)),
        Err(answer) => {
            line::skip(request.length);
            answer
        }
    }
}

/// Takes a delivery from its body to its answer. Its frame is the largest, so it does not lie below that of the gate.
#[inline(never)]
fn receive(receiver: &mut Device, admitted: Admitted<'static>, head: &Head<'_>, body: &[u8]) -> Answer {
    let examined = receiver.gate().examine(admitted, head, body);
    // Borrowed, not moved: there is room for one delivery here.
    let delivery = match &examined {
        Ok(delivery) => delivery,
        Err(answer) => return *answer,
    };
    match receiver.decide(delivery, board::now()) {
        Ok(grant) => {
            let outcome = handle(delivery, grant.again);
            receiver.settle(grant.claim, outcome, board::now())
        }
        Err(answer) => answer,
    }
}

/// The handler: says what came.
#[inline(never)]
fn handle(delivery: &Delivery<'_, '_>, again: bool) -> Outcome {
    log::line(&[delivery.kind.name(), " for ", delivery.admitted.job().unwrap_or("nobody")]);
    match delivery.route {
        TRANSCRIPT => {
            let channel = delivery.payload().and_then(|payload| payload.channels().first());
            let alternative = channel.and_then(|channel| channel.alternatives().first());
            let text = alternative.and_then(|alternative| alternative.transcript());
            log::line(&["  it says: ", text.map_or("nothing", |text| text.raw())]);
            Outcome::Done
        }
        // Fails at first, as if something else were not ready yet.
        FLAKY if !again => Outcome::Failed,
        _ => Outcome::Done,
    }
}
