//! Whether the store is away.
//!
//! Once it has failed to keep a delivery, somebody asks it again and again whether it is back. Until it is, senders are refused
//! from the heads of their requests, and none of them is made to find out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringback_inbox::ledger::{Keys, Writes, decide};
use ringback_inbox::{Error, Inbox};

/// Knows whether the store is away. Clones share it.
#[derive(Clone, Default)]
pub struct Watch(Arc<AtomicBool>);

/// The pause between two questions.
const PAUSE: Duration = Duration::from_millis(250);

impl Watch {
    /// Whether the store is away.
    pub fn is_away(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// It has failed: it is away until it is back. To be called within a runtime.
    pub fn begin(&self, inbox: &Inbox) {
        // With a spool, what comes is kept all the same, and the spool asks by itself.
        if inbox.spool().is_some() || self.0.swap(true, Ordering::AcqRel) {
            return;
        }
        let (watch, inbox) = (self.clone(), inbox.clone());
        tokio::spawn(async move {
            loop {
                let asked = inbox.clone();
                let told = tokio::task::spawn_blocking(move || ask(&asked)).await;
                // If it cannot be asked any more, the process ends.
                if !matches!(told, Ok(Err(_))) {
                    watch.0.store(false, Ordering::Release);
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
}

/// A decision that writes nothing takes the way of one that does.
fn ask(inbox: &Inbox) -> Result<(), Error> {
    inbox.check()?;
    decide(&**inbox.ledger(), Keys::default(), |_| (Writes::default(), ()))
}
