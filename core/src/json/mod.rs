//! JSON: a full validator (RFC 8259), and borrowed views that decode nothing before they are asked.
//!
//! [`Document::parse`] takes any bytes and checks all of them, once. Whatever comes out of it afterwards, a [`Value`],
//! [`Object`], [`Array`], [`Str`] or [`Number`], is a slice of that text and cannot fail on syntax: it can only be
//! absent, or be of another type.
//!
//! ```
//! use ringback::json::Document;
//!
//! let document = Document::parse(br#"{"metadata":{"request_id":"5ad4","duration":25.933},"results":{}}"#)?;
//! let metadata = document.pointer("/metadata")?.and_then(|value| value.as_object()).unwrap();
//! assert!(metadata.str("request_id").unwrap() == "5ad4");
//! assert_eq!(metadata.millis("duration"), Some(25_933));
//!
//! let error = Document::parse(br#"{"metadata":{"request_id":"5a"#).unwrap_err();
//! assert!(error.kind().is_incomplete());
//! # Ok::<(), ringback::Error>(())
//! ```
//!
//! # Untrusted input
//!
//! No input makes this module panic, recurse or allocate. Validation reads each byte a bounded number of times and uses
//! less than four KiB of stack, one where there are no vectors. Every getter is linear in the text that it looks at,
//! and says so where that is more than its own result. The views trust the validator; should one of them ever meet a
//! state that validation excludes, its iteration ends, and that is all.
//!
//! # Errors
//!
//! The offset of an error is that of the first byte with which no valid text goes on; [`UnexpectedEnd`] is at the
//! length of the text, and means that more bytes might have made it valid, be it in the middle of a literal, a number,
//! an escape or a UTF-8 sequence. So every proper prefix of an array, an object or a string is incomplete, never
//! malformed. Three kinds point at the beginning of what is wrong: [`InvalidUtf8`] at the first byte of the sequence,
//! [`TooDeep`] at the bracket that opens one level too many, [`ByteOrderMark`] at the mark.
//!
//! # Decisions where RFC 8259 leaves room
//!
//! - **Depth.** [`MAX_DEPTH`] nested arrays and objects are accepted, one more is [`TooDeep`].
//! - **Encoding.** Strict UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF.
//! - **Lone surrogates.** `"\ud800"` is within the grammar and accepted; each lone half decodes to U+FFFD.
//! - **Byte order mark.** Refused with its own kind, as the RFC forbids senders to add it.
//! - **Control characters.** U+0000 to U+001F must be escaped in strings; U+007F need not be.
//! - **Huge numbers.** `1e999` is valid. [`Number::f64`] is `None` rather than infinite, [`Number::raw`] has the
//!   digits.
//! - **Minus zero.** An integer: zero for [`Number::i64`] and [`Number::u64`], `-0.0` for [`Number::f64`].
//! - **Duplicate names.** Valid; iteration shows each of them, and the last one counts wherever a name is looked up.
//!   [`Object::count`] tells them apart from single ones.
//! - **Null and absent.** [`Object::get`] and what stands on it make no difference, for Deepgram makes none.
//!   [`Object::raw_get`] and pointers do.
//!
//! [`UnexpectedEnd`]: crate::ErrorKind::UnexpectedEnd
//! [`InvalidUtf8`]: crate::ErrorKind::InvalidUtf8
//! [`TooDeep`]: crate::ErrorKind::TooDeep
//! [`ByteOrderMark`]: crate::ErrorKind::ByteOrderMark

// The only unsafe code of the crate: text that has been validated becomes `str` without a second check, and vector
// instructions.
#![allow(unsafe_code)]

mod array;
mod document;
mod float;
mod landmarks;
mod marks;
mod names;
mod near;
mod number;
mod object;
mod pointer;
mod records;
mod scalar;
#[cfg(feature = "serde")]
mod serde;
mod skip;
mod string;
mod trail;
mod utf8;
mod value;
mod vector;
mod walk;
mod window;

#[cfg(feature = "serde")]
pub use self::serde::DecodeError;
pub use array::{Array, Elements};
pub use document::{Document, DocumentElements, DocumentMembers};
pub use landmarks::Landmarks;
pub(crate) use marks::Marks;
pub use names::Names;
pub use number::Number;
pub use object::{Members, Object};
pub use records::{Record, Records};
pub use string::{Chars, Str};
pub use utf8::text;
pub use value::{Type, Value};
pub use vector::Engine;

/// How many arrays and objects may be nested in each other: the next opening bracket is refused.
pub const MAX_DEPTH: usize = 64;
