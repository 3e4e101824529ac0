//! The boundary that every call from C passes: a panic stops here, null is noticed here, outputs are written here.

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ringback_core::{Error, ErrorKind};

use crate::result::{
    RINGBACK_ERROR_INVALID_ARGUMENT, RINGBACK_ERROR_NULL_ARGUMENT, RINGBACK_ERROR_OUT_OF_MEMORY, RINGBACK_ERROR_PANIC,
    RINGBACK_NONE, RINGBACK_OK, ringback_result,
};

/// Why a call failed: never [`RINGBACK_OK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed(pub(crate) ringback_result);

impl Failed {
    pub(crate) const NULL: Failed = Failed(RINGBACK_ERROR_NULL_ARGUMENT);
    pub(crate) const NONE: Failed = Failed(RINGBACK_NONE);
    pub(crate) const INVALID: Failed = Failed(RINGBACK_ERROR_INVALID_ARGUMENT);
    pub(crate) const MEMORY: Failed = Failed(RINGBACK_ERROR_OUT_OF_MEMORY);
}

impl From<ErrorKind> for Failed {
    fn from(kind: ErrorKind) -> Failed {
        Failed(ringback_result::from(kind.code()))
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        error.kind().into()
    }
}

/// Runs the body of an exported function that returns a result.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Failed>) -> ringback_result {
    guard_or(RINGBACK_ERROR_PANIC, || match body() {
        Ok(()) => RINGBACK_OK,
        Err(Failed(result)) => result,
    })
}

/// Runs the body of an exported function that returns something else, which is `fallback` after a panic.
pub(crate) fn guard_or<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        // Dropping what was thrown could throw again. It is small, and it is lost.
        std::mem::forget(panic);
        fallback
    })
}

/// What is behind a pointer of C, unless it is null.
pub(crate) trait Given {
    /// The pointer without its null.
    type Of;

    /// Fails with [`RINGBACK_ERROR_NULL_ARGUMENT`].
    fn given(self) -> Result<Self::Of, Failed>;
}

impl<T> Given for Option<T> {
    type Of = T;

    fn given(self) -> Result<T, Failed> {
        self.ok_or(Failed::NULL)
    }
}

/// Where an output goes: checked before the work, written after it.
pub(crate) struct Out<'o, T>(&'o mut MaybeUninit<T>);

impl<'o, T> Out<'o, T> {
    pub(crate) fn new(place: Option<&'o mut MaybeUninit<T>>) -> Result<Out<'o, T>, Failed> {
        place.given().map(Out)
    }

    pub(crate) fn write(self, value: T) -> Result<(), Failed> {
        self.0.write(value);
        Ok(())
    }
}

/// The bytes at `data`. It may be null if `len` is 0.
///
/// # Safety
///
/// `data` is null, or `len` bytes there can be read and are changed by nobody during `'a`.
pub(crate) unsafe fn bytes<'a>(data: *const u8, len: usize) -> Result<&'a [u8], Failed> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failed::NULL);
    }
    if isize::try_from(len).is_err() {
        return Err(Failed::INVALID);
    }
    // SAFETY: not null, not longer than an object can be; readable and unchanged, as the caller has promised.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// The room at `data`, to be written to. It may be null if `len` is 0.
///
/// # Safety
///
/// `data` is null, or `len` bytes there can be written and are used by nobody else during `'a`.
pub(crate) unsafe fn room<'a>(data: *mut u8, len: usize) -> Result<&'a mut [MaybeUninit<u8>], Failed> {
    if len == 0 {
        return Ok(&mut []);
    }
    if data.is_null() {
        return Err(Failed::NULL);
    }
    if isize::try_from(len).is_err() {
        return Err(Failed::INVALID);
    }
    // SAFETY: not null, not longer than an object can be; writable and ours alone, as the caller has promised. Nothing is
    // assumed of what lies there.
    Ok(unsafe { std::slice::from_raw_parts_mut(data.cast(), len) })
}

/// Copies a text into a room.
pub(crate) fn copy(text: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<usize, Failed> {
    let room = room.get_mut(..text.len()).ok_or(ErrorKind::BufferTooSmall)?;
    for (place, byte) in room.iter_mut().zip(text) {
        place.write(*byte);
    }
    Ok(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_code() {
        assert_eq!(guard(|| panic!("a defect")), RINGBACK_ERROR_PANIC);
        assert_eq!(guard_or(7, || panic!("a defect")), 7);
    }

    #[test]
    fn a_panic_whose_message_panics_when_dropped_becomes_a_code() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("a second defect");
            }
        }
        assert_eq!(guard(|| std::panic::panic_any(Bomb)), RINGBACK_ERROR_PANIC);
    }

    #[test]
    fn null_is_no_bytes_only_if_there_are_none() {
        // SAFETY: null is allowed.
        assert_eq!(unsafe { bytes(std::ptr::null(), 0) }, Ok(&[][..]));
        // SAFETY: null is allowed.
        assert_eq!(unsafe { bytes(std::ptr::null(), 1) }, Err(Failed::NULL));
    }

    #[test]
    fn a_length_beyond_any_object_is_refused_before_a_byte_is_read() {
        let byte = 0;
        // SAFETY: nothing is read, for the length is refused.
        assert_eq!(unsafe { bytes(&raw const byte, usize::MAX) }, Err(Failed::INVALID));
    }

    #[test]
    fn what_does_not_fit_is_not_copied() {
        let mut room = [MaybeUninit::new(b'-'); 3];
        assert_eq!(copy(b"four", &mut room), Err(ErrorKind::BufferTooSmall.into()));
        assert_eq!(copy(b"", &mut []), Ok(0));
        assert_eq!(copy(b"abc", &mut room), Ok(3));
    }
}
