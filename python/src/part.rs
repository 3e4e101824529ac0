//! A part of a payload: what every view is made of, and how its members become Python objects.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use ringback::json::{Array, Document, Object, Str, Value};
use ringback::payload::{Metadata, View as _};

use crate::list::{Item, List, Pairs, Rows};
use crate::payload::Payload;
use crate::stream::ChannelIndex;
use crate::value;

/// A value somewhere in a payload, which it keeps alive.
pub(crate) struct Part {
    payload: Py<Payload>,
    start: usize,
    end: usize,
}

/// A Python class over a part.
pub(crate) trait View {
    /// The name of the class.
    const NAME: &'static str;

    /// The view of this part.
    fn make(py: Python<'_>, part: Part) -> PyResult<Bound<'_, PyAny>>;
}

/// What an attribute gives.
pub(crate) type Got<'py> = PyResult<Bound<'py, PyAny>>;

impl Part {
    /// The part in which this value of the payload stands.
    pub(crate) fn of(py: Python<'_>, payload: &Py<Payload>, value: Value<'_>) -> Part {
        let range = payload.get().view().document().range_of(value).unwrap_or_default();
        Part { payload: payload.clone_ref(py), start: range.start, end: range.end }
    }

    fn document(&self) -> &Document<'_> {
        self.payload.get().view().document()
    }

    pub(crate) fn value(&self) -> Option<Value<'_>> {
        self.document().value_in(self.start..self.end)
    }

    pub(crate) fn object(&self) -> Option<Object<'_>> {
        self.value()?.as_object()
    }

    /// A member, found with the landmarks of the document; neither absent nor null.
    fn member(&self, name: &str) -> Option<Value<'_>> {
        let [found] = self.document().select(self.object()?, [name]);
        found
    }

    /// As plain Python objects.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> Got<'py> {
        match self.value() {
            Some(value) => value::object(py, value),
            None => Ok(py.None().into_bound(py)),
        }
    }

    pub(crate) fn same(&self, other: &Part) -> bool {
        self.value().map(|value| value.raw()) == other.value().map(|value| value.raw())
    }

    pub(crate) fn str<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).and_then(|value| value.as_str()).map(|found| value::text(py, found)).into_bound_py_any(py)
    }

    pub(crate) fn f64<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).and_then(|value| value.as_number()?.f64()).into_bound_py_any(py)
    }

    pub(crate) fn millis<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).and_then(|value| value.as_number()?.millis()).into_bound_py_any(py)
    }

    pub(crate) fn u64<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).and_then(|value| value.as_number()?.u64()).into_bound_py_any(py)
    }

    pub(crate) fn bool<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).and_then(|value| value.as_bool()).into_bound_py_any(py)
    }

    pub(crate) fn plain<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        self.member(name).map(|found| value::object(py, found)).transpose()?.into_bound_py_any(py)
    }

    pub(crate) fn view<'py>(&self, py: Python<'py>, item: Item, name: &str) -> Got<'py> {
        self.one(py, item, self.member(name).and_then(|value| value.as_object()))
    }

    pub(crate) fn list<'py>(&self, py: Python<'py>, item: Item, name: &str) -> Got<'py> {
        List::over(py, &self.payload, item, self.array(name))
    }

    pub(crate) fn rows<'py>(&self, py: Python<'py>, item: Item, name: &str) -> Got<'py> {
        Rows::over(py, &self.payload, item, self.array(name))
    }

    pub(crate) fn strings<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        List::over(py, &self.payload, Item::Text, self.array(name))
    }

    pub(crate) fn pairs<'py>(&self, py: Python<'py>, name: &str) -> Got<'py> {
        Pairs::over(py, &self.payload, self.member(name).and_then(|value| value.as_object()))
    }

    /// What the core makes of the object: a text.
    pub(crate) fn text<'py>(
        &self,
        py: Python<'py>,
        found: impl for<'a> FnOnce(Object<'a>) -> Option<Str<'a>>,
    ) -> Got<'py> {
        self.object().and_then(found).map(|found| value::text(py, found)).into_bound_py_any(py)
    }

    /// What the core makes of the object: yes or no.
    pub(crate) fn is<'py>(&self, py: Python<'py>, found: impl for<'a> FnOnce(Object<'a>) -> bool) -> Got<'py> {
        self.object().is_some_and(found).into_bound_py_any(py)
    }

    /// What the core makes of the object: a channel and how many there are.
    pub(crate) fn channel<'py>(
        &self,
        py: Python<'py>,
        found: impl for<'a> FnOnce(Object<'a>) -> Option<ringback::payload::ChannelIndex>,
    ) -> Got<'py> {
        self.object().and_then(found).map(ChannelIndex::from).into_bound_py_any(py)
    }

    /// What the core makes of the object: another one in it.
    pub(crate) fn within<'py>(
        &self,
        py: Python<'py>,
        item: Item,
        found: impl for<'a> FnOnce(Object<'a>) -> Option<Object<'a>>,
    ) -> Got<'py> {
        self.one(py, item, self.object().and_then(found))
    }

    /// The models with their ids.
    pub(crate) fn models<'py>(&self, py: Python<'py>, item: Item) -> Got<'py> {
        let models = self.object().into_iter().flat_map(|object| Metadata::of(object).model_info());
        let pairs = models.map(|(id, model)| {
            let id = id.map(|id| value::text(py, id));
            Ok((id, self.one(py, item, Some(model.object()))?))
        });
        Ok(PyTuple::new(py, pairs.collect::<PyResult<Vec<_>>>()?)?.into_any())
    }

    fn one<'py>(&self, py: Python<'py>, item: Item, object: Option<Object<'_>>) -> Got<'py> {
        match object {
            Some(object) => item.make(py, &self.payload, object.value()),
            None => Ok(py.None().into_bound(py)),
        }
    }

    fn array(&self, name: &str) -> Option<Array<'_>> {
        self.member(name).and_then(|value| value.as_array())
    }
}

/// Declares Python classes: a name, and its attributes as rows `attribute = how(arguments)`, where `how` is a
/// function of [`Part`].
macro_rules! view {
    ($($(#[$($doc:tt)*])* $name:ident { $($(#[$($row_doc:tt)*])* $getter:ident = $how:ident($($argument:tt)*);)* })*) => {
        $(
            $(#[$($doc)*])*
            #[pyclass(frozen, weakref, module = "ringback")]
            pub(crate) struct $name($crate::part::Part);

            impl $crate::part::View for $name {
                const NAME: &'static str = stringify!($name);

                fn make(py: Python<'_>, part: $crate::part::Part) -> $crate::part::Got<'_> {
                    Ok(Bound::new(py, $name(part))?.into_any())
                }
            }

            #[pymethods]
            #[allow(clippy::wrong_self_convention, reason = "attributes have the names of the documents")]
            impl $name {
                $(
                    $(#[$($row_doc)*])*
                    #[getter]
                    fn $getter<'py>(&self, py: Python<'py>) -> $crate::part::Got<'py> {
                        self.0.$how(py, $($argument)*)
                    }
                )*

                /// The object behind the view as plain Python objects, members that have no attribute included.
                fn to_dict<'py>(&self, py: Python<'py>) -> $crate::part::Got<'py> {
                    self.0.to_dict(py)
                }

                fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                    other.cast::<$name>().is_ok_and(|other| self.0.same(&other.get().0))
                }

                fn __hash__(&self) -> u64 {
                    $crate::part::hash(&self.0)
                }

                fn __repr__(&self) -> &'static str {
                    concat!("<ringback.", stringify!($name), ">")
                }
            }
        )*
    };
}

pub(crate) use view;

/// Equal views have equal texts.
pub(crate) fn hash(part: &Part) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    part.value().map(|value| value.raw()).hash(&mut hasher);
    hasher.finish()
}
