//! The installed library, used by C and C++ programs.

mod shared;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use shared::prototype::{self, Parameter, Prototype};
use shared::toolchain::{Linkage, Tree, folder, have, number, root, run, tree};

const C99: [&str; 6] = ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];
const CPP17: [&str; 6] = ["c++", "-std=c++17", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// The programs of the C suite, each with its arguments.
fn suite() -> Vec<(PathBuf, Vec<String>)> {
    let vectors = root().join("tests/vectors").display().to_string();
    let mut suite: Vec<(PathBuf, Vec<String>)> =
        ["payload", "submit", "receive", "threads"].map(|name| (source(&format!("{name}.c")), Vec::new())).into();
    suite.push((source("vectors.c"), vec![vectors]));
    suite.push((null_program(), Vec::new()));
    suite
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(name)
}

/// Builds the whole suite, and runs each program behind these words.
fn run_suite(tree: &Tree, compiler: &[&str], linkage: Linkage, before: &[&str]) {
    let include = format!("-I{}", source("").display());
    for (source, arguments) in suite() {
        let compiler = [compiler, &["-g", &include]].concat();
        let program = tree.compile(&compiler, &source, &["ringback"], linkage);
        let program = program.display().to_string();
        let mut words: Vec<&str> = before.to_vec();
        words.push(&program);
        words.extend(arguments.iter().map(String::as_str));
        run(words[0], &words[1..]);
    }
}

#[test]
fn the_suite_passes_in_pedantic_c99() {
    if have(&["cc", "pkg-config"]) {
        run_suite(tree(), &C99, Linkage::Shared, &[]);
    }
}

#[test]
fn the_suite_passes_linked_with_the_archive() {
    if have(&["cc", "pkg-config"]) {
        run_suite(tree(), &C99, Linkage::Static, &[]);
    }
}

#[test]
fn valgrind_finds_nothing_in_the_suite() {
    if have(&["cc", "pkg-config", "valgrind"]) {
        let valgrind = ["valgrind", "-q", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=all"];
        let before = [&valgrind[..], &["--errors-for-leak-kinds=all"]].concat();
        run_suite(tree(), &C99, Linkage::Shared, &before);
    }
}

#[test]
fn sanitizers_find_nothing_in_the_suite() {
    if !have(&["cc", "pkg-config"]) {
        return;
    }
    let sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let empty = folder("sanitized").join("empty.c");
    std::fs::write(&empty, "int main(void) { return 0; }\n").expect("a file can be written");
    let trial = Command::new("cc").args(sanitizers).arg(&empty).arg("-o").arg(empty.with_extension("out")).output();
    if !trial.is_ok_and(|output| output.status.success()) {
        println!("skipped: the C compiler has no AddressSanitizer");
        return;
    }
    run_suite(tree(), &[&C99[..], &sanitizers].concat(), Linkage::Shared, &[]);
}

#[test]
fn a_cpp17_program_uses_the_library() {
    if have(&["c++", "pkg-config"]) {
        for linkage in [Linkage::Shared, Linkage::Static] {
            run(tree().compile(&CPP17, &source("plus.cpp"), &["ringback"], linkage), &[]);
        }
    }
}

#[test]
fn the_shared_object_exports_the_functions_of_the_header_and_nothing_else() {
    if !have(&["nm"]) {
        return;
    }
    let library = tree().prefix.join("lib/libringback.so");
    let listing = run("nm", &["-D", "--defined-only", "--format=posix", &library.display().to_string()]);
    let exported: BTreeSet<&str> = listing.lines().filter_map(|line| line.split(' ').next()).collect();
    let prototypes = prototype::all();
    let declared: BTreeSet<&str> = prototypes.iter().map(|prototype| prototype.name.as_str()).collect();
    let difference: Vec<&&str> = exported.symmetric_difference(&declared).collect();
    assert!(difference.is_empty(), "{difference:?}");
}

#[test]
fn the_tree_has_a_versioned_library_with_its_links() {
    let lib = tree().prefix.join("lib");
    let version = env!("CARGO_PKG_VERSION");
    let major = version.split('.').next().unwrap();
    let target = |name: &str| std::fs::read_link(lib.join(name)).unwrap().display().to_string();
    assert_eq!(target("libringback.so"), format!("libringback.so.{major}"));
    assert_eq!(target(&format!("libringback.so.{major}")), format!("libringback.so.{version}"));
    assert!(lib.join("libringback.a").is_file() && tree().prefix.join("include/ringback.h").is_file());
    if have(&["readelf"]) {
        let dynamic = run("readelf", &["-d", &lib.join("libringback.so").display().to_string()]);
        assert!(dynamic.contains(&format!("soname: [libringback.so.{major}]")), "{dynamic}");
    }
}

#[test]
fn the_tree_works_where_it_is_moved_to() {
    if !have(&["cc", "pkg-config", "cp"]) {
        return;
    }
    let moved = folder("moved").join("elsewhere");
    run("cp", &["-a", &tree().prefix.display().to_string(), &moved.display().to_string()]);
    let moved = Tree { prefix: moved };
    let flags = moved.package(&["--cflags", "--libs", "ringback"]).join(" ");
    assert!(flags.contains("elsewhere") && !flags.contains(&tree().prefix.display().to_string()), "{flags}");
    assert_eq!(moved.package(&["--modversion", "ringback"]), [env!("CARGO_PKG_VERSION")]);
    run(moved.compile(&C99, &source("submit.c"), &["ringback"], Linkage::Shared), &[]);
}

#[test]
fn the_program_in_the_readme_does_what_it_looks_like() {
    if !have(&["cc", "pkg-config"]) {
        return;
    }
    let readme = std::fs::read_to_string(root().join("ffi/README.md")).expect("the readme is there");
    let block = readme.split("```c\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has a program");
    let body =
        r#"{"results":{"channels":[{"alternatives":[{"transcript":"hi","words":[{"word":"hi","start":0.5}]}]}]}}"#;
    let program = format!(
        "#include <ringback.h>\n#include <stdio.h>\n#include <string.h>\nint main(void)\n{{\n\
         static const char text[] = {body:?};\nconst uint8_t *body = (const uint8_t *)text;\n\
         size_t len = strlen(text);\n{block}return 0;\n}}\n"
    );
    let source = folder("readme").join("readme.c");
    std::fs::write(&source, program).expect("a file can be written");
    assert_eq!(run(tree().compile(&C99, &source, &["ringback"], Linkage::Shared), &[]), "hi\n500 ms hi\n");
}

/// Writes a program that calls each function once for each of its pointers, with NULL there and something good in all
/// other places.
fn null_program() -> PathBuf {
    let mut calls = String::new();
    for prototype in prototype::all() {
        for parameter in &prototype.parameters {
            for null in nulls(parameter) {
                calls += &call(&prototype, parameter, null);
            }
        }
    }
    let source = folder(&format!("null-{}", number())).join("null.c");
    let before = std::fs::read_to_string(self::source("null.h")).expect("null.h is there");
    let program =
        format!("{before}\nint main(void)\n{{\n    begin();\n{calls}    end();\n    return ended(\"null\");\n}}\n");
    std::fs::write(&source, program).expect("a file can be written");
    source
}

/// The arguments that mean NULL for a parameter.
fn nulls(parameter: &Parameter) -> &'static [&'static str] {
    match parameter.kind.as_str() {
        "ringback_str" => &["no_text", "broken_text"],
        _ if parameter.is_pointer() => &["NULL"],
        _ => &[],
    }
}

/// One call with its check.
fn call(prototype: &Prototype, at: &Parameter, null: &str) -> String {
    let arguments = prototype.parameters.iter().enumerate().map(|(place, parameter)| {
        if parameter.name == at.name { null.to_owned() } else { good(prototype, parameter, place) }
    });
    let call = format!("{}({})", prototype.name, arguments.collect::<Vec<_>>().join(", "));
    let passed_on = at.kind == "void *";
    let may = passed_on || (prototype.is_optional(&at.name) && null != "broken_text");
    if prototype.returns == "void" {
        return format!("    {call};\n");
    }
    if prototype.returns != "ringback_result" {
        return format!("    (void){call};\n");
    }
    if !may {
        return format!("    CHECK_RESULT(RINGBACK_ERROR_NULL_ARGUMENT, {call});\n");
    }
    // The call may succeed, and then what it made is given back.
    let made = prototype.parameters.iter().position(|parameter| parameter.kind.ends_with("**"));
    let Some(place) = made else { return format!("    (void){call};\n") };
    let kind = prototype.parameters[place].kind.trim_end_matches("**").trim();
    format!(
        "    memset(room[{place}], 0, sizeof(void *));\n    (void){call};\n    {kind}_free(*({kind} **)room[{place}]);\n"
    )
}

/// A good argument.
fn good(prototype: &Prototype, parameter: &Parameter, place: usize) -> String {
    let is_const = parameter.kind.starts_with("const ");
    let bare = parameter.kind.trim_start_matches("const ").trim_end_matches(" *");
    match bare {
        "ringback_payload" | "ringback_keyring" | "ringback_receiver" | "ringback_ticket" | "ringback_config"
        | "ringback_ledger" | "ringback_delivery" | "ringback_head"
            if !parameter.kind.ends_with("**") =>
        {
            format!("a_{}", bare.trim_start_matches("ringback_"))
        }
        "ringback_list" if parameter.kind.ends_with('*') && parameter.name == "list" => "&list".into(),
        "ringback_headers" => "tell".into(),
        "ringback_now" => "at(0)".into(),
        "ringback_str" if !parameter.kind.ends_with('*') => "S(\"x\")".into(),
        "ringback_value" if !parameter.kind.ends_with('*') => "a_value".into(),
        "ringback_claim" => "no_claim".into(),
        "bool" if !parameter.kind.ends_with('*') => "true".into(),
        _ if parameter.kind.ends_with('*') => {
            format!("{}room[{place}]", if is_const { "(const void *)" } else { "(void *)" })
        }
        _ => match parameter.name.as_str() {
            "seed_len" => "16".into(),
            "id_len" => "12".into(),
            "situation" | "outcome" | "ticket_use" => "1".into(),
            "status" => "200".into(),
            _ if prototype.name == "ringback_config_set_seed" => "32".into(),
            _ => "1".into(),
        },
    }
}

#[test]
fn the_null_program_calls_every_function_that_takes_a_pointer() {
    let program = std::fs::read_to_string(null_program()).expect("the program was written");
    for prototype in prototype::all() {
        let takes = prototype.parameters.iter().filter(|parameter| !nulls(parameter).is_empty()).count();
        let calls = program.matches(&format!("{}(", prototype.name)).count();
        assert!(calls >= takes, "{}: {calls} calls for {takes} pointers", prototype.name);
    }
    assert!(program.matches("RINGBACK_ERROR_NULL_ARGUMENT").count() > 200);
}

#[test]
fn the_version_of_the_header_is_that_of_the_package() {
    let header = prototype::header();
    let mut parts = env!("CARGO_PKG_VERSION").split('.');
    for part in ["MAJOR", "MINOR", "PATCH"] {
        let line = format!("#define RINGBACK_VERSION_{part} {}\n", parts.next().unwrap());
        assert!(header.contains(&line), "{line}");
    }
}
