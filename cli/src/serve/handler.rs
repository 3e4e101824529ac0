//! What is done with a delivery before it is reported as handled.

use std::time::Duration;

use ringback::ledger::Outcome;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::exec::Exec;
use super::forward::Forward;
use crate::arguments::Serve;
use crate::refusal::Refusal;

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
    /// What the body claims to be.
    pub content_type: Option<String>,
    /// The facts, as environment variables.
    pub variables: Vec<(&'static str, String)>,
    /// The body, decoded, its secrets masked.
    pub body: Vec<u8>,
}

/// How many deliveries are handled at once.
const PLACES: usize = 8;

impl Handler {
    /// The handler that is configured.
    pub fn new(arguments: &Serve) -> Result<Handler, Refusal> {
        let action = match (&arguments.forward, &arguments.exec) {
            (Some(target), _) => {
                let variable = std::env::var("RINGBACK_FORWARD_SECRET").ok().filter(|secret| !secret.trim().is_empty());
                let secret = arguments.forward_secret.clone().or(variable);
                Action::Forward(Box::new(Forward::new(target, secret)?))
            }
            (None, Some(command)) => Action::Exec(Exec::new(command)?),
            (None, None) => Action::Report,
        };
        let within = Duration::from_millis(arguments.answer_within);
        Ok(Handler { action, places: Semaphore::new(PLACES), within })
    }

    /// Whether the event line is all.
    pub fn only_reports(&self) -> bool {
        matches!(self.action, Action::Report)
    }

    /// How long a sender is made to wait.
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
                Action::Forward(forward) => forward.post(&parcel.id, parcel.content_type.as_deref(), parcel.body).await,
                Action::Exec(exec) => exec.run(&parcel.id, parcel.variables, parcel.body).await,
            }
        };
        timeout_at(deadline, handled).await.unwrap_or_else(|_| {
            tracing::warn!(id, "the handler took too long");
            Outcome::Failed
        })
    }

    /// The server ends: nothing goes on behind its back.
    pub fn abandon(&self) {
        if let Action::Exec(exec) = &self.action {
            exec.kill_all();
        }
    }
}
