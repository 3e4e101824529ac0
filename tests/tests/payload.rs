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

/// Every name of a getter occurs in the facts of one vector at least.
#[test]
fn every_member_is_shown() {
    let mut shown = BTreeSet::new();
    let cases = cases();
    for case in &cases {
        collect(&case.facts, &mut shown);
    }
    let views = facts::VIEWS.iter().flat_map(|(_, getters)| *getters);
    for getter in views.chain(facts::METADATA) {
        assert!(shown.contains(*getter), "{getter}");
    }
}

fn collect<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                names.insert(name);
                collect(member, names);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, names)),
        _ => {}
    }
}
