//! A delivery that has been examined.

use super::{Admitted, Content};
use crate::error::{Error, ErrorKind};
use crate::identity::Identity;
use crate::payload::{Kind, Payload};
use crate::policy::Situation;
use crate::request_id::RequestId;
use crate::route::RouteId;

/// A delivery that has been examined: everything that can be known without a ledger.
#[derive(Clone, Debug)]
pub struct Delivery<'b, 'c> {
    /// Its body.
    pub content: Content<'b>,
    /// What it is.
    pub kind: Kind,
    /// The request that it answers, where it says.
    pub request_id: Option<RequestId<'b>>,
    /// What it is told apart by.
    pub identity: Identity,
    /// Where it goes.
    pub route: RouteId,
    /// What let it in.
    pub admitted: Admitted<'c>,
    /// Whether it is an interim result that is not to be remembered.
    pub brief: bool,
}

impl<'b> Delivery<'b, '_> {
    /// The payload, if the body is JSON.
    #[must_use]
    pub const fn payload(&self) -> Option<&Payload<'b>> {
        self.content.payload()
    }

    /// Why the delivery cannot be handled, if it cannot.
    #[must_use]
    pub fn hindrance(&self) -> Option<(Situation, Error)> {
        match self.content {
            _ if self.admitted.is_expired() => Some((Situation::Expired, ErrorKind::TicketExpired.into())),
            Content::Incomplete(_, error) => Some((Situation::Incomplete, error)),
            Content::Malformed(_, error) => Some((Situation::Malformed, error)),
            _ => None,
        }
    }
}
