//! `cargo xtask sanitize`: the tests of the workspace with a sanitizer in every line of Rust. It needs a nightly compiler.
//!
//! **address** is AddressSanitizer with LeakSanitizer, over the core, the inbox, the command and the vectors. The C library has
//! it in its own tests, `ffi/tests/c.rs`, and in the fuzz target `c`. What lives until the process ends on purpose is named
//! in `xtask/leak.supp`.
//!
//! **thread** is ThreadSanitizer, over the inbox: its stores, its waiters and its workers. SQLite is C and is compiled
//! with it too, and so is the standard library, whose source `rustup component add rust-src --toolchain nightly` brings: as
//! it comes, it unlocks a mutex within `Condvar::wait`, hands over what goes through a channel and shows what a `LazyLock`
//! has made without being seen, and whatever was guarded that way would be reported.

use std::path::Path;

use crate::project::Project;

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Runs the tests with these sanitizers, `address` and `thread`, or both.
pub fn sanitize(project: &Project, names: &[&str]) -> Result<(), String> {
    if let Some(stray) = names.iter().find(|name| !["address", "thread"].contains(name)) {
        return Err(format!("there is no sanitizer {stray}"));
    }
    let wanted = |name: &str| names.is_empty() || names.contains(&name);
    if wanted("address") {
        let packages = ["ringback", "ringback-inbox", "ringback-cli", "ringback-tests"];
        run(project, "address", "-Zsanitizer=address", &packages, &["--lib", "--bins", "--tests"])?;
    }
    if wanted("thread") {
        let flags = "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer";
        run(project, "thread", flags, &["ringback-inbox"], &["-Zbuild-std", "--lib", "--tests"])?;
    }
    Ok(())
}

fn run(project: &Project, name: &str, flags: &str, packages: &[&str], kinds: &[&str]) -> Result<(), String> {
    let metadata = project.metadata("Cargo.toml")?;
    let target = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let mut command = project.command("rustup");
    command.args(["run", "nightly", "cargo", "test", "--locked", "--no-fail-fast", "--target", TRIPLE, "--target-dir"]);
    command.arg(Path::new(target).join(format!("sanitize-{name}"))).args(kinds);
    for package in packages {
        command.args(["--package", package]);
    }
    command.env("RUSTFLAGS", flags).env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    // Every access takes several times as long: some optimisation makes up for it, and what is tried many times is tried
    // less often than elsewhere: inputs of properties, power cuts, claims.
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    command.env("PROPTEST_CASES", "32").env("RINGBACK_IMAGES", "20").env("RINGBACK_CLAIMS", "1000");
    // What is freed stays for a while, so that whoever still uses it is found: how much memory there is says nothing.
    command.env("RINGBACK_SANITIZER", name);
    command.env("CFLAGS", format!("-fsanitize={name}"));
    let known = |file: &str| format!("suppressions={}:print_suppressions=0", project.path(file).display());
    command.env("LSAN_OPTIONS", known("xtask/leak.supp")).env("TSAN_OPTIONS", known("xtask/thread.supp"));
    for foreign in ["CARGO", "RUSTC", "RUSTC_WRAPPER", "RUSTUP_TOOLCHAIN", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(foreign);
    }
    project.run(command)
}
