//! Objects: members by name, in one pass over their text.
//!
//! Nothing is indexed. A look-up compares every name, for the last of duplicate members counts; [`Object::select`]
//! looks several up at the price of one.

use super::array::Array;
use super::names::Names;
use super::string::Str;
use super::value::Value;
use super::walk::Walk;

/// An object. It knows where it begins and ends, and nothing of its members.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    raw: &'a str,
}

impl<'a> Object<'a> {
    #[inline]
    pub(super) fn new(raw: &'a str) -> Object<'a> {
        Object { raw }
    }

    #[inline]
    pub(super) fn raw(&self) -> &'a str {
        self.raw
    }

    /// The members in their order, duplicates included. Each step is linear in the text of one member.
    #[inline]
    pub fn iter(&self) -> Members<'a> {
        Members { walk: Walk::new(self.raw, 0, &[]) }
    }

    /// The value of a member, `null` included; the last one where the name is repeated.
    #[must_use]
    pub fn raw_get(&self, name: &str) -> Option<Value<'a>> {
        self.iter().filter(|(other, _)| *other == name).last().map(|(_, value)| value)
    }

    /// The value of a member unless it is `null`; the last one where the name is repeated.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        // Where many members are picked at once, the same code does for one.
        #[cfg(target_os = "none")]
        {
            let mut found = [None];
            Walk::new(self.raw, 0, &[]).pick_among(&[name], &mut found);
            let [value] = found;
            value
        }
        #[cfg(not(target_os = "none"))]
        self.raw_get(name).filter(|value| !value.is_null())
    }

    /// Several members at once, each as [`get`](Object::get) would find it, in one pass.
    #[must_use]
    pub fn select<const N: usize>(&self, names: [&str; N]) -> [Option<Value<'a>>; N] {
        select(self.iter(), names)
    }

    /// Several members at once, as [`select`](Object::select) finds them: quicker, for the names have been put in a
    /// table.
    #[must_use]
    pub fn pick<const N: usize>(&self, names: &'static Names<N>) -> [Option<Value<'a>>; N] {
        let mut found = [None; N];
        Walk::new(self.raw, 0, &[]).pick_into(names, &mut found);
        found
    }

    /// How often a member of this name occurs.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.iter().filter(|(other, _)| *other == name).count()
    }

    /// Whether there are no members. Linear in the first one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The same object as a value.
    #[inline]
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.raw)
    }

    /// The string of a member; `None` if it is absent or of another type.
    #[must_use]
    pub fn str(&self, name: &str) -> Option<Str<'a>> {
        self.raw_get(name)?.as_str()
    }

    /// The number of a member, rounded to a float; `None` if it is absent, of another type or too large.
    #[must_use]
    pub fn f64(&self, name: &str) -> Option<f64> {
        self.raw_get(name)?.as_number()?.f64()
    }

    /// The whole number of a member; `None` if it is absent, of another type, not whole or too large.
    #[must_use]
    pub fn i64(&self, name: &str) -> Option<i64> {
        self.raw_get(name)?.as_number()?.i64()
    }

    /// The whole number of a member; `None` if it is absent, of another type, negative, not whole or too large.
    #[must_use]
    pub fn u64(&self, name: &str) -> Option<u64> {
        self.raw_get(name)?.as_number()?.u64()
    }

    /// The number of a member, taken as seconds, in milliseconds; see [`Number::millis`](super::Number::millis).
    #[must_use]
    pub fn millis(&self, name: &str) -> Option<i64> {
        self.raw_get(name)?.as_number()?.millis()
    }

    /// The truth of a member; `None` if it is absent or of another type.
    #[must_use]
    pub fn bool(&self, name: &str) -> Option<bool> {
        self.raw_get(name)?.as_bool()
    }

    /// The object of a member; `None` if it is absent or of another type.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Object<'a>> {
        self.raw_get(name)?.as_object()
    }

    /// The array of a member; `None` if it is absent or of another type.
    #[must_use]
    pub fn array(&self, name: &str) -> Option<Array<'a>> {
        self.raw_get(name)?.as_array()
    }
}

/// The last of each name among `members`, unless it is `null`.
pub(super) fn select<'a, const N: usize>(
    members: impl Iterator<Item = (Str<'a>, Value<'a>)>,
    names: [&str; N],
) -> [Option<Value<'a>>; N] {
    let mut found = [None; N];
    for (name, value) in members {
        for (slot, wanted) in found.iter_mut().zip(names) {
            if name == wanted {
                *slot = Some(value);
            }
        }
    }
    found.map(|value| value.filter(|value| !value.is_null()))
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Str<'a>, Value<'a>);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Object<'a> {
    type Item = (Str<'a>, Value<'a>);
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

/// The members of an [`Object`], in their order.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    walk: Walk<'a, 'static>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Str<'a>, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<(Str<'a>, Value<'a>)> {
        let (name, _) = self.walk.member()?;
        Some((name, self.walk.value()?))
    }
}

impl core::iter::FusedIterator for Members<'_> {}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn object(text: &str) -> Object<'_> {
        Document::parse(text.as_bytes()).unwrap().root().as_object().unwrap()
    }

    fn raw(value: Option<Value<'_>>) -> Option<&str> {
        value.map(|value| value.raw())
    }

    #[test]
    fn members_come_whole_and_in_order() {
        let object = object("{\"a\":1 , \"b}\" :\n[{\"c\":2}],\"\":\"\\\"\",\"a\":null}");
        let members = object.iter().map(|(name, value)| (name.raw(), value.raw()));
        assert!(members.eq([("a", "1"), ("b}", "[{\"c\":2}]"), ("", "\"\\\"\""), ("a", "null")]));
    }

    #[test]
    fn the_last_of_duplicates_counts_even_if_it_is_null() {
        let object = object(r#"{"a":1,"b":1,"a":null,"b":2,"n":null}"#);
        assert_eq!(raw(object.raw_get("a")), Some("null"));
        assert_eq!(raw(object.get("a")), None);
        assert_eq!(raw(object.get("b")), Some("2"));
        assert_eq!(raw(object.raw_get("n")), Some("null"));
        assert_eq!(raw(object.raw_get("absent")), None);
        assert_eq!(object.select(["b", "a", "absent", "b"]).map(raw), [Some("2"), None, None, Some("2")]);
        assert_eq!(["a", "n", "absent"].map(|name| object.count(name)), [2, 1, 0]);
    }

    #[test]
    fn picking_is_selecting() {
        static NAMES: Names<4> = Names::new(["b", "a", "absent", "n"]);
        for text in [r#"{"a":1,"b":1,"a":null,"b":2,"n":null}"#, r#"{"\u0061":[1],"c":{"b":1}, "b" : "x" }"#, "{}"] {
            let object = object(text);
            assert_eq!(object.pick(&NAMES).map(raw), object.select(*NAMES.names()).map(raw), "{text}");
        }
    }

    #[test]
    fn picking_is_selecting_far_from_the_end_too() {
        static NAMES: Names<4> = Names::new(["b", "a", "absent", "n"]);
        let values = ["1", "-2.5e10", "\"x\"", "\"\\n\"", "[1,\"]\"]", "{\"a\":[]}", "null", "true"];
        let long = std::format!("\"{}\"", "x".repeat(150));
        for first in values.into_iter().chain([&*long]) {
            for second in values {
                let text = std::format!("{{\"a\":{first},\"n\":{second},\"b\":{first},\"a\":{second},\"end\":{long}}}");
                let object = object(&text);
                assert_eq!(object.pick(&NAMES).map(raw), object.select(*NAMES.names()).map(raw), "{text}");
            }
        }
    }

    #[test]
    fn names_are_compared_decoded() {
        let object = object(r#"{"\u0061\n":1,"a\\n":2}"#);
        assert_eq!(object.u64("a\n"), Some(1));
        assert_eq!(object.u64("a\\n"), Some(2));
        assert_eq!(object.u64("\\u0061\\n"), None);
    }

    #[test]
    fn getters_are_none_for_what_is_absent_null_or_of_another_type() {
        let object = object(r#"{"s":"x","f":1.5,"n":-7,"t":true,"o":{},"a":[],"null":null}"#);
        assert!(object.str("s").unwrap() == "x");
        assert_eq!(object.f64("f"), Some(1.5));
        assert_eq!(object.i64("n"), Some(-7));
        assert_eq!(object.millis("f"), Some(1500));
        assert_eq!(object.bool("t"), Some(true));
        assert!(object.object("o").unwrap().is_empty());
        assert!(object.array("a").unwrap().is_empty());
        assert_eq!((object.u64("n"), object.i64("f")), (None, None));
        for name in ["s", "f", "n", "t", "o", "a", "null", "absent"] {
            assert_eq!(object.str(name).is_some(), name == "s");
            assert_eq!(object.f64(name).is_some(), name == "f" || name == "n");
            assert_eq!(object.bool(name).is_some(), name == "t");
            assert_eq!(object.object(name).is_some(), name == "o");
            assert_eq!(object.array(name).is_some(), name == "a");
        }
    }

    #[test]
    fn an_empty_object_has_no_members() {
        assert!(object("{}").is_empty() && object("{ }").is_empty());
        assert_eq!(raw(object("{}").raw_get("")), None);
    }

    #[test]
    fn an_object_is_empty_without_members_whatever_their_values() {
        assert!(object("{}").is_empty() && object("{ }").is_empty());
        assert!(!object(r#"{"a":null}"#).is_empty());
    }
}
