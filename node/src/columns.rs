//! The words of a transcript as typed arrays.
//!
//! Numbers come at once. Of a text only its place comes, two numbers; all texts of a column become one string on demand,
//! with the place of each in it.

use ringback::payload::{Columns, Span, Words};

use crate::env::{Env, Failed, Value};
use crate::view::held;

/// How many words are read at a time.
const BLOCK: usize = 512;

/// The bit of a length that says that the text holds escapes.
const ESCAPED: u32 = 1 << 31;

/// `columns(slab, at, from, to)`: starts, ends, confidences, speakers, places of words, places of punctuated words.
pub(crate) fn columns<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [_, _, from, to, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let payload = held(env, arguments)?.payload();
    let range = env.size(from)?..env.size(to)?;
    let array = payload.document().value_in(range).and_then(|value| value.as_array()).ok_or(Failed::ARGUMENTS)?;
    let mut words = Words::of(Some(array)).iter();

    // A word has some 90 bytes at least, if it is one.
    let guess = array.value().raw().len() / 80;
    let mut floats: [Vec<f64>; 3] = std::array::from_fn(|_| Vec::with_capacity(guess));
    let mut speakers: Vec<i32> = Vec::with_capacity(guess);
    let mut places: [Vec<u32>; 2] = std::array::from_fn(|_| Vec::with_capacity(2 * guess));
    let mut block = [[0.0; BLOCK]; 3];
    let (mut speaker, mut texts, mut punctuated) = ([0; BLOCK], [Span::default(); BLOCK], [Span::default(); BLOCK]);
    loop {
        let [starts, ends, confidences] = &mut block;
        let rows = words.fill(
            payload,
            Columns {
                starts: Some(starts),
                ends: Some(ends),
                confidences: Some(confidences),
                speakers: Some(&mut speaker),
                texts: Some(&mut texts),
                punctuated: Some(&mut punctuated),
            },
        );
        if rows == 0 {
            break;
        }
        for (column, block) in floats.iter_mut().zip(&block) {
            column.extend_from_slice(&block[..rows]);
        }
        speakers.extend_from_slice(&speaker[..rows]);
        for (column, spans) in places.iter_mut().zip([&texts, &punctuated]) {
            column.extend(spans[..rows].iter().flat_map(place));
        }
    }
    let [starts, ends, confidences] = &floats;
    let [texts, punctuated] = &places;
    let arrays = [
        env.numbers(starts),
        env.numbers(ends),
        env.numbers(confidences),
        env.numbers(&speakers),
        env.numbers(texts),
        env.numbers(punctuated),
    ];
    env.array(arrays.into_iter())
}

/// A place as two numbers. A text beyond 4 GiB, or of 2 GiB, is taken for none.
fn place(span: &Span) -> [u32; 2] {
    match u32::try_from(span.start) {
        Ok(start) if span.len < ESCAPED => [start, span.len | if span.escaped { ESCAPED } else { 0 }],
        _ => [0, 0],
    }
}

/// `texts(slab, at, places)`: all texts as one string, and where each of them ends in it (a `Uint32Array`).
pub(crate) fn texts<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let document = held(env, arguments)?.payload().document();
    let places = env.words(arguments[2])?;
    let (mut joined, mut ends) = (String::new(), Vec::with_capacity(places.len() / 2));
    let mut units = 0;
    for place in places.chunks_exact(2) {
        let (start, len, escaped) = (place[0] as usize, (place[1] & !ESCAPED) as usize, place[1] & ESCAPED != 0);
        let raw = document.text().get(start..start + len).ok_or(Failed::ARGUMENTS)?;
        let before = joined.len();
        match escaped {
            // With its quotes it is a value again.
            true => {
                let value = start.checked_sub(1).and_then(|quote| document.value_in(quote..start + len + 1));
                let string = value.and_then(|value| value.as_str()).ok_or(Failed::ARGUMENTS)?;
                joined.push_str(&string.to_cow());
            }
            false => joined.push_str(raw),
        }
        units += utf16_len(&joined[before..]);
        ends.push(units);
    }
    let arrays = [env.string(&joined), env.numbers(&ends)];
    env.array(arrays.into_iter())
}

/// How long JavaScript says a text is.
fn utf16_len(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.encode_utf16().count() as u32 }
}
