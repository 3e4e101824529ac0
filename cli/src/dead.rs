//! `ringback dead`: dead letters, listed; and one of them shown, so that a person can decide about it.

use std::process::ExitCode;

use ringback::ledger::Phase;
use ringback_inbox::Inbox;
use ringback_inbox::ledger::{Entry, Reason, Selection};

use crate::arguments::Dead;
use crate::entry;
use crate::refusal::{Refusal, print, print_bytes};
use crate::store;
use crate::summary;
use crate::table::Table;

/// Runs the command.
pub fn run(arguments: &Dead) -> Result<ExitCode, Refusal> {
    let inbox = store::open(&arguments.store)?;
    match &arguments.id {
        Some(id) => show(&inbox, id, arguments),
        None => list(&inbox, arguments),
    }
}

fn list(inbox: &Inbox, arguments: &Dead) -> Result<ExitCode, Refusal> {
    let letters = inbox.dead_letters(0, arguments.limit)?;
    if arguments.format.json {
        return print(&letters.iter().map(|letter| entry::delivery(letter).end() + "\n").collect::<String>());
    }
    if letters.is_empty() {
        return print("there are no dead letters\n");
    }
    let mut table = Table::new(["DELIVERY", "REASON", "JOB", "KIND", "ARRIVED", "BYTES"]);
    for Entry { facts, row, .. } in &letters {
        table.row([
            Some(facts.id.to_string()),
            facts.reason.map(|reason| reason.name().to_owned()),
            facts.job.clone(),
            Some(facts.kind.name().to_owned()),
            Some(entry::moment(row.first)),
            Some(facts.length.to_string()),
        ]);
    }
    print(&table.to_string())
}

fn show(inbox: &Inbox, id: &str, arguments: &Dead) -> Result<ExitCode, Refusal> {
    let found = inbox.ledger().deliveries(&Selection::Id(entry::delivery_id(id)?), 0, 1)?.pop();
    let is_letter = |entry: &Entry| entry.row.phase == Phase::Dead && entry.facts.reason != Some(Reason::Erased);
    let letter = found.filter(is_letter).ok_or_else(|| entry::unknown(id))?;
    if arguments.format.json {
        return print(&(entry::delivery(&letter).end() + "\n"));
    }
    let body = inbox.ledger().body(letter.facts.id)?.ok_or(ringback::ErrorKind::BodyForgotten);
    let body = body.map_err(ringback_inbox::Error::from)?.bytes()?;
    if arguments.raw {
        return print_bytes(&body);
    }
    let Entry { facts, row, .. } = &letter;
    let mut table = Table::new(["reason", facts.reason.map_or("-", Reason::name)]);
    for (name, value) in [
        ("delivery", Some(facts.id.to_string())),
        ("arrived", Some(entry::moment(row.first))),
        ("job", facts.job.clone()),
        ("sender", Some(facts.sender.clone())),
        ("failures", Some(row.failures.to_string())),
    ] {
        table.row([Some(name.to_owned()), value]);
    }
    print(&format!("{table}\n{}", summary::of_body(facts.kind, &body)))
}
