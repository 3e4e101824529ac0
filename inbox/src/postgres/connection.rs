//! One connection, which remembers what the database warned of.
//!
//! A commit that the server gave up waiting to be replicated succeeds, with a warning. So a warning counts as a failure
//! here, whatever it says. It comes before the end of the statement that it is about.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::ready;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use ringback::ErrorKind;
use ringback::identity::Seed;
use tokio_postgres::error::{DbError, Severity, SqlState};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, NoTls, Socket};

use super::address::{Address, CONNECT};
use super::schema::{self, Statements};
use crate::error::Error;
use crate::lock;

/// A connection to the database.
pub struct Connection {
    pub client: Client,
    warned: Arc<Warned>,
}

#[derive(Default)]
struct Warned {
    count: AtomicU64,
    last: Mutex<String>,
}

/// Makes connections for the pool, each of them to a database that is fit.
pub struct Maker {
    pub address: Address,
    pub statements: Arc<Statements>,
    /// Once it is known, a database with another seed is another store.
    pub seed: Option<Seed>,
}

impl Connection {
    /// Connects. What the database says by itself goes to `heard` as well.
    pub async fn open(
        address: &Address,
        heard: impl FnMut(&AsyncMessage) + Send + 'static,
    ) -> Result<Connection, Error> {
        // The limit of the client is for the network alone: a host may take the connection and say nothing.
        let connecting = async {
            match &address.tls {
                Some(tls) => connect(address, tls.clone(), heard).await,
                None => connect(address, NoTls, heard).await,
            }
        };
        let time = address.config.get_connect_timeout().map_or(CONNECT, |time| *time) * 4;
        tokio::time::timeout(time, connecting)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::StoreUnavailable, "it takes connections and says nothing")))
    }

    /// How many warnings came so far. Ask before a statement and after it.
    pub fn warnings(&self) -> u64 {
        self.warned.count.load(Ordering::Acquire)
    }

    /// That something was warned of since there were so many warnings.
    pub fn doubt(&self, before: u64) -> Result<(), Error> {
        if self.warnings() == before {
            return Ok(());
        }
        let detail = format_args!("it warned, so nobody knows whether it was kept: {}", lock(&self.warned.last));
        Err(Error::new(ErrorKind::StoreUnavailable, detail))
    }
}

impl Manager for Maker {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let connection = Connection::open(&self.address, |_| ()).await?;
        let (seed, _) = schema::check(&connection.client, &self.statements).await?;
        if self.seed.is_some_and(|known| known.0 != seed.0) {
            return Err(Error::new(ErrorKind::StoreReplaced, "another store lies in its place: restart to use that"));
        }
        Ok(connection)
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        match connection.client.is_closed() {
            true => Err(RecycleError::message("closed")),
            false => Ok(()),
        }
    }
}

async fn connect<T>(
    address: &Address,
    tls: T,
    mut heard: impl FnMut(&AsyncMessage) + Send + 'static,
) -> Result<Connection, Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, mut connection) = address.config.connect(tls).await.map_err(failure)?;
    let warned = Arc::<Warned>::default();
    let told = warned.clone();
    tokio::spawn(async move {
        poll_fn(|context| {
            // Its end ends the requests that are on their way, and they say why.
            while let Some(Ok(message)) = ready!(connection.poll_message(context)) {
                if let AsyncMessage::Notice(notice) = &message
                    && is_warning(notice)
                {
                    *lock(&told.last) = notice.message().to_owned();
                    told.count.fetch_add(1, Ordering::Release);
                }
                heard(&message);
            }
            std::task::Poll::Ready(())
        })
        .await;
    });
    Ok(Connection { client, warned })
}

fn is_warning(notice: &DbError) -> bool {
    let harmless = [Severity::Notice, Severity::Info, Severity::Log, Severity::Debug];
    !notice.parsed_severity().is_some_and(|severity| harmless.contains(&severity))
}

/// Whether asking again is the cure: somebody else was in the way.
pub fn is_conflict(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED)
}

/// What the database or the network says, in our words and in its own. Its words name tables and users, never values:
/// nothing but those of the first line is taken.
#[cold]
pub fn failure(error: tokio_postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        return Error::new(ErrorKind::StoreUnavailable, format_args!("{error}{cause}"));
    };
    let code = said.code();
    let kind = match code.code() {
        "RB001" => ErrorKind::StoreUnsafe,
        "RB002" => ErrorKind::DeliveryUnknown,
        "55P03" | "57014" | "40001" | "40P01" | "53300" => ErrorKind::StoreBusy,
        "53100" => ErrorKind::StoreFull,
        "25006" | "42501" => ErrorKind::StoreReadOnly,
        "3F000" | "42P01" | "42883" | "42703" => ErrorKind::StoreUnmigrated,
        code if code.starts_with("XX") => ErrorKind::StoreCorrupt,
        _ => ErrorKind::StoreUnavailable,
    };
    Error::new(kind, format_args!("{} ({})", said.message(), code.code()))
}
