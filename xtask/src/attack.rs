//! `cargo xtask attack`: the server under attack, for longer, optimised, and with answers in time.
//!
//! What is made and what must hold is in `cli/tests/attacks`; the step `tests` runs it as well, for a second each.

use crate::project::Project;

/// How long an attack lasts, unless it is said.
pub const SECONDS: u32 = 20;

/// Makes the attacks whose names hold one of the words, or all, for so many seconds each.
pub fn attack(project: &Project, seconds: u32, words: &[&str]) -> Result<(), String> {
    let mut command =
        project.cargo(&["test", "--release", "--locked", "-p", "ringback-cli", "--test", "attacks", "--"]);
    command.args(words).env("RINGBACK_ATTACK_SECONDS", seconds.to_string());
    project.run(command)
}
