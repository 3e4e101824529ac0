//! How a server ends: at a signal, and when nobody reads what it prints.

use std::io::{Read as _, Write as _};
use std::process::Stdio;

use rustix::process::Signal;

use crate::server::{Directory, ID, Server, curl, head, rest, ringback, text, transcript};

#[test]
fn signals_end_the_server_well() {
    for signal in [Signal::TERM, Signal::INT] {
        let server = Server::start(&[]);
        server.signal(signal);
        assert_eq!(server.wait().status.code(), Some(0));
    }
}

#[test]
fn what_is_under_way_is_finished() {
    let server = Server::in_memory(&["--exec", "sh -c 'echo started > started; cat > body'"]);
    let body = transcript(ID, "hello");
    let mut stream = server.connect();
    stream.write_all(head(&format!("Expect: 100-continue\r\nContent-Length: {}\r\n", body.len())).as_bytes()).unwrap();
    // The head is admitted when the server asks for the body.
    let mut asked = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut asked).unwrap();
    server.signal(Signal::TERM);
    while !server.errors().contains("stopping") {
        std::thread::yield_now();
    }
    stream.write_all(body.as_bytes()).unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"), "{answer}");
    let ended = server.wait();
    assert_eq!((ended.status.code(), ended.lines.len()), (Some(0), 1));
}

#[test]
fn a_second_signal_does_not_wait() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all(head("Content-Length: 50\r\n").as_bytes()).unwrap();
    assert_eq!(curl(&[&format!("http://{}/healthz", server.address)]).status, 200);
    server.signal(Signal::TERM);
    while !server.errors().contains("stopping") {
        std::thread::yield_now();
    }
    server.signal(Signal::TERM);
    assert_eq!(server.wait().status.code(), Some(1));
}

#[test]
fn without_a_reader_nothing_is_acknowledged() {
    let directory = Directory::new();
    let mut child = ringback()
        .args(["serve", "--listen", "127.0.0.1:0", "--store", "memory", "--basic", crate::server::PAIR])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    let url = line.split("listens on ").nth(1).unwrap().trim().to_owned();
    let answer = curl(&["-u", crate::server::PAIR, "-d", &transcript(ID, "hello"), &url]);
    assert_eq!(answer.status, 503);
    let mut errors = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(errors.contains("error: standard output: broken pipe"), "{errors}");
}

#[test]
fn a_reader_who_does_not_read_is_waited_for_but_not_by_the_sender() {
    let directory = Directory::new();
    let mut child = ringback()
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--store",
            "memory",
            "--basic",
            crate::server::PAIR,
            "--answer-within",
            "200ms",
        ])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    let url = line.split("listens on ").nth(1).unwrap().trim().to_owned();
    // More than a pipe holds.
    let body = format!("@{}", directory.file("body", transcript(ID, &"word ".repeat(100_000))).display());
    let post = || curl(&["-u", crate::server::PAIR, "--data-binary", &body, &url]).status;
    assert_eq!((post(), post()), (503, 503), "it is being handled");
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut event = String::new();
    std::io::BufRead::read_line(&mut lines, &mut event).unwrap();
    assert!(event.ends_with("}\n"));
    // It is settled a moment after it was read.
    while post() != 200 {}
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
    let mut more = String::new();
    std::io::Read::read_to_string(&mut lines, &mut more).unwrap();
    assert_eq!((child.wait().unwrap().code(), more.as_str()), (Some(0), ""));
}

#[test]
fn a_server_without_standard_output_does_not_start() {
    let command =
        format!("exec '{}' serve --store memory --listen 127.0.0.1:0 --basic a:b >&-", env!("CARGO_BIN_EXE_ringback"));
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: standard output: it is closed"), "{}", text(&output.stderr));
}

#[test]
fn a_port_that_is_taken_is_a_failure() {
    let server = Server::start(&[]);
    let output = server.ringback(&["serve", "--basic", "a:b", "--listen", &server.address.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: 127.0.0.1:"));
}
