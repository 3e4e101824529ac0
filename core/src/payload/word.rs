//! Words: views of one, and columns of many.
//!
//! A transcript of an hour has ten thousand words, each an object of the same shape. [`Words`] reads them as
//! [`Records`](crate::json::Records): the members of a word are located once, when it is reached, and a getter
//! only converts.

use core::fmt;
use core::iter::FusedIterator;

use super::View;
use crate::json::{Array, Document, Marks, Names, Object, Record, Records, Str};

/// The members of a word that have a getter, in the order of the constants below.
static MEMBERS: Names<COUNT> = Names::new([
    "word",
    "start",
    "end",
    "confidence",
    "punctuated_word",
    "speaker",
    "speaker_confidence",
    "language",
    "sentiment",
    "sentiment_score",
]);

const COUNT: usize = 10;

const WORD: usize = 0;
const START: usize = 1;
const END: usize = 2;
const CONFIDENCE: usize = 3;
const PUNCTUATED_WORD: usize = 4;
const SPEAKER: usize = 5;
const SPEAKER_CONFIDENCE: usize = 6;
const LANGUAGE: usize = 7;
const SENTIMENT: usize = 8;
const SENTIMENT_SCORE: usize = 9;

/// One word.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a>(Record<'a, COUNT>);

impl<'a> View<'a> for Word<'a> {
    fn of(object: Object<'a>) -> Word<'a> {
        Word(Record::of(object, &MEMBERS))
    }

    fn object(&self) -> Object<'a> {
        self.0.object()
    }
}

impl<'a> Word<'a> {
    /// The word as recognised.
    #[inline]
    #[must_use]
    pub fn word(&self) -> Option<Str<'a>> {
        self.0.str(WORD)
    }

    /// When it begins, in seconds from the start of the audio.
    #[inline]
    #[must_use]
    pub fn start(&self) -> Option<f64> {
        self.0.f64(START)
    }

    /// The same as [`start`](Word::start), in whole milliseconds and without floating point.
    #[inline]
    #[must_use]
    pub fn start_millis(&self) -> Option<i64> {
        self.0.number(START)?.millis()
    }

    /// When it ends, in seconds from the start of the audio.
    #[inline]
    #[must_use]
    pub fn end(&self) -> Option<f64> {
        self.0.f64(END)
    }

    /// The same as [`end`](Word::end), in whole milliseconds and without floating point.
    #[inline]
    #[must_use]
    pub fn end_millis(&self) -> Option<i64> {
        self.0.number(END)?.millis()
    }

    /// How sure it is, 0 to 1.
    #[inline]
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        self.0.f64(CONFIDENCE)
    }

    /// The word with capitals and punctuation (`punctuate`, `smart_format`).
    #[inline]
    #[must_use]
    pub fn punctuated_word(&self) -> Option<Str<'a>> {
        self.0.str(PUNCTUATED_WORD)
    }

    /// Who speaks, counted from 0 (`diarize`).
    #[inline]
    #[must_use]
    pub fn speaker(&self) -> Option<u64> {
        self.0.u64(SPEAKER)
    }

    /// How sure the speaker is, 0 to 1; a stream's words lack it.
    #[inline]
    #[must_use]
    pub fn speaker_confidence(&self) -> Option<f64> {
        self.0.f64(SPEAKER_CONFIDENCE)
    }

    /// The language of the word (`language=multi`).
    #[inline]
    #[must_use]
    pub fn language(&self) -> Option<Str<'a>> {
        self.0.str(LANGUAGE)
    }

    /// Positive, neutral or negative.
    #[inline]
    #[must_use]
    pub fn sentiment(&self) -> Option<Str<'a>> {
        self.0.str(SENTIMENT)
    }

    /// From -1 (negative) to 1 (positive).
    #[inline]
    #[must_use]
    pub fn sentiment_score(&self) -> Option<f64> {
        self.0.f64(SENTIMENT_SCORE)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Word<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object().serialize(serializer)
    }
}

/// The words of an alternative or an utterance: a [`List`](super::List) that is quick to read.
///
/// A list that is absent, null or no array has no words; [`is_present`](Words::is_present) tells it from an empty one.
/// Items that are no objects are passed over.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    array: Option<Array<'a>>,
    /// What the array is in.
    text: &'a str,
    /// Where it begins there.
    open: usize,
    marks: Marks,
}

impl<'a> Words<'a> {
    /// The words of this array.
    #[must_use]
    pub const fn of(array: Option<Array<'a>>) -> Words<'a> {
        match array {
            Some(array) => Words { array: Some(array), text: array.raw(), open: 0, marks: Marks::NONE },
            None => Words { array: None, text: "", open: 0, marks: Marks::NONE },
        }
    }

    /// The words of this array of a document.
    #[inline(always)]
    pub(super) fn within(document: &Document<'a>, array: Option<Array<'a>>) -> Words<'a> {
        let (text, open, marks) = document.around(array.map_or("", |array| array.raw()));
        Words { array, text, open, marks: *marks }
    }

    /// Whether the document has this list, be it empty.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.array.is_some()
    }

    /// The array behind the list.
    #[must_use]
    pub const fn array(&self) -> Option<Array<'a>> {
        self.array
    }

    /// The first word.
    #[must_use]
    pub fn first(&self) -> Option<Word<'a>> {
        self.iter().next()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// How many words there are; it walks the list.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The words in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> WordsIter<'a> {
        WordsIter { records: Records::new(self.text, self.open, self.marks, &MEMBERS) }
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for Words<'a> {
    type Item = Word<'a>;
    type IntoIter = WordsIter<'a>;

    #[inline]
    fn into_iter(self) -> WordsIter<'a> {
        self.iter()
    }
}

/// The words of [`Words`].
///
/// [`fill`](WordsIter::fill) writes many of them into columns at once.
#[derive(Clone, Debug)]
pub struct WordsIter<'a> {
    records: Records<'a, COUNT>,
}

impl<'a> Iterator for WordsIter<'a> {
    type Item = Word<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Word<'a>> {
        let mut word = None;
        // In place, for who has just written the parts of something has to wait before it can be copied.
        if let Some(start) = self.records.step() {
            let Word(record) = word.insert(Word(self.records.blank()));
            self.records.read(start, record);
        }
        word
    }
}

impl FusedIterator for WordsIter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_objects_of_their_array() {
        for (text, count) in [
            ("null", 0),
            ("[]", 0),
            ("[1, []]", 0),
            (r#"[{"word":"a"}]"#, 1),
            (r#"[1, {"word":"a"}, {}, null, {}]"#, 3),
        ] {
            let document = Document::parse(text.as_bytes()).unwrap();
            let array = document.root().as_array();
            for words in [Words::of(array), Words::within(&document, array)] {
                assert_eq!(
                    (words.len(), words.is_empty(), words.is_present()),
                    (count, count == 0, text != "null"),
                    "{text}"
                );
                assert_eq!(words.array().map(|array| array.raw()), words.is_present().then_some(text));
                assert_eq!(words.first().is_some_and(|word| word.word().is_some_and(|word| word == *"a")), count > 0);
                assert_eq!(std::format!("{words:?}").matches("Word(").count(), count, "{text}");
            }
        }
    }
}
