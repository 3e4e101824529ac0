//! What the disk is asked besides files: how much room there is, whether it is here, and to keep room for us.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

/// How many bytes this process may still write to the disk of this file, if that can be said.
pub fn room(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Makes a file of so many bytes exist in full, of zeros where there was nothing, so that writing to it needs no room.
pub fn allocate(mut file: &File, size: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, size) {
        Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => {}
        outcome => return outcome.map_err(io::Error::from),
    }
    // This file system cannot promise room, but it has it when it was written to.
    let zeros = vec![0; 1 << 20];
    let mut left = size.saturating_sub(file.seek(io::SeekFrom::End(0))?);
    while left > 0 {
        let some = zeros.get(..zeros.len().min(left as usize)).unwrap_or_default();
        file.write_all(some)?;
        left -= some.len() as u64;
    }
    Ok(())
}

/// The name of the file system of a folder, if it is one over a network or of which nothing is known.
#[cfg(target_os = "linux")]
pub fn remote(folder: &Path) -> Option<&'static str> {
    let system = rustix::fs::statfs(folder).ok()?;
    #[allow(clippy::unnecessary_cast, reason = "the type is another one on other machines")]
    name_of(system.f_type as i64)
}

/// Nothing is known here.
#[cfg(not(target_os = "linux"))]
pub fn remote(_: &Path) -> Option<&'static str> {
    None
}

/// File systems whose locks or flushes depend upon another machine, or upon a program of which nothing is known, by the
/// number that Linux gives them (statfs(2)).
#[cfg(target_os = "linux")]
const REMOTE: [(i64, &str); 9] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
];

#[cfg(target_os = "linux")]
fn name_of(number: i64) -> Option<&'static str> {
    // The number is 32 bits, and on some machines a signed one.
    REMOTE.iter().find(|(remote, _)| number & 0xffff_ffff == *remote).map(|(_, name)| *name)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn remote_file_systems_are_known_by_number_and_local_ones_are_not() {
        assert_eq!(name_of(0x6969), Some("NFS"));
        assert_eq!(name_of(0xff53_4d42), Some("CIFS"));
        assert_eq!(name_of(i64::from(0xff53_4d42_u32 as i32)), Some("CIFS"));
        // ext4, tmpfs, overlayfs, btrfs.
        for local in [0xef53, 0x0102_1994, 0x794c_7630, 0x9123_683e] {
            assert_eq!(name_of(local), None);
        }
    }
}
