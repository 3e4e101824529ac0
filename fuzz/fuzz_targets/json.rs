//! The verdict on any bytes: of every engine the same, and that of a UTF-8 check with serde_json.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::ErrorKind;
use ringback::json::{Document, Engine, MAX_DEPTH};
use serde::de::IgnoredAny;

fuzz_target!(|text: &[u8]| {
    let scalar = Document::parse_with(text, Engine::Scalar);
    for engine in Engine::ALL.into_iter().filter(|engine| engine.is_available()) {
        let found = Document::parse_with(text, engine);
        match (&scalar, &found) {
            (Ok(one), Ok(other)) => {
                assert_eq!(one.root().raw(), other.root().raw());
                // A shortcut is a whole container, whoever noted it.
                for span in other.landmarks().iter() {
                    assert!(Document::parse(&text[span]).is_ok());
                }
            }
            (Err(one), Err(other)) => assert_eq!(one, other, "{engine:?}"),
            (one, other) => panic!("{engine:?}: {other:?} and not {one:?}"),
        }
    }
    match scalar {
        Ok(_) => assert!(reference(text)),
        Err(error) => {
            let brackets = text.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
            assert!((error.kind() == ErrorKind::TooDeep && brackets > MAX_DEPTH) || !reference(text), "{error}");
            assert!(error.offset() <= text.len());
            assert_eq!(error.offset() == text.len(), error.kind().is_incomplete());
            let before = Document::parse(&text[..error.offset()]).map_err(|error| error.kind());
            assert!(matches!(before, Ok(_) | Err(ErrorKind::UnexpectedEnd)), "{error}");
        }
    }
});

/// What serde_json says when it reads without keeping anything.
fn reference(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}
