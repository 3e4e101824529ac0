//! `ringback serve`: a receiver on a socket.
//!
//! A life in four parts: the configuration is checked, all of it, before anything is opened; the listeners are opened
//! and the ready lines printed; deliveries are received; at a signal, or when standard output breaks, nothing more is
//! accepted, what is under way is finished, and the process ends.

mod body;
mod budget;
mod doors;
mod event;
mod exec;
mod forward;
mod handler;
mod intake;
mod lines;
mod ready;
mod reception;
mod reply;
mod turn;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use ringback::Gate;
use ringback::callback_url::CallbackUrl;
use ringback::credential::{Audience, BasicPair, BasicPairs, ExtraSecret};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::ledger::{DeliverySlot, Ledger, Rules, SubmissionSlot, Swept};
use ringback::limits::Limits;
use ringback::policy::{Backing, Policy};
use ringback::receiver::Receiver;
use ringback::route::Routes;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::arguments::{Embed, Serve};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::random;
use crate::refusal::{Refusal, say};
use body::Pace;
use budget::Budget;
use doors::Purpose;
use handler::Handler;
use lines::Lines;
use ready::Ready;

/// The receiver behind the lock.
type Desk = Receiver<'static, Box<[SubmissionSlot]>, Box<[DeliverySlot]>>;

/// What all connections share.
pub struct Server {
    /// The stateless half of the receiver, which needs no lock.
    gate: Gate<'static>,
    desk: Mutex<Desk>,
    clock: Clock,
    /// How many deliveries the ledger has room for, and as many submissions.
    capacity: u32,
    path: String,
    ticket_in_path: bool,
    /// Whether health checks are answered on the listener for callbacks, to this machine.
    health_here: bool,
    embed: bool,
    handler: Handler,
    lines: Lines,
    budget: Arc<Budget>,
    pace: Pace,
    head_within: Duration,
    idle_within: Duration,
    connections: usize,
    unproven_connections: usize,
    stop: watch::Sender<bool>,
    failure: OnceLock<String>,
}

/// Runs the command.
pub fn run(arguments: &Serve) -> Result<ExitCode, Refusal> {
    if arguments.store != "memory" {
        return Err(Refusal::usage(
            "--store: only `memory` exists yet; deliveries are remembered as long as the server runs",
        ));
    }
    report(arguments);
    let path = hook_path(arguments)?;
    let public = arguments.public_url.as_deref().map(|url| public_url(url, &path, arguments.any_port)).transpose()?;
    let (credentials, keys, own_key) = credentials(arguments)?;
    let own_key = keys.as_ref().filter(|_| own_key).map(|keys| keys.keyring);
    let server = Arc::new(Server::new(arguments, path, credentials, keys)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    let outcome = runtime.block_on(async {
        let callbacks = listen(arguments.listen).await?;
        let operation = match arguments.admin {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let signals = Signals::catch()?;
        let (path, public) = (server.path.as_str(), public.as_deref());
        let (address, own_key) = (callbacks.1, own_key.as_ref());
        Ready { address, path, own_key, public, any_port: arguments.any_port }.announce()?;
        if let Some((_, address)) = &operation {
            say(format_args!("health checks on http://{address}/healthz and http://{address}/readyz"));
        }
        let drain = Duration::from_millis(arguments.patience.drain_within);
        live(&server, callbacks.0, operation.map(|(listener, _)| listener), signals, drain).await
    });
    // Threads that still wait for the reader of standard output must not keep the process.
    runtime.shutdown_background();
    outcome
}

impl Server {
    fn new(
        arguments: &Serve,
        path: String,
        credentials: AcceptedCredentials<'static>,
        keys: Option<Keys>,
    ) -> Result<Server, Refusal> {
        let limits = Limits { body: arguments.max_body, ..Limits::DEFAULT };
        let seed = match keys {
            Some(keys) => keys.seed,
            None => Seed(random::bytes()?),
        };
        let gate = Gate::new(Config {
            credentials,
            routes: Routes::NONE,
            policy: Policy::new(Backing::Memory),
            limits,
            remember_interim: false,
            seed,
        })?;
        let clock = Clock::start();
        let capacity = arguments.capacity as usize;
        let ledger = Ledger::open(
            vec![SubmissionSlot::EMPTY; capacity].into_boxed_slice(),
            vec![DeliverySlot::EMPTY; capacity].into_boxed_slice(),
            random::bytes()?,
            Rules::handled_first(),
            clock.now(),
        );
        let handler = Handler::new(arguments)?;
        let embed = match arguments.payload {
            Embed::Always => true,
            Embed::Auto => handler.only_reports(),
            Embed::Never => false,
        };
        let lines = Lines::open().map_err(|error| Refusal::failure(format_args!("standard output: {error}")))?;
        let patience = &arguments.patience;
        Ok(Server {
            desk: Mutex::new(Receiver::new(gate.clone(), ledger)),
            gate,
            clock,
            capacity: arguments.capacity,
            path,
            ticket_in_path: arguments.ticket_in_path,
            health_here: arguments.admin.is_none(),
            embed,
            handler,
            lines,
            budget: Budget::new(patience.bytes_in_flight, patience.unproven_bytes),
            pace: Pace {
                grace: Duration::from_millis(patience.body_grace),
                within: Duration::from_millis(patience.body_within),
            },
            head_within: Duration::from_millis(patience.head_within),
            idle_within: Duration::from_millis(patience.idle_within),
            connections: patience.connections,
            unproven_connections: patience.unproven_connections,
            stop: watch::Sender::new(false),
            failure: OnceLock::new(),
        })
    }

    /// Whether callbacks are posted to this path.
    fn is_hook(&self, path: &str) -> bool {
        path == self.path
            || self.ticket_in_path
                && path.rsplit_once('/').is_some_and(|(front, _)| front == self.path.trim_end_matches('/'))
    }

    fn receiver(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the server with this error.
    fn fail(&self, message: String) {
        let _ = self.failure.set(message);
        self.stop.send_replace(true);
    }

    fn has_failed(&self) -> bool {
        self.failure.get().is_some()
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits until nothing more is to be accepted.
    async fn stopped(&self) {
        // The sender is in `self`, so it cannot have gone.
        let _ = self.stop.subscribe().wait_for(|stopping| *stopping).await;
    }
}

/// Goes round the ledger, for ever: what its sender has given up is reported, for nobody else has it.
async fn watch_over(server: Arc<Server>) {
    const PAUSE: Duration = Duration::from_secs(5);
    // As many slots as are looked at under one lock.
    const SHARE: u32 = 4096;
    loop {
        tokio::time::sleep(PAUSE).await;
        let mut left = server.capacity.saturating_mul(2);
        while left > 0 {
            let mut budget = left.min(SHARE);
            left -= budget;
            let now = server.clock.now();
            let mut desk = server.receiver();
            while let Some(swept) = desk.ledger_mut().sweep(now, &mut budget) {
                if let Swept::Lost(id) = swept {
                    tracing::error!(id = %id, "lost: its handler failed, and its sender does not come any more");
                }
            }
        }
    }
}

/// Serves until a signal comes or standard output breaks, and then finishes what is under way, within `drain`.
async fn live(
    server: &Arc<Server>,
    callbacks: TcpListener,
    operation: Option<TcpListener>,
    mut signals: Signals,
    drain: Duration,
) -> Result<ExitCode, Refusal> {
    let (presence, mut gone) = mpsc::channel(1);
    tokio::spawn(doors::open(Arc::clone(server), callbacks, Purpose::Callbacks, presence.clone()));
    if let Some(operation) = operation {
        tokio::spawn(doors::open(Arc::clone(server), operation, Purpose::Operation, presence.clone()));
    }
    drop(presence);
    tokio::spawn(watch_over(Arc::clone(server)));
    tokio::select! {
        () = signals.next() => {}
        () = server.stopped() => {}
    }
    tracing::info!("stopping: nothing more is accepted");
    server.stop.send_replace(true);
    let finished = tokio::select! {
        _ = gone.recv() => true,
        () = tokio::time::sleep(drain) => false,
        () = signals.next() => false,
    };
    server.handler.abandon();
    match server.failure.get() {
        Some(failure) => Err(Refusal::failure(failure)),
        None if finished => Ok(ExitCode::SUCCESS),
        None => Err(Refusal::failure("stopped with deliveries under way: their sender will come again")),
    }
}

/// The signals that ask a server to stop.
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    pub fn catch() -> Result<Signals, Refusal> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = |error| Refusal::failure(format_args!("signals cannot be caught: {error}"));
        Ok(Signals {
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
        })
    }

    #[cfg(unix)]
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub fn catch() -> Result<Signals, Refusal> {
        Ok(Signals {})
    }

    #[cfg(not(unix))]
    pub async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Refusal> {
    let failed = |error| Refusal::failure(format_args!("{address}: cannot be listened on: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Sends what this program reports to standard error, and nothing of what the libraries under it would.
fn report(arguments: &Serve) {
    let ours = tracing_subscriber::filter::Targets::new()
        .with_target("ringback", tracing::level_filters::LevelFilter::from(arguments.log));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .log_internal_errors(false)
        .with_filter(ours);
    // There is one server in a process, so nobody has set another one.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}

/// What lets deliveries in, the keys of tickets, and whether this server has made them by itself.
fn credentials(arguments: &Serve) -> Result<(AcceptedCredentials<'static>, Option<Keys>, bool), Refusal> {
    let variable = |name| std::env::var(name).ok().filter(|text: &String| !text.trim().is_empty());
    let more = variable("RINGBACK_BASIC").unwrap_or_default();
    let texts = arguments.basic.iter().map(String::as_str).chain(more.lines().filter(|line| !line.trim().is_empty()));
    let mut pairs = Vec::new();
    for text in texts {
        // Credentials live as long as the process, so that the gate can borrow them for ever; they are read once.
        let text: &'static str = String::leak(text.to_owned());
        pairs.push(BasicPair::parse(text).map_err(|error| Refusal::usage(format_args!("--basic: {}", error.kind())))?);
    }
    let extra_secret = match arguments.extra_secret.clone().or_else(|| variable("RINGBACK_EXTRA_SECRET")) {
        Some(text) => {
            let text: &'static str = String::leak(text);
            let (key, value) = text.split_once(':').unwrap_or((ExtraSecret::DEFAULT_KEY, text));
            let secret = ExtraSecret::new(key, value);
            Some(secret.map_err(|error| Refusal::usage(format_args!("--extra-secret: {}", error.kind())))?)
        }
        None => None,
    };
    let audience = Audience::new(&arguments.keys.audience)?;
    let mut keys = Keys::configured(&arguments.keys, audience)?;
    let none = keys.is_none() && pairs.is_empty() && extra_secret.is_none() && !arguments.let_anybody_post;
    let makes_own = none || (keys.is_none() && (arguments.ticket_in_path || arguments.ticket_in_extra.is_some()));
    if makes_own {
        keys = Some(Keys::own(audience)?);
    }
    if arguments.let_anybody_post {
        say("warning: anybody who finds this server can post transcripts to it");
    }
    let ticket_in_extra: Option<&'static str> = arguments.ticket_in_extra.clone().map(|key| &*String::leak(key));
    let accepted = AcceptedCredentials {
        tickets: keys.as_ref().map(|keys| keys.keyring),
        basic: BasicPairs::new(Vec::leak(pairs)),
        extra_secret,
        ticket_in_path: arguments.ticket_in_path,
        ticket_in_extra,
        let_anybody_post: arguments.let_anybody_post,
    };
    Ok((accepted, keys, makes_own))
}

/// The path of callbacks: as given, or that of the public URL.
fn hook_path(arguments: &Serve) -> Result<String, Refusal> {
    let path = match (&arguments.path, &arguments.public_url) {
        (Some(path), _) => path.clone(),
        (None, Some(url)) => match path_of(url) {
            "" | "/" => DEFAULT_PATH.to_owned(),
            path => path.to_owned(),
        },
        (None, None) => DEFAULT_PATH.to_owned(),
    };
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'\''));
    if path.starts_with('/') && plain { Ok(path) } else { Err(Refusal::usage("--path: expected a path such as /hook")) }
}

/// The public URL with its path, checked as Deepgram would check it.
fn public_url(url: &str, path: &str, any_port: bool) -> Result<String, Refusal> {
    let url = match path_of(url) {
        "" | "/" => {
            let (front, query) = url.split_once('?').map_or((url, None), |(front, query)| (front, Some(query)));
            let front = front.trim_end_matches('/');
            query.map_or_else(|| format!("{front}{path}"), |query| format!("{front}{path}?{query}"))
        }
        _ => url.to_owned(),
    };
    let checked = CallbackUrl::new(&url).any_port(any_port).check();
    checked.map_err(|error| Refusal::usage(format_args!("--public-url: {}", error.kind())))?;
    Ok(url)
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

    #[test]
    fn a_public_url_without_a_path_gets_that_of_the_hook() {
        for (url, whole) in [
            ("https://example.com", "https://example.com/hook"),
            ("https://example.com/", "https://example.com/hook"),
            ("https://example.com?a=b", "https://example.com/hook?a=b"),
            ("https://example.com/in", "https://example.com/in"),
        ] {
            assert_eq!(public_url(url, "/hook", false).unwrap(), whole);
        }
        assert!(public_url("https://example.com:3000", "/hook", false).is_err());
        assert!(public_url("https://example.com:3000", "/hook", true).is_ok());
    }

    #[test]
    fn the_path_of_a_url_is_found() {
        assert_eq!(path_of("https://user:pw@example.com:8443/a/b?c=/d"), "/a/b");
        assert_eq!(path_of("https://example.com"), "");
        assert_eq!(path_of("example"), "");
    }
}
