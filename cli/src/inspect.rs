//! `ringback inspect`: what is in a payload.
//!
//! Any JSON text is read, whatever it begins with, so that the command doubles as a validator.

use std::io::Read as _;
use std::process::ExitCode;

use ringback::Payload;

use crate::arguments::Inspect;
use crate::refusal::{Refusal, print};
use crate::summary::Summary;
use crate::text::Visible;

/// Runs the command.
pub fn run(arguments: &Inspect) -> Result<ExitCode, Refusal> {
    let name = arguments.file.to_string_lossy();
    let name = Visible(name.chars(), 256);
    let body = read(arguments).map_err(|error| Refusal::usage(format_args!("{name}: cannot be read: {error}")))?;
    let payload = Payload::parse(&body).map_err(|error| {
        let place = error.position(&body);
        let kind = error.kind();
        Refusal::failure(format_args!(
            "{name}: {}: {kind} at byte {} (line {}, column {})",
            kind.name(),
            error.offset(),
            place.line,
            place.column
        ))
    })?;
    let summary = Summary::new(payload, body.len());
    print(&if arguments.json { summary.json() + "\n" } else { summary.prose() })
}

fn read(arguments: &Inspect) -> std::io::Result<Vec<u8>> {
    if arguments.file.as_os_str() != "-" {
        return std::fs::read(&arguments.file);
    }
    let mut body = Vec::new();
    std::io::stdin().lock().read_to_end(&mut body)?;
    Ok(body)
}
