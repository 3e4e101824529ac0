//! The `ringback` command.
//!
//! Everything that is decided about a delivery is decided by the crate `ringback`; here are the sockets, the clock, the
//! randomness and the files that it does without.
//!
//! Two streams, two purposes: standard output carries results (event lines, a URL, a key, a summary), standard error is
//! for people. Foreign text reaches a terminal only with its control characters escaped, and no log line at any level
//! holds a secret, a header value or a word of a transcript.
//!
//! Exit codes are those of [`refusal`].

mod admin;
mod arguments;
mod capture;
mod clock;
mod dead;
mod doctor;
mod elsewhere;
mod entry;
mod expect;
mod forget;
mod handling;
mod inspect;
mod key;
mod keys;
mod log;
mod memory;
mod migrate;
mod pending;
mod random;
mod refusal;
mod replay;
mod result;
mod secret_file;
mod serve;
mod signals;
mod simulate;
mod span;
mod store;
mod summary;
mod table;
mod text;
mod url;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use refusal::Refusal;

fn main() -> ExitCode {
    memory::return_what_is_large();
    let outcome = match Arguments::parse().command {
        Command::Doctor(options) => doctor::run(&options),
        Command::Dead(arguments) => dead::run(&arguments),
        Command::Expect(arguments) => expect::run(&arguments),
        Command::Forget(arguments) => forget::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Mind(arguments) => handling::mind::run(&arguments),
        Command::Pending(arguments) => pending::run(&arguments),
        Command::Purge(arguments) => forget::purge(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Result(arguments) => result::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Simulate(options) => simulate::run(&options),
        Command::Url(arguments) => url::run(&arguments),
        Command::Work(arguments) => work::run(&arguments),
    };
    outcome.unwrap_or_else(Refusal::report)
}
