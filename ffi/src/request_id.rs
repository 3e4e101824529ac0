//! The identifier that Deepgram gives to a submission.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use ringback_core::request_id::RequestId;

use crate::boundary::{Given, Out, guard, guard_or};
use crate::result::ringback_result;
use crate::str::ringback_str;
use crate::ticket::terminated;

/// The most characters of a request id.
pub const RINGBACK_REQUEST_ID_MAX: usize = 128;

/// A request id, in the one spelling in which it is compared: a UUID in lower case, any other text as it came.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_request_id {
    /// 1 to 128 visible ASCII characters, terminated by a NUL.
    pub text: [c_char; 129],
    /// How many characters there are, without the NUL.
    pub len: u8,
    /// Whether it is a UUID.
    pub is_uuid: bool,
    /// The bytes of the UUID in network order (RFC 9562), or zeros.
    pub uuid: [u8; 16],
}

/// Reads a request id, such as that of the reply to a submission.
///
/// Parameters: `text`: the id as text. `out`: the id.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_REQUEST_ID_INVALID`: it is empty, longer than `RINGBACK_REQUEST_ID_MAX`, or has
/// other characters than visible ASCII: treat the reply as broken.
///
/// Ownership: `out` is a copy.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_request_id_parse(
    text: ringback_str<'_>,
    out: Option<&mut MaybeUninit<ringback_request_id>>,
) -> ringback_result {
    guard(|| {
        let out = Out::new(out)?;
        out.write(ringback_request_id::of(&RequestId::parse(text.text()?)?))
    })
}

/// Whether two ids name the same submission. The case of a UUID makes no difference.
///
/// Parameters: `a`, `b`: the ids.
///
/// Returns: true if they do; false also if one of them is NULL.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_request_id_equal(a: Option<&ringback_request_id>, b: Option<&ringback_request_id>) -> bool {
    guard_or(false, || match (a.given(), b.given()) {
        (Ok(a), Ok(b)) => a.chars().is_some() && a.chars() == b.chars(),
        _ => false,
    })
}

impl ringback_request_id {
    /// No id.
    pub(crate) const NONE: ringback_request_id =
        ringback_request_id { text: [0; 129], len: 0, is_uuid: false, uuid: [0; 16] };

    pub(crate) fn of(id: &RequestId<'_>) -> ringback_request_id {
        let text = id.to_string();
        let uuid = id.as_bytes();
        ringback_request_id {
            text: terminated(&text),
            // At most 128.
            len: text.len() as u8,
            is_uuid: uuid.is_some(),
            uuid: uuid.copied().unwrap_or_default(),
        }
    }

    /// The characters.
    fn chars(&self) -> Option<&[c_char]> {
        self.text.get(..self.len.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ringback_request_id, u32> {
        let mut out = MaybeUninit::uninit();
        match ringback_request_id_parse(text.into(), Some(&mut out)) {
            // SAFETY: outputs are written on success.
            0 => Ok(unsafe { out.assume_init() }),
            result => Err(result),
        }
    }

    fn shown(id: &ringback_request_id) -> String {
        id.chars().unwrap().iter().map(|char| char::from(*char as u8)).collect()
    }

    #[test]
    fn a_uuid_is_kept_in_lower_case_and_a_text_as_it_came() {
        let id = parse("019F7A10-0C2B-7D11-8A3E-5B6C7D8E9F00").unwrap();
        assert_eq!(shown(&id), "019f7a10-0c2b-7d11-8a3e-5b6c7d8e9f00");
        assert!(id.is_uuid && id.uuid[0] == 1 && id.text[36] == 0);
        assert_eq!(shown(&parse("Uuid").unwrap()), "Uuid");
        assert_eq!(parse(&"x".repeat(128)).unwrap().text[128], 0);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        assert_eq!(parse("").err(), Some(131));
        assert_eq!(parse(&"x".repeat(129)).err(), Some(131));
    }

    #[test]
    fn ids_are_compared_by_what_they_name() {
        let (a, b) = (parse("019F7A10-0C2B-7D11-8A3E-5B6C7D8E9F00"), parse("019f7a10-0c2b-7d11-8a3e-5b6c7d8e9f00"));
        assert!(ringback_request_id_equal(a.as_ref().ok(), b.as_ref().ok()));
        assert!(!ringback_request_id_equal(a.as_ref().ok(), parse("x").as_ref().ok()));
        assert!(!ringback_request_id_equal(None, None));
    }
}
