//! The head of a request: what is known before a byte of body is read.

/// What a request's head says, as far as a receiver cares: it keeps references to a handful of headers, in whatever way
/// the server stores them, and notices the repetitions that matter.
///
/// ```
/// use ringback::Head;
///
/// let head = Head::new("POST", "/hook").header("content-type", b"application/json").header("Content-Length", b"1478");
/// assert_eq!(head.content_length(), Some(1478));
/// assert!(head.is_well_framed());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Head<'h> {
    method: &'h str,
    target: &'h str,
    authorization: Option<Secret<'h>>,
    authorization_repeated: bool,
    content_type: Option<&'h [u8]>,
    encoding: Encoding,
    length: Option<u64>,
    chunked: bool,
    well_framed: bool,
}

/// How the body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// One layer of gzip.
    Gzip,
    /// In a way that is not understood.
    Unsupported,
}

/// What the content type claims. Parameters and letter case do not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContentType {
    /// `application/json`, `text/json` or `+json`.
    Json,
    /// Any other `text/*`.
    Text,
    /// `audio/*` or `application/octet-stream`.
    Audio,
    /// Anything else, or no content type at all.
    Other,
}

/// Bytes that never appear in a debug print.
#[derive(Clone, Copy)]
struct Secret<'h>(&'h [u8]);

impl core::fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("<secret>")
    }
}

impl<'h> Head<'h> {
    /// The head of a request with this method and target, still without headers.
    #[must_use]
    pub const fn new(method: &'h str, target: &'h str) -> Head<'h> {
        Head {
            method,
            target,
            authorization: None,
            authorization_repeated: false,
            content_type: None,
            encoding: Encoding::Identity,
            length: None,
            chunked: false,
            well_framed: true,
        }
    }

    /// The head with one more header. Names are compared without regard to case; headers that no receiver needs are
    /// passed over. Every occurrence must be given, so that repetitions are seen.
    #[must_use]
    pub fn header(mut self, name: &str, value: &'h [u8]) -> Head<'h> {
        self.add(name, value);
        self
    }

    /// The same in place: a head is large, so moving it for each header takes code.
    #[cfg_attr(target_os = "none", inline(never))]
    pub fn add(&mut self, name: &str, value: &'h [u8]) {
        let value = value.trim_ascii();
        if name.eq_ignore_ascii_case("authorization") {
            self.authorization_repeated |= self.authorization.is_some();
            self.authorization = Some(Secret(value));
        } else if name.eq_ignore_ascii_case("content-type") {
            self.content_type = Some(value);
        } else if name.eq_ignore_ascii_case("content-encoding") {
            self.encoding = self.encoding.and(value);
        } else if name.eq_ignore_ascii_case("content-length") {
            let length = read_length(value);
            // The same length twice is tolerable (RFC 9112, section 6.3); two lengths are an attack.
            self.well_framed &=
                length.is_some() && !self.chunked && self.length.is_none_or(|known| length == Some(known));
            self.length = length;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.well_framed &= value.eq_ignore_ascii_case(b"chunked") && !self.chunked && self.length.is_none();
            self.chunked = true;
        }
    }

    /// The head with all of these headers.
    #[must_use]
    pub fn headers<'n>(self, headers: impl IntoIterator<Item = (&'n str, &'h [u8])>) -> Head<'h> {
        headers.into_iter().fold(self, |head, (name, value)| head.header(name, value))
    }

    /// The method, as sent.
    #[must_use]
    pub const fn method(&self) -> &'h str {
        self.method
    }

    /// The target: path and query, as sent.
    #[must_use]
    pub const fn target(&self) -> &'h str {
        self.target
    }

    /// The path of the target, without the query.
    #[must_use]
    pub fn path(&self) -> &'h str {
        let length = self.target.bytes().position(|byte| byte == b'?').unwrap_or(self.target.len());
        self.target.get(..length).unwrap_or_default()
    }

    /// The length of the body as announced, in bytes: of the compressed body, where it is compressed.
    #[must_use]
    pub const fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// How the body is compressed.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What the content type claims.
    #[must_use]
    pub fn content_type(&self) -> ContentType {
        ContentType::of(self.content_type.unwrap_or_default())
    }

    /// The content type as sent, if it is text.
    #[must_use]
    pub fn content_type_text(&self) -> Option<&'h str> {
        self.content_type.and_then(|value| crate::json::text(value).ok())
    }

    /// Whether the framing headers are clear: one length or chunks, not both.
    #[must_use]
    pub const fn is_well_framed(&self) -> bool {
        self.well_framed
    }

    /// The value of `Authorization`.
    pub(crate) fn authorization(&self) -> Option<&'h [u8]> {
        self.authorization.map(|Secret(value)| value)
    }

    /// Whether `Authorization` occurred more than once.
    pub(crate) const fn authorization_is_repeated(&self) -> bool {
        self.authorization_repeated
    }
}

impl Encoding {
    /// The encoding after one more `Content-Encoding` value: a second layer is not understood.
    fn and(self, value: &[u8]) -> Encoding {
        if value.is_empty() || value.eq_ignore_ascii_case(b"identity") {
            self
        } else if self == Encoding::Identity
            && (value.eq_ignore_ascii_case(b"gzip") || value.eq_ignore_ascii_case(b"x-gzip"))
        {
            Encoding::Gzip
        } else {
            Encoding::Unsupported
        }
    }
}

impl ContentType {
    fn of(value: &[u8]) -> ContentType {
        let media_type = value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
        let begins =
            |prefix: &[u8]| media_type.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
        let ends = |suffix: &[u8]| {
            let begin = media_type.len().checked_sub(suffix.len());
            begin.and_then(|at| media_type.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        if ends(b"/json") || ends(b"+json") {
            ContentType::Json
        } else if begins(b"text/") {
            ContentType::Text
        } else if begins(b"audio/") || media_type.eq_ignore_ascii_case(b"application/octet-stream") {
            ContentType::Audio
        } else {
            ContentType::Other
        }
    }
}

/// Digits only: a sign, a list or anything else makes the framing unclear.
fn read_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |length, digit| match digit {
        b'0'..=b'9' => length.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head<'static> {
        Head::new("POST", "/hook?x=1")
    }

    #[test]
    fn the_path_ends_at_the_query() {
        assert_eq!(head().path(), "/hook");
    }

    #[test]
    fn a_second_authorization_is_seen_whatever_its_case() {
        let once = head().header("Authorization", b"Basic YQ==");
        assert!(!once.authorization_is_repeated());
        assert!(once.header("AUTHORIZATION", b"Basic YQ==").authorization_is_repeated());
    }

    #[test]
    fn both_lengths_two_lengths_and_odd_lengths_are_badly_framed() {
        let length = |value: &'static [u8]| head().header("content-length", value);
        assert!(length(b"5").is_well_framed());
        assert!(length(b"5").header("content-length", b"5").is_well_framed());
        assert!(!length(b"5").header("content-length", b"6").is_well_framed());
        assert!(!length(b"5").header("transfer-encoding", b"chunked").is_well_framed());
        assert!(!head().header("transfer-encoding", b"chunked").header("content-length", b"5").is_well_framed());
        for odd in [&b"+5"[..], b"-1", b"5, 5", b"", b"0x5", b"99999999999999999999"] {
            assert!(!length(odd).is_well_framed(), "{odd:?}");
        }
        assert!(!head().header("transfer-encoding", b"gzip, chunked").is_well_framed());
    }

    #[test]
    fn content_types_are_known_with_parameters_and_in_any_case() {
        let of = |value: &'static [u8]| head().header("Content-Type", value).content_type();
        assert_eq!(of(b"Application/JSON; charset=utf-8"), ContentType::Json);
        assert_eq!(of(b"application/problem+json"), ContentType::Json);
        assert_eq!(of(b"text/plain"), ContentType::Text);
        assert_eq!(of(b"audio/ogg;codecs=opus"), ContentType::Audio);
        assert_eq!(of(b"application/octet-stream"), ContentType::Audio);
        assert_eq!(of(b"application/x-www-form-urlencoded"), ContentType::Other);
        assert_eq!(head().content_type(), ContentType::Other);
    }

    #[test]
    fn one_layer_of_gzip_is_understood_and_nothing_else() {
        let of = |value: &'static [u8]| head().header("Content-Encoding", value);
        assert_eq!(of(b"GZIP").encoding(), Encoding::Gzip);
        assert_eq!(of(b"identity").encoding(), Encoding::Identity);
        assert_eq!(of(b"br").encoding(), Encoding::Unsupported);
        assert_eq!(of(b"gzip, gzip").encoding(), Encoding::Unsupported);
        assert_eq!(of(b"gzip").header("content-encoding", b"gzip").encoding(), Encoding::Unsupported);
    }

    #[test]
    #[cfg(feature = "std")]
    fn credentials_never_appear_in_debug() {
        let head = head().header("authorization", b"Basic bWFya2Vy");
        assert!(!std::format!("{head:?}").contains("bWFya2Vy"));
    }

    #[test]
    fn what_was_sent_is_told_and_a_secret_is_not_printed() {
        let head =
            head().header("Authorization", b"Basic x").header("Content-Type", b"a/b").header("content-length", b"12");
        assert_eq!((head.method(), head.target()), ("POST", "/hook?x=1"));
        assert_eq!((head.content_length(), head.content_type_text()), (Some(12), Some("a/b")));
        assert_eq!(head.authorization(), Some(&b"Basic x"[..]));
        assert!(std::format!("{head:?}").contains("authorization: Some(<secret>)"));
    }

    #[test]
    fn chunks_are_well_framed_once() {
        let chunked = head().header("transfer-encoding", b"chunked");
        assert!(chunked.is_well_framed());
        assert!(!chunked.header("transfer-encoding", b"chunked").is_well_framed());
    }
}
