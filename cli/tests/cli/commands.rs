//! The commands that look into a store, for people and for programs.

use std::process::Output;

use serde_json::{Value, json};

use crate::server::{Directory, ID, PAIR, Server, curl, eventually, key_file, ringback, text, transcript};

/// A server that keeps and does not handle, which lets [`PAIR`] and the tickets of its keys in.
fn keeper(arguments: &[&str]) -> Server {
    Server::with_tickets(&[&["--basic", PAIR, "--workers", "0"], arguments].concat())
}

fn objects(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

#[track_caller]
fn object(output: &Output) -> Value {
    let mut all = objects(output);
    assert_eq!(all.len(), 1, "{output:?}");
    all.remove(0)
}

#[track_caller]
fn ends(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
}

fn members(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Announces a submission; its id and its ticket.
fn expect(server: &Server, job: &str) -> (String, String) {
    let output = server.ringback(&["expect", "--job", job, "--ticket-keys", "keys", "--json"]);
    ends(&output, 0);
    let said = object(&output);
    (said["submission"].as_str().unwrap().to_owned(), said["ticket"].as_str().unwrap().to_owned())
}

fn post(server: &Server, ticket: &str, body: &str) -> u16 {
    curl(&["-u", ticket, "-H", "content-type: application/json", "-d", body, &server.url()]).status
}

#[test]
fn expect_gives_a_url_that_delivers() {
    let server = keeper(&[]);
    let arguments = ["expect", "--job", "call-42", "--ticket-keys", "keys", "--base", "https://example.com/hook"];
    let output = server.ringback(&arguments);
    ends(&output, 0);
    let (url, said) = (text(&output.stdout), text(&output.stderr));
    let id = said.trim().strip_prefix("submission ").unwrap();
    let ticket = url.trim().strip_prefix("https://").unwrap().strip_suffix("@example.com/hook").unwrap();
    assert_eq!(post(&server, ticket, &transcript(ID, "hello")), 200);
    let found = object(&server.ringback(&["result", "--submission", id, "--json"]));
    assert_eq!((&found["job"], &found["transcript"]), (&json!("call-42"), &json!("hello")));
    assert_eq!(found["submission"], id);

    let query = server.ringback(&[&arguments[..], &["--query"]].concat());
    assert!(text(&query.stdout).starts_with("https%3A%2F%2Fr1.d."));
    let said = object(&server.ringback(&[&arguments[..], &["--json", "--deadline", "never"]].concat()));
    assert_eq!(members(&said), ["arrived", "deadline", "job", "submission", "ticket", "url", "v"]);
    assert_eq!((&said["deadline"], &said["arrived"], &said["v"]), (&Value::Null, &json!("no"), &json!(1)));
    assert!(said["url"].as_str().unwrap().contains(said["ticket"].as_str().unwrap()));
}

#[test]
fn expect_refuses_what_deepgram_would_refuse_and_announces_nothing() {
    let server = keeper(&[]);
    let base = ["expect", "--ticket-keys", "keys"];
    for more in [
        &["--job", "a b"][..],
        &["--job", "j", "--base", "https://example.com:3000/"],
        &["--job", "j", "--base", "https://user:marker@example.com/"],
        &["--job", "j", "--life", "31d"],
        &["--job", "j", "--deadline", "soon"],
        &["--job", "j", "--query"],
        &["--job", "j", "--request-id", ID],
        &["--job", "j", "--request-id", "a b", "--sender", "hook"],
        &["--job", "j", "--store", "memory"],
        &["--job", "j", "--store", "file"],
        &[],
    ] {
        let output = server.ringback(&[&base[..], more].concat());
        ends(&output, 2);
        assert!(output.stdout.is_empty() && !text(&output.stderr).contains("marker"), "{more:?}: {output:?}");
    }
    let output = ringback().args(["expect", "--job", "j"]).current_dir(Directory::new().path()).output().unwrap();
    ends(&output, 2);
    assert!(text(&output.stderr).contains("there is no ticket key"), "{output:?}");
    assert_eq!(objects(&server.ringback(&["pending", "--json"])), [] as [Value; 0]);
}

#[test]
fn a_result_is_found_by_each_of_its_names() {
    let server = keeper(&[]);
    let (submission, ticket) = expect(&server, "call-42");
    assert_eq!(post(&server, &ticket, &transcript(ID, "hello")), 200);
    let bound =
        server.ringback(&["expect", "--job", "call-43", "--request-id", &ID.replace('1', "2"), "--sender", "hook"]);
    ends(&bound, 0);
    assert!(bound.stdout.is_empty(), "there is no ticket to print");
    assert_eq!(server.post(&transcript(&ID.replace('1', "2"), "goodbye")).status, 200);
    for (by, said) in [
        (["--submission", &submission], "hello"),
        (["--job", "call-42"], "hello"),
        (["--job", "call-43"], "goodbye"),
        (["--request-id", &ID.replace('1', "2")], "goodbye"),
    ] {
        let output = server.ringback(&[&["result", "--json"], &by[..]].concat());
        ends(&output, 0);
        let found = object(&output);
        assert_eq!((&found["event"], &found["transcript"]), (&json!("result"), &json!(said)), "{by:?}");
        assert_eq!((&found["segments"], &found["kind"]), (&json!([]), &json!("transcript")));
    }
    let prose = text(&server.ringback(&["result", "--job", "call-42"]).stdout);
    assert!(prose.starts_with("kind        transcript\n") && prose.ends_with("\nhello\n"), "{prose}");
    let raw = server.ringback(&["result", "--job", "call-42", "--raw"]);
    assert_eq!(text(&raw.stdout), transcript(ID, "hello"));
}

#[test]
fn a_result_is_waited_for_in_another_process() {
    let server = keeper(&[]);
    let (_, ticket) = expect(&server, "call-42");
    let waiting = ringback()
        .args(["result", "--job", "call-42", "--wait", "20s", "--json"])
        .current_dir(server.directory.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(post(&server, &ticket, &transcript(ID, "hello")), 200);
    let output = waiting.wait_with_output().unwrap();
    ends(&output, 0);
    assert_eq!(object(&output)["transcript"], "hello");
}

#[test]
fn what_has_not_come_and_what_will_not_come_are_told_apart() {
    let server = keeper(&[]);
    let (submission, ticket) = expect(&server, "call-42");
    for arguments in [
        &["--job", "call-42"][..],
        &["--submission", &submission, "--wait", "10ms"],
        &["--job", "nobody"],
        &["--request-id", ID],
        &["--submission", &"0".repeat(24)],
    ] {
        let output = server.ringback(&[&["result"], arguments].concat());
        ends(&output, 1);
        assert!(output.stdout.is_empty() && text(&output.stderr).starts_with("error: "), "{arguments:?}");
    }
    for arguments in
        [&["--submission", "0"][..], &[], &["--job", "a", "--request-id", "b"], &["--job", "a", "--wait", "x"]]
    {
        ends(&server.ringback(&[&["result"], arguments].concat()), 2);
    }
    assert_eq!(post(&server, &ticket, r#"{"err_code":"BAD","err_msg":"no audio"}"#), 200);
    let failed = server.ringback(&["result", "--job", "call-42", "--json"]);
    ends(&failed, 4);
    let said = object(&failed);
    assert_eq!((&said["kind"], &said["failure"]), (&json!("failure"), &json!({"code": "BAD", "message": "no audio"})));

    let late = ["expect", "--job", "late", "--ticket-keys", "keys", "--deadline", "0s"];
    ends(&server.ringback(&late), 0);
    ends(&server.ringback(&["result", "--job", "late"]), 4);
}

#[test]
fn the_result_of_a_stream_has_its_segments_in_order() {
    let server = keeper(&[]);
    let output = server.ringback(&["expect", "--job", "live", "--use", "stream", "--ticket-keys", "keys"]);
    let ticket = text(&output.stdout).trim().to_owned();
    let piece = |start: u32, text: &str| {
        format!(
            r#"{{"type":"Results","start":{start}.0,"duration":1.0,"is_final":true,"channel":{{"alternatives":[{{"transcript":"{text}","words":[]}}]}},"metadata":{{"request_id":"{ID}"}}}}"#
        )
    };
    assert_eq!(post(&server, &ticket, &piece(5, "world")), 200);
    assert_eq!(post(&server, &ticket, &piece(1, "hello")), 200);
    ends(&server.ringback(&["result", "--job", "live"]), 1);
    let closing = format!(
        r#"{{"type":"Metadata","transaction_key":"deprecated","request_id":"{ID}","sha256":"00","created":"2026-01-01T00:00:00Z","duration":6.0,"channels":1}}"#
    );
    assert_eq!(post(&server, &ticket, &closing), 200);
    let output = server.ringback(&["result", "--job", "live", "--json"]);
    ends(&output, 0);
    let found = object(&output);
    let starts: Vec<_> = found["segments"].as_array().unwrap().iter().map(|piece| piece["start"].as_f64()).collect();
    assert_eq!(starts, [Some(1.0), Some(5.0)]);
    let prose = text(&server.ringback(&["result", "--job", "live"]).stdout);
    assert!(prose.ends_with("hello\nworld\n"), "{prose}");
}

#[test]
fn pending_lists_what_is_awaited_and_what_waits() {
    let server = keeper(&[]);
    let nothing = server.ringback(&["pending"]);
    ends(&nothing, 0);
    assert_eq!(text(&nothing.stdout), "nothing is pending\n");
    let (submission, _) = expect(&server, "call-42");
    ends(&server.ringback(&["expect", "--job", "late", "--ticket-keys", "keys", "--deadline", "0s"]), 0);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let all = objects(&server.ringback(&["pending", "--json"]));
    let find = |what: &str, name: &str, value: &str| {
        all.iter().find(|row| row["what"] == what && row[name] == value).unwrap_or_else(|| panic!("{what}: {all:?}"))
    };
    let awaited = find("submission", "submission", &submission);
    assert_eq!(
        members(awaited),
        ["arrived", "context", "deadline", "job", "overdue", "request_id", "since", "submission", "v", "what"]
    );
    assert_eq!((&awaited["overdue"], &awaited["arrived"]), (&json!(false), &json!("no")));
    find("submission", "job", "late");
    let delivery = find("delivery", "state", "ready");
    assert_eq!(
        members(delivery),
        [
            "attempts_seen",
            "bytes",
            "content_type",
            "failures",
            "fence",
            "has_body",
            "id",
            "job",
            "kind",
            "late",
            "reason",
            "request_id",
            "sender",
            "state",
            "submission",
            "tags",
            "time",
            "v",
            "what"
        ]
    );
    assert_eq!((&delivery["kind"], &delivery["tags"]), (&json!("transcript"), &json!(["a", "b"])));
    let prose = text(&server.ringback(&["pending"]).stdout);
    let heads: Vec<_> = prose.lines().filter(|line| line.ends_with("STATE")).collect();
    assert_eq!(heads.len(), 2, "{prose}");
    assert!(prose.contains("call-42") && prose.contains("ready"), "{prose}");
}

#[test]
fn dead_letters_are_listed_shown_and_replayed() {
    let server = Server::start(&["--exec", "sh -c 'exit $(cat code)'"]);
    assert_eq!(text(&server.ringback(&["dead"]).stdout), "there are no dead letters\n");
    server.directory.file("code", "65\n");
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    eventually(|| !objects(&server.ringback(&["dead", "--json"])).is_empty());
    let letter = object(&server.ringback(&["dead", "--json"]));
    assert_eq!((&letter["reason"], &letter["state"]), (&json!("failed"), &json!("dead")));
    let id = letter["id"].as_str().unwrap();
    assert!(text(&server.ringback(&["dead"]).stdout).contains(id));
    assert_eq!(object(&server.ringback(&["dead", id, "--json"])), letter);
    assert_eq!(text(&server.ringback(&["dead", id, "--raw"]).stdout), transcript(ID, "hello"));
    let prose = text(&server.ringback(&["dead", id]).stdout);
    assert!(prose.starts_with("reason    failed\n") && prose.ends_with("\nhello\n"), "{prose}");

    server.directory.file("code", "0\n");
    let replayed = server.ringback(&["replay", id, "--json"]);
    ends(&replayed, 0);
    assert_eq!(object(&replayed), json!({"v": 1, "id": id, "replay": "replayed"}));
    let line = server.line();
    assert_eq!((&line["id"], &line["transcript"]), (&letter["id"], &json!("hello")));
    assert!(line["fence"].as_u64() > letter["fence"].as_u64(), "{line}");
    ends(&server.ringback(&["dead", id]), 1);
}

#[test]
fn replay_says_of_each_id_what_became_of_it() {
    let server = keeper(&[]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let waiting = object(&server.ringback(&["pending", "--json"]))["id"].as_str().unwrap().to_owned();
    let unknown = "0".repeat(32);
    let output = server.ringback(&["replay", &waiting, &unknown, "--json"]);
    ends(&output, 1);
    let said: Vec<_> = objects(&output).into_iter().map(|said| said["replay"].clone()).collect();
    assert_eq!(said, ["pending", "unknown"]);
    assert!(text(&server.ringback(&["replay", &waiting]).stdout).contains("nobody has handled it yet"));
    for arguments in [&["replay"][..], &["replay", "0"], &["dead", "xyz"], &["dead", "--raw"]] {
        ends(&server.ringback(arguments), 2);
    }
    ends(&server.ringback(&["dead", &unknown]), 1);
}

#[test]
fn what_is_forgotten_leaves_no_trace() {
    let server = keeper(&[]);
    let arguments = ["expect", "--job", "marker-job", "--ticket-keys", "keys", "--context", "marker-context"];
    let ticket = text(&server.ringback(&arguments).stdout).trim().to_owned();
    let body = transcript(ID, "marker-text").replace(r#""a","b""#, r#""marker-tag""#);
    assert_eq!(post(&server, &ticket, &body), 200);
    assert_eq!(server.post(&transcript(&ID.replace('1', "2"), "kept")).status, 200);
    let files = || {
        let names = ["ringback.db", "ringback.db-wal", "ringback.db-shm"];
        names.map(|name| std::fs::read(server.directory.path().join(name)).unwrap_or_default()).concat()
    };
    let holds = |what: &str| files().windows(what.len()).any(|window| window == what.as_bytes());
    assert!(holds("marker-text") && holds("marker-job") && holds("marker-context") && holds("marker-tag"));
    let forgotten = server.ringback(&["forget", "--job", "marker-job", "--json"]);
    ends(&forgotten, 0);
    assert_eq!(object(&forgotten), json!({"v": 1, "deliveries": 1, "unhandled": 1, "submissions": 1}));
    assert!(!holds("marker"), "a trace is left");
    assert!(holds("kept"));
    assert_eq!(post(&server, &ticket, &body), 200, "and a repeat does not bring it back");
    assert!(!holds("marker-text"));
    ends(&server.ringback(&["forget", "--job", "marker-job"]), 1);
    let by_request = server.ringback(&["forget", "--request-id", &ID.replace('1', "2")]);
    assert_eq!(text(&by_request.stdout), "erased 1 delivery, of which 1 had not been handled, and 0 submissions\n");
    ends(&server.ringback(&["forget", "--tag", "nobody"]), 1);
    ends(&server.ringback(&["forget"]), 2);
    ends(&server.ringback(&["forget", "--job", "a", "--tag", "b"]), 2);
}

#[test]
fn purge_and_migrate_say_what_they_did() {
    let server = keeper(&[]);
    ends(&server.ringback(&["expect", "--job", "late", "--ticket-keys", "keys", "--deadline", "0s"]), 0);
    let purged = server.ringback(&["purge", "--json"]);
    ends(&purged, 0);
    assert_eq!(members(&object(&purged)), ["bodies", "died", "forgotten", "overdue", "v"]);
    assert_eq!(text(&server.ringback(&["purge"]).stdout), "dropped 0 bodies, and forgot 0 rows\n");
    let migrated = server.ringback(&["migrate", "--json"]);
    ends(&migrated, 0);
    assert_eq!(object(&migrated)["v"], 1);
    assert!(text(&server.ringback(&["migrate"]).stdout).starts_with("the store is ready"));
    ends(&server.ringback(&["migrate", "--store", "memory"]), 2);
}

#[test]
fn the_store_is_named_by_an_option_or_by_the_environment() {
    let directory = Directory::new();
    let keys = directory.file("keys", key_file());
    let expect = |store: &str, variable: &str| {
        let mut command = ringback();
        command.args(["expect", "--job", "j", "--ticket-keys", keys.to_str().unwrap()]).current_dir(directory.path());
        if !store.is_empty() {
            command.args(["--store", store]);
        }
        command.env("RINGBACK_STORE", variable).output().unwrap()
    };
    let is_there = |name: &str| directory.path().join(name).exists();
    ends(&expect("sqlite:a.db", "sqlite:b.db"), 0);
    assert!(is_there("a.db") && !is_there("b.db"));
    ends(&expect("", "sqlite:b.db"), 0);
    assert!(is_there("b.db") && !is_there("ringback.db"));
    ends(&expect("", ""), 0);
    assert!(is_there("ringback.db"));
    let refused = expect("", "mysql://user:marker@host/");
    ends(&refused, 2);
    assert!(!text(&refused.stderr).contains("marker"), "{refused:?}");
}
