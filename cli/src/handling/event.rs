//! What is told about a delivery: a line for programs, facts for a program that is run.

use std::ffi::OsString;

use base64ct::{Base64, Encoding as _};
use ringback::gate::Content;
use ringback::ledger::{Claim, DeliveryId, ScopeKey};
use ringback::payload::{Kind, Payload};
use ringback::time::UnixMillis;

use crate::clock::Rfc3339;
use crate::summary::push_facts;
use crate::text::ObjectLine;

/// One delivery that is handled.
pub struct Event<'e> {
    /// Its name.
    pub id: DeliveryId,
    /// The right to handle it.
    pub claim: Claim,
    /// When it arrived.
    pub arrived: UnixMillis,
    /// What it is.
    pub kind: Kind,
    /// The user's own name for the work.
    pub job: Option<&'e str>,
    /// Its submission.
    pub submission: Option<ScopeKey>,
    /// The request that it answers.
    pub request_id: Option<String>,
    /// What let it in.
    pub sender: &'e str,
    /// How many attempts were seen.
    pub attempts_seen: u8,
    /// Whether it came late.
    pub late: bool,
    /// Whether the same document came before with other bytes.
    pub revises: bool,
    /// What the submitter wanted its handler to know.
    pub context: Option<&'e [u8]>,
    /// What its body claims to be.
    pub content_type: Option<&'e str>,
    /// Its body.
    pub body: Shape<'e>,
}

/// What a body is.
#[expect(clippy::large_enum_variant, reason = "nearly every body is JSON, and there is one at a time")]
pub enum Shape<'e> {
    /// A payload.
    Json(Payload<'e>),
    /// The text of a failure.
    Text(&'e str),
    /// Bytes: audio, or what a person has sent back to be handled although it is malformed.
    Bytes(&'e [u8]),
}

impl<'e> Event<'e> {
    /// What a receiver without a store wants to be handled.
    pub fn of_arrival(
        work: &'e ringback::receiver::Work<'e, 'e>,
        arrived: UnixMillis,
        content_type: Option<&'e str>,
    ) -> Event<'e> {
        let delivery = &work.delivery;
        Event {
            id: work.id,
            claim: work.claim,
            arrived,
            kind: delivery.kind,
            job: delivery.admitted.job(),
            submission: delivery.identity.scope,
            request_id: delivery.request_id.map(|id| id.to_string()),
            sender: delivery.admitted.sender(),
            attempts_seen: work.attempts_seen,
            late: work.late,
            revises: work.revises,
            context: None,
            content_type,
            body: match &delivery.content {
                Content::Json(payload) => Shape::Json(*payload),
                Content::Text(text) => Shape::Text(text),
                other => Shape::Bytes(other.bytes()),
            },
        }
    }

    /// What was claimed from an inbox.
    pub fn of_claim(work: &'e ringback_inbox::Work) -> Event<'e> {
        let text = || std::str::from_utf8(&work.body).ok().filter(|_| work.kind == Kind::Failure);
        Event {
            id: work.id,
            claim: work.claim,
            arrived: work.arrived,
            kind: work.kind,
            job: work.job.as_deref(),
            submission: work.submission,
            request_id: work.request_id.clone(),
            sender: &work.sender,
            attempts_seen: work.attempts_seen,
            late: work.late,
            revises: work.revises,
            context: work.context.as_deref(),
            content_type: work.content_type.as_deref(),
            body: match work.payload() {
                Some(payload) => Shape::Json(payload),
                None => text().map_or(Shape::Bytes(&work.body), Shape::Text),
            },
        }
    }

    /// The event as one line of JSON. Its members are a contract: they stay, and others may come.
    pub fn line(&self, embed: bool) -> String {
        let mut line = self.object("delivery", embed).end();
        line.push('\n');
        line
    }

    /// The members of the line, under this name of the event.
    pub fn object(&self, event: &str, embed: bool) -> ObjectLine {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("event", Some(event));
        line.text("id", Some(&self.id.to_string()));
        line.text("time", Some(&Rfc3339(self.arrived).to_string()));
        line.text("kind", Some(self.kind.name()));
        line.text("job", self.job);
        line.text("submission", self.submission.map(|id| id.to_string()).as_deref());
        line.text("request_id", self.request_id.as_deref());
        line.text("sender", Some(self.sender));
        line.text("route", Some(ROUTE));
        line.plain("fence", self.claim.fence);
        line.plain("attempts_seen", self.attempts_seen);
        line.plain("late", self.late);
        line.plain("revises", self.revises);
        line.text("context", self.context.map(String::from_utf8_lossy).as_deref());
        line.plain("bytes", self.bytes().len());
        line.text("content_type", self.content_type);
        match &self.body {
            Shape::Json(payload) => push_facts(&mut line, payload),
            Shape::Text(text) => push_text(&mut line, Some(text)),
            Shape::Bytes(_) => push_text(&mut line, None),
        }
        line.text("file", None);
        let payload = match &self.body {
            Shape::Json(payload) if embed => Some(payload.document().root().raw()),
            _ => None,
        };
        line.json("payload", payload);
        // Audio has no other way out, and it will be done with.
        let body = match &self.body {
            Shape::Bytes(bytes) if embed => Some(Base64::encode_string(bytes)),
            _ => None,
        };
        line.text("body", body.as_deref());
        line
    }

    /// The same facts as environment variables. What is unknown is left out, and so is a context that no variable holds.
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        // One variable holds 128 KiB at most (execve(2)), and none a zero byte.
        let holds = |context: &&[u8]| context.len() <= 64 * 1024 && !context.contains(&0);
        let all = [
            ("RINGBACK_ID", Some(self.id.to_string())),
            ("RINGBACK_FENCE", Some(self.claim.fence.to_string())),
            ("RINGBACK_TIME", Some(Rfc3339(self.arrived).to_string())),
            ("RINGBACK_KIND", Some(self.kind.name().to_owned())),
            ("RINGBACK_JOB", self.job.map(str::to_owned)),
            ("RINGBACK_SUBMISSION", self.submission.map(|id| id.to_string())),
            ("RINGBACK_REQUEST_ID", self.request_id.clone()),
            ("RINGBACK_SENDER", Some(self.sender.to_owned())),
            ("RINGBACK_ROUTE", Some(ROUTE.to_owned())),
            ("RINGBACK_ATTEMPTS_SEEN", Some(self.attempts_seen.to_string())),
            ("RINGBACK_LATE", Some(self.late.to_string())),
            ("RINGBACK_REVISES", Some(self.revises.to_string())),
            ("RINGBACK_BYTES", Some(self.bytes().len().to_string())),
            ("RINGBACK_CONTENT_TYPE", self.content_type.map(str::to_owned)),
        ];
        let context = self.context.filter(holds).map(|context| ("RINGBACK_CONTEXT", verbatim(context)));
        let texts = all.into_iter().filter_map(|(name, value)| value.map(|value| (name, value.into())));
        texts.chain(context).collect()
    }

    fn bytes(&self) -> &'e [u8] {
        match &self.body {
            Shape::Json(payload) => payload.document().text().as_bytes(),
            Shape::Text(text) => text.as_bytes(),
            Shape::Bytes(bytes) => bytes,
        }
    }
}

/// The only route as long as none can be configured.
pub const ROUTE: &str = "default";

/// A body that is no JSON: text is the message of a failure.
fn push_text(line: &mut ObjectLine, message: Option<&str>) {
    line.text("transcript", None);
    line.text("duration", None);
    line.json("tags", Some("[]"));
    line.json("extra", Some("{}"));
    let failure = message.map(|message| {
        let mut failure = ObjectLine::new();
        failure.text("code", None);
        failure.text("message", Some(message));
        failure
    });
    line.object("failure", failure);
}

#[cfg(unix)]
fn verbatim(bytes: &[u8]) -> OsString {
    <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn verbatim(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
