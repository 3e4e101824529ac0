//! `--exec`: a program is run for each delivery.
//!
//! Its arguments are split as a shell would split them, and no shell is involved. Its environment holds the facts in
//! `RINGBACK_*` and, of ours, `PATH`, `HOME`, `LANG` and `TZ`; its standard input holds the body. What it prints is
//! dropped, for standard output belongs to the event lines; its standard error is ours. It runs in a process group of
//! its own under a [minder](super::mind), all of which is killed when it takes too long or when the server ends before it
//! does, be it killed itself.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

use ringback::ledger::Outcome;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::Parcel;
use super::mind::{NOT_FOUND, NOT_RUN};
use crate::refusal::Refusal;

/// A program to run.
pub struct Exec {
    program: String,
    arguments: Vec<String>,
    running: Mutex<BTreeSet<u32>>,
}

/// The exit code of a program that can never handle this delivery (`EX_DATAERR` of sysexits.h).
const DEAD: i32 = 65;

impl Exec {
    /// Runs this command line.
    pub fn new(command: &str) -> Result<Exec, Refusal> {
        let mut words = shlex::split(command).unwrap_or_default().into_iter();
        let program = words.next().ok_or_else(|| Refusal::usage("--exec: expected a program and its arguments"))?;
        Ok(Exec { program, arguments: words.collect(), running: Mutex::default() })
    }

    /// Runs the program for one delivery. Dropping the future kills it.
    pub async fn run(&self, parcel: Parcel) -> Outcome {
        let Parcel { id, variables, body, .. } = parcel;
        match self.wait(variables, body).await.map(|status| status.code()) {
            Ok(Some(0)) => Outcome::Done,
            Ok(Some(DEAD)) => {
                tracing::warn!(id, "the program can never handle a delivery");
                Outcome::Dead
            }
            Ok(Some(code)) if code == i32::from(NOT_FOUND) || code == i32::from(NOT_RUN) => {
                tracing::error!(id, code, "the program is not there, or cannot be run");
                Outcome::Failed
            }
            Ok(code) => {
                tracing::warn!(id, code, "the program failed");
                Outcome::Failed
            }
            Err(error) => {
                tracing::error!(id, problem = %error.kind(), "the program cannot be run");
                Outcome::Failed
            }
        }
    }

    /// Kills all that are running: the server ends.
    pub fn kill_all(&self) {
        for leader in std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner)) {
            kill_group(leader);
        }
    }

    async fn wait(&self, variables: Vec<(&'static str, OsString)>, body: Vec<u8>) -> io::Result<ExitStatus> {
        let mut group = Group::start(self, variables)?;
        let input = group.child.stdin.take();
        let fed = async {
            if let Some(mut input) = input {
                // A program need not read what it does not want.
                let _ = input.write_all(&body).await;
                let _ = input.shutdown().await;
            }
        };
        let mut fed = pin!(fed);
        let mut feeding = true;
        // Once the program has ended nobody is fed, even if something that it started still holds the pipe.
        let status = loop {
            tokio::select! {
                status = group.child.wait() => break status,
                () = &mut fed, if feeding => feeding = false,
            }
        };
        group.ended = status.is_ok();
        status
    }
}

/// The program under its minder, who watches the pipe that we hold as long as the group lives.
#[cfg(unix)]
fn minded(program: &str) -> io::Result<Command> {
    // The path of this program may name another one meanwhile; that of the image that is running cannot.
    let own = std::path::Path::new("/proc/self/exe");
    let mut command = Command::new(if own.exists() { own.to_owned() } else { std::env::current_exe()? });
    command.args(["mind", "--", program]).stdout(Stdio::piped());
    Ok(command)
}

#[cfg(not(unix))]
fn minded(program: &str) -> io::Result<Command> {
    let mut command = Command::new(program);
    command.stdout(Stdio::null());
    Ok(command)
}

/// A running program, and all that it has started.
struct Group<'e> {
    exec: &'e Exec,
    child: Child,
    leader: Option<u32>,
    ended: bool,
}

impl Group<'_> {
    fn start<'e>(exec: &'e Exec, variables: Vec<(&'static str, OsString)>) -> io::Result<Group<'e>> {
        let mut command = minded(&exec.program)?;
        command.args(&exec.arguments).env_clear().envs(variables);
        command.stdin(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        for name in ["PATH", "HOME", "LANG", "TZ"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        #[cfg(unix)]
        command.process_group(0);
        // Entered into the list under its lock, so that `kill_all` misses none.
        let mut running = exec.running.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn()?;
        let leader = child.id();
        running.extend(leader);
        Ok(Group { exec, child, leader, ended: false })
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let Some(leader) = self.leader else { return };
        let listed = self.exec.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&leader);
        // A leader that has not been waited for keeps its number, so this is its group and no other's.
        if listed && !self.ended {
            kill_group(leader);
        }
    }
}

#[cfg(unix)]
fn kill_group(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Elsewhere the program itself is killed when it is dropped.
#[cfg(not(unix))]
fn kill_group(_leader: u32) {}
