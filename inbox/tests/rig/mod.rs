//! What the tests of the inbox have in common: stores to open, deliveries to send, folders that go away.
#![allow(dead_code, reason = "every test crate uses another part of it")]

#[cfg(feature = "postgres")]
pub mod server;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use ringback::credential::{Audience, BasicPair, BasicPairs, ExtraSecret, Keyring, TicketKey, TicketText};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::policy::{Answer, Backing, Policy};
use ringback::route::Routes;
use ringback::{Gate, Head};
use ringback_inbox::{Clock, Decision, Expect, Inbox, Ledger, ManualClock, Settings, Submission, Work};

pub const NOON: u64 = 1_795_000_000_000;
pub const BASIC: &str = "Basic aG9vazpjb3JyZWN0IGhvcnNl";

/// A folder for one test, gone when it is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ringback-inbox-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("inbox.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store that the contract is held against: how to open it, and, where something survives, how to open it again.
pub trait Store {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger>;
}

pub struct Rig {
    pub store: Box<dyn Store>,
    pub clock: Arc<ManualClock>,
    pub settings: Settings,
    pub inbox: Inbox,
    pub gate: Gate<'static>,
}

impl Rig {
    pub fn new(store: impl Store + 'static) -> Rig {
        Rig::with(store, Settings::default())
    }

    pub fn with(store: impl Store + 'static, settings: Settings) -> Rig {
        let clock = Arc::new(ManualClock::new(NOON));
        let inbox = Inbox::over(store.open(clock.clone()), settings);
        let gate = gate(inbox.seed());
        Rig { store: Box::new(store), clock, settings, inbox, gate }
    }

    /// The same store, as another process would open it.
    pub fn another(&self) -> Inbox {
        Inbox::over(self.store.open(self.clock.clone()), self.settings)
    }

    pub fn expect(&self, job: &str) -> Submission {
        self.inbox.expect(&keyring(), Expect::new(job)).unwrap()
    }

    pub fn send(&self, authorization: &str, body: &[u8]) -> Answer {
        match self.receive(authorization, body) {
            Decision::Answer(answer) => answer,
            Decision::Handle(work) => panic!("{work:?} is to be handled at once"),
        }
    }

    pub fn keep(&self, authorization: &str, body: &[u8]) {
        assert_eq!(self.answer(authorization, body), (200, "stored"));
    }

    pub fn receive(&self, authorization: &str, body: &[u8]) -> Decision {
        let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
        self.inbox.receive(&self.gate, &head.header("content-type", b"application/json"), &mut body.to_vec())
    }

    /// Status and situation of the answer.
    pub fn answer(&self, authorization: &str, body: &[u8]) -> (u16, &'static str) {
        let answer = self.send(authorization, body);
        (answer.status, answer.situation.name())
    }

    pub fn claim(&self) -> Option<Work> {
        self.inbox.claim(1).unwrap().pop()
    }

    pub fn policy(&self) -> &Policy {
        self.gate.policy()
    }
}

pub fn authorization(submission: &Submission) -> String {
    submission.ticket().map(TicketText::authorization).unwrap().to_string()
}

pub fn keyring() -> Keyring<'static> {
    static KEYS: LazyLock<[TicketKey; 1]> = LazyLock::new(|| [TicketKey::new(&[7; 32], Audience::default()).unwrap()]);
    Keyring::new(&*KEYS).unwrap()
}

/// The pair of [`BASIC`].
pub fn pairs() -> BasicPairs<'static> {
    static PAIRS: LazyLock<[BasicPair<'static>; 1]> =
        LazyLock::new(|| [BasicPair::new("production", "hook", "correct horse").unwrap()]);
    BasicPairs::new(&*PAIRS)
}

pub fn gate(seed: Seed) -> Gate<'static> {
    Gate::new(Config {
        credentials: AcceptedCredentials {
            tickets: Some(keyring()),
            basic: pairs(),
            extra_secret: Some(ExtraSecret::new("callback_secret", "open sesame marker").unwrap()),
            ..AcceptedCredentials::default()
        },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Inbox),
        limits: Default::default(),
        remember_interim: false,
        seed,
    })
    .unwrap()
}

/// A request id out of a number.
pub fn request(number: u64) -> String {
    format!("019f0000-0000-7000-8000-{number:012x}")
}

pub fn transcript(number: u64, text: &str) -> Vec<u8> {
    format!(
        r#"{{"metadata":{{"request_id":"{}","tags":["blue"]}},"results":{{"channels":[{{"alternatives":[{{"transcript":"{text}","confidence":0.9,"words":[]}}]}}]}}}}"#,
        request(number)
    )
    .into_bytes()
}

pub fn failure(number: u64) -> Vec<u8> {
    format!(r#"{{"err_code":"ASR","err_msg":"broken","request_id":"{}"}}"#, request(number)).into_bytes()
}

pub fn piece(number: u64, start: f64, is_final: bool, text: &str) -> Vec<u8> {
    format!(
        r#"{{"type":"Results","channel_index":[0,1],"duration":1.0,"start":{start},"is_final":{is_final},"channel":{{"alternatives":[{{"transcript":"{text}","confidence":0.9,"words":[]}}]}},"metadata":{{"request_id":"{}"}}}}"#,
        request(number)
    )
    .into_bytes()
}

pub fn closing(number: u64) -> Vec<u8> {
    format!(
        r#"{{"type":"Metadata","transaction_key":"deprecated","request_id":"{}","sha256":"00","created":"2026-01-01T00:00:00Z","duration":2.0,"channels":1}}"#,
        request(number)
    )
    .into_bytes()
}

/// The wall clock of a rig, for those who look at rows.
pub fn wall(rig: &Rig) -> u64 {
    rig.clock.now().wall
}
