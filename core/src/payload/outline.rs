//! The members by which a payload is known, found in one walk that jumps over everything else.

use super::{Kind, Metadata, Results, View};
use crate::json::{Document, Object, Str, Value};

/// The telling members of the root object: `None` where absent or null, the last one where repeated.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outline<'a> {
    pub(super) kind: Option<Value<'a>>,
    pub(super) request_id: Option<Value<'a>>,
    pub(super) results: Option<Results<'a>>,
    metadata: Option<Value<'a>>,
    channel: Option<Value<'a>>,
    channel_index: Option<Value<'a>>,
    last_word_end: Option<Value<'a>>,
    timestamp: Option<Value<'a>>,
    sha256: Option<Value<'a>>,
    transaction_key: Option<Value<'a>>,
    err_code: Option<Value<'a>>,
    err_msg: Option<Value<'a>>,
    error_code: Option<Value<'a>>,
    category: Option<Value<'a>>,
    message: Option<Value<'a>>,
    details: Option<Value<'a>>,
    sequence_id: Option<Value<'a>>,
}

impl<'a> Outline<'a> {
    pub(super) fn of(document: &Document<'a>) -> Outline<'a> {
        let mut outline = Outline::default();
        for (name, value) in document.members() {
            let found = (!value.is_null()).then_some(value);
            let mut decoded = [0; NAME_MAX];
            let place = match plain_name(&name, &mut decoded) {
                Some("results") => {
                    outline.results =
                        found.and_then(|value| value.as_object()).map(|object| Results::find(document, object));
                    continue;
                }
                Some("type") => &mut outline.kind,
                Some("request_id") => &mut outline.request_id,
                Some("metadata") => &mut outline.metadata,
                Some("channel") => &mut outline.channel,
                Some("channel_index") => &mut outline.channel_index,
                Some("last_word_end") => &mut outline.last_word_end,
                Some("timestamp") => &mut outline.timestamp,
                Some("sha256") => &mut outline.sha256,
                Some("transaction_key") => &mut outline.transaction_key,
                Some("err_code") => &mut outline.err_code,
                Some("err_msg") => &mut outline.err_msg,
                Some("error_code") => &mut outline.error_code,
                Some("category") => &mut outline.category,
                Some("message") => &mut outline.message,
                Some("details") => &mut outline.details,
                Some("sequence_id") => &mut outline.sequence_id,
                _ => continue,
            };
            *place = found;
        }
        outline
    }

    /// The channel of a stream's results.
    pub(super) fn channel(&self) -> Option<Object<'a>> {
        self.channel?.as_object()
    }

    /// The metadata object, also where the published schema nests it once more than real documents do, and the request
    /// id in it.
    pub(super) fn metadata(&self) -> Option<(Metadata<'a>, Option<Str<'a>>)> {
        let object = self.metadata?.as_object()?;
        let [nested, request_id] = object.select(["metadata", "request_id"]);
        match nested.and_then(|value| value.as_object()) {
            Some(nested) => Some((Metadata::of(nested), nested.str("request_id"))),
            None => Some((Metadata::of(object), request_id.and_then(|value| value.as_str()))),
        }
    }

    /// By the message type where it is a known one, else by shape: a document that one day says a type is still one.
    pub(super) fn kind(&self) -> Kind {
        match self.kind.and_then(|value| value.as_str()) {
            None => self.kind_by_shape(),
            Some(kind) if kind == *"Results" && self.channel_index.is_some() => Kind::StreamResults,
            Some(kind) if kind == *"Results" && is_object(self.channel) => Kind::StreamResults,
            // The synthesis socket has a message of the same name without these members; it never goes to callbacks.
            Some(kind) if kind == *"Metadata" && self.looks_like_stream_metadata() => Kind::StreamMetadata,
            Some(kind) if kind == *"UtteranceEnd" => Kind::StreamUtteranceEnd,
            Some(kind) if kind == *"SpeechStarted" => Kind::StreamSpeechStarted,
            // Another product numbers its messages; its errors never go to callbacks either.
            Some(kind) if kind == *"Error" && self.sequence_id.is_none() => Kind::StreamError,
            Some(_) if self.looks_like_legacy_failure() || self.results.is_some() => self.kind_by_shape(),
            Some(_) => Kind::Unknown,
        }
    }

    fn kind_by_shape(&self) -> Kind {
        if self.looks_like_legacy_failure() {
            Kind::Failure
        } else if let Some(results) = self.results {
            if results.channels().is_present() { Kind::Transcript } else { Kind::Analysis }
        } else if self.channel_index.is_some() {
            Kind::StreamResults
        } else if self.last_word_end.is_some() && is_array(self.channel) {
            Kind::StreamUtteranceEnd
        } else if self.timestamp.is_some() && is_array(self.channel) {
            Kind::StreamSpeechStarted
        } else if self.looks_like_stream_metadata() {
            Kind::StreamMetadata
        } else if self.looks_like_modern_failure() {
            Kind::Failure
        } else {
            Kind::Unknown
        }
    }

    fn looks_like_stream_metadata(&self) -> bool {
        self.sha256.is_some() || self.transaction_key.is_some()
    }

    fn looks_like_legacy_failure(&self) -> bool {
        is_string(self.err_code) || is_string(self.err_msg) || is_string(self.error_code)
    }

    /// Each member of the modern shape is optional; a lone `message` could be anything.
    fn looks_like_modern_failure(&self) -> bool {
        let members = [self.category, self.message, self.details];
        members.into_iter().filter(|member| is_string(*member)).count() >= 2
            || (members.into_iter().any(is_string) && self.request_id.is_some())
    }
}

/// The longest name that is looked for.
pub(super) const NAME_MAX: usize = 16;

/// The decoded name, unless it is longer than every name that is looked for. Names are hardly ever escaped, but an
/// escaped one is the same name.
pub(super) fn plain_name<'n>(name: &Str<'n>, decoded: &'n mut [u8; NAME_MAX]) -> Option<&'n str> {
    name.as_borrowed().or_else(|| name.unescape_into(decoded).ok())
}

fn is_object(value: Option<Value<'_>>) -> bool {
    value.is_some_and(|value| value.as_object().is_some())
}

fn is_array(value: Option<Value<'_>>) -> bool {
    value.is_some_and(|value| value.as_array().is_some())
}

fn is_string(value: Option<Value<'_>>) -> bool {
    value.is_some_and(|value| value.as_str().is_some())
}
