//! A body on its way in: bounded, decompressed, and taken by the receiver when it is whole.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::write::MultiGzDecoder;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyBytes};
use ringback::gate::Admitted;
use ringback::head::Encoding;
use ringback::policy::{Answer as Verdict, Situation};
use ringback::{ErrorKind, Head};
use ringback_inbox::{Decision, Inbox, Receiver};

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

/// A delivery whose head was admitted: its body is fed in pieces.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Intake {
    receiver: Receiver,
    /// Where it is kept, and who handles it.
    inbox: Inbox,
    held: Held,
    filling: Mutex<Option<(Admitted<'static>, Filling)>>,
}

/// A body in the making.
struct Filling {
    decoder: MultiGzDecoder<Room>,
    plain: bool,
}

/// Where the bytes go. It asks for memory before it takes any, and gives it back.
struct Room {
    bytes: Vec<u8>,
    limit: u64,
    budget: Arc<Budget>,
    taken: u64,
    broken: Option<Broken>,
}

#[derive(Clone, Copy)]
enum Broken {
    TooLarge,
    NoRoom,
    Cut,
    Damaged,
}

impl Room {
    fn take(&mut self, data: &[u8]) -> std::result::Result<(), Broken> {
        let length = (self.bytes.len() + data.len()) as u64;
        if length > self.limit {
            return Err(Broken::TooLarge);
        }
        self.reserve(length)?;
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    fn reserve(&mut self, length: u64) -> std::result::Result<(), Broken> {
        if let Some(more) = length.checked_sub(self.taken).filter(|more| *more > 0) {
            if !self.budget.take(more) {
                return Err(Broken::NoRoom);
            }
            self.taken += more;
        }
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.budget.taken.fetch_sub(self.taken, Ordering::AcqRel);
    }
}

impl io::Write for Room {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match self.take(data) {
            Ok(()) => Ok(data.len()),
            Err(broken) => {
                self.broken = Some(broken);
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
    pub(crate) fn begin(
        receiver: &Receiver,
        inbox: &Inbox,
        budget: &Arc<Budget>,
        held: Held,
    ) -> std::result::Result<Intake, Verdict> {
        let head = held.head();
        let admitted = receiver.admit(&head)?;
        let limit = receiver.gate().body_limit(&admitted);
        let plain = head.encoding() == Encoding::Identity;
        let mut room = Room { bytes: Vec::new(), limit, budget: budget.clone(), taken: 0, broken: None };
        if let (true, Some(length)) = (plain, head.content_length()) {
            room.reserve(length.min(limit)).map_err(|broken| answer(receiver, broken))?;
        }
        let filling = Filling { decoder: MultiGzDecoder::new(room), plain };
        let filling = Mutex::new(Some((admitted, filling)));
        Ok(Intake { receiver: receiver.clone(), inbox: inbox.clone(), held, filling })
    }

    /// Takes in a piece of the body; an answer means that the rest need not be read.
    pub(crate) fn take_in(&self, data: &[u8]) -> Option<Verdict> {
        let mut place = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, filling) = place.as_mut()?;
        let broken = match filling.plain {
            true => filling.decoder.get_mut().take(data).err(),
            false => filling
                .decoder
                .write_all(data)
                .is_err()
                .then(|| filling.decoder.get_ref().broken.unwrap_or(Broken::Damaged)),
        };
        broken.map(|broken| {
            *place = None;
            answer(&self.receiver, broken)
        })
    }

    /// The body is whole: what to do with it. Blocks until it is durable.
    pub(crate) fn conclude(&self) -> Option<Decision> {
        let mut place = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        let (admitted, mut filling) = place.take()?;
        // The checksum comes last: if it is wrong or missing, the next attempt may be whole.
        if !filling.plain && filling.decoder.try_finish().is_err() {
            let broken = filling.decoder.get_ref().broken.unwrap_or(Broken::Cut);
            return Some(Decision::Answer(answer(&self.receiver, broken)));
        }
        let body = &mut filling.decoder.get_mut().bytes;
        let (gate, head) = (self.receiver.gate(), self.held.head());
        let unlocked = match gate.looks_into_the_body() {
            true => gate.unlock(admitted, body, self.inbox.now().wall),
            false => Ok(admitted),
        };
        Some(match unlocked.and_then(|admitted| gate.examine(admitted, &head, body)) {
            Ok(delivery) => self.inbox.accept(gate.policy(), &delivery, head.content_type_text()),
            Err(answer) => Decision::Answer(answer),
        })
    }
}

/// What to answer when there is no body.
fn answer(receiver: &Receiver, broken: Broken) -> Verdict {
    let policy = receiver.gate().policy();
    match broken {
        Broken::TooLarge => receiver.gate().too_large(),
        Broken::NoRoom => policy.answer(Situation::Unavailable),
        // Nothing of it was kept, so it must come again.
        Broken::Cut | Broken::Damaged => policy.answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into()),
    }
}

#[pymethods]
impl Intake {
    /// Takes in a piece of the body; an answer means that the rest need not be read.
    #[pyo3(signature = (data, /))]
    fn feed(&self, py: Python<'_>, data: &Bound<'_, PyBytes>) -> Option<Answer> {
        let bytes = data.as_bytes();
        let large = bytes.len() > LARGE;
        if large { py.detach(|| self.take_in(bytes)) } else { self.take_in(bytes) }.map(Answer::from)
    }

    /// The body is whole: an answer, or a delivery to be handled. Blocks until it is durable.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match py.detach(|| self.conclude()) {
            Some(decision) => decided(py, decision),
            None => Err(PyRuntimeError::new_err("the body was taken already")),
        }
    }
}

/// An answer, or a delivery to be handled.
pub(crate) fn decided(py: Python<'_>, decision: Decision) -> PyResult<Bound<'_, PyAny>> {
    match decision {
        Decision::Answer(answer) => Answer::from(answer).into_bound_py_any(py),
        Decision::Handle(work) => Delivery::of(py, &work).into_bound_py_any(py),
    }
}
