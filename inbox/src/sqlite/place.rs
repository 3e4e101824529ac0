//! Where a database lies: whether it may lie there, who may read it, and whether it is still the same file.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ringback::ErrorKind;

use crate::disk;
use crate::error::Error;

/// What a file is, however it is named: its device and its inode.
pub type Identity = (u64, u64);

/// The files of a database, as they were when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    database: Identity,
    journal: Identity,
}

/// Makes the file if it is not there, readable and writable for its owner alone, and checks where it lies.
pub fn prepare(path: &Path, any_file_system: bool) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !any_file_system && let Some(name) = disk::remote(folder) {
        return Err(Error::new(ErrorKind::StoreRemote, format_args!("{} ({name})", folder.display())));
    }
    // SQLite would only say that it cannot open something.
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).map_err(|error| Error::of_file(folder, &error.into()))?;
    // The file is never opened here once it exists: closing it would drop the locks that SQLite holds on it.
    if fs::metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        match options.open(path) {
            Ok(_) => {
                // A file whose name is not on the disk is gone after a power cut, whatever was written into it.
                fs::File::open(folder)
                    .and_then(|names| names.sync_all())
                    .map_err(|error| Error::of_file(folder, &error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::of_file(path, &error)),
        }
    }
    close_to_others(path)
}

/// The files as they are now, which have to be those that were opened.
pub fn files(path: &Path) -> Result<Files, Error> {
    Ok(Files { database: identity(path)?, journal: identity(&journal(path))? })
}

/// What the database file is.
pub fn identity(path: &Path) -> Result<Identity, Error> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(ErrorKind::StoreReplaced, format_args!("{} is gone", path.display())),
        _ => Error::of_file(path, &error),
    })?;
    Ok((metadata.dev(), metadata.ino()))
}

/// The write-ahead log beside a database.
pub fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn close_to_others(path: &Path) -> Result<(), Error> {
    let mode = fs::metadata(path).map_err(|error| Error::of_file(path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        // SQLite gives its log the permissions of the database.
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
            .map_err(|error| Error::of_file(path, &error))?;
    }
    Ok(())
}
