//! Decimal digits to floats, correctly rounded: by one division, or one multiplication, or the standard library.
//!
//! The digits of a number give a whole number and a power of ten. There are three ways on:
//!
//! - Up to 2^53 and with a power down to 10^-22, as nearly every number is: both are exact as floats, so one division
//!   rounds once (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
//! - Up to nineteen digits, with a power from 10^-27 to 10^27: [`nearest`] multiplies by 128 bits of a power of five.
//! - Everything else is left to `str::parse`, which rounds correctly as well.

use super::window::Window;

/// What 10^0 to 10^22 are as floats: exactly themselves.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// 10^0 to 10^18.
const WHOLE_POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut power = 1;
    while power < powers.len() {
        powers[power] = 10 * powers[power - 1];
        power += 1;
    }
    powers
};

/// Beyond it not every whole number is a float.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// So many digits never exceed 64 bits.
const DIGITS: usize = 19;

/// The float nearest to a number's text; `None` if that would be infinite.
#[inline]
pub(super) fn parse(raw: &str) -> Option<f64> {
    match short(raw.as_bytes()) {
        Some(float) => Some(float),
        None => raw.parse().ok().filter(|float: &f64| float.is_finite()),
    }
}

/// A number read byte by byte, if it is short enough.
#[inline]
fn short(bytes: &[u8]) -> Option<f64> {
    let (negative, mut rest) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mut whole, mut digits, mut places, mut fraction) = (0_u64, 0, 0, false);
    while let [byte, behind @ ..] = rest {
        match byte {
            b'0'..=b'9' if digits < DIGITS => {
                whole = whole * 10 + u64::from(byte - b'0');
                digits += 1;
                places += i32::from(fraction);
            }
            b'.' => fraction = true,
            b'e' | b'E' => return Some(signed(negative, scaled(whole, exponent(behind)? - places)?)),
            _ => return None,
        }
        rest = behind;
    }
    Some(signed(negative, scaled(whole, -places)?))
}

/// An exponent of one or two digits.
fn exponent(bytes: &[u8]) -> Option<i32> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    let size = match digits {
        [one @ b'0'..=b'9'] => i32::from(one - b'0'),
        [ten @ b'0'..=b'9', one @ b'0'..=b'9'] => i32::from(ten - b'0') * 10 + i32::from(one - b'0'),
        _ => return None,
    };
    Some(if negative { -size } else { size })
}

fn signed(negative: bool, float: f64) -> f64 {
    if negative { -float } else { float }
}

/// `whole` times ten to this power.
#[inline(always)]
fn scaled(whole: u64, power: i32) -> Option<f64> {
    if whole <= EXACT
        && power <= 0
        && let Some(divisor) = POWERS.get(power.unsigned_abs() as usize)
    {
        return Some(whole as f64 / divisor);
    }
    nearest(whole, power)
}

/// How much text there must be for a number to be read eight digits at a time: up to eight before the point, the point,
/// up to eighteen behind it, and room to load the last ones in one go.
const AHEAD: usize = 40;

/// The number that begins at `at`, if it is short, not negative, has no exponent, and enough text follows it.
#[inline(always)]
pub(super) fn parse_ahead(text: &[u8], at: usize) -> Option<f64> {
    let text: &[u8; AHEAD] = text.get(at..)?.first_chunk()?;
    let ends = Window::at(text, 0)?.no_digits();
    let whole_len = ends.trailing_zeros() as usize;
    // Before the point there is often a single digit, of confidences always.
    let whole = if whole_len == 1 { u64::from(text[0] & 0x0F) } else { eight(text, 0, whole_len)? };
    match text[whole_len] {
        b'.' => {
            let begin = whole_len + 1;
            let places = ((ends & ends.wrapping_sub(1)).trailing_zeros() as usize).wrapping_sub(begin);
            let Some(fraction) = eight(text, begin, places) else { return parse_long(text, begin, whole) };
            if text[begin + places] | 0x20 == b'e' {
                return None;
            }
            // At most sixteen digits: below 10^16, but not always below 2^53.
            scaled(whole * WHOLE_POWERS[places] + fraction, -(places as i32))
        }
        b'e' | b'E' => None,
        _ => Some(whole as f64),
    }
}

/// The number of which `whole` was read, with its more than eight digits from `begin` on.
#[inline(never)]
fn parse_long(text: &[u8; AHEAD], begin: usize, whole: u64) -> Option<f64> {
    let first = eight(text, begin, 8)?;
    let behind = Window::at(text, begin + 8)?.no_digits().trailing_zeros() as usize;
    let places = 8 + behind;
    if begin - 1 + places > DIGITS || places >= WHOLE_POWERS.len() || text.get(begin + places)? | 0x20 == b'e' {
        return None;
    }
    let second = eight(text, begin + 8, behind.min(8))?;
    let mut fraction = first * WHOLE_POWERS[behind.min(8)] + second;
    if behind > 8 {
        let third = eight(text, begin + 16, behind - 8)?;
        fraction = fraction * WHOLE_POWERS.get(behind - 8)? + third;
    }
    scaled(whole * WHOLE_POWERS[places] + fraction, -(places as i32))
}

/// The whole number that begins at `at`, on the same terms.
#[inline(always)]
pub(super) fn whole_ahead(text: &[u8], at: usize) -> Option<u64> {
    let text: &[u8; AHEAD] = text.get(at..)?.first_chunk()?;
    let len = Window::at(text, 0)?.no_digits().trailing_zeros() as usize;
    let whole = eight(text, 0, len)?;
    if matches!(text[len], b'.' | b'e' | b'E') { None } else { Some(whole) }
}

/// One to eight digits as a number, all at once.
#[inline(always)]
fn eight(text: &[u8; AHEAD], at: usize, len: usize) -> Option<u64> {
    if len.wrapping_sub(1) >= 8 {
        return None;
    }
    let word = u64::from_le_bytes(*text.get(at..)?.first_chunk()?);
    // The digits move to the end, which is the top; zeros come before them. Then neighbours are joined: to two digits,
    // four, eight.
    let digits = (word & 0x0F0F_0F0F_0F0F_0F0F) << (64 - 8 * len);
    let pairs = (digits.wrapping_mul(10 << 8 | 1) >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100 << 16 | 1) >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// The highest power of five below 2^63, and the lowest of its inverses.
const FIVES: i32 = 27;

/// 128 bits of 5^-27 to 5^27, shifted up until the top bit is set. The inverses are not whole: they are rounded up.
static POWERS_OF_FIVE: [u128; 2 * FIVES as usize + 1] = {
    let mut powers = [0; 2 * FIVES as usize + 1];
    let (mut size, mut five) = (0, 1_u128);
    while size <= FIVES as usize {
        if size > 0 {
            powers[FIVES as usize - size] = inverse(five);
        }
        powers[FIVES as usize + size] = five << five.leading_zeros();
        five *= 5;
        size += 1;
    }
    powers
};

/// The first 128 bits of 1 / `number`, which is no power of two, rounded up: a long division.
const fn inverse(number: u128) -> u128 {
    let (mut bits, mut rest) = (0_u128, 1_u128);
    while bits >> 127 == 0 {
        rest <<= 1;
        bits <<= 1;
        if rest >= number {
            rest -= number;
            bits |= 1;
        }
    }
    bits + 1
}

/// The float nearest to `whole` times ten to this power, ties to even; `None` for powers beyond 27.
///
/// This is the algorithm of Lemire ("Number Parsing at a Gigabyte per Second", 2021), in the range where it needs no
/// way out. The product of `whole` and the power of five is worked out to 128 bits, of which a float takes 53 and a bit
/// for rounding. The lower half of the power of five can change those only if all bits between are set, so it is
/// multiplied only then. What is left out is less than one in the last of the 128 bits, and a tie, which that could
/// hide, needs the power to be a whole number, or to divide `whole`: then the product is exact, or almost, and it is
/// told apart below.
#[inline(always)]
fn nearest(whole: u64, power: i32) -> Option<f64> {
    let five = *POWERS_OF_FIVE.get(usize::try_from(power + FIVES).ok()?)?;
    if whole == 0 {
        return Some(0.0);
    }
    let zeros = whole.leading_zeros();
    let shifted = u128::from(whole << zeros);
    let mut product = shifted * (five >> 64);
    // Nine bits lie below the 53 and the one for rounding, if the product has its top bit.
    if (product >> 64) & 0x1FF == 0x1FF {
        product += (shifted * (five & u128::from(u64::MAX))) >> 64;
    }
    let (upper, lower) = ((product >> 64) as u64, product as u64);
    let top = upper >> 63;
    let shift = top + 9;
    let mut mantissa = upper >> shift;
    // Exactly half way, and the even one is below.
    let tie = lower <= 1 && mantissa & 3 == 1 && mantissa << shift == upper && (-4..=23).contains(&power);
    mantissa = if tie { mantissa >> 1 } else { (mantissa + 1) >> 1 };
    // 217706 / 2^16 is the binary logarithm of ten, near enough for these powers.
    let exponent = ((power * 217_706) >> 16) + 63 + top as i32 - zeros as i32 + 1023;
    // The top bit of the mantissa is not stored; adding it, or one more after rounding up, raises the exponent.
    Some(f64::from_bits((((exponent - 1) as u64) << 52).wrapping_add(mantissa)))
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    /// Bit for bit what the standard library says.
    fn check(text: &str) {
        let expected = text.parse().ok().filter(|float: &f64| float.is_finite());
        assert_eq!(parse(text).map(f64::to_bits), expected.map(f64::to_bits), "{text}");
        for tail in [",\"abcdefghijklmnopqrstuvwxyzabcdefghijklmn", "}                                        "] {
            let padded = format!("{text}{tail}");
            if let Some(float) = parse_ahead(padded.as_bytes(), 0) {
                assert_eq!(Some(float.to_bits()), expected.map(f64::to_bits), "{text}");
            }
            if let Some(whole) = whole_ahead(padded.as_bytes(), 0) {
                assert_eq!(Ok(whole), text.parse(), "{text}");
            }
        }
    }

    #[test]
    fn floats_are_those_of_the_standard_library() {
        for text in [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1",
            "0.1",
            "12.48",
            "25.933313",
            "0.99902344",
            "2.3999999046325684",
            "9007199254740992",
            "9007199254740993",
            "9007199254740992.5",
            "99999999.99999999",
            "123456789",
            "1.123456789",
            "0.3",
            "1e22",
            "1e23",
            "-1.5e-7",
            "5e-324",
            "1.7976931348623157e308",
            "1e999",
            "18446744073709551615",
            "0.000000000000000000001",
            "1.5E2",
            "12345678.12345678",
            "12345678e1",
            "1.0e1",
            "0.07999999821186066",
            "7.25499963760376",
            "0.30000000000000004",
            "12345678.1234567891",
            "123456789012345678",
            "1234567890123456789",
            "12345678901234567890",
            "9007199254740993e-3",
            "9007199254740993e3",
            "9007199254740993e27",
            "9007199254740993e28",
            "1e-27",
            "1e-28",
            "1e27",
            "9223372036854775807",
            "9999999999999999999",
            "0e0",
            "0.0e+9",
            "1e+07",
            "1e-007",
            "18446744073709551616",
            "99999999999999999999",
            "0.99999999999999999999",
            "9999999999999999999999999",
            "99999999.99999999999",
            "99999999.999999999999",
            "99999999.999999999999999999",
            "9.99999999999999999",
            "9.999999999999999999",
            "9.9999999999999999999",
            "0.999999999999999999999999",
        ] {
            check(text);
        }
    }

    #[test]
    fn random_floats_are_too() {
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (whole, places) = (state >> 40, state >> 8 & 15);
            check(&format!("{:.*}", places as usize, whole as f64 / 1000.0));
            check(&format!("{}", f32::from_bits((state >> 32) as u32 & 0x4FFF_FFFF)));
            check(&format!("{}", (state >> 11) as f64 / 1e12));
        }
    }

    #[test]
    fn floats_with_many_digits_are_too() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        for _ in 0..3_000 {
            let (bits, size) = (next(), next() >> 5);
            check(&format!("{}e{}", bits >> (size & 63), (next() >> 11) as i64 % 29));
            check(&format!("{}e-{}", bits >> (size & 63), (next() >> 11) as i64 % 29));
            check(&format!("{:?}", f64::from(f32::from_bits(0x3C00_0000 | (bits >> 38) as u32))));
            // A float, what lies half way to the next one, and what lies right beside that.
            let float = bits >> 11 | 1 << 52;
            for power in [0, 1, 2, 3] {
                let half = (u128::from(float) * 2 + 1) * 5_u128.pow(power + 1);
                for near in [half - 1, half, half + 1] {
                    check(&format!("{near}e-{}", power + 1));
                    check(&format!("{near}"));
                }
            }
        }
    }

    #[test]
    fn no_float_with_few_digits_is_left_to_others() {
        for text in [
            "0.07999999821186066",
            "7.25499963760376",
            "9.9902344e-1",
            "1E+2",
            "-5e-5",
            "1234567890123456789",
            "1.5e-10",
            "25e19",
            "1e-07",
        ] {
            assert!(short(text.as_bytes()).is_some(), "{text}");
        }
        // Nineteen digits, wherever the point stands between those that can be read ahead.
        for text in ["12345678.12345678901", "1.234567890123456789", "1.1234567890123456", "1.123456789012345"] {
            let ahead = parse_ahead(format!("{text:,<40}").as_bytes(), 0);
            assert_eq!(ahead.map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
        assert_eq!(parse_ahead(b"0.07999999821186066,\"confidence\":0.99012", 0), Some(0.079_999_998_211_860_66));
        assert_eq!(parse_ahead(b"7.25499963760376,\"confidence\":0.99012345678", 0), Some(7.254_999_637_603_76));
        assert_eq!(parse_ahead(b"7.254999637603760000000,\"confidence\":0.9", 0), None);
    }

    #[test]
    fn short_numbers_take_the_short_way() {
        assert_eq!(parse_ahead(b"12.48,\"confidence\":0.99012,\"word\":\"hello\"", 0), Some(12.48));
        assert_eq!(parse_ahead(b"7}                                       ", 0), Some(7.0));
        assert_eq!(whole_ahead(b"12,\"speaker_confidence\":1,\"word\":\"hello\"", 0), Some(12));
        assert_eq!(short(b"2.39999990"), Some(2.399_999_90));
    }
}
