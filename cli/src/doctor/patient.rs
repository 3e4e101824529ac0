//! The receiver under examination, and how it is reached.

use crate::clock::wall;
use crate::refusal::Refusal;
use crate::simulate::body::{Body, Product, compose};
use crate::simulate::delivery::{Desk, Submission};
use crate::simulate::dice::Dice;
use crate::simulate::features::Features;
use crate::simulate::target::{Permitted, Target};
use crate::simulate::wire::{Attempt, Manner, Request, Wire};

/// The receiver.
pub struct Patient {
    pub target: Target,
    pub permitted: Permitted,
    pub wire: Wire,
    pub desk: Desk,
    pub seed: u64,
}

impl Patient {
    /// A submission to it, whose ticket names the job of the simulator.
    pub fn submit(&self, number: u64, request_id: String) -> Result<Submission, Refusal> {
        self.desk.submit(number, request_id, &self.target, "POST", false, wall())
    }

    /// A transcript of so many bytes or a little more, and the submission that it belongs to.
    pub fn transcript(&self, number: u64, bytes: usize) -> Result<(Submission, Body), Refusal> {
        let now = wall();
        let mut dice = Dice::apart(self.seed, "doctor", number);
        let request_id = dice.uuid(Some(now));
        let features = Features { smart_format: true, ..Features::default() };
        let mut body = compose(Product::Transcript, &request_id, &features, 0.2, now, &mut dice).swap_remove(0);
        // White space makes any size, and is as much JSON as the rest.
        let end = body.bytes.pop().unwrap_or(b'}');
        while body.bytes.len() + 1 < bytes {
            let more = (bytes - 1 - body.bytes.len()).min(80);
            body.bytes.extend(std::iter::repeat_n(b' ', more - 1));
            body.bytes.push(b'\n');
        }
        body.bytes.push(end);
        Ok((self.submit(number, request_id)?, body))
    }

    /// Makes one attempt.
    pub async fn send(&self, submission: &Submission, body: &Body, method: &str, manner: Manner) -> Attempt {
        let authorization = submission.authorization();
        let request = Request {
            method,
            authorization: authorization.as_deref(),
            content_type: &body.content_type,
            fields: &[],
            body: &body.bytes,
            manner,
        };
        self.wire.attempt(&submission.target, &self.permitted.addresses, &request).await
    }

    /// Sends a small transcript to the URL as it is, with this value of `Authorization`.
    pub async fn small(&self, authorization: Option<&str>, method: &str, manner: Manner) -> Attempt {
        let now = wall();
        let mut dice = Dice::apart(self.seed, "small", now);
        let request_id = dice.uuid(Some(now));
        let body = compose(Product::Transcript, &request_id, &Features::default(), 0.05, now, &mut dice).swap_remove(0);
        let request =
            Request { method, authorization, content_type: &body.content_type, fields: &[], body: &body.bytes, manner };
        self.wire.attempt(&self.target, &self.permitted.addresses, &request).await
    }
}
