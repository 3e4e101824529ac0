//! The transcript of a recording.

use super::super::dice::Dice;
use super::super::features::Features;
use super::Facts;
use super::json::Json;
use super::speech::{Sentence, WORDS_PER_MINUTE, Word, speech};
use super::understanding;

/// A transcript of so many minutes, with the features that were asked for.
pub fn write(facts: &Facts<'_>, features: &Features, minutes: f64, dice: &mut Dice) -> Vec<u8> {
    let words = (minutes.max(0.0) * WORDS_PER_MINUTE) as usize;
    let channels = if features.multichannel { 2 } else { 1 };
    let speakers = if features.diarize { 2 + dice.below(3) } else { 1 };
    let said: Vec<Vec<Sentence>> =
        (0..channels).map(|_| redacted(speech(words, speakers, features.tongue(), dice), features)).collect();
    let end = said.iter().filter_map(|sentences| sentences.last()).map(Sentence::end).fold(0.0, f64::max);
    let mut json = Json::default();
    json.object(|json| {
        json.member("metadata", |json| metadata(json, facts, features, end + 1.37, channels, dice));
        json.member("results", |json| {
            json.list("channels", |json| {
                for sentences in &said {
                    json.object(|json| channel(json, sentences, features, dice));
                }
            });
            if features.utterances {
                json.list("utterances", |json| {
                    for (channel, sentences) in said.iter().enumerate() {
                        sentences.iter().for_each(|sentence| utterance(json, sentence, channel, features, dice));
                    }
                });
            }
            if features.summarize {
                json.member("summary", |json| {
                    json.text("result", "success");
                    json.text("short", &understanding::summary(&said[0]));
                });
            }
            understanding::write(json, &said[0], features, dice);
        });
    });
    json.into_bytes()
}

fn metadata(json: &mut Json, facts: &Facts<'_>, features: &Features, duration: f64, channels: usize, dice: &mut Dice) {
    let model = dice.uuid(None);
    json.text("transaction_key", "deprecated");
    json.text("request_id", facts.request_id);
    json.text("sha256", &(0..4).map(|_| format!("{:016x}", dice.bits())).collect::<String>());
    json.text("created", facts.created);
    json.double("duration", (duration * 1e6).round() / 1e6);
    json.count("channels", channels);
    json.list("models", |json| json.string(&model));
    json.member("model_info", |json| {
        json.member(&model, |json| {
            json.text("name", "general-nova-3");
            json.text("version", "2025-07-31.0");
            json.text("arch", "nova-3");
        });
    });
    understanding::infos(json, features, dice);
    if !features.tags.is_empty() {
        json.list("tags", |json| features.tags.iter().for_each(|tag| json.string(tag)));
    }
    if !features.extra.is_empty() {
        json.member("extra", |json| features.extra.iter().for_each(|(key, value)| json.text(key, value)));
    }
}

fn channel(json: &mut Json, sentences: &[Sentence], features: &Features, dice: &mut Dice) {
    if !features.search.is_empty() {
        json.list("search", |json| {
            for query in &features.search {
                json.object(|json| search(json, query, sentences, dice));
            }
        });
    }
    json.list("alternatives", |json| {
        for _ in 0..=features.alternatives {
            json.object(|json| alternative(json, sentences, features, dice));
        }
    });
    if features.detect_language {
        json.text("detected_language", features.tongue());
        json.single("language_confidence", dice.between(0.8, 1.0));
    }
}

fn alternative(json: &mut Json, sentences: &[Sentence], features: &Features, dice: &mut Dice) {
    let text = sentences.iter().map(|sentence| sentence.text(features.punctuated())).collect::<Vec<_>>().join(" ");
    json.text("transcript", &text);
    json.single("confidence", if sentences.is_empty() { 0.0 } else { dice.between(0.9, 1.0) });
    json.list("words", |json| {
        for sentence in sentences {
            sentence.words.iter().for_each(|word| write_word(json, word, sentence.speaker, features, dice));
        }
    });
    if features.has_paragraphs() && !sentences.is_empty() {
        json.member("paragraphs", |json| paragraphs(json, sentences, features));
    }
    if features.detect_entities {
        json.list("entities", |json| entities(json, sentences, dice));
    }
    if features.language.as_deref() == Some("multi") {
        json.list("languages", |json| {
            let mut seen = Vec::new();
            for word in sentences.iter().flat_map(|sentence| &sentence.words) {
                if !seen.contains(&word.language) {
                    seen.push(word.language);
                    json.string(word.language);
                }
            }
        });
    }
}

/// One word, as recordings have it and, without the speaker's confidence, streams.
fn write_word(json: &mut Json, word: &Word, speaker: usize, features: &Features, dice: &mut Dice) {
    json.object(|json| {
        json.text("word", &word.text);
        json.single("start", word.start);
        json.single("end", word.end);
        json.single("confidence", word.confidence);
        if features.diarize {
            json.count("speaker", speaker);
            json.single("speaker_confidence", dice.between(0.3, 1.0));
        }
        if features.punctuated() {
            json.text("punctuated_word", &word.punctuated);
        }
        if features.language.as_deref() == Some("multi") {
            json.text("language", word.language);
        }
        if features.sentiment {
            understanding::sentiment(json, dice);
        }
    });
}

fn paragraphs(json: &mut Json, sentences: &[Sentence], features: &Features) {
    // Up to five sentences of one speaker are a paragraph.
    let mut groups: Vec<&[Sentence]> = Vec::new();
    for turn in sentences.chunk_by(|a, b| a.speaker == b.speaker) {
        groups.extend(turn.chunks(5));
    }
    let text: Vec<String> = groups
        .iter()
        .map(|group| {
            let text = group.iter().map(|sentence| sentence.text(true)).collect::<Vec<_>>().join(" ");
            if features.diarize { format!("\nSpeaker {}: {text}", group[0].speaker) } else { text }
        })
        .collect();
    json.text("transcript", &text.join(if features.diarize { "\n" } else { "\n\n" }));
    json.list("paragraphs", |json| {
        for group in groups {
            json.object(|json| {
                json.list("sentences", |json| {
                    for sentence in group {
                        json.object(|json| {
                            json.text("text", &sentence.text(true));
                            json.single("start", sentence.start());
                            json.single("end", sentence.end());
                        });
                    }
                });
                if features.diarize {
                    json.count("speaker", group[0].speaker);
                }
                json.count("num_words", group.iter().map(|sentence| sentence.words.len()).sum());
                json.single("start", group[0].start());
                json.single("end", group[group.len() - 1].end());
            });
        }
    });
}

fn utterance(json: &mut Json, sentence: &Sentence, channel: usize, features: &Features, dice: &mut Dice) {
    json.object(|json| {
        json.single("start", sentence.start());
        json.single("end", sentence.end());
        json.single("confidence", dice.between(0.8, 1.0));
        json.count("channel", channel);
        json.text("transcript", &sentence.text(features.punctuated()));
        json.list("words", |json| {
            sentence.words.iter().for_each(|word| write_word(json, word, sentence.speaker, features, dice));
        });
        if features.diarize {
            json.count("speaker", sentence.speaker);
        }
        if features.sentiment {
            understanding::sentiment(json, dice);
        }
        json.text("id", &dice.uuid(None));
    });
}

fn search(json: &mut Json, query: &str, sentences: &[Sentence], dice: &mut Dice) {
    json.text("query", query);
    json.list("hits", |json| {
        for sentence in sentences.iter().take(10) {
            json.object(|json| {
                json.single("confidence", dice.between(0.0, 1.0));
                json.single("start", sentence.start());
                json.single("end", sentence.end());
                json.text("snippet", &sentence.text(false));
            });
        }
    });
}

fn entities(json: &mut Json, sentences: &[Sentence], dice: &mut Dice) {
    let mut first = 0;
    for sentence in sentences {
        // One sentence in four names something.
        if dice.chance(0.25) {
            json.object(|json| {
                json.text("label", dice.pick::<&str>(&["NAME", "DATE", "LOCATION", "ORGANIZATION"]));
                json.text("value", &sentence.words[0].text);
                json.single("confidence", dice.between(0.6, 1.0));
                json.count("start_word", first);
                json.count("end_word", first + 1);
            });
        }
        first += sentence.words.len();
    }
}

/// Where redaction is asked for, the second word of every third sentence is taken for a number.
fn redacted(mut sentences: Vec<Sentence>, features: &Features) -> Vec<Sentence> {
    if features.redact {
        for (number, sentence) in sentences.iter_mut().step_by(3).enumerate() {
            if let Some(word) = sentence.words.get_mut(1) {
                word.text = format!("[NUMBER_{}]", number + 1);
                word.punctuated.clone_from(&word.text);
            }
        }
    }
    sentences
}
