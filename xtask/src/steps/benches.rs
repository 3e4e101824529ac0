//! The benchmarks, as far as they can be tested without their peers in C and C++.

use std::path::PathBuf;

use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "benches",
    claim: "the benchmarks build, and every engine in Rust finds the same in every document",
    folder: "benches",
    run: check,
}];

/// A workspace of its own: nobody who tests the others should have to build the peers.
pub const MANIFEST: &str = "benches/Cargo.toml";

/// Where they are built: beside everything else, and out of its way.
pub fn target(project: &Project) -> Result<PathBuf, String> {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(PathBuf::from(target).join("benches"))
}

fn check(project: &Project) -> Outcome {
    let target = target(project)?;
    let target = target.to_str().ok_or("the path of the target directory is not UTF-8")?;
    project.run(project.cargo(&["fmt", "--manifest-path", MANIFEST, "--check"]))?;
    let here = ["--manifest-path", MANIFEST, "--target-dir", target];
    let lints = [&["clippy", "--locked", "--all-targets"], &here[..], &["--", "-D", "warnings"]].concat();
    project.run(project.cargo(&lints))?;
    let mut tally = Tally::default();
    tally.add(project.cargo_test(&here)?);
    Ok(tally)
}
