//! What the example is sent, and what it has to make of it.

/// One request, and what comes of it.
pub struct Delivery {
    pub name: &'static str,
    method: &'static str,
    authorization: &'static str,
    content_type: &'static str,
    body: Body,
    pub status: u16,
    /// The lines that the handler writes.
    pub log: &'static [&'static str],
}

enum Body {
    Text(&'static str),
    /// So many bytes of rubbish.
    Long(usize),
}

/// Tickets under the key that the example has, without an end, worked out by another implementation.
const CALL: &str = "Basic cjEuZC5EeTA5LjAwMDAwMDAwMDAuQVFFQkFRRUJBUUVCQVFFQi5jYWxsLTQyOmEtNFFzbV8tbVAtRnlfMHFKb1Y3RVE=";
const FLAKY: &str =
    "Basic cjEuZC5EeTA5LjAwMDAwMDAwMDAuQWdJQ0FnSUNBZ0lDQWdJQy5mbGFreS03OnlBeE04dTltSUNTUXI0RGJOU04wRnc=";
const BOUND: &str =
    "Basic cjEuZC5EeTA5LjAwMDAwMDAwMDAuQ1FrSkNRa0pDUWtKQ1FrSi5jYWxsLTk6dUwzNjVmQktJdzFwVmJOblFDSTNtZw==";
const STREAM: &str =
    "Basic cjEucy5EeTA5LjAwMDAwMDAwMDAuQXdNREF3TURBd01EQXdNRC5zdHJlYW0tMTpvdFM3bW00M0ROMVF6LWFYNEdJUzJ3";
const LONGEST: &str = "Basic cjEuZC5EeTA5LjAwMDAwMDAwMDAuQkFRRUJBUUVCQVFFQkFRRS5qampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqampqOmtQTXFqWTM1My1TM0JwU2JaQVB6Nmc=";
/// The first one with another code.
const FORGED: &str =
    "Basic cjEuZC5EeTA5LjAwMDAwMDAwMDAuQVFFQkFRRUJBUUVCQVFFQi5jYWxsLTQyOmEtNFFzbV8tbVAtRnlfMHFKb0FBQUE=";

const DOCUMENT: &str = r#"{"metadata":{"request_id":"019f0000-0000-7000-8000-000000000001","channels":1,"duration":1.5,"tags":["ward"]},"results":{"channels":[{"alternatives":[{"transcript":"good morning","confidence":0.98,"words":[{"word":"good","start":0.1,"end":0.4,"confidence":0.99},{"word":"morning","start":0.5,"end":9e-1,"confidence":0.97}]}]}]}}"#;
const OTHER_DOCUMENT: &str = r#"{"metadata":{"request_id":"019f0000-0000-7000-8000-0000000000e2","channels":1,"duration":1.5,"tags":["ward"]},"results":{"channels":[{"alternatives":[{"transcript":"good morning","confidence":0.98,"words":[{"word":"good","start":0.1,"end":0.4,"confidence":0.99},{"word":"morning","start":0.5,"end":9e-1,"confidence":0.97}]}]}]}}"#;
const BOUND_DOCUMENT: &str = r#"{"metadata":{"request_id":"019f0000-0000-7000-8000-0000000000e1","channels":1,"duration":1.5,"tags":["ward"]},"results":{"channels":[{"alternatives":[{"transcript":"good morning","confidence":0.98,"words":[{"word":"good","start":0.1,"end":0.4,"confidence":0.99},{"word":"morning","start":0.5,"end":9e-1,"confidence":0.97}]}]}]}}"#;
const DEEP: &str = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
const ENDLESS: &str = "Basic QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB";

pub const DELIVERIES: &[Delivery] = &[
    Delivery {
        name: "a transcript",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 200,
        log: &["transcript for call-42", "  it says: good morning"],
    },
    Delivery {
        name: "the same again",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 200,
        log: &[],
    },
    Delivery {
        name: "the same by PUT",
        method: "PUT",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 200,
        log: &[],
    },
    Delivery {
        name: "a stranger",
        method: "POST",
        authorization: "",
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 401,
        log: &[],
    },
    Delivery {
        name: "a forged ticket",
        method: "POST",
        authorization: FORGED,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 401,
        log: &[],
    },
    Delivery {
        name: "no credential but an endless one",
        method: "POST",
        authorization: ENDLESS,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 401,
        log: &[],
    },
    Delivery {
        name: "a handler that fails",
        method: "POST",
        authorization: FLAKY,
        content_type: "application/json",
        body: Body::Text(OTHER_DOCUMENT),
        status: 500,
        log: &["transcript for flaky-7"],
    },
    Delivery {
        name: "and the next attempt",
        method: "POST",
        authorization: FLAKY,
        content_type: "application/json",
        body: Body::Text(OTHER_DOCUMENT),
        status: 200,
        log: &["transcript for flaky-7"],
    },
    Delivery {
        name: "and a repeat",
        method: "POST",
        authorization: FLAKY,
        content_type: "application/json",
        body: Body::Text(OTHER_DOCUMENT),
        status: 200,
        log: &[],
    },
    Delivery {
        name: "another request id than the expected one",
        method: "POST",
        authorization: BOUND,
        content_type: "application/json",
        body: Body::Text(OTHER_DOCUMENT),
        status: 422,
        log: &[],
    },
    Delivery {
        name: "the expected request id",
        method: "POST",
        authorization: BOUND,
        content_type: "application/json",
        body: Body::Text(BOUND_DOCUMENT),
        status: 200,
        log: &["transcript for call-9", "  it says: good morning"],
    },
    Delivery {
        name: "the longest ticket",
        method: "POST",
        authorization: LONGEST,
        content_type: "application/json",
        body: Body::Text(DOCUMENT),
        status: 200,
        log: &[
            "transcript for jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj",
            "  it says: good morning",
        ],
    },
    Delivery {
        name: "a document that was cut",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text("{\"metadata\":{"),
        status: 400,
        log: &[],
    },
    Delivery {
        name: "what is no document",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text("{\"a\":nul}"),
        status: 422,
        log: &[],
    },
    Delivery {
        name: "a body that does not fit",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Long(9000),
        status: 413,
        log: &[],
    },
    Delivery {
        name: "a message of a stream",
        method: "POST",
        authorization: STREAM,
        content_type: "application/json",
        body: Body::Text(r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.5}"#),
        status: 200,
        log: &["stream.utterance_end for stream-1"],
    },
    Delivery {
        name: "the same message",
        method: "POST",
        authorization: STREAM,
        content_type: "application/json",
        body: Body::Text(r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.5}"#),
        status: 200,
        log: &[],
    },
    Delivery {
        name: "a failure in words",
        method: "POST",
        authorization: CALL,
        content_type: "text/plain",
        body: Body::Text("UUID parsing failed"),
        status: 200,
        log: &["failure for call-42"],
    },
    Delivery {
        name: "audio",
        method: "POST",
        authorization: CALL,
        content_type: "audio/wav",
        body: Body::Text("RIFF\u{0}\u{1}WAVE"),
        status: 200,
        log: &["audio for call-42"],
    },
    Delivery {
        name: "nested as deep as allowed",
        method: "POST",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text(DEEP),
        status: 200,
        log: &["unknown for call-42"],
    },
    Delivery {
        name: "another method",
        method: "GET",
        authorization: CALL,
        content_type: "application/json",
        body: Body::Text(""),
        status: 405,
        log: &[],
    },
];

/// All of them, one after the other, as they come over the line.
pub fn requests() -> Vec<u8> {
    let mut line = Vec::new();
    for delivery in DELIVERIES {
        let body = match delivery.body {
            Body::Text(text) => text.to_owned(),
            Body::Long(length) => "x".repeat(length),
        };
        let Delivery { method, authorization, content_type, .. } = delivery;
        let length = body.len();
        line.extend(format!("{method} /hook HTTP/1.1\r\nHost: board\r\n").bytes());
        if !authorization.is_empty() {
            line.extend(format!("Authorization: {authorization}\r\n").bytes());
        }
        line.extend(format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}").bytes());
    }
    line
}
