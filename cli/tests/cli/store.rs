//! What a server keeps, and who handles it: across restarts, kills, and processes.

use std::process::Stdio;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::server::{Directory, ID, PAIR, Server, errors_with, eventually, head, rest, ringback, transcript};

/// Whether a process runs.
fn is_alive(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    // One that has ended and that nobody has asked about is a zombie.
    !status.is_empty() && !status.contains(") Z ")
}

#[test]
fn what_was_answered_with_200_is_handled_after_a_kill() {
    let server = Server::start(&["--workers", "0"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    server.signal(Signal::KILL);
    let (ended, directory) = server.wait_and_keep();
    assert!(ended.lines.is_empty());
    let server = Server::start_in(directory, &["--basic", PAIR]);
    let line = server.line();
    assert_eq!((&line["transcript"], &line["attempts_seen"]), (&json!("hello"), &json!(1)));
}

#[test]
fn a_repeat_is_told_across_restarts() {
    let server = Server::start(&[]);
    let body = transcript(ID, "hello");
    assert_eq!(server.post(&body).status, 200);
    let id = server.line()["id"].clone();
    server.signal(Signal::KILL);
    let (_, directory) = server.wait_and_keep();
    let server = Server::start_in(directory, &["--basic", PAIR, "--log", "info"]);
    assert_eq!(server.post(&body).status, 200);
    assert_eq!(server.post(&transcript(&ID.replace('1', "2"), "goodbye")).status, 200);
    let line = server.line();
    assert_eq!(line["transcript"], "goodbye");
    assert_ne!(line["id"], id);
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_program_dies_with_a_server_that_is_killed_and_its_delivery_is_handled_again() {
    let program = "sh -c 'echo $$ > pid; sleep 1000 & echo $! > child; echo $RINGBACK_FENCE > fence; wait'";
    let server = Server::start(&["--lease", "1s", "--exec", program]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let fence: u32 = server.appears("fence").trim().parse().unwrap();
    let (pid, child) = (server.appears("pid"), server.appears("child"));
    assert!(is_alive(&pid) && is_alive(&child));
    server.signal(Signal::KILL);
    // It ends when the program has ended, which inherited its standard error.
    let (_, directory) = server.wait_and_keep();
    assert!(!is_alive(&pid) && !is_alive(&child));

    let server = Server::start_in(directory, &["--basic", PAIR, "--lease", "1s"]);
    let line = server.line();
    assert_eq!(line["transcript"], "hello");
    assert!(line["fence"].as_u64() > Some(fence.into()), "{line}");
}

#[test]
fn a_lease_is_renewed_as_long_as_a_program_runs() {
    let program = "sh -c 'echo . >> begun; echo > running; while ! test -e enough; do sleep 0.1; done'";
    let server = Server::start(&["--lease", "500ms", "--exec", program]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    server.appears("running");
    // By then the first lease has ended several times over.
    let other = Server::start_in(Directory::new(), &["--basic", PAIR, "--exec", "sh -c 'sleep 2'"]);
    assert_eq!(other.post(&transcript(ID, "two seconds")).status, 200);
    other.line();
    server.directory.file("enough", "");
    assert_eq!(server.line()["transcript"], "hello");
    assert_eq!(std::fs::read_to_string(server.directory.path().join("begun")).unwrap(), ".\n");
    assert!(server.stop().lines.is_empty());
}

#[test]
fn a_signal_gives_back_what_is_not_finished() {
    let server = Server::start(&["--drain-within", "100ms", "--exec", "sh -c 'echo $$ > pid; sleep 1000'"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let pid = server.appears("pid");
    server.signal(Signal::TERM);
    let (ended, directory) = server.wait_and_keep();
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.errors.contains("will be handled again"), "{}", ended.errors);
    assert!(!is_alive(&pid) && ended.lines.is_empty());
    // Long before its lease would have ended.
    assert_eq!(Server::start_in(directory, &["--basic", PAIR]).line()["transcript"], "hello");
}

#[test]
fn a_closed_pipe_ends_the_server_and_loses_nothing() {
    let directory = Directory::new();
    let mut command = ringback();
    command.args(["serve", "--listen", "127.0.0.1:0", "--basic", PAIR]).current_dir(directory.path());
    let server = Server::spawn_unread(directory, command);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let (ended, directory) = server.wait_and_keep();
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.errors.contains("error: standard output: broken pipe"), "{}", ended.errors);
    let pending = ringback().args(["pending", "--json"]).current_dir(directory.path()).output().unwrap();
    let given_back: Value = serde_json::from_slice(&pending.stdout).unwrap();
    assert_eq!((&given_back["state"], &given_back["failures"]), (&json!("ready"), &json!(0)));
    assert_eq!(Server::start_in(directory, &["--basic", PAIR]).line()["transcript"], "hello");
}

#[test]
fn a_worker_in_another_process_handles_what_a_server_keeps() {
    let server = Server::start(&["--workers", "0"]);
    let mut command = ringback();
    command.arg("work").current_dir(server.directory.path());
    let worker = Server::spawn_worker(command);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let line = worker.line();
    assert_eq!((&line["transcript"], &line["sender"]), (&json!("hello"), &json!("hook")));
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    assert_eq!(worker.stop().status.code(), Some(0));
    let ended = server.stop();
    assert_eq!((ended.status.code(), ended.lines.len()), (Some(0), 0));
}

#[test]
fn two_workers_share_and_do_nothing_twice() {
    const COUNT: usize = 40;
    let server = Server::start(&["--workers", "0"]);
    for number in 0..COUNT {
        let id = format!("0191f3c2-4f3e-7cc0-8000-{number:012}");
        assert_eq!(server.post(&transcript(&id, &format!("text {number}"))).status, 200);
    }
    let workers = [(); 2].map(|()| {
        let mut command = ringback();
        command.args(["work", "--exec", "sh -c 'echo $RINGBACK_ID >> ids'", "--workers", "3"]);
        command.current_dir(server.directory.path());
        Server::spawn_worker(command)
    });
    let ids = || std::fs::read_to_string(server.directory.path().join("ids")).unwrap_or_default();
    eventually(|| ids().lines().count() >= COUNT);
    for worker in workers {
        assert_eq!(worker.stop().status.code(), Some(0));
    }
    let ids = ids();
    let mut all: Vec<_> = ids.lines().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!((ids.lines().count(), all.len()), (COUNT, COUNT));
}

#[test]
fn what_failed_is_tried_again_under_the_next_number() {
    let server =
        Server::start(&["--exec", "sh -c 'echo $RINGBACK_FENCE >> fences; test -e ok || { echo > ok; exit 1; }'"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let line = server.line();
    let fences: Vec<u64> = server.appears("fences").lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!((fences.len(), line["fence"].as_u64()), (2, fences.last().copied()));
    assert!(fences[0] < fences[1]);
    let ended = server.stop();
    assert!(ended.lines.is_empty() && ended.errors.contains("will be tried again"), "{}", ended.errors);
}

#[test]
fn a_context_reaches_its_handler() {
    let server = Server::with_tickets(&["--workers", "0"]);
    let expected =
        server.ringback(&["expect", "--job", "call-42", "--ticket-keys", "keys", "--context", "from\nhelp desk"]);
    assert_eq!(expected.status.code(), Some(0));
    let ticket = String::from_utf8(expected.stdout).unwrap();
    let answer = crate::server::curl(&["-u", ticket.trim(), "-d", &transcript(ID, "hello"), &server.url()]);
    assert_eq!(answer.status, 200);
    let mut command = ringback();
    command.args(["work", "--exec", "sh -c 'printf %s \"$RINGBACK_CONTEXT\" > context'"]);
    command.current_dir(server.directory.path());
    let worker = Server::spawn_worker(command);
    let line = worker.line();
    assert_eq!((&line["job"], &line["context"]), (&json!("call-42"), &json!("from\nhelp desk")));
    assert_eq!(std::fs::read_to_string(server.directory.path().join("context")).unwrap(), "from\nhelp desk");
}

#[test]
fn while_the_store_is_away_the_head_is_answered_with_503() {
    let server = Server::start(&["--workers", "0"]);
    let body = transcript(ID, "hello");
    assert_eq!(server.post(&body).status, 200);
    let other = transcript(&ID.replace('1', "2"), "goodbye");
    let database = rusqlite::Connection::open(server.directory.path().join("ringback.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = server.post(&other);
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("30")));
    // From then on nobody is made to wait: it is refused without a byte of its body.
    for _ in 0..3 {
        let answer = server.raw(head(&format!("Content-Length: {}\r\n", other.len())));
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 30"), "{answer}");
    }
    assert_eq!(crate::server::curl(&[&format!("http://{}/readyz", server.address)]).status, 503);
    database.execute_batch("ROLLBACK").unwrap();
    eventually(|| server.post(&other).status == 200);
    let ended = server.stop();
    assert!(ended.errors.contains("store_busy"), "{}", ended.errors);
}

#[test]
fn what_arrives_while_the_server_stops_is_refused_or_not_read() {
    let server = Server::start(&[
        "--drain-within",
        "10s",
        "--exec",
        "sh -c 'echo $$ > pid; while ! test -e enough; do sleep 0.1; done'",
    ]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    server.appears("pid");
    let mut stream = server.connect();
    let request = head("Content-Length: 50\r\n");
    std::io::Write::write_all(&mut stream, &request.as_bytes()[..20]).unwrap();
    assert_eq!(crate::server::curl(&[&format!("http://{}/healthz", server.address)]).status, 200);
    server.signal(Signal::TERM);
    errors_with(&server, "stopping");
    let _ = std::io::Write::write_all(&mut stream, &request.as_bytes()[20..]);
    let answer = rest(stream);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 503 "), "{answer}");
    server.directory.file("enough", "");
    let ended = server.wait();
    assert_eq!((ended.status.code(), ended.lines.len()), (Some(0), 1), "what was under way is finished");
}

#[test]
fn the_second_of_two_that_differ_waits_for_a_person() {
    let server = Server::start(&[]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let first = server.line();
    assert_eq!(server.post(&transcript(ID, "goodbye")).status, 200);
    let dead = server.ringback(&["dead", "--json"]);
    let letter: Value = serde_json::from_slice(&dead.stdout).unwrap();
    assert_eq!((&letter["reason"], &letter["state"]), (&json!("differing"), &json!("dead")));
    let replayed = server.ringback(&["replay", letter["id"].as_str().unwrap()]);
    assert_eq!(replayed.status.code(), Some(0));
    let second = server.line();
    assert_eq!((&first["revises"], &second["revises"]), (&json!(false), &json!(true)));
    assert_eq!((&second["transcript"], &second["id"]), (&json!("goodbye"), &letter["id"]));
}

#[test]
fn a_ticket_that_was_not_announced_is_held_only_where_that_is_asked() {
    let server = Server::start(&["--require-expected"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    let pending = server.ringback(&["pending", "--json"]);
    let held: Value = serde_json::from_slice(&pending.stdout).unwrap();
    assert_eq!((&held["what"], &held["state"]), (&json!("delivery"), &json!("held")));
    let expected = server.ringback(&["expect", "--job", "call-42", "--request-id", ID, "--sender", "hook", "--json"]);
    let expected: Value = serde_json::from_slice(&expected.stdout).unwrap();
    assert_eq!(expected["url"], Value::Null);
    let line = server.line();
    assert_eq!((&line["job"], &line["submission"]), (&json!("call-42"), &expected["submission"]));
}

#[test]
fn secrets_are_no_argument_of_any_process() {
    let directory = Directory::new();
    let mut command = ringback();
    command.args(["serve", "--listen", "127.0.0.1:0", "--exec", "sh -c 'echo $PPID > minder; sleep 1000'"]);
    command.current_dir(directory.path()).env("RINGBACK_BASIC", PAIR).env("RINGBACK_EXTRA_SECRET", "marker-secret");
    let server = Server::spawn(directory, command);
    assert_eq!(server.post(&transcript(ID, "marker-text")).status, 200);
    let minder = server.appears("minder");
    let read = |what: &str| std::fs::read(format!("/proc/{}/{what}", minder.trim())).unwrap();
    for shown in [read("cmdline"), read("environ"), std::fs::read(format!("/proc/{}/cmdline", server.pid())).unwrap()] {
        let shown = String::from_utf8_lossy(&shown);
        assert!(!shown.contains("marker") && !shown.contains("correct-horse"), "{shown}");
    }
}

#[test]
fn a_store_cannot_be_opened_where_there_is_none() {
    let directory = Directory::new();
    for command in ["work", "pending", "dead", "purge"] {
        let output = ringback().arg(command).current_dir(directory.path()).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{command}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("there is no store"), "{command}");
    }
    assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none(), "and none is made");
    directory.file("ringback.db", "this is no database, and longer than the head of one: ".repeat(40));
    let output = ringback().args(["serve", "--basic", PAIR]).current_dir(directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn while_the_store_is_away_the_spool_takes_what_comes() {
    let arguments = ["--basic", PAIR, "--workers", "0", "--spool", "spool"];
    let server = Server::start_in(Directory::new(), &arguments);
    let database = rusqlite::Connection::open(server.directory.path().join("ringback.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let body = transcript(ID, "hello");
    assert_eq!((server.post(&body).status, server.post(&body).status), (200, 200));
    let forget = ["forget", "--tag", "nobody", "--spool", "spool"];
    assert_eq!(server.ringback(&forget).status.code(), Some(3), "some of it may wait in the spool");
    // It is there after a kill, without a store as well.
    server.signal(Signal::KILL);
    let (_, directory) = server.wait_and_keep();
    drop(database);
    let server = Server::start_in(directory, &["--basic", PAIR, "--spool", "spool"]);
    assert_eq!(server.line()["transcript"], "hello");
    assert_eq!(server.ringback(&forget).status.code(), Some(1), "nothing is left there");
    assert!(server.stop().lines.is_empty());
}
