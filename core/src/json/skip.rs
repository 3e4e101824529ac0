//! Stepping over parts of a text that is known to be valid.
//!
//! All functions take the bytes and a position and give the position after what they name. In a text that is not valid
//! they give some position, never one beyond the length, and nothing worse.

use super::window::{WIDTH, Window, chunk};

/// Whether a byte is white space (RFC 8259, section 2).
#[inline(always)]
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Where white space ends.
#[cfg_attr(not(target_os = "none"), inline(always))]
pub(super) fn space(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(&byte) if byte <= b' ' => long_space(text, at),
        _ => at,
    }
}

/// Out of line, for most texts are compact.
#[inline(never)]
fn long_space(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    at
}

/// The end of the value that begins at `at`.
#[inline]
pub(super) fn value(text: &[u8], at: usize) -> usize {
    match text.get(at) {
        Some(b'"') => string(text, at).0,
        Some(b'{' | b'[') => container(text, at),
        _ => bare(text, at),
    }
}

/// A member of an object, by position.
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// Where its name begins, behind the quote, and where it ends.
    pub(super) name: usize,
    pub(super) name_end: usize,
    /// Whether the name holds an escape.
    pub(super) name_escaped: bool,
    /// Where the value begins and ends. An array or an object is said to end where it begins.
    pub(super) value: usize,
    pub(super) end: usize,
    /// Whether the value is a string, and whether it holds an escape.
    pub(super) is_string: bool,
    pub(super) escaped: bool,
}

/// The member whose name has its opening quote at `open`, whatever it is; `None` if there is none.
#[inline(never)]
pub(super) fn long_member(text: &[u8], open: usize) -> Option<Member> {
    if text.get(open) != Some(&b'"') {
        return None;
    }
    let (close, name_escaped) = string(text, open);
    let colon = space(text, close);
    if text.get(colon) != Some(&b':') {
        return None;
    }
    let value = space(text, colon + 1);
    let first = *text.get(value)?;
    let (end, escaped) = match first {
        b'"' => string(text, value),
        b'{' | b'[' => (value, false),
        _ => (Some(bare(text, value)).filter(|end| *end != value)?, false),
    };
    let (name, name_end) = (open + 1, close - 1);
    Some(Member { name, name_end, name_escaped, value, end, is_string: first == b'"', escaped })
}

/// Where the name of the first member of an object begins, with its quote; `at` is behind the opening brace.
#[inline(always)]
pub(super) fn first_name(text: &[u8], at: usize) -> Option<usize> {
    let at = space(text, at);
    (text.get(at) == Some(&b'"')).then_some(at)
}

/// Where the name of the next member begins, with its quote; `at` is behind the value before it.
#[inline(always)]
pub(super) fn next_name(text: &[u8], at: usize) -> Option<usize> {
    match chunk(text, at)? {
        b",\"" => Some(at + 1),
        [b'}', _] => None,
        _ => long_next_name(text, at),
    }
}

#[inline(never)]
fn long_next_name(text: &[u8], at: usize) -> Option<usize> {
    let at = space(text, at);
    if text.get(at) == Some(&b',') { first_name(text, at + 1) } else { None }
}

/// The end of the string whose opening quote is at `at`, and whether it holds an escape.
#[cfg_attr(not(target_os = "none"), inline(always))]
pub(super) fn string(text: &[u8], at: usize) -> (usize, bool) {
    if let Some(end) = Window::at(text, at + 1).and_then(Window::plain_string_end) {
        return (at + 2 + end, false);
    }
    long_string(text, at + 1)
}

/// Out of line, for most strings are names and words.
#[inline(never)]
pub(super) fn long_string(text: &[u8], mut at: usize) -> (usize, bool) {
    let mut escaped = false;
    loop {
        match Window::at(text, at) {
            Some(window) => {
                let ends = window.string_ends();
                if ends == 0 {
                    at += WIDTH;
                    continue;
                }
                at += ends.trailing_zeros() as usize;
            }
            None => {
                while text.get(at).is_some_and(|&byte| byte != b'"' && byte != b'\\') {
                    at += 1;
                }
            }
        }
        match text.get(at) {
            Some(b'\\') => {
                escaped = true;
                at += 2;
            }
            Some(_) => return (at + 1, escaped),
            None => return (text.len(), escaped),
        }
    }
}

/// The end of the array or object whose opening bracket is at `at`: brackets are counted, strings are stepped over.
pub(super) fn container(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    loop {
        if let Some(window) = Window::at(text, at) {
            let stops = window.container_stops();
            if stops == 0 {
                at += WIDTH;
                continue;
            }
            at += stops.trailing_zeros() as usize;
        }
        match text.get(at) {
            Some(b'"') => at = string(text, at).0,
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') => {
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            Some(_) => at += 1,
            None => return text.len(),
        }
    }
}

/// The end of a number or a literal; where it begins, if it is none.
#[cfg_attr(not(target_os = "none"), inline(always))]
pub(super) fn bare(text: &[u8], at: usize) -> usize {
    if let Some(window) = Window::at(text, at) {
        let ends = window.bare_ends();
        if ends != 0 {
            return at + ends.trailing_zeros() as usize;
        }
    }
    long_bare(text, at)
}

#[inline(never)]
pub(super) fn long_bare(text: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'a'..=b'z' | b'E') = text.get(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_it_ends() {
        let values: &[&[u8]] = &[
            b"0",
            b"-1.5e+10",
            b"1E5",
            b"true",
            b"null",
            b"\"\"",
            b"\"a b\"",
            b"\"\\\"\"",
            b"\"\\\\\"",
            b"\"1234567\"",
            b"\"123456\\\"89\\\\\"",
            b"[]",
            b"{}",
            b"[[[]],[]]",
            b"{\"]\":\"}\",\"a\\\"}\":[{}]}",
            b"[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80}\xDB\xDD\"]",
        ];
        for value in values {
            for tail in [&b""[..], b",", b"]", b"} ]  \"[{", b" ,\"abcdefgh\""] {
                let mut text = [0; 64];
                text[..value.len()].copy_from_slice(value);
                text[value.len()..value.len() + tail.len()].copy_from_slice(tail);
                let text = &text[..value.len() + tail.len()];
                assert_eq!(super::value(text, 0), value.len(), "{:?}", text.escape_ascii());
            }
        }
    }

    #[test]
    fn an_escape_is_noticed() {
        assert_eq!(string(b"\"0123456789\\n\" \"", 0), (14, true));
        assert_eq!(string(b"\"0123456789\" \"\\", 0), (12, false));
    }

    #[test]
    fn nothing_leaves_the_text() {
        for text in [&b"\""[..], b"\"\\", b"[", b"[\"", b"{\"\\", b"", b"[[\"01234567"] {
            assert!(value(text, 0) <= text.len());
            assert!(value(text, text.len() + 1) <= text.len() + 1);
        }
    }
}
