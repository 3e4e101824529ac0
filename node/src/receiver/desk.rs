//! What JavaScript knows by numbers, in one world.

use std::collections::HashMap;
use std::sync::Arc;

use ringback_inbox::ManualClock;

use super::Post;
use super::crew::Task;
use super::intake::Intake;
use super::submission::Watch;
use crate::env::Reference;

/// Things with numbers, which are never given twice.
pub(crate) struct Drawer<T> {
    things: HashMap<u32, T>,
    last: u32,
}

impl<T> Default for Drawer<T> {
    fn default() -> Drawer<T> {
        Drawer { things: HashMap::new(), last: 0 }
    }
}

impl<T> Drawer<T> {
    /// Puts a thing in, and says its number.
    pub(crate) fn add(&mut self, thing: T) -> u32 {
        self.add_with(|_| thing)
    }

    /// The same for a thing that is to know its number.
    pub(crate) fn add_with(&mut self, make: impl FnOnce(u32) -> T) -> u32 {
        loop {
            self.last = self.last.wrapping_add(1);
            let number = self.last;
            if let std::collections::hash_map::Entry::Vacant(place) = self.things.entry(number) {
                place.insert(make(number));
                return number;
            }
        }
    }

    pub(crate) fn find(&self, number: usize) -> Option<&T> {
        self.things.get(&u32::try_from(number).ok()?)
    }

    pub(crate) fn find_mut(&mut self, number: usize) -> Option<&mut T> {
        self.things.get_mut(&u32::try_from(number).ok()?)
    }

    pub(crate) fn take(&mut self, number: usize) -> Option<T> {
        self.things.remove(&u32::try_from(number).ok()?)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.things.values()
    }
}

/// The desk of a world.
#[derive(Default)]
pub(crate) struct Desk {
    pub(super) posts: Drawer<(Arc<Post>, Reference)>,
    pub(super) intakes: Drawer<Intake>,
    pub(super) tasks: Drawer<Task>,
    pub(super) submissions: Drawer<ringback_inbox::Submission>,
    pub(super) watches: Drawer<Arc<Watch>>,
    pub(super) clocks: Drawer<Arc<ManualClock>>,
}

impl Desk {
    /// The world ends: nothing is sent there any more, and workers give back what they have.
    pub(crate) fn end(&self) {
        self.posts.all().for_each(|(post, _)| post.end());
    }
}
