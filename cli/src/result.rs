//! `ringback result`: what came for a submission, now or after a while.
//!
//! Looking consumes nothing, and nobody has to have handled it.

use std::process::ExitCode;

use ringback::ErrorKind;
use ringback::ledger::Claim;
use ringback::payload::{Kind, Payload};
use ringback_inbox::ledger::Announced;
use ringback_inbox::{Inbox, Reply, Wanted};

use crate::arguments;
use crate::handling::event::{Event, Shape};
use crate::refusal::{Refusal, print, print_bytes};
use crate::{entry, store, summary};

/// Runs the command.
pub fn run(arguments: &arguments::Result) -> Result<ExitCode, Refusal> {
    let wanted = match (&arguments.job, &arguments.request_id, &arguments.submission) {
        (Some(job), ..) => Wanted::Job(job.clone()),
        (_, Some(id), _) => Wanted::Request(id.clone()),
        (.., Some(id)) => Wanted::Submission(entry::submission_id(id)?),
        _ => return Err(Refusal::usage("result: expected --job, --request-id or --submission")),
    };
    let inbox = store::open(&arguments.store)?;
    match inbox.result(wanted.clone(), Some(arguments.wait)).block() {
        Ok(reply) => show(arguments, &reply),
        Err(error) if error.kind() == ErrorKind::JobFailed => {
            if let Some(failure) = failure(&inbox, &wanted)? {
                show(arguments, &failure)?;
            }
            Err(Refusal::over("the job failed"))
        }
        Err(error) => Err(error.into()),
    }
}

/// What Deepgram said about it.
fn failure(inbox: &Inbox, wanted: &Wanted) -> Result<Option<Reply>, Refusal> {
    let announced = match wanted {
        Wanted::Job(job) => Announced::Job(job.clone()),
        Wanted::Request(id) => Announced::Request(id.clone()),
        Wanted::Submission(scope) => Announced::Scope(*scope),
    };
    let submitted = inbox.ledger().submissions(&announced, 1)?.pop();
    Ok(submitted.map(|submitted| inbox.failure(submitted.scope)).transpose()?.flatten())
}

fn show(arguments: &arguments::Result, reply: &Reply) -> Result<ExitCode, Refusal> {
    if arguments.raw {
        return print_bytes(&reply.body);
    }
    let facts = &reply.delivery.facts;
    if !arguments.format.json {
        let mut out = summary::of_body(facts.kind, &reply.body);
        for segment in &reply.segments {
            if let Some(text) = Payload::parse(segment).ok().and_then(|payload| payload.transcript()) {
                out += &format!("{}\n", summary::shown(text));
            }
        }
        return print(&out);
    }
    let row = &reply.delivery.row;
    let text = || std::str::from_utf8(&reply.body).ok().filter(|_| facts.kind == Kind::Failure);
    let event = Event {
        id: facts.id,
        claim: Claim { delivery: Some(facts.id), fence: row.claim },
        arrived: row.first,
        kind: facts.kind,
        job: facts.job.as_deref(),
        submission: facts.scope,
        request_id: facts.request_id.clone(),
        sender: &facts.sender,
        attempts_seen: row.arrivals,
        late: row.late,
        revises: row.revises,
        context: None,
        content_type: facts.content_type.as_deref(),
        body: match reply.payload() {
            Some(payload) => Shape::Json(payload),
            None => text().map_or(Shape::Bytes(&reply.body), Shape::Text),
        },
    };
    let mut line = event.object("result", true);
    line.texts_of_json("segments", reply.segments.iter().filter_map(|segment| std::str::from_utf8(segment).ok()));
    print(&(line.end() + "\n"))
}
