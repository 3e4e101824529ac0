//! Who may deliver: the credentials of callbacks.
//!
//! Deepgram signs nothing. What a callback can carry is what its submitter put into the request: a user name and a
//! password in the callback URL, which come back as `Authorization: Basic` (RFC 7617), or a pair of extra metadata,
//! which comes back in the document. Three kinds of credential are made of that:
//!
//! - a **ticket** ([`Keyring`], [`Ticket`]): signed, expiring, minted for one submission. It proves the sender and
//!   names the submission and the job, and needs no store;
//! - a **Basic pair** ([`BasicPairs`]): a fixed user name and password with a name of its own; several of them, for
//!   rotation and for tenants;
//! - an **extra secret** ([`ExtraSecret`]): a fixed value inside the document, for receivers whose proxy strips
//!   `Authorization`.
//!
//! What arrives is untrusted: no input panics, work is linear in it, and every comparison with a secret takes the same
//! time wherever the difference is. No `Debug` or `Display` of this module shows a password, a key or a code.
//! Entropy and time are arguments.

mod authorization;
mod base64;
mod basic;
mod extra_secret;
mod job;
mod key_file;
mod keyring;
mod reveal;
mod ticket;

pub use authorization::Credentials;
pub use basic::{BasicPair, BasicPairs};
pub use extra_secret::ExtraSecret;
pub use job::Job;
pub use key_file::{KeyLine, KeyLines, MasterKey};
pub use keyring::{Audience, Keyring, TicketKey};
#[cfg(ringback_constant_time)]
pub use reveal::REVEAL;
pub use ticket::{Kid, Ticket, TicketText, TicketUse, Verified};

/// What stands before and behind the first of these bytes.
#[cfg_attr(target_os = "none", inline(never))]
fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Where a text holds the first control character of RFC 7617 section 2, which are those of RFC 5234.
fn control_at(text: &[u8]) -> Option<usize> {
    text.iter().position(u8::is_ascii_control)
}
