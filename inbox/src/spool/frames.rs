//! The file of a spool: frames one after the other, each on sectors of its own, each with the proof that it is whole.
//!
//! ```text
//! 0      head: magic, version, 32 random bytes, check
//! 512    mark: what has been emptied, check
//! 4096   frames: magic, number, length, check of the payload, check of all this, payload, zeros up to the next sector
//! ```
//!
//! All of the file is there from the beginning, so that a full disk does not stop it. Checks are keyed with the random
//! bytes and cover the place: a body that looks like a frame is none, wherever it lies. What was taken out is
//! overwritten with zeros.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ringback::ErrorKind;
use ringback::identity::{Identifier, Seed};
use rustix::fs::FlockOperation;

use crate::disk;
use crate::error::Error;

/// The file.
pub struct Frames {
    file: File,
    path: PathBuf,
    checks: Identifier,
    size: u64,
}

/// A frame in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Frames are numbered as they are written; a number is never used again.
    pub number: u64,
    at: u64,
    length: u32,
}

/// What was found in the file besides frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many pieces were found between them that are no frames any more.
    pub damaged: u64,
    /// The first number that was never used.
    pub next: u64,
    /// Where the last thing ends.
    pub end: u64,
}

/// Everything up to this frame was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub number: u64,
    pub end: u64,
}

/// Where the first frame begins.
pub const START: u64 = 4096;
const SECTOR: u64 = 512;
const MAGIC: &[u8; 8] = b"rngbspl\n";
const VERSION: u32 = 1;
const HEAD: usize = 8 + 4 + 32;
const MARK: usize = 8 + 8 + 8;
/// Magic, number, length, check of the payload.
const FRAME: usize = 8 + 8 + 4 + 16;
const CHECK: usize = 16;
const WINDOW: usize = 1 << 20;

impl Frames {
    /// Opens the file in this folder, which is made if it is not there; another process must not have it. `see` is shown each
    /// frame that is whole and was not taken out, and what it holds.
    pub fn open(folder: &Path, size: u64, see: impl FnMut(Frame, Vec<u8>)) -> Result<(Frames, Found), Error> {
        let failed = |error: io::Error| unusable(folder, &error);
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        let path = folder.join("spool");
        let failed = |error: io::Error| unusable(&path, &error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(failed)?;
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| Error::new(ErrorKind::SpoolBusy, path.display()))?;
        let size = size.max(START + SECTOR).next_multiple_of(SECTOR);
        let size = file.metadata().map_err(failed)?.len().max(size);
        disk::allocate(&file, size).map_err(failed)?;
        let checks = prepare(&file, &path)?;
        file.sync_all().and_then(|()| File::open(folder)?.sync_all()).map_err(failed)?;
        let frames = Frames { file, path, checks, size };
        let found = frames.scan(see).map_err(|error| unusable(&frames.path, &error))?;
        Ok((frames, found))
    }

    /// Where a frame would end that began here; none if the file is too small for it.
    pub fn end(&self, at: u64, length: usize) -> Option<u64> {
        let end =
            at.checked_add((FRAME + CHECK) as u64)?.checked_add(length as u64)?.checked_next_multiple_of(SECTOR)?;
        (u32::try_from(length).is_ok() && end <= self.size).then_some(end)
    }

    /// Writes a frame; it is durable after the next [`sync`](Frames::sync).
    pub fn write(&self, at: u64, number: u64, payload: &[u8]) -> Result<Frame, Error> {
        let end = self.end(at, payload.len()).ok_or(ErrorKind::SpoolFull)?;
        let length = u32::try_from(payload.len()).map_err(|_| ErrorKind::SpoolFull)?;
        let mut bytes = Vec::with_capacity((end - at) as usize);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&self.check(at, payload));
        let check = self.check(at, &bytes);
        bytes.extend_from_slice(&check);
        bytes.extend_from_slice(payload);
        bytes.resize((end - at) as usize, 0);
        self.file.write_all_at(&bytes, at).map_err(|error| self.failed(&error))?;
        Ok(Frame { number, at, length })
    }

    /// What a frame holds; none if it is not whole.
    pub fn read(&self, frame: Frame) -> Option<Vec<u8>> {
        let mut bytes = vec![0; FRAME + CHECK + frame.length as usize];
        self.file.read_exact_at(&mut bytes, frame.at).ok()?;
        let (head, payload) = bytes.split_at_checked(FRAME + CHECK)?;
        let whole =
            self.head(frame.at, head)? == frame && head.get(FRAME - 16..FRAME)? == self.check(frame.at, payload);
        whole.then(|| bytes.split_off(FRAME + CHECK))
    }

    /// Says that everything up to here was taken out.
    pub fn mark(&self, mark: Mark) -> Result<(), Error> {
        let mut bytes = Vec::with_capacity(MARK + CHECK);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&mark.number.to_le_bytes());
        bytes.extend_from_slice(&mark.end.to_le_bytes());
        let check = self.check(SECTOR, &bytes);
        bytes.extend_from_slice(&check);
        self.file.write_all_at(&bytes, SECTOR).map_err(|error| self.failed(&error))
    }

    /// Overwrites with zeros.
    pub fn wipe(&self, from: u64, to: u64) -> Result<(), Error> {
        let zeros = vec![0; WINDOW.min(to.saturating_sub(from) as usize)];
        let mut at = from;
        while at < to {
            let length = zeros.len().min((to - at) as usize);
            self.file.write_all_at(zeros.get(..length).unwrap_or_default(), at).map_err(|error| self.failed(&error))?;
            at += length as u64;
        }
        Ok(())
    }

    /// Returns when everything that was written is on the disk.
    pub fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|error| self.failed(&error))
    }

    /// How many bytes of frames there is room for.
    pub const fn capacity(&self) -> u64 {
        self.size - START
    }

    fn scan(&self, mut see: impl FnMut(Frame, Vec<u8>)) -> io::Result<Found> {
        let mark = self.read_mark()?;
        let mut found = Found { next: mark.number + 1, end: START, damaged: 0 };
        let (mut at, mut window, mut in_a_heap) = (START, vec![0; WINDOW], false);
        while at < self.size {
            let length = WINDOW.min((self.size - at) as usize);
            let window = &mut window[..length];
            self.file.read_exact_at(window, at)?;
            let mut next = at + length as u64;
            for (number, sector) in window.chunks(SECTOR as usize).enumerate() {
                let place = at + number as u64 * SECTOR;
                if place < found.end || sector.iter().all(|byte| *byte == 0) {
                    continue;
                }
                let Some(frame) = self.head(place, sector) else {
                    // What was only half wiped was taken out before.
                    in_a_heap |= place >= mark.end;
                    found.end = place + SECTOR;
                    continue;
                };
                found.end = frame.end();
                next = next.max(found.end);
                match self.read(frame) {
                    Some(payload) => {
                        // What lies before something whole was whole as well, unless nobody was ever told so.
                        found.damaged += u64::from(std::mem::take(&mut in_a_heap));
                        found.next = found.next.max(frame.number + 1);
                        if frame.number > mark.number {
                            see(frame, payload);
                        }
                    }
                    None => in_a_heap |= frame.number > mark.number,
                }
            }
            at = next;
        }
        Ok(found)
    }

    /// The frame that begins with these bytes. Nothing about it is believed unless its check is right.
    fn head(&self, at: u64, bytes: &[u8]) -> Option<Frame> {
        let (head, rest) = bytes.split_at_checked(FRAME)?;
        if !head.starts_with(MAGIC) || rest.get(..CHECK)? != self.check(at, head) {
            return None;
        }
        let number = u64::from_le_bytes(head.get(8..16)?.try_into().ok()?);
        let length = u32::from_le_bytes(head.get(16..20)?.try_into().ok()?);
        self.end(at, length as usize).map(|_| Frame { number, at, length })
    }

    fn read_mark(&self) -> io::Result<Mark> {
        let mut bytes = [0; MARK + CHECK];
        self.file.read_exact_at(&mut bytes, SECTOR)?;
        let (mark, check) = bytes.split_at(MARK);
        let number = |at: usize| mark.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        Ok(match (check == self.check(SECTOR, mark), number(8), number(16)) {
            (true, Some(number), Some(end)) => Mark { number, end },
            _ => Mark::default(),
        })
    }

    fn check(&self, at: u64, bytes: &[u8]) -> [u8; CHECK] {
        check(&self.checks, at, bytes)
    }

    fn failed(&self, error: &io::Error) -> Error {
        unusable(&self.path, error)
    }
}

impl Frame {
    /// Where it ends, and the next one may begin.
    pub fn end(self) -> u64 {
        (self.at + (FRAME + CHECK) as u64 + u64::from(self.length)).next_multiple_of(SECTOR)
    }

    /// Where it begins.
    pub const fn start(self) -> u64 {
        self.at
    }
}

/// A keyed hash over the bytes and their place.
fn check(checks: &Identifier, at: u64, bytes: &[u8]) -> [u8; CHECK] {
    let whole = *checks.fingerprint(bytes).as_bytes();
    let mut placed = [0; CHECK + 8];
    placed[..CHECK].copy_from_slice(&whole);
    placed[CHECK..].copy_from_slice(&at.to_le_bytes());
    *checks.fingerprint(&placed).as_bytes()
}

/// Reads the head, or writes it into a new file.
fn prepare(file: &File, path: &Path) -> Result<Identifier, Error> {
    let mut head = [0; HEAD + CHECK];
    file.read_exact_at(&mut head, 0).map_err(|error| unusable(path, &error))?;
    if head.iter().all(|byte| *byte == 0) {
        head[..8].copy_from_slice(MAGIC);
        head[8..12].copy_from_slice(&VERSION.to_le_bytes());
        head[12..HEAD].copy_from_slice(&crate::random::<32>()?);
    }
    let (bytes, said) = head.split_at_mut(HEAD);
    let mut seed = [0; 32];
    seed.copy_from_slice(&bytes[12..]);
    let checks = Identifier::new(&Seed(seed));
    let wanted = check(&checks, 0, bytes);
    if said.iter().all(|byte| *byte == 0) {
        said.copy_from_slice(&wanted);
        file.write_all_at(&head, 0).map_err(|error| unusable(path, &error))?;
    } else if said != wanted || !bytes.starts_with(MAGIC) {
        return Err(Error::new(ErrorKind::SpoolDamaged, path.display()));
    } else if bytes[8..12] != VERSION.to_le_bytes() {
        return Err(Error::new(ErrorKind::StoreNewer, path.display()));
    }
    Ok(checks)
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::SpoolUnavailable, format_args!("{}: {error}", path.display()))
}

/// Where the file of the spool in this folder lies.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("spool")
}

/// Whether anything lies in the spool of this folder, whoever uses it. Says yes when in doubt.
pub fn is_empty(folder: &Path) -> bool {
    let path = file(folder);
    let Ok(file) = File::open(&path) else { return !fs::exists(&path).unwrap_or(true) };
    let mut window = vec![0; WINDOW];
    let mut at = START;
    loop {
        match file.read_at(&mut window, at) {
            Ok(0) => return true,
            Ok(length) if window.iter().take(length).all(|byte| *byte == 0) => at += length as u64,
            _ => return false,
        }
    }
}
