//! The vectors of `vectors/`, loaded.
//!
//! A vector says which bytes go in and which facts come out, in JSON, so that every language runs the same ones.
//! `vectors/README.md` describes each file. Types that read them refuse unknown members: a misspelt expectation would
//! otherwise be an expectation less.

pub mod facts;
pub mod setup;

use std::fs;
use std::path::PathBuf;

use ringback::Error;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A file of vectors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    topic: String,
    about: String,
    cases: Vec<T>,
}

/// Bytes, in the way that is best to read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bytes {
    /// The UTF-8 of this text.
    Utf8(String),
    /// Two hexadecimal digits a byte.
    Hex(String),
    /// The UTF-8 of each text so many times, one after the other.
    Repeat(Vec<(String, usize)>),
}

/// What an error says.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// The name of its kind.
    pub error: String,
    /// Where in the input it was noticed.
    pub offset: usize,
}

/// The topics: one file each.
pub const TOPICS: &[&str] = &[
    "json_errors",
    "json_values",
    "strings",
    "numbers",
    "pointers",
    "transcripts",
    "analyses",
    "streams",
    "failures",
    "unknown",
    "request_ids",
    "jobs",
    "ticket_keys",
    "tickets_minted",
    "tickets_verified",
    "authorization",
    "basic_pairs",
    "extra_secrets",
    "callback_urls",
    "routes",
    "contents",
    "policy",
    "situations",
];

/// The topics whose cases have a JSON text, valid or not, as their `body`.
pub const BODIES: &[&str] = &[
    "json_errors",
    "json_values",
    "strings",
    "pointers",
    "transcripts",
    "analyses",
    "streams",
    "failures",
    "unknown",
    "contents",
];

/// The cases of a topic.
///
/// # Panics
///
/// If the file is not as described: these are tests.
#[must_use]
pub fn load<T: DeserializeOwned>(topic: &str) -> Vec<T> {
    let path = directory().join(topic).with_extension("json");
    let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: File<T> = serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{topic}: {error}"));
    assert_eq!(file.topic, topic);
    assert!(!file.about.is_empty() && !file.cases.is_empty(), "{topic}");
    file.cases
}

/// Every body of every topic that has bodies, with its name.
#[must_use]
pub fn bodies() -> Vec<(String, Vec<u8>)> {
    #[derive(Deserialize)]
    struct Case {
        name: String,
        body: Bytes,
    }
    let of = |topic: &str| load::<Case>(topic).into_iter().map(move |case| (case.name, case.body.bytes()));
    BODIES.iter().flat_map(|topic| of(topic)).collect()
}

/// The folder of the vectors.
#[must_use]
pub fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// The corpus of real payloads, which is not part of the repository: the folder that `RINGBACK_CORPUS` names.
/// Without it a line says that the test was skipped.
#[must_use]
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("RINGBACK_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: RINGBACK_CORPUS is not set");
    }
    folder
}

impl Bytes {
    /// The bytes themselves.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Bytes::Utf8(text) => text.clone().into_bytes(),
            Bytes::Hex(digits) => from_hex(digits),
            Bytes::Repeat(parts) => parts.iter().flat_map(|(text, times)| text.repeat(*times).into_bytes()).collect(),
        }
    }
}

impl Failed {
    /// An error, as vectors write it.
    #[must_use]
    pub fn of(error: Error) -> Failed {
        Failed { error: error.kind().name().into(), offset: error.offset() }
    }
}

/// The bytes that these digits stand for.
///
/// # Panics
///
/// If they are no pairs of hexadecimal digits.
#[must_use]
pub fn from_hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "{digits}");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap_or_else(|_| panic!("{digits}"));
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// The same as an array of a fixed length.
///
/// # Panics
///
/// If it has another length.
#[must_use]
pub fn array_from_hex<const N: usize>(digits: &str) -> [u8; N] {
    from_hex(digits).try_into().unwrap_or_else(|_| panic!("{digits} has not {N} bytes"))
}

/// Whether two JSON values are the same, numbers by their value: `1` and `1.0` are.
#[must_use]
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.as_f64() == other.as_f64() && one.as_f64().is_some())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}
