//! A request that is coming in: its head is admitted, its body is fed in pieces, and what is to be done is decided.

use std::io::Write as _;
use std::sync::Arc;

use flate2::write::MultiGzDecoder;
use ringback::gate::Admitted;
use ringback::head::Encoding;
use ringback::payload::Kind;
use ringback::policy::{Answer, Backing, Policy, Situation};
use ringback::{ErrorKind, Head};
use ringback_inbox::{Decision, Oversize};

use super::parcel::Parcel;
use super::{INLINE, Post, post, told};
use crate::env::{Env, Failed, Value};
use crate::held::Draft;

/// A request whose head was admitted.
pub(super) struct Intake {
    post: Arc<Post>,
    request: Arc<Request>,
    /// Not there for a body that is over the limit on memory by its own account.
    admitted: Option<Admitted<'static>>,
    /// Away while a thread has it.
    body: Option<Inflow>,
    /// What is still to go to the disk, if the body goes there.
    ahead: Option<Vec<u8>>,
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
    draft: Draft,
    /// Where the body goes that is over the limit.
    disk: Option<Box<Oversize>>,
    limit: u64,
    reserved: u64,
    pending: bool,
    broken: Option<Broken>,
}

/// Why a body is not taken.
#[derive(Clone, Copy)]
enum Broken {
    /// It is over the limit on memory.
    TooLarge,
    NoRoom,
    /// It is not compressed as it claims to be.
    Damaged,
    /// It ended too early.
    Cut,
    /// The disk does not take it.
    Disk(Answer),
}

/// How many bytes are gathered before they go to the disk: until they are there, no more are read.
const AHEAD: usize = 1 << 20;

impl Request {
    fn head(&self) -> Head<'_> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        Head::new(&self.method, &self.target).headers(headers)
    }
}

impl Room {
    /// The least that is reserved at a time.
    const STEP: usize = 16 * 1024;

    /// Room for so many bytes, if they are within the limit.
    fn new(post: &Arc<Post>, size: u64, limit: u64, pending: bool) -> Result<Room, Broken> {
        let size = usize::try_from(size.min(limit)).map_err(|_| Broken::NoRoom)?;
        if !post.reserve(size as u64, pending) {
            return Err(Broken::NoRoom);
        }
        let Some(draft) = Draft::with_room(size) else {
            post.free(size as u64, pending);
            return Err(Broken::NoRoom);
        };
        Ok(Room { post: post.clone(), draft, disk: None, limit, reserved: size as u64, pending, broken: None })
    }

    fn reserve(&mut self, size: usize) -> Result<(), Broken> {
        let more = (size as u64).saturating_sub(self.reserved);
        if !self.post.reserve(more, self.pending) {
            return Err(Broken::NoRoom);
        }
        self.reserved += more;
        if self.draft.grow(size) { Ok(()) } else { Err(Broken::NoRoom) }
    }

    fn take(&mut self, data: &[u8]) -> Result<(), Broken> {
        if let Some(disk) = &mut self.disk {
            return disk.write(data).map_err(Broken::Disk);
        }
        let length = self.draft.len() + data.len();
        if length as u64 > self.limit {
            return Err(Broken::TooLarge);
        }
        if length as u64 > self.reserved {
            let doubled = length.max(2 * self.draft.len()).max(Self::STEP) as u64;
            self.reserve(doubled.min(self.limit).max(length as u64) as usize)?;
        }
        if self.draft.push(data) { Ok(()) } else { Err(Broken::NoRoom) }
    }

    /// Sends the body to the disk, what has come of it and what will. Blocks.
    fn spill(&mut self, head: &Head<'_>) -> Result<(), Broken> {
        if self.disk.is_none() {
            let receiver = &self.post.receiver;
            let mut disk = receiver.inbox().oversize(receiver.gate(), head).map_err(Broken::Disk)?;
            disk.write(self.draft.bytes()).map_err(Broken::Disk)?;
            self.disk = Some(Box::new(disk));
            self.draft = Draft::with_room(0).ok_or(Broken::NoRoom)?;
            self.post.free(std::mem::take(&mut self.reserved), self.pending);
            self.broken = None;
        }
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
    }
}

impl Inflow {
    fn room(&self) -> &Room {
        match self {
            Inflow::Plain(room) => room,
            Inflow::Gzip(decoder) => decoder.get_ref(),
        }
    }

    fn room_mut(&mut self) -> &mut Room {
        match self {
            Inflow::Plain(room) => room,
            Inflow::Gzip(decoder) => decoder.get_mut(),
        }
    }

    /// Takes the next bytes. Beside the error stands what was not taken: with more room, it may be taken again.
    fn write<'d>(&mut self, mut data: &'d [u8]) -> Result<(), (Broken, &'d [u8])> {
        match self {
            Inflow::Plain(room) => room.take(data).map_err(|broken| (broken, data)),
            Inflow::Gzip(decoder) => {
                while !data.is_empty() {
                    match decoder.write(data) {
                        Ok(count) => data = &data[count..],
                        Err(_) => return Err((decoder.get_ref().broken.unwrap_or(Broken::Damaged), data)),
                    }
                }
                Ok(())
            }
        }
    }

    /// The body is there in full: has the rest of it inflated. The checksum comes last: if it is wrong or missing, the next
    /// attempt may be whole.
    fn end(&mut self) -> Result<(), Broken> {
        match self {
            Inflow::Plain(_) => Ok(()),
            Inflow::Gzip(decoder) => {
                let ended = decoder.try_finish();
                ended.map_err(|_| decoder.get_ref().broken.unwrap_or(Broken::Cut))
            }
        }
    }
}

impl Intake {
    /// One piece more; says whether it is time to write to the disk.
    fn feed(&mut self, data: &[u8]) -> Result<bool, Broken> {
        if let Some(ahead) = &mut self.ahead {
            ahead.extend_from_slice(data);
            return Ok(ahead.len() >= AHEAD);
        }
        let Some(body) = &mut self.body else { return Err(Broken::NoRoom) };
        match body.write(data) {
            Ok(()) => Ok(false),
            // The limit on memory is not a limit on loss.
            Err((Broken::TooLarge, rest)) if self.post.receiver.takes_oversize(&self.request.head()) => {
                self.ahead = Some(rest.to_vec());
                Ok(true)
            }
            Err((broken, _)) => Err(broken),
        }
    }

    /// The body is there in full: decides what to do. Blocks, unless there is nothing to wait for.
    fn finish(self) -> Finished {
        let Intake { post, request, admitted, body, ahead } = self;
        let Some(mut body) = body else { return Finished::Answer(post.refusal(Broken::NoRoom)) };
        let ended = match ahead {
            Some(ahead) => spill(&mut body, &request, &ahead).and_then(|()| body.end()),
            None => match body.end() {
                Err(Broken::TooLarge) if post.receiver.takes_oversize(&request.head()) => {
                    spill(&mut body, &request, &[]).and_then(|()| body.end())
                }
                ended => ended,
            },
        };
        if let Err(broken) = ended {
            return Finished::Answer(post.refusal(broken));
        }
        let room = body.room_mut();
        if let Some(disk) = room.disk.take() {
            return Finished::Answer(post.kept(disk.finish()));
        }
        // What was announced as larger than the limit has ended before its first byte.
        let Some(admitted) = admitted else { return Finished::Answer(post.refusal(Broken::Cut)) };
        let Some(draft) = Draft::with_room(0) else { return Finished::Answer(post.refusal(Broken::NoRoom)) };
        let draft = std::mem::replace(&mut room.draft, draft);
        // The room is free for the next one before the work begins.
        drop(body);
        decide(&post, &request, admitted, draft)
    }
}

/// Writes to the disk what has come. Blocks.
fn spill(body: &mut Inflow, request: &Request, ahead: &[u8]) -> Result<(), Broken> {
    body.room_mut().spill(&request.head())?;
    body.write(ahead).map_err(|(broken, _)| broken)
}

/// Decides what to do with a body that is there in full.
fn decide(post: &Arc<Post>, request: &Request, admitted: Admitted<'static>, draft: Draft) -> Finished {
    let head = request.head();
    let large = draft.len() > INLINE;
    // A large body is handed on as it lies there; a small one shares memory with others in the end.
    let (decision, held) = draft.hold(|body, shared| match large {
        true => post.receiver.take_in_place(admitted, &head, body, Some(Arc::new(shared))),
        false => (post.receiver.take(admitted, &head, body), None),
    });
    let mut work = match decision {
        Decision::Answer(answer) => return Finished::Answer(answer),
        Decision::Handle(work) => *work,
    };
    post.keep_lease(work.claim);
    Finished::Handle(Box::new(match held {
        Ok(block) => Parcel::holding(work, block, post),
        Err(bytes) => {
            if large {
                work.body = bytes.as_ref().to_vec();
            }
            Parcel::new(work, post)
        }
    }))
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
    /// The answer to a body that is not taken.
    fn refusal(&self, broken: Broken) -> Answer {
        let policy = self.receiver.gate().policy();
        let answer = match broken {
            Broken::TooLarge => self.receiver.gate().too_large(),
            Broken::NoRoom => policy.answer(Situation::Unavailable),
            // There is nothing that could be kept, with a store or without.
            Broken::Damaged => Policy::new(Backing::Memory).answer(Situation::Malformed),
            Broken::Cut => policy.answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into()),
            Broken::Disk(answer) => answer,
        };
        self.receiver.inbox().metrics().refused(answer)
    }

    /// The answer to a body that went to the disk, counted.
    fn kept(&self, answer: Answer) -> Answer {
        if !answer.is_success() {
            return self.receiver.inbox().metrics().refused(answer);
        }
        self.receiver.inbox().metrics().answered(Kind::Unknown, &answer);
        answer
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
    let admitted = match post.receiver.admit_any_size(&head) {
        Ok(admitted) => admitted,
        Err(answer) => return told(env, &answer),
    };
    let limit = admitted.as_ref().map_or(0, |admitted| post.receiver.gate().body_limit(admitted));
    let pending = admitted.as_ref().is_some_and(Admitted::is_pending);
    let (length, encoding) = (head.content_length().unwrap_or(0), head.encoding());
    let (plain, size) = match encoding {
        Encoding::Gzip => (false, 0),
        _ => (true, length),
    };
    let room = match Room::new(&post, size, limit, pending) {
        Ok(room) => room,
        Err(broken) => return told(env, &post.refusal(broken)),
    };
    let body = if plain { Inflow::Plain(room) } else { Inflow::Gzip(Box::new(MultiGzDecoder::new(room))) };
    let ahead = admitted.is_none().then(Vec::new);
    let intake = Intake { post, request: Arc::new(request), admitted, body: Some(body), ahead };
    let number = env.desk(|desk| desk.intakes.add(intake))?;
    env.small(number)
}

/// `feed(request, piece)`: nothing; or the answer to give at once, and the request is over; or, where the disk has to be waited
/// for before the next piece, a promise of one of the two.
pub(super) fn feed<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [number, piece, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let number = env.size(number)?;
    let (data, len) = env.foreign_bytes(piece).ok_or(Failed::ARGUMENTS)?;
    let fed = env.desk(|desk| {
        let intake = desk.intakes.find_mut(number)?;
        // SAFETY: JavaScript does not run meanwhile, and the pieces of a request are no shared memory.
        let data = if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, len) } };
        match intake.feed(data) {
            Ok(false) => None,
            Ok(true) => {
                let ahead = intake.ahead.replace(Vec::new()).unwrap_or_default();
                Some(Ok((intake.post.clone(), intake.request.clone(), intake.body.take()?, ahead)))
            }
            Err(broken) => {
                let refused = intake.post.refusal(broken);
                desk.intakes.take(number);
                Some(Err(refused))
            }
        }
    })?;
    let (post, request, mut body, ahead) = match fed {
        None => return env.undefined(),
        Some(Err(refused)) => return told(env, &refused),
        Some(Ok(spilt)) => spilt,
    };
    post.link.clone().run(env, move || {
        let spilt = spill(&mut body, &request, &ahead).map_err(|broken| post.refusal(broken));
        Box::new(move |env| {
            let refused = env.desk(|desk| match spilt {
                // Where the sender has gone away meanwhile, it goes with what it has written.
                Ok(()) => {
                    desk.intakes.find_mut(number)?.body = Some(body);
                    None
                }
                Err(refused) => {
                    desk.intakes.take(number);
                    Some(refused)
                }
            })?;
            env.optional(refused, |answer| told(env, &answer))
        })
    })
}

/// `finish(request)`: the body is there in full. An answer, or a delivery to be handled; or a promise of it.
pub(super) fn finish<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    let intake = env.desk(|desk| desk.intakes.take(number))?.ok_or(Failed::ARGUMENTS)?;
    let size = intake.body.as_ref().map_or(0, |body| body.room().draft.len());
    if size <= INLINE && intake.ahead.is_none() && !intake.post.waits() {
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
