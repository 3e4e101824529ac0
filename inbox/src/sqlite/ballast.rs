//! Ballast: a file beside the database that keeps room on the disk, to be thrown away when there is none.
//!
//! Erasing needs room first, for what is overwritten goes through the log. So when somebody else has filled the disk,
//! the ballast goes, and what takes no new body can go on: handling, settling, purging. When there is enough room again,
//! it is put back.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::disk;

/// The file of the ballast of this database.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-ballast");
    name.into()
}

/// Throws it away; whether there was any.
pub fn throw(path: &Path) -> bool {
    fs::remove_file(beside(path)).is_ok()
}

/// Puts it there, if it is not, and the disk has room for it and for so many bytes more.
pub fn put(path: &Path, size: u64, reserve: u64) {
    let file = beside(path);
    if size == 0 || file.exists() || disk::room(path).is_none_or(|room| room < reserve.saturating_add(size)) {
        return;
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
    // Without it everything works but this; it is tried again.
    if made.is_ok_and(|made| disk::allocate(&made, size).is_err()) {
        let _ = fs::remove_file(&file);
    }
}
