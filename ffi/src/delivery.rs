//! A delivery that arrives piece by piece: begun with its head, fed, finished.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use ringback_core::Head;
use ringback_core::gate::Admitted;
use ringback_core::head::Encoding;
use ringback_core::ledger::Claim;
use ringback_core::policy::{Answer, Situation};
use ringback_core::receiver::{Decision, Work};
use ringback_core::{Error, ErrorKind};

use crate::answer::ringback_answer;
use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::claim::ringback_claim;
use crate::head::ringback_head;
use crate::held::{Body, Held};
use crate::kind::{self, ringback_kind};
use crate::payload::ringback_payload;
use crate::receiver::{Inner, ringback_receiver};
use crate::request_id::ringback_request_id;
use crate::result::{RINGBACK_ERROR_WRONG_STATE, ringback_result};
use crate::str::{ringback_bytes, ringback_str};
use crate::time::ringback_now;

/// Tells the headers of a request, one `ringback_head_add` for each. It is called once, before `ringback_begin` returns, and
/// must return normally: no `longjmp`, no C++ exception.
pub type ringback_headers = Option<unsafe extern "C" fn(userdata: *mut c_void, head: *mut ringback_head)>;

/// A delivery on its way.
///
/// Made with `ringback_begin`, given back with `ringback_delivery_free`. It keeps its receiver's memory alive.
///
/// Threads: one at a time, not always the same one. Different deliveries of a receiver: any, at the same time.
pub struct ringback_delivery {
    state: State,
    receiver: Arc<Inner>,
}

/// What a finished delivery asks for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_decision<'d> {
    /// Whether there is work: handle it, settle its claim, and send the answer that this gives. Otherwise send `answer`.
    pub handle: bool,
    /// What to answer if there is no work.
    pub answer: ringback_answer,
    /// The work, if there is some.
    pub work: ringback_work<'d>,
}

/// A delivery to be handled, and what a handler should know before it begins. Its strings borrow from the delivery.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_work<'d> {
    /// The right to handle it, to be settled.
    pub claim: ringback_claim,
    /// Its name, the same at every attempt and on every machine with the same seed: an idempotency key for handlers.
    pub id: [u8; 16],
    /// What was given to `ringback_route_add` or `ringback_route_fallback`.
    pub route: *mut c_void,
    /// What it is: one of `RINGBACK_KIND_...`.
    pub kind: ringback_kind,
    /// The payload; NULL if the body is text or audio.
    pub payload: Option<&'d ringback_payload>,
    /// The body, secrets in it overwritten.
    pub body: ringback_bytes<'d>,
    /// The job that its ticket names.
    pub job: ringback_str<'d>,
    /// The credential that let it in: the key id of a ticket, the name of a Basic pair, `extra`, or `anybody`.
    pub sender: ringback_str<'d>,
    /// The request that it answers; `len` is 0 if it does not say.
    pub request_id: ringback_request_id,
    /// The random id of its ticket; all zeros if there is none.
    pub ticket_id: [u8; 12],
    /// How many attempts were seen, at least.
    pub attempts_seen: u8,
    /// Whether a handler may have done some of the work before.
    pub again: bool,
    /// Whether it came late: within the grace of an expired ticket, or after its submission was overdue.
    pub late: bool,
    /// Whether the same document came before with other bytes.
    pub revises: bool,
}

/// Begins a delivery with its head, before a byte of its body is read: method, framing, credentials and announced length are
/// checked, and whether there is room in the ledger.
///
/// Parameters: `receiver`: the receiver. `method`, `target`: as they came. `headers`: tells the headers. `userdata`: what it is called
/// with; may be NULL. `now`: the time. `out`: the delivery; NULL if there is an answer already. `answer`: if its `status` is
/// not 0, send it and read no body: 401, 405, 400, 413, 415, 503.
///
/// Returns: `RINGBACK_OK`, also with an answer. Otherwise answer 503.
///
/// Ownership: the delivery belongs to the caller, who frees it with `ringback_delivery_free`. Nothing of the head is borrowed
/// afterwards.
///
/// Threads: any, at the same time. The callback is called on the same thread.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_begin(
    receiver: Option<&ringback_receiver>,
    method: ringback_str<'static>,
    target: ringback_str<'static>,
    headers: ringback_headers,
    userdata: *mut c_void,
    now: ringback_now,
    out: Option<&mut MaybeUninit<Option<Box<ringback_delivery>>>>,
    answer: Option<&mut MaybeUninit<ringback_answer>>,
) -> ringback_result {
    guard(|| {
        let (receiver, headers) = (receiver.given()?, headers.given()?);
        let (out, answer) = (Out::new(out)?, Out::new(answer)?);
        // What is no text is neither a method that is allowed nor a path with a ticket: the gate says so.
        let [method, target] = [method.raw()?, target.raw()?].map(|text| std::str::from_utf8(text).unwrap_or_default());
        let mut head = ringback_head { head: Head::new(method, target) };
        // SAFETY: the callback is the caller's, made for this pointer and this head, which it uses only meanwhile.
        unsafe { headers(userdata, &raw mut head) };
        match Reading::begin(&receiver.inner, &head.head, now)? {
            Ok(reading) => {
                let receiver = Arc::clone(&receiver.inner);
                let delivery = ringback_delivery { state: State::Reading(Box::new(reading)), receiver };
                answer.write(ringback_answer::NONE)?;
                out.write(Some(Box::new(delivery)))
            }
            Err(refusal) => {
                answer.write(refusal.into())?;
                out.write(None)
            }
        }
    })
}

/// Takes the next piece of a body. All of it is kept in memory, up to the limits of the configuration; beyond, the answer is
/// 413.
///
/// Parameters: `delivery`: the delivery. `data`, `len`: the piece, decoded if the server decodes. `answer`: if its `status` is not
/// 0, send it and read no more.
///
/// Returns: `RINGBACK_OK`, also with an answer; `RINGBACK_ERROR_WRONG_STATE`: there was an answer before, or the delivery is
/// finished, so stop feeding.
///
/// Ownership: the bytes are copied.
///
/// Threads: one at a time for each delivery.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_feed(
    delivery: Option<&mut ringback_delivery>,
    data: *const u8,
    len: usize,
    answer: Option<&mut MaybeUninit<ringback_answer>>,
) -> ringback_result {
    guard(|| {
        let (delivery, answer) = (delivery.given()?, Out::new(answer)?);
        if data.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: readable, as the caller has promised; copied at once.
        let piece = unsafe { bytes(data, len) }?;
        let State::Reading(reading) = &mut delivery.state else { return Err(WRONG_STATE) };
        match reading.feed(piece, &delivery.receiver) {
            Ok(()) => answer.write(ringback_answer::NONE),
            Err(refusal) => {
                delivery.state = State::Answered;
                answer.write(refusal.into())
            }
        }
    })
}

/// Finishes a delivery whose body has come whole, and decides. A body that broke off is not finished but freed.
///
/// Parameters: `delivery`: the delivery. `now`: the time. `out`: an answer to send, or work to do.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_WRONG_STATE`: there was an answer before, or it is finished already. Otherwise
/// answer 503.
///
/// Ownership: what is in `out` borrows from the delivery, and is void when that is freed. A claim that is not settled ends with
/// its lease.
///
/// Threads: one at a time for each delivery. The work may be done on any thread.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_finish<'d>(
    delivery: Option<&'d mut ringback_delivery>,
    now: ringback_now,
    out: Option<&mut MaybeUninit<ringback_decision<'d>>>,
) -> ringback_result {
    guard(|| {
        let (delivery, out) = (delivery.given()?, Out::new(out)?);
        if !matches!(delivery.state, State::Reading(_)) {
            return Err(WRONG_STATE);
        }
        let State::Reading(reading) = std::mem::replace(&mut delivery.state, State::Answered) else {
            return Err(WRONG_STATE);
        };
        match reading.finish(&delivery.receiver, now)? {
            Ok(task) => {
                delivery.state = State::Working(Box::new(task));
                let State::Working(task) = &delivery.state else { return Err(WRONG_STATE) };
                out.write(ringback_decision { handle: true, answer: ringback_answer::NONE, work: task.work() })
            }
            Err(answer) => {
                let work = ringback_work::none();
                out.write(ringback_decision { handle: false, answer: answer.into(), work })
            }
        }
    })
}

/// Gives a delivery back, at whatever stage: a connection that broke off needs nothing else.
///
/// Parameters: `delivery`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the delivery; its payload and its strings are void. Its claim is not: it can still be settled.
///
/// Threads: any, while no other one uses the delivery.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_delivery_free(delivery: Option<Box<ringback_delivery>>) {
    guard_or((), || drop(delivery));
}

const WRONG_STATE: Failed = Failed(RINGBACK_ERROR_WRONG_STATE);

/// How far a delivery has come.
enum State {
    Reading(Box<Reading>),
    Working(Box<Task>),
    Answered,
}

/// A delivery whose body is being read.
struct Reading {
    admitted: Admitted<'static>,
    content_type: Option<String>,
    /// How long the body must be, if that was announced and is not changed by decoding.
    length: Option<u64>,
    limit: u64,
    body: Vec<u8>,
}

/// A delivery to be handled.
struct Task {
    facts: Facts,
    content: Content,
}

/// What the core said about a delivery, in a form that can be kept.
struct Facts {
    claim: ringback_claim,
    id: [u8; 16],
    route: *mut c_void,
    kind: ringback_kind,
    request_id: ringback_request_id,
    attempts_seen: u8,
    again: bool,
    late: bool,
    revises: bool,
    admitted: Admitted<'static>,
}

/// Why a delivery ends without work.
enum Stop {
    Answer(Answer),
    Failed(Failed),
}

/// The body, with a view of it if it is JSON.
enum Content {
    Json(ringback_payload),
    Other(Held),
}

impl Reading {
    fn begin(receiver: &Inner, head: &Head<'_>, now: ringback_now) -> Result<Result<Reading, Answer>, Failed> {
        let gate = &receiver.gate;
        let admitted = match gate.admit(head, now.wall) {
            Ok(admitted) => admitted,
            Err(answer) => return Ok(Err(answer)),
        };
        let plain = head.encoding() == Encoding::Identity;
        if !plain && !receiver.home.settings().decodes_gzip {
            let error = ErrorKind::UnsupportedEncoding.into();
            return Ok(Err(receiver.answer(Situation::Encoding).because(error)));
        }
        if let Some(answer) = receiver.hindrance()? {
            return Ok(Err(answer));
        }
        Ok(Ok(Reading {
            limit: gate.body_limit(&admitted),
            admitted,
            content_type: head.content_type_text().map(str::to_owned),
            length: head.content_length().filter(|_| plain),
            body: Vec::new(),
        }))
    }

    fn feed(&mut self, piece: &[u8], receiver: &Inner) -> Result<(), Answer> {
        // A length of the body is that of a piece of memory, and fits.
        if (self.body.len() as u64).saturating_add(piece.len() as u64) > self.limit {
            return Err(receiver.gate.too_large());
        }
        self.body.try_reserve(piece.len()).map_err(|_| receiver.answer(Situation::Unavailable))?;
        self.body.extend_from_slice(piece);
        Ok(())
    }

    fn finish(self, receiver: &Inner, now: ringback_now) -> Result<Result<Task, Answer>, Failed> {
        let Reading { mut admitted, content_type, length, mut body, .. } = self;
        if length.is_some_and(|length| length != body.len() as u64) {
            let error = Error::new(ErrorKind::UnexpectedEnd, body.len());
            return Ok(Err(receiver.answer(Situation::Incomplete).because(error)));
        }
        if receiver.gate.looks_into_the_body() {
            admitted = match receiver.gate.unlock(admitted, &mut body, now.wall) {
                Ok(admitted) => admitted,
                Err(answer) => return Ok(Err(answer)),
            };
        }
        // The gate was asked about the head before. All that it still wants is the content type.
        let mut head = Head::new("POST", "/");
        if let Some(content_type) = &content_type {
            head = head.header("content-type", content_type.as_bytes());
        }
        let mut facts = None;
        let held = Held::new(Body::Owned(body.into()), |body| {
            let delivery = receiver.gate.examine(admitted, &head, body).map_err(Stop::Answer)?;
            match receiver.lock().map_err(Stop::Failed)?.accept(delivery, now.into()) {
                Decision::Answer(answer) => Err(Stop::Answer(answer)),
                Decision::Handle(work) => {
                    let payload = work.delivery.payload().copied();
                    facts = Some(Facts::of(work, receiver));
                    Ok(payload)
                }
            }
        });
        match (held, facts) {
            (Ok(held), Some(facts)) => Ok(Ok(Task { facts, content: Content::of(held) })),
            (Err(Stop::Answer(answer)), _) => Ok(Err(answer)),
            (Err(Stop::Failed(failed)), _) => Err(failed),
            (Ok(_), None) => Err(WRONG_STATE),
        }
    }
}

impl Facts {
    fn of(work: Work<'_, 'static>, receiver: &Inner) -> Facts {
        let delivery = work.delivery;
        Facts {
            claim: work.claim.into(),
            id: *work.id.as_bytes(),
            route: receiver.user(delivery.route).0,
            kind: kind::number(delivery.kind),
            request_id: delivery.request_id.map_or(ringback_request_id::NONE, |id| ringback_request_id::of(&id)),
            attempts_seen: work.attempts_seen,
            again: work.again,
            late: work.late,
            revises: work.revises,
            admitted: delivery.admitted,
        }
    }
}

impl Content {
    fn of(held: Held) -> Content {
        match ringback_payload::new(held) {
            Ok(payload) => Content::Json(payload),
            Err(held) => Content::Other(held),
        }
    }

    fn payload(&self) -> Option<&ringback_payload> {
        match self {
            Content::Json(payload) => Some(payload),
            Content::Other(_) => None,
        }
    }

    fn body(&self) -> &[u8] {
        match self {
            Content::Json(payload) => payload.body(),
            Content::Other(held) => held.body(),
        }
    }
}

impl Task {
    fn work(&self) -> ringback_work<'_> {
        let facts = &self.facts;
        ringback_work {
            claim: facts.claim,
            id: facts.id,
            route: facts.route,
            kind: facts.kind,
            payload: self.content.payload(),
            body: self.content.body().into(),
            job: facts.admitted.job().into(),
            sender: facts.admitted.sender().into(),
            request_id: facts.request_id,
            ticket_id: facts.admitted.ticket().unwrap_or_default(),
            attempts_seen: facts.attempts_seen,
            again: facts.again,
            late: facts.late,
            revises: facts.revises,
        }
    }
}

impl ringback_work<'_> {
    /// No work.
    fn none() -> ringback_work<'static> {
        ringback_work {
            claim: Claim::UNRECORDED.into(),
            id: [0; 16],
            route: std::ptr::null_mut(),
            kind: 0,
            payload: None,
            body: (&[][..]).into(),
            job: ringback_str::NONE,
            sender: ringback_str::NONE,
            request_id: ringback_request_id::NONE,
            ticket_id: [0; 12],
            attempts_seen: 0,
            again: false,
            late: false,
            revises: false,
        }
    }
}
