//! One step of the validator, and the loop around it.

use super::carry::{Parity, Shift, Sum};
use super::escape::Escapes;
use super::isa::{BLOCK, Block, Isa, LANES, Lanes, STRIDE};
use super::nesting::{Context, Nesting};
use super::number::{Numbers, Scalars};
use super::planes::{self, Planes};
use super::utf8::Characters;
use crate::json::landmarks::{Landmarks, Survey};
use crate::json::marks::Marks;
use crate::json::skip::is_space;

/// Notes the landmarks and the marks of `text`, if it is a JSON text whose root is an array or an object.
///
/// `None` for everything else, and on any doubt.
#[inline(always)]
pub(super) fn validate<I: Isa>(isa: I, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
    let begin = text.iter().position(|byte| !is_space(*byte))?;
    if !matches!(text[begin], b'{' | b'[') {
        return None;
    }
    let mut survey = Survey::new(landmarks, text.len());
    let mut validator = Validator::new(isa, text, &mut survey, marks);
    let mut tail = [b' '; STRIDE];
    let mut planes = Planes::EMPTY;
    let mut live = isa.lanes(&[u64::MAX; LANES]);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let bytes = match rest.first_chunk::<STRIDE>() {
            Some(bytes) => bytes,
            None => {
                tail[..rest.len()].copy_from_slice(rest);
                live = isa.lanes(&first_bytes(rest.len()));
                &tail
            }
        };
        if validator.step(at, bytes, live, &mut planes)? {
            // White space behind the root may lie in a stride that nobody has looked at.
            if validator.is_plain && text.last().is_some_and(|byte| !is_space(*byte)) {
                validator.marks.finish(text.len());
            }
            survey.finish();
            return Some(());
        }
        at += STRIDE;
    }
    None
}

/// Masks of so many bytes of a stride.
fn first_bytes(len: usize) -> [u64; LANES] {
    core::array::from_fn(|lane| match len.saturating_sub(lane * BLOCK) {
        BLOCK.. => u64::MAX,
        len => (1 << len) - 1,
    })
}

struct Validator<'t, 's, 'l, I: Isa> {
    isa: I,
    text: &'t [u8],
    escapes: Escapes,
    /// Within a string.
    string: Parity,
    /// The name of a member goes on, or what is silent behind it.
    name: Sum,
    /// The token before is an opening bracket or a comma.
    opener: Shift<I>,
    /// The token before is a comma or a colon.
    middle: Shift<I>,
    opener_space: Sum,
    middle_space: Sum,
    numbers: Numbers<I>,
    nesting: Nesting<'s, 'l>,
    characters: Characters,
    marks: &'s mut Marks,
    /// There is no white space but in strings, and nothing is escaped.
    is_plain: bool,
}

impl<'t, 's, 'l, I: Isa> Validator<'t, 's, 'l, I> {
    #[inline(always)]
    fn new(isa: I, text: &'t [u8], survey: &'s mut Survey<'l>, marks: &'s mut Marks) -> Validator<'t, 's, 'l, I> {
        Validator {
            isa,
            text,
            escapes: Escapes::default(),
            string: Parity::default(),
            name: Sum::default(),
            // The root stands as the first element of an array would.
            opener: Shift::new(isa, 1 << 63),
            middle: Shift::new(isa, 0),
            opener_space: Sum::default(),
            middle_space: Sum::default(),
            numbers: Numbers::new(isa),
            nesting: Nesting::new(survey),
            characters: Characters::new(),
            marks,
            is_plain: true,
        }
    }

    /// Validates the stride that begins at `at`: whether the text ended well in it; `None` if something is wrong.
    ///
    /// Of the bytes only the `live` ones are text.
    #[inline(always)]
    fn step(&mut self, at: usize, bytes: &[u8; STRIDE], live: I::Lanes, planes: &mut Planes) -> Option<bool> {
        let isa = self.isa;
        let blocks: &[[u8; BLOCK]; LANES] = bytes.as_chunks().0.first_chunk()?;
        isa.classify(blocks, self.text.len().saturating_sub(at), planes);

        let characters = planes.foreign || self.characters.are_pending();
        if characters && !self.characters.are_valid(isa, blocks) {
            return None;
        }
        if planes.backslash || self.escapes.are_pending() {
            self.is_plain = false;
            self.escapes.resolve(isa, blocks, &mut planes.quote)?;
        }

        let quote = isa.lanes(&planes.quote);
        let inside = self.string.spans(isa, quote);
        let outside = live & !(inside | quote);
        let text_begin = quote & inside;
        let opener = isa.lanes(&planes.opener) & outside;
        let middle = isa.lanes(&planes.middle) & outside;
        let bracket = isa.lanes(&planes.bracket) & outside;
        let point = isa.lanes(&planes.point);
        let digit = isa.lanes(&planes.digit) & outside;

        let comma = opener & middle;
        let opening = opener & bracket;
        let closing = bracket & !opener;
        let colon = middle & !opener;
        let marks = opener | middle | bracket;
        self.marks.note(at, marks.masks());
        let mut scalar = outside & !marks;
        let mut other = scalar & !(digit | point);
        let mut before_opener = self.opener.next(opener);
        let mut before_middle = self.middle.next(middle);
        let after_opener = before_opener;
        let mut silent = quote | inside;

        let only_literals = !planes.control && other.any() && self.numbers.are_literals(isa, other, self.text, at);
        if planes.control || (!only_literals && other.any()) {
            // Of white space only the blank is no control character.
            let space = match planes.control {
                true => planes::mask(isa, blocks, |block| block.space()),
                false => planes::mask(isa, blocks, |block| block.equal(b' ')),
            };
            if planes.control {
                let control = planes::mask(isa, blocks, |block| block.at_most(0x1F));
                if (control & (inside | !space)).any() {
                    return None;
                }
            }
            let space = space & other;
            if space.any() {
                self.is_plain = false;
                scalar = scalar & !space;
                other = other & !space;
                silent = silent | space;
                before_opener = self.opener_space.add(isa, space, before_opener) & !space;
                before_middle = self.middle_space.add(isa, space, before_middle) & !space;
                if self.opener_space.take() {
                    self.opener.set(isa, true);
                }
                if self.middle_space.take() {
                    self.middle.set(isa, true);
                }
            }
        }
        let scalars = Scalars { all: scalar, digit, zero: point & digit, point: point & !digit & scalar };
        let (begin, mut wrong) = match only_literals {
            true => self.numbers.beside(isa, scalars, other),
            false => self.numbers.read(isa, scalars, other, self.text, at, bytes)?,
        };

        let Context { object, end } = if !(opening | closing).any() {
            self.nesting.still(isa)
        } else {
            let behind = closing.up::<2>() | closing.after(isa.lanes(&[0; LANES])).down::<62>();
            let last = closing & isa.lanes(&[0, 0, 0, 3 << 62]);
            if planes.square || (last | (opening ^ behind) | (opening & !after_opener)).any() {
                self.nesting.visit(isa, at, opening | closing, bytes)?
            } else {
                self.nesting.pairs(at, opening)?
            }
        };

        let value = opening | begin;
        let expected = before_opener | before_middle;
        wrong = wrong | (value | text_begin) & !expected;
        wrong = wrong | value & before_opener & object;
        wrong = wrong | comma & expected;
        wrong = wrong | closing & before_middle;
        let name_begin = text_begin & before_opener & object;
        // Behind each name the carry comes to rest on its colon.
        wrong = wrong | (self.name.add(isa, silent, name_begin) & !silent) ^ colon;
        if wrong.any() {
            return None;
        }
        match end {
            None => Some(false),
            Some(end) => self.text.get(end..)?.iter().all(|byte| is_space(*byte)).then_some(true),
        }
    }
}
