//! What happened to one delivery: its attempts, and what came of them.

use std::time::Duration;

use super::fault::Fault;
use super::wire::Ending;

/// Why an attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is one of Deepgram's own, of this number counted from 1, and this went wrong with it.
    Sent(u32, Option<Fault>),
    /// Somebody else made it, without credentials or with wrong ones.
    Stranger(Fault),
    /// It came after the delivery had been answered: [`Fault::Repeat`] or [`Fault::Differing`].
    Again(Fault),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Sent(number, None) => write!(f, "attempt {number}"),
            Reason::Sent(number, Some(Fault::Cut)) => write!(f, "attempt {number}, cut in the middle"),
            Reason::Sent(number, Some(_)) => write!(f, "attempt {number}, its answer lost"),
            Reason::Stranger(Fault::NoCredentials) => f.write_str("a stranger"),
            Reason::Stranger(_) => f.write_str("a stranger with a wrong password"),
            Reason::Again(Fault::Differing) => f.write_str("again with other bytes"),
            Reason::Again(_) => f.write_str("again"),
        }
    }
}

/// One attempt in the story of a delivery.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Since the beginning of the run.
    pub at: Duration,
    pub took: Duration,
    pub reason: Reason,
    pub ending: Ending,
    /// When the next attempt follows.
    pub next: Option<Duration>,
}

/// The story of a delivery.
#[derive(Clone, Debug)]
pub struct Record {
    pub number: u64,
    pub submission: u64,
    pub id: Option<String>,
    pub kind: &'static str,
    pub job: Option<String>,
    pub request_id: String,
    pub bytes: usize,
    /// Whether it is an interim result, which a receiver need not remember: handled again it does no harm.
    pub brief: bool,
    pub entries: Vec<Entry>,
}

impl Record {
    /// The attempts of Deepgram itself.
    pub fn attempts(&self) -> impl Iterator<Item = (&Entry, Option<Fault>)> {
        self.entries.iter().filter_map(|entry| match entry.reason {
            Reason::Sent(_, fault) => Some((entry, fault)),
            _ => None,
        })
    }

    /// Whether the receiver has acknowledged the whole body, and the sender knows it.
    pub fn is_acknowledged(&self) -> bool {
        self.attempts().any(|(entry, fault)| fault.is_none() && entry.ending.is_success())
    }

    /// Whether the receiver has acknowledged half a body, so that nobody sends the rest.
    pub fn is_acknowledged_by_half(&self) -> bool {
        self.attempts().any(|(entry, fault)| fault == Some(Fault::Cut) && entry.ending.is_success())
    }

    /// How often a stranger was let in.
    pub fn strangers_let_in(&self) -> usize {
        let stranger = |entry: &&Entry| matches!(entry.reason, Reason::Stranger(_)) && entry.ending.is_success();
        self.entries.iter().filter(stranger).count()
    }

    /// Whether the same document with other bytes was acknowledged.
    pub fn differs(&self) -> bool {
        let differing = |entry: &Entry| entry.reason == Reason::Again(Fault::Differing) && entry.ending.is_success();
        self.entries.iter().any(differing)
    }

    /// Whether another version of it is another delivery. That of a document is the same one with other bytes.
    pub fn has_versions(&self) -> bool {
        matches!(self.kind, "transcript" | "analysis" | "audio")
    }

    /// How often the whole body got there and was acknowledged, whether or not the sender learned it: so many
    /// times a receiver that does not tell repeats would handle it.
    pub fn arrivals(&self) -> usize {
        let whole = |entry: &&Entry| match entry.reason {
            Reason::Sent(_, fault) => fault != Some(Fault::Cut) && entry.ending.is_success(),
            Reason::Again(_) => entry.ending.is_success(),
            Reason::Stranger(_) => false,
        };
        self.entries.iter().filter(whole).count()
    }
}
