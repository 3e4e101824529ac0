//! The value of an `Authorization` header: what is read is what another decoder of base64 reads, or nothing.

#![no_main]

use base64ct::{Base64, Base64Unpadded, Encoding as _};
use libfuzzer_sys::fuzz_target;
use ringback::credential::{BasicPair, BasicPairs, Credentials};

fuzz_target!(|value: &[u8]| {
    let mut room = [0; Credentials::MAX_LENGTH];
    let found = Credentials::parse(value, &mut room);
    let expected = reference(value);
    match found {
        Ok(Credentials { user, password, .. }) => {
            assert_eq!(expected.as_deref(), Some(&[user, b":", password].concat()[..]));
            assert!(!user.contains(&b':'));
            let texts = std::str::from_utf8(user).ok().zip(std::str::from_utf8(password).ok());
            if let Some(pair) = texts.and_then(|(user, password)| BasicPair::new("sender", user, password).ok()) {
                let pairs = [pair];
                assert_eq!(BasicPairs::new(&pairs).check(user, password), Some("sender"));
            }
        }
        Err(error) => {
            assert_eq!(expected, None);
            assert!(error.offset() <= value.len());
        }
    }
});

/// The decoded credentials, as plainly as it can be said.
fn reference(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value.trim_ascii()).ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    let base64 = rest.trim_start_matches(' ');
    let decoded = if base64.ends_with('=') { Base64::decode_vec(base64) } else { Base64Unpadded::decode_vec(base64) };
    let decoded = decoded.ok()?;
    let good = scheme.eq_ignore_ascii_case("basic")
        && decoded.len() <= Credentials::MAX_LENGTH
        && decoded.contains(&b':')
        && !decoded.iter().any(u8::is_ascii_control);
    good.then_some(decoded)
}
