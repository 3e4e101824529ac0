//! What happens by itself, and what is erased.

use ringback::ledger::{DeliveryId, Outcome, Phase, delivery, submission};
use ringback::time::Now;

use super::Inbox;
use crate::error::Error;
use crate::ledger::{
    Announced, Announcement, DeliveryWrite, Due, Keys, Name, Reason, Selection, SubmissionWrite, Submitted, Writes,
    decide,
};

/// What a sweep came across.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Submissions whose deadline has passed without an answer; each is reported once.
    pub overdue: Vec<Submitted>,
    /// Deliveries that died: nobody announced their submission.
    pub died: Vec<DeliveryId>,
    /// How many rows were forgotten, for their time had come.
    pub forgotten: u64,
    /// How many bodies were dropped, for their deliveries had been done long enough.
    pub bodies: u64,
}

/// What is to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everything of one job.
    Job(String),
    /// Everything with this request id.
    Request(String),
    /// Every delivery with this tag. Submissions have none: what was announced about them stays.
    Tag(String),
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Deliveries of which nothing but hashes is left.
    pub deliveries: u64,
    /// Among them those that nobody had handled yet.
    pub unhandled: u64,
    /// Submissions whose job, request id and context are gone.
    pub submissions: u64,
}

/// How many rows are looked at in one decision: not so many that a delivery has to wait for it.
const PORTION: usize = 64;

impl Inbox {
    /// Does what is due by itself, up to some 64 rows of each sort; call it every second or so, until it finds nothing.
    ///
    /// # Errors
    ///
    /// The store is not available.
    pub fn sweep(&self) -> Result<Swept, Error> {
        self.unspool_soon();
        let mut swept = Swept::default();
        for name in self.ledger().due(Due::Submission, PORTION)? {
            let Name::Submission(scope) = name else { continue };
            let rules = self.rules();
            let found = decide(&**self.ledger(), Keys { scope: Some(scope), ..Keys::default() }, move |rows| {
                let Some(submitted) = &rows.submission else { return (Writes::default(), None) };
                let event = submission::Event::Due;
                let (row, verdict) = submission::transition(&rules, Some(submitted.row), event, rows.now);
                let write = match row {
                    Some(row) => SubmissionWrite::Put(Submitted { row, ..submitted.clone() }),
                    None => SubmissionWrite::Remove,
                };
                (Writes { submission: Some(write), ..Writes::default() }, Some((verdict, submitted.clone())))
            })?;
            match found {
                Some((submission::Verdict::Overdue, submitted)) => swept.overdue.push(submitted),
                Some((submission::Verdict::Forgotten, _)) => swept.forgotten += 1,
                _ => {}
            }
        }
        let rules = self.rules();
        let names = self.ledger().due(Due::Delivery, PORTION)?;
        for (id, died) in self.each(names, move |row, now| {
            match delivery::transition(&rules, Some(*row), delivery::Event::Due, now) {
                (Some(row), delivery::Verdict::Died) => Some(DeliveryWrite::Update(row, Some(Reason::Unannounced))),
                (None, _) => Some(DeliveryWrite::Remove),
                _ => None,
            }
        })? {
            if died { swept.died.push(id) } else { swept.forgotten += 1 }
        }
        // A delivery that is done is due when it is to be forgotten: so long after it was settled.
        let before = self.now().wall.saturating_add(rules.memory).saturating_sub(self.settings().body_life);
        let names = self.ledger().due(Due::Body(before), PORTION)?;
        let dropped = self.each(names, |row, _| (row.phase == Phase::Done).then_some(DeliveryWrite::DropBody))?;
        swept.bodies = dropped.len() as u64;
        if swept.bodies > 0 || swept.forgotten > 0 {
            self.tidy_the_annex()?;
        }
        Ok(swept)
    }

    /// Sweeps until nothing is due, and leaves no trace of what went in the files of the store.
    ///
    /// # Errors
    ///
    /// The store is not available: some of it may be done.
    pub fn purge(&self) -> Result<Swept, Error> {
        self.unspool()?;
        let mut all = Swept::default();
        loop {
            let swept = self.sweep()?;
            if swept == Swept::default() {
                self.scrub()?;
                return Ok(all);
            }
            all.overdue.extend(swept.overdue);
            all.died.extend(swept.died);
            all.forgotten += swept.forgotten;
            all.bodies += swept.bodies;
        }
    }

    /// Erases everything of a subject: bodies, dead letters, jobs, request ids, tags, contexts. What nobody has handled
    /// will not be. The hashes by which repeats are told stay for their time, so that the sender's next attempt does not
    /// bring it back; nothing can be read out of them. What lies in the [spool](Inbox::spool) goes into the store first; where
    /// another process has one, [`Spool::is_empty`](crate::Spool::is_empty) tells whether something may still come from it.
    ///
    /// # Errors
    ///
    /// The store is not available: some of it may be done. Ask again.
    pub fn forget(&self, subject: &Subject) -> Result<Forgotten, Error> {
        self.unspool()?;
        let mut forgotten = Forgotten::default();
        let mut selections = vec![match subject {
            Subject::Job(job) => Selection::Job(job.clone()),
            Subject::Request(id) => Selection::Request(id.clone()),
            Subject::Tag(tag) => Selection::Tag(tag.clone()),
        }];
        let announced = match subject {
            Subject::Job(job) => Some(Announced::Job(job.clone())),
            Subject::Request(id) => Some(Announced::Request(id.clone())),
            Subject::Tag(_) => None,
        };
        let mut submissions = match &announced {
            Some(announced) => self.ledger().submissions(announced, usize::MAX)?,
            None => Vec::new(),
        };
        // A delivery whose ticket or request tells its submission belongs to the subject if its submission does.
        selections.extend(submissions.iter().map(|submitted| Selection::Submission(submitted.scope)));
        for selection in &selections {
            let mut after = 0;
            loop {
                let entries = self.ledger().deliveries(selection, after, PORTION)?;
                let Some(last) = entries.last() else { break };
                after = last.sequence;
                let names = entries.iter().filter(|entry| entry.facts.reason != Some(Reason::Erased));
                let names = names.map(|entry| Name::Delivery(entry.facts.id)).collect();
                forgotten.unhandled += entries.iter().filter(|entry| !entry.row.phase.is_settled()).count() as u64;
                let rules = self.rules();
                forgotten.deliveries += self
                    .each(names, move |row, now| {
                        let (claim, outcome) = (row.claim, Outcome::Dead);
                        let event = match row.phase {
                            // Whoever handles it at this moment finds that its claim has ended.
                            Phase::Ready | Phase::Claimed => delivery::Event::Settle { claim, outcome, entropy: 0 },
                            _ => delivery::Event::Due,
                        };
                        let ended =
                            Now { wall: now.wall.max(if row.phase == Phase::Held { row.due } else { 0 }), ..now };
                        Some(match delivery::transition(&rules, Some(*row), event, ended) {
                            (Some(row), _) => DeliveryWrite::Erase(row),
                            (None, _) => DeliveryWrite::Remove,
                        })
                    })?
                    .len() as u64;
            }
        }
        for submitted in submissions.drain(..) {
            let keys = Keys { scope: Some(submitted.scope), ..Keys::default() };
            decide(&**self.ledger(), keys, |rows| {
                let erased = rows.submission.clone().map(|submitted| {
                    let announcement = Announcement { since: submitted.announcement.since, ..Announcement::default() };
                    SubmissionWrite::Put(Submitted { announcement, ..submitted })
                });
                (Writes { submission: erased, ..Writes::default() }, ())
            })?;
            forgotten.submissions += 1;
        }
        self.scrub()?;
        Ok(forgotten)
    }

    /// Leaves no trace of what is gone.
    fn scrub(&self) -> Result<(), Error> {
        self.tidy_the_annex()?;
        self.ledger().scrub()
    }

    fn tidy_the_annex(&self) -> Result<(), Error> {
        let Some(annex) = self.ledger().annex() else { return Ok(()) };
        annex.tidy(|id| Ok(self.ledger().deliveries(&Selection::Id(id), 0, 1)?.pop().is_some_and(|row| row.has_body)))
    }

    /// Decides about each of these deliveries by its row; says of which something was written, and whether that was an
    /// update.
    fn each(
        &self,
        names: Vec<Name>,
        decision: impl Fn(&ringback::ledger::Delivery, Now) -> Option<DeliveryWrite> + Send + 'static,
    ) -> Result<Vec<(DeliveryId, bool)>, Error> {
        let delivery = |name: Name| match name {
            Name::Delivery(id) => Some(id),
            Name::Submission(_) => None,
        };
        let deliveries: Vec<_> = names.into_iter().filter_map(delivery).collect();
        if deliveries.is_empty() {
            return Ok(Vec::new());
        }
        decide(&**self.ledger(), Keys { deliveries, ..Keys::default() }, move |rows| {
            let (mut writes, mut done) = (Writes::default(), Vec::new());
            for entry in &rows.deliveries {
                if let Some(write) = decision(&entry.row, rows.now) {
                    done.push((entry.facts.id, matches!(write, DeliveryWrite::Update(..))));
                    writes = writes.and(entry.facts.id, write);
                }
            }
            (writes, done)
        })
    }
}
