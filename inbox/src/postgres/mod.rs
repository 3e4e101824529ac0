//! A store in PostgreSQL: for a fleet, any number of processes on any number of machines.
//!
//! **Durable.** A delivery is written by one statement that commits by itself: it holds the rows that the decision has
//! seen, writes if they are unchanged, and says how many rows it wrote. [`decide`](Ledger::decide) returns when the server
//! has said that it is ready for the next statement, which is after its commit, and when the number is the expected one. A lost
//! connection, a warning (a commit that gave up waiting for its standby succeeds with one), a transaction that was
//! aborted: each is an error, and 503. A statement is never cancelled from here; whoever waits gives up after 3
//! seconds, and what was written after all is a repeat when the sender comes again.
//!
//! **Fit.** `synchronous_commit` (`on` or `remote_apply`), `fsync` and `full_page_writes` are looked at when a connection is
//! made and again by every write. If standbys are to survive the loss of the primary, `synchronous_standby_names` has to
//! name them: on failover to an asynchronous one, what was acknowledged in its last moments can be lost, by PostgreSQL and
//! so by this store.
//!
//! **Time is the database's**, for leases too. Steps of a machine's clock change nothing, those of the database's do.
//!
//! **Poolers.** Statements have no names and sessions no state, so any pooler may stand in between, in transaction mode
//! too. Whoever waits is woken by `NOTIFY`, sent after a commit over a connection of its own
//! ([`Options::direct`] leads past a pooler); where it does not arrive, waiting means polling, and takes up to half a second.
//!
//! **Not across a fork.** Nothing is open before the first use, and [`rest`](Ledger::rest) closes everything. A child that
//! inherits a store in use gets [`ErrorKind::StoreForked`] and answers 503.
//!
//! **Tables** are made and changed by [`Postgres::migrate`], in a schema of their own. This version and the one before it
//! work with the same tables, so the order is: migrate, then replace one process after the other. The user of the
//! processes needs no more than `USAGE` on the schema, `SELECT`, `INSERT`, `UPDATE`, `DELETE` on its tables and `EXECUTE` on its
//! functions; without owning them it cannot vacuum, see below.
//!
//! **Exactly once.** Who works in the same database settles in the transaction of the work: [`Postgres::settle_within`].
//!
//! **Private.** [`scrub`](Ledger::scrub) vacuums: what was erased is in no row any more. Its bytes stay in pages until those are
//! written over (and the row itself while a transaction is open that might still look at it), in the log until its files are recycled, on standbys and in backups for as long as those live; that is
//! PostgreSQL's, and `VACUUM FULL`, the retention of the log and that of backups decide it. A server that logs parameters
//! (`log_parameter_max_length`, `log_parameter_max_length_on_error`) logs transcripts: keep the second at its 0, and the first at
//! 0 if statements are logged. No error of this store holds the password of its URL.
//!
//! How much room a server has cannot be asked; a full disk is [`ErrorKind::StoreFull`].
//!
//! ```no_run
//! use ringback_inbox::{Inbox, Postgres, Settings};
//!
//! let url = "postgres://ringback:secret@db.example.com/app";
//! Postgres::migrate(url)?; // once, by whoever may make tables
//! let inbox = Inbox::new(Postgres::open(url)?, Settings::default());
//! # Ok::<(), ringback_inbox::Error>(())
//! ```

mod address;
mod connection;
mod engine;
mod herald;
mod rows;
mod schema;
mod settle;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use ringback::ErrorKind;
use ringback::identity::Seed;
use ringback::ledger::DeliveryId;
use ringback::time::{Millis, Now};

/// The client whose transactions [`Postgres::settle_within`] takes.
pub use tokio_postgres;

use address::Address;
use connection::Connection;
use engine::Engine;
use schema::Statements;

use crate::bell::Bell;
use crate::clock::Clock;
use crate::error::Error;
use crate::ledger::{
    Announced, Body, DEADLINE, Decision, Due, DueDecision, Entry, Keys, Ledger, Name, Selection, Submitted,
};
use crate::lock;
use crate::running::{InUse, Running};

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// The schema that its tables are in: small letters, digits, `_`. Several stores may share a database.
    pub schema: String,
    /// How many connections are used at once. With all of them busy, the next one waits.
    pub connections: usize,
    /// Where `LISTEN` and `NOTIFY` go, if the URL leads to a pooler.
    pub direct: Option<String>,
    /// How many milliseconds a call may take. 3,000: somewhat less than what a sender waits.
    pub deadline: Millis,
    /// Another clock than the database's, for tests: every process that uses the tables must read the same one.
    pub clock: Option<Arc<dyn Clock>>,
}

impl Default for Options {
    fn default() -> Options {
        Options { schema: "ringback".into(), connections: 10, direct: None, deadline: DEADLINE, clock: None }
    }
}

/// A store in PostgreSQL. See the [module](self).
pub struct Postgres {
    shared: Arc<Shared>,
    /// Its threads and connections, from the first use on: before it, a process may still fork.
    running: Running<Engine>,
}

/// What the threads know.
struct Shared {
    address: Address,
    direct: Address,
    options: Options,
    statements: Arc<Statements>,
    seed: Seed,
    bell: Bell,
    /// What the database's clock showed, and when; and the latest moment that was handed out.
    time: Mutex<(i64, Instant, Now)>,
    /// Why the store cannot be used, until it can again.
    down: Mutex<Option<Error>>,
}

impl Postgres {
    /// Opens the store in this database.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreUrlInvalid`], [`ErrorKind::StoreUnavailable`], [`ErrorKind::StoreUnmigrated`],
    /// [`ErrorKind::StoreNewer`], [`ErrorKind::StoreUnsafe`], [`ErrorKind::StoreReadOnly`].
    pub fn open(url: &str) -> Result<Postgres, Error> {
        Postgres::open_with(url, Options::default())
    }

    /// Opens the store in this database in a way of one's own.
    ///
    /// # Errors
    ///
    /// As [`Postgres::open`].
    pub fn open_with(url: &str, options: Options) -> Result<Postgres, Error> {
        let address = Address::parse(url)?;
        let direct = options.direct.as_deref().map_or_else(|| Ok(address.clone()), Address::parse)?;
        let statements = Arc::new(statements(&options)?);
        let boot = options.clock.as_ref().map(|clock| clock.boot());
        // Closed again at once, so that a process may still fork.
        let (seed, moment) = engine::once(Some(options.deadline), async {
            let connection = Connection::open(&address, |_| ()).await?;
            let found = schema::check(&connection.client, &statements).await?;
            if let Some(boot) = boot {
                rows::boot(&connection.client, &statements, &boot).await?;
            }
            Ok(found)
        })?;
        let shared = Shared {
            address,
            direct,
            options,
            statements,
            seed,
            bell: Bell::default(),
            time: Mutex::new((moment, Instant::now(), Now::default())),
            down: Mutex::default(),
        };
        Ok(Postgres { shared: Arc::new(shared), running: Running::default() })
    }

    /// Makes the tables of this version, or changes older ones into them; says which version was there, 0 for none.
    /// Running it again, or twice at once, does no harm.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreUrlInvalid`], [`ErrorKind::StoreUnavailable`], [`ErrorKind::StoreReadOnly`] without the right to make
    /// tables, [`ErrorKind::StoreNewer`], [`ErrorKind::StoreCorrupt`] if the schema is somebody else's.
    pub fn migrate(url: &str) -> Result<u32, Error> {
        Postgres::migrate_with(url, &Options::default())
    }

    /// The same in a way of one's own.
    ///
    /// # Errors
    ///
    /// As [`Postgres::migrate`].
    pub fn migrate_with(url: &str, options: &Options) -> Result<u32, Error> {
        let address = Address::parse(url)?;
        let statements = statements(options)?;
        let before = engine::once(None, async {
            let mut connection = Connection::open(&address, |_| ()).await?;
            schema::migrate(&mut connection.client, &statements).await
        })?;
        Ok(u32::try_from(before).unwrap_or(0))
    }

    fn engine(&self) -> Result<InUse<'_, Engine>, Error> {
        self.running.engine(|| Engine::start(&self.shared))
    }
}

fn statements(options: &Options) -> Result<Statements, Error> {
    if !schema::is_name(&options.schema) {
        return Err(Error::new(ErrorKind::StoreUrlInvalid, "a schema has a name of small letters, digits and _"));
    }
    Ok(Statements::new(&options.schema))
}

impl Ledger for Postgres {
    fn seed(&self) -> Seed {
        self.shared.seed
    }

    fn now(&self) -> Now {
        self.shared.now()
    }

    fn check(&self) -> Result<(), Error> {
        self.engine()?;
        self.shared.check()
    }

    fn decide(&self, keys: Keys, mut decision: Decision) -> Result<(), Error> {
        self.shared.check()?;
        let shared = self.shared.clone();
        self.engine()?
            .run(&self.shared, move |pool, end| async move { shared.decide(&pool, &keys, &mut decision, end).await })
    }

    fn decide_due(&self, due: Due, limit: usize, mut decision: DueDecision) -> Result<(), Error> {
        self.shared.check()?;
        let shared = self.shared.clone();
        self.engine()?.run(&self.shared, move |pool, end| async move {
            shared.decide_due(&pool, due, limit, &mut decision, end).await
        })
    }

    fn due(&self, due: Due, limit: usize) -> Result<Vec<Name>, Error> {
        let shared = self.shared.clone();
        self.engine()?.read(&self.shared, move |connection| async move {
            rows::due(&connection.client, &shared.statements, due, limit, shared.clock()).await
        })
    }

    fn deliveries(&self, of: &Selection, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let (shared, of) = (self.shared.clone(), of.clone());
        self.engine()?.read(&self.shared, move |connection| async move {
            rows::select(&connection.client, &shared.statements, &of, after, limit, shared.clock()).await
        })
    }

    fn submissions(&self, of: &Announced, limit: usize) -> Result<Vec<Submitted>, Error> {
        let (shared, of) = (self.shared.clone(), of.clone());
        self.engine()?.read(&self.shared, move |connection| async move {
            rows::submissions(&connection.client, &shared.statements, &of, limit).await
        })
    }

    fn body(&self, id: DeliveryId) -> Result<Option<Body>, Error> {
        let shared = self.shared.clone();
        self.engine()?.read(&self.shared, move |connection| async move {
            rows::body(&connection.client, &shared.statements, id).await
        })
    }

    fn tally(&self) -> Result<[u64; 5], Error> {
        let shared = self.shared.clone();
        self.engine()?.read(&self.shared, move |connection| async move {
            rows::tally(&connection.client, &shared.statements).await
        })
    }

    fn scrub(&self) -> Result<(), Error> {
        let shared = self.shared.clone();
        engine::once(None, async move {
            // Not one of the pool's: it takes as long as it takes.
            let connection = Connection::open(&shared.direct, |_| ()).await?;
            let before = connection.warnings();
            connection.client.batch_execute(&shared.statements.scrub).await.map_err(connection::failure)?;
            // It skips what it may not touch, with a warning.
            connection.doubt(before).map_err(|_| {
                let detail =
                    "erased, but only the owner of the tables may vacuum them at once: autovacuum will, in time";
                Error::new(ErrorKind::StoreReadOnly, detail)
            })
        })
    }

    fn rest(&self) {
        self.running.rest();
    }

    fn wake(&self) {
        self.running.wake();
    }

    fn bell(&self) -> &Bell {
        &self.shared.bell
    }
}

impl Shared {
    /// The moment to give to the database; none if it is to read its own clock.
    fn clock(&self) -> Option<Now> {
        self.options.clock.as_ref().map(|_| self.now())
    }

    /// The present moment, as far as it is known without asking: what the database's clock last showed, and the time since.
    fn now(&self) -> Now {
        let mut time = lock(&self.time);
        let (moment, since, latest) = *time;
        let now = match &self.options.clock {
            Some(clock) => clock.now(),
            None => {
                let moment = rows::back(moment).saturating_add(since.elapsed().as_millis() as u64);
                Now::new(moment, moment)
            }
        };
        time.2 = now.after(latest);
        time.2
    }

    /// The database's clock shows this.
    fn set_now(&self, now: Now) {
        let mut time = lock(&self.time);
        (time.0, time.1) = (rows::big(now.wall), Instant::now());
    }

    fn check(&self) -> Result<(), Error> {
        lock(&self.down).as_ref().map_or(Ok(()), |error| Err(error.clone()))
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("schema", &self.shared.options.schema).finish_non_exhaustive()
    }
}
