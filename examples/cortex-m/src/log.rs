//! What the program tells the person who watches it. The sender of a delivery sees none of it.

use crate::board::{self, Stream};

/// The longest number in decimal digits.
const DIGITS: usize = 10;

/// Writes these texts as one line.
pub fn line(texts: &[&str]) {
    texts.iter().for_each(|text| board::write(Stream::Log, text.as_bytes()));
    board::write(Stream::Log, b"\n");
}

/// Writes `name: number`.
pub fn number(name: &str, number: usize) {
    let mut digits = [b'0'; DIGITS];
    let mut rest = number;
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    let digits = digits.get(DIGITS - length..).unwrap_or_default();
    line(&[name, ": ", core::str::from_utf8(digits).unwrap_or_default()]);
}
