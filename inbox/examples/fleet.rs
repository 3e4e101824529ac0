//! How many deliveries a second become durable in PostgreSQL, and how many are claimed: on this machine and on this disk.
//!
//! `cargo run --release -p ringback-inbox --example fleet`. It starts a server of its own, with the settings that a server has, and
//! stops it. Beside it, in the same run: what a program of one's own would do, one prepared insert and one commit for each
//! delivery, on as many connections as there are threads. The two take turns of a moment each.
//!
//! `RINGBACK_PENDING=n` makes so many pending deliveries instead of a million.

#[path = "../tests/rig/server.rs"]
#[allow(dead_code, reason = "tests use the rest of it")]
mod server;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ringback::credential::{BasicPair, BasicPairs};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::ledger::Outcome;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::{Gate, Head};
use ringback_inbox::postgres::Options;
use ringback_inbox::postgres::tokio_postgres::{self, NoTls};
use ringback_inbox::{Decision, Inbox, Postgres, Settings};
use server::Server;
use tokio::runtime::{Builder, Runtime};

type Outcomes<T> = Result<T, Box<dyn std::error::Error>>;

const TURN: Duration = Duration::from_millis(500);
const TURNS: usize = 8;
const AUTHORIZATION: &[u8] = b"Basic aG9vazpjb3JyZWN0IGhvcnNl";

fn main() -> Outcomes<()> {
    let Some(server) = Server::start(&[]) else { return Ok(()) };
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load: {}", load().trim());
    println!("{:>9} {:>7} {:>9} {:>9} {:>7}", "bytes", "threads", "kept/s", "insert/s", "ratio");
    for bytes in [1_500, 100_000, 3_000_000] {
        for threads in [1, 8, 32] {
            let [kept, inserted] = deliveries(&server, bytes, threads)?;
            println!("{bytes:>9} {threads:>7} {kept:>9.0} {inserted:>9.0} {:>7.2}", kept / inserted);
        }
    }
    pending(&server)?;
    println!("load: {}", load().trim());
    Ok(())
}

/// One insert and one commit, as a program of one's own has them: a connection and a runtime for each thread.
struct Plain {
    runtime: Runtime,
    client: tokio_postgres::Client,
    insert: tokio_postgres::Statement,
}

impl Plain {
    fn new(server: &Server) -> Outcomes<Plain> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, insert) = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&server.url(), NoTls).await?;
            tokio::spawn(connection);
            let insert = client.prepare("INSERT INTO plain (key, body) VALUES ($1, $2) ON CONFLICT DO NOTHING").await?;
            Ok::<_, tokio_postgres::Error>((client, insert))
        })?;
        Ok(Plain { runtime, client, insert })
    }

    fn insert(&self, key: i64, body: &[u8]) {
        let inserted = self.runtime.block_on(self.client.execute(&self.insert, &[&key, &body]));
        assert!(matches!(inserted, Ok(1)));
    }
}

/// Deliveries a second: kept, inserted.
fn deliveries(server: &Server, bytes: usize, threads: usize) -> Outcomes<[f64; 2]> {
    let pairs = [BasicPair::new("bench", "hook", "correct horse")?];
    let options = Options { connections: threads, ..server.fresh() };
    let inbox = Inbox::new(Postgres::open_with(&server.url(), options.clone())?, Settings::default());
    let gate = gate(&inbox, &pairs)?;
    server.sql("DROP TABLE IF EXISTS plain; CREATE TABLE plain (key bigint PRIMARY KEY, body bytea)");
    let plain: Vec<_> = (0..threads).map(|_| Plain::new(server).map(Mutex::new)).collect::<Outcomes<_>>()?;
    let keep = |number, _| {
        let head = Head::new("POST", "/hook").header("authorization", AUTHORIZATION);
        let answer = inbox.receive(&gate, &head, &mut document(number, bytes));
        assert!(matches!(answer, Decision::Answer(answer) if answer.status == 200));
    };
    let insert = |number, thread: usize| {
        let plain = plain[thread].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        plain.insert(number as i64, &document(number, bytes));
    };
    let count = AtomicU64::new(0);
    let mut rates = [(0, Duration::ZERO); 2];
    for _ in 0..TURNS {
        turn(&mut rates[0], threads, &count, &keep);
        turn(&mut rates[1], threads, &count, &insert);
    }
    drop(inbox);
    server.sql(&format!("DROP SCHEMA {} CASCADE", options.schema));
    Ok(rates.map(|(count, time)| count as f64 / time.as_secs_f64()))
}

/// Calls from so many threads for a moment; adds how many calls there were, and how long they took.
fn turn(rate: &mut (u64, Duration), threads: usize, count: &AtomicU64, call: &(impl Fn(u64, usize) + Sync)) {
    let (before, begun) = (count.load(Ordering::Relaxed), Instant::now());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                while begun.elapsed() < TURN {
                    call(count.fetch_add(1, Ordering::Relaxed), thread);
                }
            });
        }
    });
    rate.0 += count.load(Ordering::Relaxed) - before;
    rate.1 += begun.elapsed();
}

/// A million deliveries are pending: how fast they are claimed and settled.
fn pending(server: &Server) -> Outcomes<()> {
    let wanted: u64 = std::env::var("RINGBACK_PENDING").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let options = Options { connections: 16, ..server.fresh() };
    let schema = &options.schema;
    server.sql(&format!(
        "INSERT INTO {schema}.deliveries (id, phase, due, claim, arrivals, failures, marks, first, fingerprint, kind, closes,
            request_id, sender, route, length, tags, has_body, queued)
         SELECT substr(sha256(n::text::bytea), 1, 16), 2, 0, 0, 1, 0, 0, 0, substr(sha256(n::text::bytea), 1, 16), 1, true,
            n::text, 'bench', 0, 1500, '{{}}', true, true FROM generate_series(1, {wanted}) AS n;
         INSERT INTO {schema}.bodies (delivery, form, length, bytes)
         SELECT sequence, 0, 1504, decode(repeat('776f7264', 376), 'hex') FROM {schema}.deliveries"
    ));
    let size = format!(
        "SELECT pg_size_pretty(sum(pg_total_relation_size(c.oid))) FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{schema}' AND c.relkind = 'r'"
    );
    println!("{wanted} pending, {} in tables and indexes", server.sql(&size));
    let inbox = Inbox::new(Postgres::open_with(&server.url(), options.clone())?, Settings::default());
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
    Ok(())
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
