//! The stateless half of a receiver: credentials, content, identity, route.
//!
//! A delivery passes in three steps, so that a server does no more for a stranger than it must:
//!
//! 1. [`Gate::admit`] looks at the head alone, before a byte of body is read: method, framing, credentials, length.
//! 2. [`Gate::unlock`], only where an extra secret is configured, finds it in the body, compares it, and overwrites it.
//! 3. [`Gate::examine`] says what the body is, what identifies it, and where it goes.
//!
//! A gate holds no state: it can be shared by threads, and parsing never happens under the lock of a ledger.

mod accepted;
mod admitted;
mod content;
mod delivery;
mod secret;

pub use accepted::AcceptedCredentials;
pub use admitted::Admitted;
pub use content::Content;
pub use delivery::Delivery;

use crate::error::{Error, ErrorKind};
use crate::head::{Encoding, Head};
use crate::identity::{Identifier, Identity, Scope, Seed};
use crate::limits::Limits;
use crate::payload::Kind;
use crate::policy::{Answer, Keep, Policy, Situation};
use crate::route::{Properties, RouteId, Routes};
use crate::time::UnixMillis;

/// How a gate is configured.
#[derive(Clone, Debug)]
pub struct Config<'c> {
    /// What lets a delivery in.
    pub credentials: AcceptedCredentials<'c>,
    /// Where deliveries go.
    pub routes: Routes<'c>,
    /// What to answer.
    pub policy: Policy,
    /// What is too large, and too late.
    pub limits: Limits,
    /// Remember interim results, so that a repeated one is dropped. A busy stream fills a ledger with them.
    pub remember_interim: bool,
    /// The seed of the ledger behind the gate.
    pub seed: Seed,
}

/// The gate. See the [module](self).
#[derive(Clone, Debug)]
pub struct Gate<'c> {
    credentials: AcceptedCredentials<'c>,
    routes: Routes<'c>,
    policy: Policy,
    limits: Limits,
    remember_interim: bool,
    identifier: Identifier,
}

/// Why somebody is not let in, before it is an answer.
type Refusal = (Situation, Error);

const TOO_LARGE: Refusal = (Situation::TooLarge, Error::new(ErrorKind::BodyTooLarge, 0));

impl<'c> Gate<'c> {
    /// A gate that is configured so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CredentialsUnconfigured`] if nothing would be asked of a sender; say
    /// [`let_anybody_post`](AcceptedCredentials::let_anybody_post) if that is meant.
    #[cfg_attr(target_os = "none", inline(always))]
    pub fn new(config: Config<'c>) -> Result<Gate<'c>, Error> {
        if !config.credentials.are_configured() {
            return Err(ErrorKind::CredentialsUnconfigured.into());
        }
        Ok(Gate {
            credentials: config.credentials,
            routes: config.routes,
            policy: config.policy,
            limits: config.limits,
            remember_interim: config.remember_interim,
            identifier: Identifier::new(&config.seed),
        })
    }

    /// What the gate answers.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What computes the names of the ledger behind the gate.
    #[must_use]
    pub const fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// Looks at the head, before a byte of body is read. An answer means that the body need not be read at all.
    ///
    /// # Errors
    ///
    /// The answer to give at once: 405, 400, 415, 401 or 413. Its [`error`](Answer::error) tells the reasons apart, for
    /// counting; the sender does not learn them.
    // Steps follow each other, so their frames need not lie on the stack together.
    #[inline(never)]
    pub fn admit(&self, head: &Head<'_>, now: UnixMillis) -> Result<Admitted<'c>, Answer> {
        let mut admitted = Admitted::pending();
        let judged = self.judge(head, now, &mut admitted).and_then(|()| {
            let fits = head.content_length().is_none_or(|length| length <= self.body_limit(&admitted));
            if fits { Ok(()) } else { Err(TOO_LARGE) }
        });
        match judged {
            Ok(()) => Ok(admitted),
            Err(refusal) => Err(self.answer(refusal)),
        }
    }

    /// Looks at the head of a delivery whose body is over the limit on memory, for those who would stream it to a disk.
    ///
    /// # Errors
    ///
    /// As [`admit`](Gate::admit), whatever the length; and [`too_large`](Gate::too_large) where a secret could be in the
    /// body: what cannot be read whole can neither prove a sender nor be masked.
    pub fn admit_oversize(&self, head: &Head<'_>, now: UnixMillis) -> Result<Admitted<'c>, Answer> {
        let mut admitted = Admitted::pending();
        self.judge(head, now, &mut admitted).map_err(|refusal| self.answer(refusal))?;
        if admitted.is_pending() || self.looks_into_the_body() {
            return Err(self.too_large());
        }
        Ok(admitted)
    }

    /// The most bytes of decoded body to read for this delivery; beyond it, answer [`too_large`](Gate::too_large).
    #[must_use]
    pub fn body_limit(&self, admitted: &Admitted<'_>) -> u64 {
        if admitted.is_pending() { self.limits.body.min(self.limits.unproven_body) } else { self.limits.body }
    }

    /// The answer to a body over the limit.
    pub fn too_large(&self) -> Answer {
        self.answer(TOO_LARGE)
    }

    /// Whether bodies may hold a secret, so that [`unlock`](Gate::unlock) must see them.
    #[must_use]
    pub fn looks_into_the_body(&self) -> bool {
        self.credentials.may_be_in_the_body()
    }

    /// Finds the secret in the body, where one is configured, and overwrites it with asterisks before anybody else sees
    /// the body. It proves the sender if nothing in the head did. The body stays valid JSON of the same length.
    ///
    /// # Errors
    ///
    /// The answer to give, when nothing in the head proved the sender and the body does not either.
    pub fn unlock(&self, admitted: Admitted<'c>, body: &mut [u8], now: UnixMillis) -> Result<Admitted<'c>, Answer> {
        match self.credentials.look_into_the_body(body, now) {
            Err(error) if admitted.is_pending() => Err(self.refused(error)),
            // What could be a secret stands where it was not looked for: it must not be kept.
            Err(error) if error.kind() == ErrorKind::SecretAmbiguous => Err(self.refused(error)),
            Ok(proof) if admitted.is_pending() => {
                let mut admitted = Admitted::pending();
                *admitted.proof_mut() = proof;
                self.admit_in_time(&mut admitted).map_err(|refusal| self.answer(refusal))?;
                Ok(admitted)
            }
            _ => Ok(admitted),
        }
    }

    /// Says what the body is, what identifies it, and where it goes. The body is decoded and, where a secret could be in
    /// it, has been through [`unlock`](Gate::unlock).
    ///
    /// # Errors
    ///
    /// The answer to give, when the sender is not proven.
    #[inline(never)]
    pub fn examine<'b>(
        &self,
        admitted: Admitted<'c>,
        head: &Head<'_>,
        body: &'b [u8],
    ) -> Result<Delivery<'b, 'c>, Answer> {
        if admitted.is_pending() {
            return Err(self.refused(ErrorKind::SecretMissing.into()));
        }
        Ok(self.describe(admitted, head, body))
    }

    /// In place, for a delivery is large.
    #[cfg_attr(target_os = "none", inline(never))]
    fn describe<'b>(&self, admitted: Admitted<'c>, head: &Head<'_>, body: &'b [u8]) -> Delivery<'b, 'c> {
        let mut delivery = Delivery {
            content: Content::of(body, head.content_type(), admitted.for_use()),
            kind: Kind::Unknown,
            request_id: None,
            identity: Identity::UNKNOWN,
            route: RouteId::default(),
            admitted,
            brief: false,
        };
        self.fill_in(&mut delivery, body);
        delivery
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn fill_in(&self, delivery: &mut Delivery<'_, 'c>, body: &[u8]) {
        let Delivery { content, admitted, .. } = &*delivery;
        let payload = content.payload();
        let kind = content.kind();
        let request_id = payload.and_then(|payload| payload.request_id());
        let sender = admitted.sender();
        let scope = match (admitted.ticket(), request_id) {
            (Some(tid), _) => Scope::Ticket(tid),
            (None, Some(id)) => Scope::Request { sender, id },
            (None, None) => Scope::None,
        };
        let properties = Properties { kind, job: admitted.job(), sender: Some(sender), payload };
        let route = self.routes.find(&properties);
        let is_interim =
            payload.and_then(|payload| payload.stream_results()).is_some_and(|message| message.is_interim());
        let identity = self.identifier.identity(scope, content.class(), request_id, body);
        delivery.kind = kind;
        delivery.request_id = request_id;
        delivery.identity = identity;
        delivery.route = route;
        delivery.brief = is_interim && !self.remember_interim;
    }

    /// Judges a head of any announced length.
    fn judge(&self, head: &Head<'_>, now: UnixMillis, admitted: &mut Admitted<'c>) -> Result<(), Refusal> {
        let refused = |situation, kind: ErrorKind| Err((situation, kind.into()));
        if head.method() != "POST" && head.method() != "PUT" {
            return refused(Situation::Method, ErrorKind::MethodNotAllowed);
        }
        if !head.is_well_framed() {
            return refused(Situation::Ambiguous, ErrorKind::BadFraming);
        }
        if head.authorization_is_repeated() {
            return refused(Situation::Ambiguous, ErrorKind::AuthorizationRepeated);
        }
        let found = self.credentials.look_at_the_head(head, now, admitted.proof_mut());
        found.map_err(|error| (Situation::Refused, error))?;
        self.admit_in_time(admitted)?;
        if head.encoding() == Encoding::Unsupported {
            return refused(Situation::Encoding, ErrorKind::UnsupportedEncoding);
        }
        Ok(())
    }

    /// A ticket beyond its grace goes on only where an inbox can keep the delivery as a dead letter.
    fn admit_in_time(&self, admitted: &mut Admitted<'c>) -> Result<(), Refusal> {
        admitted.hold_against(self.limits.grace);
        if admitted.is_expired() && self.policy.rule(Situation::Expired).keep != Keep::DeadLetter {
            return Err((Situation::Expired, ErrorKind::TicketExpired.into()));
        }
        Ok(())
    }

    fn refused(&self, error: Error) -> Answer {
        self.answer((Situation::Refused, error))
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn answer(&self, (situation, error): Refusal) -> Answer {
        self.policy.answer(situation).because(error)
    }
}
