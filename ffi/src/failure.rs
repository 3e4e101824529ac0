//! A job that failed, in every shape in which Deepgram reports errors.

use std::mem::MaybeUninit;

use ringback_core::payload::{Failure, View};

use crate::boundary::Failed;
use crate::payload::{get_view, ringback_payload};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::ringback_value;

/// A failed job. The code of the legacy shape is in `err_code` or `error_code`, that of the modern one in `category`:
/// `code` is whichever there is. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_failure<'p> {
    /// The code of the legacy shape.
    pub err_code: ringback_str<'p>,
    /// The code of the variant.
    pub error_code: ringback_str<'p>,
    /// The sentence of the legacy shape; may quote a URL of the submitter.
    pub err_msg: ringback_str<'p>,
    /// The code of the modern shape.
    pub category: ringback_str<'p>,
    /// The cure, in the modern shape.
    pub details: ringback_str<'p>,
    /// The request, when the document names it.
    pub request_id: ringback_str<'p>,
    /// The code, in whichever member it stands: free text, never an enumeration.
    pub code: ringback_str<'p>,
    /// The sentence for people, in whichever member it stands; may quote a URL of the submitter.
    pub message: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// The failure that a payload reports.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_failure<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_failure<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.failure(), ringback_failure::of)
}

impl<'p> ringback_failure<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Failure<'p>) -> Result<ringback_failure<'p>, Failed> {
        Ok(ringback_failure {
            err_code: payload.text(view.err_code())?,
            error_code: payload.text(view.error_code())?,
            err_msg: payload.text(view.err_msg())?,
            category: payload.text(view.category())?,
            details: payload.text(view.details())?,
            request_id: payload.text(view.request_id())?,
            code: payload.text(view.code())?,
            message: payload.text(view.message())?,
            object: payload.object(Some(view.object())),
        })
    }
}
