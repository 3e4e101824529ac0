//! The answers to each situation, as the vectors say.

use ringback::policy::{Backing, Keep, Policy, Situation};
use ringback_tests::load;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    memory: Row,
    inbox: Row,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Row {
    status: u16,
    keep: String,
    body: String,
    headers: Vec<(String, String)>,
}

#[test]
fn every_situation_has_its_answer() {
    let cases = load::<Case>("policy");
    assert!(cases.iter().map(|case| case.name.as_str()).eq(Situation::ALL.map(Situation::name)));
    for (case, situation) in cases.into_iter().zip(Situation::ALL) {
        for (backing, expected) in [(Backing::Memory, case.memory), (Backing::Inbox, case.inbox)] {
            let policy = Policy::new(backing);
            let answer = policy.answer(situation);
            let keep = match policy.rule(situation).keep {
                Keep::Nothing => "nothing",
                Keep::Inbox => "inbox",
                Keep::DeadLetter => "dead_letter",
                Keep::Handler => "handler",
                _ => "something new",
            };
            let headers = answer.headers().iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
            let found = Row {
                status: answer.status,
                keep: keep.into(),
                body: answer.body().into(),
                headers: headers.collect(),
            };
            assert_eq!(found, expected, "{situation} with {backing:?}");
        }
    }
}
