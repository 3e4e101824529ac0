//! Every body of every vector, cut at every length and with every byte changed.

use ringback::credential::{Audience, Keyring, TicketKey};
use ringback::json::Document;
use ringback::{Error, ErrorKind, Payload};
use ringback_tests::{bodies, facts, from_hex, load};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What is longer repeats itself: of it only so many bytes are cut and changed.
const MOST: usize = 3000;

#[test]
fn a_cut_body_is_incomplete_at_its_end_and_never_wrong_for_another_reason() {
    for (name, body) in bodies() {
        let whole = verdict(&body);
        for length in 0..body.len().min(MOST) {
            let cut = verdict(&body[..length]);
            let incomplete = Err(Error::new(ErrorKind::UnexpectedEnd, length));
            let context = || format!("{name}, {length} of {} bytes", body.len());
            match whole {
                // Up to the error there was a way to go on, or an end, such as after a number.
                Err(error) if length <= error.offset() => {
                    assert!(cut == incomplete || cut.is_ok(), "{}: {cut:?}", context());
                }
                Err(error) if length < error.offset() + sign(error.kind()) => {
                    let begun = error.kind() == ErrorKind::ByteOrderMark && cut.is_err();
                    assert!(cut == incomplete || cut == whole || begun, "{}: {cut:?}", context());
                }
                Err(_) => assert_eq!(cut, whole, "{}", context()),
                Ok(()) => assert!(cut == incomplete || cut.is_ok(), "{}: {cut:?}", context()),
            }
        }
    }
}

#[test]
fn every_proper_prefix_of_an_object_is_incomplete_at_its_end() {
    for (name, body) in bodies() {
        let text = body.trim_ascii();
        if Document::parse(&body).is_err() || !text.starts_with(b"{") {
            continue;
        }
        for length in 0..text.len().min(MOST) {
            let incomplete = Error::new(ErrorKind::UnexpectedEnd, length);
            assert_eq!(verdict(&text[..length]), Err(incomplete), "{name}, {length} bytes");
        }
    }
}

#[test]
fn a_changed_body_is_judged_as_the_reference_judges_it() {
    let mut judged = 0;
    for (name, mut body) in bodies() {
        for at in 0..body.len().min(MOST) {
            let original = body[at];
            for value in changes(original, at) {
                body[at] = value;
                match Payload::parse(&body) {
                    // The reference has no such limit.
                    Err(error) if error.kind() == ErrorKind::TooDeep => {}
                    found => assert_eq!(found.is_ok(), reference(&body), "{name}, byte {at} is {value:#04x}"),
                }
                judged += 1;
            }
            body[at] = original;
        }
    }
    assert!(judged > 100_000, "{judged}");
}

#[test]
fn whatever_a_changed_body_says_can_be_asked() {
    for (_, mut body) in bodies() {
        for at in (0..body.len().min(MOST)).step_by(13) {
            let original = body[at];
            for value in changes(original, at) {
                body[at] = value;
                if let Ok(payload) = Payload::parse(&body) {
                    let _ = facts::of(&payload);
                }
            }
            body[at] = original;
        }
    }
}

/// A ticket is genuine in its one spelling only.
#[test]
fn a_changed_or_cut_ticket_is_refused() {
    #[derive(Deserialize)]
    struct Case {
        keys: Vec<String>,
        audience: String,
        now: u64,
        user: String,
        password: String,
        ticket: Option<IgnoredAny>,
    }
    for case in load::<Case>("tickets_verified").into_iter().filter(|case| case.ticket.is_some()) {
        let audience = Audience::new(&case.audience).unwrap();
        let keys: Vec<_> = case.keys.iter().map(|key| TicketKey::new(&from_hex(key), audience).unwrap()).collect();
        let keyring = Keyring::new(&keys).unwrap();
        let mut text = format!("{}:{}", case.user, case.password).into_bytes();
        assert!(keyring.verify_text(&text, case.now).is_ok());
        for length in 0..text.len() {
            assert!(keyring.verify_text(&text[..length], case.now).is_err(), "{length} bytes");
            assert!(keyring.verify_text(&text[length + 1..], case.now).is_err(), "without {length} bytes");
        }
        for at in 0..text.len() {
            let original = text[at];
            for value in (0..=255).filter(|&value| value != original) {
                text[at] = value;
                assert!(keyring.verify_text(&text, case.now).is_err(), "byte {at} is {value:#04x}");
            }
            text[at] = original;
        }
    }
}

fn verdict(text: &[u8]) -> Result<(), Error> {
    Document::parse(text).map(|_| ())
}

/// How many bytes, from the place to which an error points, it takes to see it.
fn sign(kind: ErrorKind) -> usize {
    match kind {
        ErrorKind::InvalidUtf8 => 4,
        ErrorKind::ByteOrderMark => 3,
        _ => 1,
    }
}

fn reference(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok() && serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Bytes that mean something in JSON or in UTF-8, three at each place, and one that differs by a bit.
fn changes(original: u8, at: usize) -> impl Iterator<Item = u8> {
    const TELLING: &[u8] = b"\"\\{}[]:,-.eE0 1nu\n\0\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";
    let telling = (0..2).map(move |step| TELLING[(at * 2 + step) % TELLING.len()]);
    telling.chain([original ^ (1 << (at % 8))]).filter(move |&value| value != original)
}
