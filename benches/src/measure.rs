//! The whole run: every race that the goals need, and in full every other candidate too.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::allocations;
use crate::body::Bodies;
use crate::goal::{GOALS, Goal, Measure};
use crate::ledger::{BATCH, Crowd, Map};
use crate::payload::Shape;
use crate::peers;
use crate::race::{Candidate, Ratio, Result, race};
use crate::receive::Desk;
use crate::rng::Rng;
use crate::task::Task;
use crate::task::engine::RINGBACK;

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the goals need, in less than a minute.
    Quick,
    /// Everybody, with many rounds.
    Full,
}

/// Everything that was measured.
#[derive(Debug)]
pub struct Measurements {
    /// How much.
    pub extent: Extent,
    /// The races, shape by shape.
    pub shapes: Vec<ShapeRun>,
    /// The ledger, and the map in its two ways.
    pub ledger: [Result; 3],
    /// How often the core asked for memory.
    pub allocations: u64,
}

/// One shape's races.
#[derive(Debug)]
pub struct ShapeRun {
    /// The shape.
    pub shape: Shape,
    /// The lengths of its variants, ascending.
    pub lengths: Vec<usize>,
    /// How everybody did.
    pub results: BTreeMap<(Task, &'static str), Result>,
}

/// A goal, one case of it, and what came out; nothing if somebody who is needed was not there.
#[derive(Debug)]
pub struct Finding {
    /// The goal.
    pub goal: &'static Goal,
    /// The case.
    pub case: &'static str,
    /// What came out, or who was missing.
    pub outcome: std::result::Result<Ratio, String>,
}

impl Extent {
    /// Rounds of a race.
    #[must_use]
    pub const fn rounds(self) -> usize {
        match self {
            Extent::Quick => 161,
            Extent::Full => 301,
        }
    }

    const fn ledger_rounds(self) -> usize {
        match self {
            Extent::Quick => 31,
            Extent::Full => 101,
        }
    }

    /// The shortest time of a candidate in a round.
    const fn least(self) -> Duration {
        Duration::from_millis(1)
    }
}

/// Measures. Says on standard error what it is doing.
#[must_use]
pub fn measure(extent: Extent) -> Measurements {
    let shapes = Shape::ALL.map(|shape| {
        eprintln!("measuring: {}", shape.name());
        race_of_shape(shape, extent)
    });
    eprintln!("measuring: ledger");
    Measurements { extent, shapes: shapes.into(), ledger: race_of_ledger(extent), allocations: allocations_of_core() }
}

fn race_of_shape(shape: Shape, extent: Extent) -> ShapeRun {
    let documents = shape.documents();
    let longest = documents.iter().map(Vec::len).max().unwrap_or(0);
    let mut entries: Vec<(Task, Candidate<'_, Bodies>)> = Vec::new();
    for task in Task::ALL {
        let candidates = task.candidates(longest).into_iter();
        let wanted = candidates.filter(|candidate| extent == Extent::Full || is_needed(shape, task, candidate.engine));
        entries.extend(wanted.map(|candidate| (task, candidate)));
    }
    let mut rng = Rng::new(41);
    let results = race(&mut entries, extent.rounds(), extent.least(), &mut rng, |rng| Bodies::copy(&documents, rng));
    let mut lengths: Vec<usize> = documents.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let keys = entries.iter().map(|(task, candidate)| (*task, candidate.engine));
    ShapeRun { shape, lengths, results: keys.zip(results).collect() }
}

/// Whether a goal asks for this engine in this race.
fn is_needed(shape: Shape, task: Task, engine: &str) -> bool {
    GOALS.iter().filter(|goal| goal.cases.contains(&shape)).any(|goal| match goal.measure {
        Measure::Speed { task: asked, ours, others } => asked == task && (ours == engine || others.contains(&engine)),
        Measure::Cost { task: asked } => engine == RINGBACK && (asked == task || task == Task::Validate),
        Measure::Ledger | Measure::Allocations => false,
    })
}

fn race_of_ledger(extent: Extent) -> [Result; 3] {
    let rounds = extent.ledger_rounds();
    // One batch goes into the comparison of the answers, and one into the length of a pass.
    let batches = rounds + 2;
    let mut crowd = Crowd::new(batches);
    let (mut passing, mut expecting) = (Map::new(batches, false), Map::new(batches, true));
    let mut candidates = [
        ((), Candidate::new("ledger: arrive + settle", |(): &()| crowd.arrive_and_settle())),
        ((), Candidate::new("hashbrown: in and out", |(): &()| passing.in_and_out())),
        ((), Candidate::new("hashbrown: expected out, handled in", |(): &()| expecting.out_and_in())),
    ];
    let results = race(&mut candidates, rounds, Duration::ZERO, &mut Rng::new(43), |_| ());
    results.try_into().unwrap_or_else(|_| unreachable!("as many results as candidates"))
}

/// Everything that the core does in a delivery's life, on every shape.
fn allocations_of_core() -> u64 {
    let mut rng = Rng::new(47);
    let documents: Vec<Vec<u8>> = Shape::ALL.iter().flat_map(|shape| shape.documents()).collect();
    let bodies = Bodies::copy(&documents, &mut rng);
    let (mut desk, mut crowd) = (Desk::new(), Crowd::new(1));
    let mut table = peers::ringback::Table::default();
    allocations::during(|| {
        for body in bodies.iter() {
            assert!(peers::ringback::validate(body) && desk.receive(body));
            std::hint::black_box((peers::ringback::envelope(body), peers::ringback::words(body)));
            std::hint::black_box(peers::ringback::words_columns(&mut table, body));
        }
        assert_eq!(crowd.arrive_and_settle().exact, BATCH as u64);
    })
}

impl Measurements {
    /// All goals, case by case.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for goal in GOALS {
            match goal.measure {
                Measure::Ledger => {
                    let [ledger, maps @ ..] = &self.ledger;
                    let cases = ["a row in and out", "expected out, handled in"];
                    findings.extend(cases.into_iter().zip(maps).map(|(case, map)| Finding {
                        goal,
                        case,
                        outcome: Ok(map.over(ledger)),
                    }));
                }
                Measure::Allocations => {
                    let count = self.allocations as f64;
                    let ratio = Ratio { ratio: count, low: count, high: count };
                    let outcome = match allocations::are_counted() {
                        true => Ok(ratio),
                        false => Err("nobody counts allocations in this program".into()),
                    };
                    findings.push(Finding { goal, case: "all shapes", outcome });
                }
                Measure::Speed { .. } | Measure::Cost { .. } => {
                    findings.extend(
                        self.shapes.iter().filter(|run| goal.cases.contains(&run.shape)).map(|run| Finding {
                            goal,
                            case: run.shape.name(),
                            outcome: run.outcome(goal),
                        }),
                    );
                }
            }
        }
        findings
    }
}

impl ShapeRun {
    fn outcome(&self, goal: &Goal) -> std::result::Result<Ratio, String> {
        match goal.measure {
            Measure::Speed { task, ours, others } => {
                let ours = self.result(task, ours)?;
                let others: Vec<&Result> =
                    others.iter().map(|other| self.result(task, other)).collect::<std::result::Result<_, _>>()?;
                let best = others.into_iter().min_by(|one, other| one.median().total_cmp(&other.median()));
                Ok(best.ok_or("nobody to compare with")?.over(ours))
            }
            Measure::Cost { task } => {
                let ratio = self.result(task, RINGBACK)?.over(self.result(Task::Validate, RINGBACK)?);
                Ok(Ratio { ratio: ratio.ratio - 1.0, low: ratio.low - 1.0, high: ratio.high - 1.0 })
            }
            Measure::Ledger | Measure::Allocations => Err("not measured on documents".into()),
        }
    }

    fn result(&self, task: Task, engine: &'static str) -> std::result::Result<&Result, String> {
        self.results.get(&(task, engine)).ok_or_else(|| format!("{engine} is not in this build"))
    }

    /// How many bytes of documents were gone over in a pass.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lengths.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::engine::{SERDE_JSON, SERDE_JSON_CHECKED, SIMDJSON, YYJSON};

    #[test]
    fn quick_measures_whoever_a_goal_names_and_nobody_else() {
        assert!(is_needed(Shape::Medium, Task::Validate, SERDE_JSON));
        assert!(is_needed(Shape::Large, Task::Receive, RINGBACK));
        assert!(!is_needed(Shape::Medium, Task::Receive, RINGBACK));
        assert!(!is_needed(Shape::Large, Task::Validate, "serde_json Value"));
    }

    fn run(results: &[(Task, &'static str, f64)]) -> ShapeRun {
        let results =
            results.iter().map(|&(task, engine, time)| ((task, engine), Result { engine, rounds: vec![time] }));
        ShapeRun { shape: Shape::Large, lengths: vec![1], results: results.collect() }
    }

    fn goal(name: &str) -> &'static Goal {
        GOALS.iter().find(|goal| goal.name == name).unwrap()
    }

    #[test]
    fn speed_is_held_against_the_fastest_of_the_others() {
        let run = run(&[
            (Task::Validate, RINGBACK, 2.0),
            (Task::Validate, SIMDJSON, 8.0),
            (Task::Validate, YYJSON, 6.0),
            (Task::Validate, SERDE_JSON_CHECKED, 7.0),
        ]);
        assert_eq!(run.outcome(goal("validate, 100 kB and up, compact")).unwrap().ratio, 3.0);
        let missing = run.outcome(goal("validate, SSE2 only")).unwrap_err();
        assert_eq!(missing, "ringback SSE2 is not in this build");
    }

    #[test]
    fn cost_is_what_comes_on_top() {
        let run = run(&[(Task::Validate, RINGBACK, 2.0), (Task::Envelope, RINGBACK, 2.5)]);
        assert_eq!(run.outcome(goal("envelope: cost over validating")).unwrap().ratio, 0.25);
    }
}
