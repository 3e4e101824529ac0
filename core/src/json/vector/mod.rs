//! The vector validator: no loop over tokens.
//!
//! A parser that goes from token to token waits at each for a branch that nobody can foresee; with a token every five
//! bytes it ends near 2 GB/s, however quickly it finds them. Here no token is ever looked at by itself, except
//! brackets, escapes and literals. A text is turned into bit masks, one bit for each byte, and the grammar becomes
//! shifts, additions and logic on masks: 256 bytes, a *stride*, in one go, whatever they are. Only the answer is
//! branched on.
//!
//! It says yes and gives the landmarks, and the marks of a short text, or it says no. Why not, and where, is for the
//! scalar twin to find out, which starts again: so both have the same errors by construction, and a fault here can at
//! worst cost time, or accept what is wrong. The tests compare the two.
//!
//! # The masks
//!
//! [`isa::Lanes`] are four masks of 64 bits in vector registers: the bits of one stride. Most operations do not care
//! where one of the four ends. Three do, and carry something on to the next mask and to the next stride; they are
//! [`carry`]:
//!
//! - [`carry::Shift`] moves every bit to the next byte: "the byte before is a comma".
//! - [`carry::Sum`] adds two masks as if each were one long number. Adding the first byte of a run to the run clears
//!   it, and sets the byte behind: "after the white space that follows a comma".
//! - [`carry::Parity`] sets the bits from every odd mark to the next even one: "between quotes".
//!
//! # One stride, step by step
//!
//! In the order of `Validator::step` in `stride`:
//!
//! 1. **Kinds** (`planes`). Bytes are compared with what matters to the grammar, 16 or 32 at once, and the truth
//!    values gathered into six masks. Masks are written to memory by the block, or by the register where there are few
//!    of them, and read back by the stride: handing them over in registers takes more instructions. Backslashes,
//!    control characters and bytes beyond ASCII are only noticed.
//! 2. **Characters** (`utf8`), where there are any beyond ASCII: by look-up or by comparison, independent of all else.
//! 3. **Escapes** (`escape`), where there is a backslash: which characters are escaped, and whether they may be.
//!    Escaped quotes are none.
//! 4. **Strings**. The parity of the quotes tells inside from outside, and what is inside takes no further part. The
//!    commas, colons and brackets outside are noted as [`marks`](super::marks), as far as those are kept.
//! 5. **Scalars**. What is outside and no bracket, comma, colon or white space belongs to a number or a literal
//!    (`number`). Digits and points, the usual case, are checked by their neighbours and one addition. Literals, signs
//!    and exponents are few: those bytes are looked at one by one, and where there is nothing else but literals the
//!    question about white space need not be asked.
//! 6. **White space**, where there is some: "the byte before" becomes "the token before" by an addition. Compact texts
//!    skip this, for there the two are the same.
//! 7. **Brackets** (`nesting`) are visited one by one, with a stack of 64 bits; that is also where landmarks come from.
//!    But most brackets in a long text are a `},{` between two objects of an array, which leaves everything as it was:
//!    a stride with only such is done without visiting them. The outcome is a mask: where the innermost container
//!    is an object.
//! 8. **Grammar**, now a few lines. Call a token's predecessor an *opener* if it is an opening bracket or a comma, and
//!    a *middle* if it is a comma or a colon. Then a value or a name needs a predecessor of either kind; a comma must
//!    not have one; a closing bracket must not follow a middle. In an object, what follows an opener must be a string,
//!    and is a name. The addition of name beginnings to strings, and to the white space behind them, carries from each
//!    name to the byte after it: there, and nowhere else, are the colons.
//!
//! The first stride begins as if an opener stood before it. The last is padded on the stack with spaces that take no
//! part, so nothing is ever read beyond the text. When the last bracket closes, only white space may follow.
//!
//! Texts whose root is no container are left to the scalar twin. The stack use is below 4 KiB.
//!
//! # Instruction sets
//!
//! The algorithm is written once, over the small traits of [`isa`]; `avx2`, `sse2` and `neon` are thin. All of it is
//! inlined into one function for each of them, because that is the only place where the compiler may use the
//! instructions. A value like `Avx2` exists only where they have been detected, so having one is the proof that they
//! may be used. With `std` they are detected at run time, without it at compile time.

// On other processors nobody calls the algorithm.
#![cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code, unused_variables))]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod carry;
mod escape;
mod isa;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod nesting;
mod number;
mod planes;
#[cfg(target_arch = "x86_64")]
mod sse2;
mod stride;
#[cfg(test)]
mod tests;
mod utf8;

use super::landmarks::Landmarks;
use super::marks::Marks;

/// Whether this processor has these features: asked at run time with `std`, at compile time without.
#[cfg(target_arch = "x86_64")]
macro_rules! detected {
    ($($feature:tt),*) => {
        cfg!(all($(target_feature = $feature),*)) || {
            #[cfg(feature = "std")]
            let detected = true $(&& std::arch::is_x86_feature_detected!($feature))*;
            #[cfg(not(feature = "std"))]
            let detected = false;
            detected
        }
    };
}
#[cfg(target_arch = "x86_64")]
use detected;

/// A way to validate. All of them accept the same texts, find the same landmarks and give the same errors.
///
/// [`Document::parse`](super::Document::parse) takes the best one by itself; to choose is for tests and benchmarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// An automaton, for every processor: the reference.
    Scalar,
    /// 128-bit vectors of x86-64, which all of them have.
    Sse2,
    /// 256-bit vectors of x86-64.
    Avx2,
    /// 128-bit vectors of aarch64, little-endian.
    Neon,
}

impl Engine {
    /// Every engine, the better ones of one architecture last.
    pub const ALL: [Engine; 4] = [Engine::Scalar, Engine::Sse2, Engine::Avx2, Engine::Neon];

    /// The fastest engine that this processor has.
    #[inline]
    #[must_use]
    pub fn best() -> Engine {
        #[cfg(target_arch = "x86_64")]
        let best = if avx2::Avx2::detect().is_some() { Engine::Avx2 } else { Engine::Sse2 };
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        let best = if neon::Neon::detect().is_some() { Engine::Neon } else { Engine::Scalar };
        #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little"))))]
        let best = Engine::Scalar;
        best
    }

    /// Whether this processor has what the engine needs. One that is not available works as [`Engine::Scalar`] does.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Engine::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Engine::Sse2 => true,
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => avx2::Avx2::detect().is_some(),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Engine::Neon => neon::Neon::detect().is_some(),
            _ => false,
        }
    }

    /// Notes the landmarks of a text, and its marks if it has any, if it is valid and this engine is certain of it.
    #[inline]
    pub(super) fn validate(self, text: &[u8], landmarks: &mut Landmarks, marks: &mut Marks) -> Option<()> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Engine::Sse2 => sse2::Sse2.validate(text, landmarks, marks),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => avx2::Avx2::detect()?.validate(text, landmarks, marks),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Engine::Neon => neon::Neon::detect()?.validate(text, landmarks, marks),
            _ => None,
        }
    }
}
