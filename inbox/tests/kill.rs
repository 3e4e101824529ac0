//! Processes are killed at every place where one may die, and nobody loses or repeats what must not be.
//!
//! The parent plays the sender, the witness and the judge. It sends deliveries to a child, which receives and handles
//! them, and tells what it does line by line through a pipe: what is written into a pipe survives its writer. The child
//! is killed as SIGKILL does, another one goes on with the same file, and in the end the witness is asked, by the number of each
//! delivery and never by totals:
//!
//! * everything acknowledged was handled;
//! * nothing began after its settlement had returned;
//! * fencing numbers of one delivery only rise, and nothing was settled under a lower one than has begun;
//! * one delivery has one id, whatever happened.
//!
//! `RINGBACK_KILLS=n` kills n times at each place and ten times as often at random (default 2).

mod rig;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use rig::{BASIC, Folder, gate, transcript};
use ringback::Head;
use ringback::ledger::{Outcome, Rules, Settled};
use ringback_inbox::worker::Pace;
use ringback_inbox::{Decision, Error, Handler, Inbox, Settings, Sqlite, Work, Workers};

/// Every row of the table of deaths: before the write, in the commit, durable but not answered, answered but not claimed,
/// claimed, done but not settled; and settled.
const PLACES: [&str; 7] = ["received", "written", "committed", "answered", "claimed", "handled", "settled"];

const LONG: Duration = Duration::from_secs(60);

/// What a handler waits for, if it is to wait.
struct Go {
    gone: Mutex<bool>,
    changed: Condvar,
}

struct Told {
    go: &'static Go,
}

impl Handler for Told {
    fn handle(&self, work: &Work) -> Outcome {
        tell(format_args!("start {} {} {}", number(work), work.id, work.claim.fence));
        let gone = self.go.gone.lock().unwrap();
        drop(self.go.changed.wait_while(gone, |gone| !*gone).unwrap());
        tell(format_args!("end {}", number(work)));
        Outcome::Done
    }

    fn settled(&self, work: &Work, settled: Result<Settled, &Error>) {
        let how = if settled.is_ok() { "ok" } else { "stale" };
        tell(format_args!("settled {} {} {} {how}", number(work), work.id, work.claim.fence));
    }
}

fn tell(line: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    // The parent is gone if this fails, and then nobody listens.
    let _ = writeln!(out, "\n! {line}").and_then(|()| out.flush());
}

fn number(work: &Work) -> u64 {
    let id = work.request_id.as_deref().unwrap_or_default();
    u64::from_str_radix(id.rsplit('-').next().unwrap_or_default(), 16).unwrap_or(u64::MAX)
}

fn settings() -> Settings {
    let rules = Rules { lease: 400, backoff: 20, backoff_limit: 20, tries: 255, ..Rules::stored() };
    Settings { rules, ..Settings::default() }
}

/// A child, when it is told to be one; as a test of its own it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var("RINGBACK_CHILD") else { return };
    let waits = std::env::var("RINGBACK_WAITS").is_ok();
    let inbox = Inbox::new(Sqlite::open(path).unwrap(), settings());
    let gate = gate(inbox.seed());
    let go: &'static Go = Box::leak(Box::new(Go { gone: Mutex::new(!waits), changed: Condvar::new() }));
    // A handler that waits is one that has been stopped: nothing renews its lease either.
    let pace = match waits {
        true => Pace { at_once: 1, renew: Some(LONG), ..Pace::default() },
        false => Pace::default(),
    };
    let part = std::env::var("RINGBACK_PART").unwrap_or_default();
    let workers = (part != "receive").then(|| Workers::start_at(&inbox, Told { go }, pace));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let mut line = String::new();
                    if !matches!(std::io::stdin().read_line(&mut line), Ok(1..)) {
                        return;
                    }
                    let line = line.trim_end();
                    if line == "go" {
                        *go.gone.lock().unwrap() = true;
                        go.changed.notify_all();
                        continue;
                    }
                    let number = line.parse().unwrap();
                    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
                    if let Decision::Answer(answer) = inbox.receive(&gate, &head, &mut transcript(number, "words")) {
                        tell(format_args!("ack {number} {}", answer.status));
                    }
                }
            });
        }
    });
    if let Some(workers) = workers {
        workers.stop(Duration::from_secs(10));
    }
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<Line>,
}

#[derive(Debug)]
enum Line {
    Ack { number: u64, status: u16 },
    Start { number: u64, id: String, fence: u32 },
    End { number: u64 },
    Settled { number: u64, fence: u32, ok: bool },
}

#[derive(Default)]
struct Witness {
    sent: u64,
    acked: BTreeSet<u64>,
    ids: BTreeMap<u64, BTreeSet<String>>,
    highest: BTreeMap<u64, u32>,
    handled: BTreeSet<u64>,
    settled: BTreeSet<u64>,
    faults: Vec<String>,
}

impl Running {
    /// A child that does only its part: `receive` or `work`.
    fn part(path: &Path, part: &str) -> Running {
        Running::start(path, &[("RINGBACK_PART", Some(part))])
    }

    fn spawn(path: &Path, kill: Option<&str>, plant: Option<&str>, waits: bool) -> Running {
        let waits = waits.then_some("");
        Running::start(path, &[("RINGBACK_KILL", kill), ("RINGBACK_PLANT", plant), ("RINGBACK_WAITS", waits)])
    }

    fn start(path: &Path, told: &[(&str, Option<&str>)]) -> Running {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["child", "--exact", "--nocapture", "--test-threads=1"]).env("RINGBACK_CHILD", path);
        for (name, value) in told {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // A line that was cut in the middle was never said.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(line) = parse(&line) {
                    let _ = send.send(line);
                }
            }
        });
        Running { child, stdin, lines }
    }

    fn send(&mut self, number: impl std::fmt::Display) {
        // A child that was killed reads no more.
        let _ = writeln!(self.stdin, "{number}");
    }

    fn next(&self) -> Option<Line> {
        self.lines.recv_timeout(LONG).ok()
    }

    /// Whether it was killed before it had come to its end.
    fn bury(mut self, witness: &mut Witness) -> bool {
        let _ = self.child.kill();
        drop(self.stdin);
        while let Ok(line) = self.lines.recv() {
            witness.see(line);
        }
        !self.child.wait().unwrap().success()
    }
}

fn parse(line: &str) -> Option<Line> {
    let mut words = line.strip_prefix("! ")?.split(' ');
    let what = words.next()?;
    let number = words.next()?.parse().ok()?;
    Some(match what {
        "ack" => Line::Ack { number, status: words.next()?.parse().ok()? },
        "start" => Line::Start { number, id: words.next()?.into(), fence: words.next()?.parse().ok()? },
        "end" => Line::End { number },
        "settled" => {
            let fence = words.nth(1)?.parse().ok()?;
            let how = words.next()?;
            if !matches!(how, "ok" | "stale") {
                return None;
            }
            Line::Settled { number, fence, ok: how == "ok" }
        }
        _ => return None,
    })
}

impl Witness {
    fn see(&mut self, line: Line) {
        match line {
            Line::Ack { number, status: 200 } => _ = self.acked.insert(number),
            Line::Ack { .. } => {}
            Line::Start { number, id, fence } => {
                if self.settled.contains(&number) {
                    self.faults.push(format!("{number} began after it was settled"));
                }
                let highest = self.highest.entry(number).or_default();
                if fence <= *highest {
                    self.faults.push(format!("{number} began under {fence} after {highest}"));
                }
                *highest = fence;
                let ids = self.ids.entry(number).or_default();
                ids.insert(id);
                if ids.len() > 1 {
                    self.faults.push(format!("{number} has two ids"));
                }
            }
            Line::End { number } => _ = self.handled.insert(number),
            Line::Settled { number, fence, ok } => {
                let highest = self.highest.get(&number).copied().unwrap_or(0);
                if ok && fence < highest {
                    self.faults.push(format!("{number} was settled under {fence} after it began under {highest}"));
                }
                if ok {
                    self.settled.insert(number);
                }
            }
        }
    }

    /// Sends what nobody has acknowledged, something new, and some of what was acknowledged: its 200 was lost.
    fn feed(&mut self, running: &mut Running, fresh: u64) {
        let unacked: Vec<_> = (0..self.sent).filter(|number| !self.acked.contains(number)).collect();
        let again: Vec<_> = self.acked.iter().rev().take(4).copied().collect();
        let new = self.sent..self.sent + fresh;
        self.sent += fresh;
        unacked.into_iter().chain(new).chain(again).for_each(|number| running.send(number));
    }

    fn in_flight(&self) -> usize {
        (0..self.sent).filter(|number| !(self.acked.contains(number) && self.settled.contains(number))).count()
    }

    fn verdict(mut self) -> Vec<String> {
        let lost: Vec<_> = self.acked.difference(&self.handled).copied().collect();
        if !lost.is_empty() {
            self.faults.push(format!("acknowledged and never handled: {lost:?}"));
        }
        self.faults
    }
}

/// How and how often children are killed; the last one is not.
struct Campaign {
    kills: Vec<Option<String>>,
    plant: Option<&'static str>,
}

impl Campaign {
    /// What the witness has to say, and how many children were killed with something in flight.
    fn run(self) -> (Vec<String>, usize) {
        let folder = Folder::new();
        let path = folder.file();
        let mut witness = Witness::default();
        let mut killed = 0;
        for (round, kill) in self.kills.iter().enumerate() {
            let mut running = Running::spawn(&path, kill.as_deref(), self.plant, false);
            witness.feed(&mut running, 20);
            // A child without a place to die at is killed after so many lines, out of a fixed sequence.
            let patience = if kill.is_some() { usize::MAX } else { dice(round) % 60 };
            let mut lines = 0;
            while lines < patience && witness.in_flight() > 0 {
                let Ok(line) = running.lines.recv_timeout(LONG) else { break };
                witness.see(line);
                lines += 1;
            }
            let busy = witness.in_flight() > 0;
            killed += usize::from(running.bury(&mut witness) && busy);
        }
        let last = Running::spawn(&path, None, self.plant, false);
        finish(&path, &mut witness, last, None);
        (witness.verdict(), killed)
    }
}

/// Nobody is killed any more: everything is acknowledged and handled, or has had a minute for it. The worker is another
/// process, or the same.
fn finish(path: &Path, witness: &mut Witness, mut receiver: Running, worker: Option<Running>) {
    witness.feed(&mut receiver, 5);
    while witness.acked.len() < witness.sent as usize {
        let line = receiver.next().expect("the child answers");
        if let Line::Ack { number, status: 400.. } = line {
            // As every sender does when it is told to come again.
            receiver.send(number);
        }
        witness.see(line);
    }
    // This process looks at the same file, until nothing is left to do.
    let inbox = Inbox::new(Sqlite::open(path).unwrap(), settings());
    let end = Instant::now() + LONG;
    loop {
        let rings = inbox.ledger().bell().rings();
        let [held, ready, claimed, ..] = inbox.ledger().tally().unwrap();
        // A mistake that never settles would go on for ever; by then the witness has seen enough.
        if held + ready + claimed == 0 || !witness.faults.is_empty() || Instant::now() > end {
            break;
        }
        inbox.ledger().bell().wait(rings, Duration::from_millis(100));
        for child in [Some(&receiver), worker.as_ref()].into_iter().flatten() {
            while let Ok(line) = child.lines.try_recv() {
                witness.see(line);
            }
        }
    }
    for Running { mut child, stdin, lines } in [Some(receiver), worker].into_iter().flatten() {
        drop(stdin);
        if witness.faults.is_empty() {
            while let Ok(line) = lines.recv() {
                witness.see(line);
            }
        } else {
            let _ = child.kill();
        }
        let _ = child.wait();
    }
}

/// The numbers of a sequence that looks random and is the same in every run.
fn dice(at: usize) -> usize {
    let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as usize
}

fn kills() -> usize {
    std::env::var("RINGBACK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(2)
}

fn at(place: &str, count: usize) -> Vec<Option<String>> {
    (0..count).map(|round| Some(format!("{place}:{}", 1 + dice(round) % 9))).collect()
}

#[test]
fn a_kill_at_any_place_loses_nothing_and_repeats_nothing_settled() {
    let mut histogram = Vec::new();
    for place in PLACES {
        let (faults, killed) = Campaign { kills: at(place, kills()), plant: None }.run();
        assert_eq!(faults, Vec::<String>::new(), "killed at {place}");
        assert!(killed > 0, "nobody died at {place}");
        histogram.push((place, killed));
    }
    let total: usize = histogram.iter().map(|(_, killed)| killed).sum();
    println!(
        "{histogram:?}: 0 of {total} kills lost or repeated anything; below {:.1} % at 95 %",
        300.0 / total as f64
    );
}

#[test]
fn a_kill_at_any_moment_loses_nothing_and_repeats_nothing_settled() {
    let (faults, killed) = Campaign { kills: vec![None; 10 * kills()], plant: None }.run();
    assert_eq!(faults, Vec::<String>::new());
    assert!(killed > 0);
    println!("0 of {killed} kills lost or repeated anything; below {:.1} % at 95 %", 300.0 / killed as f64);
}

#[test]
fn a_receiver_and_a_worker_die_apart() {
    let folder = Folder::new();
    let mut witness = Witness::default();
    let begin = |part| Running::part(&folder.file(), part);
    let (mut receiver, mut worker) = (begin("receive"), begin("work"));
    let rounds = 4 * kills();
    for round in 0..rounds {
        witness.feed(&mut receiver, 20);
        let mut left = dice(round) % 60;
        while left > 0 && witness.in_flight() > 0 {
            for child in [&receiver, &worker] {
                if let Ok(line) = child.lines.recv_timeout(Duration::from_millis(1)) {
                    witness.see(line);
                    left = left.saturating_sub(1);
                }
            }
        }
        let (part, dying) = if round % 2 == 0 { ("receive", &mut receiver) } else { ("work", &mut worker) };
        std::mem::replace(dying, begin(part)).bury(&mut witness);
    }
    finish(&folder.file(), &mut witness, receiver, Some(worker));
    assert_eq!(witness.verdict(), Vec::<String>::new());
    println!("0 of {rounds} kills of one of two processes lost or repeated anything");
}

#[test]
fn the_harness_sees_a_reply_before_the_commit() {
    let (faults, _) = Campaign { kills: at("written", 4), plant: Some("reply-before-commit") }.run();
    assert!(faults.iter().any(|fault| fault.starts_with("acknowledged and never handled")), "{faults:?}");
}

#[test]
fn the_harness_sees_repeats_that_are_not_dropped() {
    let (faults, _) = Campaign { kills: vec![None; 4], plant: Some("repeats-kept") }.run();
    assert!(faults.iter().any(|fault| fault.ends_with("has two ids")), "{faults:?}");
}

#[test]
fn the_harness_sees_a_settlement_that_is_ignored() {
    let (faults, _) = Campaign { kills: vec![None; 2], plant: Some("settlement-ignored") }.run();
    assert!(faults.iter().any(|fault| fault.ends_with("began after it was settled")), "{faults:?}");
}

/// A process sleeps with a claim until another one has it, and then settles.
fn oversleep(plant: Option<&'static str>) -> Vec<String> {
    let folder = Folder::new();
    let mut witness = Witness::default();
    let until = |running: &Running, witness: &mut Witness, wanted: fn(&Line) -> bool| {
        loop {
            let line = running.next().expect("the child goes on");
            let found = wanted(&line);
            witness.see(line);
            if found {
                return;
            }
        }
    };
    let mut sleeper = Running::spawn(&folder.file(), None, plant, true);
    sleeper.send(0);
    until(&sleeper, &mut witness, |line| matches!(line, Line::Start { .. }));
    let mut second = Running::spawn(&folder.file(), None, plant, true);
    until(&second, &mut witness, |line| matches!(line, Line::Start { .. }));
    sleeper.send("go");
    until(&sleeper, &mut witness, |line| matches!(line, Line::Settled { .. }));
    second.send("go");
    until(&second, &mut witness, |line| matches!(line, Line::Settled { .. }));
    sleeper.bury(&mut witness);
    second.bury(&mut witness);
    witness.acked.insert(0);
    witness.verdict()
}

#[test]
fn who_overslept_its_lease_settles_nothing() {
    assert_eq!(oversleep(None), Vec::<String>::new());
}

#[test]
fn the_harness_sees_fencing_that_is_ignored() {
    let faults = oversleep(Some("fencing-ignored"));
    assert!(faults.iter().any(|fault| fault.contains("was settled under")), "{faults:?}");
}
