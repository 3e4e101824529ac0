//! Ticket keys that are loaded: the first mints, all verify.

use std::mem::MaybeUninit;

use ringback_core::credential::{Audience, KeyLines, Keyring, TicketKey};
use ringback_core::{Error, ErrorKind};

use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::result::ringback_result;
use crate::str::ringback_str;

/// Ticket keys for one audience: the first one mints, all verify. So a key is changed by adding the new one, rolling out,
/// moving it to the front, rolling out, and dropping the old one when its last ticket has expired.
///
/// Made with `ringback_keyring_new`, given back with `ringback_keyring_free`.
///
/// Threads: one at a time while keys are added; afterwards any, at the same time.
pub struct ringback_keyring {
    audience: String,
    pub(crate) keys: Vec<TicketKey>,
}

/// Makes a keyring without keys.
///
/// Parameters: `audience`: for whom tickets are minted, such as `production`: at most 32 bytes; may be absent. `out`:
/// the keyring.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_AUDIENCE_TOO_LONG`: choose a shorter one.
///
/// Ownership: belongs to the caller, who frees it with `ringback_keyring_free`. The name is copied.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_keyring_new(
    audience: ringback_str<'_>,
    out: Option<&mut MaybeUninit<Box<ringback_keyring>>>,
) -> ringback_result {
    guard(|| {
        let (audience, out) = (audience.optional()?.unwrap_or_default(), Out::new(out)?);
        Audience::new(audience)?;
        out.write(Box::new(ringback_keyring { audience: audience.to_owned(), keys: Vec::new() }))
    })
}

/// Gives a keyring back.
///
/// Parameters: `keyring`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the keyring. Configurations and tickets that were made of it are not concerned.
///
/// Threads: any, while no other one uses the keyring.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_keyring_free(keyring: Option<Box<ringback_keyring>>) {
    guard_or((), || drop(keyring));
}

/// Adds a key.
///
/// Parameters: `keyring`: the keys. `master`, `len`: 32 random bytes or more.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEY_TOO_SHORT`: take more bytes; `RINGBACK_ERROR_KEY_ID_COLLISION`: another
/// key has the same id: replace one of them.
///
/// Ownership: nothing is kept of the key but what is derived from it.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_keyring_add(
    keyring: Option<&mut ringback_keyring>,
    master: *const u8,
    len: usize,
) -> ringback_result {
    guard(|| {
        let keyring = keyring.given()?;
        if master.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: readable, as the caller has promised; looked at only during this call.
        let master = unsafe { bytes(master, len) }?;
        let key = TicketKey::new(master, Audience::new(&keyring.audience)?)?;
        Ok(keyring.add([key])?)
    })
}

/// Adds the keys of a key file, in its order: one `name:base64` a line; blank lines and lines that begin with `#` are
/// skipped.
///
/// Parameters: `keyring`: the keys. `text`: what is in the file. `error_at`: may be NULL; where in the text the error
/// was noticed.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEY_LINE_INVALID`, `RINGBACK_ERROR_KEY_TOO_SHORT`,
/// `RINGBACK_ERROR_KEY_ID_COLLISION`: mend the file, no key was added; `RINGBACK_ERROR_KEYRING_EMPTY`: there is no key
/// in it.
///
/// Ownership: nothing is kept of the keys but what is derived from them.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_keyring_add_text(
    keyring: Option<&mut ringback_keyring>,
    text: ringback_str<'_>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let (keyring, text) = (keyring.given()?, text.text()?);
        Ok(keyring.add_text(text).inspect_err(|error| {
            if let Some(error_at) = error_at {
                error_at.write(error.offset());
            }
        })?)
    })
}

impl ringback_keyring {
    /// The core's keyring.
    pub(crate) fn keyring(&self) -> Result<Keyring<'_>, Failed> {
        Ok(Keyring::new(&self.keys)?)
    }

    /// Adds the keys of a file.
    fn add_text(&mut self, text: &str) -> Result<(), Error> {
        let audience = Audience::new(&self.audience)?;
        let keys = KeyLines::new(text).map(|line| TicketKey::new(line?.key.as_bytes(), audience));
        let keys = keys.collect::<Result<Vec<_>, Error>>()?;
        if keys.is_empty() {
            return Err(ErrorKind::KeyringEmpty.into());
        }
        self.add(keys)
    }

    /// Adds all of these, or none.
    fn add(&mut self, keys: impl IntoIterator<Item = TicketKey>) -> Result<(), Error> {
        let before = self.keys.len();
        self.keys.extend(keys);
        Keyring::new(&self.keys).map(drop).inspect_err(|_| self.keys.truncate(before))
    }
}
