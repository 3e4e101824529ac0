//! HMAC-SHA256 (RFC 2104), under a key that is hashed once.
//!
//! Elsewhere it is the library's. Without an operating system it is a compact twin of it on top of the library's
//! compression function: a third of the code, and half of the stack.

#[cfg(target_os = "none")]
pub(crate) use compact::{Code, Keyed};
#[cfg(not(target_os = "none"))]
pub(crate) use library::{Code, Keyed};

#[cfg(not(target_os = "none"))]
mod library {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;

    /// The hash under a key, before anything is hashed.
    #[derive(Clone)]
    pub(crate) struct Keyed(Hmac<Sha256>);

    /// A code in the making.
    pub(crate) struct Code(Hmac<Sha256>);

    impl Keyed {
        /// A key of any length.
        pub(crate) fn new(key: &[u8]) -> Keyed {
            // HMAC takes a key of any length, so the other branch is never taken.
            Keyed(Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default())))
        }

        pub(crate) fn begin(&self) -> Code {
            Code(self.0.clone())
        }
    }

    impl Code {
        pub(crate) fn update(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        /// The code; nothing is hashed after it.
        pub(crate) fn finish(&mut self) -> [u8; 32] {
            self.0.clone().finalize().into_bytes().into()
        }
    }
}

#[cfg(any(target_os = "none", test))]
mod compact {
    use sha2::block_api::compress256;

    /// FIPS 180-4, section 5.3.3.
    const START: [u32; 8] =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

    const BLOCK: usize = 64;

    /// The hash under a key, before anything is hashed: one block of each pass is done.
    #[derive(Clone)]
    pub(crate) struct Keyed {
        inner: [u32; 8],
        outer: [u32; 8],
    }

    /// A code in the making.
    pub(crate) struct Code {
        outer: [u32; 8],
        state: [u32; 8],
        block: [u8; BLOCK],
        length: u64,
    }

    impl Keyed {
        /// A key of any length.
        #[inline(never)]
        pub(crate) fn new(key: &[u8]) -> Keyed {
            let mut block = [0; BLOCK];
            if key.len() <= BLOCK {
                block.iter_mut().zip(key).for_each(|(to, byte)| *to = *byte);
            } else {
                let mut hash = Code { outer: START, state: START, block, length: 0 };
                hash.update(key);
                block.iter_mut().zip(hash.digest()).for_each(|(to, byte)| *to = byte);
            }
            Keyed { inner: begun(&block, 0x36), outer: begun(&block, 0x5c) }
        }

        #[inline(never)]
        pub(crate) fn begin(&self) -> Code {
            Code { outer: self.outer, state: self.inner, block: [0; BLOCK], length: BLOCK as u64 }
        }
    }

    /// The state after the block of the key.
    #[inline(never)]
    fn begun(key: &[u8; BLOCK], pad: u8) -> [u32; 8] {
        let mut state = START;
        compress256(&mut state, &[key.map(|byte| byte ^ pad)]);
        state
    }

    impl Code {
        #[inline(never)]
        pub(crate) fn update(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.block[self.length as usize % BLOCK] = byte;
                self.length += 1;
                if (self.length as usize).is_multiple_of(BLOCK) {
                    compress256(&mut self.state, core::slice::from_ref(&self.block));
                }
            }
        }

        /// The code; nothing is hashed after it.
        #[inline(never)]
        pub(crate) fn finish(&mut self) -> [u8; 32] {
            let inner = self.digest();
            self.state = self.outer;
            self.length = BLOCK as u64;
            self.update(&inner);
            self.digest()
        }

        /// FIPS 180-4, section 5.1.1: a one, zeros, and the length in bits at the end of a block.
        #[inline(never)]
        fn digest(&mut self) -> [u8; 32] {
            let bits = (self.length * 8).to_be_bytes();
            self.update(&[0x80]);
            while self.length as usize % BLOCK != BLOCK - bits.len() {
                self.update(&[0]);
            }
            self.update(&bits);
            let mut bytes = [0; 32];
            bytes.chunks_exact_mut(4).zip(&self.state).for_each(|(to, word)| to.copy_from_slice(&word.to_be_bytes()));
            bytes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, library};

    proptest::proptest! {
        #[test]
        fn both_give_the_same_code(key: std::vec::Vec<u8>, parts: std::vec::Vec<std::vec::Vec<u8>>) {
            let (mut own, mut other) = (compact::Keyed::new(&key).begin(), library::Keyed::new(&key).begin());
            for part in &parts {
                own.update(part);
                other.update(part);
            }
            proptest::prop_assert_eq!(own.finish(), other.finish());
        }
    }

    #[test]
    fn both_give_the_same_code_at_every_length() {
        let bytes: std::vec::Vec<u8> = (0..=255).collect();
        for length in 0..=200 {
            let (key, text) = (&bytes[..length], &bytes[200 - length..]);
            let (mut own, mut other) = (compact::Keyed::new(key).begin(), library::Keyed::new(key).begin());
            own.update(text);
            other.update(text);
            assert_eq!(own.finish(), other.finish(), "{length}");
        }
    }
}
