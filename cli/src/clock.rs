//! The two clocks that the core is given readings of, and the calendar.

use std::fmt;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ringback::time::{Now, UnixMillis};

/// The clocks of this process.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Clocks whose monotonic one begins now.
    pub fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    /// This moment.
    pub fn now(&self) -> Now {
        Now::new(wall(), u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }
}

/// This moment on the wall clock. A clock before 1970 counts as 1970.
pub fn wall() -> UnixMillis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A moment as RFC 3339 writes it: UTC, with milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Rfc3339(pub UnixMillis);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{:03}Z", Date(self.0), self.0 % 1000)
    }
}

/// The day of a moment, in UTC, as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug)]
pub struct Date(pub UnixMillis);

impl fmt::Display for Date {
    /// Counts days from 1 March, so that a leap day is the last one of its year and months need no table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAYS_OF_ERA: u64 = 146_097; // 400 years
        const DAYS_BEFORE_1970: u64 = 719_468; // since 0000-03-01
        let days = self.0 / 86_400_000 + DAYS_BEFORE_1970;
        let (era, day) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let march_month = (5 * day + 2) / 153;
        let day = day - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = era * 400 + year + u64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_calendar_has_them() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
            (1_735_689_600_000, "2025-01-01T00:00:00.000Z"),
            (1_795_000_000_123, "2026-11-18T11:06:40.123Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(Rfc3339(millis).to_string(), text);
        }
    }
}
