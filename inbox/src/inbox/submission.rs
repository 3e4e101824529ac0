//! Submissions: announced before or after their deliveries come.

use ringback::ErrorKind;
use ringback::callback_url::CallbackUrl;
use ringback::credential::{Job, Keyring, TicketText, TicketUse};
use ringback::identity::Scope;
use ringback::ledger::{Arrived, Phase, ScopeKey, delivery, submission};
use ringback::request_id::RequestId;
use ringback::time::{Expiry, Millis};

use super::Inbox;
use super::result::{Reply, Waiting, Wanted};
use crate::error::Error;
use crate::ledger::{Announcement, DeliveryWrite, Keys, SubmissionWrite, Submitted, Writes, decide};

/// What is announced.
#[derive(Clone)]
#[must_use]
pub struct Expect<'a> {
    job: &'a str,
    for_use: TicketUse,
    deadline: Option<Millis>,
    life: Option<Expiry>,
    context: Option<Vec<u8>>,
}

/// When a submission is overdue unless told otherwise: 20 minutes of processing, 16 of attempts, 10 of margin.
const DEADLINE: Millis = 46 * 60_000;

impl<'a> Expect<'a> {
    /// A document or audio for this job, within 46 minutes.
    pub const fn new(job: &'a str) -> Expect<'a> {
        Expect { job, for_use: TicketUse::Document, deadline: Some(DEADLINE), life: None, context: None }
    }

    /// What the ticket is for, such as a stream.
    pub const fn for_use(mut self, for_use: TicketUse) -> Expect<'a> {
        self.for_use = for_use;
        self
    }

    /// After how many milliseconds it is overdue; `None` is never.
    pub const fn deadline(mut self, deadline: Option<Millis>) -> Expect<'a> {
        self.deadline = deadline;
        self
    }

    /// When the ticket expires, if not after the usual time for its use.
    pub const fn ticket_expiry(mut self, expiry: Expiry) -> Expect<'a> {
        self.life = Some(expiry);
        self
    }

    /// What its handler should know. It is kept with the submission and given to whoever handles its deliveries.
    pub fn context(mut self, context: impl Into<Vec<u8>>) -> Expect<'a> {
        self.context = Some(context.into());
        self
    }
}

/// Shows no context: it may be anything.
impl std::fmt::Debug for Expect<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut expect = f.debug_struct("Expect");
        expect.field("job", &self.job).field("for_use", &self.for_use).field("deadline", &self.deadline);
        expect.finish_non_exhaustive()
    }
}

/// A submission that was announced.
#[derive(Clone)]
pub struct Submission {
    inbox: Inbox,
    scope: ScopeKey,
    ticket: Option<TicketText>,
    /// What had arrived when it was announced.
    arrived: Arrived,
}

impl Inbox {
    /// Announces a submission and mints its ticket: put [`Submission::callback_url`] into the request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobInvalid`], [`ErrorKind::LifeTooLong`]; or the store is not available.
    pub fn expect(&self, keyring: &Keyring<'_>, expect: Expect<'_>) -> Result<Submission, Error> {
        let job = Job::parse(expect.job)?;
        let now = self.now().wall;
        let expiry = expect.life.unwrap_or(Expiry::At(now.saturating_add(expect.for_use.default_life())));
        let tid: [u8; 12] = crate::random()?;
        let ticket = keyring.mint(expect.for_use, job, expiry, tid, now)?;
        self.announce(Scope::Ticket(tid), Some(ticket), None, expect)
    }

    /// Announces a submission whose deliveries carry no ticket, once its request id is known: before they come, or
    /// after. `sender` is the name of the Basic pair that they come with, or `extra`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobInvalid`], [`ErrorKind::RequestIdInvalid`]; or the store is not available.
    pub fn expect_request(&self, sender: &str, request_id: &str, expect: Expect<'_>) -> Result<Submission, Error> {
        Job::parse(expect.job)?;
        let id = RequestId::parse(request_id)?;
        self.announce(Scope::Request { sender, id }, None, Some(id), expect)
    }

    /// A submission that was announced before, perhaps by another process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SubmissionUnknown`]; or the store cannot be read.
    pub fn submission(&self, scope: ScopeKey) -> Result<Submission, Error> {
        match self.submitted(scope)?.filter(|submitted| submitted.row.expected) {
            Some(submitted) => {
                Ok(Submission { inbox: self.clone(), scope, ticket: None, arrived: submitted.row.arrived })
            }
            None => Err(ErrorKind::SubmissionUnknown.into()),
        }
    }

    fn announce(
        &self,
        scope: Scope<'_>,
        ticket: Option<TicketText>,
        request_id: Option<RequestId<'_>>,
        expect: Expect<'_>,
    ) -> Result<Submission, Error> {
        let key = self.shared.identifier.scope(scope).ok_or(ErrorKind::SubmissionUnknown)?;
        let bound = request_id.map(|id| self.shared.identifier.request(id));
        let given = Announcement {
            job: Some(expect.job.to_owned()),
            request_id: request_id.map(|id| id.to_string()),
            context: expect.context,
            since: 0,
        };
        let (rules, deadline) = (self.rules(), expect.deadline);
        let keys = Keys { scope: Some(key), waiting: true, ..Keys::default() };
        let arrived = decide(&**self.ledger(), keys, move |rows| {
            let deadline = deadline.map_or(Expiry::Never, |span| Expiry::At(rows.now.wall.saturating_add(span)));
            let event = submission::Event::Expect { deadline, bound };
            let before = rows.submission.as_ref();
            let (row, verdict) = submission::transition(&rules, before.map(|row| row.row), event, rows.now);
            let submission::Verdict::Expected { arrived, release } = verdict else {
                return (Writes::default(), Arrived::No);
            };
            let since = before.map_or(rows.now.wall, |row| row.announcement.since);
            let earlier = before.map(|row| row.announcement.clone()).unwrap_or_default();
            let announcement = Announcement {
                request_id: given.request_id.clone().or(earlier.request_id),
                context: given.context.clone().or(earlier.context),
                since,
                ..given.clone()
            };
            let put = row.map(|row| SubmissionWrite::Put(Submitted { scope: key, announcement, row }));
            let mut writes = Writes { submission: put, ..Writes::default() };
            for entry in rows.deliveries.iter().filter(|entry| release && entry.row.phase == Phase::Held) {
                let event = delivery::Event::Announce;
                if let (Some(row), _) = delivery::transition(&rules, Some(entry.row), event, rows.now) {
                    writes = writes.and(entry.facts.id, DeliveryWrite::Update(row, None));
                }
            }
            (writes, arrived)
        })?;
        Ok(Submission { inbox: self.clone(), scope: key, ticket, arrived })
    }
}

impl Submission {
    /// Its name: to be stored, and given to [`Inbox::submission`] or [`Inbox::result`] in another process.
    #[must_use]
    pub const fn id(&self) -> ScopeKey {
        self.scope
    }

    /// What had arrived when it was announced.
    #[must_use]
    pub const fn arrived(&self) -> Arrived {
        self.arrived
    }

    /// The ticket that its deliveries carry, if it was minted here. It is a secret.
    #[must_use]
    pub const fn ticket(&self) -> Option<&TicketText> {
        self.ticket.as_ref()
    }

    /// The callback URL, with the ticket, to be given to an official SDK, which encodes it. Other ways to write and to
    /// carry it are those of [`CallbackUrl`] with [`Submission::ticket`].
    ///
    /// # Errors
    ///
    /// What Deepgram would refuse about `base`; [`ErrorKind::CredentialMissing`] if no ticket was minted here.
    pub fn callback_url(&self, base: &str) -> Result<String, Error> {
        let ticket = self.ticket.as_ref().ok_or(ErrorKind::CredentialMissing)?;
        let mut url = String::new();
        CallbackUrl::new(base).ticket(ticket).write_raw(&mut url)?;
        Ok(url)
    }

    /// Binds it to the request id of Deepgram's reply: deliveries with another one become dead letters.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RequestIdInvalid`], [`ErrorKind::SubmissionUnknown`]; or the store is not available.
    pub fn accepted(&self, request_id: &str) -> Result<Arrived, Error> {
        let id = RequestId::parse(request_id)?;
        let request = self.inbox.shared.identifier.request(id);
        let (rules, text) = (self.inbox.rules(), id.to_string());
        self.change(move |submitted, rows| {
            let event = submission::Event::Bind { request };
            match submission::transition(&rules, Some(submitted.row), event, rows.now) {
                (Some(row), submission::Verdict::Bound { arrived }) => {
                    let request_id = Some(text.clone());
                    let announcement = Announcement { request_id, ..submitted.announcement.clone() };
                    let put = SubmissionWrite::Put(Submitted { announcement, row, ..submitted.clone() });
                    Some((put, arrived))
                }
                _ => None,
            }
        })
    }

    /// Waits no longer: it will not be overdue. What arrives for it nevertheless is handled.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SubmissionUnknown`]; or the store is not available.
    pub fn cancel(&self) -> Result<(), Error> {
        let rules = self.inbox.rules();
        self.change(move |submitted, rows| {
            let (row, verdict) =
                submission::transition(&rules, Some(submitted.row), submission::Event::Cancel, rows.now);
            let write = match row {
                Some(row) => SubmissionWrite::Put(Submitted { row, ..submitted.clone() }),
                None => SubmissionWrite::Remove,
            };
            (verdict == submission::Verdict::Cancelled).then_some((write, ()))
        })
    }

    /// Waits for its result as a future; [`Waiting::block`] waits on this thread.
    pub fn result(&self, timeout: Option<Millis>) -> Waiting {
        self.inbox.result(Wanted::Submission(self.scope), timeout)
    }

    /// Its result as it is now.
    ///
    /// # Errors
    ///
    /// As those of [`Waiting`], with [`ErrorKind::TimeOut`] if there is nothing yet.
    pub fn result_now(&self) -> Result<Reply, Error> {
        self.result(Some(0)).block()
    }

    fn change<T: Send + 'static>(
        &self,
        decision: impl Fn(&Submitted, &crate::ledger::Rows) -> Option<(SubmissionWrite, T)> + Send + 'static,
    ) -> Result<T, Error> {
        let keys = Keys { scope: Some(self.scope), ..Keys::default() };
        let changed = decide(&**self.inbox.ledger(), keys, move |rows| {
            let changed = rows.submission.as_ref().and_then(|submitted| decision(submitted, rows));
            match changed {
                Some((write, said)) => (Writes { submission: Some(write), ..Writes::default() }, Some(said)),
                None => (Writes::default(), None),
            }
        })?;
        changed.ok_or_else(|| ErrorKind::SubmissionUnknown.into())
    }
}

/// Shows no ticket.
impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submission").field("id", &self.scope).field("arrived", &self.arrived).finish_non_exhaustive()
    }
}
