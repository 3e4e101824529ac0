//! Lists of slots, whose links lie in the slots themselves: a slot is put in or taken out without a search.
//!
//! A slot is in one list at most. Its place in memory says nothing about its place in the list.

/// No slot.
pub(super) const NIL: u32 = u32::MAX;

/// What ties a slot to others.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Links {
    /// The next row with the same home.
    pub(super) chain: u32,
    /// The slot before it in its list.
    pub(super) prev: u32,
    /// The slot behind it in its list.
    pub(super) next: u32,
}

impl Links {
    pub(super) const NONE: Links = Links { chain: NIL, prev: NIL, next: NIL };
    pub(super) const ZERO: Links = Links { chain: 0, prev: 0, next: 0 };
}

/// Slots that lists can run through.
pub(super) trait Linked {
    fn links(&self, at: u32) -> &Links;
    fn links_mut(&mut self, at: u32) -> &mut Links;
}

/// The ends of a list, and how many slots are in it.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) len: u32,
}

impl List {
    pub(super) const EMPTY: List = List { head: NIL, tail: NIL, len: 0 };
}

#[inline]
pub(super) fn push_back<L: Linked + ?Sized>(slots: &mut L, list: &mut List, at: u32) {
    let links = slots.links_mut(at);
    (links.prev, links.next) = (list.tail, NIL);
    match list.tail {
        NIL => list.head = at,
        tail => slots.links_mut(tail).next = at,
    }
    list.tail = at;
    list.len += 1;
}

#[inline]
pub(super) fn push_front<L: Linked + ?Sized>(slots: &mut L, list: &mut List, at: u32) {
    let links = slots.links_mut(at);
    (links.prev, links.next) = (NIL, list.head);
    match list.head {
        NIL => list.tail = at,
        head => slots.links_mut(head).prev = at,
    }
    list.head = at;
    list.len += 1;
}

#[inline]
pub(super) fn unlink<L: Linked + ?Sized>(slots: &mut L, list: &mut List, at: u32) {
    let links = slots.links_mut(at);
    let (prev, next) = (links.prev, links.next);
    (links.prev, links.next) = (NIL, NIL);
    match prev {
        NIL => list.head = next,
        prev => slots.links_mut(prev).next = next,
    }
    match next {
        NIL => list.tail = prev,
        next => slots.links_mut(next).prev = prev,
    }
    list.len -= 1;
}

/// Sorts a list by due time, oldest first: merges runs of doubling length, in place and without recursion.
pub(super) fn sort<L: Linked>(slots: &mut L, list: &mut List, due: impl Fn(&L, u32) -> u64) {
    let mut run = 1_u32;
    while run < list.len {
        let mut left = list.head;
        *list = List::EMPTY;
        while left != NIL {
            let mut right = left;
            let mut lefts = 0;
            while lefts < run && right != NIL {
                lefts += 1;
                right = slots.links(right).next;
            }
            let mut rights = run;
            while lefts > 0 || (rights > 0 && right != NIL) {
                let exhausted = rights == 0 || right == NIL;
                let from_left = lefts > 0 && (exhausted || due(slots, left) <= due(slots, right));
                let (side, left_over) = if from_left { (&mut left, &mut lefts) } else { (&mut right, &mut rights) };
                let at = *side;
                *side = slots.links(at).next;
                *left_over -= 1;
                push_back(slots, list, at);
            }
            left = right;
        }
        run = run.saturating_mul(2);
    }
}
