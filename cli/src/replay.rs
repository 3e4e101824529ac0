//! `ringback replay`: deliveries that are done or dead are handled again, under new fencing numbers.

use std::process::ExitCode;

use ringback::ErrorKind;

use crate::arguments::Replay;
use crate::refusal::{Refusal, print, say};
use crate::text::ObjectLine;
use crate::{elsewhere, entry, store};

/// Runs the command. Each id is tried; the first problem gives the exit code.
pub fn run(arguments: &Replay) -> Result<ExitCode, Refusal> {
    if let Some(url) = &arguments.to {
        return elsewhere::run(arguments, url);
    }
    let ids: Vec<_> = arguments.ids.iter().map(|id| entry::delivery_id(id)).collect::<Result<_, _>>()?;
    let inbox = store::open(&arguments.keys.store)?;
    let mut outcome = Ok(ExitCode::SUCCESS);
    let mut out = String::new();
    for id in ids {
        let replayed = inbox.replay(id);
        let said = match &replayed {
            Ok(true) => "replayed",
            Ok(false) => "pending",
            Err(error) if error.kind() == ErrorKind::DeliveryUnknown => "unknown",
            Err(error) if error.kind() == ErrorKind::BodyForgotten => "forgotten",
            Err(_) => "failed",
        };
        if arguments.format.json {
            let mut line = ObjectLine::new();
            line.plain("v", 1);
            line.text("id", Some(&id.to_string()));
            line.text("replay", Some(said));
            out += &(line.end() + "\n");
        } else {
            match &replayed {
                Ok(true) => out += &format!("{id}: it will be handled again\n"),
                Ok(false) => out += &format!("{id}: nobody has handled it yet, and somebody will\n"),
                Err(error) => say(format_args!("{id}: {error}")),
            }
        }
        if let Err(error) = replayed
            && outcome.is_ok()
        {
            outcome = Err(Refusal::from(error));
        }
    }
    print(&out)?;
    outcome
}
