//! A body on its way in: bounded, decompressed, and taken by the receiver when it is whole.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::write::MultiGzDecoder;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes};
use ringback::gate::Admitted;
use ringback::head::Encoding;
use ringback::payload::Kind;
use ringback::policy::{Answer as Verdict, Situation};
use ringback::{ErrorKind, Head};
use ringback_inbox::inbox::Oversize;
use ringback_inbox::{Decision, Inbox, Leases, Receiver};

use crate::answer::Answer;
use crate::delivery::Delivery;
use crate::payload::LARGE;

/// The head of a request, kept until its body is there.
pub(crate) struct Held {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

impl Held {
    /// What a gate looks at.
    pub(crate) fn head(&self) -> Head<'_> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        Head::new(&self.method, &self.target).headers(headers)
    }
}

/// The bytes of all bodies that are on their way in.
#[derive(Debug)]
pub(crate) struct Budget {
    taken: AtomicU64,
    most: u64,
}

impl Budget {
    pub(crate) const fn new(most: u64) -> Budget {
        Budget { taken: AtomicU64::new(0), most }
    }

    fn take(&self, bytes: u64) -> bool {
        let more = |taken: u64| taken.checked_add(bytes).filter(|sum| *sum <= self.most);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }
}

/// Where deliveries are taken in: what all intakes of a receiver share.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) receiver: Receiver,
    /// Where they are kept; its settings say whether they are handled before they are answered.
    pub(crate) inbox: Inbox,
    pub(crate) budget: Arc<Budget>,
    pub(crate) leases: Leases,
}

impl Desk {
    /// Counts what is refused before it is a delivery.
    fn refused(&self, answer: Verdict) -> Verdict {
        self.inbox.metrics().refused(answer)
    }

    /// Looks at a head. What is too large for memory is not refused for that: it may go to the disk.
    fn admit(&self, head: &Head<'_>) -> std::result::Result<Option<Admitted<'static>>, Verdict> {
        match self.receiver.gate().admit(head, self.inbox.now().wall) {
            // Strangers do not learn how the store is.
            Ok(admitted) => match self.receiver.inbox().check() {
                Ok(()) => Ok(Some(admitted)),
                Err(error) => Err(self.receiver.unavailable(&error)),
            },
            Err(answer) if answer.situation == Situation::TooLarge => Ok(None),
            Err(answer) => Err(answer),
        }
    }

    /// An answer, or a delivery to be handled.
    pub(crate) fn decided<'py>(&self, py: Python<'py>, decision: Decision) -> PyResult<Bound<'py, PyAny>> {
        match decision {
            Decision::Answer(answer) => Answer::from(answer).into_bound_py_any(py),
            Decision::Handle(work) => {
                let lease = self.leases.hold(work.claim);
                Delivery::of(py, &work, Some(lease)).into_bound_py_any(py)
            }
        }
    }
}

/// A delivery whose head was admitted: its body is fed in pieces.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Intake {
    desk: Desk,
    held: Arc<Held>,
    filling: Mutex<Option<Filling>>,
}

/// A body in the making.
struct Filling {
    /// Of a body that fits into memory.
    admitted: Option<Admitted<'static>>,
    decoder: MultiGzDecoder<Room>,
    plain: bool,
}

/// Where the bytes go. It asks for memory before it takes any, and gives it back; what is over the limit on memory goes
/// to the disk.
struct Room {
    desk: Desk,
    held: Arc<Held>,
    bytes: Vec<u8>,
    limit: u64,
    taken: u64,
    spill: Option<Oversize>,
    broken: Option<Verdict>,
}

impl Room {
    fn take(&mut self, data: &[u8]) -> std::result::Result<(), Verdict> {
        if let Some(spill) = &mut self.spill {
            return spill.write(data);
        }
        let length = (self.bytes.len() + data.len()) as u64;
        if length > self.limit {
            let mut spill = self.desk.inbox.oversize(self.desk.receiver.gate(), &self.held.head())?;
            spill.write(&self.bytes)?;
            spill.write(data)?;
            self.bytes = Vec::new();
            self.spill = Some(spill);
            return Ok(());
        }
        self.reserve(length)?;
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    fn reserve(&mut self, length: u64) -> std::result::Result<(), Verdict> {
        if let Some(more) = length.checked_sub(self.taken).filter(|more| *more > 0) {
            if !self.desk.budget.take(more) {
                return Err(self.desk.receiver.gate().policy().answer(Situation::Unavailable));
            }
            self.taken += more;
        }
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.desk.budget.taken.fetch_sub(self.taken, Ordering::AcqRel);
    }
}

impl io::Write for Room {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match self.take(data) {
            Ok(()) => Ok(data.len()),
            Err(answer) => {
                self.broken = Some(answer);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Intake {
    /// Looks at the head; an answer means that the body need not be read.
    pub(crate) fn begin(desk: &Desk, held: Held) -> std::result::Result<Intake, Verdict> {
        Intake::open(desk, held).map_err(|answer| desk.refused(answer))
    }

    fn open(desk: &Desk, held: Held) -> std::result::Result<Intake, Verdict> {
        let held = Arc::new(held);
        let head = held.head();
        let gate = desk.receiver.gate();
        let admitted = desk.admit(&head)?;
        let (spill, limit) = match &admitted {
            Some(admitted) => (None, gate.body_limit(admitted)),
            None => (Some(desk.inbox.oversize(gate, &head)?), 0),
        };
        let plain = head.encoding() == Encoding::Identity;
        let announced = head.content_length().filter(|_| plain && spill.is_none());
        let mut room =
            Room { desk: desk.clone(), held: held.clone(), bytes: Vec::new(), limit, taken: 0, spill, broken: None };
        room.reserve(announced.unwrap_or(0).min(limit))?;
        let filling = Filling { admitted, decoder: MultiGzDecoder::new(room), plain };
        Ok(Intake { desk: desk.clone(), held, filling: Mutex::new(Some(filling)) })
    }

    fn filling(&self) -> MutexGuard<'_, Option<Filling>> {
        self.filling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a piece of the body; an answer means that the rest need not be read.
    pub(crate) fn take_in(&self, data: &[u8]) -> Option<Verdict> {
        let mut place = self.filling();
        let filling = place.as_mut()?;
        let broken = match filling.plain {
            true => filling.decoder.get_mut().take(data).err(),
            false => match filling.decoder.write_all(data) {
                Ok(()) => None,
                Err(_) => Some(filling.decoder.get_mut().broken.take().unwrap_or_else(|| cut(&self.desk))),
            },
        };
        if broken.is_some() {
            *place = None;
        }
        broken.map(|answer| self.desk.refused(answer))
    }

    /// The body is whole: what to do with it. Blocks until it is durable.
    pub(crate) fn conclude(&self) -> Option<Decision> {
        let Filling { admitted, mut decoder, plain } = self.filling().take()?;
        // The checksum comes last: if it is wrong or missing, the next attempt may be whole.
        if !plain && decoder.try_finish().is_err() {
            let broken = decoder.get_mut().broken.take().unwrap_or_else(|| cut(&self.desk));
            return Some(Decision::Answer(self.desk.refused(broken)));
        }
        let room = decoder.get_mut();
        if let Some(spill) = room.spill.take() {
            let answer = spill.finish();
            if answer.is_success() {
                // Nobody has looked into it.
                self.desk.inbox.metrics().answered(Kind::Unknown, &answer);
                return Some(Decision::Answer(answer));
            }
            return Some(Decision::Answer(self.desk.refused(answer)));
        }
        let body = &mut room.bytes;
        let (gate, inbox, head) = (self.desk.receiver.gate(), &self.desk.inbox, self.held.head());
        let unlocked = match gate.looks_into_the_body() {
            true => gate.unlock(admitted?, body, inbox.now().wall),
            false => Ok(admitted?),
        };
        Some(match unlocked.and_then(|admitted| gate.examine(admitted, &head, body)) {
            Ok(delivery) => inbox.accept(gate.policy(), &delivery, head.content_type_text()),
            Err(answer) => Decision::Answer(self.desk.refused(answer)),
        })
    }
}

/// What to answer when a compressed body is damaged or not whole: nothing of it was kept, so it must come again.
fn cut(desk: &Desk) -> Verdict {
    desk.receiver.gate().policy().answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into())
}

#[pymethods]
impl Intake {
    /// Whether feeding so many bytes may take its time: they go to the disk, or have to be decompressed.
    fn is_slow(&self, length: usize) -> bool {
        self.filling().as_ref().is_some_and(|filling| {
            let room = filling.decoder.get_ref();
            !filling.plain || room.spill.is_some() || (room.bytes.len() + length) as u64 > room.limit
        })
    }

    /// Takes in a piece of the body; an answer means that the rest need not be read.
    #[pyo3(signature = (data, /))]
    fn feed(&self, py: Python<'_>, data: &Bound<'_, PyBytes>) -> Option<Answer> {
        let bytes = data.as_bytes();
        let slow = bytes.len() > LARGE || self.is_slow(bytes.len());
        if slow { py.detach(|| self.take_in(bytes)) } else { self.take_in(bytes) }.map(Answer::from)
    }

    /// The body is whole: an answer, or a delivery to be handled. Blocks until it is durable.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match py.detach(|| self.conclude()) {
            Some(decision) => self.desk.decided(py, decision),
            None => Err(PyRuntimeError::new_err("the body was taken already")),
        }
    }
}
