//! Documents to measure with, made here and the same on every machine.
//!
//! Each [`Shape`] has several variants, and a measurement goes over all of them. Every other variant has the form that
//! the service sends: its order of members, 32-bit floats with their shortest digits, no escapes that are not needed. The
//! rest differ in all of that (see [`Style`]), so that nothing is fast for one generator only. All of it is synthetic.

mod document;
mod json;
mod speech;
mod style;
mod tongue;

use crate::rng::Rng;
use document::{Author, Plan};
use json::Json;
pub use style::{Escapes, Numbers, Order, Style};
use tongue::{Lexicon, Tongue};

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One message of a stream: five words, about 0.9 kB.
    Stream,
    /// A short recording: ten words, about 1.5 kB.
    Small,
    /// Speakers and paragraphs, 100 kB.
    Medium,
    /// Speakers and paragraphs in other scripts, some of it escaped, 90 kB.
    NonAscii,
    /// Two channels with two alternatives each, 320 kB.
    Channels,
    /// [`Shape::Medium`] with line feeds and two spaces for each level.
    Pretty,
    /// An hour: 9,700 words with speakers, paragraphs and utterances, about 3 MB.
    Large,
}

impl Shape {
    /// Every shape, the smallest first.
    pub const ALL: [Shape; 7] =
        [Shape::Stream, Shape::Small, Shape::NonAscii, Shape::Medium, Shape::Pretty, Shape::Channels, Shape::Large];

    /// What it is called in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Shape::Stream => "stream",
            Shape::Small => "small",
            Shape::Medium => "100 kB",
            Shape::NonAscii => "non-ASCII",
            Shape::Channels => "several channels",
            Shape::Pretty => "pretty-printed",
            Shape::Large => "3 MB",
        }
    }

    /// How many variants there are: more of the small ones, so that no branch predictor knows them by heart.
    #[must_use]
    pub const fn variants(self) -> usize {
        match self {
            Shape::Stream => 64,
            Shape::Small => 48,
            Shape::Medium | Shape::NonAscii | Shape::Pretty => 8,
            Shape::Channels | Shape::Large => 4,
        }
    }

    /// All variants.
    #[must_use]
    pub fn documents(self) -> Vec<Vec<u8>> {
        (0..self.variants()).map(|variant| self.document(variant)).collect()
    }

    /// One variant.
    #[must_use]
    pub fn document(self, variant: usize) -> Vec<u8> {
        // The pretty-printed shape is the compact one with white space.
        let source = if self == Shape::Pretty { Shape::Medium } else { self };
        let (json, escapes, mut rng) = source.compose(variant, source.words(variant));
        if self == Shape::Pretty { json.pretty(escapes, &mut rng) } else { json.compact(escapes, &mut rng) }
    }

    /// How many words a channel has: as many as give the length that is aimed at, where one is.
    fn words(self, variant: usize) -> usize {
        let (words, target) = match self {
            Shape::Stream => return 4 + variant % 3,
            Shape::Small => return 9 + variant % 3,
            Shape::Large => return 9_700,
            Shape::Medium | Shape::Pretty => (600, 100_000),
            Shape::NonAscii => (450, 90_000),
            Shape::Channels => (600, 320_000),
        };
        let (json, escapes, mut rng) = self.compose(variant, words);
        words * target / json.compact(escapes, &mut rng).len()
    }

    fn compose(self, variant: usize, words: usize) -> (Json, Escapes, Rng) {
        let mut rng = Rng::new(1_000 * self as u64 + variant as u64);
        let mut style = Style::of_variant(variant, &mut rng);
        if self == Shape::Large {
            // An hour in which nothing optional is left out, so that it has its length in any style.
            style = Style { punctuated: true, speaker_confidence: true, ..style };
        }
        let lexicons = self.lexicons(variant, &mut rng);
        let mut author = Author { style: &style, lexicons: &lexicons, rng: &mut rng };
        let plan = Plan {
            words,
            channels: 1,
            alternatives: 1,
            speakers: 2,
            diarized: true,
            paragraphs: true,
            utterances: false,
        };
        let mut json = match self {
            Shape::Stream => author.stream_results(words),
            Shape::Small => author.transcript(Plan { speakers: 1, diarized: false, paragraphs: false, ..plan }),
            Shape::Medium | Shape::Pretty | Shape::NonAscii => author.transcript(plan),
            Shape::Channels => author.transcript(Plan { channels: 2, alternatives: 2, paragraphs: false, ..plan }),
            Shape::Large => author.transcript(Plan { speakers: 4, utterances: true, ..plan }),
        };
        json.arrange(style.order, &mut rng);
        (json, style.escapes, rng)
    }

    fn lexicons(self, variant: usize, rng: &mut Rng) -> Vec<Lexicon> {
        let size = 300 + rng.below(2_700);
        let foreign = Tongue::FOREIGN;
        match self {
            Shape::NonAscii => {
                let tongues = [foreign[variant % foreign.len()], foreign[(variant + 1) % 2]];
                tongues.map(|tongue| tongue.lexicon(size, rng)).into()
            }
            _ => vec![Tongue::Plain.lexicon(size, rng)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback::payload::{Kind, Payload};

    /// The variants of a shape that a test can afford without optimisation.
    fn some(shape: Shape) -> impl Iterator<Item = Vec<u8>> {
        (0..shape.variants().min(8)).map(move |variant| shape.document(variant))
    }

    #[test]
    fn every_document_is_valid_and_of_its_kind() {
        for shape in Shape::ALL {
            let kind = if shape == Shape::Stream { Kind::StreamResults } else { Kind::Transcript };
            for document in some(shape) {
                let payload = Payload::parse(&document).unwrap();
                assert_eq!(payload.kind(), kind, "{shape:?}");
                assert!(payload.request_id().is_some() && payload.transcript().is_some(), "{shape:?}");
                serde_json::from_slice::<serde_json::Value>(&document).unwrap();
            }
        }
    }

    #[test]
    fn documents_have_about_the_length_that_their_shape_states() {
        let stated = |shape| match shape {
            Shape::Stream => 600..1_400,
            Shape::Small => 1_100..2_200,
            Shape::Medium => 97_000..103_000,
            Shape::NonAscii => 85_000..95_000,
            Shape::Channels => 310_000..330_000,
            Shape::Pretty => 150_000..260_000,
            Shape::Large => 2_200_000..4_000_000,
        };
        for shape in Shape::ALL {
            for (variant, document) in some(shape).enumerate() {
                assert!(stated(shape).contains(&document.len()), "{shape:?} {variant}: {}", document.len());
            }
        }
    }

    #[test]
    fn the_same_variant_is_the_same_bytes_and_another_one_is_not() {
        assert_eq!(Shape::Small.document(3), Shape::Small.document(3));
        assert_ne!(Shape::Small.document(3), Shape::Small.document(4));
    }

    #[test]
    fn only_the_shape_beyond_ascii_is_beyond_ascii() {
        for shape in Shape::ALL {
            let ascii = some(shape).all(|document| document.is_ascii());
            assert_eq!(ascii, shape != Shape::NonAscii, "{shape:?}");
        }
    }

    #[test]
    fn utterances_hold_all_words_again() {
        let document = Shape::Large.document(0);
        let payload = Payload::parse(&document).unwrap();
        let words = payload.alternative().unwrap().words().len();
        assert_eq!(words, 9_700);
        assert_eq!(payload.utterances().iter().map(|utterance| utterance.words().len()).sum::<usize>(), words);
    }
}
