//! What a store has to be able to do.
//!
//! A store keeps rows and bodies, and has no rule of its own. There is one way to change anything, [`Ledger::decide`]:
//! the store reads the rows that the [`Keys`] name, hands them to a decision, and writes what it says, if the rows are
//! unchanged or still absent; otherwise it reads again and asks again. Decisions are made of the core's functions
//! ([`Arrival::decide`](ringback::ledger::Arrival::decide), [`transition`](ringback::ledger::delivery::transition) of
//! deliveries and of submissions), and are the same for every store. What happens by itself is found by asking
//! [`Ledger::due`]; the answer is a list of candidates, and a decision about each follows.
//!
//! # Why the trait blocks
//!
//! A call returns when what it wrote is durable. A future could be dropped in the middle of a commit by a sender that
//! hangs up, and then nobody would know what became of it; a blocking call runs to its end. A store that speaks an
//! asynchronous protocol does so on threads of its own. Servers call from threads that may block, and the wait for
//! results ([`Waiting`](crate::Waiting)) is a future all the same.

mod annex;
mod body;
mod row;

use ringback::identity::Seed;
use ringback::ledger::{Delivery, DeliveryId, Phase, ScopeKey};
use ringback::payload::Kind;
use ringback::time::{Millis, Now, UnixMillis};

pub use annex::{Annex, Filed, Part};
pub use body::{Body, Lent};
pub use row::{Announcement, Entry, Facts, Reason, Submitted};

use crate::bell::Bell;
use crate::error::Error;

/// A store.
pub trait Ledger: Send + Sync {
    /// The secret that all names in this store are computed with; drawn when the store was made.
    fn seed(&self) -> Seed;

    /// The present moment on the clock that the store's rows are timed with.
    fn now(&self) -> Now;

    /// Whether a body could be written now, as far as can be said without waiting.
    ///
    /// # Errors
    ///
    /// It could not, and why.
    fn check(&self) -> Result<(), Error>;

    /// Reads, decides, writes, and returns when it is durable. The decision may be asked several times.
    ///
    /// # Errors
    ///
    /// Nothing can be said about whether it was written, unless the kind says so: ask again with the same keys.
    fn decide(&self, keys: Keys, decision: Decision) -> Result<(), Error>;

    /// Decides about up to `limit` rows that are due, as [`Ledger::due`] names them and [`Ledger::decide`] shows them, and
    /// returns when it is durable. A store that many processes share shows each row to one of them at a time.
    ///
    /// # Errors
    ///
    /// As those of [`Ledger::decide`].
    fn decide_due(&self, due: Due, limit: usize, mut decision: DueDecision) -> Result<(), Error> {
        let names = self.due(due, limit)?;
        if names.is_empty() {
            return Ok(());
        }
        self.decide(Keys::of(&names), Box::new(move |rows| decision(&names, rows)))
    }

    /// Names up to `limit` rows that something is to be done about, in the order in which it should be done.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error>;

    /// Deliveries, in the order of their arrival, after the one with the sequence number `after`.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error>;

    /// Submissions, the newest first.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error>;

    /// The body of a delivery, unless it is gone.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error>;

    /// How many deliveries are in each phase, in the order of [`Phase::ALL`].
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    fn tally(&self) -> Result<[u64; 5], Error>;

    /// Leaves no trace of what was erased in the files of the store.
    ///
    /// # Errors
    ///
    /// A trace may be left; ask again.
    fn scrub(&self) -> Result<(), Error>;

    /// Closes everything, before the process forks; a call meanwhile waits for [`wake`](Ledger::wake), as long as calls do.
    fn rest(&self) {}

    /// Ends the rest: the next call opens what it needs. After a fork, the parent and the child both say so.
    fn wake(&self) {}

    /// Whether bodies may be kept as they come: compressing takes longer than all the rest of receiving does.
    fn is_roomy(&self) -> bool {
        false
    }

    /// Where bodies go that are too large for memory. None: such deliveries are refused.
    fn annex(&self) -> Option<&Annex> {
        None
    }

    /// Rings when something may have changed, whichever process changed it.
    fn bell(&self) -> &Bell;
}

/// What a decision wants to see.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// A submission.
    pub scope: Option<ScopeKey>,
    /// Deliveries, whether they exist or not.
    pub deliveries: Vec<DeliveryId>,
    /// The deliveries of `scope` that are held, or kept as incomplete, as well.
    pub waiting: bool,
    /// How many bytes of body it may write, so that a store can tell what goes well into one commit.
    pub bytes: u64,
}

/// What a decision sees.
#[derive(Debug)]
pub struct Rows {
    /// The submission, if it exists.
    pub submission: Option<Submitted>,
    /// The deliveries that exist, in no order.
    pub deliveries: Vec<Entry>,
    /// The highest fencing number of any delivery that the store has forgotten.
    pub fence: u32,
    /// The moment of the decision.
    pub now: Now,
}

/// What a decision writes. Nothing, unless it says so.
#[derive(Debug, Default)]
pub struct Writes {
    /// The submission of the keys.
    pub submission: Option<SubmissionWrite>,
    /// Deliveries that it was shown, or that did not exist.
    pub deliveries: Vec<(DeliveryId, DeliveryWrite)>,
}

/// What to write about a submission.
#[derive(Debug)]
pub enum SubmissionWrite {
    /// This is the row from now on.
    Put(Submitted),
    /// There is no row any more.
    Remove,
}

/// What to write about a delivery.
#[derive(Debug)]
pub enum DeliveryWrite {
    /// It exists from now on.
    Insert(Box<Facts>, Delivery, Body),
    /// Its row is this one from now on; its reason too, if one is given.
    Update(Delivery, Option<Reason>),
    /// Its row is this one, and nothing is left of it but its names: no body, no job, no request id, no tag.
    Erase(Delivery),
    /// Its body is gone.
    DropBody,
    /// It does not exist any more; a later row starts above its fencing number.
    Remove,
}

/// A decision: pure, but for what it remembers to tell its caller.
pub type Decision = Box<dyn FnMut(&Rows) -> Writes + Send>;

/// A decision about rows that are due, in the order in which something should be done about them.
pub type DueDecision = Box<dyn FnMut(&[Name], &Rows) -> Writes + Send>;

/// The name of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// Of a submission.
    Submission(ScopeKey),
    /// Of a delivery.
    Delivery(DeliveryId),
}

/// Something that is to be done by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A delivery may be claimed, and it is its turn: nobody handles another one of its submission, and none of those
    /// that arrived before it may be claimed. Those that wait after a failure block nobody.
    Work,
    /// Something of a delivery is due on the wall clock.
    Delivery,
    /// The deadline of a submission has passed, or its time to be forgotten has come.
    Submission,
    /// A delivery that is done still has its body, and is to be forgotten before this moment.
    Body(UnixMillis),
}

/// Which deliveries to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those in this phase.
    Phase(Phase),
    /// Those that are held, ready or claimed.
    Unsettled,
    /// This one.
    Id(DeliveryId),
    /// Those of one submission.
    Submission(ScopeKey),
    /// Those of one submission that are of this kind.
    Kind(ScopeKey, Kind),
    /// Those that are what this submission was made for.
    Closing(ScopeKey),
    /// Those of one job.
    Job(String),
    /// Those with this request id, as it is displayed.
    Request(String),
    /// Those with this tag.
    Tag(String),
}

/// Which submissions to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// This one.
    Scope(ScopeKey),
    /// Those of one job.
    Job(String),
    /// Those whose submitter has learnt this request id, as it is displayed.
    Request(String),
    /// Those that are waited for.
    Awaited,
    /// Those that were reported as overdue, and have not arrived since.
    Overdue,
}

/// What [`Ledger::decide`] may take, and what a call that has to wait longer is answered with.
pub const DEADLINE: Millis = 3_000;

/// Asks a store for a decision and hands over what it found out.
///
/// # Errors
///
/// Those of [`Ledger::decide`].
pub fn decide<T: Send + 'static>(
    ledger: &dyn Ledger,
    keys: Keys,
    mut decision: impl FnMut(&Rows) -> (Writes, T) + Send + 'static,
) -> Result<T, Error> {
    let found = std::sync::Arc::new(std::sync::Mutex::new(None));
    let told = found.clone();
    let asked = Box::new(move |rows: &Rows| {
        let (writes, said) = decision(rows);
        *crate::lock(&told) = Some(said);
        writes
    });
    ledger.decide(keys, asked)?;
    let said = crate::lock(&found).take();
    said.ok_or_else(|| ringback::ErrorKind::StoreUnavailable.into())
}

impl Keys {
    /// The keys of the deliveries among these.
    #[must_use]
    pub fn of(names: &[Name]) -> Keys {
        let delivery = |name: &Name| match name {
            Name::Delivery(id) => Some(*id),
            Name::Submission(_) => None,
        };
        Keys { deliveries: names.iter().filter_map(delivery).collect(), ..Keys::default() }
    }
}

impl Rows {
    /// The delivery with this name, if it exists.
    #[must_use]
    pub fn delivery(&self, id: DeliveryId) -> Option<&Entry> {
        self.deliveries.iter().find(|entry| entry.facts.id == id)
    }
}

impl Writes {
    /// The same with a write about a delivery.
    #[must_use]
    pub fn and(mut self, id: DeliveryId, write: DeliveryWrite) -> Writes {
        self.deliveries.push((id, write));
        self
    }
}
