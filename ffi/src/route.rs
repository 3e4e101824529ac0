//! Routes: from properties of a delivery to a pointer of the program.

use std::ffi::c_void;

use ringback_core::route::{Route, RouteId};

use crate::boundary::{Failed, Given, guard};
use crate::config::ringback_config;
use crate::kind::{self, ringback_kind};
use crate::result::ringback_result;
use crate::str::ringback_str;

/// The conditions of a route; all that are given must hold. All zeros holds for everything.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_rule<'r> {
    /// Only deliveries of this kind; 0 for any.
    pub kind: ringback_kind,
    /// Only payloads with this tag.
    pub tag: ringback_str<'r>,
    /// Only payloads with this extra key; it needs `extra_value`.
    pub extra_key: ringback_str<'r>,
    /// The value of `extra_key`.
    pub extra_value: ringback_str<'r>,
    /// Only deliveries for jobs whose names begin so.
    pub job_prefix: ringback_str<'r>,
    /// Only deliveries that this credential let in: the key id of a ticket, or the name of a Basic pair.
    pub sender: ringback_str<'r>,
}

/// Adds a route. The first one whose rule holds gets the delivery; the fallback gets what is left.
///
/// Parameters: `config`: the configuration. `rule`: when it holds. `user`: what the work of this route carries as `route`: a
/// handler, a queue; may be NULL.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: `kind` is no kind, or one of `extra_key` and `extra_value` is
/// missing. The same rule twice is found by `ringback_receiver_new`.
///
/// Ownership: the rule is copied. `user` stays the caller's, is never looked at, and should live as long as the receiver.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_route_add(
    config: Option<&mut ringback_config>,
    rule: Option<&ringback_rule<'_>>,
    user: *mut c_void,
) -> ringback_result {
    guard(|| {
        let (config, rule) = (config.given()?, OwnedRule::of(rule.given()?)?);
        config.settings.routes.push((rule, User(user)));
        Ok(())
    })
}

/// Says where a delivery goes for which no route holds.
///
/// Parameters: `config`: the configuration. `user`: what such work carries as `route`; NULL unless this is called.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: `user` stays the caller's, is never looked at, and should live as long as the receiver.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_route_fallback(config: Option<&mut ringback_config>, user: *mut c_void) -> ringback_result {
    guard(|| {
        config.given()?.settings.fallback = User(user);
        Ok(())
    })
}

/// A pointer of the program, passed on and never followed.
#[derive(Clone, Copy)]
pub(crate) struct User(pub(crate) *mut c_void);

// SAFETY: the pointer is a number to us.
unsafe impl Send for User {}
// SAFETY: the same.
unsafe impl Sync for User {}

/// A rule with strings of its own.
#[derive(Clone)]
pub(crate) struct OwnedRule {
    kind: ringback_kind,
    tag: Option<String>,
    extra: Option<(String, String)>,
    job_prefix: Option<String>,
    sender: Option<String>,
}

impl OwnedRule {
    fn of(rule: &ringback_rule<'_>) -> Result<OwnedRule, Failed> {
        if rule.kind != 0 {
            kind::read(rule.kind)?;
        }
        let text = |text: ringback_str<'_>| text.optional().map(|text| text.map(str::to_owned));
        Ok(OwnedRule {
            kind: rule.kind,
            tag: text(rule.tag)?,
            extra: match (text(rule.extra_key)?, text(rule.extra_value)?) {
                (Some(key), Some(value)) => Some((key, value)),
                (None, None) => None,
                _ => return Err(Failed::INVALID),
            },
            job_prefix: text(rule.job_prefix)?,
            sender: text(rule.sender)?,
        })
    }

    /// The core's route to this id.
    pub(crate) fn route(&self, to: RouteId) -> Route<'_> {
        let mut route = Route::to(to);
        if let Ok(kind) = kind::read(self.kind) {
            route = route.kind(kind);
        }
        if let Some(tag) = &self.tag {
            route = route.tag(tag);
        }
        if let Some((key, value)) = &self.extra {
            route = route.extra(key, value);
        }
        if let Some(prefix) = &self.job_prefix {
            route = route.job_prefix(prefix);
        }
        if let Some(sender) = &self.sender {
            route = route.sender(sender);
        }
        route
    }
}
