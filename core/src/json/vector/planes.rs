//! From bytes to masks.
//!
//! Making a mask of a truth value costs more than comparing, so the six structural characters share three masks, and
//! digits, zero and the point share two:
//!
//! | | `opener` | `middle` | `ender` | `digit` | `point` |
//! | --- | --- | --- | --- | --- | --- |
//! | `{` | 1 | | | | |
//! | `[` | 1 | | 1 | | |
//! | `,` | 1 | 1 | | | |
//! | `:` | | 1 | | | |
//! | `]` | | 1 | 1 | | |
//! | `}` | | | 1 | | |
//! | `1` to `9` | | | | 1 | |
//! | `0` | | | | 1 | 1 |
//! | `.` | | | | | 1 |
//!
//! The codes are chosen so that the grammar's two questions about the token before are answered by few operations: an
//! opening bracket or a comma is `opener`, a comma or a colon is `middle` without `ender`.

use super::isa::{BLOCK, Block, Isa, LANES};

/// The masks of a stride, and what is rare in it.
pub(super) struct Planes {
    pub(super) quote: [u64; LANES],
    pub(super) opener: [u64; LANES],
    pub(super) middle: [u64; LANES],
    pub(super) ender: [u64; LANES],
    pub(super) digit: [u64; LANES],
    pub(super) point: [u64; LANES],
    /// Whether there is a backslash.
    pub(super) backslash: bool,
    /// Whether there is a control character.
    pub(super) control: bool,
    /// Whether there is a byte that is not ASCII.
    pub(super) foreign: bool,
}

impl Planes {
    #[inline(always)]
    pub(super) fn of<I: Isa>(isa: I, blocks: &[[u8; BLOCK]; LANES]) -> Planes {
        let mut planes = Planes {
            quote: [0; LANES],
            opener: [0; LANES],
            middle: [0; LANES],
            ender: [0; LANES],
            digit: [0; LANES],
            point: [0; LANES],
            backslash: false,
            control: false,
            foreign: false,
        };
        let first = isa.block(&blocks[0]);
        let (mut backslash, mut control, mut all) = (first.equal(b'\\'), first.at_most(0x1F), first);
        for (lane, bytes) in blocks.iter().enumerate() {
            let block = isa.block(bytes);
            let comma = block.equal(b',');
            let close = block.equal(b']');
            planes.quote[lane] = block.equal(b'"').mask();
            planes.opener[lane] = (block.folded().equal(b'{') | comma).mask();
            planes.middle[lane] = (block.equal(b':') | comma | close).mask();
            planes.ender[lane] = (block.equal(b'[') | block.equal(b'}') | close).mask();
            planes.digit[lane] = block.less(b'0').at_most(9).mask();
            planes.point[lane] = (block.equal(b'0') | block.equal(b'.')).mask();
            backslash = backslash | block.equal(b'\\');
            control = control | block.at_most(0x1F);
            all = all | block;
        }
        planes.backslash = backslash.any();
        planes.control = control.any();
        planes.foreign = all.any();
        planes
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
