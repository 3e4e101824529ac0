//! Honest deliveries: ten a second, each with a ticket of its own, on a connection of its own, and again after a failure.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::target::{Target, authorization};

/// How often a delivery is sent at most: once, and ten times more.
pub const ATTEMPTS: u32 = 11;

const PAUSE: Duration = Duration::from_millis(300);
const EVERY: Duration = Duration::from_millis(100);
/// When a sender gives an attempt up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How honest deliveries fared.
pub struct Report {
    pub sent: usize,
    /// The most attempts that one of them took.
    pub attempts: u32,
    /// The time from the beginning of an attempt to the end of its answer, refusals included.
    pub p50: Duration,
    pub p99: Duration,
    pub lost: usize,
}

/// The job of an honest delivery.
pub fn job(number: usize) -> String {
    format!("honest-{number}")
}

/// Sends honest deliveries for so long, and waits for the last of them.
pub fn send(target: &Target, length: Duration) -> Report {
    let times = Mutex::new(Vec::new());
    let fates = Mutex::new(Vec::new());
    let start = Instant::now();
    std::thread::scope(|scope| {
        let mut sent = 0;
        while start.elapsed() < length {
            let number = sent;
            let (times, fates) = (&times, &fates);
            scope.spawn(move || {
                let fate = deliver(target, number, times);
                fates.lock().expect("nobody panics").push(fate);
            });
            sent += 1;
            std::thread::sleep((EVERY * sent as u32).saturating_sub(start.elapsed()));
        }
    });
    let fates = fates.into_inner().expect("nobody panics");
    let mut times = times.into_inner().expect("nobody panics");
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).or(times.last()).copied().unwrap_or_default();
    Report {
        sent: fates.len(),
        attempts: fates.iter().flatten().copied().max().unwrap_or(0),
        p50: at(50),
        p99: at(99),
        lost: fates.iter().filter(|fate| fate.is_none()).count(),
    }
}

/// Sends one delivery until it is accepted; how many attempts that took.
fn deliver(target: &Target, number: usize, times: &Mutex<Vec<Duration>>) -> Option<u32> {
    let id = format!("0191f3c2-4f3e-7cc0-8000-{number:012x}");
    let words = r#"{"word":"hello","start":0.1,"end":0.4,"confidence":0.99}"#;
    let body = format!(
        r#"{{"metadata":{{"request_id":"{id}","duration":25.9,"channels":1}},"results":{{"channels":[{{"alternatives":[{{"transcript":"hello","confidence":0.99,"words":[{}]}}]}}]}}}}"#,
        [words; 20].join(",")
    );
    let request = format!(
        "POST /hook HTTP/1.1\r\nHost: example.com\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        authorization(&job(number)),
        body.len()
    );
    for attempt in 1..=ATTEMPTS {
        let start = Instant::now();
        let status = ask(target, request.as_bytes());
        times.lock().expect("nobody panics").push(start.elapsed());
        if matches!(status, Ok(200)) {
            return Some(attempt);
        }
        std::thread::sleep(PAUSE);
    }
    None
}

/// Sends a request on a connection of its own; the status of its answer.
fn ask(target: &Target, request: &[u8]) -> io::Result<u16> {
    let mut stream = TcpStream::connect_timeout(&target.address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    // The status is all that counts; a connection that ends hard after it has said enough.
    let ended = stream.read_to_end(&mut answer);
    let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    match status {
        Some(status) => Ok(status),
        None => Err(ended.err().unwrap_or(io::ErrorKind::UnexpectedEof.into())),
    }
}
