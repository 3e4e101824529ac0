//! Arrays of objects that look alike.
//!
//! The words of a transcript are objects with the same members in the same order, thousands of them. Looking each name
//! up anew means to compare it with every wanted one. [`Records`] does that for one object and remembers what it saw
//! between the values: `{"word":"`, `","start":`, `,"end":`. In the next object the same bytes are expected at the same
//! turn, sixteen at a time; where they are, the values between them are known without a look at the names. Where they
//! are not, the object is walked by name, and becomes the new example.
//!
//! An object never gives another answer for the example before it: a match means that its bytes are the same.

use super::array::Array;
use super::number::Number;
use super::object::Object;
use super::string::Str;
use super::value::Value;
use super::walk::Walk;
use super::window::{WIDTH, Window};
use super::{float, skip};

/// The objects of an array, each with the values of `N` members.
///
/// Elements that are no objects are passed over. An iterator: each step is linear in the text of one element.
#[derive(Clone, Debug)]
pub struct Records<'a, const N: usize> {
    text: &'a str,
    at: usize,
    names: &'static [&'static str; N],
    example: Example,
}

/// An object, and where the values of `N` of its members lie.
///
/// The last of duplicate members counts, and `null` is like absence: as [`Object::get`] has it. A member that ends more
/// than 4 GiB behind the beginning of its object counts as absent, too.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a, const N: usize> {
    /// From the opening bracket on, at least to the closing one.
    text: &'a str,
    len: usize,
    slots: [Slot; N],
    /// One bit for each string with an escape.
    escaped: u32,
}

/// Where a value lies, from the opening bracket of its object; nowhere if the end is 0.
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
}

impl<'a, const N: usize> Records<'a, N> {
    pub(super) fn new(array: &'a str, names: &'static [&'static str; N]) -> Records<'a, N> {
        Records { text: array, at: 1, names, example: Example::NONE }
    }

    /// Steps to where the next element begins, if there is one.
    #[inline(always)]
    fn advance(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if let Some([b',', b'{']) = bytes.get(self.at..self.at + 2) {
            return Some(self.at + 1);
        }
        let at = skip::space(bytes, self.at);
        match bytes.get(at)? {
            b',' => Some(skip::space(bytes, at + 1)),
            b'}' | b']' => None,
            _ => Some(at),
        }
    }

    /// Walks through the object that begins at `start`, and takes it as the example.
    #[inline(never)]
    fn learn(&mut self, start: usize) -> Option<Record<'a, N>> {
        let text = self.text.get(start..)?;
        let mut lesson = Lesson::new(text.as_bytes(), &mut self.example);
        let record = Record::walk(text, self.names, |slot, start, end| lesson.member(slot, start, end))?;
        lesson.finish(record.len);
        Some(record)
    }
}

impl<'a, const N: usize> Iterator for Records<'a, N> {
    type Item = Record<'a, N>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a, N>> {
        loop {
            let start = self.advance()?;
            let text = self.text.get(start..)?;
            if let Some(record) = self.example.read(text) {
                self.at = start + record.len;
                return Some(record);
            }
            if text.starts_with('{') {
                let record = self.learn(start)?;
                self.at = start + record.len;
                return Some(record);
            }
            self.at = start + skip::value(text.as_bytes(), 0).max(1);
        }
    }
}

impl<const N: usize> core::iter::FusedIterator for Records<'_, N> {}

impl<'a, const N: usize> Record<'a, N> {
    /// One object by itself.
    #[must_use]
    pub fn of(object: Object<'a>, names: &'static [&'static str; N]) -> Record<'a, N> {
        let text = object.raw();
        let nothing = Record { text, len: text.len(), slots: [Slot::default(); N], escaped: 0 };
        Record::walk(text, names, |_, _, _| {}).unwrap_or(nothing)
    }

    /// Reads the object that `text` begins with by its names, and shows each member.
    fn walk(
        text: &'a str,
        names: &'static [&'static str; N],
        mut member: impl FnMut(Option<usize>, usize, usize),
    ) -> Option<Record<'a, N>> {
        let mut record = Record { text, len: 0, slots: [Slot::default(); N], escaped: 0 };
        let mut walk = Walk::new(text, 0, &[]);
        let mut last = 1;
        while let Some((name, start)) = walk.member() {
            let raw = walk.value()?.raw();
            last = start + raw.len();
            let slot = names.iter().position(|wanted| name == *wanted);
            if let Some(slot) = slot {
                record.slots[slot] = Slot::new(start, last);
                let escaped = raw.starts_with('"') && raw.contains('\\');
                record.escaped = record.escaped & !(1 << slot) | u32::from(escaped) << slot;
            }
            member(slot, start, last);
        }
        // Only white space and the closing bracket are left.
        record.len = skip::space(text.as_bytes(), last) + 1;
        Some(record)
    }

    /// The whole object.
    #[inline]
    #[must_use]
    pub fn object(&self) -> Object<'a> {
        Object::new(self.text.get(..self.len).unwrap_or(self.text))
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
        let raw = self.raw(name)?.strip_prefix('"')?.strip_suffix('"')?;
        let escaped = self.escaped >> name & 1 == 1;
        Some(Str::new(raw, escaped))
    }

    /// The number of a member, rounded to a float; `None` if it is absent, of another type or too large.
    #[inline]
    #[must_use]
    pub fn f64(&self, name: usize) -> Option<f64> {
        let slot = self.slots.get(name).filter(|slot| slot.end != 0)?;
        match float::parse_ahead(self.text.as_bytes(), slot.start as usize) {
            Some(float) => Some(float),
            None => self.slow_f64(name),
        }
    }

    /// The whole number of a member; `None` if it is absent, of another type, negative, not whole or too large.
    #[inline]
    #[must_use]
    pub fn u64(&self, name: usize) -> Option<u64> {
        let slot = self.slots.get(name).filter(|slot| slot.end != 0)?;
        match float::whole_ahead(self.text.as_bytes(), slot.start as usize) {
            Some(whole) => Some(whole),
            None => self.slow_u64(name),
        }
    }

    #[inline(never)]
    fn slow_f64(&self, name: usize) -> Option<f64> {
        self.number(name)?.f64()
    }

    #[inline(never)]
    fn slow_u64(&self, name: usize) -> Option<u64> {
        self.number(name)?.u64()
    }

    /// The number of a member; `None` if it is absent or of another type.
    #[inline]
    #[must_use]
    pub fn number(&self, name: usize) -> Option<Number<'a>> {
        Value::new(self.raw(name)?).as_number()
    }

    #[inline(always)]
    fn raw(&self, name: usize) -> Option<&'a str> {
        let slot = self.slots.get(name)?;
        self.text.get(slot.start as usize..slot.end as usize).filter(|raw| !raw.is_empty())
    }
}

/// How many members an example can have.
const MEMBERS: usize = 16;

/// How many bytes there may be between two values of an example.
const BETWEEN: usize = 3 * WIDTH;

/// What stands between the values of an object that was read by name.
#[derive(Clone, Debug)]
struct Example {
    turns: [Turn; MEMBERS],
    /// How many turns there are; none if there is no example.
    len: usize,
    /// From after the last value to after the closing bracket.
    close: Between,
}

/// A turn of an example: what comes before a value, and the value.
#[derive(Clone, Copy, Debug)]
struct Turn {
    before: Between,
    is_string: bool,
    /// The place of the name among the wanted ones, or beyond.
    slot: usize,
}

/// Bytes between two values.
#[derive(Clone, Copy, Debug)]
struct Between {
    len: usize,
    /// The first ones, and the last ones if there are more of them.
    first: [u8; WIDTH],
    last: [u8; WIDTH],
    bytes: [u8; BETWEEN],
}

impl Example {
    const NONE: Example = Example {
        turns: [Turn { before: Between::NONE, is_string: false, slot: usize::MAX }; MEMBERS],
        len: 0,
        close: Between::NONE,
    };

    /// The object that `text` begins with, if it is like the example.
    #[inline(always)]
    fn read<'a, const N: usize>(&self, text: &'a str) -> Option<Record<'a, N>> {
        if self.len == 0 {
            return None;
        }
        let bytes = text.as_bytes();
        let (mut slots, mut escapes) = ([Slot::default(); N], 0);
        let mut at = 0;
        for turn in self.turns.get(..self.len)? {
            if !turn.before.is_at(bytes, at) {
                return None;
            }
            let start = at + turn.before.len;
            let escaped;
            (at, escaped) = if turn.is_string { string_end(bytes, start)? } else { (bare_end(bytes, start)?, false) };
            if let Some(slot) = slots.get_mut(turn.slot) {
                *slot = Slot::new(start, at);
                escapes = escapes & !(1 << turn.slot) | u32::from(escaped) << turn.slot;
            }
        }
        let len = at + self.close.len;
        self.close.is_at(bytes, at).then_some(Record { text, len, slots, escaped: escapes })
    }
}

/// The end of the string whose opening quote is at `at`, if it is one, and whether it holds an escape.
#[inline(always)]
fn string_end(text: &[u8], at: usize) -> Option<(usize, bool)> {
    if text.get(at) != Some(&b'"') {
        return None;
    }
    Some(skip::string(text, at))
}

/// The end of the number or literal at `at`, if it is one.
#[inline(always)]
fn bare_end(text: &[u8], at: usize) -> Option<usize> {
    if !matches!(text.get(at)?, b'-' | b'0'..=b'9' | b'a'..=b'z') {
        return None;
    }
    Some(skip::bare(text, at))
}

impl Between {
    const NONE: Between = Between { len: 0, first: [0; WIDTH], last: [0; WIDTH], bytes: [0; BETWEEN] };

    /// Whether there is room for so many.
    fn set(&mut self, bytes: &[u8]) -> bool {
        let Some(room) = self.bytes.get_mut(..bytes.len()) else { return false };
        room.copy_from_slice(bytes);
        self.len = bytes.len();
        self.first = *self.bytes.first_chunk().unwrap_or(&self.first);
        self.last = *bytes.last_chunk().unwrap_or(&self.last);
        true
    }

    #[inline(always)]
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let Some(window) = Window::at(text, at) else { return self.is_slowly_at(text, at) };
        if self.len <= WIDTH {
            return window.begins_with(&self.first, self.len);
        }
        let Some(last) = Window::at(text, at + self.len - WIDTH) else { return self.is_slowly_at(text, at) };
        window.begins_with(&self.first, WIDTH)
            && last.begins_with(&self.last, WIDTH)
            && (self.len <= 2 * WIDTH || self.is_slowly_at(text, at))
    }

    #[inline(never)]
    fn is_slowly_at(&self, text: &[u8], at: usize) -> bool {
        let bytes = self.bytes.get(..self.len);
        bytes.is_some_and(|bytes| text.get(at..).is_some_and(|text| text.starts_with(bytes)))
    }
}

/// An example in the making.
struct Lesson<'t, 'e> {
    text: &'t [u8],
    example: &'e mut Example,
    /// Where the last value ended.
    at: usize,
    /// Whether it is an example at all: its values are no containers, and it is not too long.
    fits: bool,
}

impl<'t, 'e> Lesson<'t, 'e> {
    fn new(text: &'t [u8], example: &'e mut Example) -> Lesson<'t, 'e> {
        example.len = 0;
        Lesson { text, example, at: 0, fits: true }
    }

    fn member(&mut self, slot: Option<usize>, start: usize, end: usize) {
        let first = self.text.get(start);
        self.fits &= !matches!(first, Some(b'{' | b'['));
        match (self.example.turns.get_mut(self.example.len), self.text.get(self.at..start)) {
            (Some(turn), Some(before)) if self.fits => {
                self.fits = turn.before.set(before);
                turn.is_string = first == Some(&b'"');
                turn.slot = slot.unwrap_or(usize::MAX);
                self.example.len += 1;
            }
            _ => self.fits = false,
        }
        self.at = end;
    }

    fn finish(self, len: usize) {
        let close = self.text.get(self.at..len);
        if !(self.fits && close.is_some_and(|close| self.example.close.set(close))) {
            self.example.len = 0;
        }
    }
}

impl<'a> Array<'a> {
    /// The objects of the array with the members of these names: quick where the objects look alike.
    #[must_use]
    pub fn records<const N: usize>(&self, names: &'static [&'static str; N]) -> Records<'a, N> {
        Records::new(self.raw(), names)
    }
}
