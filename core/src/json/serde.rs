//! Serde: views as a deserialiser, and views that serialise.
//!
//! A [`Value`] describes itself, so anything that implements `Deserialize` can be read from it. Strings are borrowed
//! where nothing in them is escaped. With `alloc` the others are decoded into a `String`; without it, on the stack, and
//! one of more than 256 bytes is an error.
//!
//! Numbers written as whole numbers are given as `u64` or `i64` if they fit, all others as `f64`. A type that asks
//! for a whole number also gets it from `54.0` and `5.4e1`. Where the nearest float is infinite there is an error, in both
//! directions. Duplicate members are passed on as they stand: what they mean is up to the type that is read, and
//! derived structs refuse them.

use core::fmt;

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, string::ToString};

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{self, Serialize, Serializer};

use super::array::{Array, Elements};
use super::number::Number;
use super::object::{Members, Object};
use super::string::Str;
use super::value::{Type, Value};

/// The longest escaped string that is decoded without `alloc`, in bytes.
#[cfg(not(feature = "alloc"))]
const STACK: usize = 256;

/// Why a value could not be read as the type that was asked for.
///
/// The text is valid JSON all the same. Without the feature `alloc` the message of the type is dropped.
#[derive(Clone, Debug)]
pub struct DecodeError {
    #[cfg(feature = "alloc")]
    message: Box<str>,
    #[cfg(not(feature = "alloc"))]
    message: &'static str,
}

impl DecodeError {
    #[cold]
    fn new(message: &'static str) -> DecodeError {
        DecodeError {
            #[cfg(feature = "alloc")]
            message: message.into(),
            #[cfg(not(feature = "alloc"))]
            message,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}

impl core::error::Error for DecodeError {}

impl de::Error for DecodeError {
    #[cfg(feature = "alloc")]
    fn custom<T: fmt::Display>(message: T) -> DecodeError {
        DecodeError { message: message.to_string().into() }
    }

    #[cfg(not(feature = "alloc"))]
    fn custom<T: fmt::Display>(_: T) -> DecodeError {
        DecodeError::new("the value does not fit the type")
    }
}

/// Methods that take a whole number in whatever way it is written, and anything else as it is.
macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            match self.as_number() {
                Some(number) => whole(number, visitor),
                None => self.deserialize_any(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.ty() {
            Type::Null => visitor.visit_unit(),
            Type::Bool => visitor.visit_bool(self.as_bool() == Some(true)),
            Type::Number => match self.as_number() {
                Some(number) if number.is_plain_integer() => whole(number, visitor),
                Some(number) => float(number, visitor),
                None => Err(unreadable()),
            },
            Type::String => text(self.as_str().ok_or_else(unreadable)?, visitor),
            Type::Array => {
                let mut elements = self.as_array().ok_or_else(unreadable)?.iter();
                let value = visitor.visit_seq(ElementAccess { elements: &mut elements })?;
                match elements.count() {
                    0 => Ok(value),
                    more => Err(de::Error::invalid_length(more, &"no more elements")),
                }
            }
            Type::Object => {
                let mut members = self.as_object().ok_or_else(unreadable)?.iter();
                let value = visitor.visit_map(MemberAccess { members: &mut members, value: None })?;
                match members.count() {
                    0 => Ok(value),
                    more => Err(de::Error::invalid_length(more, &"no more members")),
                }
            }
        }
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.as_number() {
            Some(number) => float(number, visitor),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    /// Externally tagged: a string, or an object with one member.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if let Some(name) = self.as_str() {
            return visitor.visit_enum(Variant { name, content: None });
        }
        let mut members = self.as_object().ok_or_else(|| invalid(self, &"a string or an object"))?.iter();
        match (members.next(), members.next()) {
            (Some((name, content)), None) => visitor.visit_enum(Variant { name, content: Some(content) }),
            _ => Err(de::Error::invalid_value(Unexpected::Map, &"an object with one member")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

impl<'de> IntoDeserializer<'de, DecodeError> for Value<'de> {
    type Deserializer = Value<'de>;

    fn into_deserializer(self) -> Value<'de> {
        self
    }
}

/// A state that validation excludes.
#[cold]
fn unreadable() -> DecodeError {
    DecodeError::new("the value cannot be read")
}

#[cold]
fn invalid(value: Value<'_>, expected: &dyn de::Expected) -> DecodeError {
    let found = match value.ty() {
        Type::Null => Unexpected::Unit,
        Type::Bool => Unexpected::Bool(value.as_bool() == Some(true)),
        Type::Number => Unexpected::Other("number"),
        Type::String => Unexpected::Other("string"),
        Type::Array => Unexpected::Seq,
        Type::Object => Unexpected::Map,
    };
    de::Error::invalid_type(found, expected)
}

/// A number as a whole one, if it is one that fits.
fn whole<'de, V: Visitor<'de>>(number: Number<'de>, visitor: V) -> Result<V::Value, DecodeError> {
    match (number.u64(), number.i64()) {
        (Some(number), _) => visitor.visit_u64(number),
        (None, Some(number)) => visitor.visit_i64(number),
        (None, None) => float(number, visitor),
    }
}

fn float<'de, V: Visitor<'de>>(number: Number<'de>, visitor: V) -> Result<V::Value, DecodeError> {
    visitor.visit_f64(number.f64().ok_or_else(|| DecodeError::new("the number is too large for a float"))?)
}

fn text<'de, V: Visitor<'de>>(text: Str<'de>, visitor: V) -> Result<V::Value, DecodeError> {
    if let Some(text) = text.as_borrowed() {
        return visitor.visit_borrowed_str(text);
    }
    #[cfg(feature = "alloc")]
    return visitor.visit_string(text.to_cow().into_owned());
    #[cfg(not(feature = "alloc"))]
    match text.unescape_into(&mut [0; STACK]) {
        Ok(text) => visitor.visit_str(text),
        Err(_) => Err(DecodeError::new("an escaped string is longer than 256 bytes")),
    }
}

struct ElementAccess<'e, 'de> {
    elements: &'e mut Elements<'de>,
}

impl<'de> de::SeqAccess<'de> for ElementAccess<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        self.elements.next().map(|value| seed.deserialize(value)).transpose()
    }
}

struct MemberAccess<'e, 'de> {
    members: &'e mut Members<'de>,
    value: Option<Value<'de>>,
}

impl<'de> de::MapAccess<'de> for MemberAccess<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Name { name }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        seed.deserialize(self.value.take().ok_or_else(unreadable)?)
    }
}

/// A member name or a variant.
struct Name<'de> {
    name: Str<'de>,
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        text(self.name, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(Variant { name: self.name, content: None })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}

struct Variant<'de> {
    name: Str<'de>,
    content: Option<Value<'de>>,
}

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = DecodeError;
    type Variant = Content<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<'de>), DecodeError> {
        Ok((seed.deserialize(Name { name: self.name })?, Content { content: self.content }))
    }
}

/// What an enum's variant holds: nothing after a mere string.
struct Content<'de> {
    content: Option<Value<'de>>,
}

impl<'de> de::VariantAccess<'de> for Content<'de> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match self.content {
            Some(content) if !content.is_null() => Err(invalid(content, &"a variant without content")),
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        match self.content {
            Some(content) => seed.deserialize(content),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"a variant with content")),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        match self.content {
            Some(content) if content.ty() == Type::Array => content.deserialize_any(visitor),
            Some(content) => Err(invalid(content, &"an array")),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"a variant with an array")),
        }
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, DecodeError> {
        match self.content {
            Some(content) if matches!(content.ty(), Type::Array | Type::Object) => content.deserialize_any(visitor),
            Some(content) => Err(invalid(content, &"an object")),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"a variant with an object")),
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(bool) = self.as_bool() {
            serializer.serialize_bool(bool)
        } else if let Some(number) = self.as_number() {
            number.serialize(serializer)
        } else if let Some(text) = self.as_str() {
            text.serialize(serializer)
        } else if let Some(array) = self.as_array() {
            array.serialize(serializer)
        } else if let Some(object) = self.as_object() {
            object.serialize(serializer)
        } else {
            serializer.serialize_unit()
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl Serialize for Str<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_borrowed() {
            Some(text) => serializer.serialize_str(text),
            None => serializer.collect_str(self),
        }
    }
}

/// A number that is written as a whole number and fits stays one; `54.0` stays a float.
impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_plain_integer() {
            if let Some(number) = self.u64() {
                return serializer.serialize_u64(number);
            }
            if let Some(number) = self.i64() {
                return serializer.serialize_i64(number);
            }
        }
        match self.f64() {
            Some(number) => serializer.serialize_f64(number),
            None => Err(ser::Error::custom("the number is too large for a float")),
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use std::collections::BTreeMap;
    use std::{string::String, vec::Vec};

    use serde::Deserialize;

    use super::super::Document;
    use super::*;

    fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, DecodeError> {
        T::deserialize(Document::parse(text.as_bytes()).unwrap().root())
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Word<'a> {
        #[serde(borrow)]
        word: &'a str,
        start: f64,
        speaker: Option<u8>,
        #[serde(default)]
        tags: Vec<String>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum Shape {
        Unit,
        Newtype(u32),
        Tuple(u8, u8),
        Struct { a: bool },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Seconds(f32);

    #[test]
    fn structs_borrow_what_is_not_escaped() {
        let text = r#"{"word":"hé","start":1,"speaker":null,"unknown":[{"deep":[1e999]}],"tags":["\u0061"]}"#;
        let word: Word<'_> = read(text).unwrap();
        assert_eq!(word, Word { word: "hé", start: 1.0, speaker: None, tags: std::vec!["a".into()] });
        assert!(read::<Word<'_>>(r#"{"word":"\n","start":1}"#).is_err());
        assert!(read::<Word<'_>>(r#"{"word":"a","start":1,"start":2}"#).is_err());
        assert!(read::<Word<'_>>(r#"{"word":"a"}"#).unwrap_err().to_string().contains("start"));
    }

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        assert_eq!(read::<Vec<u8>>("[54,54.0,5.4e1,-0]").unwrap(), [54, 54, 54, 0]);
        assert_eq!(read::<i64>("-9223372036854775808").unwrap(), i64::MIN);
        assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
        for text in ["256", "-1", "1.5", "1e999", "\"1\"", "null"] {
            assert!(read::<u8>(text).is_err(), "{text}");
        }
        assert_eq!(read::<f64>("18446744073709551616").unwrap(), 18_446_744_073_709_551_616.0);
        assert!(read::<f64>("1e999").is_err());
        assert_eq!(read::<Seconds>("0.5").unwrap(), Seconds(0.5));
    }

    #[test]
    fn enums_are_tagged_externally() {
        assert_eq!(read::<Shape>(r#""Unit""#).unwrap(), Shape::Unit);
        assert_eq!(read::<Shape>(r#"{"Unit":null}"#).unwrap(), Shape::Unit);
        assert_eq!(read::<Shape>(r#"{"Newtype":7}"#).unwrap(), Shape::Newtype(7));
        assert_eq!(read::<Shape>(r#"{"Tuple":[1,2]}"#).unwrap(), Shape::Tuple(1, 2));
        assert_eq!(read::<Shape>(r#"{"Struct":{"a":true}}"#).unwrap(), Shape::Struct { a: true });
        let wrong = [
            "1",
            "null",
            "[]",
            "{}",
            r#""Newtype""#,
            r#"{"Unit":1}"#,
            r#"{"Tuple":[1]}"#,
            r#"{"Tuple":[1,2,3]}"#,
            r#"{"Tuple":1}"#,
            r#"{"Struct":1}"#,
            r#"{"Unit":null,"Newtype":1}"#,
            r#""Other""#,
        ];
        for text in wrong {
            assert!(read::<Shape>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_error_says_what_there_is_and_what_was_expected() {
        let message = |text| read::<Shape>(text).unwrap_err().to_string();
        assert_eq!(message("true"), "invalid type: boolean `true`, expected a string or an object");
        assert_eq!(message("false"), "invalid type: boolean `false`, expected a string or an object");
        assert_eq!(message(r#"{"Tuple":1}"#), "invalid type: number, expected an array");
        assert_eq!(message(r#"{"Struct":1}"#), "invalid type: number, expected an object");
    }

    #[test]
    fn a_number_that_nobody_asks_for_is_whole_if_it_is_written_so() {
        let numbers: Vec<serde_json::Value> = read("[1,-1,1.0,1e0,-0]").unwrap();
        assert_eq!(numbers.iter().map(serde_json::Value::is_f64).collect::<Vec<_>>(), [false, false, true, true, true]);
    }

    #[test]
    fn maps_tuples_and_units_are_read() {
        let map: BTreeMap<String, (bool, char, ())> = read(r#"{"a\n":[true,"x",null]}"#).unwrap();
        assert_eq!(map["a\n"], (true, 'x', ()));
        assert!(read::<(u8, u8)>("[1,2,3]").is_err());
        assert!(read::<(u8, u8)>("[1]").is_err());
    }

    #[test]
    fn views_serialise_to_the_same_value() {
        let text = r#"{"a":[1,-2,3.0,-0,18446744073709551615,1e300],"b":{"\u0063\"":"\ud83d\ude00"},"d":[true,null]}"#;
        let root = Document::parse(text.as_bytes()).unwrap().root();
        let written = serde_json::to_string(&root).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
        assert!(serde_json::to_string(&Document::parse(b"[1e999]").unwrap().root()).is_err());
    }
}

#[cfg(all(test, not(feature = "alloc")))]
mod tests_without_alloc {
    use serde::Deserialize;

    use super::super::Document;
    use super::*;

    struct Length(usize);

    impl<'de> Deserialize<'de> for Length {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
            struct Count;
            impl Visitor<'_> for Count {
                type Value = Length;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }
                fn visit_str<E: de::Error>(self, text: &str) -> Result<Length, E> {
                    Ok(Length(text.len()))
                }
            }
            deserializer.deserialize_str(Count)
        }
    }

    #[test]
    fn an_escaped_string_is_read_up_to_256_bytes_and_a_plain_one_of_any_length() {
        let mut text = [b'a'; 1000];
        text[0] = b'"';
        let mut length = |escape: &[u8; 2], end: usize| {
            text[1..3].copy_from_slice(escape);
            text[end..].fill(b' ');
            text[end] = b'"';
            let value = Document::parse(&text).unwrap().root();
            Length::deserialize(value).map(|length| length.0).ok()
        };
        assert_eq!(length(b"aa", 999), Some(998));
        assert_eq!(length(b"\\n", 258), Some(256));
        text[258] = b'a';
        text[259] = b'"';
        assert!(Length::deserialize(Document::parse(&text).unwrap().root()).is_err());
    }
}
