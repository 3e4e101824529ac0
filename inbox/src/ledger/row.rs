//! Rows: those of the core's machines, and what is filed with them.

use ringback::ledger::{Delivery, DeliveryId, Phase, ScopeKey, Submission};
use ringback::payload::Kind;
use ringback::time::UnixMillis;

/// What is filed with a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its name.
    pub id: DeliveryId,
    /// Its submission, where one can be told.
    pub scope: Option<ScopeKey>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is what its submission was made for.
    pub closes: bool,
    /// The job that its ticket names.
    pub job: Option<String>,
    /// The request that it answers, where it says.
    pub request_id: Option<String>,
    /// Which credential let it in.
    pub sender: String,
    /// The number of its route.
    pub route: u32,
    /// The content type as it was sent.
    pub content_type: Option<String>,
    /// The tags of its payload.
    pub tags: Vec<String>,
    /// The bytes of its body.
    pub length: u64,
    /// Why it is a dead letter, if it is or was one.
    pub reason: Option<Reason>,
}

/// A delivery in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// What is filed with it.
    pub facts: Facts,
    /// The core's row.
    pub row: Delivery,
    /// Whether nobody handles another delivery of its submission, and none that arrived before it may be claimed.
    pub its_turn: bool,
    /// Whether its body is still there.
    pub has_body: bool,
}

/// What is filed with a submission.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Announcement {
    /// The user's own name for the work.
    pub job: Option<String>,
    /// The request id, once the submitter has learnt it.
    pub request_id: Option<String>,
    /// Whatever the submitter wants its handler to know.
    pub context: Option<Vec<u8>>,
    /// When it was announced, or first heard of.
    pub since: UnixMillis,
}

/// A submission in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its name.
    pub scope: ScopeKey,
    /// What is filed with it.
    pub announcement: Announcement,
    /// The core's row.
    pub row: Submission,
}

/// Why a delivery is a dead letter. The numbers are part of what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Its ticket had expired beyond the grace.
    Expired = 1,
    /// Its request id is not the one that its submission is bound to.
    Mismatch = 2,
    /// Its body is not what it claims to be.
    Malformed = 3,
    /// Its body was cut off.
    Incomplete = 4,
    /// The same document had come before with other bytes.
    Differing = 5,
    /// Its handler said so, or failed too often, or died too often.
    Failed = 6,
    /// Nobody announced its submission.
    Unannounced = 7,
    /// It was erased on request before anybody handled it.
    Erased = 8,
    /// Its body is larger than what is read into memory.
    Oversize = 9,
}

impl Reason {
    /// Every reason, in the order of its number.
    pub const ALL: [Reason; 9] = [
        Reason::Expired,
        Reason::Mismatch,
        Reason::Malformed,
        Reason::Incomplete,
        Reason::Differing,
        Reason::Failed,
        Reason::Unannounced,
        Reason::Erased,
        Reason::Oversize,
    ];

    /// Its name, such as `expired`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Expired => "expired",
            Reason::Mismatch => "mismatch",
            Reason::Malformed => "malformed",
            Reason::Incomplete => "incomplete",
            Reason::Differing => "differing",
            Reason::Failed => "failed",
            Reason::Unannounced => "unannounced",
            Reason::Erased => "erased",
            Reason::Oversize => "oversize",
        }
    }

    /// The reason with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| *reason as u8 == number)
    }

    /// Whether it was a dead letter when it came.
    #[must_use]
    pub const fn is_of_arrival(self) -> bool {
        !matches!(self, Reason::Failed | Reason::Unannounced | Reason::Erased)
    }
}

impl Facts {
    /// The same without anything but its names.
    pub(crate) fn erased(&self) -> Facts {
        Facts {
            job: None,
            request_id: None,
            sender: String::new(),
            content_type: None,
            tags: Vec::new(),
            length: 0,
            ..self.clone()
        }
    }
}

/// Shows the length of the context only: it may be anything.
impl std::fmt::Debug for Announcement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut announcement = f.debug_struct("Announcement");
        announcement.field("job", &self.job).field("request_id", &self.request_id).field("since", &self.since);
        announcement.field("context", &self.context.as_ref().map(Vec::len)).finish()
    }
}

impl Entry {
    /// Whether it waits: to be announced, or for the whole of what it is a part of.
    pub(crate) fn is_waiting(&self) -> bool {
        self.row.phase == Phase::Held
            || (self.row.phase == Phase::Dead && self.facts.reason == Some(Reason::Incomplete))
    }
}
