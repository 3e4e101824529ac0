//! An inbox: deliveries are durable before they are answered, and handled afterwards.
//!
//! Deepgram keeps no copy of a transcript and stops trying after some minutes. The core crate `ringback` says what a
//! delivery is and what may become of it; this crate keeps the bodies, hands them to handlers, and remembers what was
//! submitted and what came back. **Kept before 200. Handled at least once; more than once only if a process dies, or a lease
//! ends, between the work and its settlement.**
//!
//! ```
//! use ringback::credential::{Audience, Keyring, TicketKey};
//! use ringback::gate::{AcceptedCredentials, Config};
//! use ringback::ledger::Outcome;
//! use ringback::policy::{Backing, Policy};
//! use ringback::route::Routes;
//! use ringback::{Gate, Head};
//! use ringback_inbox::{Decision, Expect, Inbox, Settings, Sqlite};
//!
//! # let folder = std::env::temp_dir().join(format!("ringback-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("inbox.db");
//! let inbox = Inbox::new(Sqlite::open(path)?, Settings::default());
//!
//! // The submitter: the callback URL goes into the request to Deepgram.
//! let keys = [TicketKey::new(&[7; 32], Audience::default())?]; // 32 random bytes
//! let keyring = Keyring::new(&keys)?;
//! let submission = inbox.expect(&keyring, Expect::new("call-42").context("from the help desk"))?;
//! assert!(submission.callback_url("https://example.com/hook")?.starts_with("https://r1.d."));
//!
//! // The server: a gate with the seed of the inbox, and the answer is given when the delivery is on the disk.
//! let gate = Gate::new(Config {
//!     credentials: AcceptedCredentials { tickets: Some(keyring), ..Default::default() },
//!     routes: Routes::NONE,
//!     policy: Policy::new(Backing::Inbox),
//!     limits: Default::default(),
//!     remember_interim: false,
//!     seed: inbox.seed(),
//! })?;
//! let authorization = submission.ticket().unwrap().authorization();
//! let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
//! let mut body = *br#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001"},"results":{"channels":[]}}"#;
//! let Decision::Answer(answer) = inbox.receive(&gate, &head, &mut body) else { panic!("it is stored") };
//! assert_eq!((answer.status, answer.situation.name()), (200, "stored"));
//!
//! // A worker, in this process or in another one.
//! for work in inbox.claim(8)? {
//!     assert_eq!((work.job.as_deref(), work.context.as_deref()), (Some("call-42"), Some(&b"from the help desk"[..])));
//!     inbox.settle(work.claim, Outcome::Done)?;
//! }
//!
//! // The submitter again, or any other process that knows the submission, the request id or the job.
//! let reply = submission.result(Some(1_000)).block()?; // or: submission.result(None).await
//! assert_eq!(reply.body, body);
//! # drop((inbox, submission));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is where
//!
//! * [`receiver`]: what a server holds: a gate and an inbox, configured by text.
//! * [`inbox`]: the operations. They make their decisions with the functions of the core and have no rule of their own.
//! * [`ledger`]: what a store has to be able to do: read, decide, write, and say what is due.
//! * [`metrics`]: what an operator watches.
//! * [`worker`]: threads that claim, handle, renew and settle. [`lease`]: a thread that renews for others.
//! * [`spool`]: where deliveries go while the store cannot take them.
//! * [`sqlite`]: the store for one machine. [`postgres`]: the store for a fleet (feature `postgres`, on by default).
//!   [`memory`]: the store for tests, and where a handler runs before the answer.
//!
//! # Limits
//!
//! A store answers within 3 seconds or says that it cannot, and then the sender is asked to come again: an outage of up
//! to 270 seconds loses nothing. Bodies of what is done are kept for a day, dead letters and the hashes that tell repeats
//! for 30 days.
//!
//! It runs on Linux and on other Unix systems.
//!
//! # Privacy
//!
//! Names in a store are keyed hashes. What is kept in the clear is what handlers need: bodies (secrets masked), jobs,
//! request ids, tags, contexts. [`Inbox::forget`] and [`Inbox::purge`] leave no trace of them in the files of the store. No
//! error and no `Debug` of this crate holds a word of a body.
#![forbid(unsafe_code)]

#[cfg(feature = "axum")]
pub mod axum;
mod bell;
mod clock;
mod disk;
mod error;
#[cfg(feature = "tower")]
mod http;
pub mod inbox;
mod killpoint;
pub mod lease;
pub mod ledger;
pub mod memory;
pub mod metrics;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod receiver;
mod running;
pub mod secret_file;
pub mod spool;
pub mod sqlite;
mod store;
#[cfg(feature = "tower")]
pub mod tower;
pub mod worker;

pub use bell::Bell;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use inbox::{Answering, Decision, Expect, Inbox, Oversize, Reply, Settings, Submission, Waiting, Wanted, Work};
pub use lease::{Lease, Leases};
pub use ledger::Ledger;
pub use memory::Memory;
pub use metrics::Metrics;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use receiver::{Configuration, KeySource, Receiver, Routing, Rule};
pub use spool::Spool;
pub use sqlite::Sqlite;
pub use store::StoreUrl;
pub use worker::{Handler, Workers};

use std::sync::{Mutex, MutexGuard};

use ringback::ErrorKind;

/// The locks of the bell: a model of it, which tries every order of its threads, has others in their place.
mod sync {
    pub use std::sync::{Condvar, Mutex};
}

/// A lock that somebody panicked under still guards whole values: every change here is one assignment at a time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Random bytes from the operating system.
fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::new(ErrorKind::StoreUnavailable, error))?;
    Ok(bytes)
}
