//! What handlers get, what waiting gives, and what an inbox shows: a body with what is known of it.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};
use ringback::ledger::Claim;
use ringback::payload::Kind;
use ringback_inbox::ledger::{Entry, Submitted};
use ringback_inbox::{Lease, Reply, Work};

use crate::payload::{Payload, name};

/// A body, parsed when somebody asks for its payload.
struct Body {
    bytes: Py<PyBytes>,
    kind: Kind,
    payload: OnceLock<Option<Py<Payload>>>,
}

impl Body {
    fn new(py: Python<'_>, bytes: &[u8], kind: Kind) -> Body {
        Body { bytes: PyBytes::new(py, bytes).unbind(), kind, payload: OnceLock::new() }
    }

    fn payload(&self, py: Python<'_>) -> PyResult<Option<Py<Payload>>> {
        if let Some(known) = self.payload.get() {
            return Ok(known.as_ref().map(|payload| payload.clone_ref(py)));
        }
        let parsed = match self.kind {
            Kind::Audio => None,
            _ => Payload::new(py, self.bytes.bind(py)).ok(),
        };
        let parsed = parsed.map(|payload| Py::new(py, payload)).transpose()?;
        Ok(self.payload.get_or_init(|| parsed).as_ref().map(|payload| payload.clone_ref(py)))
    }
}

/// A delivery to be handled, and everything that a handler should know.
#[pyclass(frozen, weakref, module = "ringback")]
pub(crate) struct Delivery {
    /// The name of the delivery, the same at every attempt and at every try: an idempotency key.
    #[pyo3(get)]
    id: String,
    /// The user's own name for the work.
    #[pyo3(get)]
    job: Option<String>,
    /// The request that it answers, where it says.
    #[pyo3(get)]
    request_id: Option<String>,
    /// Its submission, where one can be told.
    #[pyo3(get)]
    submission: Option<String>,
    /// Which credential let it in: the id of a ticket's key, or the name of a Basic pair.
    #[pyo3(get)]
    sender: String,
    /// The content type as it was sent.
    #[pyo3(get)]
    content_type: Option<String>,
    /// How many attempts were seen, at least.
    #[pyo3(get)]
    attempts_seen: u8,
    /// Whether a handler may have done some of the work before.
    #[pyo3(get)]
    again: bool,
    /// Whether it came late: within the grace of its ticket, or after its submission was overdue.
    #[pyo3(get)]
    late: bool,
    /// Whether it is the second of two that differ.
    #[pyo3(get)]
    revises: bool,
    context: Option<Py<PyBytes>>,
    body: Body,
    claim: Claim,
    /// When it was given out.
    begun: Instant,
    /// Of a delivery that no worker has claimed.
    lease: Mutex<Option<Lease>>,
}

impl Delivery {
    /// What a handler gets for this work.
    pub(crate) fn of(py: Python<'_>, work: &Work, lease: Option<Lease>) -> Delivery {
        Delivery {
            id: work.id.to_string(),
            job: work.job.clone(),
            request_id: work.request_id.clone(),
            submission: work.submission.map(|submission| submission.to_string()),
            sender: work.sender.clone(),
            content_type: work.content_type.clone(),
            attempts_seen: work.attempts_seen,
            again: work.again,
            late: work.late,
            revises: work.revises,
            context: work.context.as_deref().map(|context| PyBytes::new(py, context).unbind()),
            body: Body::new(py, &work.body, work.kind),
            claim: work.claim,
            begun: Instant::now(),
            lease: Mutex::new(lease),
        }
    }

    /// What it is.
    pub(crate) fn kind_of(&self) -> Kind {
        self.body.kind
    }

    /// How long it has been in somebody's hands.
    pub(crate) fn taken_for(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The right to settle it.
    pub(crate) fn claim(&self) -> Claim {
        self.claim
    }

    /// It is not to be renewed any more.
    pub(crate) fn let_go(&self) {
        drop(self.lease.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[pymethods]
impl Delivery {
    /// What it is: one of `ringback.KINDS`.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        name(py, self.body.kind)
    }

    /// What the submitter wanted its handler to know.
    #[getter]
    fn context(&self, py: Python<'_>) -> Option<Py<PyBytes>> {
        self.context.as_ref().map(|context| context.clone_ref(py))
    }

    /// The bytes that came, decompressed, secrets masked.
    #[getter]
    fn body(&self, py: Python<'_>) -> Py<PyBytes> {
        self.body.bytes.clone_ref(py)
    }

    /// The payload, if the body is JSON.
    #[getter]
    fn payload(&self, py: Python<'_>) -> PyResult<Option<Py<Payload>>> {
        self.body.payload(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<ringback.Delivery {} {}, {} bytes>", self.id, self.body.kind, self.body.bytes.bind(py).len()?))
    }
}

/// What came for a submission: the document, the audio, or the end of a stream with its pieces.
#[pyclass(frozen, weakref, module = "ringback")]
pub(crate) struct Result {
    /// The name of the delivery.
    #[pyo3(get)]
    id: String,
    /// The user's own name for the work.
    #[pyo3(get)]
    job: Option<String>,
    /// The request that it answers, where it says.
    #[pyo3(get)]
    request_id: Option<String>,
    /// Its submission.
    #[pyo3(get)]
    submission: Option<String>,
    /// The content type as it was sent.
    #[pyo3(get)]
    content_type: Option<String>,
    /// When it came, in seconds since 1970.
    #[pyo3(get)]
    time: f64,
    body: Body,
    segments: Vec<Py<Payload>>,
}

impl Result {
    /// What waiting gives.
    pub(crate) fn of(py: Python<'_>, reply: &Reply) -> PyResult<Result> {
        let Entry { facts, row, .. } = &reply.delivery;
        let mut segments = Vec::new();
        for segment in &reply.segments {
            if let Ok(payload) = Payload::new(py, &PyBytes::new(py, segment)) {
                segments.push(Py::new(py, payload)?);
            }
        }
        Ok(Result {
            id: facts.id.to_string(),
            job: facts.job.clone(),
            request_id: facts.request_id.clone(),
            submission: facts.scope.map(|scope| scope.to_string()),
            content_type: facts.content_type.clone(),
            time: seconds(row.first),
            body: Body::new(py, &reply.body, facts.kind),
            segments,
        })
    }
}

#[pymethods]
impl Result {
    /// What it is: one of `ringback.KINDS`.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        name(py, self.body.kind)
    }

    /// The bytes that came, decompressed, secrets masked.
    #[getter]
    fn body(&self, py: Python<'_>) -> Py<PyBytes> {
        self.body.bytes.clone_ref(py)
    }

    /// The payload, if the body is JSON.
    #[getter]
    fn payload(&self, py: Python<'_>) -> PyResult<Option<Py<Payload>>> {
        self.body.payload(py)
    }

    /// The final pieces of a stream's transcript, in the order of their time; empty for everything else.
    #[getter]
    fn segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.segments)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<ringback.Result {} {}, {} bytes>", self.id, self.body.kind, self.body.bytes.bind(py).len()?))
    }
}

/// A delivery that will not be handled by itself any more.
#[pyclass(frozen, get_all, module = "ringback")]
pub(crate) struct DeadLetter {
    /// The name of the delivery: what `replay` takes.
    id: String,
    /// What it is: one of `ringback.KINDS`.
    kind: &'static str,
    /// Why it is dead, such as `failed` or `differing`.
    reason: Option<&'static str>,
    /// The user's own name for the work.
    job: Option<String>,
    /// The request that it answers, where it says.
    request_id: Option<String>,
    /// Its submission, where one can be told.
    submission: Option<String>,
    /// Which credential let it in.
    sender: String,
    /// The bytes of its body.
    bytes: u64,
    /// How many times handling it failed.
    failures: u8,
    /// When it came, in seconds since 1970.
    time: f64,
    /// Its place in the order of arrival: what `after` takes.
    sequence: u64,
}

impl From<&Entry> for DeadLetter {
    fn from(entry: &Entry) -> DeadLetter {
        let Entry { facts, row, .. } = entry;
        DeadLetter {
            id: facts.id.to_string(),
            kind: facts.kind.name(),
            reason: facts.reason.map(|reason| reason.name()),
            job: facts.job.clone(),
            request_id: facts.request_id.clone(),
            submission: facts.scope.map(|scope| scope.to_string()),
            sender: facts.sender.clone(),
            bytes: facts.length,
            failures: row.failures,
            time: seconds(row.first),
            sequence: entry.sequence,
        }
    }
}

#[pymethods]
impl DeadLetter {
    fn __repr__(&self) -> String {
        format!("<ringback.DeadLetter {} {}: {}>", self.id, self.kind, self.reason.unwrap_or("unknown"))
    }
}

/// A submission that is waited for, or was in vain.
#[pyclass(frozen, get_all, module = "ringback")]
pub(crate) struct Pending {
    /// Its name.
    id: String,
    /// The user's own name for the work.
    job: Option<String>,
    /// The request id, once the submitter has learnt it.
    request_id: Option<String>,
    /// What the submitter wants its handler to know.
    context: Option<Vec<u8>>,
    /// When it was announced, in seconds since 1970.
    since: f64,
    /// When it is overdue, in seconds since 1970; None is never.
    deadline: Option<f64>,
    /// Whether its deadline has passed.
    overdue: bool,
}

impl From<&Submitted> for Pending {
    fn from(submitted: &Submitted) -> Pending {
        let Submitted { scope, announcement, row } = submitted;
        Pending {
            id: scope.to_string(),
            job: announcement.job.clone(),
            request_id: announcement.request_id.clone(),
            context: announcement.context.clone(),
            since: seconds(announcement.since),
            deadline: (row.due != u64::MAX && !row.overdue).then(|| seconds(row.due)),
            overdue: row.overdue,
        }
    }
}

#[pymethods]
impl Pending {
    fn __repr__(&self) -> String {
        format!("<ringback.Pending {}>", self.id)
    }
}

/// Milliseconds as Python counts time.
pub(crate) fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}
