//! `ringback replay --to`: deliveries of an inbox, or of files, delivered once more to another receiver, each with a fresh
//! ticket or with the credentials that are given.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use ringback::credential::TicketUse;
use ringback_inbox::ledger::Selection;
use tokio::sync::Semaphore;

use crate::arguments::Replay;
use crate::capture::Capture;
use crate::clock::wall;
use crate::refusal::Refusal;
use crate::simulate::body::Body;
use crate::simulate::delivery::Desk;
use crate::simulate::engine::Engine;
use crate::simulate::record::Record;
use crate::simulate::schedule::Schedule;
use crate::simulate::target::Target;
use crate::simulate::timeline::{Telling, Timeline};
use crate::simulate::wire::Wire;
use crate::simulate::{own_request_id, pair};
use crate::{entry, keys, store};

/// The job of what names none.
const JOB: &str = "replay";

/// What is delivered again.
struct Again {
    body: Body,
    job: Option<String>,
    method: String,
}

/// Delivers each of them, one attempt each, and tells what came of it. One that was not taken is a failure.
pub fn run(arguments: &Replay, url: &str) -> Result<ExitCode, Refusal> {
    let mut target = Target::parse(url).map_err(|why| Refusal::usage(format_args!("--to: {why}")))?;
    let fixed = pair(arguments.basic.as_deref())?.or(target.credentials.take());
    let keys = if fixed.is_none() { keys::find(&arguments.keys)? } else { None };
    let all = stored(arguments)?.into_iter().chain(captured(arguments)?).collect::<Vec<_>>();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    let records = runtime.block_on(deliver(arguments, target, fixed, keys, all))?;
    let taken = records.iter().all(Record::is_acknowledged);
    Ok(if taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn deliver(
    arguments: &Replay,
    target: Target,
    fixed: Option<(String, String)>,
    keys: Option<ringback_inbox::receiver::Keys>,
    all: Vec<Again>,
) -> Result<Vec<Record>, Refusal> {
    let permitted = target.permitted(&arguments.allow_host).await;
    let permitted = permitted.map_err(|why| Refusal::usage(format_args!("--to: {why}")))?;
    let schedule = Schedule { retries: 0, ..Schedule::REAL };
    let wire = Wire::new(target.secure, schedule.connect, schedule.answer).map_err(Refusal::failure)?;
    let desk = Desk::new(fixed, keys, false, wall());
    let engine = std::sync::Arc::new(Engine {
        schedule,
        wire,
        faults: Vec::new(),
        fault_rate: 0.0,
        seed: 0,
        dawdle: Duration::ZERO,
        places: Semaphore::new(1),
        timeline: Timeline::new(if arguments.format.json { Telling::Json } else { Telling::Lines }),
        begun: Instant::now(),
    });
    let mut records = Vec::new();
    for (number, Again { body, job, method }) in (1..).zip(all) {
        let now = wall();
        let request_id = own_request_id(&body.bytes).unwrap_or_default();
        let job = job.as_deref().unwrap_or(JOB);
        let submission = desk.submit_as(job, TicketUse::Replay, number, request_id, &target, &method, now)?;
        let delivery = desk.delivery(number, &submission, body, now);
        records.push(engine.deliver(&submission, &permitted, delivery, None).await);
    }
    engine.timeline.close();
    Ok(records)
}

/// Those of the inbox, with the bodies that it has kept.
fn stored(arguments: &Replay) -> Result<Vec<Again>, Refusal> {
    if arguments.ids.is_empty() {
        return Ok(Vec::new());
    }
    let inbox = store::open(&arguments.keys.store)?;
    let mut all = Vec::new();
    for id in &arguments.ids {
        let found = inbox.ledger().deliveries(&Selection::Id(entry::delivery_id(id)?), 0, 1)?.pop();
        let facts = found.ok_or_else(|| entry::unknown(id))?.facts;
        let body = inbox.ledger().body(facts.id)?.ok_or(ringback::ErrorKind::BodyForgotten);
        let bytes = body.map_err(ringback_inbox::Error::from)?.bytes()?;
        let mut body = Body::of(bytes.to_vec());
        if let Some(content_type) = facts.content_type {
            body.content_type = content_type;
        }
        all.push(Again { body, job: facts.job, method: "POST".into() });
    }
    Ok(all)
}

/// Those of files.
fn captured(arguments: &Replay) -> Result<Vec<Again>, Refusal> {
    let mut all = Vec::new();
    for path in &arguments.file {
        let failed = |why: String| Refusal::usage(format_args!("{}: {why}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
        let Capture { method, content_type, body } = Capture::parse(bytes).map_err(failed)?;
        let mut body = Body::of(body);
        if let Some(content_type) = content_type {
            body.content_type = content_type;
        }
        all.push(Again { body, job: None, method: method.unwrap_or_else(|| "POST".into()) });
    }
    Ok(all)
}
