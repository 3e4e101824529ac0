//! What a page or a server in JavaScript can ask of the core as WebAssembly: a window of memory, and a few questions.
//!
//! Node calls these functions by the bare interface of WebAssembly, without any generated code in between.

#![no_std]

use core::cell::UnsafeCell;

use ringback::Payload;
use ringback::json::Str;

/// Bodies are put here, and texts are found here.
const WINDOW: usize = 1 << 20;

struct Window(UnsafeCell<[u8; WINDOW]>);

// SAFETY: a module of WebAssembly without shared memory has one thread.
unsafe impl Sync for Window {}

static BODY: Window = Window(UnsafeCell::new([0; WINDOW]));
static TEXT: Window = Window(UnsafeCell::new([0; WINDOW]));

/// Where the body is to be written.
#[unsafe(no_mangle)]
pub extern "C" fn body() -> *mut u8 {
    BODY.0.get().cast()
}

/// Where the text of the last answer is.
#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    TEXT.0.get().cast_const().cast()
}

/// The number of the kind of the body of this length; or, negative, the code of its error.
#[unsafe(no_mangle)]
pub extern "C" fn kind(length: usize) -> i32 {
    match Payload::parse(read(length)) {
        Ok(payload) => payload.kind() as i32,
        Err(error) => -i32::from(error.kind().code()),
    }
}

/// The length of the request id, which is in the text; -1 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn request_id(length: usize) -> i32 {
    with(length, |payload| {
        let member =
            payload.pointer("/metadata/request_id").ok().flatten().or(payload.pointer("/request_id").ok()?)?;
        write(member.as_str()?)
    })
}

/// The length of the transcript, which is in the text; -1 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn transcript(length: usize) -> i32 {
    with(length, |payload| write(payload.transcript()?))
}

/// How many words the first alternative has.
#[unsafe(no_mangle)]
pub extern "C" fn words(length: usize) -> i32 {
    with(length, |payload| payload.alternative()?.words().len().try_into().ok())
}

/// The end of a word in milliseconds.
#[unsafe(no_mangle)]
pub extern "C" fn word_end(length: usize, place: usize) -> i32 {
    with(length, |payload| payload.alternative()?.words().iter().nth(place)?.end_millis()?.try_into().ok())
}

/// How many vectors came out wrong, above how many came out right: two halves of one number.
#[cfg(feature = "vectors")]
#[unsafe(no_mangle)]
pub extern "C" fn vectors() -> u64 {
    let score = ringback_vectors_on_target::run(&mut |_| {});
    u64::from(score.wrong) << 32 | u64::from(score.right)
}

fn with(length: usize, ask: impl FnOnce(&Payload<'_>) -> Option<i32>) -> i32 {
    Payload::parse(read(length)).ok().and_then(|payload| ask(&payload)).unwrap_or(-1)
}

fn read(length: usize) -> &'static [u8] {
    // SAFETY: while a question is being answered, nobody writes to the body: there is one thread.
    let window: &'static [u8; WINDOW] = unsafe { &*BODY.0.get() };
    window.get(..length).unwrap_or_default()
}

/// Puts the decoded text into its window.
fn write(text: Str<'_>) -> Option<i32> {
    // SAFETY: no other reference to this window exists: there is one thread, and this one ends before the function does.
    let window = unsafe { &mut *TEXT.0.get() };
    text.unescape_into(window).ok()?.len().try_into().ok()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
