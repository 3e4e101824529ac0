//! `cargo xtask mutants`: small mistakes in the core, one at a time, and whether a test notices. It needs cargo-mutants.
//!
//! Three passes: the unit tests first, for they are quick, then for what got through the tests that look at the core from
//! outside, and then the vectors. What is known to change nothing is left out in `.cargo/mutants.toml`, each with the
//! reason. A mistake takes some seconds, and there are thousands; name the files that you have changed.

use std::path::Path;

use crate::project::Project;

/// Makes mistakes in these files of the core, or in all of them but the JSON ones, and prints which nobody noticed.
pub fn mutants(project: &Project, files: &[&str]) -> Result<(), String> {
    let mut version = project.cargo(&["mutants", "--version"]);
    if !version.output().is_ok_and(|output| output.status.success()) {
        return Err("there is no cargo-mutants: cargo install --locked cargo-mutants".into());
    }
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let folder = Path::new(target).join("mutants");
    let unit = ["--lib", "--", "--skip", "json::vector", "--quiet"];
    // `json_properties` would take minutes for each mistake.
    let outside = tests(&["ledger_cases", "ledger_model", "words", "json_conformance"]);
    // The vectors that ask what a delivery is and what is answered; the others are for the validator.
    let vectors = tests(&[
        "situation",
        "credential",
        "content",
        "policy",
        "payload",
        "complete",
        "request_id",
        "callback_url",
        "route",
    ]);
    let mut outcome = Ok(());
    for (package, tests) in [("ringback", &unit[..]), ("ringback", &outside), ("ringback-tests", &vectors)] {
        let mut command = project.cargo(&["mutants", "--iterate", "--package", "ringback", "--test-package", package]);
        // The tests pass without a mistake: `cargo xtask test` says so.
        command.args(["--baseline=skip", "--timeout=60", "--no-shuffle", "--colors=never", "--output"]).arg(&folder);
        match files {
            [] => command.args(["--exclude", "core/src/json/**"]),
            files => command.args(files.iter().flat_map(|file| ["--file", file])),
        };
        command.arg("--").args(tests).env_remove("RINGBACK_CORPUS");
        // Less chance, and nobody debugs a mistake.
        command.envs([("PROPTEST_CASES", "32"), ("RINGBACK_EVENTS", "60000"), ("RINGBACK_MUTATIONS", "150")]);
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        // It fails if something got through, which the next pass looks at again.
        outcome = project.run(command);
    }
    outcome
}

/// The arguments that run these test programs.
fn tests<'t>(names: &[&'t str]) -> Vec<&'t str> {
    names.iter().flat_map(|name| ["--test", name]).chain(["--", "--quiet"]).collect()
}
