//! A URL taken apart and checked (RFC 3986 section 3).
//!
//! Stricter than the RFC where a URL would be refused by the sender or never arrive: only what a public web server has
//! is let through. Nothing is normalised; the parts are offsets into the text.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::ops::Range;

use crate::error::{Error, ErrorKind};

/// Which ports and schemes are let through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    pub any_port: bool,
    pub stream: bool,
}

/// A checked URL: `scheme "://" [ userinfo "@" ] host [ ":" port ] path [ "?" query ]`.
#[derive(Clone)]
pub(super) struct Parts {
    /// Whether the scheme is `https` or `wss`.
    pub secure: bool,
    /// Where the authority begins: after `://`.
    pub authority: usize,
    /// The user information without its `@`.
    pub userinfo: Option<Range<usize>>,
    /// Where the host begins: after the `@`, if there is one.
    pub host: usize,
    /// Where the path ends: at the `?`, or at the end.
    pub path_end: usize,
}

impl Parts {
    /// Takes `url` apart, or tells the first thing that is wrong and where.
    pub fn parse(url: &str, rules: Rules) -> Result<Parts, Error> {
        check_characters(url)?;
        let (secure, authority) = parse_scheme(url, rules)?;
        if let Some(at) = url.find('#') {
            return Err(Error::new(ErrorKind::UrlFragment, at));
        }
        let end = url[authority..].find(['/', '?']).map_or(url.len(), |at| authority + at);
        let path_end = url[end..].find('?').map_or(url.len(), |at| end + at);
        let at_sign = url[authority..end].rfind('@').map(|at| authority + at);
        let host = at_sign.map_or(authority, |at| at + 1);
        let port = parse_host(url, host..end)?;
        check_port(&url[port.clone()], port.start, rules)?;
        let userinfo = at_sign.map(|at| authority..at);
        if let Some(userinfo) = userinfo.clone() {
            check_userinfo(&url[userinfo], authority)?;
        }
        Ok(Parts { secure, authority, userinfo, host, path_end })
    }
}

/// The ports that Deepgram calls.
const PORTS: [u32; 4] = [80, 443, 8080, 8443];
/// The longest host name and its longest label (RFC 1035 section 2.3.4).
const MAX_HOST_LENGTH: usize = 253;
const MAX_LABEL_LENGTH: usize = 63;

#[cold]
fn malformed(at: usize) -> Error {
    Error::new(ErrorKind::UrlMalformed, at)
}

/// Every character is reserved, unreserved or the beginning of a percent-encoded byte (RFC 3986 section 2).
fn check_characters(url: &str) -> Result<(), Error> {
    let bytes = url.as_bytes();
    if bytes.is_empty() {
        return Err(malformed(0));
    }
    for (at, &byte) in bytes.iter().enumerate() {
        let fits = match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
            _ => byte.is_ascii_graphic(),
        };
        if !fits {
            return Err(malformed(at));
        }
    }
    Ok(())
}

/// Whether the scheme is a secure one, and where the authority begins.
fn parse_scheme(url: &str, rules: Rules) -> Result<(bool, usize), Error> {
    let scheme_end = url.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
    let scheme_end = scheme_end.unwrap_or(url.len());
    let (scheme, rest) = url.split_at(scheme_end);
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if !rest.starts_with("://") || !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let nearly = rest.starts_with(':') && (is("http") || is("https") || is("ws") || is("wss"));
        return Err(if nearly { malformed(scheme_end) } else { ErrorKind::UrlSchemeMissing.into() });
    }
    let secure = is("https") || is("wss");
    let known = is("http") || is("https") || rules.stream && (is("ws") || is("wss"));
    if known { Ok((secure, scheme_end + "://".len())) } else { Err(ErrorKind::UrlSchemeUnsupported.into()) }
}

/// Checks the host, and tells where the port is; an empty range if there is none.
fn parse_host(url: &str, range: Range<usize>) -> Result<Range<usize>, Error> {
    let Range { start, end } = range;
    let text = &url[start..end];
    if let Some(literal) = text.strip_prefix('[') {
        let (address, rest) = literal.split_once(']').ok_or_else(|| malformed(start))?;
        address.parse::<Ipv6Addr>().map_err(|_| malformed(start + 1))?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok(end - port.len()..end),
            None if rest.is_empty() => Ok(end..end),
            None => Err(malformed(end - rest.len())),
        };
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    check_name(name, start)?;
    Ok(end - port.len()..end)
}

/// Checks a host name or an IPv4 address that begins at `start`.
fn check_name(name: &str, start: usize) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::new(ErrorKind::UrlHostMissing, start));
    }
    if let Some(at) = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')) {
        let underscore = name.as_bytes()[at] == b'_';
        let kind = if underscore { ErrorKind::UrlHostUnderscore } else { ErrorKind::UrlMalformed };
        return Err(Error::new(kind, start + at));
    }
    // One dot at the end is that of the root.
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.len() > MAX_HOST_LENGTH {
        return Err(malformed(start + MAX_HOST_LENGTH));
    }
    let mut at = start;
    for label in name.split('.') {
        if label.is_empty() || label.len() > MAX_LABEL_LENGTH {
            return Err(malformed(at));
        }
        at += label.len() + 1;
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    if last.bytes().all(|byte| byte.is_ascii_digit()) && name.parse::<Ipv4Addr>().is_err() {
        return Err(malformed(start));
    }
    Ok(())
}

/// Checks a port that begins at `start`; an empty one is that of the scheme (RFC 3986 section 3.2.3).
fn check_port(port: &str, start: usize, rules: Rules) -> Result<(), Error> {
    if port.is_empty() {
        return Ok(());
    }
    if let Some(at) = port.find(|c: char| !c.is_ascii_digit()) {
        return Err(malformed(start + at));
    }
    // Too many digits for a number are too many for a port.
    let number = port.parse::<u32>().unwrap_or(u32::MAX);
    if number == 0 || number > u32::from(u16::MAX) {
        return Err(malformed(start));
    }
    if rules.any_port || PORTS.contains(&number) { Ok(()) } else { Err(Error::new(ErrorKind::UrlPort, start)) }
}

/// Checks `user ":" password`, both percent-encoded, as what RFC 7617 can carry. It begins at `start`.
fn check_userinfo(userinfo: &str, start: usize) -> Result<(), Error> {
    if let Some(at) = userinfo.find(['@', '[', ']']) {
        return Err(malformed(start + at));
    }
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    if user.is_empty() {
        return Err(Error::new(ErrorKind::UserInvalid, start));
    }
    for (at, byte) in encoded(user) {
        if byte == b':' {
            return Err(Error::new(ErrorKind::UrlUserColon, start + at));
        }
        if byte.is_ascii_control() {
            return Err(Error::new(ErrorKind::UserInvalid, start + at));
        }
    }
    let at_password = start + userinfo.len() - password.len();
    if password.is_empty() {
        return Err(Error::new(ErrorKind::PasswordInvalid, at_password));
    }
    match encoded(password).find(|(_, byte)| byte.is_ascii_control()) {
        Some((at, _)) => Err(Error::new(ErrorKind::PasswordInvalid, at_password + at)),
        None => Ok(()),
    }
}

/// The bytes that are percent-encoded in a text whose characters have been checked, and where they are.
fn encoded(text: &str) -> impl Iterator<Item = (usize, u8)> {
    text.match_indices('%').filter_map(|(at, _)| {
        let hex = text.get(at + 1..at + 3)?;
        Some((at, u8::from_str_radix(hex, 16).ok()?))
    })
}
