//! Eight processes claim the same deliveries, as fast as they can, and somebody steps their clocks.
//!
//! Each notes when it got a claim and when it let go of it, on the clock that the machine's processes share. Some sleep
//! longer than their lease. Afterwards the intervals of each delivery are laid side by side: none overlaps another,
//! unless the earlier lease had ended.
//!
//! `RINGBACK_CLAIMS=n` makes so many claims in all (default 4,000); a full run has 100,000.
#![cfg(target_os = "linux")]

mod rig;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use rig::{BASIC, Folder, gate, transcript};
use ringback::Head;
use ringback::ledger::Rules;
use ringback::time::Now;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Clock, Decision, Inbox, Settings, SystemClock};

const WORKERS: usize = 8;
const DELIVERIES: u64 = 400;
const LEASE: u64 = 150;
const HOUR: i64 = 3_600_000;
/// What becomes of the wall clock, one after the other.
const STEPS: [i64; 6] = [0, HOUR, -HOUR, 24 * HOUR, -24 * HOUR, HOUR / 60];

/// The clocks of the machine, with a wall clock that somebody steps.
#[derive(Default)]
struct Stepped(AtomicI64);

impl Clock for Stepped {
    fn now(&self) -> Now {
        let now = SystemClock.now();
        Now { wall: now.wall.saturating_add_signed(self.0.load(Ordering::Relaxed)), ..now }
    }

    fn boot(&self) -> Vec<u8> {
        SystemClock.boot()
    }
}

/// The store of this name: in a database, if there is a note beside it that says in which. That has a clock of its own.
fn open(path: PathBuf, clock: Arc<dyn Clock>) -> Inbox {
    let options = Options { clock, reserve: 0, ballast: 0, ..Options::default() };
    let settings = Settings { rules: Rules { lease: LEASE, ..Rules::stored() }, ..Settings::default() };
    #[cfg(feature = "postgres")]
    if let Ok(note) = std::fs::read_to_string(path.with_extension("url")) {
        let (url, schema) = note.split_once(' ').unwrap();
        let options = ringback_inbox::postgres::Options { schema: schema.to_owned(), ..Default::default() };
        return Inbox::new(again(|| ringback_inbox::Postgres::open_with(url, options.clone())), settings);
    }
    // Eight writers wait for each other; one that has waited too long tries again.
    Inbox::new(again(|| Sqlite::open_with(&path, options.clone())), settings)
}

fn again<T>(mut ask: impl FnMut() -> Result<T, ringback_inbox::Error>) -> T {
    loop {
        match ask() {
            Ok(said) => return said,
            Err(error) => assert_eq!(error.kind(), ringback::ErrorKind::StoreBusy),
        }
    }
}

/// A child, when it is told to be one; as a test of its own it does nothing.
#[test]
fn child() {
    let Ok(path) = std::env::var("RINGBACK_LEASES") else { return };
    let claims: usize = std::env::var("RINGBACK_CLAIMS").unwrap().parse().unwrap();
    let clock = Arc::new(Stepped::default());
    // A database takes its time for each claim, so fewer of them have to show as much.
    let is_database = Path::new(&path).with_extension("url").exists();
    let inbox = open(path.into(), clock.clone());
    let (mut notes, mut made, mut calls) = (String::new(), 0, 0_u32);
    while made < claims {
        clock.0.store(STEPS[made / 50 % STEPS.len()], Ordering::Relaxed);
        let before = clock.now().monotonic;
        let Ok(works) = inbox.claim(16) else { continue };
        let start = clock.now().monotonic;
        // Now and then somebody sleeps through its lease. It is what the test is about: nobody waits for anything here.
        calls += 1;
        match is_database {
            true if calls % 3 == 2 => std::thread::sleep(Duration::from_millis(3 * LEASE)),
            false if made % 40 == 7 => std::thread::sleep(Duration::from_millis(LEASE + LEASE / 2)),
            _ => {}
        }
        for work in works {
            let end = clock.now().monotonic;
            notes += &format!("! {} {} {before} {start} {end}\n", work.id, work.claim.fence);
            // If it is stale, somebody else has it.
            let _ = inbox.release(work.claim);
            made += 1;
        }
    }
    std::io::stdout().lock().write_all(format!("\n{notes}").as_bytes()).unwrap();
}

struct Interval {
    fence: u32,
    /// A moment before the claim, so that its lease ends after this and [`LEASE`] at the earliest.
    before: u64,
    start: u64,
    end: u64,
}

fn intervals(text: &str) -> impl Iterator<Item = (String, Interval)> {
    text.lines().filter_map(|line| line.strip_prefix("! ")).map(|line| {
        let mut words = line.split(' ');
        let id = words.next().unwrap().to_owned();
        let mut number = || words.next().unwrap().parse::<u64>().unwrap();
        (id, Interval { fence: number() as u32, before: number(), start: number(), end: number() })
    })
}

/// What is wrong with these intervals of one delivery, and how often a lease had ended before its owner let go.
fn judge(id: &str, intervals: &mut [Interval]) -> (Vec<String>, usize) {
    intervals.sort_by_key(|interval| interval.fence);
    let (mut faults, mut lapsed) = (Vec::new(), 0);
    for pair in intervals.windows(2) {
        let [earlier, later] = pair else { continue };
        if earlier.fence == later.fence {
            faults.push(format!("{id}: two have the number {}", later.fence));
        }
        if later.start < earlier.end {
            lapsed += 1;
            if later.start < earlier.before + LEASE {
                faults.push(format!("{id}: {} began while {} held its lease", later.fence, earlier.fence));
            }
        }
    }
    (faults, lapsed)
}

fn claims() -> usize {
    std::env::var("RINGBACK_CLAIMS").ok().and_then(|count| count.parse().ok()).unwrap_or(4_000)
}

#[test]
fn no_two_hold_one_delivery_whatever_their_clocks_say() {
    // Leases are not about disks: in memory there is time for more of them.
    let memory = PathBuf::from("/dev/shm");
    let folder = Folder::new();
    let place = if memory.is_dir() { memory.join(folder.path().file_name().unwrap()) } else { folder.path().into() };
    std::fs::create_dir_all(&place).unwrap();
    contend(&place.join("inbox.db"), claims(), DELIVERIES);
    std::fs::remove_dir_all(&place).unwrap();
}

/// A fourth of the claims, for each takes a flush of the server's log; and of the deliveries, so that all are wanted.
#[cfg(feature = "postgres")]
#[test]
fn no_two_hold_one_delivery_of_a_database() {
    let Some(server) = rig::server::Server::shared() else { return };
    let folder = Folder::new();
    let note = format!("{} {}", server.url(), server.fresh().schema);
    std::fs::write(folder.file().with_extension("url"), note).unwrap();
    contend(&folder.file(), claims() / 4, DELIVERIES / 4);
}

fn contend(path: &Path, claims: usize, deliveries: u64) {
    let inbox = open(path.to_owned(), Arc::new(SystemClock));
    let gate = gate(inbox.seed());
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= deliveries {
                        return;
                    }
                    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
                    let kept = inbox.receive(&gate, &head, &mut transcript(number, "x"));
                    assert!(matches!(kept, Decision::Answer(answer) if answer.status == 200));
                }
            });
        }
    });
    let children: Vec<_> = (0..WORKERS)
        .map(|_| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["child", "--exact", "--nocapture", "--test-threads=1"]).stdout(Stdio::piped());
            command.env("RINGBACK_LEASES", path).env("RINGBACK_CLAIMS", claims.div_ceil(WORKERS).to_string());
            command.spawn().unwrap()
        })
        .collect();
    let mut found: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
    // Each is read in a thread of its own, or a full pipe would stop it.
    let readers: Vec<_> = children.into_iter().map(|child| std::thread::spawn(|| child.wait_with_output())).collect();
    for reader in readers {
        let output = reader.join().unwrap().unwrap();
        assert!(output.status.success());
        for (id, interval) in intervals(&String::from_utf8(output.stdout).unwrap()) {
            found.entry(id).or_default().push(interval);
        }
    }
    let (mut faults, mut made, mut lapsed) = (Vec::new(), 0, 0);
    for (id, intervals) in &mut found {
        made += intervals.len();
        let (wrong, ended) = judge(id, intervals);
        faults.extend(wrong);
        lapsed += ended;
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(made >= claims && found.len() as u64 == deliveries, "{made} claims of {} deliveries", found.len());
    assert!(lapsed > 0, "nobody slept through a lease");
    println!("{made} claims by {WORKERS} processes, {lapsed} of them after a lease had ended: 0 overlap");
}

#[test]
fn the_judge_sees_an_overlap_and_lets_a_lapsed_lease_pass() {
    let interval = |fence, start, end| Interval { fence, before: start, start, end };
    assert_eq!(judge("a", &mut [interval(1, 0, 10), interval(2, 10, 20)]), (vec![], 0));
    assert_eq!(judge("a", &mut [interval(2, LEASE, LEASE + 5), interval(1, 0, LEASE + 1)]), (vec![], 1));
    assert_eq!(judge("a", &mut [interval(1, 0, 10), interval(2, 9, 20)]).0.len(), 1);
    assert_eq!(judge("a", &mut [interval(1, 0, 10), interval(1, 11, 20)]).0.len(), 1);
}
