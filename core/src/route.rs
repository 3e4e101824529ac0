//! Routes: from properties of a delivery to a handler (Content-Based Router).
//!
//! A route ends in a [`RouteId`], a number that the caller attaches a handler to, so that every language can have
//! handlers of its own. The first matching rule wins; the fallback always exists.

use core::fmt;

use crate::error::{Error, ErrorKind};
use crate::payload::{Kind, Payload};

/// The number of a route; what it stands for is the caller's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RouteId(pub u32);

/// A rule: all of its conditions must hold. A rule without conditions holds for everything.
///
/// ```
/// use ringback::payload::Kind;
/// use ringback::route::{Properties, Route, RouteId, Routes};
///
/// let rules = [Route::to(RouteId(1)).kind(Kind::Transcript).job_prefix("voicemail-"), Route::to(RouteId(2)).kind(Kind::Failure)];
/// let routes = Routes::new(&rules, RouteId(0))?;
/// let delivery = Properties { kind: Kind::Transcript, job: Some("voicemail-17"), sender: None, payload: None };
/// assert_eq!(routes.find(&delivery), RouteId(1));
/// assert_eq!(routes.find(&Properties { job: Some("call-17"), ..delivery }), RouteId(0));
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route<'c> {
    to: RouteId,
    rule: Rule<'c>,
}

#[derive(Clone, Copy, Default)]
struct Rule<'c> {
    kind: Option<Kind>,
    tag: Option<&'c str>,
    extra: Option<(&'c str, &'c str)>,
    job_prefix: Option<&'c str>,
    sender: Option<&'c str>,
    /// Looks at tag and extra pair, where there is such a condition. A program that routes by neither does not hold
    /// the code that finds them in a payload.
    looks_inside: Option<fn(&Rule<'_>, &Payload<'_>) -> bool>,
}

impl<'c> Route<'c> {
    /// A route to this id, still without conditions.
    #[must_use]
    pub const fn to(id: RouteId) -> Route<'c> {
        Route {
            to: id,
            rule: Rule { kind: None, tag: None, extra: None, job_prefix: None, sender: None, looks_inside: None },
        }
    }

    /// Only deliveries of this kind.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Route<'c> {
        self.rule.kind = Some(kind);
        self
    }

    /// Only payloads with this tag.
    #[must_use]
    pub const fn tag(mut self, tag: &'c str) -> Route<'c> {
        self.rule.tag = Some(tag);
        self.rule.looks_inside = Some(holds_inside);
        self
    }

    /// Only payloads with this extra pair.
    #[must_use]
    pub const fn extra(mut self, key: &'c str, value: &'c str) -> Route<'c> {
        self.rule.extra = Some((key, value));
        self.rule.looks_inside = Some(holds_inside);
        self
    }

    /// Only deliveries for jobs whose names begin so.
    #[must_use]
    pub const fn job_prefix(mut self, prefix: &'c str) -> Route<'c> {
        self.rule.job_prefix = Some(prefix);
        self
    }

    /// Only deliveries that this credential let in: the name of a ticket key, or of a Basic pair.
    #[must_use]
    pub const fn sender(mut self, sender: &'c str) -> Route<'c> {
        self.rule.sender = Some(sender);
        self
    }

    /// Where the route ends.
    #[must_use]
    pub const fn id(&self) -> RouteId {
        self.to
    }
}

impl Rule<'_> {
    fn holds(&self, delivery: &Properties<'_, '_>) -> bool {
        self.kind.is_none_or(|kind| kind == delivery.kind)
            && self.job_prefix.is_none_or(|prefix| delivery.job.is_some_and(|job| job.starts_with(prefix)))
            && self.sender.is_none_or(|sender| delivery.sender == Some(sender))
            && self.looks_inside.is_none_or(|holds| delivery.payload.is_some_and(|payload| holds(self, payload)))
    }

    /// Whether the conditions are the same: how they are looked at follows from them.
    const fn is(&self, other: &Rule<'_>) -> bool {
        let same_kind = match (self.kind, other.kind) {
            (Some(kind), Some(other)) => kind as u8 == other as u8,
            (kind, other) => kind.is_none() && other.is_none(),
        };
        let same_extra = match (self.extra, other.extra) {
            (Some((key, value)), Some((other_key, other_value))) => {
                same_text(Some(key), Some(other_key)) && same_text(Some(value), Some(other_value))
            }
            (extra, other) => extra.is_none() && other.is_none(),
        };
        same_kind
            && same_extra
            && same_text(self.tag, other.tag)
            && same_text(self.job_prefix, other.job_prefix)
            && same_text(self.sender, other.sender)
    }
}

/// `==`, for constants.
const fn same_text(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return one.is_none() && other.is_none() };
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// Whether tag and extra pair are as the rule says.
fn holds_inside(rule: &Rule<'_>, payload: &Payload<'_>) -> bool {
    rule.tag.is_none_or(|tag| payload.tags().contains(tag))
        && rule.extra.is_none_or(|(key, value)| payload.extra().value(key).is_some_and(|found| found == *value))
}

impl PartialEq for Rule<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for Rule<'_> {}

impl fmt::Debug for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rule { kind, tag, extra, job_prefix, sender, .. } = self;
        f.debug_struct("Rule")
            .field("kind", kind)
            .field("tag", tag)
            .field("extra", extra)
            .field("job_prefix", job_prefix)
            .field("sender", sender)
            .finish()
    }
}

/// What routes look at.
#[derive(Clone, Copy, Debug)]
pub struct Properties<'d, 'b> {
    /// What the delivery is.
    pub kind: Kind,
    /// The job that its ticket names.
    pub job: Option<&'d str>,
    /// The credential that let it in.
    pub sender: Option<&'d str>,
    /// Its payload, if it is JSON: tags and extra pairs are read there.
    pub payload: Option<&'d Payload<'b>>,
}

/// The routes of a receiver, in order, and the fallback.
#[derive(Clone, Copy, Debug)]
pub struct Routes<'c> {
    routes: &'c [Route<'c>],
    fallback: RouteId,
}

impl<'c> Routes<'c> {
    /// These routes in this order; what matches none of them goes to the fallback.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RouteRepeated`] when two rules are the same; the offset is the place of the second one in `routes`.
    /// Of a constant that is known when the program is compiled.
    pub const fn new(routes: &'c [Route<'c>], fallback: RouteId) -> Result<Routes<'c>, Error> {
        let mut at = 0;
        while at < routes.len() {
            let mut earlier = 0;
            while earlier < at {
                if routes[earlier].rule.is(&routes[at].rule) {
                    return Err(Error::new(ErrorKind::RouteRepeated, at));
                }
                earlier += 1;
            }
            at += 1;
        }
        Ok(Routes { routes, fallback })
    }

    /// No routes: everything goes to the fallback, [`RouteId`] 0.
    pub const NONE: Routes<'static> = Routes { routes: &[], fallback: RouteId(0) };

    /// The route of this delivery.
    #[must_use]
    #[inline(never)]
    pub fn find(&self, delivery: &Properties<'_, '_>) -> RouteId {
        self.routes.iter().find(|route| route.rule.holds(delivery)).map_or(self.fallback, |route| route.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &[u8] =
        br#"{"metadata":{"request_id":"r","tags":["a","voic\u0065mail"],"extra":{"team":"blue"}},"results":{"channels":[]}}"#;

    #[test]
    fn each_condition_is_looked_at() {
        let payload = Payload::parse(DOCUMENT).unwrap();
        let delivery =
            Properties { kind: payload.kind(), job: Some("night.7"), sender: Some("acme"), payload: Some(&payload) };
        let to = Route::to(RouteId(1));
        for (route, matches) in [
            (to.kind(Kind::Transcript), true),
            (to.kind(Kind::Analysis), false),
            (to.tag("voicemail"), true),
            (to.tag("voice"), false),
            (to.extra("team", "blue"), true),
            (to.extra("team", "red"), false),
            (to.extra("crew", "blue"), false),
            (to.job_prefix("night."), true),
            (to.job_prefix("day."), false),
            (to.sender("acme"), true),
            (to.sender("other"), false),
            (to.kind(Kind::Transcript).sender("other"), false),
        ] {
            let rules = [route];
            let found = Routes::new(&rules, RouteId(0)).unwrap().find(&delivery);
            assert_eq!(found == RouteId(1), matches, "{route:?}");
        }
    }

    #[test]
    fn the_first_match_wins() {
        let rules = [Route::to(RouteId(7)).kind(Kind::Audio), Route::to(RouteId(8))];
        let routes = Routes::new(&rules, RouteId(0)).unwrap();
        let delivery = Properties { kind: Kind::Audio, job: None, sender: None, payload: None };
        assert_eq!(routes.find(&delivery), RouteId(7));
        assert_eq!(routes.find(&Properties { kind: Kind::Failure, ..delivery }), RouteId(8));
    }

    #[test]
    fn the_same_rule_twice_is_an_error_that_names_the_second() {
        let rules = [Route::to(RouteId(1)).tag("a"), Route::to(RouteId(2)).tag("b"), Route::to(RouteId(3)).tag("a")];
        assert_eq!(Routes::new(&rules, RouteId(0)).unwrap_err(), Error::new(ErrorKind::RouteRepeated, 2));
    }
}
