//! What a receiver is told: the options of JavaScript, checked by name and by type.

use ringback::error::ErrorKind;
use ringback::limits::Limits;
use ringback_inbox::{Answering, Configuration, KeySource, Settings, StoreUrl};
use serde::Deserialize;

use crate::env::Failed;

/// The options of `new Receiver(...)`; what is left out has its usual value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Options {
    store: Option<String>,
    url: Option<String>,
    path: Option<String>,
    #[serde(default)]
    any_port: bool,
    #[serde(default)]
    basic: Vec<String>,
    ticket_keys: Option<String>,
    ticket_keys_text: Option<String>,
    #[serde(default)]
    no_tickets: bool,
    #[serde(default)]
    audience: String,
    extra_secret: Option<String>,
    #[serde(default)]
    ticket_in_path: bool,
    ticket_in_extra: Option<String>,
    #[serde(default)]
    let_anybody_post: bool,
    #[serde(default)]
    require_expected: bool,
    #[serde(default)]
    remember_interim: bool,
    answer: Option<Answer>,
    body_limit: Option<u64>,
    oversize_limit: Option<u64>,
    unproven_body_limit: Option<u64>,
    grace: Option<u64>,
    lease: Option<u64>,
    backoff: Option<u64>,
    backoff_limit: Option<u64>,
    tries: Option<u8>,
    body_life: Option<u64>,
    at_once: Option<usize>,
    spool: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Stored,
    Handled,
}

/// Where deliveries are kept unless that is said.
const STORE: &str = "sqlite:ringback.db";

impl Options {
    /// The options that this JSON text holds.
    pub(super) fn read(text: &str) -> Result<Options, Failed> {
        serde_json::from_str(text).map_err(|error| {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            Failed::Strange(format!("an option of the receiver: {said}"))
        })
    }

    /// How many deliveries are handled at once.
    pub(super) fn at_once(&self) -> usize {
        self.at_once.unwrap_or(8).clamp(1, 256)
    }

    /// The configuration.
    pub(super) fn configuration(self) -> Result<Configuration, Failed> {
        let store: StoreUrl = self.store.as_deref().unwrap_or(STORE).parse().map_err(super::failed)?;
        let usual = Settings::default();
        let mut rules = usual.rules;
        rules.lease = self.lease.unwrap_or(rules.lease);
        rules.backoff = self.backoff.unwrap_or(rules.backoff);
        rules.backoff_limit = self.backoff_limit.unwrap_or(rules.backoff_limit);
        rules.tries = self.tries.unwrap_or(rules.tries);
        if rules.lease == 0 || rules.tries == 0 {
            return Err(Failed::Strange("an option of the receiver: a lease and a number of tries are not 0".into()));
        }
        let keys = match (self.no_tickets, self.ticket_keys, self.ticket_keys_text) {
            (true, None, None) => KeySource::None,
            (false, Some(path), None) => KeySource::File(path.into()),
            (false, None, Some(text)) => KeySource::Text(text),
            (false, None, None) => KeySource::Own,
            _ => return Err(Failed::Said(ErrorKind::KeyringEmpty, "ticket keys are given in two ways".into())),
        };
        Ok(Configuration {
            url: self.url,
            path: self.path,
            any_port: self.any_port,
            basic: self.basic,
            keys,
            audience: self.audience,
            extra_secret: self.extra_secret,
            ticket_in_path: self.ticket_in_path,
            ticket_in_extra: self.ticket_in_extra,
            let_anybody_post: self.let_anybody_post,
            remember_interim: self.remember_interim,
            spool: self.spool.map(Into::into),
            limits: Limits {
                body: self.body_limit.unwrap_or(Limits::DEFAULT.body),
                unproven_body: self.unproven_body_limit.unwrap_or(Limits::DEFAULT.unproven_body),
                grace: self.grace.unwrap_or(Limits::DEFAULT.grace),
            },
            settings: Settings {
                answering: match self.answer {
                    Some(Answer::Handled) => Answering::Handled,
                    _ => Answering::Stored,
                },
                rules,
                body_life: self.body_life.unwrap_or(usual.body_life),
                oversize: self.oversize_limit.unwrap_or(usual.oversize),
                require_expected: self.require_expected,
            },
            ..Configuration::new(store)
        })
    }
}
