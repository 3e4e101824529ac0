//! Time, which is always an argument: the core owns no clock.

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMillis = u64;

/// A span of time in milliseconds.
pub type Millis = u64;

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expiry {
    /// At this moment of the wall clock.
    At(UnixMillis),
    /// Never: for devices without a clock.
    Never,
}

/// One moment, read from both clocks of its machine.
///
/// Deadlines and retention follow the wall clock. Leases and backoff follow the monotonic one, for they must not notice
/// when somebody steps the other. A program without a second clock may give the wall clock twice; a ledger that is
/// shared by machines gives the clock of its database twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Now {
    /// What the calendar says; it may be stepped in both directions.
    pub wall: UnixMillis,
    /// Milliseconds since any moment that stays the same until the next boot.
    pub monotonic: Millis,
}

impl Now {
    /// A moment out of its two readings.
    #[must_use]
    pub const fn new(wall: UnixMillis, monotonic: Millis) -> Now {
        Now { wall, monotonic }
    }

    /// The later reading of each clock: with it a ledger never lets time run backwards.
    ///
    /// ```
    /// use ringback::time::Now;
    /// let stepped_back = Now::new(5_000, 300);
    /// assert_eq!(stepped_back.after(Now::new(9_000, 200)), Now::new(9_000, 300));
    /// ```
    #[must_use]
    pub fn after(self, earlier: Now) -> Now {
        Now { wall: self.wall.max(earlier.wall), monotonic: self.monotonic.max(earlier.monotonic) }
    }
}
