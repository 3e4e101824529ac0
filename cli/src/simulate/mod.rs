//! `ringback simulate`: a Deepgram to test against.
//!
//! It makes submissions of its own (`--to`) or takes them as Deepgram does (`--listen`), composes what they lead to, and
//! delivers it by Deepgram's schedule. What goes wrong on the way follows from a seed. In the end it says, by delivery
//! id, what a receiver has got, got twice, or lost.
//!
//! It delivers to this machine only, unless another host is allowed by name; and there no faster than a person's own
//! tests need.

mod body;
mod delivery;
mod dice;
mod engine;
mod fault;
mod features;
mod handled;
mod options;
mod record;
mod run;
mod schedule;
mod service;
mod target;
mod timeline;
mod verdict;
mod wire;

pub use options::Simulate;
pub use run::run;
