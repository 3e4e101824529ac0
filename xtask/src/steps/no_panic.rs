//! The proof that no input makes the core panic, as far as a linker can give it.
//!
//! The example for microcontrollers is compiled to assembly, whole and optimised. Every call of a function that panics
//! is looked up in it; where such a function belongs to the library, so are its callers. What is found must be in
//! [`LEFT`], with the reason why no input gets there, and everything in there must be found.

use std::collections::{BTreeMap, BTreeSet};

use super::embedded::{BOARDS, EXAMPLE, ready, skipped};
use crate::debian;
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "no-panic",
    claim: "compiled for a microcontroller, nothing on the way of a delivery panics but what is listed with its reason",
    folder: EXAMPLE,
    run: prove,
}];

/// Places whose panics the compiler does not see to be impossible, and why they are.
const LEFT: &[(&str, &str)] = &[("core/src/ledger/table.rs", STORE)];

const STORE: &str =
    "links lead to slots of the store, as opening sees to; only a store that gets shorter meanwhile would panic";

/// Functions of the library, by a part of their mangled names, that cannot panic although the compiler does not see it.
const SOUND: [&str; 1] = [
    // Looks for a character in a text that it has the length of.
    "12CharSearcher",
];

fn prove(project: &Project) -> Outcome {
    let bare = match ready(project) {
        Ok(bare) => bare,
        Err(why) => return Ok(skipped(&why)),
    };
    let target = BOARDS[0].target;
    let file = debian::folder(project, target)?.join("receiver.s");
    let emit = format!("--emit=asm={}", file.display());
    // Each place shall be seen in the function that it belongs to.
    let arguments = ["--bin", "receiver", "--", "-Cllvm-args=-enable-machine-outliner=never", &emit];
    project.run(bare.command(project, "rustc", EXAMPLE, target, &arguments)?)?;
    let assembly = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let found = places(&assembly);
    for (place, reason) in LEFT.iter().filter(|(left, _)| found.contains_key(*left)) {
        println!("{place}: {reason}");
    }
    let unlisted = found.iter().filter(|(place, _)| !LEFT.iter().any(|(left, _)| left == place));
    let mut faults: Vec<String> =
        unlisted.map(|(place, lines)| format!("{place} can panic, lines {lines:?}")).collect();
    let gone = LEFT.iter().filter(|(left, _)| !found.contains_key(*left));
    faults.extend(gone.map(|(left, _)| format!("{left} cannot panic any more: take it off the list")));
    if faults.is_empty() { Ok(Tally::default()) } else { Err(faults.join("\n")) }
}

/// A call in assembly.
struct Call<'a> {
    from: &'a str,
    to: &'a str,
    /// The file and the line that the call stands in.
    at: (String, u32),
}

/// The files outside of the library from which functions that panic are called, and the lines.
fn places(assembly: &str) -> BTreeMap<String, BTreeSet<u32>> {
    let calls = calls(assembly);
    let mut panicking: BTreeSet<&str> = calls.iter().map(|call| call.to).filter(|name| is_panic(name)).collect();
    loop {
        let through = |call: &&Call<'_>| panicking.contains(call.to) && is_library(call.from) && !is_sound(call.from);
        let more: Vec<&str> = calls.iter().filter(through).map(|call| call.from).collect();
        let before = panicking.len();
        panicking.extend(more);
        if panicking.len() == before {
            break;
        }
    }
    let mut places: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for call in calls.iter().filter(|call| panicking.contains(call.to) && !is_library(call.from)) {
        places.entry(place(&call.at.0)).or_default().insert(call.at.1);
    }
    places
}

/// Every call and every jump to another function, with the last place outside of the library before it.
fn calls(assembly: &str) -> Vec<Call<'_>> {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let mut calls = Vec::new();
    let (mut from, mut at) = ("", (String::new(), 0));
    for line in assembly.lines() {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        match first {
            ".file" => {
                // The folder and the name are apart, and either may hold a part of the path.
                let path = line.split('"').skip(1).step_by(2).collect::<Vec<_>>().join("/");
                if let Some(number) = words.next() {
                    files.insert(number, path);
                }
            }
            ".loc" => {
                let file = words.next().and_then(|number| files.get(number));
                let number = words.next().and_then(|number| number.parse().ok());
                if let (Some(file), Some(number)) = (file, number)
                    && !file.contains("library/")
                    && number > 0
                {
                    at = (file.clone(), number);
                }
            }
            "bl" | "b" | "b.w" => {
                if let Some(to) = words.next().filter(|to| !to.starts_with(".L")) {
                    calls.push(Call { from, to, at: at.clone() });
                }
            }
            label => {
                if let Some(name) = label.strip_suffix(':').filter(|name| !name.starts_with(['.', '$'])) {
                    (from, at) = (name, (String::new(), 0));
                }
            }
        }
    }
    calls
}

/// Whether a function, by its mangled name, is one of those that do nothing but panic.
fn is_panic(name: &str) -> bool {
    ["9panicking", "unwrap_failed", "expect_failed", "index_fail", "mismatch_fail", "slice_error_fail"]
        .iter()
        .any(|part| name.contains(part))
}

fn is_sound(name: &str) -> bool {
    SOUND.iter().any(|part| name.contains(part))
}

/// Whether a function, by its mangled name, belongs to the library `core`: its crate is the first one that is named.
fn is_library(name: &str) -> bool {
    let krate = name.match_indices("Cs").find_map(|(at, _)| {
        let rest = name[at + 2..].split_once('_')?.1;
        let length: usize = rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        rest.trim_start_matches(|c: char| c.is_ascii_digit()).get(..length)
    });
    matches!(krate, Some("core" | "compiler_builtins") | None)
}

/// A file as it is named in [`LEFT`]: from its crate on, whatever the version.
fn place(file: &str) -> String {
    let parts: Vec<&str> = file.split('/').collect();
    let source = parts.iter().rposition(|part| *part == "src").unwrap_or(0);
    let krate = parts.get(source.wrapping_sub(1)).copied().unwrap_or_default();
    let name = krate
        .rsplit_once("-")
        .map_or(krate, |(name, version)| if version.starts_with(|c: char| c.is_ascii_digit()) { name } else { krate });
    format!("{name}/{}", parts[source..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSEMBLY: &str = r#"
	.file	1 "/somewhere/core" "src/json/skip.rs"
	.file	2 "/usr/lib/library/core/src/slice" "index.rs"
	.file	3 "/registry/base64ct-1.8.3/src" "encoding.rs"
_RNvNtCs1_8ringback4json4skip:
	.loc	1 17 5
	.loc	2 40 5
	bl	_RNvNtCs9_4core5slice16slice_index_fail
	bl	_RNvNtCs1_8ringback4json5other
_RNvNtCs9_4core5slice5helper:
	.loc	2 50 5
	b	_RNvNtCs9_4core9panicking18panic_bounds_check
_RNvNtCs2_8base64ct6decode:
	.loc	3 7 1
	bl	_RNvNtCs9_4core5slice5helper
_RNvNtCs1_8ringback4json5other:
	b	.LBB0_1
"#;

    #[test]
    fn panics_are_found_where_they_are_called_also_through_the_library() {
        let found = places(ASSEMBLY);
        let lines = |line| BTreeSet::from([line]);
        let expected = [("base64ct/src/encoding.rs", lines(7)), ("core/src/json/skip.rs", lines(17))];
        assert_eq!(found, BTreeMap::from(expected.map(|(file, lines)| (file.to_owned(), lines))));
    }
}
