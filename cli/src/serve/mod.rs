//! `ringback serve`: a receiver on a socket.
//!
//! A life in four parts: the configuration is checked, all of it, before anything is opened; the listeners are opened
//! and the ready lines printed; deliveries are received; at a signal, or when standard output breaks, nothing more is
//! accepted, what is under way is finished, and the process ends.

mod body;
mod budget;
mod crowd;
mod desk;
mod doors;
mod intake;
mod place;
mod ready;
mod reception;
mod reply;
mod spill;
mod turn;
pub mod watch;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ringback::limits::Limits;
use ringback_inbox::{Configuration, KeySource, Receiver, Settings, Workers};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;

use crate::admin::{self, Admin};
use crate::arguments::Serve;
use crate::handling::crew;
use crate::handling::outlet::Outlet;
use crate::refusal::{Refusal, say};
use crate::signals::Signals;
use crate::{keys, log, store};
use body::Pace;
use budget::Budget;
use desk::Desk;
use ready::Ready;
use watch::Watch;

/// What all connections share.
pub struct Server {
    receiver: Receiver,
    /// The ledger of a server without a store.
    desk: Option<Desk>,
    outlet: Arc<Outlet>,
    watch: Watch,
    /// Whether health checks are answered on the listener for callbacks, to this machine.
    health_here: bool,
    budget: Arc<Budget>,
    pace: Pace,
    head_within: Duration,
    idle_within: Duration,
    connections: usize,
    unproven_connections: usize,
}

/// How long a handler may take that no sender waits for.
pub const UNHURRIED: Duration = Duration::from_secs(15 * 60);
/// How long one may take that a sender waits for, who gives up at about 10 s.
const HURRIED: Duration = Duration::from_secs(8);

/// Runs the command.
pub fn run(arguments: &Serve) -> Result<ExitCode, Refusal> {
    log::begin(arguments.log);
    let configuration = configuration(arguments)?;
    let is_own = configuration.keys == KeySource::Own;
    let durable = configuration.store.is_durable();
    // Shows no password.
    let place = format!("{:?}", configuration.store);
    let hurry = if durable { UNHURRIED } else { HURRIED };
    let within = arguments.handling.handle_within.map_or(hurry, Duration::from_millis);
    let outlet = Outlet::new(&arguments.handling, usize::from(arguments.workers.max(1)), within)?;
    let receiver = Receiver::open(configuration)?;
    if arguments.let_anybody_post {
        say("warning: anybody who finds this server can post transcripts to it");
    }
    receiver.keys().into_iter().for_each(keys::warn);
    let own_key = receiver.keys().filter(|_| is_own).map(|keys| keys.keyring);
    let server = Arc::new(Server::new(arguments, receiver, outlet, durable)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    let outcome = runtime.block_on(async {
        let callbacks = listen(arguments.listen).await?;
        let signals = Signals::catch()?;
        let (path, public) = (server.receiver.path(), server.receiver.url());
        let (address, own_key) = (callbacks.1, own_key.as_ref());
        Ready { address, path, own_key, public, any_port: arguments.any_port }.announce()?;
        if durable {
            say(format_args!("deliveries are kept in {place}"));
        }
        if let Some(address) = arguments.admin {
            let (inbox, outlet) = (server.receiver.inbox().clone(), Arc::clone(&server.outlet));
            admin::listen(address, Admin { inbox, durable, outlet, watch: server.watch.clone() }).await?;
        }
        let workers = durable
            .then(|| crew::start(server.receiver.inbox(), Arc::clone(&server.outlet), usize::from(arguments.workers)));
        let drain = Duration::from_millis(arguments.patience.drain_within);
        live(&server, callbacks.0, workers, signals, drain).await
    });
    // Threads that still wait for the reader of standard output must not keep the process.
    runtime.shutdown_background();
    outcome
}

fn configuration(arguments: &Serve) -> Result<Configuration, Refusal> {
    let url = store::url(&arguments.keys.store)?;
    if arguments.spool.is_some() && !url.is_durable() {
        return Err(Refusal::usage("--spool: with --store memory there is nothing that it could stand in for"));
    }
    let variable = |name| std::env::var(name).ok().filter(|text: &String| !text.trim().is_empty());
    let more = variable("RINGBACK_BASIC").unwrap_or_default();
    let more = more.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned);
    Ok(Configuration {
        url: arguments.public_url.clone(),
        path: arguments.path.clone(),
        any_port: arguments.any_port,
        basic: arguments.basic.iter().cloned().chain(more).collect(),
        keys: keys::source(&arguments.keys)?,
        audience: arguments.keys.audience.clone(),
        extra_secret: arguments.extra_secret.clone().or_else(|| variable("RINGBACK_EXTRA_SECRET")),
        ticket_in_path: arguments.ticket_in_path,
        ticket_in_extra: arguments.ticket_in_extra.clone(),
        let_anybody_post: arguments.let_anybody_post,
        limits: Limits { body: arguments.max_body, ..Limits::DEFAULT },
        settings: Settings {
            require_expected: arguments.require_expected,
            oversize: arguments.max_disk_body,
            ..store::settings(arguments.handling.lease)
        },
        spool: arguments.spool.clone(),
        ..Configuration::new(url)
    })
}

impl Server {
    fn new(arguments: &Serve, receiver: Receiver, outlet: Outlet, durable: bool) -> Result<Server, Refusal> {
        let desk = match durable {
            true => None,
            false => Some(Desk::new(receiver.gate().clone(), arguments.capacity, arguments.require_expected)?),
        };
        let patience = &arguments.patience;
        Ok(Server {
            receiver,
            desk,
            outlet: Arc::new(outlet),
            watch: Watch::default(),
            health_here: arguments.admin.is_none(),
            // A document, and the same once more because its sender has lost patience.
            budget: Budget::new(
                patience.bytes_in_flight,
                patience.unproven_bytes,
                arguments.max_body.max(spill::MEMORY).saturating_mul(2),
            ),
            pace: Pace {
                grace: Duration::from_millis(patience.body_grace),
                within: Duration::from_millis(patience.body_within),
            },
            head_within: Duration::from_millis(patience.head_within),
            idle_within: Duration::from_millis(patience.idle_within),
            connections: patience.connections,
            unproven_connections: patience.unproven_connections,
        })
    }
}

/// Serves until a signal comes or standard output breaks, and then finishes what is under way, within `drain`.
async fn live(
    server: &Arc<Server>,
    callbacks: TcpListener,
    workers: Option<Workers>,
    mut signals: Signals,
    drain: Duration,
) -> Result<ExitCode, Refusal> {
    let (presence, mut gone) = mpsc::channel(1);
    tokio::spawn(doors::open(Arc::clone(server), callbacks, presence));
    if server.desk.is_some() {
        tokio::spawn(desk::watch_over(Arc::clone(server)));
    }
    tokio::select! {
        () = signals.next() => {}
        () = server.outlet.stopped() => {}
    }
    server.outlet.stop();
    tracing::info!("stopping: nothing more is accepted");
    let handled = async {
        match workers {
            Some(workers) => crew::stop(workers, &server.outlet, drain).await,
            None => true,
        }
    };
    let finished = tokio::select! {
        (_, handled) = async { tokio::join!(gone.recv(), handled) } => handled,
        () = tokio::time::sleep(drain + Duration::from_secs(1)) => false,
        () = signals.next() => false,
    };
    server.outlet.handler.abandon();
    match server.outlet.failure() {
        Some(failure) => Err(Refusal::failure(failure)),
        None if finished => Ok(ExitCode::SUCCESS),
        None if server.desk.is_none() => Err(Refusal::failure(UNFINISHED)),
        None => Err(Refusal::failure("stopped with deliveries under way: their sender will come again")),
    }
}

/// What is said when a handler did not end in time.
pub const UNFINISHED: &str = "stopped with deliveries under way: they will be handled again";

/// How many connections the system accepts before the server does: more than strangers open in the time in which a busy
/// machine does something else. Whoever does not fit in has to try again, and does so a second later.
const BACKLOG: u32 = 4096;

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Refusal> {
    let failed = |error| Refusal::failure(format_args!("{address}: cannot be listened on: {error}"));
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(failed)?;
    // Otherwise a server could not be started again at once. On Windows it would let others listen here too.
    #[cfg(unix)]
    socket.set_reuseaddr(true).map_err(failed)?;
    socket.bind(address).map_err(failed)?;
    let listener = socket.listen(BACKLOG).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
