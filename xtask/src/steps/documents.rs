//! The documents at the root: what they say twice must be the same, and what they point at must be there.

use std::path::Path;

use crate::project::Project;
use crate::step::{Outcome, Step, verdict};

pub const STEPS: &[Step] = &[Step {
    name: "documents",
    claim: "documents name the declared Rust version, and files that exist",
    folder: ".",
    run: documents,
}];

fn documents(project: &Project) -> Outcome {
    let core = project.core()?;
    let lowest = core["rust_version"].as_str().ok_or("core/Cargo.toml declares no rust-version")?;

    let mut faults = Vec::new();
    for file in project.files()?.iter().filter(|file| file.ends_with(".md")) {
        let text = project.read(file)?;
        // A changelog tells of versions that were.
        if !file.ends_with("CHANGELOG.md") {
            let wrong = versions(&text).into_iter().filter(|version| *version != lowest);
            faults.extend(wrong.map(|version| format!("{file}: says Rust {version}; core/Cargo.toml says {lowest}")));
        }
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        let lost = links(&text).into_iter().filter(|link| !project.path(".").join(folder).join(link).exists());
        faults.extend(lost.map(|link| format!("{file}: links to {link}, which is not there")));
    }
    verdict(faults)
}

/// The versions in `Rust 1.x`.
fn versions(text: &str) -> Vec<&str> {
    let after = text.split("Rust 1.").skip(1).map(|rest| rest.as_ptr() as usize - text.as_ptr() as usize - "1.".len());
    let version = |start: usize| {
        let rest = &text[start..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.')
    };
    after.map(version).collect()
}

/// The targets of links that lie in the repository, without fragments.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_end_where_the_number_ends() {
        assert_eq!(versions("Rust 1.88, or Rust 1.90.1. Rust 2024 and rust 1.2"), ["1.88", "1.90.1"]);
    }

    #[test]
    fn links_into_the_repository_are_found_and_others_left_alone() {
        let text = "[a](core/src) [b](https://example.com/x) [c](#limits) [d](README.md#limits)";
        assert_eq!(links(text), ["core/src", "README.md"]);
    }
}
