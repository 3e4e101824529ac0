//! `ringback forget` and `ringback purge`: erasing what somebody asks to be erased, and what is past its time.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use ringback::ErrorKind;
use ringback_inbox::inbox::Subject;
use ringback_inbox::{Inbox, Settings, Spool, SystemClock};

use crate::arguments::{Forget, Purge};
use crate::refusal::{Refusal, print};
use crate::store::{self, StoreSource};
use crate::text::ObjectLine;

/// Runs `ringback forget`. Exit code 1 if there was nothing.
pub fn run(arguments: &Forget) -> Result<ExitCode, Refusal> {
    let subject = match (&arguments.job, &arguments.request_id, &arguments.tag) {
        (Some(job), ..) => Subject::Job(job.clone()),
        (_, Some(id), _) => Subject::Request(id.clone()),
        (.., Some(tag)) => Subject::Tag(tag.clone()),
        _ => return Err(Refusal::usage("forget: expected --job, --request-id or --tag")),
    };
    let forgotten = open(&arguments.store, arguments.spool.as_deref())?.forget(&subject)?;
    if arguments.format.json {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.plain("deliveries", forgotten.deliveries);
        line.plain("unhandled", forgotten.unhandled);
        line.plain("submissions", forgotten.submissions);
        print(&(line.end() + "\n"))?;
    } else {
        print(&format!(
            "erased {}, of which {} had not been handled, and {}\n",
            counted(forgotten.deliveries, "delivery", "deliveries"),
            forgotten.unhandled,
            counted(forgotten.submissions, "submission", "submissions"),
        ))?;
    }
    let nothing = forgotten.deliveries == 0 && forgotten.submissions == 0;
    Ok(if nothing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs `ringback purge`.
pub fn purge(arguments: &Purge) -> Result<ExitCode, Refusal> {
    let swept = open(&arguments.store, arguments.spool.as_deref())?.purge()?;
    let (overdue, died) = (swept.overdue.len() as u64, swept.died.len() as u64);
    if arguments.format.json {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.plain("bodies", swept.bodies);
        line.plain("forgotten", swept.forgotten);
        line.plain("overdue", overdue);
        line.plain("died", died);
        return print(&(line.end() + "\n"));
    }
    let mut out = format!(
        "dropped {}, and forgot {}\n",
        counted(swept.bodies, "body", "bodies"),
        counted(swept.forgotten, "row", "rows"),
    );
    if overdue > 0 {
        out += &format!("{} overdue\n", counted(overdue, "submission is", "submissions are"));
    }
    if died > 0 {
        out += &format!("{} now, for nobody announced them\n", counted(died, "dead letter", "dead letters"));
    }
    print(&out)
}

/// The inbox, with its spool if nobody uses that. A server that runs empties its own; until then nothing in it can be erased.
fn open(source: &StoreSource, spool: Option<&Path>) -> Result<Inbox, Refusal> {
    let Some(folder) = spool else { return store::open(source) };
    let url = store::existing(source)?;
    match Spool::open(folder, ringback_inbox::spool::SIZE) {
        Ok(spool) => Ok(Inbox::with_spool(url.open(Arc::new(SystemClock))?, Settings::default(), spool)),
        Err(error) if error.kind() == ErrorKind::SpoolBusy && Spool::is_empty(folder) => {
            store::inbox(&url, Settings::default())
        }
        Err(error) if error.kind() == ErrorKind::SpoolBusy => Err(Refusal::store(
            "deliveries wait in the spool of a server that runs: try again when its store has taken them",
        )),
        Err(error) => Err(error.into()),
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
