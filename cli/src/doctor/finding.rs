//! What was found, and what cures it.

use crate::text::{ObjectLine, Visible};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// It was not possible to look.
    Skipped,
    /// Nothing is lost by it today.
    Doubtful,
    /// Transcripts would be lost.
    Bad,
}

impl Grade {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Grade::Good => "good",
            Grade::Skipped => "skipped",
            Grade::Doubtful => "doubtful",
            Grade::Bad => "bad",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Finding {
    pub grade: Grade,
    /// What was looked at, in a word or two.
    pub about: &'static str,
    pub said: String,
    /// The line that cures it.
    pub cure: Option<String>,
}

impl Finding {
    pub fn good(about: &'static str, said: impl Into<String>) -> Finding {
        Finding { grade: Grade::Good, about, said: said.into(), cure: None }
    }

    pub fn skipped(about: &'static str, said: impl Into<String>) -> Finding {
        Finding { grade: Grade::Skipped, about, said: said.into(), cure: None }
    }

    pub fn doubtful(about: &'static str, said: impl Into<String>, cure: impl Into<String>) -> Finding {
        Finding { grade: Grade::Doubtful, about, said: said.into(), cure: Some(cure.into()) }
    }

    pub fn bad(about: &'static str, said: impl Into<String>, cure: Option<String>) -> Finding {
        Finding { grade: Grade::Bad, about, said: said.into(), cure }
    }

    /// For people. What others said is escaped.
    pub fn prose(&self) -> String {
        let mut text = format!("{:<9} {:<12} {}\n", self.grade.name(), self.about, Visible(self.said.chars(), 400));
        if let Some(cure) = &self.cure {
            text += &format!("{:<22} cure: {cure}\n", "");
        }
        text
    }

    /// For programs: an object on a line.
    pub fn json(&self) -> String {
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("event", Some("finding"));
        line.text("grade", Some(self.grade.name()));
        line.text("about", Some(self.about));
        line.text("said", Some(&self.said));
        line.text("cure", self.cure.as_deref());
        line.end() + "\n"
    }
}
