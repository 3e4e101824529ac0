//! Decimal digits to floats: the short ones in a few steps, the rest by the standard library.
//!
//! A number of up to 15 or so digits is a whole number below 2^53 over a power of ten up to 10^22. Both are exact as
//! floats, so one division rounds once: the result is the nearest float (Clinger, "How to Read Floating Point Numbers
//! Accurately", 1990). Everything else is left to `str::parse`, which rounds correctly as well.

use super::window::Window;

/// What 10^0 to 10^22 are as floats: exactly themselves.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

const WHOLE_POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Beyond it not every whole number is a float.
const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// The float nearest to a number's text; `None` if that would be infinite.
#[inline]
pub(super) fn parse(raw: &str) -> Option<f64> {
    match short(raw.as_bytes()) {
        Some(float) => Some(float),
        None => raw.parse().ok().filter(|float: &f64| float.is_finite()),
    }
}

/// A number of digits and perhaps a point, read one by one, if it is short enough.
#[inline]
fn short(bytes: &[u8]) -> Option<f64> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 19 {
        return None;
    }
    let (mut whole, mut places, mut fraction) = (0_u64, 0, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                places += usize::from(fraction);
            }
            b'.' => fraction = true,
            _ => return None,
        }
    }
    scaled(negative, whole, places)
}

#[inline(always)]
fn scaled(negative: bool, whole: u64, places: usize) -> Option<f64> {
    if whole > EXACT {
        return None;
    }
    let float = whole as f64 / POWERS.get(places)?;
    Some(if negative { -float } else { float })
}

/// How much text there must be for a number to be read eight digits at a time: so many before and behind the point,
/// the point, and room to load the last ones in one go.
const AHEAD: usize = 24;

/// The number that begins at `at`, if it is short, not negative, has no exponent, and enough text follows it.
#[inline(always)]
pub(super) fn parse_ahead(text: &[u8], at: usize) -> Option<f64> {
    let text: &[u8; AHEAD] = text.get(at..)?.first_chunk()?;
    let ends = Window::at(text, 0)?.no_digits();
    let whole_len = ends.trailing_zeros() as usize;
    let whole = eight(text, 0, whole_len)?;
    match text[whole_len] {
        b'.' => {
            let begin = whole_len + 1;
            let places = ((ends & ends.wrapping_sub(1)).trailing_zeros() as usize).wrapping_sub(begin);
            let fraction = eight(text, begin, places)?;
            if text[begin + places] | 0x20 == b'e' {
                return None;
            }
            // At most sixteen digits: below 10^16, but not always below 2^53.
            scaled(false, whole * WHOLE_POWERS[places] + fraction, places)
        }
        b'e' | b'E' => None,
        _ => Some(whole as f64),
    }
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

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    /// Bit for bit what the standard library says.
    fn check(text: &str) {
        let expected = text.parse().ok().filter(|float: &f64| float.is_finite());
        assert_eq!(parse(text).map(f64::to_bits), expected.map(f64::to_bits), "{text}");
        for tail in [",\"abcdefghijklmnopqrstuvw", "}                        "] {
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
    fn short_numbers_take_the_short_way() {
        assert_eq!(parse_ahead(b"12.48,\"confidence\":0.99012", 0), Some(12.48));
        assert_eq!(parse_ahead(b"7}                       ", 0), Some(7.0));
        assert_eq!(whole_ahead(b"12,\"speaker_confidence\":1", 0), Some(12));
        assert_eq!(short(b"2.39999990"), Some(2.399_999_90));
    }
}
