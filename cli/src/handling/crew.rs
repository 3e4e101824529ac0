//! Workers: they hand what a store keeps to the handler and to standard output, and settle it then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringback::ErrorKind;
use ringback::ledger::{Outcome, Settled};
use ringback_inbox::inbox::Swept;
use ringback_inbox::worker::Pace;
use ringback_inbox::{Error, Inbox, Work, Workers};
use tokio::runtime::Handle;
use tracing::Instrument as _;

use super::event::{Event, ROUTE};
use super::outlet::Outlet;

/// What the workers of this process do.
struct Hands {
    outlet: Arc<Outlet>,
    runtime: Handle,
    /// Whether the store could not be used when it was tried last: that is said once.
    down: AtomicBool,
}

/// Starts so many workers; none, and a thread that only sweeps. To be called within a runtime.
pub fn start(inbox: &Inbox, outlet: Arc<Outlet>, at_once: usize) -> Workers {
    let hands = Hands { outlet, runtime: Handle::current(), down: AtomicBool::new(false) };
    Workers::start_at(inbox, hands, Pace { at_once, ..Pace::default() })
}

/// Stops workers: what they have begun is finished within `grace`, and given back after that. Says whether all was finished.
pub async fn stop(workers: Workers, outlet: &Outlet, grace: Duration) -> bool {
    let grace = if outlet.failure().is_some() { Duration::ZERO } else { grace };
    let finished = tokio::task::spawn_blocking(move || workers.stop(grace)).await.unwrap_or(false);
    outlet.handler.abandon();
    finished
}

impl Hands {
    /// When standard output is broken, what could not be reported has not failed: it is given back as it was, and this thread
    /// ends with the process.
    fn stay_if_nobody_reads(&self) {
        while self.outlet.failure().is_some() {
            std::thread::park();
        }
    }
}

impl ringback_inbox::Handler for Hands {
    fn handle(&self, work: &Work) -> Outcome {
        self.stay_if_nobody_reads();
        let span = tracing::info_span!("delivery", id = %work.id, fence = work.claim.fence);
        let _entered = span.enter();
        let (line, mut parcel) = self.outlet.prepare(&Event::of_claim(work));
        let outcome = if self.outlet.handler.only_reports() {
            Outcome::Done
        } else {
            parcel.body = work.body.clone();
            self.runtime.block_on(self.outlet.handler.handle(parcel).instrument(span.clone()))
        };
        let outcome = self.outlet.report(&line, outcome);
        self.stay_if_nobody_reads();
        outcome
    }

    fn route(&self, _: &Work) -> String {
        ROUTE.to_owned()
    }

    fn settled(&self, work: &Work, settled: Result<Settled, &Error>) {
        let span = tracing::info_span!("delivery", id = %work.id, fence = work.claim.fence);
        let _entered = span.enter();
        let (kind, bytes, attempts_seen) = (work.kind.name(), work.body.len(), work.attempts_seen);
        match settled {
            Ok(Settled::Done) => tracing::info!(outcome = "done", kind, bytes, attempts_seen, "handled"),
            Ok(Settled::Again { wait }) => {
                tracing::warn!(outcome = "failed", kind, bytes, wait, "it failed, and will be tried again");
            }
            Ok(Settled::Dead) => tracing::error!(outcome = "dead", kind, bytes, "it is a dead letter now"),
            Err(error) if error.kind() == ErrorKind::ClaimStale => {
                tracing::warn!(error = error.kind().name(), kind, bytes, "somebody else has it now");
            }
            Err(error) => tracing::warn!(error = error.kind().name(), kind, bytes, "it could not be settled"),
        }
    }

    fn swept(&self, swept: &Swept) {
        for submitted in &swept.overdue {
            tracing::warn!(submission = %submitted.scope, "a submission is overdue");
        }
        for id in &swept.died {
            tracing::warn!(%id, "a dead letter: nobody announced its submission");
        }
        self.down.store(false, Ordering::Relaxed);
    }

    fn failed(&self, error: &Error) {
        if !self.down.swap(true, Ordering::Relaxed) {
            // Its detail names files, and nothing of a delivery.
            tracing::error!(error = error.kind().name(), detail = error.detail(), "the store cannot be used");
        }
    }
}
