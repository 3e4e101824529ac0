//! Where ticket keys come from: a file, the environment, or a file that `ringback serve` makes for itself.
//!
//! The own file lies in the working directory, is called `ringback.keys`, and is readable by its owner only. It comes
//! into being whole or not at all, and two servers that start at once agree on one key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ringback::credential::{Audience, KeyLine, KeyLines, Keyring, TicketKey};
use ringback::identity::Seed;
use sha2::Sha256;

use crate::arguments::KeySource;
use crate::random;
use crate::refusal::{Refusal, say};

/// Keys that are loaded.
pub struct Keys {
    /// The first mints, all verify.
    pub keyring: Keyring<'static>,
    /// What people call them, in the same order.
    pub names: Vec<String>,
    /// What ledgers of all servers with these keys name things by.
    pub seed: Seed,
}

impl Keys {
    /// The file that `ringback serve` makes for itself, in the working directory.
    pub const OWN_FILE: &'static str = "ringback.keys";

    /// The keys that are configured, or those that a server has made here.
    pub fn find(source: &KeySource, audience: Audience<'_>) -> Result<Option<Keys>, Refusal> {
        if let Some(keys) = Keys::configured(source, audience)? {
            return Ok(Some(keys));
        }
        let own = Path::new(Keys::OWN_FILE);
        if own.exists() { Keys::read(own, audience).map(Some) } else { Ok(None) }
    }

    /// The same, where nothing can be done without a key.
    pub fn required(source: &KeySource, audience: Audience<'_>) -> Result<Keys, Refusal> {
        Keys::find(source, audience)?.ok_or_else(|| {
            Refusal::usage(
                "there is no ticket key: give --ticket-keys FILE, set RINGBACK_TICKET_KEYS, or run this where \
                 `ringback serve` has made its own",
            )
        })
    }

    /// The keys that are configured.
    pub fn configured(source: &KeySource, audience: Audience<'_>) -> Result<Option<Keys>, Refusal> {
        if let Some(file) = &source.ticket_keys {
            return Keys::read(file, audience).map(Some);
        }
        match std::env::var("RINGBACK_TICKET_KEYS") {
            // A line each, or separated by commas, which a line cannot hold.
            Ok(text) if !text.trim().is_empty() => {
                Keys::parse(&text.replace(',', "\n"), "RINGBACK_TICKET_KEYS", audience).map(Some)
            }
            Err(std::env::VarError::NotUnicode(_)) => Err(Refusal::usage("RINGBACK_TICKET_KEYS is not text")),
            _ => Ok(None),
        }
    }

    /// The keys of the own file, which is made if it is not there.
    pub fn own(audience: Audience<'_>) -> Result<Keys, Refusal> {
        let path = PathBuf::from(Keys::OWN_FILE);
        keep(&path, || new_line("serve"))?;
        Keys::read(&path, audience)
    }

    /// The keys of a file.
    pub fn read(path: &Path, audience: Audience<'_>) -> Result<Keys, Refusal> {
        let text = read_secret(path)?;
        Keys::parse(&text, &path.display().to_string(), audience)
    }

    fn parse(text: &str, origin: &str, audience: Audience<'_>) -> Result<Keys, Refusal> {
        let refused = |error: ringback::Error| Refusal::usage(format_args!("{origin}: {}", error.kind()));
        let mut keys = Vec::new();
        let mut names = Vec::new();
        let mut seed = None;
        for line in KeyLines::new(text) {
            let line = line.map_err(|error| {
                let place = error.position(text.as_bytes());
                Refusal::usage(format_args!("{origin}, line {}: {}", place.line, error.kind()))
            })?;
            let master = line.key.as_bytes();
            keys.push(TicketKey::new(master, audience).map_err(refused)?);
            names.push(line.name.to_owned());
            seed.get_or_insert_with(|| seed_of(master));
        }
        // A keyring borrows its keys for as long as the process lives, and there is one for each process.
        let keyring = Keyring::new(Vec::leak(keys)).map_err(refused)?;
        Ok(Keys { keyring, names, seed: seed.unwrap_or(Seed([0; 32])) })
    }
}

/// A line of a key file with a new key of this name.
pub fn new_line(name: &str) -> Result<String, Refusal> {
    let line = format!("{name}:{}\n", Base64::encode_string(&random::bytes::<32>()?));
    KeyLine::parse(line.trim_end())
        .map_err(|_| Refusal::usage("a key is named by 1 to 64 characters out of A-Z a-z 0-9 . _ -"))?;
    Ok(line)
}

/// Makes a secret file unless there is one already.
pub fn keep(path: &Path, content: impl FnOnce() -> Result<String, Refusal>) -> Result<(), Refusal> {
    if path.exists() {
        return Ok(());
    }
    let failed = |error: io::Error| Refusal::failure(format_args!("{}: cannot be written: {error}", path.display()));
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    let mut file = new_secret_file(&draft).map_err(failed)?;
    let written = content().and_then(|content| {
        file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        // Unlike a renaming this never replaces what another server has put there meanwhile.
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
            _ => Ok(()),
        }
    });
    let _ = fs::remove_file(&draft);
    written
}

/// Reads a secret file, and warns if others can read it too.
pub fn read_secret(path: &Path) -> Result<String, Refusal> {
    let failed = |error: io::Error| Refusal::usage(format_args!("{}: cannot be read: {error}", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            say(format_args!("warning: {} can be read by others: chmod 600 it", path.display()));
        }
    }
    fs::read_to_string(path).map_err(failed)
}

fn new_secret_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A seed that all servers with the same key share, so that a delivery has one name on each of them, and after a restart.
fn seed_of(master: &[u8]) -> Seed {
    let mut mac = Hmac::<Sha256>::new_from_slice(master).expect("HMAC takes a key of any length");
    mac.update(b"ringback/seed/v1");
    Seed(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_key_can_have_is_refused() {
        assert!(new_line("a b").is_err());
        assert!(new_line("").is_err());
        assert!(new_line("2026-11-18").unwrap().starts_with("2026-11-18:"));
    }

    #[test]
    fn keys_are_separated_by_lines() {
        let text = format!("{}{}", new_line("first").unwrap(), new_line("second").unwrap());
        let keys = Keys::parse(&text, "a file", Audience::default()).unwrap();
        assert_eq!(keys.names, ["first", "second"]);
        assert_eq!(keys.keyring.keys().len(), 2);
    }
}
