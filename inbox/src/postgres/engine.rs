//! The threads of a store: they speak to the database, and whoever wants something waits for them.
//!
//! A call waits at most as long as a sender can; the statement that it has begun runs to its end all the same, for a commit
//! must not be interrupted. When the database is away, everybody is refused at once until a look at it, four times a second,
//! finds it again.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use deadpool::managed::{Object, Pool, PoolError};
use ringback::ErrorKind;
use ringback::time::Millis;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio_postgres::types::Type;

use super::connection::{Connection, Maker, failure};
use super::rows::{self, Change, Parameter};
use super::{Shared, herald, schema};
use crate::error::Error;
use crate::killpoint;
use crate::ledger::{Decision, Due, DueDecision, Keys, Name};
use crate::lock;

/// How often somebody looks whether the database is there again.
const LOOK: Duration = Duration::from_millis(250);

/// The threads and connections of one process.
pub struct Engine {
    runtime: Option<Runtime>,
    pool: Pool<Maker>,
    herald: Arc<Notify>,
}

impl Engine {
    /// Starts the threads. Nothing is connected before it is needed.
    pub fn start(shared: &Arc<Shared>) -> Result<Engine, Error> {
        let unavailable = |error: &dyn std::fmt::Display| Error::new(ErrorKind::StoreUnavailable, error);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("ringback-postgres")
            .enable_all()
            .build()
            .map_err(|error| unavailable(&error))?;
        let maker =
            Maker { address: shared.address.clone(), statements: shared.statements.clone(), seed: Some(shared.seed) };
        let pool = Pool::builder(maker).max_size(shared.options.connections.max(1));
        let pool = pool.build().map_err(|error| unavailable(&error))?;
        // Whoever looked for it before the last rest looks no more.
        lock(&shared.down).take();
        let herald = Arc::<Notify>::default();
        runtime.spawn(herald::run(Arc::downgrade(shared), herald.clone()));
        Ok(Engine { runtime: Some(runtime), pool, herald })
    }

    /// Does something that writes; the future says whether others would want to know.
    pub fn run<F>(
        &self,
        shared: &Arc<Shared>,
        work: impl FnOnce(Pool<Maker>, Instant) -> F + Send + 'static,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<bool, Error>> + Send + 'static,
    {
        let wakes = self.wait(shared, work)?;
        if wakes {
            shared.bell.ring();
            self.herald.notify_one();
        }
        Ok(())
    }

    /// Reads something.
    pub fn read<T, F>(
        &self,
        shared: &Arc<Shared>,
        read: impl FnOnce(Object<Maker>) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.wait(shared, move |pool, end| async move { read(get(&pool, end).await?).await })
    }

    fn wait<T, F>(
        &self,
        shared: &Arc<Shared>,
        work: impl FnOnce(Pool<Maker>, Instant) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let time = Duration::from_millis(shared.options.deadline);
        let (done, outcome) = mpsc::sync_channel(1);
        let (pool, end) = (self.pool.clone(), Instant::now() + time);
        let Some(runtime) = &self.runtime else { return Err(ErrorKind::StoreUnavailable.into()) };
        runtime.spawn(async move {
            let outcome = work(pool, end).await;
            // Whoever has given up meanwhile will ask again and find it written.
            let _ = done.try_send(outcome);
            killpoint::at("answered");
        });
        let (outcome, outage) = match outcome.recv_timeout(time) {
            Ok(outcome) => {
                let outage = outcome.as_ref().is_err_and(|error| is_outage(error.kind()));
                (outcome, outage)
            }
            // Whoever comes next would wait as long.
            Err(RecvTimeoutError::Timeout) => (Err(silent()), true),
            Err(RecvTimeoutError::Disconnected) => {
                (Err(Error::new(ErrorKind::StoreUnavailable, "a decision panicked")), false)
            }
        };
        if let (Err(error), true) = (&outcome, outage) {
            self.go_down(shared, error);
        }
        outcome
    }

    /// Refuses everybody from now on, until the database is found to be there.
    fn go_down(&self, shared: &Arc<Shared>, error: &Error) {
        if lock(&shared.down).replace(error.clone()).is_some() {
            return;
        }
        let (shared, pool) = (Arc::downgrade(shared), self.pool.clone());
        let Some(runtime) = &self.runtime else { return };
        // Those that are idle may be as dead as the one that was noticed.
        self.pool.retain(|_, _| false);
        let statements = self.pool.manager().statements.clone();
        runtime.spawn(async move {
            loop {
                let looking = async {
                    let connection = get(&pool, Instant::now() + LOOK * 8).await?;
                    match schema::check(&connection.client, &statements).await {
                        Ok(_) => Ok(()),
                        Err(error) => {
                            drop(Object::take(connection));
                            Err(error)
                        }
                    }
                };
                let looked = tokio::time::timeout(LOOK * 12, looking).await.unwrap_or_else(|_| Err(silent()));
                let Some(shared) = shared.upgrade() else { return };
                match looked {
                    Ok(()) => {
                        lock(&shared.down).take();
                        shared.bell.ring();
                        return;
                    }
                    Err(error) => lock(&shared.down).replace(error),
                };
                drop(shared);
                tokio::time::sleep(LOOK).await;
            }
        });
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        // When this returns, the process may fork: nothing runs and nothing is open. Whoever drops it may be a task, which
        // must not wait for a runtime, and so another thread does.
        let ended = || runtime.shutdown_timeout(Duration::from_secs(1));
        std::thread::scope(|scope| _ = scope.spawn(ended).join());
    }
}

/// Runs something to its end, or for so many milliseconds, on a thread of its own: the caller may be a task.
pub fn once<T: Send>(time: Option<Millis>, work: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
    let unavailable = |error: &dyn std::fmt::Display| Error::new(ErrorKind::StoreUnavailable, error);
    std::thread::scope(|scope| {
        let running = std::thread::Builder::new().name("ringback-postgres".into()).spawn_scoped(scope, || {
            let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| unavailable(&error))?;
            runtime.block_on(async {
                match time.map(Duration::from_millis) {
                    Some(time) => tokio::time::timeout(time, work).await.unwrap_or_else(|_| Err(silent())),
                    None => work.await,
                }
            })
        });
        let running = running.map_err(|error| unavailable(&error))?;
        running.join().unwrap_or_else(|_| Err(unavailable(&"its thread panicked")))
    })
}

async fn get(pool: &Pool<Maker>, end: Instant) -> Result<Object<Maker>, Error> {
    match tokio::time::timeout_at(end.into(), pool.get()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(PoolError::Backend(error))) => Err(error),
        Ok(Err(error)) => Err(Error::new(ErrorKind::StoreUnavailable, error)),
        Err(_) => Err(Error::new(ErrorKind::StoreBusy, "every connection is in use")),
    }
}

/// Whether others would meet the same: a row that is locked, or a decision about nothing, is nobody else's affair.
const fn is_outage(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::StoreBusy | ErrorKind::DeliveryUnknown | ErrorKind::StoreCorrupt | ErrorKind::StoreFull)
}

fn silent() -> Error {
    Error::new(ErrorKind::StoreBusy, "no answer")
}

fn busy() -> Error {
    Error::new(ErrorKind::StoreBusy, "others write the same rows")
}

impl Shared {
    /// How long one lock is waited for: somewhat less than whoever waits for it.
    fn patience(&self) -> Millis {
        (self.options.deadline - self.options.deadline / 6).max(1)
    }

    /// Reads, decides, and writes in one statement that commits by itself; again, if somebody was faster. Says whether
    /// others would want to know.
    pub async fn decide(
        &self,
        pool: &Pool<Maker>,
        keys: &Keys,
        decision: &mut Decision,
        end: Instant,
    ) -> Result<bool, Error> {
        let connection = get(pool, end).await?;
        let attempt = self.attempt(&connection, keys, decision, end).await;
        if attempt.as_ref().is_err_and(|error| is_outage(error.kind())) {
            drop(Object::take(connection));
        }
        attempt
    }

    async fn attempt(
        &self,
        connection: &Connection,
        keys: &Keys,
        decision: &mut Decision,
        end: Instant,
    ) -> Result<bool, Error> {
        loop {
            killpoint::at("received");
            let look = rows::look(&connection.client, &self.statements, keys, self.clock()).await?;
            self.set_now(look.rows.now);
            let change = Change::new(keys, &look.rows, decision(&look.rows));
            if change.is_empty() && keys.bytes == 0 {
                return Ok(false);
            }
            if Instant::now() >= end {
                return Err(busy());
            }
            killpoint::at("written");
            let warnings = connection.warnings();
            let written = change.write(&connection.client, &self.statements, &look, self.patience()).await;
            killpoint::at("committed");
            if !killpoint::planted("warning-ignored") {
                connection.doubt(warnings)?;
            }
            if written? {
                return Ok(change.wakes);
            }
        }
    }

    /// Decides about what is due. Work is held while somebody decides about it, so that no two do.
    pub async fn decide_due(
        &self,
        pool: &Pool<Maker>,
        due: Due,
        limit: usize,
        decision: &mut DueDecision,
        end: Instant,
    ) -> Result<bool, Error> {
        loop {
            let connection = get(pool, end).await?;
            let attempt = self.attempt_due(&connection, due, limit, decision).await;
            if !matches!(attempt, Ok(Some(_))) {
                // Its transaction ends with it.
                drop(Object::take(connection));
            }
            match attempt? {
                Some(wakes) => return Ok(wakes),
                None if Instant::now() >= end => return Err(busy()),
                None => {}
            }
        }
    }

    /// None: somebody was faster after all.
    async fn attempt_due(
        &self,
        connection: &Connection,
        due: Due,
        limit: usize,
        decision: &mut DueDecision,
    ) -> Result<Option<bool>, Error> {
        let client = &connection.client;
        let names = match due {
            Due::Work => {
                client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failure)?;
                let (most, moment) = (limit as i64, self.clock().map(|now| rows::big(now.monotonic)));
                let parameters: [Parameter<'_>; 2] = [(&most, Type::INT8), (&moment, Type::INT8)];
                let found = client.query_typed(&self.statements.hold_work, &parameters).await.map_err(failure)?;
                found.iter().map(rows::name).collect::<Result<Vec<_>, Error>>()?
            }
            due => {
                return Err(Error::new(ErrorKind::StoreUnavailable, format_args!("{due:?} is decided row by row")));
            }
        };
        let deliveries = names.iter().filter_map(|name| match name {
            Name::Delivery(id) => Some(*id),
            Name::Submission(_) => None,
        });
        let keys = Keys { deliveries: deliveries.collect(), ..Keys::default() };
        let mut wakes = false;
        if !keys.deliveries.is_empty() {
            let look = rows::look(client, &self.statements, &keys, self.clock()).await?;
            self.set_now(look.rows.now);
            // A panic must not leave the transaction to the next one.
            let decided = catch_unwind(AssertUnwindSafe(|| decision(&names, &look.rows)));
            let Ok(writes) = decided else {
                return Err(Error::new(ErrorKind::StoreUnavailable, "a decision panicked"));
            };
            let change = Change::new(&keys, &look.rows, writes);
            if !change.is_empty() && !change.write(client, &self.statements, &look, self.patience()).await? {
                return Ok(None);
            }
            wakes = change.wakes;
        }
        let warnings = connection.warnings();
        client.batch_execute("COMMIT").await.map_err(failure)?;
        connection.doubt(warnings)?;
        Ok(Some(wakes))
    }
}
