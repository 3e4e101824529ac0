//! A delivery on its way to a handler in JavaScript.

use std::sync::Arc;
use std::time::Instant;

use ringback::payload::Kind;
use ringback_inbox::Work;

use super::crew::Task;
use super::{INLINE, Post, lock};
use crate::env::{Env, Failed, Value};
use crate::held::Block;

/// A delivery, what it is, and which handler gets it.
pub(super) struct Parcel {
    work: Work,
    /// The number of the rule; none is the fallback.
    rule: Option<usize>,
    body: Wrapped,
    post: Arc<Post>,
}

/// A body in the form in which JavaScript gets it.
pub(super) enum Wrapped {
    /// It is small, and parsed where it arrives.
    Small(Vec<u8>),
    /// It was parsed on another thread.
    Payload(Block),
    /// It is no JSON.
    Bytes(Vec<u8>),
}

impl Wrapped {
    /// Wraps a body; `kind` is what it is.
    pub(super) fn new(body: Vec<u8>, kind: Kind) -> Wrapped {
        if kind == Kind::Audio {
            return Wrapped::Bytes(body);
        }
        if body.len() <= INLINE {
            return Wrapped::Small(body);
        }
        match Block::parse(&body) {
            Some(block) => Wrapped::Payload(block),
            None => Wrapped::Bytes(body),
        }
    }

    /// Two values: the memory, and the number of the kind if a payload is held in it.
    pub(super) fn tell<'e>(self, env: Env<'e>) -> Result<[Value<'e>; 2], Failed> {
        match self {
            Wrapped::Payload(block) => {
                let kind = block.kind();
                Ok([env.block(block)?, env.small(kind as u32)?])
            }
            Wrapped::Small(body) => match env.held(&body)? {
                Some((buffer, kind)) => Ok([buffer, env.small(kind as u32)?]),
                None => Ok([env.numbers(&body)?, env.undefined()?]),
            },
            Wrapped::Bytes(body) => Ok([env.numbers(&body)?, env.undefined()?]),
        }
    }
}

impl Parcel {
    /// Wraps up what was claimed. It parses what is large, so it belongs on a thread that may take its time.
    pub(super) fn new(mut work: Work, post: &Arc<Post>) -> Parcel {
        let rule = lock(&post.routing).find(&work);
        let body = Wrapped::new(std::mem::take(&mut work.body), work.kind);
        Parcel { work, rule, body, post: post.clone() }
    }

    /// The same with a body that is held already.
    pub(super) fn holding(work: Work, body: Block, post: &Arc<Post>) -> Parcel {
        let rule = lock(&post.routing).find(&work);
        Parcel { work, rule, body: Wrapped::Payload(body), post: post.clone() }
    }

    /// What JavaScript is told. `task` is how it is settled; none: by the claim.
    pub(super) fn tell<'e>(self, env: Env<'e>, task: Option<Task>) -> Result<Value<'e>, Failed> {
        let Parcel { work, rule, body, post } = self;
        let task = task.unwrap_or(Task::Claim(post, work.claim, rule, Instant::now()));
        let number = env.desk(|desk| desk.tasks.add(task))?;
        let [memory, payload_kind] = body.tell(env)?;
        let text = |text: Option<&str>| env.optional(text, |text| env.string(text));
        let values = [
            env.string("work"),
            env.small(number),
            env.optional(rule, |rule| env.number(rule as f64)),
            Ok(memory),
            Ok(payload_kind),
            env.string(&work.id.to_string()),
            env.string(work.kind.name()),
            text(work.job.as_deref()),
            text(work.request_id.as_deref()),
            text(work.submission.map(|scope| scope.to_string()).as_deref()),
            env.string(&work.sender),
            env.optional(work.context.as_deref(), |context| env.numbers(context)),
            text(work.content_type.as_deref()),
            env.small(u32::from(work.attempts_seen)),
            env.boolean(work.again),
            env.boolean(work.late),
            env.boolean(work.revises),
        ];
        env.array(values.into_iter())
    }
}
