//! Runs the steps: each by its name with its time, the next one after a failure too, and a summary at the end.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::project::Project;
use crate::step::{Outcome, Step};
use crate::steps;

/// Prints the name and the claim of every step that there is.
pub fn list(project: &Project) {
    for step in steps::present(project) {
        println!("{:<18}{}", step.name, step.claim);
    }
}

/// Runs the steps whose name begins with one of the prefixes; without prefixes, all of them.
pub fn test(project: &Project, prefixes: &[&str]) -> ExitCode {
    let mut steps = steps::present(project);
    if let Some(stray) = prefixes.iter().find(|prefix| !steps.iter().any(|step| step.name.starts_with(**prefix))) {
        eprintln!("error: no step begins with {stray}; `cargo xtask test --list` names them");
        return ExitCode::from(2);
    }
    steps.retain(|step| prefixes.is_empty() || prefixes.iter().any(|prefix| step.name.starts_with(prefix)));

    let strict = std::env::var_os("CI").is_some_and(|value| value == "true");
    let results: Vec<Finished> = steps.into_iter().map(|step| finish(project, step)).collect();
    let summary = summarise(&results, strict);
    print!("\nsummary\n{}", summary.text);
    if summary.good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A step that has run.
struct Finished {
    name: &'static str,
    time: Duration,
    outcome: Outcome,
}

fn finish(project: &Project, step: Step) -> Finished {
    println!("\n== {}: {}", step.name, step.claim);
    let start = Instant::now();
    let outcome = (step.run)(project);
    let time = start.elapsed();
    let seconds = time.as_secs_f64();
    match &outcome {
        Ok(_) => println!("== {} passed in {seconds:.1} s", step.name),
        Err(why) => println!("{why}\n== {} FAILED after {seconds:.1} s", step.name),
    }
    // What the next step's programs write must not overtake what was said here.
    let _ = std::io::stdout().flush();
    Finished { name: step.name, time, outcome }
}

/// The last thing printed, and whether all is well.
struct Summary {
    text: String,
    good: bool,
}

/// With `strict`, whatever was skipped is a failure.
fn summarise(results: &[Finished], strict: bool) -> Summary {
    let mut text = String::new();
    let (mut passed, mut failed, mut skipped, mut tests) = (0, 0, 0, 0);
    for Finished { name, time, outcome } in results {
        let seconds = time.as_secs_f64();
        match outcome {
            Ok(tally) => {
                passed += 1;
                tests += tally.passed;
                let count = if tally.passed == 0 { String::new() } else { format!("  {} tests", tally.passed) };
                text += &format!("  passed   {name:<18}{seconds:>7.1} s{count}\n");
                for (reason, times) in &tally.skipped {
                    skipped += 1;
                    let often = if *times == 1 { String::new() } else { format!(" ({times} times)") };
                    text += &format!("  skipped  {name:<18}{reason}{often}\n");
                }
            }
            Err(why) => {
                failed += 1;
                let first = why.lines().next().unwrap_or_default();
                text += &format!("  FAILED   {name:<18}{seconds:>7.1} s  {first}\n");
            }
        }
    }
    text += &format!("{passed} passed, {failed} failed, {skipped} skipped; {tests} tests\n");
    if strict && skipped > 0 {
        text += "CI=true: what is skipped counts as failed\n";
    }
    Summary { text, good: failed == 0 && !(strict && skipped > 0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::Tally;

    fn finished(name: &'static str, outcome: Outcome) -> Finished {
        Finished { name, time: Duration::from_millis(1500), outcome }
    }

    fn with_a_skip() -> Tally {
        let mut tally = Tally::default();
        tally.read("skipped: no corpus");
        tally
    }

    #[test]
    fn all_passed_is_good() {
        let summary = summarise(&[finished("fmt", Ok(Tally::default()))], true);
        assert!(summary.good);
        assert_eq!(summary.text, "  passed   fmt                 1.5 s\n1 passed, 0 failed, 0 skipped; 0 tests\n");
    }

    #[test]
    fn one_failure_among_others_is_not_good() {
        let results = [finished("fmt", Err("a\nb".into())), finished("doc", Ok(Tally::default()))];
        let summary = summarise(&results, false);
        assert!(!summary.good);
        assert!(summary.text.contains("  FAILED   fmt                 1.5 s  a\n"), "{}", summary.text);
        assert!(summary.text.contains("1 passed, 1 failed, 0 skipped"), "{}", summary.text);
    }

    #[test]
    fn a_skip_is_reported_and_fails_only_where_it_must_not_happen() {
        let results = [finished("tests", Ok(with_a_skip()))];
        let summary = summarise(&results, false);
        assert!(summary.good);
        assert!(summary.text.contains("skipped  tests           no corpus\n"), "{}", summary.text);
        assert!(!summarise(&results, true).good);
    }
}
