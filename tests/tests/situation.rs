//! Receivers at work, step by step, as the vectors say.

use std::collections::HashMap;

use ringback::head::Head;
use ringback::identity::Scope;
use ringback::ledger::{Arrived, Claim, DeliveryId, Outcome, ScopeKey, Swept};
use ringback::policy::Answer;
use ringback::receiver::Decision;
use ringback::request_id::RequestId;
use ringback::time::{Expiry, Now};
use ringback_tests::setup::{InMemory, START, Setup};
use ringback_tests::{Bytes, array_from_hex, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    setup: Setup,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
enum Step {
    Expect {
        at: u64,
        submission: Submission,
        deadline: Option<u64>,
        bound: Option<String>,
        arrived: Option<String>,
        error: Option<String>,
    },
    Bind {
        at: u64,
        submission: Submission,
        request_id: String,
        arrived: Option<String>,
        error: Option<String>,
    },
    Cancel {
        at: u64,
        submission: Submission,
        error: Option<String>,
    },
    Deliver(Box<Deliver>),
    Settle {
        at: u64,
        work: String,
        outcome: String,
        answer: Expected,
    },
    Sweep {
        at: u64,
        found: Vec<String>,
    },
    Tally {
        forgotten_early: u64,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deliver {
    at: u64,
    #[serde(default = "post")]
    method: String,
    #[serde(default = "hook")]
    target: String,
    headers: Vec<(String, String)>,
    body: Bytes,
    masked: Option<Bytes>,
    answer: Option<Expected>,
    handle: Option<Handle>,
}

/// How a submission is named: by the random id of its ticket, or by a sender and a request id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum Submission {
    Ticket { tid: String },
    Request { sender: String, request_id: String },
    None {},
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Expected {
    status: u16,
    situation: String,
    error: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Handle {
    /// What later steps call it.
    work: String,
    kind: String,
    sender: String,
    request_id: Option<String>,
    job: Option<String>,
    #[serde(default)]
    route: u32,
    #[serde(default = "one")]
    attempts_seen: u8,
    #[serde(default)]
    again: bool,
    #[serde(default)]
    late: bool,
    #[serde(default)]
    revises: bool,
    /// The delivery id in hexadecimal.
    id: Option<String>,
    /// Earlier work with the same delivery id; the id of all other work is another one.
    same_as: Option<String>,
}

#[test]
fn receivers_do_as_the_vectors_say() {
    for case in load::<Case>("situations") {
        case.setup.with(|receiver| Script::new(receiver, &case.name).run(&case.steps)).expect(&case.name);
    }
}

struct Script<'c, 'n> {
    receiver: InMemory<'c>,
    works: HashMap<String, (Claim, DeliveryId)>,
    place: String,
    name: &'n str,
}

impl<'c, 'n> Script<'c, 'n> {
    fn new(receiver: InMemory<'c>, name: &'n str) -> Script<'c, 'n> {
        Script { receiver, works: HashMap::new(), place: String::new(), name }
    }

    fn run(mut self, steps: &[Step]) {
        for (at, step) in steps.iter().enumerate() {
            self.place = format!("{}, step {at}", self.name);
            self.take(step);
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Expect { at, submission, deadline, bound, arrived, error } => {
                let deadline = deadline.map_or(Expiry::Never, |moment| Expiry::At(START + moment));
                let bound = bound.as_deref().map(|id| RequestId::parse(id).unwrap());
                let expected = self.receiver.expect(submission.scope(), deadline, bound, moment(*at));
                let expected = expected.map(|expected| name(expected.arrived).to_owned());
                self.compare(expected.map_err(|error| error.kind().name().to_owned()), arrived, error);
            }
            Step::Bind { at, submission, request_id, arrived, error } => {
                let request = self.receiver.gate().identifier().request(RequestId::parse(request_id).unwrap());
                let key = self.key(submission);
                let found = self.receiver.ledger_mut().bind(key, request, moment(*at));
                let found = found.map(|arrived| name(arrived).to_owned());
                self.compare(found.map_err(|error| error.kind().name().to_owned()), arrived, error);
            }
            Step::Cancel { at, submission, error } => {
                let key = self.key(submission);
                let found = self.receiver.ledger_mut().cancel(key, moment(*at));
                assert_eq!(found.err().map(|error| error.kind().name()), error.as_deref(), "{}", self.place);
            }
            Step::Deliver(step) => self.deliver(step),
            Step::Settle { at, work, outcome, answer } => {
                let outcome = match outcome.as_str() {
                    "done" => Outcome::Done,
                    "failed" => Outcome::Failed,
                    "dead" => Outcome::Dead,
                    other => panic!("{}: {other}", self.place),
                };
                let (claim, _) = self.works[work];
                let found = self.receiver.settle(claim, outcome, moment(*at));
                assert_eq!(&Expected::of(found), answer, "{}", self.place);
            }
            Step::Sweep { at, found } => {
                let mut budget = 1024;
                let mut swept = Vec::new();
                while let Some(one) = self.receiver.ledger_mut().sweep(moment(*at), &mut budget) {
                    swept.push(match one {
                        Swept::Overdue(_) => "overdue",
                        Swept::Ready(_) => "ready",
                        Swept::Lapsed(_) => "lapsed",
                        Swept::Died(_) => "died",
                        Swept::Lost(_) => "lost",
                    });
                }
                // What is ready is named in every round.
                swept.dedup();
                assert_eq!(&swept, found, "{}", self.place);
            }
            Step::Tally { forgotten_early } => {
                assert_eq!(self.receiver.ledger().tally().forgotten_early, *forgotten_early, "{}", self.place);
            }
        }
    }

    fn deliver(&mut self, step: &Deliver) {
        let head = Head::new(&step.method, &step.target);
        let head = head.headers(step.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let mut body = step.body.bytes();
        let work = match self.receiver.receive(&head, &mut body, moment(step.at)) {
            Decision::Answer(answer) => {
                assert_eq!(Some(Expected::of(answer)), step.answer, "{}", self.place);
                None
            }
            Decision::Handle(work) => {
                let delivery = &work.delivery;
                let found = Handle {
                    work: step.handle.as_ref().map(|handle| handle.work.clone()).unwrap_or_default(),
                    kind: delivery.kind.name().into(),
                    sender: delivery.admitted.sender().into(),
                    request_id: delivery.request_id.map(|id| id.to_string()),
                    job: delivery.admitted.job().map(str::to_owned),
                    route: delivery.route.0,
                    attempts_seen: work.attempts_seen,
                    again: work.again,
                    late: work.late,
                    revises: work.revises,
                    id: step.handle.as_ref().and_then(|handle| handle.id.as_ref()).map(|_| work.id.to_string()),
                    same_as: step.handle.as_ref().and_then(|handle| handle.same_as.clone()),
                };
                assert_eq!(Some(&found), step.handle.as_ref(), "{}", self.place);
                for (label, (_, id)) in &self.works {
                    let is_same = found.same_as.as_ref().is_some_and(|other| self.works[other].1 == *id);
                    assert_eq!(*id == work.id, is_same, "{}: the id of {label}", self.place);
                }
                Some((found.work, (work.claim, work.id)))
            }
        };
        self.works.extend(work);
        let masked = step.masked.as_ref().unwrap_or(&step.body).bytes();
        assert_eq!(String::from_utf8_lossy(&body), String::from_utf8_lossy(&masked), "{}", self.place);
    }

    fn key(&self, submission: &Submission) -> ScopeKey {
        self.receiver.gate().identifier().scope(submission.scope()).expect("a submission")
    }

    fn compare(&self, found: Result<String, String>, arrived: &Option<String>, error: &Option<String>) {
        let expected = match error {
            Some(error) => Err(error.clone()),
            None => Ok(arrived.clone().expect("what has arrived")),
        };
        assert_eq!(found, expected, "{}", self.place);
    }
}

impl Submission {
    fn scope(&self) -> Scope<'_> {
        match self {
            Submission::Ticket { tid } => Scope::Ticket(array_from_hex(tid)),
            Submission::Request { sender, request_id } => {
                Scope::Request { sender, id: RequestId::parse(request_id).unwrap() }
            }
            Submission::None {} => Scope::None,
        }
    }
}

impl Expected {
    fn of(answer: Answer) -> Expected {
        Expected {
            status: answer.status,
            situation: answer.situation.name().into(),
            error: answer.error.map(|error| error.kind().name().into()),
        }
    }
}

/// Both clocks go at the same pace.
fn moment(at: u64) -> Now {
    Now::new(START + at, at)
}

fn name(arrived: Arrived) -> &'static str {
    match arrived {
        Arrived::No => "no",
        Arrived::Partly => "partly",
        Arrived::Whole => "whole",
    }
}

fn post() -> String {
    "POST".into()
}

fn hook() -> String {
    "/hook".into()
}

fn one() -> u8 {
    1
}
