//! Who handled what, and whether anything was handled again that need not have been.
//!
//! Handlers write a line into a journal for each delivery that they have worked on: its id, its job, the fencing number,
//! and which life of which worker it was. Workers say on standard error how each was settled. A delivery may stand in the journal
//! more than once only if each time but the last the work was done and not settled, and that has to be shown:
//!
//! * the life ended by a kill, and has not reported a settlement; at most as many as it handled at once; or
//! * the lease ended first, because the worker was stopped or the database was away, and the worker itself has said that
//!   it could not settle.
//!
//! What was settled must not be handled under a higher fencing number, whoever died.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One run of a worker's process.
pub struct Life {
    /// As it stands in the journal.
    pub name: String,
    /// Whether it was killed.
    pub killed: bool,
    /// What it said on standard error.
    pub said: Vec<String>,
}

/// What is to be said about a journal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// How many deliveries were handled.
    pub handled: usize,
    /// The jobs of those that were handled again because a worker was killed before it had settled.
    pub after_kills: BTreeSet<String>,
    /// And of those because a lease had ended before.
    pub after_leases: BTreeSet<String>,
    /// What must not have happened.
    pub wrong: Vec<String>,
}

/// Id and fencing number.
type Claim = (String, u64);

/// What a worker reports about a claim.
fn report(line: &str) -> Option<(Claim, bool)> {
    let settled = line.contains("outcome=\"done\"");
    if !settled && !line.contains("somebody else has it now") && !line.contains("it could not be settled") {
        return None;
    }
    let after = |name: &str| line.split_once(name)?.1.split([' ', '}']).next();
    Some(((after("{id=")?.to_owned(), after(" fence=")?.parse().ok()?), settled))
}

/// Judges a journal of JSON lines by the lives of the workers, each of which handles so many deliveries at once.
#[must_use]
pub fn judge(journal: &str, lives: &[Life], at_once: usize) -> Judgement {
    let mut judgement = Judgement::default();
    let mut reports: BTreeMap<Claim, bool> = BTreeMap::new();
    for (claim, settled) in lives.iter().flat_map(|life| &life.said).filter_map(|line| report(line)) {
        *reports.entry(claim).or_default() |= settled;
    }
    let mut lines: BTreeMap<String, (String, Vec<(u64, String)>)> = BTreeMap::new();
    for line in journal.lines() {
        let object: Value = serde_json::from_str(line).unwrap_or_default();
        match (object["id"].as_str(), object["fence"].as_u64(), object["life"].as_str()) {
            (Some(id), Some(fence), Some(life)) => {
                let (job, times) = lines.entry(id.to_owned()).or_default();
                object["job"].as_str().unwrap_or_default().clone_into(job);
                times.push((fence, life.to_owned()));
            }
            _ => judgement.wrong.push(format!("no line of a handler: {line}")),
        }
    }
    let mut unsettled: BTreeMap<&str, usize> = BTreeMap::new();
    judgement.handled = lines.len();
    for (id, (job, times)) in &mut lines {
        times.sort();
        for pair in times.windows(2) {
            let [(fence, life), (next, _)] = pair else { continue };
            let Some(life) = lives.iter().find(|other| other.name == *life) else {
                judgement.wrong.push(format!("{id}: {life} never lived"));
                continue;
            };
            let of_this = reports.get(&(id.clone(), *fence));
            let problem = if fence == next {
                "twice under one claim"
            } else if of_this == Some(&true) {
                "again although it was settled"
            } else if of_this == Some(&false) {
                judgement.after_leases.insert(job.clone());
                continue;
            } else if life.killed {
                judgement.after_kills.insert(job.clone());
                *unsettled.entry(&life.name).or_default() += 1;
                continue;
            } else {
                "again although nobody died"
            };
            judgement.wrong.push(format!("{id}: handled {problem} ({fence} by {}, then {next})", life.name));
        }
        let last = times.last().map_or(0, |(fence, _)| *fence);
        // A claim before the last that was settled without a line of its own: another handler has done it all the same.
        let settled = reports.range((id.clone(), 0)..(id.clone(), last)).find(|(_, settled)| **settled);
        if let Some(((_, fence), _)) = settled.filter(|((_, fence), _)| times.iter().all(|(other, _)| other != fence)) {
            judgement.wrong.push(format!("{id}: settled under {fence} without a line, then handled under {last}"));
        }
    }
    for (life, count) in unsettled.into_iter().filter(|(_, count)| *count > at_once) {
        judgement.wrong.push(format!("{life} left {count} unsettled, and handled {at_once} at once"));
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(name: &str, killed: bool, said: &[&str]) -> Life {
        Life { name: name.to_owned(), killed, said: said.iter().map(|line| (*line).to_owned()).collect() }
    }

    fn line(id: &str, fence: u64, life: &str) -> String {
        format!("{{\"id\":\"{id}\",\"job\":\"job-{id}\",\"fence\":{fence},\"life\":\"{life}\"}}\n")
    }

    const DONE: &str = "INFO delivery{id=a fence=1}: handled outcome=\"done\" kind=\"transcript\"";
    const STALE: &str = "WARN delivery{id=a fence=1}: somebody else has it now error=\"claim_stale\"";

    #[test]
    fn once_is_well() {
        let judgement = judge(&line("a", 1, "x"), &[life("x", false, &[DONE])], 1);
        assert_eq!(judgement, Judgement { handled: 1, ..Judgement::default() });
    }

    #[test]
    fn again_is_well_after_a_kill_or_a_lease_that_ended() {
        let journal = line("a", 1, "x") + &line("a", 2, "y");
        let killed = judge(&journal, &[life("x", true, &[]), life("y", false, &[])], 1);
        assert_eq!((killed.after_kills, killed.wrong.len()), (["job-a".to_owned()].into(), 0));
        let stale = judge(&journal, &[life("x", false, &[STALE]), life("y", false, &[])], 1);
        assert_eq!((stale.after_leases, stale.wrong.len()), (["job-a".to_owned()].into(), 0));
    }

    #[test]
    fn again_is_wrong_without_a_death() {
        let journal = line("a", 1, "x") + &line("a", 2, "y");
        let wrong = |lives: &[Life]| judge(&journal, lives, 1).wrong;
        assert!(wrong(&[life("x", false, &[]), life("y", false, &[])])[0].contains("nobody died"));
        // What was settled before the kill was not left by it.
        assert!(wrong(&[life("x", true, &[DONE]), life("y", false, &[])])[0].contains("it was settled"));
    }

    #[test]
    fn one_claim_is_handled_once() {
        let journal = line("a", 1, "x") + &line("a", 1, "x");
        assert!(judge(&journal, &[life("x", true, &[])], 9).wrong[0].contains("under one claim"));
    }

    #[test]
    fn a_kill_excuses_no_more_than_was_being_handled() {
        let twice = |id: &str| line(id, 1, "x") + &line(id, 2, "y");
        let lives = [life("x", true, &[]), life("y", false, &[])];
        assert!(judge(&(twice("a") + &twice("b")), &lives, 2).wrong.is_empty());
        assert!(judge(&(twice("a") + &twice("b")), &lives, 1).wrong[0].contains("left 2 unsettled"));
    }

    #[test]
    fn what_was_settled_unseen_is_not_handled_again() {
        let judgement = judge(&line("a", 2, "y"), &[life("x", true, &[DONE]), life("y", false, &[])], 1);
        assert!(judgement.wrong[0].contains("settled under 1 without a line"), "{judgement:?}");
    }
}
