//! `--forward` and `--exec`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::server::{ID, PATIENCE, Server, ticket, transcript};

/// A server that answers each connection with the next of these, and gives the requests back.
fn target(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in?x=y", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        answers
            .iter()
            .map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let request = read_request(&mut stream);
                stream.write_all(answer.as_bytes()).unwrap();
                request
            })
            .collect()
    });
    (url, thread)
}

fn read_request(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).unwrap();
    let length = field(&head, "content-length").parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

fn field<'h>(head: &'h str, name: &str) -> &'h str {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.unwrap_or_else(|| panic!("{name} is missing")).split_once(':').unwrap().1.trim()
}

const OK: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
const FAILED: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const MOVED: &str =
    "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

#[test]
fn a_forwarded_delivery_is_signed_and_carries_nothing_else() {
    let (url, target) = target(&[OK]);
    let secret = [9; 32];
    let notation = format!("whsec_{}", Base64::encode_string(&secret));
    let server = Server::start(&["--forward", &url, "--forward-secret", &notation]);
    let body = transcript(ID, "hello");
    let answer = server.curl(&["-H", "content-type: application/json; a=b", "-H", "x-inbound: 1", "-d", &body]);
    assert_eq!(answer.status, 200);
    let line = server.line();
    assert_eq!((&line["transcript"], &line["payload"]), (&json!("hello"), &Value::Null));

    let request = target.join().unwrap().remove(0);
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /in?x=y HTTP/1.1\r\n"), "{head}");
    assert_eq!(sent, body);
    assert_eq!(field(head, "webhook-id"), line["id"]);
    assert_eq!(field(head, "ringback-fence"), line["fence"].to_string());
    assert_eq!(field(head, "content-type"), "application/json; a=b");
    let signed = format!("{}.{}.{body}", field(head, "webhook-id"), field(head, "webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
    mac.update(signed.as_bytes());
    assert_eq!(field(head, "webhook-signature"), format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes())));
    for inbound in ["authorization", "x-inbound", "cookie"] {
        assert!(!head.to_ascii_lowercase().contains(inbound), "{head}");
    }
}

#[test]
fn what_the_target_does_not_take_comes_again_under_the_same_id() {
    let (url, target) = target(&[FAILED, MOVED, OK]);
    let server = Server::in_memory(&["--forward", &url]);
    let body = transcript(ID, "hello");
    let statuses: Vec<_> = (0..4).map(|_| server.post(&body).status).collect();
    assert_eq!(statuses, [500, 500, 200, 200], "failed, redirected, taken, repeated");
    assert_eq!(server.line()["attempts_seen"], 3);
    let requests = target.join().unwrap();
    let ids: Vec<_> = requests.iter().map(|request| field(request, "webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(server.directory.path().join("ringback.whsec").exists(), "a secret was made");
}

#[test]
fn what_is_kept_is_forwarded_until_it_is_taken() {
    let (url, target) = target(&[FAILED, MOVED, OK]);
    let server = Server::start(&["--forward", &url]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let line = server.line();
    let requests = target.join().unwrap();
    let ids: Vec<_> = requests.iter().map(|request| field(request, "webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == line["id"]), "{ids:?}");
    let fences: Vec<u64> = requests.iter().map(|request| field(request, "ringback-fence").parse().unwrap()).collect();
    assert!(fences.is_sorted_by(|one, next| one < next), "{fences:?}");
    assert_eq!(line["fence"].as_u64(), fences.last().copied());
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_target_that_hangs_does_not_hold_the_sender() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = Server::in_memory(&["--forward", &url, "--answer-within", "300ms"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 500);
    let ended = server.stop();
    assert!(ended.lines.is_empty());
    assert!(ended.errors.contains("too long"));
}

#[test]
fn a_program_gets_facts_and_body_and_a_cleaned_environment() {
    let server = Server::with_tickets(&["--exec", "sh -c 'cat > body; env > env; echo noise'"]);
    let body = transcript(ID, "hello");
    assert_eq!(server.curl_with(&ticket("call-42"), &["-H", "content-type: a/b", "-d", &body]).status, 200);
    let line = server.line();
    assert_eq!((&line["transcript"], &line["payload"]), (&json!("hello"), &Value::Null));
    let read = |name: &str| std::fs::read_to_string(server.directory.path().join(name)).unwrap();
    assert_eq!(read("body"), body);
    let environment = read("env");
    for (name, value) in [
        ("ID", line["id"].as_str().unwrap()),
        ("TIME", line["time"].as_str().unwrap()),
        ("SUBMISSION", line["submission"].as_str().unwrap()),
        ("SENDER", line["sender"].as_str().unwrap()),
        ("FENCE", &line["fence"].to_string()),
        ("KIND", "transcript"),
        ("JOB", "call-42"),
        ("REQUEST_ID", ID),
        ("ROUTE", "default"),
        ("ATTEMPTS_SEEN", "1"),
        ("LATE", "false"),
        ("REVISES", "false"),
        ("BYTES", &body.len().to_string()),
        ("CONTENT_TYPE", "a/b"),
    ] {
        assert!(environment.lines().any(|line| line == format!("RINGBACK_{name}={value}")), "{name}: {environment}");
    }
    for name in environment.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name) {
        let known = name.starts_with("RINGBACK_")
            || ["PATH", "HOME", "LANG", "TZ", "PWD", "OLDPWD", "SHLVL", "_"].contains(&name);
        assert!(known, "{name}");
    }
}

#[test]
fn the_exit_code_of_a_program_decides() {
    let server = Server::in_memory(&["--exec", "sh -c 'exit $(cat code)'"]);
    let body = transcript(ID, "hello");
    let with_code = |code: &str| {
        server.directory.file("code", code);
        server.post(&body).status
    };
    assert_eq!(with_code("1"), 500);
    assert_eq!(with_code("7"), 500);
    assert_eq!(with_code("65"), 200, "it can never be handled, so the sender need not come again");
    assert_eq!(with_code("0"), 200);
    let ended = server.stop();
    assert!(ended.lines.is_empty(), "it was not handled");
    assert!(ended.errors.contains("dead"));
}

#[test]
fn a_program_that_hangs_is_killed_with_all_that_it_started() {
    let server = Server::in_memory(&["--exec", "sh -c 'sleep 1000 & wait'", "--answer-within", "300ms"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 500);
    // It inherited standard error, which would not end before it does.
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_program_that_does_not_read_is_no_failure() {
    let server = Server::start(&["--exec", "true"]);
    let long = transcript(ID, &"word ".repeat(100_000));
    let body = format!("@{}", server.directory.file("body", long).display());
    assert_eq!(server.curl(&["--data-binary", &body]).status, 200);
}

#[test]
fn a_program_that_is_not_there_is_a_failure() {
    let server = Server::in_memory(&["--exec", "/nonexistent/program"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 500);
}
