//! Words as columns: arrays of numbers, filled at once, for programs that work on many words.

use std::mem::MaybeUninit;

use ringback_core::payload::{View, Word};

use crate::boundary::{Failed, Given, Out, guard};
use crate::list::ringback_list;
use crate::payload::ringback_payload;
use crate::result::ringback_result;
use crate::str::ringback_str;

/// Where the columns of words go. A column that is not wanted is NULL; each of the others has room for `capacity` words.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_columns<'p> {
    /// For how many words there is room.
    pub capacity: usize,
    /// When each begins, in seconds; not a number where that is absent.
    pub start: *mut f64,
    /// When each ends, in seconds; not a number where that is absent.
    pub end: *mut f64,
    /// When each begins, in milliseconds; `INT64_MIN` where that is absent.
    pub start_millis: *mut i64,
    /// When each ends, in milliseconds; `INT64_MIN` where that is absent.
    pub end_millis: *mut i64,
    /// How sure each is, 0 to 1; not a number where that is absent.
    pub confidence: *mut f64,
    /// Who speaks, counted from 0; -1 where that is absent.
    pub speaker: *mut i64,
    /// The words as recognised.
    pub word: *mut ringback_str<'p>,
    /// The words with capitals and punctuation.
    pub punctuated_word: *mut ringback_str<'p>,
}

/// Fills columns with the next words of a list, as many as there is room for.
///
/// Parameters: `payload`: what the list came from. `list`: of words; it is moved on. `columns`: where they go. `count`: how many words
/// were taken.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more words, the loop ends; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is
/// room for none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again; the list has not moved.
///
/// Ownership: the strings borrow from the payload; the columns are the caller's.
///
/// Threads: any, at the same time, each with its own list and columns.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_words_fill<'p>(
    payload: Option<&'p ringback_payload>,
    list: Option<&mut ringback_list>,
    columns: Option<&ringback_columns<'p>>,
    count: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let (payload, list, columns, count) = (payload.given()?, list.given()?, columns.given()?, Out::new(count)?);
        if columns.capacity == 0 {
            return Err(Failed::INVALID);
        }
        let mut elements = payload.document().elements_from(list.place()?);
        let mut taken = 0;
        let mut at = list.at;
        while taken < columns.capacity {
            let Some(value) = elements.next() else { break };
            at = elements.offset();
            let Some(object) = value.as_object() else { continue };
            // SAFETY: `taken` is below the capacity, for which each column has room, as the caller has promised.
            unsafe { columns.put(taken, payload, Word::of(object)) }?;
            taken += 1;
        }
        if taken == 0 {
            return Err(Failed::NONE);
        }
        list.at = at;
        count.write(taken)
    })
}

impl<'p> ringback_columns<'p> {
    /// Puts one word in its place.
    ///
    /// # Safety
    ///
    /// Each column is null, or has room for more than `at` words.
    unsafe fn put(&self, at: usize, payload: &'p ringback_payload, word: Word<'p>) -> Result<(), Failed> {
        // SAFETY: as this function demands, here and below.
        unsafe { put(self.start, at, || word.start().unwrap_or(f64::NAN)) };
        // SAFETY: the same.
        unsafe { put(self.end, at, || word.end().unwrap_or(f64::NAN)) };
        // SAFETY: the same.
        unsafe { put(self.start_millis, at, || word.start_millis().unwrap_or(i64::MIN)) };
        // SAFETY: the same.
        unsafe { put(self.end_millis, at, || word.end_millis().unwrap_or(i64::MIN)) };
        // SAFETY: the same.
        unsafe { put(self.confidence, at, || word.confidence().unwrap_or(f64::NAN)) };
        let speaker = || word.speaker().and_then(|speaker| i64::try_from(speaker).ok()).unwrap_or(-1);
        // SAFETY: the same.
        unsafe { put(self.speaker, at, speaker) };
        if !self.word.is_null() {
            let text = payload.text(word.word())?;
            // SAFETY: the same.
            unsafe { put(self.word, at, || text) };
        }
        if !self.punctuated_word.is_null() {
            let text = payload.text(word.punctuated_word())?;
            // SAFETY: the same.
            unsafe { put(self.punctuated_word, at, || text) };
        }
        Ok(())
    }
}

/// Writes to a column, unless it is null.
///
/// # Safety
///
/// The column is null, or has room for more than `at` items.
unsafe fn put<T>(column: *mut T, at: usize, value: impl FnOnce() -> T) {
    if column.is_null() {
        return;
    }
    // SAFETY: as this function demands.
    let place = unsafe { column.add(at) };
    // SAFETY: within the column, which is the caller's to give.
    unsafe { place.write(value()) };
}
