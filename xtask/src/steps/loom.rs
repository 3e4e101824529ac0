//! The waiters of the inbox, in every order in which their threads can run.

use std::path::Path;

use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "loom",
    claim: "whoever waits for a change of the inbox is woken, in whatever order the threads run",
    folder: "tests/loom",
    run: check,
}];

/// A workspace of its own: its locks are those of loom.
pub const MANIFEST: &str = "tests/loom/Cargo.toml";

fn check(project: &Project) -> Outcome {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let target = Path::new(target).join("loom");
    let target = target.to_str().ok_or("the path of the target directory is not UTF-8")?;
    let here = ["--manifest-path", MANIFEST, "--target-dir", target];
    project
        .run(project.cargo(&[&["clippy", "--locked", "--all-targets"], &here[..], &["--", "-Dwarnings"]].concat()))?;
    project.cargo_test(&here)
}
