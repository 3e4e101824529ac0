//! Files with secrets: readable by their owner only, and there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes a secret file with this content, with the mode 0600, unless there is one already. Of several that do this at once, in
/// one process or in many, one is heard, and its file stays.
///
/// # Errors
///
/// That of `content`; or what `failed` makes of the operating system's.
pub fn keep<E>(
    path: &Path,
    content: impl FnOnce() -> Result<String, E>,
    failed: impl Fn(io::Error) -> E,
) -> Result<(), E> {
    if path.exists() {
        return Ok(());
    }
    let mut draft = path.as_os_str().to_owned();
    // Threads of one process may do this at once as well.
    let number = crate::random().map_err(|error| failed(io::Error::other(error)))?;
    draft.push(format!(".{:016x}", u64::from_le_bytes(number)));
    let draft = PathBuf::from(draft);
    let mut file = new(&draft).map_err(&failed)?;
    let written = content().and_then(|content| {
        file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).map_err(&failed)?;
        // Unlike a renaming this never replaces what another has put there meanwhile.
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
            _ => Ok(()),
        }
    });
    let _ = fs::remove_file(&draft);
    written
}

/// Whether others than its owner can read a file: a reason to warn.
///
/// # Errors
///
/// That of the operating system.
#[cfg(unix)]
pub fn is_exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Whether others than its owner can read a file; nobody knows on this system.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn is_exposed(_: &Path) -> io::Result<bool> {
    Ok(false)
}

fn new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
