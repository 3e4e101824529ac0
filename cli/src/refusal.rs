//! Why a command did not do its work: one line for people, and an exit code.
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done |
//! | 1 | it failed, or what was asked for is not there (yet), or what was inspected is not valid |
//! | 2 | usage, or a configuration that is refused |
//! | 3 | the store cannot be used |
//! | 4 | it will not come any more: the job failed, its deadline has passed, or its body is gone |

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use ringback::ErrorKind;

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

    /// The store cannot be used: exit code 3.
    pub fn store(message: impl Display) -> Refusal {
        Refusal { code: 3, message: message.to_string() }
    }

    /// What is waited for will not come any more: exit code 4.
    pub fn over(message: impl Display) -> Refusal {
        Refusal { code: 4, message: message.to_string() }
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

impl From<ringback_inbox::Error> for Refusal {
    /// The words of the store name files, never anything of a delivery.
    fn from(error: ringback_inbox::Error) -> Refusal {
        match error.kind() {
            ErrorKind::TimeOut | ErrorKind::SubmissionUnknown | ErrorKind::DeliveryUnknown => Refusal::failure(error),
            ErrorKind::JobFailed | ErrorKind::SubmissionOverdue | ErrorKind::BodyForgotten => Refusal::over(error),
            ErrorKind::StoreUrlInvalid => Refusal::usage(error),
            kind if kind.code() / 100 == 7 => Refusal::store(error),
            _ => Refusal::usage(error),
        }
    }
}

/// Writes results to standard output. A reader who has seen enough and closes the pipe is no failure.
pub fn print(text: &str) -> Result<ExitCode, Refusal> {
    print_bytes(text.as_bytes())
}

/// The same with bytes as they are.
pub fn print_bytes(bytes: &[u8]) -> Result<ExitCode, Refusal> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Refusal::failure(format_args!("standard output: {error}"))),
    }
}

/// Says something on standard error; with standard error closed there is nobody to tell.
pub fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
