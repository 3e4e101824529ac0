//! Where the large containers of a document lie, noted while it is validated.
//!
//! To step over a member one must find the end of its value. In a transcript that is a matter of megabytes: the words
//! lie between the confidence and the end of an alternative, and as the last of duplicate members counts, every look-up
//! has to reach the end of its object. The validator passes all brackets anyway, so it writes down the few spans that
//! would be dear to scan again.
//!
//! What is noted is decided by size, at any depth: the first rule is at least [`LEAST`] bytes; when there is no room, the
//! least size is doubled until something falls out. So a landmark is missing only where scanning is cheap in
//! proportion to the document. Objects in an array are many, and seldom stepped over, for whoever walks an array wants
//! to see them: they need [`LEAST_RECORD`] bytes, and so does a root that is an object. Landmarks are a shortcut and
//! never a truth: without one, a getter scans.
//!
//! A microcontroller keeps none: its documents are small, and its stack is smaller still.
//!
//! Offsets have 32 bits, to keep a document small; a text of more than 4 GiB has no landmarks and is scanned.

use super::MAX_DEPTH;

/// How many spans are kept.
const CAPACITY: usize = if cfg!(target_os = "none") { 0 } else { 32 };

/// Containers that are nested deeper are not kept.
const LEVELS: usize = if cfg!(target_os = "none") { 0 } else { MAX_DEPTH };

/// The smallest container worth a landmark, in bytes, while there is room.
const LEAST: u32 = 128;

/// The smallest object in an array worth one.
const LEAST_RECORD: u32 = 256;

/// The spans of the largest arrays and objects of a document, in the order in which they open.
#[derive(Clone, Copy, Debug)]
pub struct Landmarks {
    spans: [Span; CAPACITY],
    len: u8,
}

/// An array or object, from its opening bracket to after its closing one.
///
/// One number, with the end in its upper half, so that both are written at once: what is written in two parts and read
/// soon has to be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(u64);

impl Span {
    #[inline(always)]
    const fn new(start: u32, end: u32) -> Span {
        Span((end as u64) << 32 | start as u64)
    }

    #[inline(always)]
    const fn start(self) -> u32 {
        self.0 as u32
    }

    #[inline(always)]
    const fn end(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The end of the container that begins at `start`, if there is a span for it. Those before it are dropped.
    #[inline(always)]
    pub(super) fn end_of(spans: &mut &[Span], start: usize) -> Option<usize> {
        while let Some((span, rest)) = spans.split_first() {
            if span.start() as usize > start {
                return None;
            }
            *spans = rest;
            if span.start() as usize == start {
                return Some(span.end() as usize);
            }
        }
        None
    }
}

impl Landmarks {
    pub(super) const EMPTY: Landmarks = Landmarks { spans: [Span::new(0, 0); CAPACITY], len: 0 };

    /// Byte ranges of the text, each from an opening bracket to after its closing one, by ascending start.
    ///
    /// A document whose containers are all small has none.
    pub fn iter(&self) -> impl Iterator<Item = core::ops::Range<usize>> + '_ {
        self.spans().iter().map(|span| span.start() as usize..span.end() as usize)
    }

    /// How many there are; 32 at most, none on targets without an operating system.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    fn at(&self, place: usize) -> Span {
        self.spans.get(place).copied().unwrap_or(Span::new(0, 0))
    }

    #[inline(always)]
    fn put(&mut self, place: usize, span: Span) {
        if let Some(slot) = self.spans.get_mut(place) {
            *slot = span;
        }
    }

    pub(super) fn spans(&self) -> &[Span] {
        if CAPACITY == 0 {
            return &[];
        }
        self.spans.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// Landmarks in the making: what a validator tells about brackets.
///
/// The levels are those of the container itself, 0 for the root. A validator may leave out objects in an array that are
/// shorter than 256 bytes; apart from that, equal calls give equal landmarks.
pub(super) struct Survey<'l> {
    landmarks: &'l mut Landmarks,
    /// Where the open containers begin. In a text of more than 4 GiB this is cut off, and never used.
    opened: [u32; LEVELS],
    /// The greatest size that is too small for a landmark, by the lowest two bits that [`Survey::close`] is given.
    small: [u32; 4],
}

impl<'l> Survey<'l> {
    /// Begins a survey of a text that has `len` bytes; what was noted before is forgotten.
    #[inline(always)]
    pub(super) fn new(landmarks: &'l mut Landmarks, len: usize) -> Survey<'l> {
        landmarks.len = 0;
        let small = if u32::try_from(len).is_ok() { LEAST - 1 } else { u32::MAX };
        Survey { landmarks, opened: [0; LEVELS], small: small_sizes(small) }
    }

    /// A container opens, with its bracket at `at`.
    #[inline(always)]
    pub(super) fn open(&mut self, level: usize, at: usize) {
        if let Some(opened) = self.opened.get_mut(level) {
            *opened = at as u32;
        }
    }

    /// The innermost open container ends before `end`; `objects` says which of the open ones are objects, this one lowest.
    #[inline(always)]
    pub(super) fn close(&mut self, level: usize, end: usize, objects: u64) {
        if CAPACITY == 0 {
            return;
        }
        let Some(&start) = self.opened.get(level) else { return };
        let span = Span::new(start, end as u32);
        if span.end().wrapping_sub(start) <= self.small[(objects % 4) as usize] {
            return;
        }
        match self.landmarks.spans.get_mut(usize::from(self.landmarks.len)) {
            Some(slot) => {
                *slot = span;
                self.landmarks.len += 1;
            }
            None => self.make_room(span),
        }
    }

    /// Puts the landmarks, which were noted as they closed, into the order in which they open.
    #[inline(never)]
    pub(super) fn finish(&mut self) {
        for at in 1..self.landmarks.len() {
            let span = self.landmarks.at(at);
            // What it contains stands just before it.
            let mut place = at;
            while let Some(before) = place.checked_sub(1)
                && self.landmarks.at(before).start() > span.start()
            {
                self.landmarks.put(place, self.landmarks.at(before));
                place = before;
            }
            self.landmarks.put(place, span);
        }
    }

    /// Notes a container, if it is among the largest.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, span: Span) {
        while self.landmarks.len() == CAPACITY {
            let small = self.small[0].saturating_mul(2).saturating_add(1);
            self.small = small_sizes(small);
            if small == u32::MAX {
                return;
            }
            self.thin();
        }
        if span.end() - span.start() > self.small[0] {
            self.landmarks.put(self.landmarks.len(), span);
            self.landmarks.len += 1;
        }
    }

    /// Drops what is too small by now.
    fn thin(&mut self) {
        let mut kept = 0;
        for at in 0..self.landmarks.len() {
            let span = self.landmarks.at(at);
            if span.end() - span.start() > self.small[0] {
                self.landmarks.put(kept, span);
                kept += 1;
            }
        }
        self.landmarks.len = kept as u8;
    }
}

/// The sizes that are too small, if that of everything but objects in arrays is this.
fn small_sizes(small: u32) -> [u32; 4] {
    let record = small.max(LEAST_RECORD - 1);
    [small, record, small, small]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(calls: impl FnOnce(&mut Survey)) -> Landmarks {
        survey_of(1 << 30, calls)
    }

    fn survey_of(len: usize, calls: impl FnOnce(&mut Survey)) -> Landmarks {
        let mut landmarks = Landmarks::EMPTY;
        let mut survey = Survey::new(&mut landmarks, len);
        calls(&mut survey);
        survey.finish();
        landmarks
    }

    #[test]
    fn spans_are_in_the_order_of_opening_although_noted_at_closing() {
        let landmarks = survey(|survey| {
            survey.open(0, 0);
            survey.open(1, 10);
            survey.open(2, 20);
            survey.close(2, 500, 0);
            survey.close(1, 600, 0);
            survey.open(1, 700);
            survey.close(1, 1000, 0);
            survey.close(0, 1001, 0);
        });
        assert!(landmarks.iter().eq([0..1001, 10..600, 20..500, 700..1000]));
        assert!(landmarks.len() == 4 && !landmarks.is_empty());
    }

    #[test]
    fn small_containers_are_left_out() {
        let landmarks = survey(|survey| {
            for (objects, least) in [(0, LEAST as usize), (0b01, LEAST_RECORD as usize), (0b11, LEAST as usize)] {
                survey.open(0, 10 * least);
                survey.close(0, 11 * least - 1, objects);
                survey.open(0, 20 * least);
                survey.close(0, 21 * least, objects);
            }
        });
        assert!(landmarks.iter().eq([2560..2688, 2560..2688, 5120..5376]));
    }

    #[test]
    fn when_there_is_no_room_the_largest_stay() {
        let landmarks = survey(|survey| {
            survey.open(0, 0);
            let mut at = 1;
            for round in 0..1000 {
                let length = if round % 100 == 50 { 5000 } else { 300 };
                survey.open(1, at);
                at += length;
                survey.close(1, at, 0);
            }
            survey.close(0, at + 1, 0);
        });
        assert_eq!(landmarks.iter().filter(|span| span.len() == 5000).count(), 10);
        assert_eq!(landmarks.iter().next().map(|span| span.start), Some(0));
        assert!(landmarks.spans().is_sorted_by(|a, b| a.start() < b.start()));
    }

    #[test]
    fn equal_spans_without_end_fall_out_together() {
        let landmarks = survey(|survey| {
            for at in 0..10_000 {
                survey.open(1, at * 300);
                survey.close(1, at * 300 + 300, 0);
            }
        });
        assert!(landmarks.is_empty());
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn in_more_than_four_gibibytes_there_are_none() {
        // Cut off to 32 bits, the root of the first text is as large as can be.
        for (len, count) in [((1 << 33) - 1, 0), (1 << 32, 0), ((1 << 32) - 1, 2)] {
            let landmarks = survey_of(len, |survey| {
                survey.open(0, 0);
                survey.open(1, 1000);
                survey.close(1, 2000, 0);
                survey.close(0, len, 0);
            });
            assert_eq!(landmarks.len(), count);
        }
    }
}
