//! Numbers: their digits as they stand, and exact conversions.
//!
//! Whole numbers and milliseconds are worked out from the decimal digits, without any float: nothing is rounded that
//! need not be, and a device without a floating-point unit pays nothing for it.

use core::fmt;

use super::float;

/// A number: a view of its digits.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a> {
    raw: &'a str,
}

impl<'a> Number<'a> {
    #[inline]
    pub(super) fn new(raw: &'a str) -> Number<'a> {
        Number { raw }
    }

    /// The number as it stands in the document.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The nearest float, ties to even; `None` if that would be infinite.
    #[must_use]
    pub fn f64(&self) -> Option<f64> {
        float::parse(self.raw)
    }

    /// The number if it is whole and fits, however it is written: `54`, `54.0`, `5.4e1`, `-0`.
    #[must_use]
    pub fn i64(&self) -> Option<i64> {
        self.scaled(0).filter(|scaled| scaled.rest == Rest::Zero)?.signed(0)
    }

    /// The number if it is whole, not negative and fits, however it is written: `54`, `54.0`, `5.4e1`, `-0`.
    #[must_use]
    pub fn u64(&self) -> Option<u64> {
        let scaled = self.scaled(0).filter(|scaled| scaled.rest == Rest::Zero)?;
        (!scaled.negative || scaled.whole == 0).then_some(scaled.whole)
    }

    /// The number taken as seconds, in milliseconds, a half rounded away from zero; `None` if it does not fit.
    #[must_use]
    pub fn millis(&self) -> Option<i64> {
        let scaled = self.scaled(3)?;
        scaled.signed(u64::from(scaled.rest == Rest::HalfOrMore))
    }

    /// Whether the number is whole, of whatever size and however it is written.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        let decimal = self.decimal();
        let point = decimal.point(0);
        !decimal.digits().enumerate().any(|(place, digit)| digit != 0 && place as i64 >= point)
    }

    /// Whether it is written as a whole number: no fraction, no exponent, and not `-0`, which only a float can hold.
    #[cfg(feature = "serde")]
    pub(super) fn is_plain_integer(&self) -> bool {
        self.raw != "-0" && !self.raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// The number times ten to the power of `shift`; `None` if its whole part exceeds 64 bits.
    fn scaled(&self, shift: i64) -> Option<Scaled> {
        let decimal = self.decimal();
        let point = decimal.point(shift);
        let mut whole = 0_u64;
        let mut rest = Rest::Zero;
        let mut place = 0_i64;
        for &digit in [decimal.whole, decimal.fraction].into_iter().flatten() {
            let digit = digit.wrapping_sub(b'0');
            if place < point {
                whole = whole.checked_mul(10)?.checked_add(u64::from(digit))?;
            } else if place == point && digit >= 5 {
                rest = Rest::HalfOrMore;
            } else if digit != 0 && rest == Rest::Zero {
                rest = Rest::LessThanHalf;
            }
            place += 1;
        }
        // Zeros that the exponent adds: none for zero, else twenty at most before it is too large.
        while whole != 0 && place < point {
            whole = whole.checked_mul(10)?;
            place += 1;
        }
        Some(Scaled { negative: decimal.negative, whole, rest })
    }

    fn decimal(&self) -> Decimal<'a> {
        let (negative, raw) = match self.raw.as_bytes() {
            [b'-', raw @ ..] => (true, raw),
            raw => (false, raw),
        };
        let (mantissa, exponent) = cut(raw, b'e');
        let (whole, fraction) = cut(mantissa, b'.');
        Decimal { negative, whole, fraction, exponent }
    }
}

/// What stands before and behind this mark, be it a capital one.
#[cfg_attr(target_os = "none", inline(never))]
fn cut(text: &[u8], mark: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte | 0x20 == mark) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => (text, &[]),
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw)
    }
}

/// The parts of a number, as they are written.
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: &'a [u8],
}

impl<'a> Decimal<'a> {
    fn digits(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.whole.iter().chain(self.fraction).map(|byte| byte.wrapping_sub(b'0'))
    }

    /// How many of the digits stand before the decimal point once it is moved by exponent and `shift`.
    fn point(&self, shift: i64) -> i64 {
        let (negative, digits) = match self.exponent {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] | digits => (false, digits),
        };
        // Far beyond what any number of digits could make up for, and far from the ends of the range.
        let size = digits.iter().fold(0_i64, |sum, byte| match sum {
            FAR.. => sum,
            _ => sum * 10 + i64::from(byte.wrapping_sub(b'0')),
        });
        let exponent = if negative { -size } else { size };
        (self.whole.len() as i64).saturating_add(shift).saturating_add(exponent)
    }
}

/// An exponent beyond which a number is too large or zero, whatever its digits: no text has so many of them.
const FAR: i64 = 1 << 58;

/// A number cut to its whole part.
struct Scaled {
    negative: bool,
    whole: u64,
    rest: Rest,
}

impl Scaled {
    /// The whole part with its sign, `more` further from zero.
    fn signed(&self, more: u64) -> Option<i64> {
        let whole = self.whole.checked_add(more)?;
        if self.negative { 0_i64.checked_sub_unsigned(whole) } else { i64::try_from(whole).ok() }
    }
}

/// What was cut off, in relation to a half.
#[derive(Clone, Copy, PartialEq)]
enum Rest {
    Zero,
    LessThanHalf,
    HalfOrMore,
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    fn number(text: &str) -> Number<'_> {
        Document::parse(text.as_bytes()).unwrap().root().as_number().unwrap()
    }

    #[test]
    fn whole_numbers_are_exact_however_they_are_written() {
        let table: &[(&str, Option<i64>, Option<u64>)] = &[
            ("0", Some(0), Some(0)),
            ("-0", Some(0), Some(0)),
            ("-0.0e5", Some(0), Some(0)),
            ("0e99999999999999999999", Some(0), Some(0)),
            ("54", Some(54), Some(54)),
            ("54.0", Some(54), Some(54)),
            ("5.4e1", Some(54), Some(54)),
            ("5.4E+1", Some(54), Some(54)),
            ("5400e-2", Some(54), Some(54)),
            ("54.5", None, None),
            ("5.4e0", None, None),
            ("541e-1", None, None),
            ("1e-99999999999999999999", None, None),
            ("1e99999999999999999999", None, None),
            ("-7", Some(-7), None),
            ("-1e-1", None, None),
            ("9223372036854775807", Some(i64::MAX), Some(i64::MAX as u64)),
            ("9223372036854775808", None, Some(1 << 63)),
            ("-9223372036854775808", Some(i64::MIN), None),
            ("-9223372036854775809", None, None),
            ("18446744073709551615", None, Some(u64::MAX)),
            ("18446744073709551616", None, None),
            ("1844674407370955161.50e1", None, Some(u64::MAX)),
            ("1e19", None, Some(10_000_000_000_000_000_000)),
            ("1e20", None, None),
            ("0.000000000000000000000001e24", Some(1), Some(1)),
            ("1000000000000000000e-18", Some(1), Some(1)),
            // Digits before the point count for what they are worth, however many there are.
            ("10000000000000000000000000e-25", Some(1), Some(1)),
        ];
        for &(text, signed, unsigned) in table {
            assert_eq!((number(text).i64(), number(text).u64()), (signed, unsigned), "{text}");
        }
    }

    #[test]
    fn seconds_become_whole_milliseconds_with_halves_away_from_zero() {
        let table = [
            ("25.933313", Some(25_933)),
            ("0.0005", Some(1)),
            ("0.00049999999999999999999999", Some(0)),
            ("-0.0005", Some(-1)),
            ("-0.0004", Some(0)),
            ("0.1235", Some(124)),
            ("0.00005", Some(0)),
            ("1.5e1", Some(15_000)),
            ("15e-1", Some(1_500)),
            ("5e-4", Some(1)),
            ("9e-5", Some(0)),
            ("1E3", Some(1_000_000)),
            ("-1", Some(-1_000)),
            ("0", Some(0)),
            ("9223372036854775.807", Some(i64::MAX)),
            ("9223372036854775.8075", None),
            ("-9223372036854775.808", Some(i64::MIN)),
            ("-9223372036854775.8085", None),
            ("18446744073709551.6155", None),
            ("1e16", None),
            ("1e999", None),
            ("1e-999", Some(0)),
        ];
        for (text, millis) in table {
            assert_eq!(number(text).millis(), millis, "{text}");
        }
    }

    #[test]
    fn floats_are_rounded_correctly_and_never_infinite() {
        assert_eq!(number("0.1").f64(), Some(0.1));
        assert_eq!(number("9007199254740993").f64(), Some(9_007_199_254_740_992.0));
        assert_eq!(number("1.7976931348623157e308").f64(), Some(f64::MAX));
        assert_eq!(number("1.8e308").f64(), None);
        assert_eq!(number("-1e999").f64(), None);
        assert_eq!(number("1e-999").f64(), Some(0.0));
        assert_eq!(number("-0").f64().map(f64::is_sign_negative), Some(true));
        assert_eq!(number("1e999").raw(), "1e999");
    }

    #[test]
    fn whole_is_a_matter_of_the_value() {
        for text in ["0", "-0.0", "54.0", "5.4e1", "1e999", "1e99999999999999999999", "100e-2", "0e-5"] {
            assert!(number(text).is_integer(), "{text}");
        }
        for text in ["0.5", "54.01", "5.45e1", "1e-1", "1e-99999999999999999999", "101e-2"] {
            assert!(!number(text).is_integer(), "{text}");
        }
    }

    #[test]
    fn a_number_prints_as_it_is_written() {
        assert_eq!(std::format!("{}", number("-1.50E+2")), "-1.50E+2");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn plain_integers_are_written_without_fraction_exponent_or_minus_zero() {
        for text in ["0", "54", "-7", "18446744073709551616"] {
            assert!(number(text).is_plain_integer(), "{text}");
        }
        for text in ["-0", "0.0", "5.0", "5e0", "5E1", "-0.5"] {
            assert!(!number(text).is_plain_integer(), "{text}");
        }
    }
}
