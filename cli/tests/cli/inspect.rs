//! `ringback inspect`.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::server::{Directory, ID, ringback, text, transcript};

fn inspect(input: &[u8], arguments: &[&str]) -> Output {
    let mut child = ringback()
        .arg("inspect")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn json_of(input: &str) -> Value {
    let output = inspect(input.as_bytes(), &["-", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let line = text(&output.stdout);
    assert!(line.ends_with('\n') && line.lines().count() == 1);
    serde_json::from_str(&line).unwrap()
}

#[test]
fn programs_get_the_facts_of_a_transcript() {
    let body = transcript(&ID.to_uppercase(), "hello");
    let expected = json!({
        "kind": "transcript", "request_id": ID, "bytes": body.len(), "channels": 1, "words": 1, "utterances": 0,
        "transcript": "hello", "duration": 25.933313, "tags": ["a", "b"], "extra": {"k": "v"}, "failure": null,
    });
    assert_eq!(json_of(&body), expected);
}

#[test]
fn words_are_those_of_the_first_alternative_of_every_channel() {
    let facts = json_of(
        r#"{"results":{"channels":[
            {"alternatives":[{"transcript":"a b","words":[{},{}]},{"transcript":"x","words":[{},{},{}]}]},
            {"alternatives":[{"transcript":"c","words":[{}]}]},
            {"alternatives":[]}],"utterances":[{},{}]}}"#,
    );
    assert_eq!((&facts["channels"], &facts["words"], &facts["utterances"]), (&json!(3), &json!(3), &json!(2)));
    assert_eq!(facts["transcript"], "a b");
}

#[test]
fn a_message_of_a_stream_has_its_own_words() {
    let facts = json_of(
        r#"{"type":"Results","channel_index":[0,1],"duration":1.5,"start":0,"is_final":true,
            "channel":{"alternatives":[{"transcript":"so","words":[{"word":"so"}]}]},"metadata":{"request_id":"R"}}"#,
    );
    let expected = json!({
        "kind": "stream.results", "request_id": "R", "bytes": facts["bytes"], "channels": 0, "words": 1,
        "utterances": 0, "transcript": "so", "duration": 1.5, "tags": [], "extra": {}, "failure": null,
    });
    assert_eq!(facts, expected);
}

#[test]
fn failures_have_code_and_message() {
    let facts = json_of(r#"{"err_code":"Bad Request","err_msg":"no"}"#);
    assert_eq!(
        (&facts["kind"], &facts["failure"]),
        (&json!("failure"), &json!({"code": "Bad Request", "message": "no"}))
    );
    assert_eq!(json_of(r#"{"category":"X","details":"y"}"#)["failure"], json!({"code": "X", "message": null}));
}

#[test]
fn any_json_is_valid() {
    for input in ["[1]", "1", "\"x\"", " null ", "{}"] {
        let facts = json_of(input);
        assert_eq!((&facts["kind"], &facts["bytes"]), (&json!("unknown"), &json!(input.len())), "{input}");
        assert_eq!((&facts["transcript"], &facts["tags"], &facts["extra"]), (&Value::Null, &json!([]), &json!({})));
    }
}

#[test]
fn what_is_not_valid_is_told_in_one_line() {
    for (input, told) in [
        ("{\n  \"a\": x}", "error: -: expected_value: expected a value at byte 9 (line 2, column 8)\n"),
        ("", "error: -: unexpected_end: the text ends in the middle of a document at byte 0 (line 1, column 1)\n"),
        ("[1]2", "error: -: trailing_data: "),
    ] {
        let output = inspect(input.as_bytes(), &["-"]);
        let errors = text(&output.stderr);
        assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{input}");
        assert!(errors.starts_with(told), "{errors}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn unreadable_files_and_bad_usage_are_told_apart_from_bad_input() {
    for arguments in [&["/nonexistent/file"][..], &["/"], &[], &["--what", "-"], &["-", "-"]] {
        let output = inspect(b"", arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn people_get_a_summary() {
    let directory = Directory::new();
    let file = directory.file("body.json", transcript(ID, "hello"));
    let output = ringback().arg("inspect").arg(file).output().unwrap();
    let prose = text(&output.stdout);
    for part in ["transcript\n", ID, "0:00:26", "k = v", "hello"] {
        assert!(prose.contains(part), "{part}: {prose}");
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let directory = Directory::new();
    let file = directory.file("body.json", transcript(ID, &"word ".repeat(100_000)));
    let mut child = ringback()
        .arg("inspect")
        .arg(file)
        .arg("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}
