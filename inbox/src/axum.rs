//! An axum extractor: a receiver within one route.
//!
//! [`Delivery`] is what is to be handled before it is answered: with the store `memory`, or with
//! [`Answering::Handled`](crate::Answering). Whatever needs no handler is answered by the extractor itself, as its rejection:
//! strangers, repeats, half a document. With a durable store everything is kept and answered so, and
//! [`Workers`](crate::Workers) handle it afterwards; the [layer](crate::tower) says that with less.
//!
//! ```
//! use ringback::ledger::Outcome;
//! use ringback_inbox::axum::{Delivery, Reply};
//!
//! /// The route: `Router::new().route("/hook", post(hook)).with_state(receiver)`.
//! async fn hook(delivery: Delivery) -> Reply {
//!     println!("{} {}", delivery.work().id, delivery.work().kind);
//!     delivery.finish(Outcome::Done).await
//! }
//! ```
//!
//! The body limit of axum does not apply: that of the receiver does.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use ringback::ledger::{Claim, Outcome};
use ringback::policy::{Answer, Situation};

use crate::http::{receive, response};
use crate::inbox::{Decision, Work};
use crate::receiver::Receiver;

/// A delivery to be handled. Dropped without being finished, it has failed, and its sender comes again.
#[must_use]
pub struct Delivery {
    work: Box<Work>,
    open: Open,
}

impl Delivery {
    /// The work.
    #[must_use]
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// Settles it, and gives what to answer.
    pub async fn finish(self, outcome: Outcome) -> Reply {
        let Delivery { mut open, .. } = self;
        let failed = open.receiver.gate().policy().answer(Situation::Failed);
        let settled = tokio::task::spawn_blocking(move || open.settle(outcome)).await;
        Reply(settled.ok().flatten().unwrap_or(failed))
    }
}

impl<S> FromRequest<S> for Delivery
where
    Receiver: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Reply;

    async fn from_request(request: Request, state: &S) -> Result<Delivery, Reply> {
        let receiver = Receiver::from_ref(state);
        let (parts, body) = request.into_parts();
        match receive(&receiver, parts, body).await {
            Decision::Answer(answer) => Err(Reply(answer)),
            Decision::Handle(work) => {
                let open = Open { receiver, claim: Some(work.claim) };
                Ok(Delivery { work, open })
            }
        }
    }
}

/// What is answered.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Reply(
    /// As the receiver says it.
    pub Answer,
);

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        response::<Body>(&self.0)
    }
}

/// A claim that has to be settled.
struct Open {
    receiver: Receiver,
    claim: Option<Claim>,
}

impl Open {
    fn settle(&mut self, outcome: Outcome) -> Option<Answer> {
        self.claim.take().map(|claim| self.receiver.finish(claim, outcome))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.settle(Outcome::Failed);
    }
}
