//! Serde over the views: parts of a payload in types of one's own, and views written back.

use ringback::json::Value as View;
use ringback::{Payload, json::Document};
use ringback_tests::bodies;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a user might want of a transcript.
#[derive(Debug, Deserialize, PartialEq)]
struct Transcript<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    results: Results,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Metadata<'a> {
    request_id: &'a str,
    duration: Option<f64>,
    channels: Option<u8>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Results {
    channels: Vec<Channel>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Channel {
    alternatives: Vec<Alternative>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Alternative {
    transcript: String,
    words: Vec<Word>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Word {
    word: String,
    start: f32,
    speaker: Option<u32>,
}

fn read<'a, T: Deserialize<'a>>(value: View<'a>) -> Option<T> {
    T::deserialize(value).ok()
}

#[test]
fn own_types_are_read_as_serde_json_reads_them() {
    let mut transcripts = 0;
    for (name, body) in bodies() {
        let Ok(payload) = Payload::parse(&body) else { continue };
        let root = payload.document().root();
        let (found, expected) = (read::<Transcript<'_>>(root), serde_json::from_slice::<Transcript<'_>>(&body).ok());
        // Where a whole number is due, 1.0 is one here.
        if expected.is_some() {
            assert_eq!(found, expected, "{name}");
        }
        transcripts += usize::from(found.is_some());
        let metadata = payload.pointer("/metadata").unwrap().and_then(read::<Metadata<'_>>);
        if let Some(found) = &found {
            assert_eq!(metadata.as_ref(), Some(&found.metadata), "{name}");
        }
    }
    assert!(transcripts >= 10, "{transcripts}");
}

#[test]
fn any_value_is_read_as_serde_json_reads_it_and_written_back() {
    let mut compared = 0;
    for (name, body) in bodies() {
        let Ok(document) = Document::parse(&body) else { continue };
        // It refuses lone surrogates and floats that would be infinite; what it reads is read here too.
        let Ok(expected) = serde_json::from_slice::<Value>(&body) else { continue };
        assert_eq!(Value::deserialize(document.root()).expect(&name), expected, "{name}");
        assert_eq!(written(&document.root(), &name), expected, "{name}");
        let payload = Payload::parse(&body).unwrap();
        assert_eq!(written(&payload, &name), expected, "{name}");
        compared += 1;
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn typed_views_are_written_as_the_objects_behind_them() {
    for (name, body) in bodies() {
        let (Ok(payload), Ok(whole)) = (Payload::parse(&body), serde_json::from_slice::<Value>(&body)) else {
            continue;
        };
        if let Some(results) = payload.results() {
            assert_eq!(written(&results, &name), whole["results"], "{name}");
        }
        if let Some(message) = payload.stream_results() {
            assert_eq!(written(&message, &name), whole, "{name}");
        }
        if let Some(failure) = payload.failure() {
            assert_eq!(written(&failure, &name), whole, "{name}");
        }
        for (at, utterance) in payload.utterances().iter().enumerate() {
            assert_eq!(written(&utterance, &name), whole["results"]["utterances"][at], "{name}");
        }
    }
}

fn written(view: &impl Serialize, name: &str) -> Value {
    let text = serde_json::to_string(view).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
