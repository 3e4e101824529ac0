//! What a receiver is told before it opens, all of it checked there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringback::ErrorKind;
use ringback::callback_url::CallbackUrl;
use ringback::credential::{Audience, BasicPair, BasicPairs, ExtraSecret};
use ringback::gate::AcceptedCredentials;
use ringback::limits::Limits;

use super::keys::{KeySource, Keys};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::inbox::Settings;
use crate::store::StoreUrl;

/// How a receiver is configured. Fields that are left out are those of [`Configuration::new`].
#[derive(Clone)]
pub struct Configuration {
    /// Where deliveries are kept.
    pub store: StoreUrl,
    /// The folder of a [spool](crate::spool) for what the store cannot take. Without effect over a store that is not durable.
    pub spool: Option<PathBuf>,
    /// The public URL of the callbacks, such as `https://example.com/hook`, for the URLs that are minted.
    pub url: Option<String>,
    /// The path of the callbacks, if it is not that of `url`, or `/hook`.
    pub path: Option<String>,
    /// Take a `url` with a port that Deepgram does not call: behind a tunnel, or where Deepgram runs on one's own machines.
    pub any_port: bool,
    /// Basic pairs, each `USER:PASSWORD` or `NAME=USER:PASSWORD`; the name is the sender.
    pub basic: Vec<String>,
    /// The keys of tickets.
    pub keys: KeySource,
    /// For whom tickets are minted, so that those of staging do not open production. At most 32 bytes.
    pub audience: String,
    /// A secret within the document, `VALUE` or `KEY:VALUE`.
    pub extra_secret: Option<String>,
    /// Take a ticket as the last segment of the path too, where a proxy takes `Authorization` away.
    pub ticket_in_path: bool,
    /// Take a ticket as the value of this extra key too.
    pub ticket_in_extra: Option<String>,
    /// Let everybody in. Anybody who finds the URL can then post transcripts.
    pub let_anybody_post: bool,
    /// Remember interim results, so that a repeated one is dropped.
    pub remember_interim: bool,
    /// What is too large, and too late.
    pub limits: Limits,
    /// The rules of the inbox.
    pub settings: Settings,
    /// What it reads the time from.
    pub clock: Arc<dyn Clock>,
}

impl Configuration {
    /// The usual receiver over this store: tickets with a key of its own, nothing else.
    #[must_use]
    pub fn new(store: StoreUrl) -> Configuration {
        Configuration {
            store,
            spool: None,
            url: None,
            path: None,
            any_port: false,
            basic: Vec::new(),
            keys: KeySource::default(),
            audience: String::new(),
            extra_secret: None,
            ticket_in_path: false,
            ticket_in_extra: None,
            let_anybody_post: false,
            remember_interim: false,
            limits: Limits::DEFAULT,
            settings: Settings::default(),
            clock: Arc::new(SystemClock),
        }
    }

    /// What lets deliveries in, and the keys of tickets. Credentials live as long as the process, so that a gate can borrow
    /// them for ever.
    pub(super) fn credentials(&self) -> Result<(AcceptedCredentials<'static>, Option<Keys>), Error> {
        let mut pairs = Vec::new();
        for text in &self.basic {
            let text: &'static str = String::leak(text.clone());
            let pair = BasicPair::parse(text);
            pairs.push(pair.map_err(|error| Error::new(error.kind(), "a Basic pair is [NAME=]USER:PASSWORD"))?);
        }
        let extra_secret = match &self.extra_secret {
            Some(text) => {
                let text: &'static str = String::leak(text.clone());
                let (key, value) = text.split_once(':').unwrap_or((ExtraSecret::DEFAULT_KEY, text));
                let secret = ExtraSecret::new(key, value);
                Some(secret.map_err(|error| Error::new(error.kind(), "an extra secret is [KEY:]VALUE"))?)
            }
            None => None,
        };
        let audience = Audience::new(&self.audience)?;
        let alone = pairs.is_empty() && extra_secret.is_none() && !self.let_anybody_post;
        let keys = match &self.keys {
            KeySource::None => None,
            KeySource::Text(text) => Some(Keys::parse(text, "the ticket keys", audience)?),
            KeySource::File(path) => Some(Keys::read(path, audience)?),
            KeySource::OwnIn(folder) => Some(Keys::own(folder, audience)?),
            KeySource::Own => {
                let folder = self.store.folder().unwrap_or(Path::new("."));
                let needed = alone || self.ticket_in_path || self.ticket_in_extra.is_some();
                let there = folder.join(Keys::OWN_FILE).exists();
                if needed || there { Some(Keys::own(folder, audience)?) } else { None }
            }
        };
        let ticket_in_extra = self.ticket_in_extra.clone().map(|key| &*String::leak(key));
        let accepted = AcceptedCredentials {
            tickets: keys.as_ref().map(|keys| keys.keyring),
            basic: BasicPairs::new(Vec::leak(pairs)),
            extra_secret,
            ticket_in_path: self.ticket_in_path,
            ticket_in_extra,
            let_anybody_post: self.let_anybody_post,
        };
        Ok((accepted, keys))
    }

    /// The path of callbacks: as given, or that of the public URL.
    pub(super) fn hook_path(&self) -> Result<String, Error> {
        let path = match (&self.path, &self.url) {
            (Some(path), _) => path,
            (None, Some(url)) => match path_of(url) {
                "" | "/" => DEFAULT_PATH,
                path => path,
            },
            (None, None) => DEFAULT_PATH,
        };
        let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'\''));
        if path.starts_with('/') && plain {
            Ok(path.to_owned())
        } else {
            Err(Error::new(ErrorKind::UrlMalformed, "the path of the callbacks: expected a path such as /hook"))
        }
    }

    /// The public URL with its path, checked as Deepgram would check it.
    pub(super) fn public_url(&self, path: &str) -> Result<Option<String>, Error> {
        let Some(url) = &self.url else { return Ok(None) };
        let url = match path_of(url) {
            "" | "/" => {
                let (front, query) = url.split_once('?').map_or((&**url, None), |(front, query)| (front, Some(query)));
                let front = front.trim_end_matches('/');
                query.map_or_else(|| format!("{front}{path}"), |query| format!("{front}{path}?{query}"))
            }
            _ => url.clone(),
        };
        CallbackUrl::new(&url).any_port(self.any_port).check()?;
        Ok(Some(url))
    }
}

/// Shows no credential.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configuration").field("store", &self.store).field("keys", &self.keys).finish_non_exhaustive()
    }
}

const DEFAULT_PATH: &str = "/hook";

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').map_or("", |at| &rest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, any_port: bool) -> Configuration {
        Configuration { url: Some(url.to_owned()), any_port, ..Configuration::new(StoreUrl::Memory) }
    }

    #[test]
    fn a_public_url_without_a_path_gets_that_of_the_hook() {
        for (url, whole) in [
            ("https://example.com", "https://example.com/hook"),
            ("https://example.com/", "https://example.com/hook"),
            ("https://example.com?a=b", "https://example.com/hook?a=b"),
            ("https://example.com/in", "https://example.com/in"),
        ] {
            assert_eq!(at(url, false).public_url("/hook"), Ok(Some(whole.to_owned())));
        }
        assert!(at("https://example.com:3000", false).public_url("/hook").is_err());
        assert!(at("https://example.com:3000", true).public_url("/hook").is_ok());
    }

    #[test]
    fn the_path_is_that_of_the_url_unless_it_is_given() {
        assert_eq!(at("https://user:pw@example.com:8443/a/b?c=/d", false).hook_path().unwrap(), "/a/b");
        assert_eq!(at("https://example.com", false).hook_path().unwrap(), "/hook");
        let given = Configuration { path: Some("/c".into()), ..at("https://example.com/a", false) };
        assert_eq!(given.hook_path().unwrap(), "/c");
        for path in ["hook", "", "/a?b", "/a b", "/\n"] {
            let given = Configuration { path: Some(path.into()), ..Configuration::new(StoreUrl::Memory) };
            assert_eq!(given.hook_path().unwrap_err().kind(), ErrorKind::UrlMalformed, "{path:?}");
        }
    }
}
