//! The tasks, and who takes part in them.

use ringback::json::Engine;

use crate::answer::Answer;
use crate::body::{Bodies, Body};
use crate::peers;
use crate::race::Candidate;
use crate::receive::Desk;

/// Something to be done with every document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Check all of it.
    Validate,
    /// Check all of it; then find the request id, what it is, and the first transcript.
    Envelope,
    /// Check all of it; then read start, end, confidence, speaker and text of every word of every alternative.
    Words,
    /// Receive it: credentials, identity, route, ledger, settlement.
    Receive,
}

/// The names of those that goals are about.
pub mod engine {
    /// Ours, as users get it.
    pub const RINGBACK: &str = "ringback";
    /// Ours, the words as columns.
    pub const RINGBACK_COLUMNS: &str = "ringback columns";
    /// Ours with SSE2 and nothing above it.
    pub const RINGBACK_SSE2: &str = "ringback SSE2";
    /// Ours without SIMD.
    pub const RINGBACK_SCALAR: &str = "ringback scalar";
    /// simdjson, tree on a tape.
    pub const SIMDJSON: &str = "simdjson DOM";
    /// yyjson, tree in an array.
    pub const YYJSON: &str = "yyjson";
    /// serde_json, skipping.
    pub const SERDE_JSON: &str = "serde_json skip";
    /// serde_json, skipping after a check of UTF-8.
    pub const SERDE_JSON_CHECKED: &str = "UTF-8 check + serde_json skip";
    /// sonic-rs, skipping.
    pub const SONIC: &str = "sonic-rs skip";
}

use engine::*;

impl Task {
    /// Every task.
    pub const ALL: [Task; 4] = [Task::Validate, Task::Envelope, Task::Words, Task::Receive];

    /// What it is called in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Task::Validate => "validate",
            Task::Envelope => "envelope",
            Task::Words => "words",
            Task::Receive => "receive",
        }
    }

    /// Everybody who takes part, with room for documents of this length. Ours come first.
    #[must_use]
    pub fn candidates(self, longest: usize) -> Vec<Candidate<'static, Bodies>> {
        match self {
            Task::Validate => validate(longest),
            Task::Envelope => envelope(longest),
            Task::Words => words(longest),
            Task::Receive => {
                let mut desk = Desk::new();
                vec![count(RINGBACK, move |body| desk.receive(body))]
            }
        }
    }
}

fn validate(longest: usize) -> Vec<Candidate<'static, Bodies>> {
    let mut simd_json = peers::simd_json::Parser::new(longest);
    let mut candidates = vec![
        count(RINGBACK, peers::ringback::validate),
        count(RINGBACK_SCALAR, |body| peers::ringback::validate_with(Engine::Scalar, body)),
        count(SERDE_JSON, peers::serde_json::skip),
        count(SERDE_JSON_CHECKED, peers::serde_json::checked_skip),
        count("serde_json Value", peers::serde_json::tree),
        count(SONIC, peers::sonic::skip),
        count("sonic-rs Value", peers::sonic::tree),
        count("simd-json tape", move |body| simd_json.validate(body)),
        count("jiter skip", peers::jiter::skip),
    ];
    if Engine::Sse2.is_available() {
        candidates.push(count(RINGBACK_SSE2, |body| peers::ringback::validate_with(Engine::Sse2, body)));
    }
    #[cfg(feature = "peers")]
    {
        let mut simdjson = peers::simdjson::Parser::new(longest);
        let mut yyjson = peers::yyjson::Parser::new(longest);
        candidates.push(count(SIMDJSON, move |body| simdjson.validate(body)));
        candidates.push(count(YYJSON, move |body| yyjson.validate(body)));
    }
    candidates
}

fn envelope(longest: usize) -> Vec<Candidate<'static, Bodies>> {
    let mut simd_json = peers::simd_json::Parser::new(longest);
    #[allow(unused_mut, reason = "some peers are optional")]
    let mut candidates = vec![
        add(RINGBACK, peers::ringback::envelope),
        add("serde_json borrowed", peers::serde_json::envelope_borrowed),
        add("serde_json owned", peers::serde_json::envelope_owned),
        add("serde_json Value", peers::serde_json::envelope_tree),
        add("sonic-rs borrowed", peers::sonic::envelope_borrowed),
        add("simd-json tape", move |body| simd_json.envelope(body)),
        add("jiter", peers::jiter::envelope),
    ];
    #[cfg(feature = "peers")]
    {
        let mut simdjson = peers::simdjson::Parser::new(longest);
        let mut yyjson = peers::yyjson::Parser::new(longest);
        candidates.push(add(SIMDJSON, move |body| simdjson.envelope(body)));
        candidates.push(add(YYJSON, move |body| yyjson.envelope(body)));
    }
    candidates
}

fn words(longest: usize) -> Vec<Candidate<'static, Bodies>> {
    let mut simd_json = peers::simd_json::Parser::new(longest);
    let mut table = peers::ringback::Table::default();
    #[allow(unused_mut, reason = "some peers are optional")]
    let mut candidates = vec![
        add(RINGBACK, |body| peers::ringback::words(body).answer()),
        add(RINGBACK_COLUMNS, move |body| peers::ringback::words_columns(&mut table, body).answer()),
        add("serde_json borrowed", |body| peers::serde_json::words_borrowed(body).answer()),
        add("serde_json owned", |body| peers::serde_json::words_owned(body).answer()),
        add("serde_json Value", |body| peers::serde_json::words_tree(body).answer()),
        add("sonic-rs borrowed", |body| peers::sonic::words_borrowed(body).answer()),
        add("sonic-rs owned", |body| peers::sonic::words_owned(body).answer()),
        add("simd-json tape", move |body| simd_json.words(body).answer()),
        add("jiter", |body| peers::jiter::words(body).answer()),
    ];
    #[cfg(feature = "peers")]
    {
        let mut simdjson = peers::simdjson::Parser::new(longest);
        let mut yyjson = peers::yyjson::Parser::new(longest);
        candidates.push(add(SIMDJSON, move |body| simdjson.words(body).answer()));
        candidates.push(add(YYJSON, move |body| yyjson.words(body).answer()));
    }
    candidates
}

/// A candidate that accepts documents.
fn count(engine: &'static str, mut accept: impl FnMut(Body<'_>) -> bool + 'static) -> Candidate<'static, Bodies> {
    Candidate::new(engine, move |bodies: &Bodies| {
        let accepted = bodies.iter().map(&mut accept).filter(|accepted| *accepted).count();
        Answer { exact: accepted as u64, sum: 0.0 }
    })
}

/// A candidate that finds something in documents.
fn add(engine: &'static str, mut find: impl FnMut(Body<'_>) -> Answer + 'static) -> Candidate<'static, Bodies> {
    Candidate::new(engine, move |bodies: &Bodies| {
        let mut all = Answer::default();
        bodies.iter().for_each(|body| all += find(body));
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Shape;
    use crate::rng::Rng;

    #[test]
    fn all_engines_find_the_same_in_every_shape() {
        for shape in Shape::ALL {
            let most = if shape == Shape::Large { 2 } else { 8 };
            let documents: Vec<Vec<u8>> = (0..most.min(shape.variants())).map(|at| shape.document(at)).collect();
            let bodies = Bodies::copy(&documents, &mut Rng::new(1));
            for task in Task::ALL {
                let mut candidates = task.candidates(bodies.longest());
                let first = (candidates[0].run)(&bodies);
                if matches!(task, Task::Validate | Task::Receive) {
                    assert_eq!(first.exact, documents.len() as u64, "{shape:?} {task:?}");
                }
                for candidate in &mut candidates {
                    let answer = (candidate.run)(&bodies);
                    assert!(first.agrees(&answer), "{shape:?} {task:?} {}: {first:?} {answer:?}", candidate.engine);
                }
            }
        }
    }
}
