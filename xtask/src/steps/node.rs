//! The Node package: built, typed, tested.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "node",
    claim: "the Node package builds, its types hold, and it does what it says before real servers",
    folder: "node",
    run,
}];

/// The oldest release that the package is for.
const OLDEST: u32 = 20;

fn run(project: &Project) -> Outcome {
    let mut tally = Tally::default();
    let version = project.output(node(project, "node", &["--version"]));
    let major = version.ok().and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) {
        tally.skip(&format!("Node {OLDEST} or later is not there"));
        return Ok(tally);
    }
    if !is_installed(project) {
        project.run(node(project, "npm", &["ci", "--no-fund", "--no-audit"]))?;
    }
    project.run(node(project, "npm", &["run", "--silent", "build"]))?;
    test(project, &mut tally)?;
    Ok(tally)
}

/// Whether what the lock file says was installed after it was last changed.
fn is_installed(project: &Project) -> bool {
    let changed = |file: &str| project.path(file).metadata().and_then(|metadata| metadata.modified());
    match (changed("node/package-lock.json"), changed("node/node_modules/.package-lock.json")) {
        (Ok(lock), Ok(installed)) => lock <= installed,
        _ => false,
    }
}

/// Runs the tests, passes on what they print, and counts.
fn test(project: &Project, tally: &mut Tally) -> Result<(), String> {
    let mut command = node(project, "npm", &["test", "--silent"]);
    println!("$ npm test");
    let _ = std::io::stdout().flush();
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("npm test: {error}"))?;
    for line in BufReader::new(child.stdout.take().expect("standard output was piped")).split(b'\n') {
        let line = line.map_err(|error| format!("npm test: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        read(&line, tally);
    }
    let status = child.wait().map_err(|error| format!("npm test: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("npm test: {status}")) }
}

/// Takes in a line of the test program, which speaks TAP: what a test prints is a comment.
fn read(line: &str, tally: &mut Tally) {
    let Some(comment) = line.trim().strip_prefix("# ") else { return };
    if let Some(passed) = comment.strip_prefix("pass ").and_then(|count| count.parse::<usize>().ok()) {
        tally.passed += passed;
    } else {
        tally.read(comment);
    }
}

/// A program of Node, in the folder of the package.
fn node(project: &Project, program: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = project.command(program);
    command.args(arguments).current_dir(project.path("node"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_passed_are_counted_and_skips_are_heard() {
        let mut tally = Tally::default();
        for line in ["# skipped: no corpus", "ok 1 - a", "# tests 3", "# pass 2", "# fail 1"] {
            read(line, &mut tally);
        }
        assert_eq!(tally.passed, 2);
        assert!(tally.skipped.contains_key("no corpus"));
    }
}
