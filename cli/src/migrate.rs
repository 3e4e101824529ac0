//! `ringback migrate`: the tables of a store are brought to the version of this program.

use std::process::ExitCode;

use ringback_inbox::Settings;

use crate::arguments::Migrate;
use crate::refusal::{Refusal, print};
use crate::store;
use crate::text::ObjectLine;

/// Runs the command. The store is made if it is not there.
pub fn run(arguments: &Migrate) -> Result<ExitCode, Refusal> {
    let url = store::url(&arguments.store)?;
    if !url.is_durable() {
        return Err(Refusal::usage("--store memory: there is nothing to migrate"));
    }
    let before = url.migrate()?;
    // A file is migrated by opening it.
    store::inbox(&url, Settings::default())?.check()?;
    if arguments.format.json {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("version", Some(env!("CARGO_PKG_VERSION")));
        line.text("tables_before", before.map(|version| version.to_string()).as_deref());
        return print(&(line.end() + "\n"));
    }
    print(concat!("the store is ready for ringback ", env!("CARGO_PKG_VERSION"), "\n"))
}
