//! The developer commands: `cargo xtask VERB`, with nothing to install but Rust.
//!
//! There is one list of tests, in [`steps`], and one way to run it, in [`run`]; people and continuous integration use
//! the same. A new verb is a line in [`main`] and a line in [`USAGE`].

mod attack;
mod bench;
mod debian;
mod harness;
mod install_c;
mod licence;
mod mutants;
mod project;
mod run;
mod sanitize;
mod size;
mod size_c;
mod step;
mod steps;

use std::process::ExitCode;

use project::Project;

const USAGE: &str = "\
usage: cargo xtask VERB

  test [PREFIX]...   run every test of every language present, or only the steps whose name begins with a PREFIX
  test --list        list the steps
  bench [OPTION]...  measure how far the goals of speed are reached; bench --help says more
  bench python [--rounds N]
                     the same for the Python package, beside the libraries that one would pick instead
  bench inbox [DIR]  measure deliveries and claims a second on the disk of DIR
  install-c --prefix DIR
                     build the C library and lay it down in DIR/lib and DIR/include
  size-c             print what the C library adds to a small program, next to yyjson
  test-embedded      run the core on emulated microcontrollers: the steps whose name begins with `embedded`
  test-constant-time follow secrets through the core under valgrind: the step `constant-time`
  size-embedded      flash by module, stack, and memory for each submission, against the goals
  attack [--seconds N] [WORD]...   attack the server in every way that is known, for N seconds each, 20 if not said
  fuzz [--seconds N] [TARGET]...   look for inputs that break a promise: each target for N seconds, 60 if not said
  mutants [FILE]...  make small mistakes in the core, and list those that no test notices
  sanitize [NAME]... the tests under AddressSanitizer (address) and ThreadSanitizer (thread), or one of them
  help               print this text

exit codes: 0 all passed, 1 a step failed (with CI=true in the environment, also: was skipped), 2 usage";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["help" | "--help" | "-h"] | ["test", "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        ["test", "--list"] => {
            run::list(&Project::here());
            ExitCode::SUCCESS
        }
        ["test", ref prefixes @ ..] if !prefixes.iter().any(|prefix| prefix.starts_with('-')) => {
            run::test(&Project::here(), prefixes)
        }
        ["bench", "python", ref arguments @ ..] => report(steps::python::bench(&Project::here(), arguments)),
        ["bench", ref arguments @ ..] => bench::run(&Project::here(), arguments),
        ["install-c", "--prefix", prefix] => report(install_c::install(&Project::here(), prefix)),
        ["size-c"] => report(size_c::report(&Project::here()).map(drop)),
        ["test-embedded"] => run::test(&Project::here(), &["embedded"]),
        ["test-constant-time"] => run::test(&Project::here(), &["constant-time"]),
        ["size-embedded"] => report(size::embedded(&Project::here())),
        ["attack", "--seconds", seconds, ref words @ ..] => match seconds.parse() {
            Ok(seconds) => report(attack::attack(&Project::here(), seconds, words)),
            Err(_) => misuse(&format!("not a number of seconds: {seconds}")),
        },
        ["attack", ref words @ ..] if !words.iter().any(|word| word.starts_with('-')) => {
            report(attack::attack(&Project::here(), attack::SECONDS, words))
        }
        ["mutants", ref files @ ..] if !files.iter().any(|file| file.starts_with('-')) => {
            report(mutants::mutants(&Project::here(), files))
        }
        ["sanitize", ref names @ ..] => report(sanitize::sanitize(&Project::here(), names)),
        ["fuzz", "--seconds", seconds, ref targets @ ..] => match seconds.parse() {
            Ok(seconds) => fuzz(seconds, targets),
            Err(_) => misuse(&format!("not a number of seconds: {seconds}")),
        },
        ["fuzz", ref targets @ ..] if !targets.iter().any(|target| target.starts_with('-')) => fuzz(60, targets),
        [] => misuse("a verb is missing"),
        _ => misuse(&format!("not understood: {}", words.join(" "))),
    }
}

/// Fuzzes; what makes that impossible is a failure, when somebody asks for it.
fn fuzz(seconds: u32, targets: &[&str]) -> ExitCode {
    report(steps::fuzz::fuzz(&Project::here(), seconds, targets).and_then(|tally| match tally.skipped.keys().next() {
        Some(why) => Err(why.clone()),
        None => Ok(()),
    }))
}

fn report(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Says what was wrong with the command line: exit code 2.
fn misuse(what: &str) -> ExitCode {
    eprintln!("error: {what}\n\n{USAGE}");
    ExitCode::from(2)
}
