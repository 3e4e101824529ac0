//! The developer commands: `cargo xtask VERB`, with nothing to install but Rust.
//!
//! There is one list of tests, in [`steps`], and one way to run it, in [`run`]; people and continuous integration use
//! the same. A new verb is a line in [`main`] and a line in [`USAGE`].

mod bench;
mod harness;
mod licence;
mod project;
mod run;
mod step;
mod steps;

use std::process::ExitCode;

use project::Project;

const USAGE: &str = "\
usage: cargo xtask VERB

  test [PREFIX]...   run every test of every language present, or only the steps whose name begins with a PREFIX
  test --list        list the steps
  bench [OPTION]...  measure how far the goals of speed are reached; bench --help says more
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
        ["bench", ref arguments @ ..] => bench::run(&Project::here(), arguments),
        [] => misuse("a verb is missing"),
        _ => misuse(&format!("not understood: {}", words.join(" "))),
    }
}

/// Says what was wrong with the command line: exit code 2.
fn misuse(what: &str) -> ExitCode {
    eprintln!("error: {what}\n\n{USAGE}");
    ExitCode::from(2)
}
