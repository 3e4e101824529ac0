//! Lists: where the walk over an array or an object stands.
//!
//! A list is a position and nothing else, so that it can lie in a struct, be copied, and begin again from the copy. What C
//! hands back is only ever an offset: the core goes on from there, checks as it goes, and stops at the first thing that
//! does not fit.

use std::mem::MaybeUninit;

use ringback_core::json::{Array, Object, Value};
use ringback_core::payload::{Pairs, Strings, View};

use crate::boundary::{Failed, Given, Out, guard};
use crate::payload::ringback_payload;
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::value::ringback_value;

/// A place in an array or an object of a payload: what is taken next. Take from it with the `_next` function of what it
/// holds; copy it to begin again. All zeros is an empty list.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_list {
    /// Where the walk stands, in bytes from the beginning of the document; 0 if the document has no such list.
    pub at: usize,
}

/// Takes the next element of an array, of whatever type.
///
/// Parameters: `payload`: what the list came from. `list`: of `ringback_value_elements`, or any list of a view; it is moved
/// on. `out`: the element.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
///
/// Ownership: the element borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_value<'p>>>,
) -> ringback_result {
    next(payload, list, out, |payload, value| Ok(Some(payload.value(Some(value)))))
}

/// Takes the next member of an object, in the order of the document, duplicates included.
///
/// Parameters: `payload`: what the list came from. `list`: of `ringback_value_members`; it is moved on. `name`, `out`: the
/// member.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
///
/// Ownership: name and value borrow from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_member_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    name: Option<&mut MaybeUninit<ringback_str<'p>>>,
    out: Option<&mut MaybeUninit<ringback_value<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, list, name, out) = (payload.given()?, list.given()?, Out::new(name)?, Out::new(out)?);
        let mut members = payload.document().members_from(list.place()?);
        let (found, value) = members.next().ok_or(Failed::NONE)?;
        name.write(payload.text(Some(found))?)?;
        list.at = members.offset();
        out.write(payload.value(Some(value)))
    })
}

/// Takes the next string of an array; what is no string is passed over.
///
/// Parameters: `payload`: what the list came from. `list`: such as the tags of `ringback_metadata`; it is moved on. `out`:
/// the string.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
///
/// Ownership: the string borrows from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_string_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<ringback_str<'p>>>,
) -> ringback_result {
    next(payload, list, out, |payload, value| match value.as_str() {
        Some(text) => payload.text(Some(text)).map(Some),
        None => Ok(None),
    })
}

/// Takes the next pair of an object of strings; members of other types are passed over.
///
/// Parameters: `payload`: what the list came from. `list`: such as the extra pairs of `ringback_metadata`; it is moved on.
/// `key`, `value`: the pair.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
///
/// Ownership: both strings borrow from the payload; nothing is to be freed.
///
/// Threads: any, at the same time, each with its own list.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_pair_next<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    key: Option<&mut MaybeUninit<ringback_str<'p>>>,
    value: Option<&mut MaybeUninit<ringback_str<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, list, key, out) = (payload.given()?, list.given()?, Out::new(key)?, Out::new(value)?);
        let mut members = payload.document().members_from(list.place()?);
        let pair = members.find_map(|(name, value)| value.as_str().map(|text| (name, text)));
        let (name, text) = pair.ok_or(Failed::NONE)?;
        let (name, text) = (payload.text(Some(name))?, payload.text(Some(text))?);
        list.at = members.offset();
        key.write(name)?;
        out.write(text)
    })
}

/// Takes the next object of an array as a typed view; what is no object is passed over.
pub(crate) fn next_view<'p, V: View<'p>, T>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<T>>,
    read: impl Fn(&'p ringback_payload, V) -> Result<T, Failed>,
) -> ringback_result {
    next(payload, list, out, |payload, value| match value.as_object() {
        Some(object) => read(payload, V::of(object)).map(Some),
        None => Ok(None),
    })
}

/// Takes the next element out of which `read` makes something.
fn next<'p, T>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    out: Option<&mut MaybeUninit<T>>,
    read: impl Fn(&'p ringback_payload, Value<'p>) -> Result<Option<T>, Failed>,
) -> ringback_result {
    guard(|| {
        let (payload, list, out) = (payload.given()?, list.given()?, Out::new(out)?);
        let mut elements = payload.document().elements_from(list.place()?);
        loop {
            let value = elements.next().ok_or(Failed::NONE)?;
            if let Some(item) = read(payload, value)? {
                list.at = elements.offset();
                return out.write(item);
            }
        }
    })
}

impl ringback_list {
    /// Where the walk goes on; there is nothing in a list that is absent.
    pub(crate) fn place(&self) -> Result<usize, Failed> {
        if self.at == 0 { Err(Failed::NONE) } else { Ok(self.at) }
    }
}

impl ringback_payload {
    pub(crate) fn array(&self, array: Option<Array<'_>>) -> ringback_list {
        self.list(array.map(|array| array.value()))
    }

    pub(crate) fn members(&self, object: Option<Object<'_>>) -> ringback_list {
        self.list(object.map(|object| object.value()))
    }

    pub(crate) fn pairs(&self, pairs: Pairs<'_>) -> ringback_list {
        self.members(pairs.object())
    }

    pub(crate) fn strings(&self, strings: Strings<'_>) -> ringback_list {
        self.array(strings.array())
    }

    /// The list over what is in this container of the payload: it begins behind the bracket.
    fn list(&self, container: Option<Value<'_>>) -> ringback_list {
        let range = container.and_then(|container| self.document().range_of(container));
        range.map_or_else(Default::default, |range| ringback_list { at: range.start + 1 })
    }
}
