//! `ringback simulate`: a Deepgram to test against.
//!
//! It makes submissions of its own (`--to`) or takes them as Deepgram does (`--listen`), composes what they lead to, and
//! delivers it by Deepgram's schedule. What goes wrong on the way follows from a seed. In the end it says, by delivery
//! id, what a receiver has got, got twice, or lost.
//!
//! It delivers to this machine only, unless another host is allowed by name; and there no faster than a person's own
//! tests need.

pub mod body;
pub mod delivery;
pub mod dice;
pub mod engine;
mod fault;
pub mod features;
mod handled;
mod options;
pub mod record;
mod run;
pub mod schedule;
mod service;
pub mod target;
pub mod timeline;
mod verdict;
pub mod wire;

pub use options::Simulate;
pub use run::{own_request_id, pair, run};
