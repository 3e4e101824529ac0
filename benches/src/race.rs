//! The interleaved run: all candidates of a task by turns, so that whatever the machine does meanwhile happens to all.
//!
//! In a round the documents are copied to new memory, and every candidate goes over all of them once or several times, in
//! shuffled order. What is measured is the time that the thread has worked; a candidate's time is the median of its
//! rounds, and a ratio the median of theirs. Ratios of one run hold; the times by themselves belong to the machine and to
//! the moment.

use std::hint::black_box;
use std::time::Duration;

use crate::answer::Answer;
use crate::clock;
use crate::rng::Rng;

/// One engine doing a task on all of the input.
pub struct Candidate<'c, Input> {
    /// What it is called in tables.
    pub engine: &'static str,
    /// Does the task once.
    pub run: Box<dyn FnMut(&Input) -> Answer + 'c>,
}

/// How a candidate did.
#[derive(Clone, Debug)]
pub struct Result {
    /// The candidate.
    pub engine: &'static str,
    /// The nanoseconds that one pass over the input took, one for each round, in the order of the rounds.
    pub rounds: Vec<f64>,
}

impl<'c, Input> Candidate<'c, Input> {
    /// A candidate.
    pub fn new(engine: &'static str, run: impl FnMut(&Input) -> Answer + 'c) -> Candidate<'c, Input> {
        Candidate { engine, run: Box::new(run) }
    }
}

impl Result {
    /// The median of the rounds.
    #[must_use]
    pub fn median(&self) -> f64 {
        quantile(&self.rounds, 0.5)
    }

    /// How many times as long this one took as another: the median of the rounds, with their quartiles, whose distance
    /// says how much the ratio can be trusted.
    ///
    /// Round by round, for a machine may be slower for a second, and the median of one of them lie before and that of
    /// the other behind.
    #[must_use]
    pub fn over(&self, other: &Result) -> Ratio {
        let paired: Vec<f64> = self.rounds.iter().zip(&other.rounds).map(|(own, theirs)| own / theirs).collect();
        Ratio { ratio: quantile(&paired, 0.5), low: quantile(&paired, 0.25), high: quantile(&paired, 0.75) }
    }
}

/// The ratios of single rounds.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// Half of the rounds had less.
    pub ratio: f64,
    /// A quarter of the rounds had less.
    pub low: f64,
    /// A quarter of the rounds had more.
    pub high: f64,
}

/// Lets the candidates run for so many rounds, each of them with the task that it does.
///
/// `lay` makes the input of a round. A candidate goes over it as often as takes at least `least`, so that the clock and
/// the first touch of its code do not count.
///
/// # Panics
///
/// If two candidates with the same task do not agree, or one does not agree with itself.
pub fn race<Task: PartialEq, Input>(
    candidates: &mut [(Task, Candidate<'_, Input>)],
    rounds: usize,
    least: Duration,
    rng: &mut Rng,
    mut lay: impl FnMut(&mut Rng) -> Input,
) -> Vec<Result> {
    let input = lay(rng);
    let answers: Vec<Answer> = candidates.iter_mut().map(|(_, candidate)| (candidate.run)(&input)).collect();
    for (at, (task, candidate)) in candidates.iter().enumerate() {
        let first = candidates.iter().position(|(other, _)| other == task).unwrap_or(at);
        let (one, other) = (answers[first], answers[at]);
        let engines = (candidates[first].1.engine, candidate.engine);
        assert!(one.agrees(&other), "{} found {one:?}, {} {other:?}", engines.0, engines.1);
    }
    let passes: Vec<usize> = candidates.iter_mut().map(|(_, candidate)| passes(candidate, &input, least)).collect();
    let mut results: Vec<Result> =
        candidates.iter().map(|(_, candidate)| Result { engine: candidate.engine, rounds: Vec::new() }).collect();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    for _ in 0..rounds {
        let input = lay(rng);
        rng.shuffle(&mut order);
        for &at in &order {
            let (_, candidate) = &mut candidates[at];
            let start = clock::now();
            let mut answer = Answer::default();
            for _ in 0..passes[at] {
                answer = black_box((candidate.run)(black_box(&input)));
            }
            let time = clock::now() - start;
            assert_eq!(answer, answers[at], "{} does not agree with itself", candidate.engine);
            results[at].rounds.push(time.as_nanos() as f64 / passes[at] as f64);
        }
    }
    results
}

/// How often a candidate has to go over the input until it has worked for as long as this.
///
/// One pass would say too little: the first ones take longer, and some candidates warm up more slowly than others.
fn passes<Input>(candidate: &mut Candidate<'_, Input>, input: &Input, least: Duration) -> usize {
    let mut passes = 1;
    loop {
        let start = clock::now();
        for _ in 0..passes {
            black_box((candidate.run)(black_box(input)));
        }
        let time = clock::now() - start;
        if time >= least / 2 {
            return (passes as u128 * least.as_nanos()).div_ceil(time.as_nanos().max(1)).max(1) as usize;
        }
        passes *= 2;
    }
}

/// The value that this share of the values lies below, between two of them where need be.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(rounds: &[f64]) -> Result {
        Result { engine: "any", rounds: rounds.to_vec() }
    }

    #[test]
    fn a_ratio_is_that_of_the_round_in_the_middle() {
        // In the second round the machine was slow.
        let ratio = result(&[3.0, 90.0, 2.0]).over(&result(&[1.0, 45.0, 2.0]));
        assert_eq!(ratio.ratio, 2.0);
        assert_eq!((ratio.low, ratio.high), (1.5, 2.5));
    }

    #[test]
    fn a_median_of_an_even_number_lies_in_the_middle() {
        assert_eq!(result(&[4.0, 1.0, 2.0, 3.0]).median(), 2.5);
    }

    #[test]
    fn every_candidate_runs_in_every_round() {
        let mut runs = [0, 0];
        let [one, other] = &mut runs;
        let mut candidates = [
            (
                (),
                Candidate::new("one", |_: &()| {
                    *one += 1;
                    Answer { exact: 1, sum: 0.0 }
                }),
            ),
            (
                (),
                Candidate::new("other", |_: &()| {
                    *other += 1;
                    Answer { exact: 1, sum: 0.0 }
                }),
            ),
        ];
        let results = race(&mut candidates, 5, Duration::ZERO, &mut Rng::new(1), |_| ());
        drop(candidates);
        assert!(results.iter().all(|result| result.rounds.len() == 5));
        // Once for the answer, once to see how long it takes, and then in each round.
        assert_eq!(runs, [7, 7]);
    }

    fn answering(engine: &'static str, exact: u64) -> Candidate<'static, ()> {
        Candidate::new(engine, move |_| Answer { exact, sum: 0.0 })
    }

    #[test]
    #[should_panic(expected = "one found")]
    fn candidates_that_disagree_are_not_measured() {
        let mut candidates = [("task", answering("one", 1)), ("task", answering("two", 2))];
        let _ = race(&mut candidates, 1, Duration::ZERO, &mut Rng::new(1), |_| ());
    }

    #[test]
    fn different_tasks_have_different_answers() {
        let mut candidates = [("task", answering("one", 1)), ("other task", answering("two", 2))];
        assert_eq!(race(&mut candidates, 1, Duration::ZERO, &mut Rng::new(1), |_| ()).len(), 2);
    }
}
