//! Which store: said as text, in every language alike.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringback::ErrorKind;

use crate::clock::Clock;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::memory::Memory;
#[cfg(feature = "postgres")]
use crate::postgres::Postgres;
use crate::sqlite::{self, Sqlite};

/// Where deliveries are kept.
///
/// ```
/// use ringback_inbox::StoreUrl;
///
/// assert_eq!("sqlite:ringback.db".parse(), Ok(StoreUrl::Sqlite("ringback.db".into())));
/// assert_eq!("memory".parse(), Ok(StoreUrl::Memory));
/// assert!("ringback.db".parse::<StoreUrl>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `memory`: nothing survives the process, so handlers run before the answer.
    Memory,
    /// `sqlite:PATH`: a file on a local disk.
    Sqlite(PathBuf),
    /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with parameters as PostgreSQL has them: a database for a fleet.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl StoreUrl {
    /// Opens the store, with this clock where the store does not bring its own.
    ///
    /// # Errors
    ///
    /// Those of the store, such as [`Sqlite::open`].
    pub fn open(&self, clock: Arc<dyn Clock>) -> Result<Arc<dyn Ledger>, Error> {
        Ok(match self {
            StoreUrl::Memory => Arc::new(Memory::new(clock)?),
            StoreUrl::Sqlite(path) => {
                Arc::new(Sqlite::open_with(path, sqlite::Options { clock, ..sqlite::Options::default() })?)
            }
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(url) => Arc::new(Postgres::open(url)?),
        })
    }

    /// Brings the tables of the store to this version; says which version was there, 0 for none. Only a database needs
    /// it, before it is first opened and before each younger version: other stores do it by themselves, and say `None`.
    ///
    /// # Errors
    ///
    /// Those of [`Postgres::migrate`](crate::postgres::Postgres::migrate).
    pub fn migrate(&self) -> Result<Option<u32>, Error> {
        match self {
            StoreUrl::Memory | StoreUrl::Sqlite(_) => Ok(None),
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(url) => Postgres::migrate(url).map(Some),
        }
    }

    /// Whether what is kept there survives the process.
    #[must_use]
    pub const fn is_durable(&self) -> bool {
        !matches!(self, StoreUrl::Memory)
    }

    /// The folder that the store lies in, if it is a file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            StoreUrl::Sqlite(path) => {
                Some(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
            }
            StoreUrl::Memory => None,
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(_) => None,
        }
    }
}

/// `sqlite:PATH`, `postgres://...` or `memory`.
impl std::str::FromStr for StoreUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<StoreUrl, Error> {
        match text.split_once(':') {
            None if text == "memory" => Ok(StoreUrl::Memory),
            Some(("sqlite", path)) => {
                // `sqlite:///var/lib/x.db`, as other programs write it.
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() || path.starts_with(":memory:") {
                    return Err(Error::new(ErrorKind::StoreUrlInvalid, "no file is named"));
                }
                Ok(StoreUrl::Sqlite(path.into()))
            }
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(StoreUrl::Postgres(text.into())),
            #[cfg(not(feature = "postgres"))]
            Some(("postgres" | "postgresql", _)) => {
                Err(Error::new(ErrorKind::StoreUrlInvalid, "this program was built without PostgreSQL"))
            }
            // The text may hold a password.
            _ => Err(ErrorKind::StoreUrlInvalid.into()),
        }
    }
}

/// Shows no password.
impl std::fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreUrl::Memory => f.write_str("memory"),
            StoreUrl::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            #[cfg(feature = "postgres")]
            StoreUrl::Postgres(_) => f.write_str("postgres"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_be_written_in_two_ways() {
        for (text, path) in [
            ("sqlite:a.db", "a.db"),
            ("sqlite:/a/b.db", "/a/b.db"),
            ("sqlite:///a/b.db", "/a/b.db"),
            ("sqlite://a.db", "a.db"),
        ] {
            assert_eq!(text.parse(), Ok(StoreUrl::Sqlite(path.into())));
        }
    }

    #[test]
    fn what_names_no_store_is_refused_without_being_repeated() {
        for text in ["", "sqlite:", "sqlite://", "sqlite::memory:", "mysql://me:secret@host/db", "Memory", "a.db"] {
            let error = text.parse::<StoreUrl>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StoreUrlInvalid, "{text}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_database_is_named_and_its_password_is_shown_to_nobody() {
        for text in ["postgres://me:secret@host/db", "postgresql://me:secret@host/db?sslmode=require"] {
            let store: StoreUrl = text.parse().unwrap();
            assert_eq!(store, StoreUrl::Postgres(text.into()));
            assert!(!format!("{store:?}").contains("secret"));
            assert!(store.is_durable());
        }
    }

    #[test]
    fn keys_lie_beside_a_file() {
        let folder = |text: &str| text.parse::<StoreUrl>().unwrap().folder().map(Path::to_owned);
        assert_eq!(folder("sqlite:a.db"), Some(".".into()));
        assert_eq!(folder("sqlite:/a/b.db"), Some("/a".into()));
        assert_eq!(folder("memory"), None);
    }
}
