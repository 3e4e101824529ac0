//! A whole validated text.

use super::array::Array;
use super::landmarks::Landmarks;
use super::object::{self, Object};
use super::string::Str;
use super::value::Value;
use super::vector::Engine;
use super::walk::Walk;
use super::{pointer, scalar};
use crate::error::Error;

/// A JSON text that has been validated as a whole, and the [`Landmarks`] found on the way.
///
/// The views that it gives borrow from the text and not from the document. Its own look-ups jump from landmark to
/// landmark, which those of the views cannot: in a long transcript prefer [`pointer`](Document::pointer) and
/// [`select`](Document::select).
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    root: Value<'a>,
    landmarks: Landmarks,
}

impl<'a> Document<'a> {
    /// Validates `text`: one JSON text (RFC 8259) with white space around it, nothing else.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its offset; the [module](super#errors) says where that is.
    /// [`UnexpectedEnd`](crate::ErrorKind::UnexpectedEnd) means that the text may merely have been cut short.
    #[inline(never)]
    pub fn parse(text: &'a [u8]) -> Result<Document<'a>, Error> {
        Document::parse_with(text, Engine::best())
    }

    /// As [`parse`](Document::parse), with an engine of choice: for tests and benchmarks.
    ///
    /// # Errors
    ///
    /// The same with every engine.
    pub fn parse_with(text: &'a [u8], engine: Engine) -> Result<Document<'a>, Error> {
        let landmarks = match engine.validate(text) {
            Some(landmarks) => landmarks,
            None => scalar::validate(text)?,
        };
        // SAFETY: the validator accepted all of `text`: strings are checked to be UTF-8, the rest to be ASCII.
        let text = unsafe { core::str::from_utf8_unchecked(text) };
        let root = Value::new(text.trim_matches([' ', '\n', '\r', '\t']));
        Ok(Document { text, root, landmarks })
    }

    /// The outermost value.
    #[inline]
    #[must_use]
    pub fn root(&self) -> Value<'a> {
        self.root
    }

    /// The whole text, white space around the root included.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where the large containers lie.
    #[inline]
    #[must_use]
    pub fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    /// The value that a JSON pointer (RFC 6901) leads to from the root, or `None` if there is none.
    ///
    /// As [`Value::pointer`], but containers with a landmark are jumped over.
    ///
    /// # Errors
    ///
    /// [`InvalidPointer`](crate::ErrorKind::InvalidPointer), with the offset in `pointer`.
    pub fn pointer(&self, pointer: &str) -> Result<Option<Value<'a>>, Error> {
        pointer::find(self.text, self.place(self.root.raw()).0, self.landmarks.spans(), pointer)
    }

    /// The members of the root, jumping over containers with a landmark; none if the root is no object.
    #[must_use]
    pub fn members(&self) -> DocumentMembers<'a, '_> {
        match self.root.as_object() {
            Some(object) => self.members_of(object),
            None => DocumentMembers { walk: Walk::new("", 0, &[]) },
        }
    }

    /// The members of an object of this document, jumping over containers with a landmark.
    ///
    /// An object of another document is walked as well, without jumps.
    #[must_use]
    pub fn members_of(&self, object: Object<'a>) -> DocumentMembers<'a, '_> {
        DocumentMembers { walk: self.walk(object.value()) }
    }

    /// The elements of an array of this document, jumping over containers with a landmark.
    ///
    /// An array of another document is walked as well, without jumps.
    #[must_use]
    pub fn elements_of(&self, array: Array<'a>) -> DocumentElements<'a, '_> {
        DocumentElements { walk: self.walk(array.value()) }
    }

    /// Several members of an object of this document at once: [`Object::select`] with landmarks.
    #[must_use]
    pub fn select<const N: usize>(&self, object: Object<'a>, names: [&str; N]) -> [Option<Value<'a>>; N] {
        object::select(self.members_of(object), names)
    }

    /// Where a part of this text begins in it; `None` for any other text.
    #[inline]
    #[must_use]
    pub fn offset_of(&self, part: &str) -> Option<usize> {
        let (start, within) = self.place(part);
        within.then_some(start)
    }

    fn walk(&self, container: Value<'a>) -> Walk<'a, '_> {
        match self.place(container.raw()) {
            (start, true) => Walk::new(self.text, start, self.landmarks.spans()),
            (_, false) => Walk::new(container.raw(), 0, &[]),
        }
    }

    /// Where `part` lies in the text, and whether it does.
    fn place(&self, part: &str) -> (usize, bool) {
        let start = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        let within = start <= self.text.len() && part.len() <= self.text.len() - start;
        (start, within)
    }
}

/// The members of an object, found with the landmarks of their document.
#[derive(Clone, Debug)]
pub struct DocumentMembers<'a, 'd> {
    walk: Walk<'a, 'd>,
}

impl<'a> Iterator for DocumentMembers<'a, '_> {
    type Item = (Str<'a>, Value<'a>);

    fn next(&mut self) -> Option<(Str<'a>, Value<'a>)> {
        let (name, _) = self.walk.member()?;
        Some((name, self.walk.value()?))
    }
}

impl core::iter::FusedIterator for DocumentMembers<'_, '_> {}

/// The elements of an array, found with the landmarks of their document.
#[derive(Clone, Debug)]
pub struct DocumentElements<'a, 'd> {
    walk: Walk<'a, 'd>,
}

impl<'a> Iterator for DocumentElements<'a, '_> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.walk.element()?;
        self.walk.value()
    }
}

impl core::iter::FusedIterator for DocumentElements<'_, '_> {}
