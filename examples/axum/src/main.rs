//! Receives Deepgram callbacks with axum, on loopback, behind a proxy with the public URL.
//!
//! ```sh
//! cargo run -p ringback-example-axum -- 127.0.0.1:8080 https://example.com/hook sqlite:inbox.db [JOB...]
//! ```
//!
//! For each job it prints the callback URL to submit with; then a line for each delivery that is handled. With a durable
//! store the layer keeps deliveries and workers handle them; with `memory` the extractor's route handles each before it is
//! answered. `RINGBACK_TICKET_KEYS` may hold the keys of tickets; without it a key is made and kept beside the store.

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use ringback::ledger::Outcome;
use ringback_inbox::axum::{Delivery, Reply};
use ringback_inbox::tower::ReceiverLayer;
use ringback_inbox::{Configuration, Expect, KeySource, Receiver, Work, Workers};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name| arguments.next().ok_or(format!("{name} is missing: ADDR URL STORE [JOB...]"));
    let (address, url, store) = (next("ADDR")?, next("URL")?, next("STORE")?);
    let keys = std::env::var("RINGBACK_TICKET_KEYS").map_or(KeySource::Own, KeySource::Text);
    let configuration = Configuration { url: Some(url), any_port: true, keys, ..Configuration::new(store.parse()?) };
    let receiver = Receiver::open(configuration)?;
    for job in arguments {
        let submission = receiver.expect(Expect::new(&job))?;
        println!("{}", receiver.callback_url(&submission)?);
    }

    let application = Router::new().route("/", get(async || "an application\n"));
    let (application, workers) = if receiver.answers_when_handled() {
        let application = application.route(receiver.path(), post(hook).put(hook));
        (application.with_state(receiver), None)
    } else {
        let workers = Workers::start(receiver.inbox(), handle);
        (application.layer(ReceiverLayer::new(receiver.clone())).with_state(receiver), Some(workers))
    };
    let listener = tokio::net::TcpListener::bind(address).await?;
    eprintln!("listens on http://{}/hook", listener.local_addr()?);
    axum::serve(listener, application).with_graceful_shutdown(stopped()).await?;
    if let Some(workers) = workers {
        workers.stop(Duration::from_secs(25));
    }
    Ok(())
}

/// Does the work; a real program would store something here. Its id is the same at every try.
fn handle(work: &Work) -> Outcome {
    let job = work.job.as_deref().unwrap_or("-");
    println!("{{\"id\":\"{}\",\"job\":\"{job}\",\"kind\":\"{}\",\"bytes\":{}}}", work.id, work.kind, work.body.len());
    Outcome::Done
}

/// The same within a route, before the answer.
async fn hook(delivery: Delivery) -> Reply {
    let outcome = handle(delivery.work());
    delivery.finish(outcome).await
}

async fn stopped() {
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("signals work");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
