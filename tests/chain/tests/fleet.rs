//! Two servers behind nginx, two workers and one database; two submitters whose transcripts keep coming while all of them
//! are killed at random. The same verdict: everything acknowledged is handled, nothing is lost, and nothing is handled
//! twice but what somebody had done and could not settle, because the process or its lease died first.
//!
//! How that is told stands in [`ringback_chain::judge`]. The handler is a program that writes its line, flushes it to the
//! disk, and then takes a little longer, so that kills meet work that is done and not settled.
//!
//! `RINGBACK_KILLS=n` kills n times (default 12, one round); `RINGBACK_SEED` chooses whom, and when.

#[expect(dead_code, reason = "the stores need more of it than a fleet does")]
#[path = "../../../inbox/tests/rig/server.rs"]
mod postgres;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::{Duration, Instant};

use ringback_chain::judge::{Life, judge};
use ringback_chain::{Directory, KEYS, PATIENCE, Printed, Program, Signal, balancer, free_port, ringback, run, text};

/// How many deliveries a worker handles at once.
const AT_ONCE: usize = 4;
/// How long a claim holds without being renewed, in milliseconds.
const LEASE: u64 = 2000;
/// How many deliveries each submitter has for each kill, and how many it begins each second.
const PER_KILL: usize = 10;
const RATE: &str = "6";

/// One delivery, one line, one write; then it lingers.
const HANDLER: &str = r#"
set -e
printf '{"id":"%s","fence":%s,"job":"%s","life":"%s"}\n' "$RINGBACK_ID" "$RINGBACK_FENCE" "$RINGBACK_JOB" "$2" >> "$1"
sync -d "$1"
sleep 0.15
"#;

/// Numbers that follow from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Lets so much time go by, at most.
    fn pause(&mut self, most: u64) {
        std::thread::sleep(Duration::from_millis(self.below(most)));
    }
}

/// Everything that runs, and can be killed.
struct Fleet {
    database: postgres::Server,
    directory: Directory,
    keys: String,
    ports: [u16; 3],
    proxy: Option<Program>,
    servers: [Option<Program>; 2],
    workers: [Option<(String, Program)>; 2],
    lives: Vec<Life>,
    /// How many programs were started.
    started: usize,
    /// Who is still to be killed before everybody's turn begins anew.
    doomed: Vec<Victim>,
}

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    Server,
    Worker,
    /// A worker is stopped until its leases have ended, and then goes on.
    Lease,
    Database,
    Proxy,
}

/// One round.
const VICTIMS: [Victim; 12] = {
    use Victim::{Database, Lease, Proxy, Server, Worker};
    [Server, Server, Server, Worker, Worker, Worker, Worker, Lease, Lease, Database, Database, Proxy]
};

impl Fleet {
    /// Starts all of it; none if something is not installed, which is said.
    fn start() -> Option<Fleet> {
        let database = postgres::Server::start(&[])?;
        let directory = Directory::new();
        let ports = [free_port(), free_port(), free_port()];
        let Some(proxy) = balancer(&directory, ports[2], &ports[..2]) else {
            postgres::skip("nginx is not installed");
            return None;
        };
        let keys = directory.file("keys", KEYS);
        let _ = [("handler", HANDLER), ("journal", "")].map(|(name, text)| directory.file(name, text));
        let mut fleet = Fleet {
            database,
            directory,
            keys,
            ports,
            proxy: Some(proxy),
            servers: [None, None],
            workers: [None, None],
            lives: Vec::new(),
            started: 0,
            doomed: Vec::new(),
        };
        let migrated = run(fleet.command().arg("migrate"));
        assert_eq!(migrated.code, Some(0), "{}", migrated.errors);
        for which in 0..2 {
            fleet.start_server(which);
            fleet.start_worker(which);
        }
        Some(fleet)
    }

    fn command(&self) -> Command {
        let mut command = ringback();
        command.current_dir(self.directory.path("")).env("RINGBACK_STORE", self.database.url());
        command
    }

    fn name(&mut self, kind: &str) -> String {
        self.started += 1;
        format!("{kind}-{}", self.started)
    }

    fn start_server(&mut self, which: usize) {
        let name = self.name("server");
        let out = self.directory.path(&name);
        let listen = format!("127.0.0.1:{}", self.ports[which]);
        let mut serve = self.command();
        serve.args(["serve", "--workers", "0", "--listen", &listen, "--ticket-keys", &self.keys]);
        self.servers[which] = Some(Program::start(serve.args(["--lease", &format!("{LEASE}ms")]), out));
    }

    fn start_worker(&mut self, which: usize) {
        let name = self.name("worker");
        let [handler, journal] = ["handler", "journal"].map(|name| self.directory.path(name).display().to_string());
        let mut work = self.command();
        work.args(["work", "--workers", &AT_ONCE.to_string(), "--lease", &format!("{LEASE}ms")]);
        work.args(["--exec", &format!("sh '{handler}' '{journal}' {name}")]);
        let mut program = Program::launch(&mut work, self.directory.path(&name));
        program.wait_for("works");
        self.workers[which] = Some((name, program));
    }

    fn end_worker(&mut self, which: usize, signal: Signal) {
        let (name, program) = self.workers[which].take().expect("it runs");
        let (status, said) = program.end(signal);
        let killed = signal == Signal::KILL;
        assert!(killed || status.success(), "{name}: {status}: {said:?}");
        self.lives.push(Life { name, killed, said });
    }

    /// Whose turn it is: each has as many as stand in [`VICTIMS`] before anybody has more.
    fn next(&mut self, dice: &mut Dice) -> Victim {
        if self.doomed.is_empty() {
            self.doomed.extend(VICTIMS);
        }
        self.doomed.swap_remove(dice.below(self.doomed.len() as u64) as usize)
    }

    /// Kills one of them, and starts it again a little later. Who it was.
    fn kill(&mut self, dice: &mut Dice) -> Victim {
        let which = dice.below(2) as usize;
        let victim = self.next(dice);
        match victim {
            Victim::Server => {
                drop(self.servers[which].take().expect("it runs").end(Signal::KILL));
                dice.pause(700);
                self.start_server(which);
            }
            Victim::Worker => {
                self.end_worker(which, Signal::KILL);
                dice.pause(700);
                self.start_worker(which);
            }
            Victim::Lease => {
                // Nobody dies but the lease: the worker comes back to work that is somebody else's by then.
                let worker = |fleet: &Fleet, signal| fleet.workers[which].as_ref().expect("it runs").1.signal(signal);
                worker(self, Signal::STOP);
                std::thread::sleep(Duration::from_millis(LEASE + 500));
                worker(self, Signal::CONT);
            }
            Victim::Database => {
                self.database.crash();
                dice.pause(700);
                self.database.begin();
            }
            Victim::Proxy => {
                drop(self.proxy.take().expect("it runs").end(Signal::KILL));
                dice.pause(700);
                self.proxy = balancer(&self.directory, self.ports[2], &self.ports[..2]);
            }
        }
        victim
    }

    /// Submits so many, and sees each of them through. The pauses of the schedule are shorter, and there are more of them:
    /// the five minutes for which Deepgram tries stay five minutes, for what is killed does not come back faster.
    fn submitter(&self, seed: u64, count: usize) -> Command {
        let mut simulate = self.command();
        let url = format!("http://127.0.0.1:{}/hook", self.ports[2]);
        simulate.args(["simulate", "--to", &url, "--ticket-keys", &self.keys, "--seed", &seed.to_string()]);
        simulate.args(["--kind", "transcript,analysis,failure,audio", "--minutes", "0.2,4", "--count"]);
        simulate.args([&count.to_string(), "--rate", RATE, "--speed", "30", "--retries", "300"]);
        simulate.args(["--faults", "lost-reply,repeat,cut,chunked,slow,reorder,no-credentials", "--fault-rate", "0.1"]);
        simulate.args(["--handled-within", "60s", "--json", "--handled"]).arg(self.directory.path("journal"));
        simulate
    }
}

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_fleet_whose_members_are_killed_loses_nothing_and_repeats_only_what_died_unsettled() {
    let Some(mut fleet) = Fleet::start() else { return };
    let (kills, seed) = (variable("RINGBACK_KILLS", VICTIMS.len() as u64), variable("RINGBACK_SEED", 1));
    let count = kills as usize * PER_KILL;
    let submitters = [2 * seed, 2 * seed + 1].map(|seed| {
        let mut command = fleet.submitter(seed, count);
        std::thread::spawn(move || run(&mut command))
    });
    let mut dice = Dice(seed);
    let mut killed = BTreeMap::<Victim, u64>::new();
    for _ in 0..kills {
        dice.pause(1000);
        *killed.entry(fleet.kill(&mut dice)).or_default() += 1;
    }
    let printed: Vec<Printed> = submitters.map(|thread| thread.join().expect("it ends")).into();
    // What a worker had done and not settled is done again when its lease has ended.
    let begun = Instant::now();
    while fleet.database.sql("SELECT count(*) FROM ringback.deliveries WHERE phase <> 4") != "0" {
        assert!(begun.elapsed() < PATIENCE, "not everything is settled");
        std::thread::yield_now();
    }
    for which in 0..2 {
        fleet.end_worker(which, Signal::TERM);
    }

    let judgement = judge(&text(&fleet.directory.path("journal")), &fleet.lives, AT_ONCE);
    assert!(judgement.wrong.is_empty(), "seed {seed}: {:#?}", judgement.wrong);
    let excused: BTreeSet<&String> = judgement.after_kills.union(&judgement.after_leases).collect();
    let (mut deliveries, mut attempts) = (0, 0);
    for printed in &printed {
        let lines = printed.lines();
        let verdict = lines.last().unwrap_or_else(|| panic!("{}", printed.errors));
        for line in lines.iter().filter(|line| line["event"] == "fate") {
            let is_excused = line["job"].as_str().is_some_and(|job| excused.contains(&job.to_owned()));
            assert!(line["fate"] == "delivered" || line["fate"] == "doubled" && is_excused, "seed {seed}: {line}");
        }
        assert_eq!((&verdict["accounted"], &verdict["strangers_let_in"]), (&true.into(), &0.into()), "{verdict}");
        deliveries += verdict["deliveries"].as_u64().unwrap_or_else(|| panic!("{verdict}"));
        attempts += verdict["attempts"].as_u64().unwrap_or_else(|| panic!("{verdict}"));
    }
    assert_eq!(deliveries, 2 * count as u64);
    assert_eq!(judgement.handled as u64, deliveries, "nothing is handled that nobody sent");
    println!(
        "{kills} kills {killed:?}: {deliveries} deliveries in {attempts} attempts, 0 lost, {} handled again after a kill, {} \
         after the end of a lease",
        judgement.after_kills.len(),
        judgement.after_leases.len()
    );
}
