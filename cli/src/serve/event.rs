//! What is told about a delivery: a line for programs, facts for a program that is run.

use base64ct::{Base64, Encoding as _};
use ringback::gate::Content;
use ringback::receiver::Work;
use ringback::time::UnixMillis;

use crate::clock::Rfc3339;
use crate::summary::push_facts;
use crate::text::ObjectLine;

/// One delivery that is handled.
pub struct Event<'w, 'b, 'c> {
    /// The work.
    pub work: &'w Work<'b, 'c>,
    /// When it arrived.
    pub arrived: UnixMillis,
    /// What its body claims to be.
    pub content_type: Option<&'w str>,
}

impl Event<'_, '_, '_> {
    /// The event as one line of JSON. Its members are a contract: they stay, and others may come.
    pub fn line(&self, embed: bool) -> String {
        let Work { delivery, .. } = self.work;
        let facts = Facts::of(self);
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("event", Some("delivery"));
        line.text("id", Some(&facts.id));
        line.text("time", Some(&facts.time));
        line.text("kind", Some(delivery.kind.name()));
        line.text("job", delivery.admitted.job());
        line.text("submission", facts.submission.as_deref());
        line.text("request_id", facts.request_id.as_deref());
        line.text("sender", Some(delivery.admitted.sender()));
        line.text("route", Some(ROUTE));
        line.plain("attempts_seen", self.work.attempts_seen);
        line.plain("late", self.work.late);
        line.plain("revises", self.work.revises);
        line.plain("bytes", delivery.content.bytes().len());
        line.text("content_type", self.content_type);
        match delivery.payload() {
            Some(payload) => push_facts(&mut line, payload),
            None => self.push_text(&mut line),
        }
        line.text("file", None);
        line.json("payload", delivery.payload().filter(|_| embed).map(|payload| payload.document().root().raw()));
        // Audio has no other way out, and 200 will be the answer.
        let body = match &delivery.content {
            Content::Audio(bytes) if embed => Some(Base64::encode_string(bytes)),
            _ => None,
        };
        line.text("body", body.as_deref());
        let mut line = line.end();
        line.push('\n');
        line
    }

    /// The same facts as environment variables. What is unknown is left out.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let Work { delivery, .. } = self.work;
        let facts = Facts::of(self);
        let all = [
            ("RINGBACK_ID", Some(facts.id)),
            ("RINGBACK_TIME", Some(facts.time)),
            ("RINGBACK_KIND", Some(delivery.kind.name().to_owned())),
            ("RINGBACK_JOB", delivery.admitted.job().map(str::to_owned)),
            ("RINGBACK_SUBMISSION", facts.submission),
            ("RINGBACK_REQUEST_ID", facts.request_id),
            ("RINGBACK_SENDER", Some(delivery.admitted.sender().to_owned())),
            ("RINGBACK_ROUTE", Some(ROUTE.to_owned())),
            ("RINGBACK_ATTEMPTS_SEEN", Some(self.work.attempts_seen.to_string())),
            ("RINGBACK_LATE", Some(self.work.late.to_string())),
            ("RINGBACK_REVISES", Some(self.work.revises.to_string())),
            ("RINGBACK_BYTES", Some(delivery.content.bytes().len().to_string())),
            ("RINGBACK_CONTENT_TYPE", self.content_type.map(str::to_owned)),
        ];
        all.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    /// A body that is no JSON: text is the message of a failure.
    fn push_text(&self, line: &mut ObjectLine) {
        line.text("transcript", None);
        line.text("duration", None);
        line.json("tags", Some("[]"));
        line.json("extra", Some("{}"));
        let failure = match &self.work.delivery.content {
            Content::Text(text) => {
                let mut failure = ObjectLine::new();
                failure.text("code", None);
                failure.text("message", Some(text));
                Some(failure)
            }
            _ => None,
        };
        line.object("failure", failure);
    }
}

/// The only route as long as none can be configured.
const ROUTE: &str = "default";

struct Facts {
    id: String,
    time: String,
    submission: Option<String>,
    request_id: Option<String>,
}

impl Facts {
    fn of(event: &Event<'_, '_, '_>) -> Facts {
        let delivery = &event.work.delivery;
        Facts {
            id: event.work.id.to_string(),
            time: Rfc3339(event.arrived).to_string(),
            submission: delivery.admitted.submission().map(|id| id.to_string()),
            request_id: delivery.request_id.map(|id| id.to_string()),
        }
    }
}
