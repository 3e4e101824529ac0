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

/// Their places among the members.
const TYPE: usize = 0;
const REQUEST_ID: usize = 1;
const RESULTS: usize = 2;
const METADATA: usize = 3;
const CHANNEL: usize = 4;
const CHANNEL_INDEX: usize = 5;
const LAST_WORD_END: usize = 6;
const TIMESTAMP: usize = 7;
const SHA256: usize = 8;
const TRANSACTION_KEY: usize = 9;
const ERR_CODE: usize = 10;
const ERR_MSG: usize = 11;
const ERROR_CODE: usize = 12;
const CATEGORY: usize = 13;
const MESSAGE: usize = 14;
const DETAILS: usize = 15;
const SEQUENCE_ID: usize = 16;

/// The telling members: `None` where absent or null, the last one where repeated. Of most of them the type tells enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline<'a> {
    found: [Option<Value<'a>>; COUNT],
    pub(super) results: Option<Results<'a>>,
}

impl<'a> Outline<'a> {
    pub(super) const EMPTY: Outline<'a> = Outline { found: [None; COUNT], results: None };

    /// In place, for an outline is large.
    #[inline(never)]
    pub(super) fn fill_in(&mut self, document: &Document<'a>) {
        if let Some(root) = document.root().as_object() {
            document.pick_into(root, &MEMBERS, &mut self.found);
        }
        if let Some(object) = self.found[RESULTS].and_then(|value| value.as_object()) {
            self.results = Some(Results::find(document, object));
        }
    }

    /// The request id that stands outermost.
    pub(super) fn request_id(&self) -> Option<Value<'a>> {
        self.found[REQUEST_ID]
    }

    /// The channel of a stream's results.
    pub(super) fn channel(&self) -> Option<Object<'a>> {
        self.found[CHANNEL]?.as_object()
    }

    /// The metadata object.
    pub(super) fn metadata(&self) -> Option<Object<'a>> {
        self.found[METADATA]?.as_object()
    }

    /// By the message type where it is a known one, else by shape: a document that one day says a type is still one.
    pub(super) fn kind(&self) -> Kind {
        match self.found[TYPE].and_then(|value| value.as_str()) {
            None => self.kind_by_shape(),
            Some(kind) if kind == *"Results" && self.has(CHANNEL_INDEX) => Kind::StreamResults,
            Some(kind) if kind == *"Results" && self.channel_is(Type::Object) => Kind::StreamResults,
            // The synthesis socket has a message of the same name without these members; it never goes to callbacks.
            Some(kind) if kind == *"Metadata" && self.looks_like_stream_metadata() => Kind::StreamMetadata,
            Some(kind) if kind == *"UtteranceEnd" => Kind::StreamUtteranceEnd,
            Some(kind) if kind == *"SpeechStarted" => Kind::StreamSpeechStarted,
            // Another product numbers its messages; its errors never go to callbacks either.
            Some(kind) if kind == *"Error" && !self.has(SEQUENCE_ID) => Kind::StreamError,
            Some(_) if self.looks_like_legacy_failure() || self.results.is_some() => self.kind_by_shape(),
            Some(_) => Kind::Unknown,
        }
    }

    fn kind_by_shape(&self) -> Kind {
        if self.looks_like_legacy_failure() {
            Kind::Failure
        } else if let Some(results) = self.results {
            if results.channels().is_present() { Kind::Transcript } else { Kind::Analysis }
        } else if self.has(CHANNEL_INDEX) {
            Kind::StreamResults
        } else if self.has(LAST_WORD_END) && self.channel_is(Type::Array) {
            Kind::StreamUtteranceEnd
        } else if self.has(TIMESTAMP) && self.channel_is(Type::Array) {
            Kind::StreamSpeechStarted
        } else if self.looks_like_stream_metadata() {
            Kind::StreamMetadata
        } else if self.looks_like_modern_failure() {
            Kind::Failure
        } else {
            Kind::Unknown
        }
    }

    fn has(&self, place: usize) -> bool {
        self.found[place].is_some()
    }

    fn ty(&self, place: usize) -> Option<Type> {
        self.found.get(place)?.map(|value| value.ty())
    }

    fn channel_is(&self, ty: Type) -> bool {
        self.ty(CHANNEL) == Some(ty)
    }

    fn looks_like_stream_metadata(&self) -> bool {
        self.has(SHA256) || self.has(TRANSACTION_KEY)
    }

    fn looks_like_legacy_failure(&self) -> bool {
        [ERR_CODE, ERR_MSG, ERROR_CODE].into_iter().any(|place| self.ty(place) == STRING)
    }

    /// Each member of the modern shape is optional; a lone `message` could be anything.
    fn looks_like_modern_failure(&self) -> bool {
        let strings = [CATEGORY, MESSAGE, DETAILS].into_iter().filter(|&place| self.ty(place) == STRING).count();
        strings >= 2 || (strings == 1 && self.has(REQUEST_ID))
    }
}
