//! One connection that tells other processes of changes, and hears of theirs.
//!
//! `NOTIFY` in the transaction of a delivery would make all commits of the database wait for each other. So it is sent
//! afterwards, and once for however many commits there were meanwhile. It says that something has changed, never what.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use ringback::time::Now;
use tokio::sync::Notify;
use tokio_postgres::AsyncMessage;

use super::Shared;
use super::connection::{Connection, failure};
use super::rows::{back, column};
use crate::error::Error;

/// How often those who wait are woken without a reason, since a pooler may swallow what others say.
const TICK: Duration = Duration::from_millis(500);
/// How often the database is asked for the time, if nothing else is asked of it.
const ASK: Duration = Duration::from_secs(30);
/// The pause after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// Speaks and listens as long as the store is there.
pub async fn run(shared: Weak<Shared>, told: Arc<Notify>) {
    loop {
        let session = session(&shared, &told).await;
        if session.is_ok() {
            return;
        }
        let Some(strong) = shared.upgrade() else { return };
        // What was missed is found by looking.
        strong.bell.ring();
        drop(strong);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Ends well when the store is gone, and with an error when the connection is.
async fn session(shared: &Weak<Shared>, told: &Notify) -> Result<(), Error> {
    let Some(strong) = shared.upgrade() else { return Ok(()) };
    let (direct, schema) = (strong.direct.clone(), strong.options.schema.clone());
    drop(strong);
    let own = Arc::new(AtomicI32::new(0));
    let (known, listener) = (own.clone(), shared.clone());
    let connection = Connection::open(&direct, move |message| {
        if let (AsyncMessage::Notification(notification), Some(shared)) = (message, listener.upgrade())
            && notification.process_id() != known.load(Ordering::Acquire)
        {
            shared.bell.ring();
        }
    })
    .await?;
    let client = &connection.client;
    let sql = "SELECT pg_backend_pid(), (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    client.batch_execute(&format!("LISTEN {schema}")).await.map_err(failure)?;
    let notify = format!("NOTIFY {schema}");
    let mut asked: Option<Instant> = None;
    loop {
        // Machines sleep, and their clocks with them.
        if asked.is_none_or(|asked| asked.elapsed() >= ASK) {
            let said = client.query_typed_one(sql, &[]).await.map_err(failure)?;
            own.store(column(&said, 0)?, Ordering::Release);
            let Some(shared) = shared.upgrade() else { return Ok(()) };
            let moment = back(column(&said, 1)?);
            shared.set_now(Now::new(moment, moment));
            asked = Some(Instant::now());
        }
        match tokio::time::timeout(TICK, told.notified()).await {
            Ok(()) => client.batch_execute(&notify).await.map_err(failure)?,
            Err(_) if client.is_closed() => return Err(ringback::ErrorKind::StoreUnavailable.into()),
            Err(_) => {}
        }
        let Some(shared) = shared.upgrade() else { return Ok(()) };
        if shared.bell.is_awaited() {
            shared.bell.ring();
        }
    }
}
