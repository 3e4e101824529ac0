//! `ringback replay --to`: what was kept, or captured, is delivered once more to another receiver.

use crate::server::{Directory, ID, Server, key_file, ringback, text, ticket, transcript};
use crate::simulate::Usual;

#[test]
fn what_an_inbox_has_kept_is_delivered_again_with_a_fresh_ticket() {
    let (kept, other) = (Server::with_tickets(&["--store", "sqlite:inbox.db"]), Server::with_tickets(&[]));
    let body = transcript(ID, "hello");
    let json = ["-H", "content-type: application/json", "-d", &body];
    assert_eq!(kept.curl_with(&ticket("call-42"), &json).status, 200);
    let id = kept.line()["id"].as_str().unwrap().to_owned();
    let mut replay = ringback();
    replay.args(["replay", &id, "--to", &other.url(), "--store", "sqlite:inbox.db", "--ticket-keys", "keys"]);
    let run = replay.current_dir(kept.directory.path()).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let line = other.line();
    assert_eq!(
        (&line["job"], &line["request_id"], &line["transcript"]),
        (&"call-42".into(), &ID.into(), &"hello".into())
    );
    // A ticket of its own makes it another delivery.
    assert_ne!(line["id"], id);
}

#[test]
fn a_captured_request_is_delivered_with_other_credentials() {
    let receiver = Usual::start(&[200]);
    let directory = Directory::new();
    let keys = directory.file("keys", key_file());
    let capture =
        "PUT /somewhere HTTP/1.1\r\nAuthorization: Basic b2xkOm9uZQ==\r\nContent-Type: text/x\r\n\r\nno audio";
    let file = directory.file("request", capture);
    let mut replay = ringback();
    replay.args(["replay", "--to", &receiver.url(), "--json", "--file"]).arg(&file).arg("--ticket-keys").arg(keys);
    let run = replay.current_dir(directory.path()).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let request = receiver.requests.lock().unwrap().pop().unwrap();
    assert!(request.starts_with("PUT /hook?x=1 HTTP/1.1\r\n") && request.ends_with("\r\n\r\nno audio"), "{request}");
    assert!(request.contains("\r\nContent-Type: text/x\r\n") && request.contains("\r\nAuthorization: Basic cjEuci"));
}

#[test]
fn what_is_not_taken_is_a_failure_and_what_is_not_there_is_said() {
    let receiver = Usual::start(&[500]);
    let directory = Directory::new();
    let file = directory.file("body", transcript(ID, "hello"));
    let run = |arguments: &[&str]| {
        let mut replay = ringback();
        replay.args(["replay", "--to", &receiver.url(), "--basic", "a:b"]).args(arguments);
        replay.current_dir(directory.path()).output().unwrap()
    };
    assert_eq!(run(&["--file", file.to_str().unwrap()]).status.code(), Some(1));
    assert_eq!(receiver.requests.lock().unwrap().len(), 1);
    for (arguments, part) in [(&["--file", "nowhere"][..], "nowhere: cannot be read"), (&[], "required")] {
        let said = run(arguments);
        assert_eq!(said.status.code(), Some(2), "{arguments:?}");
        assert!(text(&said.stderr).contains(part), "{}", text(&said.stderr));
    }
}
