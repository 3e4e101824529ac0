//! The core, with its secrets hidden from everybody who watches.
//!
//! Keys, the codes that are expected of tickets, and the digests of passwords are marked as having no known value; then
//! credentials are checked, good ones and bad ones, by the functions that a server calls. Memcheck reports each jump
//! and each address that depends on a hidden byte. There is one door at which outcomes are declared public,
//! `credential/reveal.rs` in the core. Nothing may be reported, except where a comparison that ends early and a table
//! that is looked up by a secret are planted: those must be reported, or nobody watches.
//!
//! What arrives is not hidden: its sender knows it. Time may depend on it.

mod cases;
mod planted;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    if !watch::is_on() {
        eprintln!("error: nobody watches; run it under valgrind");
        return ExitCode::from(2);
    }
    ringback::credential::REVEAL.set(watch::reveal).expect("it is set once");
    let mut tally = Tally::default();
    cases::run(&mut tally);
    planted::run(&mut tally);
    println!("{} cases, {} of them planted; {} wrong", tally.cases, tally.planted, tally.wrong);
    if tally.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What was seen.
#[derive(Default)]
pub struct Tally {
    cases: u32,
    planted: u32,
    wrong: u32,
}

impl Tally {
    /// Runs a case, in which nothing may be reported; its outcome must be the expected one.
    pub fn clean<T: PartialEq + std::fmt::Debug>(&mut self, name: &str, expected: T, case: impl FnOnce() -> T) {
        let before = watch::reports();
        let found = case();
        let reports = watch::reports() - before;
        let fault = match (reports, found == expected) {
            (0, true) => "",
            (0, false) => "  WRONG: not the outcome that was expected",
            _ => "  WRONG: it depends on a secret",
        };
        self.note(name, reports, fault);
    }

    /// Runs a case that must be reported.
    pub fn leaking<T>(&mut self, name: &str, case: impl FnOnce() -> T) {
        let before = watch::reports();
        std::hint::black_box(case());
        let reports = watch::reports() - before;
        self.planted += 1;
        self.note(name, reports, if reports > 0 { "" } else { "  WRONG: the leak was not reported" });
    }

    fn note(&mut self, name: &str, reports: u32, fault: &str) {
        self.cases += 1;
        self.wrong += u32::from(!fault.is_empty());
        let line = format!("{name:<64}{reports:>4} reports{fault}");
        println!("{line}");
        if !fault.is_empty() {
            eprintln!("{line}");
        }
    }
}
