//! The callback URL of a submission: written, and checked before Deepgram sees it.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use ringback_core::callback_url::{CallbackUrl, Warning, Warnings};

use crate::boundary::{Failed, Given, copy, guard, guard_or, room};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::ticket::ringback_ticket;

/// The credentials can be read by everyone on the way: use https or wss. A bit of the warnings about a URL.
pub const RINGBACK_WARNING_CREDENTIALS_IN_CLEAR: u32 = 1;
/// The URL has more than 1024 bytes, and servers on the way may refuse it: shorten it. A bit of the warnings about a URL.
pub const RINGBACK_WARNING_URL_LONG: u32 = 2;

/// How the ticket travels: one of `RINGBACK_PLACE_...`.
pub type ringback_place = u32;

/// As user name and password: it comes back as `Authorization`.
pub const RINGBACK_PLACE_AUTHORIZATION: ringback_place = 0;
/// As the last segment of the path, for proxies that strip `Authorization`.
pub const RINGBACK_PLACE_PATH: ringback_place = 1;
/// As extra metadata, for proxies that strip `Authorization`: `extra=KEY:USER:PASSWORD` has to be sent along, which only
/// `/v1/listen` takes.
pub const RINGBACK_PLACE_EXTRA: ringback_place = 2;

/// A callback URL in the making, and what goes along with it. All zeros but for `base` is a good beginning.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_url<'u> {
    /// The URL of the receiver, of which path and query are kept.
    pub base: ringback_str<'u>,
    /// The ticket of the submission; may be NULL.
    pub ticket: Option<&'u ringback_ticket>,
    /// How the ticket travels.
    pub place: ringback_place,
    /// The key of extra metadata, if the ticket travels there.
    pub extra_key: ringback_str<'u>,
    /// A fixed user name, instead of a ticket; may be absent.
    pub user: ringback_str<'u>,
    /// The password of `user`.
    pub password: ringback_str<'u>,
    /// The `callback_method` that is sent along; may be absent.
    pub method: ringback_str<'u>,
    /// Whether the submission is a stream, so that `ws` and `wss` are let through.
    pub stream: bool,
    /// Whether ports other than 80, 443, 8080 and 8443 are let through: for a self-hosted Deepgram, and for tests.
    pub any_port: bool,
    /// Whether to encode the URL once more, as a query value. The official SDKs do that themselves.
    pub encoded: bool,
}

/// Writes a callback URL. Whoever has it can deliver, so it belongs into a submission and into no log.
///
/// Parameters: `url`: what to write. `buffer`, `capacity`: room for the URL and a NUL; 4,096 bytes are plenty. `len`:
/// may be NULL; the length without the NUL. `warnings`: may be NULL; what is unwise: bits of `RINGBACK_WARNING_...`.
/// `error_at`: may be NULL; where in the base URL or in the part concerned the error was noticed.
///
/// Returns: `RINGBACK_OK`; from 401 to 414, `RINGBACK_ERROR_USER_INVALID` or `RINGBACK_ERROR_PASSWORD_INVALID`:
/// Deepgram would refuse it, or a transcript would be lost; the message names the cure;
/// `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such place; `RINGBACK_ERROR_BUFFER_TOO_SMALL`: give more room.
///
/// Ownership: nothing is kept; the URL is a copy, terminated by a NUL.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_url_write(
    url: Option<&ringback_url<'_>>,
    buffer: *mut c_char,
    capacity: usize,
    len: Option<&mut MaybeUninit<usize>>,
    warnings: Option<&mut MaybeUninit<u32>>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let url = url.given()?;
        if buffer.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: writable and nobody else's, as the caller has promised.
        let room = unsafe { room(buffer.cast(), capacity) }?;
        let mut text = String::new();
        let made = url.make()?;
        let written = if url.encoded { made.write_encoded(&mut text) } else { made.write_raw(&mut text) };
        let found = located(written, error_at)?;
        text.push('\0');
        let written = copy(text.as_bytes(), room)?;
        if let Some(len) = len {
            len.write(written - 1);
        }
        if let Some(warnings) = warnings {
            warnings.write(bits(found));
        }
        Ok(())
    })
}

/// Checks a callback URL without writing it, be it one that is whole already, with credentials and all.
///
/// Parameters: `url`: what to check. `warnings`: may be NULL; what is unwise: bits of `RINGBACK_WARNING_...`.
/// `error_at`: may be NULL; where in the base URL or in the part concerned the error was noticed.
///
/// Returns: `RINGBACK_OK`; from 401 to 414, `RINGBACK_ERROR_USER_INVALID` or `RINGBACK_ERROR_PASSWORD_INVALID`:
/// Deepgram would refuse it, or a transcript would be lost; the message names the cure;
/// `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such place.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_url_check(
    url: Option<&ringback_url<'_>>,
    warnings: Option<&mut MaybeUninit<u32>>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| {
        let found = located(url.given()?.make()?.check(), error_at)?;
        if let Some(warnings) = warnings {
            warnings.write(bits(found));
        }
        Ok(())
    })
}

/// Checks a pair of extra metadata that is sent along with a submission (`extra=KEY:VALUE`).
///
/// Parameters: `key`, `value`: the pair. `error_at`: may be NULL; where in the key the error was noticed.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_EXTRA_INVALID`: the key is empty or holds a colon;
/// `RINGBACK_ERROR_EXTRA_TOO_LONG`: Deepgram would refuse it, so shorten it.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_extra_check(
    key: ringback_str<'_>,
    value: ringback_str<'_>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| located(ANY_URL.extra(key.text()?, value.text()?).check(), error_at).map(drop))
}

/// Checks a tag that is sent along with a submission (`tag=`).
///
/// Parameters: `tag`: the tag. `error_at`: may be NULL; where in it the error was noticed.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_TAG_TOO_LONG`: Deepgram would refuse it, so shorten it.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_tag_check(
    tag: ringback_str<'_>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> ringback_result {
    guard(|| located(ANY_URL.tag(tag.text()?).check(), error_at).map(drop))
}

/// The sentence for a warning, with the cure.
///
/// Parameters: `warning`: one of `RINGBACK_WARNING_...`.
///
/// Returns: the sentence; an empty string for a number that is no warning of this version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_warning_message(warning: u32) -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || {
        let found = Warning::ALL.into_iter().find(|other| bit(*other) == warning);
        found.map_or(ringback_str::NONE, |warning| warning.message().into())
    })
}

/// A URL in which nothing is wrong, so that what goes along decides.
const ANY_URL: CallbackUrl<'static> = CallbackUrl::new("https://example.com/");

impl<'u> ringback_url<'u> {
    fn make(&self) -> Result<CallbackUrl<'u>, Failed> {
        let mut url = CallbackUrl::new(self.base.text()?).any_port(self.any_port).stream(self.stream);
        if let Some(user) = self.user.optional()? {
            url = url.basic(user, self.password.text()?);
        }
        if let Some(ticket) = self.ticket {
            url = match self.place {
                RINGBACK_PLACE_AUTHORIZATION => url.ticket(&ticket.text),
                RINGBACK_PLACE_PATH => url.ticket_in_path(&ticket.text),
                RINGBACK_PLACE_EXTRA => url.ticket_in_extra(self.extra_key.text()?, &ticket.text),
                _ => return Err(Failed::INVALID),
            };
        }
        if let Some(method) = self.method.optional()? {
            url = url.method(method);
        }
        Ok(url)
    }
}

/// Notes where an error is.
fn located<T>(
    outcome: Result<T, ringback_core::Error>,
    error_at: Option<&mut MaybeUninit<usize>>,
) -> Result<T, Failed> {
    Ok(outcome.inspect_err(|error| {
        if let Some(error_at) = error_at {
            error_at.write(error.offset());
        }
    })?)
}

fn bit(warning: Warning) -> u32 {
    match warning {
        Warning::CredentialsInClear => RINGBACK_WARNING_CREDENTIALS_IN_CLEAR,
        Warning::UrlLong => RINGBACK_WARNING_URL_LONG,
        _ => 0,
    }
}

fn bits(warnings: Warnings) -> u32 {
    warnings.iter().map(bit).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_has_a_bit_and_a_sentence() {
        for warning in Warning::ALL {
            assert_eq!(bit(warning).count_ones(), 1);
            assert_eq!(ringback_warning_message(bit(warning)).text(), Ok(warning.message()));
        }
        assert_eq!(ringback_warning_message(3).optional(), Ok(None));
    }
}
