//! The callback URL of a submission: built, and checked before Deepgram sees it.
//!
//! A callback URL that is wrong is refused at once, at best; at worst the submission is accepted and its transcript
//! has nowhere to go, for Deepgram keeps no copy. So everything that is known to go wrong is refused here, with a
//! message that names the cure, and what is merely unwise is a [`Warning`].
//!
//! The URL is written in one of two ways. [`write_raw`](CallbackUrl::write_raw) gives the URL as it is: user name and
//! password are percent-encoded as RFC 3986 section 3.2.1 wants them. It is for the official SDKs, which encode
//! it as a query value themselves. [`write_encoded`](CallbackUrl::write_encoded) encodes all of it once more, for
//! programs that put together `...?callback=` by themselves.
//!
//! ```
//! use ringback::ErrorKind;
//! use ringback::callback_url::CallbackUrl;
//!
//! let mut url = String::new();
//! let warnings = CallbackUrl::new("https://example.com/hook?a=b").basic("user", "p@ss").write_raw(&mut url)?;
//! assert_eq!(url, "https://user:p%40ss@example.com/hook?a=b");
//! assert!(warnings.is_empty());
//!
//! let refused = CallbackUrl::new("https://example.com:3000/hook").check().unwrap_err();
//! assert_eq!((refused.kind(), refused.offset()), (ErrorKind::UrlPort, 20));
//! # Ok::<(), ringback::Error>(())
//! ```

mod parts;
mod warning;

use core::fmt::{self, Write};

use crate::credential::{ExtraSecret, TicketText};
use crate::error::{Error, ErrorKind};
use parts::{Parts, Rules};

pub use warning::{Warning, Warnings};

/// A callback URL in the making: a base URL, and how its credentials travel.
///
/// What is given is checked when the URL is checked or written. Debug shows the URL without its credentials.
#[derive(Clone)]
#[must_use]
pub struct CallbackUrl<'c> {
    base: &'c str,
    carried: Carried<'c>,
    rules: Rules,
    /// The first refusal of something that is no part of the URL.
    refused: Option<Error>,
}

/// The credentials that are added to the base URL, by the way they take.
#[derive(Clone, Copy)]
enum Carried<'c> {
    Nothing,
    UserInfo { user: &'c str, password: &'c str },
    Path(&'c str),
    Extra { key: &'c str, value: &'c str },
}

impl<'c> CallbackUrl<'c> {
    /// The longest URL that gives no warning, in bytes.
    pub const LONG: usize = 1024;
    /// The most characters of a tag.
    pub const MAX_TAG_LENGTH: usize = 128;

    /// A callback to `base`: a whole URL, of which path and query are kept.
    pub const fn new(base: &'c str) -> CallbackUrl<'c> {
        let rules = Rules { any_port: false, stream: false };
        CallbackUrl { base, carried: Carried::Nothing, rules, refused: None }
    }

    /// Carries a ticket as user name and password: it comes back as `Authorization`.
    pub fn ticket(mut self, ticket: &'c TicketText) -> CallbackUrl<'c> {
        self.carried = Carried::UserInfo { user: ticket.user(), password: ticket.password() };
        self
    }

    /// Carries a ticket as the last segment of the path, for proxies that strip `Authorization`. Paths are written to
    /// logs more often than headers are.
    pub fn ticket_in_path(mut self, ticket: &'c TicketText) -> CallbackUrl<'c> {
        self.carried = Carried::Path(ticket.as_str());
        self
    }

    /// Carries a ticket as extra metadata, for proxies that strip `Authorization`. It is no part of the URL: the
    /// submission has to send [`extra_pair`](CallbackUrl::extra_pair) along. Only `/v1/listen` takes it.
    pub fn ticket_in_extra(mut self, key: &'c str, ticket: &'c TicketText) -> CallbackUrl<'c> {
        self.carried = Carried::Extra { key, value: ticket.as_str() };
        self.extra(key, ticket.as_str())
    }

    /// Carries a fixed user name and password.
    pub fn basic(mut self, user: &'c str, password: &'c str) -> CallbackUrl<'c> {
        self.carried = Carried::UserInfo { user, password };
        if let Some(at) = user.find(':') {
            self = self.refuse(Error::new(ErrorKind::UrlUserColon, at));
        }
        for (text, kind) in [(user, ErrorKind::UserInvalid), (password, ErrorKind::PasswordInvalid)] {
            if text.is_empty() {
                self = self.refuse(kind.into());
            } else if let Some(at) = text.bytes().position(|byte| byte.is_ascii_control()) {
                self = self.refuse(Error::new(kind, at));
            }
        }
        self
    }

    /// Whether ports other than 80, 443, 8080 and 8443 are let through: for a self-hosted Deepgram, which calls any
    /// port, and for tests.
    pub const fn any_port(mut self, any_port: bool) -> CallbackUrl<'c> {
        self.rules.any_port = any_port;
        self
    }

    /// Whether the submission is a stream, so that `ws` and `wss` are let through.
    pub const fn stream(mut self, stream: bool) -> CallbackUrl<'c> {
        self.rules.stream = stream;
        self
    }

    /// Checks the `callback_method` that is sent along: `POST` or `PUT`, in any case.
    pub fn method(self, method: &str) -> CallbackUrl<'c> {
        let is = |name: &str| method.eq_ignore_ascii_case(name);
        if is("POST") || is("PUT") {
            return self;
        }
        let loses = is("GET") || is("DELETE");
        self.refuse(if loses { ErrorKind::MethodLosesBody } else { ErrorKind::MethodUnknown }.into())
    }

    /// Checks a pair of extra metadata that is sent along: a key without a colon, and 2,048 characters in all.
    pub fn extra(self, key: &str, value: &str) -> CallbackUrl<'c> {
        if key.is_empty() {
            return self.refuse(ErrorKind::ExtraInvalid.into());
        }
        if let Some(at) = key.find(':') {
            return self.refuse(Error::new(ErrorKind::ExtraInvalid, at));
        }
        if key.chars().count() + 1 + value.chars().count() > ExtraSecret::MAX_PAIR_LENGTH {
            return self.refuse(ErrorKind::ExtraTooLong.into());
        }
        self
    }

    /// Checks a tag that is sent along: 128 characters at most.
    pub fn tag(self, tag: &str) -> CallbackUrl<'c> {
        match tag.char_indices().nth(Self::MAX_TAG_LENGTH) {
            Some((at, _)) => self.refuse(Error::new(ErrorKind::TagTooLong, at)),
            None => self,
        }
    }

    /// Checks the URL and what was said about the submission. A base URL that is whole already, credentials and all, is
    /// checked the same way.
    ///
    /// # Errors
    ///
    /// The first refusal: of what goes along, in the order in which it was given, then of the URL, with its offset in
    /// the base URL. It is one of the kinds 401 to 414, [`ErrorKind::UserInvalid`] or [`ErrorKind::PasswordInvalid`].
    pub fn check(&self) -> Result<Warnings, Error> {
        self.checked().map(|(_, warnings)| warnings)
    }

    /// Writes the URL. Whoever has it can deliver, so it belongs into a submission and into no log.
    ///
    /// # Errors
    ///
    /// As [`CallbackUrl::check`], and then nothing is written; [`ErrorKind::BufferTooSmall`] if `out` is full.
    pub fn write_raw(&self, out: &mut impl Write) -> Result<Warnings, Error> {
        let (parts, warnings) = self.checked()?;
        self.compose(&parts, true, out).map_err(|_| Error::from(ErrorKind::BufferTooSmall))?;
        Ok(warnings)
    }

    /// Writes the URL as a query value: every byte but letters, digits, `-`, `.`, `_` and `~` is percent-encoded,
    /// including the percent signs of the URL itself.
    ///
    /// # Errors
    ///
    /// As [`CallbackUrl::write_raw`].
    pub fn write_encoded(&self, out: &mut impl Write) -> Result<Warnings, Error> {
        self.write_raw(&mut Percent(out))
    }

    /// The key and the value of the extra metadata that must be sent along, if a ticket travels that way. The value is
    /// a secret.
    #[must_use]
    pub const fn extra_pair(&self) -> Option<(&'c str, &'c str)> {
        match self.carried {
            Carried::Extra { key, value } => Some((key, value)),
            _ => None,
        }
    }

    /// Remembers the first refusal.
    fn refuse(mut self, error: Error) -> CallbackUrl<'c> {
        self.refused.get_or_insert(error);
        self
    }

    fn checked(&self) -> Result<(Parts, Warnings), Error> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let parts = Parts::parse(self.base, self.rules)?;
        // A proxy may want credentials of its own, and then the ticket goes another way.
        if parts.userinfo.is_some() && matches!(self.carried, Carried::UserInfo { .. }) {
            return Err(Error::new(ErrorKind::UrlHasCredentials, parts.authority));
        }
        let mut length = Length(0);
        // A length takes any text.
        let _ = self.compose(&parts, true, &mut length);
        let carries = parts.userinfo.is_some() || !matches!(self.carried, Carried::Nothing);
        let mut warnings = Warnings::default();
        if carries && !parts.secure {
            warnings.insert(Warning::CredentialsInClear);
        }
        if length.0 > Self::LONG {
            warnings.insert(Warning::UrlLong);
        }
        Ok((parts, warnings))
    }

    /// Writes the URL, or with `***` in place of credentials.
    fn compose(&self, parts: &Parts, reveal: bool, out: &mut impl Write) -> fmt::Result {
        let base = self.base;
        out.write_str(&base[..parts.authority])?;
        match (self.carried, &parts.userinfo) {
            (Carried::UserInfo { .. }, _) | (_, Some(_)) if !reveal => out.write_str("***@")?,
            (Carried::UserInfo { user, password }, _) => {
                Percent(out).write_str(user)?;
                out.write_char(':')?;
                Percent(out).write_str(password)?;
                out.write_char('@')?;
            }
            (_, Some(_)) => out.write_str(&base[parts.authority..parts.host])?,
            (_, None) => {}
        }
        let front = &base[parts.host..parts.path_end];
        out.write_str(front)?;
        if let Carried::Path(ticket) = self.carried {
            if !front.ends_with('/') {
                out.write_char('/')?;
            }
            out.write_str(if reveal { ticket } else { "***" })?;
        }
        out.write_str(&base[parts.path_end..])
    }
}

impl fmt::Debug for CallbackUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackUrl(")?;
        match Parts::parse(self.base, self.rules) {
            Ok(parts) => self.compose(&parts, false, f)?,
            // What cannot be taken apart may hold credentials anywhere.
            Err(error) => write!(f, "{error}")?,
        }
        f.write_char(')')
    }
}

/// Percent-encodes whatever is written through it, but for the unreserved characters of RFC 3986 section 2.3.
struct Percent<'w, W>(&'w mut W);

impl<W: Write> Write for Percent<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while !rest.is_empty() {
            let plain = rest.find(|c: char| !is_unreserved(c)).unwrap_or(rest.len());
            self.0.write_str(&rest[..plain])?;
            let mut characters = rest[plain..].chars();
            if let Some(character) = characters.next() {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    write!(self.0, "%{byte:02X}")?;
                }
            }
            rest = characters.as_str();
        }
        Ok(())
    }
}

fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~')
}

/// Counts the bytes that are written.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{format, string::String, vec::Vec};

    use super::*;
    use crate::credential::{Audience, Job, Keyring, TicketKey, TicketUse};
    use crate::time::Expiry;

    const TICKET: &str = "r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1:kj_jjZqQUBqruqFeDQN8sQ";

    fn ticket() -> TicketText {
        let master: [u8; 32] = core::array::from_fn(|at| at as u8);
        let keys = [TicketKey::new(&master, Audience::default()).unwrap()];
        let tid = core::array::from_fn(|at| 0xf0 + at as u8);
        let expiry = Expiry::At(1_795_219_200_000);
        let keyring = Keyring::new(&keys).unwrap();
        keyring.mint(TicketUse::Document, Job::parse("job-1").unwrap(), expiry, tid, 1_795_000_000_000).unwrap()
    }

    fn raw(url: &CallbackUrl<'_>) -> String {
        let mut text = String::new();
        url.write_raw(&mut text).unwrap();
        text
    }

    fn encoded(url: &CallbackUrl<'_>) -> String {
        let mut text = String::new();
        url.write_encoded(&mut text).unwrap();
        text
    }

    fn warned(url: &CallbackUrl<'_>) -> Vec<Warning> {
        url.check().unwrap().iter().collect()
    }

    fn refused(url: &CallbackUrl<'_>) -> (ErrorKind, usize) {
        let error = url.check().unwrap_err();
        (error.kind(), error.offset())
    }

    /// Asserts that each URL is refused with this kind at the byte that the caret is in front of.
    fn assert_refused(kind: ErrorKind, urls: &[&str]) {
        for marked in urls {
            let offset = marked.find('¬').unwrap();
            let url = marked.replacen('¬', "", 1);
            assert_eq!(refused(&CallbackUrl::new(&url)), (kind, offset), "{url}");
        }
    }

    #[test]
    fn a_ticket_travels_as_user_name_and_password() {
        let ticket = ticket();
        let url = CallbackUrl::new("https://example.com/hook?tenant=7").ticket(&ticket);
        assert_eq!(raw(&url), format!("https://{TICKET}@example.com/hook?tenant=7"));
        assert_eq!(warned(&url), []);
        assert_eq!(url.extra_pair(), None);
    }

    #[test]
    fn encoded_it_is_a_query_value() {
        let ticket = ticket();
        let url = CallbackUrl::new("https://example.com/hook?tenant=7").ticket(&ticket);
        let user = TICKET.replace(':', "%3A");
        assert_eq!(encoded(&url), format!("https%3A%2F%2F{user}%40example.com%2Fhook%3Ftenant%3D7"));
    }

    #[test]
    fn user_name_and_password_are_encoded_once_and_twice() {
        let url = CallbackUrl::new("https://example.com/").basic("us er", "p@s:s%/\u{e9}~");
        assert_eq!(raw(&url), "https://us%20er:p%40s%3As%25%2F%C3%A9~@example.com/");
        assert_eq!(encoded(&url), "https%3A%2F%2Fus%2520er%3Ap%2540s%253As%2525%252F%25C3%25A9~%40example.com%2F");
    }

    #[test]
    fn a_written_url_passes_the_check_as_a_whole() {
        let text = raw(&CallbackUrl::new("https://example.com/").basic("us er", "p@s:s%/\u{e9}~"));
        assert_eq!(raw(&CallbackUrl::new(&text)), text);
    }

    #[test]
    fn a_ticket_travels_as_the_last_segment_of_the_path() {
        let ticket = ticket();
        for (base, expected) in [
            ("https://example.com", format!("https://example.com/{TICKET}")),
            ("https://example.com/", format!("https://example.com/{TICKET}")),
            ("https://example.com/hook", format!("https://example.com/hook/{TICKET}")),
            ("https://example.com/hook/", format!("https://example.com/hook/{TICKET}")),
            ("https://example.com/hook?a=b/c", format!("https://example.com/hook/{TICKET}?a=b/c")),
            ("https://example.com?a=b", format!("https://example.com/{TICKET}?a=b")),
            ("https://proxy:pass@example.com/hook", format!("https://proxy:pass@example.com/hook/{TICKET}")),
        ] {
            assert_eq!(raw(&CallbackUrl::new(base).ticket_in_path(&ticket)), expected);
        }
    }

    #[test]
    fn a_ticket_travels_as_extra_metadata_outside_the_url() {
        let ticket = ticket();
        let url = CallbackUrl::new("https://example.com/hook").ticket_in_extra(ExtraSecret::DEFAULT_KEY, &ticket);
        assert_eq!(raw(&url), "https://example.com/hook");
        assert_eq!(url.extra_pair(), Some(("callback_secret", TICKET)));
        let nameless = CallbackUrl::new("https://example.com/hook").ticket_in_extra("", &ticket);
        assert_eq!(refused(&nameless).0, ErrorKind::ExtraInvalid);
    }

    #[test]
    fn good_urls_are_kept_as_they_are() {
        for base in [
            "http://example.com",
            "HTTPS://Example.COM/Hook",
            "https://example.com?q",
            "https://example.com:443/",
            "https://example.com:/",
            "http://example.com:80",
            "http://example.com:8080/a/b;c=d/%7Euser/?x=%C3%A9&y=[1]@:",
            "https://sub.example.com.:8443/",
            "https://xn--bcher-kva.example/",
            "https://192.0.2.7/hook",
            "https://[2001:db8::1]/hook",
            "https://[::ffff:192.0.2.7]:8443/hook",
            "https://user:pass@example.com/@",
            "https://user:pa:ss@[2001:db8::1]:443/",
        ] {
            assert_eq!(raw(&CallbackUrl::new(base)), base);
        }
    }

    #[test]
    fn malformed_urls_are_refused() {
        assert_refused(
            ErrorKind::UrlMalformed,
            &[
                "¬",
                "¬ https://example.com",
                "https://example.com/a¬ b",
                "https://example.com/¬\n",
                "https://example.com/¬\u{e9}",
                "https://b¬\u{fc}cher.example/",
                "https://example.com/¬%4",
                "https://example.com/¬%zz",
                "https://example.com¬\\hook",
                "https://example.com/¬{id}",
                "https¬:example.com",
                "https¬:/example.com",
                "https://exa¬%6Dple.com/",
                "https://exa¬*mple.com/",
                "https://example.¬.com/",
                "https://¬.example.com/",
                "https://¬300.0.2.7/",
                "https://¬1.2.3/",
                "https://[¬2001:db8::1::2]/",
                "https://¬[2001:db8::1/",
                "https://[2001:db8::1]¬x/",
                "https://[¬fe80::1%25eth0]/",
                "https://example.com:¬x/",
                "https://example.com:80¬:80/",
                "https://example.com:¬0/",
                "https://example.com:¬65536/",
                "https://example.com:¬99999999999999999999/",
                "https://us¬@er:pass@example.com/",
                "https://us¬[er:pass@example.com/",
            ],
        );
        let label = format!("https://¬{}.com/", "a".repeat(64));
        let name = format!("https://{}¬{}", "a.".repeat(126) + "a", "aaa");
        assert_refused(ErrorKind::UrlMalformed, &[&label, &name]);
    }

    #[test]
    fn a_scheme_without_its_slashes_is_malformed() {
        assert_refused(ErrorKind::UrlMalformed, &["http¬:/a.example", "https¬:a", "ws¬:/a.example", "wss¬:a.example"]);
    }

    #[test]
    fn a_host_may_be_as_long_as_the_name_system_allows() {
        let label = "a".repeat(63);
        let longest = [&label[..], &label, &label, &label[..61]].join(".");
        assert_eq!(longest.len(), 253);
        for (host, good) in
            [(longest.clone(), true), (longest + "a", false), (label.clone(), true), (label + "a", false)]
        {
            assert_eq!(CallbackUrl::new(&format!("https://{host}/")).check().is_ok(), good, "{host}");
        }
    }

    #[test]
    fn a_scheme_is_mandatory() {
        let urls = ["¬example.com/hook", "¬localhost:8080/hook", "¬//example.com/hook", "¬/hook?u=https://example.com"];
        assert_refused(ErrorKind::UrlSchemeMissing, &urls);
        assert_refused(ErrorKind::UrlSchemeMissing, &["¬://example.com", "¬1http://example.com"]);
    }

    #[test]
    fn only_http_and_https_are_called() {
        let urls = ["¬ftp://example.com/", "¬ws://example.com/", "¬wss://example.com/", "¬httpss://example.com/"];
        assert_refused(ErrorKind::UrlSchemeUnsupported, &urls);
    }

    #[test]
    fn a_stream_may_be_sent_to_a_web_socket() {
        for base in ["wss://example.com/", "https://example.com/", "ws://example.com/"] {
            assert!(CallbackUrl::new(base).stream(true).check().is_ok(), "{base}");
        }
        assert_eq!(refused(&CallbackUrl::new("ftp://x/").stream(true)), (ErrorKind::UrlSchemeUnsupported, 0));
    }

    #[test]
    fn a_host_is_mandatory() {
        let urls = ["https://¬", "https://¬/hook", "https://¬?q", "https://¬:443/", "https://user:pass@¬/hook"];
        assert_refused(ErrorKind::UrlHostMissing, &urls);
    }

    #[test]
    fn a_host_has_no_underscore() {
        assert_refused(ErrorKind::UrlHostUnderscore, &["https://my¬_host.example.com/", "https://u:p@¬_a.b/"]);
        assert!(CallbackUrl::new("https://example.com/my_hook").check().is_ok());
    }

    #[test]
    fn only_four_ports_are_called() {
        let urls = ["http://localhost:¬3000/", "https://example.com:¬8000", "https://[::1]:¬81/", "https://a:¬22?q"];
        assert_refused(ErrorKind::UrlPort, &urls);
        for port in [1, 3000, 65535] {
            let url = format!("https://example.com:{port}/");
            assert!(CallbackUrl::new(&url).any_port(true).check().is_ok(), "{url}");
        }
    }

    #[test]
    fn a_fragment_is_refused() {
        assert_refused(ErrorKind::UrlFragment, &["https://example.com¬#a", "https://example.com/hook?q¬#a#b"]);
    }

    #[test]
    fn credentials_are_not_given_twice() {
        let ticket = ticket();
        let base = "https://user:pass@example.com/";
        assert_eq!(refused(&CallbackUrl::new(base).ticket(&ticket)), (ErrorKind::UrlHasCredentials, 8));
        assert_eq!(refused(&CallbackUrl::new(base).basic("u", "p")), (ErrorKind::UrlHasCredentials, 8));
        assert!(CallbackUrl::new(base).ticket_in_extra("k", &ticket).check().is_ok());
    }

    #[test]
    fn a_user_name_has_no_colon() {
        let base = "https://example.com/";
        assert_eq!(refused(&CallbackUrl::new(base).basic("us:er", "p")), (ErrorKind::UrlUserColon, 2));
        assert_refused(ErrorKind::UrlUserColon, &["https://us¬%3Aer:pass@a/", "https://us¬%3aer:pass@a/"]);
    }

    #[test]
    fn user_name_and_password_are_what_basic_can_carry() {
        use ErrorKind::{PasswordInvalid, UserInvalid};
        let base = "https://example.com/";
        assert_eq!(refused(&CallbackUrl::new(base).basic("", "p")), (UserInvalid, 0));
        assert_eq!(refused(&CallbackUrl::new(base).basic("u\n", "p")), (UserInvalid, 1));
        assert_eq!(refused(&CallbackUrl::new(base).basic("u", "")), (PasswordInvalid, 0));
        assert_eq!(refused(&CallbackUrl::new(base).basic("u", "pp\0")), (PasswordInvalid, 2));
        assert_refused(UserInvalid, &["https://¬@a/", "https://¬:pass@a/", "https://u¬%0A:pass@a/"]);
        assert_refused(PasswordInvalid, &["https://user¬@a/", "https://user:¬@a/", "https://user:p¬%7f@a/"]);
    }

    #[test]
    fn a_method_has_a_body() {
        let url = || CallbackUrl::new("https://example.com/");
        for method in ["POST", "PUT", "put", "Post"] {
            assert!(url().method(method).check().is_ok(), "{method}");
        }
        for method in ["GET", "delete"] {
            assert_eq!(refused(&url().method(method)).0, ErrorKind::MethodLosesBody, "{method}");
            assert_eq!(refused(&url().stream(true).method(method)).0, ErrorKind::MethodLosesBody, "{method}");
        }
        for method in ["", "PATCH", "POST ", "true"] {
            assert_eq!(refused(&url().method(method)).0, ErrorKind::MethodUnknown, "{method}");
        }
    }

    #[test]
    fn extra_metadata_has_a_key_and_2048_characters() {
        let url = || CallbackUrl::new("https://example.com/");
        assert!(url().extra("k", &"\u{e4}".repeat(2046)).extra("k", "").check().is_ok());
        assert_eq!(refused(&url().extra("k", &"v".repeat(2047))).0, ErrorKind::ExtraTooLong);
        assert_eq!(refused(&url().extra("", "v")), (ErrorKind::ExtraInvalid, 0));
        assert_eq!(refused(&url().extra("a:b", "v")), (ErrorKind::ExtraInvalid, 1));
    }

    #[test]
    fn a_tag_has_128_characters_at_most() {
        let url = || CallbackUrl::new("https://example.com/");
        assert!(url().tag(&"\u{e4}".repeat(128)).check().is_ok());
        assert_eq!(refused(&url().tag(&"t".repeat(129))), (ErrorKind::TagTooLong, 128));
    }

    #[test]
    fn the_first_refusal_is_told() {
        let url = CallbackUrl::new("nothing").extra("", "").method("GET");
        assert_eq!(refused(&url).0, ErrorKind::ExtraInvalid);
    }

    #[test]
    fn credentials_in_clear_are_warned_of() {
        let ticket = ticket();
        let clear = [Warning::CredentialsInClear];
        let http = || CallbackUrl::new("http://example.com/");
        assert_eq!(warned(&http().ticket(&ticket)), clear);
        assert_eq!(warned(&http().ticket_in_path(&ticket)), clear);
        assert_eq!(warned(&http().ticket_in_extra("k", &ticket)), clear);
        assert_eq!(warned(&http().basic("u", "p")), clear);
        assert_eq!(warned(&CallbackUrl::new("http://u:p@example.com/")), clear);
        assert_eq!(warned(&CallbackUrl::new("ws://u:p@example.com/").stream(true)), clear);
        assert_eq!(warned(&http()), []);
        assert_eq!(warned(&CallbackUrl::new("wss://u:p@example.com/").stream(true)), []);
    }

    #[test]
    fn a_long_url_is_warned_of() {
        let ticket = ticket();
        let base = format!("https://example.com/{}", "p".repeat(1024 - 20 - TICKET.len() - 1));
        let url = CallbackUrl::new(&base).ticket(&ticket);
        assert_eq!(raw(&url).len(), 1024);
        assert_eq!(warned(&url), []);
        let longer = format!("{base}p");
        assert_eq!(warned(&CallbackUrl::new(&longer).ticket(&ticket)), [Warning::UrlLong]);
        let clear = longer.replace("https", "httP") + "p";
        assert_eq!(warned(&CallbackUrl::new(&clear).ticket(&ticket)), Warning::ALL);
    }

    #[test]
    fn a_full_buffer_is_an_error() {
        let mut small = heapless::String::<8>::new();
        let error = CallbackUrl::new("https://example.com/").write_raw(&mut small).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BufferTooSmall);
    }

    #[test]
    fn nothing_is_written_of_a_refused_url() {
        let mut text = String::new();
        assert!(CallbackUrl::new("https://a_b/").write_raw(&mut text).is_err());
        assert_eq!(text, "");
    }

    #[test]
    fn debug_hides_credentials() {
        let ticket = ticket();
        let show = |url: CallbackUrl<'_>| format!("{url:?}");
        let base = "https://example.com/hook?a=b";
        let masked = "CallbackUrl(https://***@example.com/hook?a=b)";
        assert_eq!(show(CallbackUrl::new(base)), "CallbackUrl(https://example.com/hook?a=b)");
        assert_eq!(show(CallbackUrl::new(base).ticket(&ticket)), masked);
        assert_eq!(show(CallbackUrl::new(base).basic("user", "pass")), masked);
        assert_eq!(show(CallbackUrl::new("https://user:pass@example.com/hook?a=b")), masked);
        assert_eq!(
            show(CallbackUrl::new("https://user:pass@example.com/").ticket_in_path(&ticket)),
            "CallbackUrl(https://***@example.com/***)"
        );
        assert_eq!(
            show(CallbackUrl::new("https://example.com/").ticket_in_extra("k", &ticket)),
            "CallbackUrl(https://example.com/)"
        );
        assert!(!show(CallbackUrl::new("https://user:hidden@exam ple.com/")).contains("hidden"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_checked_without_panic(base in "\\PC*|(https?|wss?)://[a-z0-9@:%\\[\\]._?#/é]{0,40}") {
            let url = CallbackUrl::new(&base).stream(true);
            if let Err(error) = url.check() {
                assert!(error.offset() <= base.len());
            } else {
                assert_eq!(raw(&url), base);
            }
            let _ = format!("{url:?}");
        }

        #[test]
        fn any_pair_that_is_accepted_gives_a_url_that_is(user in "[^:\\x00-\\x1f\\x7f]{1,20}", password in "\\PC{1,20}") {
            let text = raw(&CallbackUrl::new("https://example.com/").basic(&user, &password));
            assert!(text.is_ascii());
            assert!(CallbackUrl::new(&text).check().is_ok(), "{text}");
        }
    }
}
