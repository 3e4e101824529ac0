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

#[cfg(test)]
mod tests {
    use crate::gate::{AcceptedCredentials, Config, Gate};
    use crate::head::Head;
    use crate::identity::Seed;
    use crate::limits::Limits;
    use crate::policy::{Backing, Policy};
    use crate::route::{RouteId, Routes};

    #[test]
    fn a_delivery_of_json_has_a_payload_and_another_has_none() {
        let credentials = AcceptedCredentials { let_anybody_post: true, ..AcceptedCredentials::default() };
        let routes = Routes::new(&[], RouteId::default()).unwrap();
        let (policy, limits) = (Policy::new(Backing::Memory), Limits::default());
        let config = Config { credentials, routes, policy, limits, remember_interim: false, seed: Seed([0; 32]) };
        let gate = Gate::new(config).unwrap();
        let head = Head::new("POST", "/");
        let has_payload = |body| {
            let admitted = gate.admit(&head, 0).unwrap();
            gate.examine(admitted, &head, body).unwrap().payload().is_some()
        };
        assert!(has_payload(b"{}"));
        assert!(!has_payload(b"no JSON"));
    }
}
