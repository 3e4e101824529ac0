//! The example server: called with curl, under load with wrk, and watched by valgrind and AddressSanitizer.

mod shared;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use shared::toolchain::{Linkage, folder, have, root, run, tree};

/// A ticket key for tests, as a key file has it.
const KEYS: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// How long the load lasts.
const LOAD: &str = "2s";

/// A server that runs until it is ended.
struct Server {
    child: Child,
    lines: Receiver<String>,
    base: String,
    /// The callback URL that it printed.
    url: String,
}

impl Server {
    /// Starts the program behind these words, on a port that was free just now.
    fn start(before: &[&str], program: &str) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port is free").port();
        let (port, base) = (port.to_string(), format!("http://127.0.0.1:{port}/hook"));
        let words = [before, &[program, &port, &base, "hook:secret", "job-1"]].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env("RINGBACK_TICKET_KEYS", KEYS).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut server = Server { child, lines, base, url: String::new() };
        loop {
            let line = server.lines.recv_timeout(Duration::from_secs(60)).expect("the server says that it is ready");
            match line.strip_prefix("url ") {
                Some(url) => server.url = url.to_owned(),
                None if line == "ready" => return server,
                None => {}
            }
        }
    }

    /// Ends it as a service manager would; gives what it has said since it was ready.
    fn end(mut self) -> Vec<String> {
        run("kill", &[&self.child.id().to_string()]);
        let status = self.child.wait().expect("the server ends");
        assert!(status.success(), "{status}");
        self.lines.iter().collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the example with more flags for the compiler.
fn build(flags: &[&str]) -> String {
    let source: PathBuf = root().join("examples/libmicrohttpd/server.c");
    let compiler = ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-g", "-O1"];
    let packages = ["ringback", "libmicrohttpd"];
    tree().compile(&[&compiler[..], flags].concat(), &source, &packages, Linkage::Shared).display().to_string()
}

/// Whether the example can be built here, and run with these programs.
fn can(programs: &[&str]) -> bool {
    if !have(&["cc", "pkg-config", "curl"]) || !have(programs) {
        return false;
    }
    let found = Command::new("pkg-config").args(["--exists", "libmicrohttpd"]).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("skipped: there is no libmicrohttpd");
    }
    found
}

/// What curl is answered with: the status, and a header.
fn curl(arguments: &[&str]) -> String {
    let format = "%{http_code}%header{www-authenticate}%header{retry-after}";
    run("curl", &[&["-s", "-o", "/dev/null", "--max-time", "60", "-w", format], arguments].concat())
}

/// One of everything that a sender can do, and what comes of it.
fn exercise(server: Server) {
    let transcript = r#"{"metadata":{"request_id":"r-1"},"results":{"channels":[{"alternatives":[{"transcript":"good morning"}]}]}}"#;
    let (base, url) = (server.base.clone(), server.url.clone());
    assert!(url.contains(".job-1:") && url.contains("@127.0.0.1:"), "{url}");
    assert_eq!(curl(&["-d", transcript, &url]), "200");
    assert_eq!(curl(&["-d", transcript, &url]), "200");
    assert_eq!(curl(&["-X", "PUT", "-d", transcript, &url]), "200");
    let failure = r#"{"err_code":"Bad Request","err_msg":"no audio","request_id":"r-2"}"#;
    assert_eq!(curl(&["-u", "hook:secret", "-d", failure, &base]), "200");
    assert_eq!(curl(&["-d", "{}", &base]), "401Basic realm=\"ringback\", charset=\"UTF-8\"");
    assert_eq!(curl(&["-u", "hook:wrong", "-d", "{}", &base]), "401Basic realm=\"ringback\", charset=\"UTF-8\"");
    let forged = url.replace(".job-1:", ".job-2:");
    assert_eq!(curl(&["-d", transcript, &forged]), "401Basic realm=\"ringback\", charset=\"UTF-8\"");
    assert_eq!(curl(&["-u", "hook:secret", &base]), "405");
    assert_eq!(curl(&["-u", "hook:secret", "-H", "content-type: application/json", "-d", "{\"a\":", &base]), "400");
    assert_eq!(curl(&["-u", "hook:secret", "-H", "content-type: application/json", "-d", "{]", &base]), "422");
    let large = folder(&format!("large-{}", server.child.id())).join("body");
    std::fs::write(&large, vec![b' '; 33 * 1024 * 1024]).expect("a file can be written");
    let large = format!("@{}", large.display());
    assert_eq!(curl(&["-u", "hook:secret", "--data-binary", &large, &base]), "413");
    let chunked = ["-H", "transfer-encoding: chunked", "--data-binary", &large];
    assert_eq!(curl(&[&["-u", "hook:secret"], &chunked[..], &[&base]].concat()), "413");
    let said = server.end();
    assert_eq!(said, ["received job=job-1 request_id=r-1 good morning", "failed job= request_id=r-2 no audio"]);
}

#[test]
fn the_example_is_short() {
    let text = std::fs::read_to_string(root().join("examples/libmicrohttpd/server.c")).expect("the example is there");
    assert!(text.lines().count() < 200);
}

#[test]
fn every_sort_of_request_gets_its_answer_and_each_delivery_is_handled_once() {
    if can(&[]) {
        exercise(Server::start(&[], &build(&[])));
    }
}

#[test]
fn valgrind_finds_nothing_in_the_server() {
    if can(&["valgrind"]) {
        let valgrind = ["valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=all"];
        exercise(Server::start(&valgrind, &build(&[])));
    }
}

#[test]
fn sanitizers_find_nothing_in_the_server() {
    if can(&[]) {
        exercise(Server::start(&[], &build(&["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])));
    }
}

/// Each request is a new document, so that each has to be handled.
const SCRIPT: &str = r#"
local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("name", threads)
end
local count = 0
function request()
    count = count + 1
    local id = name .. "-" .. count
    local body = '{"metadata":{"request_id":"' .. id .. '"},"results":{"channels":[{"alternatives":[{"transcript":"x"}]}]}}'
    local headers = { ["Authorization"] = "Basic aG9vazpzZWNyZXQ=", ["Content-Type"] = "application/json" }
    return wrk.format("POST", "/hook", headers, body)
end
function done(summary)
    local errors = summary.errors
    io.write("requests=", summary.requests, " status=", errors.status, " socket=", errors.connect + errors.read + errors.write, "\n")
end
"#;

#[test]
fn under_load_every_delivery_is_handled_and_answered() {
    if !can(&["wrk"]) {
        return;
    }
    let script = folder("load").join("load.lua");
    std::fs::write(&script, SCRIPT).expect("a file can be written");
    let server = Server::start(&[], &build(&["-O2"]));
    let said = run("wrk", &["-t2", "-c16", "-d", LOAD, "-s", &script.display().to_string(), &server.base]);
    let handled = server.end().len();
    let counts = said.lines().find(|line| line.starts_with("requests=")).unwrap_or_else(|| panic!("{said}"));
    println!("{counts}; {handled} handled in {LOAD}");
    assert!(counts.contains(" status=0 ") && counts.ends_with(" socket=0"), "{said}");
    let requests: usize = counts["requests=".len()..].split(' ').next().and_then(|n| n.parse().ok()).expect("a count");
    // Those under way at the end are handled, and counted by nobody.
    assert!(handled >= requests && requests > 100, "{handled} of {requests}");
}
