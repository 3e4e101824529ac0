//! A body in, a kind out.

use crate::env::{Env, Failed, Value};
use crate::held::HEAD;

/// `parse(body, slab, at, capacity)`: copies the body into the slab and parses it there; the number of its kind.
///
/// Room is needed for the head and a NUL: `headSize()` and one byte more than the body has.
pub(crate) fn parse<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [body, slab, at, capacity, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    let room = env.slab(slab)?.room(env.size(at)?, env.size(capacity)?).ok_or(Failed::ARGUMENTS)?;
    let len = if let Some((data, len)) = env.foreign_bytes(body) {
        if len > room.len() {
            return Err(Failed::Type("the body has changed while it was being read"));
        }
        if len > 0 {
            // SAFETY: the source is as long, the room too, and they do not overlap: the slab is nobody's but ours.
            unsafe { std::ptr::copy_nonoverlapping(data, room.bytes().as_ptr(), len) };
        }
        len
    } else if env.is_string(body) {
        // SAFETY: the room is the one that is said.
        let len = unsafe { env.write_string(body, room.bytes(), room.len()) }?;
        if len + 1 > room.len() {
            return Err(Failed::ARGUMENTS);
        }
        len
    } else {
        return Err(Failed::Type("expected a Buffer, a Uint8Array, an ArrayBuffer or a string"));
    };
    // SAFETY: `len` bytes were written just now, and this is the only thread that has the slab.
    let kind = unsafe { room.parse(len) }?;
    env.small(u32::from(kind as u8))
}

/// `headSize()`: how many bytes a slab needs in front of a body.
pub(crate) fn head_size<'e>(env: Env<'e>, _: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    env.number(HEAD as f64)
}
