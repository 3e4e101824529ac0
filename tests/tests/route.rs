//! Routes, as the vectors say.

use ringback::route::{Properties, RouteId, Routes};
use ringback::{Error, Payload};
use ringback_tests::setup::Rule;
use ringback_tests::{Bytes, Failed, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    routes: Vec<Rule>,
    fallback: u32,
    kind: Option<String>,
    job: Option<String>,
    sender: Option<String>,
    body: Option<Bytes>,
    route: Option<u32>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn deliveries_take_their_routes() {
    for case in load::<Case>("routes") {
        let expected = match (case.error.clone(), case.offset) {
            (Some(error), Some(offset)) => Err(Failed { error, offset }),
            _ => Ok(case.route.expect("a route")),
        };
        assert_eq!(case.find().map_err(Failed::of), expected, "{}", case.name);
    }
}

impl Case {
    fn find(&self) -> Result<u32, Error> {
        let routes = self.routes.iter().map(Rule::route).collect::<Result<Vec<_>, _>>()?;
        let routes = Routes::new(&routes, RouteId(self.fallback))?;
        let body = self.body.as_ref().map(Bytes::bytes);
        let payload = body.as_deref().map(|body| Payload::parse(body).expect("JSON"));
        let delivery = Properties {
            kind: self.kind.as_deref().expect("a kind").parse()?,
            job: self.job.as_deref(),
            sender: self.sender.as_deref(),
            payload: payload.as_ref(),
        };
        Ok(routes.find(&delivery).0)
    }
}
