//! The core on microcontrollers, emulated: the example receives deliveries there, and the vectors come out right.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::debian::{self, Bare};
use crate::harness::Tally;
use crate::project::Project;
use crate::step::{Outcome, Step};

pub const STEPS: &[Step] = &[
    Step {
        name: "embedded",
        claim: "the example answers deliveries on an emulated Cortex-M4F and Cortex-M3",
        folder: EXAMPLE,
        run: answers,
    },
    Step {
        name: "embedded-vectors",
        claim: "the vectors come out right on an emulated Cortex-M4F and Cortex-M3",
        folder: VECTORS,
        run: vectors,
    },
];

pub const EXAMPLE: &str = "examples/cortex-m";
pub const VECTORS: &str = "tests/on-target";

/// A target of the compiler, and a machine of the emulator that runs its programs.
pub struct Board {
    pub target: &'static str,
    machine: &'static str,
}

pub const BOARDS: [Board; 2] = [
    Board { target: "thumbv7em-none-eabihf", machine: "mps2-an386" },
    Board { target: "thumbv7m-none-eabi", machine: "lm3s6965evb" },
];

/// How the example is built that reports on itself.
pub const MEASURED: &[&str] = &["--features", "measure"];

/// How long the emulator may run, in seconds. It takes a tenth of one.
const PATIENCE: &str = "60";

fn answers(project: &Project) -> Outcome {
    let bare = match ready(project) {
        Ok(bare) => bare,
        Err(why) => return Ok(skipped(&why)),
    };
    let mut tally = Tally::default();
    for board in &BOARDS {
        let run = receive(project, &bare, board, MEASURED)?;
        println!("{}: {} deliveries answered as they should", board.machine, script::DELIVERIES.len());
        for line in run.report {
            println!("  {line}");
        }
        tally.passed += script::DELIVERIES.len();
    }
    Ok(tally)
}

fn vectors(project: &Project) -> Outcome {
    let bare = match ready(project) {
        Ok(bare) => bare,
        Err(why) => return Ok(skipped(&why)),
    };
    let mut tally = Tally::default();
    for board in &BOARDS {
        project.run(bare.build(project, VECTORS, board.target, &["--package", "ringback-vectors-on-cortex-m"])?)?;
        let program = debian::folder(project, board.target)?.join("vectors");
        let (_, log) = emulate(project, board, &program, b"")?;
        print!("{}: {log}", board.machine);
        let right = log.lines().find_map(|line| line.strip_prefix("right: ")?.parse::<usize>().ok());
        tally.passed += right.ok_or("the program on the board does not say how many vectors came out right")?;
    }
    Ok(tally)
}

/// What the example said on a board, once its answers were found to be right.
pub struct Run {
    /// Lines of `name: number`.
    pub report: Vec<String>,
}

/// Builds the example, sends it the script, and holds its answers against it.
pub fn receive(project: &Project, bare: &Bare, board: &Board, build: &[&str]) -> Result<Run, String> {
    project.run(bare.build(project, EXAMPLE, board.target, build)?)?;
    let program = debian::folder(project, board.target)?.join("receiver");
    let (line, log) = emulate(project, board, &program, &script::requests())?;
    let statuses = line.split("HTTP/1.1 ").skip(1).map(|answer| answer.get(..3).unwrap_or_default());
    let mut statuses = statuses.map(|status| status.parse::<u16>().unwrap_or_default());
    let mut said = log.lines();
    for delivery in script::DELIVERIES {
        let status = statuses.next();
        if status != Some(delivery.status) {
            let name = delivery.name;
            return Err(format!("{name}: answered with {status:?} instead of {}\n{line}\n{log}", delivery.status));
        }
        for expected in delivery.log {
            let found = said.next();
            if found != Some(*expected) {
                return Err(format!("{}: the log says {found:?} instead of {expected:?}\n{log}", delivery.name));
            }
        }
    }
    if statuses.next().is_some() {
        return Err(format!("there are more answers than deliveries\n{line}"));
    }
    Ok(Run { report: said.map(str::to_owned).collect() })
}

/// What is needed to build and to run; the error is a reason to skip.
pub fn ready(project: &Project) -> Result<Bare, String> {
    debian::emulator(project)?;
    Bare::ready(project)
}

pub fn skipped(why: &str) -> Tally {
    let mut tally = Tally::default();
    tally.skip(why.lines().next().unwrap_or_default());
    tally
}

/// Runs a program with this input on its line: what it writes there, and its log. It has to exit with 0.
fn emulate(project: &Project, board: &Board, program: &Path, input: &[u8]) -> Result<(String, String), String> {
    let mut command = project.command("timeout");
    command.args([PATIENCE, "qemu-system-arm", "-machine", board.machine]);
    command.args(["-display", "none", "-serial", "none", "-monitor", "none"]);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(program);
    let (line, log) =
        converse(command, input).map_err(|why| format!("{} on {}: {why}", program.display(), board.machine))?;
    // The emulator itself remarks on a timer that nobody has set.
    let log = log.lines().filter(|line| !line.starts_with("Timer with period zero"));
    Ok((line, log.map(|line| format!("{line}\n")).collect()))
}

/// Standard output and standard error of a program that is given this input, and has to end with 0.
fn converse(mut command: Command, input: &[u8]) -> Result<(String, String), String> {
    let piped = || Stdio::piped();
    let child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn();
    let mut child = child.map_err(|error| error.to_string())?;
    let mut stdin = child.stdin.take().expect("standard input was piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let [line, log] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if !output.status.success() {
        return Err(format!("{}\n{line}\n{log}", output.status));
    }
    writer.join().expect("the writer does not panic").map_err(|error| error.to_string())?;
    Ok((line, log))
}

mod script;
