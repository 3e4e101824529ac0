//! Base64 (RFC 4648): one decoder for both of its alphabets and for texts with and without padding.
//!
//! A microcontroller that receives has to hold everything that it calls, and a library would be three times as much.
//! Nothing here branches on a character, and no address is computed from one: what is read may be a secret.

/// Decodes standard base64 with its padding or without; superfluous bits must be zero.
pub(super) fn decode<'r>(text: &[u8], room: &'r mut [u8]) -> Option<&'r [u8]> {
    let bare = match text {
        [bare @ .., b'=', b'='] | [bare @ .., b'='] => bare,
        bare => bare,
    };
    let padded = bare.len() < text.len();
    if padded && !text.len().is_multiple_of(4) {
        return None;
    }
    read(bare, b"+/", room)
}

/// Decodes as many bytes of base64url without padding as there is room for, neither more nor less; superfluous bits must
/// be zero. Says whether that is what there was.
pub(super) fn decode_url(text: &[u8], room: &mut [u8]) -> bool {
    let wanted = room.len();
    read(text, b"-_", room).is_some_and(|bytes| bytes.len() == wanted)
}

/// Encodes as base64url without padding: the first `N` characters, of which each stands for six bits.
pub(super) fn encode_url<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let byte = |at| u32::from(bytes.get(at).copied().unwrap_or_default());
    core::array::from_fn(|at| {
        let bit = 6 * at;
        let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1);
        character((pair >> (10 - bit % 8)) as u8 & 0x3F)
    })
}

/// Decodes without padding.
#[inline(never)]
fn read<'r>(text: &[u8], last_two: &[u8; 2], room: &'r mut [u8]) -> Option<&'r [u8]> {
    let ends_within_a_byte = text.len() % 4 == 1;
    let room = room.get_mut(..text.len() / 4 * 3 + text.len() % 4 * 3 / 4).filter(|_| !ends_within_a_byte)?;
    let (mut to, mut held, mut bits, mut wrong) = (room.iter_mut(), 0, 0_u32, 0);
    for &character in text {
        let six = six(character, last_two);
        wrong |= six;
        bits = bits << 6 | (six as u32 & 0x3F);
        held += 6;
        if held >= 8 {
            held -= 8;
            if let Some(to) = to.next() {
                *to = (bits >> held) as u8;
            }
        }
    }
    let superfluous = bits & ((1 << held) - 1);
    (wrong >= 0 && superfluous == 0).then_some(room)
}

/// The six bits that a character stands for; a negative number if it stands for none.
fn six(character: u8, [plus, slash]: &[u8; 2]) -> i32 {
    let character = i32::from(character);
    // All ones if it lies in the range, else zero: both differences are negative there alone.
    let within = |first: u8, last: u8| ((i32::from(first) - 1 - character) & (character - i32::from(last) - 1)) >> 8;
    let part = |first: u8, last: u8, value: i32| within(first, last) & (character - i32::from(first) + value + 1);
    // All ones if it is that one, else zero.
    let is = |other: u8| ((character ^ i32::from(other)) - 1) >> 8;
    -1 + part(b'A', b'Z', 0)
        + part(b'a', b'z', 26)
        + part(b'0', b'9', 52)
        + (is(*plus) & (62 + 1))
        + (is(*slash) & (63 + 1))
}

/// The character of base64url for six bits.
fn character(six: u8) -> u8 {
    let six = i32::from(six);
    // By how much the distance to the character changes behind each range.
    let behind = |last: i32, change: i32| ((last - six) >> 8) & change;
    let distance = i32::from(b'A') + behind(25, 6) + behind(51, -75) + behind(61, -13) + behind(62, 49);
    (six + distance) as u8
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding as _};
    use std::vec::Vec;

    use super::*;

    fn decode_url<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        super::decode_url(text, &mut bytes).then_some(bytes)
    }

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        decode(text, &mut [0; 64]).map(<[u8]>::to_vec)
    }

    #[test]
    fn padding_is_whole_or_missing() {
        for text in [&b"YQ=="[..], b"YQ"] {
            assert_eq!(decoded(text).as_deref(), Some(&b"a"[..]));
        }
        for text in [&b"YWI="[..], b"YWI"] {
            assert_eq!(decoded(text).as_deref(), Some(&b"ab"[..]));
        }
        for text in [&b"YQ="[..], b"YQ===", b"YWI==", b"YWJj=", b"YWJj==", b"YWJj====", b"=", b"==", b"====", b"Y==="] {
            assert_eq!(decoded(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn no_text_ends_within_a_byte_though_its_bits_be_zero() {
        for text in [&b"A"[..], b"YWJjA", b"YWJjYWJjA"] {
            assert_eq!(decoded(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn the_other_alphabet_and_superfluous_bits_are_refused() {
        assert_eq!(decode_url(b"-_8"), Some([0xfb, 0xff]));
        for text in [&b"+/8"[..], b"-_9", b"-_8=", b"-_", b"-_8A", b"----------------------------"] {
            assert_eq!(decode_url::<2>(text), None, "{}", text.escape_ascii());
        }
    }

    proptest::proptest! {
        #[test]
        fn both_alphabets_are_those_of_the_library(bytes: [u8; 16], text in "[A-Za-z0-9+/=_-]{0,24}") {
            let mut room = [0; 24];
            let url: [u8; 22] = encode_url(&bytes);
            assert_eq!(Base64UrlUnpadded::encode(&bytes, &mut room).unwrap().as_bytes(), url);
            assert_eq!(decode_url(&url), Some(bytes));
            let mut expected = [0; 24];
            let padded = text.ends_with('=');
            let expected = if padded {
                Base64::decode(&text, &mut expected)
            } else {
                Base64Unpadded::decode(&text, &mut expected)
            };
            assert_eq!(decoded(text.as_bytes()).as_deref(), expected.ok());
        }
    }
}
