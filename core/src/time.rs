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
