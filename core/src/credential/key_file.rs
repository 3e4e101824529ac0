//! Ticket keys as text: one `name:base64` a line.
//!
//! The name is for people; the first key mints. Blank lines and lines that begin with `#` are skipped, white space at
//! both ends of a line is ignored.
//!
//! ```text
//! # made by `ringback key new`
//! 2026-11:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
//! ```

use core::fmt;

use super::keyring::TicketKey;
use super::{base64, job};
use crate::error::{Error, ErrorKind};

/// The bytes of a master key: 32 to 128 of them. Debug shows how many, and none of them.
#[derive(Clone)]
pub struct MasterKey(heapless::Vec<u8, { MasterKey::MAX_LENGTH }>);

impl MasterKey {
    /// The most bytes that a line of a key file may hold.
    pub const MAX_LENGTH: usize = 128;

    /// The bytes, as [`TicketKey::new`] takes them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({} bytes)", self.0.len())
    }
}

/// One key out of a key file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyLine<'a> {
    /// What people call it: 1 to 64 characters out of `A-Z a-z 0-9 . _ -`.
    pub name: &'a str,
    /// The key.
    pub key: MasterKey,
}

impl<'a> KeyLine<'a> {
    /// Parses `name:base64`: standard base64 in its only spelling, with padding or without.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyLineInvalid`]; [`ErrorKind::KeyTooShort`] if the key has less than 32 bytes. The offset tells
    /// the name from the key, and nothing about the key.
    pub fn parse(line: &'a str) -> Result<KeyLine<'a>, Error> {
        let text = line.trim_ascii();
        let start = line.len() - line.trim_ascii_start().len();
        let invalid = |at: usize| Error::new(ErrorKind::KeyLineInvalid, start + at);
        let (name, text) = text.split_once(':').ok_or_else(|| invalid(text.len()))?;
        if let Some(at) = job::first_foreign(name.as_bytes(), job::Job::MAX_LENGTH) {
            return Err(invalid(at));
        }
        let mut room = [0; MasterKey::MAX_LENGTH];
        let at_key = name.len() + 1;
        let bytes = base64::decode(text.as_bytes(), &mut room).ok_or_else(|| invalid(at_key))?;
        if bytes.len() < TicketKey::MIN_LENGTH {
            return Err(Error::new(ErrorKind::KeyTooShort, start + at_key));
        }
        let key = heapless::Vec::from_slice(bytes).map_err(|_| invalid(at_key))?;
        Ok(KeyLine { name, key: MasterKey(key) })
    }
}

/// The keys of a key file, in its order. Offsets of errors are those in the whole text.
///
/// ```
/// use ringback::credential::KeyLines;
///
/// let file = "# keys\n\nnew:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\r\n";
/// let line = KeyLines::new(file).next().unwrap()?;
/// assert_eq!((line.name, line.key.as_bytes().len()), ("new", 32));
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone)]
pub struct KeyLines<'a> {
    rest: &'a str,
    offset: usize,
}

impl<'a> KeyLines<'a> {
    /// The keys of this text.
    #[must_use]
    pub const fn new(text: &'a str) -> KeyLines<'a> {
        KeyLines { rest: text, offset: 0 }
    }
}

impl<'a> Iterator for KeyLines<'a> {
    type Item = Result<KeyLine<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            let start = self.offset;
            self.offset += self.rest.len() - rest.len();
            self.rest = rest;
            let text = line.trim_ascii();
            if !text.is_empty() && !text.starts_with('#') {
                let parsed = KeyLine::parse(line);
                return Some(parsed.map_err(|error| Error::new(error.kind(), start + error.offset())));
            }
        }
        None
    }
}

impl core::iter::FusedIterator for KeyLines<'_> {}

impl fmt::Debug for KeyLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLines").field("offset", &self.offset).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{format, vec::Vec};

    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn refused(line: &str) -> (ErrorKind, usize) {
        let error = KeyLine::parse(line).unwrap_err();
        (error.kind(), error.offset())
    }

    #[test]
    fn a_line_is_a_name_and_standard_base64() {
        for line in [format!("a.B-9_:{KEY}"), format!(" a.B-9_:{KEY}\t\r"), format!("a.B-9_:{}", &KEY[..43])] {
            let line = KeyLine::parse(&line).unwrap();
            assert_eq!(line.name, "a.B-9_");
            assert_eq!(line.key.as_bytes(), core::array::from_fn::<u8, 32, _>(|at| at as u8));
        }
    }

    #[test]
    fn the_longest_key_has_128_bytes() {
        let longest = format!("k:{}8=", "/".repeat(170));
        assert_eq!(KeyLine::parse(&longest).unwrap().key.as_bytes(), [0xff; 128]);
        assert_eq!(refused(&format!("k:{}", "/".repeat(172))), (ErrorKind::KeyLineInvalid, 2));
    }

    #[test]
    fn a_line_that_is_none_is_refused_where_it_stops_being_one() {
        for (line, offset) in [
            ("", 0),
            ("name", 4),
            (":AAAA", 0),
            ("na me:AAAA", 2),
            ("  n\u{e4}:AAAA", 3),
            ("k:not base64 at all, and of a length that would do", 2),
        ] {
            assert_eq!(refused(line), (ErrorKind::KeyLineInvalid, offset), "{line}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        let superfluous_bits = KEY.replace("h8=", "h9=");
        let url_alphabet = KEY.replace("Hh8", "-_8");
        let padded_twice = format!("{KEY}=");
        for base64 in [superfluous_bits, url_alphabet, padded_twice] {
            assert_eq!(refused(&format!("k:{base64}")), (ErrorKind::KeyLineInvalid, 2), "{base64}");
        }
    }

    #[test]
    fn a_short_key_is_refused() {
        assert_eq!(refused("k:"), (ErrorKind::KeyTooShort, 2));
        assert_eq!(refused("k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="), (ErrorKind::KeyTooShort, 2));
    }

    #[test]
    fn comments_and_blank_lines_are_skipped_and_the_order_is_kept() {
        let file = format!("# first\n\n b:{KEY}\r\n   \n  # a:{KEY}\na:{KEY}");
        let names: Vec<_> = KeyLines::new(&file).map(|line| line.unwrap().name).collect();
        assert_eq!(names, ["b", "a"]);
        assert_eq!(KeyLines::new("").count(), 0);
    }

    #[test]
    fn offsets_count_from_the_beginning_of_the_file() {
        let file = format!("#\na:{KEY}\n a b:{KEY}\n");
        let error = KeyLines::new(&file).find_map(Result::err).unwrap();
        assert_eq!(error, Error::new(ErrorKind::KeyLineInvalid, 2 + 2 + KEY.len() + 1 + 2));
    }

    #[test]
    fn debug_hides_keys() {
        let file = format!("a:{KEY}");
        let line = KeyLine::parse(&file).unwrap();
        assert_eq!(format!("{line:?}"), "KeyLine { name: \"a\", key: MasterKey(32 bytes) }");
        assert!(!format!("{:?}", KeyLines::new(&file)).contains("AAEC"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*|([a-z #:=\\r\\n\\tA]{0,60})") {
            for error in KeyLines::new(&text).filter_map(Result::err) {
                assert!(error.offset() <= text.len());
            }
        }
    }

    #[test]
    fn debug_of_the_lines_shows_a_place_and_no_line() {
        assert_eq!(format!("{:?}", KeyLines::new("hidden:AAAA")), "KeyLines { offset: 0, .. }");
    }
}
