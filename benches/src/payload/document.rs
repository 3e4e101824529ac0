//! Documents as the service composes them, out of speech.

use super::json::Json;
use super::speech::{Sentence, Word, speech};
use super::style::Style;
use super::tongue::Lexicon;
use crate::rng::Rng;

/// What is in a transcript.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Words of each channel.
    pub words: usize,
    /// How many channels.
    pub channels: usize,
    /// How many alternatives each has.
    pub alternatives: usize,
    /// How many people speak.
    pub speakers: usize,
    /// Whether words name their speaker.
    pub diarized: bool,
    /// Whether alternatives have paragraphs.
    pub paragraphs: bool,
    /// Whether there are utterances, which hold all words again.
    pub utterances: bool,
}

/// Composes documents of one style in one language or several.
pub struct Author<'a> {
    /// How they are written.
    pub style: &'a Style,
    /// The words.
    pub lexicons: &'a [Lexicon],
    /// What decides the rest.
    pub rng: &'a mut Rng,
}

impl Author<'_> {
    /// A transcript of recorded audio.
    pub fn transcript(&mut self, plan: Plan) -> Json {
        let (mut channels, mut utterances, mut duration) = (Vec::new(), Vec::new(), 0_f64);
        for channel in 0..plan.channels {
            let sentences = speech(plan.words, plan.speakers, 0.08, self.lexicons, self.rng);
            duration = duration.max(sentences.last().map_or(0.0, Sentence::end) + 1.37);
            let alternatives = (0..plan.alternatives).map(|_| self.alternative(&sentences, plan)).collect();
            channels.push(Json::object([("alternatives", Json::Array(alternatives))]));
            if plan.utterances {
                utterances.extend(self.utterances(&sentences, channel));
            }
        }
        let mut results = Json::object([("channels", Json::Array(channels))]);
        if plan.utterances {
            results.push("utterances", Json::Array(utterances));
        }
        if self.style.foreign {
            results.push("quality", Json::object([("noise", Json::Null), ("clipped", Json::Bool(false))]));
        }
        let metadata = self.metadata(duration, plan.channels);
        Json::object([("metadata", metadata), ("results", results)])
    }

    /// One message of a stream.
    pub fn stream_results(&mut self, words: usize) -> Json {
        let start = self.rng.between(0.0, 600.0);
        let sentences = speech(words, 1, start, self.lexicons, self.rng);
        let end = sentences.last().map_or(start, Sentence::end);
        let plan = Plan {
            words,
            channels: 1,
            alternatives: 1,
            speakers: 1,
            diarized: false,
            paragraphs: false,
            utterances: false,
        };
        let alternative = self.alternative(&sentences, plan);
        let settled = self.rng.chance(0.5);
        let mut message = Json::object([
            ("type", Json::text("Results")),
            ("channel_index", Json::Array(vec![Json::count(0), Json::count(1)])),
            ("duration", self.number(end - start)),
            ("start", self.number(start)),
            ("is_final", Json::Bool(settled)),
            ("speech_final", Json::Bool(settled && self.rng.chance(0.5))),
            ("channel", Json::object([("alternatives", Json::Array(vec![alternative]))])),
            (
                "metadata",
                Json::object([
                    ("request_id", Json::text(uuid(self.rng))),
                    ("model_info", model()),
                    ("model_uuid", Json::text(uuid(self.rng))),
                ]),
            ),
            ("from_finalize", Json::Bool(false)),
        ]);
        if self.style.foreign {
            message.push("latency", Json::Null);
        }
        message
    }

    fn metadata(&mut self, duration: f64, channels: usize) -> Json {
        let model_id = uuid(self.rng);
        let hash = format!("{:016x}{:016x}", self.rng.bits(), self.rng.bits()).repeat(2);
        let created = format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            1 + self.rng.below(12),
            1 + self.rng.below(28),
            self.rng.below(24),
            self.rng.below(60),
            self.rng.below(60),
            self.rng.below(1_000)
        );
        let tag = self.lexicons[0].word(self.rng).to_owned();
        let job = format!("{:06x}", self.rng.below(1 << 24));
        Json::object([
            ("transaction_key", Json::text("deprecated")),
            ("request_id", Json::text(uuid(self.rng))),
            ("sha256", Json::text(hash)),
            ("created", Json::text(created)),
            ("duration", self.number(duration)),
            ("channels", Json::count(channels)),
            ("models", Json::Array(vec![Json::text(model_id.as_str())])),
            ("tags", Json::Array(vec![Json::text("production"), Json::text(tag)])),
            ("model_info", Json::Object(vec![(model_id, model())])),
            ("extra", Json::object([("job", Json::text(job))])),
        ])
    }

    fn alternative(&mut self, sentences: &[Sentence], plan: Plan) -> Json {
        let words = self.words(sentences, plan.diarized);
        let mut alternative = Json::object([
            ("transcript", Json::text(texts(sentences))),
            ("confidence", self.fraction(0.9, 1.0)),
            ("words", Json::Array(words)),
        ]);
        if plan.paragraphs {
            alternative.push("paragraphs", self.paragraphs(sentences, plan.diarized));
        }
        alternative
    }

    fn words(&mut self, sentences: &[Sentence], diarized: bool) -> Vec<Json> {
        let said = sentences.iter().flat_map(|sentence| sentence.words.iter().map(move |word| (word, sentence)));
        said.map(|(word, sentence)| self.word(word, diarized.then_some(sentence))).collect()
    }

    fn word(&mut self, word: &Word, sentence: Option<&Sentence>) -> Json {
        let mut json = Json::object([
            ("word", Json::text(word.text.to_lowercase())),
            ("start", self.number(word.start)),
            ("end", self.number(word.end)),
            ("confidence", self.number(word.confidence)),
        ]);
        if let Some(sentence) = sentence {
            json.push("speaker", Json::count(sentence.speaker));
            if self.style.speaker_confidence {
                json.push("speaker_confidence", self.number(sentence.speaker_confidence));
            }
        }
        if self.style.punctuated {
            json.push("punctuated_word", Json::text(word.punctuated.as_str()));
        }
        if self.style.language {
            json.push("language", Json::text("en"));
        }
        if self.style.sentiment {
            json.push("sentiment", Json::text(*self.rng.pick(&["neutral", "neutral", "positive", "negative"])));
            json.push("sentiment_score", self.fraction(-1.0, 1.0));
        }
        if self.style.foreign && self.rng.chance(0.1) {
            json.push("alignment", Json::Array(vec![Json::count(self.rng.below(9)), Json::Null]));
        }
        json
    }

    fn paragraphs(&mut self, sentences: &[Sentence], diarized: bool) -> Json {
        let (mut text, mut paragraphs) = (String::new(), Vec::new());
        for group in turns(sentences, 4) {
            text.push('\n');
            if diarized {
                text.push_str(&format!("Speaker {}: ", group[0].speaker));
            }
            text.push_str(&texts(group));
            text.push('\n');
            let (mut written, mut words) = (Vec::new(), 0);
            for sentence in group {
                words += sentence.words.len();
                written.push(Json::object([
                    ("text", Json::text(sentence.text())),
                    ("start", self.number(sentence.start())),
                    ("end", self.number(sentence.end())),
                ]));
            }
            let mut paragraph = Json::object([("sentences", Json::Array(written))]);
            if diarized {
                paragraph.push("speaker", Json::count(group[0].speaker));
            }
            paragraph.push("num_words", Json::count(words));
            paragraph.push("start", self.number(group[0].start()));
            paragraph.push("end", self.number(group[group.len() - 1].end()));
            paragraphs.push(paragraph);
        }
        Json::object([("transcript", Json::text(text)), ("paragraphs", Json::Array(paragraphs))])
    }

    fn utterances(&mut self, sentences: &[Sentence], channel: usize) -> Vec<Json> {
        let utterance = |group: &[Sentence]| {
            Json::object([
                ("start", self.number(group[0].start())),
                ("end", self.number(group[group.len() - 1].end())),
                ("confidence", self.fraction(0.85, 1.0)),
                ("channel", Json::count(channel)),
                ("transcript", Json::text(texts(group))),
                ("words", Json::Array(self.words(group, true))),
                ("speaker", Json::count(group[0].speaker)),
                ("id", Json::text(uuid(self.rng))),
            ])
        };
        turns(sentences, 3).map(utterance).collect()
    }

    fn number(&mut self, number: f64) -> Json {
        Json::Number(self.style.numbers.write(number, self.rng))
    }

    fn fraction(&mut self, low: f64, high: f64) -> Json {
        let number = self.rng.between(low, high);
        self.number(number)
    }
}

/// Groups of at most so many sentences by one speaker.
fn turns(sentences: &[Sentence], most: usize) -> impl Iterator<Item = &[Sentence]> {
    sentences.chunk_by(|one, next| one.speaker == next.speaker).flat_map(move |turn| turn.chunks(most))
}

fn texts(sentences: &[Sentence]) -> String {
    sentences.iter().map(Sentence::text).collect::<Vec<_>>().join(" ")
}

fn model() -> Json {
    Json::object([
        ("name", Json::text("general-nova-3")),
        ("version", Json::text("2025-04-17.21547")),
        ("arch", Json::text("nova-3")),
    ])
}

/// A UUID of version 7.
fn uuid(rng: &mut Rng) -> String {
    let (high, low) = (rng.bits(), rng.bits());
    format!(
        "019f{:04x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        high & 0xffff,
        (high >> 16) & 0xffff,
        (high >> 32) & 0xfff,
        0x8000 | (high >> 44) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}
