//! The stateful half of a receiver: which submissions are expected, and which deliveries were kept, claimed, settled.
//!
//! The gate says what a delivery is; the ledger says whether it is to be handled. Its promise: what is kept or claimed
//! is never forgotten before it is settled, nothing that is remembered as settled is handled again, and two handlers
//! never hold one delivery. Whatever is doubtful is handled or reported: a duplicate beats a loss.
//!
//! # Two machines
//!
//! All that happens to a row is decided by two functions that are pure and total: [`submission::transition`] and
//! [`delivery::transition`]. They take the rules, a row or none, an event and the time; they give a row or none, and a
//! verdict. Rows are small plain data. An arrival concerns two rows at once, so [`Arrival::decide`] calls both.
//! Randomness comes with the event that needs it, time with every event.
//!
//! [`Ledger`] keeps rows in memory. A ledger in a database keeps the same rows in columns and calls the same functions:
//! it reads a row, decides, writes it if it has not changed meanwhile, and carries out the verdict (wakes, releases,
//! reports) after its commit. What happens by itself is found by asking for `due <= now`: each row has one due time,
//! and the phase says on which clock.
//!
//! # Time
//!
//! [`Now`](crate::time::Now) has two clocks. Deadlines and retention follow the wall clock, leases and waits the
//! monotonic one, so that nobody who steps the clock shortens or stretches a lease. A ledger never lets either run
//! backwards: it goes on with the latest reading it has seen. A wall clock that was ahead and is put right costs false
//! alarms (submissions overdue early) and memory (settled rows stay until room is needed), and no delivery. After
//! another boot the monotonic clock means nothing: [`delivery::resume`] says what becomes of a row.
//!
//! # With bodies, and without
//!
//! [`Rules::stored`] is an inbox: an arrival is kept and acknowledged, workers claim it, a failure waits for its next
//! turn, a delivery that was not announced is held until it is. [`Rules::handled_first`] keeps no bodies: an arrival is
//! claimed at once, and its outcome is the answer. After a failure the row stays ready until the sender comes again,
//! and if it does not, the loss is reported. What was not announced is not even recorded there: the sender's own retry
//! is the waiting room, and a flood of strangers fills nothing.
//!
//! # Where this goes beyond a plain state machine, and why
//!
//! * A row that comes after another row was forgotten starts above its fencing number, even if it has the same name. So
//!   a worker that slept through all of it settles nothing.
//! * A claim whose lease has lapsed may still be settled while nobody else has claimed. What was given up on purpose
//!   may not: failing, releasing and replaying move the number on.
//! * A lapse counts as a failure where bodies are stored; else a delivery that kills its process would live for ever.
//! * A second document with other bytes: with bodies stored, both are kept and it is reported
//!   ([`Verdict::Differing`]); without, it is handled, marked [`Grant::revises`], and what is remembered is the newer.
//!   While the first is still being handled it is in progress, and the sender comes again.
//! * The limit of deliveries for one submission spares the document whose request id was bound. Otherwise whoever found
//!   a leaked URL could shut it out with eight pieces of rubbish.
//! * Deliveries are counted for their submission and never counted down: the limit is one of distinct deliveries in its
//!   life, so a delivery need not know its submission. It does only while it is held, in words that it has no other use
//!   for then.
//! * A submission row is made by an arrival too, or announcing afterwards could not end in the same state. Such a row
//!   goes first when room is needed, and if there is none the delivery is handled all the same.
//!
//! # Memory
//!
//! A [`SubmissionSlot`] has 36 bytes, a [`DeliverySlot`] 64, one cache line; every slot can be used. Both tables are
//! hash tables inside their slots, with homes that depend on a secret seed, so that no choice of names makes them slow.
//! When a table is full, settled rows go, oldest first, and are counted as `forgotten_early` if their time
//! had not come. Only when everything is unsettled is it [`Verdict::Full`].
//!
//! Untrusted input is the normal case: nothing here panics or loops on any event in any order, nor on any memory that
//! it is opened over.

pub mod arrival;
pub mod delivery;
pub mod key;
mod list;
pub mod memory;
pub mod rules;
pub mod slot;
pub mod submission;
mod table;

pub use arrival::{Arrival, Claim, Decision, Grant, Verdict};
pub use delivery::{Delivery, Outcome, Phase, Settled};
pub use key::{DeliveryId, Fingerprint, RequestKey, ScopeKey};
pub use memory::{Expected, Ledger, Swept, Tally, Turn};
pub use rules::{HandledFirst, Rules};
pub use slot::{DeliverySlot, SubmissionSlot};
pub use submission::{Arrived, Submission};
