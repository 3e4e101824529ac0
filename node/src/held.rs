//! A body and the payload that was found in it, side by side in memory that belongs to a JavaScript engine.
//!
//! The collector of JavaScript frees an `ArrayBuffer` at once and for nothing, but calls a finalizer late and at a cost
//! of its own: later than a loop of a million parses can wait. So a body is copied, once, into an `ArrayBuffer` that no
//! program can get at (a private member of our classes holds it), behind a head that holds its payload. A small one shares
//! its buffer, the *slab*, with others.

use std::alloc::{Layout, alloc, dealloc};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::mem::offset_of;
use std::ptr::NonNull;
use std::sync::{Mutex, OnceLock, PoisonError};

use ringback::payload::Kind;
use ringback::{Error, Payload};

/// The memory of an `ArrayBuffer`, as long as the call lasts that got it as an argument.
#[derive(Clone, Copy)]
pub(crate) struct Slab<'e> {
    data: NonNull<u8>,
    len: usize,
    call: std::marker::PhantomData<&'e ()>,
}

/// What stands in front of a body.
///
/// The payload borrows from the bytes behind it. Rust has no lifetime for that, so it is called `'static` inside of this
/// file, and this is why nothing goes wrong:
///
/// - An engine does not move the memory of a buffer, and keeps it as long as somebody has the buffer. Only who shows the
///   buffer gets at the payload ([`Slab::held`]), and the payload that is given out lives no longer than the call.
/// - Nobody changes the bytes: no program has the buffer, and what our own code writes is beyond what it has reserved before.
/// - A buffer that holds something else is not taken for a slab: [`Head::seal`] is a number that only this process knows,
///   tied to the place in memory, and is written when all the rest is.
/// - A payload has no destructor, so that nothing is to be done when the memory goes.
#[repr(C)]
pub(crate) struct Head {
    seal: u64,
    payload: Payload<'static>,
}

/// How many bytes stand in front of a body.
pub(crate) const HEAD: usize = size_of::<Head>();

/// From how many bytes on the pages of a room are asked for at once.
#[cfg(target_os = "linux")]
const LARGE: usize = 128 * 1024;

/// What places in a slab are multiples of.
const STEP: usize = 16;

const _: () = assert!(align_of::<Head>() <= STEP && !std::mem::needs_drop::<Payload<'static>>());

/// Room in a slab for a body that is to be held.
pub(crate) struct Room {
    head: NonNull<Head>,
    room: usize,
}

impl<'e> Slab<'e> {
    /// The memory of an `ArrayBuffer`.
    ///
    /// # Safety
    ///
    /// `len` bytes at `data` stay readable and writable for `'e`.
    pub(crate) unsafe fn new(data: NonNull<u8>, len: usize) -> Slab<'e> {
        Slab { data, len, call: std::marker::PhantomData }
    }

    /// Room for a body of up to `len` bytes at this place; `None` if there is not so much, or the place is crooked.
    pub(crate) fn room(&self, at: usize, len: usize) -> Option<Room> {
        let head = self.place(at)?;
        (len <= self.len - at - HEAD).then_some(Room { head, room: len })
    }

    /// The body and the payload at this place; `None` if there are none.
    pub(crate) fn held(&self, at: usize) -> Option<&'e Head> {
        let head = self.place(at)?;
        // SAFETY: the place is in the slab with room for a whole head, and any bytes make a number.
        let sealed = unsafe { (*head.as_ptr()).seal } == seal(head);
        if !sealed {
            return None;
        }
        // SAFETY: the seal says that a head of ours is here and finished. The slab lives for `'e`, and nobody writes there.
        Some(unsafe { head.as_ref() })
    }

    fn place(&self, at: usize) -> Option<NonNull<Head>> {
        let fits = at.is_multiple_of(STEP) && self.len >= HEAD && at <= self.len - HEAD;
        // SAFETY: `at` is within the slab.
        let place = fits.then(|| unsafe { self.data.add(at) })?.cast::<Head>();
        place.is_aligned().then_some(place)
    }
}

impl Room {
    /// How many bytes the body may have.
    pub(crate) fn len(&self) -> usize {
        self.room
    }

    /// Where the body goes: [`len`](Room::len) bytes, still to be written.
    pub(crate) fn bytes(&self) -> NonNull<u8> {
        // SAFETY: a head and the room behind it lie in the slab.
        unsafe { self.head.cast::<u8>().add(HEAD) }
    }

    /// Has the system bring all pages of a large room that is new at once. One by one, as they are written to, they cost more than
    /// parsing what is in them. Where the system cannot, nothing is lost.
    pub(crate) fn populate(&self) {
        #[cfg(target_os = "linux")]
        if self.room >= LARGE {
            const PAGE: usize = 4096;
            let skip = self.bytes().addr().get().next_multiple_of(PAGE) - self.bytes().addr().get();
            let len = (self.room - skip) & !(PAGE - 1);
            // SAFETY: `skip` bytes are less than a page, and the room has many.
            let start = unsafe { self.bytes().add(skip) };
            // SAFETY: whole pages within the room, of which no byte changes.
            _ = unsafe { rustix::mm::madvise(start.as_ptr().cast(), len, rustix::mm::Advice::LinuxPopulateWrite) };
        }
    }

    /// Copies a body into the room, and holds it with what was found.
    ///
    /// # Errors
    ///
    /// It is no JSON text. A body that is too large for the room is cut off.
    pub(crate) fn hold(self, body: &[u8]) -> Result<Kind, Error> {
        let len = body.len().min(self.room);
        // SAFETY: the room is at least as long, is ours alone, and cannot be where the body is, for nobody else has it.
        unsafe { self.bytes().copy_from_nonoverlapping(NonNull::from(body).cast(), len) };
        // SAFETY: the bytes were written just now, and the room is ours.
        unsafe { self.parse(len) }
    }

    /// Parses the first `len` bytes of the room, which have been written, and holds them with what was found.
    ///
    /// # Safety
    ///
    /// `len` bytes at [`bytes`](Room::bytes) are initialised and nobody else writes to the room any more.
    pub(crate) unsafe fn parse(self, len: usize) -> Result<Kind, Error> {
        debug_assert!(len <= self.room);
        // SAFETY: initialised and not written to again, as promised; the head's comment says why a borrow may be called
        // `'static` that never leaves this file but with a shorter lifetime.
        let body: &'static [u8] = unsafe { std::slice::from_raw_parts(self.bytes().as_ptr(), len) };
        let payload = Payload::parse(body)?;
        let head = Head { seal: seal(self.head), payload };
        // SAFETY: the head lies in the slab, is aligned, and nobody has a reference to it before it is sealed.
        unsafe { self.head.write(head) };
        Ok(payload.kind())
    }
}

impl Head {
    /// The payload, for as long as the head is borrowed: a payload is covariant.
    pub(crate) fn payload(&self) -> &Payload<'_> {
        &self.payload
    }

    /// The body.
    pub(crate) fn text(&self) -> &str {
        self.payload.document().text()
    }
}

/// A body and its payload in memory of ours, that becomes an `ArrayBuffer`.
///
/// For large bodies: a system takes longer to give three megabytes of fresh memory than it takes to parse them, so memory that
/// is let go of is kept for the next one.
pub(crate) struct Block {
    data: NonNull<u8>,
    /// How much memory there is.
    capacity: usize,
    /// How much of it is used.
    len: usize,
    kind: Kind,
}

// SAFETY: the only owner of its memory.
unsafe impl Send for Block {}

/// Memory of blocks that are gone: the pieces, each with its capacity.
static SPARE: Mutex<Vec<Spare>> = Mutex::new(Vec::new());

struct Spare(NonNull<u8>, usize);

// SAFETY: the only owner of its memory.
unsafe impl Send for Spare {}

/// The most bytes of spare memory, and of one piece of it.
const SPARE_BYTES: usize = 48 << 20;
const SPARE_PIECE: usize = 8 << 20;

/// Capacities are multiples of this, so that bodies of nearly the same size fit into each other's memory.
const GRAIN: usize = 64 << 10;

impl Block {
    /// A block with room for a body of this size; `None` if there is no memory.
    pub(crate) fn with_room(size: usize) -> Option<(Block, Room)> {
        let len = HEAD.checked_add(size)?;
        let capacity = len.checked_next_multiple_of(GRAIN)?;
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = spare.iter().position(|piece| piece.1 >= len && piece.1 / 2 <= capacity);
        let known = known.map(|at| spare.swap_remove(at));
        drop(spare);
        let new = known.is_none();
        let Spare(data, capacity) = match known {
            Some(piece) => piece,
            None => {
                // SAFETY: a head is larger than nothing.
                let data = unsafe { alloc(Layout::from_size_align(capacity, STEP).ok()?) };
                Spare(NonNull::new(data)?, capacity)
            }
        };
        let block = Block { data, capacity, len, kind: Kind::Unknown };
        // SAFETY: there is at least as much, and the block keeps it for longer than the room is used.
        let slab = unsafe { Slab::new(block.data, len) };
        let room = slab.room(0, size)?;
        if new {
            room.populate();
        }
        Some((block, room))
    }

    /// Parses a body; `None` if it is no JSON text, or there is no memory.
    pub(crate) fn parse(body: &[u8]) -> Option<Block> {
        let (block, room) = Block::with_room(body.len())?;
        let kind = room.hold(body).ok()?;
        Some(block.of(kind))
    }

    /// The block, with what was found in its room.
    pub(crate) fn of(mut self, kind: Kind) -> Block {
        self.kind = kind;
        self
    }

    /// What the body is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The memory of the head and the body.
    pub(crate) fn memory(&self) -> (NonNull<u8>, usize) {
        (self.data, self.len)
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        // SAFETY: there is at least as much, and the borrow keeps it.
        let slab = unsafe { Slab::new(self.data, self.len) };
        slab.held(0).map_or(&[], |head| head.text().as_bytes())
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = spare.iter().map(|piece| piece.1).sum();
        if self.capacity <= SPARE_PIECE && kept + self.capacity <= SPARE_BYTES {
            spare.push(Spare(self.data, self.capacity));
            return;
        }
        drop(spare);
        if let Ok(layout) = Layout::from_size_align(self.capacity, STEP) {
            // SAFETY: allocated with this layout, and freed once.
            unsafe { dealloc(self.data.as_ptr(), layout) };
        }
    }
}

/// The seal of a head at this place.
fn seal(head: NonNull<Head>) -> u64 {
    static SECRET: OnceLock<u64> = OnceLock::new();
    let secret = SECRET.get_or_init(|| RandomState::new().build_hasher().finish());
    secret ^ (head.addr().get() as u64).rotate_left(offset_of!(Head, payload) as u32)
}
