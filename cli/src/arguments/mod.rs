//! The command line. Its options are a contract.
//!
//! Options that hold a secret are plain strings here and are parsed by the core, whose errors do not repeat what they
//! were given.

mod inbox;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringback::credential::TicketUse;
use ringback::time::Millis;

use crate::doctor::Doctor;
use crate::keys::KeySource;
use crate::simulate::Simulate;
use crate::span;
pub use inbox::{Dead, Expect, Forget, Migrate, Pending, Purge, Replay, Result};
pub use serve::{Embed, Handling, Level, Serve, Work};

/// Receives Deepgram callbacks.
#[derive(Debug, Parser)]
#[command(name = "ringback", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the deliveries that will not be handled by themselves any more, and why; with an id, show one
    Dead(Dead),
    /// Find out whether a receiver would lose transcripts, why, and what cures it
    Doctor(Doctor),
    /// Announce a submission, and print its callback URL
    Expect(Expect),
    /// Erase everything of a job, a request id or a tag
    Forget(Forget),
    /// Show what is in a payload. Exit code 0 valid, 1 not valid, 2 usage
    Inspect(Inspect),
    /// Make and list ticket keys
    Key(Key),
    /// Bring the tables of a store to the version of this program
    Migrate(Migrate),
    /// Run a program, and kill it and all that it has started when nobody reads standard output any more
    #[command(hide = true)]
    Mind(Mind),
    /// List what is still to come, and what is still to be handled
    Pending(Pending),
    /// Drop what is past its time, and leave no trace of it in the files of the store
    Purge(Purge),
    /// Let deliveries that are done or dead be handled again
    Replay(Replay),
    /// Show what came for a submission, or wait for it
    Result(Result),
    /// Receive callbacks, keep them, and print, forward or hand to a program each of them once
    Serve(Box<Serve>),
    /// Play Deepgram: deliver to a receiver, or take submissions, with faults on demand
    Simulate(Box<Simulate>),
    /// Print a callback URL with a fresh ticket
    Url(Url),
    /// Handle what a server has kept, in a process of its own
    Work(Box<Work>),
}

#[derive(Debug, Args)]
pub struct Mind {
    /// The program and its arguments
    #[arg(required = true, last = true)]
    pub command: Vec<std::ffi::OsString>,
}

#[derive(Debug, Args)]
pub struct Inspect {
    /// A JSON text, or - for standard input
    pub file: PathBuf,
    /// One JSON object on one line, for programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Key {
    #[command(subcommand)]
    pub command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Print a line with a new key, to be appended to a key file
    New {
        /// What to call it [default: today's date]
        #[arg(long)]
        name: Option<String>,
    },
    /// Print the names and key ids of a key file, and which of them mints
    List {
        /// The key file; without it, the keys that `ringback url` would use here
        #[arg(conflicts_with = "ticket_keys")]
        file: Option<PathBuf>,
        #[command(flatten)]
        keys: KeySource,
    },
}

#[derive(Debug, Args)]
pub struct Url {
    /// Your own name for the work: 1 to 64 characters out of A-Z a-z 0-9 . _ -
    #[arg(long)]
    pub job: String,
    /// The public URL of the receiver, path included
    #[arg(long, value_name = "URL")]
    pub base: String,
    /// Percent-encode it once more, to be pasted after callback=. The SDKs encode by themselves
    #[arg(long)]
    pub query: bool,
    /// What will be delivered
    #[arg(long = "use", value_name = "USE", value_enum, default_value_t = Use::Document)]
    pub for_use: Use,
    /// How long the ticket lives, such as 24h; 30d at most [default: 24h, for a stream 48h]
    #[arg(long, value_parser = span::parse)]
    pub life: Option<Millis>,
    #[command(flatten)]
    pub keys: KeySource,
    /// Put the ticket into the path, for proxies that strip Authorization
    #[arg(long)]
    pub ticket_in_path: bool,
    /// Let ports through that Deepgram does not call: for a self-hosted Deepgram, and for tests
    #[arg(long)]
    pub any_port: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Use {
    /// One document or one piece of audio
    Document,
    /// The messages of a stream
    Stream,
}

impl From<Use> for TicketUse {
    fn from(for_use: Use) -> TicketUse {
        match for_use {
            Use::Document => TicketUse::Document,
            Use::Stream => TicketUse::Stream,
        }
    }
}
