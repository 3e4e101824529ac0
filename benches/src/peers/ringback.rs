//! Ringback.

use ringback::json::{Document, Engine};
use ringback::payload::{Columns, Kind, NOBODY, Payload, Span};

use crate::answer::{Answer, Envelope, Words};
use crate::body::Body;

/// Checks the whole document with the engine that is the best here, as users get it.
#[must_use]
pub fn validate(body: Body<'_>) -> bool {
    Document::parse(body.bytes()).is_ok()
}

/// Checks the whole document with this engine.
#[must_use]
pub fn validate_with(engine: Engine, body: Body<'_>) -> bool {
    Document::parse_with(body.bytes(), engine).is_ok()
}

/// The envelope.
#[must_use]
pub fn envelope(body: Body<'_>) -> Answer {
    let payload = Payload::parse(body.bytes()).expect("the document is valid");
    // The id is read into its sixteen bytes; the last of them gives the digits that the answer has of it.
    let id = payload.request_id().and_then(|id| id.as_bytes().copied()).unwrap_or_default();
    let digits = [id[15] >> 4, id[15] & 15].map(|digit| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    let envelope = Envelope {
        request_id: std::str::from_utf8(&digits).unwrap_or_default(),
        stream: payload.kind() == Kind::StreamResults,
        transcript: payload.transcript().map_or(0, |text| text.decoded_len()),
    };
    envelope.answer()
}

/// The words, one by one.
#[must_use]
pub fn words(body: Body<'_>) -> Words {
    let payload = Payload::parse(body.bytes()).expect("the document is valid");
    let mut words = Words::default();
    for alternative in payload.alternatives() {
        for word in alternative.words() {
            let text = word.punctuated_word().or_else(|| word.word()).map_or(0, |text| text.decoded_len());
            let [start, end, confidence] = [word.start(), word.end(), word.confidence()].map(Option::unwrap_or_default);
            words.add(start, end, confidence, word.speaker().unwrap_or(0), text);
        }
    }
    words
}

/// The columns that [`words_columns`] fills, kept between documents.
pub struct Table {
    starts: [f64; ROWS],
    ends: [f64; ROWS],
    confidences: [f64; ROWS],
    speakers: [i32; ROWS],
    texts: [Span; ROWS],
    punctuated: [Span; ROWS],
}

/// As many as stay in the cache that is next to the processor.
const ROWS: usize = 256;

impl Default for Table {
    fn default() -> Table {
        let (numbers, spans) = ([0.0; ROWS], [Span::default(); ROWS]);
        Table {
            starts: numbers,
            ends: numbers,
            confidences: numbers,
            speakers: [NOBODY; ROWS],
            texts: spans,
            punctuated: spans,
        }
    }
}

/// The words, some hundred at a time, out of columns.
#[must_use]
pub fn words_columns(table: &mut Table, body: Body<'_>) -> Words {
    let payload = Payload::parse(body.bytes()).expect("the document is valid");
    let mut words = Words::default();
    for alternative in payload.alternatives() {
        let mut list = alternative.words().iter();
        loop {
            let columns = Columns {
                starts: Some(&mut table.starts),
                ends: Some(&mut table.ends),
                confidences: Some(&mut table.confidences),
                speakers: Some(&mut table.speakers),
                texts: Some(&mut table.texts),
                punctuated: Some(&mut table.punctuated),
            };
            let rows = list.fill(&payload, columns);
            if rows == 0 {
                break;
            }
            for row in 0..rows {
                let punctuated = Some(table.punctuated[row]).filter(|span| span.start != 0);
                let text = decoded_len(body, punctuated.unwrap_or(table.texts[row]));
                let speaker = u64::try_from(table.speakers[row]).unwrap_or(0);
                words.add(table.starts[row], table.ends[row], table.confidences[row], speaker, text);
            }
        }
    }
    words
}

fn decoded_len(body: Body<'_>, span: Span) -> usize {
    if !span.escaped {
        return span.len as usize;
    }
    // With its quotes it is a document again.
    let (start, end) = (span.start as usize - 1, span.start as usize + span.len as usize + 1);
    let text = Document::parse(&body.bytes()[start..end]).expect("it is a string");
    text.root().as_str().map_or(0, |text| text.decoded_len())
}
