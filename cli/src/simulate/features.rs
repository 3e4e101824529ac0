//! What was asked for in a submission: the parameters that change a document.

/// The features of one submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    pub detect_entities: bool,
    pub detect_language: bool,
    pub diarize: bool,
    pub intents: bool,
    pub multichannel: bool,
    pub paragraphs: bool,
    pub punctuate: bool,
    pub redact: bool,
    pub sentiment: bool,
    pub smart_format: bool,
    pub summarize: bool,
    pub topics: bool,
    pub utterances: bool,
    /// How many alternatives are asked for beyond the first.
    pub alternatives: usize,
    /// Terms that are looked for.
    pub search: Vec<String>,
    /// A language tag; `multi` for several.
    pub language: Option<String>,
    pub tags: Vec<String>,
    /// Echoed metadata; the last of equal keys counts.
    pub extra: Vec<(String, String)>,
}

impl Features {
    /// The names that [`Features::set`] takes as switches.
    pub const SWITCHES: [&str; 13] = [
        "detect_entities",
        "detect_language",
        "diarize",
        "intents",
        "multichannel",
        "paragraphs",
        "punctuate",
        "redact",
        "sentiment",
        "smart_format",
        "summarize",
        "topics",
        "utterances",
    ];

    /// Takes one parameter of a query, and says whether it is one that is known here.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let on = !value.eq_ignore_ascii_case("false");
        match name {
            "detect_entities" => self.detect_entities = on,
            "detect_language" => self.detect_language = on,
            "diarize" | "diarize_model" => self.diarize = on,
            "intents" => self.intents = on,
            "multichannel" => self.multichannel = on,
            "paragraphs" => self.paragraphs = on,
            "punctuate" => self.punctuate = on,
            "redact" => self.redact = on,
            "sentiment" => self.sentiment = on,
            "smart_format" => self.smart_format = on,
            "summarize" => self.summarize = on,
            "topics" => self.topics = on,
            "utterances" => self.utterances = on,
            "alternatives" => self.alternatives = value.parse::<usize>().unwrap_or(1).clamp(1, 10) - 1,
            "search" => self.search.push(value.to_owned()),
            "language" => self.language = Some(value.to_owned()),
            "tag" => self.tags.push(value.to_owned()),
            "extra" => {
                let (key, value) = value.split_once(':').unwrap_or((value, ""));
                self.extra.retain(|(other, _)| other != key);
                self.extra.push((key.to_owned(), value.to_owned()));
            }
            _ => return false,
        }
        true
    }

    /// Whether words come with punctuation.
    pub const fn punctuated(&self) -> bool {
        self.punctuate || self.smart_format || self.paragraphs
    }

    /// Whether there are paragraphs.
    pub const fn has_paragraphs(&self) -> bool {
        self.paragraphs || self.smart_format
    }

    /// The language of what is said.
    pub fn tongue(&self) -> &str {
        self.language.as_deref().unwrap_or("en")
    }

    /// Whether anything is asked for that reads a text.
    pub const fn reads(&self) -> bool {
        self.summarize || self.topics || self.intents || self.sentiment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_is_a_parameter() {
        for name in Features::SWITCHES {
            let mut features = Features::default();
            assert!(features.set(name, "true"));
            assert_ne!(features, Features::default(), "{name}");
            assert!(features.set(name, "false"));
            assert_eq!(features, Features::default(), "{name}");
        }
        assert!(!Features::default().set("callback_url", "x"));
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let mut features = Features::default();
        for pair in ["a:1", "b:x:y", "a:2"] {
            features.set("extra", pair);
        }
        assert_eq!(features.extra, [("b".into(), "x:y".into()), ("a".into(), "2".into())]);
    }
}
