//! The files of the repository: nothing of one machine in them, nothing large, and nothing that no step runs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::folders;
use crate::project::Project;
use crate::step::{Outcome, Step, verdict};

pub const STEPS: &[Step] = &[
    Step { name: "hygiene", claim: "no file holds a path of a machine, and none is large", folder: ".", run: hygiene },
    Step { name: "manifests", claim: "everything with a manifest is run by a step", folder: ".", run: manifests },
];

/// Top folders in which machines keep the files of a person or of a build.
const HOMES: [&str; 6] = ["home", "root", "Users", "work", "workspace", "workspaces"];

/// What is larger should be generated. In bytes.
const LARGEST: u64 = 512 * 1024;

fn hygiene(project: &Project) -> Outcome {
    let mut faults = Vec::new();
    for file in project.files()? {
        let path = project.path(&file);
        let bytes = std::fs::read(&path).map_err(|error| format!("{file}: {error}"))?;
        if bytes.len() as u64 > LARGEST {
            faults.push(format!("{file}: larger than {} KiB; generate it instead", LARGEST / 1024));
        }
        // What is not text is a vector of some test, and its own affair.
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        for (at, line) in text.lines().enumerate().filter(|(_, line)| is_tied(line)) {
            let line: String = line.chars().take(160).collect();
            faults.push(format!("{file}:{}: holds a path of one machine: {line}", at + 1));
        }
    }
    verdict(faults)
}

/// Whether the line holds an absolute path below one of [`HOMES`].
fn is_tied(line: &str) -> bool {
    line.match_indices('/').any(|(at, _)| {
        let continues = |c: char| c.is_alphanumeric() || "/._-~}$<>*".contains(c);
        let top = line[at + 1..].split('/').next().unwrap_or_default();
        !line[..at].ends_with(continues) && HOMES.contains(&top) && line[at + 1 + top.len()..].starts_with('/')
    })
}

/// The manifests of other languages, which the tests of the Rust workspace do not run.
const FOREIGN: [&str; 4] = ["pyproject.toml", "package.json", "CMakeLists.txt", "Makefile"];

fn manifests(project: &Project) -> Outcome {
    let members = members(&project.metadata("Cargo.toml")?);
    verdict(project.files()?.iter().filter_map(|file| unrun(file, &members)).collect())
}

/// Why the manifest is not run by any step, if so. `members` are the names of the manifests of the workspace.
fn unrun(file: &str, members: &BTreeSet<String>) -> Option<String> {
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
    let due = match name {
        "Cargo.toml" => !folder.is_empty() && !members.contains(file),
        _ => FOREIGN.contains(&name),
    };
    let run = folders().any(|own| folder == own || folder.strip_prefix(own).is_some_and(|rest| rest.starts_with('/')));
    (due && !run).then(|| format!("{file}: no step runs it; add one in xtask/src/steps"))
}

/// The manifests of the members of the workspace, relative to its root.
fn members(metadata: &Value) -> BTreeSet<String> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let ids = metadata["workspace_members"].as_array().into_iter().flatten();
    let ids: BTreeSet<&str> = ids.filter_map(Value::as_str).collect();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let ours = packages.filter(|package| package["id"].as_str().is_some_and(|id| ids.contains(id)));
    let paths = ours.filter_map(|package| package["manifest_path"].as_str()?.strip_prefix(root));
    paths.map(|path| path.trim_start_matches('/').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Put together at run time, or this file would not pass its own check.
    fn path(top: &str) -> String {
        format!("/{top}/somebody/file")
    }

    #[test]
    fn absolute_paths_of_a_machine_are_found_wherever_they_stand() {
        for top in HOMES {
            assert!(is_tied(&path(top)), "{top}");
            assert!(is_tied(&format!("open(\"{}\")", path(top))), "{top}");
        }
    }

    #[test]
    fn relative_paths_and_addresses_are_no_paths_of_a_machine() {
        assert!(!is_tied(&format!("core/src{}", path("work"))));
        assert!(!is_tied(&format!("https://example.com{}", path("work"))));
        assert!(!is_tied(&format!("$HOME{}", path("work"))));
        assert!(!is_tied("/root, /workload/ and /homes/"));
    }

    #[test]
    fn a_manifest_is_run_as_a_member_or_by_a_step_of_its_folder() {
        let members = BTreeSet::from(["core/Cargo.toml".to_owned()]);
        assert_eq!(unrun("Cargo.toml", &members), None);
        assert_eq!(unrun("core/Cargo.toml", &members), None);
        assert_eq!(unrun("tests/no-std/Cargo.toml", &members), None);
        assert!(unrun("stray/Cargo.toml", &members).is_some());
        assert!(unrun("stray/package.json", &members).is_some());
        assert_eq!(unrun("stray/README.md", &members), None);
    }

    #[test]
    fn members_are_named_relative_to_the_root() {
        let metadata = json!({
            "workspace_root": "/a", "workspace_members": ["one"],
            "packages": [
                {"id": "one", "manifest_path": "/a/core/Cargo.toml"},
                {"id": "two", "manifest_path": "/b/Cargo.toml"},
            ],
        });
        assert_eq!(members(&metadata), BTreeSet::from(["core/Cargo.toml".to_owned()]));
    }
}
