//! SSE2, which every x86-64 has: a block in four registers, the lanes in two.

// All operations of a block are allowed for the same one reason.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use core::arch::x86_64::*;
use core::ops::{BitAnd, BitOr, BitXor, Not};

use super::isa::{self, BLOCK, Isa, LANES, STRIDE};
use super::planes::Planes;
use super::utf8::{self, confined};
use crate::json::landmarks::Landmarks;
use crate::json::marks::Marks;

/// SSE2 is part of x86-64: there is nothing to detect.
#[derive(Clone, Copy)]
pub(super) struct Sse2;

impl Sse2 {
    /// By itself, so that its stack is not that of everybody who validates.
    #[inline(never)]
    pub(super) fn validate(self, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
        super::stride::validate(self, text, landmarks, marks)
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
    fn is_utf8(self, bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> bool {
        let [a, b, c, d] = self.block(bytes).0;
        let last = load(before, BLOCK - PIECE);
        let any = |bytes| sse2!(_mm_movemask_epi8(bytes)) != 0;
        // Many blocks of such a text are ASCII nevertheless.
        if !any(sse2!(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)))) && utf8::ends_with_ascii(before) {
            return true;
        }
        let greatest = sse2!(_mm_max_epu8(_mm_max_epu8(_mm_max_epu8(a, b), _mm_max_epu8(c, d)), last));
        // Characters of four bytes are rare.
        let wrong = match any(from(greatest, utf8::FOUR_BYTES)) {
            true => wrong::<true>(bytes, last),
            false => wrong::<false>(bytes, last),
        };
        !any(wrong)
    }

    #[inline(always)]
    fn classify(self, blocks: &[[u8; BLOCK]; LANES], len: usize, planes: &mut Planes) {
        match len {
            STRIDE.. => classify(blocks, PIECES, planes),
            len => short(blocks, len.div_ceil(PIECE), planes),
        }
    }
}

/// The sixteen bytes of a block that begin at `at`.
#[inline(always)]
fn load(bytes: &[u8; BLOCK], at: usize) -> __m128i {
    let bytes: &[u8; PIECE] = bytes.get(at..).and_then(|bytes| bytes.first_chunk()).unwrap_or(&[0; PIECE]);
    sse2!(_mm_loadu_si128(bytes.as_ptr().cast()))
}

/// The top bit where an unsigned byte is at least this one.
#[inline(always)]
fn from(bytes: __m128i, byte: u8) -> __m128i {
    sse2!(_mm_subs_epu8(bytes, _mm_set1_epi8((byte - 0x80) as i8)))
}

/// The comparisons of [`utf8`] for a block that comes after the register `last`: the top bit where one is wrong.
///
/// Without `FOUR` no byte may begin four, neither here nor before.
#[inline(always)]
fn wrong<const FOUR: bool>(bytes: &[u8; BLOCK], last: __m128i) -> __m128i {
    let all_of = |byte: u8| sse2!(_mm_set1_epi8(byte as i8));
    let or = |one, other| sse2!(_mm_or_si128(one, other));
    let mut wrong = sse2!(_mm_setzero_si128());
    for at in [0, PIECE, 2 * PIECE, 3 * PIECE] {
        let here = load(bytes, at);
        // Of the first piece all but the last byte is behind the block before.
        let [first, second, third] = match at {
            0 => sse2!([
                _mm_or_si128(_mm_slli_si128::<1>(here), _mm_srli_si128::<15>(last)),
                _mm_or_si128(_mm_slli_si128::<2>(here), _mm_srli_si128::<14>(last)),
                _mm_or_si128(_mm_slli_si128::<3>(here), _mm_srli_si128::<13>(last)),
            ]),
            _ => [1, 2, 3].map(|back| load(bytes, at - back)),
        };
        // Both signed: so what is below is beyond ASCII, too.
        let goes_on = sse2!(_mm_cmpgt_epi8(all_of(utf8::TWO_BYTES), here));
        // Of continuations, those from 90 on have one of the bits 0x30, those from A0 on the bit 0x20.
        let barred = |bits, from_it: u8, below_it: u8| {
            let other = sse2!(_mm_min_epu8(_mm_and_si128(here, all_of(bits)), all_of(from_it ^ below_it)));
            sse2!(_mm_cmpeq_epi8(first, or(other, all_of(below_it))))
        };
        let mut expected = or(from(first, utf8::TWO_BYTES), from(second, utf8::THREE_BYTES));
        wrong = or(wrong, barred(0x20, confined::FROM_A0, confined::BELOW_A0));
        wrong = or(wrong, sse2!(_mm_cmpeq_epi8(_mm_and_si128(first, all_of(0xFE)), all_of(utf8::TWO_BYTES))));
        if FOUR {
            expected = or(expected, from(third, utf8::FOUR_BYTES));
            wrong = or(wrong, barred(0x30, confined::FROM_90, confined::BELOW_90));
            wrong = or(wrong, from(first, 0xF5));
        }
        wrong = or(wrong, sse2!(_mm_xor_si128(expected, goes_on)));
    }
    wrong
}

/// Classifies the last stride: only as far as there is text, which is half of it on average.
#[inline(never)]
fn short(blocks: &[[u8; BLOCK]; LANES], live: usize, planes: &mut Planes) {
    *planes = Planes::EMPTY;
    classify(blocks, live, planes);
}

/// Classifies the first `live` registers of a stride.
#[inline(always)]
fn classify(blocks: &[[u8; BLOCK]; LANES], live: usize, planes: &mut Planes) {
    // By the register, for there are too few to tell a block at once; and to put masks side by side in memory takes
    // fewer instructions than to make one of four.
    let (quote, opener, middle) = (pieces(&mut planes.quote), pieces(&mut planes.opener), pieces(&mut planes.middle));
    let (bracket, digit, point) = (pieces(&mut planes.bracket), pieces(&mut planes.digit), pieces(&mut planes.point));
    let none = sse2!(_mm_setzero_si128());
    let (mut square, mut backslash, mut least, mut all) = (none, none, sse2!(_mm_set1_epi8(-1)), none);
    for (place, piece) in blocks.as_flattened().as_chunks::<PIECE>().0.iter().enumerate().take(live) {
        let bytes = sse2!(_mm_loadu_si128(piece.as_ptr().cast()));
        let all_of = |byte: u8| sse2!(_mm_set1_epi8(byte as i8));
        let is = |bytes, byte: u8| sse2!(_mm_cmpeq_epi8(bytes, all_of(byte)));
        let or = |one, other| sse2!(_mm_or_si128(one, other));
        let mask = |truth| sse2!(_mm_movemask_epi8(truth)) as u16;
        let folded = or(bytes, all_of(0x20));
        let (open, comma) = (is(folded, b'{'), is(bytes, b','));
        let either = or(open, is(folded, b'}'));
        quote[place] = mask(is(bytes, b'"'));
        opener[place] = mask(or(open, comma));
        middle[place] = mask(or(comma, is(bytes, b':')));
        bracket[place] = mask(either);
        // The digits become the greatest of signed bytes; the zero is among them, and the point two below it.
        const RAISED: u8 = 0x7F - b'9';
        let raised = sse2!(_mm_add_epi8(bytes, all_of(RAISED)));
        digit[place] = mask(sse2!(_mm_cmpgt_epi8(raised, all_of(b'0' - 1 + RAISED))));
        point[place] = mask(is(or(raised, all_of(2)), b'0' + RAISED));
        // Braces have the bit 0x20, square brackets do not.
        square = or(square, sse2!(_mm_andnot_si128(bytes, either)));
        backslash = or(backslash, is(bytes, b'\\'));
        least = sse2!(_mm_min_epu8(least, bytes));
        all = or(all, bytes);
    }
    let any = |bytes| sse2!(_mm_movemask_epi8(bytes)) != 0;
    // Shifting by words moves this bit to the top of every byte; what comes in from others is lower.
    planes.square = any(sse2!(_mm_slli_epi16::<2>(square)));
    planes.backslash = any(backslash);
    planes.control = any(sse2!(_mm_cmpeq_epi8(_mm_min_epu8(least, _mm_set1_epi8(0x1F)), least)));
    planes.foreign = any(all);
}

/// What one register holds of a stride.
const PIECE: usize = 16;
const PIECES: usize = STRIDE / PIECE;

/// The same masks by the register.
#[inline(always)]
fn pieces(masks: &mut [u64; LANES]) -> &mut [u16; PIECES] {
    // SAFETY: both are as many bytes without padding, and all bits are allowed; the first mask is lowest in both. The
    // shorter ones need less alignment, and are borrowed for as long.
    unsafe { &mut *core::ptr::from_mut(masks).cast() }
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
        // The upper halves of all four, side by side.
        let [low, high] = [self.0, self.1].map(|lanes| sse2!(_mm_castsi128_ps(lanes)));
        sse2!(_mm_movemask_ps(_mm_shuffle_ps::<0b11_01_11_01>(low, high)) as u32)
    }

    #[inline(always)]
    fn full(self) -> u32 {
        // Halves that are full become full quarters; where both of a mask are, they are a full half again.
        let ones = sse2!(_mm_set1_epi8(-1));
        let halves = sse2!(_mm_packs_epi32(_mm_cmpeq_epi32(self.0, ones), _mm_cmpeq_epi32(self.1, ones)));
        sse2!(_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(halves, ones))) as u32)
    }

    #[inline(always)]
    fn any(self) -> bool {
        sse2!({
            let both = _mm_or_si128(self.0, self.1);
            _mm_movemask_epi8(_mm_cmpeq_epi8(both, _mm_setzero_si128())) != 0xFFFF
        })
    }
}
