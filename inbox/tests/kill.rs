//! Processes are killed at every place where one may die, and nobody loses or repeats what must not be.
//!
//! The parent plays the sender, the witness and the judge. It sends deliveries to a child in a process group of its own,
//! which receives and handles them, and tells what it does line by line through a pipe: what is written into a pipe
//! survives its writer. The witness writes every line into a file and flushes it. The child is killed as SIGKILL does,
//! another one goes on with the same store, and in the end the judge reads the file of the witness, and asks it by the
//! number of each delivery and never by totals:
//!
//! * everything acknowledged was handled;
//! * nothing began after its settlement had returned;
//! * fencing numbers of one delivery only rise, and nothing was settled under a lower one than has begun;
//! * one delivery has one id, whatever happened.
//!
//! A kill counts only if at least one delivery was in flight. `RINGBACK_KILLS=n` kills n times at each place and ten times as
//! often at random (default 2); a full run has 20.

mod rig;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rig::{BASIC, Folder, gate, transcript};
use ringback::Head;
use ringback::ledger::{Outcome, Rules, Settled};
#[cfg(feature = "postgres")]
use ringback_inbox::postgres;
use ringback_inbox::worker::Pace;
use ringback_inbox::{Decision, Error, Handler, Inbox, Ledger, Settings, Spool, Sqlite, Work, Workers};

/// Every row of the table of deaths: before the write; in the transaction and in its commit; durable but not answered;
/// answered but not claimed; claimed; done but not settled; and settled.
const PLACES: [&str; 8] =
    ["received", "written", "committing", "committed", "answered", "claimed", "handled", "settled"];
/// The same for the spool: on its way to the disk, durable there, in the store as well.
const SPOOL_PLACES: [&str; 3] = ["spooling", "spooled", "unspooled"];

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
        tell(format_args!("end {} {} {}", number(work), work.id, work.claim.fence));
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

/// The store of this name: in a database, if there is a note beside it that says in which, or else in a file.
fn store(path: &Path) -> Arc<dyn Ledger> {
    #[cfg(feature = "postgres")]
    if let Ok(note) = std::fs::read_to_string(path.with_extension("url")) {
        let (url, schema) = note.split_once(' ').unwrap();
        let options = postgres::Options { schema: schema.to_owned(), ..postgres::Options::default() };
        return Arc::new(postgres::Postgres::open_with(url, options).unwrap());
    }
    Arc::new(Sqlite::open(path).unwrap())
}

/// A child, when it is told to be one; as a test of its own it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var("RINGBACK_CHILD") else { return };
    let waits = std::env::var("RINGBACK_WAITS").is_ok();
    let inbox = match std::env::var("RINGBACK_SPOOL") {
        Ok(folder) => {
            let spool = Spool::open(folder, 1 << 20).unwrap();
            Inbox::with_spool(Sqlite::open(path).unwrap().into(), settings(), spool)
        }
        Err(_) => Inbox::over(store(Path::new(&path)), settings()),
    };
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
        command.process_group(0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (send, lines) = mpsc::channel();
        let mut notes = OpenOptions::new().append(true).create(true).open(notes(path)).unwrap();
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let (mut text, mut seen) = (String::new(), Vec::new());
            while matches!(stdout.read_line(&mut text), Ok(1..)) {
                // A line that was cut in the middle was never said.
                if let Some(line) = text.strip_suffix('\n').and_then(parse) {
                    notes.write_all(text.as_bytes()).unwrap();
                    seen.push(line);
                }
                text.clear();
                if !stdout.buffer().contains(&b'\n') {
                    notes.sync_data().unwrap();
                    seen.drain(..).for_each(|line| _ = send.send(line));
                }
            }
            notes.sync_data().unwrap();
            seen.drain(..).for_each(|line| _ = send.send(line));
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
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id() as i32) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        drop(self.stdin);
        while let Ok(line) = self.lines.recv() {
            witness.see(line);
        }
        !self.child.wait().unwrap().success()
    }
}

/// Where the witness of this store writes.
fn notes(path: &Path) -> PathBuf {
    path.with_extension("witness")
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

    /// What the notes say, and nothing else.
    fn verdict(path: &Path) -> Vec<String> {
        let mut judge = Witness::default();
        for line in std::fs::read_to_string(notes(path)).unwrap().lines() {
            judge.see(parse(line).expect("only whole lines are written"));
        }
        let lost: Vec<_> = judge.acked.difference(&judge.handled).copied().collect();
        if !lost.is_empty() {
            judge.faults.push(format!("acknowledged and never handled: {lost:?}"));
        }
        judge.faults
    }
}

/// How and how often children are killed; the last one is not.
struct Campaign {
    /// Where, or at any moment.
    place: Option<&'static str>,
    kills: usize,
    plant: Option<&'static str>,
    spools: bool,
    /// In which database and schema the store is, if it is in none of our files.
    database: Option<String>,
}

impl Campaign {
    fn new(place: Option<&'static str>, kills: usize) -> Campaign {
        Campaign { place, kills, plant: None, spools: false, database: None }
    }

    /// The same in a database.
    #[cfg(feature = "postgres")]
    fn within(self, server: &rig::server::Server) -> Campaign {
        Campaign { database: Some(format!("{} {}", server.url(), server.fresh().schema)), ..self }
    }

    fn planted(self, plant: &'static str) -> Campaign {
        Campaign { plant: Some(plant), ..self }
    }

    /// What the witness has to say, and how many children were killed with something in flight.
    fn run(self) -> (Vec<String>, usize) {
        let folder = Folder::new();
        let path = folder.file();
        if let Some(database) = &self.database {
            std::fs::write(path.with_extension("url"), database).unwrap();
        }
        let mut witness = Witness::default();
        let (mut killed, mut round) = (0, 0);
        // Some die with nothing in flight, and some not at all.
        while killed < self.kills && round < 3 * self.kills + 10 {
            let kill = self.place.map(|place| format!("{place}:{}", 1 + dice(round) % 9));
            let plant = if self.spools { Some("store-away") } else { self.plant };
            let mut running = self.spawn(&folder, kill.as_deref(), plant);
            witness.feed(&mut running, 20);
            // A child without a place to die at is killed after so many lines and a moment, out of a fixed sequence.
            let patience = if kill.is_some() { usize::MAX } else { dice(round) % 60 };
            let mut lines = 0;
            while lines < patience && witness.in_flight() > 0 {
                let Ok(line) = running.lines.recv_timeout(LONG) else { break };
                witness.see(line);
                lines += 1;
            }
            let (begun, span) = (Instant::now(), Duration::from_micros(dice(round + 1_000) as u64 % 2_000));
            while kill.is_none() && begun.elapsed() < span {
                std::hint::spin_loop();
            }
            let busy = witness.in_flight() > 0;
            killed += usize::from(running.bury(&mut witness) && busy);
            round += 1;
        }
        let last = self.spawn(&folder, None, self.plant);
        finish(&path, &mut witness, last, None);
        (Witness::verdict(&path), killed)
    }

    fn spawn(&self, folder: &Folder, kill: Option<&str>, plant: Option<&str>) -> Running {
        let spool = folder.path().join("spool");
        let spool = spool.to_str().filter(|_| self.spools);
        let told = [("RINGBACK_KILL", kill), ("RINGBACK_PLANT", plant), ("RINGBACK_SPOOL", spool)];
        Running::start(&folder.file(), &told)
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
    let children = [Some(receiver), worker].into_iter().flatten().collect();
    settle_all(path, witness, children);
}

/// Waits until nothing is left to do, and lets the children go.
fn settle_all(path: &Path, witness: &mut Witness, children: Vec<Running>) {
    // This process looks at the same store.
    let inbox = Inbox::over(store(path), settings());
    let end = Instant::now() + LONG;
    loop {
        let rings = inbox.ledger().bell().rings();
        let [held, ready, claimed, ..] = inbox.ledger().tally().unwrap();
        let spool = path.with_file_name("spool");
        let spooled = spool.is_dir() && !Spool::is_empty(&spool);
        // A mistake that never settles would go on for ever; by then the witness has seen enough.
        if (held + ready + claimed == 0 && !spooled) || !witness.faults.is_empty() || Instant::now() > end {
            break;
        }
        inbox.ledger().bell().wait(rings, Duration::from_millis(100));
        for child in &children {
            while let Ok(line) = child.lines.try_recv() {
                witness.see(line);
            }
        }
    }
    for Running { mut child, stdin, lines } in children {
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

/// Kills at each of these places; how often with something in flight.
fn kill_at(places: &[&'static str], spools: bool) {
    let mut histogram = Vec::new();
    for place in places {
        let (faults, killed) = Campaign { spools, ..Campaign::new(Some(place), kills()) }.run();
        assert_eq!(faults, Vec::<String>::new(), "killed at {place}");
        assert_eq!(killed, kills(), "so many died at {place}");
        histogram.push((*place, killed));
    }
    let total: usize = histogram.iter().map(|(_, killed)| killed).sum();
    println!("{histogram:?}");
    prove(total);
}

/// What it means that nothing was found: the rule of three.
fn prove(total: usize) {
    println!("0 of {total} kills lost or repeated anything; below {:.1} % at 95 %", 300.0 / total as f64);
}

#[test]
fn a_kill_at_any_place_loses_nothing_and_repeats_nothing_settled() {
    kill_at(&PLACES, false);
}

#[test]
fn a_kill_with_a_spool_loses_nothing_and_repeats_nothing_settled() {
    kill_at(&SPOOL_PLACES, true);
}

#[test]
fn a_kill_at_any_moment_loses_nothing_and_repeats_nothing_settled() {
    let (faults, killed) = Campaign::new(None, 10 * kills()).run();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(killed, 10 * kills());
    prove(killed);
}

/// A process dies, and what it has asked of a database goes on without it.
#[cfg(feature = "postgres")]
#[test]
fn a_kill_beside_a_database_loses_nothing_and_repeats_nothing_settled() {
    let Some(server) = rig::server::Server::shared() else { return };
    let places = PLACES.into_iter().filter(|place| *place != "committing").map(Some);
    let mut histogram = Vec::new();
    for place in places.chain([None]) {
        let kills = if place.is_some() { kills() } else { 4 * kills() };
        let (faults, killed) = Campaign::new(place, kills).within(server).run();
        assert_eq!(faults, Vec::<String>::new(), "killed at {place:?}");
        assert_eq!(killed, kills, "so many died at {place:?}");
        histogram.push((place.unwrap_or("any moment"), killed));
    }
    println!("{histogram:?}");
    prove(histogram.iter().map(|(_, killed)| killed).sum());
}

#[cfg(feature = "postgres")]
#[test]
fn the_harness_sees_a_settlement_that_is_ignored_beside_a_database() {
    let Some(server) = rig::server::Server::shared() else { return };
    let (faults, _) = Campaign::new(None, 2).planted("settlement-ignored").within(server).run();
    assert!(faults.iter().any(|fault| fault.ends_with("began after it was settled")), "{faults:?}");
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
    assert_eq!(Witness::verdict(&folder.file()), Vec::<String>::new());
    println!("0 of {rounds} kills of one of two processes lost or repeated anything");
}

#[test]
fn the_harness_sees_a_reply_before_the_commit() {
    let (faults, _) = Campaign::new(Some("written"), 4).planted("reply-before-commit").run();
    assert!(faults.iter().any(|fault| fault.starts_with("acknowledged and never handled")), "{faults:?}");
}

#[test]
fn the_harness_sees_repeats_that_are_not_dropped() {
    let (faults, _) = Campaign::new(None, 4).planted("repeats-kept").run();
    assert!(faults.iter().any(|fault| fault.ends_with("has two ids")), "{faults:?}");
}

#[test]
fn the_harness_sees_a_settlement_that_is_ignored() {
    let (faults, _) = Campaign::new(None, 2).planted("settlement-ignored").run();
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
    Witness::verdict(&folder.file())
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

/// Somebody moves the store away under a process that receives, and another store comes to lie in its place.
fn move_away(plant: Option<&str>) -> Vec<String> {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let path = folder.file();
    let mut witness = Witness::default();
    let mut worker = Running::start(&path, &[]);
    worker.send(0);
    let until = |child: &mut Running, witness: &mut Witness, number: u64| {
        while !witness.acked.contains(&number) {
            let line = child.next().expect("the child answers");
            if let Line::Ack { status: 400.., .. } = line {
                child.send(number);
            }
            witness.see(line);
        }
    };
    until(&mut worker, &mut witness, 0);
    settle_all(&path, &mut witness, vec![worker]);
    let mut receiver = Running::start(&path, &[("RINGBACK_PART", Some("receive")), ("RINGBACK_PLANT", plant)]);
    witness.acked.clear();
    receiver.send(0);
    until(&mut receiver, &mut witness, 0);
    for end in ["", "-wal", "-shm"] {
        let name = format!("inbox.db{end}");
        let _ = std::fs::rename(folder.path().join(&name), elsewhere.path().join(&name));
    }
    for number in 1..4 {
        receiver.send(number);
        until(&mut receiver, &mut witness, number);
    }
    receiver.bury(&mut witness);
    settle_all(&path, &mut witness, vec![Running::part(&path, "work")]);
    Witness::verdict(&path)
}

#[test]
fn nothing_is_acknowledged_that_went_into_a_file_that_was_moved_away() {
    assert_eq!(move_away(None), Vec::<String>::new());
}

#[test]
fn the_harness_sees_a_commit_that_is_trusted() {
    let faults = move_away(Some("commit-trusted"));
    assert!(faults.iter().any(|fault| fault.starts_with("acknowledged and never handled")), "{faults:?}");
}
