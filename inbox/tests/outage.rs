//! Servers that stop in the middle of everything, and nobody misses anything that was acknowledged.
//!
//! Senders send, each again and again until it is told 200, as Deepgram does; what was acknowledged is noted by number at
//! that moment. Meanwhile the database is stopped as a power cut stops it, killed under a commit, or lost for good. In the end the
//! numbers are looked for, one by one.
//!
//! `RINGBACK_KILLS=n` stops it five times as often (default 2, so 10 times).
#![cfg(feature = "postgres")]

mod rig;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use rig::server::Server;
use rig::{BASIC, gate, transcript};
use ringback::Head;
use ringback::ledger::{Outcome, Rules};
use ringback_inbox::postgres::Options;
use ringback_inbox::{Decision, Inbox, Postgres, Settings};

const SENDERS: u64 = 4;

/// What was acknowledged, and how many times the sender was told to come again.
#[derive(Default)]
struct Senders {
    acked: Mutex<BTreeSet<u64>>,
    changed: Condvar,
    next: AtomicU64,
    refused: AtomicU64,
    over: AtomicBool,
}

impl Senders {
    /// Sends until it is over; what is begun is then given up as soon as it is refused.
    fn run(&self, inbox: &Inbox) {
        let gate = gate(inbox.seed());
        while !self.over.load(Ordering::Acquire) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            loop {
                let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
                let Decision::Answer(answer) = inbox.receive(&gate, &head, &mut transcript(number, "words")) else {
                    panic!("it is stored")
                };
                if answer.status == 200 {
                    self.acked.lock().unwrap().insert(number);
                    self.changed.notify_all();
                    break;
                }
                assert_eq!(answer.status, 503);
                self.refused.fetch_add(1, Ordering::Relaxed);
                if self.over.load(Ordering::Acquire) {
                    return;
                }
                // A sender pauses, and leaves the machine to the server.
                let acked = self.acked.lock().unwrap();
                drop(self.changed.wait_timeout(acked, Duration::from_millis(20)).unwrap());
            }
        }
    }

    fn count(&self) -> usize {
        self.acked.lock().unwrap().len()
    }

    /// Waits until so many more are acknowledged.
    fn wait_for(&self, more: usize) {
        let acked = self.acked.lock().unwrap();
        let enough = acked.len() + more;
        let waited = self.changed.wait_timeout_while(acked, Duration::from_secs(120), |acked| acked.len() < enough);
        assert!(!waited.unwrap().1.timed_out(), "nothing is acknowledged any more");
    }

    /// The numbers that were acknowledged and are in none of the rows.
    fn missing(&self, server: &Server, options: &Options) -> Vec<u64> {
        let rows = server.sql(&format!("SELECT request_id FROM {}.deliveries", options.schema));
        let number = |id: &str| u64::from_str_radix(id.rsplit('-').next().unwrap(), 16).unwrap();
        let kept: BTreeSet<u64> = rows.lines().map(number).collect();
        self.acked.lock().unwrap().difference(&kept).copied().collect()
    }
}

fn open(url: &str, options: &Options) -> Inbox {
    Inbox::new(Postgres::open_with(url, options.clone()).unwrap(), Settings::default())
}

/// Senders at work while something happens to the database.
fn under_load(inbox: &Inbox, happens: impl FnOnce(&Senders)) -> Senders {
    let senders = Senders::default();
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| senders.run(inbox));
        }
        senders.wait_for(20);
        happens(&senders);
        senders.over.store(true, Ordering::Release);
    });
    senders
}

fn kills() -> usize {
    5 * std::env::var("RINGBACK_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_usize)
}

#[test]
fn a_server_that_stops_at_once_under_load_loses_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let options = Options { deadline: 3_000, ..server.fresh() };
    let inbox = open(&server.url(), &options);
    let senders = under_load(&inbox, |senders| {
        for _ in 0..kills() {
            server.crash();
            server.begin();
            senders.wait_for(20);
        }
    });
    assert_eq!(senders.missing(&server, &options), []);
    println!(
        "{} stops: {} acknowledged, {} refused, 0 missing",
        kills(),
        senders.count(),
        senders.refused.load(Ordering::Relaxed)
    );
}

#[test]
fn connections_that_are_killed_under_load_lose_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let options = server.fresh();
    let inbox = open(&server.url(), &options);
    let senders = under_load(&inbox, |senders| {
        for _ in 0..kills() {
            server.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state = 'active'",
            );
            senders.wait_for(5);
        }
    });
    assert_eq!(senders.missing(&server, &options), []);
}

/// With a standby that has to agree to each commit, the primary may be lost for good. The store finds the new one by
/// itself, for its URL names both.
#[test]
fn a_synchronous_standby_has_everything_that_was_acknowledged() {
    let Some(primary) = Server::start(&[]) else { return };
    let options = Options { deadline: 3_000, ..primary.fresh() };
    let standby = primary.standby("second");
    standby.begin();
    primary.set("synchronous_standby_names", "second");
    while primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1" {}
    let url = format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres", primary.port(), standby.port());
    let inbox = open(&url, &options);
    let senders = under_load(&inbox, |senders| {
        primary.crash();
        standby.promote();
        senders.wait_for(20);
    });
    assert_eq!(senders.missing(&standby, &options), []);
    println!("promoted: {} acknowledged, 0 missing", senders.count());
}

/// What PostgreSQL promises without `synchronous_standby_names`, and this store with it: nothing about a standby.
#[test]
fn an_asynchronous_standby_lacks_what_it_had_not_received() {
    let Some(primary) = Server::start(&[]) else { return };
    let options = primary.fresh();
    let standby = primary.standby("second");
    standby.begin();
    let inbox = open(&primary.url(), &options);
    let senders = under_load(&inbox, |_| ());
    let position = primary.sql("SELECT pg_current_wal_lsn()");
    while standby.sql(&format!("SELECT pg_last_wal_replay_lsn() >= '{position}'")) != "t" {}
    // The network between them is gone; the primary goes on.
    standby.crash();
    let gate = gate(inbox.seed());
    for number in 1_000_000..1_000_010 {
        let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
        let Decision::Answer(answer) = inbox.receive(&gate, &head, &mut transcript(number, "words")) else { panic!() };
        assert_eq!(answer.status, 200);
        senders.acked.lock().unwrap().insert(number);
    }
    primary.crash();
    standby.begin();
    standby.promote();
    let missing = senders.missing(&standby, &options);
    println!("promoted: {} acknowledged, {} lost with the primary", senders.count(), missing.len());
    assert_eq!(missing, (1_000_000..1_000_010).collect::<Vec<_>>());
}

/// A worker, when it is told to be one; as a test of its own it does nothing. It claims what it is told to, and says what
/// it got.
#[test]
fn child() {
    let Ok(url) = std::env::var("RINGBACK_CHILD") else { return };
    let options = Options { schema: std::env::var("RINGBACK_SCHEMA").unwrap(), deadline: 60_000, ..Options::default() };
    let rules = Rules { lease: 600_000, ..Rules::stored() };
    let inbox = Inbox::new(Postgres::open_with(&url, options).unwrap(), Settings { rules, ..Settings::default() });
    for line in std::io::stdin().lines() {
        let most = line.unwrap().parse().unwrap();
        let mut claimed = Vec::new();
        for work in inbox.claim(most).unwrap() {
            claimed.push(work.id.to_string());
            if std::env::var("RINGBACK_KEEPS").is_err() {
                inbox.settle(work.claim, Outcome::Done).unwrap();
            }
        }
        let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        println!("\n! {clock} {}", claimed.join(" "));
    }
}

struct Worker {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Worker {
    fn start(server: &Server, options: &Options, set: &[(&str, &str)]) -> Worker {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["child", "--exact", "--nocapture", "--test-threads=1"]).envs(set.iter().copied());
        command.env("RINGBACK_CHILD", server.url()).env("RINGBACK_SCHEMA", &options.schema);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Worker { child, lines }
    }

    fn ask(&mut self, most: usize) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{most}").unwrap();
    }

    /// What its clock shows, and what it claimed.
    fn answer(&mut self) -> (u64, Vec<String>) {
        let line = self.lines.find_map(|line| Some(line.unwrap().strip_prefix("! ")?.to_owned())).expect("an answer");
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap().parse().unwrap(), words.collect())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Four processes want the same work: each delivery goes to one of them.
#[test]
fn a_fleet_claims_every_delivery_once() {
    let Some(server) = Server::shared() else { return };
    let options = server.fresh();
    let inbox = open(&server.url(), &options);
    let senders = under_load(&inbox, |senders| senders.wait_for(200));
    let mut fleet: Vec<_> = (0..4).map(|_| Worker::start(server, &options, &[])).collect();
    let mut claimed = Vec::new();
    while inbox.ledger().tally().unwrap()[1] > 0 {
        fleet.iter_mut().for_each(|worker| worker.ask(8));
        claimed.extend(fleet.iter_mut().flat_map(|worker| worker.answer().1));
    }
    let distinct: BTreeSet<_> = claimed.iter().collect();
    assert_eq!(distinct.len(), claimed.len(), "somebody claimed what another one had");
    assert!(senders.count() <= distinct.len(), "something was never claimed");
}

/// The time is the database's: processes whose clocks are an hour or a day off take nobody's work away.
#[cfg(target_os = "linux")]
#[test]
fn a_stepped_clock_of_a_process_changes_no_lease() {
    // A sanitizer asks for the time before it can bear that somebody else's library is asked.
    if std::env::var_os("RINGBACK_SANITIZER").is_some() {
        return;
    }
    let Some(server) = Server::shared() else { return };
    let folder = rig::Folder::new();
    let (source, shim) = (folder.path().join("clock.c"), folder.path().join("clock.so"));
    std::fs::write(&source, CLOCK).unwrap();
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&shim).arg(&source).arg("-ldl").status();
    assert!(compiled.unwrap().success());
    let options = server.fresh();
    let inbox = open(&server.url(), &options);
    let senders = under_load(&inbox, |_| ());
    let everything = senders.count() + SENDERS as usize;

    let mut holder = Worker::start(server, &options, &[("RINGBACK_KEEPS", "")]);
    holder.ask(everything);
    let (now, held) = holder.answer();
    assert!(held.len() >= senders.count());
    for step in ["3600", "86400", "-3600", "-86400"] {
        let set = [("LD_PRELOAD", shim.to_str().unwrap()), ("RINGBACK_STEP", step), ("RINGBACK_KEEPS", "")];
        let mut stepped = Worker::start(server, &options, &set);
        stepped.ask(everything);
        let (its_now, claimed) = stepped.answer();
        assert_eq!(claimed, Vec::<String>::new(), "stepped by {step}");
        let off = its_now as i64 - now as i64;
        assert!((off - step.parse::<i64>().unwrap()).abs() < 600, "its clock is off by {off}, not by {step}");
        // A lease that it takes is no longer or shorter either.
        let number = 2_000_000 + its_now;
        let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
        let _ = inbox.receive(&gate(inbox.seed()), &head, &mut transcript(number, "words"));
        stepped.ask(1);
        assert_eq!(stepped.answer().1.len(), 1);
        let left = server.sql(&format!(
            "SELECT max(due) - (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM {}.deliveries WHERE phase = 3",
            options.schema
        ));
        assert!((1..=600_000).contains(&left.parse::<i64>().unwrap()), "stepped by {step}: {left}");
    }
}

/// A wall clock that is off by so many seconds.
const CLOCK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*next)(clockid_t, struct timespec *);
    if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = next(clock, time);
    const char *step = getenv("RINGBACK_STEP");
    if (result == 0 && step && clock == CLOCK_REALTIME) time->tv_sec += atol(step);
    return result;
}
"#;
