//! Event lines on standard output. The pipe is a handler: what it has not taken is not handled.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Standard output, line by line.
pub struct Lines {
    out: Mutex<File>,
}

impl Lines {
    /// Standard output itself, past the buffer and the leniency of the standard library, which takes a closed standard
    /// output for one that wants to hear nothing.
    pub fn open() -> io::Result<Lines> {
        #[cfg(unix)]
        let out = File::from(std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?);
        #[cfg(windows)]
        let out = File::from(std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?);
        Ok(Lines { out: Mutex::new(out) })
    }

    /// Writes one line, whole, and waits as long as the reader does not read.
    pub fn write(&self, line: &str) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            match out.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Whoever gave us this output made it non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error),
            }
        }
        out.flush()
    }
}
