//! Licence expressions of dependencies, held against the list in `deny.toml`.
//!
//! People who have cargo-deny get the same answer from it; this check needs nothing that is not already here. It knows
//! SPDX expressions as they stand in manifests: names, `AND`, `OR`, `WITH`, parentheses, and the old slash for `OR`.

/// The names in the list `allow` of the table `[licenses]` of a `deny.toml`.
pub fn allowed(deny: &str) -> Vec<String> {
    let bare: String =
        deny.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let table =
        bare.split("\n[").find(|table| table.trim_start_matches('[').starts_with("licenses]")).unwrap_or_default();
    let list = table.split_once("\nallow = [").map_or("", |(_, rest)| rest.split(']').next().unwrap_or_default());
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether the expression can be satisfied with allowed licences alone. What is not understood is not allowed.
pub fn satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut terms = Terms { words: spaced.split_whitespace().peekable(), allowed };
    terms.any() == Some(true) && terms.words.next().is_none()
}

/// What is left of an expression. Each method takes one production and says whether it is satisfied, `None` if there
/// is none. `AND` binds closer than `OR`.
struct Terms<'a, Words: Iterator<Item = &'a str>> {
    words: std::iter::Peekable<Words>,
    allowed: &'a [String],
}

impl<'a, Words: Iterator<Item = &'a str>> Terms<'a, Words> {
    fn any(&mut self) -> Option<bool> {
        let mut good = self.all()?;
        while self.words.next_if_eq(&"OR").is_some() {
            good |= self.all()?;
        }
        Some(good)
    }

    fn all(&mut self) -> Option<bool> {
        let mut good = self.one()?;
        while self.words.next_if_eq(&"AND").is_some() {
            good &= self.one()?;
        }
        Some(good)
    }

    fn one(&mut self) -> Option<bool> {
        let word = self.words.next()?;
        if word == "(" {
            let good = self.any()?;
            return self.words.next_if_eq(&")").map(|_| good);
        }
        let mut name = word.to_owned();
        if self.words.next_if_eq(&"WITH").is_some() {
            name = format!("{name} WITH {}", self.words.next()?);
        }
        Some(self.allowed.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn satisfied_by_mit_and_isc(expression: &str) -> bool {
        satisfied(expression, &["MIT".to_owned(), "ISC".to_owned()])
    }

    #[test]
    fn one_side_of_an_or_is_enough() {
        assert!(satisfied_by_mit_and_isc("MIT"));
        assert!(satisfied_by_mit_and_isc("GPL-3.0-only OR MIT"));
        assert!(satisfied_by_mit_and_isc("MIT/Apache-2.0"));
        assert!(!satisfied_by_mit_and_isc("GPL-3.0-only OR Apache-2.0"));
    }

    #[test]
    fn both_sides_of_an_and_are_needed() {
        assert!(satisfied_by_mit_and_isc("(MIT OR Apache-2.0) AND ISC"));
        assert!(!satisfied_by_mit_and_isc("(MIT OR Apache-2.0) AND GPL-3.0-only"));
        assert!(satisfied_by_mit_and_isc("GPL-3.0-only AND X OR MIT"), "AND binds closer");
    }

    #[test]
    fn an_exception_is_part_of_the_name() {
        assert!(!satisfied_by_mit_and_isc("MIT WITH LLVM-exception"));
        assert!(satisfied("MIT WITH LLVM-exception", &["MIT WITH LLVM-exception".to_owned()]));
    }

    #[test]
    fn what_is_not_understood_is_not_allowed() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT ISC", "MIT WITH", "OR MIT"] {
            assert!(!satisfied_by_mit_and_isc(expression), "{expression}");
        }
    }

    #[test]
    fn the_list_is_read_from_its_own_table_without_comments() {
        let deny = "[bans]\nallow = [\"no\"]\n\n[licenses]\nx = 1\nallow = [\n  \"MIT\", # \"not\"\n  \"ISC\",\n]\n";
        assert_eq!(allowed(deny), ["MIT", "ISC"]);
        assert!(allowed("").is_empty());
    }
}
