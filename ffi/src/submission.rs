//! Submissions: announced, asked about, cancelled, and reported when they are overdue.

use std::mem::MaybeUninit;

use ringback_core::ErrorKind;
use ringback_core::identity::{Identifier, Scope};
use ringback_core::ledger::{Arrived, ScopeKey, Swept};
use ringback_core::request_id::RequestId;

use crate::boundary::{Failed, Given, Out, guard, guard_or};
use crate::receiver::ringback_receiver;
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::ticket::{RINGBACK_TICKET_ID, ringback_ticket};
use crate::time::{expiry, ringback_now};

/// How many bytes the name of a submission has in a ledger.
pub const RINGBACK_SUBMISSION_NAME: usize = 12;

/// How much of a submission has arrived: one of `RINGBACK_ARRIVED_...`.
pub type ringback_arrived = u32;

/// Nothing.
pub const RINGBACK_ARRIVED_NO: ringback_arrived = 0;
/// Something that does not close it: a failure, a message of a stream.
pub const RINGBACK_ARRIVED_PARTLY: ringback_arrived = 1;
/// The document, the audio, or the last message of the stream.
pub const RINGBACK_ARRIVED_WHOLE: ringback_arrived = 2;

/// Which submission: that of a ticket, or that of a request id within the sender that delivers it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_scope<'s> {
    /// Whether it has a ticket, so that `ticket_id` counts; otherwise the other two do.
    pub by_ticket: bool,
    /// The random id of its ticket.
    pub ticket_id: [u8; RINGBACK_TICKET_ID],
    /// The name of the Basic pair that delivers it, or `extra` for the extra secret.
    pub sender: ringback_str<'s>,
    /// Its request id.
    pub request_id: ringback_str<'s>,
}

/// What an announcement found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_expected {
    /// Under which name `ringback_sweep` reports the submission.
    pub name: [u8; RINGBACK_SUBMISSION_NAME],
    /// What has arrived already: one of `RINGBACK_ARRIVED_...`.
    pub arrived: ringback_arrived,
}

/// What is known of a submission.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_submission {
    /// Under which name `ringback_sweep` reports it.
    pub name: [u8; RINGBACK_SUBMISSION_NAME],
    /// What has arrived: one of `RINGBACK_ARRIVED_...`.
    pub arrived: ringback_arrived,
    /// Whether it was announced, and not cancelled.
    pub expected: bool,
    /// Whether it was reported as overdue.
    pub overdue: bool,
    /// How many distinct deliveries were let in.
    pub deliveries: u32,
}

/// What a sweep came across: one of `RINGBACK_SWEPT_...`.
pub type ringback_sweep_event = u32;

/// The deadline of a submission has passed without an answer; this is said once. Look its fate up at Deepgram.
pub const RINGBACK_SWEPT_OVERDUE: ringback_sweep_event = 1;
/// A lease has lapsed: a handler took too long, or is gone. The sender's next attempt is handled.
pub const RINGBACK_SWEPT_LAPSED: ringback_sweep_event = 2;
/// The handling of a delivery failed, and its sender gave up: it is lost. The one to raise an alarm for.
pub const RINGBACK_SWEPT_LOST: ringback_sweep_event = 3;
/// A delivery is dead.
pub const RINGBACK_SWEPT_DIED: ringback_sweep_event = 4;
/// A delivery may be claimed. This library keeps no bodies: the sender's next attempt claims it.
pub const RINGBACK_SWEPT_READY: ringback_sweep_event = 5;

/// What a sweep came across.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_swept {
    /// One of `RINGBACK_SWEPT_...`.
    pub event: ringback_sweep_event,
    /// The name of the submission, if it is one that is overdue.
    pub submission: [u8; RINGBACK_SUBMISSION_NAME],
    /// The id of the delivery in all other cases.
    pub delivery: [u8; 16],
}

/// The scope of the submission that a ticket was minted for.
///
/// Parameters: `ticket`: the ticket.
///
/// Returns: the scope; all zeros, which names nothing, for NULL.
///
/// Ownership: a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_scope_of_ticket(ticket: Option<&ringback_ticket>) -> ringback_scope<'static> {
    let none = ringback_scope {
        by_ticket: false,
        ticket_id: [0; RINGBACK_TICKET_ID],
        sender: ringback_str::NONE,
        request_id: ringback_str::NONE,
    };
    guard_or(none, || ticket.map_or(none, |ticket| ringback_scope { by_ticket: true, ticket_id: ticket.id, ..none }))
}

/// Announces a submission, before or after its deliveries arrive. The last deadline holds.
///
/// Parameters: `receiver`: the receiver. `scope`: which submission. `deadline`: when it is overdue, in milliseconds since 1970; 0
/// is never. A document takes 20 minutes at most, all attempts 16: 46 minutes from now leave a margin. `request_id`: of the
/// reply to the submission, the only one that is let in from then on; may be absent. `now`: the time. `out`: what was found.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: the scope names nothing; `RINGBACK_ERROR_REQUEST_ID_INVALID`: mend
/// it; `RINGBACK_ERROR_LEDGER_FULL`: every submission is still waited for, so make the ledger larger, or submit later.
///
/// Ownership: nothing is kept; `out` is a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_expect(
    receiver: Option<&ringback_receiver>,
    scope: Option<&ringback_scope<'_>>,
    deadline: u64,
    request_id: ringback_str<'_>,
    now: ringback_now,
    out: Option<&mut MaybeUninit<ringback_expected>>,
) -> ringback_result {
    guard(|| {
        let (receiver, scope, out) = (receiver.given()?, scope.given()?.read()?, Out::new(out)?);
        let bound = request_id.optional()?.map(RequestId::parse).transpose()?;
        let name = name(receiver.inner.gate.identifier(), scope)?;
        let expected = receiver.inner.lock()?.expect(scope, expiry(deadline), bound, now.into())?;
        out.write(ringback_expected { name: *name.as_bytes(), arrived: number(expected.arrived) })
    })
}

/// Binds an announced submission to its request id, once the reply to the submission has told it: no other one is let in
/// from then on, so that one leaked URL never reaches another submission.
///
/// Parameters: `receiver`: the receiver. `scope`: which submission. `request_id`: its id. `now`: the time. `out`: may be NULL; what
/// has arrived already, one of `RINGBACK_ARRIVED_...`.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was not announced, or was forgotten;
/// `RINGBACK_ERROR_REQUEST_ID_INVALID`: mend it.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_bind(
    receiver: Option<&ringback_receiver>,
    scope: Option<&ringback_scope<'_>>,
    request_id: ringback_str<'_>,
    now: ringback_now,
    out: Option<&mut MaybeUninit<ringback_arrived>>,
) -> ringback_result {
    guard(|| {
        let (receiver, scope) = (receiver.given()?, scope.given()?.read()?);
        let identifier = receiver.inner.gate.identifier();
        let request = identifier.request(RequestId::parse(request_id.text()?)?);
        let name = name(identifier, scope)?;
        let arrived = receiver.inner.lock()?.ledger_mut().bind(name, request, now.into())?;
        if let Some(out) = out {
            out.write(number(arrived));
        }
        Ok(())
    })
}

/// Waits no longer for a submission: it will not be overdue. What arrives for it nevertheless is handled.
///
/// Parameters: `receiver`: the receiver. `scope`: which submission. `now`: the time.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was not announced, or was forgotten; there is nothing to
/// do.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cancel(
    receiver: Option<&ringback_receiver>,
    scope: Option<&ringback_scope<'_>>,
    now: ringback_now,
) -> ringback_result {
    guard(|| {
        let (receiver, scope) = (receiver.given()?, scope.given()?.read()?);
        let name = name(receiver.inner.gate.identifier(), scope)?;
        Ok(receiver.inner.lock()?.ledger_mut().cancel(name, now.into())?)
    })
}

/// What is known of a submission; whoever waits for one asks from time to time.
///
/// Parameters: `receiver`: the receiver. `scope`: which submission. `out`: what is known.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was neither announced nor has anything arrived for it, or it
/// was forgotten.
///
/// Ownership: `out` is a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_submission_find(
    receiver: Option<&ringback_receiver>,
    scope: Option<&ringback_scope<'_>>,
    out: Option<&mut MaybeUninit<ringback_submission>>,
) -> ringback_result {
    guard(|| {
        let (receiver, scope, out) = (receiver.given()?, scope.given()?.read()?, Out::new(out)?);
        let name = name(receiver.inner.gate.identifier(), scope)?;
        let row = receiver.inner.lock()?.ledger().submission(name).ok_or(ErrorKind::SubmissionUnknown)?;
        out.write(ringback_submission {
            name: *name.as_bytes(),
            arrived: number(row.arrived),
            expected: row.expected,
            overdue: row.overdue,
            deliveries: row.deliveries,
        })
    })
}

/// Looks for what is due, and stops at the first thing that somebody should hear of. Call it now and then, in a loop until
/// it says `RINGBACK_NONE`; the next sweep goes on where this one stopped.
///
/// Parameters: `receiver`: the receiver. `now`: the time. `budget`: how many rows to look at; it is lowered by those looked at, also
/// if there is nothing to report, and is never more than one round through all of them. `out`: what was found.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the budget is used up, the loop ends.
///
/// Ownership: `out` is a copy.
///
/// Threads: any, at the same time, each with its own budget.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_sweep(
    receiver: Option<&ringback_receiver>,
    now: ringback_now,
    budget: Option<&mut u32>,
    out: Option<&mut MaybeUninit<ringback_swept>>,
) -> ringback_result {
    guard(|| {
        let (receiver, budget, out) = (receiver.given()?, budget.given()?, Out::new(out)?);
        let swept = receiver.inner.lock()?.ledger_mut().sweep(now.into(), budget).ok_or(Failed::NONE)?;
        out.write(swept.into())
    })
}

impl<'s> ringback_scope<'s> {
    fn read(&self) -> Result<Scope<'s>, Failed> {
        if self.by_ticket {
            return Ok(Scope::Ticket(self.ticket_id));
        }
        match (self.sender.optional()?, self.request_id.optional()?) {
            (Some(sender), Some(id)) => Ok(Scope::Request { sender, id: RequestId::parse(id)? }),
            _ => Ok(Scope::None),
        }
    }
}

fn name(identifier: &Identifier, scope: Scope<'_>) -> Result<ScopeKey, Failed> {
    Ok(identifier.scope(scope).ok_or(ErrorKind::SubmissionUnknown)?)
}

fn number(arrived: Arrived) -> ringback_arrived {
    match arrived {
        Arrived::No => RINGBACK_ARRIVED_NO,
        Arrived::Partly => RINGBACK_ARRIVED_PARTLY,
        Arrived::Whole => RINGBACK_ARRIVED_WHOLE,
    }
}

impl From<Swept> for ringback_swept {
    fn from(swept: Swept) -> ringback_swept {
        let (event, delivery) = match swept {
            Swept::Overdue(name) => {
                let submission = *name.as_bytes();
                return ringback_swept { event: RINGBACK_SWEPT_OVERDUE, submission, delivery: [0; 16] };
            }
            Swept::Lapsed(id) => (RINGBACK_SWEPT_LAPSED, id),
            Swept::Lost(id) => (RINGBACK_SWEPT_LOST, id),
            Swept::Died(id) => (RINGBACK_SWEPT_DIED, id),
            Swept::Ready(id) => (RINGBACK_SWEPT_READY, id),
        };
        ringback_swept { event, submission: [0; RINGBACK_SUBMISSION_NAME], delivery: *delivery.as_bytes() }
    }
}
