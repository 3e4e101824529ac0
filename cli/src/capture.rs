//! A delivery as it lies in a file: a body alone, or a whole HTTP request, as a tool that captures traffic writes it.
//!
//! Of a request only its method, its content type and its body are used. Credentials in it are not: whoever has an old
//! capture should not be let in by it.

/// A captured delivery.
#[derive(Debug, PartialEq, Eq)]
pub struct Capture {
    pub method: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl Capture {
    /// Reads a file. What does not begin as a POST or PUT request is a body.
    pub fn parse(bytes: Vec<u8>) -> Result<Capture, String> {
        let begins = |method: &str| bytes.starts_with(method.as_bytes());
        if !begins("POST /") && !begins("PUT /") {
            return Ok(Capture { method: None, content_type: None, body: bytes });
        }
        let mut fields = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(&bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Err("the head of the request has no end".into()),
            Err(error) => return Err(format!("the head of the request is not HTTP: {error}")),
        };
        let field = |name: &str| {
            let found = request.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
            found.map(|field| String::from_utf8_lossy(field.value).into_owned())
        };
        if field("transfer-encoding").is_some() || field("content-encoding").is_some() {
            return Err("the body is in chunks or compressed: give it decoded".into());
        }
        let body = &bytes[length..];
        let body = match field("content-length") {
            None => body,
            Some(text) => {
                let announced: usize = text.trim().parse().map_err(|_| "Content-Length is no number")?;
                body.get(..announced)
                    .ok_or_else(|| format!("the body ends after {} of {announced} bytes", body.len()))?
            }
        };
        Ok(Capture {
            method: request.method.map(str::to_owned),
            content_type: field("content-type"),
            body: body.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Capture, String> {
        Capture::parse(text.into())
    }

    #[test]
    fn a_request_is_taken_apart_and_its_credentials_left_out() {
        let text = "PUT /hook HTTP/1.1\r\nHost: a\r\nAuthorization: Basic xyz\r\nContent-Type: text/plain\r\n\
            Content-Length: 5\r\n\r\nhello and what followed";
        let capture = parse(text).unwrap();
        assert_eq!((capture.method.as_deref(), capture.content_type.as_deref()), (Some("PUT"), Some("text/plain")));
        assert_eq!(capture.body, b"hello");
    }

    #[test]
    fn anything_else_is_a_body() {
        for text in ["{}", "", "POSTED", "PUTTING"] {
            assert_eq!(parse(text).unwrap(), Capture { method: None, content_type: None, body: text.into() });
        }
    }

    #[test]
    fn a_request_that_is_not_whole_is_refused() {
        for (text, part) in [
            ("POST / HTTP/1.1\r\nHost: a\r\n", "no end"),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell", "4 of 5 bytes"),
            ("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "no number"),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "decoded"),
            ("POST / HTTP/1.1\r\n:\r\n\r\n", "not HTTP"),
        ] {
            assert!(parse(text).unwrap_err().contains(part), "{text}");
        }
    }
}
