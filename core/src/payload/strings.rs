//! Arrays of strings, such as tags, and objects of strings, such as the extra pairs.

use crate::json::{Array, Object, Str};

/// The strings of a JSON array. Absent and null are the same as empty; items that are no strings are passed over.
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a>(Option<Array<'a>>);

impl<'a> Strings<'a> {
    /// The strings of this array.
    #[must_use]
    pub const fn of(array: Option<Array<'a>>) -> Strings<'a> {
        Strings(array)
    }

    /// Whether the document has this list, be it empty.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// The array behind the strings, with the elements that are no strings.
    #[must_use]
    pub const fn array(&self) -> Option<Array<'a>> {
        self.0
    }

    /// Whether there is no string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = Str<'a>> + use<'a> {
        self.0.map(|array| array.iter()).into_iter().flatten().filter_map(|value| value.as_str())
    }

    /// Whether this string is among them.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.0.is_some_and(|array| array.iter().any(|value| value.as_str().is_some_and(|item| item == *text)))
    }
}

/// The members of a JSON object whose values are strings. Absent and null are the same as empty.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a>(Option<Object<'a>>);

impl<'a> Pairs<'a> {
    /// The pairs of this object.
    #[must_use]
    pub const fn of(object: Option<Object<'a>>) -> Pairs<'a> {
        Pairs(object)
    }

    /// Whether the document has this object, be it empty.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.0.is_some()
    }

    /// The object behind the pairs, with the members that are no strings.
    #[must_use]
    pub const fn object(&self) -> Option<Object<'a>> {
        self.0
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The pairs in order.
    pub fn iter(&self) -> impl Iterator<Item = (Str<'a>, Str<'a>)> + use<'a> {
        self.0
            .map(|object| object.iter())
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| value.as_str().map(|text| (name, text)))
    }

    /// The value of this key; the last one counts.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Str<'a>> {
        self.0?.str(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;

    #[test]
    fn strings_are_empty_where_no_string_is_whatever_else_there_is() {
        for (text, present, empty) in
            [("null", false, true), ("[]", true, true), ("[1, null]", true, true), (r#"[1, "a"]"#, true, false)]
        {
            let document = Document::parse(text.as_bytes()).unwrap();
            let array = document.root().as_array();
            let strings = Strings::of(array);
            assert_eq!((strings.is_present(), strings.is_empty()), (present, empty), "{text}");
            assert_eq!(strings.array().map(|array| array.raw()), present.then_some(text));
        }
    }

    #[test]
    fn pairs_are_empty_where_no_value_is_a_string() {
        for (text, present, empty) in
            [("null", false, true), ("{}", true, true), (r#"{"a":1}"#, true, true), (r#"{"a":1,"b":""}"#, true, false)]
        {
            let document = Document::parse(text.as_bytes()).unwrap();
            let pairs = Pairs::of(document.root().as_object());
            assert_eq!((pairs.is_present(), pairs.is_empty()), (present, empty), "{text}");
            assert_eq!(pairs.object().map(|object| object.value().raw()), present.then_some(text));
        }
    }
}
