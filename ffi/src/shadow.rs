//! Decoded strings of a document: each is decoded once, when it is first asked for, and stays until the document goes.
//!
//! Few strings of a document are escaped, but C wants text, not escapes. A decoded string is never longer than its escaped
//! form, and the strings of a document do not overlap. So there is one block as large as the document, a shadow of it, and a
//! string is decoded to where it stands in the document. The byte in front of it, where the document has the quote, says
//! whether that was done. The block comes as zeros from the system, which gives memory only to what is written to.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use ringback_core::json::Str;

use crate::boundary::Failed;
use crate::str::ringback_str;

/// The shadow of one document.
///
/// Threads may ask at once: what was decoded is never written to again, and the lock is held while something is.
pub(crate) struct Shadow {
    text: NonNull<u8>,
    len: usize,
    block: Mutex<Option<NonNull<u8>>>,
}

// SAFETY: the pointers are a document's, which is only read, and the block's, which is written to under the lock, and
// nowhere where somebody reads.
unsafe impl Send for Shadow {}
// SAFETY: the same.
unsafe impl Sync for Shadow {}

impl Shadow {
    /// The shadow of this text, still without a block.
    pub(crate) fn of(text: &str) -> Shadow {
        Shadow { text: NonNull::from(text.as_bytes()).cast(), len: text.len(), block: Mutex::new(None) }
    }

    /// The text of a string of the document, decoded: from the document itself if nothing in it is escaped.
    pub(crate) fn text<'s>(&'s self, string: Str<'s>) -> Result<ringback_str<'s>, Failed> {
        if let Some(text) = string.as_borrowed() {
            return Ok(text.into());
        }
        let raw = string.raw();
        let start = raw.as_ptr().addr().wrapping_sub(self.text.addr().get());
        // A quote stands in front of it, and so does the mark in the block.
        if start == 0 || start > self.len || raw.len() > self.len - start {
            return Err(Failed::INVALID);
        }
        // Nothing that holds this lock panics, and if it did, no mark would be set.
        let mut block = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        let base = match *block {
            Some(base) => base,
            None => *block.insert(allocate(self.layout()?)?),
        };
        let length = string.decoded_len();
        // SAFETY: `start` is above 0 and within the block.
        let mark = unsafe { base.add(start - 1) };
        // SAFETY: in the block, which was zeroed; nobody but us reads marks, and we have the lock.
        let decoded = unsafe { mark.read() } != 0;
        // SAFETY: `start` is within the block.
        let place = unsafe { base.add(start) };
        if !decoded {
            // SAFETY: as long as the raw text, which lies in the document, so this lies in the block. Nobody has a
            // reference to it: it is given away only with the mark set. We have the lock.
            let room = unsafe { std::slice::from_raw_parts_mut(place.as_ptr(), raw.len()) };
            // C may make up a value that cuts through a string. What was decoded is not to be written over.
            if room.iter().any(|&byte| byte != 0) {
                return Err(Failed::INVALID);
            }
            string.unescape_into(room)?;
            // SAFETY: in the block; we have the lock.
            unsafe { mark.write(1) };
        }
        // SAFETY: `length` bytes were decoded here, under this lock or an earlier one, are never written to again, and
        // stay as long as the block does, which is as long as `self`.
        let text = unsafe { std::slice::from_raw_parts(place.as_ptr(), length) };
        Ok(ringback_str::new(text))
    }

    fn layout(&self) -> Result<Layout, Failed> {
        Layout::array::<u8>(self.len).map_err(|_| Failed::MEMORY)
    }
}

fn allocate(layout: Layout) -> Result<NonNull<u8>, Failed> {
    if layout.size() == 0 {
        return Err(Failed::INVALID);
    }
    // SAFETY: the size is not 0.
    NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or(Failed::MEMORY)
}

impl Drop for Shadow {
    fn drop(&mut self) {
        let block = self.block.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(block), Ok(layout)) = (block, self.layout()) {
            // SAFETY: it was allocated with this layout, and is freed once.
            unsafe { dealloc(block.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback_core::json::Document;

    fn text<'s>(shadow: &'s Shadow, document: &Document<'s>, pointer: &str) -> &'s str {
        let string = document.pointer(pointer).unwrap().unwrap().as_str().unwrap();
        shadow.text(string).unwrap().text().unwrap()
    }

    #[test]
    fn strings_are_decoded_once_and_side_by_side() {
        let source = r#"["a\nb","plain","\ud83d\ude00","","\u0000\""]"#;
        let document = Document::parse(source.as_bytes()).unwrap();
        let shadow = Shadow::of(document.text());
        assert_eq!(text(&shadow, &document, "/4"), "\0\"");
        let first = text(&shadow, &document, "/0");
        assert_eq!(first, "a\nb");
        assert_eq!(text(&shadow, &document, "/2"), "\u{1f600}");
        assert_eq!(text(&shadow, &document, "/0").as_ptr(), first.as_ptr());
        assert_eq!(first, "a\nb");
    }

    #[test]
    fn what_is_not_escaped_is_the_document_itself() {
        let document = Document::parse(br#"["plain"]"#).unwrap();
        let shadow = Shadow::of(document.text());
        assert!(document.text().as_bytes().as_ptr_range().contains(&text(&shadow, &document, "/0").as_ptr()));
        assert!(shadow.block.lock().unwrap().is_none());
    }

    #[test]
    fn a_string_of_another_document_is_refused() {
        let texts = [br#"["\n"]"#.to_vec(), br#"["\n"]"#.to_vec()];
        let [document, other] = texts.each_ref().map(|text| Document::parse(text).unwrap());
        let shadow = Shadow::of(document.text());
        let string = other.pointer("/0").unwrap().unwrap().as_str().unwrap();
        assert!(shadow.text(string).is_err());
    }

    #[test]
    fn threads_decode_the_same_strings_at_once() {
        let source = format!("[{}]", vec![r#""\u00e9\n""#; 200].join(","));
        let document = Document::parse(source.as_bytes()).unwrap();
        let shadow = Shadow::of(document.text());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for element in document.root().as_array().unwrap() {
                        let string = element.as_str().unwrap();
                        assert_eq!(shadow.text(string).unwrap().text(), Ok("\u{e9}\n"));
                    }
                });
            }
        });
    }
}
