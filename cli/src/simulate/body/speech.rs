//! What was said, before it is written down: words with their times, in sentences, by speakers.

use super::super::dice::Dice;

/// One word.
#[derive(Clone, Debug)]
pub struct Word {
    /// As recognised: lower case, no punctuation.
    pub text: String,
    /// With capitals and punctuation.
    pub punctuated: String,
    /// When it begins and ends, in seconds.
    pub start: f64,
    pub end: f64,
    pub confidence: f64,
    /// BCP 47.
    pub language: &'static str,
}

/// Some words of one speaker. Never empty.
#[derive(Clone, Debug)]
pub struct Sentence {
    pub words: Vec<Word>,
    /// Counted from 0.
    pub speaker: usize,
}

impl Sentence {
    /// When it begins, in seconds.
    pub fn start(&self) -> f64 {
        self.words.first().map_or(0.0, |word| word.start)
    }

    /// When it ends, in seconds.
    pub fn end(&self) -> f64 {
        self.words.last().map_or(0.0, |word| word.end)
    }

    /// Its text, with or without punctuation.
    pub fn text(&self, punctuated: bool) -> String {
        let word = |word: &'_ Word| if punctuated { word.punctuated.clone() } else { word.text.clone() };
        self.words.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

/// How many words are spoken in a minute.
pub const WORDS_PER_MINUTE: f64 = 150.0;

/// This many words by so many speakers, in one language or, for `multi`, in several.
pub fn speech(words: usize, speakers: usize, language: &str, dice: &mut Dice) -> Vec<Sentence> {
    let tongues = tongues(language);
    let (mut sentences, mut now, mut left, mut speaker, mut turn) = (Vec::new(), 0.08, words, 0, 2);
    while left > 0 {
        if turn == 0 {
            speaker = dice.below(speakers);
            turn = 1 + dice.below(5);
            now += dice.between(0.0, 0.9);
        }
        turn -= 1;
        let length = (3 + dice.below(8) + dice.below(8)).min(left);
        left -= length;
        let tongue = *dice.pick(&tongues);
        let mut spoken: Vec<Word> = (0..length).map(|_| word(&mut now, tongue, dice)).collect();
        if let Some(first) = spoken.first_mut() {
            first.punctuated = capital(&first.punctuated);
        }
        if let Some(last) = spoken.last_mut() {
            let stop = if tongue.language == "ja" { "。" } else { *dice.pick(&[".", ".", ".", "?"]) };
            last.punctuated = format!("{}{stop}", last.punctuated.trim_end_matches(','));
        }
        // At a hundred and fifty words a minute there is silence between sentences.
        now += dice.between(0.2, 0.9);
        sentences.push(Sentence { words: spoken, speaker });
    }
    sentences
}

fn word(now: &mut f64, tongue: &Tongue, dice: &mut Dice) -> Word {
    let text = (*dice.pick(tongue.words)).to_owned();
    let comma = if dice.chance(0.07) { "," } else { "" };
    let start = *now;
    let end = start + 0.08 * (1 + dice.below(6)) as f64;
    *now = end + *dice.pick(&[0.0, 0.0, 0.08, 0.24]);
    let confidence = if dice.chance(0.85) { dice.between(0.9, 1.0) } else { dice.between(0.3, 0.99) };
    Word { punctuated: format!("{text}{comma}"), text, start, end, confidence, language: tongue.language }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

struct Tongue {
    language: &'static str,
    words: &'static [&'static str],
}

/// The tongues of a language tag: its own, all of them for `multi`, and English for whatever is not known here.
fn tongues(language: &str) -> Vec<&'static Tongue> {
    let base = language.split('-').next().unwrap_or_default();
    let found: Vec<&Tongue> = TONGUES.iter().filter(|tongue| language == "multi" || tongue.language == base).collect();
    if found.is_empty() { vec![&TONGUES[0]] } else { found }
}

const TONGUES: [Tongue; 5] = [
    Tongue {
        language: "en",
        words: &[
            "the",
            "call",
            "is",
            "about",
            "an",
            "order",
            "that",
            "we",
            "placed",
            "last",
            "week",
            "and",
            "it",
            "has",
            "not",
            "arrived",
            "yet",
            "so",
            "could",
            "you",
            "please",
            "look",
            "into",
            "this",
            "for",
            "me",
            "thank",
            "yes",
            "of",
            "course",
            "let",
            "us",
            "see",
            "what",
            "happened",
            "there",
            "seems",
            "to",
            "be",
            "a",
            "delay",
            "at",
            "warehouse",
            "because",
            "storm",
            "closed",
            "road",
            "but",
            "driver",
            "will",
            "come",
            "tomorrow",
            "morning",
            "around",
            "nine",
            "o'clock",
            "if",
            "that's",
            "good",
            "time",
            "great",
            "then",
            "I'll",
            "wait",
            "recording",
            "microphone",
            "conversation",
            "customer",
            "number",
            "account",
        ],
    },
    Tongue {
        language: "es",
        words: &[
            "la", "llamada", "es", "sobre", "un", "pedido", "que", "hicimos", "semana", "pasada", "y", "aún", "no",
            "ha", "llegado", "señor", "mañana", "por", "favor", "gracias", "número", "también", "está", "aquí",
            "después", "niño", "año", "corazón", "qué", "cómo",
        ],
    },
    Tongue {
        language: "de",
        words: &[
            "der",
            "Anruf",
            "betrifft",
            "eine",
            "Bestellung",
            "die",
            "wir",
            "letzte",
            "Woche",
            "aufgegeben",
            "haben",
            "und",
            "noch",
            "nicht",
            "da",
            "ist",
            "könnten",
            "Sie",
            "bitte",
            "nachsehen",
            "früh",
            "Straße",
            "größer",
            "schön",
            "über",
            "Tür",
            "natürlich",
            "für",
        ],
    },
    Tongue {
        language: "fr",
        words: &[
            "l'appel",
            "concerne",
            "une",
            "commande",
            "passée",
            "la",
            "semaine",
            "dernière",
            "et",
            "elle",
            "n'est",
            "pas",
            "encore",
            "arrivée",
            "pourriez",
            "vous",
            "vérifier",
            "s'il",
            "plaît",
            "très",
            "bientôt",
            "où",
            "déjà",
            "garçon",
            "été",
            "demain",
        ],
    },
    Tongue {
        language: "ja",
        words: &[
            "電話",
            "は",
            "先週",
            "の",
            "注文",
            "について",
            "です",
            "まだ",
            "届いて",
            "いません",
            "お願い",
            "します",
            "確認",
            "明日",
            "朝",
            "九時",
            "ありがとう",
            "ございます",
            "はい",
            "少々",
            "お待ち",
            "ください",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_forward_and_every_word_is_there() {
        let sentences = speech(1_000, 4, "en", &mut Dice::new(5));
        let words: Vec<&Word> = sentences.iter().flat_map(|sentence| &sentence.words).collect();
        assert_eq!(words.len(), 1_000);
        assert!(words.windows(2).all(|pair| pair[0].start < pair[0].end && pair[0].end <= pair[1].start));
        assert!(sentences.iter().any(|sentence| sentence.speaker == 3));
    }

    #[test]
    fn a_minute_has_about_as_many_words_as_are_spoken_in_one() {
        let end = speech(1_500, 2, "en", &mut Dice::new(5)).last().unwrap().end();
        assert!((8.0..12.0).contains(&(end / 60.0)), "{end}");
    }

    #[test]
    fn a_language_has_its_words_and_several_mix() {
        let languages = |tag| {
            let sentences = speech(300, 1, tag, &mut Dice::new(1));
            let mut found: Vec<_> = sentences.iter().flat_map(|s| s.words.iter().map(|word| word.language)).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        assert_eq!(languages("de-CH"), ["de"]);
        assert_eq!(languages("xx"), ["en"]);
        assert!(languages("multi").len() > 2);
    }
}
