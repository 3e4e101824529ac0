//! One request, from its head to its answer.
//!
//! What is cheap comes first: the path, then the head, with the credentials in it, and only then the body. The body is
//! parsed, the ledger asked and the line written on threads that may block. From the moment when the body is there the
//! delivery is handled to its end in a task of its own, whoever goes away meanwhile.

use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use ringback::gate::Admitted;
use ringback::ledger::{Claim, Outcome};
use ringback::payload::Kind;
use ringback::policy::{Answer, Situation};
use ringback::receiver::{Decision, Work};
use ringback::request_id::RequestId;
use ringback::time::Now;
use ringback::{ErrorKind, Head};
use tokio::time::timeout;

use super::Server;
use super::body::{self, Broken};
use super::budget::Hold;
use super::event::Event;
use super::handler::Parcel;
use super::reply::Reply;
use super::turn::Turn;

/// A reply, and whether it is the last one on its connection.
pub struct Received {
    pub reply: Reply,
    pub last: bool,
}

/// Answers a request on the listener for callbacks. `local` is whether it comes from this machine.
pub async fn receive(server: &Arc<Server>, turn: &Turn, request: Request<Incoming>, local: bool) -> Received {
    let (parts, incoming) = request.into_parts();
    let path = parts.uri.path();
    if !server.is_hook(path) {
        let reply = if local && server.health_here { health(server, path) } else { Reply::NotFound };
        tracing::debug!(status = reply.status(), "a request for another path");
        return Received { reply, last: true };
    }
    let now = server.clock.now();
    let head = turn.head(&parts);
    let admitted = match server.gate.admit(&head, now.wall) {
        Ok(admitted) => admitted,
        Err(answer) => return Received { reply: refuse(answer), last: true },
    };
    let pending = admitted.is_pending();
    if !pending {
        turn.prove();
    }
    let mut hold = server.budget.hold(pending);
    let limit = server.gate.body_limit(&admitted);
    let body = body::read(incoming, head.encoding(), head.content_length(), limit, server.pace, &mut hold).await;
    let body = match body {
        Ok(body) => body,
        Err(broken) => return Received { reply: refuse_body(server, broken), last: true },
    };
    let last = turn.is_last();
    let arrived = Arrived { parts, admitted, body, hold, now };
    let task = tokio::spawn(conduct(Arc::clone(server), arrived));
    // A little more than a handler gets: it has its own deadline.
    let reply = match timeout(server.handler.within() + Duration::from_millis(500), task).await {
        Ok(Ok(Ok(answer))) => {
            turn.prove();
            Reply::Answer(answer)
        }
        Ok(Ok(Err(answer))) => return Received { reply: Reply::Answer(answer), last: true },
        Ok(Err(_)) => Reply::Broken,
        // It goes on, and its outcome will be known when the sender comes again.
        Err(_) => Reply::Answer(server.gate.policy().answer(Situation::InProgress)),
    };
    Received { reply, last: last || server.is_stopping() }
}

/// Answers a request on the listener for operators.
pub fn administer(server: &Server, request: &Request<Incoming>) -> Received {
    Received { reply: health(server, request.uri().path()), last: false }
}

fn health(server: &Server, path: &str) -> Reply {
    match path {
        "/healthz" => Reply::Well,
        "/readyz" if server.is_stopping() => Reply::Unready,
        "/readyz" => Reply::Well,
        _ => Reply::NotFound,
    }
}

fn refuse(answer: Answer) -> Reply {
    let error = answer.error.map(|error| error.kind().name());
    tracing::info!(status = answer.status, situation = answer.situation.name(), error, "refused");
    Reply::Answer(answer)
}

fn refuse_body(server: &Server, broken: Broken) -> Reply {
    let answer = |situation| server.gate.policy().answer(situation);
    match broken {
        Broken::Cut => refuse(answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into())),
        Broken::Damaged => refuse(answer(Situation::Malformed)),
        Broken::NoRoom => refuse(answer(Situation::Unavailable)),
        Broken::TooLarge => refuse(server.gate.too_large()),
        Broken::Slow => {
            tracing::info!(status = 408, "refused: the body came too slowly");
            Reply::Slow
        }
    }
}

/// A request that is there in full.
struct Arrived {
    parts: Parts,
    admitted: Admitted<'static>,
    body: Vec<u8>,
    hold: Hold,
    now: Now,
}

/// A delivery to be handled, without borrowing its body.
struct Errand {
    claim: Claim,
    line: String,
    parcel: Parcel,
    report: Report,
    hold: Hold,
}

/// What is logged about a delivery: ids and numbers. A foreign request id is left out, for it could be any text.
struct Report {
    id: String,
    kind: Kind,
    request_id: Option<String>,
    bytes: usize,
    attempts_seen: u8,
}

/// Handles a delivery to its end. An error is an answer to somebody who is not known.
async fn conduct(server: Arc<Server>, arrived: Arrived) -> Result<Answer, Answer> {
    let desk = Arc::clone(&server);
    let Ok(judged) = tokio::task::spawn_blocking(move || judge(&desk, arrived)).await else {
        return Ok(server.gate.policy().answer(Situation::Failed));
    };
    let mut errand = match judged? {
        Judged::Answer(answer) => return Ok(answer),
        Judged::Errand(errand) => errand,
    };
    let parcel = std::mem::take(&mut errand.parcel);
    let outcome = server.handler.handle(parcel).await;
    let desk = Arc::clone(&server);
    let concluded = tokio::task::spawn_blocking(move || conclude(&desk, *errand, outcome)).await;
    Ok(concluded.unwrap_or_else(|_| server.gate.policy().answer(Situation::Failed)))
}

enum Judged {
    Answer(Answer),
    Errand(Box<Errand>),
}

/// Says what the delivery is and what is to be done with it; does it, if that is only to write a line.
fn judge(server: &Server, arrived: Arrived) -> Result<Judged, Answer> {
    let Arrived { parts, mut admitted, mut body, hold, now } = arrived;
    if server.has_failed() {
        return Ok(Judged::Answer(server.gate.policy().answer(Situation::Unavailable)));
    }
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let head = Head::new(parts.method.as_str(), "").headers(headers);
    let refused = |answer| {
        refuse(answer);
        answer
    };
    if server.gate.looks_into_the_body() {
        admitted = server.gate.unlock(admitted, &mut body, now.wall).map_err(refused)?;
    }
    let delivery = server.gate.examine(admitted, &head, &body).map_err(refused)?;
    let bytes = body.len();
    let kind = delivery.kind;
    let id = delivery.identity.id.map(|id| id.to_string());
    let uuid = delivery.request_id.filter(|id| id.as_bytes().is_some()).map(|id: RequestId<'_>| id.to_string());
    let work = match server.receiver().accept(delivery, server.clock.now()) {
        Decision::Handle(work) => work,
        Decision::Answer(answer) => {
            let error = answer.error.map(|error| error.kind().name());
            let offset = answer.error.map(|error| error.offset());
            let (status, situation) = (answer.status, answer.situation.name());
            tracing::info!(
                status,
                situation,
                error,
                offset,
                id,
                kind = kind.name(),
                request_id = uuid,
                bytes,
                reason = answer.reason,
                "delivery"
            );
            return Ok(Judged::Answer(answer));
        }
    };
    let event = Event { work: &work, arrived: now.wall, content_type: head.content_type_text() };
    let line = event.line(server.embed);
    let report = Report::of(&work, uuid, bytes);
    let (claim, content_type) = (work.claim, head.content_type_text().map(str::to_owned));
    let reports = server.handler.only_reports();
    let variables = if reports { Vec::new() } else { event.variables() };
    drop(work);
    let parcel = Parcel { id: report.id.clone(), content_type, variables, body };
    let errand = Errand { claim, line, parcel, report, hold };
    if reports {
        return Ok(Judged::Answer(conclude(server, errand, Outcome::Done)));
    }
    Ok(Judged::Errand(Box::new(errand)))
}

/// Reports a delivery that has been handled, and settles it.
fn conclude(server: &Server, errand: Errand, outcome: Outcome) -> Answer {
    let Errand { claim, line, report, hold, .. } = errand;
    let mut outcome = outcome;
    if outcome == Outcome::Done
        && let Err(error) = server.lines.write(&line)
    {
        server.fail(format!("standard output: {}", error.kind()));
        outcome = Outcome::Failed;
    }
    let settled = server.receiver().settle(claim, outcome, server.clock.now());
    let answer = if server.has_failed() && outcome == Outcome::Failed {
        server.gate.policy().answer(Situation::Unavailable)
    } else {
        settled
    };
    report.log(&answer);
    drop(hold);
    answer
}

impl Report {
    fn of(work: &Work<'_, '_>, request_id: Option<String>, bytes: usize) -> Report {
        let (id, kind) = (work.id.to_string(), work.delivery.kind);
        Report { id, kind, request_id, bytes, attempts_seen: work.attempts_seen }
    }

    fn log(&self, answer: &Answer) {
        let Report { id, kind, request_id, bytes, attempts_seen } = self;
        let error = answer.error.map(|error| error.kind().name());
        let (status, situation) = (answer.status, answer.situation.name());
        if answer.is_success() {
            tracing::info!(status, situation, id, kind = kind.name(), request_id, bytes, attempts_seen, "delivery");
        } else {
            let reason = answer.reason;
            tracing::warn!(
                status,
                situation,
                error,
                id,
                kind = kind.name(),
                request_id,
                bytes,
                attempts_seen,
                reason,
                "delivery"
            );
        }
    }
}
