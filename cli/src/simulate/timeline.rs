//! What is told while it happens: a line for each attempt; on a terminal in colour, with a line below that counts.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::fault::Fault;
use super::record::{Entry, Reason, Record};
use crate::text::{ObjectLine, Visible};

/// How attempts are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// For people.
    Lines,
    /// One JSON object a line.
    Json,
    /// Not at all.
    Nothing,
}

/// Where the story is told.
pub struct Timeline {
    telling: Telling,
    /// Whether standard output is a terminal.
    terminal: bool,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    attempts: u64,
    delivered: u64,
    waiting: i64,
    lost: u64,
}

impl Timeline {
    /// On standard output.
    pub fn new(telling: Telling) -> Timeline {
        let terminal = std::io::stdout().is_terminal() && telling == Telling::Lines;
        Timeline { telling, terminal, counts: Mutex::default() }
    }

    /// Tells of an attempt.
    pub fn attempted(&self, record: &Record, entry: &Entry) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.attempts += 1;
        let first = matches!(entry.reason, Reason::Sent(1, _));
        if first && entry.next.is_some() {
            counts.waiting += 1;
        }
        let line = match self.telling {
            Telling::Lines => prose(record, entry, self.terminal),
            Telling::Json => json(record, entry),
            Telling::Nothing => return,
        };
        self.print(&line, &counts);
    }

    /// Notes that a delivery has ended.
    pub fn ended(&self, record: &Record) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = record.attempts().next().is_some_and(|(entry, _)| entry.next.is_some());
        counts.waiting -= i64::from(waited);
        if record.is_acknowledged() {
            counts.delivered += 1
        } else {
            counts.lost += 1
        }
        if self.terminal {
            self.print("", &counts);
        }
    }

    /// Prints a line above the one that counts. Whoever does not listen any more misses the rest.
    fn print(&self, line: &str, counts: &Counts) {
        let mut out = std::io::stdout().lock();
        let mut text = String::new();
        if self.terminal {
            text.push_str("\r\x1b[2K");
        }
        if !line.is_empty() {
            text.push_str(line);
            text.push('\n');
        }
        if self.terminal {
            let Counts { attempts, delivered, waiting, lost } = counts;
            let _ = write!(text, "{attempts} attempts, {delivered} delivered, {waiting} to come again, {lost} lost");
        }
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Ends the line that counts.
    pub fn close(&self) {
        if self.terminal {
            let mut out = std::io::stdout().lock();
            let _ = out.write_all(b"\r\x1b[2K").and_then(|()| out.flush());
        }
    }
}

fn prose(record: &Record, entry: &Entry, colour: bool) -> String {
    let (on, off) = match (colour, entry.ending.is_success()) {
        (false, _) => ("", ""),
        (true, true) => ("\x1b[32m", "\x1b[0m"),
        (true, false) => ("\x1b[31m", "\x1b[0m"),
    };
    let mut line = format!(
        "{:>9.3} s  #{:<4} {:<21} {:>10}  {}: {on}{}{off} in {}",
        entry.at.as_secs_f64(),
        record.number,
        record.kind,
        size(record.bytes),
        entry.reason,
        Visible(entry.ending.to_string().chars(), 200),
        span(entry.took),
    );
    if let Some(next) = entry.next {
        let _ = write!(line, ", again in {}", span(next));
    }
    line
}

fn json(record: &Record, entry: &Entry) -> String {
    let mut line = ObjectLine::new();
    line.plain("v", 1);
    line.text("event", Some("attempt"));
    line.plain("number", record.number);
    line.text("id", record.id.as_deref());
    line.text("kind", Some(record.kind));
    line.text("job", record.job.as_deref());
    line.text("request_id", Some(&record.request_id));
    line.plain("bytes", record.bytes);
    line.plain("at_ms", entry.at.as_millis());
    line.plain("took_ms", entry.took.as_millis());
    let (sender, attempt, fault) = match entry.reason {
        Reason::Sent(number, fault) => ("deepgram", Some(number), fault),
        Reason::Stranger(fault) => ("stranger", None, Some(fault)),
        Reason::Again(fault) => ("deepgram", None, Some(fault)),
    };
    line.text("sender", Some(sender));
    line.json("attempt", attempt.map(|number| number.to_string()).as_deref());
    line.text("fault", fault.map(name).as_deref());
    line.json("status", entry.ending.status().map(|status| status.to_string()).as_deref());
    let problem = entry.ending.status().is_none().then(|| entry.ending.to_string());
    line.text("problem", problem.as_deref());
    line.json("again_in_ms", entry.next.map(|next| next.as_millis().to_string()).as_deref());
    line.end()
}

/// A fault as it is called on the command line.
pub fn name(fault: Fault) -> String {
    clap::ValueEnum::to_possible_value(&fault).map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A number of bytes for people.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A span of time for people.
pub fn span(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..10_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
