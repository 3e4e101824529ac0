//! Receiving: the receiver of `ringback-inbox`, with its handlers in JavaScript.
//!
//! What waits for a disk, and what is larger than [`INLINE`], is done on other threads; answers come back over the
//! [`Link`](crate::link::Link). JavaScript knows receivers, requests, deliveries and submissions by numbers, which the
//! [`Desk`] of its world looks up: no pointer is ever in its hands.

mod clock;
mod crew;
mod desk;
mod house;
mod intake;
mod options;
mod parcel;
mod submission;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringback::ledger::{Claim, DeliveryId};
use ringback::payload::Kind;
use ringback::policy::Answer;
use ringback_inbox::{Lease, Leases, Receiver, Routing, Rule, Workers};

use crate::env::{Env, Failed, Function, Reference, Value};
use crate::link::Link;

pub(crate) use desk::Desk;

/// The functions of this room, under their names in JavaScript.
pub(crate) const FUNCTIONS: &[(&str, Function)] = &[
    ("clock", clock::clock),
    ("advance", clock::advance),
    ("leaveClock", clock::leave),
    ("open", open),
    ("close", close),
    ("rule", rule),
    ("admit", intake::admit),
    ("feed", intake::feed),
    ("finish", intake::finish),
    ("abandon", intake::abandon),
    ("start", crew::start),
    ("stop", crew::stop),
    ("settle", crew::settle),
    ("drain", crew::drain),
    ("expect", submission::expect),
    ("accepted", submission::accepted),
    ("cancel", submission::cancel),
    ("leave", submission::leave),
    ("result", submission::result),
    ("giveUp", submission::give_up),
    ("pending", house::pending),
    ("overdue", house::overdue),
    ("deadLetters", house::dead_letters),
    ("letter", house::letter),
    ("replay", house::replay),
    ("forget", house::forget),
    ("purge", house::purge),
    ("metrics", house::metrics),
];

/// Up to how many bytes a body is dealt with where it came in: on the event loop.
const INLINE: usize = 64 * 1024;

/// The most bytes of bodies that are being received at once, in all, and before anybody has proved who he is.
const IN_FLIGHT: u64 = 256 * 1024 * 1024;
const UNPROVEN_IN_FLIGHT: u64 = 64 * 1024 * 1024;

/// A receiver, and what it needs here.
pub(crate) struct Post {
    receiver: Receiver,
    routing: Mutex<Routing>,
    link: Arc<Link>,
    /// Its number on the desk.
    number: u32,
    workers: Mutex<Option<Workers>>,
    at_once: usize,
    leases: Leases,
    /// What handlers in JavaScript have, without workers.
    held: Mutex<HashMap<DeliveryId, Lease>>,
    in_flight: AtomicU64,
    unproven_in_flight: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error of the inbox.
pub(crate) fn failed(error: ringback_inbox::Error) -> Failed {
    match error.detail() {
        Some(detail) => Failed::Said(error.kind(), detail.to_owned()),
        None => error.kind().into(),
    }
}

/// The receiver with the number of the first argument.
fn post<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Arc<Post>, Failed> {
    let number = env.size(arguments[0])?;
    env.desk(|desk| desk.posts.find(number).map(|(post, _)| post.clone()))?.ok_or(Failed::Own(RECEIVER_CLOSED))
}

/// The number of an error of this binding: the receiver has been closed.
const RECEIVER_CLOSED: u16 = 942;

/// `open(options, emit, clock)`: the number of a receiver; answers the lease and whether handlers come before the answer. Its path and
/// its URL are told by `emit`, like everything that happens.
fn open<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let options = options::Options::read(&env.text(arguments[0])?)?;
    let at_once = options.at_once();
    let mut configuration = options.configuration()?;
    if !env.is_nothing(arguments[2]) {
        let clock = env.size(arguments[2])?;
        configuration.clock = env.desk(|desk| desk.clocks.find(clock).cloned())?.ok_or(Failed::ARGUMENTS)?;
    }
    let receiver = Receiver::open(configuration).map_err(failed)?;
    let link = Link::open(env)?;
    let emit = Reference::new(env, arguments[1])?;
    let handled = receiver.answers_when_handled();
    let ticket_in_path = receiver.is_hook(&format!("{}/x", receiver.path().trim_end_matches('/')));
    let facts = [
        env.string(receiver.path())?,
        env.optional(receiver.url(), |url| env.string(url))?,
        env.boolean(handled)?,
        env.boolean(ticket_in_path)?,
        env.optional(receiver.keys().and_then(|keys| keys.exposed.as_ref()), |file| {
            env.string(&file.display().to_string())
        })?,
    ];
    let number = env.desk(|desk| {
        desk.posts.add_with(|number| {
            let post = Post {
                leases: Leases::new(receiver.inbox().clone()),
                held: Mutex::default(),
                receiver,
                routing: Mutex::default(),
                link,
                number,
                workers: Mutex::default(),
                at_once,
                in_flight: AtomicU64::new(0),
                unproven_in_flight: AtomicU64::new(0),
            };
            (Arc::new(post), emit)
        })
    })?;
    let facts = [env.small(number)].into_iter().chain(facts.into_iter().map(Ok));
    env.array(facts)
}

/// `close(receiver)`: lets go of a receiver. What handlers have is settled no more.
fn close<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    if let Some((post, emit)) = env.desk(|desk| desk.posts.take(number))? {
        post.end();
        emit.delete(env);
    }
    env.undefined()
}

/// `rule(receiver, kind, tag, extraKey, extraValue, jobPrefix, sender)`: adds a rule; its number. What is `undefined` is no condition.
fn rule<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let text = |at: usize| match env.is_nothing(arguments[at]) {
        true => Ok(None),
        false => env.text(arguments[at]).map(Some),
    };
    let kind = text(1)?.map(|name| name.parse::<Kind>()).transpose()?;
    let extra = text(3)?.zip(text(4)?);
    let rule = Rule { kind, tag: text(2)?, extra, job_prefix: text(5)?, sender: text(6)? };
    let number = lock(&post.routing).add(rule).map_err(failed)?;
    env.number(number as f64)
}

/// What JavaScript is told about an answer: status, situation, sentence, error, body, headers.
fn told<'e>(env: Env<'e>, answer: &Answer) -> Result<Value<'e>, Failed> {
    let mut values = vec![
        env.small(u32::from(answer.status)),
        env.string(answer.situation.name()),
        env.string(answer.reason()),
        env.optional(answer.error, |error| env.string(error.kind().name())),
        env.string(answer.body()),
    ];
    for (name, value) in answer.headers() {
        values.extend([env.string(name), env.string(value)]);
    }
    env.array(values.into_iter())
}

impl Post {
    /// Tells JavaScript, later, that something happened.
    fn emit(
        self: &Arc<Post>,
        make: impl for<'e> FnOnce(Env<'e>) -> Result<Vec<Value<'e>>, Failed> + Send + 'static,
    ) -> bool {
        let number = self.number as usize;
        self.link.send(Box::new(move |env| {
            let emit = env.desk(|desk| desk.posts.find(number).and_then(|(_, emit)| emit.value(env).ok()));
            if let (Ok(Some(emit)), Ok(arguments)) = (emit, make(env)) {
                // What it throws is thrown at the program.
                let _ = env.call(emit, &arguments);
            }
        }))
    }

    /// Whether an operation waits for a disk.
    fn waits(&self) -> bool {
        self.receiver.gate().policy().rule(ringback::policy::Situation::Malformed).status == 200
    }

    /// Takes room for more bytes of bodies; `false` if there is none.
    fn reserve(&self, bytes: u64, pending: bool) -> bool {
        let took = self.in_flight.fetch_add(bytes, Ordering::AcqRel) + bytes <= IN_FLIGHT;
        let unproven =
            !pending || self.unproven_in_flight.fetch_add(bytes, Ordering::AcqRel) + bytes <= UNPROVEN_IN_FLIGHT;
        if took && unproven {
            return true;
        }
        self.free(bytes, pending);
        false
    }

    /// Gives room back.
    fn free(&self, bytes: u64, pending: bool) {
        self.in_flight.fetch_sub(bytes, Ordering::AcqRel);
        if pending {
            self.unproven_in_flight.fetch_sub(bytes, Ordering::AcqRel);
        }
    }

    /// Keeps the lease of what JavaScript handles, however busy its event loop is.
    fn keep_lease(&self, claim: Claim) {
        let Some(id) = claim.delivery else { return };
        let lease = self.leases.hold(claim);
        lock(&self.held).insert(id, lease);
    }

    /// It is over: workers stop and give back what they have.
    fn end(&self) {
        drop(lock(&self.workers).take());
        for (_, lease) in lock(&self.held).drain() {
            let _ = self.receiver.inbox().release(lease.claim());
        }
        self.link.close();
    }
}
