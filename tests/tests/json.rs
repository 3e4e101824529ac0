//! Texts, strings, numbers and pointers, as the vectors say.

use ringback::json::{Document, Type, Value};
use ringback::{Error, Payload};
use ringback_tests::{Bytes, Failed, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    name: String,
    body: Bytes,
    error: String,
    code: u16,
    offset: usize,
    line: usize,
    column: usize,
}

#[test]
fn what_is_no_json_is_refused_for_the_stated_reason_at_the_stated_place() {
    for case in load::<Broken>("json_errors") {
        let body = case.body.bytes();
        let error = Document::parse(&body).expect_err(&case.name);
        let position = error.position(&body);
        let found = (error.kind().name(), error.kind().code(), error.offset(), position.line, position.column);
        assert_eq!(found, (&*case.error, case.code, case.offset, case.line, case.column), "{}", case.name);
        assert_eq!(Payload::parse(&body).unwrap_err(), error, "{}", case.name);
        assert_eq!(error.kind().is_incomplete(), case.error == "unexpected_end", "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    name: String,
    body: Bytes,
    r#type: String,
    count: Option<usize>,
}

#[test]
fn what_is_json_is_accepted() {
    for case in load::<Whole>("json_values") {
        let body = case.body.bytes();
        let document = Document::parse(&body).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let root = document.root();
        let (ty, count) = match root.ty() {
            Type::Null => ("null", None),
            Type::Bool => ("bool", None),
            Type::Number => ("number", None),
            Type::String => ("string", None),
            Type::Array => ("array", root.as_array().map(|array| array.len())),
            Type::Object => ("object", root.as_object().map(|object| object.iter().count())),
        };
        assert_eq!((ty, count), (&*case.r#type, case.count), "{}", case.name);
        assert_eq!(document.text().as_bytes(), body);
        assert_eq!(root.raw().as_bytes(), body.trim_ascii());
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    body: Bytes,
    buffer: Option<usize>,
    text: Option<String>,
    length: Option<usize>,
    escaped: Option<bool>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn strings_stand_for_their_text() {
    for case in load::<Text>("strings") {
        let body = case.body.bytes();
        let string = Document::parse(&body).expect(&case.name).root().as_str().expect(&case.name);
        let mut buffer = vec![0; case.buffer.unwrap_or(string.raw().len())];
        let decoded = string.unescape_into(&mut buffer);
        let Some(text) = case.text else {
            let expected = Failed { error: case.error.unwrap(), offset: case.offset.unwrap() };
            assert_eq!(Failed::of(decoded.expect_err(&case.name)), expected, "{}", case.name);
            continue;
        };
        assert_eq!(decoded, Ok(&*text), "{}", case.name);
        assert_eq!(string.to_cow(), text, "{}", case.name);
        assert_eq!(string.to_string(), text, "{}", case.name);
        assert!(string == *text && string.chars().eq(text.chars()), "{}", case.name);
        assert_eq!(Some(string.decoded_len()), case.length, "{}", case.name);
        assert_eq!(Some(string.is_escaped()), case.escaped, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Digits {
    name: String,
    f64: Option<String>,
    i64: Option<String>,
    u64: Option<String>,
    millis: Option<String>,
    whole: bool,
}

#[test]
fn numbers_stand_for_their_values() {
    for case in load::<Digits>("numbers") {
        let number = Document::parse(case.name.as_bytes()).expect(&case.name).root().as_number().expect(&case.name);
        assert_eq!(number.raw(), case.name);
        assert_eq!(number.f64().map(|float| format!("{:016x}", float.to_bits())), case.f64, "{}", case.name);
        assert_eq!(number.i64().map(|whole| whole.to_string()), case.i64, "{}", case.name);
        assert_eq!(number.u64().map(|whole| whole.to_string()), case.u64, "{}", case.name);
        assert_eq!(number.millis().map(|millis| millis.to_string()), case.millis, "{}", case.name);
        assert_eq!(number.is_integer(), case.whole, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    name: String,
    body: Bytes,
    pointer: String,
    raw: Option<String>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn pointers_lead_to_values() {
    for case in load::<Way>("pointers") {
        let body = case.body.bytes();
        let document = Document::parse(&body).expect(&case.name);
        let expected = match (case.error, case.offset) {
            (Some(error), Some(offset)) => Err(Failed { error, offset }),
            _ => Ok(case.raw),
        };
        let found = |value: Result<Option<Value<'_>>, Error>| match value {
            Ok(value) => Ok(value.map(|value| value.raw().to_owned())),
            Err(error) => Err(Failed::of(error)),
        };
        assert_eq!(found(document.pointer(&case.pointer)), expected, "{}", case.name);
        assert_eq!(found(document.root().pointer(&case.pointer)), expected, "{}", case.name);
    }
}
