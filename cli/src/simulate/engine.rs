//! Delivers: each delivery by its plan and its schedule, several at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::body::altered;
use super::delivery::{Delivery, Submission};
use super::fault::{Fault, Plan};
use super::record::{Entry, Reason, Record};
use super::schedule::Schedule;
use super::target::Permitted;
use super::timeline::Timeline;
use super::wire::{Manner, Request, Wire};

/// What all deliveries share.
pub struct Engine {
    pub schedule: Schedule,
    pub wire: Wire,
    pub faults: Vec<Fault>,
    pub fault_rate: f64,
    pub seed: u64,
    /// How long a slow body takes, and how late a delivery starts at most that others overtake.
    pub dawdle: Duration,
    /// As many attempts are under way at once.
    pub places: Semaphore,
    pub timeline: Timeline,
    pub begun: Instant,
}

impl Engine {
    /// The faults of the delivery of this number.
    pub fn plan(&self, number: u64) -> Plan {
        Plan::of(self.seed, number, &self.faults, self.fault_rate, self.schedule.retries)
    }

    /// Delivers to the end. `first` is told when the first attempt is over: the next message of a stream waits for it.
    pub async fn deliver(
        self: &Arc<Engine>,
        submission: &Submission,
        permitted: &Permitted,
        delivery: Delivery,
        first: Option<oneshot::Sender<()>>,
    ) -> Record {
        let plan = self.plan(delivery.number);
        let mut story = Story {
            engine: self,
            submission,
            permitted,
            plan: &plan,
            delivery: &delivery,
            record: Record {
                number: delivery.number,
                submission: submission.number,
                id: delivery.id.clone(),
                kind: delivery.body.kind,
                job: submission.job.clone(),
                request_id: submission.request_id.clone(),
                bytes: delivery.body.bytes.len(),
                brief: delivery.brief,
                entries: Vec::new(),
            },
        };
        story.run(first).await;
        self.timeline.ended(&story.record);
        story.record
    }

    /// Delivers all that a submission leads to. Of a stream the next message is sent when the first attempt at the one before
    /// is over; what has to come again is overtaken. `early` is told when the very first attempt is over.
    pub async fn conduct(
        self: Arc<Engine>,
        submission: Submission,
        permitted: Permitted,
        deliveries: Vec<Delivery>,
        early: Option<oneshot::Sender<()>>,
    ) -> Vec<Record> {
        let mut early = early;
        let alone = deliveries.len() == 1 && early.is_none();
        let (submission, permitted) = (Arc::new(submission), Arc::new(permitted));
        let mut running = JoinSet::new();
        for delivery in deliveries {
            let (engine, submission, permitted) = (Arc::clone(&self), Arc::clone(&submission), Arc::clone(&permitted));
            let (first, over) = oneshot::channel();
            let first = (!alone).then_some(first);
            running.spawn(async move { engine.deliver(&submission, &permitted, delivery, first).await });
            if !alone {
                // It is over as well when its task has gone.
                let _ = over.await;
                if let Some(early) = early.take() {
                    // Whoever waited may have gone.
                    let _ = early.send(());
                }
            }
        }
        running.join_all().await
    }
}

/// A delivery under way.
struct Story<'s> {
    engine: &'s Engine,
    submission: &'s Submission,
    permitted: &'s Permitted,
    plan: &'s Plan,
    delivery: &'s Delivery,
    record: Record,
}

impl Story<'_> {
    async fn run(&mut self, first: Option<oneshot::Sender<()>>) {
        let mut first = first;
        if self.plan.late > 0.0 && first.is_none() {
            sleep(self.engine.dawdle.mul_f64(self.plan.late)).await;
        }
        if self.submission.credentials.is_some() {
            for stranger in &self.plan.strangers {
                self.attempt(Reason::Stranger(*stranger)).await;
            }
        }
        for number in 1.. {
            let fault = self.plan.attempts.get(number as usize - 1).copied();
            let taken = self.attempt(Reason::Sent(number, fault)).await;
            if let Some(first) = first.take() {
                // Whoever waited may have gone.
                let _ = first.send(());
            }
            // Of a lost answer the sender knows nothing.
            if taken && fault != Some(Fault::LostReply) {
                break;
            }
            match self.engine.schedule.after(number) {
                Some(pause) => sleep(pause).await,
                None => return,
            }
        }
        for again in &self.plan.after {
            self.attempt(Reason::Again(*again)).await;
        }
    }

    /// Makes one attempt and says whether the receiver took it.
    async fn attempt(&mut self, reason: Reason) -> bool {
        let Story { engine, submission, plan, delivery, .. } = *self;
        let other;
        let body = match reason {
            Reason::Again(Fault::Differing) => {
                other = altered(&delivery.body);
                &other
            }
            _ => &delivery.body,
        };
        let authorization = match reason {
            Reason::Stranger(Fault::NoCredentials) => None,
            Reason::Stranger(_) => submission.wrong_authorization(),
            _ => submission.authorization(),
        };
        let request = Request {
            method: &submission.method,
            authorization: authorization.as_deref(),
            content_type: &body.content_type,
            fields: &[],
            body: &body.bytes,
            manner: Manner {
                chunked: plan.chunked,
                cut: matches!(reason, Reason::Sent(_, Some(Fault::Cut))),
                slowly: plan.slow.then_some(engine.dawdle),
            },
        };
        // The semaphore is never closed.
        let place = engine.places.acquire().await;
        let at = engine.begun.elapsed();
        let attempt = engine.wire.attempt(&submission.target, &self.permitted.addresses, &request).await;
        drop(place);
        let taken = attempt.ending.is_success();
        let next = match reason {
            Reason::Sent(number, fault) if !taken || fault == Some(Fault::LostReply) => engine.schedule.after(number),
            _ => None,
        };
        let entry = Entry { at, took: attempt.took, reason, ending: attempt.ending, next };
        engine.timeline.attempted(&self.record, &entry);
        self.record.entries.push(entry);
        taken
    }
}
