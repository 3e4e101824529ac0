//! Settling in the user's own transaction: the work and its settlement become durable together, or neither does.

use ringback::ErrorKind;
use ringback::ledger::{Claim, Outcome, Settled, delivery};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::Postgres;
use super::connection::failure;
use super::rows::{self, Change};
use crate::error::Error;
use crate::inbox::Settings;
use crate::ledger::{DeliveryWrite, Keys, Reason, Writes};

impl Postgres {
    /// Records how the handling of a delivery ended, in a transaction on the same database. It is settled when that is
    /// committed, and still claimed if that is rolled back: done exactly once, however often it is begun.
    ///
    /// Call it last, right before the commit. It locks the row, and a sender that repeats the delivery waits for that, at
    /// most for 2.5 seconds. Afterwards, [ring](crate::Bell::ring) the [bell](crate::Ledger::bell) for whoever waits in this
    /// process; others look every half a second. `settings` are those of the inbox.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`]: the lease lapsed and somebody else has it. **Roll back**,
    /// for somebody else does the work. After any other, the transaction is aborted.
    pub async fn settle_within(
        &self,
        transaction: &impl GenericClient,
        settings: &Settings,
        claim: Claim,
        outcome: Outcome,
    ) -> Result<Settled, Error> {
        let id = claim.delivery.ok_or(ErrorKind::DeliveryUnknown)?;
        let (shared, entropy) = (&self.shared, u32::from_le_bytes(crate::random()?));
        let name = &id.as_bytes()[..];
        // A statement of its own: what comes after it sees what whoever had the lock has written.
        transaction.query_typed(&shared.statements.lock, &[(&name, Type::BYTEA)]).await.map_err(failure)?;
        let keys = Keys { deliveries: vec![id], ..Keys::default() };
        let look = rows::look(transaction, &shared.statements, &keys, shared.clock()).await?;
        let entry = look.rows.delivery(id).ok_or(ErrorKind::DeliveryUnknown)?;
        let event = delivery::Event::Settle { claim: claim.fence, outcome, entropy };
        let (row, verdict) = delivery::transition(&settings.rules, Some(entry.row), event, look.rows.now);
        let delivery::Verdict::Settled(settled) = verdict else { return Err(ErrorKind::ClaimStale.into()) };
        let write = match row {
            Some(row) => DeliveryWrite::Update(row, (settled == Settled::Dead).then_some(Reason::Failed)),
            None => DeliveryWrite::Remove,
        };
        let change = Change::new(&keys, &look.rows, Writes::default().and(id, write));
        match change.write_within(transaction, &shared.statements).await? {
            true => Ok(settled),
            false => Err(ErrorKind::ClaimStale.into()),
        }
    }
}
