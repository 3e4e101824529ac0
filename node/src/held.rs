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
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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

/// Memory of ours, for a body and its payload.
///
/// A system takes longer to give three megabytes of fresh memory than it takes to parse them, so large memory that is let go
/// of is kept for the next body.
struct Memory {
    data: NonNull<u8>,
    capacity: usize,
}

// SAFETY: the only owner of its memory.
unsafe impl Send for Memory {}
// SAFETY: who shares it reads what was written before.
unsafe impl Sync for Memory {}

/// Large memory that nobody uses.
static SPARE: Mutex<Vec<Memory>> = Mutex::new(Vec::new());

/// The most bytes of spare memory, and of one piece of it.
const SPARE_BYTES: usize = 48 << 20;
const SPARE_PIECE: usize = 8 << 20;

/// Capacities from here on are multiples of it, so that bodies of nearly the same size fit into each other's memory.
const GRAIN: usize = 64 << 10;

impl Memory {
    /// Memory with room for a head and a body of this size, and whether it is new; `None` if there is none.
    fn with_room(size: usize) -> Option<(Memory, bool)> {
        let len = HEAD.checked_add(size)?;
        if len < GRAIN {
            return Some((Memory::new(len)?, true));
        }
        let capacity = len.checked_next_multiple_of(GRAIN)?;
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one to be let go of is the one that a processor still has at hand.
        let known = spare.iter().rposition(|piece| piece.capacity >= len && piece.capacity / 2 <= capacity);
        let known = known.map(|at| spare.remove(at));
        drop(spare);
        match known {
            Some(memory) => Some((memory, false)),
            None => Some((Memory::new(capacity)?, true)),
        }
    }

    fn new(capacity: usize) -> Option<Memory> {
        // SAFETY: a head is larger than nothing.
        let data = unsafe { alloc(Layout::from_size_align(capacity, STEP).ok()?) };
        Some(Memory { data: NonNull::new(data)?, capacity })
    }

    /// How many bytes of body go in.
    fn room(&self) -> usize {
        self.capacity - HEAD
    }

    /// The memory as a slab.
    fn slab(&self) -> Slab<'_> {
        // SAFETY: there is as much, and the borrow keeps it.
        unsafe { Slab::new(self.data, self.capacity) }
    }

    /// Where the body goes.
    fn bytes(&self) -> NonNull<u8> {
        // SAFETY: all memory has room for a head.
        unsafe { self.data.add(HEAD) }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if (GRAIN..=SPARE_PIECE).contains(&self.capacity) {
            let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
            let kept: usize = spare.iter().map(|piece| piece.capacity).sum();
            if kept + self.capacity <= SPARE_BYTES {
                spare.push(Memory { data: self.data, capacity: self.capacity });
                return;
            }
        }
        if let Ok(layout) = Layout::from_size_align(self.capacity, STEP) {
            // SAFETY: allocated with this layout, and freed once.
            unsafe { dealloc(self.data.as_ptr(), layout) };
        }
    }
}

/// A body that is coming in, piece by piece, where it will be held.
pub(crate) struct Draft {
    memory: Memory,
    len: usize,
}

impl Draft {
    /// With room for so many bytes; `None` if there is no memory.
    pub(crate) fn with_room(size: usize) -> Option<Draft> {
        let (memory, _) = Memory::with_room(size)?;
        Some(Draft { memory, len: 0 })
    }

    /// How many bytes have come.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What has come.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: so many bytes were written, and the borrow keeps them.
        unsafe { std::slice::from_raw_parts(self.memory.bytes().as_ptr(), self.len) }
    }

    /// How many bytes there is room for.
    pub(crate) fn room(&self) -> usize {
        self.memory.room()
    }

    /// Makes room for so many bytes in all; `false` if there is no memory.
    pub(crate) fn grow(&mut self, size: usize) -> bool {
        if size <= self.room() {
            return true;
        }
        let Some(mut larger) = Draft::with_room(size) else { return false };
        let grown = larger.push(self.bytes());
        *self = larger;
        grown
    }

    /// Takes the next bytes; `false`, and nothing is taken, if there is no room for them.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > self.room() - self.len {
            return false;
        }
        // SAFETY: what has come is within the room.
        let end = unsafe { self.memory.bytes().add(self.len) };
        // SAFETY: there is room for them, and it is nobody's but ours.
        unsafe { end.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        self.len += bytes.len();
        true
    }

    /// Has somebody look at the body, and holds it with the payload that he finds in it. He may change it before; then he may
    /// share it. Where he finds no payload, the bytes come back.
    pub(crate) fn hold<R>(
        self,
        look: impl for<'b> FnOnce(&'b mut [u8], Shared) -> (R, Option<Payload<'b>>),
    ) -> (R, Result<Block, Shared>) {
        let Draft { memory, len } = self;
        let (data, place) = (memory.bytes(), memory.data.cast::<Head>());
        let shared = Shared { memory: Arc::new(memory), len };
        // SAFETY: so many bytes were written, and nobody else has them. The head's comment says why a borrow may be called
        // `'static` that never leaves this file but with a shorter lifetime: what is said about the body cannot hold it.
        let body: &'static mut [u8] = unsafe { std::slice::from_raw_parts_mut(data.as_ptr(), len) };
        let (said, payload) = look(body, shared.clone());
        let Some(payload) = payload else { return (said, Err(shared)) };
        let kind = payload.kind();
        // SAFETY: all memory has room for a head, is aligned, and nobody has a reference to it before it is sealed: those who
        // share it see the bytes behind it.
        unsafe { place.write(Head { seal: seal(place), payload }) };
        (said, Ok(Block { memory: shared.memory, len: HEAD + len, kind }))
    }
}

/// A body that is not changed any more. Clones share it.
#[derive(Clone)]
pub(crate) struct Shared {
    memory: Arc<Memory>,
    len: usize,
}

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: so many bytes were written, are not changed, and the memory is kept.
        unsafe { std::slice::from_raw_parts(self.memory.bytes().as_ptr(), self.len) }
    }
}

/// A body and its payload in memory of ours, that becomes an `ArrayBuffer`.
pub(crate) struct Block {
    memory: Arc<Memory>,
    /// How much of it is used.
    len: usize,
    kind: Kind,
}

impl Block {
    /// A block with room for a body of this size, of which nothing is held yet; `None` if there is no memory.
    pub(crate) fn with_room(size: usize) -> Option<(Block, Room)> {
        let (memory, new) = Memory::with_room(size)?;
        let room = memory.slab().room(0, size)?;
        if new {
            room.populate();
        }
        Some((Block { memory: Arc::new(memory), len: HEAD + size, kind: Kind::Unknown }, room))
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
        (self.memory.data, self.len)
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        self.memory.slab().held(0).map_or(&[], |head| head.text().as_bytes())
    }
}

/// The seal of a head at this place.
fn seal(head: NonNull<Head>) -> u64 {
    static SECRET: OnceLock<u64> = OnceLock::new();
    let secret = SECRET.get_or_init(|| RandomState::new().build_hasher().finish());
    secret ^ (head.addr().get() as u64).rotate_left(offset_of!(Head, payload) as u32)
}
