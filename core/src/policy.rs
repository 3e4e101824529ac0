//! Situations and answers, as data.
//!
//! Deepgram repeats everything that is not answered with 200 to 299, ten times and 30 seconds apart, and looks at
//! nothing else: no other status, no header. So a status here says one of two things: *done with*, or *send again*.

use core::fmt;

use crate::error::Error;

/// What happened to a delivery. The names are the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Situation {
    /// It is durable; a worker will handle it.
    Stored = 1,
    /// It has been handled.
    Handled = 2,
    /// It has been kept or handled before.
    Repeat = 3,
    /// It is being handled at this moment.
    InProgress = 4,
    /// The same document as before with other bytes.
    Differing = 5,
    /// Its credentials are missing, wrong or forged.
    Refused = 6,
    /// Its ticket is genuine, and expired beyond the grace period.
    Expired = 7,
    /// Its request id is not the one that was bound to the ticket.
    Mismatch = 8,
    /// No submission that it could belong to has been announced yet.
    Held = 9,
    /// Its body ends in the middle of a document.
    Incomplete = 10,
    /// Its body is not what it claims to be.
    Malformed = 11,
    /// Its body is over the limit on memory, and was streamed to disk.
    Oversize = 12,
    /// Its body is over the limit.
    TooLarge = 13,
    /// There is no room, the store is down, or the server is draining.
    Unavailable = 14,
    /// Its submission has had more distinct deliveries than one submission can.
    TooMany = 15,
    /// Its handler failed.
    Failed = 16,
    /// Its handler said that it can never be handled.
    Dead = 17,
    /// It was sent with another method than POST or PUT.
    Method = 18,
    /// Its head is ambiguous: two credentials, two lengths.
    Ambiguous = 19,
    /// Its body is compressed in a way that is not understood.
    Encoding = 20,
}

impl Situation {
    /// Every situation, in the order of its number.
    pub const ALL: [Situation; 20] = [
        Situation::Stored,
        Situation::Handled,
        Situation::Repeat,
        Situation::InProgress,
        Situation::Differing,
        Situation::Refused,
        Situation::Expired,
        Situation::Mismatch,
        Situation::Held,
        Situation::Incomplete,
        Situation::Malformed,
        Situation::Oversize,
        Situation::TooLarge,
        Situation::Unavailable,
        Situation::TooMany,
        Situation::Failed,
        Situation::Dead,
        Situation::Method,
        Situation::Ambiguous,
        Situation::Encoding,
    ];

    /// The name of this situation, such as `in_progress`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Situation::Stored => "stored",
            Situation::Handled => "handled",
            Situation::Repeat => "repeat",
            Situation::InProgress => "in_progress",
            Situation::Differing => "differing",
            Situation::Refused => "refused",
            Situation::Expired => "expired",
            Situation::Mismatch => "mismatch",
            Situation::Held => "held",
            Situation::Incomplete => "incomplete",
            Situation::Malformed => "malformed",
            Situation::Oversize => "oversize",
            Situation::TooLarge => "too_large",
            Situation::Unavailable => "unavailable",
            Situation::TooMany => "too_many",
            Situation::Failed => "failed",
            Situation::Dead => "dead",
            Situation::Method => "method",
            Situation::Ambiguous => "ambiguous",
            Situation::Encoding => "encoding",
        }
    }
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What becomes of a delivery besides its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keep {
    /// Nothing of it is kept.
    Nothing,
    /// It is kept until it has been handled.
    Inbox,
    /// It is kept as a dead letter: nothing handles it by itself, a person may.
    DeadLetter,
    /// A handler gets it at once, and the outcome decides.
    Handler,
}

/// One row of a [`Policy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The HTTP status to answer with.
    pub status: u16,
    /// What becomes of the delivery.
    pub keep: Keep,
}

/// What stands behind the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backing {
    /// Nothing that survives the process: a handler has to run before the answer.
    Memory,
    /// An inbox: a delivery is durable before its answer.
    Inbox,
}

/// The answer to each situation. A receiver looks its answers up here and nowhere else.
///
/// ```
/// use ringback::policy::{Backing, Policy, Situation};
///
/// let policy = Policy::new(Backing::Memory);
/// assert_eq!(policy.rule(Situation::Malformed).status, 422);
/// assert_eq!(Policy::new(Backing::Inbox).rule(Situation::Malformed).status, 200);
/// assert_eq!(policy.with_status(Situation::Malformed, 400).rule(Situation::Malformed).status, 400);
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    backing: Backing,
    statuses: [u16; Situation::ALL.len()],
}

impl Policy {
    /// The standard answers for a receiver with this backing.
    #[must_use]
    pub const fn new(backing: Backing) -> Policy {
        let mut statuses = [0; Situation::ALL.len()];
        let mut at = 0;
        while at < statuses.len() {
            statuses[at] = standard(Situation::ALL[at], backing).status;
            at += 1;
        }
        Policy { backing, statuses }
    }

    /// The same policy with another status for one situation, for senders that want it.
    #[must_use]
    pub fn with_status(mut self, situation: Situation, status: u16) -> Policy {
        self.statuses[situation as usize - 1] = status;
        self
    }

    /// The row for this situation.
    #[must_use]
    pub const fn rule(&self, situation: Situation) -> Rule {
        Rule { status: self.status(situation), ..standard(situation, self.backing) }
    }

    /// The answer to this situation.
    pub const fn answer(&self, situation: Situation) -> Answer {
        Answer { status: self.status(situation), situation, backing: self.backing, error: None }
    }

    const fn status(&self, situation: Situation) -> u16 {
        self.statuses[situation as usize - 1]
    }
}

/// What to answer, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the sender waits for it"]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What happened.
    pub situation: Situation,
    /// Whose reasons these are.
    backing: Backing,
    /// The error behind it, where there is one.
    pub error: Option<Error>,
}

impl Answer {
    /// The same answer with the error that caused it.
    pub const fn because(mut self, error: Error) -> Answer {
        self.error = Some(error);
        self
    }

    /// One sentence for people: what happened, and why this is the answer; never for the sender, who gets
    /// [`body`](Answer::body).
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        reason(self.situation, self.backing)
    }

    /// The headers that belong to the answer.
    #[must_use]
    pub const fn headers(&self) -> &'static [(&'static str, &'static str)] {
        match self.status {
            400 => &[("connection", "close")],
            401 => &[("www-authenticate", "Basic realm=\"ringback\", charset=\"UTF-8\"")],
            405 => &[("allow", "POST, PUT")],
            503 => &[("retry-after", "30")],
            _ => &[],
        }
    }

    /// The body that belongs to the answer: a word or two, the same for every reason, so that nothing leaks.
    #[must_use]
    pub const fn body(&self) -> &'static str {
        match self.status {
            200..=299 => "ok\n",
            400 => "bad request\n",
            401 => "unauthorized\n",
            405 => "method not allowed\n",
            413 => "content too large\n",
            415 => "unsupported media type\n",
            422 => "unprocessable content\n",
            503 => "service unavailable\n",
            _ => "error\n",
        }
    }

    /// Whether the sender is told that it is done with.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status <= 299
    }
}

/// The standard row for a situation.
const fn standard(situation: Situation, backing: Backing) -> Rule {
    use Backing::{Inbox, Memory};
    use Keep::{DeadLetter, Handler, Nothing};
    let (status, keep) = match (situation, backing) {
        (Situation::Stored, _) => (200, Keep::Inbox),
        (Situation::Handled, _) => (200, Nothing),
        (Situation::Repeat, _) => (200, Nothing),
        (Situation::InProgress, Inbox) => (200, Nothing),
        (Situation::InProgress, Memory) => (503, Nothing),
        (Situation::Differing, Inbox) => (200, DeadLetter),
        (Situation::Differing, Memory) => (200, Handler),
        (Situation::Refused, _) => (401, Nothing),
        (Situation::Expired, Inbox) => (200, DeadLetter),
        (Situation::Expired, Memory) => (401, Nothing),
        (Situation::Mismatch, Inbox) => (200, DeadLetter),
        (Situation::Mismatch, Memory) => (422, Nothing),
        (Situation::Held, Inbox) => (200, Keep::Inbox),
        (Situation::Held, Memory) => (503, Nothing),
        (Situation::Incomplete, Inbox) => (400, DeadLetter),
        (Situation::Incomplete, Memory) => (400, Nothing),
        (Situation::Malformed, Inbox) => (200, DeadLetter),
        (Situation::Malformed, Memory) => (422, Nothing),
        (Situation::Oversize, Inbox) => (200, DeadLetter),
        (Situation::Oversize, Memory) => (413, Nothing),
        (Situation::TooLarge, _) => (413, Nothing),
        (Situation::Unavailable, _) => (503, Nothing),
        (Situation::TooMany, _) => (503, Nothing),
        (Situation::Failed, _) => (500, Nothing),
        (Situation::Dead, _) => (200, DeadLetter),
        (Situation::Method, _) => (405, Nothing),
        (Situation::Ambiguous, _) => (400, Nothing),
        (Situation::Encoding, _) => (415, Nothing),
    };
    Rule { status, keep }
}

/// Why that is the row. Apart from it, so that a device which tells nobody does not hold the sentences.
const fn reason(situation: Situation, backing: Backing) -> &'static str {
    use Backing::{Inbox, Memory};
    match (situation, backing) {
        (Situation::Stored, _) => "it is durable, so the sender may forget it",
        (Situation::Handled, _) => "it has been handled, so the sender may forget it",
        (Situation::Repeat, _) => "it was kept or handled before; the sender missed our answer",
        (Situation::InProgress, Inbox) => "it is kept already and being handled",
        (Situation::InProgress, Memory) => "it is being handled; the next attempt will know the outcome",
        (Situation::Differing, Inbox) => {
            "the same document came before with other bytes; both are kept for a person to decide"
        }
        (Situation::Differing, Memory) => {
            "the same document came before with other bytes; it is handled again, marked as revising"
        }
        (Situation::Refused, _) => "its credentials are missing or wrong",
        (Situation::Expired, Inbox) => {
            "its ticket is genuine but expired beyond the grace period; nobody else has the transcript"
        }
        (Situation::Expired, Memory) => "its ticket expired beyond the grace period",
        (Situation::Mismatch, _) => {
            "its request id is not the one bound to the ticket; it must not reach that submission"
        }
        (Situation::Held, Inbox) => "its submission is not announced yet; it waits in the inbox",
        (Situation::Held, Memory) => "its submission is not announced yet; the next attempt may find it",
        (Situation::Incomplete, _) => "its body was cut off; the next attempt may be whole",
        (Situation::Malformed, Inbox) => "its body is malformed; the same bytes would come again",
        (Situation::Malformed, Memory) => "its body is malformed, and there is no inbox to keep it",
        (Situation::Oversize, Inbox) => "its body is over the limit on memory; it was kept on disk",
        (Situation::Oversize, Memory) => "its body is over the limit",
        (Situation::TooLarge, _) => "its body is over the limit: raise the limit to receive it",
        (Situation::Unavailable, _) => "there is no room at the moment; the next attempt may find some",
        (Situation::TooMany, _) => "its submission had more distinct deliveries than one can have",
        (Situation::Failed, _) => "its handler failed; the next attempt may succeed",
        (Situation::Dead, _) => "its handler said that it can never be handled",
        (Situation::Method, _) => "a callback is sent with POST or PUT",
        (Situation::Ambiguous, _) => "its head is ambiguous: two credentials or two lengths",
        (Situation::Encoding, _) => "its body is compressed in a way that is not understood",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_match_places_in_the_table() {
        for (at, situation) in Situation::ALL.into_iter().enumerate() {
            assert_eq!(situation as usize, at + 1);
        }
    }

    #[test]
    fn a_success_never_drops_anything_but_what_is_kept_or_handled_already() {
        for backing in [Backing::Memory, Backing::Inbox] {
            let policy = Policy::new(backing);
            for situation in Situation::ALL {
                let settled = matches!(situation, Situation::Handled | Situation::Repeat | Situation::InProgress);
                if policy.answer(situation).is_success() && !settled {
                    assert_ne!(policy.rule(situation).keep, Keep::Nothing, "{situation} with {backing:?}");
                }
            }
        }
    }

    #[test]
    fn every_reason_is_one_sentence() {
        for situation in Situation::ALL {
            let reason = Policy::new(Backing::Inbox).answer(situation).reason();
            assert!(!reason.is_empty() && !reason.ends_with('.') && !reason.contains(". "), "{reason}");
        }
    }

    #[test]
    fn each_situation_has_a_row_of_its_own() {
        let policy = Policy::new(Backing::Memory);
        assert_eq!([Situation::Refused, Situation::Failed].map(|situation| policy.rule(situation).status), [401, 500]);
    }

    #[test]
    fn another_status_is_for_one_situation_only() {
        let (plain, changed) =
            (Policy::new(Backing::Memory), Policy::new(Backing::Memory).with_status(Situation::Failed, 503));
        for situation in Situation::ALL {
            let expected = if situation == Situation::Failed { 503 } else { plain.rule(situation).status };
            assert_eq!((changed.rule(situation).status, changed.answer(situation).status), (expected, expected));
        }
    }

    #[test]
    fn answers_say_in_http_what_they_mean() {
        let answer =
            |status| Policy::new(Backing::Inbox).with_status(Situation::Stored, status).answer(Situation::Stored);
        for (status, header, body) in [
            (200, None, "ok\n"),
            (299, None, "ok\n"),
            (400, Some("connection"), "bad request\n"),
            (401, Some("www-authenticate"), "unauthorized\n"),
            (405, Some("allow"), "method not allowed\n"),
            (413, None, "content too large\n"),
            (415, None, "unsupported media type\n"),
            (422, None, "unprocessable content\n"),
            (503, Some("retry-after"), "service unavailable\n"),
        ] {
            let answer = answer(status);
            assert_eq!(answer.headers().first().map(|(name, _)| *name), header, "{status}");
            assert_eq!((answer.body(), answer.is_success()), (body, status < 300), "{status}");
        }
        assert!(!answer(300).is_success() && !answer(199).is_success());
    }

    #[test]
    fn situations_print_their_names() {
        assert_eq!((Situation::Stored.name(), std::format!("{}", Situation::Repeat).as_str()), ("stored", "repeat"));
    }
}
