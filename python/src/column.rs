//! Columns: numbers and texts of many words, each in one piece of memory that numpy, pyarrow and polars share.
//!
//! A column is filled once and never changes, and lives as long as somebody looks at its memory.

use std::ffi::{CStr, c_int};
use std::sync::OnceLock;

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyBufferError, PyIndexError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList, PyMemoryView, PySlice, PyString};
use ringback::json::{Array, Str};
use ringback::payload::{self, List, Span, Words};

use crate::payload::{LARGE, Payload};

/// The words or utterances of a list as columns.
#[pyclass(frozen, weakref, module = "ringback")]
pub(crate) struct Columns {
    payload: Py<Payload>,
    starts: Py<Column>,
    ends: Py<Column>,
    confidences: Py<Column>,
    speakers: Py<Column>,
    spans: [Vec<Span>; 2],
    texts: [OnceLock<Py<Texts>>; 2],
}

/// The bytes of a word with a speaker, or a little less.
const USUAL: usize = 96;

/// The columns in the making.
#[derive(Default)]
struct Filled {
    starts: Vec<f64>,
    ends: Vec<f64>,
    confidences: Vec<f64>,
    speakers: Vec<i32>,
    texts: Vec<Span>,
    punctuated: Vec<Span>,
}

impl Filled {
    /// Fills in portions that double, so that nobody has to count first. An array of so many bytes has about so many rows.
    fn with(bytes: usize, mut fill: impl FnMut(payload::Columns<'_>) -> usize) -> Filled {
        let (mut filled, mut rows) = (Filled::default(), 0);
        loop {
            filled.resize((rows * 2).max(bytes / USUAL + 16));
            let columns = payload::Columns {
                starts: filled.starts.get_mut(rows..),
                ends: filled.ends.get_mut(rows..),
                confidences: filled.confidences.get_mut(rows..),
                speakers: filled.speakers.get_mut(rows..),
                texts: filled.texts.get_mut(rows..),
                punctuated: filled.punctuated.get_mut(rows..),
            };
            let room = filled_room(&columns);
            let found = fill(columns);
            rows += found;
            if found < room {
                filled.resize(rows);
                return filled;
            }
        }
    }

    fn resize(&mut self, rows: usize) {
        self.starts.resize(rows, 0.0);
        self.ends.resize(rows, 0.0);
        self.confidences.resize(rows, 0.0);
        self.speakers.resize(rows, 0);
        self.texts.resize(rows, Span::default());
        self.punctuated.resize(rows, Span::default());
    }
}

fn filled_room(columns: &payload::Columns<'_>) -> usize {
    columns.starts.as_ref().map_or(0, |column| column.len())
}

impl Columns {
    /// The columns of an array of the payload.
    pub(crate) fn of(
        py: Python<'_>,
        payload: &Py<Payload>,
        array: Option<Array<'_>>,
        utterances: bool,
    ) -> PyResult<Columns> {
        let view = payload.get().view();
        let bytes = array.map_or(0, |array| array.value().raw().len());
        let fill = || match utterances {
            false => {
                let mut words = Words::of(array).iter();
                Filled::with(bytes, |columns| words.fill(view, columns))
            }
            true => {
                let mut utterances = List::<payload::Utterance<'_>>::of(array).iter();
                Filled::with(bytes, |columns| utterances.fill(view, columns))
            }
        };
        let filled = if bytes > LARGE { py.detach(fill) } else { fill() };
        Ok(Columns {
            payload: payload.clone_ref(py),
            starts: Py::new(py, Column::new(Data::F64(filled.starts.into())))?,
            ends: Py::new(py, Column::new(Data::F64(filled.ends.into())))?,
            confidences: Py::new(py, Column::new(Data::F64(filled.confidences.into())))?,
            speakers: Py::new(py, Column::new(Data::I32(filled.speakers.into())))?,
            spans: [filled.texts, filled.punctuated],
            texts: [OnceLock::new(), OnceLock::new()],
        })
    }

    fn texts(&self, py: Python<'_>, which: usize) -> PyResult<Py<Texts>> {
        let (Some(made), Some(spans)) = (self.texts.get(which), self.spans.get(which)) else {
            return Err(PyIndexError::new_err("no such column"));
        };
        if let Some(texts) = made.get() {
            return Ok(texts.clone_ref(py));
        }
        let texts = Py::new(py, Texts::of(py, self.payload.get(), spans)?)?;
        Ok(made.get_or_init(|| texts).clone_ref(py))
    }
}

#[pymethods]
impl Columns {
    /// When each begins, in seconds; NaN where the document does not say.
    #[getter]
    fn start(&self, py: Python<'_>) -> Py<Column> {
        self.starts.clone_ref(py)
    }

    /// When each ends, in seconds; NaN where the document does not say.
    #[getter]
    fn end(&self, py: Python<'_>) -> Py<Column> {
        self.ends.clone_ref(py)
    }

    /// How sure each is, 0 to 1; NaN where the document does not say.
    #[getter]
    fn confidence(&self, py: Python<'_>) -> Py<Column> {
        self.confidences.clone_ref(py)
    }

    /// Who speaks, counted from 0; -1 where the document does not say.
    #[getter]
    fn speaker(&self, py: Python<'_>) -> Py<Column> {
        self.speakers.clone_ref(py)
    }

    /// The words as recognised; the transcripts of utterances.
    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<Py<Texts>> {
        self.texts(py, 0)
    }

    /// The words with capitals and punctuation; utterances have none.
    #[getter]
    fn punctuated(&self, py: Python<'_>) -> PyResult<Py<Texts>> {
        self.texts(py, 1)
    }

    fn __len__(&self) -> usize {
        self.spans[0].len()
    }

    fn __repr__(&self) -> String {
        format!("<ringback.Columns, {} rows>", self.spans[0].len())
    }
}

enum Data {
    F64(Box<[f64]>),
    I32(Box<[i32]>),
    U8(Box<[u8]>),
}

/// Numbers in one piece of memory: a sequence, and a buffer that others look at without copying.
#[pyclass(frozen, sequence, generic, weakref, module = "ringback")]
pub(crate) struct Column {
    data: Data,
    /// How many there are, and how far they are apart: what the buffer protocol points to.
    shape: [ffi::Py_ssize_t; 1],
    strides: [ffi::Py_ssize_t; 1],
}

impl Column {
    fn new(data: Data) -> Column {
        let (len, size) = match &data {
            Data::F64(numbers) => (numbers.len(), size_of::<f64>()),
            Data::I32(numbers) => (numbers.len(), size_of::<i32>()),
            Data::U8(bytes) => (bytes.len(), 1),
        };
        Column { data, shape: [len.cast_signed()], strides: [size.cast_signed()] }
    }

    fn len(&self) -> usize {
        self.shape[0].cast_unsigned()
    }

    /// The name of its type, as the module `struct` has it.
    fn format(&self) -> &'static CStr {
        match self.data {
            Data::F64(_) => c"d",
            Data::I32(_) => c"i",
            Data::U8(_) => c"B",
        }
    }

    fn start(&self) -> *const std::ffi::c_void {
        match &self.data {
            Data::F64(numbers) => numbers.as_ptr().cast(),
            Data::I32(numbers) => numbers.as_ptr().cast(),
            Data::U8(bytes) => bytes.as_ptr().cast(),
        }
    }

    fn at<'py>(&self, py: Python<'py>, place: usize) -> Option<Bound<'py, PyAny>> {
        Some(match &self.data {
            Data::F64(numbers) => PyFloat::new(py, *numbers.get(place)?).into_any(),
            Data::I32(numbers) => PyInt::new(py, *numbers.get(place)?).into_any(),
            Data::U8(bytes) => PyInt::new(py, *bytes.get(place)?).into_any(),
        })
    }
}

/// A place that may be counted from the end.
fn place(place: isize, len: usize) -> PyResult<usize> {
    let from_start = if place < 0 { len.checked_sub(place.unsigned_abs()) } else { Some(place.cast_unsigned()) };
    from_start.filter(|place| *place < len).ok_or_else(|| PyIndexError::new_err("column index out of range"))
}

#[pymethods]
impl Column {
    /// The numbers as a list.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        match &self.data {
            Data::F64(numbers) => PyList::new(py, numbers),
            Data::I32(numbers) => PyList::new(py, numbers),
            Data::U8(bytes) => PyList::new(py, bytes),
        }
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    /// How often a number occurs.
    fn count<'py>(&self, py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.to_list(py)?.call_method1("count", (value,))
    }

    /// The place of the first number that is equal; `ValueError` if there is none.
    #[pyo3(signature = (value, start=0, stop=isize::MAX, /))]
    fn index<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        start: isize,
        stop: isize,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.to_list(py)?.call_method1("index", (value, start, stop))
    }

    /// A part of a column shares its memory.
    fn __getitem__<'py>(slf: &Bound<'py, Self>, at: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if at.is_instance_of::<PySlice>() {
            return PyMemoryView::from(slf)?.get_item(at);
        }
        let found = slf.get().at(slf.py(), place(at.extract()?, slf.get().len())?);
        found.ok_or_else(|| PyIndexError::new_err("column index out of range"))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.to_list(py)?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        format!("<ringback.Column '{}', {} rows>", self.format().to_string_lossy(), self.len())
    }

    // SAFETY: Python calls it with a valid pointer to a view, as the buffer protocol says.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: as above; a null pointer is allowed by the protocol and refused here.
        let Some(view) = (unsafe { view.as_mut() }) else {
            return Err(PyBufferError::new_err("the view is null"));
        };
        view.obj = std::ptr::null_mut();
        if flags & ffi::PyBUF_WRITABLE == ffi::PyBUF_WRITABLE {
            return Err(PyBufferError::new_err("a column cannot be written to"));
        }
        let wants = |flag: c_int| flags & flag == flag;
        let column = slf.get();
        view.buf = column.start().cast_mut();
        view.len = column.shape[0] * column.strides[0];
        view.readonly = 1;
        view.itemsize = column.strides[0];
        view.format = if wants(ffi::PyBUF_FORMAT) { column.format().as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.ndim = 1;
        // Shape and strides live as long as the column, which the view keeps alive; nobody writes to them.
        view.shape = if wants(ffi::PyBUF_ND) { column.shape.as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.strides =
            if wants(ffi::PyBUF_STRIDES) { column.strides.as_ptr().cast_mut() } else { std::ptr::null_mut() };
        view.suboffsets = std::ptr::null_mut();
        view.internal = std::ptr::null_mut();
        view.obj = slf.into_any().into_ptr();
        Ok(())
    }
}

/// Texts in one piece of memory, as Apache Arrow lays them out: `pyarrow.StringArray.from_buffers` takes `offsets`,
/// `data` and `validity` without copying.
#[pyclass(frozen, sequence, weakref, module = "ringback")]
pub(crate) struct Texts {
    offsets: Py<Column>,
    data: Py<Column>,
    validity: Py<Column>,
    nulls: usize,
}

impl Texts {
    fn of(py: Python<'_>, payload: &Payload, spans: &[Span]) -> PyResult<Texts> {
        let body = payload.view().document().text();
        let gather = || {
            let mut offsets = Vec::with_capacity(spans.len() + 1);
            let mut data = Vec::new();
            let mut validity = vec![0_u8; spans.len().div_ceil(8)];
            offsets.push(0);
            for (row, span) in spans.iter().enumerate() {
                if let Some(text) = text_at(payload, body, *span) {
                    data.extend_from_slice(text.to_cow().as_bytes());
                    if let Some(byte) = validity.get_mut(row / 8) {
                        *byte |= 1 << (row % 8);
                    }
                }
                offsets.push(i32::try_from(data.len()).unwrap_or(i32::MAX));
            }
            (offsets, data, validity)
        };
        let (offsets, data, validity) = if body.len() > LARGE { py.detach(gather) } else { gather() };
        let valid: usize = validity.iter().map(|byte| byte.count_ones() as usize).sum();
        Ok(Texts {
            offsets: Py::new(py, Column::new(Data::I32(offsets.into())))?,
            data: Py::new(py, Column::new(Data::U8(data.into())))?,
            validity: Py::new(py, Column::new(Data::U8(validity.into())))?,
            nulls: spans.len() - valid,
        })
    }

    fn len(&self) -> usize {
        self.offsets.get().len() - 1
    }

    fn at<'py>(&self, py: Python<'py>, row: usize) -> Option<Bound<'py, PyString>> {
        let (Data::I32(offsets), Data::U8(data), Data::U8(validity)) =
            (&self.offsets.get().data, &self.data.get().data, &self.validity.get().data)
        else {
            return None;
        };
        if validity.get(row / 8)? & (1 << (row % 8)) == 0 {
            return None;
        }
        let range = usize::try_from(*offsets.get(row)?).ok()?..usize::try_from(*offsets.get(row + 1)?).ok()?;
        Some(PyString::new(py, std::str::from_utf8(data.get(range)?).ok()?))
    }
}

/// The string that lies there, if there is one. The quotes around it make it a value again.
fn text_at<'a>(payload: &'a Payload, body: &str, span: Span) -> Option<Str<'a>> {
    let start = usize::try_from(span.start).ok()?.checked_sub(1)?;
    let end = start.checked_add(span.len as usize)?.checked_add(2)?;
    let value = payload.view().document().value_in(start..end.min(body.len()))?;
    value.as_str()
}

#[pymethods]
impl Texts {
    /// Where each text begins in `data`, and where the last one ends: 32-bit integers.
    #[getter]
    fn offsets(&self, py: Python<'_>) -> Py<Column> {
        self.offsets.clone_ref(py)
    }

    /// The texts one after the other, in UTF-8.
    #[getter]
    fn data(&self, py: Python<'_>) -> Py<Column> {
        self.data.clone_ref(py)
    }

    /// A bit for each row, the lowest first: whether the document has a text there.
    #[getter]
    fn validity(&self, py: Python<'_>) -> Py<Column> {
        self.validity.clone_ref(py)
    }

    /// How many rows have no text.
    #[getter]
    fn null_count(&self) -> usize {
        self.nulls
    }

    /// The texts as a list; None where the document has none.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, (0..self.len()).map(|row| self.at(py, row)).collect::<Vec<_>>())
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    /// How often a text occurs.
    fn count<'py>(&self, py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.to_list(py)?.call_method1("count", (value,))
    }

    /// The place of the first text that is equal; `ValueError` if there is none.
    #[pyo3(signature = (value, start=0, stop=isize::MAX, /))]
    fn index<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        start: isize,
        stop: isize,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.to_list(py)?.call_method1("index", (value, start, stop))
    }

    fn __getitem__<'py>(&self, py: Python<'py>, at: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if at.is_instance_of::<PySlice>() {
            return self.to_list(py)?.as_any().get_item(at);
        }
        self.at(py, place(at.extract()?, self.len())?).into_bound_py_any(py)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.to_list(py)?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        format!("<ringback.Texts, {} rows>", self.len())
    }
}
