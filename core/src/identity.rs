//! What a delivery is told apart by, and so what counts as a repeat.
//!
//! Only what is provably the same is dropped. The *scope* is the submission: the ticket's random id, or the request id
//! within its sender, or nothing. Within a scope, a document is identified by its class and its request id, everything
//! else by its class and its bytes; without a scope most things have no identity and are never repeats.
//!
//! Names are keyed hashes. A [`Seed`] belongs to a ledger: whoever shares the ledger shares the seed, and computes the
//! same names on every machine and at every attempt. Names are HMAC-SHA256, cut to 128 bits. Bodies, which can be large,
//! are fingerprinted with XXH3-128 under a secret of 192 bytes that is derived from the seed: a fingerprint tells
//! bodies apart, it proves nothing about who made them.
//!
//! Without an operating system a fingerprint is a name like the others, for a second hash would take two kilobytes of
//! flash. It takes a Cortex-M some seventy instructions a byte, so a few milliseconds for a body of 8 KiB. Such a device
//! has its ledger to itself: even with one seed, a server would fingerprint the same body differently.

use core::fmt;

#[cfg(not(target_os = "none"))]
use twox_hash::XxHash3_128;

use crate::ledger::{DeliveryId, Fingerprint, RequestKey, ScopeKey};
use crate::mac::{Code, Keyed};
use crate::payload::Kind;
use crate::request_id::RequestId;
use crate::time::UnixMillis;

/// 32 random bytes under which a ledger names things. They are drawn once for each ledger and kept with it.
#[derive(Clone, Copy)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(<secret>)")
    }
}

/// What a delivery is identified by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its submission, where one can be told.
    pub scope: Option<ScopeKey>,
    /// Its own name, where it has one; without it, it is never a repeat.
    pub id: Option<DeliveryId>,
    /// What tells its bytes from others.
    pub fingerprint: Fingerprint,
    /// Its request id, to be compared with the one bound to the submission.
    pub request: Option<RequestKey>,
}

impl Identity {
    /// Of a delivery that nobody has looked at yet.
    pub(crate) const UNKNOWN: Identity =
        Identity { scope: None, id: None, fingerprint: Fingerprint::from_bytes([0; 16]), request: None };
}

/// The submission that a delivery belongs to, before it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'s> {
    /// The random id of a ticket.
    Ticket([u8; 12]),
    /// A request id within the sender that delivered it.
    Request {
        /// The name of the credential.
        sender: &'s str,
        /// The request id.
        id: RequestId<'s>,
    },
    /// It cannot be told.
    None,
}

/// What a delivery is counted as, next to its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Kind(Kind),
    /// An `UtteranceEnd` that does not say when: it cannot be told from the next one.
    Timeless,
    Oversize,
    Incomplete,
    Malformed,
}

impl Class {
    const fn number(self) -> u8 {
        match self {
            Class::Kind(kind) => kind as u8,
            Class::Oversize => 0xfc,
            Class::Timeless => 0xfd,
            Class::Incomplete => 0xfe,
            Class::Malformed => 0xff,
        }
    }
}

/// Computes identities under a seed.
#[derive(Clone)]
pub struct Identifier {
    /// Each kind of name begins with what it is for.
    names: Keyed,
    /// The secret of XXH3, whose published size this is.
    #[cfg(not(target_os = "none"))]
    bodies: [u8; 192],
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identifier(<secret>)")
    }
}

impl Identifier {
    /// An identifier for the ledger with this seed.
    #[must_use]
    #[inline(never)]
    pub fn new(seed: &Seed) -> Identifier {
        let names = Keyed::new(&seed.0);
        Identifier {
            #[cfg(not(target_os = "none"))]
            bodies: secret_of_bodies(&names),
            names,
        }
    }

    /// The fingerprint of a decoded body in which secrets have been masked.
    #[must_use]
    #[inline(never)]
    pub fn fingerprint(&self, body: &[u8]) -> Fingerprint {
        // The secret has the size that the algorithm is made for, so there is always a hash.
        #[cfg(not(target_os = "none"))]
        let hash = XxHash3_128::oneshot_with_secret(&self.bodies, body).unwrap_or_default().to_le_bytes();
        #[cfg(target_os = "none")]
        let hash = {
            let mut name = self.names.begin();
            feed_text(&mut name, "body");
            name.update(body);
            cut(&mut name)
        };
        Fingerprint::from_bytes(hash)
    }

    /// The name of a submission.
    #[must_use]
    #[inline(never)]
    pub fn scope(&self, scope: Scope<'_>) -> Option<ScopeKey> {
        if scope == Scope::None {
            return None;
        }
        let mut name = self.names.begin();
        feed_text(&mut name, "scope");
        feed_scope(&mut name, &scope);
        Some(ScopeKey::from_hash(cut(&mut name)))
    }

    /// What the request id of a delivery is compared by.
    #[must_use]
    #[inline(never)]
    pub fn request(&self, id: RequestId<'_>) -> RequestKey {
        let mut name = self.names.begin();
        feed_text(&mut name, "request");
        feed_request(&mut name, &id);
        RequestKey::from_hash(cut(&mut name))
    }

    /// The identity of a delivery of this class.
    #[inline(never)]
    pub(crate) fn identity(
        &self,
        scope: Scope<'_>,
        class: Class,
        request_id: Option<RequestId<'_>>,
        body: &[u8],
    ) -> Identity {
        let fingerprint = self.fingerprint(body);
        let is_audio = class == Class::Kind(Kind::Audio);
        let has_identity = class != Class::Timeless && (is_audio || scope != Scope::None);
        let id = has_identity.then(|| self.delivery_id(&scope, class, request_id.as_ref(), &fingerprint));
        Identity { scope: self.scope(scope), id, fingerprint, request: request_id.map(|id| self.request(id)) }
    }

    // The frames of these three need not lie on the stack together.
    #[inline(never)]
    fn delivery_id(
        &self,
        scope: &Scope<'_>,
        class: Class,
        request_id: Option<&RequestId<'_>>,
        fingerprint: &Fingerprint,
    ) -> DeliveryId {
        let is_document = matches!(class, Class::Kind(Kind::Transcript | Kind::Analysis));
        let mut name = self.names.begin();
        feed_text(&mut name, "delivery");
        feed_scope(&mut name, scope);
        name.update(&[class.number()]);
        match request_id {
            Some(id) if is_document => feed_request(&mut name, id),
            // One submission has one audio, whatever its bytes.
            _ if class == Class::Kind(Kind::Audio) && *scope != Scope::None => {}
            _ => name.update(fingerprint.as_bytes()),
        }
        DeliveryId::from_bytes(cut(&mut name))
    }

    /// The identity of a body that nobody has looked into, for it is larger than memory: its scope and its bytes.
    ///
    /// Unlike other bodies, it has one without a scope too: what is so large is better kept once.
    #[must_use]
    pub fn oversize(&self, scope: Scope<'_>, fingerprint: Fingerprint) -> Identity {
        let id = Some(self.delivery_id(&scope, Class::Oversize, None, &fingerprint));
        Identity { scope: self.scope(scope), id, fingerprint, request: None }
    }

    /// A name for a delivery that has no identity: never the same twice, as long as `serial` is not.
    pub(crate) fn unidentified(&self, fingerprint: &Fingerprint, wall: UnixMillis, serial: u64) -> DeliveryId {
        let mut name = self.names.begin();
        feed_text(&mut name, "unidentified");
        name.update(fingerprint.as_bytes());
        name.update(&wall.to_le_bytes());
        name.update(&serial.to_le_bytes());
        DeliveryId::from_bytes(cut(&mut name))
    }
}

#[cfg(not(target_os = "none"))]
fn secret_of_bodies(names: &Keyed) -> [u8; 192] {
    let mut secret = [0; 192];
    for (at, block) in secret.chunks_exact_mut(32).enumerate() {
        let mut part = names.begin();
        part.update(b"ringback/fingerprint/v1");
        part.update(&[at as u8]);
        block.copy_from_slice(&part.finish());
    }
    secret
}

/// The first 128 bits.
#[cfg_attr(target_os = "none", inline(never))]
fn cut(name: &mut Code) -> [u8; 16] {
    let hash = name.finish();
    core::array::from_fn(|at| hash[at])
}

/// A text with its length before it, so that two texts in a row cannot be cut differently.
#[cfg_attr(target_os = "none", inline(never))]
fn feed_text(name: &mut Code, text: &str) {
    name.update(&(text.len() as u64).to_le_bytes());
    name.update(text.as_bytes());
}

#[cfg_attr(target_os = "none", inline(never))]
fn feed_request(name: &mut Code, id: &RequestId<'_>) {
    id.feed(&mut |bytes| name.update(bytes));
}

/// Bytes of which none are a prefix of another scope's.
#[cfg_attr(target_os = "none", inline(never))]
fn feed_scope(name: &mut Code, scope: &Scope<'_>) {
    match scope {
        Scope::None => name.update(b"-"),
        Scope::Ticket(tid) => {
            name.update(b"t");
            name.update(tid);
        }
        Scope::Request { sender, id } => {
            name.update(b"r");
            feed_text(name, sender);
            feed_request(name, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: Scope<'static> = Scope::Ticket([7; 12]);

    fn identifier() -> Identifier {
        Identifier::new(&Seed([1; 32]))
    }

    fn id(scope: Scope<'_>, class: Class, request: Option<&'static str>, body: &[u8]) -> Option<DeliveryId> {
        let request = request.map(|text| RequestId::parse(text).unwrap());
        identifier().identity(scope, class, request, body).id
    }

    fn request_scope(sender: &'static str) -> Scope<'static> {
        Scope::Request { sender, id: RequestId::parse("abc").unwrap() }
    }

    #[test]
    fn a_document_is_told_by_its_request_id_and_not_by_its_bytes() {
        let class = Class::Kind(Kind::Transcript);
        assert_eq!(id(TICKET, class, Some("a"), b"x"), id(TICKET, class, Some("a"), b"y"));
        assert_ne!(id(TICKET, class, Some("a"), b"x"), id(TICKET, class, Some("b"), b"x"));
        assert_ne!(id(TICKET, class, Some("a"), b"x"), id(TICKET, Class::Kind(Kind::Analysis), Some("a"), b"x"));
        assert_ne!(id(TICKET, class, None, b"x"), id(TICKET, class, None, b"y"));
    }

    #[test]
    fn a_message_is_told_by_its_bytes_within_its_scope() {
        let class = Class::Kind(Kind::StreamSpeechStarted);
        assert_eq!(id(TICKET, class, None, b"x"), id(TICKET, class, None, b"x"));
        assert_ne!(id(TICKET, class, None, b"x"), id(TICKET, class, None, b"y"));
        assert_ne!(id(TICKET, class, None, b"x"), id(Scope::Ticket([8; 12]), class, None, b"x"));
        assert_eq!(id(Scope::None, class, None, b"x"), None);
        assert_eq!(id(TICKET, Class::Timeless, None, b"x"), None);
    }

    #[test]
    fn audio_is_told_by_its_scope_or_else_by_its_bytes() {
        let class = Class::Kind(Kind::Audio);
        assert_eq!(id(TICKET, class, None, b"x"), id(TICKET, class, None, b"y"));
        assert_eq!(id(Scope::None, class, None, b"x"), id(Scope::None, class, None, b"x"));
        assert_ne!(id(Scope::None, class, None, b"x"), id(Scope::None, class, None, b"y"));
    }

    #[test]
    fn what_nobody_looked_into_is_told_by_its_bytes_and_never_taken_for_what_was_read() {
        let identifier = identifier();
        let [x, y] = [b"x", b"y"].map(|body| identifier.fingerprint(body));
        let oversize = |scope, fingerprint| identifier.oversize(scope, fingerprint).id;
        assert_eq!(oversize(Scope::None, x), oversize(Scope::None, x));
        assert_ne!(oversize(Scope::None, x), oversize(Scope::None, y));
        assert_ne!(oversize(TICKET, x), oversize(Scope::None, x));
        assert_ne!(oversize(TICKET, x), id(TICKET, Class::Malformed, None, b"x"));
        assert_eq!(identifier.oversize(TICKET, x).scope, identifier.scope(TICKET));
    }

    #[test]
    fn senders_never_share_a_submission() {
        let identifier = identifier();
        assert_ne!(identifier.scope(request_scope("a")), identifier.scope(request_scope("b")));
        assert_eq!(identifier.scope(request_scope("a")), identifier.scope(request_scope("a")));
        assert_eq!(identifier.scope(Scope::None), None);
    }

    #[test]
    fn names_depend_on_the_seed() {
        let other = Identifier::new(&Seed([2; 32]));
        assert_ne!(identifier().fingerprint(b"x"), other.fingerprint(b"x"));
        assert_ne!(identifier().scope(TICKET), other.scope(TICKET));
    }

    #[test]
    fn two_deliveries_without_identity_have_two_names() {
        let fingerprint = identifier().fingerprint(b"x");
        assert_ne!(identifier().unidentified(&fingerprint, 5, 0), identifier().unidentified(&fingerprint, 5, 1));
    }

    #[test]
    fn failures_are_told_by_their_bytes_even_with_a_request_id() {
        let class = Class::Kind(Kind::Failure);
        assert_ne!(id(TICKET, class, Some("a"), b"x"), id(TICKET, class, Some("a"), b"y"));
        assert_eq!(id(TICKET, class, Some("a"), b"x"), id(TICKET, class, Some("b"), b"x"));
    }

    #[test]
    fn debug_hides_the_seed() {
        assert_eq!(std::format!("{:?}", Seed([1; 32])), "Seed(<secret>)");
        assert_eq!(std::format!("{:?}", identifier()), "Identifier(<secret>)");
    }
}
