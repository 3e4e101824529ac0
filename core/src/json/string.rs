//! Strings: borrowed as they are escaped, decoded on the way out.

use core::fmt;

#[cfg(feature = "alloc")]
use alloc::{borrow::Cow, string::String};

use super::window::{WIDTH, Window};
use crate::error::{Error, ErrorKind};

/// A string: a view of what stands between its quotes.
///
/// It compares equal to a `str` by its decoded text, without allocation.
#[derive(Clone, Copy, Debug)]
pub struct Str<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Str<'a> {
    /// Trusts that `raw` is the inside of a valid string, and that `escaped` tells whether it holds a backslash.
    #[inline]
    pub(super) fn new(raw: &'a str, escaped: bool) -> Str<'a> {
        Str { raw, escaped }
    }

    /// The text between the quotes, still escaped. It is never shorter than the decoded text.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// Whether it holds an escape, so that [`raw`](Str::raw) is not its text.
    #[inline]
    #[must_use]
    pub fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Whether the text is empty.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The text, if nothing in it is escaped: the usual case.
    #[inline]
    #[must_use]
    pub fn as_borrowed(&self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// The length of the decoded text in bytes; at most that of [`raw`](Str::raw). Linear where something is escaped.
    #[inline]
    #[must_use]
    pub fn decoded_len(&self) -> usize {
        match self.as_borrowed() {
            Some(text) => text.len(),
            None => self.escaped_len(),
        }
    }

    #[inline(never)]
    fn escaped_len(&self) -> usize {
        self.fragments().map(Fragment::len).sum()
    }

    /// The decoded characters. Each half of a surrogate pair that stands alone gives one U+FFFD.
    #[must_use]
    pub fn chars(&self) -> Chars<'a> {
        Chars { rest: self.raw }
    }

    /// Writes the decoded text into `buffer` and gives it back; [`raw().len()`](Str::raw) bytes are always enough.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`](ErrorKind::BufferTooSmall), with the offset in [`raw`](Str::raw) up to which it was decoded.
    /// The buffer then holds the part that fitted.
    pub fn unescape_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        let mut len = 0;
        let mut fragments = self.fragments();
        loop {
            let offset = self.raw.len() - fragments.rest.len();
            let Some(fragment) = fragments.next() else { break };
            let mut space = [0; 4];
            let text = fragment.text(&mut space);
            let Some(target) = buffer.get_mut(len..len + text.len()) else {
                return Err(Error::new(ErrorKind::BufferTooSmall, offset));
            };
            target.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
            len += text.len();
        }
        // SAFETY: the first `len` bytes were written above, each piece of them copied whole from a `str`.
        Ok(unsafe { core::str::from_utf8_unchecked(buffer.get(..len).unwrap_or_default()) })
    }

    /// The decoded text, borrowed where nothing is escaped.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_cow(&self) -> Cow<'a, str> {
        if let Some(text) = self.as_borrowed() {
            return Cow::Borrowed(text);
        }
        let mut owned = String::with_capacity(self.raw.len());
        for fragment in self.fragments() {
            owned.push_str(fragment.text(&mut [0; 4]));
        }
        Cow::Owned(owned)
    }

    /// Whether this is the decoded text.
    #[inline(never)]
    fn decodes_to(&self, text: &str) -> bool {
        let mut rest = text;
        let goes_on = self.fragments().all(|fragment| match rest.strip_prefix(fragment.text(&mut [0; 4])) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        });
        goes_on && rest.is_empty()
    }

    fn fragments(&self) -> Fragments<'a> {
        Fragments { rest: self.raw }
    }
}

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fragments().try_for_each(|fragment| f.write_str(fragment.text(&mut [0; 4])))
    }
}

impl PartialEq<str> for Str<'_> {
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[cfg_attr(target_os = "none", inline(never))]
    fn eq(&self, other: &str) -> bool {
        match self.as_borrowed() {
            Some(text) => text == other,
            None => self.decodes_to(other),
        }
    }
}

impl PartialEq<&str> for Str<'_> {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Str<'_>) -> bool {
        match (self.as_borrowed(), other.as_borrowed()) {
            (_, Some(text)) => *self == *text,
            (Some(text), None) => *other == *text,
            (None, None) => self.chars().eq(other.chars()),
        }
    }
}

impl Eq for Str<'_> {}

/// The decoded characters of a [`Str`].
#[derive(Clone, Debug)]
pub struct Chars<'a> {
    rest: &'a str,
}

impl Iterator for Chars<'_> {
    type Item = char;

    #[inline]
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        match chars.next()? {
            '\\' => {
                let (char, rest) = escape(self.rest)?;
                self.rest = rest;
                Some(char)
            }
            char => {
                self.rest = chars.as_str();
                Some(char)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // Twelve bytes for one character: a surrogate pair, both halves escaped.
        (self.rest.len().div_ceil(12), Some(self.rest.len()))
    }
}

impl core::iter::FusedIterator for Chars<'_> {}

/// A piece of a string: a run of what is not escaped, or one escape.
enum Fragment<'a> {
    Plain(&'a str),
    Char(char),
}

impl<'a> Fragment<'a> {
    fn len(self) -> usize {
        match self {
            Fragment::Plain(text) => text.len(),
            Fragment::Char(char) => char.len_utf8(),
        }
    }

    fn text<'b>(&self, space: &'b mut [u8; 4]) -> &'b str
    where
        'a: 'b,
    {
        match self {
            Fragment::Plain(text) => text,
            Fragment::Char(char) => char.encode_utf8(space),
        }
    }
}

struct Fragments<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Fragments<'a> {
    type Item = Fragment<'a>;

    fn next(&mut self) -> Option<Fragment<'a>> {
        let plain = backslash(self.rest).unwrap_or(self.rest.len());
        if let Some((text, rest)) = self.rest.split_at_checked(plain).filter(|(text, _)| !text.is_empty()) {
            self.rest = rest;
            return Some(Fragment::Plain(text));
        }
        let (char, rest) = escape(self.rest)?;
        self.rest = rest;
        Some(Fragment::Char(char))
    }
}

/// Where the first backslash is.
pub(super) fn backslash(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(window) = Window::at(bytes, at) {
        let backslashes = window.backslashes();
        if backslashes != 0 {
            return Some(at + backslashes.trailing_zeros() as usize);
        }
        at += WIDTH;
    }
    let rest = bytes.get(at..)?;
    Some(at + rest.iter().position(|byte| *byte == b'\\')?)
}

/// The character of the escape at the beginning of `raw`, and what follows it.
fn escape(raw: &str) -> Option<(char, &str)> {
    let char = match raw.as_bytes().get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(raw),
        &byte => char::from(byte),
    };
    Some((char, raw.get(2..)?))
}

fn unicode_escape(raw: &str) -> Option<(char, &str)> {
    let unit = code_unit(raw)?;
    let rest = raw.get(6..)?;
    if let 0xD800..=0xDBFF = unit
        && let Some(low @ 0xDC00..=0xDFFF) = code_unit(rest)
    {
        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        return Some((char::from_u32(code)?, rest.get(6..)?));
    }
    Some((char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), rest))
}

/// The code unit of `\uXXXX`, if that is how `raw` begins.
fn code_unit(raw: &str) -> Option<u32> {
    let digits = raw.strip_prefix("\\u")?.as_bytes().get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn string(text: &str) -> Str<'_> {
        Document::parse(text.as_bytes()).unwrap().root().as_str().unwrap()
    }

    const TABLE: &[(&str, &str)] = &[
        (r#""""#, ""),
        (r#""plain é €""#, "plain é €"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (r#""a\u0000b\u00e9\u20AC""#, "a\0bé€"),
        (r#""\ud83d\ude00!""#, "😀!"),
        (r#""\ud83d""#, "\u{FFFD}"),
        (r#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (r#""\ud83dx\n""#, "\u{FFFD}x\n"),
        (r#""\ud83d\n""#, "\u{FFFD}\n"),
        (r#""\ud83d\u0041""#, "\u{FFFD}A"),
        (r#""\ud83d\\ude00""#, "\u{FFFD}\\ude00"),
    ];

    #[test]
    fn every_way_to_decode_gives_the_same_text() {
        for (json, text) in TABLE {
            let string = string(json);
            assert!(string.chars().eq(text.chars()), "{json}");
            assert!(string == *text && string == **text);
            assert_eq!(string.decoded_len(), text.len());
            assert!(string.decoded_len() <= string.raw().len());
            assert_eq!(string.is_empty(), text.is_empty());
            assert_eq!(string.is_escaped(), json.contains('\\'));
            assert_eq!(string.as_borrowed(), (!json.contains('\\')).then_some(*text));
            let mut buffer = [0; 64];
            assert_eq!(string.unescape_into(&mut buffer), Ok(*text));
            #[cfg(feature = "alloc")]
            {
                assert_eq!(string.to_cow(), *text);
                assert_eq!(alloc::format!("{string}"), *text);
            }
        }
    }

    #[test]
    fn a_buffer_of_the_decoded_length_is_enough_and_one_less_is_not() {
        for (json, text) in TABLE.iter().filter(|(_, text)| !text.is_empty()) {
            let mut buffer = [0; 64];
            assert_eq!(string(json).unescape_into(&mut buffer[..text.len()]), Ok(*text));
            let error = string(json).unescape_into(&mut buffer[..text.len() - 1]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BufferTooSmall);
        }
        let error = string(r#""ab\ncd""#).unescape_into(&mut [0; 4]).unwrap_err();
        assert_eq!(error, Error::new(ErrorKind::BufferTooSmall, 4));
    }

    #[test]
    fn strings_are_equal_by_their_text() {
        assert_eq!(string(r#""a\u0062""#), string(r#""ab""#));
        assert_eq!(string(r#""ab""#), string(r#""\u0061b""#));
        assert_eq!(string(r#""\u0061b""#), string(r#""a\u0062""#));
        assert_ne!(string(r#""ab""#), string(r#""a\u0062c""#));
        assert_ne!(string(r#""\n""#), string(r#""\\n""#));
        assert!(string(r#""\\n""#) != "\\\\n");
    }

    #[test]
    fn the_size_hint_holds() {
        for (json, text) in TABLE {
            let (least, most) = string(json).chars().size_hint();
            let count = text.chars().count();
            assert!(least <= count && count <= most.unwrap(), "{json}");
        }
    }
}
