//! What was understood of a text: summary, topics, intents, sentiments. Recordings and texts have them in the same form.

use super::super::dice::Dice;
use super::super::features::Features;
use super::Facts;
use super::json::Json;
use super::speech::{Sentence, WORDS_PER_MINUTE, speech};

/// What `/v1/read` makes of a text that takes so many minutes to read aloud.
pub fn analysis(facts: &Facts<'_>, features: &Features, minutes: f64, dice: &mut Dice) -> Vec<u8> {
    let sentences = speech((minutes.max(0.0) * WORDS_PER_MINUTE) as usize, 1, features.tongue(), dice);
    let mut json = Json::default();
    json.object(|json| {
        json.member("metadata", |json| {
            json.text("request_id", facts.request_id);
            json.text("created", facts.created);
            json.text("language", features.tongue());
            infos(json, features, dice);
        });
        json.member("results", |json| {
            if features.summarize {
                json.member("summary", |json| json.text("text", &summary(&sentences)));
            }
            write(json, &sentences, features, dice);
        });
    });
    json.into_bytes()
}

/// The members of `metadata` that say what models have read.
pub fn infos(json: &mut Json, features: &Features, dice: &mut Dice) {
    let asked = [
        ("summary_info", features.summarize),
        ("sentiment_info", features.sentiment),
        ("topics_info", features.topics),
        ("intents_info", features.intents),
    ];
    for (name, _) in asked.into_iter().filter(|(_, asked)| *asked) {
        json.member(name, |json| {
            json.text("model_uuid", &dice.uuid(None));
            json.count("input_tokens", 100 + dice.below(2_000));
            json.count("output_tokens", 10 + dice.below(200));
        });
    }
}

/// The members of `results` but the summary.
pub fn write(json: &mut Json, sentences: &[Sentence], features: &Features, dice: &mut Dice) {
    if features.topics {
        segments(json, "topics", "topic", sentences, dice, &["Delivery delay", "Customer service", "Weather"]);
    }
    if features.intents {
        segments(json, "intents", "intent", sentences, dice, &["Ask for an order", "Offer help", "Say thanks"]);
    }
    if features.sentiment {
        json.member("sentiments", |json| {
            json.list("segments", |json| {
                for (first, sentence) in numbered(sentences) {
                    json.object(|json| {
                        span(json, first, sentence);
                        sentiment(json, dice);
                    });
                }
            });
            json.member("average", |json| sentiment(json, dice));
        });
    }
}

/// A sentiment and its score.
pub fn sentiment(json: &mut Json, dice: &mut Dice) {
    json.text("sentiment", dice.pick::<&str>(&["neutral", "neutral", "positive", "negative"]));
    json.double("sentiment_score", dice.between(-1.0, 1.0));
}

/// The first words stand for a summary.
pub fn summary(sentences: &[Sentence]) -> String {
    sentences.iter().take(3).map(|sentence| sentence.text(true)).collect::<Vec<_>>().join(" ")
}

fn segments(json: &mut Json, name: &str, one: &str, sentences: &[Sentence], dice: &mut Dice, found: &[&str]) {
    json.member(name, |json| {
        json.list("segments", |json| {
            for (first, sentence) in numbered(sentences).step_by(4) {
                json.object(|json| {
                    span(json, first, sentence);
                    json.list(name, |json| {
                        json.object(|json| {
                            json.text(one, dice.pick::<&str>(found));
                            json.double("confidence_score", dice.between(0.0, 1.0));
                        });
                    });
                });
            }
        });
    });
}

fn span(json: &mut Json, first: usize, sentence: &Sentence) {
    json.text("text", &sentence.text(true));
    json.count("start_word", first);
    json.count("end_word", first + sentence.words.len() - 1);
}

/// Sentences with the number of their first word.
fn numbered(sentences: &[Sentence]) -> impl Iterator<Item = (usize, &Sentence)> {
    sentences.iter().scan(0, |next, sentence| {
        let first = *next;
        *next += sentence.words.len();
        Some((first, sentence))
    })
}
