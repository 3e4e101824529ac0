//! The reference validator: one automaton, byte by byte in principle.
//!
//! [`validate`] is the grammar. It holds no stack of calls: which brackets are open is a bitmap of 64 bits, one for each
//! level of [`MAX_DEPTH`], the innermost lowest. Strings and blanks are passed eight bytes at a time where eight are
//! left, and by the byte otherwise; characters beyond ASCII run through the automaton of [`utf8`] meanwhile. Digits are always taken by the byte: a processor that guesses how many there are
//! starts on what follows early, and words, which it has to wait for, made the whole a fifth slower.
//!
//! It defines kinds and offsets of errors. Any faster twin only says yes, and calls this one to learn why not.
//!
//! # Eight bytes at a time
//!
//! A word is loaded little end first, so that the lowest set bit of a mask belongs to the first byte. Subtracting the
//! same small number from all eight bytes sets the high bit of each byte that is below that number, and can borrow into
//! a byte only from such a byte: the lowest mark is always exact, those above it need not be, and are never used.

use super::MAX_DEPTH;
use super::landmarks::{Landmarks, Survey};
use super::utf8;
use crate::error::{Error, ErrorKind};

/// Checks that `text` is one JSON text, and notes where its large containers lie.
pub(super) fn validate(text: &[u8], landmarks: &mut Landmarks) -> Result<(), Error> {
    if text.starts_with(b"\xEF\xBB\xBF") {
        return Err(Error::new(ErrorKind::ByteOrderMark, 0));
    }
    let mut survey = Survey::new(landmarks, text.len());
    let mut objects = 0_u64;
    let mut depth = 0_usize;
    let mut at = space(text, 0);
    'value: loop {
        let byte = byte(text, at)?;
        match byte {
            b'"' => at = string(text, at + 1)?,
            b'-' | b'0'..=b'9' => at = number(text, at)?,
            b'{' | b'[' => {
                if depth == MAX_DEPTH {
                    return Err(Error::new(ErrorKind::TooDeep, at));
                }
                let object = byte == b'{';
                survey.open(depth, at);
                depth += 1;
                objects = objects << 1 | u64::from(object);
                at = space(text, at + 1);
                // An empty container is closed below; nothing else may follow without a first child.
                if object {
                    if text.get(at) != Some(&b'}') {
                        at = name(text, at)?;
                        continue 'value;
                    }
                } else if text.get(at) != Some(&b']') {
                    continue 'value;
                }
            }
            b't' => at = literal(text, at, b"true")?,
            b'f' => at = literal(text, at, b"false")?,
            b'n' => at = literal(text, at, b"null")?,
            _ => return Err(Error::new(ErrorKind::ExpectedValue, at)),
        }
        while depth > 0 {
            at = space(text, at);
            let object = objects & 1 == 1;
            match self::byte(text, at)? {
                b',' => {
                    at = space(text, at + 1);
                    if object {
                        at = name(text, at)?;
                    }
                    continue 'value;
                }
                b'}' if object => {}
                b']' if !object => {}
                _ => return Err(Error::new(ErrorKind::ExpectedCommaOrEnd, at)),
            }
            at += 1;
            depth -= 1;
            survey.close(depth, at, objects);
            objects >>= 1;
        }
        at = space(text, at);
        return match text.get(at) {
            None => {
                survey.finish();
                Ok(())
            }
            Some(_) => Err(Error::new(ErrorKind::TrailingData, at)),
        };
    }
}

/// The byte at `at`, or the end of input.
#[inline(always)]
fn byte(text: &[u8], at: usize) -> Result<u8, Error> {
    match text.get(at) {
        Some(&byte) => Ok(byte),
        None => Err(end(text)),
    }
}

#[cold]
fn end(text: &[u8]) -> Error {
    Error::new(ErrorKind::UnexpectedEnd, text.len())
}

/// A member name and its colon, from `at` to where the value begins.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn name(text: &[u8], at: usize) -> Result<usize, Error> {
    if byte(text, at)? != b'"' {
        return Err(Error::new(ErrorKind::ExpectedKey, at));
    }
    let at = space(text, string(text, at + 1)?);
    if byte(text, at)? != b':' {
        return Err(Error::new(ErrorKind::ExpectedColon, at));
    }
    Ok(space(text, at + 1))
}

/// White space from `at` on: where it ends.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn space(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(&byte) if byte <= b' ' => long_space(text, at),
        _ => at,
    }
}

/// Out of line, for most texts are compact; indentation is mostly blanks.
fn long_space(text: &[u8], mut at: usize) -> usize {
    loop {
        while let Some(word) = word(text, at) {
            let others = word ^ repeat(b' ');
            if others != 0 {
                at += first(others);
                break;
            }
            at += 8;
        }
        match text.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// The inside of a string, from `at` to after its closing quote.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn string(text: &[u8], mut at: usize) -> Result<usize, Error> {
    loop {
        match word(text, at) {
            Some(word) => {
                let stops = stops(word);
                if stops == 0 {
                    at += 8;
                    continue;
                }
                at = if word & repeat(0x80) == 0 { at + first(stops) } else { characters(text, at)? };
            }
            None => at = slowly(text, at)?,
        }
        match byte(text, at)? {
            b'"' => return Ok(at + 1),
            b'\\' => at = escape(text, at + 1)?,
            _ => return Err(Error::new(ErrorKind::ControlCharacter, at)),
        }
    }
}

/// Marks the bytes of a word that are not plain within a string: quote, backslash, control characters, non-ASCII.
#[inline(always)]
fn stops(word: u64) -> u64 {
    // Flipping the bit of value 2 puts the quote (0x22) right above the control characters and keeps those together.
    // What is at or above 0x80 is marked by itself, so it need not be kept out of the two subtractions.
    (below(word) | word) & repeat(0x80)
}

/// Marks quote, backslash and control characters.
#[inline(always)]
fn ascii_stops(word: u64) -> u64 {
    below(word) & !word & repeat(0x80)
}

#[inline(always)]
fn below(word: u64) -> u64 {
    let quote_or_control = (word ^ repeat(0x02)).wrapping_sub(repeat(0x21));
    let backslash = (word ^ repeat(b'\\')).wrapping_sub(repeat(0x01));
    quote_or_control | backslash
}

/// An escape, from after its backslash.
fn escape(text: &[u8], at: usize) -> Result<usize, Error> {
    match byte(text, at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 1),
        b'u' => {
            for digit in at + 1..at + 5 {
                if !byte(text, digit)?.is_ascii_hexdigit() {
                    return Err(Error::new(ErrorKind::InvalidEscape, digit));
                }
            }
            Ok(at + 5)
        }
        _ => Err(Error::new(ErrorKind::InvalidEscape, at)),
    }
}

/// Characters of a string, some of them beyond ASCII, up to a quote, a backslash or a control character.
#[inline(never)]
fn characters(text: &[u8], begin: usize) -> Result<usize, Error> {
    let (mut at, mut state) = (begin, utf8::WHOLE);
    while let Some(word) = word(text, at) {
        let stops = ascii_stops(word);
        // What stands before the stop, and behind that zeros, which are characters by themselves.
        let plain = if stops == 0 { word } else { word & !(u64::MAX << (8 * first(stops))) };
        for byte in plain.to_le_bytes() {
            state = utf8::next(state, byte);
        }
        if stops != 0 {
            if utf8::is_whole(state) {
                return Ok(at + first(stops));
            }
            break;
        }
        at += 8;
    }
    // Near the end of the text, or something is wrong.
    slowly(text, begin)
}

/// The same, one character after the other.
#[inline(never)]
fn slowly(text: &[u8], mut at: usize) -> Result<usize, Error> {
    loop {
        match text.get(at) {
            Some(b' '..=b'!' | b'#'..=b'[' | b']'..=0x7F) => at += 1,
            Some(0x80..) => at = sequence(text, at)?,
            _ => return Ok(at),
        }
    }
}

/// One UTF-8 sequence of two to four bytes (RFC 3629).
#[inline(never)]
fn sequence(text: &[u8], at: usize) -> Result<usize, Error> {
    match utf8::length(four(text, at, 0)) {
        0 => Err(bad_sequence(text, at)),
        length => Ok(at + length),
    }
}

/// The bytes from `at` on, and beyond the end of the text a filler.
fn four(text: &[u8], at: usize, filler: u8) -> [u8; 4] {
    core::array::from_fn(|place| text.get(at + place).copied().unwrap_or(filler))
}

/// Whether the sequence at `at` is wrong, or merely ends with the text.
#[cold]
fn bad_sequence(text: &[u8], at: usize) -> Error {
    // One of the two goes on whatever can be gone on with.
    if [0x80, 0xBF].into_iter().any(|filler| utf8::length(four(text, at, filler)) > 0) {
        end(text)
    } else {
        Error::new(ErrorKind::InvalidUtf8, at)
    }
}

/// A number, from its first byte, which is a minus or a digit.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn number(text: &[u8], mut at: usize) -> Result<usize, Error> {
    if text.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if text.get(at) == Some(&b'0') { at + 1 } else { digits(text, at)? };
    if text.get(at) == Some(&b'.') {
        at = digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = text.get(at) {
            at += 1;
        }
        at = digits(text, at)?;
    }
    Ok(at)
}

/// One digit or more.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn digits(text: &[u8], begin: usize) -> Result<usize, Error> {
    if !byte(text, begin)?.is_ascii_digit() {
        return Err(Error::new(ErrorKind::InvalidNumber, begin));
    }
    let mut at = begin + 1;
    while let Some(b'0'..=b'9') = text.get(at) {
        at += 1;
    }
    Ok(at)
}

/// One of the three literals, whose first byte is known to be right.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[cfg_attr(target_os = "none", inline(never))]
fn literal(text: &[u8], at: usize, literal: &[u8]) -> Result<usize, Error> {
    match text.get(at..at + literal.len()) {
        Some(found) if found == literal => Ok(at + literal.len()),
        _ => Err(bad_literal(text, at, literal)),
    }
}

#[cold]
fn bad_literal(text: &[u8], at: usize, literal: &[u8]) -> Error {
    let same =
        text.get(at..).unwrap_or_default().iter().zip(literal).take_while(|(found, wanted)| found == wanted).count();
    if at + same == text.len() { end(text) } else { Error::new(ErrorKind::InvalidLiteral, at + same) }
}

/// The eight bytes at `at`, if so many are left.
#[inline(always)]
fn word(text: &[u8], at: usize) -> Option<u64> {
    // A microcontroller has no registers of eight bytes, and no room for their tables: there everything goes by the byte.
    if cfg!(target_os = "none") {
        return None;
    }
    text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// Eight times the same byte.
#[inline(always)]
const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The number of the byte that holds the lowest set bit.
#[inline(always)]
const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use std::{format, vec::Vec};

    use super::*;
    use ErrorKind::*;

    fn verdict(text: &[u8]) -> Result<(), (ErrorKind, usize)> {
        let mut landmarks = Landmarks::EMPTY;
        validate(text, &mut landmarks).map_err(|error| (error.kind(), error.offset()))
    }

    #[test]
    fn each_error_has_its_kind_and_offset() {
        let table: &[(&[u8], ErrorKind, usize)] = &[
            (b"", UnexpectedEnd, 0),
            (b" \n\t\r ", UnexpectedEnd, 5),
            (b"\xEF\xBB\xBF{}", ByteOrderMark, 0),
            (b"\xEF\xBB", ExpectedValue, 0),
            (b"]", ExpectedValue, 0),
            (b"[,", ExpectedValue, 1),
            (b"[1,]", ExpectedValue, 3),
            (b"{\"a\":}", ExpectedValue, 5),
            (b"+1", ExpectedValue, 0),
            (b"\x0B1", ExpectedValue, 0),
            (b"{1", ExpectedKey, 1),
            (b"{,", ExpectedKey, 1),
            (b"{\"a\":1,}", ExpectedKey, 7),
            (b"{\"a\"}", ExpectedColon, 4),
            (b"{\"a\" 1", ExpectedColon, 5),
            (b"[1 2", ExpectedCommaOrEnd, 3),
            (b"[1}", ExpectedCommaOrEnd, 2),
            (b"{\"a\":1]", ExpectedCommaOrEnd, 6),
            (b"[01]", ExpectedCommaOrEnd, 2),
            (b"[1.2.3]", ExpectedCommaOrEnd, 4),
            (b"truE", InvalidLiteral, 3),
            (b"nul,", InvalidLiteral, 3),
            (b"[fa]", InvalidLiteral, 3),
            (b"-x", InvalidNumber, 1),
            (b"[1.]", InvalidNumber, 3),
            (b"[1e]", InvalidNumber, 3),
            (b"[1e+]", InvalidNumber, 4),
            (b"\"\\x\"", InvalidEscape, 2),
            (b"\"\\u12G4\"", InvalidEscape, 5),
            (b"\"\\u\xC3\xA9\"", InvalidEscape, 3),
            (b"\"\\\x01\"", InvalidEscape, 2),
            (b"\"a\nb\"", ControlCharacter, 2),
            (b"\"\0", ControlCharacter, 1),
            (b"\"0123456\x1F", ControlCharacter, 8),
            (b"\"a\x80\"", InvalidUtf8, 2),
            (b"\"\xC0\x80\"", InvalidUtf8, 1),
            (b"\"\xC3(\"", InvalidUtf8, 1),
            (b"\"\xE0\x9F\xBF\"", InvalidUtf8, 1),
            (b"\"\xED\xA0\x80\"", InvalidUtf8, 1),
            (b"\"\xED\xA0", InvalidUtf8, 1),
            (b"\"\xF0\x8F\xBF\xBF\"", InvalidUtf8, 1),
            (b"\"\xF4\x90\x80\x80\"", InvalidUtf8, 1),
            (b"\"\xF5", InvalidUtf8, 1),
            (b"\"\xE2\x82\xAC\xE2\x82\"", InvalidUtf8, 4),
            (b"[\"\xC3\xA9\"\xC3\xA9", ExpectedCommaOrEnd, 5),
            (b"01", TrailingData, 1),
            (b"{} \n x", TrailingData, 5),
            (b"nulll", TrailingData, 4),
            (b"1 \0", TrailingData, 2),
        ];
        for &(text, kind, offset) in table {
            assert_eq!(verdict(text), Err((kind, offset)), "{:?}", text.escape_ascii());
        }
    }

    #[test]
    fn what_is_cut_short_ends_at_its_length() {
        let cut: &[&[u8]] = &[
            b"-",
            b"1.",
            b"1e",
            b"1E+",
            b"t",
            b"fals",
            b"nul",
            b"\"",
            b"\"\\",
            b"\"\\u",
            b"\"\\uD83",
            b"\"\xC3",
            b"\"\xE2\x82",
            b"\"\xED",
            b"\"\xF0\x9F\x98",
            b"[",
            b"[1",
            b"[1,",
            b"{",
            b"{\"a",
            b"{\"a\"",
            b"{\"a\":",
            b"{\"a\":1",
            b"{\"a\":1,",
            b"[[]",
            b" ",
        ];
        for text in cut {
            assert_eq!(verdict(text), Err((UnexpectedEnd, text.len())), "{:?}", text.escape_ascii());
        }
    }

    #[test]
    fn what_the_grammar_allows_is_accepted() {
        let valid: &[&[u8]] = &[
            b"null",
            b" true ",
            b"false",
            b"0",
            b"-0",
            b"-0.0e-0",
            b"1e999",
            b"10.25E+3",
            b"\"\"",
            b"\"\x7F\"",
            b"\"\\ud800\"",
            b"\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            b"[]",
            b"[ ]",
            b"{}",
            b"{ }",
            b"[[],{}]",
            b"{\"\":{\"\":[]},\"\":0}",
            b"\r\n\t [ 1 , 2 ] \r\n\t",
            b"\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\"",
            b"\"\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"",
            b"\"\xEF\xBB\xBF\"",
        ];
        for text in valid {
            assert_eq!(verdict(text), Ok(()), "{:?}", text.escape_ascii());
        }
    }

    #[test]
    fn the_sixty_fifth_bracket_is_too_deep() {
        let mut text = [b'['; 2 * MAX_DEPTH + 2];
        text[MAX_DEPTH + 1..].fill(b']');
        assert_eq!(verdict(&text[1..text.len() - 1]), Ok(()));
        assert_eq!(verdict(&text), Err((TooDeep, MAX_DEPTH)));
        assert_eq!(verdict(&[b'['; MAX_DEPTH]), Err((UnexpectedEnd, MAX_DEPTH)));
    }

    #[test]
    fn every_byte_in_every_place_of_a_word_is_plain_or_a_stop() {
        for byte in 0..=255_u8 {
            for place in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                let plain = matches!(byte, b' '..=0x7F) && !matches!(byte, b'"' | b'\\');
                let stops = stops(u64::from_le_bytes(bytes));
                assert_eq!(stops == 0, plain, "{byte:#x}");
                assert!(plain || first(stops) == place, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn eight_bytes_are_a_word_where_so_many_are_left() {
        assert_eq!(
            [0, 1, 2, 9, 10].map(|at| word(b"012345678", at).map(u64::to_le_bytes)),
            [Some(*b"01234567"), Some(*b"12345678"), None, None, None]
        );
    }

    #[test]
    fn every_byte_after_digits_is_a_digit_or_ends_them() {
        for byte in 0..=255_u8 {
            let mut text = *b"1234567890";
            text[5] = byte;
            assert_eq!(digits(&text, 0), Ok(if byte.is_ascii_digit() { 10 } else { 5 }), "{byte:#x}");
        }
    }

    #[test]
    fn an_error_is_the_same_in_the_midst_of_words() {
        // What is wrong with characters, with other ones before it and whatever behind it.
        let wrong: &[&[u8]] = &[
            b"\x80",
            b"\x80\x80\x80\x80\x80\x80\x80\x80",
            b"\xC0\x80",
            b"\xC3(",
            b"\xE0\x9F\xBF",
            b"\xED\xA0\x80",
            b"\xE2\x82",
            b"\xF0\x8F\xBF\xBF",
            b"\xF4\x90\x80\x80",
            b"\xE1(\x80",
            b"\xE1\x80(",
            b"\xF1(\x80\x80",
            b"\xF1\x80(\x80",
            b"\xF1\x80\x80(",
            b"\xF5",
            b"\xFF",
        ];
        for blanks in 0..9 {
            for before in (0..20).flat_map(|count| ["a".repeat(count), "é".repeat(count)]) {
                for (wrong, behind) in wrong.iter().flat_map(|wrong| (0..18).map(move |count| (wrong, count))) {
                    let mut text = " ".repeat(blanks) + "\"" + &before;
                    let offset = text.len();
                    // A valid twin, and what is wrong.
                    let end = "z".repeat(behind) + "\"                ";
                    let mut bytes = Vec::from(text.as_bytes());
                    bytes.extend_from_slice(wrong);
                    bytes.extend_from_slice(end.as_bytes());
                    assert_eq!(verdict(&bytes), Err((InvalidUtf8, offset)), "{:?}", bytes.escape_ascii());
                    text += &end;
                    assert_eq!(verdict(text.as_bytes()), Ok(()), "{text}");
                }
            }
        }
    }

    #[test]
    fn every_byte_in_every_place_of_a_word_stops_characters_or_does_not() {
        for byte in 0..=255_u8 {
            for place in 0..8 {
                for others in [b'a', 0xC3, 0x80] {
                    let mut bytes = [others; 8];
                    bytes[place] = byte;
                    let stops = ascii_stops(u64::from_le_bytes(bytes));
                    assert_eq!(stops != 0, byte < b' ' || byte == b'"' || byte == b'\\', "{byte:#x}");
                    assert!(stops == 0 || first(stops) == place, "{byte:#x} at {place}");
                }
            }
        }
    }

    #[test]
    fn objects_in_arrays_are_landmarks_only_where_they_are_large() {
        let spans = |text: &str| {
            let mut landmarks = Landmarks::EMPTY;
            validate(text.as_bytes(), &mut landmarks).unwrap();
            landmarks.iter().map(|span| span.start).collect::<Vec<_>>()
        };
        let [medium, large] = [140, 300].map(|length| "x".repeat(length));
        assert!(spans(&format!("{{\"\":\"{medium}\"}}")).is_empty());
        assert_eq!(spans(&format!("{{\"\":\"{large}\"}}")), [0]);
        assert_eq!(spans(&format!("[{{\"\":\"{medium}\"}},[\"{medium}\"]]")), [0, 149]);
        assert_eq!(spans(&format!("[{{\"\":\"{large}\"}}]")), [0, 1]);
        assert_eq!(spans(&format!("{{\"\":{{\"\":\"{medium}\"}},\"b\":{{}}}}")), [4]);
        assert_eq!(spans(&format!("[{{\"\":{{\"\":\"{medium}\"}}}}]")), [0, 5]);
        assert_eq!(spans(&format!("[{{\"\":[\"{medium}\"]}}]")), [0, 5]);
    }
}
