//! jiter 0.18: a pull parser. Skipping lets invalid UTF-8 pass.

use jiter::{Jiter, NumberAny, Peek};

use crate::answer::{Answer, Envelope, Words};
use crate::body::Body;

/// Skips the whole document.
#[must_use]
pub fn skip(body: Body<'_>) -> bool {
    let mut jiter = Jiter::new(body.bytes());
    jiter.next_skip().is_ok() && jiter.finish().is_ok()
}

/// The envelope, everything else skipped.
#[must_use]
pub fn envelope(body: Body<'_>) -> Answer {
    let mut jiter = Jiter::new(body.bytes());
    // Keys and strings live in the parser until the next call, so the id is copied.
    let mut request_id = [0; 36];
    let (mut stream, mut transcript) = (false, None);
    members(&mut jiter, |jiter, name| match name {
        Name::Type => stream = string(jiter, |text| text == "Results"),
        Name::Metadata => members(jiter, |jiter, name| match name {
            Name::RequestId => {
                string(jiter, |text| {
                    request_id[..text.len().min(36)].copy_from_slice(&text.as_bytes()[..text.len().min(36)])
                });
            }
            _ => skip_value(jiter),
        }),
        Name::Results => members(jiter, |jiter, name| match name {
            Name::Channels => elements(jiter, |jiter| first_transcript(jiter, &mut transcript)),
            _ => skip_value(jiter),
        }),
        Name::Channel => first_transcript(jiter, &mut transcript),
        _ => skip_value(jiter),
    });
    jiter.finish().expect("the document is valid");
    Envelope {
        request_id: std::str::from_utf8(&request_id).unwrap_or_default(),
        stream,
        transcript: transcript.unwrap_or(0),
    }
    .answer()
}

/// The words, everything else skipped.
#[must_use]
pub fn words(body: Body<'_>) -> Words {
    let mut jiter = Jiter::new(body.bytes());
    let mut words = Words::default();
    members(&mut jiter, |jiter, name| match name {
        Name::Results => members(jiter, |jiter, name| match name {
            Name::Channels => elements(jiter, |jiter| read_channel(jiter, &mut words)),
            _ => skip_value(jiter),
        }),
        Name::Channel => read_channel(jiter, &mut words),
        _ => skip_value(jiter),
    });
    jiter.finish().expect("the document is valid");
    words
}

#[derive(Clone, Copy)]
enum Name {
    Alternatives,
    Channel,
    Channels,
    Confidence,
    End,
    Metadata,
    Other,
    PunctuatedWord,
    RequestId,
    Results,
    Speaker,
    Start,
    Transcript,
    Type,
    Word,
    Words,
}

impl Name {
    fn of(name: &str) -> Name {
        match name {
            "alternatives" => Name::Alternatives,
            "channel" => Name::Channel,
            "channels" => Name::Channels,
            "confidence" => Name::Confidence,
            "end" => Name::End,
            "metadata" => Name::Metadata,
            "punctuated_word" => Name::PunctuatedWord,
            "request_id" => Name::RequestId,
            "results" => Name::Results,
            "speaker" => Name::Speaker,
            "start" => Name::Start,
            "transcript" => Name::Transcript,
            "type" => Name::Type,
            "word" => Name::Word,
            "words" => Name::Words,
            _ => Name::Other,
        }
    }
}

fn members<'j>(jiter: &mut Jiter<'j>, mut member: impl FnMut(&mut Jiter<'j>, Name)) {
    let mut next = jiter.next_object().expect("an object").map(Name::of);
    while let Some(name) = next {
        member(jiter, name);
        next = jiter.next_key().expect("the document is valid").map(Name::of);
    }
}

fn elements<'j>(jiter: &mut Jiter<'j>, mut element: impl FnMut(&mut Jiter<'j>)) {
    let mut next = jiter.next_array().expect("an array");
    while next.is_some() {
        element(jiter);
        next = jiter.array_step().expect("the document is valid");
    }
}

fn skip_value(jiter: &mut Jiter<'_>) {
    jiter.next_skip().expect("the document is valid");
}

fn string<T>(jiter: &mut Jiter<'_>, read: impl FnOnce(&str) -> T) -> T {
    read(jiter.next_str().expect("a string"))
}

fn number(jiter: &mut Jiter<'_>) -> f64 {
    match jiter.next_number().expect("a number") {
        NumberAny::Float(number) => number,
        NumberAny::Int(number) => number.into(),
    }
}

fn first_transcript(jiter: &mut Jiter<'_>, transcript: &mut Option<usize>) {
    members(jiter, |jiter, name| match name {
        Name::Alternatives => elements(jiter, |jiter| {
            members(jiter, |jiter, name| match name {
                Name::Transcript if transcript.is_none() => *transcript = Some(string(jiter, str::len)),
                _ => skip_value(jiter),
            });
        }),
        _ => skip_value(jiter),
    });
}

fn read_channel(jiter: &mut Jiter<'_>, words: &mut Words) {
    members(jiter, |jiter, name| match name {
        Name::Alternatives => elements(jiter, |jiter| {
            members(jiter, |jiter, name| match name {
                Name::Words => elements(jiter, |jiter| read_word(jiter, words)),
                _ => skip_value(jiter),
            });
        }),
        _ => skip_value(jiter),
    });
}

fn read_word(jiter: &mut Jiter<'_>, words: &mut Words) {
    let (mut start, mut end, mut confidence, mut speaker) = (0.0, 0.0, 0.0, 0);
    let (mut plain, mut punctuated) = (0, None);
    members(jiter, |jiter, name| match name {
        Name::Start => start = number(jiter),
        Name::End => end = number(jiter),
        Name::Confidence => confidence = number(jiter),
        Name::Speaker => match jiter.peek().expect("the document is valid") {
            Peek::Null => skip_value(jiter),
            _ => speaker = number(jiter) as u64,
        },
        Name::Word => plain = string(jiter, str::len),
        Name::PunctuatedWord => punctuated = Some(string(jiter, str::len)),
        _ => skip_value(jiter),
    });
    words.add(start, end, confidence, speaker, punctuated.unwrap_or(plain));
}
