//! What a body is: JSON, text, audio, or something that cannot be handled.

use crate::credential::TicketUse;
use crate::error::{Error, ErrorKind};
use crate::head::ContentType;
use crate::identity::Class;
use crate::json;
use crate::limits::FAILURE_TEXT;
use crate::payload::{Kind, Payload};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a body is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "nearly every body is JSON, and nothing here can allocate")]
pub enum Content<'b> {
    /// A JSON payload.
    Json(Payload<'b>),
    /// Plain text: a failure.
    Text(&'b str),
    /// Synthesised speech.
    Audio(&'b [u8]),
    /// The beginning of a document; the error says where it ends.
    Incomplete(&'b [u8], Error),
    /// Not what it claims to be; the error says where and why.
    Malformed(&'b [u8], Error),
}

impl<'b> Content<'b> {
    /// JSON by content type or first byte; then text; then audio.
    #[inline(never)]
    pub(super) fn of(body: &'b [u8], claimed: ContentType, for_use: Option<TicketUse>) -> Content<'b> {
        let looks_like_json = claimed == ContentType::Json
            || match body.trim_ascii_start() {
                // Nothing has come yet of whatever it was to be.
                [] => claimed != ContentType::Audio || body.is_empty(),
                [b'{' | b'[', ..] => true,
                rest => rest.starts_with(BYTE_ORDER_MARK),
            };
        if looks_like_json {
            match Payload::parse(body) {
                Ok(payload) => return Content::Json(payload),
                // The first sample of raw audio can be a brace.
                Err(_) if claimed == ContentType::Audio && text(body).is_none() => return Content::Audio(body),
                Err(error) if error.kind().is_incomplete() => return Content::Incomplete(body, error),
                Err(error) => return Content::Malformed(body, error),
            }
        }
        if claimed == ContentType::Text {
            return match json::text(body) {
                Ok(text) => Content::Text(text),
                Err(error) => Content::Malformed(body, error),
            };
        }
        match text(body) {
            Some(text) if body.len() <= FAILURE_TEXT => Content::Text(text),
            // A stream has no audio.
            _ if for_use == Some(TicketUse::Stream) => Content::Malformed(body, ErrorKind::ExpectedValue.into()),
            _ => Content::Audio(body),
        }
    }

    /// The payload, if it is JSON.
    #[must_use]
    pub const fn payload(&self) -> Option<&Payload<'b>> {
        match self {
            Content::Json(payload) => Some(payload),
            _ => None,
        }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Content::Json(payload) => payload.kind(),
            Content::Text(_) => Kind::Failure,
            Content::Audio(_) => Kind::Audio,
            Content::Incomplete(..) | Content::Malformed(..) => Kind::Unknown,
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'b [u8] {
        match self {
            Content::Json(payload) => payload.document().text().as_bytes(),
            Content::Text(text) => text.as_bytes(),
            Content::Audio(bytes) | Content::Incomplete(bytes, _) | Content::Malformed(bytes, _) => bytes,
        }
    }

    #[inline(never)]
    pub(super) fn class(&self) -> Class {
        match self {
            Content::Incomplete(..) => Class::Incomplete,
            Content::Malformed(..) => Class::Malformed,
            Content::Json(payload) if payload.utterance_end().is_some_and(|end| !end.has_time()) => Class::Timeless,
            _ => Class::Kind(self.kind()),
        }
    }
}

/// The body as text, if it is UTF-8 without control characters other than those of white space.
fn text(body: &[u8]) -> Option<&str> {
    let is_printable = |&byte: &u8| byte >= b' ' && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r');
    json::text(body).ok().filter(|_| body.iter().all(is_printable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(body: &[u8], claimed: ContentType) -> &'static str {
        match Content::of(body, claimed, None) {
            Content::Json(_) => "json",
            Content::Text(_) => "text",
            Content::Audio(_) => "audio",
            Content::Incomplete(..) => "incomplete",
            Content::Malformed(..) => "malformed",
        }
    }

    #[test]
    fn json_is_known_by_its_first_byte_or_by_its_content_type() {
        assert_eq!(kind(b" \n{\"a\":1}", ContentType::Other), "json");
        assert_eq!(kind(b"{\"a\":1}", ContentType::Text), "json");
        assert_eq!(kind(b"{\"a\":1}", ContentType::Audio), "json");
        assert_eq!(kind(b"\"a\"", ContentType::Json), "json");
        assert_eq!(kind(b"\"a\"", ContentType::Other), "text");
    }

    #[test]
    fn a_document_that_was_cut_is_told_from_one_that_is_wrong() {
        assert_eq!(kind(b"", ContentType::Audio), "incomplete");
        assert_eq!(kind(b" \r\n", ContentType::Other), "incomplete");
        assert_eq!(kind(b"\xef\xbb\xbf{}", ContentType::Other), "malformed");
        assert_eq!(kind(b"{\"a\":", ContentType::Other), "incomplete");
        assert_eq!(kind(b"{\"a\":x", ContentType::Other), "malformed");
        assert_eq!(kind(b"plain", ContentType::Json), "malformed");
    }

    #[test]
    fn short_printable_text_is_a_failure_and_anything_else_is_audio() {
        assert_eq!(kind(b"UUID parsing failed\n", ContentType::Other), "text");
        assert_eq!(kind(b"UUID parsing failed\n", ContentType::Audio), "text");
        assert_eq!(kind(b"RIFF\x24\x00\x00\x00WAVE", ContentType::Other), "audio");
        assert_eq!(kind(&[b'x'; FAILURE_TEXT + 1], ContentType::Other), "audio");
        assert_eq!(kind(&[b'x'; FAILURE_TEXT + 1], ContentType::Text), "text");
        assert_eq!(kind(b"\xff", ContentType::Text), "malformed");
    }

    #[test]
    fn audio_may_begin_with_a_brace() {
        assert_eq!(kind(b"{\x00\x01\xfe", ContentType::Audio), "audio");
        assert_eq!(kind(b"[\xff\xfe\xfd", ContentType::Audio), "audio");
        assert_eq!(kind(b"{\x00\x01\xfe", ContentType::Other), "malformed");
        assert_eq!(kind(b"{cut", ContentType::Audio), "malformed");
    }

    /// Or one half of a document would be a repeat of the other, or of anything else that is unknown.
    #[test]
    fn what_cannot_be_handled_is_identified_apart_from_what_is_unknown() {
        let class = |body| Content::of(body, ContentType::Json, None).class();
        assert_eq!(class(b"{"), Class::Incomplete);
        assert_eq!(class(b"{x"), Class::Malformed);
        assert_eq!(class(b"{}"), Class::Kind(Kind::Unknown));
    }

    #[test]
    fn a_stream_has_no_audio() {
        assert!(matches!(Content::of(b"\x00", ContentType::Audio, Some(TicketUse::Stream)), Content::Malformed(..)));
    }
}
