//! Numbers that look random and follow from a seed.

/// SplitMix64: one multiplication chain over a counter. Good enough to compose documents and to choose faults, and for
/// nothing secret.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The sequence that belongs to a seed.
    #[cfg(test)]
    pub const fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A sequence of its own for one thing under a seed: what it gives does not depend on what others have drawn.
    pub fn apart(seed: u64, purpose: &str, number: u64) -> Dice {
        let mut dice = Dice(seed);
        for byte in purpose.bytes() {
            dice = Dice(dice.bits() ^ u64::from(byte));
        }
        Dice(dice.bits() ^ number)
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `bound`; 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// At least `low`, less than `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.between(0.0, 1.0) < probability
    }

    /// One of these, which are not none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A UUID: version 7 of this moment, or version 4.
    pub fn uuid(&mut self, moment: Option<u64>) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&self.bits().to_be_bytes());
        if let Some(millis) = moment {
            bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        }
        bytes[6] = bytes[6] & 0x0f | if moment.is_some() { 0x70 } else { 0x40 };
        bytes[8] = bytes[8] & 0x3f | 0x80;
        ringback::request_id::RequestId::from_bytes(bytes).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_sequence_everywhere() {
        let mut dice = Dice::new(0);
        assert_eq!([dice.bits(), dice.bits()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn sequences_apart_do_not_follow_each_other() {
        let first = |purpose, number| Dice::apart(1, purpose, number).bits();
        assert_eq!(first("faults", 3), first("faults", 3));
        assert_ne!(first("faults", 3), first("faults", 4));
        assert_ne!(first("faults", 3), first("speech", 3));
    }

    #[test]
    fn a_uuid_has_its_version_and_its_moment() {
        let uuid = Dice::new(1).uuid(Some(0x0192_3456_789a));
        assert!(uuid.starts_with("01923456-789a-7"), "{uuid}");
        assert_eq!(&Dice::new(1).uuid(None)[14..15], "4");
    }
}
