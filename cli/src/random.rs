//! Randomness, from the operating system.

use crate::refusal::Refusal;

/// `N` random bytes, fit for keys.
pub fn bytes<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| Refusal::failure(format_args!("the system gives no random bytes: {error}")))?;
    Ok(bytes)
}

/// A random UUID, version 4 (RFC 9562 section 5.4).
pub fn uuid() -> Result<String, Refusal> {
    let mut bytes = bytes::<16>()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(ringback::request_id::RequestId::from_bytes(bytes).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_version_four_and_its_variant() {
        let uuid = uuid().unwrap();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
    }
}
