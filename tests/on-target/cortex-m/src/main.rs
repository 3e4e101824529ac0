//! Runs the vectors on one of the emulated boards.

#![no_std]
#![no_main]

use ringback_cortex_m::log;

/// What runs after the processor has been set up; the exit code: 0 if every vector came out right.
#[unsafe(no_mangle)]
fn program() -> u8 {
    let score = ringback_vectors_on_target::run(&mut |name| log::line(&["wrong: ", name]));
    log::number("right", score.right as usize);
    log::number("wrong", score.wrong as usize);
    u8::from(score.wrong > 0 || score.right == 0)
}
