//! A JSON value to be written, and how it may be written.

use super::style::{Escapes, Order};
use crate::rng::Rng;

/// A JSON value in the making. Numbers are text already: their style is decided where they are made.
#[derive(Clone, Debug)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// The digits.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object; names are plain and need no escapes unless they are text of a user.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A whole number.
    pub fn count(number: usize) -> Json {
        Json::Number(number.to_string())
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    /// An object with these members.
    pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Adds a member to an object.
    pub fn push(&mut self, name: &str, value: Json) {
        if let Json::Object(members) = self {
            members.push((name.to_owned(), value));
        }
    }

    /// Puts the members of all objects into this order.
    pub fn arrange(&mut self, order: Order, rng: &mut Rng) {
        match self {
            Json::Array(items) => items.iter_mut().for_each(|item| item.arrange(order, rng)),
            Json::Object(members) => {
                match order {
                    Order::Service => {}
                    Order::Sorted => members.sort_by(|one, other| one.0.cmp(&other.0)),
                    Order::Own(seed) => members.sort_by_key(|(name, _)| rank(name, seed)),
                    Order::Restless => rng.shuffle(members),
                }
                members.iter_mut().for_each(|(_, value)| value.arrange(order, rng));
            }
            _ => {}
        }
    }

    /// Writes the value without white space.
    pub fn compact(&self, escapes: Escapes, rng: &mut Rng) -> Vec<u8> {
        let mut writer = Writer { out: String::new(), escapes, rng, indent: None };
        writer.value(self);
        writer.out.into_bytes()
    }

    /// Writes the value with two spaces for each level.
    pub fn pretty(&self, escapes: Escapes, rng: &mut Rng) -> Vec<u8> {
        let mut writer = Writer { out: String::new(), escapes, rng, indent: Some(0) };
        writer.value(self);
        writer.out.into_bytes()
    }
}

/// The place of a name in an order of a document's own: the same in all of its objects.
fn rank(name: &str, seed: u64) -> u64 {
    let hash = name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Rng::new(hash).bits()
}

struct Writer<'r> {
    out: String,
    escapes: Escapes,
    rng: &'r mut Rng,
    indent: Option<usize>,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        match value {
            Json::Null => self.out.push_str("null"),
            Json::Bool(true) => self.out.push_str("true"),
            Json::Bool(false) => self.out.push_str("false"),
            Json::Number(digits) => self.out.push_str(digits),
            Json::Text(text) => self.text(text),
            Json::Array(items) => {
                self.list('[', ']', items, |writer, item| writer.value(item));
            }
            Json::Object(members) => {
                self.list('{', '}', members, |writer, (name, value)| {
                    writer.text(name);
                    writer.out.push_str(if writer.indent.is_some() { ": " } else { ":" });
                    writer.value(value);
                });
            }
        }
    }

    fn list<T>(&mut self, open: char, close: char, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.out.push(open);
        self.indent = self.indent.map(|level| level + 1);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line();
            write(self, item);
        }
        self.indent = self.indent.map(|level| level - 1);
        if !items.is_empty() {
            self.line();
        }
        self.out.push(close);
    }

    fn line(&mut self) {
        if let Some(level) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }

    fn text(&mut self, text: &str) {
        let coded = self.escapes.coded > 0.0 && self.rng.chance(self.escapes.coded);
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '/' if self.escapes.slashes => self.out.push_str("\\/"),
                char if coded && !char.is_ascii() => {
                    let mut units = [0; 2];
                    for unit in char.encode_utf16(&mut units) {
                        self.out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Json {
        Json::object([
            ("b", Json::Array(vec![Json::count(1), Json::Null])),
            ("a", Json::text("x/\"é\n😀")),
            ("c", Json::Array(vec![])),
        ])
    }

    const PLAIN: Escapes = Escapes { coded: 0.0, slashes: false };

    fn compact(json: &Json, escapes: Escapes) -> String {
        String::from_utf8(json.compact(escapes, &mut Rng::new(0))).unwrap()
    }

    #[test]
    fn what_must_be_escaped_is_and_the_rest_where_wanted() {
        assert_eq!(compact(&sample(), PLAIN), r#"{"b":[1,null],"a":"x/\"é\n😀","c":[]}"#);
        let all = Escapes { coded: 1.0, slashes: true };
        assert_eq!(compact(&sample(), all), r#"{"b":[1,null],"a":"x\/\"\u00e9\n\ud83d\ude00","c":[]}"#);
    }

    #[test]
    fn pretty_text_has_two_spaces_for_each_level() {
        let text = Json::object([("a", Json::Array(vec![Json::Bool(true)]))]).pretty(PLAIN, &mut Rng::new(0));
        assert_eq!(text, b"{\n  \"a\": [\n    true\n  ]\n}");
    }

    #[test]
    fn an_order_of_its_own_is_the_same_for_objects_with_the_same_names() {
        let names = |json: &Json| match json {
            Json::Object(members) => members.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let (mut one, mut other) = (sample(), sample());
        one.arrange(Order::Own(3), &mut Rng::new(1));
        other.arrange(Order::Own(3), &mut Rng::new(2));
        assert_eq!(names(&one), names(&other));
        one.arrange(Order::Sorted, &mut Rng::new(1));
        assert_eq!(names(&one), ["a", "b", "c"]);
    }
}
