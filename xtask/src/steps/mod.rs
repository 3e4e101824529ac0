//! The list of everything that is tested, quick things first.
//!
//! A language or a crate is one file here with its own list, and one entry below. A step whose folder is not in the
//! checkout does not exist; a folder that no step runs fails the step `manifests`.

pub mod benches;
mod c;
mod chain;
mod constant_time;
mod core;
mod dependencies;
mod documents;
pub mod embedded;
mod files;
pub mod fuzz;
mod loom;
mod no_panic;
mod no_std;
mod node;
pub mod python;
mod rust;
mod wasm;

use crate::project::Project;
use crate::step::Step;

const ALL: &[&[Step]] = &[
    files::STEPS,
    documents::STEPS,
    dependencies::STEPS,
    rust::STEPS,
    core::STEPS,
    no_std::STEPS,
    c::STEPS,
    node::STEPS,
    python::STEPS,
    chain::STEPS,
    benches::STEPS,
    embedded::STEPS,
    no_panic::STEPS,
    constant_time::STEPS,
    loom::STEPS,
    wasm::STEPS,
    fuzz::STEPS,
];

/// The steps whose folder is there, in the order in which they run.
pub fn present(project: &Project) -> Vec<Step> {
    ALL.iter().copied().flatten().filter(|step| project.path(step.folder).is_dir()).copied().collect()
}

/// The folders that have steps of their own.
pub fn folders() -> impl Iterator<Item = &'static str> {
    ALL.iter().copied().flatten().map(|step| step.folder).filter(|folder| *folder != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_easy_to_type() {
        let mut names: Vec<&str> = ALL.iter().copied().flatten().map(|step| step.name).collect();
        assert!(
            names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')),
            "{names:?}"
        );
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
