//! `ringback expect`: announces a submission, and prints its callback URL.

use std::process::ExitCode;

use ringback::callback_url::{CallbackUrl, Warnings};
use ringback::credential::{Job, TicketText, TicketUse};
use ringback::time::{Expiry, UnixMillis};
use ringback_inbox::{Inbox, Settings, Submission};

use crate::arguments::Expect;
use crate::clock::{Rfc3339, wall};
use crate::refusal::{Refusal, print, say};
use crate::text::ObjectLine;
use crate::{entry, keys, store};

/// Runs the command.
pub fn run(arguments: &Expect) -> Result<ExitCode, Refusal> {
    let for_use = TicketUse::from(arguments.for_use);
    let deadline = match arguments.deadline {
        Expiry::At(span) => Some(span),
        Expiry::Never => None,
    };
    let mut expect = ringback_inbox::Expect::new(&arguments.job).for_use(for_use).deadline(deadline);
    if let Some(context) = &arguments.context {
        expect = expect.context(context.as_bytes());
    }
    let now = wall();
    if let Some(life) = arguments.life {
        expect = expect.ticket_expiry(Expiry::At(now.saturating_add(life)));
    }
    let due = deadline.map(|span| now.saturating_add(span));
    if let (Some(id), Some(sender)) = (&arguments.request_id, &arguments.sender) {
        let submission = open(arguments)?.expect_request(sender, id, expect)?;
        return tell(arguments, &submission, None, due);
    }
    let keys = keys::required(&arguments.keys)?;
    if let Some(base) = &arguments.base {
        // What Deepgram would refuse need not be announced, and only a whole URL tells.
        let job = Job::parse(&arguments.job)?;
        let trial = keys.keyring.mint(for_use, job, Expiry::At(now + TicketUse::Test.default_life()), [0; 12], now)?;
        write(arguments, base, &trial)?;
    }
    let submission = open(arguments)?.expect(&keys.keyring, expect)?;
    let url = match (&arguments.base, submission.ticket()) {
        (Some(base), Some(ticket)) => {
            let (url, warnings) = write(arguments, base, ticket)?;
            for warning in warnings.iter() {
                say(format_args!("warning: {warning}"));
            }
            Some(url)
        }
        _ => None,
    };
    tell(arguments, &submission, url, due)
}

/// The callback URL with this ticket.
fn write(arguments: &Expect, base: &str, ticket: &TicketText) -> Result<(String, Warnings), Refusal> {
    let is_stream = TicketUse::from(arguments.for_use) == TicketUse::Stream;
    let url = CallbackUrl::new(base).any_port(arguments.any_port).stream(is_stream);
    let url = if arguments.ticket_in_path { url.ticket_in_path(ticket) } else { url.ticket(ticket) };
    let mut text = String::new();
    let warnings = if arguments.query { url.write_encoded(&mut text)? } else { url.write_raw(&mut text)? };
    Ok((text, warnings))
}

/// A submitter may be there before the receiver is.
fn open(arguments: &Expect) -> Result<Inbox, Refusal> {
    let url = store::url(&arguments.keys.store)?;
    if !url.is_durable() {
        return Err(Refusal::usage("--store memory: no other process would learn of it"));
    }
    store::inbox(&url, Settings::default())
}

fn tell(
    arguments: &Expect,
    submission: &Submission,
    url: Option<String>,
    due: Option<UnixMillis>,
) -> Result<ExitCode, Refusal> {
    let ticket = submission.ticket().map(|ticket| ticket.as_str().to_owned());
    if arguments.format.json {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("submission", Some(&submission.id().to_string()));
        line.text("job", Some(&arguments.job));
        line.text("url", url.as_deref());
        line.text("ticket", ticket.as_deref());
        line.text("deadline", due.map(|at| Rfc3339(at).to_string()).as_deref());
        line.text("arrived", Some(entry::arrived(submission.arrived())));
        return print(&(line.end() + "\n"));
    }
    // Standard output is for whoever puts it into a request.
    say(format_args!("submission {}", submission.id()));
    match url.or(ticket) {
        Some(text) => print(&(text + "\n")),
        None => Ok(ExitCode::SUCCESS),
    }
}
