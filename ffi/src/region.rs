//! The memory of a ledger: one block for both tables, from the caller or from the library.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;
use std::sync::Arc;

use ringback_core::ledger::{DeliverySlot, SubmissionSlot};

use crate::boundary::Failed;

/// How the two tables lie in a block: the deliveries first, because they want the larger alignment.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    submissions: usize,
    deliveries: usize,
    at_submissions: usize,
    layout: Layout,
}

/// A block of memory.
struct Region {
    base: NonNull<u8>,
    /// Of a block that is ours to free.
    ours: Option<Layout>,
}

/// A table in a region, which stays as long as one of its tables does.
///
/// Slots hold integers and nothing else, so that whatever lies in the memory is some slot.
pub(crate) struct Slots<T> {
    slots: NonNull<[T]>,
    _region: Arc<Region>,
}

/// Both tables of a ledger.
pub(crate) type Tables = (Slots<SubmissionSlot>, Slots<DeliverySlot>);

// SAFETY: as a boxed slice of slots, which are plain data: it alone points to its part of the region.
unsafe impl<T: Send> Send for Slots<T> {}
// SAFETY: the same.
unsafe impl<T: Sync> Sync for Slots<T> {}
// SAFETY: a region only keeps its block, and frees it; that can happen on any thread.
unsafe impl Send for Region {}
// SAFETY: the same.
unsafe impl Sync for Region {}

impl Plan {
    /// The plan for so many rows; none if no memory could hold them.
    pub(crate) fn new(submissions: u32, deliveries: u32) -> Option<Plan> {
        let (submissions, deliveries) = (usize::try_from(submissions).ok()?, usize::try_from(deliveries).ok()?);
        let first = Layout::array::<DeliverySlot>(deliveries).ok()?;
        let (layout, at_submissions) = first.extend(Layout::array::<SubmissionSlot>(submissions).ok()?).ok()?;
        let layout = layout.align_to(align_of::<DeliverySlot>()).ok()?;
        Some(Plan { submissions, deliveries, at_submissions, layout: layout.pad_to_align() })
    }

    /// How many bytes the block has.
    pub(crate) fn size(&self) -> usize {
        self.layout.size()
    }

    /// Two empty tables in a block of our own.
    pub(crate) fn allocate(&self) -> Result<Tables, Failed> {
        if self.layout.size() == 0 {
            return Err(Failed::INVALID);
        }
        // SAFETY: the size is not 0.
        let base = NonNull::new(unsafe { alloc_zeroed(self.layout) }).ok_or(Failed::MEMORY)?;
        Ok(self.tables(Region { base, ours: Some(self.layout) }))
    }

    /// Two tables in a block of the caller's, with what lies there.
    ///
    /// # Safety
    ///
    /// `memory` is null, or `size` bytes there are initialised, and used by nobody else while one of the tables is there.
    pub(crate) unsafe fn adopt(&self, memory: *mut u8, size: usize) -> Result<Tables, Failed> {
        let base = NonNull::new(memory).ok_or(Failed::NULL)?;
        if size < self.layout.size() || !base.addr().get().is_multiple_of(self.layout.align()) {
            return Err(Failed::INVALID);
        }
        Ok(self.tables(Region { base, ours: None }))
    }

    /// The region has the size and the alignment of the plan.
    fn tables(&self, region: Region) -> Tables {
        let base = region.base;
        let region = Arc::new(region);
        let deliveries = NonNull::slice_from_raw_parts(base.cast(), self.deliveries);
        // SAFETY: within the block, or at its end if there are no submissions.
        let base = unsafe { base.add(self.at_submissions) };
        let submissions = NonNull::slice_from_raw_parts(base.cast(), self.submissions);
        (Slots { slots: submissions, _region: Arc::clone(&region) }, Slots { slots: deliveries, _region: region })
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(layout) = self.ours {
            // SAFETY: allocated with this layout, and freed once, when the last table is gone.
            unsafe { dealloc(self.base.as_ptr(), layout) };
        }
    }
}

impl<T> AsRef<[T]> for Slots<T> {
    fn as_ref(&self) -> &[T] {
        // SAFETY: aligned, initialised, in a region that is there, and in no other table; slots are valid whatever their bits.
        unsafe { self.slots.as_ref() }
    }
}

impl<T> AsMut<[T]> for Slots<T> {
    fn as_mut(&mut self) -> &mut [T] {
        // SAFETY: the same, and borrowed by nobody else, as `self` is not.
        unsafe { self.slots.as_mut() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_fit_their_block_and_do_not_overlap() {
        for (submissions, deliveries) in [(1, 1), (0, 3), (3, 0), (64, 128)] {
            let plan = Plan::new(submissions, deliveries).unwrap();
            let (mut left, mut right) = plan.allocate().unwrap();
            assert_eq!((left.as_mut().len(), right.as_mut().len()), (submissions as usize, deliveries as usize));
            let (left, right) = (left.as_ref().as_ptr_range(), right.as_ref().as_ptr_range());
            assert!(right.end.addr() <= left.start.addr());
            assert!(left.end.addr() - right.start.addr() <= plan.size());
        }
    }

    #[test]
    fn no_rows_at_all_and_more_than_memory_are_refused() {
        assert!(Plan::new(0, 0).unwrap().allocate().is_err());
        if usize::BITS == 64 {
            // More than any machine has, and less than an address can say.
            let _ = Plan::new(u32::MAX, u32::MAX).unwrap().size();
        }
    }

    #[test]
    fn memory_of_the_caller_must_be_large_enough_and_aligned() {
        let plan = Plan::new(2, 2).unwrap();
        let mut slots = [DeliverySlot::EMPTY; 4];
        let memory: *mut u8 = slots.as_mut_ptr().cast();
        let adopt = |memory: *mut u8, size| {
            // SAFETY: null, or initialised memory that outlives the tables, which are dropped at once.
            unsafe { plan.adopt(memory, size) }.map(|_| ())
        };
        assert_eq!(adopt(memory, plan.size()), Ok(()));
        assert_eq!(adopt(memory, plan.size() - 1), Err(Failed::INVALID));
        assert_eq!(adopt(memory.wrapping_add(4), plan.size()), Err(Failed::INVALID));
        assert_eq!(adopt(std::ptr::null_mut(), plan.size()), Err(Failed::NULL));
    }

    #[test]
    fn tables_outlive_each_other() {
        let (mut left, right) = Plan::new(4, 4).unwrap().allocate().unwrap();
        drop(right);
        left.as_mut()[3] = SubmissionSlot::EMPTY;
        assert_eq!(left.as_ref()[3].to_bytes(), [0; SubmissionSlot::BYTES]);
    }
}
