//! simd-json 0.19: simdjson's first stage and a tape, in Rust; AVX2 if the machine has it. It needs a body that it may
//! overwrite, so the copy of the body is part of its work.

use simd_json::prelude::*;
use simd_json::tape::Value;
use simd_json::{Buffers, Tape};

use crate::answer::{Answer, Envelope, Words};
use crate::body::Body;

/// What is kept between documents.
pub struct Parser {
    copy: Vec<u8>,
    buffers: Buffers,
    tape: Tape<'static>,
}

impl Parser {
    /// A parser with room for documents of this length.
    #[must_use]
    pub fn new(longest: usize) -> Parser {
        Parser { copy: Vec::with_capacity(longest), buffers: Buffers::new(longest), tape: Tape::null() }
    }

    fn parse<T>(&mut self, body: Body<'_>, read: impl FnOnce(Value<'_, '_>) -> T) -> T {
        self.copy.clear();
        self.copy.extend_from_slice(body.padded());
        let mut tape = std::mem::replace(&mut self.tape, Tape::null()).reset();
        simd_json::fill_tape_padded(&mut self.copy, body.bytes().len(), &mut self.buffers, &mut tape)
            .expect("the document is valid");
        let found = read(tape.as_value());
        self.tape = tape.reset();
        found
    }

    /// Builds the tape.
    #[must_use]
    pub fn validate(&mut self, body: Body<'_>) -> bool {
        self.parse(body, |_| true)
    }

    /// The envelope.
    #[must_use]
    pub fn envelope(&mut self, body: Body<'_>) -> Answer {
        self.parse(body, |root| {
            let root = root.as_object().expect("an object");
            let stream = root.get("type").is_some_and(|value| value == "Results");
            let request_id = root.get("metadata").and_then(|value| value.as_object()?.get("request_id"));
            let channel = match root.get("channel") {
                Some(channel) => Some(channel),
                None => root.get("results").and_then(|value| value.as_object()?.get("channels")?.as_array()?.get(0)),
            };
            let alternative = channel.and_then(|value| value.as_object()?.get("alternatives")?.as_array()?.get(0));
            let transcript = alternative.and_then(|value| value.as_object()?.get("transcript"));
            Envelope {
                request_id: request_id.as_ref().and_then(|value| value.as_str()).unwrap_or_default(),
                stream,
                transcript: transcript.and_then(|value| value.as_str().map(str::len)).unwrap_or(0),
            }
            .answer()
        })
    }

    /// The words.
    #[must_use]
    pub fn words(&mut self, body: Body<'_>) -> Words {
        self.parse(body, |root| {
            let root = root.as_object().expect("an object");
            let mut words = Words::default();
            if let Some(channel) = root.get("channel") {
                read_channel(&mut words, channel);
            }
            let channels = root.get("results").and_then(|value| value.as_object()?.get("channels")?.as_array());
            for channel in channels.iter().flat_map(|channels| channels.iter()) {
                read_channel(&mut words, channel);
            }
            words
        })
    }
}

fn read_channel(words: &mut Words, channel: Value<'_, '_>) {
    let alternatives = channel.as_object().and_then(|channel| channel.get("alternatives")?.as_array());
    for alternative in alternatives.iter().flat_map(|alternatives| alternatives.iter()) {
        let list = alternative.as_object().and_then(|alternative| alternative.get("words")?.as_array());
        for word in list.iter().flat_map(|list| list.iter()) {
            if let Some(word) = word.as_object() {
                read_word(words, &word);
            }
        }
    }
}

/// One pass over the members: looking each name up would begin anew every time.
fn read_word(words: &mut Words, word: &simd_json::tape::Object<'_, '_>) {
    let (mut start, mut end, mut confidence, mut speaker) = (0.0, 0.0, 0.0, 0);
    let (mut plain, mut punctuated) = (0, None);
    for (name, value) in word {
        match name {
            "start" => start = value.cast_f64().unwrap_or_default(),
            "end" => end = value.cast_f64().unwrap_or_default(),
            "confidence" => confidence = value.cast_f64().unwrap_or_default(),
            "speaker" => speaker = value.as_u64().unwrap_or_default(),
            "word" => plain = value.as_str().map_or(0, str::len),
            "punctuated_word" => punctuated = value.as_str().map(str::len),
            _ => {}
        }
    }
    words.add(start, end, confidence, speaker, punctuated.unwrap_or(plain));
}
