//! What is done with a delivery before it is reported as handled.

pub mod crew;
pub mod event;
mod exec;
mod forward;
pub mod lines;
pub mod mind;
pub mod outlet;

use std::ffi::OsString;
use std::time::Duration;

use ringback::ledger::Outcome;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::arguments::Handling;
use crate::refusal::Refusal;
use exec::Exec;
use forward::Forward;

/// A handler, and how many deliveries it may have at once.
pub struct Handler {
    action: Action,
    places: Semaphore,
    within: Duration,
}

enum Action {
    /// Nothing but the event line.
    Report,
    Forward(Box<Forward>),
    Exec(Exec),
}

/// A delivery as a handler needs it.
#[derive(Default)]
pub struct Parcel {
    /// The delivery id.
    pub id: String,
    /// The fencing number of the claim.
    pub fence: u32,
    /// What the body claims to be.
    pub content_type: Option<String>,
    /// The facts, as environment variables.
    pub variables: Vec<(&'static str, OsString)>,
    /// The body, decoded, its secrets masked.
    pub body: Vec<u8>,
}

impl Handler {
    /// The handler that is configured, for so many deliveries at once, each of which may take so long.
    pub fn new(arguments: &Handling, places: usize, within: Duration) -> Result<Handler, Refusal> {
        let action = match (&arguments.forward, &arguments.exec) {
            (Some(target), _) => {
                let variable = std::env::var("RINGBACK_FORWARD_SECRET").ok().filter(|secret| !secret.trim().is_empty());
                let secret = arguments.forward_secret.clone().or(variable);
                Action::Forward(Box::new(Forward::new(target, secret)?))
            }
            (None, Some(command)) => Action::Exec(Exec::new(command)?),
            (None, None) => Action::Report,
        };
        Ok(Handler { action, places: Semaphore::new(places), within })
    }

    /// Whether the event line is all.
    pub fn only_reports(&self) -> bool {
        matches!(self.action, Action::Report)
    }

    /// How long it may take.
    pub fn within(&self) -> Duration {
        self.within
    }

    /// Handles one delivery. What takes too long, waiting for a place included, has failed.
    pub async fn handle(&self, parcel: Parcel) -> Outcome {
        let deadline = Instant::now() + self.within;
        let id = parcel.id.clone();
        let handled = async {
            // The semaphore is never closed.
            let _place = self.places.acquire().await;
            match &self.action {
                Action::Report => Outcome::Done,
                Action::Forward(forward) => forward.post(parcel).await,
                Action::Exec(exec) => exec.run(parcel).await,
            }
        };
        timeout_at(deadline, handled).await.unwrap_or_else(|_| {
            tracing::warn!(id, "the handler took too long");
            Outcome::Failed
        })
    }

    /// The program ends: nothing goes on behind its back.
    pub fn abandon(&self) {
        if let Action::Exec(exec) = &self.action {
            exec.kill_all();
        }
    }
}
