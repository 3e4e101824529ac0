//! What is delivered and as whom: submissions with their credentials, the deliveries that they lead to, and the names
//! that a receiver knows them by.

use base64ct::{Base64, Encoding as _};
use ringback::callback_url::CallbackUrl;
use ringback::credential::{BasicPair, BasicPairs, Job, Keyring, TicketUse};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::limits::Limits;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::time::Expiry;
use ringback::{Gate, Head};

use super::body::Body;
use super::target::Target;
use crate::random;
use crate::refusal::Refusal;
use ringback_inbox::receiver::Keys;

/// One submission: where its deliveries go, and what proves them.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Counted from 1.
    pub number: u64,
    /// The work that its ticket names.
    pub job: Option<String>,
    pub request_id: String,
    pub target: Target,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    pub method: String,
}

impl Submission {
    /// The value of `Authorization`.
    pub fn authorization(&self) -> Option<String> {
        self.credentials.as_ref().map(|(user, password)| basic(user, password))
    }

    /// The same of somebody who does not know the password.
    pub fn wrong_authorization(&self) -> Option<String> {
        let (user, password) = self.credentials.as_ref()?;
        let mut wrong: String = password.clone();
        let last = wrong.pop().unwrap_or('a');
        wrong.push(if last == 'x' { 'y' } else { 'x' });
        Some(basic(user, &wrong))
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", Base64::encode_string(format!("{user}:{password}").as_bytes()))
}

/// One thing to deliver.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Counted from 1, over all submissions.
    pub number: u64,
    pub body: Body,
    /// Its delivery id, as far as it can be known here.
    pub id: Option<String>,
    /// Whether it is an interim result.
    pub brief: bool,
}

/// What submissions are made with.
pub struct Desk {
    keys: Option<Keys>,
    /// Credentials that all deliveries have.
    fixed: Option<(String, String)>,
    in_path: bool,
    seed: Seed,
    /// Tells the jobs of this run from those of another.
    run: String,
}

impl Desk {
    /// With fixed credentials, with keys that mint a ticket for each submission, or with neither. Delivery ids are those
    /// of a receiver with the same keys and no inbox; of another one they differ, and are names all the same.
    pub fn new(fixed: Option<(String, String)>, keys: Option<Keys>, in_path: bool, now: u64) -> Desk {
        let seed = keys.as_ref().map_or(Seed([0; 32]), |keys| keys.seed);
        let keys = keys.filter(|_| fixed.is_none());
        // Two runs may begin at the same moment.
        Desk { keys, fixed, in_path, seed, run: format!("{now:x}-{:x}", std::process::id()) }
    }

    /// Makes a submission to this target, for a job of this run.
    pub fn submit(
        &self,
        number: u64,
        request_id: String,
        target: &Target,
        method: &str,
        stream: bool,
        now: u64,
    ) -> Result<Submission, Refusal> {
        let for_use = if stream { TicketUse::Stream } else { TicketUse::Document };
        let job = format!("simulated-{}-{number}", self.run);
        self.submit_as(&job, for_use, number, request_id, target, method, now)
    }

    /// Makes a submission to this target, for this job.
    #[expect(clippy::too_many_arguments, reason = "a submission is as much")]
    pub fn submit_as(
        &self,
        job: &str,
        for_use: TicketUse,
        number: u64,
        request_id: String,
        target: &Target,
        method: &str,
        now: u64,
    ) -> Result<Submission, Refusal> {
        let mut submission = Submission {
            number,
            job: None,
            request_id,
            target: target.clone(),
            credentials: self.fixed.clone(),
            method: method.to_owned(),
        };
        if let Some(keys) = &self.keys {
            let expiry = Expiry::At(now + TicketUse::default_life(for_use));
            let ticket = keys.keyring.mint(for_use, Job::parse(job)?, expiry, random::bytes()?, now)?;
            if self.in_path {
                let base = submission.target.shown();
                let mut url = String::new();
                CallbackUrl::new(&base).any_port(true).ticket_in_path(&ticket).write_raw(&mut url)?;
                submission.target = Target::parse(&url).map_err(Refusal::failure)?;
            } else {
                submission.credentials = Some((ticket.user().to_owned(), ticket.password().to_owned()));
            }
            submission.job = Some(job.to_owned());
        }
        Ok(submission)
    }

    /// This body as a delivery of this submission, with the delivery id that a receiver gives to it.
    pub fn delivery(&self, number: u64, submission: &Submission, body: Body, now: u64) -> Delivery {
        let (id, brief) = self.name(submission, &body, now).unwrap_or_default();
        Delivery { number, body, id, brief }
    }

    fn name(&self, submission: &Submission, body: &Body, now: u64) -> Option<(Option<String>, bool)> {
        let text = submission.credentials.as_ref().map(|(user, password)| format!("{user}:{password}"));
        let pair = text.as_deref().and_then(|text| BasicPair::parse(text).ok());
        let is_ticket = submission.job.is_some();
        let pairs: &[BasicPair<'_>] = if is_ticket { &[] } else { pair.as_slice() };
        let tickets: Option<Keyring<'_>> = self.keys.as_ref().filter(|_| is_ticket).map(|keys| keys.keyring);
        let gate = Gate::new(Config {
            credentials: AcceptedCredentials {
                tickets,
                basic: BasicPairs::new(pairs),
                ticket_in_path: self.in_path,
                let_anybody_post: submission.credentials.is_none() && !is_ticket,
                ..Default::default()
            },
            routes: Routes::NONE,
            policy: Policy::new(Backing::Memory),
            limits: Limits { body: u64::MAX, ..Limits::DEFAULT },
            remember_interim: false,
            seed: self.seed,
        })
        .ok()?;
        let authorization = submission.authorization();
        let mut head = Head::new("POST", &submission.target.path).header("content-type", body.content_type.as_bytes());
        if let Some(authorization) = &authorization {
            head = head.header("authorization", authorization.as_bytes());
        }
        let admitted = gate.admit(&head, now).ok()?;
        let delivery = gate.examine(admitted, &head, &body.bytes).ok()?;
        Some((delivery.identity.id.map(|id| id.to_string()), delivery.brief))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body { kind: "transcript", content_type: "application/json".into(), bytes: text.into() }
    }

    const DOCUMENT: &str = r#"{"metadata":{"request_id":"r-1"},"results":{"channels":[]}}"#;

    #[test]
    fn the_same_document_has_one_name_and_another_request_another() {
        let target = Target::parse("http://127.0.0.1/hook").unwrap();
        for fixed in [None, Some(("hook".to_owned(), "secret".to_owned()))] {
            let desk = Desk::new(fixed, None, false, 0);
            let submission = desk.submit(1, "r-1".into(), &target, "POST", false, 0).unwrap();
            let name = |text: &str| desk.delivery(1, &submission, body(text), 0).id.unwrap();
            assert_eq!(name(DOCUMENT), name(&DOCUMENT.replace("[]", "[ ]")));
            assert_ne!(name(DOCUMENT), name(&DOCUMENT.replace("r-1", "r-2")));
        }
    }

    #[test]
    fn a_wrong_password_differs() {
        let target = Target::parse("http://127.0.0.1/hook").unwrap();
        for password in ["x", "secret", "y"] {
            let desk = Desk::new(Some(("hook".into(), password.into())), None, false, 0);
            let submission = desk.submit(1, "r-1".into(), &target, "POST", false, 0).unwrap();
            assert_ne!(submission.authorization(), submission.wrong_authorization());
        }
    }
}
