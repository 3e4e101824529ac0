//! Words of many languages, or nearly: they are put together from syllables, so that no list of words is needed, and
//! have the lengths, the bytes and the frequencies of speech.

use crate::rng::Rng;

/// A language as far as bytes go: how long its characters are in UTF-8 and how long its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// Latin letters of one byte, an apostrophe now and then.
    Plain,
    /// Latin letters, some of two bytes.
    Accented,
    /// Letters of two bytes.
    Cyrillic,
    /// Characters of three bytes, short words.
    Japanese,
    /// Characters of three bytes, middling words.
    Devanagari,
    /// Syllables of three bytes, short words.
    Hangul,
    /// Latin letters with symbols of four bytes in between, and quotes that must be escaped.
    Chatty,
}

/// The words of a language, the frequent ones first.
#[derive(Clone, Debug)]
pub struct Lexicon {
    words: Vec<String>,
    stop: &'static str,
}

const PLAIN: &[&str] = &[
    "a", "i", "o", "be", "in", "to", "of", "an", "it", "he", "re", "th", "er", "on", "and", "the", "ing", "ent", "ion",
    "for", "al", "st", "ar", "le", "se", "co", "me", "de", "ly", "ti", "un", "ac", "ow", "ay", "ea", "ght", "ck", "ss",
    "n't", "'s",
];
const ACCENTED: &[&str] = &[
    "a", "e", "le", "la", "é", "de", "que", "ça", "es", "ü", "ö", "ß", "ñ", "ão", "en", "un", "ur", "ai", "ou", "te",
    "è", "re", "ci", "mi", "na", "os",
];
const CYRILLIC: &[&str] = &[
    "и", "в", "не", "на", "я", "что", "то", "по", "ко", "ра", "ла", "ни", "ть", "ст", "ва", "мо", "де", "ли", "же",
    "го", "ск", "ы", "ю", "про", "при",
];
const JAPANESE: &[&str] = &[
    "の", "は", "が", "を", "に", "で", "と", "も", "い", "し", "て", "た", "ます", "です", "日", "本", "時", "間",
    "電", "話", "音", "声", "人", "会", "カ", "ス", "ト", "ー", "ン",
];
const DEVANAGARI: &[&str] = &[
    "का",
    "है",
    "में",
    "की",
    "से",
    "को",
    "ने",
    "पर",
    "न",
    "म",
    "स",
    "र",
    "त",
    "ही",
    "भी",
    "या",
    "जा",
    "था",
    "क्या",
    "बा",
    "दे",
    "लि",
    "वि",
    "प्र",
];
const HANGUL: &[&str] = &[
    "이", "가", "는", "을", "에", "다", "고", "하", "지", "나", "사", "람", "전", "화", "시", "간", "안", "녕", "요",
    "습", "니", "까",
];

impl Tongue {
    /// All but [`Tongue::Plain`]: what a document beyond ASCII may be in.
    pub const FOREIGN: [Tongue; 6] =
        [Tongue::Japanese, Tongue::Devanagari, Tongue::Cyrillic, Tongue::Accented, Tongue::Hangul, Tongue::Chatty];

    /// The words of the language, different ones for another seed.
    #[must_use]
    pub fn lexicon(self, size: usize, rng: &mut Rng) -> Lexicon {
        let (syllables, longest, stop) = match self {
            Tongue::Plain | Tongue::Chatty => (PLAIN, 5, "."),
            Tongue::Accented => (ACCENTED, 5, "."),
            Tongue::Cyrillic => (CYRILLIC, 5, "."),
            Tongue::Japanese => (JAPANESE, 4, "。"),
            Tongue::Devanagari => (DEVANAGARI, 3, "।"),
            Tongue::Hangul => (HANGUL, 4, "."),
        };
        let word = |rank: usize, rng: &mut Rng| {
            // What is said often is short.
            let room = longest.min(1 + rank / 8);
            let mut word: String = (0..1 + rng.below(room)).map(|_| *rng.pick(syllables)).collect();
            if self == Tongue::Chatty && rng.chance(0.1) {
                let symbols = ["😀", "🙏", "🎧", "\"", "\\"];
                word.push_str(symbols[rng.below(symbols.len())]);
            }
            word
        };
        Lexicon { words: (0..size).map(|rank| word(rank, rng)).collect(), stop }
    }
}

impl Lexicon {
    /// One word: the n-th word is about n times as rare as the first.
    pub fn word(&self, rng: &mut Rng) -> &str {
        let rank = (self.words.len() as f64).powf(rng.unit()) as usize;
        &self.words[rank.min(self.words.len()) - 1]
    }

    /// What ends a sentence.
    #[must_use]
    pub const fn stop(&self) -> &'static str {
        self.stop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_ascii_and_as_long_as_those_of_speech() {
        let mut rng = Rng::new(3);
        let lexicon = Tongue::Plain.lexicon(600, &mut rng);
        let lengths: Vec<usize> = (0..10_000)
            .map(|_| {
                let word = lexicon.word(&mut rng);
                assert!(word.is_ascii());
                word.len()
            })
            .collect();
        let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
        assert!((3.5..5.5).contains(&mean), "{mean}");
    }

    #[test]
    fn the_first_word_is_the_most_frequent() {
        let mut rng = Rng::new(3);
        let lexicon = Tongue::Hangul.lexicon(500, &mut rng);
        let first = lexicon.words[0].clone();
        let times = (0..10_000).filter(|_| lexicon.word(&mut rng) == first).count();
        assert!(times > 1_000, "{times}");
    }
}
