//! A request that is coming in: its head is admitted, its body is fed in pieces, and what is to be done is decided.

use std::io::Write as _;
use std::sync::Arc;

use flate2::write::MultiGzDecoder;
use ringback::gate::Admitted;
use ringback::head::Encoding;
use ringback::policy::{Answer, Situation};
use ringback::{ErrorKind, Head};
use ringback_inbox::Decision;

use super::parcel::Parcel;
use super::{INLINE, Post, post, told};
use crate::env::{Env, Failed, Value};

/// A request whose head was admitted.
pub(super) struct Intake {
    post: Arc<Post>,
    admitted: Admitted<'static>,
    request: Request,
    body: Inflow,
}

/// What is said in a head, kept.
struct Request {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
}

/// Where the pieces of a body go.
enum Inflow {
    Plain(Room),
    Gzip(Box<MultiGzDecoder<Room>>),
}

/// Room for a body. It is reserved before it is filled.
struct Room {
    post: Arc<Post>,
    bytes: Vec<u8>,
    limit: u64,
    reserved: u64,
    pending: bool,
    broken: Option<Broken>,
}

/// Why a body is not taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    TooLarge,
    NoRoom,
}

impl Request {
    fn head(&self) -> Head<'_> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        Head::new(&self.method, &self.target).headers(headers)
    }
}

impl Room {
    /// The least that is reserved at a time.
    const STEP: usize = 16 * 1024;

    fn reserve(&mut self, capacity: usize) -> Result<(), Broken> {
        let more = (capacity as u64).saturating_sub(self.reserved);
        if !self.post.reserve(more, self.pending) {
            return Err(Broken::NoRoom);
        }
        self.reserved += more;
        if self.bytes.capacity() == 0 {
            self.bytes = self.post.memory(capacity);
        }
        self.bytes.try_reserve_exact(capacity - self.bytes.len()).map_err(|_| Broken::NoRoom)
    }

    fn take(&mut self, data: &[u8]) -> Result<(), Broken> {
        let length = self.bytes.len() + data.len();
        if length as u64 > self.limit {
            return Err(Broken::TooLarge);
        }
        if length > self.bytes.capacity() || length as u64 > self.reserved {
            let doubled = length.max(2 * self.bytes.len()).max(Self::STEP) as u64;
            self.reserve(doubled.min(self.limit).max(length as u64) as usize)?;
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
}

impl std::io::Write for Room {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        match self.take(data) {
            Ok(()) => Ok(data.len()),
            Err(broken) => {
                self.broken = Some(broken);
                Err(std::io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.post.free(self.reserved, self.pending);
        self.post.recycle(std::mem::take(&mut self.bytes));
    }
}

impl Intake {
    /// One piece more.
    fn feed(&mut self, data: &[u8]) -> Result<(), Answer> {
        let policy = self.post.receiver.gate().policy();
        match &mut self.body {
            Inflow::Plain(room) => room.take(data).map_err(|broken| self.post.refusal(broken)),
            Inflow::Gzip(decoder) => decoder.write_all(data).map_err(|_| match decoder.get_ref().broken {
                Some(broken) => self.post.refusal(broken),
                None => policy.answer(Situation::Malformed),
            }),
        }
    }

    /// The body is there in full: decides what to do.
    fn finish(self) -> Finished {
        let Intake { post, admitted, request, body } = self;
        let mut room = match body {
            Inflow::Plain(room) => room,
            // The checksum comes last: if it is wrong or missing, the next attempt may be whole.
            Inflow::Gzip(mut decoder) => match decoder.try_finish() {
                Ok(()) => match decoder.finish() {
                    Ok(room) => room,
                    Err(_) => return Finished::Answer(post.cut()),
                },
                Err(_) => {
                    let broken = decoder.get_ref().broken;
                    return Finished::Answer(broken.map_or_else(|| post.cut(), |broken| post.refusal(broken)));
                }
            },
        };
        match post.receiver.take(admitted, &request.head(), &mut room.bytes) {
            Decision::Answer(answer) => Finished::Answer(answer),
            Decision::Handle(work) => {
                // The memory is free for the next one before the work begins.
                drop(room);
                post.keep_lease(work.claim);
                Finished::Handle(Box::new(Parcel::new(*work, &post)))
            }
        }
    }
}

/// What is to be done with a delivery.
enum Finished {
    Answer(Answer),
    Handle(Box<Parcel>),
}

impl Finished {
    fn tell<'e>(self, env: Env<'e>) -> Result<Value<'e>, Failed> {
        match self {
            Finished::Answer(answer) => told(env, &answer),
            Finished::Handle(parcel) => parcel.tell(env, None),
        }
    }
}

impl Post {
    fn refusal(&self, broken: Broken) -> Answer {
        match broken {
            Broken::TooLarge => self.receiver.gate().too_large(),
            Broken::NoRoom => self.receiver.gate().policy().answer(Situation::Unavailable),
        }
    }

    /// The answer to a body that ended too early.
    fn cut(&self) -> Answer {
        self.receiver.gate().policy().answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into())
    }
}

/// `admit(receiver, method, target, headers)`: the number of a request; or, as an array, the answer to give at once. `headers` is
/// a flat list of names and values, each byte of a value a character.
pub(super) fn admit<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let post = post(env, arguments)?;
    let [_, method, target, headers, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let mut fields = env.elements(headers)?;
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        pairs.push((env.text(name?)?, env.bytes_of_text(value?)?));
    }
    drop(fields);
    let request = Request { method: env.text(method)?, target: env.text(target)?, headers: pairs };
    let head = request.head();
    let admitted = match post.receiver.admit(&head) {
        Ok(admitted) => admitted,
        Err(answer) => return told(env, &answer),
    };
    let (limit, pending) = (post.receiver.gate().body_limit(&admitted), admitted.is_pending());
    let (length, encoding) = (head.content_length(), head.encoding());
    let mut room = Room { post: post.clone(), bytes: Vec::new(), limit, reserved: 0, pending, broken: None };
    let body = match encoding {
        Encoding::Gzip => Inflow::Gzip(Box::new(MultiGzDecoder::new(room))),
        _ => {
            // The length is within the limit, or the head would not have been admitted.
            let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            if let Err(broken) = room.reserve(length) {
                return told(env, &post.refusal(broken));
            }
            Inflow::Plain(room)
        }
    };
    let intake = Intake { post, admitted, request, body };
    let number = env.desk(|desk| desk.intakes.add(intake))?;
    env.small(number)
}

/// `feed(request, piece)`: nothing, or the answer to give at once; then the request is over.
pub(super) fn feed<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [number, piece, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let number = env.size(number)?;
    let (data, len) = env.foreign_bytes(piece).ok_or(Failed::ARGUMENTS)?;
    let refused = env.desk(|desk| {
        let intake = desk.intakes.find_mut(number)?;
        // SAFETY: JavaScript does not run meanwhile, and the pieces of a request are no shared memory.
        let data = if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, len) } };
        let refused = intake.feed(data).err()?;
        desk.intakes.take(number);
        Some(refused)
    })?;
    env.optional(refused, |answer| told(env, &answer))
}

/// `finish(request)`: the body is there in full. An answer, or a delivery to be handled; or a promise of it.
pub(super) fn finish<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    let intake = env.desk(|desk| desk.intakes.take(number))?.ok_or(Failed::ARGUMENTS)?;
    let size = match &intake.body {
        Inflow::Plain(room) => room.bytes.len(),
        Inflow::Gzip(decoder) => decoder.get_ref().bytes.len(),
    };
    if size <= INLINE && !intake.post.waits() {
        return intake.finish().tell(env);
    }
    let link = intake.post.link.clone();
    link.run(env, move || {
        let finished = intake.finish();
        Box::new(move |env| finished.tell(env))
    })
}

/// `abandon(request)`: the sender has gone away.
pub(super) fn abandon<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    env.desk(|desk| desk.intakes.take(number).is_some()).and_then(|there| env.boolean(there))
}
