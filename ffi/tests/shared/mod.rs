//! What the tests of the C library share: the functions of the header, and the library installed beside a C compiler.
#![allow(dead_code, reason = "each test program uses its part")]

pub mod prototype;
pub mod toolchain;
