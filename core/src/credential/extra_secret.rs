//! A secret inside the document.
//!
//! Whoever submits to `/v1/listen` can send `extra=callback_secret:VALUE` along and gets it back as
//! `metadata.extra.callback_secret`. Other endpoints have no place for it, and neither have failures and some messages
//! of a stream. Where it stands in a document is for the gate to find; here is what it is compared with.

use core::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{control_at, reveal};
use crate::error::{Error, ErrorKind};

/// The pair of extra metadata that lets a document in. Debug shows its key, not its value.
///
/// ```
/// use ringback::credential::ExtraSecret;
///
/// let secret = ExtraSecret::new(ExtraSecret::DEFAULT_KEY, "0d3c7a15")?;
/// assert!(secret.matches(*b"0d3c7a15"));
/// assert!(!secret.matches(*b"0d3c7a16"));
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone)]
pub struct ExtraSecret<'c> {
    key: &'c str,
    value: &'c str,
    digest: [u8; 32],
}

impl<'c> ExtraSecret<'c> {
    /// The key that Deepgram's announcement of 2026-10-27 uses.
    pub const DEFAULT_KEY: &'static str = "callback_secret";
    /// The most characters of a pair of extra metadata, its colon included.
    pub const MAX_PAIR_LENGTH: usize = 2048;

    /// The secret `value` under `key`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SecretInvalid`] if one of them is empty or holds control characters, or the key a colon;
    /// [`ErrorKind::ExtraTooLong`] if both and a colon have more than 2,048 characters. Offsets are those in
    /// `KEY:VALUE`.
    pub fn new(key: &'c str, value: &'c str) -> Result<ExtraSecret<'c>, Error> {
        let invalid = |at: usize| Err(Error::new(ErrorKind::SecretInvalid, at));
        if key.is_empty() {
            return invalid(0);
        }
        if let Some(at) = control_at(key.as_bytes()).or_else(|| key.find(':')) {
            return invalid(at);
        }
        let at_value = key.len() + 1;
        if value.is_empty() {
            return invalid(at_value);
        }
        if let Some(at) = control_at(value.as_bytes()) {
            return invalid(at_value + at);
        }
        if key.chars().count() + 1 + value.chars().count() > Self::MAX_PAIR_LENGTH {
            return Err(ErrorKind::ExtraTooLong.into());
        }
        Ok(ExtraSecret { key, value, digest: Sha256::digest(value).into() })
    }

    /// The member of `metadata.extra` that holds it.
    #[must_use]
    pub const fn key(&self) -> &'c str {
        self.key
    }

    /// The secret itself: to be sent along with a submission, and nowhere else.
    #[must_use]
    pub const fn value(&self) -> &'c str {
        self.value
    }

    /// Whether the bytes of a decoded string are the secret. Digests are compared, in constant time; the work depends
    /// on the candidate only.
    #[must_use]
    pub fn matches(&self, candidate: impl IntoIterator<Item = u8>) -> bool {
        let mut hash = Sha256::new();
        let mut block = heapless::Vec::<u8, 64>::new();
        for byte in candidate {
            if block.is_full() {
                hash.update(&block);
                block.clear();
            }
            // There is room: a full block has just been emptied.
            let _ = block.push(byte);
        }
        hash.update(&block);
        reveal::verdict(<[u8; 32]>::from(hash.finalize()).ct_eq(&self.digest))
    }
}

impl fmt::Debug for ExtraSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtraSecret").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    fn refused(key: &str, value: &str) -> (ErrorKind, usize) {
        let error = ExtraSecret::new(key, value).unwrap_err();
        (error.kind(), error.offset())
    }

    #[test]
    fn only_the_same_bytes_match() {
        let secret = ExtraSecret::new("k", "s\u{e9}cret").unwrap();
        assert!(secret.matches("s\u{e9}cret".bytes()));
        for candidate in ["", "s", "secret", "s\u{e9}cre", "s\u{e9}crets", "S\u{e9}cret", "s\u{e9}cret\0"] {
            assert!(!secret.matches(candidate.bytes()), "{candidate:?}");
        }
    }

    #[test]
    fn values_about_the_length_of_a_block_match() {
        for length in [1, 63, 64, 65, 127, 128, 129, 2046] {
            let value = "v".repeat(length);
            let secret = ExtraSecret::new("k", &value).unwrap();
            assert!(secret.matches(value.bytes()), "{length}");
            assert!(!secret.matches(value.bytes().skip(1)), "{length}");
        }
    }

    #[test]
    fn key_and_value_are_checked() {
        assert_eq!(refused("", "v"), (ErrorKind::SecretInvalid, 0));
        assert_eq!(refused("k:l", "v"), (ErrorKind::SecretInvalid, 1));
        assert_eq!(refused("k\n", "v"), (ErrorKind::SecretInvalid, 1));
        assert_eq!(refused("key", ""), (ErrorKind::SecretInvalid, 4));
        assert_eq!(refused("key", "v\u{7f}"), (ErrorKind::SecretInvalid, 5));
    }

    #[test]
    fn a_pair_has_2048_characters_at_most() {
        assert!(ExtraSecret::new("k", &"\u{e4}".repeat(2046)).is_ok());
        assert_eq!(refused("k", &"v".repeat(2047)), (ErrorKind::ExtraTooLong, 0));
    }

    #[test]
    fn a_ticket_can_be_the_secret() {
        assert!(ExtraSecret::new(ExtraSecret::DEFAULT_KEY, "r1.d.egN8.0000000000.AAAAAAAAAAAAAAAA.j:code").is_ok());
    }

    #[test]
    fn debug_hides_the_value() {
        let secret = ExtraSecret::new("callback_secret", "hidden").unwrap();
        assert_eq!(format!("{secret:?}"), "ExtraSecret { key: \"callback_secret\", .. }");
    }

    #[test]
    fn key_and_value_are_told() {
        let secret = ExtraSecret::new("k", "v").unwrap();
        assert_eq!((secret.key(), secret.value()), ("k", "v"));
    }
}
