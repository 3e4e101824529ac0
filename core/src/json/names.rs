//! The names of the members that a reader looks for.
//!
//! Comparing a name with every wanted one takes as many branches as there are names, and in the objects of others most
//! of them are guessed wrong. [`Names`] is a hash table that is made when the program is compiled: length and first
//! byte lead to the only name, or the few, that it could be, and one comparison of sixteen bytes decides.

//!
//! A microcontroller has no room for the table. There the names are compared one after the other.

use super::string::Str;
use super::window::WIDTH;
#[cfg(not(target_os = "none"))]
use super::window::{Window, first_bytes};

/// More than there are names in any set, so that most buckets hold one or none.
#[cfg(not(target_os = "none"))]
const BUCKETS: usize = 64;

/// The end of a chain.
#[cfg(not(target_os = "none"))]
const NONE: u8 = u8::MAX;

/// A set of `N` names, each with its place.
#[derive(Debug)]
pub struct Names<const N: usize> {
    names: [&'static str; N],
    #[cfg(not(target_os = "none"))]
    table: Table<N>,
}

#[cfg(not(target_os = "none"))]
#[derive(Debug)]
struct Table<const N: usize> {
    /// The first bytes of each name.
    fronts: [[u8; WIDTH]; N],
    /// The place of the first name in each bucket, and behind each name that of the next one.
    buckets: [u8; BUCKETS],
    next: [u8; N],
}

impl<const N: usize> Names<N> {
    /// The set of these names. Their places are those in the array.
    ///
    /// # Panics
    ///
    /// If there are more than 32, or one is empty or longer than 32 bytes. In a constant the program does not compile.
    #[must_use]
    pub const fn new(names: [&'static str; N]) -> Names<N> {
        assert!(N <= 32, "there are too many names");
        let mut place = 0;
        while place < N {
            let length = names[place].len();
            assert!(length > 0 && length <= 2 * WIDTH, "a name is empty or too long");
            place += 1;
        }
        Names {
            names,
            #[cfg(not(target_os = "none"))]
            table: Table::new(&names),
        }
    }

    /// The names in their order.
    #[must_use]
    pub const fn names(&self) -> &[&'static str; N] {
        &self.names
    }

    /// The place of a name, compared decoded; `None` for any other name.
    #[must_use]
    pub fn place(&self, name: &Str<'_>) -> Option<usize> {
        match name.as_borrowed() {
            Some(name) => self.place_at(name.as_bytes(), 0, name.len()),
            None => self.names.iter().position(|wanted| *name == **wanted),
        }
    }

    /// The place of the name that lies unescaped in `text`, from `at` on.
    #[cfg(target_os = "none")]
    pub(super) fn place_at(&self, text: &[u8], at: usize, len: usize) -> Option<usize> {
        place_among(&self.names, text.get(at..)?.get(..len)?)
    }

    /// The place of the name that lies unescaped in `text`, from `at` on.
    #[cfg(not(target_os = "none"))]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(super) fn place_at(&self, text: &[u8], at: usize, len: usize) -> Option<usize> {
        let table = &self.table;
        let first = *text.get(at)?;
        let mut place = *table.buckets.get(bucket(first, len))?;
        while let (Some(name), Some(front)) = (self.names.get(usize::from(place)), table.fronts.get(usize::from(place)))
        {
            let found = match Window::at(text, at) {
                Some(window) if len <= WIDTH => {
                    name.len() == len && window.is_like(Window::of(front), first_bytes(len))
                }
                _ => text.get(at..).is_some_and(|text| name.len() == len && text.starts_with(name.as_bytes())),
            };
            if found {
                return Some(usize::from(place));
            }
            place = *table.next.get(usize::from(place))?;
        }
        None
    }
}

/// The place of a name that nothing is escaped in.
#[cfg(target_os = "none")]
#[inline(never)]
pub(super) fn place_among(names: &[&str], name: &[u8]) -> Option<usize> {
    names.iter().position(|wanted| wanted.as_bytes() == name)
}

#[cfg(not(target_os = "none"))]
impl<const N: usize> Table<N> {
    const fn new(names: &[&str; N]) -> Table<N> {
        let mut table = Table { fronts: [[0; WIDTH]; N], buckets: [NONE; BUCKETS], next: [NONE; N] };
        // From the last one on, so that the first of equal names is found.
        let mut place = N;
        while place > 0 {
            place -= 1;
            let name = names[place].as_bytes();
            let mut at = 0;
            while at < name.len() && at < WIDTH {
                table.fronts[place][at] = name[at];
                at += 1;
            }
            let bucket = bucket(name[0], name.len());
            table.next[place] = table.buckets[bucket];
            table.buckets[bucket] = place as u8;
        }
        table
    }
}

#[cfg(not(target_os = "none"))]
#[inline(always)]
const fn bucket(first: u8, len: usize) -> usize {
    (first as usize).wrapping_mul(5).wrapping_add(len) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    static NAMES: Names<7> =
        Names::new(["a", "ab", "b", "exactly_sixteen_", "longer_than_sixteen", "longer_than_sixteem", "a"]);

    fn place(text: &str) -> Option<usize> {
        let document = Document::parse(text.as_bytes()).unwrap();
        NAMES.place(&document.root().as_str().unwrap())
    }

    #[test]
    fn every_name_has_its_place_and_no_other_has_one() {
        for (at, name) in NAMES.names().iter().enumerate().take(6) {
            let padded = std::format!("{name}\":\"and what follows it");
            assert_eq!(NAMES.place_at(padded.as_bytes(), 0, name.len()), Some(at), "{name}");
            assert_eq!(NAMES.place_at(name.as_bytes(), 0, name.len()), Some(at), "{name}");
            for other in [std::format!("{name}x"), std::format!("x{name}"), name[1..].into()] {
                if !NAMES.names().contains(&&*other) {
                    assert_eq!(NAMES.place_at(other.as_bytes(), 0, other.len()), None, "{other}");
                }
            }
        }
        assert_eq!(NAMES.place_at(b"", 0, 0), None);
    }

    #[test]
    fn an_escaped_name_is_the_same_name() {
        assert_eq!(place(r#""\u0061b""#), Some(1));
        assert_eq!(place(r#""\u0061""#), Some(0));
        assert_eq!(place(r#""\\u0061""#), None);
    }

    #[test]
    fn what_shares_a_bucket_is_told_apart() {
        static CROWD: Names<32> = {
            const PAIRS: [&str; 32] = {
                let mut names = [""; 32];
                let letters = "abcdefghijklmnop";
                let mut at = 0;
                while at < 32 {
                    let (_, rest) = letters.split_at(at % 8);
                    (names[at], _) = rest.split_at(1 + at / 8);
                    at += 1;
                }
                names
            };
            Names::new(PAIRS)
        };
        for (place, name) in CROWD.names().iter().enumerate() {
            assert_eq!(CROWD.place_at(name.as_bytes(), 0, name.len()), Some(place));
        }
    }
}
