//! The proof that the core needs neither the standard library nor an allocator.
//!
//! The crate in `tests/no-std` becomes a static library with a panic handler of its own and no allocator: a dependency
//! that links `std` fails to compile there, one that links `alloc` too. A C program is linked to it and runs what it
//! exports. Last, no symbol of either library may be left in it.

use std::path::Path;
use std::process::Command;

use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "no-std",
    claim: "the core links and runs without std and without an allocator, called from C",
    folder: "tests/no-std",
    run: prove,
}];

/// A workspace of its own: as a member it would break `cargo test --workspace`.
pub const MANIFEST: &str = "tests/no-std/Cargo.toml";

fn prove(project: &Project) -> Outcome {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let target = Path::new(target).join("no-std");
    let archive = target.join("release/libringback_no_std.a");
    let program = target.join("release/proof");

    let mut build = project.cargo(&["build", "--release", "--locked", "--manifest-path", MANIFEST, "--target-dir"]);
    build.arg(&target);
    project.run(build)?;

    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    for tool in [&compiler, &"nm".into()] {
        if Command::new(tool).arg("--version").output().is_err() {
            let mut tally = Tally::default();
            tally.skip(&format!("there is no {}", tool.to_string_lossy()));
            return Ok(tally);
        }
    }
    let mut link = project.command(compiler);
    link.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "tests/no-std/src/main.c"])
        .arg(&archive)
        .arg("-o")
        .arg(&program);
    project.run(link)?;
    project.run(project.command(&program))?;

    for file in [&archive, &program] {
        let mut symbols = project.command("nm");
        symbols.arg("--demangle").arg(file);
        let listing = project.output(symbols)?;
        if let Some(stray) = listing.lines().find(|line| is_foreign(line)) {
            return Err(format!("{} holds a symbol of std or of an allocator: {stray}", file.display()));
        }
    }
    Ok(Tally::default())
}

/// Whether a line of `nm --demangle` names something of `std`, of `alloc`, or an allocator.
fn is_foreign(line: &str) -> bool {
    let begins = |krate: &str| {
        line.match_indices(krate)
            .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
    };
    begins("std::") || begins("alloc::") || line.contains("__rust_alloc") || line.contains("__rust_realloc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_std_alloc_and_the_allocator_are_foreign() {
        assert!(is_foreign("0000000000000000 T std::rt::lang_start"));
        assert!(is_foreign("0000000000000000 t <alloc::vec::Vec<T> as core::fmt::Debug>::fmt"));
        assert!(is_foreign("                 U __rustc::__rust_alloc"));
    }

    #[test]
    fn symbols_of_core_and_of_ours_are_not() {
        assert!(!is_foreign("0000000000000000 t core::alloc::layout::Layout::from_size"));
        assert!(!is_foreign("0000000000000000 t ringback::nostd::x"));
        assert!(!is_foreign("0000000000000000 T ringback_no_std_count"));
    }
}
