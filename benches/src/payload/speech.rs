//! What was said, before it is written down: words with their times, in sentences, by speakers.

use super::tongue::Lexicon;
use crate::rng::Rng;

/// One word.
#[derive(Clone, Debug)]
pub struct Word {
    /// As recognised.
    pub text: String,
    /// With capitals and punctuation.
    pub punctuated: String,
    /// When it begins, in seconds.
    pub start: f64,
    /// When it ends, in seconds.
    pub end: f64,
    /// How sure it is.
    pub confidence: f64,
}

/// Some words of one speaker.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Never empty.
    pub words: Vec<Word>,
    /// Counted from 0.
    pub speaker: usize,
    /// How sure the speaker is.
    pub speaker_confidence: f64,
}

impl Sentence {
    /// When it begins, in seconds.
    #[must_use]
    pub fn start(&self) -> f64 {
        self.words.first().map_or(0.0, |word| word.start)
    }

    /// When it ends, in seconds.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.words.last().map_or(0.0, |word| word.end)
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.punctuated.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// This many words by so many speakers, from `start` seconds on.
#[must_use]
pub fn speech(words: usize, speakers: usize, start: f64, lexicons: &[Lexicon], rng: &mut Rng) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let (mut now, mut left, mut speaker, mut turn) = (start, words, 0, 2);
    while left > 0 {
        if turn == 0 {
            speaker = rng.below(speakers);
            turn = 1 + rng.below(5);
            now += rng.between(0.0, 0.9);
        }
        turn -= 1;
        let length = (3 + rng.below(8) + rng.below(8)).min(left);
        left -= length;
        let lexicon = rng.pick(lexicons);
        let mut spoken: Vec<Word> = (0..length).map(|_| word(&mut now, lexicon, rng)).collect();
        if let Some(first) = spoken.first_mut() {
            first.punctuated = capital(&first.punctuated);
        }
        if let Some(last) = spoken.last_mut() {
            let end = if rng.chance(0.2) { "?" } else { lexicon.stop() };
            last.punctuated = format!("{}{end}", last.text);
        }
        sentences.push(Sentence { words: spoken, speaker, speaker_confidence: rng.between(0.3, 1.0) });
    }
    sentences
}

fn word(now: &mut f64, lexicon: &Lexicon, rng: &mut Rng) -> Word {
    let text = lexicon.word(rng).to_owned();
    let comma = if rng.chance(0.07) { "," } else { "" };
    let start = *now;
    let end = start + 0.08 * (1 + rng.below(6)) as f64;
    *now = end + *rng.pick(&[0.0, 0.0, 0.0, 0.08, 0.24]);
    let confidence = if rng.chance(0.85) { rng.between(0.9, 1.0) } else { rng.between(0.3, 0.99) };
    Word { punctuated: format!("{text}{comma}"), text, start, end, confidence }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::tongue::Tongue;

    #[test]
    fn time_goes_forward_and_every_word_is_there() {
        let mut rng = Rng::new(5);
        let lexicon = Tongue::Plain.lexicon(200, &mut rng);
        let sentences = speech(1_000, 4, 0.5, &[lexicon], &mut rng);
        let words: Vec<&Word> = sentences.iter().flat_map(|sentence| &sentence.words).collect();
        assert_eq!(words.len(), 1_000);
        assert!(words.windows(2).all(|pair| pair[0].start < pair[0].end && pair[0].end <= pair[1].start));
        assert!(sentences.iter().any(|sentence| sentence.speaker == 3));
    }
}
