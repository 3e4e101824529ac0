//! `ringback work`: handles what a server has kept, in a process of its own.
//!
//! Any number of them may work on one store, beside servers with workers or without.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::admin::{self, Admin};
use crate::arguments::Work;
use crate::handling::crew;
use crate::handling::outlet::Outlet;
use crate::refusal::{Refusal, say};
use crate::serve::watch::Watch;
use crate::serve::{UNFINISHED, UNHURRIED};
use crate::signals::Signals;
use crate::{log, store};

/// Runs the command.
pub fn run(arguments: &Work) -> Result<ExitCode, Refusal> {
    log::begin(arguments.log);
    let at_once = usize::from(arguments.workers);
    let within = arguments.handling.handle_within.map_or(UNHURRIED, Duration::from_millis);
    let url = store::existing(&arguments.store)?;
    let outlet = Arc::new(Outlet::new(&arguments.handling, at_once, within)?);
    let inbox = store::inbox(&url, store::settings(arguments.handling.lease))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    let outcome = runtime.block_on(async {
        let mut signals = Signals::catch()?;
        if let Some(address) = arguments.admin {
            let (inbox, outlet) = (inbox.clone(), Arc::clone(&outlet));
            admin::listen(address, Admin { inbox, durable: true, outlet, watch: Watch::default() }).await?;
        }
        let workers = crew::start(&inbox, Arc::clone(&outlet), at_once);
        say(format_args!("ringback {} works", env!("CARGO_PKG_VERSION")));
        tokio::select! {
            () = signals.next() => {}
            () = outlet.stopped() => {}
        }
        outlet.stop();
        tracing::info!("stopping: nothing more is claimed");
        let finished = tokio::select! {
            finished = crew::stop(workers, &outlet, Duration::from_millis(arguments.drain_within)) => finished,
            () = signals.next() => false,
        };
        outlet.handler.abandon();
        match outlet.failure() {
            Some(failure) => Err(Refusal::failure(failure)),
            None if finished => Ok(ExitCode::SUCCESS),
            None => Err(Refusal::failure(UNFINISHED)),
        }
    });
    // Threads that still wait for the reader of standard output must not keep the process.
    runtime.shutdown_background();
    outcome
}
