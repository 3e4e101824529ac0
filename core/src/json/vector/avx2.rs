//! AVX2: a block in two registers, the lanes in one.

// All operations of a block are allowed for the same one reason.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use core::arch::x86_64::*;
use core::ops::{BitAnd, BitOr, BitXor, Not};
use core::sync::atomic::{AtomicU8, Ordering};

use super::isa::{self, BLOCK, Block as _, Isa, LANES};
use super::planes::{Classify, Kinds, Planes, lookup};
use super::utf8;
use crate::json::landmarks::Landmarks;
use crate::json::marks::Marks;

/// The proof that this processor has AVX2 and the bit instructions that came with it.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    #[inline]
    pub(super) fn detect() -> Option<Avx2> {
        // Five questions take fifty instructions, at every text.
        static FOUND: AtomicU8 = AtomicU8::new(0);
        match FOUND.load(Ordering::Relaxed) {
            0 => {
                let found = super::detected!("avx2", "bmi1", "bmi2", "lzcnt", "popcnt");
                FOUND.store(1 + u8::from(found), Ordering::Relaxed);
                found.then_some(Avx2(()))
            }
            found => (found == 2).then_some(Avx2(())),
        }
    }

    #[inline]
    pub(super) fn validate(self, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
        // SAFETY: `self` proves that the features are there.
        unsafe { validate(self, text, landmarks, marks) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn validate(isa: Avx2, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
    super::stride::validate(isa, text, landmarks, marks)
}

/// Wraps one intrinsic, or several.
macro_rules! avx2 {
    ($operation:expr) => {
        // SAFETY: whoever is here has an `Avx2`, or a value that was made with one, so AVX2 is there. Operations on
        // registers have no other condition; loads and stores take their pointers from arrays of the same size.
        unsafe { $operation }
    };
}

#[derive(Clone, Copy)]
pub(super) struct Block(__m256i, __m256i);

#[derive(Clone, Copy)]
pub(super) struct Lanes(__m256i);

impl Isa for Avx2 {
    type Block = Block;
    type Lanes = Lanes;

    #[inline(always)]
    fn block(self, bytes: &[u8; BLOCK]) -> Block {
        let at: *const __m256i = bytes.as_ptr().cast();
        avx2!(Block(_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1))))
    }

    #[inline(always)]
    fn lanes(self, masks: &[u64; LANES]) -> Lanes {
        avx2!(Lanes(_mm256_loadu_si256(masks.as_ptr().cast())))
    }

    #[inline(always)]
    fn is_utf8(self, bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> bool {
        let (bytes, before) = (self.block(bytes), self.block(before));
        let wrong = avx2!(_mm256_or_si256(wrong(bytes.0, before.1), wrong(bytes.1, bytes.0)));
        avx2!(_mm256_testz_si256(wrong, wrong) == 1)
    }

    #[inline(always)]
    fn classify(self, blocks: &[[u8; BLOCK]; LANES], _len: usize, planes: &mut Planes) {
        planes.fill(self, blocks);
    }
}

/// The same operation on both registers of a block. A closure would not be compiled for AVX2.
macro_rules! each {
    ($block:expr, $bytes:ident => $operation:expr) => {{
        let Block(low, high) = $block;
        let low = {
            let $bytes = low;
            avx2!($operation)
        };
        let high = {
            let $bytes = high;
            avx2!($operation)
        };
        Block(low, high)
    }};
}

impl Block {
    /// Where a byte is the one that its lower half finds in a table.
    #[inline(always)]
    fn found_in(self, entries: &[u8; 16]) -> Block {
        each!(self, bytes => _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table(entries), bytes), bytes))
    }
}

impl BitOr for Block {
    type Output = Block;

    #[inline(always)]
    fn bitor(self, other: Block) -> Block {
        avx2!(Block(_mm256_or_si256(self.0, other.0), _mm256_or_si256(self.1, other.1)))
    }
}

impl isa::Block for Block {
    #[inline(always)]
    fn equal(self, byte: u8) -> Block {
        each!(self, bytes => _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8)))
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> Block {
        each!(self, bytes => _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(byte as i8)), bytes))
    }

    #[inline(always)]
    fn less(self, byte: u8) -> Block {
        each!(self, bytes => _mm256_sub_epi8(bytes, _mm256_set1_epi8(byte as i8)))
    }

    #[inline(always)]
    fn folded(self) -> Block {
        each!(self, bytes => _mm256_or_si256(bytes, _mm256_set1_epi8(0x20)))
    }

    #[inline(always)]
    fn space(self) -> Block {
        self.found_in(&lookup::SPACE)
    }

    #[inline(always)]
    fn mask(self) -> u64 {
        let [low, high] = avx2!([_mm256_movemask_epi8(self.0), _mm256_movemask_epi8(self.1)]);
        u64::from(low as u32) | u64::from(high as u32) << 32
    }
}

impl Classify for Block {
    #[inline(always)]
    fn least(self, other: Block) -> Block {
        avx2!(Block(_mm256_min_epu8(self.0, other.0), _mm256_min_epu8(self.1, other.1)))
    }

    #[inline(always)]
    fn any(self, bit: u8) -> bool {
        avx2!(_mm256_testz_si256(_mm256_or_si256(self.0, self.1), _mm256_set1_epi8(bit as i8)) == 0)
    }

    #[inline(always)]
    fn kinds(self) -> Kinds<Block> {
        let code = each!(self, bytes => {
            // A byte that is not ASCII finds 0, and is none of the characters.
            let found = _mm256_shuffle_epi8(table(&lookup::CHARACTER), bytes);
            let is_it = _mm256_cmpeq_epi8(found, _mm256_or_si256(bytes, _mm256_set1_epi8(0x20)));
            _mm256_and_si256(_mm256_shuffle_epi8(table(&lookup::KIND), bytes), is_it)
        });
        let Block(low, high) = code;
        Kinds {
            opener: code.mask(),
            middle: each!(code, kinds => _mm256_slli_epi16::<{ above(lookup::MIDDLE) }>(kinds)).mask(),
            bracket: each!(code, kinds => _mm256_slli_epi16::<{ above(lookup::BRACKET) }>(kinds)).mask(),
            quote: each!(code, kinds => _mm256_slli_epi16::<{ above(lookup::QUOTE) }>(kinds)).mask(),
            point: each!(code, kinds => _mm256_slli_epi16::<{ above(lookup::POINT) }>(kinds)).mask(),
            digit: self.found_in(&lookup::DIGIT).mask(),
            // Braces have the bit 0x20, square brackets do not; it is that of `BRACKET`, too.
            square: avx2!(Block(_mm256_andnot_si256(self.0, low), _mm256_andnot_si256(self.1, high))),
        }
    }
}

/// A table of sixteen bytes, for each half of a register.
#[inline(always)]
fn table(entries: &[u8; 16]) -> __m256i {
    avx2!(_mm256_broadcastsi128_si256(_mm_loadu_si128(entries.as_ptr().cast())))
}

/// How many bits there are above this one in a byte.
const fn above(bit: u8) -> i32 {
    bit.leading_zeros() as i32
}

/// The look-ups of [`utf8`] for 32 bytes that come after 32 others.
///
/// # Safety
///
/// AVX2 must be there.
#[inline(always)]
unsafe fn wrong(bytes: __m256i, before: __m256i) -> __m256i {
    avx2!({
        let nibble = _mm256_set1_epi8(0x0F);
        let high = |bytes| _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), nibble);
        // Shifting by bytes works within halves of a register: both need the half before them.
        let halves = _mm256_permute2x128_si256::<0x21>(before, bytes);
        let previous = _mm256_alignr_epi8::<15>(bytes, halves);
        let pair = _mm256_and_si256(
            _mm256_and_si256(
                _mm256_shuffle_epi8(table(&utf8::FIRST_HIGH), high(previous)),
                _mm256_shuffle_epi8(table(&utf8::FIRST_LOW), _mm256_and_si256(previous, nibble)),
            ),
            _mm256_shuffle_epi8(table(&utf8::SECOND_HIGH), high(bytes)),
        );
        let third = _mm256_subs_epu8(
            _mm256_alignr_epi8::<14>(bytes, halves),
            _mm256_set1_epi8((utf8::THREE_BYTES - 0x80) as i8),
        );
        let fourth = _mm256_subs_epu8(
            _mm256_alignr_epi8::<13>(bytes, halves),
            _mm256_set1_epi8((utf8::FOUR_BYTES - 0x80) as i8),
        );
        let expected =
            _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(utf8::TWO_CONTINUATIONS as i8));
        _mm256_xor_si256(expected, pair)
    })
}

impl BitAnd for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitand(self, other: Lanes) -> Lanes {
        avx2!(Lanes(_mm256_and_si256(self.0, other.0)))
    }
}

impl BitOr for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitor(self, other: Lanes) -> Lanes {
        avx2!(Lanes(_mm256_or_si256(self.0, other.0)))
    }
}

impl BitXor for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn bitxor(self, other: Lanes) -> Lanes {
        avx2!(Lanes(_mm256_xor_si256(self.0, other.0)))
    }
}

impl Not for Lanes {
    type Output = Lanes;

    #[inline(always)]
    fn not(self) -> Lanes {
        avx2!(Lanes(_mm256_xor_si256(self.0, _mm256_set1_epi8(-1))))
    }
}

impl isa::Lanes for Lanes {
    #[inline(always)]
    fn masks(self) -> [u64; LANES] {
        let mut masks = [0; LANES];
        avx2!(_mm256_storeu_si256(masks.as_mut_ptr().cast(), self.0));
        masks
    }

    #[inline(always)]
    fn up<const N: i32>(self) -> Lanes {
        avx2!(Lanes(_mm256_slli_epi64::<N>(self.0)))
    }

    #[inline(always)]
    fn down<const N: i32>(self) -> Lanes {
        avx2!(Lanes(_mm256_srli_epi64::<N>(self.0)))
    }

    #[inline(always)]
    fn plus(self, other: Lanes) -> Lanes {
        avx2!(Lanes(_mm256_add_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn after(self, before: Lanes) -> Lanes {
        avx2!(Lanes(_mm256_permute4x64_epi64::<0b10_01_00_11>(_mm256_blend_epi32::<0b1100_0000>(self.0, before.0))))
    }

    #[inline(always)]
    fn tops(self) -> u32 {
        avx2!(_mm256_movemask_pd(_mm256_castsi256_pd(self.0)) as u32)
    }

    #[inline(always)]
    fn full(self) -> u32 {
        avx2!(Lanes(_mm256_cmpeq_epi64(self.0, _mm256_set1_epi8(-1)))).tops()
    }

    #[inline(always)]
    fn any(self) -> bool {
        avx2!(_mm256_testz_si256(self.0, self.0) == 0)
    }
}
