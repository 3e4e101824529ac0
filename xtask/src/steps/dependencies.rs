//! What the project depends on: under which licences, and from where.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::licence;
use crate::project::Project;
use crate::step::{Outcome, Step, verdict};

pub const STEPS: &[Step] = &[
    Step {
        name: "locks",
        claim: "lock files and settings name no registry but the standard one",
        folder: ".",
        run: locks,
    },
    Step {
        name: "licences",
        claim: "every dependency has a licence that deny.toml allows",
        folder: ".",
        run: licences,
    },
];

/// The licence of every package of ours.
const OURS: &str = "MIT OR Apache-2.0";

/// How Cargo names crates.io in a lock file, wherever the crates come from on a given machine.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Lock files, and how a line begins in them that says where a package comes from.
const LOCKS: [(&str, &str); 2] = [("Cargo.lock", "source = "), ("package-lock.json", "\"resolved\": ")];

/// Settings that would send somebody else's build to a registry of ours.
const SETTINGS: [&str; 4] = [".npmrc", "pip.conf", ".pypirc", ".yarnrc.yml"];

fn locks(project: &Project) -> Outcome {
    let mut faults = Vec::new();
    for file in project.files()? {
        let name = file.rsplit('/').next().unwrap_or_default();
        if SETTINGS.contains(&name) {
            let text = project.read(&file)?;
            let faulty = text.lines().filter(|line| names_a_registry(line));
            faults.extend(faulty.map(|line| format!("{file}: {line} belongs to a machine, not to the project")));
        } else if file.ends_with(".cargo/config.toml") {
            let text = project.read(&file)?;
            let tables = text.lines().filter(|line| line.starts_with("[source") || line.starts_with("[registr"));
            faults.extend(tables.map(|line| format!("{file}: {line} belongs to a machine, not to the project")));
        } else if let Some((_, key)) = LOCKS.iter().find(|(lock, _)| *lock == name) {
            faults.extend(strays(&project.read(&file)?, key).map(|value| format!("{file}: comes from {value}")));
        }
    }
    verdict(faults)
}

/// Whether a line of settings says where packages come from, or who may fetch them.
fn names_a_registry(line: &str) -> bool {
    let setting = line.split(['=', ':', '#', ';']).next().unwrap_or_default().trim();
    line.contains("://") || line.trim_start().starts_with("//") || line.contains("_auth") || {
        setting.ends_with("registry") || setting.ends_with("registryServer") || setting.contains("index-url")
    }
}

/// The values of these lines that name a place which is not crates.io.
fn strays<'a>(lock: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    let values = lock.lines().filter_map(move |line| line.trim_start().strip_prefix(key));
    values.map(|value| value.trim_matches([',', '"'])).filter(|value| value.contains("://") && *value != CRATES_IO)
}

fn licences(project: &Project) -> Outcome {
    let allowed = licence::allowed(&project.read("deny.toml")?);
    if allowed.is_empty() {
        return Err("deny.toml: no list of allowed licences found".into());
    }
    let mut faults = BTreeSet::new();
    for lock in project.files()?.iter().filter(|file| file.ends_with("Cargo.lock")) {
        let metadata = project.metadata(&lock.replace("Cargo.lock", "Cargo.toml"))?;
        faults.extend(
            metadata["packages"].as_array().into_iter().flatten().filter_map(|package| unfit(package, &allowed)),
        );
    }
    verdict(faults.into_iter().collect())
}

/// Why this package of `cargo metadata` may not be here, if so.
fn unfit(package: &Value, allowed: &[String]) -> Option<String> {
    let licence = package["license"].as_str();
    let good = match licence {
        Some(expression) if package["source"].is_null() => expression == OURS,
        Some(expression) => licence::satisfied(expression, allowed),
        None => false,
    };
    let name = package["name"].as_str().unwrap_or_default();
    let version = package["version"].as_str().unwrap_or_default();
    (!good).then(|| format!("{name} {version}: {}", licence.unwrap_or("its manifest names no licence")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_crates_io_is_a_source() {
        let lock = format!("name = \"a\"\nsource = \"{CRATES_IO}\"\nsource = \"registry+https://example.com/index\"\n");
        assert!(strays(&lock, "source = ").eq(["registry+https://example.com/index"]));
    }

    #[test]
    fn a_package_of_npm_may_come_from_a_folder_only() {
        let lock = "  \"resolved\": \"https://example.com/a.tgz\",\n  \"resolved\": \"../core\",\n";
        assert!(strays(lock, "\"resolved\": ").eq(["https://example.com/a.tgz"]));
    }

    #[test]
    fn settings_may_say_anything_but_where_packages_come_from() {
        for line in [
            "registry=https://packages.example/",
            "@scope:registry = https://packages.example/",
            "//packages.example/:_authToken=x",
            "index-url = https://packages.example/",
            "npmRegistryServer: \"https://packages.example\"",
        ] {
            assert!(names_a_registry(line), "{line}");
        }
        assert!(!names_a_registry("omit-lockfile-registry-resolved=true") && !names_a_registry("fund=false"));
    }

    #[test]
    fn licences_of_others_are_held_against_the_list_and_ours_against_one() {
        let allowed = ["MIT".to_owned()];
        let theirs = |licence: Value| json!({"name": "a", "version": "1.0.0", "license": licence, "source": CRATES_IO});
        assert_eq!(unfit(&theirs(json!("MIT")), &allowed), None);
        assert_eq!(unfit(&theirs(json!("GPL-3.0-only")), &allowed), Some("a 1.0.0: GPL-3.0-only".into()));
        assert_eq!(unfit(&theirs(Value::Null), &allowed), Some("a 1.0.0: its manifest names no licence".into()));
        let ours = json!({"name": "b", "version": "1.0.0", "license": "MIT", "source": null});
        assert_eq!(unfit(&ours, &allowed), Some("b 1.0.0: MIT".into()));
    }
}
