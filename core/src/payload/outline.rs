//! The members by which a payload is known, found in one walk that jumps over everything else.

use super::{Kind, Results};
use crate::json::{Document, Names, Object, Type, Value};

const STRING: Option<Type> = Some(Type::String);

/// The telling members of the root object.
static MEMBERS: Names<COUNT> = Names::new([
    "type",
    "request_id",
    "results",
    "metadata",
    "channel",
    "channel_index",
    "last_word_end",
    "timestamp",
    "sha256",
    "transaction_key",
    "err_code",
    "err_msg",
    "error_code",
    "category",
    "message",
    "details",
    "sequence_id",
]);

const COUNT: usize = 17;

/// The telling members: `None` where absent or null, the last one where repeated. Of most of them the type tells enough.
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
        let Some(root) = document.root().as_object() else { return Outline::default() };
        let [kind, request_id, results, metadata, channel, rest @ ..] = document.pick(root, &MEMBERS);
        let [
            channel_index,
            last_word_end,
            timestamp,
            sha256,
            transaction_key,
            err_code,
            err_msg,
            error_code,
            category,
            message,
            details,
            sequence_id,
        ] = rest.map(|value| value.map(|value| value.ty()));
        let results = results.and_then(|value| value.as_object()).map(|object| Results::find(document, object));
        Outline {
            kind,
            request_id,
            results,
            metadata,
            channel,
            channel_index,
            last_word_end,
            timestamp,
            sha256,
            transaction_key,
            err_code,
            err_msg,
            error_code,
            category,
            message,
            details,
            sequence_id,
        }
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
