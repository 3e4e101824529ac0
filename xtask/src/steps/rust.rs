//! All Rust of the workspace: formatting, lints, documentation, tests.

use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[
    Step { name: "fmt", claim: "rustfmt would change nothing", folder: ".", run: fmt },
    Step {
        name: "clippy",
        claim: "clippy has nothing to say, with all features and with none",
        folder: ".",
        run: clippy,
    },
    Step { name: "doc", claim: "the documentation builds without a warning", folder: ".", run: doc },
    Step {
        name: "tests",
        claim: "every test of the workspace passes: unit, integration, documentation",
        folder: ".",
        run: tests,
    },
];

fn fmt(project: &Project) -> Outcome {
    project.run(project.cargo(&["fmt", "--all", "--check"]))?;
    // `cargo fmt` formats what a manifest depends on by path as well.
    let ours = [super::no_std::MANIFEST, super::constant_time::MANIFEST, super::loom::MANIFEST];
    for workspace in ours.into_iter().chain(["tests/on-target/Cargo.toml", "fuzz/Cargo.toml"]) {
        if project.path(workspace).is_file() {
            project.run(project.cargo(&["fmt", "--all", "--manifest-path", workspace, "--check"]))?;
        }
    }
    Ok(Tally::default())
}

/// The lowest compiler of a crate is held here too: clippy refuses what is younger than its `rust-version`.
fn clippy(project: &Project) -> Outcome {
    let workspace = ["clippy", "--locked", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    let bare = ["clippy", "--locked", "--package", "ringback", "--no-default-features", "--", "-D", "warnings"];
    project.run(project.cargo(&workspace))?;
    project.run(project.cargo(&bare))?;
    Ok(Tally::default())
}

fn doc(project: &Project) -> Outcome {
    let mut command = project.cargo(&["doc", "--locked", "--workspace", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    project.run(command)?;
    Ok(Tally::default())
}

fn tests(project: &Project) -> Outcome {
    project.cargo_test(&["--workspace"])
}
