//! Every member and every pointer of a document, against what serde_json reads from the same text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::json::{Document, Type, Value};
use serde_json::Value as Expected;

fuzz_target!(|text: &[u8]| {
    let Ok(document) = Document::parse(text) else { return };
    // What it refuses here are lone surrogates and numbers that no float holds.
    match serde_json::from_slice::<Expected>(text) {
        Ok(expected) => compare(&document, &mut String::new(), document.root(), &expected),
        Err(_) => visit(document.root()),
    }
});

fn compare(document: &Document<'_>, path: &mut String, value: Value<'_>, expected: &Expected) {
    let raw = Some(value.raw());
    assert_eq!(document.pointer(path).unwrap().map(|value| value.raw()), raw, "{path}");
    assert_eq!(document.root().pointer(path).unwrap().map(|value| value.raw()), raw, "{path}");
    let length = path.len();
    match expected {
        Expected::Null => assert!(value.is_null()),
        Expected::Bool(bool) => assert_eq!(value.as_bool(), Some(*bool)),
        Expected::Number(number) => {
            let found = value.as_number().unwrap();
            assert_eq!(found.f64().map(f64::to_bits), number.as_f64().map(f64::to_bits));
            assert!(number.as_i64().is_none() || number.as_i64() == found.i64());
            assert!(number.as_u64().is_none() || number.as_u64() == found.u64());
            let whole = found.i64().is_some() || found.u64().is_some();
            assert!(!whole || found.is_integer());
            // Exact milliseconds are at most one float's error off.
            if let (Some(float), Some(millis)) = (found.f64(), found.millis()) {
                assert!(
                    (float * 1000.0 - millis as f64).abs() <= 0.5 + (millis as f64).abs() * 1e-15,
                    "{}",
                    found.raw()
                );
            }
        }
        Expected::String(text) => {
            let found = value.as_str().unwrap();
            assert!(found == text.as_str());
            assert!(found.chars().eq(text.chars()));
            assert_eq!(found.decoded_len(), text.len());
            let mut room = vec![0; text.len()];
            assert_eq!(found.unescape_into(&mut room), Ok(text.as_str()));
            if let Some(smaller) = room.len().checked_sub(1) {
                assert!(found.unescape_into(&mut room[..smaller]).is_err());
            }
        }
        Expected::Array(elements) => {
            let array = value.as_array().unwrap();
            assert_eq!(array.len(), elements.len());
            assert!(document.elements_of(array).map(|value| value.raw()).eq(array.iter().map(|value| value.raw())));
            for (at, (value, expected)) in array.iter().zip(elements).enumerate() {
                path.push_str(&format!("/{at}"));
                compare(document, path, value, expected);
                path.truncate(length);
            }
        }
        Expected::Object(members) => {
            let object = value.as_object().unwrap();
            let walked = document.members_of(object).map(|(name, value)| (name.raw(), value.raw()));
            assert!(walked.eq(object.iter().map(|(name, value)| (name.raw(), value.raw()))));
            assert_eq!(members.keys().map(|name| object.count(name)).sum::<usize>(), object.iter().count());
            for (name, expected) in members {
                let found = object.get(name).map(|value| value.raw());
                assert_eq!(found.is_none(), expected.is_null());
                assert_eq!(document.select(object, ["\u{1}", name])[1].map(|value| value.raw()), found);
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                compare(document, path, object.raw_get(name).unwrap(), expected);
                path.truncate(length);
            }
        }
    }
}

/// Looks at everything, when there is nothing to compare it with.
fn visit(value: Value<'_>) {
    match value.ty() {
        Type::Number => {
            let number = value.as_number().unwrap();
            assert!(number.f64().is_none_or(f64::is_finite));
            let _ = (number.i64(), number.u64(), number.millis(), number.is_integer());
        }
        Type::String => {
            let text = value.as_str().unwrap();
            let mut room = vec![0; text.raw().len()];
            assert_eq!(text.unescape_into(&mut room).unwrap().len(), text.decoded_len());
        }
        Type::Array => value.as_array().unwrap().iter().for_each(visit),
        Type::Object => value.as_object().unwrap().iter().for_each(|(_, value)| visit(value)),
        Type::Null | Type::Bool => {}
    }
}
