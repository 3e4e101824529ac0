//! The command line. Its options are a contract.
//!
//! Options that hold a secret are plain strings here and are parsed by the core, whose errors do not repeat what they
//! were given.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringback::credential::TicketUse;
use ringback::time::Millis;

use crate::simulate::Simulate;
use crate::span;

/// Receives Deepgram callbacks.
#[derive(Debug, Parser)]
#[command(name = "ringback", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what is in a payload. Exit code 0 valid, 1 not valid, 2 usage
    Inspect(Inspect),
    /// Make and list ticket keys
    Key(Key),
    /// Receive callbacks, and print, forward or hand to a program each of them once
    Serve(Box<Serve>),
    /// Play Deepgram: deliver to a receiver, or take submissions, with faults on demand
    Simulate(Box<Simulate>),
    /// Print a callback URL with a fresh ticket
    Url(Url),
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

/// Where ticket keys are.
#[derive(Debug, Args)]
pub struct KeySource {
    /// A file of ticket keys, a line name:base64 each: the first mints, all verify. The environment variable
    /// RINGBACK_TICKET_KEYS may hold its content instead
    #[arg(long, value_name = "FILE")]
    pub ticket_keys: Option<PathBuf>,
    /// For whom tickets are minted, such as production; tickets of one audience do not open another
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub audience: String,
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

#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The path that callbacks are posted to [default: that of --public-url, or /hook]
    #[arg(long)]
    pub path: Option<String>,
    /// The URL by which Deepgram reaches this server; prints a submission to try it with
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Let a port in --public-url through that Deepgram does not call
    #[arg(long)]
    pub any_port: bool,
    /// What remembers deliveries: memory, and nothing else yet
    #[arg(long, value_name = "URL", default_value = "memory")]
    pub store: String,
    /// How many deliveries the memory has room for
    #[arg(long, value_name = "N", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1..=16_777_216))]
    pub capacity: u32,

    /// Let this Basic pair in: [NAME=]USER:PASS. Repeatable. The environment variable RINGBACK_BASIC may hold more, a
    /// line each
    #[arg(long, value_name = "PAIR", help_heading = "Credentials")]
    pub basic: Vec<String>,
    #[command(flatten, next_help_heading = "Credentials")]
    pub keys: KeySource,
    /// Accept a ticket as the last segment of the path, where a proxy strips Authorization
    #[arg(long, help_heading = "Credentials")]
    pub ticket_in_path: bool,
    /// Accept a ticket as the value of this key of extra metadata, where a proxy strips Authorization (listen only)
    #[arg(long, value_name = "KEY", help_heading = "Credentials")]
    pub ticket_in_extra: Option<String>,
    /// Let transcripts in that carry this extra metadata: KEY:VALUE, or VALUE alone under the key callback_secret. The
    /// environment variable RINGBACK_EXTRA_SECRET may hold it instead
    #[arg(long, value_name = "PAIR", help_heading = "Credentials")]
    pub extra_secret: Option<String>,
    /// Let everybody in: whoever finds the URL can then post transcripts
    #[arg(long, help_heading = "Credentials")]
    pub let_anybody_post: bool,

    /// Embed payloads in the lines; auto: unless they are forwarded or handed to a program
    #[arg(long, value_enum, default_value_t = Embed::Auto, help_heading = "Handling")]
    pub payload: Embed,
    /// Post each delivery to this URL, signed as a Standard Webhook; 2xx is done, anything else is tried again
    #[arg(long, value_name = "URL", conflicts_with = "exec", help_heading = "Handling")]
    pub forward: Option<String>,
    /// What forwarded deliveries are signed with: whsec_ and base64. The environment variable RINGBACK_FORWARD_SECRET
    /// may hold it instead; without either one is made and kept in ringback.whsec
    #[arg(long, value_name = "SECRET", help_heading = "Handling")]
    pub forward_secret: Option<String>,
    /// Run this program for each delivery, without a shell: facts in RINGBACK_*, the body on standard input, its output
    /// discarded; exit code 0 is done, 65 dead, anything else is tried again
    #[arg(long, value_name = "CMD", help_heading = "Handling")]
    pub exec: Option<String>,
    /// How long a handler may take; the sender gives up at about 10s
    #[arg(long, value_name = "TIME", default_value = "8s", value_parser = span::parse, help_heading = "Handling")]
    pub answer_within: Millis,

    /// Where to answer /healthz and /readyz; without it they are answered to this machine only
    #[arg(long, value_name = "ADDR", help_heading = "Operation")]
    pub admin: Option<SocketAddr>,
    /// What to report on standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Info, help_heading = "Operation")]
    pub log: Level,
    /// The most bytes of a decoded body
    #[arg(long, value_name = "BYTES", default_value_t = ringback::limits::Limits::DEFAULT.body, help_heading = "Operation")]
    pub max_body: u64,
    #[command(flatten)]
    pub patience: Patience,
}

/// How long clients are waited for, and how many of them there may be. For tests: the defaults are the limits that the
/// documentation states.
#[derive(Clone, Debug, Args)]
pub struct Patience {
    #[arg(long, hide = true, default_value = "5s", value_parser = span::parse)]
    pub head_within: Millis,
    #[arg(long, hide = true, default_value = "75s", value_parser = span::parse)]
    pub idle_within: Millis,
    #[arg(long, hide = true, default_value = "5s", value_parser = span::parse)]
    pub body_grace: Millis,
    #[arg(long, hide = true, default_value = "60s", value_parser = span::parse)]
    pub body_within: Millis,
    #[arg(long, hide = true, default_value = "25s", value_parser = span::parse)]
    pub drain_within: Millis,
    #[arg(long, hide = true, default_value_t = 1024)]
    pub connections: usize,
    #[arg(long, hide = true, default_value_t = 256)]
    pub unproven_connections: usize,
    #[arg(long, hide = true, default_value_t = 256 * 1024 * 1024)]
    pub bytes_in_flight: u64,
    #[arg(long, hide = true, default_value_t = 64 * 1024 * 1024)]
    pub unproven_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Embed {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl From<Level> for tracing::level_filters::LevelFilter {
    fn from(level: Level) -> tracing::level_filters::LevelFilter {
        match level {
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}
