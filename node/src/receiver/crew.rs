//! Workers whose handlers are in JavaScript, and the settlement of what they have.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::time::{Duration, Instant};

use ringback::ledger::{Claim, Outcome, Settled};
use ringback_inbox::inbox::Swept;
use ringback_inbox::ledger::Due;
use ringback_inbox::worker::Pace;
use ringback_inbox::{Error, Handler, Work, Workers};

use super::parcel::Parcel;
use super::{Post, lock, post, told};
use crate::env::{Env, Failed, Value};

/// How a delivery that a handler has is settled.
pub(super) enum Task {
    /// By its claim, which gives the answer to the sender; with the rule that took it, and since when a handler has it.
    Claim(Arc<Post>, Claim, Option<usize>, Instant),
    /// By the worker that waits for it.
    Crew(mpsc::Sender<Outcome>),
}

/// The handler of workers: it asks JavaScript, and waits.
struct Handlers {
    post: Weak<Post>,
    /// Whether the store has failed, so that it is said once and not every half second.
    failing: AtomicBool,
}

impl Handler for Handlers {
    fn handle(&self, work: &Work) -> Outcome {
        let Some(post) = self.post.upgrade() else { return Outcome::Failed };
        let (sender, outcome) = mpsc::channel();
        let parcel = Parcel::new(work.clone(), &post);
        let sent = post.emit(move |env| Ok(vec![parcel.tell(env, Some(Task::Crew(sender)))?]));
        // The receiver itself must not be kept by a handler that never ends.
        drop(post);
        match sent {
            // Where nobody answers any more, the program has ended; what it had is given back.
            true => outcome.recv().unwrap_or(Outcome::Failed),
            false => Outcome::Failed,
        }
    }

    fn route(&self, work: &Work) -> String {
        let rule = self.post.upgrade().and_then(|post| lock(&post.routing).find(work));
        route(rule)
    }

    fn settled(&self, work: &Work, settled: Result<Settled, &Error>) {
        self.failing.store(false, Ordering::Release);
        let Some(post) = self.post.upgrade() else { return };
        let _ = work;
        if let Err(error) = settled {
            let error = error.clone();
            post.emit(move |env| Ok(vec![env.string("error")?, env.error(&super::failed(error))?]));
        }
    }

    fn swept(&self, swept: &Swept) {
        self.failing.store(false, Ordering::Release);
        let Some(post) = self.post.upgrade() else { return };
        for submitted in swept.overdue.clone() {
            post.emit(move |env| Ok(vec![env.string("overdue")?, env.string(&super::house::submission(&submitted))?]));
        }
    }

    fn failed(&self, error: &Error) {
        if self.failing.swap(true, Ordering::AcqRel) {
            return;
        }
        let Some(post) = self.post.upgrade() else { return };
        let error = error.clone();
        post.emit(move |env| Ok(vec![env.string("error")?, env.error(&super::failed(error))?]));
    }
}

/// What a rule is called in metrics: rules are numbered from 0, in their order.
fn route(rule: Option<usize>) -> String {
    rule.map_or_else(|| "fallback".into(), |rule| rule.to_string())
}

/// `start(receiver, hold)`: starts workers, which keep the process running if they are to; whether they were not there before. Where
/// handlers come before the answer they claim nothing, and see to what is due by itself.
pub(super) fn start<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let mut workers = lock(&post.workers);
    if workers.is_some() {
        return env.boolean(false);
    }
    let handlers = Handlers { post: Arc::downgrade(&post), failing: AtomicBool::new(false) };
    let at_once = if post.receiver.answers_when_handled() { 0 } else { post.at_once };
    let pace = Pace { at_once, ..Pace::default() };
    *workers = Some(Workers::start_at(post.receiver.inbox(), handlers, pace));
    drop(workers);
    if env.truth(arguments[1])? {
        post.link.hold(env);
    }
    env.boolean(true)
}

/// `stop(receiver, milliseconds, held)`: a promise of whether all that was begun was finished in this time.
pub(super) fn stop<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let grace = Duration::from_millis(env.size(arguments[1])? as u64);
    let workers = lock(&post.workers).take();
    if workers.is_some() && env.truth(arguments[2])? {
        post.link.release(env);
    }
    post.link.clone().run(env, move || {
        let finished = workers.is_none_or(|workers| workers.stop(grace));
        Box::new(move |env| env.boolean(finished))
    })
}

/// `settle(task, outcome)`: 0 is done, 1 failed, 2 dead. For a claim, the answer to the sender or a promise of it.
pub(super) fn settle<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    let outcome = match env.size(arguments[1])? {
        0 => Outcome::Done,
        1 => Outcome::Failed,
        2 => Outcome::Dead,
        _ => return Err(Failed::ARGUMENTS),
    };
    match env.desk(|desk| desk.tasks.take(number))? {
        None => Err(Failed::ARGUMENTS),
        Some(Task::Crew(sender)) => {
            // Where nobody listens any more, the claim was given back.
            let _ = sender.send(outcome);
            env.undefined()
        }
        Some(Task::Claim(post, claim, rule, begun)) => {
            post.receiver.inbox().metrics().handled(&route(rule), outcome, begun.elapsed());
            if let Some(id) = claim.delivery {
                lock(&post.held).remove(&id);
            }
            if !post.waits() {
                return told(env, &post.receiver.finish(claim, outcome));
            }
            post.link.clone().run(env, move || {
                let answer = post.receiver.finish(claim, outcome);
                Box::new(move |env| told(env, &answer))
            })
        }
    }
}

/// `drain(receiver, milliseconds)`: a promise of whether nothing is left to be handled, as soon as that is so, or the time is out.
pub(super) fn drain<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let end = Instant::now() + Duration::from_millis(env.size(arguments[1])? as u64);
    post.link.clone().run(env, move || {
        let idle = wait_until_idle(&post, end);
        Box::new(move |env| env.boolean(idle.map_err(super::failed)?))
    })
}

fn wait_until_idle(post: &Post, end: Instant) -> Result<bool, Error> {
    use ringback::ledger::Phase;
    use ringback_inbox::ledger::Selection;
    let ledger = post.receiver.inbox().ledger();
    let is_nothing_left = || -> Result<bool, Error> {
        Ok(ledger.due(Due::Work, 1)?.is_empty()
            && ledger.deliveries(&Selection::Phase(Phase::Claimed), 0, 1)?.is_empty())
    };
    loop {
        let rings = ledger.bell().rings();
        // What is settled between the two questions makes the next delivery of its submission due, which may have been
        // claimed when the first is asked again: by then the bell has rung.
        if is_nothing_left()? && is_nothing_left()? && ledger.bell().rings() == rings {
            return Ok(true);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        ledger.bell().wait(rings, left.min(Duration::from_millis(100)));
    }
}
