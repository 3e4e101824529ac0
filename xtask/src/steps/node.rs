//! The Node package and its example: built, typed, tested.

use std::process::Command;

use super::embedded::skipped;
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[
    Step {
        name: "node",
        claim: "the Node package builds, packs and installs, its types hold, and it receives behind real servers",
        folder: PACKAGE,
        run: package,
    },
    Step {
        name: "node-example",
        claim: "the Express example does what its page says, with the official SDK",
        folder: EXAMPLE,
        run: example,
    },
];

const PACKAGE: &str = "node";
const EXAMPLE: &str = "examples/express";

/// The oldest release that the package is for.
const OLDEST: u32 = 20;

fn package(project: &Project) -> Outcome {
    if !is_there(project) {
        return Ok(skipped(&format!("Node {OLDEST} or later is not there")));
    }
    build(project)?;
    // The tests look at the lock file of the example, and at nothing else of it.
    test(project, PACKAGE)
}

fn example(project: &Project) -> Outcome {
    if !is_there(project) {
        return Ok(skipped(&format!("Node {OLDEST} or later is not there")));
    }
    build(project)?;
    install(project, EXAMPLE)?;
    test(project, EXAMPLE)
}

fn is_there(project: &Project) -> bool {
    let version = project.output(run(project, PACKAGE, "node", &["--version"]));
    let major = version.ok().and_then(|text| text.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST)
}

fn build(project: &Project) -> Result<(), String> {
    install(project, PACKAGE)?;
    project.run(run(project, PACKAGE, "npm", &["run", "--silent", "build"]))
}

/// Installs what the lock file says, unless that was done since it was last changed.
fn install(project: &Project, folder: &str) -> Result<(), String> {
    let changed = |file: &str| project.path(folder).join(file).metadata().and_then(|metadata| metadata.modified());
    match (changed("package-lock.json"), changed("node_modules/.package-lock.json")) {
        (Ok(lock), Ok(installed)) if lock <= installed => Ok(()),
        _ => project.run(run(project, folder, "npm", &["ci", "--no-fund", "--no-audit"])),
    }
}

fn test(project: &Project, folder: &str) -> Outcome {
    let mut tally = Tally::default();
    project.read_along(run(project, folder, "npm", &["test", "--silent"]), |line| read(line, &mut tally))?;
    Ok(tally)
}

/// Takes in a line of a test program, which speaks TAP: what a test prints is a comment.
fn read(line: &str, tally: &mut Tally) {
    let Some(comment) = line.trim().strip_prefix("# ") else { return };
    if let Some(passed) = comment.strip_prefix("pass ").and_then(|count| count.parse::<usize>().ok()) {
        tally.passed += passed;
    } else {
        tally.read(comment);
    }
}

/// A program, in this folder.
fn run(project: &Project, folder: &str, program: &str, arguments: &[&str]) -> Command {
    let mut command = project.command(program);
    command.args(arguments).current_dir(project.path(folder));
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
