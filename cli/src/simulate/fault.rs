//! What goes wrong on the way, by seed: the same seed and the same number of a delivery give the same faults, in whatever
//! order deliveries are sent.

use clap::ValueEnum;

use super::dice::Dice;

/// One thing that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Fault {
    /// The body comes without a length, in chunks
    Chunked,
    /// The connection ends in the middle of the body
    Cut,
    /// After the answer the same document comes again with other bytes
    Differing,
    /// The callback comes before the submitter has its reply (with --listen)
    Early,
    /// The answer gets lost on its way back, so that the delivery comes again
    LostReply,
    /// Somebody without credentials posts it first
    NoCredentials,
    /// It starts later than others that were submitted after it
    Reorder,
    /// After the answer it comes again all the same
    Repeat,
    /// The body comes slowly
    Slow,
    /// Somebody with a wrong password posts it first
    WrongCredentials,
}

/// What goes wrong with one delivery.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Who posts it before Deepgram does: without credentials, or with wrong ones.
    pub strangers: Vec<Fault>,
    /// What happens to the first attempts: [`Fault::Cut`] or [`Fault::LostReply`]. Those behind them are whole.
    pub attempts: Vec<Fault>,
    /// What comes after the answer: [`Fault::Repeat`] or [`Fault::Differing`].
    pub after: Vec<Fault>,
    pub chunked: bool,
    pub slow: bool,
    /// Whether the callback comes before the submitter's reply.
    pub early: bool,
    /// How much later than due it starts, as a share of the longest such delay.
    pub late: f64,
}

impl Plan {
    /// The plan for the delivery of this number: each of `faults` happens with probability `rate`. At least one of the
    /// attempts that there are, retries included, is whole, so that no receiver loses anything for the faults alone.
    pub fn of(seed: u64, number: u64, faults: &[Fault], rate: f64, retries: u32) -> Plan {
        let mut plan = Plan::default();
        let mut chosen = faults.to_vec();
        chosen.sort_unstable();
        chosen.dedup();
        for fault in chosen {
            // A sequence for each fault: asking for one more of them changes nothing about the others.
            let mut dice = Dice::apart(seed, "fault", number << 8 | fault as u64);
            if !dice.chance(rate) {
                continue;
            }
            match fault {
                Fault::Chunked => plan.chunked = true,
                Fault::Slow => plan.slow = true,
                Fault::Early => plan.early = true,
                Fault::Reorder => plan.late = dice.between(0.0, 1.0),
                Fault::NoCredentials | Fault::WrongCredentials => plan.strangers.push(fault),
                Fault::Differing | Fault::Repeat => plan.after.push(fault),
                Fault::Cut | Fault::LostReply => {
                    let times = 1 + dice.below(2);
                    plan.attempts.extend(std::iter::repeat_n(fault, times));
                }
            }
        }
        let mut dice = Dice::apart(seed, "order", number);
        for at in (1..plan.attempts.len()).rev() {
            plan.attempts.swap(at, dice.below(at + 1));
        }
        plan.attempts.truncate(retries as usize);
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(seed: u64, faults: &[Fault], rate: f64) -> Vec<Plan> {
        (0..200).map(|number| Plan::of(seed, number, faults, rate, 10)).collect()
    }

    #[test]
    fn a_seed_decides_the_faults() {
        let all = Fault::value_variants();
        assert_eq!(plans(1, all, 0.3), plans(1, all, 0.3));
        assert_ne!(plans(1, all, 0.3), plans(2, all, 0.3));
    }

    #[test]
    fn the_order_in_which_faults_are_named_does_not_matter() {
        let named = [Fault::Cut, Fault::LostReply, Fault::Cut, Fault::Repeat];
        let other = [Fault::Repeat, Fault::LostReply, Fault::Cut];
        assert_eq!(plans(1, &named, 0.5), plans(1, &other, 0.5));
    }

    #[test]
    fn every_fault_happens_as_often_as_asked() {
        for fault in Fault::value_variants() {
            let count = |rate| plans(3, &[*fault], rate).iter().filter(|plan| **plan != Plan::default()).count();
            assert_eq!((count(0.0), count(1.0)), (0, 200), "{fault:?}");
            assert!((30..90).contains(&count(0.3)), "{fault:?}: {}", count(0.3));
        }
    }

    #[test]
    fn one_attempt_is_always_whole() {
        for retries in 0..3 {
            let plan = Plan::of(1, 1, &[Fault::Cut, Fault::LostReply], 1.0, retries);
            assert!(plan.attempts.len() <= retries as usize);
        }
    }
}
