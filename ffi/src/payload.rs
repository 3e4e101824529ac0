//! A JSON body, parsed: what it is, and the way to the views of it.

use std::mem::MaybeUninit;

use ringback_core::json::{Document, Str};
use ringback_core::payload::{Payload, Results, View};
use ringback_core::{Error, ErrorKind};

use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::held::{Body, Held};
use crate::kind::{self, ringback_kind};
use crate::list::ringback_list;
use crate::request_id::ringback_request_id;
use crate::result::ringback_result;
use crate::shadow::Shadow;
use crate::str::ringback_str;
use crate::value::ringback_value;

/// A JSON body, parsed and validated as a whole. What is read of it borrows from it.
///
/// Made with `ringback_payload_parse`, given back with `ringback_payload_free`.
///
/// Threads: any, at the same time; it does not change.
pub struct ringback_payload {
    shadow: Shadow,
    request_id: Option<ringback_request_id>,
    held: Held,
}

/// The results of a transcript or an analysis. What the document lacks is absent: no data, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_results<'p> {
    /// The channels of a transcript. Taken with `ringback_channel_next`.
    pub channels: ringback_list,
    /// The utterances of a transcript, when they were asked for. Taken with `ringback_utterance_next`.
    pub utterances: ringback_list,
    /// The summary, flat or nested. Read with `ringback_summary_read`.
    pub summary: ringback_value<'p>,
    /// The parts of the text with their topics, flat or nested. Taken with `ringback_topic_segment_next`.
    pub topics: ringback_list,
    /// The parts of the text with their intents, flat or nested. Taken with `ringback_intent_segment_next`.
    pub intents: ringback_list,
    /// The sentiments of the text, flat or nested. Read with `ringback_sentiments_read`.
    pub sentiments: ringback_value<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// Parses a body: checks the whole text, and finds out what it is. Nothing else is decoded before it is asked for.
///
/// Parameters: `data`, `len`: the body, any bytes. `out`: the payload. `error_at`: may be NULL; where in the body the
/// error was noticed.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_UNEXPECTED_END`: the text was cut off, a further attempt may be whole; another one
/// from 102 to 113: the text is not JSON, and no attempt will mend it; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: the body is borrowed, not copied: it must stay as it is until the payload is freed. The payload belongs to
/// the caller, who frees it with `ringback_payload_free`.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_payload_parse(
    data: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<Box<ringback_payload>>>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let out = Out::new(out)?;
        if data.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: the caller has promised that the body stays until the payload is freed, and frees the payload while
        // the body is there; so the lifetime is as good as endless for the payload.
        let body = Body::Borrowed(unsafe { bytes(data, len) }?);
        let held = Held::new(body, |bytes| Payload::parse(bytes).map(Some)).inspect_err(|error| {
            if let Some(error_at) = error_at {
                error_at.write(error.offset());
            }
        })?;
        out.write(Box::new(ringback_payload::new(held).map_err(|_| Failed::INVALID)?))
    })
}

/// Line and column of a place in a text, for people.
///
/// Parameters: `data`, `len`: the text. `at`: the place, in bytes from its beginning. `line`, `column`: both count from 1; lines end
/// with a line feed, columns count bytes.
///
/// Returns: `RINGBACK_OK`; a place beyond the end is taken as the end.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_position(
    data: *const u8,
    len: usize,
    at: usize,
    line: Option<&mut MaybeUninit<usize>>,
    column: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let (line, column) = (Out::new(line)?, Out::new(column)?);
        // SAFETY: readable, as the caller has promised; looked at only during this call.
        let text = unsafe { bytes(data, len) }?;
        let position = Error::new(ErrorKind::UnexpectedEnd, at).position(text);
        line.write(position.line)?;
        column.write(position.column)
    })
}

/// Gives a payload back.
///
/// Parameters: `payload`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the payload; whatever was read of it is void.
///
/// Threads: any, while no other one uses the payload.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_free(payload: Option<Box<ringback_payload>>) {
    guard_or((), || drop(payload));
}

/// What a payload is.
///
/// Parameters: `payload`: the payload.
///
/// Returns: one of `RINGBACK_KIND_...`; 0 for NULL.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_kind(payload: Option<&ringback_payload>) -> ringback_kind {
    guard_or(0, || payload.map_or(0, |payload| kind::number(payload.payload().kind())))
}

/// The request that a payload answers. Failures and some messages of a stream do not say.
///
/// Parameters: `payload`: the payload. `out`: the id.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload does not say.
///
/// Ownership: `out` is a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_request_id(
    payload: Option<&ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_request_id>>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        out.write(payload.request_id.ok_or(Failed::NONE)?)
    })
}

/// The text of the best reading: of the first channel of a transcript, or of a stream's results.
///
/// Parameters: `payload`: the payload. `out`: the text.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: the text borrows from the payload.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_transcript<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_str<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        let text = payload.payload().transcript().ok_or(Failed::NONE)?;
        out.write(payload.text(Some(text))?)
    })
}

/// The results of a transcript or an analysis.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_results<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_results<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.results(), ringback_results::of)
}

/// The value that a JSON pointer (RFC 6901) leads to.
///
/// Parameters: `payload`: the payload. `pointer`: such as `/metadata/extra/job`; empty for the whole document. `out`: the value.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: it leads to nothing; `RINGBACK_ERROR_INVALID_POINTER`: it is no pointer, so mend
/// it.
///
/// Ownership: the value borrows from the payload.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_pointer<'p>(
    payload: Option<&'p ringback_payload>,
    pointer: ringback_str<'_>,
    out: Option<&mut MaybeUninit<ringback_value<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, pointer, out) = (payload.given()?, pointer.text()?, Out::new(out)?);
        let found = payload.payload().pointer(pointer)?.ok_or(Failed::NONE)?;
        out.write(payload.value(Some(found)))
    })
}

/// Reads a view that the payload itself has.
pub(crate) fn get_view<'p, V, T>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<T>>,
    get: impl FnOnce(&'p Payload<'p>) -> Option<V>,
    read: impl FnOnce(&'p ringback_payload, V) -> Result<T, Failed>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        let view = get(payload.payload()).ok_or(Failed::NONE)?;
        out.write(read(payload, view)?)
    })
}

impl ringback_payload {
    /// The payload of a body that is JSON; any other body is given back.
    #[expect(clippy::result_large_err, reason = "nothing is allocated for a body that is handed back")]
    pub(crate) fn new(held: Held) -> Result<ringback_payload, Held> {
        let Some(payload) = held.payload() else { return Err(held) };
        let shadow = Shadow::of(payload.document().text());
        let request_id = payload.request_id().map(|id| ringback_request_id::of(&id));
        Ok(ringback_payload { shadow, request_id, held })
    }

    pub(crate) fn payload(&self) -> &Payload<'_> {
        self.held.payload().expect("a ringback_payload is made of a body that is JSON, and nothing else")
    }

    pub(crate) fn document(&self) -> &Document<'_> {
        self.payload().document()
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.held.body()
    }

    /// A string of the document, decoded; no data if it is absent.
    pub(crate) fn text<'p>(&'p self, string: Option<Str<'p>>) -> Result<ringback_str<'p>, Failed> {
        string.map_or(Ok(ringback_str::NONE), |string| self.shadow.text(string))
    }
}

impl<'p> ringback_results<'p> {
    fn of(payload: &'p ringback_payload, results: Results<'p>) -> Result<ringback_results<'p>, Failed> {
        Ok(ringback_results {
            channels: payload.array(results.channels().array()),
            utterances: payload.array(results.utterances().array()),
            summary: payload.object(results.summary().map(|summary| summary.object())),
            topics: payload.array(results.topics().array()),
            intents: payload.array(results.intents().array()),
            sentiments: payload.object(results.sentiments().map(|sentiments| sentiments.object())),
            object: payload.object(Some(results.object())),
        })
    }
}
