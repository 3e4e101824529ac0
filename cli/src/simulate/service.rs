//! `ringback simulate --listen`: submissions are answered as Deepgram answers them, and lead to deliveries.
//!
//! It takes what the official SDKs send to `/v1/listen`, `/v1/read` and `/v1/speak`. Without a callback the answer is the
//! document itself. It asks for an `Authorization` header, of whatever content: a web page cannot send one to another
//! origin without being allowed to, and nothing here allows it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use ringback::ErrorKind;
use ringback::callback_url::CallbackUrl;
use ringback::json::Document;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::body::{Product, compose};
use super::delivery::{Desk, Submission};
use super::dice::Dice;
use super::engine::Engine;
use super::features::Features;
use super::options::Simulate;
use super::record::Record;
use super::target::{Permitted, Target, decode};
use crate::clock::wall;
use crate::refusal::{Refusal, say};
use crate::signals::Signals;

/// The most bytes of a submission.
const LARGEST: usize = 256 * 1024 * 1024;
/// Connections at once.
const CONNECTIONS: usize = 256;
/// The least time between two submissions whose callbacks go to other machines.
const FAR_PAUSE: Duration = Duration::from_millis(200);

/// Serves until there were as many submissions as were asked for, or a signal comes; then all deliveries are finished,
/// unless another signal comes.
pub async fn serve(options: &Simulate, address: SocketAddr, engine: Arc<Engine>) -> Result<Vec<Record>, Refusal> {
    let failed = |error| Refusal::failure(format_args!("{address}: cannot be listened on: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let mut signals = Signals::catch()?;
    let (done, mut finished) = mpsc::unbounded_channel();
    let desk = Desk::new(None, None, false, wall());
    let service = Arc::new(Service {
        engine,
        desk,
        features: options.features(),
        kinds: options.kind.clone(),
        minutes: options.minutes.clone(),
        seed: options.seed,
        any_port: options.any_port,
        allowed: options.allow_host.clone(),
        after: Duration::from_millis(options.after),
        submissions: AtomicU64::new(0),
        deliveries: AtomicU64::new(0),
        far: Mutex::new(None),
        done,
    });
    say(format_args!("ringback {} plays Deepgram on http://{bound}", env!("CARGO_PKG_VERSION")));
    say("# Submit:");
    say(format_args!(
        "curl -sS -X POST 'http://{bound}/v1/listen?callback=http%3A%2F%2F127.0.0.1%3A8080%2Fhook' \
         -H 'authorization: Token any' -H 'content-type: application/json' -d '{{\"url\":\"https://dpgr.am/spacewalk.wav\"}}'"
    ));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut records = Vec::new();
    let (mut ended, mut stopping) = (0, false);
    loop {
        let accepted_all = options.count.is_some_and(|count| ended >= count);
        let idle = ended >= service.submissions.load(Ordering::SeqCst);
        if accepted_all || stopping && idle {
            return Ok(records);
        }
        tokio::select! {
            accepted = listener.accept(), if !stopping => {
                // What goes wrong here is about one connection, or passes.
                let Ok((stream, _)) = accepted else { continue };
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { continue };
                let service = Arc::clone(&service);
                tokio::spawn(async move {
                    converse(service, stream).await;
                    drop(place);
                });
            }
            Some(more) = finished.recv() => {
                ended += 1;
                records.extend::<Vec<Record>>(more);
            }
            () = signals.next() => {
                if stopping {
                    return Ok(records);
                }
                stopping = true;
            }
        }
    }
}

async fn converse(service: Arc<Service>, stream: TcpStream) {
    let answer = service_fn(|request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
    // A connection that ends early is the affair of the submitter.
    let _ = http.serve_connection(TokioIo::new(stream), answer).await;
}

struct Service {
    engine: Arc<Engine>,
    desk: Desk,
    /// What every document holds, whether or not it is asked for.
    features: Features,
    kinds: Vec<Product>,
    minutes: Vec<f64>,
    seed: u64,
    any_port: bool,
    allowed: Vec<String>,
    after: Duration,
    submissions: AtomicU64,
    deliveries: AtomicU64,
    /// When the last submission was taken whose callback goes to another machine.
    far: Mutex<Option<Instant>>,
    done: mpsc::UnboundedSender<Vec<Record>>,
}

impl Service {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let request_id = Dice::apart(self.seed, "request", random_part()).uuid(Some(wall()));
        let answer = self.submit(request, &request_id).await.unwrap_or_else(|refused| refused.answer(&request_id));
        let (mut parts, body) = answer.into_parts();
        if let Ok(value) = request_id.parse() {
            parts.headers.insert("dg-request-id", value);
        }
        Response::from_parts(parts, body)
    }

    async fn submit(&self, request: Request<Incoming>, request_id: &str) -> Result<Response<Full<Bytes>>, Refused> {
        let (parts, body) = request.into_parts();
        let product = match parts.uri.path().trim_end_matches('/') {
            "/v1/listen" => Product::Transcript,
            "/v1/read" => Product::Analysis,
            "/v1/speak" => Product::Audio,
            _ => return Err(Refused::text(404, "404 page not found")),
        };
        if parts.method != Method::POST {
            return Err(Refused::new(405, "Method Not Allowed", "Submit with POST."));
        }
        let proof = parts.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let scheme = proof.split(' ').next().unwrap_or_default();
        let known = ["token", "bearer"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
        if !known || proof.len() <= scheme.len() + 1 {
            return Err(Refused::new(401, "INVALID_AUTH", "Invalid credentials."));
        }
        let asked = Asked::parse(parts.uri.query().unwrap_or_default(), &self.features)?;
        let body = Limited::new(body, LARGEST).collect().await;
        let body = body.map_err(|_| Refused::new(413, "PAYLOAD_TOO_LARGE", "The submission is too large."))?.to_bytes();
        let is_json =
            parts.headers.get("content-type").is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        check(product, is_json, &body, &asked)?;
        let kind = self.kind(product);
        let Some(callback) = &asked.callback else { return Ok(self.document(kind, request_id, &asked)) };
        let (target, permitted) = self.callback(callback, &asked).await?;
        self.accept(kind, request_id, &asked, target, permitted).await
    }

    /// What a submission leads to: what it asks for, unless it is to fail, or to be a stream.
    fn kind(&self, product: Product) -> Product {
        let number = self.submissions.load(Ordering::SeqCst) as usize;
        match self.kinds.get(number % self.kinds.len().max(1)) {
            Some(kind @ (Product::Failure | Product::Stream)) => *kind,
            _ => product,
        }
    }

    /// How long the recording of a submission is, counted from 0.
    fn length(&self, submission: u64) -> f64 {
        self.minutes.get(submission as usize % self.minutes.len().max(1)).copied().unwrap_or_default()
    }

    /// The answer to a submission without a callback.
    fn document(&self, kind: Product, request_id: &str, asked: &Asked) -> Response<Full<Bytes>> {
        let mut dice = Dice::apart(self.seed, "document", 0);
        let mut bodies = compose(kind, request_id, &asked.features, self.length(0), wall(), &mut dice);
        let status = if kind == Product::Failure { 422 } else { 200 };
        let body = bodies.swap_remove(0);
        answer(status, &body.content_type, body.bytes)
    }

    /// Holds a callback URL to its rules.
    async fn callback(&self, url: &str, asked: &Asked) -> Result<(Target, Permitted), Refused> {
        let mut checked = CallbackUrl::new(url).any_port(self.any_port);
        if let Some(method) = &asked.method {
            checked = checked.method(method);
        }
        for (key, value) in &asked.features.extra {
            checked = checked.extra(key, value);
        }
        for tag in &asked.features.tags {
            checked = checked.tag(tag);
        }
        if let Err(error) = checked.check() {
            say(format_args!("a submission was refused: {}", error.kind()));
            return Err(match error.kind() {
                ErrorKind::UrlSchemeMissing => Refused::new(400, "Bad Request", "Invalid query string."),
                ErrorKind::ExtraInvalid | ErrorKind::ExtraTooLong | ErrorKind::TagTooLong => {
                    Refused::new(400, "INVALID_QUERY_PARAMETER", "Invalid query string.")
                }
                ErrorKind::MethodUnknown | ErrorKind::MethodLosesBody => {
                    Refused::new(400, "INVALID_QUERY_PARAMETER", "Invalid callback method.")
                }
                _ => Refused::new(400, "INVALID_QUERY_PARAMETER", "Invalid callback url."),
            });
        }
        let invalid = |_| Refused::new(400, "INVALID_QUERY_PARAMETER", "Invalid callback url.");
        let target = Target::parse(url).map_err(invalid)?;
        if target.addresses().await.is_err() {
            return Err(Refused::new(400, "Bad Request", "Failed to resolve callback."));
        }
        let permitted = target.permitted(&self.allowed).await.map_err(|why| {
            say(format_args!("a submission was refused: {why}"));
            Refused::new(400, "Bad Request", "This simulator does not deliver to other machines unless told so.")
        })?;
        if !permitted.near {
            let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
            if far.is_some_and(|last| last.elapsed() < FAR_PAUSE) {
                return Err(Refused::new(429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later."));
            }
            *far = Some(Instant::now());
        }
        Ok((target, permitted))
    }

    /// Answers with the request id, and delivers afterwards; or before that, where the seed says so.
    async fn accept(
        &self,
        kind: Product,
        request_id: &str,
        asked: &Asked,
        mut target: Target,
        permitted: Permitted,
    ) -> Result<Response<Full<Bytes>>, Refused> {
        let now = wall();
        let number = 1 + self.submissions.fetch_add(1, Ordering::SeqCst);
        let mut dice = Dice::apart(self.seed, "submission", number);
        let bodies = compose(kind, request_id, &asked.features, self.length(number - 1), now, &mut dice);
        let first = 1 + self.deliveries.fetch_add(bodies.len() as u64, Ordering::SeqCst);
        let submission = Submission {
            number,
            job: None,
            request_id: request_id.to_owned(),
            credentials: target.credentials.take(),
            target,
            method: asked.method.as_ref().map_or("POST".into(), |method| method.to_ascii_uppercase()),
        };
        let deliveries = bodies.into_iter().enumerate();
        let deliveries =
            deliveries.map(|(at, body)| self.desk.delivery(first + at as u64, &submission, body, now)).collect();
        let (early, over) = match self.engine.plan(first).early {
            true => Some(oneshot::channel()).unzip(),
            false => (None, None),
        };
        let (engine, done, after) = (Arc::clone(&self.engine), self.done.clone(), self.after);
        let task = tokio::spawn(async move {
            tokio::time::sleep(if early.is_some() { Duration::ZERO } else { after }).await;
            // Nobody collects any more when the run has been ended.
            let _ = done.send(engine.conduct(submission, permitted, deliveries, early).await);
        });
        if let Some(over) = over {
            let _ = over.await;
        }
        drop(task);
        Ok(answer(200, "application/json", format!("{{\"request_id\":\"{request_id}\"}}").into_bytes()))
    }
}

/// What the query of a submission asks for.
struct Asked {
    callback: Option<String>,
    method: Option<String>,
    features: Features,
}

impl Asked {
    fn parse(query: &str, always: &Features) -> Result<Asked, Refused> {
        let invalid = || Refused::new(400, "Bad Request", "Invalid query string.");
        let mut asked = Asked { callback: None, method: None, features: always.clone() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let text = |text: &str| decode(&text.replace('+', " ")).ok_or_else(invalid);
            let (name, value) = (text(name)?, text(value)?);
            match name.as_str() {
                "callback" => asked.callback = Some(value),
                "callback_method" => asked.method = Some(value),
                // What changes no document is let through: models, encodings, and whatever else there is.
                _ => drop(asked.features.set(&name, &value)),
            }
        }
        Ok(asked)
    }
}

/// Holds a submission to the rules of its endpoint.
fn check(product: Product, is_json: bool, body: &[u8], asked: &Asked) -> Result<(), Refused> {
    let document = Document::parse(body);
    if is_json && document.is_err() {
        return Err(Refused::new(400, "Bad Request", "failed to process request: invalid JSON"));
    }
    let names = |names: &[&str]| {
        let object = document.as_ref().ok().and_then(|document| document.root().as_object());
        object.is_some_and(|object| names.iter().any(|name| object.str(name).is_some()))
    };
    match product {
        Product::Analysis if !names(&["text", "url"]) => {
            Err(Refused::new(400, "PAYLOAD_ERROR", "Neither `text` nor `url` was found in the request."))
        }
        Product::Analysis if asked.features.language.is_none() => {
            Err(Refused::new(400, "INVALID_QUERY_PARAMETER", "`language` is required."))
        }
        Product::Analysis if !asked.features.reads() => Err(Refused::new(
            400,
            "INVALID_QUERY_PARAMETER",
            "At least one of `summarize`, `topics`, `intents`, `sentiment` is required.",
        )),
        Product::Audio if !names(&["text"]) => {
            Err(Refused::new(400, "PAYLOAD_ERROR", "`text` was not found in the request."))
        }
        Product::Transcript if is_json && !names(&["url"]) => {
            Err(Refused::new(400, "Bad Request", "Bad Request: `url` was not found in the request."))
        }
        Product::Transcript if body.is_empty() => {
            Err(Refused::new(400, "Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data"))
        }
        _ => Ok(()),
    }
}

/// An error as it is answered.
struct Refused {
    status: u16,
    /// Without a code it is plain text.
    code: Option<&'static str>,
    message: &'static str,
}

impl Refused {
    const fn new(status: u16, code: &'static str, message: &'static str) -> Refused {
        Refused { status, code: Some(code), message }
    }

    const fn text(status: u16, message: &'static str) -> Refused {
        Refused { status, code: None, message }
    }

    fn answer(&self, request_id: &str) -> Response<Full<Bytes>> {
        let Some(code) = self.code else {
            return answer(self.status, "text/plain; charset=utf-8", self.message.into());
        };
        let mut line = crate::text::ObjectLine::new();
        line.text("err_code", Some(code));
        line.text("err_msg", Some(self.message));
        line.text("request_id", Some(request_id));
        answer(self.status, "application/json", line.end().into_bytes())
    }
}

fn answer(status: u16, content_type: &str, body: Vec<u8>) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header("content-type", content_type);
    // Status and content type are ours.
    response.body(Full::new(Bytes::from(body))).unwrap_or_default()
}

/// Tells requests of one moment apart.
fn random_part() -> u64 {
    crate::random::bytes().map_or(0, u64::from_le_bytes)
}
