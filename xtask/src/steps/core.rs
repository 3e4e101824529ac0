//! The core under every choice of its features. With the defaults, the step `tests` runs it.

use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "core-features",
    claim: "the core passes its tests with no feature, with each one alone, and with all",
    folder: "core",
    run: features,
}];

fn features(project: &Project) -> Outcome {
    let core = ["--package", "ringback"];
    let mut tally = project.cargo_test(&[&core[..], &["--no-default-features"]].concat())?;
    let declared = project.core()?;
    let features = declared["features"].as_object().into_iter().flat_map(|features| features.keys());
    for feature in features.filter(|name| *name != "default") {
        tally.add(project.cargo_test(&[&core[..], &["--no-default-features", "--features", feature]].concat())?);
    }
    tally.add(project.cargo_test(&[&core[..], &["--all-features"]].concat())?);
    Ok(tally)
}
