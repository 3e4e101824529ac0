//! Every engine that this processor has against the scalar one: the same verdict, the same landmarks, and documents that
//! show the same.
//!
//! `RINGBACK_MUTATIONS` sets how many mutants are tried, `RINGBACK_CORPUS` where real payloads and the conformance
//! suite lie. Texts are handed over in allocations of just their size, so that AddressSanitizer sees a read beyond.

use std::boxed::Box;
use std::path::Path;
use std::string::String;
use std::vec::Vec;
use std::{env, format, fs, println};

use super::Engine;
use crate::json::landmarks::Landmarks;
use crate::json::marks::Marks;
use crate::json::{Array, Document, Names, Object, Records, Value, scalar};

#[path = "../../../tests/documents/mod.rs"]
mod documents;

use documents::{Dice, FRAGMENTS, mutate, transcript};

/// Whether the text is valid; panics if an engine disagrees, or leaves to another what it should know.
fn agree(text: &[u8]) -> bool {
    let mut expected = Landmarks::EMPTY;
    let expected = scalar::validate(text, &mut expected).ok().map(|()| expected);
    let root = text.iter().find(|byte| !b" \n\r\t".contains(byte));
    let is_container = matches!(root, Some(b'{' | b'['));
    for engine in Engine::ALL.into_iter().filter(|engine| *engine != Engine::Scalar && engine.is_available()) {
        let (mut found, mut marks) = (Landmarks::EMPTY, Marks::NONE);
        let found = engine.validate(text, &mut found, &mut marks).map(|()| found);
        match (&expected, &found) {
            (None, None) => {}
            (Some(_), None) => assert!(!is_container, "{engine:?} refuses {:?}", text.escape_ascii()),
            (None, Some(_)) => panic!("{engine:?} accepts {:?}", text.escape_ascii()),
            (Some(expected), Some(found)) => {
                assert!(
                    expected.iter().eq(found.iter()),
                    "{engine:?} has other landmarks in {:?}",
                    text.escape_ascii()
                );
                assert_eq!(marks.places(), marks_of(text), "{engine:?} has other marks in {:?}", text.escape_ascii());
            }
        }
    }
    expected.is_some()
}

/// The marks of a valid text, if it has any, found byte by byte.
fn marks_of(text: &[u8]) -> Option<Vec<usize>> {
    let (mut marks, mut within) = (Vec::new(), false);
    for (place, byte) in text.iter().enumerate() {
        match byte {
            b'\\' => return None,
            b'"' => within = !within,
            _ if within => {}
            b' ' | b'\t' | b'\r' | b'\n' => return None,
            b'{' | b'}' | b'[' | b']' | b',' | b':' => marks.push(place),
            _ => {}
        }
    }
    (text.len() <= 2048).then_some(marks)
}

fn files(folder: &Path, visit: &mut impl FnMut(&[u8])) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, visit);
        } else {
            visit(&fs::read(path).unwrap());
        }
    }
}

#[test]
fn engines_agree_on_the_corpus() {
    let Some(corpus) = env::var_os("RINGBACK_CORPUS") else { return println!("skipped: RINGBACK_CORPUS is not set") };
    let mut count = 0;
    files(Path::new(&corpus), &mut |text| {
        count += usize::from(agree(text));
        agree(&text[..text.len() / 2]);
    });
    assert!(count > 100);
}

#[test]
fn engines_agree_on_mutants() {
    let count = env::var("RINGBACK_MUTATIONS").map_or(20_000, |count| count.parse().unwrap());
    let mut seeds = Vec::new();
    if let Some(corpus) = env::var_os("RINGBACK_CORPUS") {
        files(Path::new(&corpus), &mut |text| seeds.extend((text.len() < 4000).then(|| text.to_vec())));
    }
    let (mut dice, mut valid) = (Dice::new(1), 0_u64);
    for round in 0..count {
        let mut text = match dice.below(4) {
            0 if !seeds.is_empty() => seeds[dice.below(seeds.len())].clone(),
            1 => soup(&mut dice),
            _ => transcript(&mut dice, 12).into_bytes(),
        };
        if round % 4 == 0 {
            let spaces = dice.below(66);
            drop(text.splice(0..0, core::iter::repeat_n(b' ', spaces)));
        }
        mutate(&mut dice, &mut text);
        valid += u64::from(agree(&text.into_boxed_slice()));
    }
    println!("{count} mutants, {valid} of them valid");
    assert!(valid > count / 10);
}

static NAMES: Names<8> = Names::new([
    "word",
    "start",
    "confidence",
    "punctuated_word",
    "speaker_confidence",
    "channels",
    "n",
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
]);

/// Compares all that lies in this value as its document shows it with what it shows by itself, without marks and
/// landmarks, and says how many objects there are.
fn compare(document: &Document<'_>, value: Value<'_>) -> usize {
    if let Some(object) = value.as_object() {
        compare_members(document, object);
        return 1 + object.iter().map(|(_, value)| compare(document, value)).sum::<usize>();
    }
    let Some(array) = value.as_array() else { return 0 };
    compare_records(document, array);
    array.iter().map(|value| compare(document, value)).sum()
}

fn compare_members(document: &Document<'_>, object: Object<'_>) {
    let raw = |found: [Option<Value<'_>>; 8]| found.map(|value| value.map(|value| String::from(value.raw())));
    let object = document.value_in(document.range_of(object.value()).unwrap()).unwrap().as_object().unwrap();
    assert_eq!(raw(document.pick(object, &NAMES)), raw(object.select(*NAMES.names())), "{object:?}");
}

fn compare_records(document: &Document<'_>, array: Array<'_>) {
    let array = document.value_in(document.range_of(array.value()).unwrap()).unwrap().as_array().unwrap();
    let (text, open, marks) = document.around(array.raw());
    let mut objects = array.iter().filter_map(|value| value.as_object());
    for record in Records::new(text, open, *marks, &NAMES) {
        let object = objects.next().unwrap();
        assert_eq!(record.object().raw(), object.raw());
        for (place, name) in NAMES.names().iter().enumerate() {
            assert_eq!(record.get(place).map(|value| value.raw()), object.get(name).map(|value| value.raw()), "{name}");
            let text = record.str(place).map(|text| (text.raw(), text.is_escaped()));
            assert_eq!(text, object.str(name).map(|text| (text.raw(), text.is_escaped())), "{name}");
            assert_eq!(record.f64(place), object.f64(name), "{name}");
            assert_eq!(record.u64(place), object.u64(name), "{name}");
        }
    }
    assert!(objects.next().is_none(), "{array:?}");
}

/// How many objects a text has, if it is valid, which every engine must show alike.
fn shown(text: &[u8]) -> usize {
    let count = |engine| Document::parse_with(text, engine).map_or(0, |document| compare(&document, document.root()));
    let counts = Engine::ALL.map(count);
    assert_eq!(counts, [counts[0]; Engine::ALL.len()]);
    counts[0]
}

#[test]
fn documents_of_all_engines_show_the_same() {
    let (mut dice, mut objects, mut marked) = (Dice::new(2), 0, 0);
    for round in 0..2_000 {
        let mut text = transcript(&mut dice, 8).into_bytes();
        if round % 4 > 0 {
            text = compact(&text);
        }
        if round % 2 > 0 {
            mutate(&mut dice, &mut text);
        }
        let count = shown(&text);
        objects += count;
        marked += usize::from(count > 0 && marks_of(&text).is_some());
    }
    assert!(objects > 5_000 && marked > 500, "{objects} {marked}");
}

/// The same document without white space beside its values, and with other characters in place of its escapes.
fn compact(text: &[u8]) -> Vec<u8> {
    let (mut compact, mut within, mut rest) = (Vec::new(), false, text.iter());
    while let Some(&byte) = rest.next() {
        within ^= byte == b'"';
        match byte {
            b'\\' => compact.extend(rest.next().map(|_| b'x')),
            b' ' | b'\t' | b'\r' | b'\n' if !within => {}
            _ => compact.push(byte),
        }
    }
    compact
}

#[test]
fn white_space_around_the_root_leaves_no_marks_wherever_a_stride_ends() {
    for len in (240..270).chain(500..520) {
        let text = format!("[\"{}\"]", "x".repeat(len));
        for text in [format!("{text} "), format!("{text}\n\n"), format!("\t{text}"), text.clone()] {
            assert!(agree(text.as_bytes()));
            assert_eq!(marks_of(text.as_bytes()).is_some(), text.starts_with('[') && text.ends_with(']'));
        }
    }
}

#[test]
fn names_and_values_of_every_length_are_shown_at_every_distance_from_the_end() {
    for len in 1..40 {
        let name = "n".repeat(len);
        for value in ["1".repeat(len), format!("\"{}\"", "x,:{}[]".repeat(len / 3)), "[]".into(), "{}".into()] {
            for tail in ["", ",\"n\":null", ",\"word\":[1,{\"n\":2}],\"start\":{\"n\":3},\"confidence\":0.5"] {
                let text = format!("[{{\"{name}\":{value}{tail}}},{{}},{{\"{name}\":{value}}}]");
                assert!(shown(text.as_bytes()) >= 3, "{text}");
            }
        }
    }
}

/// Tokens and half tokens in any order.
fn soup(dice: &mut Dice) -> Vec<u8> {
    let mut text = Vec::from(*b"[");
    for _ in 0..dice.below(40) {
        text.extend_from_slice(dice.pick(FRAGMENTS));
    }
    text.push(b']');
    text
}

#[test]
fn every_length_at_every_alignment() {
    let full = r#"{"a":[{"b":-1.5e+10,"c":true},{"b":0.25,"c":null}],"é":"\u12ab\\\"x","d":[[],{},[1,2]] , "e" : "x"}"#;
    let mut long = String::from("[");
    while long.len() < 600 {
        long += full;
        long += ",\n ";
    }
    for length in 0..=512_usize {
        // A text of this length: as much of the long one as there is room for, and a string that takes up the rest.
        let room = length.saturating_sub(40);
        let ends = long.as_bytes()[..room].windows(3).rposition(|end| end == b",\n ");
        let mut text = Vec::from(&long.as_bytes()[..ends.map_or(1, |at| at + 3)]);
        let rest = length.saturating_sub(text.len() + 3);
        text.push(b'"');
        text.extend(vec_of(b'z', rest));
        text.extend_from_slice(b"\"]");
        text.truncate(length);
        for alignment in 0..64 {
            let mut buffer = vec_of(b'"', alignment);
            buffer.extend_from_slice(&text);
            let buffer: Box<[u8]> = buffer.into();
            assert_eq!(agree(&buffer[alignment..]), length > 3, "{length} bytes at {alignment}");
            if length % 16 < 2 {
                agree(&buffer[alignment..buffer.len().max(alignment + 1) - 1]);
            }
        }
    }
}

fn vec_of(byte: u8, len: usize) -> Vec<u8> {
    core::iter::repeat_n(byte, len).collect()
}

#[test]
fn every_fragment_at_every_place_of_a_stride() {
    let wrong_and_right: &[&[u8]] = &[
        b"1.2.3",
        b"1.",
        b".5",
        b"-",
        b"--1",
        b"1-1",
        b"+1",
        b"1e",
        b"1e+",
        b"1e5.2",
        b"1e5e5",
        b"0e1",
        b"-01",
        b"00",
        b"1,2",
        b"1 2",
        b"tRue",
        b"truefalse",
        b"true1",
        b"nulll",
        b"true,false,null",
        b"true,1.2.3",
        b"1.5,false",
        b"\"a\"true",
        b"null\"a\"",
        b"[]true",
        b"true ,null",
        b"1true",
        b"{\"a\"}",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{,}",
        b"[,]",
        b"[1,]",
        b"{\"a\" \"b\":1}",
        b"{\"a\":\"b\":1}",
        b"{1:2}",
        b"{\"a\":1 \"b\":2}",
        b"[\"a\":1]",
        b"[}",
        b"{]",
        b"{\"a\":[}]",
        b"\"a\"\"b\"",
        b"\"\\x\"",
        b"\"\\u12G4\"",
        b"\"\\ud800\"",
        b"\"a\nb\"",
        b"1\x0C",
        b"{\"a\":{\"b\":[{}]}}",
        b"{\"a\":1},{\"a\":2},{\"a\":3}",
        b"[1],[2],[3]",
        b"1},{2",
        b"\"}\",\"{\"",
    ];
    for fragment in wrong_and_right.iter().chain(FRAGMENTS) {
        for place in (0..330).filter(|place| place % 64 < 8 || place % 64 > 50) {
            for filler in ["z", " ", "0,"] {
                let lead = filler.repeat(place / filler.len());
                let lead = if filler == "z" { format!("\"{lead}\",") } else { lead };
                let mut text = format!("[{lead}").into_bytes();
                text.extend_from_slice(fragment);
                text.extend_from_slice(b",{\"a\":1}]");
                agree(&text.into_boxed_slice());
            }
        }
    }
}

#[test]
fn runs_longer_than_a_stride_carry_on() {
    for length in (0..12).map(|shift| 40 << shift) {
        for byte in [b' ', b'1', b'a', b'\\'] {
            let run = String::from_utf8(vec_of(byte, length)).unwrap();
            let texts = [
                format!("[1,{run}1]"),
                format!("[\"{run}\",1]"),
                format!("{{\"{run}\":1}}"),
                format!("{{\"a\"{run}:1}}"),
                format!("{{\"a\":{run}1,\"b\":2}}"),
                format!("[1.{run}5]"),
                format!("[1.5{run}.5]"),
                format!("[1e{run}5]"),
                format!("[1e5{run}e5]"),
                format!("[1]{run}"),
                format!("{run}[1]"),
            ];
            for text in texts {
                agree(text.as_bytes());
            }
        }
    }
}

#[test]
fn depth_is_limited_alike() {
    for depth in 60..70 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if open == "[" { "" } else { "1" };
            let text = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(agree(text.as_bytes()), depth <= crate::json::MAX_DEPTH);
        }
    }
}

#[test]
fn large_objects_in_pairs_are_landmarks() {
    for length in [100, 250, 256, 300, 2000] {
        let object = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
        let text = format!("[{}]", [object.as_str(); 9].join(","));
        assert!(agree(text.as_bytes()));
        assert_eq!(
            Document::parse_with(text.as_bytes(), Engine::Scalar).unwrap().landmarks().len(),
            if length < 248 { 1 } else { 10 }
        );
    }
}

#[test]
fn every_kind_of_character_at_every_border() {
    let mut right = 0;
    for first in 0x80..=0xFF_u8 {
        for second in [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0] {
            for third in [b'a', 0x80, 0xBF] {
                for fourth in [b'a', 0xBF] {
                    let character = [first, second, third, fourth];
                    // From the end of a block, and of a stride, into the next one.
                    for place in [20, 60, 61, 62, 63, 253, 254, 255] {
                        let mut text = vec_of(b'z', 300);
                        text[0] = b'[';
                        text[1] = b'"';
                        text[place..place + 4].copy_from_slice(&character);
                        text.extend_from_slice(b"\"]");
                        right += usize::from(agree(&text));
                    }
                }
            }
        }
    }
    assert!(right > 1000);
}
