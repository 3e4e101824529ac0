//! The official SDKs submit to the simulator, and what they asked for arrives.

use std::process::Command;

use ringback_chain::{Directory, Program, node, python, ringback, run, serve, text};
use serde_json::Value;

/// What the script of an SDK says, by name; and the events of the server that the callbacks went to.
fn submit(script: &mut Command) -> (Vec<Value>, Vec<Value>) {
    let directory = Directory::new();
    let server = Program::start(serve(&directory).args(["--basic", "hook:secret"]), directory.path("events"));
    let mut simulate = ringback();
    simulate.args(["simulate", "--listen", "127.0.0.1:0", "--any-port", "--count", "4", "--minutes", "0.1", "--json"]);
    let mut simulator = Program::start(&mut simulate, directory.path("verdict"));
    let callback = server.url.replace("//", "//hook:secret@");
    let printed = run(script.args([&simulator.url, &callback]));
    assert_eq!(printed.code, Some(0), "{}", printed.errors);
    // After four submissions the simulator ends by itself.
    simulator.finish();
    let verdict: Value = serde_json::from_str(text(simulator.out()).lines().last().unwrap()).unwrap();
    assert_eq!((&verdict["delivered"], &verdict["lost"]), (&4.into(), &0.into()), "{verdict}");
    // What it has kept it hands over before it ends.
    let events = server.out().to_owned();
    server.stop();
    let events = text(&events);
    (printed.lines(), events.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn check((said, events): (Vec<Value>, Vec<Value>)) {
    let names: Vec<&str> = said.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["listen", "file", "read", "speak", "refused"]);
    let event = |name: &str| {
        let id = &said.iter().find(|line| line["name"] == name).unwrap()["request_id"];
        assert!(id.is_string());
        events.iter().find(|event| event["request_id"] == *id).unwrap_or_else(|| panic!("{name}: {events:?}"))
    };
    let listen = event("listen");
    assert_eq!(
        (&listen["kind"], &listen["tags"], &listen["extra"]["k"]),
        (&"transcript".into(), &serde_json::json!(["one", "two"]), &"v w".into())
    );
    assert!(listen.pointer("/payload/results/utterances/0/words/0/speaker").is_some(), "{listen}");
    assert_eq!(event("file")["kind"], "transcript");
    let read = event("read");
    assert_eq!(read["kind"], "analysis");
    assert!(
        read.pointer("/payload/results/topics/segments").is_some()
            && read.pointer("/payload/results/summary/text").is_some()
    );
    assert_eq!(events.iter().filter(|event| event["kind"] == "audio").count(), 1);
    let refused = &said[4];
    assert_eq!((&refused["status"], &refused["body"]["err_msg"]), (&400.into(), &"Invalid query string.".into()));
}

#[test]
fn the_python_sdk_submits_and_its_callbacks_arrive() {
    check(submit(&mut python("sdk/submit.py")));
}

#[test]
fn the_javascript_sdk_submits_and_its_callbacks_arrive() {
    check(submit(&mut node("sdk/submit.cjs")));
}
