//! Submissions: announced, bound to their request ids, waited for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use ringback::ErrorKind;
use ringback::credential::TicketUse;
use ringback::ledger::ScopeKey;
use ringback::payload::Kind;
use ringback_inbox::{Error, Expect, Reply, Submission, Waiting, Wanted};

use super::parcel::Wrapped;
use super::{Post, lock, post};
use crate::env::{Env, Failed, Value};
use crate::link::{Deferred, spawn};

/// `expect(receiver, job, deadline, use, context)`: a promise of a submission: its number, its id, what has arrived, its callback URL
/// or the error that there is none. A negative deadline is never.
pub(super) fn expect<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let job = env.text(arguments[1])?;
    let deadline = match env.is_nothing(arguments[2]) {
        true => None,
        false => Some(env.float(arguments[2])?),
    };
    let for_use = match &*env.text(arguments[3])? {
        "document" => TicketUse::Document,
        "stream" => TicketUse::Stream,
        "test" => TicketUse::Test,
        _ => return Err(Failed::Type("use: expected 'document', 'stream' or 'test'")),
    };
    let context = env.foreign_bytes(arguments[4]).map(|(data, len)| match len {
        0 => Vec::new(),
        // SAFETY: JavaScript does not run; the bytes are copied at once.
        len => unsafe { std::slice::from_raw_parts(data, len) }.to_vec(),
    });
    post.link.clone().run(env, move || {
        let mut expect = Expect::new(&job).for_use(for_use);
        if let Some(deadline) = deadline {
            expect = expect.deadline((deadline >= 0.0).then_some(deadline as u64));
        }
        if let Some(context) = context {
            expect = expect.context(context);
        }
        let made = post.receiver.expect(expect).map(|submission| {
            let url = post.receiver.callback_url(&submission);
            (submission, url)
        });
        Box::new(move |env| {
            let (submission, url) = made.map_err(super::failed)?;
            let (id, arrived) = (submission.id().to_string(), format!("{:?}", submission.arrived()).to_lowercase());
            let ticket = submission.ticket().map(|ticket| ticket.as_str().to_owned());
            let number = env.desk(|desk| desk.submissions.add(submission))?;
            let url = match url {
                Ok(url) => env.string(&url)?,
                Err(error) => env.error(&super::failed(error))?,
            };
            let ticket = env.optional(ticket, |ticket| env.string(&ticket))?;
            env.array([env.small(number), env.string(&id), env.string(&arrived), Ok(url), Ok(ticket)].into_iter())
        })
    })
}

/// The submission with the number of the second argument.
fn submission<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Submission, Failed> {
    let number = env.size(arguments[1])?;
    env.desk(|desk| desk.submissions.find(number).cloned())?.ok_or(Failed::ARGUMENTS)
}

/// `accepted(receiver, submission, requestId)`: a promise of what had arrived when the id was bound.
pub(super) fn accepted<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (post, submission, id) = (post(env, arguments)?, submission(env, arguments)?, env.text(arguments[2])?);
    post.link.clone().run(env, move || {
        let arrived = submission.accepted(&id);
        Box::new(move |env| env.string(&format!("{:?}", arrived.map_err(super::failed)?).to_lowercase()))
    })
}

/// `cancel(receiver, submission)`: a promise.
pub(super) fn cancel<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (post, submission) = (post(env, arguments)?, submission(env, arguments)?);
    post.link.clone().run(env, move || {
        let cancelled = submission.cancel();
        Box::new(move |env| cancelled.map_err(super::failed).and_then(|()| env.undefined()))
    })
}

/// `leave(submission)`: no program has it any more.
pub(super) fn leave<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    env.desk(|desk| desk.submissions.take(number).is_some()).and_then(|there| env.boolean(there))
}

/// Somebody waits for a result. Threads of the pool look when there is news; none waits.
pub(super) struct Watch {
    post: Arc<Post>,
    waiting: Mutex<Option<(Pin<Box<Waiting>>, Deferred)>>,
    number: Mutex<usize>,
}

/// The waker of a watch, which a store may keep for longer than somebody waits.
struct Woken(std::sync::Weak<Watch>);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        if let Some(watch) = self.0.upgrade() {
            spawn(Box::new(move || watch.look()));
        }
    }
}

impl Watch {
    fn look(self: Arc<Self>) {
        let mut waiting = lock(&self.waiting);
        let Some((future, _)) = &mut *waiting else { return };
        let waker = Waker::from(Arc::new(Woken(Arc::downgrade(&self))));
        let Poll::Ready(found) = future.as_mut().poll(&mut Context::from_waker(&waker)) else { return };
        let Some((_, deferred)) = waiting.take() else { return };
        drop(waiting);
        let answer = Answer::of(found);
        let watch = self.clone();
        self.post.link.send(Box::new(move |env| {
            watch.post.link.release(env);
            let number = *lock(&watch.number);
            let _ = env.desk(|desk| desk.watches.take(number));
            let told = answer.and_then(|answer| answer.tell(env));
            deferred.settle(env, told);
        }));
    }
}

/// A result, ready for JavaScript.
struct Answer {
    reply: Reply,
    body: Wrapped,
    segments: Vec<Wrapped>,
}

impl Answer {
    fn of(found: Result<Reply, Error>) -> Result<Answer, Failed> {
        let mut reply = found.map_err(super::failed)?;
        let body = Wrapped::new(std::mem::take(&mut reply.body), reply.delivery.facts.kind);
        let segments = std::mem::take(&mut reply.segments);
        let segments = segments.into_iter().map(|body| Wrapped::new(body, Kind::StreamResults)).collect();
        Ok(Answer { reply, body, segments })
    }

    fn tell<'e>(self, env: Env<'e>) -> Result<Value<'e>, Failed> {
        let facts = &self.reply.delivery.facts;
        let text = |text: Option<&str>| env.optional(text, |text| env.string(text));
        let [memory, kind] = self.body.tell(env)?;
        let segments = self.segments.into_iter().flat_map(|body| match body.tell(env) {
            Ok([memory, kind]) => [Ok(memory), Ok(kind)],
            Err(failed) => [Err(failed.clone()), Err(failed)],
        });
        let values = [
            Ok(memory),
            Ok(kind),
            env.string(&facts.id.to_string()),
            env.string(facts.kind.name()),
            text(facts.job.as_deref()),
            text(facts.request_id.as_deref()),
            text(facts.scope.map(|scope| scope.to_string()).as_deref()),
            env.string(&facts.sender),
            text(facts.content_type.as_deref()),
            env.array(segments),
        ];
        env.array(values.into_iter())
    }
}

/// `result(receiver, by, name, milliseconds)`: answers the number of the wait in the scratch memory, and gives a promise of the
/// result. `by` is `submission`, `requestId` or `job`; a negative time is as long as it takes.
pub(super) fn result<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let name = env.text(arguments[2])?;
    let wanted = match &*env.text(arguments[1])? {
        "submission" => Wanted::Submission(scope(&name).ok_or(ErrorKind::SubmissionUnknown)?),
        "requestId" => Wanted::Request(ringback::request_id::RequestId::parse(&name)?.to_string()),
        "job" => Wanted::Job(name),
        _ => return Err(Failed::ARGUMENTS),
    };
    let time = env.float(arguments[3])?;
    let waiting = post.receiver.inbox().result(wanted, (time >= 0.0).then_some(time as u64));
    let (deferred, promise) = Deferred::new(env)?;
    let waiting = Mutex::new(Some((Box::pin(waiting), deferred)));
    let watch = Arc::new(Watch { post: post.clone(), waiting, number: Mutex::new(0) });
    let number = env.desk(|desk| desk.watches.add(watch.clone()))?;
    *lock(&watch.number) = number as usize;
    post.link.hold(env);
    env.answer([f64::from(number)])?;
    spawn(Box::new(move || watch.look()));
    Ok(promise)
}

/// `giveUp(wait, reason)`: nobody waits any more; the promise is rejected with the reason.
pub(super) fn give_up<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    let Some(watch) = env.desk(|desk| desk.watches.take(number))? else { return env.undefined() };
    let waiting = lock(&watch.waiting).take();
    if let Some((_, deferred)) = waiting {
        watch.post.link.release(env);
        deferred.reject(env, arguments[1]);
    }
    env.undefined()
}

/// The id of a submission, from its 24 hexadecimal digits.
fn scope(text: &str) -> Option<ScopeKey> {
    super::house::hex(text).map(ScopeKey::from_bytes)
}
