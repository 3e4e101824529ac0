//! What can go wrong in an inbox: a kind out of the core's one table, and what the machine said about it.

use std::path::Path;
use std::{fmt, io};

use ringback::ErrorKind;

/// A kind of the core's table, with the words of the store or of the operating system where there are some.
///
/// The words are for people and may change. They name files, never anything of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    detail: Option<Box<str>>,
}

impl Error {
    /// An error of this kind, with what the machine said about it.
    #[cold]
    pub(crate) fn new(kind: ErrorKind, detail: impl fmt::Display) -> Error {
        Error { kind, detail: Some(detail.to_string().into()) }
    }

    /// What the machine said about a file or a folder of a store.
    #[cold]
    pub(crate) fn of_file(path: &Path, error: &io::Error) -> Error {
        let kind = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::StoreReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::StoreFull,
            _ => ErrorKind::StoreUnavailable,
        };
        Error::new(kind, format_args!("{}: {error}", path.display()))
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the machine said about it.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{}: {detail}", self.kind),
            None => self.kind.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error { kind, detail: None }
    }
}

/// The offset is dropped: what an inbox is given has none.
impl From<ringback::Error> for Error {
    fn from(error: ringback::Error) -> Error {
        error.kind().into()
    }
}
