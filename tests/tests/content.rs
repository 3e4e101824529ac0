//! What a body is, as the vectors say.

use ringback::Head;
use ringback::gate::Content;
use ringback_tests::setup::{START, Setup};
use ringback_tests::{Bytes, Failed, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    setup: Setup,
    headers: Vec<(String, String)>,
    body: Bytes,
    content: String,
    kind: String,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn a_body_is_json_text_audio_incomplete_or_malformed() {
    for case in load::<Case>("contents") {
        let head = Head::new("POST", "/hook");
        let head = head.headers(case.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let body = case.body.bytes();
        let check = |gate: &ringback::Gate<'_>| {
            let delivery = gate.examine(gate.admit(&head, START).unwrap(), &head, &body).unwrap();
            let (content, error) = match delivery.content {
                Content::Json(_) => ("json", None),
                Content::Text(_) => ("text", None),
                Content::Audio(_) => ("audio", None),
                Content::Incomplete(_, error) => ("incomplete", Some(error)),
                Content::Malformed(_, error) => ("malformed", Some(error)),
                _ => ("of another sort", None),
            };
            assert_eq!(delivery.content.bytes(), body);
            (content, delivery.kind.name(), error.map(Failed::of))
        };
        let expected = case.error.map(|error| Failed { error, offset: case.offset.expect("an offset") });
        let found = case.setup.with(|receiver| check(receiver.gate())).expect(&case.name);
        assert_eq!(found, (&*case.content, &*case.kind, expected), "{}", case.name);
    }
}
