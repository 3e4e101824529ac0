//! Ringback.

use ringback::json::{Document, Engine, Value};
use ringback::payload::{Channel, Kind, Payload, View};

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

/// The words.
#[must_use]
pub fn words(body: Body<'_>) -> Words {
    let payload = Payload::parse(body.bytes()).expect("the document is valid");
    let mut words = Words::default();
    match payload.stream_results() {
        Some(message) => message.channel().iter().for_each(|channel| read_channel(&mut words, channel)),
        None => payload.channels().iter().for_each(|channel| read_channel(&mut words, &channel)),
    }
    words
}

fn read_channel(words: &mut Words, channel: &Channel<'_>) {
    for alternative in channel.alternatives() {
        for word in alternative.words() {
            // One pass over the members: every getter would begin anew.
            let names = ["start", "end", "confidence", "speaker", "punctuated_word", "word"];
            let [start, end, confidence, speaker, punctuated, plain] = word.object().select(names);
            let number =
                |value: Option<Value<'_>>| value.and_then(|value| value.as_number()?.f64()).unwrap_or_default();
            let speaker = speaker.and_then(|value| value.as_number()?.u64()).unwrap_or_default();
            let text = punctuated.or(plain).and_then(|value| value.as_str()).map_or(0, |text| text.decoded_len());
            words.add(number(start), number(end), number(confidence), speaker, text);
        }
    }
}
