//! Where an inbox reads the time.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use ringback::time::{Millis, Now};

/// A source of time. All processes that share a store must share it: two readings of one machine, or of one database.
pub trait Clock: Send + Sync {
    /// The present moment on both clocks.
    fn now(&self) -> Now;

    /// What stays the same as long as the monotonic clock goes on, and is another after the next boot.
    fn boot(&self) -> Vec<u8>;
}

/// The clocks of this machine. Every process on it reads the same monotonic clock, which counts sleep too.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Now::new(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX), monotonic())
    }

    /// The boot id of Linux; elsewhere the time of the boot in steps of ten minutes, so that a wall clock that is put
    /// right looks like another boot: leases end early then, which costs a repetition and no delivery.
    fn boot(&self) -> Vec<u8> {
        std::fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_else(|_| {
            let now = self.now();
            (now.wall.saturating_sub(now.monotonic) / 600_000).to_le_bytes().to_vec()
        })
    }
}

fn monotonic() -> Millis {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let time = rustix::time::clock_gettime(CLOCK);
    // Neither is ever negative, and the nanoseconds are below a thousand million.
    u64::try_from(time.tv_sec).unwrap_or(0).saturating_mul(1_000) + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000_000
}

/// A clock that goes when it is told to, for tests of programs that use an inbox.
///
/// ```
/// use ringback_inbox::{Clock, ManualClock};
///
/// let clock = ManualClock::new(1_795_000_000_000);
/// let before = clock.now();
/// clock.advance(1_500);
/// assert_eq!(clock.now().wall - before.wall, 1_500);
/// ```
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<(Now, u64)>,
}

impl ManualClock {
    /// A clock that shows this moment on the wall, and an hour since its boot.
    #[must_use]
    pub const fn new(wall: u64) -> ManualClock {
        ManualClock { state: Mutex::new((Now::new(wall, 3_600_000), 0)) }
    }

    /// Both clocks go on by so many milliseconds.
    pub fn advance(&self, span: Millis) {
        self.change(|(now, _)| {
            now.wall += span;
            now.monotonic += span;
        });
    }

    /// Somebody steps the wall clock to this moment; the monotonic clock does not notice.
    pub fn step_wall(&self, wall: u64) {
        self.change(|(now, _)| now.wall = wall);
    }

    /// The machine boots: the monotonic clock begins anew.
    pub fn boot_again(&self) {
        self.change(|(now, boots)| {
            now.monotonic = 1_000;
            *boots += 1;
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut (Now, u64)) -> T) -> T {
        change(&mut crate::lock(&self.state))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Now {
        self.change(|(now, _)| *now)
    }

    fn boot(&self) -> Vec<u8> {
        self.change(|(_, boots)| boots.to_le_bytes().to_vec())
    }
}
