//! Leases of deliveries that are handled before they are answered: a native thread renews them, however busy Python is.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ringback::ledger::{Claim, DeliveryId};
use ringback_inbox::Inbox;

/// Renews what is in somebody's hands, three times in the length of a lease.
pub(crate) struct Leases {
    inbox: Inbox,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    claims: HashMap<DeliveryId, Claim>,
    runs: bool,
}

/// A claim that is renewed as long as this is there.
pub(crate) struct Lease {
    leases: Arc<Leases>,
    claim: Claim,
}

impl Leases {
    pub(crate) fn new(inbox: Inbox) -> Arc<Leases> {
        Arc::new(Leases { inbox, state: Mutex::default(), changed: Condvar::new() })
    }

    /// Renews this claim from now on.
    pub(crate) fn hold(self: &Arc<Leases>, claim: Claim) -> Lease {
        let mut state = self.state();
        if let Some(id) = claim.delivery {
            state.claims.insert(id, claim);
        }
        if !state.runs {
            state.runs = true;
            let leases = self.clone();
            std::thread::spawn(move || leases.run());
        }
        Lease { leases: self.clone(), claim }
    }

    /// Ends when there is nothing left to renew.
    fn run(&self) {
        let third = Duration::from_millis(self.inbox.settings().rules.lease / 3);
        let mut state = self.state();
        loop {
            let waited = self.changed.wait_timeout_while(state, third, |state| !state.claims.is_empty());
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.claims.is_empty() {
                state.runs = false;
                return;
            }
            let claims: Vec<Claim> = state.claims.values().copied().collect();
            drop(state);
            for claim in claims {
                // A claim that has ended is found out when it is settled; a store that is away, at the next round.
                let _ = self.inbox.renew(claim);
            }
            state = self.state();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.leases.state();
        if let Some(id) = self.claim.delivery
            && state.claims.get(&id) == Some(&self.claim)
        {
            state.claims.remove(&id);
        }
        drop(state);
        self.leases.changed.notify_all();
    }
}
