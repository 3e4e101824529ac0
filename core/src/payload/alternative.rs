//! Alternatives: the readings of a channel, which hold nearly all of a large document.

use super::view::getter;
use super::{Entity, Paragraphs, SummaryV1, TopicsV1, View, Words};
use crate::json::{Array, Document, DocumentElements, Names, Object, Str, Value};

/// The members of an alternative that are found at once.
static MEMBERS: Names<4> = Names::new(["transcript", "confidence", "words", "paragraphs"]);

static OF_CHANNEL: Names<1> = Names::new(["alternatives"]);

/// One reading of a channel.
///
/// Where it comes from the [`Payload`](super::Payload) itself, its main members have been found with the landmarks of
/// the document; where it comes from a list, each getter walks through the whole reading.
#[derive(Clone, Copy, Debug)]
pub struct Alternative<'a>(Object<'a>, Option<Found<'a>>);

/// The members of an alternative that are found at once.
#[derive(Clone, Copy, Debug)]
struct Found<'a> {
    transcript: Option<Value<'a>>,
    confidence: Option<Value<'a>>,
    words: Words<'a>,
    paragraphs: Option<Value<'a>>,
}

impl<'a> View<'a> for Alternative<'a> {
    fn of(object: Object<'a>) -> Alternative<'a> {
        Alternative(object, None)
    }

    fn object(&self) -> Object<'a> {
        self.0
    }
}

impl<'a> Alternative<'a> {
    fn find(document: &Document<'a>, object: Object<'a>) -> Alternative<'a> {
        let [transcript, confidence, words, paragraphs] = document.pick(object, &MEMBERS);
        let words = Words::within(document, words.and_then(|value| value.as_array()));
        Alternative(object, Some(Found { transcript, confidence, words, paragraphs }))
    }

    /// The whole text; empty for silence.
    #[must_use]
    pub fn transcript(&self) -> Option<Str<'a>> {
        self.member("transcript", |found| found.transcript)?.as_str()
    }

    /// How sure it is, 0 to 1; 0 for silence.
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        self.member("confidence", |found| found.confidence)?.as_number()?.f64()
    }

    /// The words in order; empty for silence.
    #[must_use]
    pub fn words(&self) -> Words<'a> {
        match &self.1 {
            Some(found) => found.words,
            None => Words::of(self.0.array("words")),
        }
    }

    /// The text in paragraphs (`paragraphs`, `smart_format`).
    #[must_use]
    pub fn paragraphs(&self) -> Option<Paragraphs<'a>> {
        self.member("paragraphs", |found| found.paragraphs)?.as_object().map(Paragraphs::of)
    }

    getter! {
        /// What was recognised as a name, a date, an amount, ... (`detect_entities`).
        entities: list Entity "entities"
    }

    getter! {
        /// Summaries of the first version (`summarize=v1`).
        summaries: list SummaryV1 "summaries"
    }

    getter! {
        /// Topics of the first version.
        topics: list TopicsV1 "topics"
    }

    getter! {
        /// Translations, as old documents have them; read them by hand.
        translations: array "translations"
    }

    getter! {
        /// The languages spoken (`language=multi`).
        languages: strings "languages"
    }

    fn member(&self, name: &str, found: impl Fn(&Found<'a>) -> Option<Value<'a>>) -> Option<Value<'a>> {
        match &self.1 {
            Some(members) => found(members),
            None => self.0.get(name),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Alternative<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The alternatives of every channel, those of the first channel first.
///
/// The landmarks of the document lead from one to the next: this is the quick way through a large document.
#[derive(Clone, Debug)]
pub struct Alternatives<'a, 'p> {
    document: &'p Document<'a>,
    channels: Option<DocumentElements<'a, 'p>>,
    of_channel: Option<DocumentElements<'a, 'p>>,
}

impl<'a, 'p> Alternatives<'a, 'p> {
    pub(super) fn of_channels(document: &'p Document<'a>, channels: Option<Array<'a>>) -> Alternatives<'a, 'p> {
        let channels = channels.map(|array| document.elements_of(array));
        Alternatives { document, channels, of_channel: None }
    }

    pub(super) fn of_channel(document: &'p Document<'a>, channel: Option<Object<'a>>) -> Alternatives<'a, 'p> {
        let of_channel = channel.and_then(|channel| Self::within(document, channel));
        Alternatives { document, channels: None, of_channel }
    }

    /// The alternatives of the first channel only.
    pub(super) fn first_channel(mut self) -> Alternatives<'a, 'p> {
        if let Some(mut channels) = self.channels.take() {
            let first = channels.find_map(|value| value.as_object());
            self.of_channel = first.and_then(|channel| Self::within(self.document, channel));
        }
        self
    }

    fn within(document: &'p Document<'a>, channel: Object<'a>) -> Option<DocumentElements<'a, 'p>> {
        let [alternatives] = document.pick(channel, &OF_CHANNEL);
        Some(document.elements_of(alternatives?.as_array()?))
    }
}

impl<'a> Iterator for Alternatives<'a, '_> {
    type Item = Alternative<'a>;

    fn next(&mut self) -> Option<Alternative<'a>> {
        loop {
            if let Some(object) = self.of_channel.as_mut().and_then(|values| values.find_map(|value| value.as_object()))
            {
                return Some(Alternative::find(self.document, object));
            }
            let channel = self.channels.as_mut()?.find_map(|value| value.as_object())?;
            self.of_channel = Self::within(self.document, channel);
        }
    }
}

impl core::iter::FusedIterator for Alternatives<'_, '_> {}
