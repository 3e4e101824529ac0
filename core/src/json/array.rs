//! Arrays: elements one after the other, found by stepping over those before them.

use super::value::Value;
use super::walk::Walk;

/// An array. It knows where it begins and ends, and nothing of its elements.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    raw: &'a str,
}

impl<'a> Array<'a> {
    #[inline]
    pub(super) fn new(raw: &'a str) -> Array<'a> {
        Array { raw }
    }

    #[inline]
    pub(crate) const fn raw(&self) -> &'a str {
        self.raw
    }

    /// The elements in their order. Each step is linear in the text of one element.
    #[inline]
    pub fn iter(&self) -> Elements<'a> {
        Elements { walk: Walk::new(self.raw, 0, &[]) }
    }

    /// How many elements there are. Linear in the text of the whole array: nobody has counted them yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are no elements. Constant time but for white space.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// The first element. Linear in its text.
    #[must_use]
    pub fn first(&self) -> Option<Value<'a>> {
        self.iter().next()
    }

    /// The same array as a value.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.raw)
    }
}

impl<'a> IntoIterator for Array<'a> {
    type Item = Value<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Array<'a> {
    type Item = Value<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

/// The elements of an [`Array`], in their order.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    walk: Walk<'a, 'static>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    #[inline]
    fn next(&mut self) -> Option<Value<'a>> {
        self.walk.element()?;
        self.walk.value()
    }
}

impl core::iter::FusedIterator for Elements<'_> {}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn array(text: &str) -> Array<'_> {
        Document::parse(text.as_bytes()).unwrap().root().as_array().unwrap()
    }

    #[test]
    fn elements_come_whole_and_in_order() {
        let raws = array("[1,\"],\\\"[\" , [2,[3]],{\"a\":[]} ,null\n]");
        let expected = ["1", "\"],\\\"[\"", "[2,[3]]", "{\"a\":[]}", "null"];
        assert!(raws.iter().map(|value| value.raw()).eq(expected));
        assert_eq!(raws.len(), 5);
        assert_eq!(raws.iter().nth(3).map(|value| value.raw()), Some("{\"a\":[]}"));
        assert_eq!(raws.first().map(|value| value.raw()), Some("1"));
    }

    #[test]
    fn an_empty_array_has_none_and_stays_exhausted() {
        for text in ["[]", "[ \n]"] {
            let array = array(text);
            assert!(array.is_empty());
            assert_eq!(array.len(), 0);
            let mut elements = array.iter();
            assert!(elements.next().is_none() && elements.next().is_none());
        }
        assert!(!array("[[]]").is_empty());
    }
}
