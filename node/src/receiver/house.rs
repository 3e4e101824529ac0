//! What an operator asks: what is waited for, what is dead, what is to be erased. Lists travel as JSON.

use ringback::ErrorKind;
use ringback::ledger::DeliveryId;
use ringback_inbox::inbox::Subject;
use ringback_inbox::ledger::{Entry, Selection, Submitted};
use ringback_inbox::{Error, Receiver};
use serde_json::{Value as Json, json};

use super::parcel::Wrapped;
use super::post;
use crate::env::{Env, Failed, Value};

/// The bytes that these hexadecimal digits stand for, if there are as many as are due.
pub(super) fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// A submission, as JSON.
pub(super) fn submission(submitted: &Submitted) -> String {
    listed(submitted).to_string()
}

fn listed(submitted: &Submitted) -> Json {
    let announcement = &submitted.announcement;
    json!({
        "id": submitted.scope.to_string(),
        "job": announcement.job,
        "requestId": announcement.request_id,
        "since": announcement.since,
        "due": submitted.row.due,
        "context": announcement.context,
    })
}

/// A delivery, as JSON.
fn letter_of(entry: &Entry) -> Json {
    let facts = &entry.facts;
    json!({
        "id": facts.id.to_string(),
        "sequence": entry.sequence,
        "kind": facts.kind.name(),
        "reason": facts.reason.map(|reason| reason.name()),
        "job": facts.job,
        "requestId": facts.request_id,
        "submission": facts.scope.map(|scope| scope.to_string()),
        "sender": facts.sender,
        "contentType": facts.content_type,
        "tags": facts.tags,
        "bytes": facts.length,
        "failures": entry.row.failures,
        "attemptsSeen": entry.row.arrivals,
        "first": entry.row.first,
        "hasBody": entry.has_body,
    })
}

/// Asks on a thread of the pool; a promise of the JSON text of what is said.
fn ask<'e>(
    env: Env<'e>,
    arguments: &[Value<'e>],
    question: impl FnOnce(&Receiver) -> Result<Json, Error> + Send + 'static,
) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    post.link.clone().run(env, move || {
        let said = question(&post.receiver);
        Box::new(move |env| env.string(&said.map_err(super::failed)?.to_string()))
    })
}

/// `pending(receiver, limit)`: submissions that are waited for, the newest first.
pub(super) fn pending<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let limit = env.size(arguments[1])?;
    ask(env, arguments, move |receiver| Ok(receiver.inbox().pending(limit)?.iter().map(listed).collect()))
}

/// `overdue(receiver, limit)`: submissions that were reported as overdue and have not arrived since, the newest first.
pub(super) fn overdue<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let limit = env.size(arguments[1])?;
    ask(env, arguments, move |receiver| Ok(receiver.inbox().overdue(limit)?.iter().map(listed).collect()))
}

/// `deadLetters(receiver, after, limit)`: deliveries that are dead, in the order of arrival.
pub(super) fn dead_letters<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (after, limit) = (env.size(arguments[1])? as u64, env.size(arguments[2])?);
    ask(env, arguments, move |receiver| {
        Ok(receiver.inbox().dead_letters(after, limit)?.iter().map(letter_of).collect())
    })
}

/// The delivery with the id of the second argument.
fn delivery<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<DeliveryId, Failed> {
    let id = hex(&env.text(arguments[1])?).map(DeliveryId::from_bytes);
    id.ok_or_else(|| ErrorKind::DeliveryUnknown.into())
}

/// `letter(receiver, id)`: a promise of the body of a delivery: the memory, and the kind if a payload is in it.
pub(super) fn letter<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (post, id) = (post(env, arguments)?, delivery(env, arguments)?);
    post.link.clone().run(env, move || {
        let read = || {
            let ledger = post.receiver.inbox().ledger();
            let entry = ledger.deliveries(&Selection::Id(id), 0, 1)?.pop().ok_or(ErrorKind::DeliveryUnknown)?;
            let body = ledger.body(id)?.ok_or(ErrorKind::BodyForgotten)?.bytes()?;
            Ok::<_, Error>(Wrapped::new(body, entry.facts.kind))
        };
        let body = read();
        Box::new(move |env| env.array(body.map_err(super::failed)?.tell(env)?.into_iter().map(Ok)))
    })
}

/// `replay(receiver, id)`: whether the delivery was dead or done, and will be handled again.
pub(super) fn replay<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let id = delivery(env, arguments)?;
    ask(env, arguments, move |receiver| Ok(receiver.inbox().replay(id)?.into()))
}

/// `forget(receiver, by, name)`: erases everything of a subject. `by` is `job`, `requestId` or `tag`.
pub(super) fn forget<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let name = env.text(arguments[2])?;
    let subject = match &*env.text(arguments[1])? {
        "job" => Subject::Job(name),
        "requestId" => Subject::Request(name),
        "tag" => Subject::Tag(name),
        _ => return Err(Failed::ARGUMENTS),
    };
    ask(env, arguments, move |receiver| {
        let forgotten = receiver.inbox().forget(&subject)?;
        Ok(json!({
            "deliveries": forgotten.deliveries,
            "unhandled": forgotten.unhandled,
            "submissions": forgotten.submissions,
        }))
    })
}

/// `purge(receiver)`: forgets what is due, and leaves no trace of it.
pub(super) fn purge<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    ask(env, arguments, |receiver| {
        let swept = receiver.inbox().purge()?;
        Ok(json!({"forgotten": swept.forgotten, "bodies": swept.bodies}))
    })
}

/// `metrics(receiver)`: a promise of everything that is counted, in the text that Prometheus reads.
pub(super) fn metrics<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    post.link.clone().run(env, move || {
        let inbox = post.receiver.inbox();
        // A store that is away has no standing; what this process has counted is known all the same.
        let text = inbox.metrics().exposition(inbox.standing().ok().as_ref());
        Box::new(move |env| env.string(&text))
    })
}
