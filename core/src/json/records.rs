//! Arrays of objects that look alike.
//!
//! The words of a transcript are objects with the same members in the same order, thousands of them. [`Records`] reads
//! one object by its names and takes it as an example: what stands between its values, `{"word":"`, `","start":`,
//! `,"end":`, is expected at the same turn in the next object. Sixteen bytes are compared at a time, with those of the
//! example where they stand in the text, so that learning one costs no more than noting places. Where they are the same,
//! the values between them are known without a look at the names. Where they are not, the object is read by its names,
//! and becomes the new example unless it cannot be one.
//!
//! An object never gives another answer for the example before it: a match means that its bytes are the same.

use super::array::Array;
use super::names::Names;
use super::number::Number;
use super::object::Object;
use super::string::Str;
use super::value::Value;
use super::walk::Walk;
use super::window::{WIDTH, Window, first_bytes};
use super::{float, skip};

/// The objects of an array, each with the values of `N` members.
///
/// Elements that are no objects are passed over. An iterator: each step is linear in the text of one element.
#[derive(Clone, Debug)]
pub struct Records<'a, const N: usize> {
    /// From the opening bracket on, at least to the closing one.
    text: &'a str,
    at: usize,
    names: &'static Names<N>,
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
    /// The records of the array that `text` begins with. The more follows it, the fewer of them end too near the end.
    pub(crate) fn new(text: &'a str, names: &'static Names<N>) -> Records<'a, N> {
        Records { text, at: 1, names, example: Example::NONE }
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

    /// Reads the object that begins at `start` by its names, and takes it as the example.
    #[inline(never)]
    fn learn(&mut self, start: usize) -> Option<Record<'a, N>> {
        let mut lesson = Lesson::new(start);
        let record = Record::walk(self.text, start, self.names, |slot, value, end| {
            lesson.member(self.text.as_bytes(), slot, value, end);
        })?;
        if lesson.fits {
            self.example = lesson.example;
        }
        Some(record)
    }
}

impl<'a, const N: usize> Iterator for Records<'a, N> {
    type Item = Record<'a, N>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a, N>> {
        loop {
            let start = self.advance()?;
            if let Some(record) = self.example.read(self.text, start) {
                self.at = start + record.len;
                return Some(record);
            }
            if self.text.as_bytes().get(start) == Some(&b'{') {
                let record = self.learn(start)?;
                self.at = start + record.len;
                return Some(record);
            }
            self.at = skip::value(self.text.as_bytes(), start).max(start + 1);
        }
    }
}

impl<const N: usize> core::iter::FusedIterator for Records<'_, N> {}

impl<'a, const N: usize> Record<'a, N> {
    /// One object by itself.
    #[must_use]
    pub fn of(object: Object<'a>, names: &'static Names<N>) -> Record<'a, N> {
        let text = object.raw();
        let nothing = Record { text, len: text.len(), slots: [Slot::default(); N], escaped: 0 };
        Record::walk(text, 0, names, |_, _, _| {}).unwrap_or(nothing)
    }

    /// Reads the object that begins at `start` by its names, and shows each member: the place of its name, and where
    /// in `text` its value begins and ends.
    #[inline(always)]
    fn walk(
        text: &'a str,
        start: usize,
        names: &'static Names<N>,
        mut member: impl FnMut(Option<usize>, usize, usize),
    ) -> Option<Record<'a, N>> {
        let bytes = text.as_bytes();
        let mut record = Record { text: text.get(start..)?, len: 0, slots: [Slot::default(); N], escaped: 0 };
        let mut walk = Walk::new(text, start, &[]);
        let mut last = start + 1;
        while let Some(name) = walk.name() {
            let (value, end, escaped) = walk.pass();
            last = end;
            let slot = match name.escaped {
                false => names.place_at(bytes, name.start, name.len()),
                true => names.place(&name.str(text)?),
            };
            if let Some(slot) = slot {
                *record.slots.get_mut(slot)? = Slot::new(value - start, end - start);
                record.escaped = record.escaped & !(1 << slot) | u32::from(escaped) << slot;
            }
            member(slot, value, end);
        }
        // Only white space and the closing bracket are left.
        record.len = skip::space(bytes, last) + 1 - start;
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
        // Where there is no value the slot leads to the opening bracket.
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
#[derive(Clone, Copy, Debug)]
struct Example {
    turns: [Turn; MEMBERS],
    /// How many turns there are; none if there is no example.
    len: usize,
}

/// A turn of an example: what comes before a value, and the value.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// With the opening quote of a string.
    before: Between,
    is_string: bool,
    /// The place of the name among the wanted ones, or beyond.
    slot: u8,
}

/// Bytes between two values: where they stand in the example, and how many they are.
#[derive(Clone, Copy, Debug)]
struct Between {
    at: u32,
    len: u8,
}

impl Example {
    const NONE: Example =
        Example { turns: [Turn { before: Between::NONE, is_string: false, slot: u8::MAX }; MEMBERS], len: 0 };

    /// The object that begins at `start`, if it is like the example.
    #[inline(always)]
    fn read<'a, const N: usize>(&self, text: &'a str, start: usize) -> Option<Record<'a, N>> {
        let turns = self.turns.get(..self.len)?;
        if turns.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        let (mut slots, mut escapes) = ([Slot::default(); N], 0);
        let mut at = start;
        for turn in turns {
            if !turn.before.is_at(bytes, at) {
                return None;
            }
            let value;
            at += usize::from(turn.before.len);
            if turn.is_string {
                value = at - 1;
                let escaped;
                (at, escaped) = skip::string(bytes, value);
                escapes |= u32::from(escaped).checked_shl(u32::from(turn.slot)).unwrap_or(0);
            } else {
                value = at;
                at = skip::bare(bytes, at);
                if at == value {
                    return None;
                }
            }
            if let Some(slot) = slots.get_mut(usize::from(turn.slot)) {
                *slot = Slot { start: (value - start) as u32, end: (at - start) as u32 };
            }
        }
        let close = skip::space(bytes, at);
        let len = close + 1 - start;
        if bytes.get(close) != Some(&b'}') || len > u32::MAX as usize {
            return None;
        }
        Some(Record { text: text.get(start..)?, len, slots, escaped: escapes })
    }
}

impl Between {
    const NONE: Between = Between { at: 0, len: 0 };

    /// What lies between these places, if it can be part of an example.
    fn new(start: usize, end: usize) -> Option<Between> {
        let len = end.checked_sub(start).filter(|len| *len <= BETWEEN)?;
        Some(Between { at: u32::try_from(start).ok()?, len: u8::try_from(len).ok()? })
    }

    #[inline(always)]
    fn is_at(&self, text: &[u8], at: usize) -> bool {
        let (own, len) = (self.at as usize, usize::from(self.len));
        let same = |from: usize, mask| match (Window::at(text, own + from), Window::at(text, at + from)) {
            (Some(example), Some(window)) => window.is_like(example, mask),
            _ => self.is_slowly_at(text, at),
        };
        if len <= WIDTH {
            return same(0, first_bytes(len));
        }
        let all = first_bytes(WIDTH);
        same(0, all) && same(len - WIDTH, all) && (len <= 2 * WIDTH || same(WIDTH, all))
    }

    /// Near the end of the text.
    #[inline(never)]
    fn is_slowly_at(&self, text: &[u8], at: usize) -> bool {
        let (own, len) = (self.at as usize, usize::from(self.len));
        text.get(own..own + len).is_some_and(|bytes| text.get(at..at + len) == Some(bytes))
    }
}

/// An example in the making.
struct Lesson {
    example: Example,
    /// Where the last value ended.
    at: usize,
    /// One bit for each wanted member that was there.
    seen: u32,
    /// Whether it is an example at all: no value is a container, no wanted name comes twice, and it is not too long.
    fits: bool,
}

impl Lesson {
    #[inline(always)]
    fn new(start: usize) -> Lesson {
        Lesson { example: Example::NONE, at: start, seen: 0, fits: true }
    }

    #[inline(always)]
    fn member(&mut self, text: &[u8], slot: Option<usize>, value: usize, end: usize) {
        let first = text.get(value);
        let is_string = first == Some(&b'"');
        let slot = slot.map_or(u8::MAX, |slot| slot as u8);
        let bit = 1_u32.checked_shl(u32::from(slot)).unwrap_or(0);
        let before = Between::new(self.at, value + usize::from(is_string));
        match (self.example.turns.get_mut(self.example.len), before) {
            (Some(turn), Some(before)) if !matches!(first, Some(b'{' | b'[')) && self.seen & bit == 0 => {
                *turn = Turn { before, is_string, slot };
                self.example.len += 1;
            }
            _ => self.fits = false,
        }
        self.seen |= bit;
        self.at = end;
    }
}

impl<'a> Array<'a> {
    /// The objects of the array with the members of these names: quick where the objects look alike.
    #[must_use]
    pub fn records<const N: usize>(&self, names: &'static Names<N>) -> Records<'a, N> {
        Records::new(self.raw(), names)
    }
}
