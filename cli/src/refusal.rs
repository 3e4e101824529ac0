//! Why a command did not do its work: one line for people, and an exit code.

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

/// Why a command did not do its work.
#[derive(Debug)]
pub struct Refusal {
    code: u8,
    message: String,
}

impl Refusal {
    /// The arguments, or a file that they name, cannot be used: exit code 2.
    pub fn usage(message: impl Display) -> Refusal {
        Refusal { code: 2, message: message.to_string() }
    }

    /// The work failed: exit code 1.
    pub fn failure(message: impl Display) -> Refusal {
        Refusal { code: 1, message: message.to_string() }
    }

    /// Says so on standard error.
    pub fn report(self) -> ExitCode {
        // With standard error closed there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "error: {}", self.message);
        ExitCode::from(self.code)
    }
}

impl From<ringback::Error> for Refusal {
    /// An error of the core is about the configuration here, and its message names the cure. The offset is left out: it
    /// would point into a secret.
    fn from(error: ringback::Error) -> Refusal {
        Refusal::usage(error.kind())
    }
}

/// Writes results to standard output. A reader who has seen enough and closes the pipe is no failure.
pub fn print(text: &str) -> Result<ExitCode, Refusal> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Refusal::failure(format_args!("standard output: {error}"))),
    }
}

/// Says something on standard error; with standard error closed there is nobody to tell.
pub fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
