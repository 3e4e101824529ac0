//! Ringback receives Deepgram callbacks.
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod callback_url;
pub mod credential;
pub mod error;
pub mod request_id;
pub mod time;

pub use error::{Error, ErrorKind};
