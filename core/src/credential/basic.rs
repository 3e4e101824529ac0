//! Fixed user names and passwords.
//!
//! Several pairs may be valid at once: an old and a new password during a rotation, or a pair for each tenant. Each
//! has a name, which says in events and routes who it was. Of a pair only the SHA-256 of `user:password` is kept:
//! digests have one length, so that comparing them tells nothing about the length of a password either.

use core::fmt;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use super::{control_at, reveal};
use crate::error::{Error, ErrorKind};

/// A user name and a password that let a delivery in, and the name of whoever has them.
#[derive(Clone)]
pub struct BasicPair<'c> {
    name: &'c str,
    digest: [u8; 32],
}

impl<'c> BasicPair<'c> {
    /// A pair that is called `name`. Two pairs may have one name: an old and a new password of the same sender.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SenderInvalid`], [`ErrorKind::UserInvalid`], [`ErrorKind::PasswordInvalid`]: each of the three has
    /// at least one character and no control characters, and the user name no colon. Offsets are those within the part.
    pub fn new(name: &'c str, user: &str, password: &str) -> Result<BasicPair<'c>, Error> {
        check(name, ErrorKind::SenderInvalid)?;
        check_user(user)?;
        check(password, ErrorKind::PasswordInvalid)?;
        Ok(BasicPair { name, digest: digest(user.as_bytes(), password.as_bytes()) })
    }

    /// Parses `[NAME=]USER:PASS`. Without a name the pair is called like its user. The password begins after the first
    /// colon and may hold more of them; the name ends at the first equals sign of what is in front of the colon.
    ///
    /// # Errors
    ///
    /// As [`BasicPair::new`], with offsets in `text`; [`ErrorKind::PasswordInvalid`] also if there is no colon.
    pub fn parse(text: &'c str) -> Result<BasicPair<'c>, Error> {
        let Some((front, password)) = text.split_once(':') else {
            return Err(Error::new(ErrorKind::PasswordInvalid, text.len()));
        };
        let (name, user) = front.split_once('=').unwrap_or((front, front));
        BasicPair::new(name, user, password).map_err(|error| {
            let start = match error.kind() {
                ErrorKind::UserInvalid => front.len() - user.len(),
                ErrorKind::PasswordInvalid => front.len() + 1,
                // Without a name of its own it is the user name that is wrong.
                _ if name.len() == front.len() => return Error::new(ErrorKind::UserInvalid, error.offset()),
                _ => 0,
            };
            Error::new(error.kind(), start + error.offset())
        })
    }

    /// The same pair under another name, for a configuration that keeps names and digests apart.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SenderInvalid`], as in [`BasicPair::new`].
    pub fn named<'n>(&self, name: &'n str) -> Result<BasicPair<'n>, Error> {
        check(name, ErrorKind::SenderInvalid)?;
        Ok(BasicPair { name, digest: self.digest })
    }

    /// The name of whoever has the pair.
    #[must_use]
    pub const fn name(&self) -> &'c str {
        self.name
    }
}

impl fmt::Debug for BasicPair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicPair").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The pairs that are configured; there may be none.
///
/// ```
/// use ringback::credential::{BasicPair, BasicPairs};
///
/// let pairs = [BasicPair::parse("acme=hook:correct horse")?, BasicPair::parse("other:battery:staple")?];
/// let pairs = BasicPairs::new(&pairs);
/// assert_eq!(pairs.check(b"hook", b"correct horse"), Some("acme"));
/// assert_eq!(pairs.check(b"other", b"battery:staple"), Some("other"));
/// assert_eq!(pairs.check(b"hook", b"battery:staple"), None);
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct BasicPairs<'c> {
    pairs: &'c [BasicPair<'c>],
    /// [`find`], known only where there may be pairs: a device that takes tickets alone does not hold its code.
    find: Option<Find>,
}

/// What finds the place of a user name and a password among pairs.
type Find = fn(&[BasicPair<'_>], &[u8], &[u8]) -> Option<usize>;

impl<'c> BasicPairs<'c> {
    /// These pairs.
    #[must_use]
    pub const fn new(pairs: &'c [BasicPair<'c>]) -> BasicPairs<'c> {
        BasicPairs { pairs, find: Some(find) }
    }

    /// Whether there are none, so that nothing ever matches.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The name of the pair with this user name and password: the first one, if several have them.
    ///
    /// All pairs are compared, in constant time, whether one has matched already or not.
    #[must_use]
    pub fn check(&self, user: &[u8], password: &[u8]) -> Option<&'c str> {
        self.pairs.get((self.find?)(self.pairs, user, password)?).map(BasicPair::name)
    }
}

impl fmt::Debug for BasicPairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicPairs").field("pairs", &self.pairs).finish()
    }
}

/// The place of the first pair with this user name and password.
fn find(pairs: &[BasicPair<'_>], user: &[u8], password: &[u8]) -> Option<usize> {
    let digest = digest(user, password);
    let mut found = Choice::from(0);
    let mut place = 0_u64;
    for (at, pair) in (0_u64..).zip(pairs) {
        let matches = pair.digest.ct_eq(&digest) & !found;
        place.conditional_assign(&at, matches);
        found |= matches;
    }
    // A user name with a colon could borrow from another pair's password. It cannot come by Basic.
    if user.contains(&b':') || !reveal::verdict(found) {
        return None;
    }
    reveal::place(place)
}

/// Checks a user name for RFC 7617 section 2.
fn check_user(user: &str) -> Result<(), Error> {
    check(user, ErrorKind::UserInvalid)?;
    match user.find(':') {
        Some(at) => Err(Error::new(ErrorKind::UserInvalid, at)),
        None => Ok(()),
    }
}

fn check(text: &str, kind: ErrorKind) -> Result<(), Error> {
    if text.is_empty() {
        return Err(kind.into());
    }
    control_at(text.as_bytes()).map_or(Ok(()), |at| Err(Error::new(kind, at)))
}

fn digest(user: &[u8], password: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(user).chain_update(b":").chain_update(password).finalize().into()
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    fn refused(text: &str) -> (ErrorKind, usize) {
        let error = BasicPair::parse(text).unwrap_err();
        (error.kind(), error.offset())
    }

    #[test]
    fn a_pair_keeps_the_sha_256_of_user_and_password() {
        let pair = BasicPair::new("rfc", "Aladdin", "open sesame").unwrap();
        let mut hex = heapless::String::<64>::new();
        for byte in pair.digest {
            fmt::Write::write_fmt(&mut hex, format_args!("{byte:02x}")).unwrap();
        }
        assert_eq!(hex, "e30592c37ff33ddbcf5bca999e379f4a73dcab070892bddee33aae1d4a02e413");
    }

    #[test]
    fn every_pair_is_found_and_nothing_else() {
        let pairs = [
            BasicPair::new("a", "user", "old").unwrap(),
            BasicPair::new("a", "user", "new").unwrap(),
            BasicPair::new("b", "other", "p\u{e4}ss:word").unwrap(),
        ];
        let pairs = BasicPairs::new(&pairs);
        assert_eq!(pairs.check(b"user", b"old"), Some("a"));
        assert_eq!(pairs.check(b"user", b"new"), Some("a"));
        assert_eq!(pairs.check(b"other", "p\u{e4}ss:word".as_bytes()), Some("b"));
        for (user, password) in [("user", "ol"), ("user", "oldd"), ("User", "old"), ("other", "old"), ("", "")] {
            assert_eq!(pairs.check(user.as_bytes(), password.as_bytes()), None, "{user}:{password}");
        }
        assert_eq!(pairs.check(b"other:p\xc3\xa4ss", b"word"), None);
        assert_eq!(pairs.check(b"\xff", b"\x00"), None);
    }

    #[test]
    fn the_first_of_equal_pairs_counts() {
        let pairs = [BasicPair::new("first", "u", "p").unwrap(), BasicPair::new("second", "u", "p").unwrap()];
        assert_eq!(BasicPairs::new(&pairs).check(b"u", b"p"), Some("first"));
    }

    #[test]
    fn a_pair_keeps_its_digest_under_another_name() {
        let pair = [BasicPair::parse("old=u:p").unwrap().named("new").unwrap()];
        assert_eq!(BasicPairs::new(&pair).check(b"u", b"p"), Some("new"));
        assert_eq!(pair[0].named("").unwrap_err().kind(), ErrorKind::SenderInvalid);
    }

    #[test]
    fn no_pairs_let_nobody_in() {
        assert!(BasicPairs::default().is_empty());
        assert_eq!(BasicPairs::default().check(b"", b""), None);
    }

    #[test]
    fn the_configured_form_has_an_optional_name() {
        for (text, name, user, password) in [
            ("u:p", "u", "u", "p"),
            ("n=u:p", "n", "u", "p"),
            ("n=u=v:p=q:r", "n", "u=v", "p=q:r"),
            ("u:p=q", "u", "u", "p=q"),
        ] {
            let pair = [BasicPair::parse(text).unwrap()];
            let found = BasicPairs::new(&pair).check(user.as_bytes(), password.as_bytes());
            assert_eq!(found, Some(name), "{text}");
        }
    }

    #[test]
    fn the_configured_form_is_refused_where_it_is_wrong() {
        use ErrorKind::{PasswordInvalid, SenderInvalid, UserInvalid};
        for (text, kind, offset) in [
            ("", PasswordInvalid, 0),
            ("user", PasswordInvalid, 4),
            ("user:", PasswordInvalid, 5),
            ("n=user:", PasswordInvalid, 7),
            ("n=user:a\nb", PasswordInvalid, 8),
            (":p", UserInvalid, 0),
            ("n=:p", UserInvalid, 2),
            ("u\tv:p", UserInvalid, 1),
            ("n=u\x7f:p", UserInvalid, 3),
            ("=u:p", SenderInvalid, 0),
            ("n\0=u:p", SenderInvalid, 1),
        ] {
            assert_eq!(refused(text), (kind, offset), "{text:?}");
        }
    }

    #[test]
    fn a_user_name_has_no_colon() {
        let error = BasicPair::new("n", "us:er", "p").unwrap_err();
        assert_eq!(error, Error::new(ErrorKind::UserInvalid, 2));
    }

    #[test]
    fn debug_hides_user_and_password() {
        let pairs = [BasicPair::parse("tenant=hidden-user:hidden-pass").unwrap()];
        assert_eq!(format!("{:?}", pairs[0]), "BasicPair { name: \"tenant\", .. }");
        assert!(!format!("{:?}", BasicPairs::new(&pairs)).contains("hidden"));
    }

    #[test]
    fn one_pair_is_not_none() {
        assert!(!BasicPairs::new(&[BasicPair::parse("u:p").unwrap()]).is_empty());
    }
}
