//! The stateless half of a receiver: credentials, content, identity, route.
//!
//! A delivery passes in three steps, so that a server does no more for a stranger than it must:
//!
//! 1. [`Gate::admit`] looks at the head alone, before a byte of body is read: method, framing, credentials, length.
//! 2. [`Gate::unlock`], only where an extra secret is configured, finds it in the body, compares it, and overwrites it.
//! 3. [`Gate::examine`] says what the body is, what identifies it, and where it goes.
//!
//! A gate holds no state: it can be shared by threads, and parsing never happens under the lock of a ledger.

use crate::credential::{BasicPairs, Credentials, ExtraSecret, Job, Keyring, Ticket, TicketText, TicketUse, Verified};
use crate::error::{Error, ErrorKind};
use crate::head::{ContentType, Encoding, Head};
use crate::identity::{Class, Identifier, Identity, Scope, Seed};
use crate::json::{Document, Object, Str, Value};
use crate::limits::{FAILURE_TEXT, Limits};
use crate::payload::{Kind, Payload};
use crate::policy::{Answer, Keep, Policy, Situation};
use crate::request_id::RequestId;
use crate::route::{Properties, RouteId, Routes};
use crate::time::UnixMillis;

/// What lets a delivery in. At least one of these is needed.
#[derive(Clone, Debug, Default)]
pub struct AcceptedCredentials<'c> {
    /// The keys of tickets.
    pub tickets: Option<Keyring<'c>>,
    /// Named Basic pairs: several, for rotation and for tenants.
    pub basic: BasicPairs<'c>,
    /// A secret within the document; only transcripts can carry one.
    pub extra_secret: Option<ExtraSecret<'c>>,
    /// Accept a ticket as the last segment of the path, where a proxy takes `Authorization` away.
    pub ticket_in_path: bool,
    /// Accept a ticket as the value of this extra key, where a proxy takes `Authorization` away; only transcripts can carry one.
    pub ticket_in_extra: Option<&'c str>,
    /// Let everybody in. Anybody who finds the URL can then post transcripts.
    pub let_anybody_post: bool,
}

impl AcceptedCredentials<'_> {
    fn are_configured(&self) -> bool {
        self.tickets.is_some() || !self.basic.is_empty() || self.extra_secret.is_some() || self.let_anybody_post
    }

    /// Whether the proof may be in the body.
    fn look_into_the_body(&self) -> bool {
        self.extra_secret.is_some() || (self.ticket_in_extra.is_some() && self.tickets.is_some())
    }
}

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

/// What a body is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Content<'b> {
    /// A JSON payload.
    Json(Payload<'b>),
    /// Plain text: a failure.
    Text(&'b str),
    /// Synthesised speech.
    Audio(&'b [u8]),
    /// The beginning of a document; the error says where it ends.
    Incomplete(&'b [u8], Error),
    /// Not what it claims to be; the error says where and why.
    Malformed(&'b [u8], Error),
}

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
        match &self.content {
            Content::Json(payload) => Some(payload),
            _ => None,
        }
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

impl<'c> Gate<'c> {
    /// A gate that is configured so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CredentialsUnconfigured`] if nothing would be asked of a sender; say
    /// [`let_anybody_post`](AcceptedCredentials::let_anybody_post) if that is meant.
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
    pub fn admit(&self, head: &Head<'_>, now: UnixMillis) -> Result<Admitted<'c>, Answer> {
        if head.method() != "POST" && head.method() != "PUT" {
            return Err(self.refusal(Situation::Method, ErrorKind::MethodNotAllowed));
        }
        if !head.is_well_framed() {
            return Err(self.refusal(Situation::Ambiguous, ErrorKind::BadFraming));
        }
        if head.authorization_is_repeated() {
            return Err(self.refusal(Situation::Ambiguous, ErrorKind::AuthorizationRepeated));
        }
        let proof = self.authenticate(head, now).map_err(|error| self.refused(error))?;
        let admitted = self.expire(proof)?;
        if head.encoding() == Encoding::Unsupported {
            return Err(self.refusal(Situation::Encoding, ErrorKind::UnsupportedEncoding));
        }
        if head.content_length().is_some_and(|length| length > self.body_limit(&admitted)) {
            return Err(self.too_large());
        }
        Ok(admitted)
    }

    /// The most bytes of decoded body to read for this delivery; beyond it, answer [`too_large`](Gate::too_large).
    #[must_use]
    pub fn body_limit(&self, admitted: &Admitted<'_>) -> u64 {
        if admitted.proof == Proof::Pending {
            self.limits.body.min(self.limits.unproven_body)
        } else {
            self.limits.body
        }
    }

    /// The answer to a body over the limit.
    pub fn too_large(&self) -> Answer {
        self.refusal(Situation::TooLarge, ErrorKind::BodyTooLarge)
    }

    /// Whether bodies may hold a secret, so that [`unlock`](Gate::unlock) must see them.
    #[must_use]
    pub fn looks_into_the_body(&self) -> bool {
        self.credentials.look_into_the_body()
    }

    /// Finds the secret in the body, where one is configured, and overwrites it with asterisks before anybody else sees
    /// the body. It proves the sender if nothing in the head did. The body stays valid JSON of the same length.
    ///
    /// # Errors
    ///
    /// The answer to give, when nothing in the head proved the sender and the body does not either.
    pub fn unlock(&self, admitted: Admitted<'c>, body: &mut [u8], now: UnixMillis) -> Result<Admitted<'c>, Answer> {
        let mut outcome = Err(Error::from(ErrorKind::SecretMissing));
        if let Some(key) = self.credentials.ticket_in_extra
            && let Some(keyring) = &self.credentials.tickets
        {
            outcome = unlock_with(body, key, |secret| {
                let mut room = [0; TicketText::MAX_LENGTH];
                let text = secret.unescape_into(&mut room).map_err(|_| ErrorKind::TicketMalformed)?;
                keyring.verify_text(text.as_bytes(), now).map(|ticket| Proof::Ticket(self.pass(&ticket)))
            });
        }
        if let Some(secret) = &self.credentials.extra_secret
            && outcome.is_err()
        {
            outcome = unlock_with(body, secret.key(), |candidate| {
                let matches = secret.matches(decoded_bytes(candidate));
                if matches { Ok(Proof::ExtraSecret) } else { Err(ErrorKind::SecretWrong.into()) }
            });
        }
        match outcome {
            Err(error) if admitted.proof == Proof::Pending => Err(self.refused(error)),
            // Bytes that could hold a secret in a place where it was not looked for must not be kept.
            Err(error) if error.kind() == ErrorKind::SecretAmbiguous => Err(self.refused(error)),
            Ok(proof) if admitted.proof == Proof::Pending => self.expire(proof),
            _ => Ok(admitted),
        }
    }

    /// Says what the body is, what identifies it, and where it goes. The body is decoded and, where a secret could be in
    /// it, has been through [`unlock`](Gate::unlock).
    ///
    /// # Errors
    ///
    /// The answer to give, when the sender is not proven.
    pub fn examine<'b>(
        &self,
        admitted: Admitted<'c>,
        head: &Head<'_>,
        body: &'b [u8],
    ) -> Result<Delivery<'b, 'c>, Answer> {
        if admitted.proof == Proof::Pending {
            return Err(self.refused(ErrorKind::SecretMissing.into()));
        }
        let content = Content::of(body, head.content_type(), admitted.for_use());
        let payload = match &content {
            Content::Json(payload) => Some(payload),
            _ => None,
        };
        let kind = content.kind();
        let request_id = payload.and_then(|payload| payload.request_id());
        let scope = match (&admitted.proof, request_id) {
            (Proof::Ticket(pass), _) => Scope::Ticket(pass.tid),
            (_, Some(id)) => Scope::Request { sender: admitted.sender(), id },
            (_, None) => Scope::None,
        };
        let identity = self.identifier.identity(scope, content.class(), request_id, body);
        let properties = Properties { kind, job: admitted.job(), sender: Some(admitted.sender()), payload };
        let route = self.routes.find(&properties);
        let is_interim =
            payload.and_then(|payload| payload.stream_results()).is_some_and(|message| message.is_interim());
        let brief = is_interim && !self.remember_interim;
        Ok(Delivery { content, kind, request_id, identity, route, admitted, brief })
    }

    fn authenticate(&self, head: &Head<'_>, now: UnixMillis) -> Result<Proof<'c>, Error> {
        if let Some(value) = head.authorization() {
            let mut room = [0; Credentials::MAX_LENGTH];
            let credentials = Credentials::parse(value, &mut room);
            if self.credentials.let_anybody_post && credentials.is_err() {
                return Ok(Proof::Anybody);
            }
            return self.check(&credentials?, now);
        }
        if self.credentials.ticket_in_path
            && let Some(keyring) = &self.credentials.tickets
            && let Some((_, segment)) = head.path().rsplit_once('/')
            && Ticket::is_claimed_by(segment.as_bytes())
        {
            return keyring.verify_text(segment.as_bytes(), now).map(|ticket| Proof::Ticket(self.pass(&ticket)));
        }
        if self.credentials.look_into_the_body() {
            Ok(Proof::Pending)
        } else if self.credentials.let_anybody_post {
            Ok(Proof::Anybody)
        } else {
            Err(ErrorKind::CredentialMissing.into())
        }
    }

    fn check(&self, credentials: &Credentials<'_>, now: UnixMillis) -> Result<Proof<'c>, Error> {
        let Credentials { user, password, .. } = *credentials;
        if let Some(keyring) = &self.credentials.tickets
            && Ticket::is_claimed_by(user)
        {
            return keyring.verify(user, password, now).map(|ticket| Proof::Ticket(self.pass(&ticket)));
        }
        match self.credentials.basic.check(user, password) {
            Some(name) => Ok(Proof::Basic(name)),
            None if self.credentials.let_anybody_post => Ok(Proof::Anybody),
            None => Err(ErrorKind::CredentialWrong.into()),
        }
    }

    fn pass(&self, verified: &Verified<'_>) -> Pass {
        let ticket = &verified.ticket;
        let lateness = verified.lateness;
        Pass {
            for_use: ticket.for_use,
            // Both have the capacity of the longest.
            key: heapless::String::try_from(ticket.kid.as_str()).unwrap_or_default(),
            job: heapless::String::try_from(ticket.job.as_str()).unwrap_or_default(),
            tid: ticket.tid,
            late: lateness.is_some(),
            expired: lateness.is_some_and(|lateness| lateness > self.limits.grace),
        }
    }

    /// A ticket beyond its grace goes on only where an inbox can keep the delivery as a dead letter.
    fn expire(&self, proof: Proof<'c>) -> Result<Admitted<'c>, Answer> {
        let admitted = Admitted { proof };
        if admitted.is_expired() && self.policy.rule(Situation::Expired).keep != Keep::DeadLetter {
            return Err(self.refusal(Situation::Expired, ErrorKind::TicketExpired));
        }
        Ok(admitted)
    }

    fn refused(&self, error: Error) -> Answer {
        self.policy.answer(Situation::Refused).because(error)
    }

    fn refusal(&self, situation: Situation, kind: ErrorKind) -> Answer {
        self.policy.answer(situation).because(kind.into())
    }
}

/// A delivery whose head has been admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted<'c> {
    proof: Proof<'c>,
}

/// Which credential let a delivery in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Proof<'c> {
    Ticket(Pass),
    Basic(&'c str),
    ExtraSecret,
    Anybody,
    /// None yet: it may be in the body.
    Pending,
}

/// What a genuine ticket said, without borrowing the header that it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pass {
    for_use: TicketUse,
    key: heapless::String<4>,
    tid: [u8; 12],
    job: heapless::String<{ Job::MAX_LENGTH }>,
    late: bool,
    expired: bool,
}

impl Admitted<'_> {
    /// The credential that let it in: the key id of a ticket, the name of a Basic pair, `extra` for the extra secret,
    /// or `anybody`.
    #[must_use]
    pub fn sender(&self) -> &str {
        match &self.proof {
            Proof::Ticket(pass) => &pass.key,
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

    /// The random id of the ticket: the submission's own.
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
        self.pass().is_some_and(|pass| pass.late)
    }

    /// Whether the ticket had expired beyond its grace, so that only an inbox may keep the delivery.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.pass().is_some_and(|pass| pass.expired)
    }

    fn pass(&self) -> Option<&Pass> {
        match &self.proof {
            Proof::Ticket(pass) => Some(pass),
            _ => None,
        }
    }
}

impl<'b> Content<'b> {
    /// JSON by content type or first byte; then text; then audio.
    fn of(body: &'b [u8], claimed: ContentType, for_use: Option<TicketUse>) -> Content<'b> {
        if body.is_empty() {
            return Content::Incomplete(body, ErrorKind::UnexpectedEnd.into());
        }
        let first = body.trim_ascii_start().first();
        let looks_like_json = claimed == ContentType::Json || matches!(first, Some(b'{' | b'['));
        if looks_like_json {
            match Payload::parse(body) {
                Ok(payload) => return Content::Json(payload),
                // The first sample of raw audio can be a brace.
                Err(_) if claimed == ContentType::Audio && !is_printable(body) => return Content::Audio(body),
                Err(error) if error.kind().is_incomplete() => return Content::Incomplete(body, error),
                Err(error) => return Content::Malformed(body, error),
            }
        }
        if claimed == ContentType::Text {
            return match core::str::from_utf8(body) {
                Ok(text) => Content::Text(text),
                Err(error) => Content::Malformed(body, Error::new(ErrorKind::InvalidUtf8, error.valid_up_to())),
            };
        }
        match core::str::from_utf8(body) {
            Ok(text) if body.len() <= FAILURE_TEXT && is_printable(body) => Content::Text(text),
            // A stream has no audio.
            _ if for_use == Some(TicketUse::Stream) => Content::Malformed(body, ErrorKind::ExpectedValue.into()),
            _ => Content::Audio(body),
        }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Content::Json(payload) => payload.kind(),
            Content::Text(_) => Kind::Failure,
            Content::Audio(_) => Kind::Audio,
            Content::Incomplete(..) | Content::Malformed(..) => Kind::Unknown,
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &'b [u8] {
        match self {
            Content::Json(payload) => payload.document().text().as_bytes(),
            Content::Text(text) => text.as_bytes(),
            Content::Audio(bytes) | Content::Incomplete(bytes, _) | Content::Malformed(bytes, _) => bytes,
        }
    }

    fn class(&self) -> Class {
        match self {
            Content::Incomplete(..) => Class::Incomplete,
            Content::Malformed(..) => Class::Malformed,
            Content::Json(payload) if payload.utterance_end().is_some_and(|end| !end.has_time()) => Class::Timeless,
            _ => Class::Kind(self.kind()),
        }
    }
}

fn is_printable(body: &[u8]) -> bool {
    body.iter().all(|&byte| byte >= b' ' && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// Lets `prove` look at the secret under this key of `metadata.extra`, then overwrites it, whatever came of it.
fn unlock_with<T>(body: &mut [u8], key: &str, prove: impl FnOnce(Str<'_>) -> Result<T, Error>) -> Result<T, Error> {
    let Ok(document) = Document::parse(body) else { return Err(ErrorKind::SecretMissing.into()) };
    let secret = find_secret(&document, key)?;
    let start = secret.raw().as_ptr() as usize - document.text().as_ptr() as usize;
    let length = secret.raw().len();
    let outcome = prove(secret);
    body[start..start + length].fill(b'*');
    outcome
}

/// The UTF-8 of a string, decoded.
fn decoded_bytes(text: Str<'_>) -> impl Iterator<Item = u8> {
    text.chars().flat_map(|character| {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        bytes.into_iter().take(length)
    })
}

/// The string at `/metadata/extra/KEY`. Whoever has several of one of these, or another type, means to confuse.
fn find_secret<'a>(document: &Document<'a>, key: &str) -> Result<Str<'a>, Error> {
    let Some(mut object) = document.root().as_object() else { return Err(ErrorKind::SecretMissing.into()) };
    for name in ["metadata", "extra"] {
        object = the_only(document, object, name)?.as_object().ok_or(ErrorKind::SecretAmbiguous)?;
    }
    the_only(document, object, key)?.as_str().ok_or(ErrorKind::SecretAmbiguous.into())
}

fn the_only<'a>(document: &Document<'a>, object: Object<'a>, name: &str) -> Result<Value<'a>, Error> {
    let mut found = document.members_of(object).filter(|(member, _)| *member == *name).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (None, _) => Err(ErrorKind::SecretMissing.into()),
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err(ErrorKind::SecretAmbiguous.into()),
    }
}
