//! A body together with the view of it: the only place that extends a lifetime.

use pyo3::IntoPyObjectExt;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyKeyError, PyTypeError, PyUnicodeEncodeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple};
use ringback::ErrorKind;
use ringback::payload::{Kind, View as _};
use ringback::request_id::RequestId;

use crate::error;
use crate::list::{Item, List, Pairs, Rows};
use crate::metadata::Metadata;
use crate::part::{Got, Part, View};
use crate::stream::{Failure, SpeechStarted, StreamError, StreamResults, UtteranceEnd};
use crate::transcript::{Alternative, Channel, Results, Utterance};
use crate::value;

/// Above this length the global lock is released while a body is checked; below, that would cost more than it gives.
pub(crate) const LARGE: usize = 64 * 1024;

/// A JSON body, parsed and checked whole. Attributes are looked up when they are asked for.
///
/// The view borrows from the bytes beside it. Rust has no lifetime for that, so it is called `'static` inside of this
/// file, and this is why nothing goes wrong:
///
/// - The bytes do not move or change: a `bytes` object is immutable, and this one is kept alive by `body`.
/// - Nobody keeps the view longer: both fields are private and never replaced, and [`Payload::view`] gives the view with
///   the lifetime of the borrow of `self`, which Rust allows because a payload is covariant.
#[pyclass(frozen, weakref, freelist = 16, module = "ringback")]
pub(crate) struct Payload {
    view: ringback::Payload<'static>,
    body: Py<PyBytes>,
}

impl Payload {
    /// Checks a body and keeps it.
    #[inline]
    pub(crate) fn new(py: Python<'_>, body: &Bound<'_, PyBytes>) -> Result<Payload, ringback::Error> {
        let bytes = body.as_bytes();
        let view = match bytes.len() {
            ..=LARGE => ringback::Payload::parse(bytes),
            _ => py.detach(|| ringback::Payload::parse(bytes)),
        }?;
        // SAFETY: only the lifetime changes. The type's own comment says why the view does not outlive the body.
        let view = unsafe { std::mem::transmute::<ringback::Payload<'_>, ringback::Payload<'static>>(view) };
        Ok(Payload { view, body: body.clone().unbind() })
    }

    /// What the body says.
    pub(crate) fn view(&self) -> &ringback::Payload<'_> {
        &self.view
    }
}

/// Checks a JSON body whole and finds out what it is.
#[pyfunction]
#[pyo3(signature = (body, /))]
pub(crate) fn parse<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Payload>> {
    match body.cast::<PyBytes>() {
        Ok(bytes) => parsed(py, bytes),
        Err(_) => parsed(py, &copied(py, body)?),
    }
}

fn parsed<'py>(py: Python<'py>, body: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, Payload>> {
    match Payload::new(py, body) {
        Ok(payload) => Bound::new(py, payload),
        Err(error) => Err(error::in_text(py, error, body.as_bytes())),
    }
}

/// The bytes of what is not immutable, or not encoded.
fn copied<'py>(py: Python<'py>, body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(text) = body.cast::<PyString>() {
        return encoded(py, text);
    }
    let Ok(buffer) = PyBuffer::<u8>::get(body) else {
        let name = body.get_type().name()?;
        return Err(PyTypeError::new_err(format!("expected bytes, bytearray, memoryview or str, not {name}")));
    };
    PyBytes::new_with(py, buffer.len_bytes(), |copy| buffer.copy_to_slice(py, copy))
}

/// A text with lone surrogates has no UTF-8: the error names the place where it would be.
fn encoded<'py>(py: Python<'py>, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    text.encode_utf8().or_else(|failed| {
        if !failed.is_instance_of::<PyUnicodeEncodeError>(py) {
            return Err(failed);
        }
        let at: usize = failed.value(py).getattr("start")?.extract()?;
        let before = text.get_item(pyo3::types::PySlice::new(py, 0, at.cast_signed(), 1))?;
        let before = before.cast::<PyString>()?.encode_utf8()?;
        let error = ringback::Error::new(ErrorKind::InvalidUtf8, before.as_bytes().len());
        Err(error::in_text(py, error, before.as_bytes()))
    })
}

/// An id as it is written: most payloads are asked for theirs, and most of those are UUIDs.
fn canonical<'py>(py: Python<'py>, id: RequestId<'_>) -> Bound<'py, PyString> {
    let Some(text) = id.hyphenated() else { return PyString::new(py, &id.to_string()) };
    PyString::new(py, std::str::from_utf8(&text).unwrap_or_default())
}

static NAMES: PyOnceLock<Vec<(Kind, Py<PyString>)>> = PyOnceLock::new();

/// The name of a kind.
pub(crate) fn name(py: Python<'_>, kind: Kind) -> Bound<'_, PyString> {
    let intern = |kind: Kind| (kind, PyString::intern(py, kind.name()).unbind());
    let names = NAMES.get_or_init(py, || Kind::ALL.into_iter().map(intern).collect());
    match names.iter().find(|(known, _)| *known == kind) {
        Some((_, name)) => name.bind(py).clone(),
        None => PyString::new(py, kind.name()),
    }
}

/// The names of all kinds.
pub(crate) fn kinds(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, Kind::ALL.map(|kind| name(py, kind)))
}

/// The view of an object that may not be there.
fn view<'py, T: View>(
    of: &Bound<'py, Payload>,
    object: Option<ringback::json::Object<'_>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    object.map(|object| T::make(of.py(), Part::of(of.py(), of.as_unbound(), object.value()))).transpose()
}

#[pymethods]
impl Payload {
    /// What it is: one of `ringback.KINDS`.
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        name(py, self.view.kind())
    }

    /// The request that this answers, UUIDs in small letters; failures and some stream messages may not say.
    #[getter]
    fn request_id<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.view().request_id().map(|id| canonical(py, id))
    }

    /// The best reading of the first channel of a transcript, or of a stream's results.
    #[getter]
    fn transcript<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        self.view().transcript().map(|found| value::text(py, found))
    }

    /// The metadata: of a document or a stream's results, or the closing message itself.
    #[getter]
    fn metadata<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<Metadata>(slf, slf.get().view().metadata().map(|found| found.object()))
    }

    /// The results of a transcript or an analysis.
    #[getter]
    fn results(slf: &Bound<'_, Self>) -> Option<Results> {
        slf.get().view().results().map(|_| Results::of(slf.clone().unbind()))
    }

    /// The channels of a transcript.
    #[getter]
    fn channels<'py>(slf: &Bound<'py, Self>) -> Got<'py> {
        List::over(slf.py(), slf.as_unbound(), Item::of::<Channel>(), slf.get().view().channels().array())
    }

    /// The utterances of a transcript.
    #[getter]
    fn utterances<'py>(slf: &Bound<'py, Self>) -> Got<'py> {
        Rows::over(slf.py(), slf.as_unbound(), Item::of::<Utterance>(), slf.get().view().utterances().array())
    }

    /// The best reading of the first channel of a transcript, or of a stream's results.
    #[getter]
    fn alternative<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<Alternative>(slf, slf.get().view().alternative().map(|found| found.object()))
    }

    /// The tags that the submitter gave.
    #[getter]
    fn tags<'py>(slf: &Bound<'py, Self>) -> Got<'py> {
        List::over(slf.py(), slf.as_unbound(), Item::Text, slf.get().view().tags().array())
    }

    /// The extra pairs that the submitter gave.
    #[getter]
    fn extra<'py>(slf: &Bound<'py, Self>) -> Got<'py> {
        Pairs::over(slf.py(), slf.as_unbound(), slf.get().view().extra().object())
    }

    /// The failure, if this is one.
    #[getter]
    fn failure<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<Failure>(slf, slf.get().view().failure().map(|found| found.object()))
    }

    /// The `Results` message of a stream, if this is one.
    #[getter]
    fn stream_results<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<StreamResults>(slf, slf.get().view().stream_results().map(|found| found.object()))
    }

    /// The `UtteranceEnd` message of a stream, if this is one.
    #[getter]
    fn utterance_end<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<UtteranceEnd>(slf, slf.get().view().utterance_end().map(|found| found.object()))
    }

    /// The `SpeechStarted` message of a stream, if this is one.
    #[getter]
    fn speech_started<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<SpeechStarted>(slf, slf.get().view().speech_started().map(|found| found.object()))
    }

    /// The `Error` message of a stream, if this is one.
    #[getter]
    fn stream_error<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        view::<StreamError>(slf, slf.get().view().stream_error().map(|found| found.object()))
    }

    /// The bytes that were parsed: the very object, if it was a `bytes`.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.body.bind(py).clone()
    }

    /// The whole document as plain Python objects, as `json.loads` would make them.
    fn to_dict<'py>(&self, py: Python<'py>) -> Got<'py> {
        value::object(py, self.view().document().root())
    }

    /// The value at a JSON pointer (RFC 6901), as a plain Python object; `KeyError` if there is none.
    fn __getitem__<'py>(&self, py: Python<'py>, pointer: &str) -> Got<'py> {
        match self.find(py, pointer)? {
            Some(found) => Ok(found),
            None => Err(PyKeyError::new_err(pointer.to_owned())),
        }
    }

    /// The value at a JSON pointer (RFC 6901), as a plain Python object; `default` if there is none.
    #[pyo3(signature = (pointer, default=None, /))]
    fn get<'py>(&self, py: Python<'py>, pointer: &str, default: Option<Bound<'py, PyAny>>) -> Got<'py> {
        match self.find(py, pointer)? {
            Some(found) => Ok(found),
            None => default.into_bound_py_any(py),
        }
    }

    fn __contains__(&self, py: Python<'_>, pointer: &str) -> PyResult<bool> {
        Ok(self.at(py, pointer)?.is_some())
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Payload>().is_ok_and(|other| self.body.bind(py).as_bytes() == other.get().body.bind(py).as_bytes())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.body.bind(py).hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((py.import("ringback")?.getattr("parse")?, (self.body.bind(py).clone(),)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<ringback.Payload {}, {} bytes>", self.view.kind(), self.body.bind(py).len()?))
    }
}

impl Payload {
    fn at(&self, py: Python<'_>, pointer: &str) -> PyResult<Option<ringback::json::Value<'_>>> {
        self.view().pointer(pointer).map_err(|error| error::in_text(py, error, pointer.as_bytes()))
    }

    fn find<'py>(&self, py: Python<'py>, pointer: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.at(py, pointer)?.map(|found| value::object(py, found)).transpose()
    }
}
