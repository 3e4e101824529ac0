//! NEON, which every aarch64 has: a block in four registers, the lanes in two.

// All operations of a block are allowed for the same one reason; some need none with newer compilers.
#![allow(clippy::multiple_unsafe_ops_per_block, unused_unsafe)]

use core::arch::aarch64::*;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::isa::{self, BLOCK, Block as _, Isa, LANES};
use super::planes::{Classify, Kinds, Planes, lookup};
use super::utf8;
use crate::json::landmarks::Landmarks;
use crate::json::marks::Marks;

/// The proof that this processor has NEON.
#[derive(Clone, Copy)]
pub(super) struct Neon(());

impl Neon {
    /// The targets of aarch64 have it unless they say otherwise, and those leave vectors alone.
    pub(super) fn detect() -> Option<Neon> {
        cfg!(target_feature = "neon").then_some(Neon(()))
    }

    #[inline]
    pub(super) fn validate(self, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
        // SAFETY: `self` proves that NEON is there.
        unsafe { validate(self, text, landmarks, marks) }
    }
}

#[target_feature(enable = "neon")]
fn validate(isa: Neon, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
    super::stride::validate(isa, text, landmarks, marks)
}

/// Wraps one intrinsic, or several.
macro_rules! neon {
    ($operation:expr) => {
        // SAFETY: whoever is here has a `Neon`, or a value that was made with one, so NEON is there. Operations on
        // registers have no other condition; loads and stores take their pointers from arrays of the same size.
        unsafe { $operation }
    };
}

#[derive(Clone, Copy)]
pub(super) struct Block([uint8x16_t; 4]);

#[derive(Clone, Copy)]
pub(super) struct Lanes(uint64x2_t, uint64x2_t);

/// The same operation on all registers of a block. A closure would not be compiled for NEON.
macro_rules! each {
    ($block:expr, $bytes:ident => $operation:expr) => {{
        let Block(mut registers) = $block;
        for register in &mut registers {
            let $bytes = *register;
            *register = neon!($operation);
        }
        Block(registers)
    }};
}

impl Isa for Neon {
    type Block = Block;
    type Lanes = Lanes;

    #[inline(always)]
    fn block(self, bytes: &[u8; BLOCK]) -> Block {
        let at = bytes.as_ptr();
        neon!(Block([vld1q_u8(at), vld1q_u8(at.add(16)), vld1q_u8(at.add(32)), vld1q_u8(at.add(48))]))
    }

    #[inline(always)]
    fn lanes(self, masks: &[u64; LANES]) -> Lanes {
        let at = masks.as_ptr();
        neon!(Lanes(vld1q_u64(at), vld1q_u64(at.add(2))))
    }

    #[inline(always)]
    fn is_utf8(self, bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> bool {
        let (Block([a, b, c, d]), Block([.., before])) = (self.block(bytes), self.block(before));
        let all = neon!(vorrq_u8(vorrq_u8(wrong(a, before), wrong(b, a)), vorrq_u8(wrong(c, b), wrong(d, c))));
        neon!(vmaxvq_u8(all) == 0)
    }

    #[inline(always)]
    fn classify(self, blocks: &[[u8; BLOCK]; LANES], _len: usize, planes: &mut Planes) {
        planes.fill(self, blocks);
    }
}

impl Block {
    /// Where a byte is the one that its lower half finds in a table.
    #[inline(always)]
    fn found_in(self, entries: &[u8; 16]) -> Block {
        let entries = table(entries);
        each!(self, bytes => vceqq_u8(vqtbl1q_u8(entries, vandq_u8(bytes, vdupq_n_u8(0x0F))), bytes))
    }
}

/// A table of sixteen bytes.
#[inline(always)]
fn table(entries: &[u8; 16]) -> uint8x16_t {
    neon!(vld1q_u8(entries.as_ptr()))
}

impl BitOr for Block {
    type Output = Block;

    #[inline(always)]
    fn bitor(self, other: Block) -> Block {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        neon!(Block([vorrq_u8(a, e), vorrq_u8(b, f), vorrq_u8(c, g), vorrq_u8(d, h)]))
    }
}

impl isa::Block for Block {
    #[inline(always)]
    fn equal(self, byte: u8) -> Block {
        each!(self, bytes => vceqq_u8(bytes, vdupq_n_u8(byte)))
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> Block {
        each!(self, bytes => vcleq_u8(bytes, vdupq_n_u8(byte)))
    }

    #[inline(always)]
    fn less(self, byte: u8) -> Block {
        each!(self, bytes => vsubq_u8(bytes, vdupq_n_u8(byte)))
    }

    #[inline(always)]
    fn folded(self) -> Block {
        each!(self, bytes => vorrq_u8(bytes, vdupq_n_u8(0x20)))
    }

    #[inline(always)]
    fn space(self) -> Block {
        self.found_in(&lookup::SPACE)
    }

    #[inline(always)]
    fn mask(self) -> u64 {
        // There is no instruction for it: each top bit is spread over its byte, cut to the bit of its place within
        // eight, and neighbours are added until eight bytes are one.
        const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        let places = table(&PLACES);
        let Block([a, b, c, d]) = each!(self, bytes => {
            vandq_u8(vreinterpretq_u8_s8(vshrq_n_s8::<7>(vreinterpretq_s8_u8(bytes))), places)
        });
        neon!({
            let quarters = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)))
        })
    }
}

impl Classify for Block {
    #[inline(always)]
    fn least(self, other: Block) -> Block {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        neon!(Block([vminq_u8(a, e), vminq_u8(b, f), vminq_u8(c, g), vminq_u8(d, h)]))
    }

    #[inline(always)]
    fn any(self, bit: u8) -> bool {
        let [a, b, c, d] = self.0;
        neon!({
            let all = vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d));
            vmaxvq_u8(vandq_u8(all, vdupq_n_u8(bit))) != 0
        })
    }

    #[inline(always)]
    fn kinds(self) -> Kinds<Block> {
        let (characters, kinds) = (table(&lookup::CHARACTER), table(&lookup::KIND));
        let code = each!(self, bytes => {
            let low = vandq_u8(bytes, vdupq_n_u8(0x0F));
            let is_it = vceqq_u8(vqtbl1q_u8(characters, low), vorrq_u8(bytes, vdupq_n_u8(0x20)));
            vandq_u8(vqtbl1q_u8(kinds, low), is_it)
        });
        // Braces have the bit 0x20, square brackets do not; it is that of `BRACKET`, too.
        let mut square = code;
        for (square, bytes) in square.0.iter_mut().zip(self.0) {
            *square = neon!(vbicq_u8(*square, bytes));
        }
        Kinds {
            opener: code.mask(),
            middle: each!(code, kinds => vshlq_n_u8::<{ above(lookup::MIDDLE) }>(kinds)).mask(),
            bracket: each!(code, kinds => vshlq_n_u8::<{ above(lookup::BRACKET) }>(kinds)).mask(),
            quote: each!(code, kinds => vshlq_n_u8::<{ above(lookup::QUOTE) }>(kinds)).mask(),
            point: each!(code, kinds => vshlq_n_u8::<{ above(lookup::POINT) }>(kinds)).mask(),
            digit: self.found_in(&lookup::DIGIT).mask(),
            square,
        }
    }
}

/// How many bits there are above this one in a byte.
const fn above(bit: u8) -> i32 {
    bit.leading_zeros() as i32
}

/// The look-ups of [`utf8`] for 16 bytes that come after 16 others.
#[inline(always)]
fn wrong(bytes: uint8x16_t, before: uint8x16_t) -> uint8x16_t {
    let (first_high, first_low) = (table(&utf8::FIRST_HIGH), table(&utf8::FIRST_LOW));
    let second_high = table(&utf8::SECOND_HIGH);
    neon!({
        let previous = vextq_u8::<15>(before, bytes);
        let pair = vandq_u8(
            vandq_u8(
                vqtbl1q_u8(first_high, vshrq_n_u8::<4>(previous)),
                vqtbl1q_u8(first_low, vandq_u8(previous, vdupq_n_u8(0x0F))),
            ),
            vqtbl1q_u8(second_high, vshrq_n_u8::<4>(bytes)),
        );
        let third = vqsubq_u8(vextq_u8::<14>(before, bytes), vdupq_n_u8(utf8::THREE_BYTES - 0x80));
        let fourth = vqsubq_u8(vextq_u8::<13>(before, bytes), vdupq_n_u8(utf8::FOUR_BYTES - 0x80));
        let expected = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(utf8::TWO_CONTINUATIONS));
        veorq_u8(expected, pair)
    })
}

impl BitAnd for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitand(self, other: Lanes) -> Lanes {
        neon!(Lanes(vandq_u64(self.0, other.0), vandq_u64(self.1, other.1)))
    }
}

impl BitOr for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitor(self, other: Lanes) -> Lanes {
        neon!(Lanes(vorrq_u64(self.0, other.0), vorrq_u64(self.1, other.1)))
    }
}

impl BitXor for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitxor(self, other: Lanes) -> Lanes {
        neon!(Lanes(veorq_u64(self.0, other.0), veorq_u64(self.1, other.1)))
    }
}

impl Not for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn not(self) -> Lanes {
        let ones = neon!(vdupq_n_u64(u64::MAX));
        self ^ Lanes(ones, ones)
    }
}

impl isa::Lanes for Lanes {
    #[inline(always)]
    fn masks(self) -> [u64; LANES] {
        let mut masks = [0; LANES];
        let at = masks.as_mut_ptr();
        neon!({
            vst1q_u64(at, self.0);
            vst1q_u64(at.add(2), self.1);
        });
        masks
    }

    #[inline(always)]
    fn up<const N: i32>(self) -> Lanes {
        neon!(Lanes(vshlq_n_u64::<N>(self.0), vshlq_n_u64::<N>(self.1)))
    }

    #[inline(always)]
    fn down<const N: i32>(self) -> Lanes {
        neon!(Lanes(vshrq_n_u64::<N>(self.0), vshrq_n_u64::<N>(self.1)))
    }

    #[inline(always)]
    fn plus(self, other: Lanes) -> Lanes {
        neon!(Lanes(vaddq_u64(self.0, other.0), vaddq_u64(self.1, other.1)))
    }

    #[inline(always)]
    fn after(self, before: Lanes) -> Lanes {
        neon!(Lanes(vextq_u64::<1>(before.1, self.0), vextq_u64::<1>(self.0, self.1)))
    }

    #[inline(always)]
    fn tops(self) -> u32 {
        let [a, b, c, d] = self.masks();
        ((a >> 63) | (b >> 62 & 2) | (c >> 61 & 4) | (d >> 60 & 8)) as u32
    }

    #[inline(always)]
    fn full(self) -> u32 {
        let ones = neon!(vdupq_n_u64(u64::MAX));
        neon!(Lanes(vceqq_u64(self.0, ones), vceqq_u64(self.1, ones))).tops()
    }

    #[inline(always)]
    fn any(self) -> bool {
        neon!(vmaxvq_u32(vreinterpretq_u32_u64(vorrq_u64(self.0, self.1))) != 0)
    }
}
