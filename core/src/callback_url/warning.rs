//! What is unwise about a callback URL, but works.

use core::fmt;

/// Something unwise about a callback URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// Credentials travel over `http` or `ws`.
    CredentialsInClear,
    /// The URL has more than [`CallbackUrl::LONG`](super::CallbackUrl::LONG) bytes.
    UrlLong,
}

impl Warning {
    /// Every warning.
    pub const ALL: [Warning; 2] = [Warning::CredentialsInClear, Warning::UrlLong];

    /// The name of this warning, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Warning::CredentialsInClear => "credentials_in_clear",
            Warning::UrlLong => "url_long",
        }
    }

    /// One sentence without a full stop, with the cure.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Warning::CredentialsInClear => "the credentials can be read by everyone on the way: use https or wss",
            Warning::UrlLong => "the URL has more than 1024 bytes, and servers on the way may refuse it: shorten it",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.message())
    }
}

/// The warnings about one URL: a set, in the order of [`Warning::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Warnings(u8);

impl Warnings {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn contains(&self, warning: Warning) -> bool {
        self.0 & 1 << warning as u8 != 0
    }

    /// The warnings one by one.
    pub fn iter(&self) -> impl Iterator<Item = Warning> + use<> {
        let warnings = *self;
        Warning::ALL.into_iter().filter(move |&warning| warnings.contains(warning))
    }

    pub(super) fn insert(&mut self, warning: Warning) {
        self.0 |= 1 << warning as u8;
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn warnings_have_names_and_a_cure() {
        let mut warnings = Warnings::default();
        assert!(warnings.is_empty());
        warnings.insert(Warning::UrlLong);
        assert!(
            !warnings.is_empty()
                && warnings.contains(Warning::UrlLong)
                && !warnings.contains(Warning::CredentialsInClear)
        );
        assert_eq!(format!("{warnings:?}"), "{UrlLong}");
        assert!(Warning::ALL.iter().all(|warning| warning.message().contains(": ")));
        assert_eq!(format!("{}", Warning::UrlLong), Warning::UrlLong.message());
        assert_ne!(Warning::ALL[0].name(), Warning::ALL[1].name());
    }
}
