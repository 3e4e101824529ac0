//! The JSON conformance suite: files whose names begin with `y_` must be accepted, `n_` refused, and for `i_`, where
//! RFC 8259 leaves the choice, the lists below are the choice.
//!
//! The suite is not part of this repository: it is read from `$RINGBACK_CORPUS/json-conformance`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use ringback::ErrorKind;
use ringback::json::Document;

/// Numbers of any size, and lone surrogates in escapes: within the grammar.
const ACCEPTED: &[&str] = &[
    "i_number_double_huge_neg_exp.json",
    "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json",
    "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
    "i_object_key_lone_2nd_surrogate.json",
    "i_string_1st_surrogate_but_2nd_missing.json",
    "i_string_1st_valid_surrogate_2nd_invalid.json",
    "i_string_incomplete_surrogate_and_escape_valid.json",
    "i_string_incomplete_surrogate_pair.json",
    "i_string_incomplete_surrogates_escape_valid.json",
    "i_string_invalid_lonely_surrogate.json",
    "i_string_invalid_surrogate.json",
    "i_string_inverted_surrogates_U+1D11E.json",
    "i_string_lone_second_surrogate.json",
];

/// What is not UTF-8, begins with a byte order mark, or is nested too deep.
const REFUSED: &[(&str, ErrorKind)] = &[
    ("i_string_UTF-16LE_with_BOM.json", ErrorKind::ExpectedValue),
    ("i_string_UTF-8_invalid_sequence.json", ErrorKind::InvalidUtf8),
    ("i_string_UTF8_surrogate_U+D800.json", ErrorKind::InvalidUtf8),
    ("i_string_invalid_utf-8.json", ErrorKind::InvalidUtf8),
    ("i_string_iso_latin_1.json", ErrorKind::InvalidUtf8),
    ("i_string_lone_utf8_continuation_byte.json", ErrorKind::InvalidUtf8),
    ("i_string_not_in_unicode_range.json", ErrorKind::InvalidUtf8),
    ("i_string_overlong_sequence_2_bytes.json", ErrorKind::InvalidUtf8),
    ("i_string_overlong_sequence_6_bytes.json", ErrorKind::InvalidUtf8),
    ("i_string_overlong_sequence_6_bytes_null.json", ErrorKind::InvalidUtf8),
    ("i_string_truncated-utf-8.json", ErrorKind::InvalidUtf8),
    ("i_string_utf16BE_no_BOM.json", ErrorKind::ExpectedValue),
    ("i_string_utf16LE_no_BOM.json", ErrorKind::ExpectedValue),
    ("i_structure_500_nested_arrays.json", ErrorKind::TooDeep),
    ("i_structure_UTF-8_BOM_empty_object.json", ErrorKind::ByteOrderMark),
];

#[test]
fn the_conformance_suite_is_passed() {
    let Some(corpus) = env::var_os("RINGBACK_CORPUS") else {
        println!("skipped: RINGBACK_CORPUS is not set");
        return;
    };
    let folder = PathBuf::from(corpus).join("json-conformance");
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("the corpus holds json-conformance") {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") {
            continue;
        }
        let text = fs::read(&path).unwrap();
        let verdict = Document::parse(&text).map(|_| ()).map_err(|error| error.kind());
        let right = match (name.split('_').next(), verdict) {
            (Some("y"), verdict) => verdict.is_ok(),
            (Some("n"), verdict) => verdict.is_err(),
            (_, Ok(())) => ACCEPTED.contains(&name.as_str()),
            (_, Err(kind)) => REFUSED.contains(&(name.as_str(), kind)),
        };
        if !right {
            wrong.push(format!("{name}: {verdict:?}"));
        }
        seen.insert(name);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for name in ACCEPTED.iter().chain(REFUSED.iter().map(|(name, _)| name)) {
        assert!(seen.contains(*name), "{name} is not in the suite");
    }
    for (prefix, least) in [("y_", 90), ("n_", 180)] {
        assert!(seen.iter().filter(|name| name.starts_with(prefix)).count() >= least, "too few {prefix} files");
    }
}
