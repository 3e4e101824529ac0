//! The doors of the server: connections are accepted, counted and served.
//!
//! There is a limit on connections, and a smaller one on those whose sender nobody knows yet: a flood of strangers
//! leaves room for the known ones. Beyond a limit somebody who only waits gives way; if everybody is in the middle of a
//! request, the answer is 503, at once and without reading. A connection is kept open only for a sender who is known.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::Server;
use super::crowd::Crowd;
use super::intake::{self, Intake};
use super::reception::{Received, receive};
use super::turn::Turn;

/// Nothing is ever sent on it: it closes when everybody who holds the other end has gone.
pub type Presence = mpsc::Sender<Infallible>;

/// Accepts connections until the server stops. Each of them holds `presence` as long as it lives.
pub async fn open(server: Arc<Server>, listener: TcpListener, presence: Presence) {
    let crowd = Crowd::new(server.connections, server.unproven_connections);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = server.outlet.stopped() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most of these are about one connection; those about all of them, such as too many open files, pass.
                tracing::warn!(problem = %error.kind(), "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let Some(turn) = crowd.enter() else {
            tracing::warn!(status = 503, "refused: too many connections");
            turn_away(&stream);
            continue;
        };
        let (server, presence) = (Arc::clone(&server), presence.clone());
        tokio::spawn(async move {
            serve(server, stream, peer, turn).await;
            drop(presence);
        });
    }
}

/// Answers without waiting for anything: what does not fit into the socket's own buffers is not worth more.
fn turn_away(stream: &TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 30\r\ncontent-length: 20\r\n\
        connection: close\r\n\r\nservice unavailable\n";
    let _ = stream.try_write(ANSWER);
    // What has been sent already would otherwise turn the end of the connection into a reset.
    let _ = stream.try_read(&mut [0; 4096]);
}

async fn serve(server: Arc<Server>, stream: TcpStream, peer: SocketAddr, turn: Arc<Turn>) {
    // Answers are small, and the sender waits for them.
    let _ = stream.set_nodelay(true);
    let local = peer.ip().to_canonical().is_loopback();
    let intake = Intake::new(stream, Arc::clone(&turn), server.head_within, server.idle_within);
    let service = service_fn(|request: Request<Incoming>| {
        let (server, turn) = (Arc::clone(&server), Arc::clone(&turn));
        async move {
            let Received { reply, last } = receive(&server, &turn, request, local).await;
            turn.end();
            Ok::<_, Infallible>(reply.response(last || !turn.is_proven()))
        }
    });
    let mut connection = pin!(intake::http().serve_connection(TokioIo::new(intake), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = turn.given_way() => {
            tracing::debug!("a connection on which nothing came gave way");
            return;
        }
        () = server.outlet.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(timeout = error.is_timeout(), parse = error.is_parse(), "a connection ended early");
    }
}
