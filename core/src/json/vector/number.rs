//! Numbers and literals: every byte outside of strings that is no bracket, comma, colon or white space.

use super::carry::{Shift, Sum};
use super::isa::{BLOCK, Block, Isa, LANES, Lanes};
use super::planes;

/// What the number or literal at the end of a stride hands on.
pub(super) struct Numbers<I: Isa> {
    /// The last byte belongs to a number or a literal.
    scalar: Shift<I>,
    /// The last byte is a point.
    point: Shift<I>,
    /// The last byte is a zero that begins a number.
    zero: Shift<I>,
    /// The number has had its point.
    fraction: Sum,
    // These are only touched where there is more than digits and points.
    minus: Shift<I>,
    e: Shift<I>,
    sign: Shift<I>,
    /// The number has had its exponent's `e`.
    exponent: Sum,
    /// It is a literal.
    literal: Sum,
    /// Whether something goes on that may be a literal, or a number with more than digits and points.
    literals: bool,
    /// Whether it may be such a number.
    rich: bool,
}

/// The masks of a stride that numbers are read from.
#[derive(Clone, Copy)]
pub(super) struct Scalars<L> {
    /// All bytes of numbers and literals.
    pub(super) all: L,
    pub(super) digit: L,
    pub(super) zero: L,
    pub(super) point: L,
}

impl<I: Isa> Numbers<I> {
    pub(super) fn new(isa: I) -> Numbers<I> {
        let none = || Shift::new(isa, 0);
        Numbers {
            scalar: none(),
            point: none(),
            zero: none(),
            fraction: Sum::default(),
            minus: none(),
            e: none(),
            sign: none(),
            exponent: Sum::default(),
            literal: Sum::default(),
            literals: false,
            rich: false,
        }
    }

    /// Where numbers and literals begin, and what is wrong with them.
    ///
    /// `other` is what is neither digit nor point. `None` if there is a literal that JSON does not have.
    #[inline(always)]
    pub(super) fn read(
        &mut self,
        isa: I,
        scalars: Scalars<I::Lanes>,
        other: I::Lanes,
        text: &[u8],
        at: usize,
        blocks: &[[u8; BLOCK]; LANES],
    ) -> Option<(I::Lanes, I::Lanes)> {
        let begin = scalars.all & !self.scalar.next(scalars.all);
        if !other.any() && !self.literals {
            return Some((begin, self.plain(isa, scalars, begin)));
        }
        // What begins with a letter must be a literal. What begins with anything else that is no digit is found below.
        let literals = begin & !planes::mask(isa, blocks, |block| block.below(b'@'));
        for (lane, mut mask) in literals.masks().into_iter().enumerate() {
            while mask != 0 {
                if !is_literal(text, at + lane * BLOCK + mask.trailing_zeros() as usize) {
                    return None;
                }
                mask &= mask - 1;
            }
        }
        // A carry clears each literal from its first letter on: what is left are numbers.
        let all = scalars.all & self.literal.add(isa, scalars.all, literals);
        let numbers = Scalars { all, digit: scalars.digit & all, zero: scalars.zero & all, point: scalars.point & all };
        let rich = (other & all).any() || self.rich;
        let wrong =
            if rich { self.rich(isa, numbers, begin & all, blocks) } else { self.plain(isa, numbers, begin & all) };
        self.literals = self.scalar.is_set();
        self.rich = rich && self.literals;
        Some((begin, wrong))
    }

    /// Whether all of `other` are whole literals, each of them a value by itself.
    ///
    /// No is no verdict: white space may stand there, or a literal that goes on behind the stride.
    #[inline(always)]
    pub(super) fn are_literals(&self, other: I::Lanes, text: &[u8], at: usize) -> bool {
        if self.literals {
            return false;
        }
        let (first, other) = ((other & !other.up::<1>()).masks(), other.masks());
        let (mut over, mut others) = (0, 0);
        for (lane, (mut first, other)) in first.into_iter().zip(other).enumerate() {
            let mut literals = core::mem::take(&mut over);
            first &= !literals;
            while first != 0 {
                let place = first.trailing_zeros();
                let Some(len) = value_at(text, at + lane * BLOCK + place as usize) else { return false };
                let literal = ((1_u128 << len) - 1) << place;
                literals |= literal as u64;
                over |= (literal >> BLOCK) as u64;
                first &= first - 1;
            }
            others |= literals ^ other;
        }
        others | over == 0
    }

    /// Where numbers and literals begin, and what is wrong with the numbers, if all but digits and points are literals
    /// (see [`Numbers::are_literals`]).
    #[inline(always)]
    pub(super) fn beside(&mut self, isa: I, scalars: Scalars<I::Lanes>, literals: I::Lanes) -> (I::Lanes, I::Lanes) {
        let begin = scalars.all & !self.scalar.next(scalars.all);
        let all = scalars.all & !literals;
        (begin, self.plain(isa, Scalars { all, ..scalars }, begin & all))
    }

    /// What is wrong with numbers of digits and points.
    #[inline(always)]
    fn plain(&mut self, isa: I, numbers: Scalars<I::Lanes>, begin: I::Lanes) -> I::Lanes {
        let Scalars { all, digit, zero, point } = numbers;
        // A digit must come first, and after a point; a zero that comes first is the only digit before the point.
        let no_digit = (begin | self.point.next(point)) & !digit;
        let padded = self.zero.next(begin & zero) & digit;
        // From each point a carry clears the rest of its number, and comes to rest behind it. A second point in the
        // same number is set again by being added itself.
        let second = self.fraction.add(isa, all, point) & point;
        no_digit | padded | second
    }

    /// What is wrong with numbers of any kind.
    #[inline(always)]
    fn rich(&mut self, isa: I, numbers: Scalars<I::Lanes>, begin: I::Lanes, blocks: &[[u8; BLOCK]; LANES]) -> I::Lanes {
        let Scalars { all, digit, zero, point } = numbers;
        let e = all & planes::mask(isa, blocks, |block| block.folded().equal(b'e'));
        let minus = all & planes::mask(isa, blocks, |block| block.equal(b'-'));
        let sign = all & planes::mask(isa, blocks, |block| block.equal(b'+')) | minus;

        let negative = begin & minus;
        let whole = begin & !minus | self.minus.next(negative);
        let after_e = self.e.next(e);
        let no_digit = (whole | self.point.next(point) | after_e & !sign | self.sign.next(after_e & sign)) & !digit;
        let stray = sign & !(negative | after_e) | all & !(digit | point | e | sign);
        let padded = self.zero.next(whole & zero) & digit;
        let second_point = self.fraction.add(isa, all, point) & point;
        // The same with the `e`, behind which there may be no point either.
        let before_e = self.exponent.add(isa, all, e);
        let second_e = before_e & e | point & !before_e;
        no_digit | stray | padded | second_point | second_e
    }
}

/// Whether a literal is at this place, and ends where it should.
#[inline(always)]
fn is_literal(text: &[u8], at: usize) -> bool {
    literal(text.get(at..).unwrap_or_default()).is_some()
}

/// How long the literal at this place is, if nothing but a comma, a colon or a bracket stands before it.
#[inline(always)]
fn value_at(text: &[u8], at: usize) -> Option<u32> {
    match text.get(at.checked_sub(1)?..)? {
        [b',' | b':' | b'[', rest @ ..] => literal(rest),
        _ => None,
    }
}

/// How long the literal is that these bytes begin with, if it ends where it should.
///
/// Which one it is nobody can foresee: so that is not branched on.
#[inline(always)]
fn literal(rest: &[u8]) -> Option<u32> {
    let word = *rest.first_chunk()?;
    let is_false = (word == *b"fals") & (rest.get(4) == Some(&b'e'));
    let is_literal = (word == *b"true") | (word == *b"null") | is_false;
    let len = 4 + u32::from(is_false);
    let behind = rest.get(len as usize).unwrap_or(&b' ');
    let ends = matches!(behind, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
    (is_literal & ends).then_some(len)
}
