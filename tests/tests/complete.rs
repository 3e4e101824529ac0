//! The vectors leave nothing out: every error, every kind, every situation; and every file is read.

use std::collections::BTreeSet;
use std::fs;

use ringback::ErrorKind;
use ringback::payload::Kind;
use ringback::policy::Situation;
use ringback_tests::{TOPICS, directory, load};
use serde_json::Value;

/// Errors that no vector can show, and why.
const NO_ERRORS: &[(&str, &str)] = &[
    ("credentials_unconfigured", "there is no receiver then: `a_receiver_without_credentials_is_refused` shows it"),
    ("route_table_full", "the core borrows its routes: a table of a binding can be full"),
    ("store_unavailable", STORE),
    ("store_busy", STORE),
    ("store_full", STORE),
    ("store_read_only", STORE),
    ("store_corrupt", STORE),
    ("store_replaced", STORE),
    ("store_newer", STORE),
    ("store_remote", STORE),
    ("store_forked", STORE),
    ("store_unmigrated", STORE),
    ("store_unsafe", STORE),
    ("store_url_invalid", STORE),
    ("key_file_unreadable", "the core reads no files: the tests of the receiver over an inbox show it"),
    ("time_out", WAITING),
    ("submission_overdue", WAITING),
    ("job_failed", WAITING),
    ("body_forgotten", WAITING),
    ("spool_full", STORE),
    ("spool_busy", STORE),
    ("spool_unavailable", STORE),
    ("spool_damaged", STORE),
];

const STORE: &str = "only an inbox has a store: its own tests show it";
const WAITING: &str = "only an inbox can be waited for: its own tests show it";

/// Situations that no script of steps can show, and why. The policy has their answers.
const NO_SITUATIONS: &[(&str, &str)] = &[("oversize", "only a server streams a body to disk")];

#[test]
fn every_error_is_shown_or_exempted_for_a_reason() {
    let shown = strings("error", TOPICS);
    let all = ErrorKind::ALL.iter().map(|kind| kind.name());
    assert_shown(all, &shown, NO_ERRORS);
}

#[test]
fn every_situation_is_shown_or_exempted_for_a_reason() {
    let shown = strings("situation", &["situations"]);
    assert_shown(Situation::ALL.into_iter().map(Situation::name), &shown, NO_SITUATIONS);
}

#[test]
fn every_kind_is_read_and_every_kind_is_handled() {
    let read = strings("kind", &["transcripts", "analyses", "streams", "failures", "unknown", "contents"]);
    assert_shown(Kind::ALL.into_iter().map(Kind::name), &read, &[]);
    assert_shown(Kind::ALL.into_iter().map(Kind::name), &strings("kind", &["situations"]), &[]);
}

#[test]
fn every_file_is_a_topic_and_says_so() {
    let mut files: Vec<String> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    files.sort();
    let mut topics = TOPICS.to_vec();
    topics.sort();
    assert_eq!(files, topics);
    let readme = fs::read_to_string(directory().join("README.md")).unwrap();
    for topic in topics {
        assert!(readme.contains(&format!("`{topic}.json`")), "{topic} is not described");
    }
}

#[test]
fn every_case_has_a_name_of_its_own() {
    for topic in TOPICS {
        let mut names = BTreeSet::new();
        for case in load::<Value>(topic) {
            let name = case["name"].as_str().unwrap_or_else(|| panic!("{topic}: a case without a name")).to_owned();
            assert!(names.insert(name.clone()), "{topic}: {name}");
        }
    }
}

fn assert_shown<'k>(all: impl Iterator<Item = &'k str>, shown: &BTreeSet<String>, exempted: &[(&str, &str)]) {
    for name in all {
        let reason = exempted.iter().find(|(exempt, _)| *exempt == name).map(|(_, reason)| reason);
        assert_ne!(shown.contains(name), reason.is_some(), "{name}: {reason:?}");
    }
}

/// Every string that stands under this name anywhere in the vectors of these topics.
fn strings(name: &str, topics: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for topic in topics {
        load::<Value>(topic).iter().for_each(|case| collect(case, name, &mut found));
    }
    found
}

fn collect(value: &Value, wanted: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == wanted => found.extend([text.clone()]),
                    _ => collect(member, wanted, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, wanted, found)),
        _ => {}
    }
}
