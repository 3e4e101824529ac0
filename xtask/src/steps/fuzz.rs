//! Fuzzing: libFuzzer makes inputs that reach new branches, under AddressSanitizer.
//!
//! The folder is laid out for cargo-fuzz, and needs nothing of it: the flags below are what it would set. Inputs that
//! are worth keeping stay in the target folder, so that the next run goes on from there. They begin with the bytes of
//! the vectors.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::embedded::skipped;
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[Step {
    name: "fuzz",
    claim: "no input that is found in a few seconds breaks a promise",
    folder: FOLDER,
    run: |project| fuzz(project, SECONDS, &[]),
}];

const FOLDER: &str = "fuzz";

/// How long a target runs as a step of the tests.
const SECONDS: u32 = 5;

struct Target {
    name: &'static str,
    dictionary: &'static str,
    /// Vectors, and the member of their cases that makes an input.
    seeds: &'static [(&'static str, &'static str)],
    /// More inputs to begin with.
    texts: &'static [&'static str],
}

/// Streams of requests, each after the lengths of the pieces in which it arrives.
const REQUESTS: &[&str] = &[
    "\0POST /hook HTTP/1.1\r\nHost: a\r\nAuthorization: Basic aG9vazpwYXNz\r\nContent-Length: 2\r\n\r\n{}\
     PUT /hook?x HTTP/1.1\r\nHost: a\r\nAuthorization: Basic aG9vazpwYXNz\r\nContent-Length: 4\r\n\r\ntext",
    "\x03\x11\x22\x44POST /hook HTTP/1.1\r\nHost: a\r\nAuthorization: Basic aG9vazpwYXNz\r\n\
     Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "\x01\x50POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 46\r\n\r\n\
     {\"metadata\":{\"extra\":{\"key\":\"swordfish\"}}}     ",
    "\x01\x70POST /hook HTTP/1.1\r\nHost: a\r\nAuthorization: Basic aG9vazpwYXNz\r\nContent-Length: 6\r\n\
     Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hook HTTP/1.1\r\n\r\n",
    "\x02\x0a\x0aPOST /hook HTTP/1.0\nAuthorization: Basic eDp5\nExpect: 100-continue\nContent-Length: 1\n\n{",
    "\0GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.1\r\n\r\n",
];

const DOCUMENTS: &[(&str, &str)] = &[
    ("transcripts", "body"),
    ("analyses", "body"),
    ("streams", "body"),
    ("failures", "body"),
    ("unknown", "body"),
    ("json_values", "body"),
    ("pointers", "body"),
    ("strings", "body"),
    ("numbers", "name"),
];

const TARGETS: [Target; 10] = [
    Target { name: "json", dictionary: "json", seeds: &[("json_errors", "body"), ("transcripts", "body")], texts: &[] },
    Target { name: "views", dictionary: "json", seeds: DOCUMENTS, texts: &[] },
    Target { name: "payload", dictionary: "json", seeds: DOCUMENTS, texts: &[] },
    Target { name: "authorization", dictionary: "credentials", seeds: &[("authorization", "value")], texts: &[] },
    Target {
        name: "ticket",
        dictionary: "credentials",
        seeds: &[("tickets_verified", "user"), ("ticket_keys", "file"), ("jobs", "text")],
        texts: &[],
    },
    Target { name: "callback_url", dictionary: "credentials", seeds: &[("callback_urls", "base")], texts: &[] },
    Target { name: "gate", dictionary: "json", seeds: &[("extra_secrets", "body")], texts: &[] },
    Target { name: "receiver", dictionary: "json", seeds: &[], texts: &[] },
    Target { name: "c", dictionary: "json", seeds: DOCUMENTS, texts: &[] },
    Target { name: "http", dictionary: "http", seeds: &[], texts: REQUESTS },
];

/// What the host is compiled for: sanitizers need a target to be named.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Counters for every edge and every comparison, AddressSanitizer, and checks of arithmetic.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-sanitizer-coverage-stack-depth \
    --cfg=fuzzing -Zsanitizer=address -Cdebug-assertions -Ccodegen-units=1";

/// Runs these targets, or all of them, for so many seconds each.
pub fn fuzz(project: &Project, seconds: u32, names: &[&str]) -> Outcome {
    if let Some(stray) = names.iter().find(|name| !TARGETS.iter().any(|target| target.name == **name)) {
        return Err(format!("there is no fuzz target {stray}"));
    }
    if let Some(why) = hindrance(project) {
        return Ok(skipped(&why));
    }
    let metadata = project.metadata("Cargo.toml")?;
    let folder = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    let folder = Path::new(folder).join(FOLDER);

    let mut build = project.command("rustup");
    build.args(["run", "nightly", "cargo", "build", "--release", "--locked", "--target", TRIPLE]);
    build.args(["--manifest-path", "fuzz/Cargo.toml", "--target-dir"]).arg(&folder);
    build.env("RUSTFLAGS", FLAGS).env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTUP_TOOLCHAIN");
    for foreign in ["CARGO", "RUSTC", "RUSTC_WRAPPER"] {
        build.env_remove(foreign);
    }
    project.run(build)?;

    let mut faults = Vec::new();
    for target in TARGETS.iter().filter(|target| names.is_empty() || names.contains(&target.name)) {
        let corpus = folder.join("corpus").join(target.name);
        sow(project, target, &corpus)?;
        match run(project, target, &folder, &corpus, seconds) {
            Ok(line) => println!("{line}"),
            Err(why) => faults.push(why),
        }
    }
    if faults.is_empty() { Ok(Tally::default()) } else { Err(faults.join("\n")) }
}

/// Why there can be no fuzzing here, if so.
fn hindrance(project: &Project) -> Option<String> {
    let works = |program: &str, arguments: &[&str]| {
        let output = project.command(program).args(arguments).env_remove("RUSTUP_TOOLCHAIN").output();
        output.is_ok_and(|output| output.status.success())
    };
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        Some(format!("the flags are those for {TRIPLE}"))
    } else if !works("rustup", &["run", "nightly", "cargo", "--version"]) {
        Some("there is no nightly compiler".to_owned())
    } else if !works("c++", &["--version"]) {
        Some("there is no C++ compiler, which libFuzzer is built with".to_owned())
    } else {
        None
    }
}

/// Puts the bytes of the vectors into the corpus.
fn sow(project: &Project, target: &Target, corpus: &Path) -> Result<(), String> {
    std::fs::create_dir_all(corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    for (topic, member) in target.seeds {
        let vectors = format!("tests/vectors/{topic}.json");
        if !project.path(&vectors).is_file() {
            continue;
        }
        let file: Value =
            serde_json::from_str(&project.read(&vectors)?).map_err(|error| format!("{vectors}: {error}"))?;
        for (at, case) in file["cases"].as_array().into_iter().flatten().enumerate() {
            if let Some(bytes) = bytes(&case[*member]) {
                let path = corpus.join(format!("{topic}-{at}"));
                std::fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
    }
    for (at, text) in target.texts.iter().enumerate() {
        let path = corpus.join(format!("text-{at}"));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The bytes of a member of a vector, in one of the ways in which they are written. None: they are of no use here.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    if let Some(text) = value.as_str().or(value["utf8"].as_str()) {
        return Some(text.as_bytes().to_vec());
    }
    let digits = value["hex"].as_str()?;
    digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Runs one target; how many inputs it was given.
fn run(project: &Project, target: &Target, folder: &Path, corpus: &Path, seconds: u32) -> Result<String, String> {
    let name = target.name;
    let program: PathBuf = folder.join(TRIPLE).join("release").join(name);
    let found = folder.join("found");
    std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    let mut command: Command = project.command(&program);
    command.arg(format!("-max_total_time={seconds}")).args(["-print_final_stats=1", "-timeout=10", "-max_len=4096"]);
    let dictionary = project.path(&format!("fuzz/dictionaries/{}.dict", target.dictionary));
    command.arg(format!("-dict={}", dictionary.display()));
    command.arg(format!("-artifact_prefix={}/{name}-", found.display())).arg(corpus);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    match count {
        Some(count) if output.status.success() => Ok(format!("{name}: {} inputs in {seconds} s", count.trim())),
        _ => {
            let tail: Vec<&str> = said.lines().rev().take(40).collect();
            Err(format!(
                "fuzz target {name}: {}\n{}",
                output.status,
                tail.into_iter().rev().collect::<Vec<_>>().join("\n")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn seeds_are_text_or_bytes() {
        assert_eq!(bytes(&json!("a")), Some(b"a".to_vec()));
        assert_eq!(bytes(&json!({"utf8": "a"})), Some(b"a".to_vec()));
        assert_eq!(bytes(&json!({"hex": "00ff"})), Some(vec![0, 255]));
        assert_eq!(bytes(&json!({"repeat": [["a", 9]]})), None);
        assert_eq!(bytes(&json!(null)), None);
    }
}
