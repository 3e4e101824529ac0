//! Every engine that this processor has against the scalar one: the same verdict, the same landmarks.
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
use crate::json::{Document, scalar};

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
        let mut found = Landmarks::EMPTY;
        let found = engine.validate(text, &mut found).map(|()| found);
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
            }
        }
    }
    expected.is_some()
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
