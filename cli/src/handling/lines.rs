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
    ///
    /// # Errors
    ///
    /// Standard output was closed when the process began: whatever is written would be lost.
    pub fn open() -> io::Result<Lines> {
        #[cfg(unix)]
        if birth::standard_output_was_closed() {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "it is closed; say >/dev/null if that is meant"));
        }
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

/// What standard output was when the process began.
#[cfg(unix)]
mod birth {
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    ctor::declarative::ctor! {
        // Before `main` the standard library puts /dev/null in the place of a closed standard output, and every write
        // succeeds. So one has to look before that; nothing of the standard library is used here that needs `main`.
        #[ctor(unsafe)]
        fn look() {
            CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
        }
    }

    pub fn standard_output_was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}
