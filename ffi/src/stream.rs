//! The messages of a stream: each one a delivery of its own.

use std::mem::MaybeUninit;

use ringback_core::payload::{ChannelIndex, SpeechStarted, StreamError, StreamResults, UtteranceEnd, View};

use crate::boundary::Failed;
use crate::list::ringback_list;
use crate::number::{ringback_bool, ringback_seconds};
use crate::payload::{get_view, ringback_payload};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::ringback_value;

/// Which channel of how many: `[0, 1]` is the only one.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_channel_index {
    /// The channel, counted from 0.
    pub index: u64,
    /// How many channels there are; 0 if the message does not say.
    pub total: u64,
    /// Whether the message names a channel.
    pub present: bool,
}

/// A `Results` message: a piece of the transcript, interim or final. What the document lacks is absent: no data, not
/// present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_stream_results<'p> {
    /// When the piece begins, in seconds from the start of the stream.
    pub start: ringback_seconds,
    /// How long the piece is, in seconds.
    pub duration: ringback_seconds,
    /// Whether the piece is settled; an interim one is replaced by the next message of the same start.
    pub is_final: ringback_bool,
    /// Whether a turn of speech ends here.
    pub speech_final: ringback_bool,
    /// Whether this answers the client's `Finalize`.
    pub from_finalize: ringback_bool,
    /// What was said. Read with `ringback_channel_read`.
    pub channel: ringback_value<'p>,
    /// The request and its model. Read with `ringback_metadata_read`.
    pub metadata: ringback_value<'p>,
    /// Names, dates, amounts, ... of this piece. Taken with `ringback_entity_next`.
    pub entities: ringback_list,
    /// The channel, and how many there are.
    pub channel_index: ringback_channel_index,
    /// Whether the piece may still change: a message that does not say is taken as final.
    pub is_interim: bool,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// An `UtteranceEnd` message: nobody speaks any more. What the document lacks is absent: no data, not present, an empty
/// list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_utterance_end<'p> {
    /// When the last word ended, in seconds; -1 when there was none.
    pub last_word_end: ringback_seconds,
    /// The channel, and how many there are.
    pub channel: ringback_channel_index,
    /// Whether it says when the last word ended.
    pub has_time: bool,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A `SpeechStarted` message. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_speech_started<'p> {
    /// When speech began, in seconds.
    pub timestamp: ringback_seconds,
    /// The channel, and how many there are.
    pub channel: ringback_channel_index,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// An `Error` message; which members it has is not certain. What the document lacks is absent: no data, not present, an
/// empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_stream_error<'p> {
    /// A sentence for people.
    pub description: ringback_str<'p>,
    /// A sentence for people.
    pub message: ringback_str<'p>,
    /// The sort of error.
    pub variant: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// The `Results` message of a stream.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_stream_results<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_stream_results<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.stream_results(), ringback_stream_results::of)
}

/// The `UtteranceEnd` message of a stream.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_utterance_end<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_utterance_end<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.utterance_end(), ringback_utterance_end::of)
}

/// The `SpeechStarted` message of a stream.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_speech_started<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_speech_started<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.speech_started(), ringback_speech_started::of)
}

/// The `Error` message of a stream.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_stream_error<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_stream_error<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.stream_error(), ringback_stream_error::of)
}

impl<'p> ringback_stream_results<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: StreamResults<'p>,
    ) -> Result<ringback_stream_results<'p>, Failed> {
        Ok(ringback_stream_results {
            start: ringback_seconds::of(view.start(), view.start_millis()),
            duration: ringback_seconds::of(view.duration(), view.duration_millis()),
            is_final: view.is_final().into(),
            speech_final: view.speech_final().into(),
            from_finalize: view.from_finalize().into(),
            channel: payload.object(view.channel().map(|view| view.object())),
            metadata: payload.object(view.metadata().map(|view| view.object())),
            entities: payload.array(view.entities().array()),
            channel_index: view.channel_index().into(),
            is_interim: view.is_interim(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_utterance_end<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: UtteranceEnd<'p>,
    ) -> Result<ringback_utterance_end<'p>, Failed> {
        Ok(ringback_utterance_end {
            last_word_end: ringback_seconds::of(view.last_word_end(), view.last_word_end_millis()),
            channel: view.channel().into(),
            has_time: view.has_time(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_speech_started<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: SpeechStarted<'p>,
    ) -> Result<ringback_speech_started<'p>, Failed> {
        Ok(ringback_speech_started {
            timestamp: ringback_seconds::of(view.timestamp(), view.timestamp_millis()),
            channel: view.channel().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_stream_error<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: StreamError<'p>,
    ) -> Result<ringback_stream_error<'p>, Failed> {
        Ok(ringback_stream_error {
            description: payload.text(view.description())?,
            message: payload.text(view.message())?,
            variant: payload.text(view.variant())?,
            object: payload.object(Some(view.object())),
        })
    }
}

impl From<Option<ChannelIndex>> for ringback_channel_index {
    fn from(channel: Option<ChannelIndex>) -> ringback_channel_index {
        let Some(channel) = channel else { return ringback_channel_index::default() };
        ringback_channel_index { index: channel.index, total: channel.total.unwrap_or(0), present: true }
    }
}
