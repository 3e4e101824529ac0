//! The results of a transcript or an analysis.

use super::intelligence::{segments, unwrap_results};
use super::{Channel, IntentSegment, List, Sentiments, Summary, TopicSegment, Utterance, View};
use crate::json::{Array, Document, Names, Object, Value};

static MEMBERS: Names<6> = Names::new(["channels", "utterances", "summary", "topics", "intents", "sentiments"]);

/// The results of a transcript or an analysis. Its members are found once, when the payload is parsed.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    object: Object<'a>,
    channels: Option<Array<'a>>,
    utterances: Option<Array<'a>>,
    summary: Option<Object<'a>>,
    topics: Option<Object<'a>>,
    intents: Option<Object<'a>>,
    sentiments: Option<Object<'a>>,
}

impl<'a> Results<'a> {
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn find(document: &Document<'a>, object: Object<'a>) -> Results<'a> {
        let [channels, utterances, summary, topics, intents, sentiments] = document.pick(object, &MEMBERS);
        let array = |value: Option<Value<'a>>| value.and_then(|value| value.as_array());
        let inner = |value: Option<Value<'a>>| value.and_then(|value| value.as_object());
        Results {
            object,
            channels: array(channels),
            utterances: array(utterances),
            summary: inner(summary),
            topics: inner(topics),
            intents: inner(intents),
            sentiments: inner(sentiments),
        }
    }

    /// The channels of a transcript.
    #[must_use]
    pub fn channels(&self) -> List<'a, Channel<'a>> {
        List::of(self.channels)
    }

    /// The utterances of a transcript, when they were asked for.
    #[must_use]
    pub fn utterances(&self) -> List<'a, Utterance<'a>> {
        List::of(self.utterances)
    }

    /// The summary, flat or nested.
    #[must_use]
    pub fn summary(&self) -> Option<Summary<'a>> {
        self.summary.map(|summary| Summary::of(unwrap_results(summary, "summary")))
    }

    /// The parts of the text with their topics, flat or nested.
    #[must_use]
    pub fn topics(&self) -> List<'a, TopicSegment<'a>> {
        segments(self.topics, "topics")
    }

    /// The parts of the text with their intents, flat or nested.
    #[must_use]
    pub fn intents(&self) -> List<'a, IntentSegment<'a>> {
        segments(self.intents, "intents")
    }

    /// The sentiments of the text, flat or nested.
    #[must_use]
    pub fn sentiments(&self) -> Option<Sentiments<'a>> {
        self.sentiments.map(|sentiments| Sentiments::of(unwrap_results(sentiments, "sentiments")))
    }

    /// The object behind the view: members that have no getter are found here.
    #[must_use]
    pub const fn object(&self) -> Object<'a> {
        self.object
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Results<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object.serialize(serializer)
    }
}
