//! The `ringback` command.
//!
//! Everything that is decided about a delivery is decided by the crate `ringback`; here are the sockets, the clock, the
//! randomness and the files that it does without.
//!
//! Two streams, two purposes: standard output carries results (event lines, a URL, a key, a summary), standard error is
//! for people. Foreign text reaches a terminal only with its control characters escaped, and no log line at any level
//! holds a secret, a header value or a word of a transcript.
//!
//! Exit codes: 0 done; 1 the work failed, or what was inspected is not valid; 2 usage, or a configuration that is
//! refused.

mod arguments;
mod clock;
mod inspect;
mod key;
mod keys;
mod random;
mod refusal;
mod serve;
mod simulate;
mod span;
mod summary;
mod text;
mod url;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use refusal::Refusal;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Simulate(options) => simulate::run(&options),
        Command::Url(arguments) => url::run(&arguments),
    };
    outcome.unwrap_or_else(Refusal::report)
}
