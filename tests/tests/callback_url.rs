//! Callback URLs, as the vectors say.

use ringback::Error;
use ringback::callback_url::{CallbackUrl, Warnings};
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketText, TicketUse};
use ringback::time::Expiry;
use ringback_tests::{Failed, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    base: String,
    ticket: Option<String>,
    ticket_in_path: Option<String>,
    ticket_in_extra: Option<(String, String)>,
    basic: Option<(String, String)>,
    #[serde(default)]
    any_port: bool,
    #[serde(default)]
    stream: bool,
    method: Option<String>,
    #[serde(default)]
    extras: Vec<(String, String)>,
    #[serde(default)]
    tags: Vec<String>,
    raw: Option<String>,
    encoded: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    pair: Option<(String, String)>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn urls_are_written_or_refused() {
    let ticket = ticket();
    for case in load::<Case>("callback_urls") {
        let url = case.url(&ticket);
        let (mut raw, mut encoded) = (String::new(), String::new());
        let found = url.write_raw(&mut raw).map(names).map_err(Failed::of);
        let expected = match (case.error.clone(), case.offset) {
            (Some(error), Some(offset)) => Err(Failed { error, offset }),
            _ => Ok(case.warnings.clone()),
        };
        assert_eq!(found, expected, "{}", case.name);
        assert_eq!(url.check().map(names).map_err(Failed::of), expected, "{}", case.name);
        assert_eq!(url.write_encoded(&mut encoded).map(names).map_err(Failed::of), expected, "{}", case.name);
        assert_eq!(raw, case.raw.clone().unwrap_or_default(), "{}", case.name);
        assert_eq!(encoded, case.encoded.clone().unwrap_or_default(), "{}", case.name);
        let pair = url.extra_pair().filter(|_| expected.is_ok());
        assert_eq!(pair.map(|(key, value)| (key.to_owned(), value.to_owned())), case.pair, "{}", case.name);
    }
}

impl Case {
    fn url<'c>(&'c self, ticket: &'c TicketText) -> CallbackUrl<'c> {
        let mut url = CallbackUrl::new(&self.base).any_port(self.any_port).stream(self.stream);
        let is_known = |text: &str| assert_eq!(text, ticket.as_str(), "{}", self.name);
        if let Some(text) = &self.ticket {
            is_known(text);
            url = url.ticket(ticket);
        }
        if let Some(text) = &self.ticket_in_path {
            is_known(text);
            url = url.ticket_in_path(ticket);
        }
        if let Some((key, text)) = &self.ticket_in_extra {
            is_known(text);
            url = url.ticket_in_extra(key, ticket);
        }
        if let Some((user, password)) = &self.basic {
            url = url.basic(user, password);
        }
        url = self.extras.iter().fold(url, |url, (key, value)| url.extra(key, value));
        url = self.tags.iter().fold(url, |url, tag| url.tag(tag));
        self.method.iter().fold(url, |url, method| url.method(method))
    }
}

/// The ticket that every vector uses: the first of those that are minted.
fn ticket() -> TicketText {
    let master: Vec<u8> = (0..32).collect();
    let keys = [TicketKey::new(&master, Audience::new("production").unwrap()).unwrap()];
    let tid = core::array::from_fn(|at| 0xf0 + at as u8);
    let (job, now) = (Job::parse("call-42").unwrap(), 1_795_000_000_000);
    let keyring = Keyring::new(&keys).unwrap();
    keyring.mint(TicketUse::Document, job, Expiry::At(now + 86_400_000), tid, now).unwrap()
}

fn names(warnings: Warnings) -> Vec<String> {
    warnings.iter().map(|warning| warning.name().to_owned()).collect()
}

#[test]
fn a_full_buffer_is_an_error() {
    struct Full;
    impl core::fmt::Write for Full {
        fn write_str(&mut self, _: &str) -> core::fmt::Result {
            Err(core::fmt::Error)
        }
    }
    let error: Error = CallbackUrl::new("https://example.com/").write_raw(&mut Full).unwrap_err();
    assert_eq!(error.kind().name(), "buffer_too_small");
}
