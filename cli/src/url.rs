//! `ringback url`: a callback URL with a fresh ticket.

use std::process::ExitCode;

use ringback::callback_url::CallbackUrl;
use ringback::credential::{Job, TicketUse};
use ringback::time::Expiry;

use crate::arguments::Url;
use crate::clock::wall;
use crate::keys;
use crate::random;
use crate::refusal::{Refusal, print, say};

/// Runs the command.
pub fn run(arguments: &Url) -> Result<ExitCode, Refusal> {
    let job = Job::parse(&arguments.job)?;
    let keys = keys::required(&arguments.keys)?;
    let for_use = arguments.for_use.into();
    let now = wall();
    let life = arguments.life.unwrap_or(TicketUse::default_life(for_use));
    let expiry = Expiry::At(now.saturating_add(life));
    let ticket = keys.keyring.mint(for_use, job, expiry, random::bytes()?, now)?;

    let url = CallbackUrl::new(&arguments.base).any_port(arguments.any_port).stream(for_use == TicketUse::Stream);
    let url = if arguments.ticket_in_path { url.ticket_in_path(&ticket) } else { url.ticket(&ticket) };
    let mut text = String::new();
    let warnings = if arguments.query { url.write_encoded(&mut text)? } else { url.write_raw(&mut text)? };
    for warning in warnings.iter() {
        say(format_args!("warning: {warning}"));
    }
    print(&(text + "\n"))
}
