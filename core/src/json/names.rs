//! The names of the members that a reader looks for.
//!
//! Comparing a name with every wanted one takes as many branches as there are names, and in the objects of others most
//! of them are guessed wrong. [`Names`] has a hash table that is made when the program is compiled: length and first
//! byte lead to the only name, or the few, that it could be, and one comparison of sixteen bytes decides, the closing
//! quote among them. Names of sixteen bytes or more take a second one.
//!
//! A microcontroller has no room for the table. There the names are compared one after the other.

use super::skip;
use super::string::Str;
use super::window::{WIDTH, Window};
#[cfg(not(target_os = "none"))]
use super::window::{chunk, first_bytes};

/// A set of `N` names, each with its place.
#[derive(Debug)]
pub struct Names<const N: usize> {
    names: [&'static str; N],
    #[cfg(not(target_os = "none"))]
    table: Table<N>,
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
            #[cfg(not(target_os = "none"))]
            Some(name) => self.table.place(&self.names, name.as_bytes()),
            #[cfg(target_os = "none")]
            Some(name) => place_among(&self.names, name.as_bytes()),
            None => self.names.iter().position(|wanted| *name == **wanted),
        }
    }

    /// The place of the name of a member of this text; `N` for any other name.
    #[cfg_attr(any(target_pointer_width = "64", target_os = "none"), inline(never))]
    pub(super) fn place_of(&self, text: &str, member: &skip::Member) -> usize {
        let name = text.get(member.name..member.name_end);
        name.and_then(|name| self.place(&Str::new(name, member.name_escaped))).unwrap_or(N)
    }

    /// The place of the name that lies here, with nothing escaped in it; `N` for any other name.
    #[inline(never)]
    pub(super) fn place_plain(&self, name: &str) -> usize {
        self.place(&Str::new(name, false)).unwrap_or(N)
    }

    /// The place of a name, by the text from its opening quote on; `N` or more for any other name.
    #[inline(always)]
    #[cfg_attr(target_os = "none", expect(unused_variables, reason = "nothing is near there"))]
    pub(super) fn place_near<const LEN: usize>(&self, near: &[u8; LEN], front: Window, len: usize) -> usize {
        #[cfg(not(target_os = "none"))]
        let place = self.table.place_near(&self.names, near, front, len);
        #[cfg(target_os = "none")]
        let place = N;
        place
    }
}

/// The place of a name that nothing is escaped in.
#[cfg(target_os = "none")]
#[inline(never)]
pub(super) fn place_among(names: &[&str], name: &[u8]) -> Option<usize> {
    names.iter().position(|wanted| wanted.as_bytes() == name)
}

/// More than there are names in any set, so that most buckets hold one or none.
#[cfg(not(target_os = "none"))]
const BUCKETS: usize = 64;

/// The end of a chain.
#[cfg(not(target_os = "none"))]
const NONE: u8 = u8::MAX;

#[cfg(not(target_os = "none"))]
#[derive(Debug)]
struct Table<const N: usize> {
    fronts: [Front; N],
    /// The place of the first name in each bucket, and behind each name that of the next one.
    buckets: [u8; BUCKETS],
    next: [u8; N],
}

/// The first bytes of a name, its closing quote among them if there is room, and a bit for each of them.
#[cfg(not(target_os = "none"))]
#[derive(Clone, Copy, Debug)]
struct Front {
    bytes: [u8; WIDTH],
    mask: u32,
}

#[cfg(not(target_os = "none"))]
impl<const N: usize> Table<N> {
    const fn new(names: &[&str; N]) -> Table<N> {
        let mut table =
            Table { fronts: [Front { bytes: [0; WIDTH], mask: 0 }; N], buckets: [NONE; BUCKETS], next: [NONE; N] };
        // From the last one on, so that the first of equal names is found.
        let mut place = N;
        while place > 0 {
            place -= 1;
            let name = names[place].as_bytes();
            let mut at = 0;
            while at <= name.len() && at < WIDTH {
                table.fronts[place].bytes[at] = if at < name.len() { name[at] } else { b'"' };
                table.fronts[place].mask |= 1 << at;
                at += 1;
            }
            let bucket = bucket(name[0], name.len());
            table.next[place] = table.buckets[bucket];
            table.buckets[bucket] = place as u8;
        }
        table
    }

    fn place(&self, names: &[&str; N], name: &[u8]) -> Option<usize> {
        let mut place = *self.buckets.get(bucket(*name.first()?, name.len()))?;
        while let Some(wanted) = names.get(usize::from(place)) {
            if name == wanted.as_bytes() {
                return Some(usize::from(place));
            }
            place = *self.next.get(usize::from(place))?;
        }
        None
    }

    #[inline(always)]
    fn place_near<const LEN: usize>(&self, names: &[&str; N], near: &[u8; LEN], front: Window, len: usize) -> usize {
        // With seven more bytes, for the first alone would be taken out of the window by way of memory.
        let initial = chunk(near, 1).map_or(0, |bytes| u64::from_le_bytes(*bytes) as u8);
        let mut place = usize::from(self.buckets[bucket(initial, len)]);
        while let (Some(wanted), Some(next)) = (self.fronts.get(place), self.next.get(place)) {
            // With the closing quote, so that a name of up to fifteen bytes is that name.
            if let Some(window) = Window::at(&wanted.bytes, 0)
                && front.is_like(window, wanted.mask)
                && (len < WIDTH || names.get(place).is_some_and(|wanted| ends_near(wanted, near, len)))
            {
                return place;
            }
            place = usize::from(*next);
        }
        place
    }
}

/// Whether a name of sixteen bytes or more ends as the wanted one does. In one bucket those that begin alike have one
/// length.
#[cfg(not(target_os = "none"))]
#[inline(always)]
fn ends_near<const LEN: usize>(wanted: &str, near: &[u8; LEN], len: usize) -> bool {
    match (Window::at(wanted.as_bytes(), len - WIDTH), Window::at(near, 1 + len - WIDTH)) {
        (Some(wanted), Some(window)) => window.is_like(wanted, first_bytes(WIDTH)),
        _ => false,
    }
}

#[cfg(not(target_os = "none"))]
#[inline(always)]
const fn bucket(initial: u8, len: usize) -> usize {
    (initial as usize).wrapping_mul(5).wrapping_add(len) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::super::near::Near;
    use super::*;

    static NAMES: Names<7> =
        Names::new(["a", "ab", "b", "exactly_sixteen_", "longer_than_sixteen", "longer_than_sixteem", "a"]);

    fn place(text: &str) -> Option<usize> {
        let document = Document::parse(text.as_bytes()).unwrap();
        NAMES.place(&document.root().as_str().unwrap())
    }

    /// The place of a member's name, with enough text behind it.
    fn place_near<const N: usize>(names: &Names<N>, name: &str) -> Option<usize> {
        let text = std::format!("\"{name}\":1{}", "}".repeat(100));
        let near = Near::at(text.as_bytes(), 0).unwrap();
        let found = near.name().unwrap();
        Some(names.place_near(near.all(), found.front, found.len)).filter(|place| *place < N)
    }

    #[test]
    fn every_name_has_its_place_and_no_other_has_one() {
        for (at, name) in NAMES.names().iter().enumerate().take(6) {
            assert_eq!([place(&std::format!("\"{name}\"")), place_near(&NAMES, name)], [Some(at); 2], "{name}");
            for other in [std::format!("{name}x"), std::format!("x{name}"), name[1..].into(), name.replace('s', "r")] {
                if !NAMES.names().contains(&&*other) {
                    assert_eq!([place(&std::format!("\"{other}\"")), place_near(&NAMES, &other)], [None; 2], "{other}");
                }
            }
        }
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
            assert_eq!(place_near(&CROWD, name), Some(place));
        }
    }

    #[test]
    fn what_shares_a_bucket_and_its_first_sixteen_bytes_is_told_apart_by_what_follows() {
        static LONG: Names<3> = Names::new(["fifteen_lettersna", "more_than_sixteen_a_x", "more_than_sixteen_b_x"]);
        for (place, name) in LONG.names().iter().enumerate() {
            assert_eq!(place_near(&LONG, name), Some(place));
        }
        // Thirteen letters away is one byte less. Otherwise letter and length count.
        assert_eq!(bucket(b'n', 16), bucket(b'a', 17));
        assert!(bucket(b'n', 16) != bucket(b'a', 16) && bucket(b'n', 16) != bucket(b'n', 17));
        for other in ["fifteen_lettersn", "more_than_sixteen_c_x", "fifteen_lettersma"] {
            assert_eq!(place_near(&LONG, other), None, "{other}");
        }
    }
}
