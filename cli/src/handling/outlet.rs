//! Where handled deliveries go: through the handler, then as a line to standard output. When that breaks, the program ends.

use std::sync::OnceLock;
use std::time::Duration;

use ringback::ledger::Outcome;
use tokio::sync::watch;

use super::event::Event;
use super::lines::Lines;
use super::{Handler, Parcel};
use crate::arguments::{Embed, Handling};
use crate::refusal::Refusal;

/// What everybody shares who handles deliveries.
pub struct Outlet {
    /// What is done with a delivery.
    pub handler: Handler,
    embed: bool,
    lines: Lines,
    stop: watch::Sender<bool>,
    failure: OnceLock<String>,
}

impl Outlet {
    /// The outlet that is configured, for so many deliveries at once, each of which may take so long.
    pub fn new(arguments: &Handling, places: usize, within: Duration) -> Result<Outlet, Refusal> {
        let handler = Handler::new(arguments, places, within)?;
        let embed = match arguments.payload {
            Embed::Always => true,
            Embed::Auto => handler.only_reports(),
            Embed::Never => false,
        };
        let lines = Lines::open().map_err(|error| Refusal::failure(format_args!("standard output: {error}")))?;
        Ok(Outlet { handler, embed, lines, stop: watch::Sender::new(false), failure: OnceLock::new() })
    }

    /// The line of a delivery, and what its handler needs of it but for the body.
    pub fn prepare(&self, event: &Event<'_>) -> (String, Parcel) {
        let variables = if self.handler.only_reports() { Vec::new() } else { event.variables() };
        let parcel = Parcel {
            id: event.id.to_string(),
            fence: event.claim.fence,
            content_type: event.content_type.map(str::to_owned),
            variables,
            body: Vec::new(),
        };
        (event.line(self.embed), parcel)
    }

    /// Reports a delivery whose handler ended so. What cannot be reported is not done, and the program ends.
    pub fn report(&self, line: &str, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Done => match self.lines.write(line) {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    self.fail(format!("standard output: {}", error.kind()));
                    Outcome::Failed
                }
            },
            outcome => outcome,
        }
    }

    /// Ends the program with this error.
    pub fn fail(&self, message: String) {
        let _ = self.failure.set(message);
        self.stop();
    }

    /// The error that ends the program.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Ends the program: nothing more is begun.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether the program is to end.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits until the program is to end.
    pub async fn stopped(&self) {
        // The sender is in `self`, so it cannot have gone.
        let _ = self.stop.subscribe().wait_for(|stopping| *stopping).await;
    }
}
