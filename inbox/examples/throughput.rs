//! How many deliveries a second become durable, and how many are claimed: on this machine and on this disk.
//!
//! `cargo run --release -p ringback-inbox --example throughput [FOLDER]`. Beside it, in the same run, what a program
//! of one's own would do: one insert and one commit for each delivery, under a lock.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ringback::credential::{BasicPair, BasicPairs};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::ledger::Outcome;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::{Gate, Head};
use ringback_inbox::{Decision, Inbox, Settings, Sqlite};
use rusqlite::Connection;

const SPAN: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("ringback-throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    println!("{:>10} {:>8} {:>16} {:>26}", "bytes", "threads", "kept a second", "insert, commit a second");
    for bytes in [1_500, 100_000, 3_000_000] {
        for threads in [1, 8] {
            let (kept, inserted) = (kept(&folder, bytes, threads)?, inserted(&folder, bytes, threads)?);
            println!("{bytes:>10} {threads:>8} {kept:>16.0} {inserted:>26.0}");
        }
    }
    println!("claimed and settled a second, eight at once: {:.0}", handled(&folder)?);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn kept(folder: &Path, bytes: usize, threads: usize) -> Result<f64, Box<dyn std::error::Error>> {
    let path = folder.join(format!("kept-{bytes}-{threads}.db"));
    let inbox = Inbox::new(Sqlite::open(&path)?, Settings::default());
    let pairs = [BasicPair::new("bench", "hook", "correct horse")?];
    let gate = gate(&inbox, &pairs)?;
    let rate = rate(threads, |number| {
        let head = Head::new("POST", "/hook").header("authorization", b"Basic aG9vazpjb3JyZWN0IGhvcnNl");
        let answer = inbox.receive(&gate, &head, &mut document(number, bytes));
        assert!(matches!(answer, Decision::Answer(answer) if answer.status == 200));
    });
    drop(inbox);
    remove(&path);
    Ok(rate)
}

fn inserted(folder: &Path, bytes: usize, threads: usize) -> Result<f64, Box<dyn std::error::Error>> {
    let path = folder.join(format!("inserted-{bytes}-{threads}.db"));
    let connection = Connection::open(&path)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id PRIMARY KEY, body)")?;
    let connection = Mutex::new(connection);
    let rate = rate(threads, |number| {
        let body = document(number, bytes);
        let connection = connection.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let inserted = connection.execute("INSERT INTO t VALUES (?1, ?2)", (number as i64, body));
        assert_eq!(inserted, Ok(1));
    });
    remove(&path);
    Ok(rate)
}

fn handled(folder: &Path) -> Result<f64, Box<dyn std::error::Error>> {
    let path = folder.join("handled.db");
    let inbox = Inbox::new(Sqlite::open(&path)?, Settings::default());
    let pairs = [BasicPair::new("bench", "hook", "correct horse")?];
    let gate = gate(&inbox, &pairs)?;
    let count = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let head = Head::new("POST", "/hook").header("authorization", b"Basic aG9vazpjb3JyZWN0IGhvcnNl");
                let mut number = count.fetch_add(1, Ordering::Relaxed);
                while number < 20_000 {
                    let _ = inbox.receive(&gate, &head, &mut document(number, 1_500));
                    number = count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let begun = Instant::now();
    let (settled, wanted) = (AtomicU64::new(0), inbox.ledger().tally()?[1]);
    let workers = ringback_inbox::Workers::start(&inbox, |_: &ringback_inbox::Work| Outcome::Done);
    while settled.load(Ordering::Relaxed) < wanted.min(5_000) {
        let rings = inbox.ledger().bell().rings();
        settled.store(inbox.ledger().tally()?[3], Ordering::Relaxed);
        inbox.ledger().bell().wait(rings, Duration::from_millis(50));
    }
    let rate = settled.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    workers.stop(SPAN);
    drop(inbox);
    remove(&path);
    Ok(rate)
}

fn gate<'c>(inbox: &Inbox, pairs: &'c [BasicPair<'c>]) -> Result<Gate<'c>, ringback::Error> {
    Gate::new(Config {
        credentials: AcceptedCredentials { basic: BasicPairs::new(pairs), ..Default::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Inbox),
        limits: Default::default(),
        remember_interim: false,
        seed: inbox.seed(),
    })
}

/// Calls from so many threads for a while; how many calls a second.
fn rate(threads: usize, call: impl Fn(u64) + Sync) -> f64 {
    let (count, begun) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while begun.elapsed() < SPAN {
                    call(count.fetch_add(1, Ordering::Relaxed));
                }
            });
        }
    });
    count.into_inner() as f64 / begun.elapsed().as_secs_f64()
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

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}
