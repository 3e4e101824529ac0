//! Spans of time as people write them: `90s`, `45m`, `24h`, `7d`.

use ringback::time::{Expiry, Millis};

/// Reads a span: a whole number and one of `ms`, `s`, `m`, `h`, `d`.
pub fn parse(text: &str) -> Result<Millis, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("expected a number and a unit, such as 90s, 45m, 24h or 7d".into()),
    };
    number.parse::<Millis>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(|| "that is too long".into())
}

/// Reads a span, or `never`: for a deadline that counts from now.
pub fn parse_or_never(text: &str) -> Result<Expiry, String> {
    if text == "never" { Ok(Expiry::Never) } else { parse(text).map(Expiry::At) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_multiplied() {
        for (text, millis) in
            [("5ms", 5), ("90s", 90_000), ("45m", 2_700_000), ("24h", 86_400_000), ("7d", 604_800_000)]
        {
            assert_eq!(parse(text), Ok(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in ["", "24", "h", "1.5h", "-1h", "24 h", "24hours", "99999999999999999999s", "9999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
