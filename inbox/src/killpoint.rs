//! Places where a test kills the process, and mistakes that a test plants. Without the feature nothing of it exists.
//!
//! `RINGBACK_KILL=place:n` kills the process as SIGKILL does when it comes to the place for the nth time; or, where the
//! place is a call that takes its time, somewhere within.
//! `RINGBACK_PLANT=mistake` makes the program wrong in one way, so that a harness can be seen to notice; several are
//! separated by commas.

#[cfg(feature = "killpoints")]
mod armed {
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{LazyLock, Mutex};
    use std::time::{Duration, Instant};

    static KILL: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let told = std::env::var("RINGBACK_KILL").ok()?;
        let (place, count) = told.split_once(':')?;
        Some((place.to_owned(), count.parse().ok()?))
    });
    static PLANT: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("RINGBACK_PLANT").ok());
    static PASSED: LazyLock<Mutex<HashMap<&'static str, u64>>> = LazyLock::new(Mutex::default);

    /// Says that the process has come to this place.
    pub fn at(place: &'static str) {
        if comes_to_its_end(place) {
            die();
        }
    }

    /// Says that what follows is this place: it ends somewhere in the next millisecond.
    pub fn within(place: &'static str) {
        if comes_to_its_end(place) {
            let span = Duration::from_micros(u64::from(std::process::id()).wrapping_mul(7_919) % 1_000);
            let begun = Instant::now();
            std::thread::spawn(move || {
                while begun.elapsed() < span {
                    std::hint::spin_loop();
                }
                die();
            });
        }
    }

    fn comes_to_its_end(place: &'static str) -> bool {
        let Some((fatal, count)) = &*KILL else { return false };
        let mut passed = crate::lock(&PASSED);
        let times = passed.entry(place).or_default();
        *times += 1;
        fatal == place && times == count
    }

    fn die() {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::thread::park();
    }

    /// Whether the store is to be away for this call: eight times, and then not eight times, where that is planted.
    pub fn store_is_away() -> bool {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        planted("store-away") && (CALLS.fetch_add(1, Ordering::Relaxed) / 8).is_multiple_of(2)
    }

    /// Whether this mistake is planted.
    pub fn planted(mistake: &str) -> bool {
        PLANT.as_deref().is_some_and(|plants| plants.split(',').any(|plant| plant == mistake))
    }
}

#[cfg(not(feature = "killpoints"))]
mod armed {
    #[inline]
    pub const fn at(_: &'static str) {}

    #[inline]
    pub const fn within(_: &'static str) {}

    #[inline]
    pub const fn store_is_away() -> bool {
        false
    }

    #[inline]
    pub const fn planted(_: &str) -> bool {
        false
    }
}

pub(crate) use armed::{at, planted, store_is_away, within};
