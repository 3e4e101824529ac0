//! What happens to a delivery, seen by its sender and on standard output.

use std::process::Command;

use ringback::credential::{Ticket, TicketUse};
use serde_json::{Value, json};

use crate::server::{ID, Server, authorization, curl, ticket, ticket_until, transcript, wall};

#[test]
fn a_transcript_is_printed_once() {
    for store in ["memory", "sqlite:ringback.db"] {
        a_transcript_is_printed_once_over(store);
    }
}

fn a_transcript_is_printed_once_over(store: &str) {
    let server = Server::start(&["--store", store]);
    let body = transcript(ID, "hello");
    assert_eq!(server.post(&body).status, 200);
    let line = server.line();
    assert_eq!(line["id"].as_str().map(str::len), Some(32));
    let time = line["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    let expected = json!({
        "v": 1, "event": "delivery", "id": line["id"], "time": line["time"], "kind": "transcript", "job": null,
        "submission": line["submission"], "request_id": ID, "sender": "hook", "route": "default", "fence": line["fence"],
        "attempts_seen": 1, "context": null,
        "late": false, "revises": false, "bytes": body.len(), "content_type": "application/json",
        "transcript": "hello", "duration": 25.933313, "tags": ["a", "b"], "extra": {"k": "v"}, "failure": null,
        "file": null, "payload": serde_json::from_str::<Value>(&body).unwrap(), "body": null,
    });
    assert_eq!(line, expected);
    let documented = include_str!("../../README.md");
    for member in line.as_object().unwrap().keys() {
        assert!(documented.contains(&format!("`{member}`")), "{member} is not documented");
    }

    assert_eq!(server.post(&body).status, 200);
    let ended = server.stop();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.lines, [] as [Value; 0]);
}

#[test]
fn the_same_document_with_other_bytes_is_printed_as_a_revision() {
    let server = Server::in_memory(&[]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    assert_eq!(server.post(&transcript(ID, "goodbye")).status, 200);
    let (first, second) = (server.line(), server.line());
    assert_eq!((&first["revises"], &second["revises"]), (&json!(false), &json!(true)));
    assert_eq!(first["id"], second["id"]);
}

#[test]
fn a_delivery_has_one_id_before_and_after_a_restart() {
    let ticket = ticket("call-42");
    let body = transcript(ID, "hello");
    let ids = [(); 2].map(|()| {
        let server = Server::with_tickets(&["--store", "memory"]);
        assert_eq!(server.curl_with(&ticket, &["-d", &body]).status, 200);
        server.line()["id"].clone()
    });
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn wrong_credentials_are_told_to_come_with_others() {
    let server = Server::start(&[]);
    let url = server.url();
    for credentials in [&["-u", "hook:wrong"][..], &["-u", "r1.d.x:y"], &["-H", "Authorization: Bearer x"], &[]] {
        let answer = curl(&[credentials, &["-d", &transcript(ID, "hello"), &url]].concat());
        assert_eq!((answer.status, answer.body.as_str()), (401, "unauthorized\n"), "{credentials:?}");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic "));
    }
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_ticket_names_its_job_and_is_late_within_its_grace() {
    let server = Server::with_tickets(&["--store", "memory"]);
    let post = |ticket| server.curl_with(&ticket, &["-d", &transcript(ID, "hello")]).status;
    assert_eq!(post(ticket("call-42")), 200);
    let line = server.line();
    assert_eq!((&line["job"], &line["late"]), (&json!("call-42"), &json!(false)));

    assert_eq!(post(ticket_until(TicketUse::Document, "late", wall() - 60_000)), 200);
    let line = server.line();
    assert_eq!((&line["job"], &line["late"]), (&json!("late"), &json!(true)));

    assert_eq!(post(ticket_until(TicketUse::Document, "gone", wall() - Ticket::GRACE - 60_000)), 401);
    let ended = server.stop();
    assert!(ended.lines.is_empty());
    assert!(ended.errors.contains("ticket_expired"));
}

#[test]
fn a_ticket_may_travel_in_the_path() {
    let server = Server::with_tickets(&["--ticket-in-path"]);
    let ticket = ticket("call-42");
    let url = format!("{}/{}", server.url(), ticket.as_str());
    assert_eq!(curl(&[&url, "-d", &transcript(ID, "hello")]).status, 200);
    assert_eq!(server.line()["job"], "call-42");
    assert_eq!(curl(&[&server.url(), "-d", "{}"]).status, 401);
}

#[test]
fn a_secret_within_the_document_lets_it_in_and_is_masked() {
    let server = Server::start(&["--extra-secret", "k:marker"]);
    let with = |secret: &str| transcript(ID, "hello").replace(r#""k":"v""#, &format!(r#""k":"{secret}""#));
    let post = |body: &str| curl(&["-d", body, &server.url()]).status;
    assert_eq!(post(&with("other")), 401);
    assert_eq!(post(&with("marker")), 200);
    let line = server.line();
    assert_eq!((&line["sender"], &line["extra"]["k"]), (&json!("extra"), &json!("******")));
    assert!(!line.to_string().contains("marker"));
}

#[test]
fn a_body_that_was_cut_is_asked_for_again() {
    let server = Server::start(&[]);
    let body = transcript(ID, "hello");
    assert_eq!(server.post(&body[..body.len() - 1]).status, 400);
    assert_eq!(server.post("").status, 400);
    assert_eq!(server.post(&body).status, 200);
    assert_eq!(server.line()["attempts_seen"], 1);
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_malformed_body_is_reported_and_not_printed() {
    let server = Server::in_memory(&[]);
    assert_eq!(server.post(r#"{"a":x}"#).status, 422);
    let ended = server.stop();
    assert!(ended.lines.is_empty());
    assert!(ended.errors.contains("expected_value") && ended.errors.contains("malformed"), "{}", ended.errors);
}

#[test]
fn put_works_and_other_methods_do_not() {
    let server = Server::start(&[]);
    assert_eq!(server.curl(&["-X", "PUT", "-d", &transcript(ID, "hello")]).status, 200);
    assert_eq!(server.line()["kind"], "transcript");
    for method in ["GET", "DELETE", "PATCH", "OPTIONS"] {
        let answer = server.curl(&["-X", method]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST, PUT")), "{method}");
    }
}

#[test]
fn the_withdrawn_header_changes_nothing() {
    let server = Server::start(&[]);
    let body = transcript(ID, "hello");
    assert_eq!(curl(&["-H", "dg-token: anything", "-d", &body, &server.url()]).status, 401);
    assert_eq!(server.curl(&["-H", "dg-token: anything", "-d", &body]).status, 200);
}

#[test]
fn two_authorizations_are_refused() {
    let server = Server::start(&[]);
    let authorization = format!("Authorization: {}", authorization());
    let answer = curl(&["-H", &authorization, "-H", &authorization, "-d", "{}", &server.url()]);
    assert_eq!(answer.status, 400);
}

#[test]
fn other_paths_are_not_found() {
    let server = Server::start(&[]);
    for path in ["/", "/hook/", "/hooks", "/hook/x", "/metrics"] {
        assert_eq!(curl(&["-d", "{}", &format!("http://{}{path}", server.address)]).status, 404, "{path}");
    }
    assert_eq!(server.curl(&["-d", "{}", "-G"]).status, 405, "the query is no part of the path");
}

#[test]
fn a_line_is_one_line_whatever_the_body_looks_like() {
    let server = Server::start(&[]);
    let body = "{\n  \"metadata\" : {\r\n\t\"request_id\": \"x\\ny\", \"tags\": [\"a\\u001b\u{85}\u{2028}\"] },\n\
        \"results\": {\"channels\": []}\n}\n";
    assert_eq!(server.curl(&["--data-binary", body]).status, 200);
    let line = server.line();
    assert_eq!(line["tags"], json!(["a\u{1b}\u{85}\u{2028}"]));
    assert_eq!(line["payload"], serde_json::from_str::<Value>(body).unwrap());
}

#[test]
fn failures_in_text_and_audio_are_told_apart() {
    let server = Server::with_tickets(&[]);
    let text = ticket("text");
    assert_eq!(server.curl_with(&text, &["-H", "content-type: text/plain", "-d", "it \u{1b} failed"]).status, 200);
    let line = server.line();
    assert_eq!(line["kind"], "failure");
    assert_eq!(line["failure"], json!({"code": null, "message": "it \u{1b} failed"}));
    assert_eq!(line["payload"], Value::Null);

    let audio = server.directory.file("audio", [0xff, 0xfb, 0x90, 0x00]);
    let data = format!("@{}", audio.display());
    let speech = ticket("speech");
    assert_eq!(server.curl_with(&speech, &["-H", "content-type: audio/mpeg", "--data-binary", &data]).status, 200);
    let line = server.line();
    assert_eq!((&line["kind"], &line["body"], &line["payload"]), (&json!("audio"), &json!("//uQAA=="), &Value::Null));
}

#[test]
fn payloads_are_left_out_on_request() {
    let server = Server::start(&["--payload", "never"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let line = server.line();
    assert_eq!((&line["transcript"], &line["payload"]), (&json!("hello"), &Value::Null));
}

#[test]
fn compressed_bodies_are_inflated_and_unknown_compression_is_refused() {
    let server = Server::start(&[]);
    let body = server.directory.file("body", transcript(ID, "hello"));
    let packed = Command::new("gzip").arg("-c").arg(&body).output().expect("gzip is there").stdout;
    let whole = format!("@{}", server.directory.file("whole.gz", &packed).display());
    let cut = format!("@{}", server.directory.file("cut.gz", &packed[..packed.len() / 2]).display());
    let post = |encoding: &str, data: &str| {
        server.curl(&["-H", &format!("content-encoding: {encoding}"), "--data-binary", data]).status
    };
    assert_eq!(post("gzip", &cut), 400);
    assert_eq!(post("gzip", &whole), 200);
    assert_eq!(server.line()["transcript"], "hello");
    assert_eq!(post("br", &whole), 415);
    assert_eq!(post("zstd", &whole), 415);
    assert_eq!(post("gzip, gzip", &whole), 415);
    assert_eq!(post("gzip", "this is not gzip at all"), 422);
}

#[test]
fn chunked_bodies_are_read() {
    let server = Server::start(&[]);
    assert_eq!(server.curl(&["-H", "transfer-encoding: chunked", "-d", &transcript(ID, "hello")]).status, 200);
    assert_eq!(server.line()["transcript"], "hello");
}
