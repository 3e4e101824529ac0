//! Types that serde reads documents into: only what a task asks for, borrowed; or everything, owned.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::answer::{Envelope, Words};

/// What an envelope needs; everything else is skipped.
#[derive(Debug, Deserialize)]
pub struct Outline<'a> {
    #[serde(borrow, rename = "type")]
    ty: Option<Cow<'a, str>>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    results: Option<Results<Title<'a>>>,
    #[serde(borrow)]
    channel: Option<Channel<Title<'a>>>,
}

/// What the words need; everything else is skipped.
#[derive(Debug, Deserialize)]
pub struct Script<'a> {
    #[serde(borrow)]
    results: Option<Results<Lines<'a>>>,
    #[serde(borrow)]
    channel: Option<Channel<Lines<'a>>>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    request_id: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Results<A> {
    channels: Vec<Channel<A>>,
}

#[derive(Debug, Deserialize)]
struct Channel<A> {
    alternatives: Vec<A>,
}

#[derive(Debug, Deserialize)]
struct Title<'a> {
    #[serde(borrow)]
    transcript: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Lines<'a> {
    #[serde(borrow)]
    words: Vec<Word<'a>>,
}

#[derive(Debug, Deserialize)]
struct Word<'a> {
    #[serde(borrow)]
    word: Cow<'a, str>,
    #[serde(borrow)]
    punctuated_word: Option<Cow<'a, str>>,
    start: f64,
    end: f64,
    confidence: f64,
    speaker: Option<u64>,
}

impl Outline<'_> {
    /// The envelope.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        let recorded = self.results.as_ref().and_then(|results| results.channels.first());
        let title = recorded.or(self.channel.as_ref()).and_then(|channel| channel.alternatives.first());
        Envelope {
            request_id: &self.metadata.request_id,
            stream: self.ty.as_deref() == Some("Results"),
            transcript: title.map_or(0, |title| title.transcript.len()),
        }
    }
}

impl Script<'_> {
    /// The words.
    #[must_use]
    pub fn words(&self) -> Words {
        let recorded = self.results.iter().flat_map(|results| &results.channels);
        let mut words = Words::default();
        for alternative in recorded.chain(&self.channel).flat_map(|channel| &channel.alternatives) {
            for word in &alternative.words {
                let text = word.punctuated_word.as_ref().unwrap_or(&word.word);
                words.add(word.start, word.end, word.confidence, word.speaker.unwrap_or(0), text.len());
            }
        }
        words
    }
}

/// A whole document in types that own their strings, as a program would declare them that uses all of it.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
pub struct Whole {
    #[serde(rename = "type")]
    ty: Option<String>,
    metadata: WholeMetadata,
    results: Option<WholeResults>,
    channel: Option<WholeChannel>,
    start: Option<f64>,
    duration: Option<f64>,
    is_final: Option<bool>,
    speech_final: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeMetadata {
    request_id: String,
    sha256: Option<String>,
    created: Option<String>,
    duration: Option<f64>,
    channels: Option<u64>,
    models: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    extra: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeResults {
    channels: Vec<WholeChannel>,
    utterances: Option<Vec<WholeUtterance>>,
}

#[derive(Debug, Deserialize)]
struct WholeChannel {
    alternatives: Vec<WholeAlternative>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeAlternative {
    transcript: String,
    confidence: f64,
    words: Vec<WholeWord>,
    paragraphs: Option<WholeParagraphs>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeWord {
    word: String,
    punctuated_word: Option<String>,
    start: f64,
    end: f64,
    confidence: f64,
    speaker: Option<u64>,
    speaker_confidence: Option<f64>,
    language: Option<String>,
    sentiment: Option<String>,
    sentiment_score: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeParagraphs {
    transcript: String,
    paragraphs: Vec<WholeParagraph>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeParagraph {
    sentences: Vec<WholeSentence>,
    num_words: u64,
    start: f64,
    end: f64,
    speaker: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeSentence {
    text: String,
    start: f64,
    end: f64,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading everything is the task")]
struct WholeUtterance {
    id: String,
    start: f64,
    end: f64,
    confidence: f64,
    channel: u64,
    transcript: String,
    words: Vec<WholeWord>,
    speaker: Option<u64>,
}

impl Whole {
    /// The envelope.
    #[must_use]
    pub fn envelope(&self) -> Envelope<'_> {
        let recorded = self.results.as_ref().and_then(|results| results.channels.first());
        let title = recorded.or(self.channel.as_ref()).and_then(|channel| channel.alternatives.first());
        Envelope {
            request_id: &self.metadata.request_id,
            stream: self.ty.as_deref() == Some("Results"),
            transcript: title.map_or(0, |title| title.transcript.len()),
        }
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> Words {
        let recorded = self.results.iter().flat_map(|results| &results.channels);
        let mut words = Words::default();
        for alternative in recorded.chain(&self.channel).flat_map(|channel| &channel.alternatives) {
            for word in &alternative.words {
                let text = word.punctuated_word.as_ref().unwrap_or(&word.word);
                words.add(word.start, word.end, word.confidence, word.speaker.unwrap_or(0), text.len());
            }
        }
        words
    }
}
