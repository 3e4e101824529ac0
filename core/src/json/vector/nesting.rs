//! Brackets: which are open, and whether the innermost one is an object's.

use super::isa::{BLOCK, Isa, LANES, Lanes, STRIDE};
use crate::json::MAX_DEPTH;
use crate::json::landmarks::Survey;

/// The open brackets, and the landmarks so far.
pub(super) struct Nesting<'s, 'l> {
    /// One bit for each open bracket, the innermost lowest: whether it is an object's.
    objects: u64,
    depth: usize,
    survey: &'s mut Survey<'l>,
}

/// What the brackets of a stride say about its other bytes.
pub(super) struct Context<L> {
    /// Where the innermost container before a byte is an object.
    pub(super) object: L,
    /// Where the root ended, if it did: a place in the text.
    pub(super) end: Option<usize>,
}

impl<'s, 'l> Nesting<'s, 'l> {
    pub(super) fn new(survey: &'s mut Survey<'l>) -> Nesting<'s, 'l> {
        Nesting { objects: 0, depth: 0, survey }
    }

    /// A stride without brackets.
    #[inline(always)]
    pub(super) fn still<I: Isa>(&self, isa: I) -> Context<I::Lanes> {
        Context { object: isa.lanes(&[0_u64.wrapping_sub(self.objects & 1); LANES]), end: None }
    }

    /// A stride in which all brackets belong to a `},{`, each of which leaves everything as it was.
    ///
    /// `opening` are the opening ones. `None` unless such pairs may stand here.
    #[inline(always)]
    pub(super) fn pairs<L: Lanes>(&mut self, at: usize, opening: L) -> Option<Context<L>> {
        // An object, and around it an array.
        if self.depth < 2 || self.objects & 3 != 1 {
            return None;
        }
        // Of several pairs only the first can end a large object, and only the last begin one.
        let masks = opening.masks();
        let first = masks.iter().position(|mask| *mask != 0)?;
        let last = masks.iter().rposition(|mask| *mask != 0)?;
        let first = at + first * 64 + masks[first].trailing_zeros() as usize;
        let last = at + last * 64 + 63 - masks[last].leading_zeros() as usize;
        self.survey.close(self.depth - 1, first - 1, self.objects);
        self.survey.open(self.depth - 1, last);
        // What opens belongs to the array still.
        Some(Context { object: !opening, end: None })
    }

    /// Any brackets, one by one. `None` if they do not match, or are too deep.
    #[inline(always)]
    pub(super) fn visit<I: Isa>(
        &mut self,
        isa: I,
        at: usize,
        brackets: I::Lanes,
        bytes: &[u8; STRIDE],
    ) -> Option<Context<I::Lanes>> {
        let brackets = brackets.masks();
        let mut object = [0; LANES];
        let (mut objects, mut depth) = (self.objects, self.depth);
        for lane in 0..LANES {
            let mut brackets = brackets[lane];
            // From the end: where a container begins or ends, everything before it changes.
            let mut changed = 0_u64;
            while brackets != 0 {
                let place = lane * BLOCK + brackets.trailing_zeros() as usize;
                let so_far = brackets ^ brackets.wrapping_sub(1);
                brackets &= brackets.wrapping_sub(1);
                let byte = bytes[place % STRIDE];
                let place = at + place;
                let is_object = u64::from(byte >> 5 & 1);
                let before = objects;
                if byte & OPENING != 0 {
                    if depth >= MAX_DEPTH {
                        return None;
                    }
                    self.survey.open(depth, place);
                    depth += 1;
                    objects = objects << 1 | is_object;
                } else {
                    // Before the root opens nothing closes.
                    depth = depth.wrapping_sub(1);
                    if (objects ^ is_object) & 1 != 0 {
                        return None;
                    }
                    self.survey.close(depth, place + 1, objects);
                    if depth == 0 {
                        // Only white space may follow, which has no context.
                        object[lane] = changed ^ 0_u64.wrapping_sub(objects & 1);
                        return Some(Context { object: isa.lanes(&object), end: Some(place + 1) });
                    }
                    objects >>= 1;
                }
                changed ^= 0_u64.wrapping_sub((before ^ objects) & 1) & so_far;
            }
            object[lane] = changed ^ 0_u64.wrapping_sub(objects & 1);
        }
        (self.objects, self.depth) = (objects, depth);
        Some(Context { object: isa.lanes(&object), end: None })
    }
}

/// Of brackets, only those that open have this bit.
const OPENING: u8 = 0x02;
