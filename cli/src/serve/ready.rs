//! The lines that say that the server is ready, and how to try it.
//!
//! A command in them carries a ticket: they are meant to be pasted. They are printed only where the server has made its
//! key by itself, which is where somebody is trying it out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ringback::callback_url::CallbackUrl;
use ringback::credential::{Job, Keyring, TicketUse};
use ringback::time::Expiry;

use crate::clock::wall;
use crate::random;
use crate::refusal::{Refusal, say};

/// A server that is ready.
pub struct Ready<'r> {
    /// Where it listens.
    pub address: SocketAddr,
    /// The path of callbacks.
    pub path: &'r str,
    /// Its key, if it has made it by itself.
    pub own_key: Option<&'r Keyring<'static>>,
    /// The URL by which others reach it, path included.
    pub public: Option<&'r str>,
    /// Whether that may have any port.
    pub any_port: bool,
}

impl Ready<'_> {
    /// Says so on standard error.
    pub fn announce(&self) -> Result<(), Refusal> {
        say(format_args!("ringback {} listens on http://{}{}", env!("CARGO_PKG_VERSION"), self.address, self.path));
        let Some(keyring) = self.own_key else { return Ok(()) };
        say("# Imitate a delivery:");
        say(self.imitation(keyring)?);
        if let Some(public) = self.public {
            say("# Let Deepgram deliver:");
            say(self.submission(keyring, public)?);
        }
        Ok(())
    }

    /// A command that posts a payload to this server.
    fn imitation(&self, keyring: &Keyring<'_>) -> Result<String, Refusal> {
        let now = wall();
        let life = Expiry::At(now + TicketUse::Test.default_life());
        let ticket = keyring.mint(TicketUse::Test, Job::parse("test")?, life, random::bytes()?, now)?;
        let request_id = random::uuid()?;
        Ok(format!(
            "curl -sS -u '{}' -H 'content-type: application/json' -d '{{\"metadata\":{{\"request_id\":\"{request_id}\",\
             \"duration\":0.9,\"channels\":1}},\"results\":{{\"channels\":[{{\"alternatives\":[{{\"transcript\":\
             \"hello there\",\"confidence\":0.99,\"words\":[{{\"word\":\"hello\",\"start\":0.1,\"end\":0.4,\
             \"confidence\":0.99}},{{\"word\":\"there\",\"start\":0.5,\"end\":0.9,\"confidence\":0.98}}]}}]}}]}}}}' \
             http://{}{}",
            ticket.as_str(),
            self.reachable(),
            self.path
        ))
    }

    /// A command that submits a recording to Deepgram, to be delivered here.
    fn submission(&self, keyring: &Keyring<'_>, public: &str) -> Result<String, Refusal> {
        let now = wall();
        let life = Expiry::At(now + TicketUse::Document.default_life());
        let ticket = keyring.mint(TicketUse::Document, Job::parse("first")?, life, random::bytes()?, now)?;
        let mut callback = String::new();
        let url = CallbackUrl::new(public).any_port(self.any_port).ticket(&ticket);
        for warning in url.write_encoded(&mut callback)?.iter() {
            say(format_args!("warning: {warning}"));
        }
        Ok(format!(
            "curl -sS -X POST 'https://api.deepgram.com/v1/listen?callback={callback}' \
             -H \"Authorization: Token $DEEPGRAM_API_KEY\" -H 'content-type: application/json' \
             -d '{{\"url\":\"https://dpgr.am/spacewalk.wav\"}}'"
        ))
    }

    /// An address that this machine can connect to, for one can listen on all of them.
    fn reachable(&self) -> SocketAddr {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(ip, self.address.port())
    }
}
