//! `ringback forget` and `ringback purge`: erasing what somebody asks to be erased, and what is past its time.

use std::process::ExitCode;

use ringback_inbox::inbox::Subject;

use crate::arguments::{Forget, Purge};
use crate::refusal::{Refusal, print};
use crate::store;
use crate::text::ObjectLine;

/// Runs `ringback forget`. Exit code 1 if there was nothing.
pub fn run(arguments: &Forget) -> Result<ExitCode, Refusal> {
    let subject = match (&arguments.job, &arguments.request_id, &arguments.tag) {
        (Some(job), ..) => Subject::Job(job.clone()),
        (_, Some(id), _) => Subject::Request(id.clone()),
        (.., Some(tag)) => Subject::Tag(tag.clone()),
        _ => return Err(Refusal::usage("forget: expected --job, --request-id or --tag")),
    };
    let forgotten = store::open(&arguments.store)?.forget(&subject)?;
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
    let swept = store::open(&arguments.store)?.purge()?;
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

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
