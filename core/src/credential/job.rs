//! The user's own name for a piece of work.

use core::fmt;

use crate::error::{Error, ErrorKind};

/// A job: 1 to 64 characters out of `A-Z a-z 0-9 . _ -`, so it needs no escaping in a URL, a log or a file name.
///
/// Several submissions may belong to one job.
///
/// ```
/// use ringback::credential::Job;
///
/// assert_eq!(Job::parse("tenant-7.call_42")?.as_str(), "tenant-7.call_42");
/// assert!(Job::parse("tenant 7").is_err());
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Job<'a>(&'a str);

impl<'a> Job<'a> {
    /// The most characters that a job may have.
    pub const MAX_LENGTH: usize = 64;

    /// Checks the name of a job.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::JobInvalid`] at the first byte that does not belong there.
    pub const fn parse(text: &'a str) -> Result<Job<'a>, Error> {
        match first_foreign(text.as_bytes(), Self::MAX_LENGTH) {
            Some(offset) => Err(Error::new(ErrorKind::JobInvalid, offset)),
            None => Ok(Job(text)),
        }
    }

    /// The name.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl fmt::Display for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Job({})", self.0)
    }
}

/// Where a name stops being 1 to `max_length` characters out of `A-Z a-z 0-9 . _ -`, if it does.
pub(super) const fn first_foreign(name: &[u8], max_length: usize) -> Option<usize> {
    let mut at = 0;
    while at < name.len() && at < max_length {
        if !matches!(name[at], b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-') {
            return Some(at);
        }
        at += 1;
    }
    if at == 0 || at < name.len() { Some(at) } else { None }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn every_permitted_character_is_accepted() {
        let name = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-abcdefghijklmnopqrstuvwxy";
        assert_eq!(name.len(), 64);
        assert_eq!(Job::parse(name).unwrap().as_str(), name);
        assert_eq!(Job::parse("z").unwrap().as_str(), "z");
    }

    #[test]
    fn a_refusal_names_the_first_foreign_byte() {
        let too_long = "j".repeat(65);
        for (name, offset) in [("", 0), ("a:b", 1), ("a b", 1), ("a/b", 1), ("%", 0), ("jö", 1), (&too_long, 64)] {
            assert_eq!(Job::parse(name), Err(Error::new(ErrorKind::JobInvalid, offset)), "{name:?}");
        }
    }

    #[test]
    fn it_shows_itself() {
        assert_eq!(format!("{0} {0:?}", Job::parse("j-1").unwrap()), "j-1 Job(j-1)");
    }
}
