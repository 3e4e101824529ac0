//! What Deepgram delivers: bodies of every kind, made up here.
//!
//! They have the form that recorded documents have: members in the service's order, times with the digits of 32-bit
//! floats, one line, raw characters beyond ASCII. What is said in them follows from the seed; only the moment, and with
//! it the request id, is new each time, so that a receiver never takes a run for a repeat of an earlier one.

mod json;
mod speech;
mod stream;
mod transcript;
mod understanding;

use clap::ValueEnum;

use super::dice::Dice;
use super::features::Features;
use crate::clock::Rfc3339;
use json::Json;

/// What a submission asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Product {
    /// The transcript of a recording
    Transcript,
    /// What was understood of a text
    Analysis,
    /// Synthesised speech
    Audio,
    /// The report of a job that failed, in one of its shapes
    Failure,
    /// The messages of a stream, a delivery each
    Stream,
}

/// One body that is delivered.
#[derive(Clone, Debug)]
pub struct Body {
    /// What a receiver should take it for.
    pub kind: &'static str,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Body {
    /// Bytes as they are, with the content type that they would have.
    pub fn of(bytes: Vec<u8>) -> Body {
        let (kind, content_type) = match ringback::Payload::parse(&bytes) {
            Ok(payload) => (payload.kind().name(), "application/json"),
            // Faulty documents are worth delivering too.
            Err(_) if bytes.trim_ascii_start().starts_with(b"{") => ("unknown", "application/json"),
            Err(_) if std::str::from_utf8(&bytes).is_ok() => ("failure", "text/plain; charset=utf-8"),
            Err(_) => ("audio", "application/octet-stream"),
        };
        Body { kind, content_type: content_type.into(), bytes }
    }
}

/// What a document says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    pub request_id: &'f str,
    /// As RFC 3339 writes it.
    pub created: &'f str,
}

/// The bodies that one submission leads to, in order: one, but for a stream.
pub fn compose(
    product: Product,
    request_id: &str,
    features: &Features,
    minutes: f64,
    now: u64,
    dice: &mut Dice,
) -> Vec<Body> {
    let facts = Facts { request_id, created: &Rfc3339(now).to_string() };
    let json = |(kind, bytes)| Body { kind, content_type: "application/json".into(), bytes };
    match product {
        Product::Transcript => vec![json(("transcript", transcript::write(&facts, features, minutes, dice)))],
        Product::Analysis => {
            let summary = Features { summarize: true, ..features.clone() };
            let features = if features.reads() { features } else { &summary };
            vec![json(("analysis", understanding::analysis(&facts, features, minutes, dice)))]
        }
        Product::Audio => vec![audio(minutes, dice)],
        Product::Failure => vec![failure(&facts, dice)],
        Product::Stream => stream::messages(&facts, features, minutes, dice).into_iter().map(json).collect(),
    }
}

/// The same document with something changed in it, as a forger or a changed retry would have it. It stays JSON if it was.
pub fn altered(body: &Body) -> Body {
    let mut bytes = body.bytes.clone();
    if bytes.last() == Some(&b'}') {
        bytes.pop();
        bytes.extend_from_slice(br#","revision":2}"#);
    } else {
        bytes.push(b'.');
    }
    Body { bytes, ..body.clone() }
}

/// Sixteen-bit mono samples at 16 kHz, a WAV file of so many minutes.
fn audio(minutes: f64, dice: &mut Dice) -> Body {
    const RATE: u32 = 16_000;
    let samples = (minutes.max(0.0) * 60.0 * f64::from(RATE)).min(f64::from(u32::MAX / 4)) as u32;
    let size = samples * 2;
    let mut bytes = Vec::with_capacity(44 + size as usize);
    for (name, number) in [(b"RIFF", 36 + size), (b"WAVE", 0)] {
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    // `WAVE` has no length behind it.
    bytes.truncate(12);
    bytes.extend_from_slice(b"fmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&size.to_le_bytes());
    for _ in 0..samples {
        bytes.extend_from_slice(&(dice.bits() as i16 >> 4).to_le_bytes());
    }
    Body { kind: "audio", content_type: "application/octet-stream".into(), bytes }
}

/// The shapes in which failures are reported.
fn failure(facts: &Facts<'_>, dice: &mut Dice) -> Body {
    let (code, message) = *dice.pick(&[
        ("REMOTE_CONTENT_ERROR", "Could not fetch the \"remote\" content: `https://example.com/a.wav`"),
        ("ASR_UNPROCESSABLE_ENTITY", "The audio is corrupt or of an unknown format."),
        ("Bad Request", "failed to process audio: corrupt or unsupported data"),
    ]);
    let shape = dice.below(5);
    if shape == 4 {
        let text = b"Failed to deserialize the request: no audio".to_vec();
        return Body { kind: "failure", content_type: "text/plain; charset=utf-8".into(), bytes: text };
    }
    let mut json = Json::default();
    json.object(|json| match shape {
        0 | 1 => {
            json.text("err_code", code);
            json.text("err_msg", message);
            if shape == 0 {
                json.text("request_id", facts.request_id);
            }
        }
        2 => {
            json.text("category", "UNPROCESSABLE_ENTITY");
            json.text("message", message);
            json.text("details", "Check the audio and submit it again.");
            json.text("request_id", facts.request_id);
        }
        _ => {
            json.text("error_code", code);
            json.text("err_msg", message);
            json.text("request_id", facts.request_id);
        }
    });
    Body { kind: "failure", content_type: "application/json".into(), bytes: json.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback::payload::{Kind, Payload};

    const ID: &str = "019f0000-0000-7000-8000-000000000001";

    fn features(names: &[&str]) -> Features {
        let mut features = Features::default();
        for name in names {
            let (name, value) = name.split_once('=').unwrap_or((name, "true"));
            assert!(features.set(name, value), "{name}");
        }
        features
    }

    fn one(product: Product, features: &Features, minutes: f64, seed: u64) -> Body {
        compose(product, ID, features, minutes, 1_795_000_000_000, &mut Dice::new(seed)).remove(0)
    }

    #[test]
    fn the_core_takes_every_body_for_what_it_is() {
        let all = Features::SWITCHES.join(" ") + " search=storm tag=a extra=k:v language=multi alternatives=2";
        let all = features(&all.split(' ').collect::<Vec<_>>());
        for features in [Features::default(), all] {
            for product in [Product::Transcript, Product::Analysis, Product::Stream] {
                for body in compose(product, ID, &features, 0.5, 1_795_000_000_000, &mut Dice::new(3)) {
                    let payload = Payload::parse(&body.bytes).unwrap();
                    assert_eq!(payload.kind().name(), body.kind);
                    serde_json::from_slice::<serde_json::Value>(&body.bytes).unwrap();
                }
            }
        }
    }

    #[test]
    fn failures_come_in_every_shape() {
        let mut kinds = Vec::new();
        for seed in 0..64 {
            let body = one(Product::Failure, &Features::default(), 0.0, seed);
            match Payload::parse(&body.bytes) {
                Ok(payload) => {
                    assert_eq!(payload.kind(), Kind::Failure);
                    kinds.push(
                        payload.object().unwrap().iter().count() + usize::from(payload.request_id().is_some()) * 10,
                    );
                }
                Err(_) => kinds.push(0),
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, [0, 2, 13, 14]);
    }

    #[test]
    fn features_add_what_they_are_asked_for() {
        let value = |names: &[&str]| {
            let body = one(Product::Transcript, &features(names), 1.0, 1);
            serde_json::from_slice::<serde_json::Value>(&body.bytes).unwrap()
        };
        let plain = value(&[]);
        assert!(plain.pointer("/results/utterances").is_none());
        assert!(plain.pointer("/results/channels/0/alternatives/0/words/0/speaker").is_none());
        for (name, pointer) in [
            ("utterances", "/results/utterances/0/words/0/word"),
            ("diarize", "/results/channels/0/alternatives/0/words/0/speaker"),
            ("paragraphs", "/results/channels/0/alternatives/0/paragraphs/paragraphs/0/sentences/0/text"),
            ("multichannel", "/results/channels/1/alternatives/0/transcript"),
            ("search=storm", "/results/channels/0/search/0/hits/0/snippet"),
            ("topics", "/results/topics/segments/0/topics/0/topic"),
            ("intents", "/results/intents/segments/0/intents/0/intent"),
            ("sentiment", "/results/sentiments/average/sentiment"),
            ("summarize", "/results/summary/short"),
            ("detect_entities", "/results/channels/0/alternatives/0/entities/0/label"),
            ("detect_language", "/results/channels/0/detected_language"),
            ("language=multi", "/results/channels/0/alternatives/0/languages/1"),
            ("alternatives=2", "/results/channels/0/alternatives/1"),
            ("tag=x", "/metadata/tags/0"),
            ("extra=k:v", "/metadata/extra/k"),
        ] {
            assert!(plain.pointer(pointer).is_none(), "{name}");
            assert!(value(&[name]).pointer(pointer).is_some(), "{name}");
        }
    }

    #[test]
    fn redaction_rewrites_words() {
        let body = one(Product::Transcript, &features(&["redact"]), 1.0, 1);
        assert!(Payload::parse(&body.bytes).unwrap().transcript().unwrap().chars().any(|char| char == '['));
    }

    #[test]
    fn minutes_decide_the_size() {
        let size = |names: &[&str], minutes| one(Product::Transcript, &features(names), minutes, 1).bytes.len();
        // 13 to 48 kB for a minute and a channel, as real documents have it.
        assert!((10_000..20_000).contains(&size(&[], 1.0)), "{}", size(&[], 1.0));
        let full = size(&["diarize", "utterances", "smart_format"], 10.0);
        assert!((350_000..800_000).contains(&full), "{full}");
        let silence = one(Product::Transcript, &Features::default(), 0.0, 1);
        assert_eq!(Payload::parse(&silence.bytes).unwrap().transcript().unwrap(), "");
    }

    #[test]
    fn audio_is_a_wav_file_of_its_length() {
        let body = one(Product::Audio, &Features::default(), 0.5, 1);
        assert_eq!(body.bytes.len(), 44 + 30 * 32_000);
        assert_eq!((&body.bytes[..4], &body.bytes[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    }

    #[test]
    fn a_stream_ends_with_its_metadata_and_its_messages_differ() {
        let all = compose(Product::Stream, ID, &Features::default(), 1.0, 0, &mut Dice::new(1));
        assert_eq!(all.last().unwrap().kind, "stream.metadata");
        let mut bodies: Vec<_> = all.iter().map(|body| &body.bytes).collect();
        bodies.sort_unstable();
        bodies.dedup();
        assert_eq!(bodies.len(), all.len());
    }

    #[test]
    fn an_altered_document_has_the_same_request_id_and_other_bytes() {
        let body = one(Product::Transcript, &Features::default(), 0.1, 1);
        let other = altered(&body);
        assert_ne!(body.bytes, other.bytes);
        let id = |body: &Body| Payload::parse(&body.bytes).unwrap().request_id().unwrap().to_string();
        assert_eq!(id(&body), id(&other));
    }

    #[test]
    fn a_seed_decides_every_byte() {
        let all = features(&["diarize", "utterances", "topics"]);
        assert_eq!(one(Product::Transcript, &all, 1.0, 7).bytes, one(Product::Transcript, &all, 1.0, 7).bytes);
        assert_ne!(one(Product::Transcript, &all, 1.0, 7).bytes, one(Product::Transcript, &all, 1.0, 8).bytes);
    }
}
