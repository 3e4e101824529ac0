//! What was said: channels, alternatives, words, paragraphs, utterances, search hits, entities.

use std::mem::MaybeUninit;

use ringback_core::payload::{
    Alternative, Channel, Entity, Hit, Paragraph, Paragraphs, Search, Sentence, Utterance, View, Word,
};

use crate::boundary::Failed;
use crate::list::{next_view, ringback_list};
use crate::number::{ringback_f64, ringback_seconds, ringback_u64};
use crate::payload::{get_view, ringback_payload};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::{read_view, ringback_value};

/// One channel of the audio. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_channel<'p> {
    /// The alternatives, the best one first; usually one. Taken with `ringback_alternative_next`.
    pub alternatives: ringback_list,
    /// What was searched for (`search=`). Taken with `ringback_search_next`.
    pub search: ringback_list,
    /// The language that was detected (BCP 47).
    pub detected_language: ringback_str<'p>,
    /// How sure the detection is, 0 to 1.
    pub language_confidence: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One reading of a channel. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_alternative<'p> {
    /// The whole text; empty for silence.
    pub transcript: ringback_str<'p>,
    /// How sure it is, 0 to 1; 0 for silence.
    pub confidence: ringback_f64,
    /// The words in order; empty for silence. Taken with `ringback_word_next`.
    pub words: ringback_list,
    /// The text in paragraphs (`paragraphs`, `smart_format`). Read with `ringback_paragraphs_read`.
    pub paragraphs: ringback_value<'p>,
    /// What was recognised as a name, a date, an amount, ... (`detect_entities`). Taken with `ringback_entity_next`.
    pub entities: ringback_list,
    /// Summaries of the first version (`summarize=v1`). Taken with `ringback_summary_v1_next`.
    pub summaries: ringback_list,
    /// Topics of the first version. Taken with `ringback_topics_v1_next`.
    pub topics: ringback_list,
    /// Translations, as old documents have them; read them by hand. Taken with `ringback_element_next`.
    pub translations: ringback_list,
    /// The languages spoken (`language=multi`). Taken with `ringback_string_next`.
    pub languages: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One word. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_word<'p> {
    /// The word as recognised.
    pub word: ringback_str<'p>,
    /// When it begins, in seconds from the start of the audio.
    pub start: ringback_seconds,
    /// When it ends, in seconds from the start of the audio.
    pub end: ringback_seconds,
    /// How sure it is, 0 to 1.
    pub confidence: ringback_f64,
    /// The word with capitals and punctuation (`punctuate`, `smart_format`).
    pub punctuated_word: ringback_str<'p>,
    /// Who speaks, counted from 0 (`diarize`).
    pub speaker: ringback_u64,
    /// How sure the speaker is, 0 to 1; a stream's words lack it.
    pub speaker_confidence: ringback_f64,
    /// The language of the word (`language=multi`).
    pub language: ringback_str<'p>,
    /// Positive, neutral or negative.
    pub sentiment: ringback_str<'p>,
    /// From -1 (negative) to 1 (positive).
    pub sentiment_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// The text of an alternative in paragraphs. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_paragraphs<'p> {
    /// The whole text, paragraphs separated by blank lines; may begin with a line feed.
    pub transcript: ringback_str<'p>,
    /// The paragraphs in order. Taken with `ringback_paragraph_next`.
    pub paragraphs: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One paragraph. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_paragraph<'p> {
    /// The sentences in order. Taken with `ringback_sentence_next`.
    pub sentences: ringback_list,
    /// How many words it has.
    pub num_words: ringback_u64,
    /// When it begins, in seconds.
    pub start: ringback_seconds,
    /// When it ends, in seconds.
    pub end: ringback_seconds,
    /// Who speaks, counted from 0 (`diarize`).
    pub speaker: ringback_u64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One sentence. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_sentence<'p> {
    /// Its text.
    pub text: ringback_str<'p>,
    /// When it begins, in seconds.
    pub start: ringback_seconds,
    /// When it ends, in seconds.
    pub end: ringback_seconds,
    /// Positive, neutral or negative.
    pub sentiment: ringback_str<'p>,
    /// From -1 (negative) to 1 (positive).
    pub sentiment_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One turn of speech (`utterances`). What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_utterance<'p> {
    /// Its id, a UUID.
    pub id: ringback_str<'p>,
    /// When it begins, in seconds.
    pub start: ringback_seconds,
    /// When it ends, in seconds.
    pub end: ringback_seconds,
    /// How sure it is, 0 to 1.
    pub confidence: ringback_f64,
    /// The channel, counted from 0.
    pub channel: ringback_u64,
    /// Its text.
    pub transcript: ringback_str<'p>,
    /// Its words, which the alternatives hold too. Taken with `ringback_word_next`.
    pub words: ringback_list,
    /// Who speaks, counted from 0 (`diarize`).
    pub speaker: ringback_u64,
    /// Positive, neutral or negative.
    pub sentiment: ringback_str<'p>,
    /// From -1 (negative) to 1 (positive).
    pub sentiment_score: ringback_f64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// What was found for one search term. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_search<'p> {
    /// The term.
    pub query: ringback_str<'p>,
    /// Where it was found. Taken with `ringback_hit_next`.
    pub hits: ringback_list,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// One place where a search term was found. What the document lacks is absent: no data, not present, an empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_hit<'p> {
    /// How sure it is, 0 to 1.
    pub confidence: ringback_f64,
    /// When it begins, in seconds.
    pub start: ringback_seconds,
    /// When it ends, in seconds.
    pub end: ringback_seconds,
    /// The words there.
    pub snippet: ringback_str<'p>,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// A name, a date, an amount, ... (`detect_entities`). What the document lacks is absent: no data, not present, an
/// empty list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_entity<'p> {
    /// What it is, in capitals, such as `DATE`.
    pub label: ringback_str<'p>,
    /// Its text; may begin with a space.
    pub value: ringback_str<'p>,
    /// Its text with formatting.
    pub raw_value: ringback_str<'p>,
    /// How sure it is, 0 to 1.
    pub confidence: ringback_f64,
    /// The index of its first word.
    pub start_word: ringback_u64,
    /// The index after its last word.
    pub end_word: ringback_u64,
    /// The whole object: members that have no field are found here.
    pub object: ringback_value<'p>,
}

/// Takes the next channel of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_results.channels`, or any array of such objects;
/// it is moved on. `out`: the channel.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_channel_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_channel<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_channel::of)
}

/// Reads a channel out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_stream_results.channel`, or any such object.
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
pub extern "C" fn ringback_channel_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_channel<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_channel::of)
}

/// Takes the next alternative of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_channel.alternatives`, or any array of such
/// objects; it is moved on. `out`: the alternative.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_alternative_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_alternative<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_alternative::of)
}

/// The best reading of the first channel of a transcript, or of a stream's results.
///
/// Parameters: `payload`: the payload. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_alternative<'p>(
    payload: Option<&'p ringback_payload>,
    out: Option<&mut MaybeUninit<ringback_alternative<'p>>>,
) -> ringback_result {
    get_view(payload, out, |payload| payload.alternative(), ringback_alternative::of)
}

/// Takes the next word of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_alternative.words` or `ringback_utterance.words`,
/// or any array of such objects; it is moved on. `out`: the word.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_word_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_word<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_word::of)
}

/// Reads the text of an alternative in paragraphs out of its object.
///
/// Parameters: `payload`: what the value came from. `value`: `ringback_alternative.paragraphs`, or any such object.
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
pub extern "C" fn ringback_paragraphs_read<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_paragraphs<'p>>>,
) -> ringback_result {
    read_view(payload, value, out, ringback_paragraphs::of)
}

/// Takes the next paragraph of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_paragraphs.paragraphs`, or any array of such
/// objects; it is moved on. `out`: the paragraph.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_paragraph_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_paragraph<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_paragraph::of)
}

/// Takes the next sentence of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_paragraph.sentences`, or any array of such
/// objects; it is moved on. `out`: the sentence.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_sentence_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_sentence<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_sentence::of)
}

/// Takes the next utterance of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_results.utterances`, or any array of such objects;
/// it is moved on. `out`: the utterance.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_utterance_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_utterance<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_utterance::of)
}

/// Takes the next search of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_channel.search`, or any array of such objects; it
/// is moved on. `out`: the search.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_search_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_search<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_search::of)
}

/// Takes the next hit of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_search.hits`, or any array of such objects; it is
/// moved on. `out`: the hit.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_hit_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_hit<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_hit::of)
}

/// Takes the next entity of a list.
///
/// Parameters: `payload`: what the list came from. `list`: `ringback_alternative.entities` or
/// `ringback_stream_results.entities`, or any array of such objects; it is moved on. `out`: the entity.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
/// again; the list has not moved.
///
/// Ownership: what is in `out` borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_entity_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_entity<'p>>>,
) -> ringback_result {
    next_view(payload, list, out, ringback_entity::of)
}

impl<'p> ringback_channel<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Channel<'p>) -> Result<ringback_channel<'p>, Failed> {
        Ok(ringback_channel {
            alternatives: payload.array(view.alternatives().array()),
            search: payload.array(view.search().array()),
            detected_language: payload.text(view.detected_language())?,
            language_confidence: view.language_confidence().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_alternative<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Alternative<'p>) -> Result<ringback_alternative<'p>, Failed> {
        Ok(ringback_alternative {
            transcript: payload.text(view.transcript())?,
            confidence: view.confidence().into(),
            words: payload.array(view.words().array()),
            paragraphs: payload.object(view.paragraphs().map(|view| view.object())),
            entities: payload.array(view.entities().array()),
            summaries: payload.array(view.summaries().array()),
            topics: payload.array(view.topics().array()),
            translations: payload.array(view.translations()),
            languages: payload.strings(view.languages()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_word<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Word<'p>) -> Result<ringback_word<'p>, Failed> {
        Ok(ringback_word {
            word: payload.text(view.word())?,
            start: ringback_seconds::of(view.start(), view.start_millis()),
            end: ringback_seconds::of(view.end(), view.end_millis()),
            confidence: view.confidence().into(),
            punctuated_word: payload.text(view.punctuated_word())?,
            speaker: view.speaker().into(),
            speaker_confidence: view.speaker_confidence().into(),
            language: payload.text(view.language())?,
            sentiment: payload.text(view.sentiment())?,
            sentiment_score: view.sentiment_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_paragraphs<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Paragraphs<'p>) -> Result<ringback_paragraphs<'p>, Failed> {
        Ok(ringback_paragraphs {
            transcript: payload.text(view.transcript())?,
            paragraphs: payload.array(view.paragraphs().array()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_paragraph<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Paragraph<'p>) -> Result<ringback_paragraph<'p>, Failed> {
        Ok(ringback_paragraph {
            sentences: payload.array(view.sentences().array()),
            num_words: view.num_words().into(),
            start: ringback_seconds::of(view.start(), view.start_millis()),
            end: ringback_seconds::of(view.end(), view.end_millis()),
            speaker: view.speaker().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_sentence<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Sentence<'p>) -> Result<ringback_sentence<'p>, Failed> {
        Ok(ringback_sentence {
            text: payload.text(view.text())?,
            start: ringback_seconds::of(view.start(), view.start_millis()),
            end: ringback_seconds::of(view.end(), view.end_millis()),
            sentiment: payload.text(view.sentiment())?,
            sentiment_score: view.sentiment_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_utterance<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Utterance<'p>) -> Result<ringback_utterance<'p>, Failed> {
        Ok(ringback_utterance {
            id: payload.text(view.id())?,
            start: ringback_seconds::of(view.start(), view.start_millis()),
            end: ringback_seconds::of(view.end(), view.end_millis()),
            confidence: view.confidence().into(),
            channel: view.channel().into(),
            transcript: payload.text(view.transcript())?,
            words: payload.array(view.words().array()),
            speaker: view.speaker().into(),
            sentiment: payload.text(view.sentiment())?,
            sentiment_score: view.sentiment_score().into(),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_search<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Search<'p>) -> Result<ringback_search<'p>, Failed> {
        Ok(ringback_search {
            query: payload.text(view.query())?,
            hits: payload.array(view.hits().array()),
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_hit<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Hit<'p>) -> Result<ringback_hit<'p>, Failed> {
        Ok(ringback_hit {
            confidence: view.confidence().into(),
            start: ringback_seconds::of(view.start(), view.start_millis()),
            end: ringback_seconds::of(view.end(), view.end_millis()),
            snippet: payload.text(view.snippet())?,
            object: payload.object(Some(view.object())),
        })
    }
}

impl<'p> ringback_entity<'p> {
    pub(crate) fn of(payload: &'p ringback_payload, view: Entity<'p>) -> Result<ringback_entity<'p>, Failed> {
        Ok(ringback_entity {
            label: payload.text(view.label())?,
            value: payload.text(view.value())?,
            raw_value: payload.text(view.raw_value())?,
            confidence: view.confidence().into(),
            start_word: view.start_word().into(),
            end_word: view.end_word().into(),
            object: payload.object(Some(view.object())),
        })
    }
}
