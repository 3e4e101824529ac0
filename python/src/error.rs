//! Errors: kinds of the core's one table, raised as the exceptions of the package.
//!
//! Which kind is which class is said in Python, by number; here is what an exception is made of.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;
use ringback::ErrorKind;
use ringback::error::Fault;

static RAISED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The exception of a kind that has no place in a text.
pub(crate) fn plain(py: Python<'_>, kind: ErrorKind, detail: &str) -> PyErr {
    raised(py, kind, Some(detail), None)
}

/// The exception of what an inbox says.
#[cold]
pub(crate) fn of_inbox(py: Python<'_>, error: &ringback_inbox::Error) -> PyErr {
    raised(py, error.kind(), error.detail(), None)
}

/// The exception of an error in `text`, with offset, line and column.
#[cold]
pub(crate) fn in_text(py: Python<'_>, error: ringback::Error, text: &[u8]) -> PyErr {
    let position = error.position(text);
    raised(py, error.kind(), None, Some((error.offset(), position.line, position.column)))
}

fn raised(py: Python<'_>, kind: ErrorKind, detail: Option<&str>, place: Option<(usize, usize, usize)>) -> PyErr {
    let made = RAISED
        .import(py, "ringback._errors", "of")
        .and_then(|of| of.call1((kind.code(), kind.name(), kind.message(), fault(kind.fault()), detail, place)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

/// Every kind: number, name, message, and the party that can mend it.
pub(crate) fn table(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    let rows = ErrorKind::ALL.iter().map(|kind| (kind.code(), kind.name(), kind.message(), fault(kind.fault())));
    PyTuple::new(py, rows.collect::<Vec<_>>())
}

fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Sender => "sender",
        Fault::Limit => "limit",
        Fault::Operator => "operator",
        _ => "caller",
    }
}
