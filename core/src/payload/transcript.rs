//! What was said: channels, alternatives, words, paragraphs, utterances, search hits, entities.

use super::intelligence::{SummaryV1, TopicsV1};
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

    /// One reading of a channel.
    Alternative {
        /// The whole text; empty for silence.
        transcript: str "transcript";
        /// How sure it is, 0 to 1; 0 for silence.
        confidence: f64 "confidence";
        /// The words in order; empty for silence.
        words: list Word "words";
        /// The text in paragraphs (`paragraphs`, `smart_format`).
        paragraphs: view Paragraphs "paragraphs";
        /// What was recognised as a name, a date, an amount, ... (`detect_entities`).
        entities: list Entity "entities";
        /// Summaries of the first version (`summarize=v1`).
        summaries: list SummaryV1 "summaries";
        /// Topics of the first version.
        topics: list TopicsV1 "topics";
        /// Translations, as old documents have them; read them by hand.
        translations: array "translations";
        /// The languages spoken (`language=multi`).
        languages: strings "languages";
    }

    /// One word.
    Word {
        /// The word as recognised.
        word: str "word";
        /// When it begins, in seconds from the start of the audio.
        start: seconds(start_millis) "start";
        /// When it ends, in seconds from the start of the audio.
        end: seconds(end_millis) "end";
        /// How sure it is, 0 to 1.
        confidence: f64 "confidence";
        /// The word with capitals and punctuation (`punctuate`, `smart_format`).
        punctuated_word: str "punctuated_word";
        /// Who speaks, counted from 0 (`diarize`).
        speaker: u64 "speaker";
        /// How sure the speaker is, 0 to 1; a stream's words lack it.
        speaker_confidence: f64 "speaker_confidence";
        /// The language of the word (`language=multi`).
        language: str "language";
        /// Positive, neutral or negative.
        sentiment: str "sentiment";
        /// From -1 (negative) to 1 (positive).
        sentiment_score: f64 "sentiment_score";
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
        words: list Word "words";
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
