//! `cargo xtask bench`: how far the goals of speed are reached, measured by the program `goals` of `benches`; and `cargo
//! xtask bench inbox`: what an inbox does on this machine's disk, measured by the example `throughput` of `inbox`.

use std::process::{Command, ExitCode};

use crate::project::Project;
use crate::steps::benches;

/// Builds the program and runs it with these arguments. Its exit code is ours.
pub fn run(project: &Project, arguments: &[&str]) -> ExitCode {
    match measure(project, arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(project: &Project, arguments: &[&str]) -> Result<ExitCode, String> {
    match arguments {
        ["inbox", rest @ ..] => inbox(project, rest),
        _ => goals(project, arguments),
    }
}

/// Runs it with the folder to write into, if one is named.
fn inbox(project: &Project, arguments: &[&str]) -> Result<ExitCode, String> {
    let what =
        ["run", "--quiet", "--release", "--locked", "--package", "ringback-inbox", "--example", "throughput", "--"];
    let mut command = project.cargo(&what);
    command.args(arguments);
    finish(command)
}

fn goals(project: &Project, arguments: &[&str]) -> Result<ExitCode, String> {
    let mut command = project.cargo(&["run", "--quiet", "--release", "--locked", "--manifest-path"]);
    command.arg(project.path(benches::MANIFEST)).arg("--target-dir").arg(benches::target(project)?);
    // Files are named relative to where the caller is.
    command.current_dir(std::env::current_dir().map_err(|error| error.to_string())?);
    match missing() {
        None => {
            command.args(["--features", "peers"]);
        }
        Some(tool) => eprintln!("skipped: simdjson and yyjson are left out, for there is no {tool}"),
    }
    command.arg("--").args(arguments);
    finish(command)
}

fn finish(mut command: Command) -> Result<ExitCode, String> {
    let status = command.status().map_err(|error| format!("cargo run: {error}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map(ExitCode::from).ok_or_else(|| format!("the measurement ended with {status}"))
}

/// The first tool that the peers in C and C++ need and that is not there.
fn missing() -> Option<String> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".into());
    let tools = ["cmake".to_owned(), compiler];
    tools.into_iter().find(|tool| Command::new(tool).arg("--version").output().is_err())
}
