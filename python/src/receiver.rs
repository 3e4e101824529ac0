//! A receiver with an open store: what `ringback.Receiver` opens anew in each process.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use ringback::ErrorKind;
use ringback::credential::TicketUse;
use ringback::ledger::{Arrived, DeliveryId, Outcome, ScopeKey, Settled};
use ringback::limits::Limits;
use ringback::time::Expiry;
use ringback_inbox::inbox::{Subject, Swept};
use ringback_inbox::ledger::Announced;
use ringback_inbox::worker::Pace;
use ringback_inbox::{
    Answering, Clock as _, Configuration, Expect, Handler, Inbox, KeySource, Leases, ManualClock, Settings, Wanted,
    Work, Workers,
};

use crate::answer::Answer;
use crate::delivery::{DeadLetter, Delivery, Pending, Result, seconds};
use crate::error;
use crate::intake::{Budget, Desk, Held, Intake};

/// The bytes of all bodies that may be on their way in at once.
const IN_FLIGHT: u64 = 256 * 1024 * 1024;

/// A clock that goes when it is told to.
#[pyclass(frozen, module = "ringback.testing")]
pub(crate) struct Clock(Arc<ManualClock>);

#[pymethods]
impl Clock {
    #[new]
    #[pyo3(signature = (now=1_795_000_000.0))]
    fn new(now: f64) -> Clock {
        Clock(Arc::new(ManualClock::new((now * 1_000.0) as u64)))
    }

    /// The present moment, in seconds since 1970.
    #[getter]
    fn now(&self) -> f64 {
        seconds(self.0.now().wall)
    }

    /// Goes on by so many seconds.
    fn advance(&self, seconds: f64) {
        self.0.advance((seconds * 1_000.0) as u64);
    }
}

/// A receiver with an open store.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Open {
    receiver: ringback_inbox::Receiver,
    desk: Desk,
    /// The same for those who handle a delivery before they answer.
    handling: Desk,
    workers: Mutex<Option<Workers>>,
}

/// Runs what blocks without the interpreter.
fn blocking<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> std::result::Result<T, ringback_inbox::Error> + Send,
) -> PyResult<T> {
    py.detach(work).map_err(|error| error::of_inbox(py, &error))
}

fn millis(seconds: f64) -> u64 {
    // What is negative or no number is 0.
    (seconds * 1_000.0) as u64
}

/// What was said about a receiver, by name.
fn configuration(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<Configuration> {
    let failed = |error: ringback_inbox::Error| error::of_inbox(py, &error);
    fn said<'py, T: FromPyObjectOwned<'py>>(given: &Bound<'py, PyDict>, name: &str) -> PyResult<Option<T>> {
        let found = given.get_item(name)?.filter(|found| !found.is_none());
        found.map(|found| found.extract().map_err(Into::into)).transpose()
    }
    let store: String = said(given, "store")?.unwrap_or_default();
    let mut configuration = Configuration::new(store.parse().map_err(failed)?);
    configuration.url = said(given, "url")?;
    configuration.path = said(given, "path")?;
    configuration.any_port = said(given, "any_port")?.unwrap_or(false);
    configuration.basic = said(given, "basic")?.unwrap_or_default();
    configuration.audience = said(given, "audience")?.unwrap_or_default();
    configuration.extra_secret = said(given, "extra_secret")?;
    configuration.ticket_in_path = said(given, "ticket_in_path")?.unwrap_or(false);
    configuration.ticket_in_extra = said(given, "ticket_in_extra")?;
    configuration.let_anybody_post = said(given, "let_anybody_post")?.unwrap_or(false);
    configuration.remember_interim = said(given, "remember_interim")?.unwrap_or(false);
    configuration.keys = match (said(given, "keys")?, said::<PathBuf>(given, "key_file")?) {
        (Some(text), _) => KeySource::Text(text),
        (None, Some(path)) => KeySource::File(path),
        (None, None) if said(given, "tickets")? == Some(false) => KeySource::None,
        (None, None) => KeySource::Own,
    };
    configuration.spool = said(given, "spool")?;
    let limits = Limits::DEFAULT;
    configuration.limits = Limits {
        body: said(given, "body_limit")?.unwrap_or(limits.body),
        grace: said(given, "grace")?.map_or(limits.grace, millis),
        ..limits
    };
    let usual = Settings::default();
    let mut rules = usual.rules;
    rules.lease = said(given, "lease")?.map_or(rules.lease, millis);
    rules.tries = said(given, "tries")?.unwrap_or(rules.tries);
    rules.backoff = said(given, "backoff")?.map_or(rules.backoff, millis);
    configuration.settings = Settings {
        answering: if said(given, "handled")? == Some(true) { Answering::Handled } else { Answering::Stored },
        body_life: said(given, "body_life")?.map_or(usual.body_life, millis),
        require_expected: said(given, "require_expected")?.unwrap_or(false),
        oversize: said(given, "oversize_limit")?.unwrap_or(usual.oversize),
        rules,
    };
    if let Some(clock) = given.get_item("clock")?.filter(|clock| !clock.is_none()) {
        configuration.clock = clock.cast::<Clock>()?.get().0.clone();
    }
    Ok(configuration)
}

#[pymethods]
impl Open {
    #[new]
    fn new(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<Open> {
        let configuration = configuration(py, given)?;
        let receiver = blocking(py, || ringback_inbox::Receiver::open(configuration))?;
        let settings = Settings { answering: Answering::Handled, ..*receiver.inbox().settings() };
        let handling = receiver.inbox().with_settings(settings);
        let desk = Desk {
            receiver: receiver.clone(),
            inbox: receiver.inbox().clone(),
            budget: Arc::new(Budget::new(IN_FLIGHT)),
            leases: Leases::new(handling.clone()),
        };
        let handling = Desk { inbox: handling, ..desk.clone() };
        Ok(Open { receiver, desk, handling, workers: Mutex::default() })
    }

    /// Checks what can be checked without opening anything.
    #[staticmethod]
    fn check(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<(String, Option<String>)> {
        let mut configuration = configuration(py, given)?;
        configuration.store = ringback_inbox::StoreUrl::Memory;
        if !matches!(configuration.keys, KeySource::Text(_)) {
            // Its own key is made when the store is opened.
            configuration.let_anybody_post |= configuration.keys != KeySource::None;
            configuration.keys = KeySource::None;
        }
        let receiver = blocking(py, || ringback_inbox::Receiver::open(configuration))?;
        Ok((receiver.path().to_owned(), receiver.url().map(str::to_owned)))
    }

    #[getter]
    fn answers_when_handled(&self) -> bool {
        self.receiver.answers_when_handled()
    }

    fn is_hook(&self, path: &str) -> bool {
        self.receiver.is_hook(path)
    }

    /// Looks at the head of a request: an intake for its body, or the answer to give at once.
    #[pyo3(signature = (method, target, headers, handling))]
    fn begin<'py>(
        &self,
        py: Python<'py>,
        method: String,
        target: String,
        headers: Vec<(String, Vec<u8>)>,
        handling: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let desk = if handling { &self.handling } else { &self.desk };
        match Intake::begin(desk, Held { method, target, headers }) {
            Ok(intake) => Ok(Bound::new(py, intake)?.into_any()),
            Err(answer) => Ok(Bound::new(py, Answer::from(answer))?.into_any()),
        }
    }

    /// A delivery whole: an answer, or a delivery to be handled.
    fn receive<'py>(
        &self,
        py: Python<'py>,
        method: String,
        target: String,
        headers: Vec<(String, Vec<u8>)>,
        body: &Bound<'py, PyBytes>,
        handling: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let desk = if handling { &self.handling } else { &self.desk };
        let bytes = body.as_bytes();
        let decision = py.detach(|| {
            let intake = Intake::begin(desk, Held { method, target, headers })?;
            match intake.take_in(bytes) {
                Some(answer) => Err(answer),
                None => intake.conclude().ok_or_else(|| self.receiver.gate().too_large()),
            }
        });
        desk.decided(py, decision.unwrap_or_else(ringback_inbox::Decision::Answer))
    }

    /// Settles a delivery that was given out to be handled, on this route, and says what to answer.
    fn settle(&self, py: Python<'_>, delivery: &Delivery, outcome: &str, route: &str) -> PyResult<Answer> {
        let outcome = outcome_of(outcome)?;
        let metrics = self.receiver.inbox().metrics();
        metrics.handled(route, outcome, delivery.taken_for());
        let claim = delivery.claim();
        delivery.let_go();
        let answer = py.detach(|| self.receiver.finish(claim, outcome));
        metrics.answered(delivery.kind_of(), &answer);
        Ok(Answer::from(answer))
    }

    #[pyo3(signature = (job, r#use, deadline, life, context))]
    fn expect(
        &self,
        py: Python<'_>,
        job: &str,
        r#use: &str,
        deadline: Option<f64>,
        life: Option<f64>,
        context: Option<Vec<u8>>,
    ) -> PyResult<Submission> {
        let for_use = match r#use {
            "document" => TicketUse::Document,
            "stream" => TicketUse::Stream,
            "test" => TicketUse::Test,
            _ => return Err(PyValueError::new_err("use is one of document, stream, test")),
        };
        let mut expect = announced(job, deadline, context).for_use(for_use);
        if let Some(life) = life {
            let now = self.receiver.inbox().now().wall;
            expect = expect.ticket_expiry(Expiry::At(now.saturating_add(millis(life))));
        }
        blocking(py, || {
            let submission = self.receiver.expect(expect)?;
            let url = self.receiver.url().map(|_| self.receiver.callback_url(&submission)).transpose()?;
            Ok(Submission { submission, url, job: job.to_owned() })
        })
    }

    fn expect_request(
        &self,
        py: Python<'_>,
        job: &str,
        sender: &str,
        request_id: &str,
        deadline: Option<f64>,
        context: Option<Vec<u8>>,
    ) -> PyResult<Submission> {
        let expect = announced(job, deadline, context);
        blocking(py, || {
            let submission = self.receiver.inbox().expect_request(sender, request_id, expect)?;
            Ok(Submission { submission, url: None, job: job.to_owned() })
        })
    }

    /// Waits for a result: a submission's, a request's or a job's.
    fn result(&self, by: &str, name: &str, timeout: Option<f64>) -> PyResult<Waiting> {
        let wanted = match by {
            "submission" => Wanted::Submission(ScopeKey::from_bytes(bytes_of(name)?)),
            "request_id" => Wanted::Request(name.to_owned()),
            _ => Wanted::Job(name.to_owned()),
        };
        let waiting = self.receiver.inbox().result(wanted.clone(), timeout.map(millis));
        Ok(Waiting { inbox: self.receiver.inbox().clone(), wanted, waiting: Mutex::new(Some(Box::pin(waiting))) })
    }

    fn pending(&self, py: Python<'_>, limit: usize) -> PyResult<Vec<Pending>> {
        let found = blocking(py, || self.receiver.inbox().pending(limit))?;
        Ok(found.iter().map(Pending::from).collect())
    }

    fn overdue(&self, py: Python<'_>, limit: usize) -> PyResult<Vec<Pending>> {
        let found = blocking(py, || self.receiver.inbox().overdue(limit))?;
        Ok(found.iter().map(Pending::from).collect())
    }

    fn dead_letters(&self, py: Python<'_>, after: u64, limit: usize) -> PyResult<Vec<DeadLetter>> {
        let found = blocking(py, || self.receiver.inbox().dead_letters(after, limit))?;
        Ok(found.iter().map(DeadLetter::from).collect())
    }

    fn replay(&self, py: Python<'_>, id: &str) -> PyResult<bool> {
        let id = DeliveryId::from_bytes(bytes_of(id)?);
        blocking(py, || self.receiver.inbox().replay(id))
    }

    fn forget(&self, py: Python<'_>, by: &str, name: String) -> PyResult<(u64, u64, u64)> {
        let subject = match by {
            "job" => Subject::Job(name),
            "request_id" => Subject::Request(name),
            _ => Subject::Tag(name),
        };
        let forgotten = blocking(py, || self.receiver.inbox().forget(&subject))?;
        Ok((forgotten.deliveries, forgotten.unhandled, forgotten.submissions))
    }

    /// What this process has counted and what is in the store, in the text format of OpenMetrics.
    fn metrics(&self, py: Python<'_>) -> String {
        let inbox = self.receiver.inbox();
        // A store that is away has no standing; what was counted is known all the same.
        py.detach(|| inbox.metrics().exposition(inbox.standing().ok().as_ref()))
    }

    /// Does what is due by itself; gives what has become overdue.
    fn sweep(&self, py: Python<'_>) -> PyResult<Vec<Pending>> {
        let swept = blocking(py, || self.receiver.inbox().sweep())?;
        Ok(swept.overdue.iter().map(Pending::from).collect())
    }

    /// Starts workers; false if there are some already.
    fn start(&self, handle: Py<PyAny>, swept: Py<PyAny>, failed: Py<PyAny>, at_once: usize) -> bool {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        if workers.is_some() {
            return false;
        }
        let handlers = Handlers { handle, swept, failed };
        let pace = Pace { at_once, ..Pace::default() };
        *workers = Some(Workers::start_at(self.receiver.inbox(), handlers, pace));
        true
    }

    /// Stops the workers, and says whether all of them have finished within so many seconds.
    fn stop(&self, py: Python<'_>, grace: f64) -> bool {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner).take();
        let grace = Duration::try_from_secs_f64(grace).unwrap_or_default();
        workers.is_none_or(|workers| py.detach(|| workers.stop(grace)))
    }

    #[getter]
    fn is_started(&self) -> bool {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

fn announced<'a>(job: &'a str, deadline: Option<f64>, context: Option<Vec<u8>>) -> Expect<'a> {
    let expect = Expect::new(job).deadline(deadline.map(millis));
    match context {
        Some(context) => expect.context(context),
        None => expect,
    }
}

fn outcome_of(outcome: &str) -> PyResult<Outcome> {
    match outcome {
        "done" => Ok(Outcome::Done),
        "failed" => Ok(Outcome::Failed),
        "dead" => Ok(Outcome::Dead),
        _ => Err(PyValueError::new_err("an outcome is one of done, failed, dead")),
    }
}

/// The bytes of a name in hexadecimal.
fn bytes_of<const N: usize>(text: &str) -> PyResult<[u8; N]> {
    let digit = |at: usize| char::from(*text.as_bytes().get(at)?).to_digit(16).map(|digit| digit as u8);
    let mut bytes = [0; N];
    let read = bytes.iter_mut().enumerate().all(|(at, byte)| match (digit(2 * at), digit(2 * at + 1)) {
        (Some(high), Some(low)) => {
            *byte = high << 4 | low;
            true
        }
        _ => false,
    });
    if read && text.len() == 2 * N {
        Ok(bytes)
    } else {
        Err(PyValueError::new_err(format!("expected {} hexadecimal digits", 2 * N)))
    }
}

/// Python callables as what workers call.
struct Handlers {
    handle: Py<PyAny>,
    swept: Py<PyAny>,
    failed: Py<PyAny>,
}

thread_local! {
    /// Which route was taken last: a worker asks for it on the thread that has handled.
    static ROUTE: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Handler for Handlers {
    fn handle(&self, work: &Work) -> Outcome {
        let handled = Python::try_attach(|py| {
            let handled = self.handle.call1(py, (Delivery::of(py, work, None),));
            let handled = handled.and_then(|handled| {
                let (outcome, route): (String, String) = handled.extract(py)?;
                Ok((outcome_of(&outcome)?, route))
            });
            handled.unwrap_or_else(|error| {
                error.write_unraisable(py, None);
                (Outcome::Failed, String::from("none"))
            })
        });
        // The interpreter is about to end: another process will do it.
        let (outcome, route) = handled.unwrap_or((Outcome::Failed, String::from("none")));
        ROUTE.set(route);
        outcome
    }

    fn route(&self, _: &Work) -> String {
        ROUTE.take()
    }

    fn settled(&self, work: &Work, settled: std::result::Result<Settled, &ringback_inbox::Error>) {
        if let Err(error) = settled {
            self.report(error, Some(work.id.to_string()));
        }
    }

    fn swept(&self, swept: &Swept) {
        Python::try_attach(|py| {
            let overdue: Vec<Pending> = swept.overdue.iter().map(Pending::from).collect();
            if let Err(error) = self.swept.call1(py, (overdue,)) {
                error.write_unraisable(py, None);
            }
        });
    }

    fn failed(&self, error: &ringback_inbox::Error) {
        self.report(error, None);
    }
}

impl Handlers {
    fn report(&self, error: &ringback_inbox::Error, id: Option<String>) {
        Python::try_attach(|py| {
            if let Err(error) = self.failed.call1(py, (error::of_inbox(py, error), id)) {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// A submission that was announced.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Submission {
    submission: ringback_inbox::Submission,
    url: Option<String>,
    job: String,
}

#[pymethods]
impl Submission {
    #[getter]
    fn id(&self) -> String {
        self.submission.id().to_string()
    }

    #[getter]
    fn job(&self) -> &str {
        &self.job
    }

    #[getter]
    fn callback_url(&self, py: Python<'_>) -> PyResult<&str> {
        self.url.as_deref().ok_or_else(|| {
            error::plain(py, ErrorKind::UrlMalformed, "the receiver was given no url, or does not know the ticket")
        })
    }

    #[getter]
    fn arrived(&self) -> &'static str {
        arrived(self.submission.arrived())
    }

    fn accepted(&self, py: Python<'_>, request_id: &str) -> PyResult<&'static str> {
        blocking(py, || self.submission.accepted(request_id)).map(arrived)
    }

    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        blocking(py, || self.submission.cancel())
    }
}

fn arrived(arrived: Arrived) -> &'static str {
    match arrived {
        Arrived::No => "nothing",
        Arrived::Partly => "partly",
        Arrived::Whole => "whole",
    }
}

/// A result in the making.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Waiting {
    inbox: Inbox,
    wanted: Wanted,
    waiting: Mutex<Option<std::pin::Pin<Box<ringback_inbox::Waiting>>>>,
}

/// Calls a Python callable from whatever thread rings.
struct Call(Py<PyAny>);

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        Python::try_attach(|py| {
            if let Err(error) = self.0.call0(py) {
                error.write_unraisable(py, None);
            }
        });
    }
}

impl Waiting {
    fn said(
        &self,
        py: Python<'_>,
        reply: std::result::Result<ringback_inbox::Reply, ringback_inbox::Error>,
    ) -> PyResult<Result> {
        match reply {
            Ok(reply) => Result::of(py, &reply),
            Err(error) => {
                let raised = error::of_inbox(py, &error);
                if error.kind() == ErrorKind::JobFailed
                    && let Ok(Some(failure)) = py.detach(|| self.failure())
                {
                    raised.value(py).setattr("failure", Result::of(py, &failure)?)?;
                }
                Err(raised)
            }
        }
    }

    /// What Deepgram said about it.
    fn failure(&self) -> std::result::Result<Option<ringback_inbox::Reply>, ringback_inbox::Error> {
        let announced = match &self.wanted {
            Wanted::Submission(scope) => return self.inbox.failure(*scope),
            Wanted::Request(id) => Announced::Request(id.clone()),
            Wanted::Job(job) => Announced::Job(job.clone()),
        };
        match self.inbox.ledger().submissions(&announced, 1)?.pop() {
            Some(submitted) => self.inbox.failure(submitted.scope),
            None => Ok(None),
        }
    }
}

#[pymethods]
impl Waiting {
    /// Looks once: the result, or None and `wake` is called when it is worth to look again.
    fn poll(&self, py: Python<'_>, wake: Py<PyAny>) -> PyResult<Option<Result>> {
        let waker = Waker::from(Arc::new(Call(wake)));
        let polled = py.detach(|| {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let polled = waiting.as_mut().map(|waiting| waiting.as_mut().poll(&mut Context::from_waker(&waker)));
            if !matches!(polled, Some(Poll::Pending)) {
                *waiting = None;
            }
            polled
        });
        match polled {
            Some(Poll::Ready(reply)) => self.said(py, reply).map(Some),
            Some(Poll::Pending) => Ok(None),
            None => Err(PyValueError::new_err("the result was given already")),
        }
    }
}
