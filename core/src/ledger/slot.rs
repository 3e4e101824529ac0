//! Slots: the rows of a ledger as plain data, in memory that the caller hands over.
//!
//! A slot holds integers and nothing else, so every bit pattern is one, and memory of zeros is empty. A delivery fills
//! one cache line of 64 bytes; a submission takes 36. Times of a submission are kept in whole seconds, rounded up, so
//! that nothing is called overdue early.
//!
//! To save a ledger, save its slots (as they lie in memory, or by `to_bytes`); to restore it, hand them to
//! [`Ledger::open`](super::Ledger::open), under any seed. Only contents matter: opening works out all links afresh,
//! and drops what cannot be a row. It cannot tell damage that looks like a row: check what you load, as you would
//! check any file.

use super::delivery::{Delivery, Phase};
use super::list::{Links, NIL};
use super::submission::{Arrived, Submission};
use super::table::{Key, Slot};
use super::{DeliveryId, Fingerprint, RequestKey, Rules, ScopeKey};
use crate::time::UnixMillis;

/// The memory of one submission.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct SubmissionSlot {
    scope: [u8; 12],
    /// Six bits of marks, two bits unused, 24 bits that count deliveries.
    marks: u32,
    links: Links,
    /// Whole seconds; `u32::MAX` is never.
    due: u32,
    /// The bound request id if it is expected, else the first of the deliveries held for it.
    bound_or_held: u32,
}

/// The memory of one delivery.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct DeliverySlot {
    id: [u8; 16],
    fingerprint: [u8; 16],
    links: Links,
    /// While held, the scope; the fencing number and the due time otherwise.
    life: [u32; 3],
    /// Whole seconds.
    first: u32,
    /// A [`Phase`]; 0 is free.
    phase: u8,
    arrivals: u8,
    failures: u8,
    marks: u8,
}

const OCCUPIED: u32 = 1;
const EXPECTED: u32 = 1 << 1;
const PARTLY: u32 = 1 << 2;
const WHOLE: u32 = 1 << 3;
const OVERDUE: u32 = 1 << 4;
const BOUND: u32 = 1 << 5;
const UNUSED: u32 = 0b1100_0000;

const BRIEF: u8 = 1;
const BEGUN: u8 = 1 << 1;
const LATE: u8 = 1 << 2;
const REVISES: u8 = 1 << 3;

impl SubmissionSlot {
    /// A free slot: all zeros.
    pub const EMPTY: SubmissionSlot =
        SubmissionSlot { scope: [0; 12], links: Links::ZERO, due: 0, bound_or_held: 0, marks: 0 };

    /// Becomes the slot of a row for which no delivery is held, whatever lay here before.
    #[inline]
    pub(super) fn begin(&mut self, scope: ScopeKey, row: &Submission) {
        self.scope = *scope.as_bytes();
        self.marks = 0;
        self.bound_or_held = NIL;
        self.update(row);
    }

    /// Takes over a row; what is held for it stays as long as it is not expected.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn update(&mut self, row: &Submission) {
        let arrived = match row.arrived {
            Arrived::No => 0,
            Arrived::Partly => PARTLY,
            Arrived::Whole => WHOLE,
        };
        // A multiplication by a power of two is a shift, and takes no branch.
        let marks = OCCUPIED
            | arrived
            | (u32::from(row.expected) * EXPECTED)
            | (u32::from(row.overdue) * OVERDUE)
            | (u32::from(row.bound.is_some()) * BOUND)
            | (row.deliveries.min(Submission::MOST_DELIVERIES) << 8);
        let held = self.held();
        self.marks = marks;
        self.due = seconds(row.due.saturating_add(999));
        self.bound_or_held = if row.expected { row.bound.map_or(0, RequestKey::bits) } else { held };
    }

    #[inline]
    pub(super) fn row(&self) -> Submission {
        let holds = |mark| self.marks & mark != 0;
        Submission {
            expected: holds(EXPECTED),
            arrived: match (holds(WHOLE), holds(PARTLY)) {
                (true, _) => Arrived::Whole,
                (false, true) => Arrived::Partly,
                (false, false) => Arrived::No,
            },
            overdue: holds(OVERDUE),
            deliveries: self.marks >> 8,
            bound: (holds(BOUND) && holds(EXPECTED)).then(|| RequestKey::from_bits(self.bound_or_held)),
            due: if self.due == u32::MAX { UnixMillis::MAX } else { u64::from(self.due) * 1_000 },
        }
    }

    #[inline]
    pub(super) fn scope(&self) -> ScopeKey {
        ScopeKey::from_bytes(self.scope)
    }

    /// The first of the deliveries held for it, or [`NIL`].
    #[inline]
    pub(super) fn held(&self) -> u32 {
        if self.marks & EXPECTED != 0 { NIL } else { self.bound_or_held }
    }

    #[inline]
    pub(super) fn set_held(&mut self, held: u32) {
        if self.marks & EXPECTED == 0 {
            self.bound_or_held = held;
        }
    }
}

impl DeliverySlot {
    /// A free slot: all zeros.
    pub const EMPTY: DeliverySlot = DeliverySlot {
        id: [0; 16],
        fingerprint: [0; 16],
        links: Links::ZERO,
        life: [0; 3],
        first: 0,
        phase: 0,
        arrivals: 0,
        failures: 0,
        marks: 0,
    };

    /// Becomes the slot of a row, whatever lay here before; `scope` matters while it is held.
    #[inline]
    pub(super) fn begin(&mut self, id: DeliveryId, row: &Delivery, scope: Option<ScopeKey>) {
        self.id = *id.as_bytes();
        self.update(row, scope);
    }

    /// Takes over a row; `scope` matters while it is held.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn update(&mut self, row: &Delivery, scope: Option<ScopeKey>) {
        let marks = (u8::from(row.brief) * BRIEF)
            | (u8::from(row.begun) * BEGUN)
            | (u8::from(row.late) * LATE)
            | (u8::from(row.revises) * REVISES);
        self.life = match scope {
            Some(scope) if row.phase == Phase::Held => words(scope.as_bytes()),
            _ => [row.claim, row.due as u32, (row.due >> 32) as u32],
        };
        self.fingerprint = *row.fingerprint.as_bytes();
        self.first = seconds(row.first);
        self.phase = row.phase as u8;
        self.arrivals = row.arrivals;
        self.failures = row.failures;
        self.marks = marks;
    }

    /// The row, if there is one. A held row has been given no fencing number yet: it starts from `fence`.
    #[inline]
    pub(super) fn row(&self, rules: &Rules, fence: u32) -> Option<Delivery> {
        let phase = Phase::from_number(self.phase)?;
        let first = u64::from(self.first) * 1_000;
        let [claim, low, high] = self.life;
        let (claim, due) = match phase {
            Phase::Held => (fence, first.saturating_add(rules.patience)),
            _ => (claim, u64::from(low) | u64::from(high) << 32),
        };
        Some(Delivery {
            phase,
            claim,
            arrivals: self.arrivals,
            failures: self.failures,
            brief: self.marks & BRIEF != 0,
            begun: self.marks & BEGUN != 0,
            late: self.marks & LATE != 0,
            revises: self.marks & REVISES != 0,
            first,
            due,
            fingerprint: Fingerprint::from_bytes(self.fingerprint),
        })
    }

    #[inline]
    pub(super) fn id(&self) -> DeliveryId {
        DeliveryId::from_bytes(self.id)
    }

    #[inline]
    pub(super) fn phase(&self) -> Option<Phase> {
        Phase::from_number(self.phase)
    }

    /// The scope that a held row waits for.
    #[inline]
    pub(super) fn scope(&self) -> Option<ScopeKey> {
        (self.phase() == Some(Phase::Held)).then(|| ScopeKey::from_bytes(bytes(&self.life)))
    }
}

/// What `to_bytes` and `from_bytes` write and read: the fields in order, little-endian; links are left out as zeros.
macro_rules! portable {
    ($slot:ident, $length:literal, $($field:ident: $at:literal..$end:literal $kind:ident),*) => {
        impl $slot {
            /// How many bytes a saved slot takes.
            pub const BYTES: usize = $length;

            /// The slot in the order of bytes that is the same on every machine.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; $length] {
                let mut to = [0; $length];
                $(to[$at..$end].copy_from_slice(&portable!(@write $kind self.$field));)*
                to
            }

            /// Whether there is no row in it, so that it need not be saved.
            #[must_use]
            pub fn is_free(&self) -> bool {
                self.key().is_none()
            }

            /// The slot that was saved in these bytes; any bytes are some slot.
            #[must_use]
            pub fn from_bytes(from: &[u8; $length]) -> $slot {
                let mut slot = $slot::EMPTY;
                $({
                    let mut field = [0; $end - $at];
                    field.copy_from_slice(&from[$at..$end]);
                    slot.$field = portable!(@read $kind field);
                })*
                slot
            }
        }

        /// [`EMPTY`](Self::EMPTY).
        impl Default for $slot {
            fn default() -> $slot {
                $slot::EMPTY
            }
        }
    };
    (@write bytes $field:expr) => { $field };
    (@write number $field:expr) => { $field.to_le_bytes() };
    (@write words $field:expr) => { bytes(&$field) };
    (@read bytes $field:ident) => { $field };
    (@read u32 $field:ident) => { u32::from_le_bytes($field) };
    (@read number $field:ident) => { Number::read($field) };
    (@read words $field:ident) => { words(&$field) };
}

portable!(SubmissionSlot, 24, scope: 0..12 bytes, due: 12..16 number, bound_or_held: 16..20 number, marks: 20..24 number);
portable!(DeliverySlot, 52, id: 0..16 bytes, fingerprint: 16..32 bytes, life: 32..44 words, first: 44..48 number,
    phase: 48..49 number, arrivals: 49..50 number, failures: 50..51 number, marks: 51..52 number);

trait Number<const N: usize> {
    fn read(bytes: [u8; N]) -> Self;
}

impl Number<4> for u32 {
    fn read(bytes: [u8; 4]) -> u32 {
        u32::from_le_bytes(bytes)
    }
}

impl Number<1> for u8 {
    fn read([byte]: [u8; 1]) -> u8 {
        byte
    }
}

/// Whole seconds, at most `u32::MAX`.
#[inline]
fn seconds(millis: u64) -> u32 {
    // Where no instruction divides 64 bits, this takes a tenth of the library's code, which serves any divisor.
    if cfg!(target_os = "none") {
        seconds_by_halving(millis)
    } else {
        u32::try_from(millis / 1_000).unwrap_or(u32::MAX)
    }
}

#[inline(never)]
fn seconds_by_halving(millis: u64) -> u32 {
    let mut rest = millis;
    (0..u32::BITS).rev().fold(0, |seconds, bit| match rest.checked_sub(1_000 << bit) {
        Some(less) => {
            rest = less;
            seconds | 1 << bit
        }
        None => seconds,
    })
}

#[inline]
fn words(bytes: &[u8; 12]) -> [u32; 3] {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
    [[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_le_bytes)
}

#[inline]
fn bytes(words: &[u32; 3]) -> [u8; 12] {
    let [[a, b, c, d], [e, f, g, h], [i, j, k, l]] = words.map(u32::to_le_bytes);
    [a, b, c, d, e, f, g, h, i, j, k, l]
}

impl Key for ScopeKey {
    #[inline]
    fn words(&self) -> (u64, u64) {
        let [a, b, c] = words(self.as_bytes());
        (u64::from(a) | u64::from(b) << 32, u64::from(c))
    }
}

impl Key for DeliveryId {
    #[inline]
    fn words(&self) -> (u64, u64) {
        let [a, b, c, d, e, f, g, h, low @ ..] = *self.as_bytes();
        (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(low))
    }
}

impl Slot for SubmissionSlot {
    type Key = ScopeKey;
    const EMPTY: SubmissionSlot = SubmissionSlot::EMPTY;

    #[inline]
    fn links(&self) -> &Links {
        &self.links
    }

    #[inline]
    fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }

    #[inline]
    fn due(&self) -> u64 {
        self.row().due
    }

    #[inline]
    fn key(&self) -> Option<ScopeKey> {
        (self.marks & OCCUPIED != 0).then(|| self.scope())
    }

    #[inline]
    fn holds(&self, words: (u64, u64)) -> bool {
        let (a, b) = self.scope().words();
        ((a ^ words.0) | (b ^ words.1) == 0) & (self.marks & OCCUPIED != 0)
    }

    fn sanitize(&mut self) {
        if self.marks & OCCUPIED == 0 || self.marks & UNUSED != 0 {
            *self = SubmissionSlot::EMPTY;
        }
        self.set_held(NIL);
    }

    #[inline]
    fn is_evictable(&self) -> bool {
        let waits = self.marks & EXPECTED != 0 && self.marks & (WHOLE | OVERDUE) == 0;
        self.marks & OCCUPIED != 0 && !waits && self.held() == NIL
    }
}

impl Slot for DeliverySlot {
    type Key = DeliveryId;
    const EMPTY: DeliverySlot = DeliverySlot::EMPTY;

    #[inline]
    fn links(&self) -> &Links {
        &self.links
    }

    #[inline]
    fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }

    /// While held, nothing: the table asks for what is settled only.
    #[inline]
    fn due(&self) -> u64 {
        let [_, low, high] = self.life;
        u64::from(low) | u64::from(high) << 32
    }

    #[inline]
    fn key(&self) -> Option<DeliveryId> {
        (self.phase != 0).then(|| self.id())
    }

    #[inline]
    fn holds(&self, words: (u64, u64)) -> bool {
        let (a, b) = self.id().words();
        ((a ^ words.0) | (b ^ words.1) == 0) & (self.phase != 0)
    }

    fn sanitize(&mut self) {
        if self.phase().is_none() || self.marks & !(BRIEF | BEGUN | LATE | REVISES) != 0 {
            *self = DeliverySlot::EMPTY;
        }
    }

    #[inline]
    fn is_evictable(&self) -> bool {
        self.phase().is_some_and(Phase::is_settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(scope: ScopeKey, row: &Submission) -> SubmissionSlot {
        let mut slot = SubmissionSlot { marks: WHOLE, bound_or_held: 7, ..SubmissionSlot::EMPTY };
        slot.begin(scope, row);
        slot
    }

    fn delivery(id: DeliveryId, row: &Delivery, scope: Option<ScopeKey>) -> DeliverySlot {
        let mut slot = DeliverySlot::EMPTY;
        slot.begin(id, row, scope);
        slot
    }

    #[test]
    fn both_ways_to_divide_agree() {
        for millis in [0, 1, 999, 1_000, 1_001, 1_795_000_000_000, 4_294_967_295_999, 4_294_967_296_000, u64::MAX] {
            assert_eq!(seconds_by_halving(millis), u32::try_from(millis / 1_000).unwrap_or(u32::MAX), "{millis}");
        }
    }

    #[test]
    fn a_submission_takes_36_bytes_and_a_delivery_one_cache_line() {
        assert_eq!(size_of::<SubmissionSlot>(), 36);
        assert_eq!((size_of::<DeliverySlot>(), align_of::<DeliverySlot>()), (64, 64));
    }

    #[test]
    fn a_submission_survives_packing_with_its_deadline_rounded_up() {
        for arrived in [Arrived::No, Arrived::Partly, Arrived::Whole] {
            for (bound, due) in [(None, u64::MAX), (Some(RequestKey::from_bits(9)), 1_001)] {
                let row = Submission { expected: true, arrived, overdue: true, deliveries: 100_000, bound, due };
                let slot = submission(ScopeKey::from_bytes([7; 12]), &row);
                let slot = SubmissionSlot::from_bytes(&slot.to_bytes());
                assert_eq!(slot.row(), Submission { due: if due == u64::MAX { due } else { 2_000 }, ..row });
                assert_eq!(slot.scope(), ScopeKey::from_bytes([7; 12]));
            }
        }
    }

    #[test]
    fn a_slot_has_room_for_the_most_deliveries_and_counts_no_further() {
        for (deliveries, counted) in [(1, 1), (Submission::MOST_DELIVERIES, 0xFF_FFFF), (u32::MAX, 0xFF_FFFF)] {
            let row = Submission {
                expected: false,
                arrived: Arrived::No,
                overdue: false,
                deliveries,
                bound: None,
                due: 1_000,
            };
            let slot = submission(ScopeKey::from_bytes([7; 12]), &row);
            assert_eq!(slot.row(), Submission { deliveries: counted, ..row });
        }
    }

    #[test]
    fn a_slot_is_free_without_a_row_whatever_else_lies_in_it() {
        assert!(SubmissionSlot::EMPTY.is_free() && DeliverySlot::EMPTY.is_free());
        assert!(SubmissionSlot { bound_or_held: NIL, ..SubmissionSlot::EMPTY }.is_free());
        assert!(!SubmissionSlot { marks: OCCUPIED, ..SubmissionSlot::EMPTY }.is_free());
        assert!(!DeliverySlot { phase: Phase::Done as u8, ..DeliverySlot::EMPTY }.is_free());
    }

    #[test]
    fn a_delivery_survives_packing() {
        let rules = Rules::stored();
        let id = DeliveryId::from_bytes([3; 16]);
        for phase in Phase::ALL {
            let row = Delivery {
                phase,
                claim: 6,
                arrivals: 2,
                failures: 3,
                brief: true,
                begun: false,
                late: true,
                revises: false,
                first: 5_000,
                due: 5_000 + rules.patience,
                fingerprint: Fingerprint::from_bytes([9; 16]),
            };
            let scope = ScopeKey::from_bytes([8; 12]);
            let slot = delivery(id, &row, Some(scope));
            let slot = DeliverySlot::from_bytes(&slot.to_bytes());
            assert_eq!(slot.row(&rules, 6), Some(row));
            assert_eq!(slot.scope(), (phase == Phase::Held).then_some(scope));
        }
    }

    #[test]
    fn each_mark_of_a_delivery_is_packed_by_itself() {
        let row = Delivery {
            phase: Phase::Ready,
            claim: 1,
            arrivals: 1,
            failures: 0,
            brief: false,
            begun: false,
            late: false,
            revises: false,
            first: 0,
            due: 0,
            fingerprint: Fingerprint::from_bytes([0; 16]),
        };
        for row in [
            row,
            Delivery { brief: true, ..row },
            Delivery { begun: true, ..row },
            Delivery { late: true, ..row },
            Delivery { revises: true, ..row },
        ] {
            let mut slot = delivery(DeliveryId::from_bytes([0; 16]), &row, None);
            slot.sanitize();
            assert_eq!(slot.row(&Rules::stored(), 0), Some(row));
        }
    }

    #[test]
    fn what_cannot_be_a_row_is_emptied_and_what_can_stays() {
        let filled = DeliverySlot { id: [1; 16], phase: Phase::Done as u8, ..DeliverySlot::EMPTY };
        for (phase, marks, stays) in [(4, 0, true), (4, 0b1111, true), (4, 1 << 4, false), (0, 1, false), (6, 0, false)]
        {
            let mut slot = DeliverySlot { phase, marks, ..filled };
            let before = slot.to_bytes();
            slot.sanitize();
            let expected = if stays { before } else { DeliverySlot::EMPTY.to_bytes() };
            assert_eq!(slot.to_bytes(), expected, "{phase} {marks:b}");
        }
        let filled = SubmissionSlot { scope: [1; 12], due: 7, bound_or_held: NIL, ..SubmissionSlot::EMPTY };
        let free = SubmissionSlot { bound_or_held: NIL, ..SubmissionSlot::EMPTY };
        for (marks, stays) in [
            (OCCUPIED, true),
            (OCCUPIED | PARTLY | 9 << 8, true),
            (OCCUPIED | UNUSED, false),
            (OCCUPIED | 1 << 6, false),
            (PARTLY, false),
            (0, false),
        ] {
            let mut slot = SubmissionSlot { marks, ..filled };
            slot.sanitize();
            let expected = if stays { SubmissionSlot { marks, ..filled } } else { free };
            assert_eq!(slot.to_bytes(), expected.to_bytes(), "{marks:b}");
        }
    }

    #[test]
    fn a_slot_without_a_row_is_not_evictable_and_one_with_the_barest_row_is() {
        let free = SubmissionSlot { bound_or_held: NIL, ..SubmissionSlot::EMPTY };
        assert!(!free.is_evictable());
        assert!(SubmissionSlot { marks: OCCUPIED, ..free }.is_evictable());
    }

    #[test]
    fn what_lies_in_a_slot_is_evictable_when_its_row_is_settled() {
        let waits = Submission {
            expected: true,
            arrived: Arrived::Partly,
            overdue: false,
            deliveries: 1,
            bound: None,
            due: UnixMillis::MAX,
        };
        let whole = Submission { arrived: Arrived::Whole, ..waits };
        let overdue = Submission { overdue: true, ..waits };
        let unannounced = Submission { expected: false, ..waits };
        for row in [waits, whole, overdue, unannounced] {
            let slot = submission(ScopeKey::from_bytes([0; 12]), &row);
            assert_eq!(slot.is_evictable(), row.is_settled());
        }
        assert!(!SubmissionSlot::EMPTY.is_evictable() && !DeliverySlot::EMPTY.is_evictable());
    }

    #[test]
    fn a_submission_that_deliveries_are_held_for_is_not_evictable() {
        let row = Submission {
            expected: false,
            arrived: Arrived::Whole,
            overdue: false,
            deliveries: 1,
            bound: None,
            due: UnixMillis::MAX,
        };
        let mut slot = submission(ScopeKey::from_bytes([0; 12]), &row);
        slot.set_held(3);
        assert!(!slot.is_evictable());
    }
}
