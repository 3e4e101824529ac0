//! Attacks of strangers, who have no credentials.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::attack::{Scene, answers};

/// A short while, in which an attack does nothing.
const BREATH: Duration = Duration::from_millis(20);

/// Connections on which a head comes byte by byte, more of them than there are places for strangers.
pub fn slow(scene: &Scene<'_>, _: usize) {
    let head = b"POST /hook HTTP/1.1\r\nHost: example.com\r\nX: ".iter().chain([b'x'].iter().cycle());
    let mut streams: Vec<TcpStream> = Vec::new();
    for byte in head {
        if !scene.goes_on() {
            return;
        }
        streams.retain_mut(|stream| stream.write_all(&[*byte]).is_ok());
        while streams.len() < 150 {
            let Some(stream) = scene.connect() else { break };
            streams.push(stream);
        }
        std::thread::sleep(BREATH);
    }
}

/// Ten thousand connections on which nothing comes, as long as the machine lets one client have so many.
pub fn idle(scene: &Scene<'_>, _: usize) {
    let mut streams = Vec::new();
    while scene.goes_on() {
        if streams.len() < 2_500
            && let Some(stream) = scene.connect()
        {
            streams.push(stream);
        } else {
            // Old ones are given up for new ones, so that it never gets quiet.
            streams.drain(..streams.len().min(100));
            std::thread::sleep(BREATH);
        }
    }
}

/// Heads of a megabyte, in one field and in many.
pub fn huge(scene: &Scene<'_>, number: usize) {
    let field = if number.is_multiple_of(2) { "x".repeat(1 << 20) } else { "A: b\r\n".repeat(170_000) };
    let head = format!("POST /hook HTTP/1.1\r\nX: {field}\r\n\r\n");
    while scene.goes_on() {
        let said = scene.talk(head.as_bytes());
        if said.starts_with("HTTP/1.1 2") {
            scene.fault("a huge head was accepted".to_owned());
        }
    }
}

fn guess_of(number: usize, round: usize) -> String {
    // Tickets and Basic pairs, of the right shape.
    let values = [
        "Basic aG9vazpodW50ZXIy",
        "Basic cjEuZC5lZ044LjE3OTUyMTkyMDAuOFBIeThfVDE5dmY0LWZyNy5qb2ItMTpral9qalpxUVVCcXJ1cUZlRFFOOHNR",
        "Bearer x",
        "Basic !",
    ];
    let value = values[(number + round) % values.len()];
    format!("POST /hook HTTP/1.1\r\nHost: example.com\r\nAuthorization: {value}\r\nContent-Length: 2\r\n\r\n{{}}")
}

/// Guesses on connections that are kept open after the refusal, as long as the server lets them be.
pub fn guess_and_stay(scene: &Scene<'_>, number: usize) {
    let mut streams = Vec::new();
    for round in 0.. {
        if !scene.goes_on() {
            return;
        }
        if let Some(mut stream) = scene.connect() {
            let _ = stream.write_all(guess_of(number, round).as_bytes());
            streams.push(stream);
        }
        if streams.len() > 300 {
            streams.drain(..50);
        }
    }
}

/// Guesses, one after the other, each of which must be refused.
pub fn guess(scene: &Scene<'_>, number: usize) {
    for round in 0.. {
        if !scene.goes_on() {
            return;
        }
        let said = scene.talk(guess_of(number, round).as_bytes());
        if !said.is_empty() && !said.starts_with("HTTP/1.1 401") && !said.starts_with("HTTP/1.1 503") {
            scene.fault(format!("a guess was answered with {}", said.lines().next().unwrap_or_default()));
        }
    }
}

/// Requests that two parsers could read in two ways, with a second one inside that must never be served. Whoever sends
/// them has a ticket, so that nothing but the framing is in their way.
pub fn smuggle(scene: &Scene<'_>, _: usize) {
    let inner = format!(
        "POST /hook HTTP/1.1\r\nHost: example.com\r\nAuthorization: {}\r\nContent-Length: 9\r\n\r\nsmuggled!",
        crate::target::authorization("smuggled")
    );
    let length = inner.len();
    let shapes = [
        format!("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{inner}"),
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{inner}"),
        format!("Content-Length: 0, {length}\r\n\r\n{inner}"),
        format!("Content-Length: +0\r\n\r\n{inner}"),
        format!("Content-Length: -1\r\n\r\n{inner}"),
        format!("Content-Length: 18446744073709551616\r\n\r\n{inner}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n{inner}"),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{inner}"),
        format!("Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{inner}\r\n0\r\n\r\n"),
        format!("Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n{inner}"),
        format!(
            "Upgrade: h2c\r\nConnection: upgrade, http2-settings\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"
        ),
    ];
    while scene.goes_on() {
        for fields in &shapes {
            if !scene.goes_on() {
                return;
            }
            let head = scene.head("");
            let request = head.strip_suffix("\r\n").unwrap_or(&head).to_owned() + fields;
            let said = scene.talk(request.as_bytes());
            if said.matches("HTTP/1.1 2").count() > 1 {
                scene.fault("two requests were served where there is one".to_owned());
            }
        }
    }
}

/// Hundreds of requests at once on one connection: those without credentials end it.
pub fn pipeline(scene: &Scene<'_>, number: usize) {
    let one = if number.is_multiple_of(2) {
        "POST /hook HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n\r\n".to_owned()
    } else {
        scene.head("Content-Length: 2\r\n") + "{}"
    };
    let all = one.repeat(500);
    while scene.goes_on() {
        let said = scene.talk(all.as_bytes());
        if number.is_multiple_of(2) && said.matches("HTTP/1.1 ").count() > 1 {
            scene.fault("a stranger's connection was kept".to_owned());
        }
    }
}

/// Whatever could end up in a log, with line ends and commands for terminals in it.
pub fn inject(scene: &Scene<'_>, _: usize) {
    let poison = "\x1b[2J\x1b]0;INJECTED\x07%0d%0aINJECTED";
    let requests = [
        format!("POST /{poison} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("{poison} /hook HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("POST /hook?{poison} HTTP/1.1\r\nHost: {poison}\r\nUser-Agent: {poison}\r\n\r\n"),
        format!("POST /hook HTTP/1.1\r\nAuthorization: Basic {poison}\r\nContent-Type: {poison}\r\n\r\n"),
        scene.head(&format!("Content-Type: text/plain\r\nContent-Length: {}\r\n", poison.len())) + poison,
        {
            let body = r#"{"metadata":{"request_id":"\u001b[2J\nINJECTED"},"results":{"channels":[]}}"#;
            scene.head(&format!("Content-Length: {}\r\n", body.len())) + body
        },
    ];
    let start = Instant::now();
    while scene.goes_on() && start.elapsed() < Duration::from_secs(60) {
        for request in &requests {
            if let Some(mut stream) = scene.connect() {
                let _ = stream.write_all(request.as_bytes());
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = answers(&mut stream);
            }
        }
    }
}
