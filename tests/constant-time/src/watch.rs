//! What memcheck is asked, in terms of Rust.

use std::ffi::c_int;

unsafe extern "C" {
    safe fn watch_is_on() -> c_int;
    safe fn watch_reveal(value: u64) -> u64;
    safe fn watch_reports() -> u32;
    unsafe fn watch_hide(bytes: *const u8, length: usize);
    unsafe fn watch_find(bytes: *const u8, length: usize, part: *const u8, part_length: usize) -> usize;
}

/// Whether anybody watches.
pub fn is_on() -> bool {
    watch_is_on() != 0
}

/// How many jumps and addresses that depend on something hidden were seen so far.
pub fn reports() -> u32 {
    watch_reports()
}

/// The same value, which may be known from now on.
pub fn reveal(value: u64) -> u64 {
    watch_reveal(value)
}

/// Hides bytes: their values stay, and nobody may look at them.
pub fn hide(bytes: &mut [u8]) {
    // SAFETY: the pointer and the length are those of a slice; nothing is written through them.
    unsafe { watch_hide(bytes.as_ptr(), bytes.len()) }
}

/// Hides a text that others have borrowed.
pub fn hide_text(text: &str) {
    let text = std::hint::black_box(text);
    // SAFETY: the pointer and the length are those of a text; nothing is written through them.
    unsafe { watch_hide(text.as_ptr(), text.len()) }
}

/// Hides a part of an object, wherever it lies in it, such as the digest that a pair keeps.
pub fn hide_within<T>(object: &mut T, part: &[u8]) {
    let start: *mut u8 = std::ptr::from_mut(object).cast();
    // SAFETY: the object is as long as its type says, and C may read its padding.
    let at = unsafe { watch_find(start, size_of::<T>(), part.as_ptr(), part.len()) };
    assert!(at < size_of::<T>(), "the object does not hold it");
    // SAFETY: the part was found within the object, so it ends there at the latest.
    let found = unsafe { start.add(at) };
    // SAFETY: as above; nothing is written.
    unsafe { watch_hide(found, part.len()) }
}
