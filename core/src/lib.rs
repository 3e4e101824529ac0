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
pub mod gate;
pub mod head;
pub mod identity;
pub mod json;
pub mod ledger;
pub mod limits;
pub mod payload;
pub mod policy;
pub mod request_id;
pub mod route;
pub mod time;

pub use error::{Error, ErrorKind};
pub use gate::Gate;
pub use head::Head;
pub use payload::Payload;
