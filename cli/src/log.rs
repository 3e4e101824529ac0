//! What this program reports on standard error.

use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::arguments::Level;

/// Sends what this program reports to standard error, and nothing of what the libraries under it would.
pub fn begin(level: Level) {
    let ours = tracing_subscriber::filter::Targets::new()
        .with_target("ringback", tracing::level_filters::LevelFilter::from(level));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .log_internal_errors(false)
        .with_filter(ours);
    // There is one server in a process, so nobody has set another one.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}
