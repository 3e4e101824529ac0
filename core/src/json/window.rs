//! Sixteen bytes at once, where a loop by the byte would have to guess how long it runs.
//!
//! x86-64 always has the instructions; elsewhere it is left to the compiler to find some.

// All operations of a block are allowed for the same one reason.
#![allow(clippy::multiple_unsafe_ops_per_block)]

#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;

/// How many bytes a window shows.
pub(super) const WIDTH: usize = 16;

/// Sixteen bytes of a text.
#[derive(Clone, Copy)]
pub(super) struct Window(Bytes);

impl Window {
    /// The sixteen bytes at `at`, if so many are left.
    #[inline(always)]
    pub(super) fn at(text: &[u8], at: usize) -> Option<Window> {
        // Microcontrollers have no such instructions, and little room: there everything goes by the byte.
        if cfg!(target_os = "none") {
            return None;
        }
        Some(Window(Bytes::load(chunk(text, at)?)))
    }

    /// One bit for each byte that is a quote or a backslash, the first byte lowest.
    #[inline(always)]
    pub(super) fn string_ends(self) -> u32 {
        self.0.equal(b'"').or(self.0.equal(b'\\')).mask()
    }

    /// One bit for each byte that is a backslash, the first byte lowest.
    #[inline(always)]
    pub(super) fn backslashes(self) -> u32 {
        self.0.equal(b'\\').mask()
    }

    /// The place of the first quote, if there is one and no backslash before it.
    #[inline(always)]
    pub(super) fn plain_string_end(self) -> Option<usize> {
        let (quotes, backslashes) = (self.0.equal(b'"').mask(), self.0.equal(b'\\').mask());
        let before = quotes ^ quotes.wrapping_sub(1);
        (quotes != 0 && backslashes & before == 0).then(|| quotes.trailing_zeros() as usize)
    }

    /// One bit for each byte that is a quote or a bracket of any kind.
    #[inline(always)]
    pub(super) fn container_stops(self) -> u32 {
        let folded = self.0.with(0x20);
        self.0.equal(b'"').or(folded.equal(b'{')).or(folded.equal(b'}')).mask()
    }

    /// One bit for each opening brace.
    #[inline(always)]
    pub(super) fn braces(self) -> u32 {
        self.0.equal(b'{').mask()
    }

    /// One bit for each byte that ends a number or a literal, or cannot begin one: a comma, a bracket, a quote, white
    /// space, and some that are never near.
    #[inline(always)]
    pub(super) fn bare_ends(self) -> u32 {
        // With these bits set all brackets are the same byte, and beside them only `Y`, `_`, `y` and DEL are.
        let brackets = self.0.with(0x26).equal(0x7F);
        self.0.equal(b',').or(self.0.at_most(b'"')).or(brackets).mask()
    }

    /// One bit for each byte that is no digit.
    #[inline(always)]
    pub(super) fn no_digits(self) -> u32 {
        self.0.less(b'0').at_most(9).mask() ^ 0xFFFF
    }

    /// Exactly these bytes.
    #[cfg(test)]
    pub(super) fn of(bytes: &[u8; WIDTH]) -> Window {
        Window(Bytes::load(bytes))
    }

    /// Whether both have the same bytes wherever this mask has a bit.
    #[inline(always)]
    pub(super) fn is_like(self, other: Window, mask: u32) -> bool {
        mask & !self.0.same(other.0).mask() == 0
    }
}

/// The `N` bytes at `at`, if so many are left.
#[inline(always)]
pub(super) fn chunk<const N: usize>(text: &[u8], at: usize) -> Option<&[u8; N]> {
    let last = text.len().checked_sub(N)?;
    if at > last {
        return None;
    }
    debug_assert!(text.get(at..at + N).is_some());
    // SAFETY: `at` is at most the length less `N`, so that `N` bytes of the text begin there. Asking the slice for them
    // compares twice, everywhere; the difference from the length is worked out once.
    Some(unsafe { &*text.as_ptr().add(at).cast() })
}

/// The mask of the first `len` bytes of a window; of all if there are more.
#[inline(always)]
pub(super) fn first_bytes(len: usize) -> u32 {
    (1 << len.min(WIDTH)) - 1
}

/// Sixteen bytes, or a truth value for each of them: a byte of ones or of zeros.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
struct Bytes(__m128i);

#[cfg(target_arch = "x86_64")]
impl Bytes {
    #[inline(always)]
    fn load(bytes: &[u8; WIDTH]) -> Bytes {
        // SAFETY: the pointer is that of sixteen bytes.
        Bytes(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_cmpeq_epi8(self.0, _mm_set1_epi8(byte as i8)) })
    }

    #[inline(always)]
    fn same(self, other: Bytes) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_cmpeq_epi8(self.0, other.0) })
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_cmpeq_epi8(_mm_min_epu8(self.0, _mm_set1_epi8(byte as i8)), self.0) })
    }

    #[inline(always)]
    fn less(self, byte: u8) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_sub_epi8(self.0, _mm_set1_epi8(byte as i8)) })
    }

    #[inline(always)]
    fn with(self, bits: u8) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_or_si128(self.0, _mm_set1_epi8(bits as i8)) })
    }

    #[inline(always)]
    fn or(self, other: Bytes) -> Bytes {
        // SAFETY: SSE2 is part of x86-64.
        Bytes(unsafe { _mm_or_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn mask(self) -> u32 {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_movemask_epi8(self.0) as u32 }
    }
}

/// Sixteen bytes, or a truth value for each of them: a byte of ones or of zeros.
#[cfg(not(target_arch = "x86_64"))]
#[derive(Clone, Copy)]
struct Bytes([u8; WIDTH]);

#[cfg(not(target_arch = "x86_64"))]
impl Bytes {
    #[inline(always)]
    fn load(bytes: &[u8; WIDTH]) -> Bytes {
        Bytes(*bytes)
    }

    #[inline(always)]
    fn equal(self, byte: u8) -> Bytes {
        Bytes(self.0.map(|other| truth(other == byte)))
    }

    #[inline(always)]
    fn same(self, other: Bytes) -> Bytes {
        Bytes(core::array::from_fn(|place| truth(self.0[place] == other.0[place])))
    }

    #[inline(always)]
    fn at_most(self, byte: u8) -> Bytes {
        Bytes(self.0.map(|other| truth(other <= byte)))
    }

    #[inline(always)]
    fn less(self, byte: u8) -> Bytes {
        Bytes(self.0.map(|other| other.wrapping_sub(byte)))
    }

    #[inline(always)]
    fn with(self, bits: u8) -> Bytes {
        Bytes(self.0.map(|other| other | bits))
    }

    #[inline(always)]
    fn or(self, other: Bytes) -> Bytes {
        Bytes(core::array::from_fn(|place| self.0[place] | other.0[place]))
    }

    /// Eight truth values at a time: a multiplication gathers one bit of each in the top byte.
    #[inline(always)]
    fn mask(self) -> u32 {
        let bits = u128::from_le_bytes(self.0) & u128::from_le_bytes([1; WIDTH]);
        let eight = |word: u64| (word.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32;
        eight(bits as u64) | eight((bits >> 64) as u64) << 8
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn truth(is: bool) -> u8 {
    0_u8.wrapping_sub(u8::from(is))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_in_every_place_has_its_bit() {
        for byte in 0..=255_u8 {
            for place in 0..WIDTH {
                let mut text = [b'7'; WIDTH + 1];
                text[place + 1] = byte;
                let window = Window::at(&text, 1).unwrap();
                let bit = |is: bool| u32::from(is) << place;
                assert_eq!(window.string_ends(), bit(b"\"\\".contains(&byte)), "{byte:#x}");
                assert_eq!(window.backslashes(), bit(byte == b'\\'), "{byte:#x}");
                assert_eq!(window.braces(), bit(byte == b'{'));
                assert_eq!(window.container_stops(), bit(b"\"{}[]".contains(&byte)), "{byte:#x}");
                let end = b",{}[]Yy_\x7F".contains(&byte) || byte <= b'"';
                assert_eq!(window.bare_ends(), bit(end), "{byte:#x}");
                assert_eq!(window.plain_string_end(), (byte == b'"').then_some(place), "{byte:#x}");
                assert_eq!(window.no_digits(), bit(!byte.is_ascii_digit()), "{byte:#x}");
                let sevens = |len| window.is_like(Window::of(&[b'7'; WIDTH]), first_bytes(len));
                assert!(sevens(place) && sevens(place + 1) == (byte == b'7') && sevens(40) == (byte == b'7'));
            }
        }
        let end = |text: &[u8; WIDTH]| Window::of(text).plain_string_end();
        assert_eq!(
            [end(b"abc\"\\\"         x"), end(b"ab\\\"\"          x"), end(b"\\n\"             ")],
            [Some(3), None, None]
        );
        assert!(Window::at(&[0; WIDTH], 1).is_none() && Window::at(&[0; WIDTH], 17).is_none());
    }
}
