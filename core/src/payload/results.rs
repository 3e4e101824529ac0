//! The results of a transcript or an analysis.

use super::intelligence::{segments, unwrap_results};
use super::{Channel, IntentSegment, List, Sentiments, Summary, TopicSegment, Utterance, View};
use crate::json::{Array, Document, Names, Object, Value};

static MEMBERS: Names<COUNT> = Names::new(["channels", "utterances", "summary", "topics", "intents", "sentiments"]);

/// Their places among the members.
const CHANNELS: usize = 0;
const UTTERANCES: usize = 1;
const SUMMARY: usize = 2;
const TOPICS: usize = 3;
const INTENTS: usize = 4;
const SENTIMENTS: usize = 5;
const COUNT: usize = 6;

/// The results of a transcript or an analysis. Its members are found once, when the payload is parsed.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    object: Object<'a>,
    found: [Option<Value<'a>>; COUNT],
}

impl<'a> Results<'a> {
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn find(document: &Document<'a>, object: Object<'a>) -> Results<'a> {
        let mut results = Results { object, found: [None; COUNT] };
        document.pick_into(object, &MEMBERS, &mut results.found);
        results
    }

    fn array(&self, place: usize) -> Option<Array<'a>> {
        self.found[place]?.as_array()
    }

    fn inner(&self, place: usize) -> Option<Object<'a>> {
        self.found[place]?.as_object()
    }

    /// The channels of a transcript.
    #[must_use]
    pub fn channels(&self) -> List<'a, Channel<'a>> {
        List::of(self.array(CHANNELS))
    }

    /// The utterances of a transcript, when they were asked for.
    #[must_use]
    pub fn utterances(&self) -> List<'a, Utterance<'a>> {
        List::of(self.array(UTTERANCES))
    }

    /// The summary, flat or nested.
    #[must_use]
    pub fn summary(&self) -> Option<Summary<'a>> {
        self.inner(SUMMARY).map(|summary| Summary::of(unwrap_results(summary, "summary")))
    }

    /// The parts of the text with their topics, flat or nested.
    #[must_use]
    pub fn topics(&self) -> List<'a, TopicSegment<'a>> {
        segments(self.inner(TOPICS), "topics")
    }

    /// The parts of the text with their intents, flat or nested.
    #[must_use]
    pub fn intents(&self) -> List<'a, IntentSegment<'a>> {
        segments(self.inner(INTENTS), "intents")
    }

    /// The sentiments of the text, flat or nested.
    #[must_use]
    pub fn sentiments(&self) -> Option<Sentiments<'a>> {
        self.inner(SENTIMENTS).map(|sentiments| Sentiments::of(unwrap_results(sentiments, "sentiments")))
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
