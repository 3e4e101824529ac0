//! What a connection occupies.

use tokio::sync::OwnedSemaphorePermit;

/// The place of a connection, and that of a stranger, as long as it is one.
pub struct Place {
    pub all: OwnedSemaphorePermit,
    pub unproven: Option<OwnedSemaphorePermit>,
}
