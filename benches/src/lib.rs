//! Measurements of Ringback, beside the same work done by what a user would pick instead.
//!
//! * [`payload`] makes the documents: seven shapes, many variants of each.
//! * [`peers`] does each task with each engine, ours among them; [`task`] lists who takes part in what.
//! * [`race`] runs all candidates of a task by turns, in shuffled order, over fresh copies of the documents.
//! * [`goal`] is the table of what is to be reached, [`report`] what is printed and written down.
//!
//! The binary `goals` is the interleaved run that the goals are judged by; the programs in `criterion/` measure the same
//! candidates one after the other, to watch one of them while working on it.

pub mod allocations;
pub mod answer;
pub mod body;
pub mod clock;
pub mod goal;
pub mod ledger;
pub mod machine;
pub mod measure;
pub mod payload;
pub mod peers;
pub mod race;
pub mod receive;
pub mod report;
pub mod rng;
pub mod task;
