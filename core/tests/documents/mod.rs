//! Documents for tests: transcripts whose members, numbers, texts and white space are drawn at random, and mutants.

use std::format;
use std::string::String;
use std::vec::Vec;

/// A sequence of random numbers (xorshift): the same for the same seed, on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`, or 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit.max(1)
    }

    pub fn pick<'a, T: ?Sized>(&mut self, choice: &[&'a T]) -> &'a T {
        choice[self.below(choice.len())]
    }
}

/// What stands between tokens of one document.
struct Style {
    comma: &'static str,
    colon: &'static str,
    bracket: &'static str,
}

const STYLES: &[Style] = &[
    Style { comma: ",", colon: ":", bracket: "" },
    Style { comma: ",", colon: ":", bracket: "" },
    Style { comma: ", ", colon: ": ", bracket: "" },
    Style { comma: ",\n            ", colon: ": ", bracket: "\n          " },
    Style { comma: " ,\r\n\t", colon: " :\t", bracket: " " },
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "hello",
    "don't",
    "there.",
    "a longer word than most",
    "\\\"",
    "\\\\",
    "caf\\u00e9",
    "na\u{ef}ve",
    "日本語",
    "नमस्ते",
    "😀",
    "\\ud83d\\ude00",
    "}],[{",
    ":,:",
    "line\\nbreak",
    "sixteen bytes ok",
    "\\\\\\\\\\\\\\\"",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "12",
    "0.08",
    "2.3999999",
    "25.933313",
    "0.99902344",
    "0.9990234375",
    "2.3999999046325684",
    "-0.25",
    "1e3",
    "1.5E-2",
    "-7e+1",
    "123456789",
    "9007199254740993",
    "1e999",
    "12345678.12345678",
    "3.0",
];

const MEMBERS: &[&str] = &[
    "word",
    "start",
    "end",
    "confidence",
    "punctuated_word",
    "speaker",
    "speaker_confidence",
    "language",
    "sentiment",
    "sentiment_score",
    "extra",
    "st\\u0061rt",
];

/// A transcript with up to `words` words.
pub fn transcript(dice: &mut Dice, words: usize) -> String {
    let style = &STYLES[dice.below(STYLES.len())];
    let mut text = String::from(dice.pick(&["", "", " ", "\n"]));
    let Style { comma, colon, bracket } = style;
    let shape = members(dice);
    text += &format!("{{{bracket}\"metadata\"{colon}{{\"request_id\"{colon}\"5ad4\"}}{comma}\"results\"{colon}{{");
    text += &format!("\"channels\"{colon}[{{\"alternatives\"{colon}[{{\"transcript\"{colon}\"{}\"", dice.pick(TEXTS));
    text += &format!("{comma}\"confidence\"{colon}{}{comma}\"words\"{colon}[", dice.pick(NUMBERS));
    for word in 0..dice.below(words + 1) {
        if word > 0 {
            text += comma;
        }
        let other = if dice.below(12) == 0 { members(dice) } else { shape.clone() };
        text += &object(dice, style, &other);
    }
    text += &format!("]}}]}}]{comma}\"utterances\"{colon}[");
    for utterance in 0..dice.below(4) {
        if utterance > 0 {
            text += comma;
        }
        text +=
            &format!("{{\"start\"{colon}{}{comma}\"transcript\"{colon}\"{}\"}}", dice.pick(NUMBERS), dice.pick(TEXTS));
    }
    text += &format!("]{bracket}}}{bracket}}}");
    text + dice.pick(&["", "", "\n", "  \t\r\n"])
}

/// Some members in some order.
fn members(dice: &mut Dice) -> Vec<&'static str> {
    let mut members: Vec<_> = MEMBERS[..7].to_vec();
    for _ in 0..dice.below(4) {
        let (from, to) = (dice.below(members.len()), dice.below(members.len()));
        members.swap(from, to);
    }
    members.truncate(1 + dice.below(12));
    for _ in 0..dice.below(3) {
        members.push(dice.pick(MEMBERS));
    }
    members
}

fn object(dice: &mut Dice, style: &Style, members: &[&str]) -> String {
    let mut text = format!("{{{}", style.bracket);
    for (place, name) in members.iter().enumerate() {
        if place > 0 {
            text += style.comma;
        }
        text += &format!("\"{name}\"{}", style.colon);
        let is_text = name.contains("word") || name.starts_with('l') || *name == "sentiment";
        match dice.below(40) {
            0 => text += "null",
            1 => text += dice.pick(&["true", "false", "[]", "{}", "[1,{\"a\":[]}]"]),
            2 => text += &format!("\"{}\"", dice.pick(TEXTS)),
            _ if is_text => text += &format!("\"{}\"", dice.pick(TEXTS)),
            _ => text += dice.pick(NUMBERS),
        }
    }
    text + style.bracket + "}"
}

/// What mutations put in.
pub const FRAGMENTS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"\\\\",
    b"\\\"",
    b"\\u00e9",
    b"\\u12",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b" ",
    b"\n",
    b"\t",
    b"  \r\n",
    b"0",
    b"1",
    b"12",
    b".",
    b"-",
    b"+",
    b"e",
    b"E",
    b"e-1",
    b"1.5e+3",
    b"-0",
    b"01",
    b"true",
    b"false",
    b"null",
    b"tru",
    b"nulll",
    b"},{",
    b"],[",
    b"\"a\":",
    b",\"b\":1",
    b"[]",
    b"{}",
    b"\xC3\xA9",
    b"\xE2\x82\xAC",
    b"\xF0\x9F\x98\x80",
    b"\xED\xA0\x80",
    b"\xC0\x80",
    b"\xE0\x9F\xBF",
    b"\x80",
    b"\xF4\x90\x80\x80",
    b"\xF0\x8F\xBF\xBF",
    b"\xFF",
    b"\0",
    b"\x0C",
    b"\x1A",
    b"\x1F",
    b"\x7F",
    &[b' '; 64],
    &[b'a'; 64],
    &[b'1'; 64],
    &[b'['; 33],
    &[b']'; 33],
    &[b'\\'; 65],
    &[b'\\'; 64],
    &[0xC3; 5],
    b"\xEF\xBB\xBF",
];

/// Changes a text in up to four places.
pub fn mutate(dice: &mut Dice, text: &mut Vec<u8>) {
    for _ in 0..dice.below(5) {
        let at = dice.below(text.len());
        let end = (at + dice.below(20)).min(text.len());
        match dice.below(6) {
            0 if !text.is_empty() => text[at] = dice.below(256) as u8,
            1 => drop(text.drain(at..end)),
            2 => drop(text.splice(at..at, dice.pick(FRAGMENTS).iter().copied())),
            3 => {
                let copy = text[at..end].to_vec();
                let to = dice.below(text.len());
                drop(text.splice(to..to, copy));
            }
            4 => text.truncate(at.max(1)),
            _ => {
                let marks = b"{}[],:\"0 ";
                if let Some(found) = text[at..].iter().position(|byte| marks.contains(byte)) {
                    text[at + found] = marks[dice.below(marks.len())];
                }
            }
        }
    }
}
