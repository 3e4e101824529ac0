//! What can be chosen about a ledger.

use core::borrow::Borrow;

use crate::time::Millis;

/// How long a ledger waits for what, and how often it tries.
///
/// ```
/// use ringback::ledger::Rules;
/// let rules = Rules { memory: 30 * 86_400_000, ..Rules::stored() };
/// assert_eq!(rules.lease, 60_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether somebody keeps the bodies. Then a delivery is acknowledged before it is handled, and workers claim it
    /// afterwards; otherwise the handler runs first and its outcome is the answer.
    pub stored: bool,
    /// How long a claim holds without being renewed.
    pub lease: Millis,
    /// How long it is remembered that something was settled. Eleven attempts that all time out after 60 s, 30 s apart,
    /// span 960 s.
    pub memory: Millis,
    /// How long a kept delivery waits to be announced, and how long an overdue submission is still known.
    pub patience: Millis,
    /// The wait after the first failure; it doubles with each.
    pub backoff: Millis,
    /// The longest wait after a failure.
    pub backoff_limit: Millis,
    /// Where bodies are stored: the failure, counted from 1, after which a delivery is dead.
    pub tries: u8,
    /// Distinct deliveries for one submission.
    pub deliveries: u32,
    /// Distinct deliveries for one submission that is a stream; at most 16,777,215.
    pub stream_deliveries: u32,
}

impl Rules {
    /// The rules of a ledger without bodies: the handler runs first, and 960 s are remembered.
    #[must_use]
    pub const fn handled_first() -> Rules {
        Rules {
            stored: false,
            lease: 60_000,
            memory: 960_000,
            patience: 86_400_000,
            backoff: 1_000,
            backoff_limit: 3_600_000,
            tries: 20,
            deliveries: 8,
            stream_deliveries: 100_000,
        }
    }

    /// The rules of an inbox: what is kept is acknowledged, and 30 days are remembered.
    #[must_use]
    pub const fn stored() -> Rules {
        Rules { stored: true, memory: 30 * 86_400_000, ..Rules::handled_first() }
    }

    /// The wait after this many failures: doubling, limited, and somewhere in its upper half.
    ///
    /// `entropy` is 32 random bits; without them all that failed together would be tried together again.
    #[must_use]
    pub const fn wait(&self, failures: u8, entropy: u32) -> Millis {
        let mut whole = self.backoff;
        let mut doublings = if failures > 64 { 63 } else { failures.saturating_sub(1) };
        while doublings > 0 && whole < self.backoff_limit && whole != 0 {
            whole = whole.saturating_mul(2);
            doublings -= 1;
        }
        let whole = if whole < self.backoff_limit { whole } else { self.backoff_limit };
        let half = whole / 2;
        let (high, low) = (half >> 32, half & 0xFFFF_FFFF);
        whole - half + high * entropy as u64 + ((low * entropy as u64) >> 32)
    }
}

/// [`Rules::handled_first`] as a type. A program whose ledgers all have it is compiled without what other rules ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandledFirst;

impl Borrow<Rules> for HandledFirst {
    #[inline]
    fn borrow(&self) -> &Rules {
        const { &Rules::handled_first() }
    }
}

/// [`Rules::handled_first`].
impl Default for Rules {
    fn default() -> Rules {
        Rules::handled_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_remembers_30_days_and_a_ledger_without_bodies_960_seconds() {
        assert_eq!(Rules::stored().memory, 2_592_000_000);
        assert_eq!(Rules::handled_first().memory, 960_000);
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let rules = Rules::default();
        assert_eq!(
            [1, 2, 3, 12, 13, 255].map(|failures| rules.wait(failures, u32::MAX).div_ceil(10) * 10),
            [1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000]
        );
    }

    #[test]
    fn entropy_spreads_the_wait_over_its_upper_half() {
        let rules = Rules::default();
        assert_eq!(rules.wait(1, 0), 500);
        assert_eq!(rules.wait(1, u32::MAX / 2 + 1), 750);
        assert_eq!(rules.wait(1, u32::MAX), 999);
    }

    #[test]
    fn absurd_rules_do_not_overflow() {
        let rules = Rules { backoff: u64::MAX, backoff_limit: u64::MAX, ..Rules::default() };
        assert!(rules.wait(255, u32::MAX) > u64::MAX / 2);
    }
}
