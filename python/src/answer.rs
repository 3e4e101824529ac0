//! What to answer to a sender.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use ringback::policy;

/// What to answer to a sender, and why.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct Answer(policy::Answer);

impl From<policy::Answer> for Answer {
    fn from(answer: policy::Answer) -> Answer {
        Answer(answer)
    }
}

#[pymethods]
impl Answer {
    /// The HTTP status.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// The headers that belong to the answer, as pairs of name and value.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let ours = [("content-type", "text/plain; charset=utf-8")];
        PyTuple::new(py, ours.iter().chain(self.0.headers()).collect::<Vec<_>>())
    }

    /// The body of the answer: a word or two, the same for every reason.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body().as_bytes())
    }

    /// What happened, such as `stored` or `repeat`.
    #[getter]
    fn situation(&self) -> &'static str {
        self.0.situation.name()
    }

    /// One sentence for people; never for the sender.
    #[getter]
    fn reason(&self) -> &'static str {
        self.0.reason()
    }

    /// The name of the error behind it, such as `ticket_forged`; None where there is none.
    #[getter]
    fn error(&self) -> Option<&'static str> {
        self.0.error.map(|error| error.kind().name())
    }

    /// Whether the sender is told that it is done with.
    #[getter]
    fn is_success(&self) -> bool {
        self.0.is_success()
    }

    fn __repr__(&self) -> String {
        format!("<ringback.Answer {} {}>", self.0.status, self.0.situation)
    }
}
