//! The ledger: which submissions are expected, and which deliveries have arrived, been claimed, settled.

use std::mem::MaybeUninit;

use ringback_core::ErrorKind;
use ringback_core::ledger::{DeliverySlot, Ledger, Rules, SubmissionSlot};
use ringback_core::time::Now;

use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::region::{Plan, Slots, Tables};
use crate::result::ringback_result;
use crate::time::ringback_now;

/// The alignment of memory that is handed over to a ledger.
pub const RINGBACK_LEDGER_ALIGN: usize = 64;
/// How many random bytes a ledger wants for its tables.
pub const RINGBACK_LEDGER_SEED: usize = 16;

/// A ledger in memory, not yet in a receiver.
///
/// Made with `ringback_ledger_new` or `ringback_ledger_open`, and handed over to `ringback_receiver_new`, or given back with
/// `ringback_ledger_free`.
///
/// Threads: one at a time.
pub struct ringback_ledger {
    pub(crate) ledger: Rows,
}

/// The core's ledger over a region.
pub(crate) type Rows = Ledger<Slots<SubmissionSlot>, Slots<DeliverySlot>>;

/// How large a ledger is, and how long it waits for what. `ringback_ledger_options_default` has the usual answers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_ledger_options {
    /// How many submissions there is room for, at 36 bytes each.
    pub submissions: u32,
    /// How many deliveries there is room for, at 64 bytes each: those being handled, and those remembered as handled.
    pub deliveries: u32,
    /// How many milliseconds a claim holds without being renewed.
    pub lease: u64,
    /// How many milliseconds it is remembered that something was settled.
    pub memory: u64,
    /// How many milliseconds an overdue submission is still known.
    pub patience: u64,
    /// How many distinct deliveries one submission can have.
    pub deliveries_each: u32,
    /// How many distinct deliveries one submission can have that is a stream.
    pub stream_deliveries_each: u32,
}

/// The usual options: room for 4,096 submissions and 16,384 deliveries, 1.2 MB; a lease of 60 s; 960 s of memory, in which all
/// attempts of a delivery fall.
///
/// Parameters: none.
///
/// Returns: the options.
///
/// Ownership: a copy.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ledger_options_default() -> ringback_ledger_options {
    let rules = Rules::handled_first();
    ringback_ledger_options {
        submissions: 4096,
        deliveries: 16384,
        lease: rules.lease,
        memory: rules.memory,
        patience: rules.patience,
        deliveries_each: rules.deliveries,
        stream_deliveries_each: rules.stream_deliveries,
    }
}

/// How much memory a ledger takes.
///
/// Parameters: `options`: how large it is.
///
/// Returns: the bytes to hand over to `ringback_ledger_open`; 0 for NULL, and if no memory could hold it.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ledger_size(options: Option<&ringback_ledger_options>) -> usize {
    guard_or(0, || options.and_then(ringback_ledger_options::plan).map_or(0, |plan| plan.size()))
}

/// Makes a ledger in memory of the library, empty or out of what `ringback_receiver_save` wrote.
///
/// Parameters: `options`: how large it is. `seed`, `seed_len`: 16 random bytes, new ones each time. `saved`, `saved_len`: what was
/// saved; NULL and 0 for nothing. Whether it was damaged since is for the caller to check. `now`: the time. `out`: the
/// ledger.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: these are not 16 bytes, there is room for nothing, or this is
/// nothing that was saved; `RINGBACK_ERROR_LEDGER_FULL`: more was saved than there is room for, so ask for more;
/// `RINGBACK_ERROR_OUT_OF_MEMORY`: ask for less.
///
/// Ownership: belongs to the caller, until a receiver takes it.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_ledger_new(
    options: Option<&ringback_ledger_options>,
    seed: *const u8,
    seed_len: usize,
    saved: *const u8,
    saved_len: usize,
    now: ringback_now,
    out: Option<&mut MaybeUninit<Box<ringback_ledger>>>,
) -> ringback_result {
    guard(|| {
        let (options, out) = (options.given()?, Out::new(out)?);
        // SAFETY: readable, as the caller has promised; copied at once.
        let seed = unsafe { read_seed(seed, seed_len) }?;
        // SAFETY: readable, as the caller has promised; read during this call.
        let saved = unsafe { bytes(saved, saved_len) }?;
        let mut tables = options.plan().ok_or(Failed::INVALID)?.allocate()?;
        restore(saved, &mut tables)?;
        out.write(options.open(tables, seed, now.into()))
    })
}

/// Opens a ledger in memory that the caller hands over, with what lies there: zeros, or what a ledger left, be it before
/// another boot, in a file that is mapped.
///
/// Parameters: `memory`, `size`: as much as `ringback_ledger_size` says, at an address that `RINGBACK_LEDGER_ALIGN` divides, all
/// of it initialised. `options`: the same as when the memory was used before, as far as room is concerned. `seed`, `seed_len`:
/// 16 random bytes, new ones each time. `now`: the time. `out`: the ledger.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: too little memory or not aligned, these are not 16 bytes, or there
/// is room for nothing.
///
/// Ownership: the ledger belongs to the caller, until a receiver takes it. The memory stays the caller's, who must not touch it
/// until ledger, receiver and all deliveries of the receiver are freed.
///
/// Threads: any.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_ledger_open(
    memory: *mut u8,
    size: usize,
    options: Option<&ringback_ledger_options>,
    seed: *const u8,
    seed_len: usize,
    now: ringback_now,
    out: Option<&mut MaybeUninit<Box<ringback_ledger>>>,
) -> ringback_result {
    guard(|| {
        let (options, out) = (options.given()?, Out::new(out)?);
        // SAFETY: readable, as the caller has promised; copied at once.
        let seed = unsafe { read_seed(seed, seed_len) }?;
        if memory.is_null() {
            return Err(Failed::NULL);
        }
        let plan = options.plan().filter(|plan| plan.size() > 0).ok_or(Failed::INVALID)?;
        // SAFETY: initialised, and untouched until all is freed, as the caller has promised.
        let tables = unsafe { plan.adopt(memory, size) }?;
        out.write(options.open(tables, seed, now.into()))
    })
}

/// Gives a ledger back that no receiver has taken.
///
/// Parameters: `ledger`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the ledger. Memory that was handed over is the caller's again, and holds what the ledger knew.
///
/// Threads: any, while no other one uses the ledger.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ledger_free(ledger: Option<Box<ringback_ledger>>) {
    guard_or((), || drop(ledger));
}

impl ringback_ledger_options {
    fn plan(&self) -> Option<Plan> {
        Plan::new(self.submissions, self.deliveries)
    }

    fn open(&self, (submissions, deliveries): Tables, seed: [u8; 16], now: Now) -> Box<ringback_ledger> {
        let rules = Rules {
            lease: self.lease,
            memory: self.memory,
            patience: self.patience,
            deliveries: self.deliveries_each,
            stream_deliveries: self.stream_deliveries_each,
            ..Rules::handled_first()
        };
        Box::new(ringback_ledger { ledger: Ledger::open(submissions, deliveries, seed, rules, now) })
    }
}

/// # Safety
///
/// `seed` is null, or `len` bytes there can be read.
unsafe fn read_seed(seed: *const u8, len: usize) -> Result<[u8; RINGBACK_LEDGER_SEED], Failed> {
    if seed.is_null() {
        return Err(Failed::NULL);
    }
    // SAFETY: as this function demands; copied at once.
    unsafe { bytes(seed, len) }?.try_into().map_err(|_| Failed::INVALID)
}

/// How what is saved begins: these, then how many rows of each table follow, as 32 bits, the lowest byte first.
const MAGIC: &[u8; 8] = b"ringled1";
const HEADER: usize = MAGIC.len() + 8;

/// How many bytes `save` writes at most.
pub(crate) fn saved_size(rows: &Rows) -> usize {
    let (submissions, deliveries) = rows.slots();
    HEADER + submissions.len() * SubmissionSlot::BYTES + deliveries.len() * DeliverySlot::BYTES
}

/// Writes the rows that there are in the same order of bytes on every machine, and gives the length.
pub(crate) fn save(rows: &Rows, room: &mut [MaybeUninit<u8>]) -> Result<usize, Failed> {
    let (submissions, deliveries) = rows.slots();
    let mut to = Room { room, len: HEADER };
    let mut counts = [0_u32; 2];
    for slot in submissions.iter().filter(|slot| !slot.is_free()) {
        to.put(&slot.to_bytes())?;
        counts[0] += 1;
    }
    for slot in deliveries.iter().filter(|slot| !slot.is_free()) {
        to.put(&slot.to_bytes())?;
        counts[1] += 1;
    }
    let len = to.len;
    to.len = 0;
    to.put(MAGIC)?;
    to.put(&counts[0].to_le_bytes())?;
    to.put(&counts[1].to_le_bytes())?;
    Ok(len)
}

/// A room that is filled.
struct Room<'r> {
    room: &'r mut [MaybeUninit<u8>],
    len: usize,
}

impl Room<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        let rest = self.room.get_mut(self.len..).ok_or(ErrorKind::BufferTooSmall)?;
        self.len += crate::boundary::copy(bytes, rest)?;
        Ok(())
    }
}

/// Puts rows that were saved into empty tables.
fn restore(saved: &[u8], (submissions, deliveries): &mut Tables) -> Result<(), Failed> {
    if saved.is_empty() {
        return Ok(());
    }
    let rest = saved.strip_prefix(MAGIC).ok_or(Failed::INVALID)?;
    let (first, rest) = rest.split_first_chunk().ok_or(Failed::INVALID)?;
    let (second, rest) = rest.split_first_chunk().ok_or(Failed::INVALID)?;
    let counts = [u32::from_le_bytes(*first), u32::from_le_bytes(*second)].map(|count| count as usize);
    let at = counts[0].checked_mul(SubmissionSlot::BYTES).ok_or(Failed::INVALID)?;
    let (first, second) = rest.split_at_checked(at).ok_or(Failed::INVALID)?;
    if counts[1].checked_mul(DeliverySlot::BYTES) != Some(second.len()) {
        return Err(Failed::INVALID);
    }
    let (submissions, deliveries) = (submissions.as_mut(), deliveries.as_mut());
    if counts[0] > submissions.len() || counts[1] > deliveries.len() {
        return Err(ErrorKind::LedgerFull.into());
    }
    for (slot, bytes) in submissions.iter_mut().zip(first.chunks_exact(SubmissionSlot::BYTES)) {
        *slot = SubmissionSlot::from_bytes(bytes.try_into().map_err(|_| Failed::INVALID)?);
    }
    for (slot, bytes) in deliveries.iter_mut().zip(second.chunks_exact(DeliverySlot::BYTES)) {
        *slot = DeliverySlot::from_bytes(bytes.try_into().map_err(|_| Failed::INVALID)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback_core::ledger::{Arrival, DeliveryId, Fingerprint, Outcome, ScopeKey, Verdict};
    use ringback_core::time::Expiry;

    const NOW: Now = Now { wall: 1_795_000_000_000, monotonic: 1 };

    fn options() -> ringback_ledger_options {
        ringback_ledger_options { submissions: 4, deliveries: 4, ..ringback_ledger_options_default() }
    }

    fn arrival(id: u8) -> Arrival {
        let delivery = Some(DeliveryId::from_bytes([id; 16]));
        Arrival { delivery, ..Arrival::new(Fingerprint::from_bytes([id; 16])) }
    }

    /// A ledger with one submission and one delivery that was handled, as bytes.
    fn saved() -> Vec<u8> {
        let mut rows = options().open(options().plan().unwrap().allocate().unwrap(), [1; 16], NOW).ledger;
        rows.expect(ScopeKey::from_bytes([9; 12]), Expiry::Never, None, NOW).unwrap();
        let Verdict::Handle(grant) = rows.arrive(&arrival(1), NOW) else { panic!("it is new") };
        rows.settle(grant.claim, Outcome::Done, 0, NOW).unwrap();
        let mut room = vec![MaybeUninit::new(0); saved_size(&rows)];
        let len = save(&rows, &mut room).unwrap();
        // SAFETY: `save` has written that many, and the rest were initialised.
        room[..len].iter().map(|byte| unsafe { byte.assume_init() }).collect()
    }

    fn restored(saved: &[u8], options: ringback_ledger_options) -> Result<Rows, Failed> {
        let mut tables = options.plan().unwrap().allocate()?;
        restore(saved, &mut tables)?;
        Ok(options.open(tables, [2; 16], NOW).ledger)
    }

    #[test]
    fn what_was_saved_is_known_again_under_another_seed() {
        let mut rows = restored(&saved(), options()).unwrap();
        assert_eq!(rows.arrive(&arrival(1), NOW), Verdict::Repeat);
        assert!(rows.submission(ScopeKey::from_bytes([9; 12])).is_some_and(|row| row.expected));
    }

    #[test]
    fn only_what_is_there_is_saved() {
        assert_eq!(saved().len(), HEADER + SubmissionSlot::BYTES + DeliverySlot::BYTES);
    }

    #[test]
    fn more_rows_than_room_and_anything_else_are_refused() {
        let saved = saved();
        let small = ringback_ledger_options { deliveries: 0, ..options() };
        assert_eq!(restored(&saved, small).err(), Some(ErrorKind::LedgerFull.into()));
        for cut in 1..saved.len() {
            assert_eq!(restored(&saved[..cut], options()).err(), Some(Failed::INVALID), "{cut}");
        }
        assert_eq!(restored(&[&saved[..], b"x"].concat(), options()).err(), Some(Failed::INVALID));
        assert!(restored(b"", options()).is_ok());
    }

    #[test]
    fn alignment_and_seed_are_those_that_are_written_out() {
        assert_eq!(RINGBACK_LEDGER_ALIGN, align_of::<DeliverySlot>());
    }
}
