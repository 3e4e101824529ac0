//! `ringback pending`: what is still to come, and what is still to be handled.

use std::process::ExitCode;

use ringback_inbox::ledger::Selection;

use crate::arguments::Pending;
use crate::entry;
use crate::refusal::{Refusal, print};
use crate::store;
use crate::table::Table;

/// Runs the command.
pub fn run(arguments: &Pending) -> Result<ExitCode, Refusal> {
    let inbox = store::open(&arguments.store)?;
    let overdue = inbox.overdue(arguments.limit)?;
    let mut submissions = inbox.pending(arguments.limit)?;
    // What was reported as overdue may be listed as awaited as well.
    submissions.retain(|awaited| overdue.iter().all(|late| late.scope != awaited.scope));
    let submissions: Vec<_> = overdue.into_iter().chain(submissions).collect();
    let deliveries = inbox.ledger().deliveries(&Selection::Unsettled, 0, arguments.limit)?;
    if arguments.format.json {
        let lines = submissions.iter().map(entry::submission).chain(deliveries.iter().map(entry::delivery));
        return print(&lines.map(|line| line.end() + "\n").collect::<String>());
    }

    let mut awaited = Table::new(["SUBMISSION", "JOB", "REQUEST ID", "SINCE", "DEADLINE", "STATE"]);
    for submitted in &submissions {
        let (announcement, row) = (&submitted.announcement, &submitted.row);
        awaited.row([
            Some(submitted.scope.to_string()),
            announcement.job.clone(),
            announcement.request_id.clone(),
            Some(entry::moment(announcement.since)),
            // Once it is overdue, what is due is that it is forgotten.
            entry::deadline(row.due).filter(|_| !row.overdue).map(entry::moment),
            Some(if row.overdue { "overdue" } else { "awaited" }.to_owned()),
        ]);
    }
    let mut waiting = Table::new(["DELIVERY", "JOB", "KIND", "ARRIVED", "FAILURES", "STATE"]);
    for delivery in &deliveries {
        waiting.row([
            Some(delivery.facts.id.to_string()),
            delivery.facts.job.clone(),
            Some(delivery.facts.kind.name().to_owned()),
            Some(entry::moment(delivery.row.first)),
            Some(delivery.row.failures.to_string()),
            Some(entry::phase(delivery.row.phase).to_owned()),
        ]);
    }
    print(&match (awaited.is_empty(), waiting.is_empty()) {
        (true, true) => "nothing is pending\n".to_owned(),
        (false, true) => awaited.to_string(),
        (true, false) => waiting.to_string(),
        (false, false) => format!("{awaited}\n{waiting}"),
    })
}
