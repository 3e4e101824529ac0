//! UTF-8 as an automaton of one shift a byte.
//!
//! Between the bytes of a text stands one of nine states: a character is whole, or so and so many bytes of it are
//! missing, the next of them perhaps confined. All transitions of one byte are packed into a word of 64 bits, six for
//! each state: they hold six times the number of the next state. So a state is by how much to shift, and the shifted
//! word begins with the next state; what stands above is ignored. There is no branch that could be guessed wrong, be the
//! letters of a word mixed as they like, and finding the word for a byte does not wait for the state.
//!
//! Where a text ends, and on targets with no room for the tables, characters are looked at one by one: see [`length`].

use crate::error::{Error, ErrorKind};

/// The text that these bytes are: [`core::str::from_utf8`] by the code that checks strings, for programs with no room
/// for another.
///
/// # Errors
///
/// [`ErrorKind::InvalidUtf8`], with the offset of the first character that is none.
pub fn text(bytes: &[u8]) -> Result<&str, Error> {
    if cfg!(not(target_os = "none")) {
        let wrong = |error: core::str::Utf8Error| Error::new(ErrorKind::InvalidUtf8, error.valid_up_to());
        return core::str::from_utf8(bytes).map_err(wrong);
    }
    by_characters(bytes)
}

#[inline(never)]
fn by_characters(bytes: &[u8]) -> Result<&str, Error> {
    let mut at = 0;
    while at < bytes.len() {
        let beyond = |place| bytes.get(at + place).copied().unwrap_or_default();
        at += match length(core::array::from_fn(beyond)) {
            0 => return Err(Error::new(ErrorKind::InvalidUtf8, at)),
            length => length,
        };
    }
    // SAFETY: all of it are characters, one behind the other.
    Ok(unsafe { core::str::from_utf8_unchecked(bytes) })
}

/// How many bytes the character has that these begin with (RFC 3629); 0 if it is none.
#[cfg_attr(target_os = "none", inline(never))]
pub(super) fn length([first, second, third, fourth]: [u8; 4]) -> usize {
    let goes_on = |byte: u8| byte & 0xC0 == 0x80;
    let length = match first {
        0..=0x7F => return 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return 0,
    };
    // Nothing overlong, no half of a surrogate pair, nothing above U+10FFFF.
    let confined = match first {
        0xE0 => second >= 0xA0,
        0xED => second < 0xA0,
        0xF0 => second >= 0x90,
        0xF4 => second < 0x90,
        _ => true,
    };
    let whole = confined && goes_on(second) && (length < 3 || goes_on(third)) && (length < 4 || goes_on(fourth));
    if whole { length } else { 0 }
}

/// How many bits a state has in a word.
const BITS: u64 = 6;

/// The state between two characters.
pub(super) const WHOLE: u64 = 0;

const ONE_MISSING: u64 = 1;
const TWO_MISSING: u64 = 2;
const THREE_MISSING: u64 = 3;
/// Behind E0: A0 to BF, else it would be overlong.
const AFTER_E0: u64 = 4;
/// Behind ED: 80 to 9F, else it would be half of a surrogate pair.
const AFTER_ED: u64 = 5;
/// Behind F0: 90 to BF, else it would be overlong.
const AFTER_F0: u64 = 6;
/// Behind F4: 80 to 8F, else it would be above U+10FFFF.
const AFTER_F4: u64 = 7;
/// Nothing leads out of it.
const WRONG: u64 = 8;
const STATES: u64 = 9;

/// For each byte, where it leads from each state.
static ROWS: [u64; 256] = {
    let mut rows = [0; 256];
    let mut byte = 0;
    while byte < rows.len() {
        let mut state = 0;
        while state < STATES {
            rows[byte] |= (follow(state, byte as u8) * BITS) << (state * BITS);
            state += 1;
        }
        byte += 1;
    }
    rows
};

/// The state behind this byte: the automaton as RFC 3629 has it.
const fn follow(state: u64, byte: u8) -> u64 {
    match (state, byte) {
        (WHOLE, 0x00..=0x7F) => WHOLE,
        (WHOLE, 0xC2..=0xDF) => ONE_MISSING,
        (WHOLE, 0xE0) => AFTER_E0,
        (WHOLE, 0xED) => AFTER_ED,
        (WHOLE, 0xE1..=0xEF) => TWO_MISSING,
        (WHOLE, 0xF0) => AFTER_F0,
        (WHOLE, 0xF1..=0xF3) => THREE_MISSING,
        (WHOLE, 0xF4) => AFTER_F4,
        (ONE_MISSING, 0x80..=0xBF) => WHOLE,
        (TWO_MISSING, 0x80..=0xBF) | (AFTER_E0, 0xA0..=0xBF) | (AFTER_ED, 0x80..=0x9F) => ONE_MISSING,
        (THREE_MISSING, 0x80..=0xBF) | (AFTER_F0, 0x90..=0xBF) | (AFTER_F4, 0x80..=0x8F) => TWO_MISSING,
        _ => WRONG,
    }
}

/// The state behind this byte.
#[inline(always)]
pub(super) fn next(state: u64, byte: u8) -> u64 {
    ROWS[usize::from(byte)] >> (state % u64::from(u64::BITS))
}

/// Whether a character ends here, and all before were right.
#[inline(always)]
pub(super) fn is_whole(state: u64) -> bool {
    state % (1 << BITS) == WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_leads_where_the_automaton_says() {
        for state in 0..STATES {
            for byte in 0..=u8::MAX {
                let next = next(state * BITS, byte) % (1 << BITS);
                assert_eq!(next, follow(state, byte) * BITS, "{byte:#x} in {state}");
            }
        }
    }

    fn agree(text: &[u8]) {
        let expected = core::str::from_utf8(text).map_err(|error| error.valid_up_to());
        assert_eq!(by_characters(text).map_err(|error| error.offset()), expected, "{text:x?}");
        assert_eq!(super::text(text).map_err(|error| error.offset()), expected, "{text:x?}");
    }

    #[test]
    fn characters_end_where_the_standard_library_says() {
        let text = "plain, \u{e9}, \u{20ac}, \u{d7ff}, \u{e000}, \u{1f600}, \u{10ffff}".as_bytes();
        for end in 0..=text.len() {
            agree(&text[..end]);
            for byte in [0, b'a', 0x80, 0xBF, 0xC1, 0xED, 0xFF] {
                let mut wrong = text.to_vec();
                wrong[end.min(text.len() - 1)] = byte;
                agree(&wrong);
            }
        }
    }

    #[test]
    fn it_agrees_with_the_standard_library() {
        let bytes =
            [b'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF];
        let more = [0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF];
        let all = || bytes.into_iter().chain(more);
        for first in 0x80..=u8::MAX {
            for (second, third) in all().flat_map(|second| all().map(move |third| (second, third))) {
                for fourth in all() {
                    let text = [first, second, third, fourth];
                    let state = text.into_iter().fold(WHOLE, next);
                    assert_eq!(is_whole(state), core::str::from_utf8(&text).is_ok(), "{text:x?}");
                    agree(&text);
                }
            }
        }
    }
}
