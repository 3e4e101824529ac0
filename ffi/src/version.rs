//! The version, for the preprocessor and at run time.

use crate::boundary::guard_or;
use crate::str::ringback_str;

/// The first number of the version of this header. The shared object of the same number is compatible.
pub const RINGBACK_VERSION_MAJOR: u32 = 0;
/// The second number of the version of this header.
pub const RINGBACK_VERSION_MINOR: u32 = 1;
/// The third number of the version of this header.
pub const RINGBACK_VERSION_PATCH: u32 = 0;

/// The version of the library that the program runs with, such as `0.1.0`; the macros are that of the header.
///
/// Parameters: none.
///
/// Returns: the version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_version() -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || env!("CARGO_PKG_VERSION").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_macros_are_the_version_of_the_package() {
        let version = format!("{RINGBACK_VERSION_MAJOR}.{RINGBACK_VERSION_MINOR}.{RINGBACK_VERSION_PATCH}");
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
    }
}
