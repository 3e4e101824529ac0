//! Columns: the words of a transcript as slices of numbers, for languages in which an object for each word is dear.

use super::{Items, Payload, Utterance, View, Word, WordsIter};
use crate::json::{Str, Value};

/// Where a text lies in the body, still escaped: the bytes between its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Span {
    /// Where it begins, in bytes from the beginning of the body.
    pub start: u64,
    /// How many bytes it has.
    pub len: u32,
    /// Whether it holds escapes, so that its bytes are not its text.
    pub escaped: bool,
}

/// The speaker of a word whose speaker is not known, or has a number beyond `i32`.
pub const NOBODY: i32 = -1;

/// Slices of the caller's that are filled with one row for each word or utterance.
///
/// What is `None` is not wanted. A number that is absent, null or no number is NaN. A text that is absent, null or no
/// string is an empty span at 0, where no text can be.
///
/// ```
/// use ringback::payload::{Columns, Payload};
///
/// let body = br#"{"type":"Results","channel":{"alternatives":[{"words":[
///     {"word":"good","start":0.08,"end":0.32,"confidence":0.99},
///     {"word":"morning","start":0.32,"end":0.8}]}]}}"#;
/// let payload = Payload::parse(body)?;
/// let mut words = payload.alternative().unwrap().words().iter();
/// let (mut starts, mut confidences) = ([0.0; 16], [0.0; 16]);
/// let columns = Columns { starts: Some(&mut starts), confidences: Some(&mut confidences), ..Columns::default() };
/// assert_eq!(words.fill(&payload, columns), 2);
/// assert_eq!(starts[..2], [0.08, 0.32]);
/// assert!(confidences[1].is_nan());
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Columns<'c> {
    /// When it begins, in seconds.
    pub starts: Option<&'c mut [f64]>,
    /// When it ends, in seconds.
    pub ends: Option<&'c mut [f64]>,
    /// How sure it is, 0 to 1.
    pub confidences: Option<&'c mut [f64]>,
    /// Who speaks, or [`NOBODY`].
    pub speakers: Option<&'c mut [i32]>,
    /// The word as recognised; the transcript of an utterance.
    pub texts: Option<&'c mut [Span]>,
    /// The word with capitals and punctuation; utterances have none.
    pub punctuated: Option<&'c mut [Span]>,
}

impl Columns<'_> {
    /// The length of the shortest slice; 0 if there is none.
    fn rows(&self) -> usize {
        let numbers =
            [&self.starts, &self.ends, &self.confidences].map(|slice| slice.as_ref().map(|slice| slice.len()));
        let texts = [&self.texts, &self.punctuated].map(|slice| slice.as_ref().map(|slice| slice.len()));
        let speakers = self.speakers.as_ref().map(|slice| slice.len());
        numbers.into_iter().chain(texts).chain([speakers]).flatten().min().unwrap_or(0)
    }
}

/// Writes `value` into a row of a column, if the column is wanted.
#[inline(always)]
fn put<T>(column: &mut Option<&mut [T]>, row: usize, value: impl FnOnce() -> T) {
    if let Some(cell) = column.as_mut().and_then(|column| column.get_mut(row)) {
        *cell = value();
    }
}

fn number(speaker: Option<u64>) -> i32 {
    speaker.and_then(|number| i32::try_from(number).ok()).unwrap_or(NOBODY)
}

impl WordsIter<'_> {
    /// Writes the next words into the columns, as many as the shortest one takes, and says how many there were.
    ///
    /// The next call goes on behind them; 0 means that there are no more (or no column). Nothing is written beyond the
    /// rows that are counted. Spans are places in the body of `payload`, which is to be the one that the words
    /// are from; for another one they are empty.
    pub fn fill(&mut self, payload: &Payload<'_>, mut columns: Columns<'_>) -> usize {
        let rows = columns.rows();
        let mut row = 0;
        while row < rows {
            let Some(word) = self.next() else { break };
            columns.put_word(payload, row, &word);
            row += 1;
        }
        row
    }
}

impl Columns<'_> {
    #[inline(always)]
    fn put_word(&mut self, payload: &Payload<'_>, row: usize, word: &Word<'_>) {
        put(&mut self.starts, row, || word.start().unwrap_or(f64::NAN));
        put(&mut self.ends, row, || word.end().unwrap_or(f64::NAN));
        put(&mut self.confidences, row, || word.confidence().unwrap_or(f64::NAN));
        put(&mut self.speakers, row, || number(word.speaker()));
        put(&mut self.texts, row, || payload.span(word.word()));
        put(&mut self.punctuated, row, || payload.span(word.punctuated_word()));
    }

    fn put_utterance(&mut self, payload: &Payload<'_>, row: usize, utterance: &Utterance<'_>) {
        // At once, for an utterance is long.
        let names = ["start", "end", "confidence", "speaker", "transcript"];
        let [start, end, confidence, speaker, transcript] = utterance.object().select(names);
        let float = |value: Option<Value<'_>>| value.and_then(|value| value.as_number()?.f64()).unwrap_or(f64::NAN);
        put(&mut self.starts, row, || float(start));
        put(&mut self.ends, row, || float(end));
        put(&mut self.confidences, row, || float(confidence));
        put(&mut self.speakers, row, || number(speaker.and_then(|value| value.as_number()?.u64())));
        put(&mut self.texts, row, || payload.span(transcript.and_then(|value| value.as_str())));
        put(&mut self.punctuated, row, Span::default);
    }
}

impl<'a> Items<'a, Utterance<'a>> {
    /// Writes the next utterances into the columns, as [`WordsIter::fill`] does with words.
    pub fn fill(&mut self, payload: &Payload<'_>, mut columns: Columns<'_>) -> usize {
        let rows = columns.rows();
        let mut row = 0;
        while row < rows {
            let Some(utterance) = self.next() else { break };
            columns.put_utterance(payload, row, &utterance);
            row += 1;
        }
        row
    }
}

impl Payload<'_> {
    /// Where a text of this payload lies in its body.
    #[must_use]
    pub fn span(&self, text: Option<Str<'_>>) -> Span {
        let Some(text) = text else { return Span::default() };
        let raw = text.raw();
        match (self.document().offset_of(raw), u32::try_from(raw.len())) {
            (Some(start), Ok(len)) => Span { start: start as u64, len, escaped: text.is_escaped() },
            _ => Span::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] =
        br#"{"metadata":{"request_id":"x"},"results":{"channels":[{"alternatives":[{"transcript":"A b c.",
        "confidence":0.9,"words":[
        {"word":"a","start":0.5,"end":1,"confidence":0.25,"speaker":3,"punctuated_word":"A"},
        {"word":"b","start":1.5,"end":2.25,"confidence":null,"speaker":4294967296},
        7,
        {"start":"x","word":"\u0063","end":-3e0,"punctuated_word":"c."}]}]}],
        "utterances":[{"start":0.5,"end":2,"confidence":0.5,"transcript":"A b c.","speaker":1,"words":[]}]}}"#;

    fn text(span: Span) -> &'static [u8] {
        &BODY[span.start as usize..][..span.len as usize]
    }

    #[test]
    fn every_word_is_a_row() {
        let payload = Payload::parse(BODY).unwrap();
        let (mut starts, mut ends, mut confidences) = ([0.0; 4], [0.0; 4], [0.0; 4]);
        let (mut speakers, mut texts, mut punctuated) = ([0; 4], [Span::default(); 4], [Span::default(); 4]);
        let columns = Columns {
            starts: Some(&mut starts),
            ends: Some(&mut ends),
            confidences: Some(&mut confidences),
            speakers: Some(&mut speakers),
            texts: Some(&mut texts),
            punctuated: Some(&mut punctuated),
        };
        assert_eq!(payload.alternative().unwrap().words().iter().fill(&payload, columns), 3);
        assert_eq!((&starts[..2], ends), (&[0.5, 1.5][..], [1.0, 2.25, -3.0, 0.0]));
        assert!(starts[2].is_nan() && confidences[1].is_nan() && confidences[2].is_nan());
        assert_eq!((confidences[0], speakers), (0.25, [3, NOBODY, NOBODY, 0]));
        assert_eq!(NOBODY, -1);
        assert_eq!(texts.map(text), [&b"a"[..], b"b", b"\\u0063", b""]);
        assert_eq!(texts.map(|span| span.escaped), [false, false, true, false]);
        assert_eq!(punctuated.map(text), [&b"A"[..], b"", b"c.", b""]);
    }

    #[test]
    fn a_call_goes_on_where_the_last_one_stopped() {
        let payload = Payload::parse(BODY).unwrap();
        let mut words = payload.alternative().unwrap().words().iter();
        let (mut ends, mut speakers) = ([0.0; 8], [0; 2]);
        let mut fill = |ends: &mut [f64]| {
            let columns = Columns { ends: Some(ends), speakers: Some(&mut speakers), ..Columns::default() };
            words.fill(&payload, columns)
        };
        assert_eq!((fill(&mut ends), ends[..3] == [1.0, 2.25, 0.0]), (2, true));
        assert_eq!((fill(&mut ends), ends[..3] == [-3.0, 2.25, 0.0]), (1, true));
        assert_eq!(fill(&mut ends), 0);
        assert_eq!(words.fill(&payload, Columns::default()), 0);
    }

    #[test]
    fn every_utterance_is_a_row() {
        let payload = Payload::parse(BODY).unwrap();
        let (mut starts, mut texts, mut punctuated) = ([0.0; 2], [Span::default(); 2], [Span::default(); 2]);
        let columns = Columns {
            starts: Some(&mut starts),
            texts: Some(&mut texts),
            punctuated: Some(&mut punctuated),
            ..Columns::default()
        };
        assert_eq!(payload.utterances().iter().fill(&payload, columns), 1);
        assert_eq!((starts, text(texts[0]), punctuated[0]), ([0.5, 0.0], &b"A b c."[..], Span::default()));
    }

    #[test]
    fn no_utterance_is_lost_between_two_calls() {
        let body = br#"{"results":{"channels":[],"utterances":[{"start":1},{"start":2},{"start":3}]}}"#;
        let payload = Payload::parse(body).unwrap();
        let mut utterances = payload.utterances().iter();
        let mut starts = [0.0];
        let mut fill =
            |starts: &mut [f64]| utterances.fill(&payload, Columns { starts: Some(starts), ..Columns::default() });
        for start in [1.0, 2.0, 3.0] {
            assert_eq!((fill(&mut starts), starts), (1, [start]));
        }
        assert_eq!(fill(&mut starts), 0);
    }
}
