//! A body in, a kind out.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::env::{Env, Failed, Value};
use crate::held::{Block, HEAD, Room};

/// How many bytes of blocks JavaScript may have at a time. It gives them back late, between two turns of its event loop: a
/// loop that never ends its turn gets memory of the engine's own instead, which is slower and let go of at once.
const LENT: usize = 128 << 20;

static OUT: AtomicUsize = AtomicUsize::new(0);

/// A block has become an `ArrayBuffer`.
pub(crate) fn lend(bytes: usize) {
    OUT.fetch_add(bytes, Ordering::AcqRel);
}

/// A block has come back.
pub(crate) fn returned(bytes: usize) {
    OUT.fetch_sub(bytes, Ordering::AcqRel);
}

/// `parse(body, slab, at, capacity)`: copies the body into the slab and parses it there; the number of its kind.
///
/// Room is needed for the head and a NUL: `headSize()` and one byte more than the body has.
pub(crate) fn parse<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [body, slab, at, capacity, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let room = env.slab(slab)?.room(env.size(at)?, env.size(capacity)?).ok_or(Failed::ARGUMENTS)?;
    room.populate();
    let len = fill(env, body, &room)?;
    // SAFETY: `len` bytes were written just now, and this is the only thread that has the slab.
    let kind = unsafe { room.parse(len) }?;
    env.small(u32::from(kind as u8))
}

/// `parseLarge(body, capacity)`: the same in memory of ours: the memory, and the number of the kind in the scratch memory; nothing,
/// if too much is out already.
pub(crate) fn parse_large<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [body, capacity, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let capacity = env.size(capacity)?;
    if OUT.load(Ordering::Acquire).saturating_add(capacity) > LENT {
        return env.undefined();
    }
    let Some((block, room)) = Block::with_room(capacity) else { return env.undefined() };
    let len = fill(env, body, &room)?;
    // SAFETY: `len` bytes were written just now, and this is the only thread that has the block.
    let kind = unsafe { room.parse(len) }?;
    env.answer([f64::from(kind as u8)])?;
    env.block(block.of(kind))
}

/// Copies a body into a room, and says how many bytes it has.
fn fill<'e>(env: Env<'e>, body: Value<'e>, room: &Room) -> Result<usize, Failed> {
    if let Some((data, len)) = env.foreign_bytes(body) {
        if len > room.len() {
            return Err(Failed::Type("the body has changed while it was being read"));
        }
        if len > 0 {
            // SAFETY: the source is as long, the room too, and they do not overlap: the slab is nobody's but ours.
            unsafe { std::ptr::copy_nonoverlapping(data, room.bytes().as_ptr(), len) };
        }
        Ok(len)
    } else if env.is_string(body) {
        // SAFETY: the room is the one that is said.
        let len = unsafe { env.write_string(body, room.bytes(), room.len()) }?;
        if len < room.len() { Ok(len) } else { Err(Failed::ARGUMENTS) }
    } else {
        Err(Failed::Type("expected a Buffer, a Uint8Array, an ArrayBuffer or a string"))
    }
}

/// `headSize()`: how many bytes a slab needs in front of a body.
pub(crate) fn head_size<'e>(env: Env<'e>, _: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    env.number(HEAD as f64)
}
