//! The messages of a stream, each of which is a delivery.

use super::super::dice::Dice;
use super::super::features::Features;
use super::Facts;
use super::json::Json;
use super::speech::{Sentence, WORDS_PER_MINUTE, speech};

/// All messages of a stream of so many minutes, in order: speech that starts, an interim and a final result for each
/// sentence, the end of an utterance, and `Metadata` last.
pub fn messages(facts: &Facts<'_>, features: &Features, minutes: f64, dice: &mut Dice) -> Vec<(&'static str, Vec<u8>)> {
    let sentences = speech((minutes.max(0.0) * WORDS_PER_MINUTE) as usize, 2, features.tongue(), dice);
    let model = dice.uuid(None);
    let mut all = Vec::new();
    for sentence in &sentences {
        all.push(("stream.speech_started", event("SpeechStarted", "timestamp", sentence.start())));
        let said = Said { sentence, features, model: &model, facts };
        all.push(("stream.results", said.results(false, dice)));
        all.push(("stream.results", said.results(true, dice)));
        all.push(("stream.utterance_end", event("UtteranceEnd", "last_word_end", sentence.end())));
    }
    let duration = sentences.last().map_or(0.0, Sentence::end);
    all.push(("stream.metadata", metadata(facts, features, &model, duration)));
    all
}

/// A message that holds a moment and no request id.
fn event(name: &str, member: &str, moment: f64) -> Vec<u8> {
    let mut json = Json::default();
    json.object(|json| {
        json.text("type", name);
        json.list("channel", |json| [0, 1].into_iter().for_each(|number| json.item(number)));
        json.single(member, moment);
    });
    json.into_bytes()
}

struct Said<'s> {
    sentence: &'s Sentence,
    features: &'s Features,
    model: &'s str,
    facts: &'s Facts<'s>,
}

impl Said<'_> {
    /// What is recognised of the sentence: the first half of it in the interim.
    fn results(&self, settled: bool, dice: &mut Dice) -> Vec<u8> {
        let all = &self.sentence.words;
        let words = if settled { &all[..] } else { &all[..all.len().div_ceil(2)] };
        let text: Vec<&str> = words
            .iter()
            .map(|word| if self.features.punctuated() { word.punctuated.as_str() } else { word.text.as_str() })
            .collect();
        let mut json = Json::default();
        json.object(|json| {
            json.text("type", "Results");
            json.list("channel_index", |json| [0, 1].into_iter().for_each(|number| json.item(number)));
            json.single("duration", words.last().map_or(0.0, |word| word.end) - self.sentence.start());
            json.single("start", self.sentence.start());
            json.flag("is_final", settled);
            json.flag("speech_final", settled);
            json.member("channel", |json| {
                json.list("alternatives", |json| {
                    json.object(|json| {
                        json.text("transcript", &text.join(" "));
                        json.single("confidence", dice.between(0.9, 1.0));
                        json.list("words", |json| {
                            for word in words {
                                json.object(|json| {
                                    json.text("word", &word.text);
                                    json.single("start", word.start);
                                    json.single("end", word.end);
                                    json.single("confidence", word.confidence);
                                    if self.features.diarize {
                                        json.count("speaker", self.sentence.speaker);
                                    }
                                    if self.features.punctuated() {
                                        json.text("punctuated_word", &word.punctuated);
                                    }
                                });
                            }
                        });
                    });
                });
            });
            json.member("metadata", |json| {
                json.text("request_id", self.facts.request_id);
                json.member("model_info", model_info);
                json.text("model_uuid", self.model);
                if !self.features.extra.is_empty() {
                    json.member("extra", |json| {
                        self.features.extra.iter().for_each(|(key, value)| json.text(key, value));
                    });
                }
            });
            json.flag("from_finalize", false);
        });
        json.into_bytes()
    }
}

fn metadata(facts: &Facts<'_>, features: &Features, model: &str, duration: f64) -> Vec<u8> {
    let mut json = Json::default();
    json.object(|json| {
        json.text("type", "Metadata");
        json.text("transaction_key", "deprecated");
        json.text("request_id", facts.request_id);
        json.text("sha256", "incomplete");
        json.text("created", facts.created);
        json.single("duration", duration);
        json.count("channels", 1);
        json.list("models", |json| json.string(model));
        json.member("model_info", |json| json.member(model, model_info));
        if !features.extra.is_empty() {
            json.member("extra", |json| features.extra.iter().for_each(|(key, value)| json.text(key, value)));
        }
    });
    json.into_bytes()
}

fn model_info(json: &mut Json) {
    json.text("name", "general-nova-3");
    json.text("version", "2025-07-31.0");
    json.text("arch", "nova-3");
}
