//! `ringback mind`: the minder of a program that is run for a delivery.
//!
//! A server that is killed cannot kill its children, and a program that goes on without it would do its work beside the next
//! try. So between the two there is a minder, the leader of their process group. Its standard output is a pipe whose
//! other end nobody but the server holds: when that end is closed, in whatever way the server came to its end, the minder
//! kills the group, itself included. Otherwise it ends as the program ends.

use std::process::ExitCode;

use crate::arguments::Mind;
use crate::refusal::Refusal;

/// The exit code for a program that is not there, as shells have it.
pub const NOT_FOUND: u8 = 127;
/// The exit code for a program that cannot be run, as shells have it.
pub const NOT_RUN: u8 = 126;

/// Runs the command.
#[cfg(unix)]
pub fn run(arguments: &Mind) -> Result<ExitCode, Refusal> {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};

    let Some((program, rest)) = arguments.command.split_first() else {
        return Err(Refusal::usage("mind: expected a program and its arguments"));
    };
    // Before the program begins, so that nothing of it escapes.
    std::thread::spawn(watch);
    match Command::new(program).args(rest).stdout(Stdio::null()).status() {
        Ok(status) => {
            let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
            Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ExitCode::from(NOT_FOUND)),
        Err(_) => Ok(ExitCode::from(NOT_RUN)),
    }
}

/// Waits until nobody holds the other end of standard output, and kills the group.
#[cfg(unix)]
fn watch() {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Signal, getpgrp, getpid, kill_process_group};

    let out = std::io::stdout();
    let mut watched = [PollFd::new(&out, PollFlags::empty())];
    // What is not asked for is told all the same: that the other end is closed.
    while matches!(poll(&mut watched, None), Ok(0) | Err(rustix::io::Errno::INTR)) {}
    // Run by hand, it may be in the group of somebody's shell.
    if getpgrp() == getpid() {
        let _ = kill_process_group(getpgrp(), Signal::KILL);
    }
    std::process::exit(1);
}

/// Elsewhere there are no process groups, and programs have no minder.
#[cfg(not(unix))]
pub fn run(_: &Mind) -> Result<ExitCode, Refusal> {
    Err(Refusal::usage("mind: there are no process groups here"))
}
