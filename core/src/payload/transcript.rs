//! What was said: channels, paragraphs, utterances, search hits, entities.

use super::Alternative;
use super::view::view;

view! {
    /// One channel of the audio.
    Channel {
        /// The alternatives, the best one first; usually one.
        alternatives: list Alternative "alternatives";
        /// What was searched for (`search=`).
        search: list Search "search";
        /// The language that was detected (BCP 47).
        detected_language: str "detected_language";
        /// How sure the detection is, 0 to 1.
        language_confidence: f64 "language_confidence";
    }

    /// The text of an alternative in paragraphs.
    Paragraphs {
        /// The whole text, paragraphs separated by blank lines; may begin with a line feed.
        transcript: str "transcript";
        /// The paragraphs in order.
        paragraphs: list Paragraph "paragraphs";
    }

    /// One paragraph.
    Paragraph {
        /// The sentences in order.
        sentences: list Sentence "sentences";
        /// How many words it has.
        num_words: u64 "num_words";
        /// When it begins, in seconds.
        start: seconds(start_millis) "start";
        /// When it ends, in seconds.
        end: seconds(end_millis) "end";
        /// Who speaks, counted from 0 (`diarize`).
        speaker: u64 "speaker";
    }

    /// One sentence.
    Sentence {
        /// Its text.
        text: str "text";
        /// When it begins, in seconds.
        start: seconds(start_millis) "start";
        /// When it ends, in seconds.
        end: seconds(end_millis) "end";
        /// Positive, neutral or negative.
        sentiment: str "sentiment";
        /// From -1 (negative) to 1 (positive).
        sentiment_score: f64 "sentiment_score";
    }

    /// One turn of speech (`utterances`).
    Utterance {
        /// Its id, a UUID.
        id: str "id";
        /// When it begins, in seconds.
        start: seconds(start_millis) "start";
        /// When it ends, in seconds.
        end: seconds(end_millis) "end";
        /// How sure it is, 0 to 1.
        confidence: f64 "confidence";
        /// The channel, counted from 0.
        channel: u64 "channel";
        /// Its text.
        transcript: str "transcript";
        /// Its words, which the alternatives hold too.
        words: words "words";
        /// Who speaks, counted from 0 (`diarize`).
        speaker: u64 "speaker";
        /// Positive, neutral or negative.
        sentiment: str "sentiment";
        /// From -1 (negative) to 1 (positive).
        sentiment_score: f64 "sentiment_score";
    }

    /// What was found for one search term.
    Search {
        /// The term.
        query: str "query";
        /// Where it was found.
        hits: list Hit "hits";
    }

    /// One place where a search term was found.
    Hit {
        /// How sure it is, 0 to 1.
        confidence: f64 "confidence";
        /// When it begins, in seconds.
        start: seconds(start_millis) "start";
        /// When it ends, in seconds.
        end: seconds(end_millis) "end";
        /// The words there.
        snippet: str "snippet";
    }

    /// A name, a date, an amount, ... (`detect_entities`).
    Entity {
        /// What it is, in capitals, such as `DATE`.
        label: str "label";
        /// Its text; may begin with a space.
        value: str "value";
        /// Its text with formatting.
        raw_value: str "raw_value";
        /// How sure it is, 0 to 1.
        confidence: f64 "confidence";
        /// The index of its first word.
        start_word: u64 "start_word";
        /// The index after its last word.
        end_word: u64 "end_word";
    }
}
