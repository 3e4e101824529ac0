//! What the algorithm asks of an instruction set: two kinds of values, and a dozen operations on them.

use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::planes::Planes;

/// How many bytes one mask describes.
pub(super) const BLOCK: usize = 64;

/// How many masks are worked on at once.
pub(super) const LANES: usize = 4;

/// How many bytes are validated in one step.
pub(super) const STRIDE: usize = BLOCK * LANES;

/// An instruction set, and the proof that this processor has it: only a successful detection makes one.
///
/// Everything is to be inlined into one function that is compiled for that instruction set.
pub(super) trait Isa: Copy {
    /// 64 bytes of text, or a truth value for each of them.
    type Block: Block;

    /// Four masks of 64 bits: one bit for each byte of a stride, the first byte lowest.
    type Lanes: Lanes;

    fn block(self, bytes: &[u8; BLOCK]) -> Self::Block;

    fn lanes(self, masks: &[u64; LANES]) -> Self::Lanes;

    /// Whether these bytes, coming after the block `before`, are UTF-8 as far as can be told.
    ///
    /// A character that its block does not complete is judged with the next one.
    fn is_utf8(self, bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> bool;

    /// Tells in `planes` what the bytes of a stride are to the grammar, whatever they told before.
    ///
    /// From `len` on there are blanks, which need not be looked at.
    fn classify(self, blocks: &[[u8; BLOCK]; LANES], len: usize, planes: &mut Planes);
}

/// 64 bytes in registers. A truth value is a byte of ones or of zeros.
pub(super) trait Block: Copy + BitOr<Output = Self> {
    /// Where a byte equals this one.
    fn equal(self, byte: u8) -> Self;

    /// Where a byte is at most this one, unsigned.
    fn at_most(self, byte: u8) -> Self;

    /// Every byte less this one, wrapping.
    fn less(self, byte: u8) -> Self;

    /// Every byte with the bit 0x20 set: `[` and `]` become `{` and `}`, capitals become small.
    fn folded(self) -> Self;

    /// Where a byte is white space.
    #[inline(always)]
    fn space(self) -> Self {
        self.equal(b' ') | self.equal(b'\n') | self.equal(b'\r') | self.equal(b'\t')
    }

    /// The top bit of each byte.
    fn mask(self) -> u64;
}

/// Four masks in registers.
pub(super) trait Lanes:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
    fn masks(self) -> [u64; LANES];

    /// Each mask shifted by itself towards later bytes.
    fn up<const N: i32>(self) -> Self;

    /// Each mask shifted by itself towards earlier bytes.
    fn down<const N: i32>(self) -> Self;

    /// Each pair of masks added by itself.
    fn plus(self, other: Self) -> Self;

    /// The last mask of `before`, then the first three of these: each mask takes the place of its successor.
    fn after(self, before: Self) -> Self;

    /// One bit for each mask: its top bit.
    fn tops(self) -> u32;

    /// One bit for each mask: whether it is all ones.
    fn full(self) -> u32;

    /// Whether any bit is set.
    fn any(self) -> bool;
}
