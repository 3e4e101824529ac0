//! JSON values as Python's own: what `json.loads` would make of them.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};
use ringback::json::{Number, Str, Type, Value};

/// A string, decoded.
pub(crate) fn text<'py>(py: Python<'py>, text: Str<'_>) -> Bound<'py, PyString> {
    match text.as_borrowed() {
        Some(plain) => PyString::new(py, plain),
        None => PyString::new(py, &text.to_cow()),
    }
}

/// A value with everything in it. Documents are nested 64 deep at most, and so is this.
pub(crate) fn object<'py>(py: Python<'py>, value: Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Names(HashMap::new()).object(py, value)
}

/// The names of members that were seen: a large document has the same few in thousands of places.
struct Names<'a, 'py>(HashMap<&'a str, Bound<'py, PyString>>);

/// How many names are remembered.
const NAMES: usize = 256;

/// Python refuses to read more digits than this.
const DIGITS: usize = 4_300;

impl<'a, 'py> Names<'a, 'py> {
    fn object(&mut self, py: Python<'py>, value: Value<'a>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match value.ty() {
            Type::Null => py.None().into_bound(py),
            Type::Bool => PyBool::new(py, value.as_bool() == Some(true)).to_owned().into_any(),
            Type::Number => match value.as_number() {
                Some(found) => number(py, found)?,
                None => py.None().into_bound(py),
            },
            Type::String => match value.as_str() {
                Some(found) => text(py, found).into_any(),
                None => py.None().into_bound(py),
            },
            Type::Array => {
                let list = PyList::empty(py);
                for element in value.as_array().into_iter().flatten() {
                    list.append(self.object(py, element)?)?;
                }
                list.into_any()
            }
            Type::Object => {
                let dict = PyDict::new(py);
                for (name, member) in value.as_object().into_iter().flatten() {
                    let member = self.object(py, member)?;
                    dict.set_item(self.name(py, name), member)?;
                }
                dict.into_any()
            }
        })
    }

    fn name(&mut self, py: Python<'py>, name: Str<'a>) -> Bound<'py, PyString> {
        let Some(plain) = name.as_borrowed() else { return text(py, name) };
        if let Some(known) = self.0.get(plain) {
            return known.clone();
        }
        let made = PyString::new(py, plain);
        if self.0.len() < NAMES {
            self.0.insert(plain, made.clone());
        }
        made
    }
}

/// A whole number of any size, or a float; what is too large for a float is infinite, as for `json.loads`.
fn number<'py>(py: Python<'py>, number: Number<'_>) -> PyResult<Bound<'py, PyAny>> {
    let raw = number.raw();
    let whole = !raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    if whole && raw.len() <= DIGITS {
        return match number.i64() {
            Some(small) => Ok(PyInt::new(py, small).into_any()),
            None => py.get_type::<PyInt>().call1((raw,)),
        };
    }
    let infinite = if raw.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
    Ok(PyFloat::new(py, number.f64().unwrap_or(infinite)).into_any())
}
