//! How many deliveries a second become durable, how many are claimed, and what a million of them weigh: on this machine
//! and on this disk.
//!
//! `cargo xtask bench inbox [FOLDER]`. Beside it, in the same run: the same deliveries without a store, handled at once out of
//! memory; and what a program of one's own would do, one insert and one commit for each delivery, under a lock. The three
//! take turns of a moment each, so that whatever else the machine does falls upon all of them.
//!
//! `RINGBACK_PENDING=n` makes so many pending deliveries instead of a million, `RINGBACK_TURNS=n` gives each so many turns
//! instead of twelve; with 0, that part is left out.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ringback::credential::{BasicPair, BasicPairs};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::ledger::{Delivery, DeliveryId, Fingerprint, Outcome, Phase};
use ringback::payload::Kind;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::{ErrorKind, Gate, Head};
use ringback_inbox::ledger::{Body, DeliveryWrite, Facts, Keys, Writes};
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Answering, Decision, Inbox, Memory, Settings, SystemClock};
use rusqlite::Connection;

type Outcomes<T> = Result<T, Box<dyn std::error::Error>>;

const TURN: Duration = Duration::from_millis(400);
const AUTHORIZATION: &[u8] = b"Basic aG9vazpjb3JyZWN0IGhvcnNl";

fn main() -> Outcomes<()> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("ringback-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load: {}", load().trim());
    println!("{:>9} {:>7} {:>9} {:>9} {:>9} {:>7}", "bytes", "threads", "kept/s", "insert/s", "memory/s", "ratio");
    let (turns, wanted) = (number("RINGBACK_TURNS", 12), number("RINGBACK_PENDING", 1_000_000));
    for bytes in [1_500, 100_000, 3_000_000].into_iter().filter(|_| turns > 0) {
        for threads in [1, 8] {
            let [kept, inserted, remembered] = deliveries(&folder, bytes, threads, turns)?;
            let ratio = kept / inserted;
            println!("{bytes:>9} {threads:>7} {kept:>9.0} {inserted:>9.0} {remembered:>9.0} {ratio:>7.2}");
        }
    }
    if wanted > 0 {
        pending(&folder, wanted)?;
    }
    println!("load: {}", load().trim());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Deliveries a second: kept, inserted, remembered.
fn deliveries(folder: &Path, bytes: usize, threads: usize, turns: u64) -> Outcomes<[f64; 3]> {
    let (kept, inserted) = (folder.join("kept.db"), folder.join("inserted.db"));
    let pairs = [BasicPair::new("bench", "hook", "correct horse")?];
    let inbox = Inbox::new(open(&kept)?, Settings::default());
    let store_gate = gate(&inbox, &pairs, Backing::Inbox)?;
    let handled = Settings { answering: Answering::Handled, body_life: 0, ..Settings::default() };
    let memory = Inbox::new(Memory::new(Arc::new(SystemClock))?, handled);
    let memory_gate = gate(&memory, &pairs, Backing::Memory)?;
    let connection = Connection::open(&inserted)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id PRIMARY KEY, body)")?;
    let connection = Mutex::new(connection);
    let head = || Head::new("POST", "/hook").header("authorization", AUTHORIZATION);

    let keep = |number| {
        let answer = inbox.receive(&store_gate, &head(), &mut document(number, bytes));
        assert!(matches!(answer, Decision::Answer(answer) if answer.status == 200));
    };
    let insert = |number| {
        let body = document(number, bytes);
        let connection = connection.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        assert_eq!(connection.execute("INSERT INTO t VALUES (?1, ?2)", (number as i64, body)), Ok(1));
    };
    let remember = |number| {
        let Decision::Handle(work) = memory.receive(&memory_gate, &head(), &mut document(number, bytes)) else {
            panic!("it is to be handled")
        };
        assert_eq!(memory.finish(memory_gate.policy(), work.claim, Outcome::Done).status, 200);
    };
    let count = AtomicU64::new(0);
    let mut rates = [(0, Duration::ZERO); 3];
    for _ in 0..turns {
        turn(&mut rates[0], threads, &count, &keep);
        turn(&mut rates[1], threads, &count, &insert);
        turn(&mut rates[2], threads, &count, &remember);
        memory.sweep()?;
    }
    drop(inbox);
    remove(&kept);
    remove(&inserted);
    Ok(rates.map(|(count, time)| count as f64 / time.as_secs_f64()))
}

/// Calls from so many threads for a moment; adds how many calls there were, and how long they took.
fn turn(rate: &mut (u64, Duration), threads: usize, count: &AtomicU64, call: &(impl Fn(u64) + Sync)) {
    let (before, begun) = (count.load(Ordering::Relaxed), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while begun.elapsed() < TURN {
                    call(count.fetch_add(1, Ordering::Relaxed));
                }
            });
        }
    });
    rate.0 += count.load(Ordering::Relaxed) - before;
    rate.1 += begun.elapsed();
}

/// A million deliveries are pending: what they weigh, and how fast they are claimed and settled.
fn pending(folder: &Path, wanted: u64) -> Outcomes<()> {
    let path = folder.join("pending.db");
    let before = resident();
    let inbox = Inbox::new(open(&path)?, Settings::default());
    let begun = Instant::now();
    fill(&inbox, wanted)?;
    println!("{wanted} pending, made in {:.0} s", begun.elapsed().as_secs_f64());
    for (threads, at_once) in [(1, 8), (8, 1), (8, 8)] {
        let (claimed, begun) = (AtomicU64::new(0), Instant::now());
        let slowest = Mutex::new(Duration::ZERO);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while begun.elapsed() < 10 * TURN {
                        let asked = Instant::now();
                        let Ok(works) = inbox.claim(at_once) else { continue };
                        let mut longest = slowest.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                        *longest = longest.max(asked.elapsed());
                        drop(longest);
                        claimed.fetch_add(works.len() as u64, Ordering::Relaxed);
                        works.into_iter().for_each(|work| _ = inbox.settle(work.claim, Outcome::Done));
                    }
                });
            }
        });
        let rate = claimed.into_inner() as f64 / begun.elapsed().as_secs_f64();
        let slowest = slowest.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        println!(
            "{threads} x {at_once} at once: {rate:.0} claimed and settled a second, the slowest claim {slowest:?}"
        );
    }
    let begun = Instant::now();
    let mut asked = 0;
    while begun.elapsed() < 5 * TURN {
        inbox.ledger().due(ringback_inbox::ledger::Due::Work, 8)?;
        asked += 1;
    }
    println!("looking for work: {:.0} us", begun.elapsed().as_secs_f64() * 1e6 / f64::from(asked));
    println!("resident: {} MiB before, {} MiB now; file: {} MiB", before >> 20, resident() >> 20, length(&path) >> 20);
    drop(inbox);
    remove(&path);
    Ok(())
}

fn fill(inbox: &Inbox, wanted: u64) -> Outcomes<()> {
    let body = Body::new(&document(1, 1_500));
    for portion in 0..wanted.div_ceil(1_000) {
        let body = body.clone();
        let range = portion * 1_000..wanted.min((portion + 1) * 1_000);
        let first = name(range.start);
        let insert = move |rows: &ringback_inbox::ledger::Rows| {
            if !rows.deliveries.is_empty() {
                // It took longer than a call may, and is there nevertheless.
                return Writes::default();
            }
            range.clone().fold(Writes::default(), |writes, number| {
                let id = name(number);
                let facts = Facts {
                    id,
                    scope: None,
                    kind: Kind::Transcript,
                    closes: true,
                    job: None,
                    request_id: Some(format!("019f0000-0000-7000-8000-{number:012x}")),
                    sender: "bench".into(),
                    route: 0,
                    content_type: Some("application/json".into()),
                    tags: Vec::new(),
                    length: body.len(),
                    reason: None,
                };
                let row = Delivery {
                    phase: Phase::Ready,
                    claim: 0,
                    arrivals: 1,
                    failures: 0,
                    brief: false,
                    begun: false,
                    late: false,
                    revises: false,
                    first: rows.now.wall,
                    due: 0,
                    fingerprint: Fingerprint::from_bytes(*id.as_bytes()),
                };
                writes.and(id, DeliveryWrite::Insert(Box::new(facts), row, body.clone()))
            })
        };
        let keys = || Keys { deliveries: vec![first], bytes: 2 << 20, ..Keys::default() };
        // So much at once is more than the disk takes in its stride.
        while let Err(error) = inbox.ledger().decide(keys(), Box::new(insert.clone())) {
            if error.kind() != ErrorKind::StoreBusy {
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// Names are hashes: those of a sequence lie anywhere in an index.
fn name(number: u64) -> DeliveryId {
    let mixed = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    DeliveryId::from_bytes(mixed.to_le_bytes())
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

fn open(path: &Path) -> Outcomes<Sqlite> {
    Ok(Sqlite::open_with(path, Options { reserve: 0, ..Options::default() })?)
}

fn gate<'c>(inbox: &Inbox, pairs: &'c [BasicPair<'c>], backing: Backing) -> Result<Gate<'c>, ringback::Error> {
    Gate::new(Config {
        credentials: AcceptedCredentials { basic: BasicPairs::new(pairs), ..Default::default() },
        routes: Routes::NONE,
        policy: Policy::new(backing),
        limits: Default::default(),
        remember_interim: false,
        seed: inbox.seed(),
    })
}

/// A transcript of about this length, of words that do not repeat themselves all too much.
fn document(number: u64, bytes: usize) -> Vec<u8> {
    let mut text = format!(
        r#"{{"metadata":{{"request_id":"019f0000-0000-7000-8000-{number:012x}"}},"results":{{"channels":[{{"alternatives":[{{"words":["#
    );
    let mut dice = number + 1;
    while text.len() + 110 < bytes {
        dice = dice.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let (word, start) = (dice >> 52, (dice >> 20) % 100_000);
        text +=
            &format!(r#"{{"word":"word{word}","start":{start}.25,"end":{start}.5,"confidence":0.{}}},"#, dice >> 40);
    }
    text += r#"{"word":"end"}]}]}]}}"#;
    text.into_bytes()
}

/// The memory of this process that is in the machine's, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) << 10
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm", "-ballast"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}
