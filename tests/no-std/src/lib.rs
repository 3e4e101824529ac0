//! The core without `std` and without an allocator, as a static library that a C program runs.
//!
//! This crate has a panic handler and no allocator, so it compiles only as long as nothing below it links either
//! library. A check is a function that says whether what it did came out right; a new one is a line in [`CHECKS`].

#![no_std]

use core::ffi::CStr;
use core::fmt::{self, Write};

use ringback::{Error, ErrorKind};

/// Every check, with the claim that the C program prints.
const CHECKS: &[(&CStr, fn() -> bool)] = &[
    (c"every kind of error has a name and a sentence", kinds_are_named),
    (c"an error is written into a buffer on the stack", errors_are_written),
    (c"an error finds its line and column", errors_are_placed),
];

fn kinds_are_named() -> bool {
    !ErrorKind::ALL.is_empty()
        && ErrorKind::ALL.iter().all(|kind| kind.code() != 0 && !kind.name().is_empty() && !kind.message().is_empty())
}

fn errors_are_written() -> bool {
    let mut line = Line { bytes: [0; 128], length: 0 };
    let error = Error::new(ErrorKind::UnexpectedEnd, 17);
    write!(line, "{error}").is_ok() && line.text().ends_with(b" at byte 17")
}

fn errors_are_placed() -> bool {
    let position = Error::new(ErrorKind::ExpectedValue, 9).position(b"{\n  \"a\": x}");
    (position.line, position.column) == (2, 8)
}

/// Text on the stack.
struct Line {
    bytes: [u8; 128],
    length: usize,
}

impl Line {
    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

/// The number of checks.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_count() -> usize {
    CHECKS.len()
}

/// What the check of this number claims, as a C string that lives for ever; null if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_claim(number: usize) -> *const core::ffi::c_char {
    CHECKS.get(number).map_or(core::ptr::null(), |(claim, _)| claim.as_ptr())
}

/// Runs the check of this number: whether it came out right.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_proof_run(number: usize) -> bool {
    CHECKS.get(number).is_some_and(|(_, check)| check())
}

unsafe extern "C" {
    safe fn abort() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
