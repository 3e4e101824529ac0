//! When Deepgram comes again: up to ten times, thirty seconds after each failure. Anything but a status of 200 to 299 is
//! one. It gives a connection one second and an answer ten (the defaults of the self-hosted service).

use std::time::Duration;

/// How often and how patiently a delivery is attempted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// How many attempts follow the first.
    pub retries: u32,
    /// How long after a failure the next attempt begins.
    pub pause: Duration,
    /// How long a connection may take.
    pub connect: Duration,
    /// How long an answer may take, from the last byte of the request on.
    pub answer: Duration,
}

impl Schedule {
    /// What Deepgram does.
    pub const REAL: Schedule = Schedule {
        retries: 10,
        pause: Duration::from_secs(30),
        connect: Duration::from_secs(1),
        answer: Duration::from_secs(10),
    };

    /// The same with pauses that are shorter by this factor. What a receiver is given to answer stays as it is: it does
    /// not get faster by being told so.
    pub fn faster(self, factor: f64) -> Schedule {
        Schedule { pause: self.pause.div_f64(factor.max(1e-3)), ..self }
    }

    /// How long to wait after the attempt of this number, counted from 1, has failed; none if it was the last.
    pub fn after(&self, attempt: u32) -> Option<Duration> {
        (attempt <= self.retries).then_some(self.pause)
    }
}

/// Whether a status is taken for success.
pub const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_retries_follow_thirty_seconds_apart() {
        let pauses: Vec<Duration> = (1..).map_while(|attempt| Schedule::REAL.after(attempt)).collect();
        assert_eq!(pauses, [Duration::from_secs(30); 10]);
    }

    #[test]
    fn speed_shortens_the_pauses_and_nothing_else() {
        let fast = Schedule::REAL.faster(100.0);
        assert_eq!(fast, Schedule { pause: Duration::from_millis(300), ..Schedule::REAL });
        assert_eq!(Schedule::REAL.faster(1.0), Schedule::REAL);
    }

    #[test]
    fn only_the_two_hundreds_are_success() {
        assert_eq!((100..600).filter(|status| is_success(*status)).count(), 100);
        assert!(!is_success(302) && !is_success(304));
    }
}
