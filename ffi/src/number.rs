//! Numbers and truths that a document may lack.

/// A number; read it only if it is present.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_f64 {
    /// The nearest float; 0 if there is none.
    pub value: f64,
    /// Whether the document has it.
    pub present: bool,
}

/// A whole number that is not negative; read it only if it is present.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_u64 {
    /// The number; 0 if there is none.
    pub value: u64,
    /// Whether the document has it.
    pub present: bool,
}

/// A truth; read it only if it is present.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_bool {
    /// The truth; false if there is none.
    pub value: bool,
    /// Whether the document has it.
    pub present: bool,
}

/// A time or a length of time; read it only if it is present.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct ringback_seconds {
    /// In seconds: the nearest float; 0 if there is none.
    pub seconds: f64,
    /// In milliseconds, worked out from the decimal digits; 0 if there is none.
    pub millis: i64,
    /// Whether the document has it.
    pub present: bool,
}

impl From<Option<f64>> for ringback_f64 {
    fn from(value: Option<f64>) -> ringback_f64 {
        value.map_or_else(Default::default, |value| ringback_f64 { value, present: true })
    }
}

impl From<Option<u64>> for ringback_u64 {
    fn from(value: Option<u64>) -> ringback_u64 {
        value.map_or_else(Default::default, |value| ringback_u64 { value, present: true })
    }
}

impl From<Option<bool>> for ringback_bool {
    fn from(value: Option<bool>) -> ringback_bool {
        value.map_or_else(Default::default, |value| ringback_bool { value, present: true })
    }
}

impl ringback_seconds {
    /// Both readings of one number.
    pub(crate) fn of(seconds: Option<f64>, millis: Option<i64>) -> ringback_seconds {
        match (seconds, millis) {
            (Some(seconds), Some(millis)) => ringback_seconds { seconds, millis, present: true },
            _ => ringback_seconds::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_reads_as_zero() {
        assert!(!ringback_f64::from(None).present);
        assert_eq!(ringback_u64::from(None).value, 0);
        assert!(ringback_bool::from(Some(false)).present);
    }

    #[test]
    fn a_time_that_fits_only_one_reading_counts_as_absent() {
        assert!(!ringback_seconds::of(Some(1e300), None).present);
        assert_eq!(ringback_seconds::of(Some(1.5), Some(1500)).millis, 1500);
    }
}
