//! What a program on one of the emulated boards stands on: start, line, log, memory, and a look at the stack.

#![no_std]

pub mod board;
pub mod line;
pub mod log;
pub mod place;
pub mod stack;
