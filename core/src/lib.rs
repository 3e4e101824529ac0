//! Ringback receives Deepgram callbacks, so that no transcript is lost.
//!
//! Deepgram turns speech into text. Who submits audio with `callback=https://you/hook` gets a request id at once, and the
//! transcript minutes later, as a request to that URL. Any answer but 200 to 299 is repeated ten times, 30 seconds apart;
//! then the transcript is gone. This crate is the part that every such server needs: it authenticates a delivery, parses
//! and validates it, matches it to its submission, drops what is provably a repeat, routes it, and says what to answer.
//!
//! It does no I/O and allocates nothing: a server hands it heads, bodies and the time, and does what it says.
//!
//! ```
//! use ringback::payload::{Kind, Payload};
//!
//! let body = br#"{"type":"Results","channel_index":[0,1],"is_final":true,"start":1.5,"duration":0.9,
//!     "channel":{"alternatives":[{"transcript":"good morning","confidence":0.98,"words":[]}]},
//!     "metadata":{"request_id":"01a0c3d4-0000-7000-8000-000000000001"}}"#;
//! let payload = Payload::parse(body)?;
//! assert_eq!(payload.kind(), Kind::StreamResults);
//! assert_eq!(payload.transcript().unwrap(), "good morning");
//! assert_eq!(payload.stream_results().unwrap().start_millis(), Some(1500));
//! # Ok::<(), ringback::Error>(())
//! ```
//!
//! A body that was cut off is told from one that is wrong, and an error names the place:
//!
//! ```
//! use ringback::{ErrorKind, Payload};
//!
//! let error = Payload::parse(b"{\"metadata\":{\"request_id\":\"01a0").unwrap_err();
//! assert!(error.kind().is_incomplete());
//! let error = Payload::parse(b"{\"metadata\":\n {request_id:1}}").unwrap_err();
//! assert_eq!((error.kind(), error.offset()), (ErrorKind::ExpectedKey, 15));
//! ```
//!
//! # Where to begin
//!
//! * To read a body: [`Payload`].
//! * To receive deliveries: [`receiver`], which puts [`gate`] and [`ledger`] together and has the whole example.
//! * To submit: [`callback_url`] with a ticket of [`credential`], so that a delivery proves itself and names its job.
//!
//! # What is promised about untrusted input
//!
//! No input makes this crate panic, read outside of it, or take more than time linear in its length; the stack is bounded.
//! JSON may be nested 64 deep. Secrets never appear in `Debug`, and are compared in constant time.
//!
//! # What it does not do
//!
//! It opens no socket and no file, starts no thread, reads no clock and draws no random number. It keeps no bodies: a
//! receiver without an inbox behind it answers 200 only after a handler has done the work.
//!
//! # Features
//!
//! * `std` (default): implies `alloc`.
//! * `alloc`: owned results where the core itself only borrows.
//! * `serde`: every view can be deserialised into types of your own, and serialises to the same JSON value.
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
// Tests print and collect, whatever the features.
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod callback_url;
pub mod credential;
pub mod error;
pub mod gate;
pub mod head;
pub mod identity;
pub mod json;
pub mod ledger;
pub mod limits;
mod mac;
pub mod payload;
pub mod policy;
pub mod receiver;
pub mod request_id;
pub mod route;
pub mod time;

pub use error::{Error, ErrorKind};
pub use gate::Gate;
pub use head::Head;
pub use payload::Payload;
pub use receiver::Receiver;

/// The examples of the repository's first page, which are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
