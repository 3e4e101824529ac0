//! The documents in memory, as candidates get them.

use std::ops::Range;

use crate::rng::Rng;

/// Readable bytes behind every document: simdjson and simd-json may look at them.
pub const PADDING: usize = 64;

/// Copies of some documents, each beginning anywhere within a cache line, with rubbish around them.
#[derive(Clone, Debug)]
pub struct Bodies {
    room: Vec<u8>,
    places: Vec<Range<usize>>,
}

/// One document, and the rubbish behind it.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    padded: &'a [u8],
}

impl Bodies {
    /// Copies the documents to new memory, aligned in any way.
    #[must_use]
    pub fn copy(documents: &[Vec<u8>], rng: &mut Rng) -> Bodies {
        // Rubbish that opens a string and never closes it: who reads on after the end would notice.
        let mut room = Vec::with_capacity(documents.iter().map(|document| document.len() + 3 * PADDING).sum());
        let mut places = Vec::with_capacity(documents.len());
        for document in documents {
            let next_line = room.len().next_multiple_of(PADDING);
            room.resize(next_line + rng.below(PADDING), b'"');
            places.push(room.len()..room.len() + document.len());
            room.extend_from_slice(document);
            room.resize(room.len() + PADDING, b'"');
        }
        Bodies { room, places }
    }

    /// The documents.
    pub fn iter(&self) -> impl Iterator<Item = Body<'_>> {
        self.places.iter().map(|place| Body { padded: &self.room[place.start..place.end + PADDING] })
    }

    /// The length of all documents together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.places.iter().map(ExactSizeIterator::len).sum()
    }

    /// The length of the longest document.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.places.iter().map(ExactSizeIterator::len).max().unwrap_or(0)
    }
}

impl<'a> Body<'a> {
    /// The document.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        &self.padded[..self.padded.len() - PADDING]
    }

    /// The document and [`PADDING`] bytes behind it.
    #[must_use]
    pub fn padded(&self) -> &'a [u8] {
        self.padded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_equal_and_lie_elsewhere_each_time() {
        let documents = [vec![1; 100], vec![2; 1], vec![]];
        let mut rng = Rng::new(1);
        let mut offsets = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let bodies = Bodies::copy(&documents, &mut rng);
            assert!(bodies.iter().map(|body| body.bytes().to_vec()).eq(documents.clone()));
            assert!(bodies.iter().all(|body| body.padded().len() == body.bytes().len() + PADDING));
            assert_eq!((bodies.bytes(), bodies.longest()), (101, 100));
            offsets.extend(bodies.iter().next().map(|body| body.bytes().as_ptr().addr() % PADDING));
        }
        assert!(offsets.len() > 40);
    }
}
