//! Strings and bytes as C sees them: where they begin and how long they are.

use std::ffi::{CStr, c_char};
use std::marker::PhantomData;

use crate::boundary::{Failed, bytes, guard_or};
use crate::result::RINGBACK_ERROR_NOT_UTF8;

/// Text: UTF-8, borrowed, not terminated. It may hold NUL bytes. Print it with `"%.*s", (int)text.len, (const char *)text.data`.
///
/// A text that is absent has no data; an empty one may have.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_str<'a> {
    /// The first byte; NULL if there is no text.
    data: *const u8,
    /// How many bytes there are.
    len: usize,
    borrowed: PhantomData<&'a [u8]>,
}

/// Bytes of any sort, borrowed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_bytes<'a> {
    /// The first byte; may be NULL if there are none.
    data: *const u8,
    /// How many bytes there are.
    len: usize,
    borrowed: PhantomData<&'a [u8]>,
}

// SAFETY: as a shared slice: nobody writes to what is borrowed, from whatever thread it is read.
unsafe impl Send for ringback_str<'_> {}
// SAFETY: the same.
unsafe impl Sync for ringback_str<'_> {}
// SAFETY: the same.
unsafe impl Send for ringback_bytes<'_> {}
// SAFETY: the same.
unsafe impl Sync for ringback_bytes<'_> {}

impl<'a> ringback_str<'a> {
    /// No text.
    pub(crate) const NONE: ringback_str<'static> =
        ringback_str { data: std::ptr::null(), len: 0, borrowed: PhantomData };

    /// Text whose bytes are known to be UTF-8, wherever they lie.
    pub(crate) const fn new(text: &'a [u8]) -> ringback_str<'a> {
        ringback_str { data: text.as_ptr(), len: text.len(), borrowed: PhantomData }
    }

    /// The text, which must have been given.
    pub(crate) fn text(self) -> Result<&'a str, Failed> {
        if self.data.is_null() {
            return Err(Failed::NULL);
        }
        std::str::from_utf8(self.bytes()?).map_err(|_| Failed(RINGBACK_ERROR_NOT_UTF8))
    }

    /// The text, if it was given.
    pub(crate) fn optional(self) -> Result<Option<&'a str>, Failed> {
        if self.is_absent() { Ok(None) } else { self.text().map(Some) }
    }

    /// Whether there is no text, not even an empty one.
    pub(crate) fn is_absent(self) -> bool {
        self.data.is_null() && self.len == 0
    }

    /// The bytes, whether they are text or not, which must have been given.
    pub(crate) fn raw(self) -> Result<&'a [u8], Failed> {
        if self.data.is_null() { Err(Failed::NULL) } else { self.bytes() }
    }

    fn bytes(self) -> Result<&'a [u8], Failed> {
        // SAFETY: the fields are private: a value of this type was made from a slice of this lifetime, or came from C,
        // which promises the same of every string that it passes.
        unsafe { bytes(self.data, self.len) }
    }
}

impl<'a> From<&'a str> for ringback_str<'a> {
    fn from(text: &'a str) -> ringback_str<'a> {
        ringback_str::new(text.as_bytes())
    }
}

impl<'a> From<Option<&'a str>> for ringback_str<'a> {
    fn from(text: Option<&'a str>) -> ringback_str<'a> {
        text.map_or(ringback_str::NONE, ringback_str::from)
    }
}

impl<'a> From<&'a [u8]> for ringback_bytes<'a> {
    fn from(bytes: &'a [u8]) -> ringback_bytes<'a> {
        ringback_bytes { data: bytes.as_ptr(), len: bytes.len(), borrowed: PhantomData }
    }
}

/// The text of a terminated string, such as a literal.
///
/// Parameters: `text`: ends with a NUL byte; may be NULL.
///
/// Returns: its bytes without the NUL; no text for NULL. Whether it is UTF-8 is checked where it is used.
///
/// Ownership: borrows `text`, which must outlive the result.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_str_of<'a>(text: *const c_char) -> ringback_str<'a> {
    guard_or(ringback_str::NONE, || {
        if text.is_null() {
            return ringback_str::NONE;
        }
        // SAFETY: not null, and terminated, as the caller has promised.
        ringback_str::new(unsafe { CStr::from_ptr(text) }.to_bytes())
    })
}

/// Whether two texts have the same bytes. Not for secrets: the time it takes tells where they differ.
///
/// Parameters: `a`, `b`: the texts; an absent one is like an empty one.
///
/// Returns: true if they are the same.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_str_equal(a: ringback_str<'_>, b: ringback_str<'_>) -> bool {
    guard_or(false, || a.bytes().is_ok_and(|a| b.bytes() == Ok(a)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_checked_and_absence_told_from_emptiness() {
        assert_eq!(ringback_str::NONE.optional(), Ok(None));
        assert_eq!(ringback_str::NONE.text(), Err(Failed::NULL));
        assert_eq!(ringback_str::from("").optional(), Ok(Some("")));
        assert_eq!(ringback_str::new(b"\xff").optional(), Err(Failed(RINGBACK_ERROR_NOT_UTF8)));
        assert_eq!(ringback_str::new(b"\xff").raw(), Ok(&b"\xff"[..]));
    }

    #[test]
    fn a_length_without_data_is_null() {
        let broken = ringback_str { len: 5, ..ringback_str::NONE };
        assert_eq!(broken.optional(), Err(Failed::NULL));
        assert!(!ringback_str_equal(broken, ringback_str::NONE));
    }

    #[test]
    fn equal_texts_have_the_same_bytes() {
        assert!(ringback_str_equal("a\0b".into(), "a\0b".into()));
        assert!(!ringback_str_equal("a\0b".into(), "a\0c".into()));
        assert!(ringback_str_equal(ringback_str::NONE, "".into()));
    }
}
