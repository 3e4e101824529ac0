//! The listener for operators: health checks and metrics, on a port of its own.
//!
//! It answers as long as the process lives, so that whoever asks learns that it is about to end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use ringback_inbox::{Inbox, metrics};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::handling::outlet::Outlet;
use crate::refusal::{Refusal, say};
use crate::serve::watch::Watch;

/// What operators may ask about.
pub struct Admin {
    /// The inbox, with what was counted.
    pub inbox: Inbox,
    /// Whether the inbox keeps deliveries; if not, nothing is told about a store.
    pub durable: bool,
    /// What the process does.
    pub outlet: Arc<Outlet>,
    /// Whether the store is away.
    pub watch: Watch,
}

/// How many connections there may be.
const CONNECTIONS: usize = 64;
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// Listens there, and says where.
pub async fn listen(address: SocketAddr, admin: Admin) -> Result<(), Refusal> {
    let failed = |error| Refusal::failure(format_args!("{address}: cannot be listened on: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    say(format_args!(
        "health checks on http://{bound}/healthz and http://{bound}/readyz, metrics on http://{bound}/metrics"
    ));
    tokio::spawn(open(listener, Arc::new(admin)));
    Ok(())
}

async fn open(listener: TcpListener, admin: Arc<Admin>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // Who comes when there is no place waits until there is one. The semaphore is never closed.
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let admin = Arc::clone(&admin);
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                let admin = Arc::clone(&admin);
                async move { Ok::<_, Infallible>(admin.answer(request.uri().path()).await) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).keep_alive(false);
            // Whoever asked has gone, or did not ask for anything.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

impl Admin {
    async fn answer(self: Arc<Admin>, path: &str) -> Response<Full<Bytes>> {
        match path {
            "/healthz" => text(StatusCode::OK, "ok\n"),
            "/readyz" if self.is_ready() => text(StatusCode::OK, "ok\n"),
            "/readyz" => text(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
            "/metrics" => {
                let exposition = tokio::task::spawn_blocking(move || self.exposition()).await;
                let mut response = Response::new(Full::new(Bytes::from(exposition.unwrap_or_default())));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE));
                response
            }
            _ => text(StatusCode::NOT_FOUND, "not found\n"),
        }
    }

    /// Whether deliveries are taken, as far as can be said without waiting.
    pub fn is_ready(&self) -> bool {
        !self.outlet.is_stopping() && !self.watch.is_away() && self.inbox.check().is_ok()
    }

    fn exposition(&self) -> String {
        let standing = if self.durable { self.inbox.standing().ok() } else { None };
        self.inbox.metrics().exposition(standing.as_ref())
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
