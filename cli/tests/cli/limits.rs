//! Too much, and too slow.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::{ID, Server, head, rest, transcript};

#[test]
fn forty_megabytes_are_refused_before_they_are_read() {
    let server = Server::start(&[]);
    let body = server.directory.file("body", vec![b' '; 40_000_000]);
    let data = format!("@{}", body.display());
    for how in [&[][..], &["-H", "Expect:"], &["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]] {
        let answer = server.curl(&[how, &["--data-binary", &data]].concat());
        assert_eq!((answer.status, answer.body.as_str()), (413, "content too large\n"), "{how:?}");
    }
    assert!(server.stop().errors.contains("body_too_large"));
}

#[test]
fn a_bomb_is_refused() {
    let server = Server::start(&[]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut std::io::repeat(0).take(100_000_000), &mut encoder).unwrap();
    let bomb = encoder.finish().unwrap();
    let data = format!("@{}", server.directory.file("bomb.gz", bomb).display());
    assert_eq!(server.curl(&["-H", "content-encoding: gzip", "--data-binary", &data]).status, 413);
}

#[test]
fn more_bytes_than_there_is_memory_for_come_again() {
    let server = Server::start(&["--bytes-in-flight", "1000"]);
    assert_eq!(server.post(&format!("\"{}\"", "x".repeat(2000))).status, 503);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let server = Server::start(&["--head-within", "200ms"]);
    assert_eq!(server.raw(""), "");
    assert_eq!(server.raw("POST /hook HTTP/1.1\r\nHost: a\r\nAuthoriz"), "");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let server = Server::start(&["--body-grace", "200ms"]);
    for fields in ["Content-Length: 50\r\n", "Transfer-Encoding: chunked\r\n"] {
        let answer = server.raw(head(fields));
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close"), "{answer}");
    }
}

#[test]
fn a_known_sender_may_be_idle_for_longer_than_a_head_may_take() {
    let server = Server::start(&["--head-within", "1s", "--idle-within", "3s"]);
    let body = transcript(ID, "hello");
    let request = head(&format!("Content-Length: {}\r\n", body.len())) + &body;
    let mut stream = server.connect();
    stream.write_all(request.as_bytes()).unwrap();
    read_answer(&mut stream);
    // Behind the first answer the connection is idle: it ends, but not as early as an unfinished head would.
    let start = std::time::Instant::now();
    assert_eq!(rest(stream), "");
    assert!(start.elapsed() > std::time::Duration::from_secs(2));
}

#[test]
fn strangers_who_only_wait_give_way_and_known_senders_do_not() {
    let server = Server::start(&["--connections", "3", "--unproven-connections", "2"]);
    let body = transcript(ID, "hello");
    let request = head(&format!("Content-Length: {}\r\n", body.len())) + &body;
    let mut known = server.connect();
    known.write_all(request.as_bytes()).unwrap();
    read_answer(&mut known);
    let [first, second] = std::array::from_fn(|_| server.connect());
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    // The first of them was cut off, and its place was free again for the next one.
    assert_eq!(rest(first), "");
    known.write_all(request.as_bytes()).unwrap();
    read_answer(&mut known);
    drop(second);
}

#[test]
fn while_everybody_is_in_the_middle_of_a_request_newcomers_come_again() {
    let server = Server::start(&["--connections", "2"]);
    let busy: [TcpStream; 2] = std::array::from_fn(|_| {
        let mut stream = server.connect();
        stream.write_all(head("Content-Length: 5\r\nExpect: 100-continue\r\n").as_bytes()).unwrap();
        // So the body is waited for.
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 100 "));
        stream
    });
    let refused = server.post("{}");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("30")));
    drop(busy);
}

fn read_answer(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}
