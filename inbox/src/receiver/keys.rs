//! Where ticket keys come from: a text, a file, or a file that a receiver makes for itself.
//!
//! The own file is called `ringback.keys` and readable by its owner only. It comes into being whole or not at all, and two
//! receivers that start at once agree on one key.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ringback::ErrorKind;
use ringback::credential::{Audience, KeyLine, KeyLines, Keyring, TicketKey};
use ringback::identity::Seed;
use sha2::Sha256;

use crate::error::Error;
use crate::secret_file;

/// Where a receiver finds the keys of its tickets.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum KeySource {
    /// The file `ringback.keys` beside the store (in the working directory if the store is no file), which is made if it
    /// is not there and nothing else lets a delivery in.
    #[default]
    Own,
    /// That file in another folder, made if it is not there.
    OwnIn(PathBuf),
    /// This file, a `name:base64` a line.
    File(PathBuf),
    /// These lines, as they stand in such a file; or separated by commas.
    Text(String),
    /// There are none.
    None,
}

/// Shows no key.
impl std::fmt::Debug for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            KeySource::Own => f.write_str("Own"),
            KeySource::OwnIn(folder) => write!(f, "OwnIn({})", folder.display()),
            KeySource::File(path) => write!(f, "File({})", path.display()),
            KeySource::Text(_) => f.write_str("Text"),
            KeySource::None => f.write_str("None"),
        }
    }
}

/// Keys that are loaded.
#[derive(Clone)]
pub struct Keys {
    /// The first mints, all verify.
    pub keyring: Keyring<'static>,
    /// What people call them, in the same order.
    pub names: Vec<String>,
    /// What a store that does not last names things by, so that a delivery has one id before and after a restart.
    pub seed: Seed,
    /// The file that they were read from, if others than its owner can read it: a reason to warn.
    pub exposed: Option<PathBuf>,
}

impl Keys {
    /// The name of the file that a receiver makes for itself.
    pub const OWN_FILE: &'static str = "ringback.keys";

    /// The keys of a text: a `name:base64` a line, or separated by commas, which a line cannot hold. `origin` names the text in
    /// errors.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyLineInvalid`], [`ErrorKind::KeyTooShort`], [`ErrorKind::KeyIdCollision`],
    /// [`ErrorKind::KeyringEmpty`]; the detail names the line, and nothing of the key.
    pub fn parse(text: &str, origin: &str, audience: Audience<'_>) -> Result<Keys, Error> {
        let text = text.replace(',', "\n");
        let mut keys = Vec::new();
        let mut names = Vec::new();
        let mut seed = None;
        for line in KeyLines::new(&text) {
            let line = line.map_err(|error| {
                let place = error.position(text.as_bytes());
                Error::new(error.kind(), format_args!("{origin}, line {}", place.line))
            })?;
            keys.push(TicketKey::new(line.key.as_bytes(), audience)?);
            names.push(line.name.to_owned());
            seed.get_or_insert_with(|| seed_of(line.key.as_bytes()));
        }
        // A gate borrows its keys for as long as the process lives; whoever opens a receiver twice pays twice.
        let keyring = Keyring::new(Vec::leak(keys)).map_err(|error| Error::new(error.kind(), origin))?;
        // A keyring has a key, so there is one.
        Ok(Keys { keyring, names, seed: seed.unwrap_or(Seed([0; 32])), exposed: None })
    }

    /// The keys of a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyFileUnreadable`], or as [`Keys::parse`].
    pub fn read(path: &Path, audience: Audience<'_>) -> Result<Keys, Error> {
        let failed = |error: io::Error| unreadable(path, &error);
        let text = fs::read_to_string(path).map_err(failed)?;
        let keys = Keys::parse(&text, &path.display().to_string(), audience)?;
        let exposed = secret_file::is_exposed(path).map_err(failed)?.then(|| path.to_owned());
        Ok(Keys { exposed, ..keys })
    }

    /// The keys of the own file of this folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// As [`Keys::read`].
    pub fn own(folder: &Path, audience: Audience<'_>) -> Result<Keys, Error> {
        let path = folder.join(Keys::OWN_FILE);
        secret_file::keep(&path, || new_line("own"), |error| unreadable(&path, &error))?;
        Keys::read(&path, audience)
    }
}

/// Shows no key.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("names", &self.names).finish_non_exhaustive()
    }
}

/// A seed that all receivers with the same first key share.
fn seed_of(master: &[u8]) -> Seed {
    let mut mac = Hmac::<Sha256>::new_from_slice(master).expect("HMAC takes a key of any length");
    mac.update(b"ringback/seed/v1");
    Seed(mac.finalize().into_bytes().into())
}

/// A line of a key file with a new key of this name.
///
/// # Errors
///
/// [`ErrorKind::KeyLineInvalid`] if no key can have this name.
pub fn new_line(name: &str) -> Result<String, Error> {
    let line = format!("{name}:{}\n", Base64::encode_string(&crate::random::<32>()?));
    KeyLine::parse(line.trim_end())?;
    Ok(line)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::KeyFileUnreadable, format_args!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Error {
        Keys::parse(text, "a file", Audience::default()).unwrap_err()
    }

    #[test]
    fn a_name_that_no_key_can_have_is_refused() {
        assert!(new_line("a b").is_err());
        assert!(new_line("").is_err());
        assert!(new_line("2026-11-18").unwrap().starts_with("2026-11-18:"));
    }

    #[test]
    fn keys_are_separated_by_lines_or_commas() {
        let (first, second) = (new_line("first").unwrap(), new_line("second").unwrap());
        for text in [format!("{first}{second}"), format!("{},{}", first.trim_end(), second.trim_end())] {
            let keys = Keys::parse(&text, "a file", Audience::default()).unwrap();
            assert_eq!(keys.names, ["first", "second"]);
            assert_eq!(keys.keyring.keys().len(), 2);
        }
    }

    #[test]
    fn an_error_names_the_line_and_not_the_key() {
        let error = refused(&format!("{}second:AAECAwQFBgc=\n", new_line("first").unwrap()));
        assert_eq!((error.kind(), error.detail()), (ErrorKind::KeyTooShort, Some("a file, line 2")));
        assert_eq!(refused("").kind(), ErrorKind::KeyringEmpty);
        assert_eq!(
            Keys::read(Path::new("/nowhere/at/all"), Audience::default()).unwrap_err().kind(),
            ErrorKind::KeyFileUnreadable
        );
    }
}
