//! Any value of a document: what has no getter, and what nobody has foreseen.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use ringback_core::json::{Object, Type, Value};
use ringback_core::payload::View;

use crate::boundary::{Failed, Given, Out, guard};
use crate::list::ringback_list;
use crate::payload::ringback_payload;
use crate::result::{RINGBACK_ERROR_FOREIGN_VALUE, RINGBACK_ERROR_WRONG_TYPE, ringback_result};
use crate::str::ringback_str;

/// A type of JSON: one of `RINGBACK_TYPE_...`.
pub type ringback_type = u32;

/// The document has no such value.
pub const RINGBACK_TYPE_ABSENT: ringback_type = 0;
/// `null`.
pub const RINGBACK_TYPE_NULL: ringback_type = 1;
/// `true` or `false`.
pub const RINGBACK_TYPE_BOOL: ringback_type = 2;
/// A number.
pub const RINGBACK_TYPE_NUMBER: ringback_type = 3;
/// A string.
pub const RINGBACK_TYPE_STRING: ringback_type = 4;
/// An array.
pub const RINGBACK_TYPE_ARRAY: ringback_type = 5;
/// An object.
pub const RINGBACK_TYPE_OBJECT: ringback_type = 6;

/// One value of a payload, as it stands in the document. It can be printed, or be asked together with its payload.
///
/// Values come out of the functions of this library and are not to be made up. All zeros is an absent value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_value<'p> {
    /// The text of the value, a string with its quotes and escapes; NULL if it is absent.
    data: *const u8,
    /// The length of the text in bytes.
    len: usize,
    /// Its type.
    r#type: ringback_type,
    borrowed: PhantomData<&'p str>,
}

/// Reads a value as true or false.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one:
/// look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_bool<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<bool>>,
) -> ringback_result {
    read(payload, value, out, |_, value| value.as_bool())
}

/// Reads a value as a whole number, however it is written: `54`, `54.0`, `5.4e1`.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is not whole or does not fit:
/// look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_i64<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<i64>>,
) -> ringback_result {
    read(payload, value, out, |_, value| value.as_number()?.i64())
}

/// Reads a value as a whole number that is not negative, however it is written.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is negative, not whole or does not fit:
/// look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_u64<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<u64>>,
) -> ringback_result {
    read(payload, value, out, |_, value| value.as_number()?.u64())
}

/// Reads a value as a number, rounded to the nearest float.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is too large:
/// look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_f64<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<f64>>,
) -> ringback_result {
    read(payload, value, out, |_, value| value.as_number()?.f64())
}

/// Reads a value as a number, taken as seconds, in milliseconds; a half is rounded away from zero.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number does not fit:
/// look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: nothing is kept.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_millis<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<i64>>,
) -> ringback_result {
    read(payload, value, out, |_, value| value.as_number()?.millis())
}

/// Reads a value as text, decoded.
///
/// Parameters: `payload`: what the value came from. `value`: the value. `out`: the text.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no string: look at
/// `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: the text borrows from the payload. What is escaped is decoded at the first call, and kept with the payload.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_str<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_str<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        let text = payload.find(value)?.as_str().ok_or(WRONG_TYPE)?;
        out.write(payload.text(Some(text))?)
    })
}

/// Begins a walk over the elements of an array; `ringback_element_next` takes them, as does the `_next` of a typed view.
///
/// Parameters: `payload`: what the value came from. `value`: the array. `out`: the list.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no array;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: a list is a position, and needs no freeing.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_elements<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_list>>,
) -> ringback_result {
    read(payload, value, out, |payload, value| value.as_array().map(|array| payload.array(Some(array))))
}

/// Begins a walk over the members of an object; `ringback_member_next` takes them.
///
/// Parameters: `payload`: what the value came from. `value`: the object. `out`: the list.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
/// `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: a list is a position, and needs no freeing.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_members<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<ringback_list>>,
) -> ringback_result {
    read(payload, value, out, |payload, value| value.as_object().map(|object| payload.members(Some(object))))
}

/// Looks up a member of an object; the last one, where a name is repeated.
///
/// Parameters: `payload`: what the value came from. `value`: the object. `name`: of the member. `out`: its value, `null`
/// included.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there is no such member, or the object is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no
/// object; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
///
/// Ownership: the value borrows from the payload.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_get<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    name: ringback_str<'_>,
    out: Option<&mut MaybeUninit<ringback_value<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, name, out) = (payload.given()?, name.text()?, Out::new(out)?);
        let object = payload.find_object(value)?;
        let found = payload.document().members_of(object).filter(|(other, _)| other == name).last();
        let (_, found) = found.ok_or(Failed::NONE)?;
        out.write(payload.value(Some(found)))
    })
}

/// Follows a JSON pointer (RFC 6901) from a value.
///
/// Parameters: `payload`: what the value came from. `value`: where to begin. `pointer`: such as `/alternatives/0/words`. `out`:
/// the value that it leads to.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: it leads to nothing; `RINGBACK_ERROR_INVALID_POINTER`: it is no pointer, so mend
/// it; `RINGBACK_ERROR_FOREIGN_VALUE`: the value is of another payload, so mend the call.
///
/// Ownership: the value borrows from the payload.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_value_pointer<'p>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    pointer: ringback_str<'_>,
    out: Option<&mut MaybeUninit<ringback_value<'p>>>,
) -> ringback_result {
    guard(|| {
        let (payload, pointer, out) = (payload.given()?, pointer.text()?, Out::new(out)?);
        let found = payload.find(value)?.pointer(pointer)?.ok_or(Failed::NONE)?;
        out.write(payload.value(Some(found)))
    })
}

impl ringback_value<'_> {
    pub(crate) const ABSENT: ringback_value<'static> =
        ringback_value { data: std::ptr::null(), len: 0, r#type: RINGBACK_TYPE_ABSENT, borrowed: PhantomData };
}

impl ringback_payload {
    /// The value as C gets it.
    pub(crate) fn value<'p>(&'p self, value: Option<Value<'p>>) -> ringback_value<'p> {
        let Some(value) = value else { return ringback_value::ABSENT };
        let r#type = match value.ty() {
            Type::Null => RINGBACK_TYPE_NULL,
            Type::Bool => RINGBACK_TYPE_BOOL,
            Type::Number => RINGBACK_TYPE_NUMBER,
            Type::String => RINGBACK_TYPE_STRING,
            Type::Array => RINGBACK_TYPE_ARRAY,
            Type::Object => RINGBACK_TYPE_OBJECT,
        };
        ringback_value { data: value.raw().as_ptr(), len: value.raw().len(), r#type, borrowed: PhantomData }
    }

    /// The object as C gets it.
    pub(crate) fn object<'p>(&'p self, object: Option<Object<'p>>) -> ringback_value<'p> {
        self.value(object.map(|object| object.value()))
    }

    /// The value that C gave back. Nothing of it is trusted but that it is a range: of this document, or foreign.
    pub(crate) fn find(&self, value: ringback_value<'_>) -> Result<Value<'_>, Failed> {
        if value.data.is_null() {
            return Err(Failed::NONE);
        }
        let start = value.data.addr().wrapping_sub(self.document().text().as_ptr().addr());
        let end = start.checked_add(value.len).ok_or(Failed(RINGBACK_ERROR_FOREIGN_VALUE))?;
        self.document().value_in(start..end).ok_or(Failed(RINGBACK_ERROR_FOREIGN_VALUE))
    }

    /// The object that C gave back.
    pub(crate) fn find_object(&self, value: ringback_value<'_>) -> Result<Object<'_>, Failed> {
        self.find(value)?.as_object().ok_or(WRONG_TYPE)
    }
}

const WRONG_TYPE: Failed = Failed(RINGBACK_ERROR_WRONG_TYPE);

/// Reads one thing out of a value.
fn read<'p, T>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<T>>,
    read: impl FnOnce(&'p ringback_payload, Value<'p>) -> Option<T>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        let value = payload.find(value)?;
        out.write(read(payload, value).ok_or(WRONG_TYPE)?)
    })
}

/// Reads a typed view out of an object.
pub(crate) fn read_view<'p, V: View<'p>, T>(
    payload: Option<&'p ringback_payload>,
    value: ringback_value<'p>,
    out: Option<&mut MaybeUninit<T>>,
    read: impl FnOnce(&'p ringback_payload, V) -> Result<T, Failed>,
) -> ringback_result {
    guard(|| {
        let (payload, out) = (payload.given()?, Out::new(out)?);
        let object = payload.find_object(value)?;
        out.write(read(payload, V::of(object))?)
    })
}
