//! The words of a transcript as typed arrays.
//!
//! Numbers come at once, all in one `ArrayBuffer`. Of a text only its place comes; all texts of a column become one string on
//! demand, with the place of each in it.

use std::cell::RefCell;

use ringback::payload::{Columns, Payload, Span, Words};

use crate::env::{Env, Failed, Value, bytes_of};
use crate::view::held;

/// How many words are read at a time.
const BLOCK: usize = 512;

/// The bit of a length that says that the text holds escapes.
const ESCAPED: u32 = 1 << 31;

/// The columns in the making. They are kept for the next transcript.
#[derive(Default)]
struct Table {
    starts: Vec<f64>,
    ends: Vec<f64>,
    confidences: Vec<f64>,
    /// Places of words, and of words with punctuation: the offset and the length.
    texts: Vec<[u32; 2]>,
    punctuated: Vec<[u32; 2]>,
    speakers: Vec<i32>,
}

/// Tables with more rows than this are not kept.
const KEPT: usize = 64 * 1024;

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

/// `columns(slab, at, from, to)`: an `ArrayBuffer` with starts, ends, confidences (64-bit floats), places of words, places of
/// punctuated words (two 32-bit numbers each) and speakers (32-bit numbers), one column after the other; answers how many rows there
/// are.
pub(crate) fn columns<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [_, _, from, to, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let payload = held(env, arguments)?.payload();
    let range = env.size(from)?..env.size(to)?;
    let array = payload.document().value_in(range).and_then(|value| value.as_array()).ok_or(Failed::ARGUMENTS)?;
    TABLE.with_borrow_mut(|table| {
        table.fill(payload, Words::of(Some(array)));
        env.answer([table.starts.len() as f64])?;
        let buffer = env.buffer(&table.columns());
        if table.starts.len() > KEPT {
            *table = Table::default();
        }
        buffer
    })
}

impl Table {
    fn fill(&mut self, payload: &Payload<'_>, words: Words<'_>) {
        self.clear();
        let mut words = words.iter();
        let (mut starts, mut ends, mut confidences) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        let (mut speakers, mut texts, mut punctuated) =
            ([0; BLOCK], [Span::default(); BLOCK], [Span::default(); BLOCK]);
        loop {
            let block = Columns {
                starts: Some(&mut starts),
                ends: Some(&mut ends),
                confidences: Some(&mut confidences),
                speakers: Some(&mut speakers),
                texts: Some(&mut texts),
                punctuated: Some(&mut punctuated),
            };
            let rows = words.fill(payload, block);
            self.starts.extend_from_slice(&starts[..rows]);
            self.ends.extend_from_slice(&ends[..rows]);
            self.confidences.extend_from_slice(&confidences[..rows]);
            self.speakers.extend_from_slice(&speakers[..rows]);
            self.texts.extend(texts[..rows].iter().map(place));
            self.punctuated.extend(punctuated[..rows].iter().map(place));
            if rows < BLOCK {
                return;
            }
        }
    }

    fn clear(&mut self) {
        [&mut self.starts, &mut self.ends, &mut self.confidences].into_iter().for_each(Vec::clear);
        [&mut self.texts, &mut self.punctuated].into_iter().for_each(Vec::clear);
        self.speakers.clear();
    }

    /// All columns, in the order in which they lie in memory.
    fn columns(&self) -> [&[u8]; 6] {
        let Table { starts, ends, confidences, texts, punctuated, speakers } = self;
        let [starts, ends, confidences] = [starts, ends, confidences].map(|column| bytes_of(column));
        [starts, ends, confidences, bytes_of(texts), bytes_of(punctuated), bytes_of(speakers)]
    }
}

/// A place as two numbers. A text beyond 4 GiB, or of 2 GiB, is taken for none.
fn place(span: &Span) -> [u32; 2] {
    let escaped = if span.escaped { ESCAPED } else { 0 };
    match u32::try_from(span.start) {
        Ok(start) if span.len < ESCAPED => [start, span.len | escaped],
        _ => [0, 0],
    }
}

/// `texts(slab, at, places)`: all texts as one string, and where each of them ends in it (a `Uint32Array`).
pub(crate) fn texts<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let document = held(env, arguments)?.payload().document();
    let places = env.words(arguments[2])?;
    let (mut joined, mut ends) = (String::with_capacity(places.len() * 4), Vec::with_capacity(places.len() / 2));
    for place in places.chunks_exact(2) {
        let (start, len, escaped) = (place[0] as usize, (place[1] & !ESCAPED) as usize, place[1] & ESCAPED != 0);
        let raw = document.text().get(start..start + len).ok_or(Failed::ARGUMENTS)?;
        if escaped {
            // With its quotes it is a value again.
            let value = start.checked_sub(1).and_then(|quote| document.value_in(quote..start + len + 1));
            let string = value.and_then(|value| value.as_str()).ok_or(Failed::ARGUMENTS)?;
            joined.push_str(&string.to_cow());
        } else {
            joined.push_str(raw);
        }
        ends.push(joined.len() as u32);
    }
    if !joined.is_ascii() {
        count_units(&joined, &mut ends);
    }
    let arrays = [env.string(&joined), env.numbers(&ends)];
    env.array(arrays.into_iter())
}

/// Turns places in a text, in bytes, into places as JavaScript counts them.
fn count_units(text: &str, places: &mut [u32]) {
    let (mut before, mut units) = (0, 0);
    for place in places {
        let piece = &text[before..*place as usize];
        before = *place as usize;
        units += piece.encode_utf16().count() as u32;
        *place = units;
    }
}
