//! What the store cannot take goes into the spool, and from there into the store.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ringback::ledger::Rules;
use ringback::policy::{Keep, Situation};

use super::arrival::{Arriving, Kept, beside, situation_when_kept};
use super::{Answering, Inbox, Shared};
use crate::error::Error;
use crate::spool::{Put, Record, Spool};

/// The pause after the store has failed.
const PAUSE: Duration = Duration::from_millis(500);

impl Inbox {
    /// The spool, if there is one.
    #[must_use]
    pub fn spool(&self) -> Option<&Spool> {
        self.shared.spool.as_ref()
    }

    /// Puts everything that lies in the spool into the store. It happens by itself; whoever wants to know that nothing
    /// lies there any more calls this.
    ///
    /// # Errors
    ///
    /// The store or the spool is not available: something may still lie there.
    pub fn unspool(&self) -> Result<(), Error> {
        let Some(spool) = self.spool() else { return Ok(()) };
        spool.empty(|record| self.record(self.arriving(record)).map(drop))
    }

    /// Lets the core decide, or keeps it for a later decision if the store is away.
    pub(super) fn record_or_spool(&self, arriving: Arriving) -> Result<Kept, Error> {
        // Where handling is the answer, a delivery that no worker may have is of no use.
        let Some(spool) = self.spool().filter(|_| arriving.answering == Answering::Stored) else {
            return self.record(arriving);
        };
        // It must not overtake what lies there; if there is no room, it may.
        let follows = arriving.arrival.scope.is_some_and(|scope| spool.holds(scope));
        let early = if follows { self.put(spool, &arriving).ok() } else { None };
        match early {
            Some(kept) => Ok(kept),
            None => self.record(arriving.clone()).or_else(|error| self.put(spool, &arriving).map_err(|_| error)),
        }
    }

    fn put(&self, spool: &Spool, arriving: &Arriving) -> Result<Kept, Error> {
        let Arriving { id, arrival, hindrance, facts, body, .. } = arriving.clone();
        let put = spool.put(&Record { id, arrival, hindrance, facts, body })?;
        self.unspool_soon();
        let situation = match (put, hindrance) {
            (Put::Repeat, Some(Situation::Incomplete)) => Situation::Incomplete,
            (Put::Repeat, _) => Situation::Repeat,
            (Put::Kept, _) => situation_when_kept(hindrance),
        };
        Ok((situation, None, None))
    }

    /// What was spooled, as it arrived. It has been answered, so no limit turns it away.
    fn arriving(&self, record: Record) -> Arriving {
        let Record { id, arrival, hindrance, facts, body } = record;
        let unlimited = Rules { deliveries: u32::MAX, stream_deliveries: (1 << 24) - 1, ..self.rules() };
        Arriving {
            rules: unlimited,
            answering: Answering::Stored,
            differing: Keep::DeadLetter,
            mismatch: Keep::DeadLetter,
            arrival,
            id,
            beside: beside(id, arrival.fingerprint),
            hindrance,
            facts,
            body,
        }
    }

    /// Sees to it that a thread empties the spool as soon as the store is back.
    pub(super) fn unspool_soon(&self) {
        let waits = self.spool().is_some_and(|spool| !spool.load().is_empty());
        if !waits || self.shared.unspooling.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = Arc::downgrade(&self.shared);
        let run = move || {
            loop {
                let Some(shared) = shared.upgrade() else { return };
                let inbox = Inbox { shared };
                if inbox.check_store().and_then(|()| inbox.unspool()).is_ok() {
                    inbox.shared.unspooling.store(false, Ordering::Release);
                    // Something may have come in between, and relied upon this thread.
                    let waits = inbox.spool().is_some_and(|spool| !spool.load().is_empty());
                    if !waits || inbox.shared.unspooling.swap(true, Ordering::AcqRel) {
                        return;
                    }
                }
                drop(inbox);
                std::thread::sleep(PAUSE);
            }
        };
        if std::thread::Builder::new().name("ringback-spool".into()).spawn(run).is_err() {
            self.shared.unspooling.store(false, Ordering::Release);
        }
    }

    /// Whether the store itself takes anything.
    fn check_store(&self) -> Result<(), Error> {
        self.ledger().check()
    }
}

impl Shared {
    /// Whether a body that the store does not take could go into the spool.
    pub(super) fn spool_takes(&self) -> bool {
        self.settings.answering == Answering::Stored && self.spool.as_ref().is_some_and(|spool| spool.check().is_ok())
    }
}
