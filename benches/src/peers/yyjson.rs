//! yyjson 0.10: one pass into an array of values, its memory out of a pool that is kept. What walks over the values is
//! inline in its header; the same few lines are here, so that calls across languages are no cost of it.

use std::marker::PhantomData;

use yyjson_sys::{
    YYJSON_READ_NOFLAG, yyjson_alc, yyjson_alc_pool_init, yyjson_doc_free, yyjson_read_max_memory_usage,
    yyjson_read_opts, yyjson_val,
};

use crate::answer::{Answer, Envelope, Words};
use crate::body::Body;

/// A pool for documents up to some length.
pub struct Parser {
    allocator: Box<yyjson_alc>,
    /// What the allocator gives out; never touched from here.
    _room: Vec<u64>,
}

impl Parser {
    /// A parser with room for documents of this length.
    #[must_use]
    pub fn new(longest: usize) -> Parser {
        // SAFETY: it only computes.
        let most = unsafe { yyjson_read_max_memory_usage(longest, YYJSON_READ_NOFLAG) };
        let mut room = vec![0_u64; most.div_ceil(8)];
        let mut allocator = Box::new(yyjson_alc { malloc: None, realloc: None, free: None, ctx: std::ptr::null_mut() });
        // SAFETY: both live as long as the parser, do not move, and are used by nothing else.
        let ready = unsafe { yyjson_alc_pool_init(&mut *allocator, room.as_mut_ptr().cast(), size_of_val(&room[..])) };
        assert!(ready, "the pool is large enough to begin with");
        Parser { allocator, _room: room }
    }

    fn parse<T>(&mut self, body: Body<'_>, read: impl FnOnce(Value<'_>) -> T) -> T {
        let text = body.bytes();
        // SAFETY: without the flag for it the text is not written to; the allocator is alive and ours alone.
        let document = unsafe {
            yyjson_read_opts(
                text.as_ptr().cast_mut().cast(),
                text.len(),
                YYJSON_READ_NOFLAG,
                &*self.allocator,
                std::ptr::null_mut(),
            )
        };
        assert!(!document.is_null(), "the document is valid");
        // SAFETY: a document that is not null has a root.
        let root = unsafe { (*document).root };
        let found = read(Value { at: root, document: PhantomData });
        // SAFETY: it came from `yyjson_read_opts`, and no value outlives `read`.
        unsafe { yyjson_doc_free(document) };
        found
    }

    /// Reads the document, which checks everything but the depth.
    #[must_use]
    pub fn validate(&mut self, body: Body<'_>) -> bool {
        self.parse(body, |_| true)
    }

    /// The envelope.
    #[must_use]
    pub fn envelope(&mut self, body: Body<'_>) -> Answer {
        self.parse(body, |root| {
            let stream = root.get(b"type").is_some_and(|value| value.str() == b"Results");
            let channel = match root.get(b"channel") {
                Some(channel) => Some(channel),
                None => root.get(b"results").and_then(|results| results.get(b"channels")?.elements().next()),
            };
            let alternative = channel.and_then(|channel| channel.get(b"alternatives")?.elements().next());
            let transcript = alternative.and_then(|alternative| alternative.get(b"transcript"));
            let request_id = root.get(b"metadata").and_then(|metadata| metadata.get(b"request_id"));
            Envelope {
                request_id: request_id.and_then(|id| std::str::from_utf8(id.str()).ok()).unwrap_or_default(),
                stream,
                transcript: transcript.map_or(0, |text| text.str().len()),
            }
            .answer()
        })
    }

    /// The words.
    #[must_use]
    pub fn words(&mut self, body: Body<'_>) -> Words {
        self.parse(body, |root| {
            let recorded = root.get(b"results").and_then(|results| results.get(b"channels"));
            let channels = recorded.into_iter().flat_map(Value::elements);
            let mut words = Words::default();
            for channel in channels.chain(root.get(b"channel")) {
                for alternative in channel.get(b"alternatives").into_iter().flat_map(Value::elements) {
                    for word in alternative.get(b"words").into_iter().flat_map(Value::elements) {
                        read_word(&mut words, word);
                    }
                }
            }
            words
        })
    }
}

/// One pass over the members: looking each name up would begin anew every time.
#[inline]
fn read_word(words: &mut Words, word: Value<'_>) {
    let (mut start, mut end, mut confidence, mut speaker) = (0.0, 0.0, 0.0, 0);
    let (mut plain, mut punctuated) = (0, None);
    for (name, value) in word.members() {
        match name.str() {
            b"start" => start = value.number(),
            b"end" => end = value.number(),
            b"confidence" => confidence = value.number(),
            b"speaker" => speaker = value.number() as u64,
            b"word" => plain = value.str().len(),
            b"punctuated_word" => punctuated = Some(value.str().len()),
            _ => {}
        }
    }
    words.add(start, end, confidence, speaker, punctuated.unwrap_or(plain));
}

/// A value: its tag says type and length, and behind a container lie its parts.
#[derive(Clone, Copy)]
struct Value<'d> {
    at: *const yyjson_val,
    document: PhantomData<&'d yyjson_val>,
}

const NUMBER: u64 = 4;
const STRING: u64 = 5;
const ARRAY: u64 = 6;
const OBJECT: u64 = 7;
/// A number that is a float, of the two bits above the type; 0 and 1 are integers without and with a sign.
const REAL: u64 = 2;

impl<'d> Value<'d> {
    #[inline]
    fn cell(self) -> &'d yyjson_val {
        // SAFETY: `at` points to a value of a document that lives as long as this one may be used.
        unsafe { &*self.at }
    }

    #[inline]
    fn tag(self) -> u64 {
        self.cell().tag
    }

    #[inline]
    fn is(self, ty: u64) -> bool {
        self.tag() & 7 == ty
    }

    /// How many elements or members, or bytes of a string.
    #[inline]
    fn len(self) -> usize {
        (self.tag() >> 8) as usize
    }

    /// The text of a string; nothing of any other value.
    #[inline]
    fn str(self) -> &'d [u8] {
        if !self.is(STRING) {
            return &[];
        }
        // SAFETY: a string points to its text.
        let text = unsafe { self.cell().uni.str_ };
        // SAFETY: and has the length in its tag; both live as long as the document.
        unsafe { std::slice::from_raw_parts(text.cast(), self.len()) }
    }

    #[inline]
    fn number(self) -> f64 {
        if !self.is(NUMBER) {
            return 0.0;
        }
        match (self.tag() >> 3) & 3 {
            // SAFETY: the tag says that it is a float.
            REAL => unsafe { self.cell().uni.f64_ },
            // SAFETY: the tag says that it is an integer without a sign.
            0 => unsafe { self.cell().uni.u64_ as f64 },
            // SAFETY: the tag says that it is an integer with a sign.
            _ => unsafe { self.cell().uni.i64_ as f64 },
        }
    }

    #[inline]
    fn elements(self) -> impl Iterator<Item = Value<'d>> {
        Parts { next: self.inside(), left: if self.is(ARRAY) { self.len() } else { 0 } }
    }

    #[inline]
    fn members(self) -> impl Iterator<Item = (Value<'d>, Value<'d>)> {
        let mut parts = Parts { next: self.inside(), left: if self.is(OBJECT) { 2 * self.len() } else { 0 } };
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }

    #[inline]
    fn get(self, wanted: &[u8]) -> Option<Value<'d>> {
        self.members().find(|(name, _)| name.str() == wanted).map(|(_, value)| value)
    }

    /// The value behind this one: the first part, if it is a container that has any.
    #[inline]
    fn inside(self) -> Value<'d> {
        Value { at: self.at.wrapping_add(1), document: PhantomData }
    }
}

/// Some values in a row, and all that lies inside of them passed over.
struct Parts<'d> {
    next: Value<'d>,
    left: usize,
}

impl<'d> Iterator for Parts<'d> {
    type Item = Value<'d>;

    #[inline]
    fn next(&mut self) -> Option<Value<'d>> {
        self.left = self.left.checked_sub(1)?;
        let value = self.next;
        let size = if value.is(ARRAY) || value.is(OBJECT) {
            // SAFETY: a container holds the distance to the value behind it.
            unsafe { value.cell().uni.ofs }
        } else {
            size_of::<yyjson_val>()
        };
        self.next.at = value.at.wrapping_byte_add(size);
        Some(value)
    }
}
