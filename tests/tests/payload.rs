//! Payloads, as the vectors say: their kind and everything in them.

use std::collections::BTreeSet;

use ringback::Payload;
use ringback::payload::Kind;
use ringback_tests::{Bytes, facts, load, same};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    body: Bytes,
    facts: Value,
}

const TOPICS: &[&str] = &["transcripts", "analyses", "streams", "failures", "unknown"];

fn cases() -> Vec<Case> {
    TOPICS.iter().flat_map(|topic| load(topic)).collect()
}

#[test]
fn a_payload_says_these_things_and_no_others() {
    for case in cases() {
        let body = case.body.bytes();
        let payload = Payload::parse(&body).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let found = facts::of(&payload);
        assert!(same(&found, &case.facts), "{}\nfound    {found}\nexpected {}", case.name, case.facts);
    }
}

#[test]
fn every_kind_but_audio_is_shown() {
    let shown: BTreeSet<String> = cases().iter().map(|case| case.facts["kind"].as_str().unwrap().to_owned()).collect();
    // Audio is no JSON: the contents show it.
    for kind in Kind::ALL.into_iter().filter(|&kind| kind != Kind::Audio) {
        assert!(shown.contains(kind.name()), "{kind}");
    }
}

#[test]
fn every_member_of_every_view_is_shown() {
    let mut shown = BTreeSet::new();
    let cases = cases();
    cases.iter().for_each(|case| collect("Payload", &case.facts, &mut shown));
    for (view, getters) in facts::VIEWS.iter().chain(&[("Metadata", facts::METADATA)]) {
        let missing: Vec<_> = getters.iter().filter(|getter| !shown.contains(&(*view, **getter))).collect();
        assert!(missing.is_empty(), "{view}: {missing:?}");
    }
}

/// Which view a member of a view holds, or a list of.
const CHILDREN: &[(&str, &str, &str)] = &[
    ("Alternative", "entities", "Entity"),
    ("Alternative", "paragraphs", "Paragraphs"),
    ("Alternative", "summaries", "SummaryV1"),
    ("Alternative", "topics", "TopicsV1"),
    ("Alternative", "words", "Word"),
    ("Channel", "alternatives", "Alternative"),
    ("Channel", "search", "Search"),
    ("IntentSegment", "intents", "Intent"),
    ("Metadata", "diarize_info", "DiarizeInfo"),
    ("Metadata", "intents_info", "FeatureInfo"),
    ("Metadata", "model_info", "its id and"),
    ("Metadata", "sentiment_info", "FeatureInfo"),
    ("Metadata", "summary_info", "FeatureInfo"),
    ("Metadata", "topics_info", "FeatureInfo"),
    ("Metadata", "warnings", "Warning"),
    ("Paragraph", "sentences", "Sentence"),
    ("Paragraphs", "paragraphs", "Paragraph"),
    ("Payload", "failure", "Failure"),
    ("Payload", "metadata", "Metadata"),
    ("Payload", "results", "Results"),
    ("Payload", "speech_started", "SpeechStarted"),
    ("Payload", "stream_error", "StreamError"),
    ("Payload", "stream_results", "StreamResults"),
    ("Payload", "utterance_end", "UtteranceEnd"),
    ("Results", "channels", "Channel"),
    ("Results", "intents", "IntentSegment"),
    ("Results", "sentiments", "Sentiments"),
    ("Results", "summary", "Summary"),
    ("Results", "topics", "TopicSegment"),
    ("Results", "utterances", "Utterance"),
    ("Search", "hits", "Hit"),
    ("Sentiments", "average", "Sentiment"),
    ("Sentiments", "segments", "SentimentSegment"),
    ("StreamResults", "channel", "Channel"),
    ("StreamResults", "entities", "Entity"),
    ("StreamResults", "metadata", "Metadata"),
    ("TopicSegment", "topics", "Topic"),
    ("TopicsV1", "topics", "TopicV1"),
    ("Utterance", "words", "Word"),
    ("its id and", "model", "Model"),
];

fn collect<'v>(view: &'static str, value: &'v Value, shown: &mut BTreeSet<(&'static str, &'v str)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                shown.insert((view, name));
                if let Some((.., child)) = CHILDREN.iter().find(|(parent, at, _)| *parent == view && at == name) {
                    collect(child, member, shown);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(view, element, shown)),
        _ => {}
    }
}
