//! What a candidate found: the proof that all of them did the same work.

/// Found in all documents of one pass: whole numbers folded together, and a sum of fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answer {
    /// Equal for all candidates.
    pub exact: u64,
    /// Equal for all candidates that read numbers correctly rounded, almost equal for the others.
    pub sum: f64,
}

impl Answer {
    /// Whether both come from the same work. serde_json may be off by one unit in the last place of a fraction.
    #[must_use]
    pub fn agrees(&self, other: &Answer) -> bool {
        self.exact == other.exact && (self.sum - other.sum).abs() <= 1e-11 * self.sum.abs()
    }
}

impl std::ops::AddAssign for Answer {
    fn add_assign(&mut self, other: Answer) {
        self.exact = self.exact.wrapping_mul(31).wrapping_add(other.exact);
        self.sum += other.sum;
    }
}

/// The envelope of a document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// The request id as it stands there.
    pub request_id: &'a str,
    /// Whether it is a message of a stream.
    pub stream: bool,
    /// The length of the first transcript in bytes, decoded.
    pub transcript: usize,
}

impl Envelope<'_> {
    /// Folds it.
    #[inline]
    #[must_use]
    pub fn answer(&self) -> Answer {
        // The last two digits stand for the id: folding all of it would be work of its own.
        let digits = self.request_id.as_bytes().last_chunk().copied().unwrap_or([0; 2]);
        let id = digits.map(|digit| u64::from(digit.to_ascii_lowercase()));
        let exact = id[0] | id[1] << 8 | u64::from(self.stream) << 16 | (self.transcript as u64) << 17;
        Answer { exact, sum: 0.0 }
    }
}

/// All words of a document.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Words {
    /// How many there are.
    pub count: u64,
    /// The lengths of their texts in bytes, decoded: of `punctuated_word`, or of `word` where there is none.
    pub text: u64,
    /// Their speakers.
    pub speakers: u64,
    /// Their starts and ends.
    pub seconds: f64,
    /// Their confidences.
    pub confidence: f64,
}

impl Words {
    /// Adds one word.
    #[inline]
    pub fn add(&mut self, start: f64, end: f64, confidence: f64, speaker: u64, text: usize) {
        self.count += 1;
        self.text += text as u64;
        self.speakers += speaker;
        self.seconds += start + end;
        self.confidence += confidence;
    }

    /// Folds them.
    #[inline]
    #[must_use]
    pub fn answer(&self) -> Answer {
        let exact = self.count.wrapping_mul(1_000_003).wrapping_add(self.text).wrapping_mul(1_000_003);
        Answer { exact: exact.wrapping_add(self.speakers), sum: self.seconds + 1_000.0 * self.confidence }
    }
}
