//! A delivery whose head was admitted, and what let it in.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::credential::{Job, Kid, TicketUse, Verified};
use crate::time::Millis;

/// A delivery whose head has been admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted<'c> {
    proof: Proof<'c>,
    expired: bool,
}

/// Which credential let a delivery in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof<'c> {
    Ticket(Pass),
    /// The name of a Basic pair.
    Basic(&'c str),
    ExtraSecret,
    Anybody,
    /// None yet: it may be in the body.
    Pending,
}

/// What a genuine ticket said, without borrowing the header that it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    for_use: TicketUse,
    key: Kid,
    tid: [u8; 12],
    job: heapless::String<{ Job::MAX_LENGTH }>,
    lateness: Option<Millis>,
}

impl Pass {
    pub(super) fn of(verified: &Verified<'_>) -> Pass {
        let ticket = &verified.ticket;
        let mut job = heapless::String::new();
        // It has the capacity of the longest.
        let _ = job.push_str(ticket.job.as_str());
        Pass { for_use: ticket.for_use, key: ticket.kid, job, tid: ticket.tid, lateness: verified.lateness }
    }
}

impl<'c> Admitted<'c> {
    /// Before anything is proven. Made where it is wanted: as a constant it would be in the program as a whole.
    pub(super) const fn pending() -> Admitted<'c> {
        Admitted { proof: Proof::Pending, expired: false }
    }

    /// Where the proof belongs.
    pub(super) const fn proof_mut(&mut self) -> &mut Proof<'c> {
        &mut self.proof
    }

    /// Works out whether the ticket is later than that.
    pub(super) fn hold_against(&mut self, grace: Millis) {
        let lateness = self.pass().and_then(|pass| pass.lateness);
        self.expired = lateness.is_some_and(|lateness| lateness > grace);
    }

    /// Whether the proof is still to be found in the body.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.proof, Proof::Pending)
    }

    /// The credential that let it in: the key id of a ticket, the name of a Basic pair, `extra` for the extra secret,
    /// or `anybody`.
    #[must_use]
    pub fn sender(&self) -> &str {
        match &self.proof {
            Proof::Ticket(pass) => pass.key.as_str(),
            Proof::Basic(name) => name,
            Proof::ExtraSecret => "extra",
            Proof::Anybody | Proof::Pending => "anybody",
        }
    }

    /// The job that the ticket names.
    #[must_use]
    pub fn job(&self) -> Option<&str> {
        self.pass().map(|pass| pass.job.as_str())
    }

    /// The submission's id: the random part of its ticket, as it stands there.
    #[must_use]
    pub fn submission(&self) -> Option<heapless::String<16>> {
        let mut room = [0; 16];
        let text = Base64UrlUnpadded::encode(&self.pass()?.tid, &mut room).unwrap_or_default();
        heapless::String::try_from(text).ok()
    }

    /// The bytes of the submission's id.
    #[must_use]
    pub fn ticket(&self) -> Option<[u8; 12]> {
        self.pass().map(|pass| pass.tid)
    }

    /// What the ticket was minted for.
    #[must_use]
    pub fn for_use(&self) -> Option<TicketUse> {
        self.pass().map(|pass| pass.for_use)
    }

    /// Whether the ticket had expired, perhaps within its grace.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.pass().is_some_and(|pass| pass.lateness.is_some())
    }

    /// Whether the ticket had expired beyond its grace, so that only an inbox may keep the delivery.
    #[must_use]
    pub const fn is_expired(&self) -> bool {
        self.expired
    }

    fn pass(&self) -> Option<&Pass> {
        match &self.proof {
            Proof::Ticket(pass) => Some(pass),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{Audience, Keyring, TicketKey};
    use crate::time::Expiry;

    #[test]
    fn a_submission_is_named_as_its_ticket_writes_it() {
        let keys = [TicketKey::new(&[1; 32], Audience::default()).unwrap()];
        let keyring = Keyring::new(&keys).unwrap();
        let job = Job::parse("job").unwrap();
        let text = keyring.mint(TicketUse::Document, job, Expiry::Never, *b"twelve bytes", 0).unwrap();
        let verified = keyring.verify_text(text.as_str().as_bytes(), 0).unwrap();
        let admitted = Admitted { proof: Proof::Ticket(Pass::of(&verified)), ..Admitted::pending() };
        let submission = admitted.submission().unwrap();
        assert!(text.user().ends_with(&std::format!(".{submission}.job")), "{submission}");
        assert_eq!(Admitted::pending().submission(), None);
    }
}
