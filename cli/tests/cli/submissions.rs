//! `ringback simulate --listen`: submissions are answered as Deepgram answers them, and come back as deliveries.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::server::{PAIR, Response, Server, curl, ringback, text};
use crate::simulate::Usual;

/// A simulator that takes submissions.
struct Simulator {
    child: Child,
    address: String,
}

impl Simulator {
    fn start(arguments: &[&str]) -> Simulator {
        let mut command = ringback();
        command.args(["simulate", "--listen", "127.0.0.1:0", "--minutes", "0.1", "--speed", "1000", "--json"]);
        command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("{line}")).1.to_owned();
        // What it says is read to the end, or it would have to wait.
        std::thread::spawn(move || said.read_to_string(&mut String::new()));
        Simulator { child, address }
    }

    /// Submits a recording with this query, and reads the answer.
    fn submit(&self, query: &str) -> Response {
        self.ask(&format!("/v1/listen?{query}"), &["-d", r#"{"url":"https://example.com/a.wav"}"#])
    }

    fn ask(&self, target: &str, arguments: &[&str]) -> Response {
        let url = format!("http://{}{target}", self.address);
        let common = ["-X", "POST", &url, "-H", "authorization: Token any", "-H", "content-type: application/json"];
        curl(&[&common[..], arguments].concat())
    }

    /// Waits for its end and gives what it has printed.
    fn lines(mut self) -> Vec<Value> {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.wait().unwrap();
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn stop(self) -> Vec<Value> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.lines()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Percent-encodes a query value.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn value(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{response:?}"))
}

#[test]
fn a_submission_is_answered_with_its_request_id_and_delivered() {
    let server = Server::start(&[]);
    let simulator = Simulator::start(&["--any-port", "--count", "1"]);
    let callback = encoded(&server.url().replace("//", &format!("//{PAIR}@")));
    let answer = simulator.submit(&format!("callback={callback}&diarize=true&tag=a+b&extra=k%3Av&utterances=true"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let accepted = value(&answer);
    assert_eq!(accepted.as_object().unwrap().len(), 1);
    assert_eq!(answer.header("dg-request-id"), accepted["request_id"].as_str());
    let line = server.line();
    assert_eq!(line["request_id"], accepted["request_id"]);
    assert_eq!((&line["tags"][0], &line["extra"]["k"]), (&"a b".into(), &"v".into()));
    assert!(line.pointer("/payload/results/utterances/0/words/0/speaker").is_some(), "{line}");
    let verdict = simulator.lines().pop().unwrap();
    assert_eq!(verdict["delivered"], 1, "{verdict}");
}

#[test]
fn texts_and_speech_are_delivered_too_by_the_method_asked_for() {
    let receiver = Usual::start(&[200]);
    let simulator = Simulator::start(&["--any-port", "--count", "2"]);
    let query = format!("callback={}&callback_method=put&language=en&summarize=v2", encoded(&receiver.url()));
    assert_eq!(simulator.ask(&format!("/v1/read?{query}"), &["-d", r#"{"text":"hello"}"#]).status, 200);
    let speak = simulator.ask(&format!("/v1/speak?{query}&model=aura-2"), &["-d", r#"{"text":"hello"}"#]);
    assert!(value(&speak)["request_id"].is_string());
    let mut kinds: Vec<Value> =
        simulator.lines().iter().filter(|line| line["event"] == "fate").map(|line| line["kind"].clone()).collect();
    kinds.sort_by_key(Value::to_string);
    assert_eq!(kinds, ["analysis", "audio"]);
    let requests = receiver.requests.lock().unwrap();
    assert!(requests.iter().all(|request| request.starts_with("PUT /hook?x=1 HTTP/1.1")));
    assert!(requests.iter().any(|request| request.contains("RIFF")));
}

#[test]
fn without_a_callback_the_document_is_the_answer() {
    let simulator = Simulator::start(&[]);
    let answer = value(&simulator.submit("summarize=v2"));
    assert!(answer.pointer("/results/summary/short").is_some(), "{answer}");
    let deliveries = simulator.stop().pop().unwrap();
    assert_eq!(deliveries["deliveries"], 0);
}

#[test]
fn callback_urls_are_held_to_their_rules() {
    let simulator = Simulator::start(&[]);
    for (callback, code, message) in [
        ("127.0.0.1/hook", "Bad Request", "Invalid query string."),
        ("http://127.0.0.1:3000/hook", "INVALID_QUERY_PARAMETER", "Invalid callback url."),
        ("ftp://127.0.0.1/hook", "INVALID_QUERY_PARAMETER", "Invalid callback url."),
        ("http://my_host.example/hook", "INVALID_QUERY_PARAMETER", "Invalid callback url."),
        ("http://nowhere.invalid/hook", "Bad Request", "Failed to resolve callback."),
        ("http://192.0.2.1/hook", "Bad Request", "This simulator does not deliver to other machines unless told so."),
    ] {
        let answer = simulator.submit(&format!("callback={}", encoded(callback)));
        let value = value(&answer);
        assert_eq!((answer.status, &value["err_code"], &value["err_msg"]), (400, &code.into(), &message.into()));
        assert!(value["request_id"].is_string());
    }
    let callback = encoded("http://127.0.0.1:8080/hook");
    for more in ["callback_method=get".to_owned(), format!("tag={}", "x".repeat(129)), "extra=%zz".to_owned()] {
        assert_eq!(simulator.submit(&format!("callback={callback}&{more}")).status, 400, "{more}");
    }
    assert_eq!(simulator.stop().pop().unwrap()["deliveries"], 0);
}

#[test]
fn submissions_that_deepgram_would_refuse_are_refused() {
    let simulator = Simulator::start(&[]);
    let url = format!("http://{}/v1/listen", simulator.address);
    let stranger = curl(&["-X", "POST", &url, "-d", "{}"]);
    assert_eq!((stranger.status, &value(&stranger)["err_code"]), (401, &"INVALID_AUTH".into()));
    assert_eq!(curl(&["-X", "OPTIONS", &url, "-H", "origin: http://example.com"]).status, 405);
    for (target, body) in [
        ("/v1/listen", "{"),
        ("/v1/listen", "{}"),
        ("/v1/read?summarize=v2", r#"{"text":"a"}"#),
        ("/v1/read?language=en", r#"{"text":"a"}"#),
        ("/v1/read?language=en&topics=true", "{}"),
        ("/v1/speak", r#"{"url":"a"}"#),
    ] {
        assert_eq!(simulator.ask(target, &["-d", body]).status, 400, "{target} {body}");
    }
    assert_eq!(simulator.ask("/v1/projects", &["-d", "{}"]).status, 404);
}

#[test]
fn a_callback_can_come_before_the_reply() {
    // The receiver fails once, and the reply waits only for the first attempt.
    let receiver = Usual::start(&[500, 200]);
    let simulator = Simulator::start(&["--any-port", "--count", "1", "--faults", "early", "--fault-rate", "1"]);
    assert_eq!(simulator.submit(&format!("callback={}", encoded(&receiver.url()))).status, 200);
    assert!(!receiver.requests.lock().unwrap().is_empty());
    assert_eq!(simulator.lines().pop().unwrap()["delivered"], 1);
}

#[test]
fn jobs_can_fail_and_streams_deliver_message_by_message() {
    let receiver = Usual::start(&[200]);
    let simulator = Simulator::start(&["--any-port", "--count", "2", "--kind", "failure,stream"]);
    for _ in 0..2 {
        assert_eq!(simulator.submit(&format!("callback={}", encoded(&receiver.url()))).status, 200);
    }
    let lines = simulator.lines();
    let kind = |name: &str| lines.iter().filter(|line| line["event"] == "fate" && line["kind"] == name).count();
    assert_eq!((kind("failure"), kind("stream.metadata")), (1, 1));
    assert!(kind("stream.results") > 1);
    assert!(text(receiver.requests.lock().unwrap().last().unwrap().as_bytes()).contains(r#""type":"Metadata""#));
}
