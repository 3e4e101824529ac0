//! Request ids, as the vectors say.

use ringback::request_id::RequestId;
use ringback_tests::{Failed, array_from_hex, load};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    canonical: Option<String>,
    uuid: Option<String>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn ids_are_read_written_and_compared() {
    for case in load::<Case>("request_ids") {
        let parsed = RequestId::parse(&case.text);
        let Some(canonical) = case.canonical else {
            let expected = Failed { error: case.error.unwrap(), offset: case.offset.unwrap() };
            assert_eq!(Failed::of(parsed.expect_err(&case.name)), expected, "{}", case.name);
            continue;
        };
        let id = parsed.expect(&case.name);
        assert_eq!(id.to_string(), canonical, "{}", case.name);
        let bytes = case.uuid.map(|digits| array_from_hex::<16>(&digits));
        assert_eq!(id.as_bytes(), bytes.as_ref(), "{}", case.name);
        assert_eq!(RequestId::parse(&canonical), Ok(id), "{}", case.name);
    }
}
