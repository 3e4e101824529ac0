//! The options of `ringback serve` and `ringback work`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ringback::time::Millis;

use crate::keys::KeySource;
use crate::span;
use crate::store::StoreSource;

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
    /// Keep what the store cannot take in a file of 256 MiB in this folder, best on another disk, until it can
    #[arg(long, value_name = "DIR", help_heading = "Store")]
    pub spool: Option<PathBuf>,
    /// How many deliveries `--store memory` has room for
    #[arg(long, value_name = "N", help_heading = "Store", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1..=16_777_216))]
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

    #[command(flatten)]
    pub handling: Handling,
    /// How many deliveries are handled at once; 0 leaves it to `ringback work`
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(0..=256), help_heading = "Handling")]
    pub workers: u16,
    /// Hold deliveries without a ticket until their submission is announced
    #[arg(long, help_heading = "Handling")]
    pub require_expected: bool,

    /// Where to answer /healthz, /readyz and /metrics; without it health checks are answered to this machine only
    #[arg(long, value_name = "ADDR", help_heading = "Operation")]
    pub admin: Option<SocketAddr>,
    /// What to report on standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Info, help_heading = "Operation")]
    pub log: Level,
    /// The most bytes of a decoded body in memory
    #[arg(long, value_name = "BYTES", default_value_t = ringback::limits::Limits::DEFAULT.body, help_heading = "Operation")]
    pub max_body: u64,
    /// The most bytes of a body that is larger than that and kept on the disk, for a person to look at [default: 256 MiB]
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 20, hide_default_value = true, help_heading = "Operation")]
    pub max_disk_body: u64,
    #[command(flatten)]
    pub patience: Patience,
}

/// What is done with deliveries.
#[derive(Debug, Args)]
pub struct Handling {
    /// Embed payloads in the lines; auto: unless they are forwarded or handed to a program
    #[arg(long, value_enum, default_value_t = Embed::Auto, help_heading = "Handling")]
    pub payload: Embed,
    /// Post each delivery to this URL, signed as a Standard Webhook; 2xx is done, anything else is tried again. The header ringback-fence holds the fencing number
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
    /// How long a handler may take [default: 15m; with --store memory 8s, for the sender gives up at about 10s]
    #[arg(long, alias = "answer-within", value_name = "TIME", value_parser = span::parse, help_heading = "Handling")]
    pub handle_within: Option<Millis>,
    /// How long a claim holds without being renewed. For tests: every process on a store has to have the same
    #[arg(long, hide = true, default_value = "60s", value_parser = span::parse)]
    pub lease: Millis,
}

#[derive(Debug, Args)]
pub struct Work {
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub handling: Handling,
    /// How many deliveries are handled at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Handling")]
    pub workers: u16,
    /// Where to answer /healthz, /readyz and /metrics
    #[arg(long, value_name = "ADDR", help_heading = "Operation")]
    pub admin: Option<SocketAddr>,
    /// What to report on standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Info, help_heading = "Operation")]
    pub log: Level,
    #[arg(long, hide = true, default_value = "25s", value_parser = span::parse)]
    pub drain_within: Millis,
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
