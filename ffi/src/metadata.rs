//! The metadata of a document or a stream, and its models.

use std::mem::MaybeUninit;

use ringback_core::payload::{DiarizeInfo, FeatureInfo, Metadata, View, Warning};

use crate::boundary::{Failed, Given, Out, guard};
use crate::list::{next_view, ringback_list};
use crate::number::{ringback_seconds, ringback_u64};
use crate::payload::{get_view, ringback_payload};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::{read_view, ringback_value};

/// The metadata of a transcript, an analysis, or a stream's closing message. Every member is optional. What the
/// document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_metadata<'p> {
    /// The request that this answers, as it stands in the document; `ringback_payload_request_id` reads it for every
    /// kind.
    pub request_id: ringback_str<'p>,
    /// When the request was made: RFC 3339, UTC.
    pub created: ringback_str<'p>,
    /// The length of the audio in seconds.
    pub duration: ringback_seconds,
    /// How many channels were processed.
    pub channels: ringback_u64,
    /// SHA-256 of the submitted audio: 64 hexadecimal digits, or the word `incomplete` in a stream.
    pub sha256: ringback_str<'p>,
    /// The literal `deprecated`.
    pub transaction_key: ringback_str<'p>,
    /// The ids of the models that were used. Taken with `ringback_string_next`.
    pub models: ringback_list,
    /// The language of an analysis.
    pub language: ringback_str<'p>,
    /// The tags that the submitter gave (`tag=`). Taken with `ringback_string_next`.
    pub tags: ringback_list,
    /// The pairs that the submitter gave (`extra=`), returned as strings. Taken with `ringback_pair_next`.
    pub extra: ringback_list,
    /// Features that were skipped, and why. Taken with `ringback_warning_next`.
    pub warnings: ringback_list,
    /// The model that told the speakers apart. Read with `ringback_diarize_info_read`.
    pub diarize_info: ringback_value<'p>,
    /// What the summary cost. Read with `ringback_feature_info_read`.
    pub summary_info: ringback_value<'p>,
    /// What the topics cost. Read with `ringback_feature_info_read`.
    pub topics_info: ringback_value<'p>,
    /// What the intents cost. Read with `ringback_feature_info_read`.
    pub intents_info: ringback_value<'p>,
    /// What the sentiments cost. Read with `ringback_feature_info_read`.
    pub sentiment_info: ringback_value<'p>,
    /// The id of the model of a stream's results.
    pub model_uuid: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A model that was used. What the document lacks is absent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_model<'p> {
    /// Its id.
    pub id: ringback_str<'p>,
    /// Its public name, such as `general-nova-3`.
    pub name: ringback_str<'p>,
    /// Such as `2025-04-17.21547`.
    pub version: ringback_str<'p>,
    /// Its architecture, such as `nova-3`.
    pub arch: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// What a text-intelligence feature used. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_feature_info<'p> {
    /// The id of the model.
    pub model_uuid: ringback_str<'p>,
    /// Tokens read; may be 0 or absent.
    pub input_tokens: ringback_u64,
    /// Tokens written; may be 0 or absent.
    pub output_tokens: ringback_u64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A feature that was skipped. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_warning<'p> {
    /// The request parameter concerned.
    pub parameter: ringback_str<'p>,
    /// Such as `unsupported_language`.
    pub kind: ringback_str<'p>,
    /// A sentence for people.
    pub message: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// The model that told the speakers apart. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_diarize_info<'p> {
    /// The id of the model.
    pub model_uuid: ringback_str<'p>,
    /// Its architecture.
    pub arch: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// Reads metadata out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_stream_results.metadata`, or any such object.
/// `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_metadata_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_metadata<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_metadata::of)
}

/// The metadata: of a document or a stream's results, or the closing `Metadata` message itself.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_metadata<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_metadata<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.metadata(), ringback_metadata::of)
}

/// Reads what a feature used out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_metadata.summary_info` and its like, or any such
/// object. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_feature_info_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_feature_info<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_feature_info::of)
}

/// Takes the next warning of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_metadata.warnings`, or any array of such objects;
/// it is moved on. `out`: the warning.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_warning_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_warning<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_warning::of)
}

/// Reads the model that told the speakers apart out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_metadata.diarize_info`, or any such object.
/// `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_diarize_info_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_diarize_info<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_diarize_info::of)
}

/// One of the models of some metadata, whether it names one, as a stream's results do, or has a map of them.
///
/// Parameters: `payload`: what the metadata came from. `metadata`: the metadata. `index`: which model, counted from 0; there are
/// few, and all before it are stepped over. `out`: the model.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_FOREIGN_VALUE`: the metadata is
/// of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_metadata_model<'p>(
    payload: Option<&'p ringback_payload>,
    metadata: Option<&ringback_metadata<'p>>,
    index: usize,
    out: Option<&mut MaybeUninit<ringback_model<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, metadata, out) = (payload.given()?, metadata.given()?, Out::new(out)?);
        let metadata = Metadata::of(payload.find_object(metadata.object)?);
        let (id, model) = metadata.model_info().nth(index).ok_or(Failed::NONE)?;
        out.write(ringback_model {
            id: payload.text(id)?,
            name: payload.text(model.name())?,
            version: payload.text(model.version())?,
            arch: payload.text(model.arch())?,
            object: payload.object(Some(model.object())),
        })
    })
}

impl<'p> ringback_metadata<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Metadata<'p>) -> Result<ringback_metadata<'p>, Failed> {
        Ok(ringback_metadata {
            request_id: payload.text(view.request_id())?,
            created: payload.text(view.created())?,
            duration: ringback_seconds::of(view.duration(), view.duration_millis()),
            channels: view.channels().into(),
            sha256: payload.text(view.sha256())?,
            transaction_key: payload.text(view.transaction_key())?,
            models: payload.strings(view.models()),
            language: payload.text(view.language())?,
            tags: payload.strings(view.tags()),
            extra: payload.pairs(view.extra()),
            warnings: payload.array(view.warnings().array()),
            diarize_info: payload.object(view.diarize_info().map(|view| view.object())),
            summary_info: payload.object(view.summary_info().map(|view| view.object())),
            topics_info: payload.object(view.topics_info().map(|view| view.object())),
            intents_info: payload.object(view.intents_info().map(|view| view.object())),
            sentiment_info: payload.object(view.sentiment_info().map(|view| view.object())),
            model_uuid: payload.text(view.model_uuid())?,
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_feature_info<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: FeatureInfo<'p>,
    ) -> Result<ringback_feature_info<'p>, Failed> {
        Ok(ringback_feature_info {
            model_uuid: payload.text(view.model_uuid())?,
            input_tokens: view.input_tokens().into(),
            output_tokens: view.output_tokens().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_warning<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Warning<'p>) -> Result<ringback_warning<'p>, Failed> {
        Ok(ringback_warning {
            parameter: payload.text(view.parameter())?,
            kind: payload.text(view.kind())?,
            message: payload.text(view.message())?,
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_diarize_info<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: DiarizeInfo<'p>,
    ) -> Result<ringback_diarize_info<'p>, Failed> {
        Ok(ringback_diarize_info {
            model_uuid: payload.text(view.model_uuid())?,
            arch: payload.text(view.arch())?,
            object: payload.object(Some(view.object())),
        })
    }
}
