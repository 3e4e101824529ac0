//! The members by which a payload is known, found in one walk that jumps over everything else.

use super::{Kind, Results};
use crate::json::{Document, Object, Str, Type, Value};

const STRING: Option<Type> = Some(Type::String);

/// The telling members of the root object: `None` where absent or null, the last one where repeated. Of most of them
/// the type tells enough.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outline<'a> {
    pub(super) kind: Option<Value<'a>>,
    pub(super) request_id: Option<Value<'a>>,
    pub(super) results: Option<Results<'a>>,
    metadata: Option<Value<'a>>,
    channel: Option<Value<'a>>,
    channel_index: Option<Type>,
    last_word_end: Option<Type>,
    timestamp: Option<Type>,
    sha256: Option<Type>,
    transaction_key: Option<Type>,
    err_code: Option<Type>,
    err_msg: Option<Type>,
    error_code: Option<Type>,
    category: Option<Type>,
    message: Option<Type>,
    details: Option<Type>,
    sequence_id: Option<Type>,
}

impl<'a> Outline<'a> {
    #[inline(never)]
    pub(super) fn of(document: &Document<'a>) -> Outline<'a> {
        let mut outline = Outline::default();
        for (name, value) in document.members() {
            let found = (!value.is_null()).then_some(value);
            let mut decoded = [0; NAME_MAX];
            let place = match plain_name(&name, &mut decoded) {
                Some("type") => {
                    outline.kind = found;
                    continue;
                }
                Some("request_id") => {
                    outline.request_id = found;
                    continue;
                }
                Some("metadata") => {
                    outline.metadata = found;
                    continue;
                }
                Some("channel") => {
                    outline.channel = found;
                    continue;
                }
                Some("results") => {
                    outline.results =
                        found.and_then(|value| value.as_object()).map(|object| Results::find(document, object));
                    continue;
                }
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
            *place = found.map(|value| value.ty());
        }
        outline
    }

    /// The channel of a stream's results.
    pub(super) fn channel(&self) -> Option<Object<'a>> {
        self.channel?.as_object()
    }

    /// The metadata object.
    pub(super) fn metadata(&self) -> Option<Object<'a>> {
        self.metadata?.as_object()
    }

    /// By the message type where it is a known one, else by shape: a document that one day says a type is still one.
    pub(super) fn kind(&self) -> Kind {
        match self.kind.and_then(|value| value.as_str()) {
            None => self.kind_by_shape(),
            Some(kind) if kind == *"Results" && self.channel_index.is_some() => Kind::StreamResults,
            Some(kind) if kind == *"Results" && self.channel_is(Type::Object) => Kind::StreamResults,
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
        } else if self.last_word_end.is_some() && self.channel_is(Type::Array) {
            Kind::StreamUtteranceEnd
        } else if self.timestamp.is_some() && self.channel_is(Type::Array) {
            Kind::StreamSpeechStarted
        } else if self.looks_like_stream_metadata() {
            Kind::StreamMetadata
        } else if self.looks_like_modern_failure() {
            Kind::Failure
        } else {
            Kind::Unknown
        }
    }

    fn channel_is(&self, ty: Type) -> bool {
        self.channel.is_some_and(|channel| channel.ty() == ty)
    }

    fn looks_like_stream_metadata(&self) -> bool {
        self.sha256.is_some() || self.transaction_key.is_some()
    }

    fn looks_like_legacy_failure(&self) -> bool {
        [self.err_code, self.err_msg, self.error_code].contains(&STRING)
    }

    /// Each member of the modern shape is optional; a lone `message` could be anything.
    fn looks_like_modern_failure(&self) -> bool {
        let members = [self.category, self.message, self.details];
        members.into_iter().filter(|member| *member == STRING).count() >= 2
            || (members.contains(&STRING) && self.request_id.is_some())
    }
}

/// The longest name that is looked for.
pub(super) const NAME_MAX: usize = 16;

/// The decoded name, unless it is longer than every name that is looked for. Names are hardly ever escaped, but an
/// escaped one is the same name.
pub(super) fn plain_name<'n>(name: &Str<'n>, decoded: &'n mut [u8; NAME_MAX]) -> Option<&'n str> {
    name.as_borrowed().or_else(|| name.unescape_into(decoded).ok())
}
