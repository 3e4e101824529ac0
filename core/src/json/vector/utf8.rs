//! UTF-8: whether the bytes beyond ASCII make up characters. Two ways, one for who can look bytes up, one for who cannot.
//!
//! # By look-up
//!
//! Three tables tell from two neighbouring bytes whether they may stand together. This is the algorithm of Keiser and
//! Lemire ("Validating UTF-8 In Less Than One Instruction Per Byte", 2020). Every way in which two neighbours can be
//! wrong has a bit. The first byte's halves and the second byte's upper half are each looked up; a bit that all three
//! have is a mistake. Only that a third or fourth byte must follow is not visible in two bytes: it is worked out from
//! the bytes two and three places before, and has to coincide with [`TWO_CONTINUATIONS`], which is no mistake but a
//! fact.
//!
//! # By comparison
//!
//! A byte has to go on a character just where one of the three bytes before is the first one of a character that is long
//! enough. That is a subtraction for each of the three, so placed that the top bit is the answer. What is left are the
//! first bytes that do not exist, and four that exist only with some second bytes. Two of these begin three bytes, two
//! begin four. Two bits of the second byte tell which of such a pair may not stand before it: that one is made of
//! them, and compared with the one that stands there.

use super::isa::{BLOCK, Isa, LANES};

/// A check of characters, from stride to stride.
pub(super) struct Characters {
    /// The last block. If it ends with ASCII it may be an older one that does.
    before: [u8; BLOCK],
    pending: bool,
}

impl Characters {
    /// Before the first byte.
    #[inline(always)]
    pub(super) fn new() -> Characters {
        Characters { before: [b' '; BLOCK], pending: false }
    }

    /// Whether a character may go on behind the last stride.
    #[inline(always)]
    pub(super) fn are_pending(&self) -> bool {
        self.pending
    }

    /// Whether these bytes are right, as far as can be told. Strides that are all ASCII need not be shown unless a
    /// character is pending.
    #[inline(always)]
    pub(super) fn are_valid<I: Isa>(&mut self, isa: I, blocks: &[[u8; BLOCK]; LANES]) -> bool {
        let mut before = &self.before;
        for bytes in blocks {
            if !isa.is_utf8(bytes, before) {
                return false;
            }
            before = bytes;
        }
        self.before = *before;
        self.pending = !ends_with_ascii(&self.before);
        true
    }
}

/// Whether no character goes on behind these bytes.
#[inline(always)]
pub(super) fn ends_with_ascii(bytes: &[u8; BLOCK]) -> bool {
    let [.., a, b, c] = bytes;
    (a | b | c).is_ascii()
}

/// First bytes that exist only with some second bytes (RFC 3629, section 4): which of three bytes may not stand before a
/// second one below A0, or from it on, and which of four before one below 90, or from it on.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(super) mod confined {
    pub(in super::super) const BELOW_A0: u8 = 0xE0;
    pub(in super::super) const FROM_A0: u8 = 0xED;
    pub(in super::super) const BELOW_90: u8 = 0xF0;
    pub(in super::super) const FROM_90: u8 = 0xF4;
}

const TOO_SHORT: u8 = 1 << 0; // a lead byte without its continuation
const TOO_LONG: u8 = 1 << 1; // ASCII with a continuation
const OVERLONG_3: u8 = 1 << 2; // E0 80..9F
const TOO_LARGE: u8 = 1 << 3; // above U+10FFFF: F4 90.., F5..
const SURROGATE: u8 = 1 << 4; // ED A0..BF
const OVERLONG_2: u8 = 1 << 5; // C0, C1
const TOO_LARGE_OR_OVERLONG_4: u8 = 1 << 6; // F5.. 80..8F, F0 80..8F

/// A continuation after a continuation: right if a third or fourth byte is expected here, else wrong.
pub(super) const TWO_CONTINUATIONS: u8 = 1 << 7;

/// The first lead byte of sequences of two bytes, of three, and of four.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(super) const TWO_BYTES: u8 = 0xC0;
pub(super) const THREE_BYTES: u8 = 0xE0;
pub(super) const FOUR_BYTES: u8 = 0xF0;

/// By the upper half of the first byte.
pub(super) const FIRST_HIGH: [u8; 16] = {
    let mut table = [TOO_LONG; 16];
    table[0x8] = TWO_CONTINUATIONS;
    table[0x9] = TWO_CONTINUATIONS;
    table[0xA] = TWO_CONTINUATIONS;
    table[0xB] = TWO_CONTINUATIONS;
    table[0xC] = TOO_SHORT | OVERLONG_2;
    table[0xD] = TOO_SHORT;
    table[0xE] = TOO_SHORT | OVERLONG_3 | SURROGATE;
    table[0xF] = TOO_SHORT | TOO_LARGE | TOO_LARGE_OR_OVERLONG_4;
    table
};

/// By the lower half of the first byte. What does not depend on it is in every entry.
pub(super) const FIRST_LOW: [u8; 16] = {
    let any = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS;
    let mut table = [any | TOO_LARGE | TOO_LARGE_OR_OVERLONG_4; 16];
    table[0x0] = any | OVERLONG_2 | OVERLONG_3 | TOO_LARGE_OR_OVERLONG_4;
    table[0x1] = any | OVERLONG_2;
    table[0x2] = any;
    table[0x3] = any;
    table[0x4] = any | TOO_LARGE;
    table[0xD] |= SURROGATE;
    table
};

/// By the upper half of the second byte.
pub(super) const SECOND_HIGH: [u8; 16] = {
    let continuation = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS;
    let mut table = [TOO_SHORT; 16];
    table[0x8] = continuation | OVERLONG_3 | TOO_LARGE_OR_OVERLONG_4;
    table[0x9] = continuation | OVERLONG_3 | TOO_LARGE;
    table[0xA] = continuation | SURROGATE | TOO_LARGE;
    table[0xB] = table[0xA];
    table
};
