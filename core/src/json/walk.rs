//! Walking through one array or object of a validated text, child by child, by position.
//!
//! A child is found by where it begins. Its end is looked for only when somebody wants it, or wants the next child; a
//! landmark answers at once where there is one.
//!
//! Whoever looks names up goes over a whole object with [`Walk::pick_into`], which takes the members that are
//! [`near`](super::near) at once.

use super::landmarks::Span;
use super::names::Names;
#[cfg(not(target_os = "none"))]
use super::near::{self, Near};
use super::skip;
use super::string::Str;
use super::value::Value;

/// A position in one array or object. `text` may hold more than that container.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a, 'l> {
    text: &'a str,
    at: usize,
    /// Whether `at` is the beginning of a child that has been shown and not yet been stepped over.
    within: bool,
    /// The landmarks that have not been passed yet.
    spans: &'l [Span],
}

/// Where the name of a member lies, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    start: usize,
    end: usize,
    escaped: bool,
}

impl Name {
    /// The name, out of the text that it lies in.
    #[inline(always)]
    pub(super) fn str(self, text: &str) -> Option<Str<'_>> {
        Some(Str::new(text.get(self.start..self.end)?, self.escaped))
    }
}

impl<'a, 'l> Walk<'a, 'l> {
    /// Walks the container whose opening bracket is at `open`.
    pub(super) fn new(text: &'a str, open: usize, spans: &'l [Span]) -> Walk<'a, 'l> {
        Walk { text, at: open.saturating_add(1), within: false, spans }
    }

    /// Goes on at `at`: behind an opening bracket, or behind a child.
    pub(super) fn resume(text: &'a str, at: usize, spans: &'l [Span]) -> Walk<'a, 'l> {
        Walk { text, at, within: false, spans }
    }

    /// Where the walk stands, once its last child was taken whole.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next member of an object: its name, and where its value begins.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    pub(super) fn member(&mut self) -> Option<(Str<'a>, usize)> {
        let name = self.name()?;
        match name.str(self.text) {
            Some(name) => Some((name, self.at)),
            None => self.stop(),
        }
    }

    /// The next member of an object, by the place of its name; the walk then stands at its value.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn name(&mut self) -> Option<Name> {
        let bytes = self.text.as_bytes();
        let open = self.advance()?;
        if bytes.get(open) != Some(&b'"') {
            return self.stop();
        }
        let (close, escaped) = skip::string(bytes, open);
        let colon = skip::space(bytes, close);
        if bytes.get(colon) != Some(&b':') {
            return self.stop();
        }
        self.at = skip::space(bytes, colon + 1);
        self.within = true;
        Some(Name { start: open + 1, end: close.saturating_sub(1), escaped })
    }

    /// The next element of an array: where it begins.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    pub(super) fn element(&mut self) -> Option<usize> {
        self.at = self.advance()?;
        self.within = true;
        Some(self.at)
    }

    /// The child that was shown last, whole; the walk then stands behind it.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        self.leave();
        match self.text.get(start..self.at) {
            Some(raw) if !raw.is_empty() => Some(Value::new(raw)),
            _ => self.stop(),
        }
    }

    /// The child that begins at `start`, whole, wherever the walk stands before it.
    pub(super) fn value_at(text: &'a str, start: usize, spans: &'l [Span]) -> Option<Value<'a>> {
        Walk { text, at: start, within: true, spans }.value()
    }

    /// The last member of each name that follows the opening brace, unless it is `null`. `found` holds nothing yet.
    #[cfg(target_os = "none")]
    #[inline(always)]
    pub(super) fn pick_into<const N: usize>(self, names: &Names<N>, found: &mut [Option<Value<'a>>; N]) {
        self.pick_among(names.names(), found);
    }

    /// The same code for every number of names.
    #[cfg(target_os = "none")]
    #[inline(never)]
    pub(super) fn pick_among(mut self, names: &[&str], found: &mut [Option<Value<'a>>]) {
        while let Some((name, _)) = self.member() {
            let value = self.value();
            let place = match name.as_borrowed() {
                Some(name) => super::names::place_among(names, name.as_bytes()),
                None => names.iter().position(|wanted| name == **wanted),
            };
            if let Some(slot) = place.and_then(|place| found.get_mut(place)) {
                *slot = value.filter(|value| !value.is_null());
            }
        }
    }

    /// The last member of each name that follows the opening brace, unless it is `null`. `found` holds nothing yet.
    #[cfg(not(target_os = "none"))]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn pick_into<const N: usize>(mut self, names: &Names<N>, found: &mut [Option<Value<'a>>; N]) {
        let bytes = self.text.as_bytes();
        let mut next = skip::first_name(bytes, self.at);
        while let Some(open) = next {
            let (place, value, mut end);
            if let Some(near) = Near::at(bytes, open)
                && let Some(name) = near.name()
                && let Some(near_end) = self.near_end(near, open, &name)
            {
                place = names.place_near(near.all(), name.front, name.len);
                (value, end) = (open + name.value, near_end);
            } else {
                let Some(member) = skip::long_member(bytes, open) else { break };
                place = names.place_of(self.text, &member);
                (value, end) = (member.value, member.end);
            }
            if end == value {
                self.at = end;
                end = self.landmark().unwrap_or_else(|| skip::container(bytes, value)).max(end);
            }
            if let Some(slot) = found.get_mut(place) {
                let value = self.text.get(value..end).filter(|raw| !raw.is_empty()).map(Value::new);
                *slot = value.filter(|value| !value.is_null());
            }
            next = skip::next_name(bytes, end);
        }
    }

    /// Where the value of a member ends that has its opening quote at `open`. An array or an object is said to end where
    /// it begins.
    #[cfg(not(target_os = "none"))]
    #[inline(always)]
    fn near_end(&self, near: Near<'_>, open: usize, name: &near::Name) -> Option<usize> {
        match name.first {
            b'{' | b'[' => Some(open + name.value),
            // Transcripts are long.
            b'"' => match near.string(name.value) {
                Some(end) => Some(open + end),
                None => Some(skip::long_string(self.text.as_bytes(), open + name.value + 1).0),
            },
            _ => Some(open + near.bare(name.value)?),
        }
    }

    /// Steps to where the next child begins, if there is one.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn advance(&mut self) -> Option<usize> {
        if self.within {
            self.leave();
        }
        let bytes = self.text.as_bytes();
        let at = skip::space(bytes, self.at);
        match bytes.get(at)? {
            b',' => Some(skip::space(bytes, at + 1)),
            b'}' | b']' => self.stop(),
            _ => Some(at),
        }
    }

    /// Steps over the child at hand.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn leave(&mut self) {
        let bytes = self.text.as_bytes();
        let end = match bytes.get(self.at) {
            Some(b'{' | b'[') => self.landmark(),
            _ => None,
        };
        self.at = end.unwrap_or_else(|| skip::value(bytes, self.at)).max(self.at);
        self.within = false;
    }

    /// The end of the container at hand, if there is a landmark for it.
    #[inline(always)]
    fn landmark(&mut self) -> Option<usize> {
        Span::end_of(&mut self.spans, self.at)
    }

    /// Ends the walk for good.
    fn stop<T>(&mut self) -> Option<T> {
        self.at = self.text.len();
        self.within = false;
        None
    }
}
