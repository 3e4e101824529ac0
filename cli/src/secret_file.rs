//! Files with secrets: readable by their owner only, and there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::refusal::{Refusal, say};

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
pub fn read(path: &Path) -> Result<String, Refusal> {
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
