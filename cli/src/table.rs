//! Tables for people: aligned columns, and nothing that a terminal would obey.

use std::fmt;

use crate::text::Visible;

/// Rows under a head.
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

/// The most characters of a cell.
const WIDEST: usize = 64;

impl<const N: usize> Table<N> {
    /// A table with these columns.
    pub fn new(head: [&str; N]) -> Table<N> {
        Table { rows: vec![head.map(str::to_owned)] }
    }

    /// Adds a row. What is not known is a dash.
    pub fn row(&mut self, cells: [Option<String>; N]) {
        let shown =
            |cell: Option<String>| cell.map_or("-".to_owned(), |cell| Visible(cell.chars(), WIDEST).to_string());
        self.rows.push(cells.map(shown));
    }

    /// Whether there is nothing under the head.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in &self.rows {
            for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
                if at + 1 == N { writeln!(f, "{cell}")? } else { write!(f, "{cell:width$}  ")? }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_foreign_text_is_escaped() {
        let mut table = Table::new(["ID", "JOB", "KIND"]);
        assert!(table.is_empty());
        table.row([Some("a-long-id".into()), None, Some("transcript".into())]);
        table.row([Some("b".into()), Some("x\u{1b}\ny".into()), Some("audio".into())]);
        let expected = "ID         JOB            KIND\n\
                        a-long-id  -              transcript\n\
                        b          x\\u{1b}\\u{a}y  audio\n";
        assert_eq!(table.to_string(), expected);
    }
}
