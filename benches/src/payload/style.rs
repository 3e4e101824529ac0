//! What may differ between two documents that say the same: order, optional members, numbers, escapes.

use crate::rng::Rng;

/// How a document is written, and which optional members it has.
#[derive(Clone, Debug)]
pub struct Style {
    /// The order of members.
    pub order: Order,
    /// How fractions are written.
    pub numbers: Numbers,
    /// What is escaped although it need not be.
    pub escapes: Escapes,
    /// Whether words have `punctuated_word`.
    pub punctuated: bool,
    /// Whether words with a speaker have `speaker_confidence`.
    pub speaker_confidence: bool,
    /// Whether words have `language`.
    pub language: bool,
    /// Whether words have `sentiment` and `sentiment_score`.
    pub sentiment: bool,
    /// Whether there are members that nobody knows yet, null among them.
    pub foreign: bool,
}

/// The order of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the service writes them.
    Service,
    /// By name, as many a program that wrote the document again.
    Sorted,
    /// Any order, the same in every object.
    Own(u64),
    /// Another order in every object.
    Restless,
}

/// How fractions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// The shortest digits of a 32-bit float, `12.0` for whole ones, as the service writes them.
    Single,
    /// The digits of a 64-bit float: up to 17.
    Double,
    /// Three decimals at most, whole numbers without a point.
    Short,
    /// One in four with an exponent.
    Exponents,
}

/// What is escaped although it need not be.
#[derive(Clone, Copy, Debug)]
pub struct Escapes {
    /// The share of texts whose characters beyond ASCII are written as `\u` escapes.
    pub coded: f64,
    /// Whether slashes are escaped.
    pub slashes: bool,
}

impl Style {
    /// The form that the service sends today.
    #[must_use]
    pub const fn service() -> Style {
        Style {
            order: Order::Service,
            numbers: Numbers::Single,
            escapes: Escapes { coded: 0.0, slashes: false },
            punctuated: true,
            speaker_confidence: true,
            language: false,
            sentiment: false,
            foreign: false,
        }
    }

    /// The style of a variant. Every other one is the form that the service sends; the rest differ in everything.
    #[must_use]
    pub fn of_variant(variant: usize, rng: &mut Rng) -> Style {
        if variant.is_multiple_of(2) {
            return Style { punctuated: variant % 16 != 14, ..Style::service() };
        }
        let turn = variant / 2;
        let even = turn.is_multiple_of(2);
        Style {
            order: [Order::Sorted, Order::Own(rng.bits()), Order::Restless, Order::Service][turn % 4],
            numbers: [Numbers::Double, Numbers::Short, Numbers::Single, Numbers::Exponents][turn % 4],
            escapes: Escapes { coded: if even { 0.08 } else { 0.0 }, slashes: turn % 4 == 2 },
            punctuated: turn % 3 != 1,
            speaker_confidence: even,
            language: rng.chance(0.3),
            sentiment: rng.chance(0.2),
            foreign: rng.chance(0.5),
        }
    }
}

impl Numbers {
    /// Writes a fraction.
    pub fn write(self, number: f64, rng: &mut Rng) -> String {
        match self {
            Numbers::Single => format!("{:?}", number as f32),
            Numbers::Double => format!("{:?}", f64::from(number as f32)),
            Numbers::Short => {
                let text = format!("{number:.3}");
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            Numbers::Exponents if rng.chance(0.25) => {
                let text = format!("{:e}", number as f32);
                let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                let (mark, sign) = *rng.pick(&[("e", ""), ("E", ""), ("e", "+"), ("E", "+")]);
                let sign = if exponent.starts_with('-') { "" } else { sign };
                format!("{digits}{mark}{sign}{exponent}")
            }
            Numbers::Exponents => Numbers::Single.write(number, rng),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_of_their_style() {
        let mut rng = Rng::new(1);
        let mut write = |style: Numbers, number| style.write(number, &mut rng);
        assert_eq!(write(Numbers::Single, 7.254_999_6), "7.2549996");
        assert_eq!(write(Numbers::Single, 12.0), "12.0");
        assert_eq!(write(Numbers::Double, 7.255), "7.255000114440918");
        assert_eq!(write(Numbers::Short, 12.0), "12");
        assert_eq!(write(Numbers::Short, 0.25), "0.25");
    }

    #[test]
    fn exponents_mean_the_same_number() {
        let mut rng = Rng::new(1);
        let texts: Vec<String> = (0..64).map(|_| Numbers::Exponents.write(0.0625, &mut rng)).collect();
        assert!(texts.iter().any(|text| text.contains('e')) && texts.iter().any(|text| text.contains('E')));
        assert!(texts.iter().all(|text| text.parse() == Ok(0.0625)), "{texts:?}");
    }
}
