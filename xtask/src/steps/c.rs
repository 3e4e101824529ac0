//! The C library. Its programs are run by the step `tests`; what is here takes a build of its own.

use crate::harness::Tally;
use crate::project::Project;
use crate::size_c;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "c-size",
    claim: "what the C library adds to a small program can be told, next to yyjson",
    folder: "ffi",
    run: size,
}];

fn size(project: &Project) -> Outcome {
    let mut tally = Tally::default();
    if let Some(why) = size_c::report(project)? {
        tally.skip(&why);
    }
    Ok(tally)
}
