//! What a JSON body says: its kind, and typed views of everything in it.
//!
//! [`Payload::parse`] checks the whole text once. Afterwards nothing can fail any more: a getter answers `None` when a
//! member is absent, null, or of another type, and nothing is decoded before it is asked for. Unknown members, unknown
//! message types and any order of members are welcome; [`Payload::pointer`] and [`View::object`] reach what has no getter.
//!
//! ```
//! use ringback::payload::{Kind, Payload};
//!
//! let body = br#"{"metadata":{"request_id":"0191f3c2-4f3e-7cc0-8000-000000000001","duration":1.5,"channels":1},
//!     "results":{"channels":[{"alternatives":[{"transcript":"hello there","confidence":0.99,"words":[
//!         {"word":"hello","start":0.1,"end":0.4,"confidence":0.99},
//!         {"word":"there","start":0.5,"end":0.9,"confidence":0.98}]}]}]}}"#;
//! let payload = Payload::parse(body)?;
//! assert_eq!(payload.kind(), Kind::Transcript);
//! assert_eq!(payload.transcript().unwrap(), "hello there");
//! let alternative = payload.channels().first().unwrap().alternatives().first().unwrap();
//! let ends: Vec<i64> = alternative.words().iter().filter_map(|word| word.end_millis()).collect();
//! assert_eq!(ends, [400, 900]);
//! # Ok::<(), ringback::Error>(())
//! ```

mod alternative;
mod columns;
mod failure;
mod intelligence;
mod kind;
mod metadata;
mod outline;
mod results;
mod stream;
mod strings;
mod transcript;
mod view;
mod word;

pub use alternative::{Alternative, Alternatives};
pub use columns::{Columns, NOBODY, Span};
pub use failure::Failure;
pub use intelligence::{
    Intent, IntentSegment, Sentiment, SentimentSegment, Sentiments, Summary, SummaryV1, Topic, TopicSegment, TopicV1,
    TopicsV1,
};
pub use kind::Kind;
pub use metadata::{DiarizeInfo, FeatureInfo, Metadata, Model, Models, Warning};
pub use results::Results;
pub use stream::{ChannelIndex, SpeechStarted, StreamError, StreamResults, UtteranceEnd};
pub use strings::{Pairs, Strings};
pub use transcript::{Channel, Entity, Hit, Paragraph, Paragraphs, Search, Sentence, Utterance};
pub use view::{Items, List, View};
pub use word::{Word, Words, WordsIter};

use crate::error::Error;
use crate::json::{Document, Engine, Names, Object, Str, Value};
use crate::request_id::RequestId;
use outline::Outline;

/// The members of the metadata that lead to the request id.
static WITH_ID: Names<2> = Names::new(["metadata", "request_id"]);

/// A JSON body, parsed and validated: a borrowed view of it.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a> {
    document: Document<'a>,
    kind: Kind,
    /// That of the root object.
    request_id: Option<Str<'a>>,
    metadata: Option<Object<'a>>,
    results: Option<Results<'a>>,
    /// Of a stream's results.
    channel: Option<Object<'a>>,
}

impl<'a> Payload<'a> {
    /// Checks the whole text and finds out what it is. Any JSON text has a kind, if only [`Kind::Unknown`].
    ///
    /// # Errors
    ///
    /// The text is not JSON: the kind says what was expected, the offset where.
    /// [`ErrorKind::UnexpectedEnd`](crate::ErrorKind::UnexpectedEnd) means that it was cut off.
    #[inline(never)]
    pub fn parse(body: &'a [u8]) -> Result<Payload<'a>, Error> {
        let mut payload = Payload {
            document: Document::empty(),
            kind: Kind::Unknown,
            request_id: None,
            metadata: None,
            results: None,
            channel: None,
        };
        payload.read(body)?;
        Ok(payload)
    }

    /// In place, for a payload is large.
    #[inline(always)]
    fn read(&mut self, body: &'a [u8]) -> Result<(), Error> {
        self.document.read(body, Engine::best())?;
        let mut outline = Outline::EMPTY;
        outline.fill_in(&self.document);
        self.kind = outline.kind();
        self.request_id = outline.request_id().and_then(|value| value.as_str());
        self.metadata = outline.metadata();
        self.results = outline.results;
        self.channel = outline.channel();
        Ok(())
    }

    /// What the payload is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The request that this answers. Failures, `UtteranceEnd` and `SpeechStarted` may not say.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId<'a>> {
        let inner = || self.inner_request_id();
        let found = match self.kind {
            Kind::Transcript | Kind::Analysis | Kind::StreamResults => inner().or(self.request_id),
            _ => self.request_id.or_else(inner),
        };
        found.and_then(read_request_id)
    }

    /// The metadata: of a document or a stream's results, or the closing `Metadata` message itself.
    #[must_use]
    pub fn metadata(&self) -> Option<Metadata<'a>> {
        match self.kind {
            Kind::StreamMetadata => self.object().map(Metadata::of),
            _ => self.inner_metadata(),
        }
    }

    /// The results of a transcript or an analysis.
    #[must_use]
    pub fn results(&self) -> Option<Results<'a>> {
        self.results
    }

    /// The channels of a transcript. The one channel of a stream's results is [`StreamResults::channel`].
    #[must_use]
    pub fn channels(&self) -> List<'a, Channel<'a>> {
        self.results.map_or(List::of(None), |results| results.channels())
    }

    /// The utterances of a transcript.
    #[must_use]
    pub fn utterances(&self) -> List<'a, Utterance<'a>> {
        self.results.map_or(List::of(None), |results| results.utterances())
    }

    /// The best reading of the first channel of a transcript, or of a stream's results.
    #[must_use]
    pub fn alternative(&self) -> Option<Alternative<'a>> {
        self.alternatives().first_channel().next()
    }

    /// The alternatives of every channel of a transcript, or those of a stream's results.
    #[must_use]
    pub fn alternatives(&self) -> Alternatives<'a, '_> {
        match self.kind {
            Kind::StreamResults => Alternatives::of_channel(&self.document, self.channel),
            _ => Alternatives::of_channels(&self.document, self.channels().array()),
        }
    }

    /// The text of [`alternative`](Payload::alternative).
    #[must_use]
    pub fn transcript(&self) -> Option<Str<'a>> {
        self.alternative()?.transcript()
    }

    /// The tags that the submitter gave.
    #[must_use]
    pub fn tags(&self) -> Strings<'a> {
        self.metadata().map_or(Strings::of(None), |metadata| metadata.tags())
    }

    /// The extra pairs that the submitter gave.
    #[must_use]
    pub fn extra(&self) -> Pairs<'a> {
        self.metadata().map_or(Pairs::of(None), |metadata| metadata.extra())
    }

    /// The failure, if this is one.
    #[must_use]
    pub fn failure(&self) -> Option<Failure<'a>> {
        self.view_if(Kind::Failure)
    }

    /// The `Results` message of a stream, if this is one.
    #[must_use]
    pub fn stream_results(&self) -> Option<StreamResults<'a>> {
        self.view_if(Kind::StreamResults)
    }

    /// The `UtteranceEnd` message of a stream, if this is one.
    #[must_use]
    pub fn utterance_end(&self) -> Option<UtteranceEnd<'a>> {
        self.view_if(Kind::StreamUtteranceEnd)
    }

    /// The `SpeechStarted` message of a stream, if this is one.
    #[must_use]
    pub fn speech_started(&self) -> Option<SpeechStarted<'a>> {
        self.view_if(Kind::StreamSpeechStarted)
    }

    /// The `Error` message of a stream, if this is one.
    #[must_use]
    pub fn stream_error(&self) -> Option<StreamError<'a>> {
        self.view_if(Kind::StreamError)
    }

    /// The value at a JSON pointer (RFC 6901), such as `/metadata/extra/job`; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPointer`](crate::ErrorKind::InvalidPointer).
    pub fn pointer(&self, pointer: &str) -> Result<Option<Value<'a>>, Error> {
        self.document.pointer(pointer)
    }

    /// The root object, unless the payload is another JSON value.
    #[must_use]
    pub fn object(&self) -> Option<Object<'a>> {
        self.document.root().as_object()
    }

    /// The validated document.
    #[must_use]
    pub const fn document(&self) -> &Document<'a> {
        &self.document
    }

    /// The metadata object, also where the published schema nests it once more than real documents do.
    fn inner_metadata(&self) -> Option<Metadata<'a>> {
        let object = self.metadata?;
        Some(Metadata::of(object.object("metadata").unwrap_or(object)))
    }

    /// The request id of that object, found in one walk.
    fn inner_request_id(&self) -> Option<Str<'a>> {
        let [nested, id] = self.document.pick(self.metadata?, &WITH_ID);
        match nested.and_then(|value| value.as_object()) {
            Some(nested) => nested.str("request_id"),
            None => id?.as_str(),
        }
    }

    fn view_if<T: View<'a>>(&self, kind: Kind) -> Option<T> {
        if self.kind == kind { self.object().map(T::of) } else { None }
    }
}

/// Ids are hardly ever escaped, but an escaped UUID is the same UUID. Of an escaped foreign id the raw text is taken.
#[inline(never)]
fn read_request_id(text: Str<'_>) -> Option<RequestId<'_>> {
    let raw = RequestId::parse(text.raw()).ok();
    if raw.is_some_and(|id| id.as_bytes().is_some()) {
        return raw;
    }
    let mut decoded = [0; UUID_LENGTH];
    let uuid = text.unescape_into(&mut decoded).ok().and_then(|text| RequestId::parse(text).ok()?.as_bytes().copied());
    uuid.map(RequestId::from_bytes).or(raw)
}

/// The length of a hyphenated UUID.
const UUID_LENGTH: usize = 36;

#[cfg(feature = "serde")]
impl serde::Serialize for Payload<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.root().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_id(body: &str) -> std::string::String {
        let payload = Payload::parse(body.as_bytes()).unwrap();
        std::format!("{}", payload.request_id().unwrap())
    }

    #[test]
    fn of_two_request_ids_the_inner_one_counts_in_results_and_the_outer_one_elsewhere() {
        let ids = r#""request_id":"outer","metadata":{"request_id":"inner"}"#;
        assert_eq!(request_id(&std::format!(r#"{{{ids},"results":{{"channels":[]}}}}"#)), "inner");
        assert_eq!(request_id(&std::format!(r#"{{{ids},"results":{{}}}}"#)), "inner");
        assert_eq!(request_id(&std::format!(r#"{{{ids},"channel_index":[0,1]}}"#)), "inner");
        assert_eq!(request_id(&std::format!(r#"{{{ids},"err_code":"a","err_msg":"b"}}"#)), "outer");
    }

    #[test]
    fn a_pointer_leads_to_what_has_no_getter() {
        let payload = Payload::parse(br#"{"a":[1,{"b":"c"}]}"#).unwrap();
        assert_eq!(payload.pointer("/a/1/b").unwrap().unwrap().as_str().unwrap(), "c");
        assert!(payload.pointer("/a/2").unwrap().is_none());
        assert!(payload.pointer("a").is_err());
    }
}
