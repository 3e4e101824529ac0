//! Places where a test kills the process, and mistakes that a test plants. Without the feature nothing of it exists.
//!
//! `RINGBACK_KILL=place:n` kills the process as SIGKILL does when it comes to the place for the nth time.
//! `RINGBACK_PLANT=mistake` makes the program wrong in one way, so that a harness can be seen to notice.

#[cfg(feature = "killpoints")]
mod armed {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    static KILL: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let told = std::env::var("RINGBACK_KILL").ok()?;
        let (place, count) = told.split_once(':')?;
        Some((place.to_owned(), count.parse().ok()?))
    });
    static PLANT: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("RINGBACK_PLANT").ok());
    static PASSED: LazyLock<Mutex<HashMap<&'static str, u64>>> = LazyLock::new(Mutex::default);

    /// Says that the process has come to this place.
    pub fn at(place: &'static str) {
        let Some((fatal, count)) = &*KILL else { return };
        let mut passed = crate::lock(&PASSED);
        let times = passed.entry(place).or_default();
        *times += 1;
        if fatal == place && times == count {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::thread::park();
        }
    }

    /// Whether this mistake is planted.
    pub fn planted(mistake: &str) -> bool {
        PLANT.as_deref() == Some(mistake)
    }
}

#[cfg(not(feature = "killpoints"))]
mod armed {
    #[inline]
    pub const fn at(_: &'static str) {}

    #[inline]
    pub const fn planted(_: &str) -> bool {
        false
    }
}

pub(crate) use armed::{at, planted};
