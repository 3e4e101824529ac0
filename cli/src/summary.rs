//! What is in a payload, in brief: for people, and as JSON for programs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ringback::json::{Number, Str};
use ringback::payload::{Alternative, Kind, Payload, View as _};

use crate::text::{ObjectLine, Visible};

/// The facts of one payload.
pub struct Summary<'a> {
    payload: Payload<'a>,
    bytes: usize,
}

impl<'a> Summary<'a> {
    /// The facts of a payload of so many bytes.
    pub fn new(payload: Payload<'a>, bytes: usize) -> Summary<'a> {
        Summary { payload, bytes }
    }

    /// One JSON object on one line. Its members are a contract.
    pub fn json(&self) -> String {
        let mut line = ObjectLine::new();
        line.text("kind", Some(self.payload.kind().name()));
        line.text("request_id", self.payload.request_id().map(|id| id.to_string()).as_deref());
        line.plain("bytes", self.bytes);
        line.plain("channels", self.channels());
        line.plain("words", self.words());
        line.plain("utterances", self.payload.utterances().array().map_or(0, |array| array.len()));
        push_facts(&mut line, &self.payload);
        line.end()
    }

    /// A few lines for people. Foreign text in it is escaped.
    pub fn prose(&self) -> String {
        let payload = &self.payload;
        let mut out = String::new();
        let mut row = |name: &str, value: &dyn std::fmt::Display| {
            // A string takes any text.
            let _ = writeln!(out, "{name:<11} {value}");
        };
        row("kind", &payload.kind());
        if let Some(id) = payload.request_id() {
            row("request id", &id);
        }
        row("bytes", &self.bytes);
        if let Some(millis) = duration(payload).and_then(|number| number.millis()) {
            row("duration", &hours(millis));
        }
        if matches!(payload.kind(), Kind::Transcript | Kind::StreamResults) {
            row("channels", &self.channels());
            let speakers = self.speakers();
            if speakers > 0 {
                row("speakers", &speakers);
            }
            row("words", &self.words());
        }
        if payload.utterances().is_present() {
            row("utterances", &payload.utterances().len());
        }
        for tag in payload.tags().iter() {
            row("tag", &shown(tag));
        }
        for (key, value) in payload.extra().iter() {
            row("extra", &format_args!("{} = {}", shown(key), shown(value)));
        }
        for warning in payload.metadata().into_iter().flat_map(|metadata| metadata.warnings().iter()) {
            let parts = [warning.parameter(), warning.kind(), warning.message()];
            row("warning", &joined(parts));
        }
        if let Some(failure) = payload.failure() {
            row("failure", &joined([failure.code(), failure.message(), failure.details()]));
        }
        if let Some(error) = payload.stream_error() {
            row("failure", &joined([error.variant(), error.description(), error.message()]));
        }
        if let Some(text) = payload.transcript().filter(|text| !text.is_empty()) {
            out.push('\n');
            push_beginning(&mut out, text);
        }
        out
    }

    fn channels(&self) -> usize {
        self.payload.results().and_then(|results| results.channels().array()).map_or(0, |array| array.len())
    }

    /// Of the first alternative of every channel, or of the message of a stream.
    fn words(&self) -> usize {
        self.alternatives().filter_map(|alternative| alternative.words().array()).map(|array| array.len()).sum()
    }

    fn speakers(&self) -> usize {
        let words = self.alternatives().flat_map(|alternative| alternative.words().iter());
        words.filter_map(|word| word.speaker()).collect::<BTreeSet<_>>().len()
    }

    fn alternatives(&self) -> impl Iterator<Item = Alternative<'a>> {
        let results = self.payload.results().into_iter().flat_map(|results| results.channels().iter());
        let message = self.payload.stream_results().and_then(|message| message.alternative());
        results.filter_map(|channel| channel.alternatives().first()).chain(message)
    }
}

/// What is in a body of this kind, in a few lines for people.
pub fn of_body(kind: Kind, body: &[u8]) -> String {
    let payload = match kind {
        Kind::Audio => None,
        _ => Payload::parse(body).ok(),
    };
    match payload {
        Some(payload) => Summary::new(payload, body.len()).prose(),
        None => {
            let mut out = format!("{:<11} {kind}\n{:<11} {}\n", "kind", "bytes", body.len());
            if let Some(text) = std::str::from_utf8(body).ok().filter(|_| kind == Kind::Failure) {
                out += &format!("{:<11} {}\n", "failure", Visible(text.chars(), SHOWN));
            }
            out
        }
    }
}

/// Adds what an event and a summary have in common: `transcript`, `duration`, `tags`, `extra`, `failure`.
pub fn push_facts(line: &mut ObjectLine, payload: &Payload<'_>) {
    line.string("transcript", payload.transcript());
    line.json("duration", duration(payload).map(|number| number.raw()));
    line.strings("tags", payload.tags().iter());
    line.json("extra", Some(payload.extra().object().map_or("{}", |object| object.value().raw())));
    let failure = payload.failure().map(|failure| {
        let mut line = ObjectLine::new();
        line.string("code", failure.code());
        line.string("message", failure.message());
        line
    });
    line.object("failure", failure);
}

/// The length of the audio, or of the piece of it that a message is about, in seconds.
fn duration<'a>(payload: &Payload<'a>) -> Option<Number<'a>> {
    let object = match payload.stream_results() {
        Some(message) => message.object(),
        None => payload.metadata()?.object(),
    };
    // One that no float can hold would not be read by others either.
    object.get("duration")?.as_number().filter(|number| number.f64().is_some())
}

/// `h:mm:ss`.
fn hours(millis: i64) -> String {
    let seconds = (millis.max(0) + 500) / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

const SHOWN: usize = 256;

/// A string of a document for people.
pub fn shown(text: Str<'_>) -> Visible<ringback::json::Chars<'_>> {
    Visible(text.chars(), SHOWN)
}

fn joined<const N: usize>(parts: [Option<Str<'_>>; N]) -> String {
    parts.into_iter().flatten().map(|part| shown(part).to_string()).collect::<Vec<_>>().join(": ")
}

const LINES: usize = 6;
const WIDTH: usize = 80;

/// The first lines of a text, broken between words.
fn push_beginning(out: &mut String, text: Str<'_>) {
    let begin: String = text.chars().take(LINES * WIDTH).collect();
    let mut lines = Vec::from([String::new()]);
    for word in begin.split_whitespace() {
        let word = Visible(word.chars(), WIDTH).to_string();
        let line = lines.last_mut().expect("there is a first line");
        if line.is_empty() {
            line.push_str(&word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    let more = lines.len() > LINES || text.chars().nth(LINES * WIDTH).is_some();
    for line in lines.iter().take(LINES) {
        out.push_str(line);
        out.push('\n');
    }
    if more {
        out.push_str("...\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> String {
        Summary::new(Payload::parse(text.as_bytes()).unwrap(), text.len()).prose()
    }

    #[test]
    fn people_get_hours_minutes_and_seconds() {
        assert_eq!(hours(25_933), "0:00:26");
        assert_eq!(hours(3_661_000), "1:01:01");
        assert_eq!(hours(-1_000), "0:00:00");
    }

    #[test]
    fn nothing_foreign_reaches_a_terminal_unescaped() {
        let evil = r"\u001b]0;x\u0007\u009b31m\n\u202e";
        let document = format!(
            r#"{{"metadata":{{"tags":["{evil}"],"extra":{{"{evil}":"{evil}"}},"warnings":[{{"message":"{evil}"}}]}},
                "results":{{"channels":[{{"alternatives":[{{"transcript":"a{evil}b"}}]}}]}}}}"#
        );
        let failure = format!(r#"{{"err_code":"{evil}","err_msg":"{evil}"}}"#);
        for text in [document, failure] {
            let prose = prose(&text);
            assert!(!prose.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{prose:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_after_some_lines() {
        let text = "word ".repeat(500);
        let prose = prose(&format!(r#"{{"results":{{"channels":[{{"alternatives":[{{"transcript":"{text}"}}]}}]}}}}"#));
        let lines: Vec<_> = prose.lines().skip_while(|line| !line.starts_with("word word")).collect();
        assert_eq!((lines.len(), lines[LINES]), (LINES + 1, "..."));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
