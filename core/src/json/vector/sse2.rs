//! SSE2, which every x86-64 has: a block in four registers, the lanes in two.

// All operations of a block are allowed for the same one reason.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use core::arch::x86_64::*;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::isa::{self, BLOCK, Isa, LANES, STRIDE};
use super::planes::Planes;
use super::utf8::ByMasks;
use crate::json::landmarks::Landmarks;

/// SSE2 is part of x86-64: there is nothing to detect.
#[derive(Clone, Copy)]
pub(super) struct Sse2;

impl Sse2 {
    /// By itself, so that its stack is not that of everybody who validates.
    #[inline(never)]
    pub(super) fn validate(self, text: &[u8], landmarks: &mut Landmarks) -> Option<()> {
        super::stride::validate(self, text, landmarks)
    }
}

/// Wraps one intrinsic, or several.
macro_rules! sse2 {
    ($operation:expr) => {
        // SAFETY: SSE2 is always there. Operations on registers have no other condition; loads and stores take their
        // pointers from arrays of the same size.
        unsafe { $operation }
    };
}

#[derive(Clone, Copy)]
pub(super) struct Block([__m128i; 4]);

#[derive(Clone, Copy)]
pub(super) struct Lanes(__m128i, __m128i);

impl Isa for Sse2 {
    type Block = Block;
    type Lanes = Lanes;

    // The look-ups need a byte shuffle, which came later.
    type Characters = ByMasks;

    #[inline(always)]
    fn block(self, bytes: &[u8; BLOCK]) -> Block {
        let at: *const __m128i = bytes.as_ptr().cast();
        sse2!(Block([
            _mm_loadu_si128(at),
            _mm_loadu_si128(at.add(1)),
            _mm_loadu_si128(at.add(2)),
            _mm_loadu_si128(at.add(3)),
        ]))
    }

    #[inline(always)]
    fn lanes(self, masks: &[u64; LANES]) -> Lanes {
        let at: *const __m128i = masks.as_ptr().cast();
        sse2!(Lanes(_mm_loadu_si128(at), _mm_loadu_si128(at.add(1))))
    }

    #[inline(always)]
    fn planes(self, blocks: &[[u8; BLOCK]; LANES]) -> Planes {
        // By the register, for there are too few to tell a block at once; and to put masks side by side in memory takes
        // fewer instructions than to make one of four.
        let zeros = [0; PIECES];
        let (mut quote, mut opener, mut middle) = (zeros, zeros, zeros);
        let (mut bracket, mut digit, mut point) = (zeros, zeros, zeros);
        let none = sse2!(_mm_setzero_si128());
        let (mut square, mut backslash, mut least, mut all) = (none, none, sse2!(_mm_set1_epi8(-1)), none);
        let (pieces, _) = blocks.as_flattened().as_chunks::<PIECE>();
        for (place, piece) in pieces.iter().enumerate().take(PIECES) {
            let bytes = sse2!(_mm_loadu_si128(piece.as_ptr().cast()));
            let is = |bytes, byte: u8| sse2!(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)));
            let or = |one, other| sse2!(_mm_or_si128(one, other));
            let mask = |truth| sse2!(_mm_movemask_epi8(truth)) as u16;
            let folded = or(bytes, sse2!(_mm_set1_epi8(0x20)));
            let (open, comma) = (is(folded, b'{'), is(bytes, b','));
            let either = or(open, is(folded, b'}'));
            quote[place] = mask(is(bytes, b'"'));
            opener[place] = mask(or(open, comma));
            middle[place] = mask(or(comma, is(bytes, b':')));
            bracket[place] = mask(either);
            // Both signed, so that one comparison does.
            let lowered = sse2!(_mm_sub_epi8(bytes, _mm_set1_epi8((b'0' + 0x80) as i8)));
            digit[place] = mask(sse2!(_mm_cmplt_epi8(lowered, _mm_set1_epi8(10_u8.wrapping_add(0x80) as i8))));
            point[place] = mask(or(is(bytes, b'0'), is(bytes, b'.')));
            // Braces have the bit 0x20, square brackets do not.
            square = or(square, sse2!(_mm_andnot_si128(bytes, either)));
            backslash = or(backslash, is(bytes, b'\\'));
            least = sse2!(_mm_min_epu8(least, bytes));
            all = or(all, bytes);
        }
        let any = |bytes, bit: u8| {
            sse2!(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8(bit as i8)), none)) != 0xFFFF)
        };
        let control = sse2!(_mm_cmpeq_epi8(_mm_min_epu8(least, _mm_set1_epi8(0x1F)), least));
        Planes {
            quote: joined(quote),
            opener: joined(opener),
            middle: joined(middle),
            bracket: joined(bracket),
            digit: joined(digit),
            point: joined(point),
            square: any(square, 0x20),
            backslash: any(backslash, 0x80),
            control: any(control, 0x80),
            foreign: any(all, 0x80),
        }
    }
}

/// What one register holds of a stride.
const PIECE: usize = 16;
const PIECES: usize = STRIDE / PIECE;

/// Masks that lie side by side, as longer ones.
#[inline(always)]
fn joined(masks: [u16; PIECES]) -> [u64; LANES] {
    // SAFETY: both are as many bytes without padding, and all bits are allowed. The first one is lowest in both.
    unsafe { core::mem::transmute(masks) }
}

impl BitOr for Block {
    type Output = Block;

    #[inline(always)]
    fn bitor(self, other: Block) -> Block {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        sse2!(Block([_mm_or_si128(a, e), _mm_or_si128(b, f), _mm_or_si128(c, g), _mm_or_si128(d, h)]))
    }
}

impl isa::Block for Block {
    #[inline(always)]
    fn equal(self, byte: u8) -> Block {
        Block(self.0.map(|bytes| sse2!(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)))))
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> Block {
        Block(self.0.map(|bytes| sse2!(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(byte as i8)), bytes))))
    }

    #[inline(always)]
    fn below(self, byte: u8) -> Block {
        Block(self.0.map(|bytes| sse2!(_mm_cmplt_epi8(bytes, _mm_set1_epi8(byte as i8)))))
    }

    #[inline(always)]
    fn less(self, byte: u8) -> Block {
        Block(self.0.map(|bytes| sse2!(_mm_sub_epi8(bytes, _mm_set1_epi8(byte as i8)))))
    }

    #[inline(always)]
    fn folded(self) -> Block {
        Block(self.0.map(|bytes| sse2!(_mm_or_si128(bytes, _mm_set1_epi8(0x20)))))
    }

    #[inline(always)]
    fn mask(self) -> u64 {
        let [a, b, c, d] = self.0.map(|bytes| u64::from(sse2!(_mm_movemask_epi8(bytes)) as u32));
        a | b << 16 | c << 32 | d << 48
    }
}

impl BitAnd for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitand(self, other: Lanes) -> Lanes {
        sse2!(Lanes(_mm_and_si128(self.0, other.0), _mm_and_si128(self.1, other.1)))
    }
}

impl BitOr for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitor(self, other: Lanes) -> Lanes {
        sse2!(Lanes(_mm_or_si128(self.0, other.0), _mm_or_si128(self.1, other.1)))
    }
}

impl BitXor for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitxor(self, other: Lanes) -> Lanes {
        sse2!(Lanes(_mm_xor_si128(self.0, other.0), _mm_xor_si128(self.1, other.1)))
    }
}

impl Not for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn not(self) -> Lanes {
        let ones = sse2!(_mm_set1_epi8(-1));
        self ^ Lanes(ones, ones)
    }
}

impl isa::Lanes for Lanes {
    #[inline(always)]
    fn masks(self) -> [u64; LANES] {
        let mut masks = [0; LANES];
        let at: *mut __m128i = masks.as_mut_ptr().cast();
        sse2!({
            _mm_storeu_si128(at, self.0);
            _mm_storeu_si128(at.add(1), self.1);
        });
        masks
    }

    #[inline(always)]
    fn up<const N: i32>(self) -> Lanes {
        sse2!(Lanes(_mm_slli_epi64::<N>(self.0), _mm_slli_epi64::<N>(self.1)))
    }

    #[inline(always)]
    fn down<const N: i32>(self) -> Lanes {
        sse2!(Lanes(_mm_srli_epi64::<N>(self.0), _mm_srli_epi64::<N>(self.1)))
    }

    #[inline(always)]
    fn plus(self, other: Lanes) -> Lanes {
        sse2!(Lanes(_mm_add_epi64(self.0, other.0), _mm_add_epi64(self.1, other.1)))
    }

    #[inline(always)]
    fn after(self, before: Lanes) -> Lanes {
        sse2!({
            let joined =
                |low, high| _mm_castpd_si128(_mm_shuffle_pd::<0b01>(_mm_castsi128_pd(low), _mm_castsi128_pd(high)));
            Lanes(joined(before.1, self.0), joined(self.0, self.1))
        })
    }

    #[inline(always)]
    fn tops(self) -> u32 {
        let [low, high] = [self.0, self.1].map(|half| sse2!(_mm_movemask_pd(_mm_castsi128_pd(half)) as u32));
        low | high << 2
    }

    #[inline(always)]
    fn full(self) -> u32 {
        // Two halves of 32 bits each; only where both are full is the mask.
        let halves = |lanes: __m128i| sse2!(_mm_cmpeq_epi32(lanes, _mm_set1_epi8(-1)));
        let swapped = |lanes: __m128i| sse2!(_mm_shuffle_epi32::<0b10_11_00_01>(lanes));
        let (low, high) = (halves(self.0), halves(self.1));
        (Lanes(low, high) & Lanes(swapped(low), swapped(high))).tops()
    }

    #[inline(always)]
    fn any(self) -> bool {
        sse2!({
            let both = _mm_or_si128(self.0, self.1);
            _mm_movemask_epi8(_mm_cmpeq_epi8(both, _mm_setzero_si128())) != 0xFFFF
        })
    }
}
