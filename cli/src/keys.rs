//! Where ticket keys come from: a file, the environment, or the file that `ringback serve` makes beside its store.

use std::path::{Path, PathBuf};

use clap::Args;
use ringback::credential::Audience;
use ringback_inbox::receiver::Keys;

use crate::refusal::{Refusal, say};
use crate::store::{self, StoreSource};

/// Where ticket keys are.
#[derive(Debug, Args)]
pub struct KeySource {
    /// A file of ticket keys, a line name:base64 each: the first mints, all verify. The environment variable
    /// RINGBACK_TICKET_KEYS may hold its content instead
    #[arg(long, value_name = "FILE")]
    pub ticket_keys: Option<PathBuf>,
    /// For whom tickets are minted, such as production; tickets of one audience do not open another
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub audience: String,
    #[command(flatten)]
    pub store: StoreSource,
}

/// Where the configured keys are; the own file beside the store, if none are.
pub fn source(arguments: &KeySource) -> Result<ringback_inbox::KeySource, Refusal> {
    if let Some(file) = &arguments.ticket_keys {
        return Ok(ringback_inbox::KeySource::File(file.clone()));
    }
    match std::env::var("RINGBACK_TICKET_KEYS") {
        Ok(text) if !text.trim().is_empty() => Ok(ringback_inbox::KeySource::Text(text)),
        Err(std::env::VarError::NotUnicode(_)) => Err(Refusal::usage("RINGBACK_TICKET_KEYS is not text")),
        _ => Ok(ringback_inbox::KeySource::Own),
    }
}

/// The keys that are configured, or those that a server has made beside its store.
pub fn required(arguments: &KeySource) -> Result<Keys, Refusal> {
    find(arguments)?.ok_or_else(|| {
        Refusal::usage(
            "there is no ticket key: give --ticket-keys FILE, set RINGBACK_TICKET_KEYS, or run this where \
             `ringback serve` has made its own",
        )
    })
}

/// The same, where it can be done without.
pub fn find(arguments: &KeySource) -> Result<Option<Keys>, Refusal> {
    if let Some(keys) = configured(arguments)? {
        return Ok(Some(keys));
    }
    let own = store::folder(&arguments.store)?.join(Keys::OWN_FILE);
    if own.exists() { read(&own, Audience::new(&arguments.audience)?).map(Some) } else { Ok(None) }
}

/// The keys that are configured.
pub fn configured(arguments: &KeySource) -> Result<Option<Keys>, Refusal> {
    let audience = Audience::new(&arguments.audience)?;
    match source(arguments)? {
        ringback_inbox::KeySource::File(path) => read(&path, audience).map(Some),
        ringback_inbox::KeySource::Text(text) => Ok(Some(Keys::parse(&text, "RINGBACK_TICKET_KEYS", audience)?)),
        _ => Ok(None),
    }
}

fn read(path: &Path, audience: Audience<'_>) -> Result<Keys, Refusal> {
    let keys = Keys::read(path, audience)?;
    warn(&keys);
    Ok(keys)
}

/// Says that others can read the keys, if they can.
pub fn warn(keys: &Keys) {
    if let Some(path) = &keys.exposed {
        say(format_args!("warning: {} can be read by others: chmod 600 it", path.display()));
    }
}
