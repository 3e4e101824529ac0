//! simdjson 4.6's DOM: two stages, a tape; it picks the instruction set at run time. The tasks are written in C++, in
//! simdjson.cpp, so that its views are inlined there: crossing over for every member would be a cost of ours, not of it.

use std::ffi::{CStr, c_char};
use std::ptr::NonNull;

// Links the library.
use simdjson_sys as _;

use crate::answer::{Answer, Envelope, Words};
use crate::body::{Body, PADDING};

const _: () = assert!(PADDING >= simdjson_sys::SIMDJSON_PADDING);

/// A parser, whose memory is kept between documents.
pub struct Parser(NonNull<Kept>);

#[repr(C)]
struct Kept {
    opaque: [u8; 0],
}

#[repr(C)]
struct BridgeEnvelope {
    request_id: *const u8,
    request_id_length: usize,
    stream: u64,
    transcript: u64,
}

unsafe extern "C" {
    fn bridge_new(longest: usize) -> *mut Kept;
    fn bridge_free(kept: *mut Kept);
    safe fn bridge_implementation() -> *const c_char;
    fn bridge_validate(kept: *mut Kept, json: *const u8, length: usize) -> bool;
    fn bridge_read_envelope(kept: *mut Kept, json: *const u8, length: usize, out: *mut BridgeEnvelope) -> bool;
    fn bridge_read_words(kept: *mut Kept, json: *const u8, length: usize, out: *mut Words) -> bool;
}

/// The instruction set that simdjson has chosen.
#[must_use]
pub fn implementation() -> String {
    // SAFETY: the bridge returns a terminated string that lives as long as the process.
    unsafe { CStr::from_ptr(bridge_implementation()) }.to_string_lossy().into_owned()
}

impl Parser {
    /// A parser with room for documents of this length.
    #[must_use]
    pub fn new(longest: usize) -> Parser {
        // SAFETY: any length will do.
        let kept = unsafe { bridge_new(longest) };
        Parser(NonNull::new(kept).expect("there is memory for a parser"))
    }

    /// Builds the tape, which checks everything.
    #[must_use]
    pub fn validate(&mut self, body: Body<'_>) -> bool {
        // SAFETY: the parser is alive and ours alone, and behind `length` bytes there are as many as it asks for.
        unsafe { bridge_validate(self.0.as_ptr(), body.padded().as_ptr(), body.bytes().len()) }
    }

    /// The envelope.
    #[must_use]
    pub fn envelope(&mut self, body: Body<'_>) -> Answer {
        let mut found = BridgeEnvelope { request_id: std::ptr::null(), request_id_length: 0, stream: 0, transcript: 0 };
        // SAFETY: as in `validate`; `found` is of the type that the bridge writes.
        let valid =
            unsafe { bridge_read_envelope(self.0.as_ptr(), body.padded().as_ptr(), body.bytes().len(), &mut found) };
        assert!(valid, "the document is valid");
        // SAFETY: where the bridge succeeds, these are bytes in the parser, which nothing changes meanwhile.
        let request_id = unsafe { std::slice::from_raw_parts(found.request_id, found.request_id_length) };
        Envelope {
            request_id: std::str::from_utf8(request_id).unwrap_or_default(),
            stream: found.stream != 0,
            transcript: found.transcript as usize,
        }
        .answer()
    }

    /// The words.
    #[must_use]
    pub fn words(&mut self, body: Body<'_>) -> Words {
        let mut words = Words::default();
        // SAFETY: as in `validate`; `Words` is laid out as the type that the bridge writes.
        let valid =
            unsafe { bridge_read_words(self.0.as_ptr(), body.padded().as_ptr(), body.bytes().len(), &mut words) };
        assert!(valid, "the document is valid");
        words
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        // SAFETY: it came from `bridge_new` and is freed once.
        unsafe { bridge_free(self.0.as_ptr()) }
    }
}
