//! Everything that a payload says, as one JSON value: every getter of every view, under its own name.
//!
//! What is absent is left out, so that two lists of facts are equal only if both say the same and miss the same.

use ringback::json::{Array, Object, Str};
use ringback::payload::{
    Alternative, Channel, ChannelIndex, DiarizeInfo, Entity, Failure, FeatureInfo, Hit, Intent, IntentSegment, List,
    Metadata, Model, Pairs, Paragraph, Paragraphs, Payload, Results, Search, Sentence, Sentiment, SentimentSegment,
    Sentiments, SpeechStarted, StreamError, StreamResults, Strings, Summary, SummaryV1, Topic, TopicSegment, TopicV1,
    TopicsV1, Utterance, UtteranceEnd, View, Warning, Word, Words,
};
use serde_json::{Map, Value, json};

/// What one view says.
pub trait Facts {
    /// Its facts; `None` if there are none because there is no view.
    fn facts(&self) -> Option<Value>;
}

macro_rules! plain {
    ($($type:ty)*) => {
        $(impl Facts for $type {
            fn facts(&self) -> Option<Value> { Some(json!(self)) }
        })*
    };
}

plain! { bool i64 u64 f64 }

impl<T: Facts> Facts for Option<T> {
    fn facts(&self) -> Option<Value> {
        self.as_ref().and_then(Facts::facts)
    }
}

impl Facts for Str<'_> {
    fn facts(&self) -> Option<Value> {
        Some(self.to_cow().into())
    }
}

impl Facts for Strings<'_> {
    fn facts(&self) -> Option<Value> {
        self.is_present().then(|| self.iter().map(|text| Value::from(text.to_cow())).collect())
    }
}

impl Facts for Pairs<'_> {
    fn facts(&self) -> Option<Value> {
        let pairs = self.iter().map(|(name, value)| (name.to_cow().into_owned(), Value::from(value.to_cow())));
        self.is_present().then(|| Value::Object(pairs.collect()))
    }
}

/// What has no views of its own is a fact as it stands.
impl Facts for Array<'_> {
    fn facts(&self) -> Option<Value> {
        serde_json::from_str(self.value().raw()).ok()
    }
}

/// The same.
impl Facts for Object<'_> {
    fn facts(&self) -> Option<Value> {
        serde_json::from_str(self.value().raw()).ok()
    }
}

impl Facts for ChannelIndex {
    fn facts(&self) -> Option<Value> {
        Some(match self.total {
            Some(total) => json!({"index": self.index, "total": total}),
            None => json!({"index": self.index}),
        })
    }
}

impl<'a, T: View<'a> + Facts> Facts for List<'a, T> {
    fn facts(&self) -> Option<Value> {
        self.is_present().then(|| self.iter().filter_map(|item| item.facts()).collect())
    }
}

impl Facts for Words<'_> {
    fn facts(&self) -> Option<Value> {
        self.is_present().then(|| self.iter().filter_map(|word| word.facts()).collect())
    }
}

macro_rules! views {
    ($($view:ident: $($getter:ident)*;)*) => {
        $(impl Facts for $view<'_> {
            fn facts(&self) -> Option<Value> {
                let mut facts = Map::new();
                $(if let Some(fact) = self.$getter().facts() {
                    facts.insert(stringify!($getter).into(), fact);
                })*
                Some(facts.into())
            }
        })*

        /// Every view of an object, and its getters.
        pub const VIEWS: &[(&str, &[&str])] = &[$((stringify!($view), &[$(stringify!($getter)),*])),*];
    };
}

views! {
    Alternative: transcript confidence words paragraphs entities summaries topics translations languages;
    Channel: alternatives search detected_language language_confidence;
    DiarizeInfo: model_uuid arch;
    Entity: label value raw_value confidence start_word end_word;
    Failure: err_code error_code err_msg category details request_id code message;
    FeatureInfo: model_uuid input_tokens output_tokens;
    Hit: confidence start start_millis end end_millis snippet;
    Intent: intent confidence_score;
    IntentSegment: text start_word end_word intents;
    Model: name version arch;
    Paragraph: sentences num_words start start_millis end end_millis speaker;
    Paragraphs: transcript paragraphs;
    Results: channels utterances summary topics intents sentiments;
    Search: query hits;
    Sentence: text start start_millis end end_millis sentiment sentiment_score;
    Sentiment: sentiment sentiment_score;
    SentimentSegment: text start_word end_word sentiment sentiment_score;
    Sentiments: segments average;
    SpeechStarted: timestamp timestamp_millis channel;
    StreamError: description message variant;
    StreamResults: start start_millis duration duration_millis is_final speech_final from_finalize is_interim
        channel_index channel metadata entities;
    Summary: result short plain text;
    SummaryV1: summary start_word end_word;
    Topic: topic confidence_score;
    TopicSegment: text start_word end_word topics;
    TopicV1: topic confidence;
    TopicsV1: text start_word end_word topics;
    Utterance: id start start_millis end end_millis confidence channel transcript words speaker sentiment
        sentiment_score;
    UtteranceEnd: last_word_end last_word_end_millis channel has_time;
    Warning: parameter kind message;
    Word: word start start_millis end end_millis confidence punctuated_word speaker speaker_confidence language
        sentiment sentiment_score;
}

/// The getters of [`Metadata`], whose models have a form of their own.
pub const METADATA: &[&str] = &[
    "request_id",
    "created",
    "duration",
    "duration_millis",
    "channels",
    "sha256",
    "transaction_key",
    "models",
    "language",
    "tags",
    "extra",
    "warnings",
    "diarize_info",
    "summary_info",
    "topics_info",
    "intents_info",
    "sentiment_info",
    "model_uuid",
    "model_info",
];

impl Facts for Metadata<'_> {
    fn facts(&self) -> Option<Value> {
        let models: Vec<Value> = self
            .model_info()
            .map(|(id, model)| match id {
                Some(id) => json!({"id": id.to_cow(), "model": model.facts()}),
                None => json!({"model": model.facts()}),
            })
            .collect();
        let facts = [
            self.request_id().facts(),
            self.created().facts(),
            self.duration().facts(),
            self.duration_millis().facts(),
            self.channels().facts(),
            self.sha256().facts(),
            self.transaction_key().facts(),
            self.models().facts(),
            self.language().facts(),
            self.tags().facts(),
            self.extra().facts(),
            self.warnings().facts(),
            self.diarize_info().facts(),
            self.summary_info().facts(),
            self.topics_info().facts(),
            self.intents_info().facts(),
            self.sentiment_info().facts(),
            self.model_uuid().facts(),
            (!models.is_empty()).then(|| models.into()),
        ];
        let named = METADATA.iter().zip(facts).filter_map(|(name, fact)| Some(((*name).to_owned(), fact?)));
        Some(Value::Object(named.collect()))
    }
}

/// Everything that a payload says.
#[must_use]
pub fn of(payload: &Payload<'_>) -> Value {
    let facts = [
        ("kind", Some(payload.kind().name().into())),
        ("request_id", payload.request_id().map(|id| id.to_string().into())),
        ("transcript", payload.transcript().facts()),
        ("tags", payload.tags().facts()),
        ("extra", payload.extra().facts()),
        ("metadata", payload.metadata().facts()),
        ("results", payload.results().facts()),
        ("stream_results", payload.stream_results().facts()),
        ("utterance_end", payload.utterance_end().facts()),
        ("speech_started", payload.speech_started().facts()),
        ("stream_error", payload.stream_error().facts()),
        ("failure", payload.failure().facts()),
    ];
    Value::Object(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect())
}
