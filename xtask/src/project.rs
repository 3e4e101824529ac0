//! The checkout: where it is, what is in it, and how programs are run in it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::Tally;

/// The checkout that `cargo xtask` was called in.
pub struct Project {
    root: PathBuf,
    cargo: OsString,
    corpus: Option<PathBuf>,
}

impl Project {
    /// Finds the checkout. It is asked at run time, so that checkouts can share one target directory.
    pub fn here() -> Project {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root =
            package.and_then(|xtask| xtask.parent().map(Path::to_path_buf)).unwrap_or_else(|| PathBuf::from("."));
        // Cargo runs each test program in the folder of its package, where a relative path would mean something else.
        let corpus = std::env::var_os("RINGBACK_CORPUS").and_then(|path| std::path::absolute(path).ok());
        Project { root, cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), corpus }
    }

    /// The absolute path of something in the checkout.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file in the checkout.
    pub fn read(&self, relative: &str) -> Result<String, String> {
        std::fs::read_to_string(self.path(relative)).map_err(|error| format!("{relative}: {error}"))
    }

    /// The paths of all files that git tracks or would add, relative to the root, with slashes, sorted.
    pub fn files(&self) -> Result<Vec<String>, String> {
        let mut listing = self.command("git");
        listing.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listing = self.output(listing)?;
        let mut files: Vec<String> = listing.split_terminator('\0').map(str::to_owned).collect();
        files.retain(|file| self.path(file).is_file());
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// What `cargo metadata` says about the workspace of this manifest.
    pub fn metadata(&self, manifest: &str) -> Result<Value, String> {
        let text =
            self.output(self.cargo(&["metadata", "--format-version=1", "--locked", "--manifest-path", manifest]))?;
        serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))
    }

    /// What `cargo metadata` says about the core: its features, the Rust that it needs.
    pub fn core(&self) -> Result<Value, String> {
        let mut metadata = self.metadata("core/Cargo.toml")?;
        let mut packages = metadata["packages"].as_array_mut().into_iter().flatten();
        let core = packages.find(|package| package["name"] == "ringback" && package["source"].is_null());
        core.map(Value::take).ok_or_else(|| "the package ringback is not in the workspace".into())
    }

    /// A cargo command, in the root of the checkout.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&self.cargo);
        command.args(arguments);
        command
    }

    /// Any program, in the root of the checkout.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        if let Some(corpus) = &self.corpus {
            command.env("RINGBACK_CORPUS", corpus);
        }
        command
    }

    /// Runs a program that prints for itself; it must end with 0.
    pub fn run(&self, mut command: Command) -> Result<(), String> {
        announce(&command);
        let status = command.status().map_err(|error| failed(&command, &error.to_string()))?;
        if status.success() { Ok(()) } else { Err(failed(&command, &status.to_string())) }
    }

    /// Runs `cargo test` with these arguments, passes on what it prints, and counts.
    pub fn cargo_test(&self, arguments: &[&str]) -> Result<Tally, String> {
        self.cargo_test_with(arguments, &[])
    }

    /// The same, with these variables in the environment.
    pub fn cargo_test_with(&self, arguments: &[&str], variables: &[(&str, OsString)]) -> Result<Tally, String> {
        let mut command = self.cargo(&["test", "--locked", "--no-fail-fast"]);
        command.args(arguments).args(["--", "--show-output"]);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let mut tally = Tally::default();
        self.read_along(command, |line| tally.read(line))?;
        Ok(tally)
    }

    /// Runs a program, passes on what it prints, and shows each line of it to `read`; it must end with 0.
    pub fn read_along(&self, mut command: Command, mut read: impl FnMut(&str)) -> Result<(), String> {
        command.stdout(Stdio::piped());
        announce(&command);
        let mut child = command.spawn().map_err(|error| failed(&command, &error.to_string()))?;
        for line in BufReader::new(child.stdout.take().expect("standard output was piped")).split(b'\n') {
            let line = line.map_err(|error| failed(&command, &error.to_string()))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            read(&line);
        }
        let status = child.wait().map_err(|error| failed(&command, &error.to_string()))?;
        if status.success() { Ok(()) } else { Err(failed(&command, &status.to_string())) }
    }

    /// Runs a program for its standard output; it must end with 0. What else it says is of interest only if it fails.
    pub fn output(&self, mut command: Command) -> Result<String, String> {
        let output = command.output().map_err(|error| failed(&command, &error.to_string()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}\n{}", failed(&command, &output.status.to_string()), said.trim_end()));
        }
        String::from_utf8(output.stdout).map_err(|error| failed(&command, &error.to_string()))
    }
}

/// Prints the command as a person could type it.
fn announce(command: &Command) {
    println!("$ {}", shown(command));
    let _ = std::io::stdout().flush();
}

fn failed(command: &Command, why: &str) -> String {
    format!("{}: {why}", shown(command))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
