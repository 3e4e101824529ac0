//! JSON pointers (RFC 6901).
//!
//! A pointer goes down by position: only the value that it leads to needs an end.

use super::landmarks::Span;
use super::string::Str;
use super::value::Value;
use super::walk::Walk;
use crate::error::{Error, ErrorKind};

/// Follows `pointer` from the value that begins at `start`.
pub(super) fn find<'a>(text: &'a str, start: usize, spans: &[Span], pointer: &str) -> Result<Option<Value<'a>>, Error> {
    check(pointer)?;
    let place = pointer.split('/').skip(1).try_fold(start, |at, token| child(text, at, spans, token));
    Ok(place.and_then(|at| Walk::value_at(text, at, spans)))
}

fn check(pointer: &str) -> Result<(), Error> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err(Error::new(ErrorKind::InvalidPointer, 0));
    }
    for (at, _) in pointer.match_indices('~') {
        if !matches!(pointer.as_bytes().get(at + 1), Some(b'0' | b'1')) {
            return Err(Error::new(ErrorKind::InvalidPointer, at));
        }
    }
    Ok(())
}

/// Where the child that `token` names begins, in the value that begins at `at`.
fn child(text: &str, at: usize, spans: &[Span], token: &str) -> Option<usize> {
    let mut walk = Walk::new(text, at, spans);
    match text.as_bytes().get(at)? {
        b'{' => {
            let mut found = None;
            while let Some((name, start)) = walk.member() {
                if names(token, name) {
                    found = Some(start);
                }
            }
            found
        }
        b'[' => {
            let index = index(token)?;
            for _ in 0..index {
                walk.element()?;
            }
            walk.element()
        }
        _ => None,
    }
}

/// Whether `token` is that name.
fn names(token: &str, name: Str<'_>) -> bool {
    if !token.contains('~') {
        return name == token;
    }
    let mut chars = token.chars();
    let decoded = core::iter::from_fn(|| match chars.next()? {
        '~' if chars.next()? == '1' => Some('/'),
        '~' => Some('~'),
        char => Some(char),
    });
    name.chars().eq(decoded)
}

/// Digits without a leading zero. Whatever does not fit is beyond the end of any array.
fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with('0');
    (canonical && token.bytes().all(|byte| byte.is_ascii_digit())).then(|| token.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    const TEXT: &str = r#" {"foo":["bar",{"a":1},null],"":0,"a/b":1,"m~n":2,"~1":3,"dup":{"x":1},"dup":{"y":2},"\u00e9":4,
        "null":null,"0":{"1":"one"}} "#;

    fn raw(pointer: &str) -> Option<&'static str> {
        let document = Document::parse(TEXT.as_bytes()).unwrap();
        let found = document.pointer(pointer).unwrap().map(|value| value.raw());
        assert_eq!(document.root().pointer(pointer).unwrap().map(|value| value.raw()), found);
        found
    }

    #[test]
    fn pointers_lead_to_members_and_elements() {
        assert_eq!(raw(""), Some(TEXT.trim()));
        assert_eq!(raw("/foo"), Some(r#"["bar",{"a":1},null]"#));
        assert_eq!(raw("/foo/0"), Some("\"bar\""));
        assert_eq!(raw("/foo/1/a"), Some("1"));
        assert_eq!(raw("/foo/2"), Some("null"));
        assert_eq!(raw("/"), Some("0"));
        assert_eq!(raw("/a~1b"), Some("1"));
        assert_eq!(raw("/m~0n"), Some("2"));
        assert_eq!(raw("/~01"), Some("3"));
        assert_eq!(raw("/é"), Some("4"));
        assert_eq!(raw("/null"), Some("null"));
        assert_eq!(raw("/0/1"), Some("\"one\""));
    }

    #[test]
    fn the_last_of_duplicates_counts_on_the_way_too() {
        assert_eq!(raw("/dup/y"), Some("2"));
        assert_eq!(raw("/dup/x"), None);
    }

    #[test]
    fn what_is_not_there_is_none() {
        for pointer in [
            "/absent",
            "/foo/3",
            "/foo/-",
            "/foo/01",
            "/foo/+1",
            "/foo/",
            "/foo/x",
            "/foo/0/x",
            "/foo/1/",
            "//",
            "/null/x",
            "/foo/99999999999999999999999",
            // Nobody counts to it once the array has ended.
            "/foo/18446744073709551615",
            "/a~1b/0",
        ] {
            assert_eq!(raw(pointer), None, "{pointer}");
        }
    }

    #[test]
    fn a_pointer_that_is_none_is_an_error_wherever_it_would_lead() {
        let document = Document::parse(b"1").unwrap();
        for (pointer, offset) in [("foo", 0), ("~0", 0), ("/a~", 2), ("/a/~2", 3), ("/~1~", 3), ("/~~1", 1)] {
            let error = Error::new(ErrorKind::InvalidPointer, offset);
            assert_eq!(document.pointer(pointer).unwrap_err(), error, "{pointer}");
            assert_eq!(document.root().pointer(pointer).unwrap_err(), error, "{pointer}");
        }
    }
}
