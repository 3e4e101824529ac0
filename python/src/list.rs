//! Lists and pairs: Python's sequences and mappings over what stands in a document.
//!
//! A list is walked as long as it is only walked. The first `len()` or `[i]` builds an index, and every further one costs
//! the same wherever it points. An index holds two offsets for each item, and no object.

use std::sync::{Mutex, OnceLock, PoisonError};

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyIndexError, PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyString, PyTuple};
use ringback::json::{Array, Document, Object, Type, Value};

use crate::column::Columns;
use crate::part::{Got, Part, View};
use crate::payload::Payload;
use crate::value;

/// What a list holds.
#[derive(Clone, Copy)]
pub(crate) enum Item {
    /// Strings; whatever else is in the array is passed over.
    Text,
    /// Objects under a view; whatever else is in the array is passed over.
    View(&'static str, fn(Python<'_>, Part) -> Got<'_>),
}

impl Item {
    /// Objects under this view.
    pub(crate) const fn of<T: View>() -> Item {
        Item::View(T::NAME, T::make)
    }

    /// The Python object for this value.
    pub(crate) fn make<'py>(self, py: Python<'py>, payload: &Py<Payload>, value: Value<'_>) -> Got<'py> {
        match self {
            Item::Text => value.as_str().map(|found| value::text(py, found)).into_bound_py_any(py),
            Item::View(_, make) => make(py, Part::of(py, payload, value)),
        }
    }

    fn takes(self, value: &Value<'_>) -> bool {
        value.ty() == if matches!(self, Item::Text) { Type::String } else { Type::Object }
    }

    const fn name(self) -> &'static str {
        match self {
            Item::Text => "str",
            Item::View(name, _) => name,
        }
    }
}

/// A list in a document: a sequence whose items are made when they are asked for.
///
/// One that is absent, null or no array is empty; `is_present` tells them apart.
#[pyclass(frozen, subclass, sequence, generic, weakref, module = "ringback")]
pub(crate) struct List {
    payload: Py<Payload>,
    item: Item,
    /// Where the array is, from bracket to bracket.
    range: Option<(usize, usize)>,
    /// Where the items are.
    index: OnceLock<Box<[(usize, usize)]>>,
}

impl List {
    /// The list over an array of the payload.
    pub(crate) fn over<'py>(py: Python<'py>, payload: &Py<Payload>, item: Item, array: Option<Array<'_>>) -> Got<'py> {
        Ok(Bound::new(py, List::new(py, payload, item, array))?.into_any())
    }

    fn new(py: Python<'_>, payload: &Py<Payload>, item: Item, array: Option<Array<'_>>) -> List {
        let document = payload.get().view().document();
        let range = array.and_then(|array| document.range_of(array.value())).map(|range| (range.start, range.end));
        List { payload: payload.clone_ref(py), item, range, index: OnceLock::new() }
    }

    fn document(&self) -> &Document<'_> {
        self.payload.get().view().document()
    }

    fn array(&self) -> Option<Array<'_>> {
        let (start, end) = self.range?;
        self.document().value_in(start..end)?.as_array()
    }

    fn index(&self) -> &[(usize, usize)] {
        self.index.get_or_init(|| {
            let document = self.document();
            let elements = self.array().into_iter().flat_map(|array| document.elements_of(array));
            let wanted = elements.filter(|value| self.item.takes(value));
            wanted.filter_map(|value| document.range_of(value)).map(|range| (range.start, range.end)).collect()
        })
    }

    fn at<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        let range = self.index().get(place).and_then(|&(start, end)| self.document().value_in(start..end));
        range.map(|value| self.item.make(py, &self.payload, value)).transpose()
    }

    /// The next item behind an offset, and the offset behind it.
    fn after<'py>(&self, py: Python<'py>, offset: usize) -> PyResult<Option<(Bound<'py, PyAny>, usize)>> {
        let mut elements = self.document().elements_from(offset);
        let Some(value) = elements.find(|value| self.item.takes(value)) else { return Ok(None) };
        Ok(Some((self.item.make(py, &self.payload, value)?, elements.offset())))
    }

    fn sliced(&self, py: Python<'_>, slice: &Bound<'_, PySlice>) -> PyResult<List> {
        let index = self.index();
        let bounds = slice.indices(index.len().cast_signed())?;
        let places = (0..bounds.slicelength).map(|step| bounds.start + step.cast_signed() * bounds.step);
        let chosen: Box<[_]> = places.filter_map(|place| index.get(place.cast_unsigned()).copied()).collect();
        let (payload, item, range) = (self.payload.clone_ref(py), self.item, self.range);
        Ok(List { payload, item, range, index: OnceLock::from(chosen) })
    }

    /// Whether only some items of the array are in it.
    fn is_slice(&self) -> bool {
        match (self.index.get(), self.array()) {
            (Some(index), Some(array)) => {
                let document = self.document();
                let whole = document.elements_of(array).filter(|value| self.item.takes(value));
                !whole
                    .filter_map(|value| document.range_of(value))
                    .map(|range| (range.start, range.end))
                    .eq(index.iter().copied())
            }
            _ => false,
        }
    }
}

#[pymethods]
impl List {
    /// Whether the document has this list, be it empty.
    #[getter]
    fn is_present(&self) -> bool {
        self.range.is_some()
    }

    /// The items as plain Python objects.
    fn to_list<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let (py, list) = (slf.py(), slf.get());
        let values = list.index().iter().filter_map(|&(start, end)| list.document().value_in(start..end));
        PyList::new(py, values.map(|value| value::object(py, value)).collect::<PyResult<Vec<_>>>()?)
    }

    /// How often an item occurs.
    fn count(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        slf.try_iter()?.try_fold(0, |count, item| Ok(count + usize::from(item?.eq(value)?)))
    }

    /// The place of the first item that is equal; `ValueError` if there is none.
    #[pyo3(name = "index", signature = (value, start=0, stop=isize::MAX, /))]
    fn index_of(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>, start: isize, stop: isize) -> PyResult<usize> {
        let length = slf.get().index().len();
        let clamp = |place: isize| {
            if place < 0 { length.saturating_sub(place.unsigned_abs()) } else { place.cast_unsigned().min(length) }
        };
        for place in clamp(start)..clamp(stop) {
            if slf.get().at(slf.py(), place)?.is_some_and(|item| item.eq(value).unwrap_or(false)) {
                return Ok(place);
            }
        }
        Err(PyValueError::new_err("the item is not in the list"))
    }

    fn __len__(&self) -> usize {
        self.index().len()
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        match (self.index.get(), self.range) {
            (Some(index), _) => Ok(!index.is_empty()),
            (None, Some((start, _))) => Ok(self.after(py, start + 1)?.is_some()),
            (None, None) => Ok(false),
        }
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, place: &Bound<'py, PyAny>) -> Got<'py> {
        let (py, list) = (slf.py(), slf.get());
        if let Ok(slice) = place.cast::<PySlice>() {
            let sliced = list.sliced(py, slice)?;
            return match slf.cast::<Rows>() {
                Ok(_) => Ok(Bound::new(py, Rows::over_list(sliced))?.into_any()),
                Err(_) => Ok(Bound::new(py, sliced)?.into_any()),
            };
        }
        let Ok(place) = place.extract::<isize>() else {
            let name = place.get_type().name()?;
            return Err(PyTypeError::new_err(format!("list indices must be integers or slices, not {name}")));
        };
        let from_start = match place {
            0.. => Some(place.cast_unsigned()),
            _ => list.index().len().checked_sub(place.unsigned_abs()),
        };
        let found = from_start.map(|place| list.at(py, place)).transpose()?.flatten();
        found.ok_or_else(|| PyIndexError::new_err("list index out of range"))
    }

    fn __iter__(slf: &Bound<'_, Self>) -> Items {
        let list = slf.get();
        let place = match (list.index.get(), list.range) {
            (None, Some((start, _))) => Place::Offset(start + 1),
            _ => Place::Index(0),
        };
        Items { list: slf.clone().unbind(), place: Mutex::new(place) }
    }

    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let sequence = other.is_instance_of::<List>() || other.is_instance_of::<PyList>();
        if !(sequence || other.is_instance_of::<PyTuple>()) || slf.len()? != other.len()? {
            return Ok(false);
        }
        for pair in slf.try_iter()?.zip(other.try_iter()?) {
            if !pair.0?.eq(pair.1?)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn __repr__(&self) -> String {
        format!("<ringback.List of {}>", self.item.name())
    }
}

/// A list of words or of utterances, which can be had as columns too.
#[pyclass(frozen, extends = List, sequence, generic, module = "ringback")]
pub(crate) struct Rows;

impl Rows {
    /// The rows over an array of the payload.
    pub(crate) fn over<'py>(py: Python<'py>, payload: &Py<Payload>, item: Item, array: Option<Array<'_>>) -> Got<'py> {
        Ok(Bound::new(py, Rows::over_list(List::new(py, payload, item, array)))?.into_any())
    }

    fn over_list(list: List) -> PyClassInitializer<Rows> {
        PyClassInitializer::from(list).add_subclass(Rows)
    }
}

#[pymethods]
impl Rows {
    /// Start, end, confidence, speaker and texts of all rows, each in one piece of memory that others can share.
    fn columns(slf: &Bound<'_, Self>) -> PyResult<Columns> {
        let list = slf.as_super().get();
        if list.is_slice() {
            return Err(PyTypeError::new_err("only a whole list has columns: slice the columns instead"));
        }
        Columns::of(slf.py(), &list.payload, list.array(), list.item.name() == "Utterance")
    }
}

/// Walks over a list.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct Items {
    list: Py<List>,
    place: Mutex<Place>,
}

enum Place {
    /// Behind an element of the array.
    Offset(usize),
    /// At an item of the index.
    Index(usize),
}

#[pymethods]
impl Items {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let list = self.list.get();
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *place {
            Place::Offset(offset) => {
                let Some((item, next)) = list.after(py, *offset)? else { return Ok(None) };
                *offset = next;
                Ok(Some(item))
            }
            Place::Index(at) => {
                let item = list.at(py, *at)?;
                *at += usize::from(item.is_some());
                Ok(item)
            }
        }
    }
}

/// The members of an object whose values are strings, as a mapping. Of repeated ones the last counts.
#[pyclass(frozen, mapping, weakref, module = "ringback")]
pub(crate) struct Pairs(Option<Part>);

impl Pairs {
    /// The pairs of an object of the payload.
    pub(crate) fn over<'py>(py: Python<'py>, payload: &Py<Payload>, object: Option<Object<'_>>) -> Got<'py> {
        let part = object.map(|object| Part::of(py, payload, object.value()));
        Ok(Bound::new(py, Pairs(part))?.into_any())
    }

    fn pairs(&self) -> ringback::payload::Pairs<'_> {
        ringback::payload::Pairs::of(self.0.as_ref().and_then(Part::object))
    }
}

#[pymethods]
impl Pairs {
    /// Whether the document has this object, be it empty.
    #[getter]
    fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// The pairs as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, _) in self.pairs().iter() {
            let name = value::text(py, name);
            // The last one counts, and it may be no string.
            if let Some(found) = self.pairs().value(&name.to_cow()?) {
                dict.set_item(name, value::text(py, found))?;
            }
        }
        Ok(dict)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyString>> {
        let found = self.pairs().value(name).map(|found| value::text(py, found));
        found.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// The value of this name; `default` if there is none.
    #[pyo3(signature = (name, default=None, /))]
    fn get<'py>(&self, py: Python<'py>, name: &str, default: Option<Bound<'py, PyAny>>) -> Got<'py> {
        match self.pairs().value(name) {
            Some(found) => Ok(value::text(py, found).into_any()),
            None => default.into_bound_py_any(py),
        }
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.pairs().value(&name).is_some())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.to_dict(py)?.len())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> Got<'py> {
        Ok(self.to_dict(py)?.try_iter()?.into_any())
    }

    /// The names.
    fn keys<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.to_dict(py)?.call_method0("keys")
    }

    /// The values.
    fn values<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.to_dict(py)?.call_method0("values")
    }

    /// Names and values.
    fn items<'py>(&self, py: Python<'py>) -> Got<'py> {
        self.to_dict(py)?.call_method0("items")
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        match other.cast::<Pairs>() {
            Ok(other) => self.to_dict(py)?.eq(other.get().to_dict(py)?),
            Err(_) => self.to_dict(py)?.eq(other),
        }
    }

    fn __repr__(&self) -> &'static str {
        "<ringback.Pairs>"
    }
}
