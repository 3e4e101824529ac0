//! The one door through which anything computed from a secret becomes public.
//!
//! Up to here nothing branches on a secret, and no address is computed from one: the same instructions run wherever the
//! difference is. What goes through the door is no secret, for it shows anyway: whether somebody is let in, as which of
//! the configured pairs, and by what name a key is called.
//!
//! Built with `--cfg ringback_constant_time`, the crate has a hook in this door. A test that follows secrets through
//! the program, such as one under memcheck, declares public there what passes; whatever else it sees a branch depend
//! on is a leak.

use subtle::Choice;

/// The hook: it is given what becomes public, and gives it back.
#[cfg(ringback_constant_time)]
pub static REVEAL: std::sync::OnceLock<fn(u64) -> u64> = std::sync::OnceLock::new();

/// Whether the comparison says yes.
pub(super) fn verdict(choice: Choice) -> bool {
    reveal(u64::from(choice.unwrap_u8())) == 1
}

/// The place of what was found, among things of which none is a secret.
pub(super) fn place(place: u64) -> Option<usize> {
    usize::try_from(reveal(place)).ok()
}

/// The bytes that a key is named by.
pub(super) fn name(bytes: [u8; 3]) -> [u8; 3] {
    bytes.map(|byte| reveal(u64::from(byte)) as u8)
}

#[inline(always)]
fn reveal(outcome: u64) -> u64 {
    #[cfg(ringback_constant_time)]
    if let Some(reveal) = REVEAL.get() {
        return reveal(outcome);
    }
    outcome
}
