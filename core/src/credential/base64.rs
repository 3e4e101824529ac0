//! Base64 (RFC 4648), with one decoder for both of its alphabets and for texts with and without padding.
//!
//! A microcontroller that receives has to hold everything that it calls; each alphabet of the library, and each choice
//! of padding, would be another copy of the same code.

use base64ct::{Base64Unpadded, Encoding as _};

/// The most characters that [`decode_url`] and [`encode_url`] are needed for.
const URL_MAX: usize = 22;

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
    Base64Unpadded::decode(bare, room).ok()
}

/// Decodes exactly `N` bytes of base64url without padding; superfluous bits must be zero.
pub(super) fn decode_url<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut standard = [0; URL_MAX];
    let standard = standard.get_mut(..text.len())?;
    for (to, &character) in standard.iter_mut().zip(text) {
        *to = match character {
            b'-' => b'+',
            b'_' => b'/',
            b'+' | b'/' => return None,
            other => other,
        };
    }
    let mut bytes = [0; N];
    let decoded = Base64Unpadded::decode(&*standard, &mut bytes).ok()?.len();
    (decoded == N).then_some(bytes)
}

/// Encodes as base64url without padding: exactly `N` characters, of which each stands for six bits.
pub(super) fn encode_url<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut text = [b'A'; N];
    // The caller knows how long the text is; no secret is ever encoded into a text of another length.
    let _ = Base64Unpadded::encode(bytes, &mut text);
    text.map(|character| match character {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use base64ct::{Base64, Base64UrlUnpadded};
    use std::vec::Vec;

    use super::*;

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
