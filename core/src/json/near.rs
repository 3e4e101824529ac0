//! One member of an object, as nearly all are: its name and its value short, nothing escaped, no white space.
//!
//! Such a member lies within [`NEAR`] bytes. With all of them at hand hardly anything has to be compared with the
//! length of the text, and reading it takes two windows, or three, and no loop. Whatever else a member may be is left
//! to [`skip::long_member`](super::skip::long_member).

use super::window::{WIDTH, Window, chunk};

/// Enough for a name and a value of up to 31 bytes each, and for what stands around them.
pub(super) const NEAR: usize = 96;

/// The bytes from some place of a text on.
#[derive(Clone, Copy)]
pub(super) struct Near<'n>(&'n [u8; NEAR]);

/// The name of a member, by places that count from its opening quote.
#[derive(Clone, Copy)]
pub(super) struct Name {
    /// The name with its closing quote, and whatever follows.
    pub(super) front: Window,
    pub(super) len: usize,
    /// Where the value begins, and with which byte.
    pub(super) value: usize,
    pub(super) first: u8,
}

impl<'n> Near<'n> {
    /// What lies from `at` on; `None` near the end, and where everything goes by the byte.
    #[inline(always)]
    pub(super) fn at(text: &'n [u8], at: usize) -> Option<Near<'n>> {
        // Microcontrollers have no vectors, and little room.
        if cfg!(target_os = "none") { None } else { chunk(text, at).map(Near) }
    }

    /// The name of the member that has its opening quote here, if it is short.
    #[inline(always)]
    pub(super) fn name(self) -> Option<Name> {
        let front = self.window(1)?;
        let end = self.string_end(1, front)?;
        // Whether it is a quote is asked together with the colon.
        match self.bytes(end)? {
            b"\":" => {
                let first = *self.0.get(end + 2)?;
                Some(Name { front, len: end - 1, value: end + 2, first })
            }
            _ => None,
        }
    }

    /// The end of the string, number or literal that is at this place and begins with this byte, if it is short and has
    /// no escape.
    #[inline(always)]
    pub(super) fn scalar(self, at: usize, first: u8) -> Option<usize> {
        if first == b'"' { self.string(at) } else { self.bare(at) }
    }

    /// The end of the string whose opening quote is at this place, if it is short and has no escape.
    #[inline(always)]
    pub(super) fn string(self, at: usize) -> Option<usize> {
        let end = self.string_end(at + 1, self.window(at + 1)?)?;
        (*self.0.get(end)? == b'"').then_some(end + 1)
    }

    /// The end of the number or literal at this place, if there is one and it is short.
    #[inline(always)]
    pub(super) fn bare(self, at: usize) -> Option<usize> {
        let ends = self.window(at)?.bare_ends();
        if ends != 0 {
            let len = ends.trailing_zeros() as usize;
            return (len != 0).then_some(at + len);
        }
        let ends = self.window(at + WIDTH)?.bare_ends();
        (ends != 0).then(|| at + WIDTH + ends.trailing_zeros() as usize)
    }

    /// All of it.
    #[inline(always)]
    pub(super) fn all(self) -> &'n [u8; NEAR] {
        self.0
    }

    /// The bytes at this place.
    #[inline(always)]
    pub(super) fn bytes<const N: usize>(self, at: usize) -> Option<&'n [u8; N]> {
        chunk(self.0, at)
    }

    #[inline(always)]
    pub(super) fn window(self, at: usize) -> Option<Window> {
        Window::at(self.0, at)
    }

    /// The first quote or backslash of a string that begins at this place, where this window is, if it is near.
    #[inline(always)]
    fn string_end(self, at: usize, window: Window) -> Option<usize> {
        let ends = window.string_ends();
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize);
        }
        let ends = self.window(at + WIDTH)?.string_ends();
        (ends != 0).then(|| at + WIDTH + ends.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::super::{Document, skip};
    use super::*;

    /// The place and the end of the value of the member that `text` begins with, if it is near.
    fn member(text: &str) -> Option<(usize, usize)> {
        let near = Near::at(text.as_bytes(), 0)?;
        let name = near.name()?;
        Some((name.value, near.scalar(name.value, name.first)?))
    }

    #[test]
    fn a_member_is_the_same_as_by_the_byte_or_left_to_it() {
        let values =
            ["1", "-2.5e+10", "true", "null", "0.12345678901234567", "\"\"", "\"a b\"", "\"}],[{:\"", "[]", "{}"];
        let texts = |len: usize| ["x".repeat(len), format!("{}\\n", "x".repeat(len)), "é".repeat(len / 2)];
        let mut near = 0;
        for (name, space) in (0..36).flat_map(texts).flat_map(|name| [(name.clone(), ""), (name, " ")]) {
            let strings = (0..36).flat_map(texts).map(|text| format!("\"{text}\""));
            for value in values.into_iter().map(String::from).chain(strings) {
                let text = format!("\"{name}\":{space}{value}");
                assert!(Document::parse(format!("{{{text}}}").as_bytes()).is_ok(), "{text}");
                for tail in [",\"", "}", " ,"] {
                    let padded = format!("{text}{tail}{}", "\"".repeat(NEAR));
                    let Some((value, end)) = member(&padded) else { continue };
                    let slow = skip::long_member(padded.as_bytes(), 0).unwrap();
                    assert_eq!((value, end), (slow.value, slow.end), "{text}");
                    assert!(!slow.name_escaped && !slow.escaped && slow.name_end == value - 2, "{text}");
                    near += 1;
                }
            }
        }
        assert!(near > 10_000, "{near}");
    }

    #[test]
    fn short_names_and_values_of_every_kind_are_near() {
        let strings = (0..=29).map(|len| format!("\"{}\"", "x".repeat(len)));
        let numbers = (1..=31).map(|len| "7".repeat(len)).chain(["true", "-2.5e+10"].map(String::from));
        for value in strings.chain(numbers) {
            for (len, tail) in (1..=29).flat_map(|len| [(len, ",\""), (len, "}")]) {
                let text = format!("\"{}\":{value}{tail}{}", "n".repeat(len), " ".repeat(NEAR));
                assert_eq!(member(&text), Some((len + 3, len + 3 + value.len())), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_member_is_not_near() {
        for text in ["\"a\"", "\"a\" :1", "\"a\":,", "\"a\":}", "\"a\":]", "\"a\\\"\":1", "\"a\":\"\\\"\"", "\"a"] {
            assert_eq!(member(&format!("{text}{}", " ".repeat(NEAR))), None, "{text}");
        }
        assert!(member("\"a\":1}").is_none(), "near the end");
    }
}
