//! The value of an `Authorization` header, read.
//!
//! Only `Basic` is understood (RFC 7617), for that is all that a callback URL can bring about. The value is decoded
//! into room on the caller's stack, which also bounds it.

use core::fmt;

use super::{base64, control_at, split};
use crate::error::{Error, ErrorKind};

/// A user name and a password as they arrived, verified by nobody. Debug shows neither.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials<'b> {
    /// What stands in front of the first colon; UTF-8 or not.
    pub user: &'b [u8],
    /// What follows the first colon; UTF-8 or not.
    pub password: &'b [u8],
}

impl<'b> Credentials<'b> {
    /// The most bytes of user name, colon and password: 512, or 192 on targets without an operating system, where the
    /// stack is small. Every ticket is shorter.
    pub const MAX_LENGTH: usize = if cfg!(target_os = "none") { 192 } else { 512 };

    /// Reads `Basic` and the base64 of `user:password`.
    ///
    /// The scheme may have any case, spaces may surround the value and more than one may separate its parts (RFC 9110
    /// section 11.4). The padding may be missing; otherwise base64 has one spelling.
    ///
    /// ```
    /// use ringback::credential::Credentials;
    ///
    /// let mut room = [0; Credentials::MAX_LENGTH];
    /// let credentials = Credentials::parse(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", &mut room)?;
    /// assert_eq!((credentials.user, credentials.password), (&b"Aladdin"[..], &b"open sesame"[..]));
    /// # Ok::<(), ringback::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AuthorizationMalformed`]: another scheme, no base64, no colon in it, control characters, or more
    /// than [`Credentials::MAX_LENGTH`] bytes. The offset is where the scheme or the base64 begins.
    pub fn parse(value: &[u8], room: &'b mut [u8; Credentials::MAX_LENGTH]) -> Result<Credentials<'b>, Error> {
        let text = value.trim_ascii_end();
        let bare = text.trim_ascii_start();
        let malformed = |part: &[u8]| Error::new(ErrorKind::AuthorizationMalformed, text.len() - part.len());

        let (scheme, mut encoded) = split(bare, b' ').unwrap_or((bare, &[]));
        if !scheme.eq_ignore_ascii_case(b"Basic") {
            return Err(malformed(bare));
        }
        while let [b' ', rest @ ..] = encoded {
            encoded = rest;
        }
        let decoded = base64::decode(encoded, room).ok_or_else(|| malformed(encoded))?;
        let (user, password) = split(decoded, b':').ok_or_else(|| malformed(encoded))?;
        if control_at(decoded).is_some() {
            return Err(malformed(encoded));
        }
        Ok(Credentials { user, password })
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding as _};
    use std::{format, string::String, vec::Vec};

    use super::*;

    fn read(value: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let mut room = [0; Credentials::MAX_LENGTH];
        Credentials::parse(value, &mut room).map(|read| (read.user.to_vec(), read.password.to_vec()))
    }

    fn basic(user_pass: &[u8]) -> String {
        let mut room = [0; 1024];
        format!("Basic {}", Base64::encode(user_pass, &mut room).unwrap())
    }

    #[test]
    fn the_examples_of_rfc_7617_are_read() {
        let (user, password) = read(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").unwrap();
        assert_eq!((&user[..], &password[..]), (&b"Aladdin"[..], &b"open sesame"[..]));
        let (user, password) = read(b"Basic dGVzdDoxMjPCow==").unwrap();
        assert_eq!((&user[..], &password[..]), (&b"test"[..], "123\u{a3}".as_bytes()));
    }

    #[test]
    fn scheme_spaces_and_padding_are_read_tolerantly() {
        let expected = read(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").unwrap();
        for value in [
            &b"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="[..],
            b"BASIC QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            b"bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            b" \tBasic QWxhZGRpbjpvcGVuIHNlc2FtZQ== \t",
            b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
        ] {
            assert_eq!(read(value).unwrap(), expected);
        }
    }

    #[test]
    fn the_first_colon_separates() {
        for (text, user, password) in [("a:b:c", "a", "b:c"), (":b", "", "b"), ("a:", "a", ""), (":", "", "")] {
            let read = read(basic(text.as_bytes()).as_bytes()).unwrap();
            assert_eq!(read, (user.as_bytes().to_vec(), password.as_bytes().to_vec()), "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_passed_on() {
        assert_eq!(read(basic(b"\xff:\xfe").as_bytes()).unwrap(), (b"\xff".to_vec(), b"\xfe".to_vec()));
    }

    #[test]
    fn what_is_no_basic_credential_is_malformed() {
        for (value, offset) in [
            (&b""[..], 0),
            (b"   ", 0),
            (b"Bearer abc", 0),
            (b" Token abc", 1),
            (b"Basicabc", 0),
            (b"Basic\tQTpC", 0),
            (b"Basic", 5),
            (b"Basic ", 5),
            (b"Basic QTpC QTpC", 6),
            (b"Basic QTpC, Basic QTpC", 6),
            (b"Basic Q", 6),
            (b"Basic QTpC=", 6),
            (b"Basic QTo==", 6),
            (b"Basic QTp", 6),
            (b"Basic QTpC-_8", 6),
            (b"Basic \xff\xff\xff\xff", 6),
            (b"Basic QUJD", 6),
        ] {
            let error = Error::new(ErrorKind::AuthorizationMalformed, offset);
            assert_eq!(read(value), Err(error), "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for text in ["a\n:b", "a:b\0", "a:\x7f"] {
            assert!(read(basic(text.as_bytes()).as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_room_is_the_limit() {
        let mut longest = [b'p'; Credentials::MAX_LENGTH + 1];
        longest[1] = b':';
        assert!(read(basic(&longest[..Credentials::MAX_LENGTH]).as_bytes()).is_ok());
        assert!(read(basic(&longest).as_bytes()).is_err());
    }

    #[test]
    fn debug_hides_both_parts() {
        let credentials = Credentials { user: b"Aladdin", password: b"open sesame" };
        assert_eq!(format!("{credentials:?}"), "Credentials { .. }");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(value: Vec<u8>) {
            if let Err(error) = read(&value) {
                assert!(error.offset() <= value.len());
            }
            let _ = read(&[b"Basic ", &value[..]].concat());
        }

        #[test]
        fn whatever_is_encoded_is_read(user in "[^:\\x00-\\x1f\\x7f]{0,40}", password in "[^\\x00-\\x1f\\x7f]{0,40}") {
            let read = read(basic(format!("{user}:{password}").as_bytes()).as_bytes()).unwrap();
            assert_eq!(read, (user.into_bytes(), password.into_bytes()));
        }
    }
}
