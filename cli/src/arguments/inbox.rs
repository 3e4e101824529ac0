//! The options of the commands that look into a store.

use std::path::PathBuf;

use clap::Args;
use ringback::time::{Expiry, Millis};

use super::Use;
use crate::keys::KeySource;
use crate::span;
use crate::store::StoreSource;

/// How results are written.
#[derive(Clone, Copy, Debug, Args)]
pub struct Format {
    /// One JSON object on one line each, for programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Expect {
    /// Your own name for the work: 1 to 64 characters out of A-Z a-z 0-9 . _ -
    #[arg(long)]
    pub job: String,
    /// The public URL of the receiver, path included; without it the ticket is printed, as USER:PASSWORD
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// When it is overdue, such as 46m or never
    #[arg(long, value_name = "TIME", default_value = "46m", value_parser = span::parse_or_never)]
    pub deadline: Expiry,
    /// What its handler should know
    #[arg(long, value_name = "TEXT")]
    pub context: Option<String>,
    /// What will be delivered
    #[arg(long = "use", value_name = "USE", value_enum, default_value_t = Use::Document)]
    pub for_use: Use,
    /// How long the ticket lives, such as 24h; 30d at most [default: 24h, for a stream 48h]
    #[arg(long, value_parser = span::parse)]
    pub life: Option<Millis>,
    /// Percent-encode the URL once more, to be pasted after callback=. The SDKs encode by themselves
    #[arg(long, requires = "base")]
    pub query: bool,
    /// Put the ticket into the path, for proxies that strip Authorization
    #[arg(long, requires = "base")]
    pub ticket_in_path: bool,
    /// Let ports through that Deepgram does not call: for a self-hosted Deepgram, and for tests
    #[arg(long)]
    pub any_port: bool,
    /// Announce what was submitted with a Basic pair instead, once Deepgram has told its request id
    #[arg(long, value_name = "ID", requires = "sender", conflicts_with_all = ["base", "life", "query", "ticket_in_path"])]
    pub request_id: Option<String>,
    /// The name of that Basic pair, or extra for the secret in extra metadata
    #[arg(long, value_name = "NAME", requires = "request_id")]
    pub sender: Option<String>,
    #[command(flatten)]
    pub keys: KeySource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[group(id = "wanted", required = true, multiple = false, args = ["job", "request_id", "submission"])]
pub struct Result {
    /// The newest submission of this job
    #[arg(long)]
    pub job: Option<String>,
    /// The submission that was announced with this request id
    #[arg(long, value_name = "ID")]
    pub request_id: Option<String>,
    /// This submission
    #[arg(long, value_name = "ID")]
    pub submission: Option<String>,
    /// How long to wait for it, such as 30s; without it, look once
    #[arg(long, value_name = "TIME", default_value = "0s", hide_default_value = true, value_parser = span::parse)]
    pub wait: Millis,
    /// The body as it came, and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Pending {
    /// The most rows of each sort
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Dead {
    /// Show this one
    pub id: Option<String>,
    /// Its body as it came, and nothing else
    #[arg(long, requires = "id", conflicts_with = "json")]
    pub raw: bool,
    /// The most rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Replay {
    /// The ids of deliveries
    #[arg(required_unless_present = "file", value_name = "ID")]
    pub ids: Vec<String>,
    /// Deliver them once more to this receiver instead, as Deepgram would, each with a fresh ticket
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// Deliver this file too: a body, or a whole captured request. Repeatable
    #[arg(long, value_name = "FILE", requires = "to")]
    pub file: Vec<PathBuf>,
    /// The user name and password that the receiver expects: USER:PASS
    #[arg(long, value_name = "PAIR", requires = "to")]
    pub basic: Option<String>,
    /// A host besides this machine that may be delivered to, by name. Repeatable
    #[arg(long, value_name = "HOST", requires = "to")]
    pub allow_host: Vec<String>,
    #[command(flatten)]
    pub keys: KeySource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
#[group(id = "subject", required = true, multiple = false, args = ["job", "request_id", "tag"])]
pub struct Forget {
    /// Everything of this job
    #[arg(long)]
    pub job: Option<String>,
    /// Everything with this request id
    #[arg(long, value_name = "ID")]
    pub request_id: Option<String>,
    /// Every delivery with this tag
    #[arg(long)]
    pub tag: Option<String>,
    /// The spool of the server, where some of it may still wait
    #[arg(long, value_name = "DIR")]
    pub spool: Option<PathBuf>,
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Purge {
    /// The spool of the server, where some of it may still wait
    #[arg(long, value_name = "DIR")]
    pub spool: Option<PathBuf>,
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    pub store: StoreSource,
    #[command(flatten)]
    pub format: Format,
}
