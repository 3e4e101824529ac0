//! What the text says: summary, topics, intents, sentiments.

use std::mem::MaybeUninit;

use ringback_core::payload::{
    Intent, IntentSegment, Sentiment, SentimentSegment, Sentiments, Summary, SummaryV1, Topic, TopicSegment, TopicV1,
    TopicsV1, View,
};

use crate::boundary::Failed;
use crate::list::{next_view, ringback_list};
use crate::number::{ringback_f64, ringback_u64};
use crate::payload::ringback_payload;
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::{read_view, ringback_value};

/// A summary: of speech (`short`), of text (`text`), or why there is none. What the document lacks is absent: no data,
/// not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_summary<'p> {
    /// `success` or `failure`.
    pub result: ringback_str<'p>,
    /// The summary of a transcript.
    pub short_text: ringback_str<'p>,
    /// The summary of an analysis.
    pub plain: ringback_str<'p>,
    /// The summary, in whichever member it stands.
    pub text: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A summary of the first version (`summarize=v1`): of a part of one alternative. What the document lacks is absent: no
/// data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_summary_v1<'p> {
    /// Its text.
    pub summary: ringback_str<'p>,
    /// The index of the first word that it covers.
    pub start_word: ringback_u64,
    /// The index after the last word that it covers.
    pub end_word: ringback_u64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A part of the text and its topics. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_topic_segment<'p> {
    /// The part.
    pub text: ringback_str<'p>,
    /// The index of its first word.
    pub start_word: ringback_u64,
    /// The index after its last word.
    pub end_word: ringback_u64,
    /// Its topics. Taken with `ringback_topic_next`.
    pub topics: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A topic. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_topic<'p> {
    /// Its name.
    pub topic: ringback_str<'p>,
    /// How sure it is, 0 to 1.
    pub confidence_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// Topics of the first version, within one alternative. What the document lacks is absent: no data, not present, an
/// empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_topics_v1<'p> {
    /// The part of the text.
    pub text: ringback_str<'p>,
    /// The index of its first word.
    pub start_word: ringback_u64,
    /// The index after its last word.
    pub end_word: ringback_u64,
    /// Its topics. Taken with `ringback_topic_v1_next`.
    pub topics: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A topic of the first version. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_topic_v1<'p> {
    /// Its name.
    pub topic: ringback_str<'p>,
    /// How sure it is, 0 to 1.
    pub confidence: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A part of the text and its intents. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_intent_segment<'p> {
    /// The part.
    pub text: ringback_str<'p>,
    /// The index of its first word.
    pub start_word: ringback_u64,
    /// The index after its last word.
    pub end_word: ringback_u64,
    /// Its intents. Taken with `ringback_intent_next`.
    pub intents: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// An intent. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_intent<'p> {
    /// Its name.
    pub intent: ringback_str<'p>,
    /// How sure it is, 0 to 1.
    pub confidence_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// The sentiments of the text. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_sentiments<'p> {
    /// The parts of the text. Taken with `ringback_sentiment_segment_next`.
    pub segments: ringback_list,
    /// The sentiment of the whole. Read with `ringback_sentiment_read`.
    pub average: ringback_value<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A part of the text and its sentiment. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_sentiment_segment<'p> {
    /// The part.
    pub text: ringback_str<'p>,
    /// The index of its first word.
    pub start_word: ringback_u64,
    /// The index after its last word.
    pub end_word: ringback_u64,
    /// Positive, neutral or negative.
    pub sentiment: ringback_str<'p>,
    /// From -1 (negative) to 1 (positive).
    pub sentiment_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A sentiment. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_sentiment<'p> {
    /// Positive, neutral or negative.
    pub sentiment: ringback_str<'p>,
    /// From -1 (negative) to 1 (positive).
    pub sentiment_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// Reads a summary out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_results.summary`, or any such object. `out`:
/// what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_summary_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_summary<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_summary::of)
}

/// Takes the next summary of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_alternative.summaries`, or any array of such
/// objects; it is moved on. `out`: the summary.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_summary_v1_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_summary_v1<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_summary_v1::of)
}

/// Takes the next part of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_results.topics`, or any array of such objects; it
/// is moved on. `out`: the part.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_topic_segment_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_topic_segment<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_topic_segment::of)
}

/// Takes the next topic of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_topic_segment.topics`, or any array of such
/// objects; it is moved on. `out`: the topic.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_topic_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_topic<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_topic::of)
}

/// Takes the next part of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_alternative.topics`, or any array of such objects;
/// it is moved on. `out`: the part.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_topics_v1_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_topics_v1<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_topics_v1::of)
}

/// Takes the next topic of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_topics_v1.topics`, or any array of such objects;
/// it is moved on. `out`: the topic.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_topic_v1_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_topic_v1<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_topic_v1::of)
}

/// Takes the next part of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_results.intents`, or any array of such objects; it
/// is moved on. `out`: the part.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_intent_segment_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_intent_segment<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_intent_segment::of)
}

/// Takes the next intent of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_intent_segment.intents`, or any array of such
/// objects; it is moved on. `out`: the intent.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_intent_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_intent<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_intent::of)
}

/// Reads the sentiments of the text out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_results.sentiments`, or any such object. `out`:
/// what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_sentiments_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_sentiments<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_sentiments::of)
}

/// Takes the next part of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_sentiments.segments`, or any array of such
/// objects; it is moved on. `out`: the part.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_sentiment_segment_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_sentiment_segment<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_sentiment_segment::of)
}

/// Reads a sentiment out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_sentiments.average`, or any such object. `out`:
/// what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_sentiment_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_sentiment<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_sentiment::of)
}

impl<'p> ringback_summary<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Summary<'p>) -> Result<ringback_summary<'p>, Failed> {
        Ok(ringback_summary {
            result: payload.text(view.result())?,
            short_text: payload.text(view.short())?,
            plain: payload.text(view.plain())?,
            text: payload.text(view.text())?,
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_summary_v1<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: SummaryV1<'p>) -> Result<ringback_summary_v1<'p>, Failed> {
        Ok(ringback_summary_v1 {
            summary: payload.text(view.summary())?,
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_topic_segment<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: TopicSegment<'p>,
    ) -> Result<ringback_topic_segment<'p>, Failed> {
        Ok(ringback_topic_segment {
            text: payload.text(view.text())?,
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            topics: payload.array(view.topics().array()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_topic<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Topic<'p>) -> Result<ringback_topic<'p>, Failed> {
        Ok(ringback_topic {
            topic: payload.text(view.topic())?,
            confidence_score: view.confidence_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_topics_v1<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: TopicsV1<'p>) -> Result<ringback_topics_v1<'p>, Failed> {
        Ok(ringback_topics_v1 {
            text: payload.text(view.text())?,
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            topics: payload.array(view.topics().array()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_topic_v1<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: TopicV1<'p>) -> Result<ringback_topic_v1<'p>, Failed> {
        Ok(ringback_topic_v1 {
            topic: payload.text(view.topic())?,
            confidence: view.confidence().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_intent_segment<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: IntentSegment<'p>,
    ) -> Result<ringback_intent_segment<'p>, Failed> {
        Ok(ringback_intent_segment {
            text: payload.text(view.text())?,
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            intents: payload.array(view.intents().array()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_intent<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Intent<'p>) -> Result<ringback_intent<'p>, Failed> {
        Ok(ringback_intent {
            intent: payload.text(view.intent())?,
            confidence_score: view.confidence_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_sentiments<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Sentiments<'p>) -> Result<ringback_sentiments<'p>, Failed> {
        Ok(ringback_sentiments {
            segments: payload.array(view.segments().array()),
            average: payload.object(view.average().map(|view| view.object())),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_sentiment_segment<'p> {
    pub(crate) fn of(
        payload: &'p ringback_payload,
        view: SentimentSegment<'p>,
    ) -> Result<ringback_sentiment_segment<'p>, Failed> {
        Ok(ringback_sentiment_segment {
            text: payload.text(view.text())?,
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            sentiment: payload.text(view.sentiment())?,
            sentiment_score: view.sentiment_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_sentiment<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Sentiment<'p>) -> Result<ringback_sentiment<'p>, Failed> {
        Ok(ringback_sentiment {
            sentiment: payload.text(view.sentiment())?,
            sentiment_score: view.sentiment_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}
