//! The identifier that Deepgram gives to a submission.
//!
//! It is a UUID, of version 4 for years and of version 7 since, so the version is never looked at. Documentation,
//! mocks and other senders use texts such as `uuid`; those are kept and compared like any other identifier, for
//! a document is not refused because of its name. Only what could disturb a log or a table is refused: nothing, more
//! than [`RequestId::MAX_LENGTH`] bytes, and whatever is not visible ASCII.

use core::fmt;

use crate::error::{Error, ErrorKind};

/// A request id: a UUID of any version, or a short foreign text. It borrows the text only if it is foreign.
///
/// Two ids are equal if they name the same submission: UUIDs are compared as 16 bytes, hence without regard to case,
/// foreign texts byte by byte.
///
/// ```
/// use ringback::request_id::RequestId;
///
/// let id = RequestId::parse("019F7A10-0C2B-7D11-8A3E-5B6C7D8E9F00")?;
/// assert_eq!(id, RequestId::parse("019f7a10-0c2b-7d11-8a3e-5b6c7d8e9f00")?);
/// assert!(RequestId::parse("a b").is_err());
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId<'a>(Form<'a>);

/// Private, so that a text that could be a UUID is never kept as a foreign one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form<'a> {
    Uuid([u8; 16]),
    Foreign(&'a str),
}

impl<'a> RequestId<'a> {
    /// The most bytes that an id may have.
    pub const MAX_LENGTH: usize = 128;

    /// Parses an id: 1 to 128 visible ASCII characters, a UUID if it has the hyphenated form of 36 characters.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RequestIdInvalid`] at the first byte that does not belong there.
    pub fn parse(text: &'a str) -> Result<RequestId<'a>, Error> {
        let bytes = text.as_bytes();
        if let Some(uuid) = parse_uuid(bytes) {
            return Ok(RequestId(Form::Uuid(uuid)));
        }
        let kept = &bytes[..bytes.len().min(Self::MAX_LENGTH)];
        let offset = kept.iter().position(|byte| !byte.is_ascii_graphic()).unwrap_or(kept.len());
        if bytes.is_empty() || offset < bytes.len() {
            return Err(Error::new(ErrorKind::RequestIdInvalid, offset));
        }
        Ok(RequestId(Form::Foreign(text)))
    }

    /// The id with these 16 bytes in network order (RFC 9562 section 4).
    #[must_use]
    pub const fn from_bytes(uuid: [u8; 16]) -> RequestId<'static> {
        RequestId(Form::Uuid(uuid))
    }

    /// The 16 bytes of the UUID in network order, unless the id is a foreign text.
    #[must_use]
    pub const fn as_bytes(&self) -> Option<&[u8; 16]> {
        match &self.0 {
            Form::Uuid(uuid) => Some(uuid),
            Form::Foreign(_) => None,
        }
    }

    /// The UUID as it is written, in lower case and ASCII, unless the id is a foreign text: for whom `Display` takes too long.
    #[must_use]
    pub fn hyphenated(&self) -> Option<[u8; 36]> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'-'; 36];
        for (&[first, second], at) in self.as_bytes()?.as_chunks().0.iter().zip(GROUPS) {
            let digits = [first >> 4, first & 15, second >> 4, second & 15].map(|digit| DIGITS[usize::from(digit)]);
            *text.get_mut(at..)?.first_chunk_mut()? = digits;
        }
        Some(text)
    }

    /// Feeds a hash with bytes that are equal exactly if the ids are, and of which none are a prefix of another id's:
    /// 0 and the 16 bytes of a UUID, or the length of a foreign text and its bytes.
    pub fn feed(&self, sink: &mut impl FnMut(&[u8])) {
        match self.0 {
            Form::Uuid(uuid) => {
                sink(&[0]);
                sink(&uuid);
            }
            Form::Foreign(text) => {
                // At most 128, as `parse` has seen to.
                sink(&[text.len() as u8]);
                sink(text.as_bytes());
            }
        }
    }
}

/// Writes a UUID in lower case, a foreign text as it came.
impl fmt::Display for RequestId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Foreign(text) => f.pad(text),
            Form::Uuid(_) => {
                let text = self.hyphenated().ok_or(fmt::Error)?;
                f.pad(core::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }
    }
}

impl fmt::Debug for RequestId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

/// Where four digits stand together in a UUID.
const GROUPS: [usize; 8] = [0, 4, 9, 14, 19, 24, 28, 32];

fn parse_uuid(text: &[u8]) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.try_into().ok()?;
    // A bit for whatever does not belong there, so that nothing is decided before the end.
    let mut wrong = u32::from((text[8] ^ b'-') | (text[13] ^ b'-') | (text[18] ^ b'-') | (text[23] ^ b'-'));
    let mut uuid = [0; 16];
    for (pair, at) in uuid.as_chunks_mut::<2>().0.iter_mut().zip(GROUPS) {
        let digits = u32::from_be_bytes(*text.get(at..)?.first_chunk()?);
        let nibbles = nibbles(digits);
        wrong |= digits_of(nibbles) ^ lower_case(digits) | nibbles & 0xF0F0_F0F0;
        let [_, first, _, second] = (nibbles | nibbles >> 4).to_be_bytes();
        *pair = [first, second];
    }
    (wrong == 0).then_some(uuid)
}

/// What four hexadecimal digits stand for, each in its byte. Of other characters it is less than 25.
const fn nibbles(digits: u32) -> u32 {
    (digits & 0x0F0F_0F0F) + 9 * (digits >> 6 & 0x0101_0101)
}

/// The digits in lower case that four numbers below 25 have, as if the alphabet went on behind the `f`.
const fn digits_of(nibbles: u32) -> u32 {
    let letters = (nibbles + 0x7676_7676) >> 7 & 0x0101_0101;
    nibbles + 0x3030_3030 + (b'a' - b'0' - 10) as u32 * letters
}

/// Four characters, with each capital letter turned into a small one.
const fn lower_case(characters: u32) -> u32 {
    characters | (characters & 0x4040_4040) >> 1
}

#[cfg(test)]
mod tests {
    use std::{format, string::String, string::ToString, vec::Vec};

    use super::*;

    const V4: &str = "0fa4c3d2-9b1e-4c5f-8a7b-6d5e4f3a2b1c";
    const V7: &str = "019f7a10-0c2b-7d11-8a3e-5b6c7d8e9f00";

    fn fed(id: RequestId<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        id.feed(&mut |part| bytes.extend_from_slice(part));
        bytes
    }

    #[test]
    fn uuids_of_any_version_are_read_and_written() {
        for text in [V4, V7, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"] {
            let id = RequestId::parse(text).unwrap();
            assert!(id.as_bytes().is_some());
            assert_eq!(id.hyphenated().as_ref().map(<[u8; 36]>::as_slice), Some(text.as_bytes()));
            assert_eq!(id.to_string(), text);
        }
        assert_eq!(
            RequestId::parse(V7).unwrap().as_bytes(),
            Some(&[1, 0x9f, 0x7a, 0x10, 0x0c, 0x2b, 0x7d, 0x11, 0x8a, 0x3e, 0x5b, 0x6c, 0x7d, 0x8e, 0x9f, 0])
        );
    }

    #[test]
    fn case_of_a_uuid_makes_no_difference() {
        let upper = V7.to_uppercase();
        assert_eq!(RequestId::parse(&upper).unwrap(), RequestId::parse(V7).unwrap());
        assert_eq!(RequestId::parse(&upper).unwrap().to_string(), V7);
    }

    #[test]
    fn a_uuid_of_another_form_is_a_foreign_text() {
        for text in [&V4.replace('-', ""), &V4.replace('a', "g"), &V4.replace('-', "_"), "{uuid}", "uuid", "7"] {
            let id = RequestId::parse(text).unwrap();
            assert_eq!((id.as_bytes(), id.hyphenated()), (None, None), "{text}");
            assert_eq!(id.to_string(), *text);
        }
    }

    #[test]
    fn every_character_at_every_place_is_read_as_the_library_reads_it() {
        for (place, character) in (0..36).flat_map(|place| (0..=0x7F).map(move |character| (place, character))) {
            let mut text = V7.as_bytes().to_vec();
            text[place] = character;
            let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'-').collect();
            let digits = str::from_utf8(&digits).unwrap();
            let is_hyphen = |at| matches!(at, 8 | 13 | 18 | 23);
            let in_form = text.iter().enumerate().all(|(at, byte)| is_hyphen(at) == (*byte == b'-'));
            // The library takes a sign too.
            let number = u128::from_str_radix(digits, 16).ok().filter(|_| in_form && !digits.contains('+'));
            assert_eq!(parse_uuid(&text), number.map(u128::to_be_bytes), "{}", String::from_utf8_lossy(&text));
            // Beyond ASCII nothing is a digit.
            text[place] |= 0x80;
            assert_eq!(parse_uuid(&text), None);
        }
    }

    #[test]
    fn a_foreign_text_is_compared_with_its_case() {
        assert_ne!(RequestId::parse("UUID").unwrap(), RequestId::parse("uuid").unwrap());
        assert_eq!(RequestId::parse("uuid").unwrap(), RequestId::parse("uuid").unwrap());
    }

    #[test]
    fn a_foreign_text_has_1_to_128_visible_ascii_characters() {
        let longest = "x".repeat(128);
        assert!(RequestId::parse(&longest).is_ok());
        let too_long = "x".repeat(129);
        for (text, offset) in [("", 0), ("a b", 1), ("a\n", 1), ("\u{7f}", 0), ("abé", 2), (too_long.as_str(), 128)] {
            let error = RequestId::parse(text).unwrap_err();
            assert_eq!(error, Error::new(ErrorKind::RequestIdInvalid, offset), "{text:?}");
        }
    }

    #[test]
    fn key_bytes_tell_a_uuid_from_a_text_of_the_same_bytes() {
        let text = "0123456789abcdef";
        let foreign = RequestId::parse(text).unwrap();
        let uuid = RequestId::from_bytes(*b"0123456789abcdef");
        assert_ne!(fed(foreign), fed(uuid));
        assert_eq!(fed(foreign), [&[16], text.as_bytes()].concat());
        assert_eq!(fed(uuid), [&[0], text.as_bytes()].concat());
    }

    #[test]
    fn it_stays_small() {
        assert!(size_of::<RequestId<'_>>() <= 24);
    }

    #[test]
    fn debug_shows_the_id() {
        let shown: String = format!("{:?}", RequestId::parse(V4).unwrap());
        assert_eq!(shown, format!("RequestId({V4})"));
    }
}
