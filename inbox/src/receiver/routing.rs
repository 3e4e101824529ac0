//! Which handler gets a delivery: chosen when it is handled, not when it arrives.
//!
//! A receiver that keeps deliveries may be another program than the worker that handles them, and a program may have other
//! handlers after a restart. So the rules are asked with what is kept.

use ringback::payload::Kind;
use ringback::route::{Properties, Route, RouteId, Routes};

use crate::error::Error;
use crate::inbox::Work;

/// A rule: all of its conditions must hold. One without conditions holds for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Only deliveries of this kind.
    pub kind: Option<Kind>,
    /// Only payloads with this tag.
    pub tag: Option<String>,
    /// Only payloads with this extra key and value.
    pub extra: Option<(String, String)>,
    /// Only deliveries for jobs whose names begin so.
    pub job_prefix: Option<String>,
    /// Only deliveries that this credential let in.
    pub sender: Option<String>,
}

/// Rules in their order.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    rules: Vec<Rule>,
}

impl Routing {
    /// Adds a rule behind those that are there, and says its number, from 0.
    ///
    /// # Errors
    ///
    /// [`RouteRepeated`](ringback::ErrorKind::RouteRepeated): it would never match, for the same rule is there.
    pub fn add(&mut self, rule: Rule) -> Result<usize, Error> {
        if self.rules.contains(&rule) {
            return Err(ringback::ErrorKind::RouteRepeated.into());
        }
        self.rules.push(rule);
        Ok(self.rules.len() - 1)
    }

    /// The number of the first rule that holds for this delivery; none is the fallback.
    #[must_use]
    pub fn find(&self, work: &Work) -> Option<usize> {
        // A body is parsed only where a rule has to look into it.
        let looks = self.rules.iter().any(|rule| rule.tag.is_some() || rule.extra.is_some());
        let payload = if looks { work.payload() } else { None };
        let delivery = Properties {
            kind: work.kind,
            job: work.job.as_deref(),
            sender: Some(&work.sender),
            payload: payload.as_ref(),
        };
        self.rules.iter().position(|rule| rule.holds(&delivery))
    }
}

impl Rule {
    fn holds(&self, delivery: &Properties<'_, '_>) -> bool {
        const HERE: RouteId = RouteId(1);
        let mut route = Route::to(HERE);
        if let Some(kind) = self.kind {
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
        // One route cannot be the same as another.
        Routes::new(&[route], RouteId(0)).is_ok_and(|routes| routes.find(delivery) == HERE)
    }
}
