//! Marks: where the commas, colons and brackets of a short compact text stand.
//!
//! Whoever validates knows all of them. Those of a stream's message take a hundred bytes; kept, they spare every reader
//! the question where strings and numbers end: from the name of a member it is the next mark to the colon, and the next
//! one to the end of the value, whatever that is. Finding that out again takes time mostly because no processor can
//! foresee which members are strings, and how long they are.
//!
//! Only texts in which nothing stands beside the values and nothing is escaped have marks: without white space a value
//! ends at the mark, and without backslashes a name is what it looks like. Long texts have none, for in those there is
//! time to learn what to expect, as [`records`](super::records) do. Texts without marks are read as if there were no
//! such thing, and so are all where the scalar automaton validates.

use core::fmt;

use super::window::chunk;

/// How long a text with marks can be, in bytes: a multiple of what is noted at once. None are kept where memory is scarce.
const CAPACITY: usize = if cfg!(target_os = "none") { 0 } else { 2048 };

/// With room to load eight at the end.
const BYTES: usize = if CAPACITY == 0 { 0 } else { CAPACITY / 8 + 8 };

/// One bit for each byte of a text that is a comma, a colon or a bracket, and not in a string.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    bits: [u8; BYTES],
    /// Whether all of them are there.
    known: bool,
}

impl Marks {
    pub(crate) const NONE: Marks = Marks { bits: [0; BYTES], known: false };

    /// The marks, if they are known.
    #[inline(always)]
    pub(super) fn known(&self) -> Option<&Marks> {
        if CAPACITY != 0 && self.known { Some(self) } else { None }
    }

    /// Where they are, if they are known.
    #[cfg(test)]
    pub(super) fn places(&self) -> Option<std::vec::Vec<usize>> {
        let marks = self.known()?;
        let next = |at: usize| marks.next(at);
        Some(core::iter::successors(next(0), |at| next(at + 1)).collect())
    }

    /// Notes those of `64 * N` bytes from `at` on, which is a multiple of that, unless the text is too long by then.
    #[inline(always)]
    pub(super) fn note<const N: usize>(&mut self, at: usize, masks: [u64; N]) {
        if at + 64 * N <= CAPACITY
            && let Some(bits) = self.bits.get_mut(at / 8..at / 8 + 8 * N)
        {
            for (bits, mask) in bits.as_chunks_mut().0.iter_mut().zip(masks) {
                *bits = mask.to_le_bytes();
            }
        }
    }

    /// All those of a text of `len` bytes have been noted, and it is compact and without escapes.
    #[inline(always)]
    pub(super) fn finish(&mut self, len: usize) {
        self.known = len <= CAPACITY;
    }

    /// The marks of at least 57 bytes from `at` on, the first one lowest.
    #[inline(always)]
    pub(super) fn ahead(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(*chunk(&self.bits, at / 8)?) >> (at % 8))
    }

    /// The first mark from `at` on.
    #[inline(always)]
    pub(super) fn next(&self, mut at: usize) -> Option<usize> {
        loop {
            let bits = self.ahead(at)?;
            if bits != 0 {
                return Some(at + bits.trailing_zeros() as usize);
            }
            at += 57;
        }
    }

    /// Where the value of the member that has its opening quote at `open` begins and ends, however long its name and
    /// value are; zeros if there is none.
    #[inline(never)]
    pub(super) fn long_member(&self, open: usize) -> (usize, usize) {
        let ends = self.next(open).and_then(|colon| Some((colon + 1, self.next(colon + 1)?)));
        ends.unwrap_or_default()
    }
}

impl fmt::Debug for Marks {
    /// Without the marks themselves: whoever looks at a document wants to see its text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marks").field("known", &self.known).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_from_every_place_before_it() {
        let mut marks = Marks::NONE;
        let wanted = [0, 1, 63, 64, 130, 255, 256, 1000, 2047];
        for stride in 0..8 {
            let bit = |lane: usize, place: usize| u64::from(place / 64 == stride * 4 + lane) << (place % 64);
            marks.note(stride * 256, [0, 1, 2, 3].map(|lane| wanted.iter().fold(0, |mask, at| mask | bit(lane, *at))));
        }
        marks.note(2048, [u64::MAX; 4]);
        for from in 0..=2048 {
            assert_eq!(marks.next(from), wanted.into_iter().find(|place| *place >= from), "{from}");
        }
        assert_eq!([2056, 5000, usize::MAX - 57].map(|from| marks.next(from)), [None; 3]);
        assert_eq!(marks.long_member(2), (64, 64));
        assert_eq!([marks.long_member(1000), marks.long_member(1001)], [(1001, 2047), (0, 0)]);
    }

    #[test]
    fn marks_of_a_text_that_is_too_long_are_not_known() {
        let mut marks = Marks::NONE;
        assert!(marks.known().is_none());
        marks.finish(CAPACITY + 1);
        assert!(marks.known().is_none());
        marks.finish(CAPACITY);
        assert!(marks.known().is_some());
        assert_eq!(std::format!("{marks:?}"), "Marks { known: true, .. }");
    }
}
