//! The secret inside a document: found, shown to whoever compares it, and overwritten.

use crate::error::{Error, ErrorKind};
use crate::json::{Document, Object, Str, Value};

/// Lets `prove` look at the secret under this key of `metadata.extra`, then overwrites it with asterisks, whatever came
/// of it. The text keeps its length and stays valid. In a text that is not valid it is masked all the same, for even that
/// may be kept, but it proves nothing.
pub(super) fn show_and_mask<T>(
    body: &mut [u8],
    key: &str,
    prove: impl FnOnce(Str<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let base = body.as_ptr() as usize;
    let Ok(document) = Document::parse(body) else {
        mask_by_sight(body, key);
        return Err(ErrorKind::SecretMissing.into());
    };
    let secret = find_secret(&document, key)?;
    let start = secret.raw().as_ptr() as usize - base;
    let length = secret.raw().len();
    let outcome = prove(secret);
    body[start..start + length].fill(b'*');
    outcome
}

/// The string at `/metadata/extra/KEY`. Whoever has several of one of these, or another type, means to confuse.
fn find_secret<'a>(document: &Document<'a>, key: &str) -> Result<Str<'a>, Error> {
    let Some(mut object) = document.root().as_object() else { return Err(ErrorKind::SecretMissing.into()) };
    for name in ["metadata", "extra"] {
        object = the_only(document, object, name)?.as_object().ok_or(ErrorKind::SecretAmbiguous)?;
    }
    the_only(document, object, key)?.as_str().ok_or(ErrorKind::SecretAmbiguous.into())
}

fn the_only<'a>(document: &Document<'a>, object: Object<'a>, name: &str) -> Result<Value<'a>, Error> {
    let mut found = document.members_of(object).filter(|(member, _)| *member == *name).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (None, _) => Err(ErrorKind::SecretMissing.into()),
        (Some(value), None) if value.is_null() => Err(ErrorKind::SecretMissing.into()),
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err(ErrorKind::SecretAmbiguous.into()),
    }
}

/// Overwrites the string after each `"KEY":`, to its closing quote or to the end.
fn mask_by_sight(body: &mut [u8], key: &str) {
    let mut at = 0;
    while let Some(found) = position(&body[at..], key.as_bytes()) {
        at += found + key.len();
        let rest = &body[at..];
        let Some(value) = rest.strip_prefix(b"\"").map(<[u8]>::trim_ascii_start) else { continue };
        let Some(value) = value.strip_prefix(b":").map(<[u8]>::trim_ascii_start) else { continue };
        let Some(value) = value.strip_prefix(b"\"") else { continue };
        let start = body.len() - value.len();
        let mut escaped = false;
        let length = value.iter().position(|&byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let end = length.map_or(body.len(), |length| start + length);
        body[start..end].fill(b'*');
        at = end;
    }
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len().max(1)).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> (Result<bool, ErrorKind>, std::string::String) {
        let mut body = std::vec::Vec::from(text);
        let found = show_and_mask(&mut body, "key", |secret| Ok(secret == "pass")).map_err(|error| error.kind());
        (found, std::string::String::from_utf8(body).unwrap())
    }

    extern crate std;

    #[test]
    fn a_secret_is_shown_decoded_and_masked_whether_it_is_right_or_wrong() {
        let (found, body) = look(r#"{"metadata":{"extra":{"key":"p\u0061ss","x":1}}}"#);
        assert_eq!((found, body.as_str()), (Ok(true), r#"{"metadata":{"extra":{"key":"*********","x":1}}}"#));
        let (found, body) = look(r#"{"metadata":{"extra":{"key":"word"}}}"#);
        assert_eq!((found, body.as_str()), (Ok(false), r#"{"metadata":{"extra":{"key":"****"}}}"#));
    }

    #[test]
    fn a_secret_that_is_not_there_is_missing() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"metadata":{}}"#,
            r#"{"metadata":null}"#,
            r#"{"metadata":{"extra":{}}}"#,
            r#"{"metadata":{"extra":{"key":"pass"}"#,
        ] {
            assert_eq!(look(text).0, Err(ErrorKind::SecretMissing), "{text}");
        }
    }

    #[test]
    fn a_secret_in_a_broken_text_is_masked_and_proves_nothing() {
        for (text, masked) in [
            (r#"{"metadata":{"extra":{"key":"pass","x":"#, r#"{"metadata":{"extra":{"key":"****","x":"#),
            (r#"{"metadata":{"extra":{"key" : "pa\"ss"#, r#"{"metadata":{"extra":{"key" : "******"#),
            (r#"{"key":"a"]{"key":"b""#, r#"{"key":"*"]{"key":"*""#),
            (r#"{"key":1, key:"a","#, r#"{"key":1, key:"a","#),
        ] {
            assert_eq!(look(text), (Err(ErrorKind::SecretMissing), masked.into()), "{text}");
        }
    }

    #[test]
    fn what_stands_there_twice_or_is_no_string_is_ambiguous() {
        for text in [
            r#"{"metadata":{"extra":{"key":"pass","key":"pass"}}}"#,
            r#"{"metadata":{"extra":{"key":"pass"},"extra":{}}}"#,
            r#"{"metadata":{"extra":{"key":"pass"}},"met\u0061data":{}}"#,
            r#"{"metadata":{"extra":{"key":1}}}"#,
            r#"{"metadata":[]}"#,
        ] {
            assert_eq!(look(text), (Err(ErrorKind::SecretAmbiguous), text.into()), "{text}");
        }
    }
}
