//! Receiving: a delivery from its head to its settlement, the handler doing nothing.
//!
//! Every delivery comes with a ticket of its own, so each is new. There are more tickets than the ledger has rows: when
//! they have all been used, the first ones are long forgotten.

use ringback::credential::{Audience, BasicPairs, Job, Keyring, TicketKey, TicketUse};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::ledger::{DeliverySlot, Ledger, Outcome, Rules, SubmissionSlot};
use ringback::payload::Kind;
use ringback::policy::{Backing, Policy};
use ringback::receiver::{Decision, Receiver};
use ringback::route::{Route, RouteId, Routes};
use ringback::time::{Expiry, Now};
use ringback::{Gate, Head};

use crate::body::Body;
use crate::rng::Rng;

const NOW: Now = Now::new(1_795_000_000_000, 0);
const ROWS: usize = 1_024;
const TICKETS: usize = 4 * ROWS;

const ROUTES: &[Route<'static>] = &[
    Route::to(RouteId(1)).kind(Kind::Failure),
    Route::to(RouteId(2)).tag("archive"),
    Route::to(RouteId(3)).extra("tenant", "none"),
    Route::to(RouteId(4)).job_prefix("call-"),
];

/// A receiver in memory with tickets, four routes, and 1,024 rows each for submissions and deliveries.
pub struct Desk {
    receiver: Receiver<'static, Box<[SubmissionSlot]>, Box<[DeliverySlot]>>,
    headers: Vec<String>,
    next: usize,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

impl Desk {
    /// A receiver, its tickets minted.
    ///
    /// # Panics
    ///
    /// If the configuration is refused.
    #[must_use]
    pub fn new() -> Desk {
        let key = TicketKey::new(&[7; 32], Audience::default()).expect("the key is long enough");
        // The configuration of a receiver lives as long as the process.
        let keyring = Keyring::new(Box::leak(Box::new([key]))).expect("there is one key");
        let mut rng = Rng::new(11);
        let headers = (0..TICKETS)
            .map(|at| {
                let job = format!("call-{at}");
                let job = Job::parse(&job).expect("it is short");
                let [tid @ .., _, _, _, _] = rng.bytes16();
                let expiry = Expiry::At(NOW.wall + TicketUse::Document.default_life());
                let ticket = keyring.mint(TicketUse::Document, job, expiry, tid, NOW.wall).expect("it lives a day");
                ticket.authorization().as_str().to_owned()
            })
            .collect();
        let gate = Gate::new(Config {
            credentials: AcceptedCredentials {
                tickets: Some(keyring),
                basic: BasicPairs::default(),
                ..AcceptedCredentials::default()
            },
            routes: Routes::new(ROUTES, RouteId(0)).expect("the rules differ"),
            policy: Policy::new(Backing::Memory),
            limits: ringback::limits::Limits::DEFAULT,
            remember_interim: false,
            seed: Seed([3; 32]),
        })
        .expect("tickets are asked for");
        let ledger = Ledger::open(
            vec![SubmissionSlot::EMPTY; ROWS].into(),
            vec![DeliverySlot::EMPTY; ROWS].into(),
            [5; 16],
            Rules::handled_first(),
            NOW,
        );
        Desk { receiver: Receiver::new(gate, ledger), headers, next: 0 }
    }

    /// Receives the body with the next ticket, and says whether it was handled, on the route that it belongs to.
    #[must_use]
    pub fn receive(&mut self, body: Body<'_>) -> bool {
        self.next = (self.next + 1) % TICKETS;
        let head = Head::new("POST", "/hook")
            .header("authorization", self.headers[self.next].as_bytes())
            .header("content-type", b"application/json")
            .header("transfer-encoding", b"chunked");
        let gate = self.receiver.gate();
        let Ok(admitted) = gate.admit(&head, NOW.wall) else { return false };
        let Ok(delivery) = gate.examine(admitted, &head, body.bytes()) else { return false };
        let Decision::Handle(work) = self.receiver.accept(delivery, NOW) else { return false };
        let routed = work.delivery.route == RouteId(4);
        self.receiver.settle(work.claim, Outcome::Done, NOW).status == 200 && routed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Bodies;
    use crate::payload::Shape;

    #[test]
    fn every_delivery_is_new_even_when_the_tickets_come_round_again() {
        let mut desk = Desk::new();
        let bodies = Bodies::copy(&[Shape::Small.document(0)], &mut Rng::new(1));
        let body = bodies.iter().next().unwrap();
        assert!((0..2 * TICKETS + 10).all(|_| desk.receive(body)));
    }
}
