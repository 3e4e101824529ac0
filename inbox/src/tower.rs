//! A tower layer: a receiver in front of a whole application.
//!
//! Requests for the path of the callbacks are answered by the receiver, before anything of the application sees them: no
//! body limit, no router and no redirect of it gets in the way. Everything else goes through as it came.
//!
//! With a durable store the layer keeps deliveries, and [`Workers`](crate::Workers) handle them afterwards:
//!
//! ```
//! use std::convert::Infallible;
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use ringback::ledger::Outcome;
//! use ringback_inbox::tower::ReceiverLayer;
//! use ringback_inbox::{Configuration, KeySource, Receiver};
//! use tower_layer::Layer as _;
//! use tower_service::Service as _;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! #[derive(Clone)]
//! struct Application;
//! # impl tower_service::Service<Request<Full<Bytes>>> for Application {
//! #     type Response = Response<Full<Bytes>>;
//! #     type Error = Infallible;
//! #     type Future = std::future::Ready<Result<Self::Response, Infallible>>;
//! #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
//! #         std::task::Poll::Ready(Ok(()))
//! #     }
//! #     fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
//! #         std::future::ready(Ok(Response::new(Full::new(Bytes::from_static(b"mine")))))
//! #     }
//! # }
//!
//! let receiver = Receiver::open(Configuration {
//!     keys: KeySource::None,
//!     basic: vec!["hook:secret".into()],
//!     ..Configuration::new("memory".parse()?)
//! })?;
//! let layer = ReceiverLayer::handling(receiver, |work: &ringback_inbox::Work| {
//!     println!("{} {}", work.id, work.kind);
//!     Outcome::Done
//! });
//! let mut service = layer.layer(Application);
//! let answer = service.call(Request::get("/").body(Full::default()).unwrap()).await.unwrap();
//! assert_eq!(answer.status(), 200);
//! let answer = service.call(Request::post("/hook").body(Full::default()).unwrap()).await.unwrap();
//! assert_eq!(answer.status(), 401);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! A body is held to the limits of the receiver and has 60 seconds. How many connections there are, and how long a head
//! may take, is the affair of the server.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http::{Request, Response};
use http_body::Body;
use ringback::ledger::Outcome;
use ringback::policy::{Answer, Situation};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::{receive, response};
use crate::inbox::{Decision, Work};
use crate::receiver::Receiver;
use crate::worker::Handler;

/// Puts a receiver in front of a service.
#[derive(Clone)]
pub struct ReceiverLayer {
    front: Front,
}

#[derive(Clone)]
struct Front {
    receiver: Receiver,
    handler: Option<Arc<dyn Handler>>,
}

impl ReceiverLayer {
    /// A layer that keeps deliveries. Workers handle them, here or in another process; where the store keeps nothing and
    /// nobody handles, the answer is 500.
    #[must_use]
    pub fn new(receiver: Receiver) -> ReceiverLayer {
        ReceiverLayer { front: Front { receiver, handler: None } }
    }

    /// A layer that handles a delivery before it is answered, where the receiver
    /// [answers when handled](Receiver::answers_when_handled). The handler runs on a thread that may block.
    #[must_use]
    pub fn handling(receiver: Receiver, handler: impl Handler + 'static) -> ReceiverLayer {
        ReceiverLayer { front: Front { receiver, handler: Some(Arc::new(handler)) } }
    }
}

impl<S> Layer<S> for ReceiverLayer {
    type Service = ReceiverService<S>;

    fn layer(&self, inner: S) -> ReceiverService<S> {
        ReceiverService { front: self.front.clone(), inner }
    }
}

/// A service with a receiver in front of it.
#[derive(Clone)]
pub struct ReceiverService<S> {
    front: Front,
    inner: S,
}

impl<S, In, Out> Service<Request<In>> for ReceiverService<S>
where
    S: Service<Request<In>, Response = Response<Out>>,
    S::Future: Send + 'static,
    In: Body + Send + 'static,
    In::Data: Buf + Send,
    Out: From<Bytes> + 'static,
{
    type Response = Response<Out>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Out>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        if !self.front.receiver.is_hook(request.uri().path()) {
            return Box::pin(self.inner.call(request));
        }
        let front = self.front.clone();
        Box::pin(async move { Ok(response(&front.answer(request).await)) })
    }
}

impl Front {
    async fn answer<B>(&self, request: Request<B>) -> Answer
    where
        B: Body,
        B::Data: Buf,
    {
        let (parts, body) = request.into_parts();
        let work = match receive(&self.receiver, parts, body).await {
            Decision::Answer(answer) => return answer,
            Decision::Handle(work) => work,
        };
        let front = self.clone();
        // It goes on when the sender goes away.
        let handled = tokio::task::spawn_blocking(move || front.handle(&work));
        handled.await.unwrap_or_else(|_| self.receiver.gate().policy().answer(Situation::Failed))
    }

    fn handle(&self, work: &Work) -> Answer {
        let outcome = match &self.handler {
            Some(handler) => {
                let handled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| handler.handle(work)));
                handled.unwrap_or(Outcome::Failed)
            }
            None => Outcome::Failed,
        };
        self.receiver.finish(work.claim, outcome)
    }
}
