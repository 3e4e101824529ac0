//! What was said: results, channels, alternatives, words, paragraphs, utterances, search hits, entities.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use ringback::payload::View as _;

use crate::intelligence::{IntentSegment, Sentiments, Summary, SummaryV1, TopicSegment, TopicsV1};
use crate::list::{Item, List, Rows};
use crate::part::{Got, Part, View, view};
use crate::payload::Payload;
use crate::value;

/// The results of a transcript or an analysis. They were found when the payload was parsed.
#[pyclass(frozen, weakref, module = "ringback")]
pub(crate) struct Results(Py<Payload>);

impl Results {
    /// The results of a payload that has some.
    pub(crate) fn of(payload: Py<Payload>) -> Results {
        Results(payload)
    }

    fn results(&self) -> Option<ringback::payload::Results<'_>> {
        self.0.get().view().results()
    }

    fn segments<'py, T: View>(&self, py: Python<'py>, array: Option<ringback::json::Array<'_>>) -> Got<'py> {
        List::over(py, &self.0, Item::of::<T>(), array)
    }

    fn view<'py, T: View>(&self, py: Python<'py>, object: Option<ringback::json::Object<'_>>) -> Got<'py> {
        object.map(|object| T::make(py, Part::of(py, &self.0, object.value()))).transpose()?.into_bound_py_any(py)
    }
}

#[pymethods]
impl Results {
    /// The channels of a transcript.
    #[getter]
    fn channels<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.segments::<Channel>(py, self.results().and_then(|results| results.channels().array()))
    }

    /// The utterances of a transcript, when they were asked for.
    #[getter]
    fn utterances<'py>(&self, py: Python<'py>) -> Got<'py> {
        let array = self.results().and_then(|results| results.utterances().array());
        Rows::over(py, &self.0, Item::of::<Utterance>(), array)
    }

    /// The summary, flat or nested.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.view::<Summary>(py, self.results().and_then(|results| Some(results.summary()?.object())))
    }

    /// The parts of the text with their topics, flat or nested.
    #[getter]
    fn topics<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.segments::<TopicSegment>(py, self.results().and_then(|results| results.topics().array()))
    }

    /// The parts of the text with their intents, flat or nested.
    #[getter]
    fn intents<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.segments::<IntentSegment>(py, self.results().and_then(|results| results.intents().array()))
    }

    /// The sentiments of the text, flat or nested.
    #[getter]
    fn sentiments<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.view::<Sentiments>(py, self.results().and_then(|results| Some(results.sentiments()?.object())))
    }

    /// The object behind the view as plain Python objects, members that have no attribute included.
    fn to_dict<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.results().map(|results| value::object(py, results.object().value())).transpose()?.into_bound_py_any(py)
    }

    fn __repr__(&self) -> &'static str {
        "<ringback.Results>"
    }
}

view! {
    /// One channel of the audio.
    Channel {
        /// The alternatives, the best one first; usually one.
        alternatives = list(Item::of::<Alternative>(), "alternatives");
        /// What was searched for (`search=`).
        search = list(Item::of::<Search>(), "search");
        /// The language that was detected (BCP 47).
        detected_language = str("detected_language");
        /// How sure the detection is, 0 to 1.
        language_confidence = f64("language_confidence");
    }

    /// One reading of a channel.
    Alternative {
        /// The whole text; empty for silence.
        transcript = str("transcript");
        /// How sure it is, 0 to 1; 0 for silence.
        confidence = f64("confidence");
        /// The words in order; empty for silence.
        words = rows(Item::of::<Word>(), "words");
        /// The text in paragraphs (`paragraphs`, `smart_format`).
        paragraphs = view(Item::of::<Paragraphs>(), "paragraphs");
        /// What was recognised as a name, a date, an amount, ... (`detect_entities`).
        entities = list(Item::of::<Entity>(), "entities");
        /// Summaries of the first version (`summarize=v1`).
        summaries = list(Item::of::<SummaryV1>(), "summaries");
        /// Topics of the first version.
        topics = list(Item::of::<TopicsV1>(), "topics");
        /// Translations, as old documents have them, as plain Python objects.
        translations = plain("translations");
        /// The languages spoken (`language=multi`).
        languages = strings("languages");
    }

    /// One word.
    Word {
        /// The word as recognised.
        word = str("word");
        /// When it begins, in seconds from the start of the audio.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// When it ends, in seconds from the start of the audio.
        end = f64("end");
        /// The same as `end`, in whole milliseconds.
        end_millis = millis("end");
        /// How sure it is, 0 to 1.
        confidence = f64("confidence");
        /// The word with capitals and punctuation (`punctuate`, `smart_format`).
        punctuated_word = str("punctuated_word");
        /// Who speaks, counted from 0 (`diarize`).
        speaker = u64("speaker");
        /// How sure the speaker is, 0 to 1; a stream's words lack it.
        speaker_confidence = f64("speaker_confidence");
        /// The language of the word (`language=multi`).
        language = str("language");
        /// Positive, neutral or negative.
        sentiment = str("sentiment");
        /// From -1 (negative) to 1 (positive).
        sentiment_score = f64("sentiment_score");
    }

    /// The text of an alternative in paragraphs.
    Paragraphs {
        /// The whole text, paragraphs separated by blank lines; may begin with a line feed.
        transcript = str("transcript");
        /// The paragraphs in order.
        paragraphs = list(Item::of::<Paragraph>(), "paragraphs");
    }

    /// One paragraph.
    Paragraph {
        /// The sentences in order.
        sentences = list(Item::of::<Sentence>(), "sentences");
        /// How many words it has.
        num_words = u64("num_words");
        /// When it begins, in seconds.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// When it ends, in seconds.
        end = f64("end");
        /// The same as `end`, in whole milliseconds.
        end_millis = millis("end");
        /// Who speaks, counted from 0 (`diarize`).
        speaker = u64("speaker");
    }

    /// One sentence.
    Sentence {
        /// Its text.
        text = str("text");
        /// When it begins, in seconds.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// When it ends, in seconds.
        end = f64("end");
        /// The same as `end`, in whole milliseconds.
        end_millis = millis("end");
        /// Positive, neutral or negative.
        sentiment = str("sentiment");
        /// From -1 (negative) to 1 (positive).
        sentiment_score = f64("sentiment_score");
    }

    /// One turn of speech (`utterances`).
    Utterance {
        /// Its id, a UUID.
        id = str("id");
        /// When it begins, in seconds.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// When it ends, in seconds.
        end = f64("end");
        /// The same as `end`, in whole milliseconds.
        end_millis = millis("end");
        /// How sure it is, 0 to 1.
        confidence = f64("confidence");
        /// The channel, counted from 0.
        channel = u64("channel");
        /// Its text.
        transcript = str("transcript");
        /// Its words, which the alternatives hold too.
        words = rows(Item::of::<Word>(), "words");
        /// Who speaks, counted from 0 (`diarize`).
        speaker = u64("speaker");
        /// Positive, neutral or negative.
        sentiment = str("sentiment");
        /// From -1 (negative) to 1 (positive).
        sentiment_score = f64("sentiment_score");
    }

    /// What was found for one search term.
    Search {
        /// The term.
        query = str("query");
        /// Where it was found.
        hits = list(Item::of::<Hit>(), "hits");
    }

    /// One place where a search term was found.
    Hit {
        /// How sure it is, 0 to 1.
        confidence = f64("confidence");
        /// When it begins, in seconds.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// When it ends, in seconds.
        end = f64("end");
        /// The same as `end`, in whole milliseconds.
        end_millis = millis("end");
        /// The words there.
        snippet = str("snippet");
    }

    /// A name, a date, an amount, ... (`detect_entities`).
    Entity {
        /// What it is, in capitals, such as `DATE`.
        label = str("label");
        /// Its text; may begin with a space.
        value = str("value");
        /// Its text with formatting.
        raw_value = str("raw_value");
        /// How sure it is, 0 to 1.
        confidence = f64("confidence");
        /// The index of its first word.
        start_word = u64("start_word");
        /// The index after its last word.
        end_word = u64("end_word");
    }
}
