//! A whole validated text.

use core::ops::Range;

use super::array::Array;
use super::landmarks::Landmarks;
use super::marks::Marks;
use super::names::Names;
use super::object::{self, Object};
use super::string::Str;
use super::trail::Trail;
use super::value::Value;
use super::vector::Engine;
use super::walk::Walk;
use super::{pointer, scalar, skip};
use crate::error::Error;

/// A JSON text that has been validated as a whole, and the [`Landmarks`] found on the way; of short texts it knows more.
///
/// The views that it gives borrow from the text and not from the document. Its own look-ups jump from landmark to
/// landmark, which those of the views cannot: in a long transcript prefer [`pointer`](Document::pointer) and
/// [`select`](Document::select).
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    root: Value<'a>,
    landmarks: Landmarks,
    marks: Marks,
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
        let mut document = Document::empty();
        document.read(text, engine)?;
        Ok(document)
    }

    /// Nothing has been read yet.
    #[inline(always)]
    pub(crate) fn empty() -> Document<'a> {
        Document { text: "", root: Value::new(""), landmarks: Landmarks::EMPTY, marks: Marks::NONE }
    }

    /// In place, for a document is large.
    #[inline]
    pub(crate) fn read(&mut self, text: &'a [u8], engine: Engine) -> Result<(), Error> {
        if engine.validate(text, &mut self.landmarks, &mut self.marks).is_none() {
            scalar::validate(text, &mut self.landmarks)?;
        }
        // SAFETY: the validator accepted all of `text`: strings are checked to be UTF-8, the rest to be ASCII.
        self.text = unsafe { core::str::from_utf8_unchecked(text) };
        let start = skip::space(text, 0);
        let end = text.iter().rposition(|byte| !skip::is_space(*byte)).map_or(start, |last| last + 1);
        self.root = Value::new(self.text.get(start..end).unwrap_or_default());
        Ok(())
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

    /// Several members of an object of this document at once, as [`select`](Document::select) finds them: quicker, for
    /// the names have been put in a table.
    #[must_use]
    pub fn pick<const N: usize>(&self, object: Object<'a>, names: &'static Names<N>) -> [Option<Value<'a>>; N] {
        let mut found = [None; N];
        self.pick_into(object, names, &mut found);
        found
    }

    /// The same into room that is there already, which holds nothing yet.
    pub(crate) fn pick_into<const N: usize>(
        &self,
        object: Object<'a>,
        names: &'static Names<N>,
        found: &mut [Option<Value<'a>>; N],
    ) {
        if let Some(marks) = self.marks.known()
            && let (start, true) = self.place(object.raw())
        {
            if let Some(trail) = Trail::new(self.text, marks, start) {
                trail.pick_into(self.landmarks.spans(), names, found);
            }
            return;
        }
        self.walk(object.value()).pick_into(names, found);
    }

    /// Where in the [text](Document::text) a value of this document stands; `None` for a value of another text.
    ///
    /// Whoever cannot keep views, such as a binding to another language, keeps ranges: [`value_in`](Document::value_in)
    /// is the way back.
    #[must_use]
    pub fn range_of(&self, value: Value<'a>) -> Option<Range<usize>> {
        match self.place(value.raw()) {
            (start, true) => Some(start..start + value.raw().len()),
            (_, false) => None,
        }
    }

    /// The value that stands in this range of the text: one that [`range_of`](Document::range_of) gave.
    ///
    /// `None` if the range is empty, reaches beyond the text, or cuts a character. Any other range that holds no value
    /// gives a view that says something meaningless, and does no harm.
    #[must_use]
    pub fn value_in(&self, range: Range<usize>) -> Option<Value<'a>> {
        self.text.get(range).filter(|raw| !raw.is_empty()).map(Value::new)
    }

    /// The members that follow in an object of this document, from behind its opening brace or behind one of its values.
    ///
    /// So a walk can be left, with [`DocumentMembers::offset`], and gone on with. Any other offset shows something
    /// meaningless, and does no harm.
    #[must_use]
    pub fn members_from(&self, offset: usize) -> DocumentMembers<'a, '_> {
        DocumentMembers { walk: Walk::resume(self.text, offset, self.landmarks.spans()) }
    }

    /// The elements that follow in an array of this document, from behind its opening bracket or behind one of them.
    ///
    /// So a walk can be left, with [`DocumentElements::offset`], and gone on with. Any other offset shows something
    /// meaningless, and does no harm.
    #[must_use]
    pub fn elements_from(&self, offset: usize) -> DocumentElements<'a, '_> {
        DocumentElements { walk: Walk::resume(self.text, offset, self.landmarks.spans()) }
    }

    /// Where a part of this text begins in it; `None` for any other text.
    #[inline]
    #[must_use]
    pub fn offset_of(&self, part: &str) -> Option<usize> {
        let (start, within) = self.place(part);
        within.then_some(start)
    }

    /// The text that this part lies in, where it begins there, and the marks of the text: those of the document, if the
    /// part is one of it.
    #[inline(always)]
    pub(crate) fn around(&self, part: &'a str) -> (&'a str, usize, &Marks) {
        match self.place(part) {
            (start, true) => (self.text, start, &self.marks),
            (_, false) => (part, 0, const { &Marks::NONE }),
        }
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

impl DocumentMembers<'_, '_> {
    /// Where in the text the walk stands: [`Document::members_from`] goes on from there.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.walk.offset()
    }
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

impl DocumentElements<'_, '_> {
    /// Where in the text the walk stands: [`Document::elements_from`] goes on from there.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.walk.offset()
    }
}

impl<'a> Iterator for DocumentElements<'a, '_> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.walk.element()?;
        self.walk.value()
    }
}

impl core::iter::FusedIterator for DocumentElements<'_, '_> {}

#[cfg(test)]
mod tests {
    use std::{format, vec::Vec};

    use super::super::landmarks::Survey;
    use super::super::records::Records;
    use super::*;

    #[test]
    fn a_range_leads_back_to_its_value_and_to_no_other_text() {
        let document = Document::parse(b" {\"a\":[1,\"\xc3\xa9\"]} ").unwrap();
        let value = document.pointer("/a/1").unwrap().unwrap();
        let range = document.range_of(value).unwrap();
        assert_eq!(document.value_in(range).unwrap().raw(), "\"\u{e9}\"");
        let other = Document::parse(b"[1]").unwrap();
        assert_eq!(document.range_of(other.root()), None);
    }

    #[test]
    fn a_range_that_cuts_a_character_or_the_text_is_none() {
        let document = Document::parse("[\"\u{e9}\"]".as_bytes()).unwrap();
        for range in [2..3, 3..6, 0..7, 6..9, 2..2, 5..usize::MAX] {
            assert!(document.value_in(range.clone()).is_none(), "{range:?}");
        }
        #[expect(clippy::reversed_empty_ranges, reason = "somebody may ask")]
        let backwards = document.value_in(4..1);
        assert!(backwards.is_none());
    }

    #[test]
    fn a_walk_goes_on_where_it_was_left() {
        let long = "x".repeat(600);
        let text = format!("{{\"a\":[1,[\"{long}\"], {{}} ,4],\"b\":{{\"c\":[\"{long}\"],\"d\":2}}}}");
        let document = Document::parse(text.as_bytes()).unwrap();
        let array = document.pointer("/a").unwrap().unwrap();
        let mut offset = document.range_of(array).unwrap().start + 1;
        let mut seen = Vec::new();
        loop {
            let mut rest = document.elements_from(offset);
            let Some(element) = rest.next() else { break };
            seen.push(element.raw());
            offset = rest.offset();
        }
        assert!(seen.iter().copied().eq(array.as_array().unwrap().iter().map(|element| element.raw())));

        let mut rest = document.members_from(1);
        assert!(rest.next().unwrap().0 == "a");
        assert!(document.members_from(rest.offset()).next().unwrap().0 == "b");
    }

    #[test]
    fn any_offset_and_any_range_do_no_harm() {
        const NAMES: &Names<2> = &Names::new(["a", "\u{e9}"]);
        for text in [
            "{\"a\":[1,{\"\u{e9}\":\"\\\"}{\"}],\"b\":[[]]}",
            "{\"a\":[1,{\"\u{e9}\":\"{}{\"},\"{\",[{}]],\"b\":\"\u{e9}{\"}",
        ] {
            let document = Document::parse(text.as_bytes()).unwrap();
            let length = document.text().len();
            for start in (0..length + 2).chain([usize::MAX - 1, usize::MAX]) {
                assert!(document.members_from(start).count() <= length);
                assert!(document.elements_from(start).count() <= length);
                for end in start..=length {
                    let Some(value) = document.value_in(start..end) else { continue };
                    let _ = (value.ty(), value.as_bool(), value.pointer("/a/0"));
                    let _ = value.as_str().map(|text| text.chars().count() + text.decoded_len());
                    let _ = value.as_number().map(|number| (number.f64(), number.i64(), number.u64(), number.millis()));
                    let _ = value.as_array().map(|array| document.elements_of(array).count() + array.len());
                    let _ = value.as_object().map(|object| document.members_of(object).count() + object.count("a"));
                    let _ = value.as_object().map(|object| document.pick(object, NAMES));
                    let _ = value.as_array().map(|array| array.records(NAMES).count());
                    let (text, open, marks) = document.around(value.raw());
                    assert!(Records::new(text, open, *marks, NAMES).count() <= length);
                }
            }
        }
    }

    #[test]
    fn a_document_selects_what_its_object_selects() {
        let document = Document::parse(br#"{"a":1,"b":{"c":2},"a":3}"#).unwrap();
        let root = document.root().as_object().unwrap();
        let raw = |found: [Option<Value<'static>>; 3]| found.map(|value| value.map(|value| value.raw()));
        assert_eq!(raw(document.select(root, ["a", "b", "x"])), [Some("3"), Some(r#"{"c":2}"#), None]);
    }

    #[test]
    fn a_walk_that_has_ended_stays_so() {
        // From the middle of these strings on there stands a name without a value, and then a member.
        let document = Document::parse(br#"["a",":,",":1"]"#).unwrap();
        for offset in 0..=document.text().len() {
            let (mut members, mut elements) = (document.members_from(offset), document.elements_from(offset));
            while members.next().is_some() {}
            assert!(members.next().is_none(), "{offset}");
            while elements.next().is_some() {}
            assert!(elements.next().is_none(), "{offset}");
        }
    }

    #[test]
    fn a_landmark_is_believed() {
        static NAMES: Names<3> = Names::new(["a", "b", "c"]);
        // They reach further than the arrays at which they begin, so that it shows where they are used.
        let long = "x".repeat(140);
        let text = format!("{{\"a\":[1],\"b\":\"{long}\",\"c\":[2],\"d\":\"{long}\",\"e\":[[3],\"{long}\",4]}}");
        let mut landmarks = Landmarks::EMPTY;
        let mut survey = Survey::new(&mut landmarks, text.len());
        let mut spans = Vec::new();
        for (open, close) in [("[1]", ",\"c\""), ("[2]", ",\"e\""), ("[3]", ",4")] {
            let (start, end) = (text.find(open).unwrap(), text.find(close).unwrap());
            survey.open(1, start);
            survey.close(1, end, 0);
            spans.push(&text[start..end]);
        }
        survey.finish();
        let document = Document { landmarks, ..Document::parse(text.as_bytes()).unwrap() };
        let object = document.root().as_object().unwrap();

        let raw = |value: Option<Value<'_>>| value.map(|value| value.raw().len());
        let expected = [Some(spans[0].len()), None, Some(spans[1].len())];
        assert_eq!(document.pick(object, &NAMES).map(raw), expected);
        assert_eq!(document.select(object, ["a", "b", "c"]).map(raw), expected);
        assert_eq!(["/a", "/b", "/c"].map(|pointer| raw(document.pointer(pointer).unwrap())), expected);
        let (_, array) = document.members().last().unwrap();
        let elements = document.elements_of(array.as_array().unwrap());
        assert!(elements.map(|element| element.raw()).eq([spans[2], "4"]));
        assert!(document.members().map(|(name, _)| name.raw()).eq(["a", "c", "e"]));
        // The views go by the text alone.
        assert_eq!(object.pick(&NAMES).map(raw), [Some(3), Some(142), Some(3)]);
    }

    #[test]
    fn a_part_that_reaches_beyond_the_text_is_none_of_it() {
        let room = "[1,2] ,3";
        let document = Document::parse(&room.as_bytes()[..5]).unwrap();
        assert_eq!([1..2, 0..5, 5..5].map(|part| document.offset_of(&room[part])), [Some(1), Some(0), Some(5)]);
        assert_eq!([4..6, 0..6, 5..6, 6..7, 6..6].map(|part| document.offset_of(&room[part])), [None; 5]);
    }

    #[test]
    fn around_a_part_of_this_document_is_its_text_and_around_any_other_nothing() {
        let document = Document::parse(b"[1,[2],3]").unwrap();
        let other = Document::parse(b"[4,5]").unwrap();
        let second = |document: &Document<'static>| document.pointer("/1").unwrap().unwrap().raw();
        let (text, start, marks) = document.around(second(&document));
        assert_eq!((text, start, marks.places()), ("[1,[2],3]", 3, document.marks.places()));
        let (text, start, marks) = document.around(second(&other));
        assert_eq!((text, start, marks.places()), ("5", 0, None));
    }

    #[test]
    fn picking_is_the_same_into_room_that_is_there() {
        static NAMES: Names<2> = Names::new(["a", "b"]);
        let document = Document::parse(br#"{"a":[1],"c":2}"#).unwrap();
        let object = document.root().as_object().unwrap();
        let raw = |found: [Option<Value<'static>>; 2]| found.map(|value| value.map(|value| value.raw()));
        let mut found = [None; 2];
        document.pick_into(object, &NAMES, &mut found);
        assert_eq!([raw(found), raw(document.pick(object, &NAMES))], [[Some("[1]"), None]; 2]);
    }
}
