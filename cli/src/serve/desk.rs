//! The ledger of a server without a store: in memory of a fixed size, behind a lock.
//!
//! Nothing that it knows survives the process, so a delivery is handled before it is answered. Bodies are not kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ringback::Gate;
use ringback::ledger::{DeliverySlot, Ledger, Rules, SubmissionSlot, Swept};
use ringback::receiver::Receiver;

use super::Server;
use crate::clock::Clock;
use crate::random;
use crate::refusal::Refusal;

/// A receiver over slots.
type Slots = Receiver<'static, Box<[SubmissionSlot]>, Box<[DeliverySlot]>>;

/// The ledger, and the clock that it reads.
pub struct Desk {
    slots: Mutex<Slots>,
    /// The clock of the ledger.
    pub clock: Clock,
    /// How many deliveries it has room for, and as many submissions.
    capacity: u32,
}

impl Desk {
    /// A desk behind this gate, with room for so many deliveries.
    pub fn new(gate: Gate<'static>, capacity: u32, require_expected: bool) -> Result<Desk, Refusal> {
        let clock = Clock::start();
        let room = capacity as usize;
        let ledger = Ledger::open(
            vec![SubmissionSlot::EMPTY; room].into_boxed_slice(),
            vec![DeliverySlot::EMPTY; room].into_boxed_slice(),
            random::bytes()?,
            Rules::handled_first(),
            clock.now(),
        );
        let slots = Receiver::new(gate, ledger).require_expected(require_expected);
        Ok(Desk { slots: Mutex::new(slots), clock, capacity })
    }

    /// The receiver.
    pub fn receiver(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes round the ledger, for ever: what its sender has given up is reported, for nobody else has it.
pub async fn watch_over(server: Arc<Server>) {
    const PAUSE: Duration = Duration::from_secs(5);
    // As many slots as are looked at under one lock.
    const SHARE: u32 = 4096;
    let Some(desk) = &server.desk else { return };
    let metrics = server.receiver.inbox().metrics();
    let mut forgotten = 0;
    loop {
        tokio::time::sleep(PAUSE).await;
        let forgotten_early = desk.receiver().ledger().tally().forgotten_early;
        metrics.forgot_early(forgotten_early - forgotten);
        forgotten = forgotten_early;
        let mut left = desk.capacity.saturating_mul(2);
        while left > 0 {
            let mut budget = left.min(SHARE);
            left -= budget;
            let now = desk.clock.now();
            let mut receiver = desk.receiver();
            while let Some(swept) = receiver.ledger_mut().sweep(now, &mut budget) {
                if let Swept::Lost(id) = swept {
                    metrics.lost("handler");
                    tracing::error!(id = %id, "lost: its handler failed, and its sender does not come any more");
                }
            }
        }
    }
}
