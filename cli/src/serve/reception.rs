//! One request, from its head to its answer.
//!
//! What is cheap comes first: the path, then the head, with the credentials in it, and only then the body. The body is
//! parsed, the ledger asked and the line written on threads that may block. From the moment when the body is there the
//! delivery is kept, or handled to its end, in a task of its own, whoever goes away meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::Request;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use ringback::gate::{Admitted, Delivery};
use ringback::ledger::{Claim, Outcome};
use ringback::payload::Kind;
use ringback::policy::{Answer, Backing, Policy, Situation};
use ringback::receiver::Decision;
use ringback::time::UnixMillis;
use ringback::{ErrorKind, Head};
use ringback_inbox::Error;
use ringback_inbox::ledger::DEADLINE;
use tokio::time::timeout;

use super::Server;
use super::body::{self, Broken, Whole};
use super::budget::Hold;
use super::desk::Desk;
use super::reply::Reply;
use super::spill::{self, Spill};
use super::turn::Turn;
use crate::handling::Parcel;
use crate::handling::event::{Event, ROUTE};

/// A reply, and whether it is the last one on its connection.
pub struct Received {
    pub reply: Reply,
    pub last: bool,
}

/// Answers a request on the listener for callbacks. `local` is whether it comes from this machine.
pub async fn receive(server: &Arc<Server>, turn: &Turn, request: Request<Incoming>, local: bool) -> Received {
    let (parts, incoming) = request.into_parts();
    let path = parts.uri.path();
    if !server.receiver.is_hook(path) {
        let reply = if local && server.health_here { health(server, path) } else { Reply::NotFound };
        tracing::debug!(status = reply.status(), "a request for another path");
        return Received { reply, last: true };
    }
    let metrics = server.receiver.inbox().metrics();
    let now = server.receiver.inbox().now().wall;
    let head = turn.head(&parts);
    let gate = server.receiver.gate();
    // Strangers do not learn how the store is.
    let admitted = gate.admit(&head, now).and_then(|admitted| match check(server) {
        Ok(()) => Ok(admitted),
        Err(error) => Err(server.receiver.unavailable(&error)),
    });
    let admitted = match admitted {
        Ok(_) if server.outlet.is_stopping() => {
            let answer = metrics.refused(answer(server, Situation::Unavailable));
            return Received { reply: refuse(answer), last: true };
        }
        Ok(admitted) => Ok((admitted, false)),
        // The limit on memory is not a limit on loss.
        Err(answer) if answer.situation == Situation::TooLarge && server.desk.is_none() => {
            gate.admit_oversize(&head, now).map(|admitted| (admitted, true))
        }
        Err(answer) => Err(answer),
    };
    let (admitted, is_oversize) = match admitted {
        Ok(admitted) => admitted,
        Err(answer) => return Received { reply: refuse(metrics.refused(answer)), last: true },
    };
    let pending = admitted.is_pending();
    if !pending {
        turn.prove();
    }
    let Some(hold) = server.budget.hold(pending, admitted.ticket()) else {
        let answer = metrics.refused(answer(server, Situation::Unavailable));
        return Received { reply: refuse(answer), last: true };
    };
    let limit = if is_oversize { 0 } else { gate.body_limit(&admitted) };
    let begin = |hold| begin_spill(server, &head, hold);
    let (encoding, length) = (head.encoding(), head.content_length());
    let (body, hold) = match body::read(incoming, encoding, length, limit, begin, server.pace, hold).await {
        Ok(Whole::Memory(body, hold)) => (body, hold),
        Ok(Whole::Disk(answer)) => {
            if answer.is_success() {
                metrics.answered(Kind::Unknown, &answer);
            } else {
                let _ = metrics.refused(answer);
            }
            return Received { reply: refuse(answer), last: true };
        }
        Err(broken) => return Received { reply: refuse_body(server, broken), last: true },
    };
    // What was announced as larger than the limit has come to an end before its first byte.
    if is_oversize {
        return Received { reply: refuse_body(server, Broken::Cut), last: true };
    }
    let last = turn.is_last();
    let arrived = Arrived { parts, admitted, body, hold, now };
    let task = tokio::spawn(conduct(Arc::clone(server), arrived));
    // A little more than a handler or a store gets: they have deadlines of their own.
    let (within, late) = match server.desk {
        Some(_) => (server.outlet.handler.within(), Situation::InProgress),
        None => (Duration::from_millis(DEADLINE), Situation::Unavailable),
    };
    let reply = match timeout(within + Duration::from_millis(500), task).await {
        Ok(Ok(Ok(answer))) => {
            turn.prove();
            Reply::Answer(answer)
        }
        Ok(Ok(Err(answer))) => return Received { reply: Reply::Answer(answer), last: true },
        Ok(Err(_)) => Reply::Broken,
        // It goes on, and its outcome will be known when the sender comes again.
        Err(_) => Reply::Answer(answer(server, late)),
    };
    Received { reply, last: last || server.outlet.is_stopping() }
}

/// Whether a delivery could be kept, as far as can be said without waiting.
fn check(server: &Server) -> Result<(), Error> {
    match server.watch.is_away() {
        true => Err(ErrorKind::StoreUnavailable.into()),
        false => server.receiver.inbox().check(),
    }
}

fn health(server: &Server, path: &str) -> Reply {
    match path {
        "/healthz" => Reply::Well,
        "/readyz" if server.outlet.is_stopping() || check(server).is_err() => Reply::Unready,
        "/readyz" => Reply::Well,
        _ => Reply::NotFound,
    }
}

fn answer(server: &Server, situation: Situation) -> Answer {
    server.receiver.gate().policy().answer(situation)
}

fn refuse(answer: Answer) -> Reply {
    let error = answer.error.map(|error| error.kind().name());
    tracing::info!(status = answer.status, situation = answer.situation.name(), error, "refused");
    Reply::Answer(answer)
}

/// Sends a body to the disk whose head is this, if it may go there.
fn begin_spill(server: &Server, head: &Head<'_>, mut hold: Hold) -> Result<Spill, Answer> {
    let (inbox, gate) = (server.receiver.inbox(), server.receiver.gate());
    // A file is made, which may take a moment.
    let oversize = tokio::task::block_in_place(|| inbox.oversize(gate, head))?;
    let unavailable = answer(server, Situation::Unavailable);
    // What came until now goes first, and the rest waits for it: the larger of the two is all that there is at a time.
    if !hold.grow_to(spill::MEMORY) {
        return Err(unavailable);
    }
    Ok(Spill::new(oversize, hold, unavailable))
}

fn refuse_body(server: &Server, broken: Broken) -> Reply {
    let answer = match broken {
        Broken::Cut => answer(server, Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into()),
        // There is nothing that could be kept, with a store or without.
        Broken::Damaged => Policy::new(Backing::Memory).answer(Situation::Malformed),
        Broken::NoRoom => answer(server, Situation::Unavailable),
        Broken::TooLarge(answer) => answer,
        Broken::Slow => {
            tracing::info!(status = 408, "refused: the body came too slowly");
            return Reply::Slow;
        }
    };
    refuse(server.receiver.inbox().metrics().refused(answer))
}

/// A request that is there in full.
struct Arrived {
    parts: Parts,
    admitted: Admitted<'static>,
    body: Vec<u8>,
    hold: Hold,
    now: UnixMillis,
}

/// A delivery to be handled before it is answered, without borrowing its body.
struct Errand {
    claim: Claim,
    line: String,
    parcel: Parcel,
    report: Report,
    hold: Hold,
}

/// What is logged about a delivery: ids and numbers. A foreign request id is left out, for it could be any text.
struct Report {
    id: Option<String>,
    kind: Kind,
    request_id: Option<String>,
    bytes: usize,
    attempts_seen: Option<u8>,
}

/// Keeps a delivery, or handles it to its end. An error is an answer to somebody who is not known.
async fn conduct(server: Arc<Server>, arrived: Arrived) -> Result<Answer, Answer> {
    let there = Arc::clone(&server);
    let Ok(judged) = tokio::task::spawn_blocking(move || judge(&there, arrived)).await else {
        return Ok(answer(&server, Situation::Failed));
    };
    let mut errand = match judged? {
        Judged::Answer(answer) => {
            if answer.situation == Situation::Unavailable && server.desk.is_none() {
                server.watch.begin(server.receiver.inbox());
            }
            return Ok(answer);
        }
        Judged::Errand(errand) => errand,
    };
    let parcel = std::mem::take(&mut errand.parcel);
    let begun = Instant::now();
    let outcome = server.outlet.handler.handle(parcel).await;
    server.receiver.inbox().metrics().handled(ROUTE, outcome, begun.elapsed());
    let there = Arc::clone(&server);
    let concluded = tokio::task::spawn_blocking(move || match &there.desk {
        Some(desk) => conclude(&there, desk, *errand, outcome),
        None => answer(&there, Situation::Failed),
    });
    Ok(concluded.await.unwrap_or_else(|_| answer(&server, Situation::Failed)))
}

enum Judged {
    Answer(Answer),
    Errand(Box<Errand>),
}

/// Says what the delivery is and what is to be done with it; does it, if that is only to keep it, or to write a line.
fn judge(server: &Server, arrived: Arrived) -> Result<Judged, Answer> {
    let Arrived { parts, mut admitted, mut body, hold, now } = arrived;
    if server.outlet.failure().is_some() {
        return Ok(Judged::Answer(answer(server, Situation::Unavailable)));
    }
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let head = Head::new(parts.method.as_str(), "").headers(headers);
    let gate = server.receiver.gate();
    let metrics = server.receiver.inbox().metrics();
    let refused = |answer| {
        refuse(answer);
        metrics.refused(answer)
    };
    if gate.looks_into_the_body() {
        admitted = gate.unlock(admitted, &mut body, now).map_err(refused)?;
    }
    let delivery = gate.examine(admitted, &head, &body).map_err(refused)?;
    let report = Report::of(&delivery);
    let Some(desk) = &server.desk else {
        let answer = keep(server, &delivery, head.content_type_text());
        report.log(&answer);
        return Ok(Judged::Answer(answer));
    };
    let work = match desk.receiver().accept(delivery, desk.clock.now()) {
        Decision::Handle(work) => work,
        Decision::Answer(answer) => {
            metrics.answered(report.kind, &answer);
            report.log(&answer);
            return Ok(Judged::Answer(answer));
        }
    };
    let (line, parcel) = server.outlet.prepare(&Event::of_arrival(&work, now, head.content_type_text()));
    let report = Report { id: Some(work.id.to_string()), attempts_seen: Some(work.attempts_seen), ..report };
    let claim = work.claim;
    drop(work);
    let errand = Errand { claim, line, parcel: Parcel { body, ..parcel }, report, hold };
    if server.outlet.handler.only_reports() {
        return Ok(Judged::Answer(conclude(server, desk, errand, Outcome::Done)));
    }
    Ok(Judged::Errand(Box::new(errand)))
}

/// Makes a delivery durable.
fn keep(server: &Server, delivery: &Delivery<'_, '_>, content_type: Option<&str>) -> Answer {
    let inbox = server.receiver.inbox();
    match inbox.accept(server.receiver.gate().policy(), delivery, content_type) {
        ringback_inbox::Decision::Answer(answer) => answer,
        // It is claimed at once only where its handler decides about the answer, and that is not so here.
        ringback_inbox::Decision::Handle(work) => {
            let _ = inbox.release(work.claim);
            answer(server, Situation::Stored)
        }
    }
}

/// Reports a delivery that has been handled, and settles it.
fn conclude(server: &Server, desk: &Desk, errand: Errand, outcome: Outcome) -> Answer {
    let Errand { claim, line, report, hold, .. } = errand;
    let outcome = server.outlet.report(&line, outcome);
    let settled = desk.receiver().settle(claim, outcome, desk.clock.now());
    let answer = if server.outlet.failure().is_some() && outcome == Outcome::Failed {
        answer(server, Situation::Unavailable)
    } else {
        settled
    };
    server.receiver.inbox().metrics().answered(report.kind, &answer);
    report.log(&answer);
    drop(hold);
    answer
}

impl Report {
    fn of(delivery: &Delivery<'_, '_>) -> Report {
        Report {
            id: delivery.identity.id.map(|id| id.to_string()),
            kind: delivery.kind,
            request_id: delivery.request_id.filter(|id| id.as_bytes().is_some()).map(|id| id.to_string()),
            bytes: delivery.content.bytes().len(),
            attempts_seen: None,
        }
    }

    fn log(&self, answer: &Answer) {
        let Report { id, kind, request_id, bytes, attempts_seen } = self;
        let kind = kind.name();
        let (status, situation) = (answer.status, answer.situation.name());
        if answer.is_success() && answer.error.is_none() {
            tracing::info!(status, situation, id, kind, request_id, bytes, attempts_seen, "delivery");
            return;
        }
        let error = answer.error.map(|error| error.kind().name());
        let offset = answer.error.map(|error| error.offset());
        let reason = answer.reason();
        tracing::warn!(
            status,
            situation,
            error,
            offset,
            id,
            kind,
            request_id,
            bytes,
            attempts_seen,
            reason,
            "delivery"
        );
    }
}
