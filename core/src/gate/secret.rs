//! The secret inside a document: found, shown to whoever compares it, and overwritten.

use crate::error::{Error, ErrorKind};
use crate::json::{Document, Object, Str, Value};

/// Lets `prove` look at the secret under this key of `metadata.extra`, then overwrites it with asterisks, whatever came
/// of it. The text keeps its length and stays valid.
pub(super) fn show_and_mask<T>(
    body: &mut [u8],
    key: &str,
    prove: impl FnOnce(Str<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let Ok(document) = Document::parse(body) else { return Err(ErrorKind::SecretMissing.into()) };
    let secret = find_secret(&document, key)?;
    let start = secret.raw().as_ptr() as usize - document.text().as_ptr() as usize;
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
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => Err(ErrorKind::SecretAmbiguous.into()),
    }
}
