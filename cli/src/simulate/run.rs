//! `ringback simulate --to`: submissions, one after the other, and the verdict over what became of them.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::body::{Body, compose};
use super::delivery::{Delivery, Desk, Submission};
use super::dice::Dice;
use super::engine::Engine;
use super::options::Simulate;
use super::record::Record;
use super::schedule::Schedule;
use super::target::{Permitted, Target};
use super::timeline::{Telling, Timeline};
use super::verdict::{Fate, Verdict, wait_for_accounts};
use super::wire::Wire;
use crate::clock::wall;
use crate::keys;
use crate::refusal::{Refusal, print, say};

/// Submissions a second, beyond this machine.
const FAR_RATE: f64 = 5.0;
/// Attempts at once, beyond this machine.
const FAR_AT_ONCE: u16 = 4;

/// Runs the command.
pub fn run(options: &Simulate) -> Result<ExitCode, Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    runtime.block_on(async {
        match &options.to {
            Some(url) => deliver(options, url).await,
            None => listen(options).await,
        }
    })
}

/// Delivers to one receiver and judges.
async fn deliver(options: &Simulate, url: &str) -> Result<ExitCode, Refusal> {
    let mut target = Target::parse(url).map_err(|why| Refusal::usage(format_args!("--to: {why}")))?;
    let permitted = target.permitted(&options.allow_host).await;
    let permitted = permitted.map_err(|why| Refusal::usage(format_args!("--to: {why}")))?;
    let in_url = target.credentials.take();
    let desk = desk(options, in_url)?;
    let (rate, at_once) = pace(options, permitted.near);
    let wire = wire(options, target.secure)?;
    let engine = Arc::new(engine(options, wire, at_once));
    let files = read_files(options)?;

    let work = Work { options, desk, target, permitted, files };
    let mut running = JoinSet::new();
    let mut records: Vec<Record> = Vec::new();
    let mut number = 1;
    for submission in 1..=options.count.unwrap_or(1).max(work.files.len() as u64) {
        if let Some(rate) = rate {
            sleep_until((engine.begun + Duration::from_secs_f64((submission - 1) as f64 / rate)).into()).await;
        }
        let (submission, deliveries) = work.submit(submission, number)?;
        number += deliveries.len() as u64;
        let (engine, permitted) = (Arc::clone(&engine), work.permitted.clone());
        running.spawn(async move { engine.conduct(submission, permitted, deliveries, None).await });
        // Bodies wait in memory: no more of them than can be on their way.
        while running.len() >= 4 * usize::from(at_once) {
            collect(running.join_next().await, &mut records)?;
        }
    }
    while let Some(ended) = running.join_next().await {
        collect(Some(ended), &mut records)?;
    }
    engine.timeline.close();
    records.sort_by_key(|record| record.number);
    let elapsed = engine.begun.elapsed();

    judge(options, &records, elapsed).await
}

/// Takes submissions until there were enough of them, or a signal comes, and judges.
async fn listen(options: &Simulate) -> Result<ExitCode, Refusal> {
    let Some(address) = options.listen else { return Err(Refusal::usage("--to or --listen is missing")) };
    // Certificates are needed only for callbacks over TLS, which then say that there are none.
    let wire = wire(options, true).or_else(|_| wire(options, false))?;
    let engine = Arc::new(engine(options, wire, options.at_once));
    let mut records = super::service::serve(options, address, Arc::clone(&engine)).await?;
    engine.timeline.close();
    records.sort_by_key(|record| record.number);
    judge(options, &records, engine.begun.elapsed()).await
}

/// Says what became of everything; a loss is a failure.
async fn judge(options: &Simulate, records: &[Record], elapsed: Duration) -> Result<ExitCode, Refusal> {
    let accounts = match &options.handled {
        Some(path) => {
            let patience = Duration::from_millis(options.handled_within);
            let accounts = wait_for_accounts(path, records, patience).await;
            Some(accounts.map_err(|why| Refusal::usage(format_args!("--handled: {why}")))?)
        }
        None => None,
    };
    let verdict = Verdict::of(records, accounts.as_ref());
    print(&if options.json { verdict.json(options.seed, elapsed) } else { verdict.prose() })?;
    Ok(if verdict.count(Fate::Lost) > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the submissions of a run share.
struct Work<'o> {
    options: &'o Simulate,
    desk: Desk,
    target: Target,
    permitted: Permitted,
    files: Vec<Body>,
}

impl Work<'_> {
    /// Makes the submission of this number, with the deliveries that it leads to, counted from `first`.
    fn submit(&self, number: u64, first: u64) -> Result<(Submission, Vec<Delivery>), Refusal> {
        let options = self.options;
        let now = wall();
        let product = options.kind[(number as usize - 1) % options.kind.len()];
        let mut dice = Dice::apart(options.seed, "submission", number);
        let mut request_id = dice.uuid(Some(now));
        let bodies = match self.files.get((number as usize - 1) % self.files.len().max(1)) {
            Some(body) => vec![body.clone()],
            None => compose(product, &request_id, &options.features(), options.minutes(number), now, &mut dice),
        };
        if let Some(id) = self.files.first().and(bodies.first()).and_then(|body| own_request_id(&body.bytes)) {
            request_id = id;
        }
        let stream = bodies.len() > 1 || bodies.iter().any(|body| body.kind.starts_with("stream."));
        let method = options.method.name();
        let submission = self.desk.submit(number, request_id, &self.target, method, stream, now)?;
        let delivery = |(at, body)| self.desk.delivery(first + at as u64, &submission, body, now);
        let deliveries = bodies.into_iter().enumerate().map(delivery).collect();
        Ok((submission, deliveries))
    }
}

fn collect(
    ended: Option<Result<Vec<Record>, tokio::task::JoinError>>,
    records: &mut Vec<Record>,
) -> Result<(), Refusal> {
    match ended {
        Some(Ok(more)) => records.extend(more),
        Some(Err(error)) => return Err(Refusal::failure(format_args!("a delivery was not finished: {error}"))),
        None => {}
    }
    Ok(())
}

/// The credentials of a run: in the URL, as an option, or keys that mint tickets.
pub fn desk(options: &Simulate, in_url: Option<(String, String)>) -> Result<Desk, Refusal> {
    let now = wall();
    if options.no_credentials {
        return Ok(Desk::new(None, None, false, now));
    }
    let pair = pair(options.basic.as_deref())?;
    let fixed = pair.or(in_url);
    let keys = match fixed {
        Some(_) => keys::configured(&options.keys)?,
        None => keys::find(&options.keys)?,
    };
    Ok(Desk::new(fixed, keys, options.ticket_in_path, now))
}

/// The user name and password of an option. A receiver may call the pair by a name in front; it is no part of what is
/// sent.
pub fn pair(text: Option<&str>) -> Result<Option<(String, String)>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    ringback::credential::BasicPair::parse(text)
        .map_err(|error| Refusal::usage(format_args!("--basic: {}", error.kind())))?;
    Ok(text.split_once(':').map(|(user, password)| {
        let user = user.split_once('=').map_or(user, |(_, user)| user);
        (user.to_owned(), password.to_owned())
    }))
}

/// How fast it may go: near as asked, far within bounds.
fn pace(options: &Simulate, near: bool) -> (Option<f64>, u16) {
    if near {
        return (options.rate, options.at_once);
    }
    let rate = options.rate.unwrap_or(FAR_RATE);
    if rate > FAR_RATE || options.at_once > FAR_AT_ONCE {
        say(format_args!("beyond this machine: at most {FAR_RATE} submissions a second, {FAR_AT_ONCE} at once"));
    }
    (Some(rate.min(FAR_RATE)), options.at_once.min(FAR_AT_ONCE))
}

/// What connections are made with.
pub fn wire(options: &Simulate, secure: bool) -> Result<Wire, Refusal> {
    let Schedule { connect, answer, .. } = schedule(options);
    Wire::new(secure, connect, answer).map_err(Refusal::failure)
}

/// The engine of a run.
pub fn engine(options: &Simulate, wire: Wire, at_once: u16) -> Engine {
    let telling = match (options.json, options.quiet) {
        (_, true) => Telling::Nothing,
        (true, false) => Telling::Json,
        (false, false) => Telling::Lines,
    };
    Engine {
        schedule: schedule(options),
        wire,
        faults: options.faults(),
        fault_rate: options.fault_rate,
        seed: options.seed,
        dawdle: Duration::from_secs(4).div_f64(options.speed.max(1.0)),
        places: Semaphore::new(usize::from(at_once)),
        timeline: Timeline::new(telling),
        begun: Instant::now(),
    }
}

fn schedule(options: &Simulate) -> Schedule {
    let schedule = Schedule {
        retries: options.retries,
        connect: Duration::from_millis(options.connect_within),
        answer: Duration::from_millis(options.answer_within),
        ..Schedule::REAL
    };
    schedule.faster(options.speed)
}

fn read_files(options: &Simulate) -> Result<Vec<Body>, Refusal> {
    options
        .file
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path)
                .map_err(|error| Refusal::usage(format_args!("--file: {}: {error}", path.display())))?;
            Ok(Body::of(bytes))
        })
        .collect()
}

/// The request id that a document has of its own.
pub fn own_request_id(bytes: &[u8]) -> Option<String> {
    Some(ringback::Payload::parse(bytes).ok()?.request_id()?.to_string())
}
