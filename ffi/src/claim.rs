//! The right to handle one delivery: renewed, given back, settled.

use std::mem::MaybeUninit;

use ringback_core::ledger::{Claim, DeliveryId, Outcome};

use crate::answer::ringback_answer;
use crate::boundary::{Failed, Given, Out, guard};
use crate::receiver::ringback_receiver;
use crate::result::ringback_result;
use crate::time::ringback_now;

/// The right to handle one delivery, under a lease. It is plain data: keep it with the work, on whatever thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_claim {
    /// The delivery.
    pub delivery: [u8; 16],
    /// The fencing number.
    pub fence: u32,
    /// Whether the ledger knows of it: it does not if the delivery has nothing by which a repeat could be told.
    pub recorded: bool,
}

/// How the handling of a delivery ended: one of `RINGBACK_OUTCOME_...`.
pub type ringback_outcome = u32;

/// It worked.
pub const RINGBACK_OUTCOME_DONE: ringback_outcome = 1;
/// It did not, and may be tried again: the sender comes again.
pub const RINGBACK_OUTCOME_FAILED: ringback_outcome = 2;
/// It did not, and never will.
pub const RINGBACK_OUTCOME_DEAD: ringback_outcome = 3;

/// Records how the handling of a delivery ended, and says what to answer: only this gives the answer to work. A claim that
/// has ended meanwhile settles nothing; the answer then asks the sender to come again, when the outcome will be known.
///
/// Parameters: `receiver`: the receiver. `claim`: of the work. `outcome`: one of `RINGBACK_OUTCOME_...`. `now`: the time. `out`:
/// what to answer.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such outcome.
///
/// Ownership: the strings of the answer are constant.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_settle(
    receiver: Option<&ringback_receiver>,
    claim: ringback_claim,
    outcome: ringback_outcome,
    now: ringback_now,
    out: Option<&mut MaybeUninit<ringback_answer>>,
) -> ringback_result {
    guard(|| {
        let (receiver, out) = (receiver.given()?, Out::new(out)?);
        let outcome = match outcome {
            RINGBACK_OUTCOME_DONE => Outcome::Done,
            RINGBACK_OUTCOME_FAILED => Outcome::Failed,
            RINGBACK_OUTCOME_DEAD => Outcome::Dead,
            _ => return Err(Failed::INVALID),
        };
        let answer = receiver.inner.lock()?.settle(claim.into(), outcome, now.into());
        out.write(answer.into())
    })
}

/// Makes a lease hold for another term. Work that may take longer than the lease does so, at a third of it.
///
/// Parameters: `receiver`: the receiver. `claim`: of the work. `now`: the time.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CLAIM_STALE`, `RINGBACK_ERROR_DELIVERY_UNKNOWN`: the claim has ended, so stop the
/// work if that is possible.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_renew(
    receiver: Option<&ringback_receiver>,
    claim: ringback_claim,
    now: ringback_now,
) -> ringback_result {
    guard(|| {
        let mut core = receiver.given()?.inner.lock()?;
        Ok(core.ledger_mut().renew(claim.into(), now.into())?)
    })
}

/// Gives a claim back: nothing failed, and the next attempt is handled at once. Answer 503.
///
/// Parameters: `receiver`: the receiver. `claim`: of the work. `now`: the time.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CLAIM_STALE`, `RINGBACK_ERROR_DELIVERY_UNKNOWN`: the claim has ended before; there
/// is nothing to do.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_release(
    receiver: Option<&ringback_receiver>,
    claim: ringback_claim,
    now: ringback_now,
) -> ringback_result {
    guard(|| {
        let mut core = receiver.given()?.inner.lock()?;
        Ok(core.ledger_mut().release(claim.into(), now.into())?)
    })
}

impl From<Claim> for ringback_claim {
    fn from(claim: Claim) -> ringback_claim {
        ringback_claim {
            delivery: claim.delivery.map_or([0; 16], |id| *id.as_bytes()),
            fence: claim.fence,
            recorded: claim.delivery.is_some(),
        }
    }
}

impl From<ringback_claim> for Claim {
    fn from(claim: ringback_claim) -> Claim {
        let delivery = claim.recorded.then(|| DeliveryId::from_bytes(claim.delivery));
        Claim { delivery, fence: claim.fence }
    }
}
