//! Walking through the members of an object along the [`Marks`] of its text.
//!
//! What a [`Walk`](super::walk::Walk) does with a look at every string and number, a trail does without: it reads names,
//! and where their values lie.

use core::num::NonZero;

use super::landmarks::Span;
use super::marks::Marks;
use super::names::Names;
use super::value::Value;
use super::window::{Window, chunk};

/// How much must follow the opening quote of a name that is looked up at once: more than any wanted name has.
const NEAR: usize = 40;

/// A walk along the marks through the members of an object.
#[derive(Clone, Copy)]
pub(super) struct Trail<'t, 'm> {
    text: &'t str,
    marks: &'m Marks,
    /// The opening quote of the next name.
    open: usize,
}

/// A member of an object.
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// The place of its name among the wanted ones, or beyond.
    pub(super) place: usize,
    /// Where its value begins and ends. An array or an object is said to end where it begins.
    pub(super) value: usize,
    pub(super) end: usize,
}

impl<'t, 'm> Trail<'t, 'm> {
    /// Through the object of `text` whose opening brace is at `at`; `None` if it has no members. The marks are those of
    /// this text.
    #[inline(always)]
    pub(super) fn new(text: &'t str, marks: &'m Marks, at: usize) -> Option<Trail<'t, 'm>> {
        (text.as_bytes().get(at + 1) == Some(&b'"')).then_some(Trail { text, marks, open: at + 1 })
    }

    /// The member at hand.
    ///
    /// Nearly all have a short name, and a value that ends soon: one look at the marks finds both.
    #[inline(always)]
    pub(super) fn member<const N: usize>(&self, names: &Names<N>) -> Option<Member> {
        if let Some(near) = chunk::<NEAR>(self.text.as_bytes(), self.open)
            && let Some(front) = Window::at(near, 1)
            && let Some(bits) = NonZero::new(self.marks.ahead(self.open)?)
            && let Some(rest) = NonZero::new(bits.get() & bits.get().wrapping_sub(1))
        {
            let (colon, end) = (bits.trailing_zeros() as usize, rest.trailing_zeros() as usize);
            if colon < NEAR {
                let place = names.place_near(near, front, colon.wrapping_sub(2));
                return Some(Member { place, value: self.open + colon + 1, end: self.open + end });
            }
        }
        let (value, end) = self.marks.long_member(self.open);
        let name = self.text.get(self.open + 1..value.checked_sub(2)?)?;
        Some(Member { place: names.place_plain(name), value, end })
    }

    /// Goes on behind a value that ends here, and says whether there is another member.
    #[inline(always)]
    pub(super) fn go_on(&mut self, end: usize) -> bool {
        self.open = end + 1;
        self.text.as_bytes().get(end) == Some(&b',')
    }

    /// The end of the array or object whose opening bracket is at `at`.
    #[inline(never)]
    pub(super) fn container_end(self, at: usize) -> Option<usize> {
        let (mut at, mut depth) = (at, 0_usize);
        loop {
            match self.text.as_bytes().get(at)? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(at);
            }
            at = self.marks.next(at)?;
        }
    }

    /// The last member of each name, unless it is `null`. The spans are landmarks of this text; `found` holds nothing yet.
    #[inline(always)]
    pub(super) fn pick_into<const N: usize>(
        mut self,
        mut spans: &[Span],
        names: &Names<N>,
        found: &mut [Option<Value<'t>>; N],
    ) {
        while let Some(Member { place, value, mut end }) = self.member(names) {
            if end == value {
                let Some(close) = Span::end_of(&mut spans, value).or_else(|| self.container_end(value)) else { return };
                end = close;
            }
            if let Some(slot) = found.get_mut(place) {
                *slot = Some(self.value(value, end)).filter(|value| !value.is_null());
            }
            if !self.go_on(end) {
                return;
            }
        }
    }

    /// The value from the byte behind one mark to another mark, or to behind it.
    #[inline(always)]
    fn value(&self, start: usize, end: usize) -> Value<'t> {
        debug_assert!(self.text.get(start..end).is_some());
        // SAFETY: marks and landmarks are those of this text, and lie in it: each is a place of a comma, a colon or a
        // bracket, or behind one, and so between two characters. The end is at or behind a later mark.
        Value::new(unsafe { self.text.get_unchecked(start..end) })
    }
}
