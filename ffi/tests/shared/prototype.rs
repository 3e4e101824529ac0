//! The functions of the header, read out of its text.

use std::path::Path;

/// A function as the header declares it.
pub struct Prototype {
    /// Its name.
    pub name: String,
    /// What it returns, as a C type.
    pub returns: String,
    /// Its parameters in their order.
    pub parameters: Vec<Parameter>,
    /// The comment in front of it, without stars.
    pub comment: String,
}

/// A parameter of a function.
pub struct Parameter {
    /// Its type, such as `const ringback_payload *`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Parameter {
    /// Whether a NULL can be passed: a pointer, or a callback.
    pub fn is_pointer(&self) -> bool {
        self.kind.ends_with('*') || self.kind == "ringback_headers"
    }
}

impl Prototype {
    /// What the comment says about a parameter: from its name to the name of the next one.
    pub fn about(&self, parameter: &str) -> &str {
        let said = self.comment.split("Parameters:").nth(1).unwrap_or_default();
        let said = said.split("\n\n").next().unwrap_or_default();
        let Some(at) = said.find(&format!("`{parameter}`")) else { return "" };
        let said = &said[at..];
        let end = self.parameters.iter().filter_map(|other| said[1..].find(&format!("`{}`", other.name))).min();
        &said[..end.map_or(said.len(), |end| end + 1)]
    }

    /// Whether NULL, or no text, is a proper argument.
    pub fn is_optional(&self, parameter: &str) -> bool {
        // `a`, `b`: what is said after the last of several names holds for all of them.
        let names = self.parameters.iter().skip_while(|one| one.name != parameter);
        let said = names.map(|one| self.about(&one.name)).find(|said| said.contains(": ")).unwrap_or_default();
        ["may be NULL", "may be absent", "absent is", "NULL and 0"].iter().any(|words| said.contains(words))
    }
}

/// The committed header.
pub fn header() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/ringback.h");
    std::fs::read_to_string(path).expect("the header is there")
}

/// Every function of the committed header.
pub fn all() -> Vec<Prototype> {
    of(&header())
}

/// Every function of a header.
pub fn of(header: &str) -> Vec<Prototype> {
    let mut found = Vec::new();
    for part in header.split("/**").skip(1) {
        let (comment, rest) = part.split_once("*/").expect("a comment ends");
        let declaration = rest.split(';').next().unwrap_or_default();
        let declaration = declaration.split_whitespace().collect::<Vec<_>>().join(" ");
        if declaration.starts_with("typedef") || declaration.starts_with('#') || !declaration.ends_with(')') {
            continue;
        }
        let (front, parameters) = declaration.split_once('(').expect("a function has parameters");
        let (returns, name) = typed(front);
        let parameters = parameters.trim_end_matches(')').split(", ").filter(|parameter| *parameter != "void");
        let parameters = parameters.map(typed).map(|(kind, name)| Parameter { kind, name });
        let lines = comment.lines().map(|line| line.trim().trim_start_matches('*').trim());
        let comment = lines.collect::<Vec<_>>().join("\n");
        found.push(Prototype { name, returns, parameters: parameters.collect(), comment });
    }
    found
}

/// A type and the name behind it.
fn typed(text: &str) -> (String, String) {
    let at = text.rfind([' ', '*']).map_or(0, |at| at + 1);
    (text[..at].trim().to_owned(), text[at..].to_owned())
}
