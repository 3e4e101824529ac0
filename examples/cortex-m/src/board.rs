//! The processor and its board: the first instructions, the line, the clock, the exit.
//!
//! The line is semihosting: the program stops at an instruction that the emulator (or a debugger) understands as a call.

use core::arch::asm;
use core::ffi::CStr;

use ringback::time::Now;

/// Where bytes can be written to.
#[derive(Clone, Copy)]
pub enum Stream {
    /// To whoever sends the deliveries.
    Line = 4,
    /// To whoever watches.
    Log = 8,
}

const OPEN: usize = 0x01;
const WRITE: usize = 0x05;
const READ: usize = 0x06;
const CLOCK: usize = 0x10;
const EXIT_EXTENDED: usize = 0x20;

/// The reason of an exit that the program wanted.
const APPLICATION_EXIT: usize = 0x20026;

/// The name under which the console is opened: which side of it, the mode says.
const CONSOLE: &CStr = c":tt";

/// The mode in which the input of the console is opened.
const INPUT: usize = 0;

/// The time since the start, on both clocks: this board has no calendar, and so its tickets never expire.
pub fn now() -> Now {
    // SAFETY: this call takes no block of parameters.
    let centiseconds = unsafe { call(CLOCK, core::ptr::null()) };
    let millis = centiseconds as u64 * 10;
    Now::new(millis, millis)
}

/// Reads what there is, at most as much as fits; 0 at the end of the line.
pub fn read(room: &mut [u8]) -> usize {
    let block = [open(INPUT), room.as_mut_ptr().addr(), room.len()];
    // SAFETY: the block has a handle and the address and the length of memory that is borrowed for this call.
    let missing = unsafe { call(READ, block.as_ptr()) };
    room.len().saturating_sub(missing)
}

/// Writes all of it.
#[inline(never)]
pub fn write(stream: Stream, bytes: &[u8]) {
    let block = [open(stream as usize), bytes.as_ptr().addr(), bytes.len()];
    // SAFETY: the block has a handle and the address and the length of memory that is borrowed for this call.
    unsafe { call(WRITE, block.as_ptr()) };
}

/// Ends the program.
pub fn exit(code: u8) -> ! {
    let block = [APPLICATION_EXIT, usize::from(code)];
    loop {
        // SAFETY: the block has a reason and a code.
        unsafe { call(EXIT_EXTENDED, block.as_ptr()) };
    }
}

/// A handle of the console. The emulator gives the same one each time.
#[inline(never)]
fn open(mode: usize) -> usize {
    let block = [CONSOLE.as_ptr().addr(), mode, CONSOLE.count_bytes()];
    // SAFETY: the block has the address of a C string, a mode and the length of the string.
    unsafe { call(OPEN, block.as_ptr()) }
}

/// # Safety
///
/// `block` is what the operation expects.
unsafe fn call(operation: usize, block: *const usize) -> usize {
    let mut result = operation;
    // SAFETY: the caller sees to the parameters; this instruction changes the one register and the memory named there.
    unsafe { asm!("bkpt #0xab", inout("r0") result, in("r1") block, options(nostack, preserves_flags)) };
    result
}

// What the compiler calls to copy and to fill memory, by the byte. Those of the library are quicker and take a kilobyte.
core::arch::global_asm!(
    ".macro entry name
    .global \\name
    .type \\name, %function
    .thumb_func
\\name:
    .endm",
    ".pushsection .text.memory, \"ax\", %progbits",
    // To r0 from r1, r2 bytes; r0 is the result.
    "entry memcpy",
    "entry memmove",
    "entry __aeabi_memcpy",
    "entry __aeabi_memcpy4",
    "entry __aeabi_memcpy8",
    "entry __aeabi_memmove",
    "entry __aeabi_memmove4",
    "entry __aeabi_memmove8",
    "cmp r0, r1",
    "bhi 3f",
    "mov r3, r0",
    "2: subs r2, #1",
    "bcc 4f",
    "ldrb r12, [r1], #1",
    "strb r12, [r3], #1",
    "b 2b",
    // Upwards from the end, for what is behind may be overlapped by its destination.
    "3: subs r2, #1",
    "bcc 4f",
    "ldrb r12, [r1, r2]",
    "strb r12, [r0, r2]",
    "b 3b",
    "4: bx lr",
    // At r0, r2 bytes of r1.
    "entry memset",
    "mov r3, r1",
    "mov r1, r2",
    "mov r2, r3",
    "b 5f",
    // At r0, r1 bytes of zero.
    "entry __aeabi_memclr",
    "entry __aeabi_memclr4",
    "entry __aeabi_memclr8",
    "movs r2, #0",
    // At r0, r1 bytes of r2.
    "entry __aeabi_memset",
    "entry __aeabi_memset4",
    "entry __aeabi_memset8",
    "5: subs r1, #1",
    "bcc 4b",
    "strb r2, [r0, r1]",
    "b 5b",
    ".popsection",
);

#[unsafe(link_section = ".vectors")]
#[used]
static RESET: unsafe extern "C" fn() -> ! = reset;

/// Every fault ends the program: the entries from 2 to 15 of the table of vectors.
#[unsafe(link_section = ".vectors.faults")]
#[used]
static FAULTS: [unsafe extern "C" fn() -> !; 14] = [fault; 14];

unsafe extern "Rust" {
    /// The program on this board, which gives its exit code. Each binary defines it, once and without a mangled name.
    safe fn program() -> u8;
}

unsafe extern "C" {
    static data_image: u32;
    static mut data_start: u32;
    static data_end: u32;
    static mut bss_start: u32;
    static bss_end: u32;
}

/// The first instruction: gives the static variables their values, and calls [`program`].
///
/// # Safety
///
/// Only the processor calls it, once.
#[unsafe(no_mangle)]
unsafe extern "C" fn reset() -> ! {
    #[cfg(target_abi = "eabihf")]
    // SAFETY: nothing has used the floating-point registers yet, and compiled code may from here on.
    unsafe {
        enable_floats();
    }
    let (mut to, mut from) = (&raw mut data_start, &raw const data_image);
    while to.cast_const() < &raw const data_end {
        // SAFETY: the linker script puts the image of as many words there; nothing refers to them yet.
        unsafe { to.write_volatile(from.read_volatile()) };
        (to, from) = (to.wrapping_add(1), from.wrapping_add(1));
    }
    let mut to = &raw mut bss_start;
    while to.cast_const() < &raw const bss_end {
        // SAFETY: the linker script puts variables there that begin as zeros; nothing refers to them yet.
        unsafe { to.write_volatile(0) };
        to = to.wrapping_add(1);
    }
    exit(program())
}

/// Gives the program access to the floating-point unit (Armv7-M: the coprocessors 10 and 11 in CPACR).
///
/// # Safety
///
/// No floating-point register holds anything yet.
#[cfg(target_abi = "eabihf")]
unsafe fn enable_floats() {
    const CPACR: *mut u32 = core::ptr::without_provenance_mut(0xe000_ed88);
    // SAFETY: this is the address of that register on every processor with this unit.
    unsafe { CPACR.write_volatile(CPACR.read_volatile() | 0xf << 20) };
    // SAFETY: the two barriers change nothing that the compiler knows of.
    unsafe { asm!("dsb", "isb", options(nostack, preserves_flags)) };
}

unsafe extern "C" fn fault() -> ! {
    exit(2)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(3)
}
