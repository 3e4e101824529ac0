//! The vector validator.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod carry;
mod escape;
mod isa;
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

/// A validator: all of them accept the same texts and find the same landmarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// The automaton, for every processor.
    Scalar,
    /// 128-bit vectors of x86-64.
    Sse2,
    /// 256-bit vectors of x86-64.
    Avx2,
    /// 128-bit vectors of aarch64.
    Neon,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Engine; 4] = [Engine::Scalar, Engine::Sse2, Engine::Avx2, Engine::Neon];

    /// The fastest engine of this processor.
    #[inline]
    #[must_use]
    pub fn best() -> Engine {
        #[cfg(target_arch = "x86_64")]
        return if avx2::Avx2::detect().is_some() { Engine::Avx2 } else { Engine::Sse2 };
        #[cfg(not(target_arch = "x86_64"))]
        Engine::Scalar
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
            _ => false,
        }
    }

    /// The landmarks of a text, if it is valid and this engine is certain of it.
    #[inline]
    pub(super) fn validate(self, text: &[u8]) -> Option<Landmarks> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Engine::Sse2 => sse2::Sse2.validate(text),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => avx2::Avx2::detect()?.validate(text),
            _ => None,
        }
    }
}
