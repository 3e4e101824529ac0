//! From bytes to masks.
//!
//! Making a mask of a truth value costs more than comparing, so the kinds of characters share masks:
//!
//! | | `quote` | `opener` | `middle` | `bracket` | `digit` | `point` |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `"` | 1 | | | | | |
//! | `{` `[` | | 1 | | 1 | | |
//! | `,` | | 1 | 1 | | | |
//! | `:` | | | 1 | | | |
//! | `}` `]` | | | | 1 | | |
//! | `1` to `9` | | | | | 1 | |
//! | `0` | | | | | 1 | 1 |
//! | `.` | | | | | | 1 |
//!
//! With these the grammar's two questions about the token before need no further work: `opener` is an opening bracket or
//! a comma, `middle` is a comma or a colon.
//!
//! Control characters may have any masks: of those that are not white space a text has none anyway.

use super::isa::{BLOCK, Block, Isa, LANES};

/// The kinds of the bytes of one block.
pub(super) struct Kinds<B> {
    pub(super) quote: u64,
    pub(super) opener: u64,
    pub(super) middle: u64,
    pub(super) bracket: u64,
    pub(super) digit: u64,
    pub(super) point: u64,
    /// Here the bit 0x20 counts: set for `[` and `]`.
    pub(super) square: B,
}

/// By look-up: in each of these tables at most one character has any given lower half, so that half finds the only
/// character that a byte could be, and one comparison tells whether it is that.
pub(super) mod lookup {
    pub(in super::super) const OPENER: u8 = 0x80;
    pub(in super::super) const MIDDLE: u8 = 0x40;
    pub(in super::super) const BRACKET: u8 = 0x20;
    pub(in super::super) const QUOTE: u8 = 0x10;
    pub(in super::super) const POINT: u8 = 0x08;

    const CHARACTERS: [(u8, u8); 7] = [
        (b'"', QUOTE),
        (b'{', OPENER | BRACKET),
        (b'}', BRACKET),
        (b',', OPENER | MIDDLE),
        (b':', MIDDLE),
        (b'0', POINT),
        (b'.', POINT),
    ];

    /// The characters, to be compared with a folded byte, which is never 0.
    pub(in super::super) const CHARACTER: [u8; 16] = table(false);

    /// What they are.
    pub(in super::super) const KIND: [u8; 16] = table(true);

    /// The digits, to be compared with the byte itself.
    pub(in super::super) const DIGIT: [u8; 16] = {
        let mut table = [0xFF; 16];
        let mut digit = 0;
        while digit < 10 {
            table[digit as usize] = b'0' + digit;
            digit += 1;
        }
        table
    };

    /// White space, likewise.
    pub(in super::super) const SPACE: [u8; 16] = {
        let mut table = [0xFF; 16];
        table[0x0] = b' ';
        table[0x9] = b'\t';
        table[0xA] = b'\n';
        table[0xD] = b'\r';
        table
    };

    const fn table(kinds: bool) -> [u8; 16] {
        let mut table = [0; 16];
        let mut place = 0;
        while place < CHARACTERS.len() {
            let (character, kind) = CHARACTERS[place];
            table[(character & 0x0F) as usize] = if kinds { kind } else { character };
            place += 1;
        }
        table
    }
}

/// The masks of a stride, and what is rare in it.
pub(super) struct Planes {
    pub(super) quote: [u64; LANES],
    pub(super) opener: [u64; LANES],
    pub(super) middle: [u64; LANES],
    pub(super) bracket: [u64; LANES],
    pub(super) digit: [u64; LANES],
    pub(super) point: [u64; LANES],
    /// Whether there is a square bracket, be it in a string.
    pub(super) square: bool,
    /// Whether there is a backslash.
    pub(super) backslash: bool,
    /// Whether there is a control character.
    pub(super) control: bool,
    /// Whether there is a byte that is not ASCII.
    pub(super) foreign: bool,
}

/// A block that leaves registers enough to tell all its bytes at once.
pub(super) trait Classify: Block {
    /// Of each two bytes the smaller one, unsigned.
    fn least(self, other: Self) -> Self;

    /// Whether any byte has this bit set.
    fn any(self, bit: u8) -> bool;

    /// What the bytes are to the grammar.
    fn kinds(self) -> Kinds<Self>;
}

impl Planes {
    pub(super) const EMPTY: Planes = Planes {
        quote: [0; LANES],
        opener: [0; LANES],
        middle: [0; LANES],
        bracket: [0; LANES],
        digit: [0; LANES],
        point: [0; LANES],
        square: false,
        backslash: false,
        control: false,
        foreign: false,
    };

    /// Block by block.
    #[inline(always)]
    pub(super) fn fill<I: Isa<Block: Classify>>(&mut self, isa: I, blocks: &[[u8; BLOCK]; LANES]) {
        let first = isa.block(&blocks[0]);
        let (mut backslash, mut least, mut all) = (first.equal(b'\\'), first, first);
        let mut square = first.kinds().square;
        for (lane, bytes) in blocks.iter().enumerate() {
            let block = isa.block(bytes);
            let kinds = block.kinds();
            self.quote[lane] = kinds.quote;
            self.opener[lane] = kinds.opener;
            self.middle[lane] = kinds.middle;
            self.bracket[lane] = kinds.bracket;
            self.digit[lane] = kinds.digit;
            self.point[lane] = kinds.point;
            square = square | kinds.square;
            backslash = backslash | block.equal(b'\\');
            least = least.least(block);
            all = all | block;
        }
        self.square = square.any(0x20);
        self.backslash = backslash.any(0x80);
        self.control = least.at_most(0x1F).any(0x80);
        self.foreign = all.any(0x80);
    }
}

/// One more mask, for what is not always needed.
#[inline(always)]
pub(super) fn mask<I: Isa>(isa: I, blocks: &[[u8; BLOCK]; LANES], is: impl Fn(I::Block) -> I::Block) -> I::Lanes {
    let mut masks = [0; LANES];
    for (mask, bytes) in masks.iter_mut().zip(blocks) {
        *mask = is(isa.block(bytes)).mask();
    }
    isa.lanes(&masks)
}
