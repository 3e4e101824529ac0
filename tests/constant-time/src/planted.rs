//! Mistakes, planted: what must be reported.

use crate::{Tally, watch};

const LENGTH: usize = 16;

pub fn run(tally: &mut Tally) {
    let mut secret = [b'x'; LENGTH];
    watch::hide(&mut secret);
    let near = [*b"yxxxxxxxxxxxxxxx", *b"xxxxxxxxxxxxxxxy"];
    tally.leaking("planted: a comparison that ends early", || near.map(|text| ends_early(&secret, &text[..])));
    let mut secret = [3; LENGTH];
    watch::hide(&mut secret);
    tally.leaking("planted: a table that is looked up by a secret", || looks_up(&secret));
}

/// Ends with the first byte that differs.
#[inline(never)]
fn ends_early(secret: &[u8], text: &[u8]) -> bool {
    // Of a known length the compiler would make one comparison of all bytes.
    for (one, other) in std::hint::black_box(secret).iter().zip(std::hint::black_box(text)) {
        if one != other {
            return false;
        }
    }
    true
}

/// Touches memory whose place tells the secret.
#[inline(never)]
fn looks_up(secret: &[u8; LENGTH]) -> u8 {
    static TABLE: [u8; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            table[at] = (at * 7) as u8;
            at += 1;
        }
        table
    };
    let mut sum = 0_u8;
    for &byte in secret {
        sum = sum.wrapping_add(std::hint::black_box(&TABLE)[usize::from(byte)]);
    }
    sum
}
