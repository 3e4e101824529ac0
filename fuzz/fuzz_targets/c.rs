//! The C library, called in any order with any arguments that its contract allows: it never panics, never touches what
//! it was not given, and gives back what it took.

#![no_main]

use std::ffi::{c_uchar, c_ulong};

use libfuzzer_sys::fuzz_target;
// The library itself: the calls are in C.
use ringback_c as _;

unsafe extern "C" {
    fn drive(data: *const c_uchar, len: c_ulong);
}

fuzz_target!(|input: &[u8]| {
    // SAFETY: the pointer and the length are those of a slice that outlives the call.
    unsafe { drive(input.as_ptr(), input.len() as c_ulong) }
});
