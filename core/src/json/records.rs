//! Arrays of objects that look alike.
//!
//! The words of a transcript are objects with the same members in the same order, thousands of them. [`Records`] reads
//! one object by its names and takes it as an example: what stands between its values, `{"word":"`, `","start":`,
//! `,"end":`, is expected at the same turn in the next object. Sixteen bytes are compared at a time, with those of the
//! example where they stand in the text, so that learning one costs no more than noting places. Where they are the same,
//! the values between them are known without a look at the names. Where they are not, the object is read by its names,
//! and becomes the new example; if it cannot be one, the next object is read by its names, too.
//!
//! Both ways go by what is [`near`](super::near), and leave to others, out of line, what is long, escaped, spaced out,
//! or within the last hundred bytes of the text. In a short list reading the first object by its names takes as long as
//! the others together, so that way must be no less straight than the other.
//!
//! Where an object ends is known only when all of it has been read, place by place, and meanwhile a processor could long
//! be at the next one. So where that begins is guessed, from the next brace; a guess that does not turn out to be right is
//! never used.
//!
//! An object never gives another answer for the example before it: a match means that its bytes are the same.
//!
//! In a text with [`Marks`] there is nothing to learn and nothing to guess: each object is read by its names, along the
//! marks.

use super::array::Array;
use super::marks::Marks;
use super::names::Names;
use super::near::{NEAR, Near};
use super::number::Number;
use super::object::Object;
use super::string::Str;
use super::trail::Trail;
use super::value::Value;
use super::window::{WIDTH, Window, chunk, first_bytes};
use super::{float, skip};

/// The objects of an array, each with the values of `N` members.
///
/// Elements that are no objects are passed over. An iterator: each step is linear in the text of one element.
#[derive(Clone, Debug)]
pub struct Records<'a, const N: usize> {
    /// What the array lies in. The more of it follows the array, the fewer objects are too near the end.
    text: &'a str,
    at: usize,
    /// Where the next object is thought to begin.
    guess: usize,
    names: &'static Names<N>,
    example: Example,
    marks: Marks,
}

/// An object, and where the values of `N` of its members lie.
///
/// The last of duplicate members counts, and `null` is like absence: as [`Object::get`] has it. A member that ends more
/// than 4 GiB behind the beginning of its object counts as absent, too.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a, const N: usize> {
    /// What the places below count in: the text of the document, or that from the opening bracket of the object on.
    text: &'a str,
    /// Where the object begins there, and how long it is.
    start: usize,
    len: usize,
    slots: [Slot; N],
    /// One bit for each string with an escape.
    escaped: u32,
}

/// Where a value lies in the text of its record; nowhere if the end is 0.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    start: u32,
    end: u32,
}

impl Slot {
    #[inline(always)]
    fn new(start: usize, end: usize) -> Slot {
        match u32::try_from(end) {
            Ok(end) => Slot { start: start as u32, end },
            Err(_) => Slot::default(),
        }
    }

    /// What lies there; `None` if it is nowhere.
    #[inline(always)]
    fn raw(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize).filter(|raw| !raw.is_empty())
    }
}

impl<'a, const N: usize> Records<'a, N> {
    /// The records of the array that begins at `open` in a text with these marks.
    #[inline(always)]
    pub(crate) fn new(text: &'a str, open: usize, marks: Marks, names: &'static Names<N>) -> Records<'a, N> {
        Records { text, at: open + 1, guess: 0, names, example: Example::NONE, marks }
    }

    /// Where the next element begins, if there is one.
    ///
    /// A guess that proves right is taken instead of what it is equal to: it has been there for long, while the end of
    /// the object before depends on all that is in it.
    #[inline(always)]
    fn advance(&self) -> Option<usize> {
        if self.text.as_bytes().get(self.at) == Some(&b',') {
            if self.marks.known().is_some() {
                return Some(self.at + 1);
            }
            if self.at + 1 == self.guess {
                return Some(self.guess);
            }
        }
        self.long_advance()
    }

    #[inline(never)]
    fn long_advance(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let at = skip::space(bytes, self.at);
        match bytes.get(at)? {
            b',' => Some(skip::space(bytes, at + 1)),
            b'}' | b']' => None,
            _ => Some(at),
        }
    }

    /// Steps to the next object: where it begins, if there is one. It is to be [read](Records::read) then.
    #[inline(always)]
    pub(crate) fn step(&mut self) -> Option<usize> {
        loop {
            let start = self.advance()?;
            if self.text.as_bytes().get(start) == Some(&b'{') {
                return Some(start);
            }
            self.pass(start);
        }
    }

    /// Steps over what is no object.
    #[cold]
    #[inline(never)]
    fn pass(&mut self, start: usize) {
        self.at = skip::value(self.text.as_bytes(), start).max(start + 1);
    }

    /// A record to read an object into.
    #[inline(always)]
    pub(crate) fn blank(&self) -> Record<'a, N> {
        Record::blank(self.text)
    }

    /// Reads the object that begins at `start` into a blank record.
    #[inline(always)]
    pub(crate) fn read(&mut self, start: usize, record: &mut Record<'a, N>) {
        if let Some(marks) = self.marks.known()
            && let Some(trail) = Trail::new(self.text, marks, start)
        {
            if let Some(end) = record.follow(trail, self.names) {
                (record.start, record.len) = (start, end - start);
                self.at = end;
                return;
            }
            *record = self.blank();
        }
        self.guess = guess(self.text.as_bytes(), start);
        if !self.example.read(self.text, start, record) {
            self.learn(start, record);
        }
        self.at = start + record.len;
    }

    /// Reads the object that begins at `start` by its names, and takes it as the example.
    #[inline(never)]
    fn learn(&mut self, start: usize, record: &mut Record<'a, N>) {
        let mut lesson = Lesson { example: &mut self.example, fits: true };
        (lesson.example.start, lesson.example.len) = (start, 0);
        let text = self.text.get(start..).unwrap_or_default();
        let is_read = record.read(text, self.names, |member| lesson.member(member));
        if !lesson.fits {
            self.example.len = 0;
        }
        if is_read.is_none() {
            // Validation excludes it. There is nothing after it.
            record.len = text.len();
        }
    }
}

/// Where the object behind the one at `start` might begin: at the next brace, if that is about as far as words are long;
/// else 0.
#[inline(always)]
fn guess(text: &[u8], start: usize) -> usize {
    const LEAST: usize = 32;
    let Some(ahead) = chunk::<128>(text, start + LEAST) else { return 0 };
    let braces = |half: usize| {
        let windows = [0, 1, 2, 3].map(|place| Window::at(ahead, half * 64 + place * WIDTH).map_or(0, Window::braces));
        let [a, b, c, d] = windows.map(u64::from);
        a | b << 16 | c << 32 | d << 48
    };
    let (low, high) = (braces(0), braces(1));
    let place = if low == 0 { 64 + high.trailing_zeros() } else { low.trailing_zeros() };
    if low | high == 0 { 0 } else { start + LEAST + place as usize }
}

impl<'a, const N: usize> Iterator for Records<'a, N> {
    type Item = Record<'a, N>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a, N>> {
        let start = self.step()?;
        let mut record = self.blank();
        self.read(start, &mut record);
        Some(record)
    }
}

impl<const N: usize> core::iter::FusedIterator for Records<'_, N> {}

impl<'a, const N: usize> Record<'a, N> {
    /// One object by itself.
    #[must_use]
    pub fn of(object: Object<'a>, names: &'static Names<N>) -> Record<'a, N> {
        let mut record = Record::blank(object.raw());
        // Of what is no object, which validation excludes, there may be some members.
        let _ = record.read(object.raw(), names, |_| {});
        record.len = object.raw().len();
        record
    }

    /// Without members.
    #[inline(always)]
    const fn blank(text: &'a str) -> Record<'a, N> {
        Record { text, start: 0, len: 0, slots: [Slot { start: 0, end: 0 }; N], escaped: 0 }
    }

    /// Reads the object that `text` begins with by its names, and shows each member.
    #[inline(always)]
    fn read(&mut self, text: &'a str, names: &'static Names<N>, mut show: impl FnMut(Member)) -> Option<()> {
        let bytes = text.as_bytes();
        (self.text, self.start, self.slots, self.escaped) = (text, 0, [Slot::default(); N], 0);
        let mut last = 1;
        let mut next = skip::first_name(bytes, last);
        let mut before = 0;
        while let Some(open) = next {
            // Places in a record have 32 bits.
            if open < u32::MAX as usize - NEAR
                && let Some(near) = Near::at(bytes, open)
                && let Some(name) = near.name()
                && let Some(near_end) = near.scalar(name.value, name.first)
            {
                let place = names.place_near(near.all(), name.front, name.len);
                let slot = Slot { start: (open + name.value) as u32, end: (open + near_end) as u32 };
                let is_again = self.put(place, slot, false);
                show(Member { before, slot, place, is_again, is_string: name.first == b'"', is_plain: true });
                before = slot.end;
                last = open + near_end;
                next = match near.bytes(near_end) {
                    Some(b",\"") => Some(last + 1),
                    Some([b'}', _]) => break,
                    _ => skip::next_name(bytes, last),
                };
            } else {
                let member = skip::long_member(bytes, open)?;
                last = if member.end == member.value { skip::container(bytes, member.value) } else { member.end };
                let place = names.place_of(text, &member);
                let slot = Slot::new(member.value, last);
                let is_again = self.put(place, slot, member.escaped);
                let is_plain = member.end != member.value && slot.end != 0;
                show(Member { before, slot, place, is_again, is_string: member.is_string, is_plain });
                before = slot.end;
                next = skip::next_name(bytes, last);
            }
        }
        // Only white space and the closing bracket are left.
        self.len = skip::space(bytes, last) + 1;
        Some(())
    }

    /// Reads the members along this trail: where the object ends.
    #[inline(always)]
    fn follow(&mut self, mut trail: Trail<'a, '_>, names: &'static Names<N>) -> Option<usize> {
        loop {
            let member = trail.member(names)?;
            let end = if member.end == member.value { trail.container_end(member.value)? } else { member.end };
            if let Some(slot) = self.slots.get_mut(member.place) {
                *slot = Slot { start: member.value as u32, end: end as u32 };
            }
            if !trail.go_on(end) {
                return Some(end + 1);
            }
        }
    }

    /// Notes where the value of a wanted member lies, and says whether there has been one of this name before.
    #[inline(always)]
    fn put(&mut self, place: usize, slot: Slot, escaped: bool) -> bool {
        let Some(known) = self.slots.get_mut(place) else { return false };
        let is_again = known.end != 0;
        *known = slot;
        self.escaped = self.escaped & !(1 << place) | u32::from(escaped) << place;
        is_again
    }

    /// The whole object.
    #[inline]
    #[must_use]
    pub fn object(&self) -> Object<'a> {
        Object::new(self.text.get(self.start..self.start + self.len).unwrap_or(self.text))
    }

    /// The value of a member, by the place of its name.
    #[inline]
    #[must_use]
    pub fn get(&self, name: usize) -> Option<Value<'a>> {
        Some(Value::new(self.raw(name)?)).filter(|value| !value.is_null())
    }

    /// The string of a member; `None` if it is absent or of another type.
    #[inline]
    #[must_use]
    pub fn str(&self, name: usize) -> Option<Str<'a>> {
        // Where there is no value the slot leads to an opening bracket.
        let slot = self.slots.get(name)?;
        let (start, end) = (slot.start as usize, slot.end as usize);
        if self.text.as_bytes().get(start) != Some(&b'"') {
            return None;
        }
        let raw = self.text.get(start + 1..end.saturating_sub(1))?;
        let escaped = self.escaped >> name & 1 == 1;
        Some(Str::new(raw, escaped))
    }

    /// The number of a member, rounded to a float; `None` if it is absent, of another type or too large.
    #[inline(always)]
    #[must_use]
    pub fn f64(&self, name: usize) -> Option<f64> {
        let slot = self.slots.get(name).filter(|slot| slot.end != 0)?;
        match float::parse_ahead(self.text.as_bytes(), slot.start as usize) {
            Some(float) => Some(float),
            None => slow_f64(self.text, *slot),
        }
    }

    /// The whole number of a member; `None` if it is absent, of another type, negative, not whole or too large.
    #[inline]
    #[must_use]
    pub fn u64(&self, name: usize) -> Option<u64> {
        let slot = self.slots.get(name).filter(|slot| slot.end != 0)?;
        match float::whole_ahead(self.text.as_bytes(), slot.start as usize) {
            Some(whole) => Some(whole),
            None => slow_u64(self.text, *slot),
        }
    }

    /// The number of a member; `None` if it is absent or of another type.
    #[inline]
    #[must_use]
    pub fn number(&self, name: usize) -> Option<Number<'a>> {
        Value::new(self.raw(name)?).as_number()
    }

    #[inline(always)]
    fn raw(&self, name: usize) -> Option<&'a str> {
        self.slots.get(name)?.raw(self.text)
    }
}

// By value: a record whose address nobody takes need not be in memory as a whole.

#[inline(never)]
fn slow_f64(text: &str, slot: Slot) -> Option<f64> {
    Value::new(slot.raw(text)?).as_number()?.f64()
}

#[inline(never)]
fn slow_u64(text: &str, slot: Slot) -> Option<u64> {
    Value::new(slot.raw(text)?).as_number()?.u64()
}

/// A member of an object that is read by its names.
struct Member {
    /// Where the value before it ended, from the opening bracket of the object.
    before: u32,
    slot: Slot,
    /// The place of the name among the wanted ones, or beyond.
    place: usize,
    /// Whether a wanted name has been there before.
    is_again: bool,
    is_string: bool,
    /// Whether it can be part of an example: no array, no object, not too far away.
    is_plain: bool,
}

/// How many members an example can have.
const MEMBERS: usize = 16;

/// How many bytes there may be between two values of an example.
const BETWEEN: usize = 3 * WIDTH;

/// What stands between the values of an object that was read by name.
#[derive(Clone, Copy, Debug)]
struct Example {
    /// Where the object begins.
    start: usize,
    turns: [Turn; MEMBERS],
    /// How many turns there are; none if there is no example.
    len: usize,
}

/// A turn of an example: what comes before a value, and the value.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// Where what comes before stands, from the opening bracket of the example, and how many bytes it has. The opening
    /// quote of a string is part of it.
    before: u32,
    before_len: u8,
    /// The place of the name among the wanted ones, or beyond.
    place: u8,
    is_string: bool,
}

impl Example {
    const NONE: Example =
        Example { start: 0, turns: [Turn { before: 0, before_len: 0, place: 0, is_string: false }; MEMBERS], len: 0 };

    /// Reads the object that begins at `start`, if it is like the example.
    #[inline(always)]
    fn read<'a, const N: usize>(&self, text: &'a str, start: usize, record: &mut Record<'a, N>) -> bool {
        self.try_read(text, start, record).is_some()
    }

    #[inline(always)]
    fn try_read<'a, const N: usize>(&self, text: &'a str, start: usize, record: &mut Record<'a, N>) -> Option<()> {
        let turns = self.turns.get(..self.len)?;
        if turns.is_empty() {
            return None;
        }
        let example = text.as_bytes().get(self.start..)?;
        record.text = text.get(start..)?;
        let bytes = record.text.as_bytes();
        let mut at = 0;
        for turn in turns {
            let value = at + usize::from(turn.before_len) - usize::from(turn.is_string);
            at = match Near::at(bytes, at) {
                Some(near) if turn.is_near(example, near) => match turn.near_end(near) {
                    Some(end) => at + end,
                    None => turn.long_end(bytes, value, &mut record.escaped)?,
                },
                Some(_) => return None,
                None => turn.late_end(example, bytes, at, &mut record.escaped)?,
            };
            if let Some(slot) = record.slots.get_mut(usize::from(turn.place)) {
                *slot = Slot { start: value as u32, end: at as u32 };
            }
        }
        let close = skip::space(bytes, at);
        record.len = close + 1;
        (bytes.get(close) == Some(&b'}') && record.len <= u32::MAX as usize).then_some(())
    }
}

impl Turn {
    /// Whether what is near is what comes before the value in the example.
    #[inline(always)]
    fn is_near(&self, example: &[u8], near: Near<'_>) -> bool {
        let (own, len) = (self.before as usize, usize::from(self.before_len));
        let same = |from: usize, mask| match (Window::at(example, own + from), near.window(from)) {
            (Some(example), Some(window)) => window.is_like(example, mask),
            _ => false,
        };
        if len <= WIDTH {
            return same(0, first_bytes(len));
        }
        let all = first_bytes(WIDTH);
        same(0, all) && same(len - WIDTH, all) && (len <= 2 * WIDTH || same(WIDTH, all))
    }

    /// Where the value ends, from where this turn begins, if it is short and has no escape.
    #[inline(always)]
    fn near_end(&self, near: Near<'_>) -> Option<usize> {
        let value = usize::from(self.before_len);
        if self.is_string { near.string(value - 1) } else { near.bare(value) }
    }

    /// Where the value at this place ends, whatever it is.
    #[inline(never)]
    fn long_end(&self, text: &[u8], value: usize, escapes: &mut u32) -> Option<usize> {
        if self.is_string {
            let (end, escaped) = skip::string(text, value);
            *escapes |= u32::from(escaped).checked_shl(u32::from(self.place)).unwrap_or(0);
            return Some(end);
        }
        Some(skip::bare(text, value)).filter(|end| *end != value)
    }

    /// Where the value ends if this turn is at this place, near the end of the text or where everything goes by the
    /// byte.
    #[inline(never)]
    fn late_end(&self, example: &[u8], text: &[u8], at: usize, escapes: &mut u32) -> Option<usize> {
        let (own, len) = (self.before as usize, usize::from(self.before_len));
        let same = example.get(own..own + len).is_some_and(|bytes| text.get(at..at + len) == Some(bytes));
        if same { self.long_end(text, at + len - usize::from(self.is_string), escapes) } else { None }
    }
}

/// An example in the making.
struct Lesson<'e> {
    example: &'e mut Example,
    /// Whether it is an example at all: no value is a container, no wanted name comes twice, and it is not too long.
    fits: bool,
}

impl Lesson<'_> {
    #[inline(always)]
    fn member(&mut self, member: Member) {
        let Member { before, slot, is_string, .. } = member;
        let before_len = (slot.start + u32::from(is_string)).wrapping_sub(before);
        let fits = member.is_plain && !member.is_again && before_len as usize <= BETWEEN;
        match self.example.turns.get_mut(self.example.len) {
            Some(turn) if fits => {
                *turn = Turn { before, before_len: before_len as u8, place: member.place as u8, is_string };
                self.example.len += 1;
            }
            _ => self.fits = false,
        }
    }
}

impl<'a> Array<'a> {
    /// The objects of the array with the members of these names: quick where the objects look alike.
    #[must_use]
    pub fn records<const N: usize>(&self, names: &'static Names<N>) -> Records<'a, N> {
        Records::new(self.raw(), 0, Marks::NONE, names)
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;
    use std::{format, vec};

    use super::*;
    use crate::json::Document;

    static NAMES: Names<2> = Names::new(["a", "b"]);

    #[test]
    fn records_are_the_objects_of_an_array_however_it_is_spaced_and_whatever_stands_between_them() {
        for text in [
            r#"[{"a":1,"b":"x"},{"a":null},{"b":"\n","a":[2]},{}]"#,
            r#" [ 7 , {"a" : 1 , "b" : "x" } , null , { "a":null } , [{"a":3}],"{", {"b":"\n", "a":[2]} ,{ } , 0 ] "#,
        ] {
            let document = Document::parse(text.as_bytes()).unwrap();
            let array = document.root().as_array().unwrap();
            let read: Vec<_> = array
                .records(&NAMES)
                .map(|record| [0, 1].map(|name| record.get(name).map(|value| value.raw())))
                .collect();
            let found = [[Some("1"), Some(r#""x""#)], [None; 2], [Some("[2]"), Some(r#""\n""#)], [None; 2]];
            assert_eq!(read, found, "{text}");
        }
    }

    /// Which object of the array that `text` is stands as the example after each of them: itself if it was read by its
    /// names, none if it cannot be one. Each record is compared with its object.
    fn examples(text: &str) -> Vec<Option<usize>> {
        let document = Document::parse(text.as_bytes()).unwrap();
        let mut objects = document.root().as_array().unwrap().iter().filter_map(|value| value.as_object());
        let (mut records, mut examples) = (Records::new(text, 0, Marks::NONE, &NAMES), vec![]);
        let mut begins = vec![];
        while let Some(record) = records.next() {
            let object = objects.next().unwrap();
            begins.push(document.offset_of(object.raw()).unwrap());
            let Example { start, len, .. } = records.example;
            examples.push((len > 0).then(|| begins.iter().position(|begin| *begin == start).unwrap()));
            assert_eq!(record.object().raw(), object.raw());
            for (place, name) in NAMES.names().iter().enumerate() {
                let raw = |value: Option<Value<'_>>| value.map(|value| String::from(value.raw()));
                assert_eq!(raw(record.get(place)), raw(object.get(name)), "{name} in {object:?}");
                let parts = |text: Option<Str<'_>>| text.map(|text| (String::from(text.raw()), text.is_escaped()));
                assert_eq!(parts(record.str(place)), parts(object.str(name)), "{name} in {object:?}");
                assert_eq!(record.f64(place), object.f64(name), "{name} in {object:?}");
                assert_eq!(record.u64(place), object.u64(name), "{name} in {object:?}");
            }
        }
        assert!(objects.next().is_none());
        examples
    }

    /// With and without text behind it that brings all objects near.
    fn with_tails(text: &str) -> [String; 2] {
        [text.into(), format!("{text}{}", " ".repeat(NEAR))]
    }

    #[test]
    fn where_the_next_object_was_thought_to_begin_makes_no_difference() {
        // Braces in strings and between the objects, at every distance that is looked at and beyond.
        let mut right = 0;
        for len in 0..180 {
            let plain = "x".repeat(len);
            for text in [&*plain, &format!("{plain}{{"), &format!("{{{plain}"), &format!("}},{{{plain}"), "é}, {"] {
                for between in [",", " ,", ", ", ",{},", ",{{\"a\":3}},", ",[{{}}],", ",\"{{\","] {
                    let between = between.replace("{{", "{").replace("}}", "}");
                    let object = format!("{{\"a\":\"{text}\",\"b\":1.5}}");
                    let array = format!("[{object}{between}{object}{between}{{\"b\":\"{text}\"}}]");
                    let array = format!("{array}{}", " ".repeat(200));
                    examples(&array);
                    let next = 1 + object.len() + between.len();
                    right += usize::from(guess(array.as_bytes(), 1) == next && between == ",");
                }
            }
        }
        assert!(right > 100, "{right}");
    }

    #[test]
    fn whatever_the_values_an_object_like_the_first_is_read_by_its_example() {
        let (long, digits) = ("x".repeat(50), "7".repeat(50));
        let strings = ["\"\"", "\"x\"", "\"\\n\"", "\"\\\"}\"", &format!("\"{long}\""), &format!("\"{long}\\\\\"")];
        let numbers = ["1", "-2.5e+10", "0.25", "true", "null", &digits];
        for (colon, comma) in [(":", ","), (" : ", " , ")] {
            let mut text = String::from("[");
            for (at, string) in strings.iter().enumerate() {
                for number in numbers {
                    let separator = if text.len() > 1 { "," } else { "" };
                    let members = [format!("\"a\"{colon}{string}"), format!("\"b\"{colon}{number}")].join(comma);
                    text += &format!("{separator}{{{members}{comma}\"c\"{colon}{at}}}");
                }
            }
            for text in with_tails(&format!("{text}]")) {
                assert_eq!(examples(&text), [Some(0); 36], "{text}");
            }
        }
    }

    #[test]
    fn between_values_every_byte_counts() {
        // Up to 48 bytes may stand there, white space among them; the name is what tells one from the other.
        for (before, behind) in
            (0..50).flat_map(|before| (0..50 - before).step_by(3).map(move |behind| (before, behind)))
        {
            let (quote, value) = if before % 2 == 0 { ("", "1") } else { ("\"", "\"x\"") };
            let fits = format!("{{{:before$}\"a\"{:behind$}:{quote}", "", "").len() <= 48;
            let expected = |each: [usize; 3]| each.map(|each| fits.then_some(each));
            for (names, examples_of) in
                [(["a", "a", "a"], [0, 0, 0]), (["a", "a", "b"], [0, 0, 2]), (["a", "b", "a"], [0, 1, 2])]
            {
                let objects = names.map(|name| format!("{{{:before$}\"{name}\"{:behind$}:{value}}}", "", ""));
                for text in with_tails(&format!("[{}]", objects.join(","))) {
                    assert_eq!(examples(&text), expected(examples_of), "{text}");
                }
            }
        }
    }

    #[test]
    fn after_what_cannot_be_an_example_there_is_none() {
        let many: Vec<String> = (0..17).map(|at| format!("\"{at}\":{at}")).collect();
        for other in
            ["{\"b\":[1]}", "{\"a\":{},\"b\":2}", "{\"a\":1,\"a\":2}", "{}", "1", &format!("{{{}}}", many.join(","))]
        {
            let text = format!("[{{\"a\":1,\"b\":2}},{other},{{\"a\":3,\"b\":4}},{other},{{\"a\":5,\"b\":6}}]");
            for text in with_tails(&text) {
                let examples = examples(&text);
                let expected = match other {
                    // It is no object.
                    "1" => vec![Some(0); 3],
                    _ => vec![Some(0), None, Some(2), None, Some(4)],
                };
                assert_eq!(examples, expected, "{text}");
            }
        }
        let sixteen = format!("{{{}}}", many[1..].join(","));
        assert_eq!(examples(&format!("[{sixteen},{sixteen},{sixteen}]")), [Some(0); 3]);
    }

    #[test]
    fn what_looks_like_an_end_within_a_name_is_none() {
        for text in with_tails(r#"[{"a":"x"},{"a":"","}":1},{"a":"x","b":1},{"a":"","},":1,"b":2},{"a":"","b":"}"}]"#) {
            assert_eq!(examples(&text).len(), 5);
        }
    }

    #[test]
    fn records_end_with_their_array_and_in_what_is_none() {
        let count = |text| Records::new(text, 0, Marks::NONE, &NAMES).count();
        assert_eq!(count(r#"[{"a":1},{"a":2}],{"a":3},[{"a":4}]"#), 2);
        assert_eq!(count(r#"[{"a":1} , {"a":2} ] , {"a":3}"#), 2);
        assert_eq!(count(r#"[1,2],{"a":3}"#), 0);
        for text in ["", "[", "[:", "[:,::,:]", "[{", "[{\"a\"", "[{\"a\":1,", "[{\"a\":[", "[1{\"a\":1"] {
            assert!(count(text) < 2, "{text}");
        }
        let half = "{\"a\":1,\"b\"";
        assert_eq!(Record::of(Object::new(half), &NAMES).object().value().raw(), half);
    }

    #[test]
    fn short_values_are_near() {
        let end = |text: &str, before_len, is_string| {
            let turn = Turn { before: 0, before_len, place: 0, is_string };
            turn.near_end(Near::at(format!("{text:96}").as_bytes(), 0).unwrap())
        };
        assert_eq!([end("{\"a\":12}", 5, false), end("{\"a\":\"x\"}", 6, true)], [Some(7), Some(8)]);
        assert_eq!(end("{\"a\":\"\\n\"}", 6, true), None);
    }

    #[test]
    fn an_escape_belongs_to_its_own_member() {
        let objects = [
            r#"{"a":"\n","b":"x"}"#,
            r#"{"a":"x","b":"\n"}"#,
            r#"{"a":"\n","b":"\n"}"#,
            r#"{"a":"x","b":"x"}"#,
            r#"{"a":"\n","b":"\n","a":"x"}"#,
            r#"{"a":"x","b":"x","a":"\n"}"#,
            r#"{"b":"\n","b":"x","c":"\n","d":"x"}"#,
        ];
        for text in with_tails(&format!("[{},{}]", objects.join(","), objects.join(" , "))) {
            assert_eq!(examples(&text).len(), 14);
        }
    }
}
