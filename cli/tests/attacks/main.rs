//! The server under attack: whatever strangers do, and whoever has got hold of one callback URL, ten honest deliveries a
//! second are settled meanwhile, each within the eleven attempts that their sender makes, and the memory of the server
//! stays within its budget.
//!
//! One attack after the other is made against a server of its own, and each becomes a row of a table. Here an attack
//! lasts a second, and the server keeps deliveries in a file; `cargo xtask attack` makes them longer, with every store,
//! against an optimised server, and also asks for an answer within a second. Times are not asked for otherwise: they are
//! those of the machine. Between two attempts an honest sender waits 300 ms instead of 30 s.
//!
//! Under a sanitizer, which keeps what is freed for a while, nothing is said about memory.
//!
//! Words on the command line choose the attacks whose names hold one of them. `RINGBACK_ATTACK_SECONDS` is how long one
//! lasts; with it, answers have to be in time.

mod attack;
mod bodies;
mod heads;
mod honest;
mod target;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use attack::{Attack, Scene};
use honest::Report;
use target::Target;

/// What the memory of a server may grow to: bodies in flight, and the program with its tables and threads.
const MEMORY: u64 = (256 + 96) * MIB;
const MIB: u64 = 1024 * 1024;

/// How soon 99 of 100 answers have to be there.
const IN_TIME: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let seconds = std::env::var("RINGBACK_ATTACK_SECONDS").ok().map(|text| text.parse::<f64>().expect("a number"));
    let length = Duration::from_secs_f64(seconds.unwrap_or(1.0));
    let wanted = |attack: &&Attack| words.is_empty() || words.iter().any(|word| attack.name.contains(word.as_str()));
    let (mut passed, mut failed) = (0, 0);
    println!(
        "{:<46}{:>8}{:>9}{:>9}{:>8}{:>8}{:>8}{:>8}",
        "attack", "store", "honest", "attempts", "p50", "p99", "MiB", "shots"
    );
    for attack in attack::ALL.iter().filter(wanted) {
        for store in if seconds.is_some() { target::STORES } else { &target::STORES[..1] } {
            match stage(attack, store, length, seconds.is_some()) {
                Ok(row) => {
                    println!("{row}");
                    passed += 1;
                }
                Err(why) => {
                    println!("{why}");
                    failed += 1;
                }
            }
        }
    }
    // The words of the test harness, which whoever counts tests understands.
    println!("test result: {}. {passed} passed; {failed} failed", if failed == 0 { "ok" } else { "FAILED" });
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Makes one attack, and says what came of it.
fn stage(attack: &Attack, store: &str, length: Duration, timed: bool) -> Result<String, String> {
    let target = Target::start(store);
    let stop = AtomicBool::new(false);
    let scene = Scene::new(&target, &stop);
    let report = std::thread::scope(|scope| {
        for number in 0..attack.threads {
            let (scene, run) = (&scene, attack.run);
            scope.spawn(move || run(scene, number));
        }
        let report = honest::send(&target, length);
        stop.store(true, Ordering::Relaxed);
        report
    });
    let shots = scene.shots();
    let memory = target.memory();
    let mut faults = scene.faults();
    if report.lost == 0 {
        target.wait_for((0..report.sent).map(honest::job));
    }
    let settled = target.end()?;

    let Report { sent, attempts, p50, p99, lost } = report;
    if lost > 0 {
        faults
            .push(format!("{lost} of {sent} honest deliveries were not settled within {} attempts", honest::ATTEMPTS));
    }
    for job in 0..sent {
        match settled.times(&honest::job(job)) {
            1 => {}
            0 if lost > 0 => {}
            times => faults.push(format!("the honest delivery {job} was handled {times} times")),
        }
    }
    if memory > MEMORY && std::env::var_os("RINGBACK_SANITIZER").is_none() {
        faults.push(format!("the memory grew to {} MiB", memory / MIB));
    }
    if timed && p99 > IN_TIME {
        faults.push("answers were late".to_owned());
    }
    if shots == 0 {
        faults.push("the attack was never made".to_owned());
    }
    faults.extend(settled.faults());
    let row = format!(
        "{:<46}{:>8}{sent:>9}{attempts:>9}{:>8}{:>8}{:>8}{shots:>8}",
        attack.name,
        store.split(':').next().unwrap_or_default(),
        shown(p50),
        shown(p99),
        memory / MIB
    );
    if faults.is_empty() { Ok(row) } else { Err(format!("{row}\n  FAILED: {}", faults.join("; "))) }
}

fn shown(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}
