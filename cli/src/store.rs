//! Which store a command is about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use ringback::ledger::Rules;
use ringback::time::Millis;
use ringback_inbox::{Inbox, Settings, StoreUrl, SystemClock};

use crate::refusal::Refusal;

/// Where the store is.
#[derive(Clone, Debug, Args)]
pub struct StoreSource {
    /// What keeps deliveries: sqlite:FILE, or postgres://...; serve also takes memory, which forgets them. The
    /// environment variable RINGBACK_STORE may hold it instead, for a URL with a password [default: sqlite:ringback.db]
    #[arg(long, value_name = "URL", help_heading = "Store")]
    pub store: Option<String>,
}

/// The store in the working directory.
const DEFAULT: &str = "sqlite:ringback.db";

/// The store that is named: by an option, by the environment, or by nobody.
pub fn url(source: &StoreSource) -> Result<StoreUrl, Refusal> {
    let variable = || std::env::var("RINGBACK_STORE").ok().filter(|text| !text.trim().is_empty());
    let text = source.store.clone().or_else(variable);
    // What was given may hold a password.
    Ok(text.as_deref().unwrap_or(DEFAULT).parse()?)
}

/// The folder that the store lies in; the working directory if it is no file.
pub fn folder(source: &StoreSource) -> Result<PathBuf, Refusal> {
    Ok(url(source)?.folder().unwrap_or(Path::new(".")).to_owned())
}

/// An inbox over a store that a server uses, or has used.
pub fn open(source: &StoreSource) -> Result<Inbox, Refusal> {
    inbox(&existing(source)?, Settings::default())
}

/// What is chosen about an inbox whose claims hold so long.
pub fn settings(lease: Millis) -> Settings {
    Settings { rules: Rules { lease, ..Rules::stored() }, ..Settings::default() }
}

/// A store that a server uses, or has used.
pub fn existing(source: &StoreSource) -> Result<StoreUrl, Refusal> {
    let url = url(source)?;
    if !url.is_durable() {
        return Err(Refusal::usage("--store memory: no other process can look into it"));
    }
    if let StoreUrl::Sqlite(path) = &url
        && !path.exists()
    {
        return Err(Refusal::store(format_args!(
            "{}: there is no store; run this where `ringback serve` keeps its own, or give --store",
            path.display()
        )));
    }
    Ok(url)
}

/// An inbox over this store, which is made if it is not there.
pub fn inbox(url: &StoreUrl, settings: Settings) -> Result<Inbox, Refusal> {
    Ok(Inbox::over(url.open(Arc::new(SystemClock))?, settings))
}
