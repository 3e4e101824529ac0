//! Properties of the JSON room on generated documents, against `str::from_utf8` and serde_json.
//!
//! The generator is a fixed sequence: a failure comes back at the next run.

use ringback::ErrorKind;
use ringback::json::{Document, MAX_DEPTH, Object, Str, Type, Value};
use serde::de::IgnoredAny;

/// Xorshift, 64 bits.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// What the generated documents hold.
#[derive(Clone, Copy, PartialEq)]
enum Contents {
    /// All that the grammar allows.
    Anything,
    /// What serde_json reads without loss: no lone surrogates, numbers that it rounds correctly.
    Plain,
}

const STRINGS: &[&str] = &[
    "",
    "a",
    "word",
    "start",
    "confidence",
    "punctuated_word",
    "with space",
    "é",
    "日本語",
    "😀",
    "\u{7F}",
    "]}",
    "{[",
    ":,",
    "a rather long string that covers several words of eight bytes",
    "ünïcödé in the midst of åscii",
];
const ESCAPES: &[&str] =
    &[r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t", r"\u0000", r"\u00e9", r"\uFFFF", r"\ud83d\ude00"];
const LONE: &[&str] = &[r"\ud800", r"\udfff", r"\udc00\ud800", r"\ud800\n", r"\ud83d\u0041"];
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "54",
    "54.0",
    "12.345678",
    "0.99853516",
    "1e3",
    "1E+3",
    "25e-1",
    "-0.0",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "123456789.25",
    "0.5",
];
const HUGE: &[&str] = &["1e999", "-1e999", "1e-999", "99999999999999999999999999", "0.1234567890123456789012345e-5"];

fn space(random: &mut Random, out: &mut String) {
    if random.below(4) == 0 {
        for _ in 0..random.below(12) {
            out.push(random.pick(&[' ', ' ', ' ', '\n', '\t', '\r']));
        }
    }
}

fn string(random: &mut Random, contents: Contents, out: &mut String) {
    out.push('"');
    for _ in 0..random.below(3) {
        match random.below(8) {
            0..5 => out.push_str(random.pick(STRINGS)),
            5 | 6 => out.push_str(random.pick(ESCAPES)),
            _ if contents == Contents::Anything => out.push_str(random.pick(LONE)),
            _ => out.push('x'),
        }
    }
    out.push('"');
}

fn value(random: &mut Random, contents: Contents, depth: usize, out: &mut String) {
    space(random, out);
    let leaf = depth == 0;
    match random.below(if leaf { 6 } else { 12 }) {
        0 => out.push_str(random.pick(&["true", "false", "null"])),
        1 | 2 => string(random, contents, out),
        3 if contents == Contents::Anything => out.push_str(random.pick(HUGE)),
        3..6 => out.push_str(random.pick(NUMBERS)),
        6..9 => {
            out.push('[');
            for at in 0..random.below(6) {
                if at > 0 {
                    out.push(',');
                }
                value(random, contents, depth - 1, out);
            }
            space(random, out);
            out.push(']');
        }
        _ => {
            out.push('{');
            for at in 0..random.below(6) {
                if at > 0 {
                    out.push(',');
                }
                space(random, out);
                string(random, contents, out);
                space(random, out);
                out.push(':');
                value(random, contents, depth - 1, out);
            }
            space(random, out);
            out.push('}');
        }
    }
    space(random, out);
}

fn document(random: &mut Random, contents: Contents) -> String {
    let mut out = String::new();
    let depth = random.below(7);
    value(random, contents, depth, &mut out);
    out
}

/// A document with containers large enough for landmarks.
fn large_document(random: &mut Random, contents: Contents) -> String {
    let mut out = String::from("{");
    for at in 0..1 + random.below(60) {
        if at > 0 {
            out.push(',');
        }
        string(random, contents, &mut out);
        out.push_str(":[");
        for _ in 0..random.below(12) {
            value(random, contents, 6, &mut out);
            out.push(',');
        }
        out.push_str("0]");
    }
    out.push('}');
    out
}

fn mutate(random: &mut Random, text: &mut Vec<u8>) {
    for _ in 0..1 + random.below(3) {
        let at = random.below(text.len() + 1);
        let byte = match random.below(3) {
            0 => random.below(256) as u8,
            1 => random.pick(b"\"\\{}[]:,0123456789-+.eEtfn /u \n"),
            _ => random.pick(&[0x00, 0x1F, 0x7F, 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5]),
        };
        match random.below(4) {
            0 => text.insert(at, byte),
            1 if at < text.len() => drop(text.remove(at)),
            2 => text.truncate(at),
            _ if at < text.len() => text[at] = byte,
            _ => text.push(byte),
        }
    }
}

/// What serde_json says, once the bytes are known to be UTF-8.
fn reference(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// Compares the verdict with the reference, and checks where an error points.
fn check_verdict(text: &[u8]) {
    match Document::parse(text) {
        Ok(_) => assert!(reference(text), "accepted: {}", text.escape_ascii()),
        Err(error) => {
            let brackets = text.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
            let too_deep = error.kind() == ErrorKind::TooDeep && brackets > MAX_DEPTH;
            assert!(too_deep || !reference(text), "{error}: {}", text.escape_ascii());
            assert!(error.offset() <= text.len());
            assert_eq!(error.offset() == text.len(), error.kind().is_incomplete(), "{error}: {}", text.escape_ascii());
            // Up to the offset all was well; with its byte the same error is certain, except in a UTF-8 sequence.
            let before = Document::parse(&text[..error.offset()]).map_err(|error| error.kind());
            assert!(matches!(before, Ok(_) | Err(ErrorKind::UnexpectedEnd)), "{error}: {}", text.escape_ascii());
            if !error.kind().is_incomplete() && error.kind() != ErrorKind::InvalidUtf8 {
                assert_eq!(Document::parse(&text[..=error.offset()]).unwrap_err(), error, "{}", text.escape_ascii());
            }
        }
    }
}

/// Visits everything that the views show.
fn visit(value: Value<'_>) -> usize {
    let text = |text: Str<'_>| text.chars().count() + text.decoded_len();
    match value.ty() {
        Type::String => text(value.as_str().unwrap()),
        Type::Number => {
            let number = value.as_number().unwrap();
            assert_eq!(number.f64(), number.raw().parse().ok().filter(|float: &f64| float.is_finite()));
            let whole = number.i64().map(i128::from).or(number.u64().map(i128::from));
            assert!(whole.is_none() || number.is_integer());
            if let (Some(whole), Some(millis)) = (whole, number.millis()) {
                assert_eq!(whole * 1000, i128::from(millis));
            }
            1
        }
        Type::Array => value.as_array().unwrap().iter().map(visit).sum(),
        Type::Object => value.as_object().unwrap().iter().map(|(name, value)| text(name) + visit(value)).sum(),
        _ => 1,
    }
}

#[test]
fn the_verdict_is_that_of_the_reference() {
    let mut random = Random::new(1);
    for _ in 0..20_000 {
        let text = document(&mut random, Contents::Anything);
        assert!(Document::parse(text.as_bytes()).is_ok(), "{text}");
        check_verdict(text.as_bytes());
        for _ in 0..4 {
            let mut bytes = text.clone().into_bytes();
            mutate(&mut random, &mut bytes);
            check_verdict(&bytes);
        }
    }
}

#[test]
fn the_verdict_on_deep_documents_is_that_of_the_reference() {
    let mut random = Random::new(2);
    for depth in 1..=MAX_DEPTH {
        let mut text = Vec::new();
        let mut closing = Vec::new();
        for _ in 0..depth {
            let object = random.below(2) == 0;
            text.extend_from_slice(if object { b"{\"a\":" } else { b"[" });
            closing.push(if object { b'}' } else { b']' });
        }
        text.push(b'1');
        text.extend(closing.iter().rev());
        assert!(Document::parse(&text).is_ok());
        check_verdict(&text);
        for _ in 0..200 {
            let mut bytes = text.clone();
            mutate(&mut random, &mut bytes);
            check_verdict(&bytes);
        }
    }
}

#[test]
fn every_proper_prefix_is_incomplete() {
    let mut random = Random::new(3);
    for _ in 0..500 {
        let text = document(&mut random, Contents::Anything);
        let text = text.trim();
        if !text.starts_with(['{', '[', '"']) {
            continue;
        }
        for end in 0..text.len() {
            let error = Document::parse(&text.as_bytes()[..end]).unwrap_err();
            assert_eq!((error.kind(), error.offset()), (ErrorKind::UnexpectedEnd, end), "{text}");
        }
    }
}

#[test]
fn any_byte_may_change_and_nothing_panics() {
    let mut random = Random::new(4);
    for _ in 0..60 {
        let text = document(&mut random, Contents::Anything);
        let mut bytes = text.into_bytes();
        for at in 0..bytes.len() {
            let kept = bytes[at];
            for byte in [kept ^ 1, kept ^ 0x20, kept ^ 0x80, b'"', b'\\', b'{', b']', b',', 0, 0xFF] {
                bytes[at] = byte;
                check_verdict(&bytes);
                if let Ok(document) = Document::parse(&bytes) {
                    visit(document.root());
                }
            }
            bytes[at] = kept;
        }
    }
}

/// Compares a value with what serde_json read from the same text, and each path with both ways to follow it.
fn compare(document: &Document<'_>, path: &mut String, value: Value<'_>, expected: &serde_json::Value) {
    assert_eq!(document.pointer(path).unwrap().map(|value| value.raw()), Some(value.raw()), "{path}");
    assert_eq!(document.root().pointer(path).unwrap().map(|value| value.raw()), Some(value.raw()), "{path}");
    let len = path.len();
    match expected {
        serde_json::Value::Null => assert!(value.is_null()),
        serde_json::Value::Bool(bool) => assert_eq!(value.as_bool(), Some(*bool)),
        serde_json::Value::Number(number) => {
            let found = value.as_number().unwrap();
            assert_eq!(found.f64(), number.as_f64());
            assert!(number.as_i64().is_none() || number.as_i64() == found.i64());
            assert!(number.as_u64().is_none() || number.as_u64() == found.u64());
        }
        serde_json::Value::String(text) => {
            let found = value.as_str().unwrap();
            assert!(found == text.as_str());
            assert!(found.chars().eq(text.chars()));
            assert_eq!(found.unescape_into(&mut [0; 512]), Ok(text.as_str()));
        }
        serde_json::Value::Array(elements) => {
            let array = value.as_array().unwrap();
            assert_eq!(array.len(), elements.len());
            assert_eq!(array.is_empty(), elements.is_empty());
            assert!(document.elements_of(array).map(|value| value.raw()).eq(array.iter().map(|value| value.raw())));
            for (at, (value, expected)) in array.iter().zip(elements).enumerate() {
                path.push_str(&format!("/{at}"));
                compare(document, path, value, expected);
                path.truncate(len);
            }
        }
        serde_json::Value::Object(members) => {
            let object = value.as_object().unwrap();
            compare_members(document, object, members);
            for (name, expected) in members {
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                compare(document, path, object.raw_get(name).unwrap(), expected);
                path.truncate(len);
            }
        }
    }
}

fn compare_members(document: &Document<'_>, object: Object<'_>, members: &serde_json::Map<String, serde_json::Value>) {
    let raw = |(name, value): (Str<'_>, Value<'_>)| (name.raw().to_owned(), value.raw().to_owned());
    assert!(document.members_of(object).map(raw).eq(object.iter().map(raw)));
    assert_eq!(object.is_empty(), members.is_empty());
    assert!(object.iter().all(|(name, _)| members.keys().any(|other| name == other.as_str())));
    let counted: usize = members.keys().map(|name| object.count(name)).sum();
    assert_eq!(counted, object.iter().count());
    for (name, expected) in members {
        let found = object.get(name).map(|value| value.raw());
        assert_eq!(found.is_none(), expected.is_null());
        assert_eq!(object.select([name.as_str()])[0].map(|value| value.raw()), found);
        assert_eq!(document.select(object, ["\u{1}", name])[1].map(|value| value.raw()), found);
    }
}

#[test]
fn views_show_what_serde_json_reads() {
    // Every path is followed from the root, so that the work grows with the square of a document: few large ones.
    let mut random = Random::new(5);
    let mut landmarks = 0;
    for round in 0..1_000 {
        let text = match round % 500 {
            0 => large_document(&mut random, Contents::Plain),
            _ => document(&mut random, Contents::Plain),
        };
        let expected = serde_json::from_str(&text).unwrap();
        let document = Document::parse(text.as_bytes()).unwrap();
        landmarks += document.landmarks().len();
        compare(&document, &mut String::new(), document.root(), &expected);
    }
    assert!(landmarks > 0);
}

#[test]
fn landmarks_are_whole_containers_and_change_no_answer() {
    let mut random = Random::new(6);
    for _ in 0..60 {
        let text = large_document(&mut random, Contents::Anything);
        let document = Document::parse(text.as_bytes()).unwrap();
        assert!(document.landmarks().iter().is_sorted_by_key(|span| span.start));
        for span in document.landmarks().iter() {
            assert!(text[span.clone()].starts_with(['{', '[']));
            let part = Document::parse(text[span].as_bytes()).unwrap();
            assert_eq!(part.text(), part.root().raw());
        }
        let object = document.root().as_object().unwrap();
        assert!(document.members().map(|(_, value)| value.raw()).eq(object.iter().map(|(_, value)| value.raw())));
        for (name, _) in object {
            let name: String = name.chars().collect();
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let found = document.pointer(&pointer).unwrap().map(|value| value.raw());
            assert_eq!(found, object.raw_get(&name).map(|value| value.raw()));
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn serde_reads_and_writes_the_same_value() {
    use serde::Deserialize;

    let mut random = Random::new(7);
    for _ in 0..3_000 {
        let text = document(&mut random, Contents::Plain);
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        let root = Document::parse(text.as_bytes()).unwrap().root();
        assert_eq!(serde_json::Value::deserialize(root).unwrap(), expected, "{text}");
        assert_eq!(serde_json::to_value(root).unwrap(), expected, "{text}");
        let written = serde_json::to_string(&root).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), expected, "{text}");
    }
}
