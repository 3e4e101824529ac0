//! Text on its way out: foreign text for terminals, and JSON on one line.
//!
//! Whatever comes from a sender may hold control characters: a newline would forge a second line, an escape sequence
//! would talk to the terminal. Nothing of that kind leaves this program unescaped.

use std::fmt::{self, Write as _};

use ringback::json::Str;

/// Foreign text for people: whatever a terminal might obey is escaped, and it ends after so many characters.
pub struct Visible<I>(pub I, pub usize);

impl<I: Iterator<Item = char> + Clone> fmt::Display for Visible<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chars = self.0.clone();
        for char in chars.by_ref().take(self.1) {
            if is_obeyed(char) { write!(f, "{}", char.escape_unicode())? } else { f.write_char(char)? }
        }
        if chars.next().is_some() { f.write_str("...") } else { Ok(()) }
    }
}

/// Controls of any kind, line and paragraph separators, and what changes the direction of writing.
fn is_obeyed(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An object in the making, on one line.
pub struct ObjectLine {
    line: String,
    empty: bool,
}

impl ObjectLine {
    /// An object without members.
    pub fn new() -> ObjectLine {
        ObjectLine { line: String::from("{"), empty: true }
    }

    /// Adds a string, or null.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) => push_string(&mut self.line, text.chars()),
            None => self.line.push_str("null"),
        }
    }

    /// Adds a string of a document, or null. Lone surrogates become U+FFFD, so that every reader takes it.
    pub fn string(&mut self, name: &str, text: Option<Str<'_>>) {
        self.name(name);
        match text {
            Some(text) => push_string(&mut self.line, text.chars()),
            None => self.line.push_str("null"),
        }
    }

    /// Adds strings of a document.
    pub fn strings<'s>(&mut self, name: &str, strings: impl Iterator<Item = Str<'s>>) {
        self.name(name);
        self.line.push('[');
        for (at, text) in strings.enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            push_string(&mut self.line, text.chars());
        }
        self.line.push(']');
    }

    /// Adds strings.
    pub fn texts<'s>(&mut self, name: &str, texts: impl Iterator<Item = &'s str>) {
        self.name(name);
        self.line.push('[');
        for (at, text) in texts.enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            push_string(&mut self.line, text.chars());
        }
        self.line.push(']');
    }

    /// Adds JSON texts as they are, but on one line, as an array.
    pub fn texts_of_json<'s>(&mut self, name: &str, texts: impl Iterator<Item = &'s str>) {
        self.name(name);
        self.line.push('[');
        for (at, text) in texts.enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            push_json(&mut self.line, text);
        }
        self.line.push(']');
    }

    /// Adds something that prints as JSON: a number, a truth value.
    pub fn plain(&mut self, name: &str, value: impl fmt::Display) {
        self.name(name);
        // A string takes any text.
        let _ = write!(self.line, "{value}");
    }

    /// Adds a JSON text as it is, but on one line; null if there is none.
    pub fn json(&mut self, name: &str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) => push_json(&mut self.line, text),
            None => self.line.push_str("null"),
        }
    }

    /// Adds another object, or null.
    pub fn object(&mut self, name: &str, object: Option<ObjectLine>) {
        self.name(name);
        match object {
            Some(object) => self.line.push_str(&object.end()),
            None => self.line.push_str("null"),
        }
    }

    /// The object, whole.
    pub fn end(mut self) -> String {
        self.line.push('}');
        self.line
    }

    fn name(&mut self, name: &str) {
        if !self.empty {
            self.line.push(',');
        }
        self.empty = false;
        push_string(&mut self.line, name.chars());
        self.line.push(':');
    }
}

fn push_string(out: &mut String, text: impl Iterator<Item = char>) {
    out.push('"');
    for char in text {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if ends_lines(char) => push_escape(out, char),
            _ => out.push(char),
        }
    }
    out.push('"');
}

/// Copies a valid JSON text. White space between tokens goes; in strings, what JSON allows and lines or terminals do
/// not bear is escaped, which leaves their values as they were.
fn push_json(out: &mut String, text: &str) {
    let mut within = false;
    let mut escaped = false;
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Only the first byte of a character can be one of these.
        let char = match byte {
            b'"' if !escaped => {
                within = !within;
                continue;
            }
            b' ' | b'\n' | b'\r' | b'\t' if !within => None,
            0x7f | 0xc2 | 0xe2 => match text[at..].chars().next().filter(|&char| ends_lines(char)) {
                None => continue,
                found => found,
            },
            _ => {
                escaped = within && byte == b'\\' && !escaped;
                continue;
            }
        };
        out.push_str(&text[copied..at]);
        copied = at + char.map_or(1, char::len_utf8);
        if let Some(char) = char {
            push_escape(out, char);
        }
    }
    out.push_str(&text[copied..]);
}

/// Controls, and the separators that some readers of lines take for an end of line.
fn ends_lines(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

fn push_escape(out: &mut String, char: char) {
    // All of them are in the basic plane; a string takes any text.
    let _ = write!(out, "\\u{:04x}", u32::from(char));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_line(text: &str) -> String {
        let mut out = String::new();
        push_json(&mut out, text);
        out
    }

    #[test]
    fn a_pretty_document_becomes_one_line_of_the_same_value() {
        let pretty = "{\n  \"a b\" : [ 1 , \"x \\\" y\\\\\" ,\r\n\t{} ],\n \"c\":\"\\\\\"}\n";
        assert_eq!(one_line(pretty), r#"{"a b":[1,"x \" y\\",{}],"c":"\\"}"#);
    }

    #[test]
    fn what_ends_lines_is_escaped_within_a_document() {
        let text = "[\"\u{7f}\u{85}\u{2028}\u{2029}\u{e9}\u{2027}\u{a0}\"]";
        let line = one_line(text);
        assert_eq!(line, "[\"\\u007f\\u0085\\u2028\\u2029\u{e9}\u{2027}\u{a0}\"]");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&line), value(text));
    }

    #[test]
    fn an_escaped_control_behind_a_backslash_keeps_its_meaning() {
        let text = "[\"\\\\\u{85}\", \"\\u001b \"]";
        assert_eq!(one_line(text), "[\"\\\\\\u0085\",\"\\u001b \"]");
    }

    #[test]
    fn strings_are_escaped() {
        let mut object = ObjectLine::new();
        object.text("a", Some("\"\\\n\u{0}\u{1b}\u{9b}\u{e4}"));
        object.plain("n", 5);
        object.text("z", None);
        assert_eq!(object.end(), "{\"a\":\"\\\"\\\\\\n\\u0000\\u001b\\u009b\u{e4}\",\"n\":5,\"z\":null}");
    }

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        let shown = Visible("a\u{1b}[31m\n\u{202e}b".chars(), 100).to_string();
        assert_eq!(shown, "a\\u{1b}[31m\\u{a}\\u{202e}b");
        assert_eq!(Visible("abcdef".chars(), 3).to_string(), "abc...");
        assert_eq!(Visible("abc".chars(), 3).to_string(), "abc");
    }
}
