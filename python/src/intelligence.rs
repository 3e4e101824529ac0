//! What the text says: summary, topics, intents, sentiments.

use pyo3::prelude::*;
use ringback::payload::{self, View as _};

use crate::list::Item;
use crate::part::view;

view! {
    /// A summary: of speech (`short`), of text (`plain`), or why there is none.
    Summary {
        /// `success` or `failure`.
        result = str("result");
        /// The summary of a transcript.
        short = str("short");
        /// The summary of an analysis.
        plain = str("text");
        /// The summary, in whichever member it stands.
        text = text(|object| payload::Summary::of(object).text());
    }

    /// A summary of the first version (`summarize=v1`): of a part of one alternative.
    SummaryV1 {
        /// Its text.
        summary = str("summary");
        /// The index of the first word that it covers.
        start_word = u64("start_word");
        /// The index after the last word that it covers.
        end_word = u64("end_word");
    }

    /// A part of the text and its topics.
    TopicSegment {
        /// The part.
        text = str("text");
        /// The index of its first word.
        start_word = u64("start_word");
        /// The index after its last word.
        end_word = u64("end_word");
        /// Its topics.
        topics = list(Item::of::<Topic>(), "topics");
    }

    /// A topic.
    Topic {
        /// Its name.
        topic = str("topic");
        /// How sure it is, 0 to 1.
        confidence_score = f64("confidence_score");
    }

    /// Topics of the first version, within one alternative.
    TopicsV1 {
        /// The part of the text.
        text = str("text");
        /// The index of its first word.
        start_word = u64("start_word");
        /// The index after its last word.
        end_word = u64("end_word");
        /// Its topics.
        topics = list(Item::of::<TopicV1>(), "topics");
    }

    /// A topic of the first version.
    TopicV1 {
        /// Its name.
        topic = str("topic");
        /// How sure it is, 0 to 1.
        confidence = f64("confidence");
    }

    /// A part of the text and its intents.
    IntentSegment {
        /// The part.
        text = str("text");
        /// The index of its first word.
        start_word = u64("start_word");
        /// The index after its last word.
        end_word = u64("end_word");
        /// Its intents.
        intents = list(Item::of::<Intent>(), "intents");
    }

    /// An intent.
    Intent {
        /// Its name.
        intent = str("intent");
        /// How sure it is, 0 to 1.
        confidence_score = f64("confidence_score");
    }

    /// The sentiments of the text.
    Sentiments {
        /// The parts of the text.
        segments = list(Item::of::<SentimentSegment>(), "segments");
        /// The sentiment of the whole.
        average = view(Item::of::<Sentiment>(), "average");
    }

    /// A part of the text and its sentiment.
    SentimentSegment {
        /// The part.
        text = str("text");
        /// The index of its first word.
        start_word = u64("start_word");
        /// The index after its last word.
        end_word = u64("end_word");
        /// Positive, neutral or negative.
        sentiment = str("sentiment");
        /// From -1 (negative) to 1 (positive).
        sentiment_score = f64("sentiment_score");
    }

    /// A sentiment.
    Sentiment {
        /// Positive, neutral or negative.
        sentiment = str("sentiment");
        /// From -1 (negative) to 1 (positive).
        sentiment_score = f64("sentiment_score");
    }
}
