//! Any value: its type, and the way to the view of that type.

use core::fmt;

use super::array::Array;
use super::number::Number;
use super::object::Object;
use super::pointer;
use super::string::{self, Str};
use crate::error::Error;

/// One valid JSON value: exactly its bytes, with nothing around them.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    raw: &'a str,
}

/// The types of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Value<'a> {
    /// Trusts that `raw` is one value of a validated text, and not empty.
    #[inline]
    pub(super) const fn new(raw: &'a str) -> Value<'a> {
        Value { raw }
    }

    /// The type, which the first byte tells.
    #[inline]
    #[must_use]
    pub fn ty(&self) -> Type {
        match self.raw.as_bytes().first() {
            Some(b'{') => Type::Object,
            Some(b'[') => Type::Array,
            Some(b'"') => Type::String,
            Some(b't' | b'f') => Type::Bool,
            Some(b'-' | b'0'..=b'9') => Type::Number,
            _ => Type::Null,
        }
    }

    /// The text of the value, as it stands in the document.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// Whether it is `null`.
    #[inline]
    #[must_use]
    pub fn is_null(&self) -> bool {
        // No other value begins like it.
        matches!(self.raw.as_bytes().first(), None | Some(b'n'))
    }

    /// The truth of `true` and `false`; `None` for every other type.
    #[inline]
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The number; `None` for every other type.
    #[inline]
    #[must_use]
    pub fn as_number(&self) -> Option<Number<'a>> {
        (self.ty() == Type::Number).then(|| Number::new(self.raw))
    }

    /// The string; `None` for every other type. Linear in its length: it is searched for escapes.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> Option<Str<'a>> {
        let [b'"', .., b'"'] = self.raw.as_bytes() else { return None };
        let raw = self.raw.get(1..self.raw.len() - 1)?;
        Some(Str::new(raw, string::backslash(raw).is_some()))
    }

    /// The array; `None` for every other type.
    #[inline]
    #[must_use]
    pub fn as_array(&self) -> Option<Array<'a>> {
        (self.ty() == Type::Array).then(|| Array::new(self.raw))
    }

    /// The object; `None` for every other type.
    #[inline]
    #[must_use]
    pub fn as_object(&self) -> Option<Object<'a>> {
        (self.ty() == Type::Object).then(|| Object::new(self.raw))
    }

    /// The value that a JSON pointer (RFC 6901) leads to from here, or `None` if there is none.
    ///
    /// `""` is this value itself. In objects the last of duplicate names counts; `null` is a value like any other.
    /// The time is linear in the text of this value; [`Document::pointer`](super::Document::pointer) is quicker.
    ///
    /// # Errors
    ///
    /// [`InvalidPointer`](crate::ErrorKind::InvalidPointer), with the offset in `pointer`, if it is neither empty nor
    /// begins with a slash, or holds a `~` that is not followed by 0 or 1.
    pub fn pointer(&self, pointer: &str) -> Result<Option<Value<'a>>, Error> {
        pointer::find(self.raw, 0, &[], pointer)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn value(text: &str) -> Value<'_> {
        Document::parse(text.as_bytes()).unwrap().root()
    }

    #[test]
    fn the_first_byte_tells_the_type_and_only_its_own_view_exists() {
        let table = [
            ("null", Type::Null),
            ("true", Type::Bool),
            ("false", Type::Bool),
            ("-1", Type::Number),
            ("0", Type::Number),
            ("\"null\"", Type::String),
            ("[]", Type::Array),
            ("{}", Type::Object),
        ];
        for (text, ty) in table {
            let value = value(text);
            assert_eq!(value.ty(), ty);
            assert_eq!(value.raw(), text);
            assert_eq!(value.is_null(), ty == Type::Null);
            assert_eq!(value.as_bool().is_some(), ty == Type::Bool);
            assert_eq!(value.as_number().is_some(), ty == Type::Number);
            assert_eq!(value.as_str().is_some(), ty == Type::String);
            assert_eq!(value.as_array().is_some(), ty == Type::Array);
            assert_eq!(value.as_object().is_some(), ty == Type::Object);
        }
        assert_eq!((value("true").as_bool(), value("false").as_bool()), (Some(true), Some(false)));
    }

    #[test]
    fn a_value_prints_as_it_stands() {
        let text = r#"{ "a" : [1, "\\n"] }"#;
        assert_eq!(std::format!("{}", value(text)), text);
    }
}
