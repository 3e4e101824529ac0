//! sonic-rs 0.5: token by token, strings and white space with SIMD. It takes the instruction set of the build, which is
//! SSE2 here: portable builds are what is compared. Skipping lets bad `\u` escapes pass and knows no limit of depth.

use serde::de::IgnoredAny;

use super::typed::{Outline, Script, Whole};
use crate::answer::{Answer, Words};
use crate::body::Body;

/// Skips the whole document.
#[must_use]
pub fn skip(body: Body<'_>) -> bool {
    sonic_rs::from_slice::<IgnoredAny>(body.bytes()).is_ok()
}

/// Builds a tree.
#[must_use]
pub fn tree(body: Body<'_>) -> bool {
    sonic_rs::from_slice::<sonic_rs::Value>(body.bytes()).is_ok()
}

/// The envelope, everything else skipped.
#[must_use]
pub fn envelope_borrowed(body: Body<'_>) -> Answer {
    sonic_rs::from_slice::<Outline<'_>>(body.bytes()).expect("the document is valid").envelope().answer()
}

/// The words, borrowed.
#[must_use]
pub fn words_borrowed(body: Body<'_>) -> Words {
    sonic_rs::from_slice::<Script<'_>>(body.bytes()).expect("the document is valid").words()
}

/// The words out of owned types.
#[must_use]
pub fn words_owned(body: Body<'_>) -> Words {
    sonic_rs::from_slice::<Whole>(body.bytes()).expect("the document is valid").words()
}
