//! The options of `ringback doctor`.

use clap::Args;
use ringback::time::Millis;

use crate::keys::KeySource;
use crate::span;

#[derive(Debug, Args)]
pub struct Doctor {
    /// The callback URL; user name and password may stand in it
    pub url: String,
    /// Play twelve realistic transcripts at a server on this machine, whatever it is made with, and say how many would be
    /// lost
    #[arg(long)]
    pub local: bool,
    /// Let a port through that Deepgram does not call
    #[arg(long)]
    pub any_port: bool,
    /// The user name and password that the receiver expects: USER:PASS
    #[arg(long, value_name = "PAIR")]
    pub basic: Option<String>,
    #[command(flatten)]
    pub keys: KeySource,
    /// Put a ticket into the path
    #[arg(long)]
    pub ticket_in_path: bool,
    /// How long an answer may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = span::parse)]
    pub answer_within: Millis,
    /// What documents follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// One JSON object a line, for programs
    #[arg(long)]
    pub json: bool,
}
