//! Too much, and too slow.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::server::{ID, Server, head, rest, ringback, transcript};

#[test]
fn forty_megabytes_are_refused_before_they_are_read() {
    let server = Server::in_memory(&[]);
    let body = server.directory.file("body", vec![b' '; 40_000_000]);
    let data = format!("@{}", body.display());
    for how in [&[][..], &["-H", "Expect:"], &["-H", "Transfer-Encoding: chunked", "-H", "Expect:"]] {
        let answer = server.curl(&[how, &["--data-binary", &data]].concat());
        assert_eq!((answer.status, answer.body.as_str()), (413, "content too large\n"), "{how:?}");
    }
    assert!(server.stop().errors.contains("body_too_large"));
}

#[test]
fn what_is_too_large_for_memory_goes_to_the_disk() {
    let server = Server::start(&["--max-body", "1000000", "--max-disk-body", "5000000"]);
    let large: Vec<u8> = (0..3_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let body = server.directory.file("body", &large);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::Write::write_all(&mut encoder, &large).unwrap();
    let packed = server.directory.file("body.gz", encoder.finish().unwrap());
    let (plain, gzip) = (format!("@{}", body.display()), format!("@{}", packed.display()));
    let post = |arguments: &[&str]| server.curl(&[arguments, &["-H", "Expect:"]].concat()).status;
    // As announced, in pieces, and compressed: the same delivery three times.
    assert_eq!(post(&["--data-binary", &plain]), 200);
    assert_eq!(post(&["-H", "Transfer-Encoding: chunked", "--data-binary", &plain]), 200);
    assert_eq!(post(&["-H", "Content-Encoding: gzip", "--data-binary", &gzip]), 200);
    let dead = server.ringback(&["dead", "--json"]);
    let letters: Vec<serde_json::Value> =
        String::from_utf8(dead.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(letters.len(), 1, "{letters:?}");
    let letter = &letters[0];
    assert_eq!((&letter["reason"], &letter["bytes"]), (&"oversize".into(), &3_000_000.into()));
    assert_eq!(server.ringback(&["dead", letter["id"].as_str().unwrap(), "--raw"]).stdout, large);

    let huge = format!("@{}", server.directory.file("huge", vec![b' '; 6_000_000]).display());
    assert_eq!(post(&["--data-binary", &huge]), 413);
    assert_eq!(post(&["-H", "Transfer-Encoding: chunked", "--data-binary", &huge]), 413);
    // What is cut off leaves nothing behind, at the latest when what is past its time is purged.
    let mut stream = server.connect();
    let begun = head("Transfer-Encoding: chunked\r\n") + "16E360\r\n" + &"x".repeat(1_400_000);
    stream.write_all(begun.as_bytes()).unwrap();
    drop(stream);
    server.signal(rustix::process::Signal::TERM);
    let (ended, directory) = server.wait_and_keep();
    assert_eq!(ended.status.code(), Some(0));
    let purged = ringback().arg("purge").current_dir(directory.path()).output().unwrap();
    assert_eq!(purged.status.code(), Some(0), "{purged:?}");
    let annex = std::fs::read_dir(directory.path().join("ringback.db-oversize")).unwrap();
    assert_eq!(annex.count(), 1, "the body of the dead letter");
}

#[test]
fn a_bomb_is_refused() {
    let server = Server::start(&["--max-disk-body", "50000000"]);
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
