//! The vectors of the repository as constants, and what the core has to make of them: for targets without files.

#![no_std]

use ringback::credential::{Audience, Keyring, TicketKey, TicketUse};
use ringback::json::Document as Json;
use ringback::request_id::RequestId;
use ringback::{Error, ErrorKind, Payload};

mod table {
    include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

    /// The name of an error, and its offset.
    pub type Fault = (&'static str, usize);

    pub struct Malformed {
        pub name: &'static str,
        pub body: &'static [u8],
        pub error: Fault,
    }

    pub struct Number {
        pub name: &'static str,
        pub digits: &'static str,
        pub i64: Option<i64>,
        pub u64: Option<u64>,
        pub millis: Option<i64>,
        pub bits: Option<u64>,
    }

    pub struct Pointer {
        pub name: &'static str,
        pub body: &'static [u8],
        pub pointer: &'static str,
        pub found: Result<Option<&'static str>, Fault>,
    }

    pub struct Id {
        pub name: &'static str,
        pub text: &'static str,
        pub read: Result<Option<&'static [u8; 16]>, Fault>,
    }

    pub struct Document {
        pub name: &'static str,
        pub body: &'static [u8],
        pub kind: &'static str,
        pub request_id: Option<&'static str>,
        pub transcript: Option<&'static str>,
    }

    pub struct Ticket {
        pub name: &'static str,
        pub keys: &'static [&'static [u8]],
        pub audience: &'static str,
        pub now: u64,
        pub grace: u64,
        pub uses: &'static str,
        pub user: &'static [u8],
        pub password: &'static [u8],
        /// The job, the place of the key, and the lateness.
        pub verified: Result<(&'static str, usize, Option<u64>), Fault>,
    }
}

/// How many vectors came out right, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub right: u32,
    pub wrong: u32,
}

/// Runs every vector. Those that come out wrong are named to `report`.
pub fn run(report: &mut dyn FnMut(&str)) -> Score {
    let mut score = Score::default();
    let mut count = |name: &str, right: bool| {
        if right {
            score.right += 1;
        } else {
            score.wrong += 1;
            report(name);
        }
    };
    table::MALFORMED.iter().for_each(|case| count(case.name, malformed(case)));
    table::NUMBER.iter().for_each(|case| count(case.name, number(case) == Some(true)));
    table::POINTER.iter().for_each(|case| count(case.name, pointer(case)));
    table::ID.iter().for_each(|case| count(case.name, id(case)));
    table::DOCUMENT.iter().for_each(|case| count(case.name, document(case) == Ok(true)));
    table::TICKET.iter().for_each(|case| count(case.name, ticket(case)));
    score
}

fn fault(error: Error) -> table::Fault {
    (error.kind().name(), error.offset())
}

fn malformed(case: &table::Malformed) -> bool {
    Payload::parse(case.body).map_err(fault).err() == Some(case.error)
}

fn number(case: &table::Number) -> Option<bool> {
    let number = Json::parse(case.digits.as_bytes()).ok()?.root().as_number()?;
    let whole = (number.i64(), number.u64(), number.millis()) == (case.i64, case.u64, case.millis);
    Some(whole && number.f64().map(f64::to_bits) == case.bits)
}

fn pointer(case: &table::Pointer) -> bool {
    let Ok(document) = Json::parse(case.body) else { return false };
    document.pointer(case.pointer).map(|found| found.map(|value| value.raw())).map_err(fault) == case.found
}

fn id(case: &table::Id) -> bool {
    match (RequestId::parse(case.text), &case.read) {
        (Ok(id), Ok(uuid)) => id.as_bytes() == *uuid,
        (Err(error), Err(expected)) => fault(error) == *expected,
        _ => false,
    }
}

fn document(case: &table::Document) -> Result<bool, Error> {
    let payload = Payload::parse(case.body)?;
    let id = case.request_id.map(RequestId::parse).transpose()?;
    let transcript = match (payload.transcript(), case.transcript) {
        (Some(text), Some(expected)) => text == *expected,
        (found, expected) => found.is_none() && expected.is_none(),
    };
    Ok(payload.kind().name() == case.kind && payload.request_id() == id && transcript)
}

fn ticket(case: &table::Ticket) -> bool {
    match (verify(case).map_err(fault), case.verified) {
        (Ok(right), Ok(_)) => right,
        (Err(error), Err(expected)) => error == expected,
        _ => false,
    }
}

/// Whether the ticket says what it should; the error if it is refused.
fn verify(case: &table::Ticket) -> Result<bool, Error> {
    let audience = Audience::new(case.audience)?;
    let key = |master| TicketKey::new(master, audience);
    let (one, two);
    let keys: &[TicketKey] = match case.keys {
        [master] => {
            one = [key(master)?];
            &one
        }
        [first, second] => {
            two = [key(first)?, key(second)?];
            &two
        }
        // No vector has more, or none.
        _ => return Err(ErrorKind::KeyringEmpty.into()),
    };
    let verified = Keyring::new(keys)?.verify(case.user, case.password, case.now)?;
    let mut uses = [TicketUse::Document; TicketUse::ALL.len()];
    let mut length = 0;
    for for_use in TicketUse::ALL.into_iter().filter(|for_use| case.uses.contains(for_use.letter())) {
        uses[length] = for_use;
        length += 1;
    }
    let ticket = verified.admit(case.grace, &uses[..length])?;
    Ok(case.verified == Ok((ticket.job.as_str(), verified.key, verified.lateness)))
}
