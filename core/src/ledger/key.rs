//! The names under which a ledger files things: all of them bits of keyed hashes, computed by the gate.
//!
//! A ledger compares them and nothing else. They hold no text of the sender, so they can be logged and stored.

use core::fmt;

macro_rules! hash_bytes {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The name whose bytes these are, for instance out of a row of a database.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> $name {
                $name(bytes)
            }

            /// The bytes, to be stored.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        /// In lower-case hexadecimal.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

hash_bytes! {
    /// The name of a delivery: a keyed hash of what identifies it, the same on every machine and at every attempt.
    ///
    /// It is the idempotency key that handlers get.
    DeliveryId, 16
}

hash_bytes! {
    /// The name of a submission: 96 bits of a keyed hash of its scope.
    ///
    /// As many bits as the random part of a ticket. A collision would confuse what two submissions have received; it
    /// could never drop a delivery, for a [`DeliveryId`] holds its scope in full.
    ScopeKey, 12
}

hash_bytes! {
    /// What tells two bodies apart: a keyed hash over the decoded bytes, secrets masked.
    Fingerprint, 16
}

impl ScopeKey {
    /// The name of the scope with this keyed hash: the first 96 of its bits.
    #[must_use]
    pub const fn from_hash(hash: [u8; 16]) -> ScopeKey {
        let [key @ .., _, _, _, _] = hash;
        ScopeKey(key)
    }
}

/// What tells two request ids of one submission apart: 32 bits of a keyed hash.
///
/// It guards the one URL that leaked: a stranger who posts another request id there goes unnoticed once in four
/// thousand million attempts, each of the others being reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(u32);

impl RequestKey {
    /// The name of the request id with this keyed hash: the first 32 of its bits.
    #[must_use]
    pub const fn from_hash(hash: [u8; 16]) -> RequestKey {
        RequestKey(u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]))
    }

    /// The name whose bits these are.
    #[must_use]
    pub const fn from_bits(bits: u32) -> RequestKey {
        RequestKey(bits)
    }

    /// The bits, to be stored.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn a_name_prints_as_hexadecimal() {
        let key = ScopeKey::from_hash([0xab; 16]);
        assert_eq!(format!("{key}"), "ab".repeat(12));
        assert_eq!(format!("{:?}", DeliveryId::from_bytes([1; 16])), format!("DeliveryId({})", "01".repeat(16)));
    }

    #[test]
    fn a_hash_is_cut_to_its_first_bits() {
        let hash = core::array::from_fn(|at| at as u8);
        assert_eq!(ScopeKey::from_hash(hash).as_bytes()[..], hash[..12]);
        assert_eq!(RequestKey::from_hash(hash).bits().to_le_bytes(), hash[..4]);
    }
}
