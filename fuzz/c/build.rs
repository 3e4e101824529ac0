//! Writes a call of every function of the header, with arguments that the input chooses, and compiles what calls them.
//!
//! A new function of the library is called by itself, as long as its parameters are of kinds that occur already. Those
//! that need more than that, such as memory that has to outlive the call, are in `driver.c`, and named here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

#[path = "../../ffi/tests/shared/prototype.rs"]
#[allow(dead_code)]
mod prototype;

use prototype::{Parameter, Prototype};

/// Functions that `driver.c` calls by itself.
const BY_HAND: [&str; 11] = [
    "ringback_begin",
    "ringback_finish",
    "ringback_head_add",
    "ringback_ledger_new",
    "ringback_ledger_open",
    "ringback_receiver_new",
    "ringback_receiver_save",
    "ringback_str_of",
    "ringback_url_write",
    "ringback_words_fill",
    "ringback_position",
];

/// Objects that live until they are freed.
const OBJECTS: [&str; 7] = ["config", "delivery", "keyring", "ledger", "payload", "receiver", "ticket"];

/// Structures that are passed in by pointer and made up by `driver.c`.
const MADE_UP: [&str; 4] = ["ledger_options", "rule", "scope", "url"];

/// Structures that came out of a call and go into another.
const KEPT: [&str; 2] = ["metadata", "request_id"];

fn main() {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ffi/include/ringback.h");
    println!("cargo::rerun-if-changed={}", header.display());
    println!("cargo::rerun-if-changed=driver.c");
    println!("cargo::rerun-if-changed=build.rs");
    let text = std::fs::read_to_string(&header).expect("the header is there");
    let prototypes = prototype::of(&text);
    let structures = structures(&text);
    let mut calls = String::new();
    let mut count = 0;
    for prototype in prototypes.iter().filter(|prototype| !BY_HAND.contains(&prototype.name.as_str())) {
        writeln!(calls, "    case {count}: {{").unwrap();
        calls += &call(prototype, &structures);
        calls += "        break;\n    }\n";
        count += 1;
    }
    for name in BY_HAND {
        assert!(prototypes.iter().any(|prototype| prototype.name == name), "{name} is not in the header");
        if name != "ringback_head_add" {
            writeln!(calls, "    case {count}:\n        call_{}();\n        break;", bare(name)).unwrap();
            count += 1;
        }
    }
    for together in ["deliver"] {
        writeln!(calls, "    case {count}:\n        call_{together}();\n        break;").unwrap();
        count += 1;
    }
    let program = format!(
        "#define CALLS {count}\n\nstatic void call(unsigned which)\n{{\n    switch (which) {{\n{calls}    }}\n}}\n"
    );
    let out = std::env::var("OUT_DIR").expect("cargo names it");
    std::fs::write(Path::new(&out).join("calls.h"), program).expect("a file can be written");
    cc::Build::new()
        .file("driver.c")
        .include(&out)
        .include(header.parent().expect("it is in a folder"))
        // Every object has the same functions, used or not.
        .flag_if_supported("-Wno-unused-function")
        .warnings_into_errors(true)
        .compile("driver");
}

/// One call, with what it needs before and what is done with its outputs afterwards.
fn call(prototype: &Prototype, structures: &BTreeMap<String, Vec<(String, String)>>) -> String {
    let name = prototype.name.as_str();
    if let Some(object) = bare(name).strip_suffix("_free").filter(|object| OBJECTS.contains(object)) {
        return format!("        free_{object}(choose());\n");
    }
    let (mut before, mut arguments, mut after) = (String::new(), Vec::new(), String::new());
    for (at, parameter) in prototype.parameters.iter().enumerate() {
        let follows_bytes = at > 0 && prototype.parameters[at - 1].kind == "const uint8_t *";
        arguments.push(argument(parameter, at, follows_bytes, structures, &mut before, &mut after));
    }
    let call = format!("{name}({})", arguments.join(", "));
    match prototype.returns.as_str() {
        "ringback_result" => format!("{before}        if ({call} == RINGBACK_OK) {{\n{after}        }}\n"),
        "ringback_str" => format!("{before}        keep_text({call});\n"),
        "void" => format!("{before}        {call};\n"),
        "ringback_scope" => format!("        kept_scope = {call};\n"),
        _ => format!("{before}        (void){call};\n"),
    }
}

fn argument(
    parameter: &Parameter,
    at: usize,
    follows_bytes: bool,
    structures: &BTreeMap<String, Vec<(String, String)>>,
    before: &mut String,
    after: &mut String,
) -> String {
    let kind = parameter.kind.as_str();
    let is_const = kind.starts_with("const ");
    let bare_kind = bare(kind.trim_start_matches("const ").trim_end_matches('*').trim_end());
    if kind.ends_with("**") {
        writeln!(before, "        ringback_{bare_kind} *made_{at} = NULL;").unwrap();
        writeln!(after, "            keep_{bare_kind}(made_{at});").unwrap();
        return format!("&made_{at}");
    }
    if kind.ends_with('*') {
        if OBJECTS.contains(&bare_kind) {
            return format!("a_{bare_kind}()");
        }
        if is_const && (MADE_UP.contains(&bare_kind) || KEPT.contains(&bare_kind)) {
            return format!("a_{bare_kind}()");
        }
        if kind == "const uint8_t *" {
            writeln!(before, "        const ringback_bytes bytes_{at} = some_bytes();").unwrap();
            return format!("bytes_{at}.data");
        }
        if bare_kind == "list" && parameter.name == "list" {
            return "a_list()".into();
        }
        if kind == "void *" {
            return "NULL".into();
        }
        assert!(!is_const, "a parameter of a new kind, {kind}: say what to pass");
        let kind = kind.trim_end_matches('*').trim_end();
        // `budget` is read as well.
        let value = if parameter.name == "budget" { "(uint32_t)number()" } else { "" };
        match value {
            "" => writeln!(before, "        {kind} out_{at};\n        memset(&out_{at}, 0xa5, sizeof out_{at});"),
            value => writeln!(before, "        {kind} out_{at} = {value};"),
        }
        .unwrap();
        keep(&format!("out_{at}"), kind, structures, after);
        return format!("&out_{at}");
    }
    match kind {
        "ringback_str" => "text()".into(),
        "ringback_value" => "a_value()".into(),
        "ringback_claim" => "a_claim()".into(),
        "ringback_now" => "now()".into(),
        "bool" => "(choose() & 1) != 0".into(),
        "size_t" if follows_bytes => format!("bytes_{}.len", at - 1),
        "uint16_t" | "uint32_t" | "uint64_t" | "size_t" => format!("({kind})number()"),
        "ringback_kind" | "ringback_situation" | "ringback_outcome" | "ringback_use" | "ringback_result" => {
            format!("({kind})number()")
        }
        _ => panic!("a parameter of a new kind, {kind}: say what to pass"),
    }
}

/// Keeps what can be passed on, and looks at every byte that was lent.
fn keep(place: &str, kind: &str, structures: &BTreeMap<String, Vec<(String, String)>>, after: &mut String) {
    match bare(kind) {
        "str" => writeln!(after, "            keep_text({place});").unwrap(),
        "value" => writeln!(after, "            keep_value({place});").unwrap(),
        "list" => writeln!(after, "            keep_list({place});").unwrap(),
        "claim" => writeln!(after, "            kept_claim = {place};").unwrap(),
        other => {
            if KEPT.contains(&other) {
                writeln!(after, "            kept_{other} = {place};").unwrap();
            }
            for (kind, name) in structures.get(kind).into_iter().flatten() {
                keep(&format!("{place}.{name}"), kind, structures, after);
            }
        }
    }
}

/// The members of every structure of the header that are no arrays and no pointers.
fn structures(header: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found = BTreeMap::new();
    for part in header.split("typedef struct {").skip(1) {
        let Some((members, rest)) = part.split_once("\n}") else { continue };
        let name = rest.split(';').next().unwrap_or_default().trim().to_owned();
        let plain = members.lines().map(str::trim).filter_map(|line| line.strip_suffix(';'));
        let plain = plain.filter(|line| !line.contains(['*', '[', '(']));
        let typed = plain.filter_map(|line| line.split_once(' ')).map(|(kind, name)| (kind.into(), name.into()));
        found.insert(name, typed.collect());
    }
    found
}

fn bare(name: &str) -> &str {
    name.strip_prefix("ringback_").unwrap_or(name)
}
