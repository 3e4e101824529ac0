//! The signals that ask this program to stop.

use crate::refusal::Refusal;

/// The signals that ask this program to stop: from the moment on when this is made, they do not kill it.
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches them.
    #[cfg(unix)]
    pub fn catch() -> Result<Signals, Refusal> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = |error| Refusal::failure(format_args!("signals cannot be caught: {error}"));
        Ok(Signals {
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
        })
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Catches them.
    #[cfg(not(unix))]
    pub fn catch() -> Result<Signals, Refusal> {
        Ok(Signals {})
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
