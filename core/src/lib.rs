//! Ringback receives Deepgram callbacks.
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod error;
pub mod ledger;
pub mod time;

pub use error::{Error, ErrorKind};
