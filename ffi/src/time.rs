//! Time, which is always an argument: the library owns no clock.

use ringback_core::time::{Expiry, Now};

/// One moment, read from both clocks of the machine. Leases follow the monotonic one, deadlines and tickets the other.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_now {
    /// Milliseconds since 1970-01-01T00:00:00Z: `CLOCK_REALTIME`.
    pub wall: u64,
    /// Milliseconds since any moment that stays the same until the next boot: `CLOCK_MONOTONIC`. Whoever has no such
    /// clock gives the other one twice.
    pub monotonic: u64,
}

impl From<ringback_now> for Now {
    fn from(now: ringback_now) -> Now {
        Now::new(now.wall, now.monotonic)
    }
}

/// The end that C gives as milliseconds since 1970, or as 0 for never.
pub(crate) fn expiry(millis: u64) -> Expiry {
    if millis == 0 { Expiry::Never } else { Expiry::At(millis) }
}
