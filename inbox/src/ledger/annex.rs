//! The annex of a store: a folder for bodies that are too large for memory.
//!
//! Such a body comes in pieces, and each goes to the disk at once. When all of it is there, flushed and under the name
//! of its delivery, the row is written that makes it a delivery; so a row never lacks its file. A file may lack its row,
//! when a process died in between or the row was forgotten: [`Annex::tidy`] takes it away.
//!
//! Several processes may share an annex. Whoever files a part holds a shared lock on the folder until the row is
//! written, and whoever tidies holds it alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ringback::ledger::DeliveryId;
use rustix::fs::FlockOperation;

use crate::error::Error;

/// A folder beside a store, one file for each body, for its owner alone.
#[derive(Debug)]
pub struct Annex {
    folder: PathBuf,
}

/// A body that is on its way to the disk. Dropping it takes it away again.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    folder: PathBuf,
}

/// A body that is on the disk under its name. Keep this until its row is written, so that nobody takes it away as
/// something that has none.
#[derive(Debug)]
pub struct Filed {
    _folder: File,
}

/// The end of the name of what is not whole yet.
const PART: &str = "part";

impl Annex {
    /// The annex of the store in this file: a folder beside it, made when it is needed.
    #[must_use]
    pub fn beside(path: &Path) -> Annex {
        let mut folder = path.as_os_str().to_owned();
        folder.push("-oversize");
        Annex { folder: folder.into() }
    }

    /// Begins with a body.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written.
    pub fn begin(&self) -> Result<Part, Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{}-{number}.{PART}", std::process::id()));
        let begun = self.make().and_then(|()| {
            let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            // As long as somebody writes it, it is nobody's leftover.
            rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
            Ok(file)
        });
        let file = begun.map_err(|error| Error::of_file(&path, &error))?;
        Ok(Part { file, path, folder: self.folder.clone() })
    }

    /// The bytes of a body, if they are here.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn read(&self, id: DeliveryId) -> Result<Option<Vec<u8>>, Error> {
        let path = self.folder.join(id.to_string());
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::of_file(&path, &error)),
        }
    }

    /// Takes a body away, if it is here.
    ///
    /// # Errors
    ///
    /// It may still be here.
    pub fn remove(&self, id: DeliveryId) -> Result<(), Error> {
        let path = self.folder.join(id.to_string());
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::of_file(&path, &error)),
            _ => Ok(()),
        }
    }

    /// Takes away what was begun by processes that have died, and what nobody `wants` any more.
    ///
    /// # Errors
    ///
    /// Something may be left: ask again.
    pub fn tidy(&self, mut wants: impl FnMut(DeliveryId) -> Result<bool, Error>) -> Result<(), Error> {
        let failed = |error: &io::Error| Error::of_file(&self.folder, error);
        let folder = match File::open(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            folder => folder.map_err(|error| failed(&error))?,
        };
        rustix::fs::flock(&folder, FlockOperation::LockExclusive).map_err(|error| failed(&error.into()))?;
        for file in fs::read_dir(&self.folder).map_err(|error| failed(&error))? {
            let path = file.map_err(|error| failed(&error))?.path();
            let stays = match name(&path) {
                Some(id) => wants(id)?,
                None => path.extension().is_none_or(|end| end != PART) || is_being_written(&path),
            };
            if !stays {
                fs::remove_file(&path).map_err(|error| Error::of_file(&path, &error))?;
            }
        }
        Ok(())
    }

    fn make(&self) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(()) => flush_names(self.folder.parent().unwrap_or(Path::new("/"))),
        }
    }
}

impl Part {
    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// The disk does not take them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| Error::of_file(&self.path, &error))
    }

    /// Flushes what was written so far.
    ///
    /// # Errors
    ///
    /// The disk does not say that it is there: begin anew.
    pub fn flush(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|error| Error::of_file(&self.path, &error))
    }

    /// Puts it under the name of its delivery. When this returns, it is durable.
    ///
    /// # Errors
    ///
    /// The disk does not say that it is there: begin anew.
    pub fn file(&mut self, id: DeliveryId) -> Result<Filed, Error> {
        let filed = File::open(&self.folder).and_then(|folder| {
            rustix::fs::flock(&folder, FlockOperation::LockShared)?;
            self.file.sync_all()?;
            fs::rename(&self.path, self.folder.join(id.to_string()))?;
            flush_names(&self.folder)?;
            Ok(Filed { _folder: folder })
        });
        filed.map_err(|error| Error::of_file(&self.path, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Under its name it is not found here any more.
        let _ = fs::remove_file(&self.path);
    }
}

/// The delivery that a file is the body of.
fn name(path: &Path) -> Option<DeliveryId> {
    let name = path.file_name()?.to_str().filter(|name| name.len() == 32)?;
    let number = u128::from_str_radix(name, 16).ok()?;
    Some(DeliveryId::from_bytes(number.to_be_bytes()))
}

fn is_being_written(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err())
}

/// A file whose name is not on the disk is gone after a power cut, whatever was written into it.
fn flush_names(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn annex(name: &str) -> (Annex, PathBuf) {
        let folder = std::env::temp_dir().join(format!("ringback-annex-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        (Annex::beside(&folder.join("inbox.db")), folder)
    }

    fn id(number: u8) -> DeliveryId {
        DeliveryId::from_bytes([number; 16])
    }

    #[test]
    fn a_body_in_pieces_comes_back_whole_and_is_for_its_owner_alone() {
        let (annex, folder) = annex("whole");
        let mut part = annex.begin().unwrap();
        part.write(b"in ").unwrap();
        part.write(b"pieces").unwrap();
        drop(part.file(id(1)).unwrap());
        assert_eq!(annex.read(id(1)), Ok(Some(b"in pieces".to_vec())));
        assert_eq!(annex.read(id(2)), Ok(None));
        assert_eq!(fs::metadata(&annex.folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(annex.folder.join(id(1).to_string())).unwrap().mode() & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_dropped_or_left_by_the_dead_goes_and_what_is_being_written_stays() {
        let (annex, folder) = annex("tidy");
        assert_eq!(annex.tidy(|_| Ok(true)), Ok(()), "there is no folder yet");
        drop(annex.begin().unwrap());
        let part = annex.begin().unwrap();
        fs::write(annex.folder.join("1-1.part"), b"of somebody who died").unwrap();
        for number in [1, 2] {
            drop(annex.begin().unwrap().file(id(number)).unwrap());
        }
        annex.tidy(|found| Ok(found == id(2))).unwrap();
        let left = fs::read_dir(&annex.folder).unwrap().map(|file| file.unwrap().path());
        let mut wanted = vec![part.path.clone(), annex.folder.join(id(2).to_string())];
        let mut left: Vec<_> = left.collect();
        left.sort();
        wanted.sort();
        assert_eq!(left, wanted);
        drop(part);
        fs::remove_dir_all(folder).unwrap();
    }
}
