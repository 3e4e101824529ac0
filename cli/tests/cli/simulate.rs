//! `ringback simulate` and the server: whatever goes wrong on the way, each delivery is handled once.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::server::{Directory, PAIR, Server, key_file, ringback, text};

/// Runs the simulator with these arguments.
fn simulate(arguments: &[&str]) -> Output {
    ringback().arg("simulate").args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).output().unwrap()
}

/// The lines of a run with `--json`.
fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// The last of them, as counts.
fn verdict(output: &Output) -> Value {
    let last = lines(output).pop().unwrap_or_else(|| panic!("{}", text(&output.stderr)));
    assert_eq!(last["event"], "verdict");
    last
}

#[test]
fn with_all_faults_the_server_handles_everything_once() {
    let directory = Directory::new();
    let keys = directory.file("keys", key_file());
    let keys = keys.to_str().unwrap().to_owned();
    let server = Server::start_in(directory, &["--store", "memory", "--ticket-keys", &keys, "--payload", "never"]);
    let mut once = Vec::new();
    for seed in ["1", "2", "3"] {
        let run = simulate(&[
            "--to",
            &server.url(),
            "--ticket-keys",
            &keys,
            "--seed",
            seed,
            "--faults",
            "all",
            "--fault-rate",
            "0.5",
            "--kind",
            "transcript,analysis,audio,failure,stream",
            "--count",
            "10",
            "--minutes",
            "0.2",
            "--speed",
            "1000",
            "--features",
            "diarize,utterances,language=multi",
            "--json",
        ]);
        let verdict = verdict(&run);
        assert_eq!(verdict["lost"], 0, "{verdict}");
        assert_eq!(verdict["strangers_let_in"], 0, "{verdict}");
        assert_eq!(run.status.code(), Some(0));
        // A document with other bytes is handled again, and an interim result may be.
        let rest =
            |fate: &Value| fate["event"] == "fate" && fate["fate"] == "delivered" && fate["kind"] != "stream.results";
        once.extend(lines(&run).into_iter().filter(rest).map(|fate| fate["id"].as_str().unwrap().to_owned()));
    }
    let told = server.stop().lines;
    assert!(once.len() > 30);
    for id in once {
        assert_eq!(told.iter().filter(|line| line["id"] == *id).count(), 1, "{id}");
    }
}

#[test]
fn the_account_of_the_server_is_heard() {
    let server = Server::start(&[]);
    let handled = server.directory.file("handled", "");
    let to = server.url();
    let path = handled.to_str().unwrap().to_owned();
    let arguments =
        ["--to", &to, "--basic", PAIR, "--minutes", "0.1", "--json", "--handled", &path, "--handled-within"];
    // Nobody writes the lines of the server into that file, so what was acknowledged has not been handled.
    let run = simulate(&[&arguments[..], &["0s"]].concat());
    let verdict = verdict(&run);
    assert_eq!((verdict["lost"].as_u64(), verdict["accounted"].as_bool()), (Some(1), Some(true)));
    assert_eq!(run.status.code(), Some(1));
}

/// A receiver as many have one: it answers each request with these statuses in turn, the last one for ever, and
/// remembers the requests.
pub struct Usual {
    address: String,
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Usual {
    pub fn start(statuses: &'static [u16]) -> Usual {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (all, count) = (Arc::clone(&requests), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (all, count) = (Arc::clone(&all), Arc::clone(&count));
                std::thread::spawn(move || {
                    let request = read(&stream);
                    all.lock().unwrap().push(request);
                    let status = statuses[count.fetch_add(1, Ordering::SeqCst).min(statuses.len() - 1)];
                    let _ = write!(&stream, "HTTP/1.1 {status} X\r\ncontent-length: 4\r\n\r\nsaid");
                });
            }
        });
        Usual { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?x=1", self.address)
    }
}

/// A request, until it is whole or the other side sends no more.
fn read(mut stream: &TcpStream) -> String {
    let (mut request, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse::<usize>().ok());
            let whole = length.map_or_else(|| body.ends_with("0\r\n\r\n"), |length| body.len() >= length);
            if whole {
                return text;
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return text,
            Ok(length) => request.extend_from_slice(&part[..length]),
        }
    }
}

#[test]
fn a_delivery_is_attempted_eleven_times_and_then_lost() {
    let receiver = Usual::start(&[503]);
    let run = simulate(&["--to", &receiver.url(), "--minutes", "0.1", "--speed", "100000", "--json"]);
    let verdict = verdict(&run);
    assert_eq!((verdict["attempts"].as_u64(), verdict["lost"].as_u64()), (Some(11), Some(1)));
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(receiver.requests.lock().unwrap().len(), 11);
    let fate = lines(&run).into_iter().find(|line| line["event"] == "fate").unwrap();
    assert_eq!(fate["why"], "11 times 503 (said)");
}

#[test]
fn attempts_end_with_the_first_success_and_pauses_are_those_of_the_schedule() {
    let receiver = Usual::start(&[500, 302, 204]);
    let run = simulate(&["--to", &receiver.url(), "--minutes", "0.1", "--speed", "30000", "--json"]);
    let lines = lines(&run);
    let attempts: Vec<&Value> = lines.iter().filter(|line| line["event"] == "attempt").collect();
    let statuses: Vec<u64> = attempts.iter().map(|line| line["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [500, 302, 204]);
    let pauses: Vec<Option<u64>> = attempts.iter().map(|line| line["again_in_ms"].as_u64()).collect();
    assert_eq!(pauses, [Some(1), Some(1), None]);
    assert_eq!(run.status.code(), Some(0));
}

#[test]
fn a_receiver_that_lets_everybody_in_and_takes_halves_is_found_out() {
    let receiver = Usual::start(&[200]);
    let url = receiver.url();
    let run = simulate(&[
        "--to",
        &url,
        "--basic",
        "hook:secret",
        "--faults",
        "no-credentials,cut",
        "--fault-rate",
        "1",
        "--json",
    ]);
    let verdict = verdict(&run);
    assert_eq!((verdict["strangers_let_in"].as_u64(), verdict["lost"].as_u64()), (Some(1), Some(1)));
    let fate = lines(&run).into_iter().find(|line| line["event"] == "fate").unwrap();
    assert!(fate["why"].as_str().unwrap().starts_with("half of the body"), "{fate}");
}

#[test]
fn a_request_has_the_form_that_was_asked_for() {
    let receiver = Usual::start(&[200]);
    let url = receiver.url().replace("//", "//us%20er:pa%3Ass@");
    let run = simulate(&["--to", &url, "--method", "put", "--tag", "a tag", "--extra", "k:v", "--minutes", "0.1"]);
    assert_eq!(run.status.code(), Some(0));
    let requests = receiver.requests.lock().unwrap();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("PUT /hook?x=1 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nAuthorization: Basic dXMgZXI6cGE6c3M=\r\n"), "{head}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["metadata"]["tags"][0], &body["metadata"]["extra"]["k"]), (&"a tag".into(), &"v".into()));
}

#[test]
fn a_file_is_delivered_as_it_is() {
    let receiver = Usual::start(&[200]);
    let directory = Directory::new();
    let document = "{ \"metadata\" : {\"request_id\":\"r-7\"}, \"results\":{\"channels\":[]} }\n";
    let file = directory.file("document.json", document);
    let run = simulate(&["--to", &receiver.url(), "--file", file.to_str().unwrap(), "--json"]);
    assert_eq!(lines(&run)[0]["request_id"], "r-7");
    assert!(receiver.requests.lock().unwrap()[0].ends_with(document));
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let story = |seed: &str| {
        let receiver = Usual::start(&[200]);
        let run = simulate(&[
            "--to",
            &receiver.url(),
            "--basic",
            "a:b",
            "--seed",
            seed,
            "--faults",
            "all",
            "--count",
            "12",
            "--minutes",
            "0.1",
            "--speed",
            "100000",
            "--json",
        ]);
        let mut told: Vec<String> = lines(&run)
            .iter()
            .filter(|line| line["event"] == "attempt")
            .map(|line| format!("{} {} {} {}", line["number"], line["sender"], line["attempt"], line["fault"]))
            .collect();
        told.sort();
        told
    };
    assert_eq!(story("5"), story("5"));
    assert_ne!(story("5"), story("6"));
}

#[test]
fn other_machines_are_not_delivered_to_unless_allowed() {
    let run = simulate(&["--to", "http://192.0.2.1/hook"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("--allow-host 192.0.2.1"), "{}", text(&run.stderr));
}

#[test]
fn what_cannot_be_simulated_is_refused_with_its_cure() {
    for (arguments, part) in [
        (&["--to", "example.com"][..], "begins with http"),
        (&["--to", "http://127.0.0.1:1/", "--faults", "storm"], "lost-reply"),
        (&["--to", "http://127.0.0.1:1/", "--features", "karaoke"], "diarize"),
        (&["--to", "http://127.0.0.1:1/", "--basic", "nobody"], "--basic"),
        (&["--to", "http://127.0.0.1:1/", "--file", "/nowhere"], "--file: /nowhere"),
        (&[], "--to"),
        (&["--to", "http://127.0.0.1:1/", "--listen", "127.0.0.1:0"], "cannot be used with"),
    ] {
        let run = simulate(arguments);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        assert!(text(&run.stderr).contains(part), "{arguments:?}: {}", text(&run.stderr));
    }
}

#[test]
fn runs_that_begin_together_have_jobs_of_their_own() {
    let directory = Directory::new();
    let keys = directory.file("keys", key_file());
    let nobody = ["simulate", "--to", "http://127.0.0.1:1/hook", "--retries", "0", "--json", "--ticket-keys"];
    let runs = [(); 2].map(|()| {
        let mut command = ringback();
        command.args(nobody).arg(&keys).current_dir(directory.path()).stdout(std::process::Stdio::piped());
        command.spawn().unwrap()
    });
    let [one, other] = runs.map(|run| {
        let fate = lines(&run.wait_with_output().unwrap()).into_iter().find(|line| line["event"] == "fate").unwrap();
        fate["job"].as_str().unwrap().to_owned()
    });
    assert_ne!(one, other);
}
