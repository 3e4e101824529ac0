//! Leases of deliveries that are handled before they are answered: a thread renews them, however busy the handlers are.
//!
//! [`Workers`](crate::Workers) look after what they claim by themselves. What [`Decision::Handle`](crate::Decision::Handle)
//! gives out is in the hands of whoever received it, perhaps in a language whose threads have other things to do:
//! [`Leases::hold`] keeps it there until the [`Lease`] is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use ringback::ErrorKind;
use ringback::ledger::{Claim, DeliveryId};

use crate::inbox::Inbox;
use crate::lock;

/// Renews what is in somebody's hands, three times in the length of a lease. Clones share it.
#[derive(Clone, Debug)]
pub struct Leases {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    inbox: Inbox,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    claims: HashMap<DeliveryId, Claim>,
    /// Whether there is a thread.
    runs: bool,
}

/// A claim that is renewed as long as this is there.
#[derive(Debug)]
#[must_use = "dropped, it is not renewed any more"]
pub struct Lease {
    leases: Leases,
    claim: Claim,
}

impl Leases {
    /// Nothing to renew yet, and hence no thread.
    #[must_use]
    pub fn new(inbox: Inbox) -> Leases {
        Leases { shared: Arc::new(Shared { inbox, state: Mutex::default(), changed: Condvar::new() }) }
    }

    /// Renews this claim from now on.
    pub fn hold(&self, claim: Claim) -> Lease {
        let mut state = self.state();
        if let Some(id) = claim.delivery {
            state.claims.insert(id, claim);
        }
        if !state.runs {
            let leases = self.clone();
            let thread = std::thread::Builder::new().name("ringback-leases".into());
            // Where there is no thread to be had, the next one that is held asks again.
            state.runs = thread.spawn(move || leases.run()).is_ok();
        }
        Lease { leases: self.clone(), claim }
    }

    /// Ends when there is nothing left to renew.
    fn run(&self) {
        let third = Duration::from_millis(self.shared.inbox.settings().rules.lease / 3);
        let mut state = self.state();
        loop {
            let waited = self.shared.changed.wait_timeout_while(state, third, |state| !state.claims.is_empty());
            state = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
            if state.claims.is_empty() {
                state.runs = false;
                return;
            }
            let claims: Vec<Claim> = state.claims.values().copied().collect();
            drop(state);
            for claim in claims {
                match self.shared.inbox.renew(claim) {
                    // Whoever holds it finds out when it is settled.
                    Err(error) if matches!(error.kind(), ErrorKind::ClaimStale | ErrorKind::DeliveryUnknown) => {
                        self.let_go(claim);
                    }
                    // A store that is away may be back at the next round.
                    _ => {}
                }
            }
            state = self.state();
        }
    }

    /// Renews this claim no longer; another one of the same delivery it still does.
    fn let_go(&self, claim: Claim) {
        let mut state = self.state();
        if let Some(id) = claim.delivery
            && state.claims.get(&id) == Some(&claim)
        {
            state.claims.remove(&id);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
    }
}

impl Lease {
    /// What is renewed.
    #[must_use]
    pub const fn claim(&self) -> Claim {
        self.claim
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.leases.let_go(self.claim);
        self.leases.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use ringback::credential::{Audience, Keyring, TicketKey};
    use ringback::gate::{AcceptedCredentials, Config};
    use ringback::ledger::{Outcome, Rules, Settled};
    use ringback::policy::{Backing, Policy};
    use ringback::route::Routes;
    use ringback::{Gate, Head};

    use super::*;
    use crate::ledger::Selection;
    use crate::{Answering, Decision, Expect, ManualClock, Memory, Settings, Work};

    /// The length of a lease on the clock of the store, which stands still; a third of it is what the thread waits.
    const LEASE: u64 = 60;

    struct Rig {
        clock: Arc<ManualClock>,
        inbox: Inbox,
        leases: Leases,
    }

    impl Rig {
        fn new() -> Rig {
            let clock = Arc::new(ManualClock::new(1_795_000_000_000));
            let rules = Rules { lease: LEASE, tries: u8::MAX, ..Rules::stored() };
            let settings = Settings { answering: Answering::Handled, rules, ..Settings::default() };
            let inbox = Inbox::new(Memory::new(clock.clone()).unwrap(), settings);
            Rig { leases: Leases::new(inbox.clone()), clock, inbox }
        }

        /// A delivery that is to be handled before it is answered.
        fn work(&self) -> Box<Work> {
            let keys = [TicketKey::new(&[7; 32], Audience::default()).unwrap()];
            let keyring = Keyring::new(&keys).unwrap();
            let submission = self.inbox.expect(&keyring, Expect::new("call-42")).unwrap();
            let gate = Gate::new(Config {
                credentials: AcceptedCredentials { tickets: Some(keyring), ..Default::default() },
                routes: Routes::NONE,
                policy: Policy::new(Backing::Inbox),
                limits: Default::default(),
                remember_interim: false,
                seed: self.inbox.seed(),
            });
            let authorization = submission.ticket().unwrap().authorization();
            let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
            let mut body = *br#"{"metadata":{"request_id":"id"},"results":{"channels":[]}}"#;
            match self.inbox.receive(&gate.unwrap(), &head, &mut body) {
                Decision::Handle(work) => work,
                Decision::Answer(answer) => panic!("{answer:?} instead of work"),
            }
        }

        /// When the lease of this delivery ends.
        fn due(&self, id: DeliveryId) -> u64 {
            self.inbox.ledger().deliveries(&Selection::Id(id), 0, 1).unwrap().pop().unwrap().row.due
        }

        /// How many others have them: each lease, and the thread.
        fn others(&self) -> usize {
            Arc::strong_count(&self.leases.shared) - 1
        }
    }

    /// What the thread does it does soon; how soon is the machine's affair.
    fn wait_until(condition: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !condition() {
            assert!(Instant::now() < end, "it did not happen");
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_is_held_is_nobody_elses_however_long_it_takes() {
        let rig = Rig::new();
        let work = rig.work();
        let held = rig.leases.hold(work.claim);
        let mut due = rig.due(work.id);
        for _ in 0..5 {
            // Two thirds of the lease go by, and it begins anew.
            rig.clock.advance(LEASE * 2 / 3);
            wait_until(|| rig.due(work.id) == due + LEASE * 2 / 3);
            due += LEASE * 2 / 3;
            assert_eq!(rig.inbox.claim(1).unwrap(), []);
        }
        drop(held);
        assert_eq!(rig.inbox.settle(work.claim, Outcome::Done).unwrap(), Settled::Done);
    }

    #[test]
    fn it_is_renewed_three_times_in_its_length() {
        let rig = Rig::new();
        let (first, begun) = (rig.work(), Instant::now());
        let _held = rig.leases.hold(first.claim);
        for round in 1..=3 {
            let due = rig.due(first.id);
            rig.clock.advance(1);
            wait_until(|| rig.due(first.id) == due + 1);
            // Never sooner than after a third: the store has other things to do.
            assert!(begun.elapsed() >= Duration::from_millis(LEASE / 3) * round);
        }
    }

    #[test]
    fn what_is_let_go_is_not_renewed_and_the_last_one_ends_the_thread() {
        let rig = Rig::new();
        let (first, second) = (rig.work(), rig.work());
        let (one, other) = (rig.leases.hold(first.claim), rig.leases.hold(second.claim));
        drop(one);
        let (left, due) = (rig.due(first.id), rig.due(second.id));
        rig.clock.advance(LEASE / 2);
        wait_until(|| rig.due(second.id) > due);
        assert_eq!(rig.due(first.id), left);
        drop(other);
        wait_until(|| rig.others() == 0);
        // Both lapse now, and are there for whoever comes.
        rig.clock.advance(LEASE + 1);
        assert_eq!(rig.inbox.claim(2).unwrap().len(), 2);
        // What comes afterwards has a thread again.
        let third = rig.work();
        let _held = rig.leases.hold(third.claim);
        let due = rig.due(third.id);
        rig.clock.advance(1);
        wait_until(|| rig.due(third.id) > due);
    }

    #[test]
    fn what_was_settled_leaves_nothing_to_renew() {
        let rig = Rig::new();
        let work = rig.work();
        let held = rig.leases.hold(work.claim);
        assert_eq!(rig.inbox.settle(work.claim, Outcome::Done).unwrap(), Settled::Done);
        // It is found out at the next round, whether the lease is dropped or not.
        wait_until(|| rig.leases.state().claims.is_empty() && !rig.leases.state().runs);
        drop(held);
    }

    #[test]
    fn a_lease_that_was_lost_stays_lost() {
        let rig = Rig::new();
        let work = rig.work();
        // Whoever had it was away too long, and another one has taken it.
        rig.clock.advance(LEASE + 1);
        let taken = rig.inbox.claim(1).unwrap().pop().unwrap();
        assert_eq!((taken.id, taken.again), (work.id, true));
        let due = rig.due(work.id);
        let held = rig.leases.hold(work.claim);
        rig.clock.advance(1);
        wait_until(|| rig.leases.state().claims.is_empty());
        // The other one's lease is as long as it was, and only the other one can settle.
        assert_eq!(rig.due(work.id), due);
        let refused = rig.inbox.settle(work.claim, Outcome::Done).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ClaimStale);
        // Its own lease is not let go with that of the first.
        let own = rig.leases.hold(taken.claim);
        drop(held);
        assert_eq!(rig.leases.state().claims.get(&taken.id), Some(&taken.claim));
        drop(own);
        assert_eq!(rig.inbox.settle(taken.claim, Outcome::Done).unwrap(), Settled::Done);
    }
}
