//! A configuration together with the gate that borrows it: the only place that extends a lifetime over a configuration.

use std::ptr::NonNull;

use ringback_core::credential::{BasicPair, BasicPairs, ExtraSecret, Keyring};
use ringback_core::gate::{AcceptedCredentials, Config, Gate};
use ringback_core::identity::Seed;
use ringback_core::policy::{Backing, Policy};
use ringback_core::route::{Route, RouteId, Routes};

use crate::boundary::Failed;
use crate::config::Settings;
use crate::result::RINGBACK_ERROR_WRONG_STATE;

/// The settings, what borrows from them, and the gate that borrows from both.
///
/// Rust has no lifetime for a value that borrows from its neighbour, so it is called `'static` inside of this file. That is
/// no lie as long as the home lives:
///
/// - Settings and parts are on the heap, behind plain pointers: they do not move when the home does, and a plain pointer
///   does not assert that nobody else points there, as a `Box` would.
/// - Nobody changes them: both pointers are private, and only read.
/// - `drop` frees the parts and then the settings. What borrows from them has no destructor that would look.
///
/// Whoever takes the [`gate`](Home::gate) out keeps the home at least as long.
pub(crate) struct Home {
    parts: NonNull<Parts<'static>>,
    settings: NonNull<Settings>,
}

// SAFETY: as a box of each; both types are plain data that threads may share.
unsafe impl Send for Home {}
// SAFETY: the same.
unsafe impl Sync for Home {}

/// What the core wants as slices.
struct Parts<'c> {
    pairs: Vec<BasicPair<'c>>,
    routes: Vec<Route<'c>>,
}

impl Home {
    /// A home for these settings.
    pub(crate) fn new(settings: Settings) -> Result<Home, Failed> {
        let settings = NonNull::from(Box::leak(Box::new(settings)));
        // SAFETY: just leaked, and freed only by the drop of the home that is made of it, or below.
        let parts = Parts::of(unsafe { settings.as_ref() });
        match parts {
            Ok(parts) => Ok(Home { parts: NonNull::from(Box::leak(Box::new(parts))), settings }),
            Err(failed) => {
                // SAFETY: leaked above; nothing that borrows from it is left.
                drop(unsafe { Box::from_raw(settings.as_ptr()) });
                Err(failed)
            }
        }
    }

    /// The settings.
    pub(crate) fn settings(&self) -> &Settings {
        // SAFETY: leaked in `new`, freed in `drop`, and changed by nobody.
        unsafe { self.settings.as_ref() }
    }

    /// The gate.
    ///
    /// # Safety
    ///
    /// The gate, and whatever comes out of it with its lifetime, is used and dropped while the home is there.
    pub(crate) unsafe fn gate(&self) -> Result<Gate<'static>, Failed> {
        // SAFETY: leaked in `new`, freed in `drop`, and changed by nobody.
        let settings = unsafe { self.settings.as_ref() };
        // SAFETY: the same.
        let parts = unsafe { self.parts.as_ref() };
        make_gate(settings, parts)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // SAFETY: leaked in `new`, and taken back once, here, before what it borrows from.
        drop(unsafe { Box::from_raw(self.parts.as_ptr()) });
        // SAFETY: the same; nothing borrows from it any more.
        drop(unsafe { Box::from_raw(self.settings.as_ptr()) });
    }
}

impl<'c> Parts<'c> {
    fn of(settings: &'c Settings) -> Result<Parts<'c>, Failed> {
        let pairs = settings.pairs.iter().map(|(name, pair)| pair.named(name).map_err(Failed::from));
        let routes = settings.routes.iter().zip(1..).map(|((rule, _), id)| rule.route(RouteId(id)));
        Ok(Parts { pairs: pairs.collect::<Result<_, _>>()?, routes: routes.collect() })
    }
}

fn make_gate<'c>(settings: &'c Settings, parts: &'c Parts<'c>) -> Result<Gate<'c>, Failed> {
    let tickets = if settings.keys.is_empty() { None } else { Some(Keyring::new(&settings.keys)?) };
    let extra_secret = match &settings.extra_secret {
        Some((key, value)) => Some(ExtraSecret::new(key, value)?),
        None => None,
    };
    let mut policy = Policy::new(Backing::Memory);
    for (situation, status) in &settings.statuses {
        policy = policy.with_status(*situation, *status);
    }
    Ok(Gate::new(Config {
        credentials: AcceptedCredentials {
            tickets,
            basic: BasicPairs::new(&parts.pairs),
            extra_secret,
            ticket_in_path: settings.ticket_in_path,
            ticket_in_extra: settings.ticket_in_extra.as_deref(),
            let_anybody_post: settings.let_anybody_post,
        },
        routes: Routes::new(&parts.routes, RouteId(0))?,
        policy,
        limits: settings.limits,
        remember_interim: settings.remember_interim,
        seed: Seed(settings.seed.ok_or(Failed(RINGBACK_ERROR_WRONG_STATE))?),
    })?)
}
