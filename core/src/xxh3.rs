//! XXH3-128 in little flash, for targets without an operating system.
//!
//! The algorithm of the xxHash specification, with a secret of 192 bytes and without a seed: the same bits as
//! `twox_hash::XxHash3_128::oneshot_with_secret` gives, which other targets call because it is fast, and which the tests
//! compare it with. Here one loop serves all lengths of a class, and what they have in common is called, not inlined.

/// The size of the secret that the algorithm is made for.
pub(crate) const SECRET: usize = 192;

const STRIPE: usize = 64;
/// With this secret, what is scrambled together: sixteen stripes.
const BLOCK: usize = 1024;

const PRIME32_1: u64 = 0x9E37_79B1;
const PRIME32_2: u64 = 0x85EB_CA77;
const PRIME32_3: u64 = 0xC2B2_AE3D;
const PRIME64_1: u64 = 0x9E37_79B1_85EB_CA87;
const PRIME64_2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const PRIME64_3: u64 = 0x1656_67B1_9E37_79F9;
const PRIME64_4: u64 = 0x85EB_CA77_C2B2_AE63;
const PRIME64_5: u64 = 0x27D4_EB2F_1656_67C5;
const PRIME_MX1: u64 = 0x1656_6791_9E37_79F9;
const PRIME_MX2: u64 = 0x9FB2_1C65_1E98_DF25;

/// The hash of a text, in little-endian order.
pub(crate) fn hash(secret: &[u8; SECRET], text: &[u8]) -> [u8; 16] {
    let [low, high] = match text.len() {
        0 => [64, 80].map(|at| avalanche_short(fold_words(secret, at))),
        1..=3 => few(secret, text),
        4..=8 => one_word(secret, text),
        9..=16 => two_words(secret, text),
        17..=240 => pairs(secret, text),
        _ => stripes(secret, text),
    };
    (u128::from(high) << 64 | u128::from(low)).to_le_bytes()
}

fn few(secret: &[u8], text: &[u8]) -> [u64; 2] {
    let byte = |at| u32::from(text.get(at).copied().unwrap_or_default());
    let length = text.len();
    let bits = byte(length - 1) | (length as u32) << 8 | byte(0) << 16 | byte(length >> 1) << 24;
    let keys = [word(secret, 0), word(secret, 8)].map(|key| u64::from((key >> 32) as u32 ^ key as u32));
    [keys[0] ^ u64::from(bits), keys[1] ^ u64::from(bits.swap_bytes().rotate_left(13))].map(avalanche_short)
}

fn one_word(secret: &[u8], text: &[u8]) -> [u64; 2] {
    let half = |at| text.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let bits = u64::from(half(0)) | u64::from(half(text.len() - 4)) << 32;
    let [mut low, mut high] = multiply(bits ^ fold_words(secret, 16), PRIME64_1.wrapping_add((text.len() as u64) << 2));
    high = high.wrapping_add(low << 1);
    low ^= high >> 3;
    low = (low ^ low >> 35).wrapping_mul(PRIME_MX2);
    [low ^ low >> 28, avalanche(high)]
}

fn two_words(secret: &[u8], text: &[u8]) -> [u64; 2] {
    let last = word(text, text.len() - 8);
    let value = last ^ fold_words(secret, 48);
    let [low, high] = multiply(word(text, 0) ^ last ^ fold_words(secret, 32), PRIME64_1);
    let low = low.wrapping_add((text.len() as u64 - 1) << 54);
    let high = high.wrapping_add(value).wrapping_add((value & 0xFFFF_FFFF).wrapping_mul(PRIME32_2 - 1));
    let [low, carried] = multiply(low ^ high.swap_bytes(), PRIME64_2);
    [low, carried.wrapping_add(high.wrapping_mul(PRIME64_2))].map(avalanche)
}

/// From 17 to 240 bytes, in pairs of sixteen bytes each.
fn pairs(secret: &[u8], text: &[u8]) -> [u64; 2] {
    let length = text.len();
    let mut sums = [(length as u64).wrapping_mul(PRIME64_1), 0];
    if length <= 128 {
        // From both ends towards the middle, the middle first.
        for at in (0..length.div_ceil(32)).rev().map(|pair| 16 * pair) {
            mix(&mut sums, secret, 2 * at, text, at, length - 16 - at);
        }
    } else {
        for pair in 0..length / 32 {
            let key = if pair < 4 { 32 * pair } else { 32 * (pair - 4) + 3 };
            mix(&mut sums, secret, key, text, 32 * pair, 32 * pair + 16);
            if pair == 3 {
                sums = sums.map(avalanche);
            }
        }
        mix(&mut sums, secret, 103, text, length - 16, length - 32);
    }
    let high = sums[0]
        .wrapping_mul(PRIME64_1)
        .wrapping_add(sums[1].wrapping_mul(PRIME64_4))
        .wrapping_add((length as u64).wrapping_mul(PRIME64_2));
    [avalanche(sums[0].wrapping_add(sums[1])), avalanche(high).wrapping_neg()]
}

/// Takes the sixteen bytes at each of two places in.
#[inline(never)]
fn mix(sums: &mut [u64; 2], secret: &[u8], key: usize, text: &[u8], one: usize, other: usize) {
    let places = [(one, other, key), (other, one, key + 16)];
    for (sum, (own, foreign, key)) in sums.iter_mut().zip(places) {
        *sum = sum.wrapping_add(fold(word(text, own) ^ word(secret, key), word(text, own + 8) ^ word(secret, key + 8)));
        *sum ^= word(text, foreign).wrapping_add(word(text, foreign + 8));
    }
}

/// More than 240 bytes, in stripes of 64.
fn stripes(secret: &[u8], text: &[u8]) -> [u64; 2] {
    let mut sums = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
    let length = text.len();
    let mut at = 0;
    // The last stripe is always taken from the end.
    while at + STRIPE < length {
        accumulate(&mut sums, secret, at % BLOCK / 8, text, at);
        at += STRIPE;
        // A block is scrambled when more than it follows, as it does here.
        if at % BLOCK == 0 {
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum = (*sum ^ *sum >> 47 ^ word(secret, SECRET - STRIPE + 8 * lane)).wrapping_mul(PRIME32_1);
            }
        }
    }
    accumulate(&mut sums, secret, SECRET - STRIPE - 7, text, length - STRIPE);
    let length = length as u64;
    let merge = |start: u64, key: usize| {
        let folded = sums.chunks_exact(2).enumerate().map(|(pair, sums)| {
            let key = key + 16 * pair;
            let [one, other] = *sums else { return 0 };
            fold(one ^ word(secret, key), other ^ word(secret, key + 8))
        });
        avalanche(folded.fold(start, u64::wrapping_add))
    };
    [merge(length.wrapping_mul(PRIME64_1), 11), merge(!length.wrapping_mul(PRIME64_2), SECRET - STRIPE - 11)]
}

#[inline(never)]
fn accumulate(sums: &mut [u64; 8], secret: &[u8], key: usize, text: &[u8], at: usize) {
    for lane in 0..8 {
        let bits = word(text, at + 8 * lane);
        let keyed = bits ^ word(secret, key + 8 * lane);
        sums[lane ^ 1] = sums[lane ^ 1].wrapping_add(bits);
        sums[lane] = sums[lane].wrapping_add((keyed & 0xFFFF_FFFF).wrapping_mul(keyed >> 32));
    }
}

/// Two words of the secret as one.
fn fold_words(secret: &[u8], at: usize) -> u64 {
    word(secret, at) ^ word(secret, at + 8)
}

/// The eight bytes at `at`. All callers stay within; zero otherwise.
#[inline(never)]
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Both halves of a product, the lower one first.
#[inline(never)]
fn multiply(one: u64, other: u64) -> [u64; 2] {
    let product = u128::from(one) * u128::from(other);
    [product as u64, (product >> 64) as u64]
}

#[inline(never)]
fn fold(one: u64, other: u64) -> u64 {
    let [low, high] = multiply(one, other);
    low ^ high
}

#[inline(never)]
fn avalanche(sum: u64) -> u64 {
    let sum = (sum ^ sum >> 37).wrapping_mul(PRIME_MX1);
    sum ^ sum >> 32
}

fn avalanche_short(sum: u64) -> u64 {
    let sum = (sum ^ sum >> 33).wrapping_mul(PRIME64_2);
    let sum = (sum ^ sum >> 29).wrapping_mul(PRIME64_3);
    sum ^ sum >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use twox_hash::XxHash3_128;

    #[test]
    fn it_gives_the_bits_of_the_library_at_every_length() {
        let text: std::vec::Vec<u8> = (0..5_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
        for key in [1, 77] {
            let secret: [u8; SECRET] = core::array::from_fn(|at| (at as u8).wrapping_mul(key) ^ (at as u8) >> 3);
            for length in (0..1_200).chain(2_040..2_200).chain(4_090..4_105) {
                let expected = XxHash3_128::oneshot_with_secret(&secret, &text[..length]).unwrap();
                assert_eq!(hash(&secret, &text[..length]), expected.to_le_bytes(), "{length}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn it_gives_the_bits_of_the_library(secret: [u8; 32], text: std::vec::Vec<u8>) {
            let secret = core::array::from_fn(|at| secret[at % 32].wrapping_add(at as u8));
            let expected = XxHash3_128::oneshot_with_secret(&secret, &text).unwrap();
            proptest::prop_assert_eq!(hash(&secret, &text), expected.to_le_bytes());
        }
    }
}
