//! How deep the stack has been: paint what is free of it, and look later how much of the paint is left.

const PAINT: u32 = 0x5a5a_a5a5;

/// Room for the frame of [`paint`] itself, which must not be painted over. In words.
const MARGIN: usize = 16;

unsafe extern "C" {
    static bss_end: u32;
    static stack_top: u32;
}

/// Paints everything between the static data and the frame of the caller.
#[inline(never)]
pub fn paint() {
    let here = 0_u32;
    let end = (&raw const here).wrapping_sub(MARGIN);
    let mut word = (&raw const bss_end).cast_mut();
    while word.cast_const() < end {
        // SAFETY: from the end of the static data to below this frame, memory belongs to nobody yet.
        unsafe { word.write_volatile(PAINT) };
        word = word.wrapping_add(1);
    }
}

/// The most bytes that the stack has held since the program started or, if it was less then, since [`paint`].
#[inline(never)]
pub fn deepest() -> usize {
    let top = &raw const stack_top;
    let mut word = &raw const bss_end;
    // SAFETY: it stays below the top of the stack, and there all of it is memory.
    while word < top && unsafe { word.read_volatile() } == PAINT {
        word = word.wrapping_add(1);
    }
    top.addr() - word.addr()
}
