//! A body together with the view of it: the only place that extends a lifetime over a body.

use std::ptr::NonNull;

use ringback_core::Payload;

/// A body: of ours, or of the caller's, who has promised to keep it.
pub(crate) enum Body {
    Borrowed(&'static [u8]),
    Owned(Owned),
}

/// Bytes on the heap, held by a plain pointer.
///
/// A `Box` asserts each time it is moved that nobody else points to what is in it, but a view does.
pub(crate) struct Owned {
    bytes: NonNull<[u8]>,
    capacity: usize,
}

impl From<Vec<u8>> for Owned {
    fn from(bytes: Vec<u8>) -> Owned {
        let capacity = bytes.capacity();
        Owned { bytes: NonNull::from(bytes.leak()), capacity }
    }
}

impl Owned {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the bytes were leaked out of a vector, only `drop` takes them back, and nobody writes to them.
        unsafe { self.bytes.as_ref() }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let (bytes, len) = (self.bytes.cast().as_ptr(), self.bytes.len());
        // SAFETY: a vector with this capacity was leaked, and is taken back once, here.
        drop(unsafe { Vec::<u8>::from_raw_parts(bytes, len, self.capacity) });
    }
}

// SAFETY: as `Box<[u8]>`: this is the only owner, and sharing it gives shared bytes.
unsafe impl Send for Owned {}
// SAFETY: the same.
unsafe impl Sync for Owned {}

impl Body {
    fn bytes(&self) -> &[u8] {
        match self {
            Body::Borrowed(bytes) => bytes,
            Body::Owned(owned) => owned.bytes(),
        }
    }
}

/// A body, and the payload that was found in it, if it is JSON.
///
/// The payload borrows from the body beside it. Rust has no lifetime for that, so it is called `'static` inside of this
/// file, and this is why nothing goes wrong:
///
/// - The bytes do not move when this value does: they are on the heap, or the caller's.
/// - They do not change, and are not freed while the view is there: `body` is private, never replaced, and dropped after
///   `payload`, which has no destructor and so never looks at them then.
/// - Nobody keeps the view longer: [`Held::payload`] gives it with the lifetime of the borrow of `self`, which Rust
///   allows because a payload is covariant, and [`Held::new`] takes a closure that works for every lifetime, so that
///   it has nowhere to put a view but into its result.
pub(crate) struct Held {
    payload: Option<Payload<'static>>,
    body: Body,
}

impl Held {
    /// Keeps a body with the payload that `look` finds in it.
    pub(crate) fn new<E>(
        body: Body,
        look: impl for<'b> FnOnce(&'b [u8]) -> Result<Option<Payload<'b>>, E>,
    ) -> Result<Held, E> {
        let payload = look(body.bytes())?;
        // SAFETY: only the lifetime changes. The type's own comment says why the payload does not outlive the body.
        let payload = unsafe { std::mem::transmute::<Option<Payload<'_>>, Option<Payload<'static>>>(payload) };
        Ok(Held { payload, body })
    }

    /// The payload, if the body is JSON.
    pub(crate) fn payload(&self) -> Option<&Payload<'_>> {
        self.payload.as_ref()
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        self.body.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Held {
        let body = Body::Owned(text.as_bytes().to_vec().into());
        Held::new(body, |bytes| Payload::parse(bytes).map(Some)).unwrap()
    }

    #[test]
    fn the_view_is_that_of_the_body_wherever_both_are_moved() {
        let held = vec![Box::new(held("[1,2]"))];
        let moved: Vec<Held> = held.into_iter().map(|held| *held).collect();
        assert_eq!(moved[0].payload().unwrap().document().text().as_ptr(), moved[0].body().as_ptr());
        assert_eq!(moved[0].payload().unwrap().document().text(), "[1,2]");
    }

    #[test]
    fn a_body_that_is_no_payload_is_kept_too() {
        let body = Body::Owned(b"RIFF".to_vec().into());
        let held = Held::new(body, |_| Ok::<_, ()>(None)).unwrap();
        assert!(held.payload().is_none());
        assert_eq!(held.body(), b"RIFF");
    }

    #[test]
    fn a_failure_gives_nothing_back() {
        let body = Body::Borrowed(b"[");
        assert!(Held::new(body, |bytes| Payload::parse(bytes).map(Some)).is_err());
    }
}
