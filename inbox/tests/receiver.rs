//! A receiver as a server holds it: configured by text, over a store that lasts and over one that does not.

mod rig;

use std::sync::Arc;

use rig::{Folder, closing, request, transcript};
use ringback::ledger::Outcome;
use ringback::limits::Limits;
use ringback::{ErrorKind, Head};
use ringback_inbox::{Answering, Configuration, Decision, Expect, KeySource, Receiver, Settings, StoreUrl, Submission};

fn sqlite(folder: &Folder) -> Configuration {
    Configuration { url: Some("https://example.com".into()), ..Configuration::new(StoreUrl::Sqlite(folder.file())) }
}

fn memory(folder: &Folder) -> Configuration {
    Configuration {
        url: Some("https://example.com/in".into()),
        keys: KeySource::OwnIn(folder.path().to_owned()),
        ..Configuration::new(StoreUrl::Memory)
    }
}

fn send(receiver: &Receiver, submission: &Submission, body: &[u8]) -> Decision {
    let authorization = submission.ticket().unwrap().authorization();
    receiver.receive(&Head::new("POST", "/hook").header("authorization", authorization.as_bytes()), &mut body.to_vec())
}

#[track_caller]
fn answered(decision: Decision) -> (u16, &'static str) {
    match decision {
        Decision::Answer(answer) => (answer.status, answer.situation.name()),
        Decision::Handle(work) => panic!("{work:?}"),
    }
}

#[track_caller]
fn handled(receiver: &Receiver, decision: Decision, outcome: Outcome) -> (u16, &'static str) {
    match decision {
        Decision::Handle(work) => {
            let answer = receiver.finish(work.claim, outcome);
            (answer.status, answer.situation.name())
        }
        Decision::Answer(answer) => panic!("{answer:?}"),
    }
}

#[test]
fn a_spool_takes_what_the_store_cannot() {
    let folder = Folder::new();
    let spool = Some(folder.path().join("spool"));
    let receiver = Receiver::open(Configuration { spool, ..sqlite(&folder) }).unwrap();
    let submission = receiver.expect(Expect::new("call-1")).unwrap();
    // Somebody holds the store for longer than a sender may wait.
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(answered(send(&receiver, &submission, &transcript(1, "x"))), (200, "stored"));
    assert_eq!(receiver.inbox().spool().unwrap().load().deliveries, 1);
    other.execute_batch("ROLLBACK").unwrap();
    while receiver.inbox().unspool().is_err() {
        std::thread::yield_now();
    }
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "x"));
}

#[test]
fn a_key_is_made_beside_the_store_and_found_again() {
    let folder = Folder::new();
    let first = Receiver::open(sqlite(&folder)).unwrap();
    let submission = first.expect(Expect::new("call-1")).unwrap();
    assert!(first.callback_url(&submission).unwrap().ends_with("@example.com/hook"));
    let second = Receiver::open(sqlite(&folder)).unwrap();
    assert_eq!(answered(send(&second, &submission, &transcript(1, "hello"))), (200, "stored"));
    assert_eq!(answered(send(&first, &submission, &transcript(1, "hello"))), (200, "repeat"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let keys = std::fs::metadata(folder.path().join("ringback.keys")).unwrap();
        assert_eq!(keys.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn no_key_is_made_where_something_else_lets_deliveries_in() {
    let folder = Folder::new();
    let configuration = Configuration { basic: vec!["acme=hook:correct horse".into()], ..sqlite(&folder) };
    let receiver = Receiver::open(configuration).unwrap();
    assert!(receiver.keys().is_none() && !folder.path().join("ringback.keys").exists());
    assert_eq!(receiver.expect(Expect::new("call-1")).unwrap_err().kind(), ErrorKind::KeyringEmpty);
    let head = Head::new("POST", "/hook").header("authorization", rig::BASIC.as_bytes());
    assert_eq!(answered(receiver.receive(&head, &mut transcript(1, "hello"))), (200, "stored"));
}

#[test]
fn a_receiver_without_credentials_does_not_open() {
    let folder = Folder::new();
    let refused = |configuration| Receiver::open(configuration).unwrap_err().kind();
    assert_eq!(refused(Configuration { keys: KeySource::None, ..sqlite(&folder) }), ErrorKind::CredentialsUnconfigured);
    let nowhere = KeySource::File(folder.path().join("none"));
    assert_eq!(refused(Configuration { keys: nowhere, ..sqlite(&folder) }), ErrorKind::KeyFileUnreadable);
    let port = Some("https://example.com:3000/hook".to_owned());
    assert_eq!(refused(Configuration { url: port, ..sqlite(&folder) }), ErrorKind::UrlPort);
    assert_eq!(refused(Configuration { audience: "x".repeat(33), ..sqlite(&folder) }), ErrorKind::AudienceTooLong);
}

#[test]
fn without_a_lasting_store_the_handler_decides() {
    let folder = Folder::new();
    let receiver = Receiver::open(memory(&folder)).unwrap();
    assert_eq!((receiver.path(), receiver.inbox().settings().answering), ("/in", Answering::Handled));
    let submission = receiver.expect(Expect::new("call-1")).unwrap();
    let body = transcript(1, "hello");
    for _ in 0..40 {
        assert_eq!(handled(&receiver, send(&receiver, &submission, &body), Outcome::Failed), (500, "failed"));
    }
    let under_way = send(&receiver, &submission, &body);
    assert_eq!(answered(send(&receiver, &submission, &body)), (503, "in_progress"));
    assert_eq!(handled(&receiver, under_way, Outcome::Done), (200, "handled"));
    assert_eq!(answered(send(&receiver, &submission, &body)), (200, "repeat"));
    assert_eq!(submission.result_now().unwrap().body, body);
    // It came back once, however often it was handled.
    let counted = receiver.inbox().metrics().exposition(None);
    assert!(counted.contains("ringback_time_to_callback_seconds_count 1\n"), "{counted}");
}

#[test]
fn an_inbox_with_other_settings_has_the_same_deliveries_and_is_counted_together() {
    let folder = Folder::new();
    let receiver = Receiver::open(sqlite(&folder)).unwrap();
    let settings = Settings { answering: Answering::Handled, ..*receiver.inbox().settings() };
    let handling = receiver.inbox().with_settings(settings);
    let submission = receiver.expect(Expect::new("call-1")).unwrap();
    let authorization = submission.ticket().unwrap().authorization();
    let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
    let body = transcript(1, "hello");
    let Decision::Handle(work) = handling.receive(receiver.gate(), &head, &mut body.clone()) else {
        panic!("it is handled at once")
    };
    assert_eq!(receiver.finish(work.claim, Outcome::Done).status, 200);
    assert_eq!(answered(send(&receiver, &submission, &body)), (200, "repeat"));
    let counted = receiver.inbox().metrics().exposition(None);
    assert_eq!(counted, handling.metrics().exposition(None));
    assert!(counted.contains("ringback_store_seconds_count 2\n"), "{counted}");
}

#[test]
fn without_a_lasting_store_nothing_is_acknowledged_that_nobody_has_handled() {
    let folder = Folder::new();
    let receiver = Receiver::open(memory(&folder)).unwrap();
    let submission = receiver.expect(Expect::new("call-1")).unwrap();
    let first = send(&receiver, &submission, &transcript(1, "hello"));
    assert_eq!(handled(&receiver, first, Outcome::Done), (200, "handled"));
    // The same document with other bytes.
    let Decision::Handle(work) = send(&receiver, &submission, &transcript(1, "hallo")) else { panic!("it is handled") };
    assert!(work.revises);
    assert_eq!(receiver.finish(work.claim, Outcome::Done).status, 200);
    assert_eq!(answered(send(&receiver, &submission, &transcript(1, "hallo"))), (200, "repeat"));

    assert_eq!(answered(send(&receiver, &submission, b"{\"metadata\":")), (400, "incomplete"));
    assert_eq!(answered(send(&receiver, &submission, b"{]")), (422, "malformed"));
    let bound = receiver.expect(Expect::new("call-2")).unwrap();
    bound.accepted(&request(2)).unwrap();
    assert_eq!(answered(send(&receiver, &bound, &transcript(3, "not yours"))), (422, "mismatch"));
    assert_eq!(receiver.inbox().dead_letters(0, 9).unwrap(), []);
    let rest = send(&receiver, &bound, &closing(2));
    assert_eq!(handled(&receiver, rest, Outcome::Done), (200, "handled"));
}

#[test]
fn without_a_lasting_store_a_delivery_has_one_id_before_and_after_a_restart() {
    let folder = Folder::new();
    let submission = Receiver::open(memory(&folder)).unwrap().expect(Expect::new("call-1")).unwrap();
    let ids = [(); 2].map(|()| match send(&Receiver::open(memory(&folder)).unwrap(), &submission, &closing(1)) {
        Decision::Handle(work) => work.id,
        Decision::Answer(answer) => panic!("{answer:?}"),
    });
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_body_may_stay_where_it_is_and_be_lent_to_a_store_in_memory() {
    let folder = Folder::new();
    let receiver = Receiver::open(memory(&folder)).unwrap();
    let submission = receiver.expect(Expect::new("call-1")).unwrap();
    let authorization = submission.ticket().unwrap().authorization();
    let head = Head::new("POST", "/in").header("authorization", authorization.as_bytes());
    let mut body = transcript(1, &"hello ".repeat(1_000));
    let lent: Arc<Vec<u8>> = Arc::new(body.clone());
    let admitted = receiver.admit_any_size(&head).unwrap().unwrap();
    let (decision, payload) = receiver.take_in_place(admitted, &head, &mut body, Some(lent.clone()));
    let Decision::Handle(work) = decision else { panic!("it is handled") };
    assert!(work.body.is_empty());
    assert_eq!(payload.unwrap().request_id().unwrap().to_string(), request(1));
    assert_eq!(Arc::strong_count(&lent), 2);
    assert_eq!(receiver.finish(work.claim, Outcome::Done).status, 200);
    assert_eq!(submission.result_now().unwrap().body, *lent);
    // What is not to be handled has no payload.
    let admitted = receiver.admit_any_size(&head).unwrap().unwrap();
    let (decision, payload) = receiver.take_in_place(admitted, &head, &mut body, Some(lent.clone()));
    assert_eq!((answered(decision), payload.is_none()), ((200, "repeat"), true));
    assert_eq!(Arc::strong_count(&lent), 2);
}

#[test]
fn what_is_too_large_for_memory_is_admitted_where_there_is_a_disk() {
    let folder = Folder::new();
    let basic = vec!["user:password".to_owned()];
    let limits = Limits { body: 100, ..Limits::DEFAULT };
    let head = Head::new("POST", "/hook").header("authorization", b"Basic dXNlcjpwYXNzd29yZA==");
    let large = |length: &'static [u8]| head.header("content-length", length);
    let durable = Configuration { basic: basic.clone(), limits, ..sqlite(&folder) };
    let receiver = Receiver::open(durable).unwrap();
    assert!(matches!(receiver.admit_any_size(&large(b"100")), Ok(Some(_))));
    assert!(matches!(receiver.admit_any_size(&large(b"101")), Ok(None)));
    assert!(receiver.takes_oversize(&head));
    assert_eq!(receiver.admit_any_size(&large(b"268435457")).unwrap_err().status, 413);
    assert_eq!(
        receiver.admit_any_size(&Head::new("POST", "/hook").header("content-length", b"101")).unwrap_err().status,
        401
    );
    let receiver = Receiver::open(Configuration { basic, limits, ..memory(&folder) }).unwrap();
    assert_eq!(receiver.admit_any_size(&large(b"101")).unwrap_err().status, 413);
    assert!(!receiver.takes_oversize(&head));
}

#[test]
fn handlers_are_chosen_when_a_delivery_is_handled() {
    use ringback_inbox::{Routing, Rule};
    let folder = Folder::new();
    let receiver = Receiver::open(sqlite(&folder)).unwrap();
    let submission = receiver.expect(Expect::new("night.7")).unwrap();
    let tagged = br#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001","tags":["voicemail"]},"results":{"channels":[]}}"#;
    assert_eq!(answered(send(&receiver, &submission, tagged)), (200, "stored"));
    let work = receiver.inbox().claim(1).unwrap().pop().unwrap();
    let mut routing = Routing::default();
    let day = Rule { job_prefix: Some("day.".into()), ..Rule::default() };
    let tag = Rule { tag: Some("voicemail".into()), ..Rule::default() };
    assert_eq!(routing.find(&work), None);
    assert_eq!(routing.add(day.clone()), Ok(0));
    assert_eq!(routing.find(&work), None);
    assert_eq!(routing.add(tag), Ok(1));
    assert_eq!(routing.add(Rule::default()), Ok(2));
    assert_eq!(routing.find(&work), Some(1));
    assert_eq!(routing.add(day).unwrap_err().kind(), ErrorKind::RouteRepeated);
}
