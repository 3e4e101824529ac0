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
//! # By masks
//!
//! A byte of a character says by its value how many continuations follow: so a mask of all first bytes, moved on by
//! one, with one of those that begin three bytes or four, moved on by two, and one of those that begin four, moved on by
//! three, shows where continuations must be. It has to be the same mask as where they are. What is left are the few first
//! bytes that exist only with some second bytes, or not at all. Most texts have none of them, and are asked once.

use super::isa::{BLOCK, Block, Isa, LANES};

/// A check of characters, from stride to stride.
pub(super) trait Characters<I: Isa> {
    /// Before the first byte.
    fn new(isa: I) -> Self;

    /// Whether a character goes on behind the last stride.
    fn are_pending(&self) -> bool;

    /// Whether these bytes are right, as far as can be told. Strides that are all ASCII need not be shown unless a
    /// character is pending.
    fn are_valid(&mut self, isa: I, blocks: &[[u8; BLOCK]; LANES]) -> bool;
}

/// A block that can be looked up.
pub(super) trait Lookup: Block {
    /// Whether these bytes, coming after the block `before`, are UTF-8 as far as can be told.
    ///
    /// A sequence that its block does not complete is judged with the next one.
    fn is_utf8(self, before: Self) -> bool;
}

/// By look-up.
pub(super) struct ByLookup<I: Isa> {
    /// The last block, if it may end within a character.
    before: I::Block,
    pending: bool,
}

impl<I: Isa<Block: Lookup>> Characters<I> for ByLookup<I> {
    #[inline(always)]
    fn new(isa: I) -> ByLookup<I> {
        ByLookup { before: isa.block(&[b' '; BLOCK]), pending: false }
    }

    #[inline(always)]
    fn are_pending(&self) -> bool {
        self.pending
    }

    #[inline(always)]
    fn are_valid(&mut self, isa: I, blocks: &[[u8; BLOCK]; LANES]) -> bool {
        for bytes in blocks {
            let block = isa.block(bytes);
            if !block.is_utf8(self.before) {
                return false;
            }
            self.before = block;
        }
        self.pending = self.before.mask() >> (BLOCK - 3) != 0;
        true
    }
}

/// By masks: for SSE2.
#[derive(Default)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(super) struct ByMasks {
    /// Where at the beginning of the next block continuations must be.
    expected: u64,
    /// The last byte, where it matters for the next one: as [`ByMasks::special`] has it, at the lowest place.
    special: [u64; 4],
}

impl<I: Isa> Characters<I> for ByMasks {
    #[inline(always)]
    fn new(_isa: I) -> ByMasks {
        ByMasks::default()
    }

    #[inline(always)]
    fn are_pending(&self) -> bool {
        self.expected != 0
    }

    #[inline(always)]
    fn are_valid(&mut self, isa: I, blocks: &[[u8; BLOCK]; LANES]) -> bool {
        let mut wrong = 0;
        for bytes in blocks {
            let block = isa.block(bytes);
            let foreign = block.mask();
            if foreign | self.expected != 0 {
                wrong |= self.wrong(block, foreign);
            }
        }
        wrong == 0
    }
}

#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
impl ByMasks {
    #[inline(always)]
    fn wrong<B: Block>(&mut self, block: B, foreign: u64) -> u64 {
        // Bytes below these, as signed numbers, are below them and beyond ASCII.
        let [continuation, below_three, below_four] = [0xC0, 0xE0, 0xF0].map(|byte| block.below(byte).mask());
        let (two, three, four) = (foreign & !continuation, foreign & !below_three, foreign & !below_four);
        let expected = self.expected | two << 1 | three << 2 | four << 3;
        self.expected = two >> 63 | three >> 62 | four >> 61;
        let unusual = block.equal(0xE0) | block.equal(0xED) | block.less(0xC0).at_most(1);
        let special = four | unusual.mask() | self.special[0] | self.special[1] | self.special[2] | self.special[3];
        (expected ^ continuation) | if special == 0 { 0 } else { self.special(block) }
    }

    /// First bytes that exist only with some second bytes, or not at all.
    #[inline(never)]
    fn special<B: Block>(&mut self, block: B) -> u64 {
        let mut after = [0xE0, 0xED, 0xF0, 0xF4].map(|byte| block.equal(byte).mask());
        for (mask, last) in after.iter_mut().zip(&mut self.special) {
            (*mask, *last) = (*mask << 1 | *last, *mask >> 63);
        }
        let [below_90, below_a0] = [0x90, 0xA0].map(|byte| block.below(byte).mask());
        // Overlong, surrogates, overlong, above U+10FFFF.
        let second = after[0] & below_a0 | after[1] & !below_a0 | after[2] & below_90 | after[3] & !below_90;
        second | (block.less(0xC0).at_most(1) | block.less(0xF5).at_most(0x0A)).mask()
    }
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

/// The first lead byte of sequences of three bytes, and of four.
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
