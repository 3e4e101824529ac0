//! The power is cut, which no kill can test: what was written and not flushed is lost, torn or out of order.
//!
//! A child receives and handles deliveries while a preloaded shim (`power/record.c`) records every write to the database
//! and its log, every flush, and everything that the child says. Then the disk is built as it may look at some moment:
//! what was flushed is there; of what was not, nothing, all, some writes or some sectors. The store is opened on it, and
//! every delivery that was acknowledged before that moment must be there, and done if its settlement had returned.
//!
//! `RINGBACK_IMAGES=n` builds so many disks (default 100).
#![cfg(target_os = "linux")]

mod rig;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rig::{BASIC, Folder, gate, request, transcript};
use ringback::Head;
use ringback::ledger::{Outcome, Phase, Settled};
use ringback_inbox::ledger::Selection;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Decision, Error, Handler, Inbox, Ledger, Settings, Spool, Work, Workers};

/// Enough for the log to be written back several times.
const DELIVERIES: u64 = 250;
/// Few enough for those that wait in a spool to go into the store one portion after the other.
const SPOOLED: u64 = 48;
const SECTOR: usize = 512;

struct Told;

impl Handler for Told {
    fn handle(&self, _: &Work) -> Outcome {
        Outcome::Done
    }

    fn settled(&self, work: &Work, settled: Result<Settled, &Error>) {
        if settled == Ok(Settled::Done) {
            say("settled", work.request_id.as_deref().unwrap_or_default());
        }
    }
}

fn say(what: &str, request_id: &str) {
    // One write, so that the record has it whole.
    let line = format!("! {what} {request_id}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

/// A child, when it is told to be one; as a test of its own it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var("RINGBACK_RECORDED") else { return };
    println!();
    let deliveries: u64 = std::env::var("RINGBACK_DELIVERIES").unwrap().parse().unwrap();
    let spool = (deliveries == SPOOLED).then(|| Spool::open(spool_of(Path::new(&path)), SPOOL).unwrap());
    let store = Sqlite::open_with(path, Options { reserve: 0, ..Options::default() }).unwrap();
    let inbox = match spool {
        Some(spool) => Inbox::with_spool(store.into(), Settings::default(), spool),
        None => Inbox::new(store, Settings::default()),
    };
    let gate = gate(inbox.seed());
    let workers = Workers::start(&inbox, Told);
    let count = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = count.fetch_add(1, Ordering::Relaxed);
                    if number >= deliveries {
                        return;
                    }
                    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
                    let mut body = transcript(number, &"words ".repeat(number as usize % 500));
                    let Decision::Answer(answer) = inbox.receive(&gate, &head, &mut body) else { continue };
                    if answer.status == 200 {
                        say("ack", &request(number));
                    }
                }
            });
        }
    });
    while inbox.ledger().tally().unwrap()[3] < deliveries {
        let rings = inbox.ledger().bell().rings();
        inbox.ledger().bell().wait(rings, std::time::Duration::from_millis(100));
    }
    workers.stop(std::time::Duration::from_secs(10));
}

fn spool_of(path: &Path) -> PathBuf {
    path.with_file_name("inbox.db-spool")
}

const SPOOL: u64 = 1 << 20;

/// A row of a record.
enum Row {
    Write { file: usize, at: usize, bytes: Vec<u8> },
    Truncate { file: usize, length: usize },
    Begin,
    Flushed { file: usize, before: usize },
    Said(String),
}

/// What a child did; none, with a word about it, where nothing can be recorded.
fn record(folder: &Folder, deliveries: u64, plant: Option<&str>) -> Option<Vec<Row>> {
    let shim = folder.path().join("record.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/record.c");
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).arg(source).arg("-ldl").status();
    if !compiled.as_ref().is_ok_and(|status| status.success()) {
        println!("skipped: a test of power cuts, for its shim cannot be compiled ({compiled:?})");
        return None;
    }
    let record = folder.path().join("record");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture", "--test-threads=1"]).stdout(Stdio::null());
    command.env("RINGBACK_RECORDED", folder.file()).env("RINGBACK_RECORD", &record).env("LD_PRELOAD", &shim);
    command.env("RINGBACK_DELIVERIES", deliveries.to_string());
    if let Some(plant) = plant {
        command.env("RINGBACK_PLANT", plant);
    }
    assert!(command.status().unwrap().success());
    Some(rows(&std::fs::read(&record).unwrap()))
}

fn rows(mut record: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    while let Some((head, rest)) = record.split_at_checked(14) {
        let number = u64::from_ne_bytes(head[2..10].try_into().unwrap()) as usize;
        let length = u32::from_ne_bytes(head[10..14].try_into().unwrap()) as usize;
        let (bytes, rest) = rest.split_at(length);
        let file = b"dws".iter().position(|file| *file == head[1]).unwrap_or(0);
        rows.push(match head[0] {
            b'W' => Row::Write { file, at: number, bytes: bytes.to_vec() },
            b'T' => Row::Truncate { file, length: number },
            b'B' => Row::Begin,
            b'F' => Row::Flushed { file, before: number },
            _ => Row::Said(String::from_utf8_lossy(bytes).into_owned()),
        });
        record = rest;
    }
    rows
}

/// The database, its log and its spool on a disk: what is certain, and what is on its way.
#[derive(Default)]
struct Disk {
    certain: [Vec<u8>; 3],
    /// Rows by their numbers, oldest first.
    pending: [Vec<usize>; 3],
}

impl Disk {
    fn see(&mut self, rows: &[Row], at: usize) {
        match &rows[at] {
            Row::Write { file, .. } | Row::Truncate { file, .. } => self.pending[*file].push(at),
            Row::Flushed { file, before } => {
                let pending = std::mem::take(&mut self.pending[*file]);
                for row in pending {
                    match row < *before {
                        true => apply(&mut self.certain[*file], &rows[row], |_| true),
                        false => self.pending[*file].push(row),
                    }
                }
            }
            Row::Begin | Row::Said(_) => {}
        }
    }

    /// The files as they may be found after the cut.
    fn image(&self, rows: &[Row], dice: &mut Dice) -> [Vec<u8>; 3] {
        let mode = dice.below(4);
        let mut files = self.certain.clone();
        for (file, pending) in files.iter_mut().zip(&self.pending) {
            let mut pending = pending.clone();
            if mode >= 2 {
                for at in (1..pending.len()).rev() {
                    pending.swap(at, dice.below(at as u64 + 1) as usize);
                }
            }
            for row in pending {
                match mode {
                    0 => {}
                    1 => apply(file, &rows[row], |_| true),
                    2 if dice.below(2) == 0 => apply(file, &rows[row], |_| true),
                    2 => {}
                    _ => apply(file, &rows[row], |_| dice.below(2) == 0),
                }
            }
        }
        files
    }
}

/// Does what a row says to a file, but for the sectors that do not arrive.
fn apply(file: &mut Vec<u8>, row: &Row, mut arrives: impl FnMut(usize) -> bool) {
    match row {
        Row::Write { at, bytes, .. } => {
            for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                let at = at + number * SECTOR;
                if arrives(at) {
                    file.resize(file.len().max(at + sector.len()), 0);
                    file[at..at + sector.len()].copy_from_slice(sector);
                }
            }
        }
        Row::Truncate { length, .. } if arrives(0) => file.resize(*length, 0),
        _ => {}
    }
}

/// Cuts the power so many times; what was missing afterwards, and how many deliveries were asked for in all.
fn cut(rows: &[Row], images: usize) -> (Vec<String>, usize) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let cuts: BTreeSet<usize> = (0..images).map(|_| 1 + dice.below(rows.len() as u64 - 1) as usize).collect();
    let (mut disk, mut acked, mut settled) = (Disk::default(), BTreeSet::new(), BTreeSet::new());
    let (mut faults, mut asked) = (Vec::new(), 0);
    let memory = PathBuf::from("/dev/shm");
    for (at, row) in rows.iter().enumerate() {
        if cuts.contains(&at) {
            let folder = Folder::new();
            let place =
                if memory.is_dir() { memory.join(folder.path().file_name().unwrap()) } else { folder.path().into() };
            std::fs::create_dir_all(&place).unwrap();
            let [database, log, spool] = disk.image(rows, &mut dice);
            let path = place.join("inbox.db");
            std::fs::write(&path, database).unwrap();
            std::fs::write(place.join("inbox.db-wal"), log).unwrap();
            if !spool.is_empty() {
                std::fs::create_dir(spool_of(&path)).unwrap();
                std::fs::write(spool_of(&path).join("spool"), spool).unwrap();
            }
            asked += acked.len();
            match wake_up(&path) {
                Ok(store) => {
                    faults.extend(missing(&*store, &acked, &settled).map(|what| format!("{what} after row {at}")))
                }
                Err(error) => faults.push(format!("{error} after row {at}")),
            }
            std::fs::remove_dir_all(&place).unwrap();
        }
        disk.see(rows, at);
        if let Row::Said(text) = row {
            for line in text.lines() {
                match line.strip_prefix("! ").and_then(|line| line.split_once(' ')) {
                    Some(("ack", id)) => _ = acked.insert(id.to_owned()),
                    Some(("settled", id)) => _ = settled.insert(id.to_owned()),
                    _ => {}
                }
            }
        }
    }
    (faults, asked)
}

/// The store as the next process finds it, with what lay in the spool.
fn wake_up(path: &Path) -> Result<Arc<dyn Ledger>, Error> {
    let store: Arc<dyn Ledger> = Sqlite::open_with(path, Options { reserve: 0, ..Options::default() })?.into();
    if spool_of(path).is_dir() {
        let spool = Spool::open(spool_of(path), SPOOL)?;
        Inbox::with_spool(store.clone(), Settings::default(), spool).unspool()?;
    }
    Ok(store)
}

fn missing(store: &dyn Ledger, acked: &BTreeSet<String>, settled: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let phase = |id: &String| {
        // What cannot be read is as lost as what is not there.
        let found = store.deliveries(&Selection::Request(id.clone()), 0, 1).ok()?.pop()?;
        let body = store.body(found.facts.id).ok()??.bytes().ok()?;
        (body.len() as u64 == found.facts.length).then_some(found.row.phase)
    };
    let lost = acked.iter().filter(|id| phase(id).is_none()).map(|id| format!("{id} is lost"));
    let undone = settled.iter().filter(|id| phase(id) != Some(Phase::Done)).map(|id| format!("{id} is not done"));
    lost.chain(undone).collect::<Vec<_>>().into_iter()
}

/// A sequence that looks random and is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }
}

#[test]
fn whatever_was_acknowledged_before_the_cut_is_there_after_it() {
    let folder = Folder::new();
    let Some(rows) = record(&folder, DELIVERIES, None) else { return };
    let said = rows.iter().filter(|row| matches!(row, Row::Said(text) if text.contains("! settled"))).count() as u64;
    let written_back = rows.iter().any(|row| matches!(row, Row::Flushed { file: 0, .. }));
    assert!(said >= DELIVERIES && written_back, "the record holds {said} settlements");
    prove(&rows);
}

fn prove(rows: &[Row]) {
    let images = std::env::var("RINGBACK_IMAGES").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let (faults, asked) = cut(rows, images);
    assert_eq!(faults, Vec::<String>::new());
    println!("{images} power cuts, {asked} acknowledged deliveries looked for, 0 missing");
}

#[test]
fn whatever_was_acknowledged_into_a_spool_is_there_after_the_cut() {
    let folder = Folder::new();
    let Some(rows) = record(&folder, SPOOLED, Some("store-away")) else { return };
    let spooled = rows.iter().filter(|row| matches!(row, Row::Write { file: 2, .. })).count();
    assert!(spooled > 12, "the record holds {spooled} writes to the spool");
    prove(&rows);
}

#[test]
fn the_harness_sees_a_spool_that_does_not_flush() {
    let folder = Folder::new();
    let Some(rows) = record(&folder, SPOOLED, Some("store-away,spool-not-flushed")) else { return };
    let (faults, _) = cut(&rows, 80);
    assert!(faults.iter().any(|fault| fault.contains("is lost")), "{faults:?}");
}

#[test]
fn the_harness_sees_a_store_that_does_not_flush() {
    let folder = Folder::new();
    let Some(rows) = record(&folder, DELIVERIES, Some("synchronous-off")) else { return };
    let (faults, _) = cut(&rows, 20);
    assert!(faults.iter().any(|fault| fault.contains("is lost")), "{faults:?}");
}
