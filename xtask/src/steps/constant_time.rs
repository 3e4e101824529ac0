//! Comparisons with secrets take constant time: secrets are followed through the optimised core by memcheck.
//!
//! The program in `tests/constant-time` hides keys, expected codes and digests from memcheck, checks credentials, and
//! counts what is reported. It plants two leaks, and fails if those are not reported.

use std::path::Path;

use super::embedded::skipped;
use crate::debian;
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "constant-time",
    claim: "no jump and no address depends on a key, an expected code or the digest of a password",
    folder: FOLDER,
    run: watch,
}];

const FOLDER: &str = "tests/constant-time";

/// Workspaces of their own are formatted by themselves.
pub const MANIFEST: &str = "tests/constant-time/Cargo.toml";

fn watch(project: &Project) -> Outcome {
    if let Err(why) = debian::valgrind(project) {
        return Ok(skipped(&why));
    }
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let target = Path::new(target).join("constant-time");
    for verb in [&["clippy"][..], &["build"]] {
        let mut build = project.cargo(verb);
        build.args(["--release", "--locked", "--manifest-path", MANIFEST, "--target-dir"]).arg(&target);
        if verb == ["clippy"] {
            build.args(["--", "-Dwarnings"]);
        }
        build.env("RUSTFLAGS", "--cfg ringback_constant_time").env_remove("CARGO_ENCODED_RUSTFLAGS");
        project.run(build)?;
    }

    let mut run = project.command("valgrind");
    // What it reports in detail is of interest to whoever repairs it; the program counts.
    run.args(["--tool=memcheck", "--log-file=%q{RINGBACK_WATCH_LOG}"])
        .arg(target.join("release/ringback-constant-time"));
    run.env("RINGBACK_WATCH_LOG", target.join("watch.log"));
    let said = project
        .output(run)
        .map_err(|why| format!("{why}\nthe places are in {}", target.join("watch.log").display()))?;
    print!("{said}");
    let cases = said.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0);
    Ok(Tally { passed: cases, ..Tally::default() })
}
