//! Any sequence of events at a receiver with small tables, against what somebody outside can know.
//!
//! Three promises are held: no delivery is answered as done with that nobody has done; no two live claims are on one
//! delivery; and, unless the ledger says that it had to forget early, what was done is not handled again.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketText, TicketUse};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::{Scope, Seed};
use ringback::ledger::{Claim, DeliverySlot, Ledger, Outcome, Rules, SubmissionSlot};
use ringback::policy::{Backing, Policy, Situation};
use ringback::receiver::{Decision, Receiver};
use ringback::request_id::RequestId;
use ringback::route::Routes;
use ringback::time::{Expiry, Now};
use ringback::{Gate, Head};

/// How long it is remembered at least that something was done: as long as its sender can come again.
const REMEMBERED: u64 = 960_000;

const KINDS: u8 = 6;

/// A delivery as its sender knows it: the ticket, what it is, which request, and which version of the bytes.
type Sent = (u8, u8, u8, u8);

#[derive(Default)]
struct Known {
    /// When it was last done, on the wall clock.
    done: Option<u64>,
    ever_done: bool,
    /// The claim, and when its lease ends.
    claim: Option<(Claim, u64)>,
}

fuzz_target!(|input: &[u8]| {
    let keys = [TicketKey::new(&[7; 32], Audience::default()).unwrap()];
    let keyring = Keyring::new(&keys).unwrap();
    let tickets: Vec<TicketText> = (0..3)
        .map(|number| {
            let job = Job::parse("call").unwrap();
            keyring.mint(TicketUse::Document, job, Expiry::Never, [number; 12], 0).unwrap()
        })
        .collect();
    let gate = Gate::new(Config {
        credentials: AcceptedCredentials { tickets: Some(keyring), ..Default::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Default::default(),
        remember_interim: true,
        seed: Seed([1; 32]),
    })
    .unwrap();
    let rules = Rules::handled_first();
    let mut now = Now::new(1_795_000_000_000, 0);
    let submissions = [SubmissionSlot::EMPTY; 3];
    let ledger = Ledger::open(submissions, [DeliverySlot::EMPTY; 5], [2; 16], rules, now);
    let mut receiver = Receiver::new(gate, ledger);
    let mut known: BTreeMap<Sent, Known> = BTreeMap::new();
    let mut claims: Vec<(Sent, Claim, u64)> = Vec::new();

    for event in input.chunks_exact(3) {
        let [verb, a, b] = [event[0], event[1], event[2]];
        match verb % 8 {
            0..=3 => {
                let (ticket, kind, request, version) = (a % 3, b % KINDS, b / KINDS % 3, a / 3 % 2);
                let mut body = body(kind, request, version);
                let authorization = tickets[usize::from(ticket)].authorization();
                let head = Head::new("POST", "/hook").header("Authorization", authorization.as_bytes());
                let whole = body.clone();
                let sent = (ticket, kind, request, if kind == 0 { 0 } else { version });
                let forgotten = receiver.ledger().tally().forgotten_early > 0;
                match receiver.receive(&head, &mut body, now) {
                    Decision::Handle(work) => {
                        let known = known.entry(sent).or_default();
                        assert!(known.claim.is_none_or(|(_, end)| end <= now.monotonic), "two live claims");
                        let remembered = known.done.is_some_and(|at| now.wall < at + REMEMBERED);
                        assert!(!remembered || forgotten || work.revises, "handled again");
                        let end = now.monotonic + rules.lease;
                        known.claim = Some((work.claim, end));
                        known.done = None;
                        claims.push((sent, work.claim, end));
                    }
                    Decision::Answer(answer) => {
                        let done = known.get(&sent).is_some_and(|known| known.ever_done);
                        assert!(!answer.is_success() || done, "{:?} of what nobody has done", answer.situation);
                        assert_ne!(answer.situation, Situation::Refused);
                    }
                }
                assert_eq!(body, whole, "there is no secret in it to be masked");
            }
            4 | 5 if !claims.is_empty() => {
                let (sent, claim, end) = claims.remove(usize::from(a) % claims.len());
                let outcome = [Outcome::Done, Outcome::Failed, Outcome::Dead][usize::from(b) % 3];
                let answer = receiver.settle(claim, outcome, now);
                let known = known.get_mut(&sent).expect("it was handed out");
                let is_current = known.claim.is_some_and(|(current, _)| current == claim);
                let settled = answer.situation != Situation::InProgress;
                assert!(!settled || is_current, "a claim that another took over was settled");
                assert!(settled || !is_current || end <= now.monotonic, "a live claim could not be settled");
                if settled {
                    known.claim = None;
                    if answer.is_success() {
                        known.done = Some(now.wall);
                        known.ever_done = true;
                    }
                }
            }
            6 => {
                now.monotonic += u64::from(a) * 500;
                now.wall =
                    if b < 8 { now.wall.saturating_sub(u64::from(a) * 100) } else { now.wall + u64::from(a) * 500 };
            }
            _ => match b % 4 {
                0 => {
                    let id = RequestId::from_bytes([a % 3; 16]);
                    let bound = (b & 16 != 0).then_some(id);
                    let _ = receiver.expect(Scope::Ticket([a % 3; 12]), Expiry::At(now.wall + 60_000), bound, now);
                }
                1 => {
                    let mut budget = u32::from(a);
                    while receiver.ledger_mut().sweep(now, &mut budget).is_some() {}
                }
                2 => {
                    // A restart: what lies in the slots is opened again.
                    let (submissions, deliveries) = receiver.ledger().slots();
                    let saved = (submissions.to_vec(), deliveries.to_vec());
                    let tally = receiver.ledger().tally();
                    let reopened = Ledger::open(saved.0, saved.1, [a; 16], rules, now).tally();
                    assert_eq!(reopened.done + reopened.dead, tally.done + tally.dead);
                }
                _ => {
                    let tally = receiver.ledger().tally();
                    assert!(tally.held + tally.ready + tally.claimed + tally.done + tally.dead <= 5);
                    assert!(tally.awaited + tally.answered <= 3);
                }
            },
        }
    }
});

fn body(kind: u8, request: u8, version: u8) -> Vec<u8> {
    let id = format!("{request:02x}").repeat(4);
    let id = format!("{id}-{0}-{0}-{0}-{0}{0}{0}", &id[..4]);
    match kind {
        0 => format!(r#"{{"metadata":{{"request_id":"{id}"}},"results":{{"channels":[]}},"v":{version}}}"#),
        1 => format!(r#"{{"type":"UtteranceEnd","channel":[0,1],"last_word_end":{request}.{version}}}"#),
        2 => format!(r#"{{"type":"SpeechStarted","channel":[0,1],"timestamp":{request}.{version}}}"#),
        3 => format!(r#"{{"err_code":"Bad Request","err_msg":"{version}","request_id":"{id}"}}"#),
        4 => format!(r#"{{"type":"Results","channel_index":[0,1],"is_final":false,"start":{version},"channel":{{}},"metadata":{{"request_id":"{id}"}}}}"#),
        _ => format!("something went wrong: {request} {version}"),
    }
    .into_bytes()
}
