//! Memory that lives as long as the program, to be taken by one owner.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

/// A static value that can be borrowed mutably: once, and then for ever.
pub struct Place<T> {
    value: UnsafeCell<T>,
    taken: AtomicBool,
}

// SAFETY: `take` gives the value to one caller in the life of the program, so nobody shares it.
unsafe impl<T: Send> Sync for Place<T> {}

impl<T> Place<T> {
    /// A place that holds this value from the start.
    pub const fn new(value: T) -> Place<T> {
        Place { value: UnsafeCell::new(value), taken: AtomicBool::new(false) }
    }

    /// The value; none if it was taken before.
    pub fn take(&'static self) -> Option<&'static mut T> {
        // Nobody has written to the value before, so there is nothing to wait for.
        let first = !self.taken.swap(true, Ordering::Relaxed);
        // SAFETY: `taken` was false before this call, so there is no other reference.
        first.then(|| unsafe { &mut *self.value.get() })
    }
}
