//! serde_json 1: token by token. Skipping checks the grammar, but not UTF-8, and knows no limit of depth.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::typed::{Outline, Script, Whole};
use crate::answer::{Answer, Envelope, Words};
use crate::body::Body;

/// Skips the whole document. Invalid UTF-8 in it goes unnoticed.
#[must_use]
pub fn skip(body: Body<'_>) -> bool {
    serde_json::from_slice::<IgnoredAny>(body.bytes()).is_ok()
}

/// Checks UTF-8, then skips the whole document: all that a validator has to check, but for depth.
#[must_use]
pub fn checked_skip(body: Body<'_>) -> bool {
    std::str::from_utf8(body.bytes()).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// Builds a tree.
#[must_use]
pub fn tree(body: Body<'_>) -> bool {
    serde_json::from_slice::<Value>(body.bytes()).is_ok()
}

/// The envelope, everything else skipped.
#[must_use]
pub fn envelope_borrowed(body: Body<'_>) -> Answer {
    serde_json::from_slice::<Outline<'_>>(body.bytes()).expect("the document is valid").envelope().answer()
}

/// The envelope out of owned types.
#[must_use]
pub fn envelope_owned(body: Body<'_>) -> Answer {
    serde_json::from_slice::<Whole>(body.bytes()).expect("the document is valid").envelope().answer()
}

/// The envelope out of a tree.
#[must_use]
pub fn envelope_tree(body: Body<'_>) -> Answer {
    let tree: Value = serde_json::from_slice(body.bytes()).expect("the document is valid");
    let stream = tree["type"] == "Results";
    let channel = if stream { &tree["channel"] } else { &tree["results"]["channels"][0] };
    Envelope {
        request_id: tree["metadata"]["request_id"].as_str().unwrap_or_default(),
        stream,
        transcript: channel["alternatives"][0]["transcript"].as_str().map_or(0, str::len),
    }
    .answer()
}

/// The words, borrowed.
#[must_use]
pub fn words_borrowed(body: Body<'_>) -> Words {
    serde_json::from_slice::<Script<'_>>(body.bytes()).expect("the document is valid").words()
}

/// The words out of owned types.
#[must_use]
pub fn words_owned(body: Body<'_>) -> Words {
    serde_json::from_slice::<Whole>(body.bytes()).expect("the document is valid").words()
}

/// The words out of a tree.
#[must_use]
pub fn words_tree(body: Body<'_>) -> Words {
    let tree: Value = serde_json::from_slice(body.bytes()).expect("the document is valid");
    let recorded = tree["results"]["channels"].as_array().into_iter().flatten();
    let mut words = Words::default();
    for channel in recorded.chain(tree.get("channel")) {
        for alternative in channel["alternatives"].as_array().into_iter().flatten() {
            for word in alternative["words"].as_array().into_iter().flatten() {
                let number = |name: &str| word[name].as_f64().unwrap_or_default();
                let text = word.get("punctuated_word").unwrap_or(&word["word"]).as_str().unwrap_or_default();
                let speaker = word["speaker"].as_u64().unwrap_or_default();
                words.add(number("start"), number("end"), number("confidence"), speaker, text.len());
            }
        }
    }
    words
}
