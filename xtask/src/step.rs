//! A step: one named thing that `cargo xtask test` does, and what came of it.

use crate::harness::Tally;
use crate::project::Project;

/// One entry of the list of tests.
#[derive(Clone, Copy)]
pub struct Step {
    /// What a person types to run only this step: lower case, the language or crate first (`core-features`).
    pub name: &'static str,
    /// The claim that holds when the step passes, in one line.
    pub claim: &'static str,
    /// The folder that the step is about: without it the step does not exist. `.` is the whole repository.
    pub folder: &'static str,
    /// Does it.
    pub run: fn(&Project) -> Outcome,
}

/// What came of a step: the tests that it counted and those that it skipped, or why it failed.
pub type Outcome = Result<Tally, String>;

/// The outcome of a check that found these faults, each a line of its own.
pub fn verdict(faults: Vec<String>) -> Outcome {
    if faults.is_empty() { Ok(Tally::default()) } else { Err(faults.join("\n")) }
}
