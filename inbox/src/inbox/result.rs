//! Waiting for what a submission was made for.
//!
//! A result is there as soon as it is durable: nobody has to have handled it, and looking at it consumes nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use ringback::ErrorKind;
use ringback::ledger::ScopeKey;
use ringback::payload::{Kind, Payload};
use ringback::time::Millis;

use super::{Inbox, Shared};
use crate::error::Error;
use crate::ledger::{Announced, Entry, Selection, Submitted};

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This submission.
    Submission(ScopeKey),
    /// The submission that its submitter has bound to this request id.
    Request(String),
    /// The newest submission of this job.
    Job(String),
}

/// What came.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// The delivery: the document, the audio, or the last message of the stream.
    pub delivery: Entry,
    /// Its body.
    pub body: Vec<u8>,
    /// The final pieces of a stream's transcript, in the order of their time; empty for everything else.
    pub segments: Vec<Vec<u8>>,
}

/// A result in the making: a future for any runtime, or [`block`](Waiting::block) for a thread.
///
/// It resolves when the document is durable. Dropping it changes nothing. A poll reads the store, which takes some ten
/// microseconds; a time-out is noticed within half a second.
///
/// # Errors
///
/// [`ErrorKind::TimeOut`], [`ErrorKind::SubmissionUnknown`] if it was not even announced by then;
/// [`ErrorKind::SubmissionOverdue`]; [`ErrorKind::JobFailed`] ([`Inbox::failure`] has what Deepgram said);
/// [`ErrorKind::BodyForgotten`]; or the store cannot be read.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Waiting {
    inbox: Inbox,
    wanted: Wanted,
    end: Option<Instant>,
}

/// How often a wait looks by itself: deadlines of submissions are noticed so late at most.
const TICK: Duration = Duration::from_millis(500);

impl Inbox {
    /// Waits for a result, for so many milliseconds, or as long as it takes.
    pub fn result(&self, wanted: Wanted, timeout: Option<Millis>) -> Waiting {
        let end = timeout.and_then(|span| Instant::now().checked_add(Duration::from_millis(span)));
        Waiting { inbox: self.clone(), wanted, end }
    }

    /// What Deepgram said about a submission that failed: the last failure that came for it.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn failure(&self, scope: ScopeKey) -> Result<Option<Reply>, Error> {
        let failures = self.ledger().deliveries(&Selection::Kind(scope, Kind::Failure), 0, usize::MAX)?;
        failures.into_iter().next_back().map(|entry| self.reply(entry)).transpose()
    }

    /// The result as it is now; none yet, or why there will be none.
    fn look(&self, wanted: &Wanted) -> Result<Option<Reply>, Error> {
        let announced = match wanted {
            Wanted::Submission(scope) => Announced::Scope(*scope),
            Wanted::Request(id) => Announced::Request(id.clone()),
            Wanted::Job(job) => Announced::Job(job.clone()),
        };
        let Some(submitted) = self.ledger().submissions(&announced, 1)?.pop() else { return Ok(None) };
        let closing = self.ledger().deliveries(&Selection::Closing(submitted.scope), 0, 1)?;
        if let Some(entry) = closing.into_iter().next() {
            return self.reply(entry).map(Some);
        }
        let failed = !self.ledger().deliveries(&Selection::Kind(submitted.scope, Kind::Failure), 0, 1)?.is_empty();
        if failed {
            return Err(ErrorKind::JobFailed.into());
        }
        if self.is_overdue(&submitted) {
            return Err(ErrorKind::SubmissionOverdue.into());
        }
        Ok(None)
    }

    fn is_overdue(&self, submitted: &Submitted) -> bool {
        let row = &submitted.row;
        row.expected && (row.overdue || (!row.is_settled() && row.due <= self.now().wall))
    }

    fn is_known(&self, wanted: &Wanted) -> Result<bool, Error> {
        Ok(match wanted {
            Wanted::Submission(scope) => self.submitted(*scope)?.is_some_and(|submitted| submitted.row.expected),
            Wanted::Request(id) => !self.ledger().submissions(&Announced::Request(id.clone()), 1)?.is_empty(),
            Wanted::Job(job) => !self.ledger().submissions(&Announced::Job(job.clone()), 1)?.is_empty(),
        })
    }

    fn reply(&self, entry: Entry) -> Result<Reply, Error> {
        let body = self.ledger().body(entry.facts.id)?.ok_or(ErrorKind::BodyForgotten)?.bytes()?;
        let segments = match (entry.facts.kind, entry.facts.scope) {
            (Kind::StreamMetadata, Some(scope)) => self.segments(scope)?,
            _ => Vec::new(),
        };
        Ok(Reply { delivery: entry, body, segments })
    }

    fn segments(&self, scope: ScopeKey) -> Result<Vec<Vec<u8>>, Error> {
        let mut segments = Vec::new();
        for entry in self.ledger().deliveries(&Selection::Kind(scope, Kind::StreamResults), 0, usize::MAX)? {
            let body = self.ledger().body(entry.facts.id)?.ok_or(ErrorKind::BodyForgotten)?.bytes()?;
            let start = Payload::parse(&body).ok().and_then(|payload| {
                let message = payload.stream_results().filter(|message| !message.is_interim())?;
                Some(message.start_millis())
            });
            segments.extend(start.map(|start| ((start, entry.sequence), body)));
        }
        segments.sort_by_key(|(place, _)| *place);
        Ok(segments.into_iter().map(|(_, body)| body).collect())
    }

    /// Rings now and then as long as tasks wait, so that they notice that their time is out.
    fn tick(&self) {
        if self.shared.ticking.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = Arc::downgrade(&self.shared);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(TICK);
                let Some(shared) = shared.upgrade() else { return };
                if !awaited(&shared) {
                    shared.ticking.store(false, Ordering::Release);
                    // Somebody may have begun to wait in between, and relied upon this thread.
                    if !awaited(&shared) || shared.ticking.swap(true, Ordering::AcqRel) {
                        return;
                    }
                }
                shared.ledger.bell().ring();
            }
        });
    }
}

fn awaited(shared: &Shared) -> bool {
    shared.ledger.bell().is_awaited()
}

impl Waiting {
    /// Waits on this thread.
    ///
    /// # Errors
    ///
    /// As for the future.
    pub fn block(self) -> Result<Reply, Error> {
        loop {
            let rings = self.inbox.ledger().bell().rings();
            if let Some(found) = self.look() {
                return found;
            }
            let left = self.end.map_or(TICK, |end| end.saturating_duration_since(Instant::now()).min(TICK));
            self.inbox.ledger().bell().wait(rings, left);
        }
    }

    /// None as long as there is a reason to wait.
    fn look(&self) -> Option<Result<Reply, Error>> {
        match self.inbox.look(&self.wanted).transpose() {
            None if self.end.is_some_and(|end| end <= Instant::now()) => {
                Some(match self.inbox.is_known(&self.wanted) {
                    Ok(true) => Err(ErrorKind::TimeOut.into()),
                    Ok(false) => Err(ErrorKind::SubmissionUnknown.into()),
                    Err(error) => Err(error),
                })
            }
            found => found,
        }
    }
}

impl Future for Waiting {
    type Output = Result<Reply, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let rings = self.inbox.ledger().bell().rings();
            if let Some(found) = self.look() {
                return Poll::Ready(found);
            }
            if self.inbox.ledger().bell().wake(rings, context.waker()) {
                self.inbox.tick();
                return Poll::Pending;
            }
        }
    }
}

impl Reply {
    /// The payload, if the body is JSON.
    #[must_use]
    pub fn payload(&self) -> Option<Payload<'_>> {
        match self.delivery.facts.kind {
            Kind::Audio => None,
            _ => Payload::parse(&self.body).ok(),
        }
    }
}

/// Shows no word of the bodies.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut reply = f.debug_struct("Reply");
        reply.field("id", &self.delivery.facts.id).field("kind", &self.delivery.facts.kind);
        reply.field("bytes", &self.body.len()).field("segments", &self.segments.len()).finish_non_exhaustive()
    }
}
