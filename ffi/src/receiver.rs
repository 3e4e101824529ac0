//! The receiver: a gate and a ledger behind one handle that threads share.

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use ringback_core::ErrorKind;
use ringback_core::gate::Gate;
use ringback_core::ledger::{DeliverySlot, SubmissionSlot};
use ringback_core::policy::{Answer, Situation};
use ringback_core::receiver::Receiver;
use ringback_core::route::RouteId;

use crate::answer::{self, ringback_answer, ringback_situation};
use crate::boundary::{Failed, Given, Out, guard, guard_or, room};
use crate::config::ringback_config;
use crate::home::Home;
use crate::ledger::{self, ringback_ledger};
use crate::region::Slots;
use crate::result::{RINGBACK_ERROR_PANIC, ringback_result};
use crate::route::User;

/// A receiver: what decides about deliveries.
///
/// Made with `ringback_receiver_new`, given back with `ringback_receiver_free`.
///
/// Threads: any, at the same time. Parsing happens side by side; only looks into the ledger wait for each other.
pub struct ringback_receiver {
    pub(crate) inner: Arc<Inner>,
}

/// The core's receiver over a region.
pub(crate) type Core = Receiver<'static, Slots<SubmissionSlot>, Slots<DeliverySlot>>;

/// What a receiver and its deliveries share.
///
/// `core` and `gate` borrow from `home`, and so does what a delivery keeps of them. Deliveries hold this by an `Arc`, and
/// fields are dropped in their order.
pub(crate) struct Inner {
    core: Mutex<Core>,
    pub(crate) gate: Gate<'static>,
    capacity: u32,
    draining: AtomicBool,
    pub(crate) home: Home,
}

/// How much is in a ledger.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_tally {
    /// Submissions that are waited for.
    pub awaited: u32,
    /// All other submissions that are remembered.
    pub answered: u32,
    /// Deliveries whose handler failed, and whose sender is to come again.
    pub ready: u32,
    /// Deliveries being handled.
    pub claimed: u32,
    /// Deliveries remembered as handled.
    pub done: u32,
    /// Deliveries remembered as dead.
    pub dead: u32,
    /// Settled rows that went before their time, because room was needed: repeats of these would be handled again. If it grows,
    /// make the ledger larger.
    pub forgotten_early: u64,
}

/// Makes a receiver.
///
/// Parameters: `config`: what lets deliveries in, and where they go. `ledger`: its memory. `out`: the receiver.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CREDENTIALS_UNCONFIGURED`: anybody could post, so set credentials;
/// `RINGBACK_ERROR_WRONG_STATE`: the configuration has no seed; `RINGBACK_ERROR_ROUTE_REPEATED`: two routes have the same
/// rule, so drop one.
///
/// Ownership: belongs to the caller, who frees it with `ringback_receiver_free`. The configuration is copied and stays the
/// caller's. The ledger is taken if the call succeeds: it must not be used or freed any more.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_receiver_new(
    config: Option<&ringback_config>,
    ledger: *mut ringback_ledger,
    out: Option<&mut MaybeUninit<Box<ringback_receiver>>>,
) -> ringback_result {
    guard(|| {
        let (config, out) = (config.given()?, Out::new(out)?);
        if ledger.is_null() {
            return Err(Failed::NULL);
        }
        let require_expected = config.settings.require_expected;
        let home = Home::new(config.settings.clone())?;
        // SAFETY: the home is kept beside the gate, is dropped after it, and is shared with whatever keeps parts of it.
        let gate = unsafe { home.gate() }?;
        // SAFETY: it came from here as a box, and the caller gives it away. Nothing fails from here on.
        let ledger = unsafe { Box::from_raw(ledger) }.ledger;
        let capacity = u32::try_from(ledger.slots().1.len()).unwrap_or(u32::MAX);
        let core = Mutex::new(Receiver::new(gate.clone(), ledger).require_expected(require_expected));
        let inner = Inner { core, gate, capacity, draining: AtomicBool::new(false), home };
        out.write(Box::new(ringback_receiver { inner: Arc::new(inner) }))
    })
}

/// Gives a receiver back.
///
/// Parameters: `receiver`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the receiver. Deliveries that are there can still be finished, and freed; what the ledger knew goes with
/// the last of them, unless it is in memory of the caller's.
///
/// Threads: any, while no other one uses the receiver.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_receiver_free(receiver: Option<Box<ringback_receiver>>) {
    guard_or((), || drop(receiver));
}

/// Says that the server is about to end, or not: while it drains, new deliveries are answered with 503, for they will come
/// again, and those that have begun are finished.
///
/// Parameters: `receiver`: the receiver. `draining`: whether it drains.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_receiver_drain(receiver: Option<&ringback_receiver>, draining: bool) -> ringback_result {
    guard(|| {
        receiver.given()?.inner.draining.store(draining, Ordering::Relaxed);
        Ok(())
    })
}

/// How much is in the ledger.
///
/// Parameters: `receiver`: the receiver. `out`: the numbers.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: `out` is a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_receiver_tally(
    receiver: Option<&ringback_receiver>,
    out: Option<&mut MaybeUninit<ringback_tally>>,
) -> ringback_result {
    guard(|| {
        let (receiver, out) = (receiver.given()?, Out::new(out)?);
        let tally = receiver.inner.lock()?.ledger().tally();
        out.write(ringback_tally {
            awaited: tally.awaited,
            answered: tally.answered,
            ready: tally.ready,
            claimed: tally.claimed,
            done: tally.done,
            dead: tally.dead,
            forgotten_early: tally.forgotten_early,
        })
    })
}

/// The answer to a situation, for servers that must answer before or without a delivery: `RINGBACK_SITUATION_UNAVAILABLE`
/// where something of their own fails, `RINGBACK_SITUATION_TOO_LARGE` where they have a limit of their own.
///
/// Parameters: `receiver`: the receiver. `situation`: one of `RINGBACK_SITUATION_...`. `out`: what to answer.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such situation.
///
/// Ownership: the strings of the answer are constant.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_receiver_answer(
    receiver: Option<&ringback_receiver>,
    situation: ringback_situation,
    out: Option<&mut MaybeUninit<ringback_answer>>,
) -> ringback_result {
    guard(|| {
        let (receiver, out) = (receiver.given()?, Out::new(out)?);
        out.write(receiver.inner.answer(answer::read(situation)?).into())
    })
}

/// How many bytes `ringback_receiver_save` writes at most.
///
/// Parameters: `receiver`: the receiver.
///
/// Returns: the bytes; 0 for NULL.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_receiver_saved_size(receiver: Option<&ringback_receiver>) -> usize {
    guard_or(0, || {
        let size = receiver.given().and_then(|receiver| Ok(ledger::saved_size(receiver.inner.lock()?.ledger())));
        size.unwrap_or(0)
    })
}

/// Writes what the ledger knows, at one moment, in the same order of bytes on every machine. `ringback_ledger_new` reads it
/// again; what was being handled then counts as begun and not finished. Names are keyed hashes; no text of a delivery is in
/// it.
///
/// Parameters: `receiver`: the receiver. `buffer`, `capacity`: room for `ringback_receiver_saved_size` bytes. `len`: how many were
/// written.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_BUFFER_TOO_SMALL`: give more room; what the buffer holds then means nothing.
///
/// Ownership: the bytes are a copy.
///
/// Threads: any, at the same time; the ledger stands still meanwhile.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_receiver_save(
    receiver: Option<&ringback_receiver>,
    buffer: *mut u8,
    capacity: usize,
    len: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let (receiver, len) = (receiver.given()?, Out::new(len)?);
        if buffer.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: writable and nobody else's, as the caller has promised.
        let room = unsafe { room(buffer, capacity) }?;
        len.write(ledger::save(receiver.inner.lock()?.ledger(), room)?)
    })
}

impl Inner {
    /// The core's receiver, for a moment.
    ///
    /// After a panic under the lock nobody knows what the ledger says, so it says nothing any more.
    pub(crate) fn lock(&self) -> Result<MutexGuard<'_, Core>, Failed> {
        self.core.lock().map_err(|_| Failed(RINGBACK_ERROR_PANIC))
    }

    /// The answer to a delivery that begins now, if it could not be taken on: the server drains, or the ledger is full of
    /// deliveries that are being handled. Those that have failed do not count, for it may be one of them that comes again.
    pub(crate) fn hindrance(&self) -> Result<Option<Answer>, Failed> {
        let unavailable = self.answer(Situation::Unavailable);
        if self.draining.load(Ordering::Relaxed) {
            return Ok(Some(unavailable));
        }
        let full = self.lock()?.ledger().tally().claimed >= self.capacity;
        Ok(full.then(|| unavailable.because(ErrorKind::LedgerFull.into())))
    }

    /// The answer to a situation.
    pub(crate) fn answer(&self, situation: Situation) -> Answer {
        self.gate.policy().answer(situation)
    }

    /// What the program attached to a route.
    pub(crate) fn user(&self, route: RouteId) -> User {
        let settings = self.home.settings();
        let routes = route.0.checked_sub(1).and_then(|at| settings.routes.get(at as usize));
        routes.map_or(settings.fallback, |(_, user)| *user)
    }
}
