//! Sixteen bytes at once, where a loop by the byte would have to guess how long it runs.
//!
//! x86-64 always has the instructions; elsewhere the same is done in two words of eight bytes.

// All operations of a block are allowed for the same one reason.
#![allow(clippy::multiple_unsafe_ops_per_block)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;

/// How many bytes a window shows.
pub(super) const WIDTH: usize = 16;

/// Sixteen bytes of a text.
#[derive(Clone, Copy)]
pub(super) struct Window([u8; WIDTH]);

impl Window {
    /// The sixteen bytes at `at`, if so many are left.
    #[inline(always)]
    pub(super) fn at(text: &[u8], at: usize) -> Option<Window> {
        text.get(at..)?.first_chunk().map(|bytes| Window(*bytes))
    }

    /// One bit for each byte that is a quote or a backslash, the first byte lowest.
    #[inline(always)]
    pub(super) fn string_ends(self) -> u32 {
        self.equal(b'"') | self.equal(b'\\')
    }

    /// One bit for each byte that is a quote or a bracket of any kind.
    #[inline(always)]
    pub(super) fn container_stops(self) -> u32 {
        self.equal(b'"') | self.equal_folded(b'{') | self.equal_folded(b'}')
    }

    /// One bit for each byte that ends a number or a literal: a comma, a closing bracket or white space.
    #[inline(always)]
    pub(super) fn bare_ends(self) -> u32 {
        self.equal(b',') | self.equal_folded(b'}') | self.at_most(b' ')
    }

    /// One bit for each byte that is no digit.
    #[inline(always)]
    pub(super) fn no_digits(self) -> u32 {
        Window(self.0.map(|byte| byte.wrapping_sub(b'0'))).at_most(9) ^ 0xFFFF
    }

    /// Whether the first `len` bytes are those of `pattern`.
    #[inline(always)]
    pub(super) fn begins_with(self, pattern: &[u8; WIDTH], len: usize) -> bool {
        self.different(pattern) & ((1 << len.min(WIDTH)) - 1) == 0
    }
}

#[cfg(target_arch = "x86_64")]
impl Window {
    #[inline(always)]
    fn register(self) -> __m128i {
        // SAFETY: the pointer is that of sixteen bytes.
        unsafe { _mm_loadu_si128(self.0.as_ptr().cast()) }
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> u32 {
        let bytes = self.register();
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8))) as u32 }
    }

    #[inline(always)]
    fn equal_folded(self, byte: u8) -> u32 {
        let bytes = self.register();
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
            _mm_movemask_epi8(_mm_cmpeq_epi8(folded, _mm_set1_epi8(byte as i8))) as u32
        }
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> u32 {
        let bytes = self.register();
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let least = _mm_min_epu8(bytes, _mm_set1_epi8(byte as i8));
            _mm_movemask_epi8(_mm_cmpeq_epi8(least, bytes)) as u32
        }
    }

    #[inline(always)]
    fn different(self, other: &[u8; WIDTH]) -> u32 {
        let (bytes, other) = (self.register(), Window(*other).register());
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, other)) as u32 ^ 0xFFFF }
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Window {
    #[inline(always)]
    fn equal(self, byte: u8) -> u32 {
        self.bits(|other| other == byte)
    }

    #[inline(always)]
    fn equal_folded(self, byte: u8) -> u32 {
        self.bits(|other| other | 0x20 == byte)
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> u32 {
        self.bits(|other| other <= byte)
    }

    #[inline(always)]
    fn different(self, other: &[u8; WIDTH]) -> u32 {
        let mut bits = 0;
        for (place, (byte, other)) in self.0.iter().zip(other).enumerate() {
            bits |= u32::from(byte != other) << place;
        }
        bits
    }

    #[inline(always)]
    fn bits(self, is: impl Fn(u8) -> bool) -> u32 {
        let mut bits = 0;
        for (place, byte) in self.0.iter().enumerate() {
            bits |= u32::from(is(*byte)) << place;
        }
        bits
    }
}
