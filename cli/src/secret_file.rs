//! Files with secrets, and what is said about them.

use std::io;
use std::path::Path;

use ringback_inbox::secret_file;

use crate::refusal::{Refusal, say};

/// Makes a secret file unless there is one already.
pub fn keep(path: &Path, content: impl FnOnce() -> Result<String, Refusal>) -> Result<(), Refusal> {
    secret_file::keep(path, content, |error| {
        Refusal::failure(format_args!("{}: cannot be written: {error}", path.display()))
    })
}

/// Reads a secret file, and warns if others can read it too.
pub fn read(path: &Path) -> Result<String, Refusal> {
    let failed = |error: io::Error| Refusal::usage(format_args!("{}: cannot be read: {error}", path.display()));
    if secret_file::is_exposed(path).map_err(failed)? {
        say(format_args!("warning: {} can be read by others: chmod 600 it", path.display()));
    }
    std::fs::read_to_string(path).map_err(failed)
}
