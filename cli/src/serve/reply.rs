//! Answers as HTTP.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use ringback::policy::Answer;

/// What is answered to a request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// What the core says.
    Answer(Answer),
    /// Well, to a health check.
    Well,
    /// Not ready for work.
    Unready,
    /// Nothing is here.
    NotFound,
    /// The request came too slowly (RFC 9110 section 15.5.9).
    Slow,
    /// Something went wrong in here; the sender may come again.
    Broken,
}

impl Reply {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Reply::Answer(answer) => answer.status,
            Reply::Well => 200,
            Reply::Unready => 503,
            Reply::NotFound => 404,
            Reply::Slow => 408,
            Reply::Broken => 500,
        }
    }

    /// The response, which may be the last one on its connection.
    pub fn response(self, last: bool) -> Response<Full<Bytes>> {
        let (headers, body): (&[(&str, &str)], _) = match &self {
            Reply::Answer(answer) => (answer.headers(), answer.body()),
            Reply::Well => (&[], "ok\n"),
            Reply::Unready => (&[], "not ready\n"),
            Reply::NotFound => (&[], "not found\n"),
            Reply::Slow => (&[], "request timeout\n"),
            Reply::Broken => (&[], "error\n"),
        };
        let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        *response.status_mut() = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let fields = response.headers_mut();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        for (name, value) in headers {
            fields.insert(*name, HeaderValue::from_static(value));
        }
        if last {
            fields.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
