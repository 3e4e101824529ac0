//! The attacks, and what they share.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::target::{Target, authorization};
use crate::{bodies, heads};

/// An attack: what it is called, how many threads make it, and what each of them does until it is told to stop.
pub struct Attack {
    pub name: &'static str,
    pub threads: usize,
    pub run: fn(&Scene<'_>, usize),
}

/// Every attack. Those with a leaked URL have one ticket that is genuine.
pub const ALL: &[Attack] = &[
    Attack { name: "nothing", threads: 1, run: |scene, _| scene.shoot() },
    Attack { name: "heads that come byte by byte", threads: 4, run: heads::slow },
    Attack { name: "idle connections", threads: 4, run: heads::idle },
    Attack { name: "huge heads", threads: 4, run: heads::huge },
    Attack { name: "credentials guessed, connections left open", threads: 4, run: heads::guess_and_stay },
    Attack { name: "credentials guessed as fast as possible", threads: 4, run: heads::guess },
    Attack { name: "requests smuggled", threads: 2, run: heads::smuggle },
    Attack { name: "requests pipelined", threads: 2, run: heads::pipeline },
    Attack { name: "log lines injected", threads: 2, run: heads::inject },
    Attack { name: "leaked URL: bodies announced and never sent", threads: 2, run: bodies::announced },
    Attack { name: "leaked URL: bodies that come byte by byte", threads: 2, run: bodies::slow },
    Attack { name: "leaked URL: 32 MiB held back at the last byte", threads: 2, run: bodies::held_back },
    Attack { name: "leaked URL: 32 MiB of brackets", threads: 2, run: bodies::brackets },
    Attack { name: "leaked URL: 32 MiB of one string", threads: 2, run: bodies::string },
    Attack { name: "leaked URL: 32 MiB of one number", threads: 2, run: bodies::number },
    Attack { name: "leaked URL: 32 MiB of members with one name", threads: 2, run: bodies::members },
    Attack { name: "leaked URL: compressed bombs", threads: 2, run: bodies::bombs },
    Attack { name: "leaked URL: thousands of deliveries", threads: 2, run: bodies::many },
    Attack { name: "one tenant: thousands of request ids", threads: 2, run: bodies::names },
];

/// What whoever attacks can see.
pub struct Scene<'a> {
    pub target: &'a Target,
    stop: &'a AtomicBool,
    /// The credentials of a URL that has leaked.
    pub leaked: String,
    shots: AtomicUsize,
    faults: Mutex<Vec<String>>,
}

impl<'a> Scene<'a> {
    pub fn new(target: &'a Target, stop: &'a AtomicBool) -> Scene<'a> {
        let leaked = authorization("leaked");
        Scene { target, stop, leaked, shots: AtomicUsize::new(0), faults: Mutex::default() }
    }

    /// Whether to go on.
    pub fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Counts a request, or a connection, of the attack.
    pub fn shoot(&self) {
        self.shots.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was shot.
    pub fn shots(&self) -> usize {
        self.shots.load(Ordering::Relaxed)
    }

    /// Notes that the server did what it must not do.
    pub fn fault(&self, what: String) {
        let mut faults = self.faults.lock().expect("nobody panics");
        if faults.len() < 5 {
            faults.push(what);
        }
    }

    /// What the server did that it must not do.
    pub fn faults(&self) -> Vec<String> {
        self.faults.lock().expect("nobody panics").clone()
    }

    /// A connection, if the server has one.
    pub fn connect(&self) -> Option<TcpStream> {
        self.shoot();
        let stream = TcpStream::connect_timeout(&self.target.address, Duration::from_secs(1)).ok()?;
        stream.set_read_timeout(Some(Duration::from_millis(500))).ok()?;
        stream.set_write_timeout(Some(Duration::from_millis(500))).ok()?;
        Some(stream)
    }

    /// Sends bytes on a connection of its own, and returns what comes back for a while.
    pub fn talk(&self, bytes: &[u8]) -> String {
        let Some(mut stream) = self.connect() else { return String::new() };
        let _ = stream.write_all(bytes);
        answers(&mut stream)
    }

    /// A head with the leaked credentials and these fields.
    pub fn head(&self, fields: &str) -> String {
        format!("POST /hook HTTP/1.1\r\nHost: example.com\r\nAuthorization: {}\r\n{fields}\r\n", self.leaked)
    }
}

/// What comes back, until the connection ends or nothing comes for a while.
pub fn answers(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length) = stream.read(&mut part) {
        if length == 0 {
            break;
        }
        all.extend_from_slice(&part[..length]);
    }
    String::from_utf8_lossy(&all).into_owned()
}
