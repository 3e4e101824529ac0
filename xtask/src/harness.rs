//! What the test programs say: how many tests passed, and which were skipped and why.
//!
//! Rust's test harness has no word for a test that finds at run time that it cannot run. Here such a test prints a line
//! that begins with `skipped:`, gives the reason, and returns; run with `--show-output` the line comes out after the
//! tests. A test marked `#[ignore]` counts as skipped too.

use std::collections::BTreeMap;

/// The tests of a step.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many passed, those included that skipped themselves.
    pub passed: usize,
    /// Reasons for which tests were skipped, each with the number of those tests.
    pub skipped: BTreeMap<String, usize>,
}

impl Tally {
    /// Takes in one line of a test program's standard output.
    pub fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(reason) = line.strip_prefix("skipped:") {
            self.skip(reason.trim());
        } else if let Some((name, rest)) = line.strip_prefix("test ").and_then(|test| test.split_once(" ... ")) {
            match rest.strip_prefix("ignored") {
                Some("") => self.skip(&format!("{name} is marked as ignored")),
                Some(reason) => self.skip(reason.trim_start_matches(", ")),
                None => {}
            }
        } else if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += passed(result);
        }
    }

    /// Takes in the tests of another program of the same step.
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        for (reason, times) in other.skipped {
            *self.skipped.entry(reason).or_default() += times;
        }
    }

    /// Notes that something was skipped, and why.
    pub fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }
}

/// The number in front of `passed` in `ok. 5 passed; 0 failed; ...`.
fn passed(result: &str) -> usize {
    let before = result.split(" passed").next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn passed_tests_of_several_programs_add_up() {
        let tally = read(&[
            "test a ... ok",
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ]);
        assert_eq!(tally, Tally { passed: 17, skipped: BTreeMap::new() });
    }

    #[test]
    fn equal_reasons_for_a_skip_are_counted_together() {
        let tally = read(&["skipped: no corpus", "skipped: no curl", "skipped: no corpus\n", "was skipped: not this"]);
        assert_eq!(tally.skipped, BTreeMap::from([("no corpus".into(), 2), ("no curl".into(), 1)]));
    }

    #[test]
    fn ignored_tests_are_skips_with_their_reason_or_their_name() {
        let tally = read(&["test slow ... ignored, takes an hour", "test other ... ignored", "test x ... ok"]);
        let reasons = ["other is marked as ignored", "takes an hour"];
        assert!(tally.skipped.keys().eq(reasons), "{tally:?}");
    }

    #[test]
    fn counts_of_two_programs_are_added() {
        let mut tally = read(&["skipped: no corpus", "test result: ok. 2 passed; 0 failed"]);
        tally.add(read(&["skipped: no corpus", "test result: ok. 3 passed; 0 failed"]));
        assert_eq!(tally, Tally { passed: 5, skipped: BTreeMap::from([("no corpus".into(), 2)]) });
    }
}
