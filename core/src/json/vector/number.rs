//! Numbers and literals: every byte outside of strings that is no bracket, comma, colon or white space.

use super::carry::{Shift, Sum};
use super::isa::{BLOCK, Isa, LANES, Lanes, STRIDE};

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
        bytes: &[u8; STRIDE],
    ) -> Option<(I::Lanes, I::Lanes)> {
        let begin = scalars.all & !self.scalar.next(scalars.all);
        if !other.any() && !self.literals {
            return Some((begin, self.plain(isa, scalars, begin)));
        }
        // What begins with a letter must be a literal. What begins with anything else that is no digit is found below.
        let literals = isa.lanes(&select(begin & other, bytes, |place, byte| match byte {
            b'@'.. if is_literal(text, at + place) => Some(true),
            b'@'.. => None,
            _ => Some(false),
        })?);
        // A carry clears each literal from its first letter on: what is left are numbers.
        let all = scalars.all & self.literal.add(isa, scalars.all, literals);
        let numbers = Scalars { all, digit: scalars.digit & all, zero: scalars.zero & all, point: scalars.point & all };
        let rich = (other & all).any() || self.rich;
        let wrong = match rich {
            true => self.rich(isa, numbers, other & all, begin & all, bytes)?,
            false => self.plain(isa, numbers, begin & all),
        };
        self.literals = self.scalar.is_set();
        self.rich = rich && self.literals;
        Some((begin, wrong))
    }

    /// Whether all of `other` are whole literals, each of them a value by itself.
    ///
    /// No is no verdict: white space may stand there, or a literal that goes on behind the stride.
    #[inline(always)]
    pub(super) fn are_literals(&self, isa: I, other: I::Lanes, text: &[u8], at: usize) -> bool {
        if self.literals {
            return false;
        }
        // Behind each of them is no white space, so that it is all of its run.
        let first = other & !(other.up::<1>() | other.after(isa.lanes(&[0; LANES])).down::<63>());
        first.masks().into_iter().enumerate().all(|(lane, mut first)| {
            while first != 0 {
                let place = lane * BLOCK + first.trailing_zeros() as usize;
                match value_at(text, at + place) {
                    Some(len) if place + len <= STRIDE => first &= first - 1,
                    _ => return false,
                }
            }
            true
        })
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

    /// What is wrong with numbers of any kind. `None` if there is a byte that no number has.
    #[inline(always)]
    fn rich(
        &mut self,
        isa: I,
        numbers: Scalars<I::Lanes>,
        other: I::Lanes,
        begin: I::Lanes,
        bytes: &[u8; STRIDE],
    ) -> Option<I::Lanes> {
        let Scalars { all, digit, zero, point } = numbers;
        // They are few, so they are looked at one by one.
        let e = isa.lanes(&select(other, bytes, |_, byte| match byte {
            b'e' | b'E' => Some(true),
            b'+' | b'-' => Some(false),
            _ => None,
        })?);
        let sign = other & !e;
        let minus = isa.lanes(&select(begin & sign, bytes, |_, byte| Some(byte == b'-'))?);

        let whole = begin & !minus | self.minus.next(minus);
        let after_e = self.e.next(e);
        let no_digit = (whole | self.point.next(point) | after_e & !sign | self.sign.next(after_e & sign)) & !digit;
        let stray = sign & !(minus | after_e);
        let padded = self.zero.next(whole & zero) & digit;
        let second_point = self.fraction.add(isa, all, point) & point;
        // The same with the `e`, behind which there may be no point either.
        let before_e = self.exponent.add(isa, all, e);
        let second_e = before_e & e | point & !before_e;
        Some(no_digit | stray | padded | second_point | second_e)
    }
}

/// The bits of `mask` at the places and bytes of which this is true; `None` if nothing is said of one.
#[inline(always)]
fn select<L: Lanes>(
    mask: L,
    bytes: &[u8; STRIDE],
    mut is_wanted: impl FnMut(usize, u8) -> Option<bool>,
) -> Option<[u64; LANES]> {
    let mut wanted = [0; LANES];
    for (lane, (wanted, mut bits)) in wanted.iter_mut().zip(mask.masks()).enumerate() {
        while bits != 0 {
            let place = lane * BLOCK + bits.trailing_zeros() as usize;
            *wanted |= u64::from(is_wanted(place, bytes[place % STRIDE])?) << (place % BLOCK);
            bits &= bits - 1;
        }
    }
    Some(wanted)
}

/// Whether a literal is at this place, and ends where it should.
#[inline(always)]
fn is_literal(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.first_chunk() else { return false };
    let len = literal_len(*first, *rest.get(4).unwrap_or(&b' '));
    let behind = rest.get(len).unwrap_or(&b' ');
    len != 0 && matches!(behind, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t')
}

/// How long the literal at this place is, if there is one with no white space beside it.
///
/// At the end of the text `None`, too.
#[inline(always)]
fn value_at(text: &[u8], at: usize) -> Option<usize> {
    let [before, first @ .., fifth, sixth] = text.get(at.checked_sub(1)?..)?.first_chunk::<7>()?;
    let len = literal_len(*first, *fifth);
    let behind = if len == 5 { sixth } else { fifth };
    let is_value = (*before == b',') | (*before == b':') | (*before == b'[');
    let ends = (*behind == b',') | (*behind == b']') | (*behind == b'}');
    ((len != 0) & is_value & ends).then_some(len)
}

/// How long the literal is that begins with these five bytes; 0 if none does.
///
/// Which one it is nobody can foresee: so that is not branched on.
#[inline(always)]
fn literal_len(first: [u8; 4], fifth: u8) -> usize {
    let four = (first == *b"true") | (first == *b"null");
    let five = (first == *b"fals") & (fifth == b'e');
    4 * usize::from(four) + 5 * usize::from(five)
}
