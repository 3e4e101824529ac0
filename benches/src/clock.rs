//! The time that this thread has worked. What other programs do on the same core is not in it.

use std::time::Duration;

/// Since some moment before.
#[cfg(unix)]
#[must_use]
pub fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Since some moment before: the time of day, for want of a better one.
#[cfg(not(unix))]
#[must_use]
pub fn now() -> Duration {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_time() {
        let before = now();
        let mut sum = 0_u64;
        while now() == before {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(now() > before);
    }
}
