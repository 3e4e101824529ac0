//! A receiver, configured as a vector says.

use ringback::credential::{Audience, BasicPair, BasicPairs, ExtraSecret, Keyring, TicketKey};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::ledger::{DeliverySlot, Ledger, Rules, SubmissionSlot};
use ringback::limits::Limits;
use ringback::payload::Kind;
use ringback::policy::{Backing, Policy};
use ringback::route::{Route, RouteId, Routes};
use ringback::time::Now;
use ringback::{Error, Gate, Receiver};
use serde::Deserialize;

use crate::from_hex;

/// The moment from which vectors count, in Unix milliseconds.
pub const START: u64 = 1_795_000_000_000;

/// How a receiver is configured. Whatever is left out has its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Setup {
    /// Basic pairs, as `[NAME=]USER:PASS`.
    pub basic: Vec<String>,
    /// Master keys of tickets, in hexadecimal.
    pub keys: Vec<String>,
    /// Whose tickets these are.
    pub audience: String,
    /// Key and value of the extra secret.
    pub extra_secret: Option<(String, String)>,
    /// Whether the last segment of the path may be a ticket.
    pub ticket_in_path: bool,
    /// The extra key that may hold a ticket.
    pub ticket_in_extra: Option<String>,
    /// Whether everybody is let in.
    pub let_anybody_post: bool,
    /// Routes, in their order.
    pub routes: Vec<Rule>,
    /// The route of what matches none of them.
    pub fallback: u32,
    /// Whether an inbox stands behind it, as far as answers go.
    pub inbox: bool,
    /// The most bytes of a body.
    pub body_limit: Option<u64>,
    /// The most bytes of a body before its sender is proven.
    pub unproven_body_limit: Option<u64>,
    /// How late a ticket may be, in milliseconds.
    pub grace: Option<u64>,
    /// Whether interim results are remembered.
    pub remember_interim: bool,
    /// Whether a submission has to be announced.
    pub require_expected: bool,
    /// How many submissions there is room for: 64 unless said.
    pub submissions: Option<usize>,
    /// How many deliveries there is room for: 64 unless said.
    pub deliveries: Option<usize>,
}

/// A rule and the route that it leads to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The number of the route.
    pub to: u32,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only with this extra pair.
    pub extra: Option<(String, String)>,
    /// Only jobs that begin so.
    pub job_prefix: Option<String>,
    /// Only from this sender.
    pub sender: Option<String>,
}

/// A receiver with a ledger in memory.
pub type InMemory<'c> = Receiver<'c, Vec<SubmissionSlot>, Vec<DeliverySlot>>;

impl Setup {
    /// Makes a receiver of this and hands it to `run`, which lives no longer than the configuration.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the configuration.
    pub fn with<T>(&self, run: impl FnOnce(InMemory<'_>) -> T) -> Result<T, Error> {
        let pairs = self.basic.iter().map(|text| BasicPair::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let audience = Audience::new(&self.audience)?;
        let keys = self.keys.iter().map(|master| TicketKey::new(&from_hex(master), audience));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let tickets = if keys.is_empty() { None } else { Some(Keyring::new(&keys)?) };
        let secret = self.extra_secret.as_ref().map(|(key, value)| ExtraSecret::new(key, value)).transpose()?;
        let routes = self.routes.iter().map(Rule::route).collect::<Result<Vec<_>, _>>()?;
        let gate = Gate::new(Config {
            credentials: AcceptedCredentials {
                tickets,
                basic: BasicPairs::new(&pairs),
                extra_secret: secret,
                ticket_in_path: self.ticket_in_path,
                ticket_in_extra: self.ticket_in_extra.as_deref(),
                let_anybody_post: self.let_anybody_post,
            },
            routes: Routes::new(&routes, RouteId(self.fallback))?,
            policy: Policy::new(if self.inbox { Backing::Inbox } else { Backing::Memory }),
            limits: Limits {
                body: self.body_limit.unwrap_or(Limits::DEFAULT.body),
                unproven_body: self.unproven_body_limit.unwrap_or(Limits::DEFAULT.unproven_body),
                grace: self.grace.unwrap_or(Limits::DEFAULT.grace),
            },
            remember_interim: self.remember_interim,
            seed: Seed([1; 32]),
        })?;
        let rules = if self.inbox { Rules::stored() } else { Rules::handled_first() };
        let submissions = vec![SubmissionSlot::EMPTY; self.submissions.unwrap_or(64)];
        let deliveries = vec![DeliverySlot::EMPTY; self.deliveries.unwrap_or(64)];
        let ledger = Ledger::open(submissions, deliveries, [2; 16], rules, Now::new(START, 0));
        Ok(run(Receiver::new(gate, ledger).require_expected(self.require_expected)))
    }
}

impl Rule {
    /// The route.
    ///
    /// # Errors
    ///
    /// The kind does not exist.
    pub fn route(&self) -> Result<Route<'_>, Error> {
        let mut route = Route::to(RouteId(self.to));
        if let Some(kind) = &self.kind {
            route = route.kind(kind.parse::<Kind>()?);
        }
        if let Some(tag) = &self.tag {
            route = route.tag(tag);
        }
        if let Some((key, value)) = &self.extra {
            route = route.extra(key, value);
        }
        if let Some(prefix) = &self.job_prefix {
            route = route.job_prefix(prefix);
        }
        if let Some(sender) = &self.sender {
            route = route.sender(sender);
        }
        Ok(route)
    }
}
