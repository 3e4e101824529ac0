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
    /// Whether the number or literal at the end has anything but digits and points.
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
            rich: false,
        }
    }

    /// Whether the next stride cannot be read by [`plain`](Numbers::plain), whatever it holds.
    #[inline(always)]
    pub(super) fn are_rich(&self) -> bool {
        self.rich
    }

    /// Where numbers begin, and what is wrong with them, if they consist of digits and points.
    #[inline(always)]
    pub(super) fn plain(&mut self, isa: I, scalars: Scalars<I::Lanes>) -> (I::Lanes, I::Lanes) {
        let Scalars { all, digit, zero, point } = scalars;
        let begin = all & !self.scalar.next(all);
        // A digit must come first, and after a point; a zero that comes first is the only digit before the point.
        let no_digit = (begin | self.point.next(point)) & !digit;
        let padded = self.zero.next(begin & zero) & digit;
        // From each point a carry clears the rest of its number, and comes to rest behind it. A second point in the
        // same number is set again by being added itself.
        let second = self.fraction.add(isa, all, point) & point;
        (begin, no_digit | padded | second)
    }

    /// The same for numbers with signs and exponents, and literals.
    #[inline(always)]
    pub(super) fn rich(
        &mut self,
        isa: I,
        scalars: Scalars<I::Lanes>,
        text: &[u8],
        at: usize,
        blocks: &[[u8; BLOCK]; LANES],
    ) -> Option<(I::Lanes, I::Lanes)> {
        let Scalars { all, digit, zero, point } = scalars;
        let begin = all & !self.scalar.next(all);

        let letter = planes::mask(isa, blocks, |block| block.equal(b't') | block.equal(b'f') | block.equal(b'n'));
        let literals = begin & letter;
        for (lane, mut mask) in literals.masks().into_iter().enumerate() {
            while mask != 0 {
                if !is_literal(text, at + lane * BLOCK + mask.trailing_zeros() as usize) {
                    return None;
                }
                mask &= mask - 1;
            }
        }
        // A carry clears each literal from its first letter on: what is left are numbers.
        let number = all & self.literal.add(isa, all, literals);
        let begin_number = begin & !literals;

        let e = number & planes::mask(isa, blocks, |block| block.folded().equal(b'e'));
        let minus = number & planes::mask(isa, blocks, |block| block.equal(b'-'));
        let sign = number & planes::mask(isa, blocks, |block| block.equal(b'+')) | minus;
        let (digit, zero, point) = (digit & number, zero & number, point & number);

        let negative = begin_number & minus;
        let whole = begin_number & !minus | self.minus.next(negative);
        let after_e = self.e.next(e);
        let no_digit = (whole | self.point.next(point) | after_e & !sign | self.sign.next(after_e & sign)) & !digit;
        let stray = sign & !(negative | after_e) | number & !(digit | point | e | sign);
        let padded = self.zero.next(whole & zero) & digit;
        let second_point = self.fraction.add(isa, number, point) & point;
        // The same with the `e`, behind which there may be no point either.
        let before_e = self.exponent.add(isa, number, e);
        let second_e = before_e & e | point & !before_e;

        self.rich = self.scalar.is_set();
        Some((begin, no_digit | stray | padded | second_point | second_e))
    }
}

/// Whether a literal is at this place, and ends where it should.
#[inline(always)]
fn is_literal(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let behind = match rest {
        [b't', b'r', b'u', b'e', behind @ ..] | [b'n', b'u', b'l', b'l', behind @ ..] => behind,
        [b'f', b'a', b'l', b's', b'e', behind @ ..] => behind,
        _ => return false,
    };
    matches!(behind.first(), None | Some(b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t'))
}
