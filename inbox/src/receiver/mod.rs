//! A receiver that owns all it needs: a gate, an inbox, the keys of its tickets.
//!
//! It is what a server holds, in whatever language: the head of a request goes in, then its body, and out comes what to
//! answer. It is told its [`Configuration`] as text, opens nothing but the store, and runs nothing: [`Workers`] are started
//! by whoever handles deliveries, in this process or in another one.
//!
//! ```
//! use ringback::Head;
//! use ringback_inbox::{Configuration, Decision, Expect, Receiver};
//!
//! # let folder = std::env::temp_dir().join(format!("ringback-receiver-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let store = format!("sqlite:{}", folder.join("inbox.db").display());
//! let url = Some("https://example.com/hook".to_owned());
//! let receiver = Receiver::open(Configuration { url, ..Configuration::new(store.parse()?) })?;
//! let submission = receiver.expect(Expect::new("call-42"))?;
//! assert!(receiver.callback_url(&submission)?.ends_with("@example.com/hook"));
//!
//! let authorization = submission.ticket().unwrap().authorization();
//! let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
//! let mut body = *br#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001"},"results":{"channels":[]}}"#;
//! let Decision::Answer(answer) = receiver.receive(&head, &mut body) else { panic!("it is stored") };
//! assert_eq!((answer.status, answer.situation.name()), (200, "stored"));
//! # drop((receiver, submission));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Without a durable store
//!
//! `memory` keeps nothing that survives the process, so there a delivery is handled before it is answered: [`Receiver::receive`]
//! says [`Decision::Handle`], and [`Receiver::finish`] gives the answer. Nothing is acknowledged that only memory holds. A delivery
//! has the same id after a restart as before, as long as the first key is the same.

mod configuration;
mod keys;
mod routing;

use std::sync::Arc;

use ringback::callback_url::CallbackUrl;
use ringback::gate::{Admitted, Config};
use ringback::ledger::{Claim, Outcome, Rules};
use ringback::payload::Payload;
use ringback::policy::{Answer, Backing, Policy, Situation};
use ringback::route::Routes;
use ringback::{ErrorKind, Gate, Head};

pub use configuration::Configuration;
pub use keys::{KeySource, Keys, new_line};
pub use routing::{Routing, Rule};

use crate::error::Error;
use crate::inbox::{Answering, Decision, Expect, Inbox, Settings, Submission};
use crate::ledger::{Ledger, Lent};
use crate::memory::Memory;
use crate::spool::{self, Spool};
use crate::store::StoreUrl;

#[cfg(doc)]
use crate::worker::Workers;

/// A receiver. Clones share it. See the [module](self).
#[derive(Clone)]
pub struct Receiver {
    shared: Arc<Shared>,
}

struct Shared {
    gate: Gate<'static>,
    inbox: Inbox,
    keys: Option<Keys>,
    path: String,
    url: Option<String>,
    any_port: bool,
    ticket_in_path: bool,
}

/// How long what was settled is remembered where nothing survives the process, and its body with it: longer than all
/// attempts of one delivery take.
const BRIEFLY: u64 = 960_000;

impl Receiver {
    /// Checks the configuration and opens the store.
    ///
    /// # Errors
    ///
    /// What is wrong with a credential, a key, the URL, the path; [`ErrorKind::CredentialsUnconfigured`]; or the store or the
    /// spool cannot be opened.
    pub fn open(configuration: Configuration) -> Result<Receiver, Error> {
        let (credentials, keys) = configuration.credentials()?;
        let path = configuration.hook_path()?;
        let url = configuration.public_url(&path)?;
        let ledger: Arc<dyn Ledger> = match (&configuration.store, &keys) {
            (StoreUrl::Memory, Some(keys)) => Arc::new(Memory::new(configuration.clock.clone())?.with_seed(keys.seed)),
            (store, _) => store.open(configuration.clock.clone())?,
        };
        let (backing, settings) = if configuration.store.is_durable() {
            (Backing::Inbox, configuration.settings)
        } else {
            let settings = configuration.settings;
            // A delivery that has failed is the sender's to send again: whenever it likes, and as often as it likes.
            let memory = settings.rules.memory.min(BRIEFLY);
            let rules = Rules { tries: u8::MAX, backoff: 0, memory, ..settings.rules };
            let body_life = settings.body_life.min(BRIEFLY);
            (Backing::Memory, Settings { answering: Answering::Handled, rules, body_life, ..settings })
        };
        let gate = Gate::new(Config {
            credentials,
            routes: Routes::NONE,
            policy: Policy::new(backing),
            limits: configuration.limits,
            remember_interim: configuration.remember_interim,
            seed: ledger.seed(),
        })?;
        let inbox = match configuration.spool.filter(|_| settings.answering == Answering::Stored) {
            Some(folder) => Inbox::with_spool(ledger, settings, Spool::open(folder, spool::SIZE)?),
            None => Inbox::over(ledger, settings),
        };
        let (any_port, ticket_in_path) = (configuration.any_port, configuration.ticket_in_path);
        Ok(Receiver { shared: Arc::new(Shared { gate, inbox, keys, path, url, any_port, ticket_in_path }) })
    }

    /// The stateless half.
    #[must_use]
    pub fn gate(&self) -> &Gate<'static> {
        &self.shared.gate
    }

    /// The inbox.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.shared.inbox
    }

    /// The keys of its tickets.
    #[must_use]
    pub fn keys(&self) -> Option<&Keys> {
        self.shared.keys.as_ref()
    }

    /// The path of the callbacks.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.shared.path
    }

    /// The public URL of the callbacks, without a credential.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.shared.url.as_deref()
    }

    /// Whether the sender is answered after the handler, which is then in this process.
    #[must_use]
    pub fn answers_when_handled(&self) -> bool {
        self.inbox().settings().answering == Answering::Handled
    }

    /// Whether callbacks are posted to this path, given without its query.
    #[must_use]
    pub fn is_hook(&self, path: &str) -> bool {
        let Shared { path: hook, ticket_in_path, .. } = &*self.shared;
        path == hook
            || *ticket_in_path && path.rsplit_once('/').is_some_and(|(front, _)| front == hook.trim_end_matches('/'))
    }

    /// Looks at the head, before a byte of body is read: credentials, method, framing, length, and whether there is a store
    /// to keep it in.
    ///
    /// # Errors
    ///
    /// The answer to give at once. The body need not be read.
    pub fn admit(&self, head: &Head<'_>) -> Result<Admitted<'static>, Answer> {
        self.look_at(head).map_err(|answer| self.inbox().metrics().refused(answer))
    }

    /// The same; `None` for a body that is too large for memory by its own account, and may go to the disk:
    /// [`Inbox::oversize`].
    ///
    /// # Errors
    ///
    /// As [`Receiver::admit`].
    pub fn admit_any_size(&self, head: &Head<'_>) -> Result<Option<Admitted<'static>>, Answer> {
        match self.look_at(head) {
            Ok(admitted) => Ok(Some(admitted)),
            Err(answer) if answer.situation == Situation::TooLarge && self.takes_oversize(head) => Ok(None),
            Err(answer) => Err(self.inbox().metrics().refused(answer)),
        }
    }

    /// Whether a body with this head may go to the disk where it is too large for memory.
    #[must_use]
    pub fn takes_oversize(&self, head: &Head<'_>) -> bool {
        self.inbox().admit_oversize(self.gate(), head).is_ok()
    }

    fn look_at(&self, head: &Head<'_>) -> Result<Admitted<'static>, Answer> {
        let admitted = self.gate().admit(head, self.inbox().now().wall)?;
        // Strangers do not learn how the store is.
        match self.inbox().check() {
            Ok(()) => Ok(admitted),
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// Receives the body of a delivery that was admitted, decoded. A secret in it is overwritten before it is kept. Blocks
    /// until it is durable.
    pub fn take(&self, admitted: Admitted<'static>, head: &Head<'_>, body: &mut [u8]) -> Decision {
        let (mut decision, _) = self.take_in_place(admitted, head, body, None);
        if let Decision::Handle(work) = &mut decision {
            work.body = body.to_vec();
        }
        decision
    }

    /// The same for a caller that keeps the body: that of the work is empty, and the payload that was found in the caller's
    /// comes along, if it is to be handled and is JSON. What is lent are the same bytes, which nobody changes any more: a store
    /// in memory then needs no copy of them.
    pub fn take_in_place<'b>(
        &self,
        admitted: Admitted<'static>,
        head: &Head<'_>,
        body: &'b mut [u8],
        lent: Option<Lent>,
    ) -> (Decision, Option<Payload<'b>>) {
        let gate = self.gate();
        if body.len() as u64 > gate.body_limit(&admitted) {
            return (Decision::Answer(self.inbox().metrics().refused(gate.too_large())), None);
        }
        let unlocked = match gate.looks_into_the_body() {
            true => gate.unlock(admitted, body, self.inbox().now().wall),
            false => Ok(admitted),
        };
        match unlocked.and_then(|admitted| gate.examine(admitted, head, body)) {
            Ok(delivery) => {
                let decision = self.inbox().accept_in_place(gate.policy(), &delivery, head.content_type_text(), lent);
                let payload = match decision {
                    Decision::Handle(_) => delivery.payload().copied(),
                    Decision::Answer(_) => None,
                };
                (decision, payload)
            }
            Err(answer) => (Decision::Answer(self.inbox().metrics().refused(answer)), None),
        }
    }

    /// Receives a delivery whole: head, and decoded body. Blocks until it is durable.
    pub fn receive(&self, head: &Head<'_>, body: &mut [u8]) -> Decision {
        match self.admit(head) {
            Ok(admitted) => self.take(admitted, head, body),
            Err(answer) => Decision::Answer(answer),
        }
    }

    /// Settles what [`Decision::Handle`] gave out, and says what to answer.
    pub fn finish(&self, claim: Claim, outcome: Outcome) -> Answer {
        self.inbox().finish(self.gate().policy(), claim, outcome)
    }

    /// Announces a submission and mints its ticket.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyringEmpty`] if this receiver takes no tickets; or as [`Inbox::expect`].
    pub fn expect(&self, expect: Expect<'_>) -> Result<Submission, Error> {
        let keys = self.keys().ok_or(ErrorKind::KeyringEmpty)?;
        self.inbox().expect(&keys.keyring, expect)
    }

    /// The callback URL of a submission, with its ticket, to be given to an official SDK, which encodes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UrlMalformed`] if no `url` was configured; [`ErrorKind::CredentialMissing`] if the ticket was not
    /// minted by this value.
    pub fn callback_url(&self, submission: &Submission) -> Result<String, Error> {
        let base = self.url().ok_or_else(|| Error::new(ErrorKind::UrlMalformed, "no public URL was configured"))?;
        let ticket = submission.ticket().ok_or(ErrorKind::CredentialMissing)?;
        let mut url = String::new();
        CallbackUrl::new(base).any_port(self.shared.any_port).ticket(ticket).write_raw(&mut url)?;
        Ok(url)
    }

    /// The answer while the store cannot keep anything.
    pub fn unavailable(&self, error: &Error) -> Answer {
        self.gate().policy().answer(Situation::Unavailable).because(error.kind().into())
    }
}

/// Shows no credential.
impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("path", &self.path()).field("url", &self.url()).finish_non_exhaustive()
    }
}
