//! The header: generated from the source, committed, documented, and fit for C and C++ by itself.

mod shared;

use std::path::Path;
use std::process::Command;

use shared::prototype::{self, header};
use shared::toolchain::{folder, have, succeed};

/// Generates the header out of the source.
fn generated() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).expect("cbindgen.toml can be read");
    let bindings = cbindgen::Builder::new().with_crate(folder).with_config(config).generate();
    let mut header = Vec::new();
    bindings.expect("cbindgen understands the source").write(&mut header);
    String::from_utf8(header).expect("the header is text")
}

#[test]
fn the_committed_header_is_the_generated_one() {
    let generated = generated();
    if std::env::var_os("RINGBACK_WRITE_HEADER").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/ringback.h");
        std::fs::write(path, &generated).expect("the header can be written");
    }
    assert!(
        header() == generated,
        "include/ringback.h is not what the source says: RINGBACK_WRITE_HEADER=1 cargo test -p ringback-ffi --test header"
    );
}

#[test]
fn every_function_says_what_it_takes_and_gives_who_owns_what_and_where_it_may_be_called() {
    let prototypes = prototype::all();
    assert!(prototypes.len() > 80, "the header was read");
    for prototype in prototypes {
        let blocks: Vec<&str> = prototype.comment.trim().split("\n\n").collect();
        let name = &prototype.name;
        for block in ["Parameters: ", "Returns: ", "Ownership: ", "Threads: "] {
            let said = blocks.iter().filter(|text| text.starts_with(block) && text.len() > block.len()).count();
            assert_eq!(said, 1, "{name}: {block}");
        }
        assert!(!blocks[0].starts_with("Parameters: "), "{name} begins with what it does");
        for parameter in &prototype.parameters {
            assert!(!prototype.about(&parameter.name).is_empty(), "{name} says nothing about {}", parameter.name);
        }
        if prototype.returns == "ringback_result" {
            assert!(prototype.comment.contains("Returns: `RINGBACK_OK`"), "{name} says what success is");
        }
    }
}

#[test]
fn every_opaque_type_says_which_threads_may_use_it() {
    let header = header();
    let mut opaque = 0;
    for part in header.split("/**").skip(1) {
        let (comment, rest) = part.split_once("*/").expect("a comment ends");
        if let Some(name) = rest.trim_start().strip_prefix("typedef struct ringback_") {
            opaque += 1;
            assert!(comment.contains("Threads: "), "ringback_{}", name.lines().next().unwrap_or_default());
        }
    }
    assert_eq!(opaque, 8);
}

#[test]
fn every_name_in_a_comment_is_one_of_the_header() {
    let header = header();
    let known = |name: &str| header.contains(&format!("#define {name} ")) || name.ends_with('_');
    let mut words = header.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let stray = words.find(|word| word.starts_with("RINGBACK_") && *word != "RINGBACK_H" && !known(word));
    assert_eq!(stray, None);
    let functions: Vec<String> = prototype::all().into_iter().map(|prototype| prototype.name).collect();
    for comment in header.split("/**").skip(1).map(|part| part.split("*/").next().unwrap_or_default()) {
        for name in comment.split('`').skip(1).step_by(2).filter(|name| name.starts_with("ringback_")) {
            let name = name.split('.').next().unwrap_or_default();
            let is_type = header.contains(&format!("}} {name};")) || header.contains(&format!(" {name};\n"));
            assert!(functions.iter().any(|function| function == name) || is_type, "{name} is not in the header");
        }
    }
}

#[test]
fn every_name_begins_with_that_of_the_library() {
    let header = header();
    for prototype in prototype::all() {
        assert!(prototype.name.starts_with("ringback_"), "{}", prototype.name);
    }
    for line in header.lines() {
        let words: Vec<&str> = line.split([' ', ';']).collect();
        let good = match words[..] {
            ["}", name, ..] | ["#define", name, ..] | ["typedef", "struct" | "uint32_t", name, ..] => {
                ["{", ""].contains(&name) || name.starts_with("ringback_") || name.starts_with("RINGBACK_")
            }
            _ => true,
        };
        assert!(good, "{line}");
    }
}

#[test]
fn the_header_compiles_alone_in_c_and_in_cpp() {
    if !have(&["cc", "c++"]) {
        return;
    }
    let include = format!("-I{}/include", env!("CARGO_MANIFEST_DIR"));
    let folder = folder("alone");
    for (compiler, standard, file) in
        [("cc", "-std=c99", "alone.c"), ("cc", "-std=c17", "alone.c"), ("c++", "-std=c++17", "alone.cpp")]
    {
        let source = folder.join(file);
        std::fs::write(&source, "#include <ringback.h>\n#include <ringback.h>\n").expect("a file can be written");
        let mut command = Command::new(compiler);
        command.args([standard, "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", &include]).arg(&source);
        succeed(&mut command);
    }
}
