//! Limits on what is accepted, in one place.

use crate::credential::Ticket;
use crate::time::Millis;

/// Limits on what a gate accepts. Each can be changed; these are the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a decoded body: 32 MiB.
    pub body: u64,
    /// The most bytes of a body that has to be parsed before its sender is proven, by an extra secret: 8 MiB.
    pub unproven_body: u64,
    /// How late a genuine ticket is accepted, in milliseconds: 1,260 s, which is longer than all attempts of one delivery.
    pub grace: Millis,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Limits = Limits { body: 32 * 1024 * 1024, unproven_body: 8 * 1024 * 1024, grace: Ticket::GRACE };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}

/// The most bytes of a body that is read as the text of a failure although nothing says that it is text.
pub(crate) const FAILURE_TEXT: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_that_are_documented() {
        let documented = Limits { body: 33_554_432, unproven_body: 8_388_608, grace: 1_260_000 };
        assert_eq!(Limits::default(), documented);
    }
}
