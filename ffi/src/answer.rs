//! What to answer, and why.

use std::ffi::{CStr, c_char};

use ringback_core::policy::{Answer, Situation};

use crate::boundary::{Failed, guard_or};
use crate::result::{RINGBACK_OK, ringback_result};
use crate::str::ringback_str;

/// What happened to a delivery: one of `RINGBACK_SITUATION_...`. Numbers are never reused; later versions may have more.
pub type ringback_situation = u32;

/// It is durable; a worker will handle it. This library keeps no bodies, and never says so.
pub const RINGBACK_SITUATION_STORED: ringback_situation = 1;
/// It has been handled.
pub const RINGBACK_SITUATION_HANDLED: ringback_situation = 2;
/// It has been kept or handled before.
pub const RINGBACK_SITUATION_REPEAT: ringback_situation = 3;
/// It is being handled at this moment.
pub const RINGBACK_SITUATION_IN_PROGRESS: ringback_situation = 4;
/// The same document as before with other bytes.
pub const RINGBACK_SITUATION_DIFFERING: ringback_situation = 5;
/// Its credentials are missing, wrong or forged.
pub const RINGBACK_SITUATION_REFUSED: ringback_situation = 6;
/// Its ticket is genuine, and expired beyond the grace period.
pub const RINGBACK_SITUATION_EXPIRED: ringback_situation = 7;
/// Its request id is not the one that was bound to the ticket.
pub const RINGBACK_SITUATION_MISMATCH: ringback_situation = 8;
/// No submission that it could belong to has been announced yet.
pub const RINGBACK_SITUATION_HELD: ringback_situation = 9;
/// Its body ends in the middle of a document.
pub const RINGBACK_SITUATION_INCOMPLETE: ringback_situation = 10;
/// Its body is not what it claims to be.
pub const RINGBACK_SITUATION_MALFORMED: ringback_situation = 11;
/// Its body is over the limit on memory, and was streamed to disk. This library keeps no bodies, and never says so.
pub const RINGBACK_SITUATION_OVERSIZE: ringback_situation = 12;
/// Its body is over the limit.
pub const RINGBACK_SITUATION_TOO_LARGE: ringback_situation = 13;
/// There is no room, or the server is draining.
pub const RINGBACK_SITUATION_UNAVAILABLE: ringback_situation = 14;
/// Its submission has had more distinct deliveries than one submission can.
pub const RINGBACK_SITUATION_TOO_MANY: ringback_situation = 15;
/// Its handler failed.
pub const RINGBACK_SITUATION_FAILED: ringback_situation = 16;
/// Its handler said that it can never be handled.
pub const RINGBACK_SITUATION_DEAD: ringback_situation = 17;
/// It was sent with another method than POST or PUT.
pub const RINGBACK_SITUATION_METHOD: ringback_situation = 18;
/// Its head is ambiguous: two credentials, two lengths.
pub const RINGBACK_SITUATION_AMBIGUOUS: ringback_situation = 19;
/// Its body is compressed in a way that is not understood.
pub const RINGBACK_SITUATION_ENCODING: ringback_situation = 20;

/// The most headers that an answer has.
pub const RINGBACK_ANSWER_HEADERS: usize = 2;

/// One header of an answer, as servers in C want it: both strings end with a NUL, are constant and live for ever.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_header {
    /// Its name, in lower case.
    pub name: *const c_char,
    /// Its value.
    pub value: *const c_char,
}

/// What to answer, and why. The strings are constant and live for ever.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_answer {
    /// The HTTP status to answer with; 0 if there is nothing to answer yet.
    pub status: u16,
    /// What happened.
    pub situation: ringback_situation,
    /// One sentence for people and for a log; never for the sender.
    pub reason: ringback_str<'static>,
    /// The error behind it, to be counted and logged; `RINGBACK_OK` where there is none.
    pub error: ringback_result,
    /// Where in the body that error was noticed.
    pub error_at: usize,
    /// The body to send: a word or two that give nothing away.
    pub body: ringback_str<'static>,
    /// The headers to send.
    pub headers: [ringback_header; RINGBACK_ANSWER_HEADERS],
    /// How many of them there are.
    pub header_count: usize,
}

/// The name of a situation, such as `in_progress`, the same in every language.
///
/// Parameters: `situation`: any number.
///
/// Returns: the name; an empty string for a number that is no situation of this version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_situation_name(situation: ringback_situation) -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || read(situation).map_or(ringback_str::NONE, |situation| situation.name().into()))
}

/// The situation with a number.
pub(crate) fn read(number: ringback_situation) -> Result<Situation, Failed> {
    Situation::ALL.into_iter().find(|situation| *situation as ringback_situation == number).ok_or(Failed::INVALID)
}

impl ringback_answer {
    const NO_HEADER: ringback_header = ringback_header { name: std::ptr::null(), value: std::ptr::null() };

    /// Nothing to answer yet.
    pub(crate) const NONE: ringback_answer = ringback_answer {
        status: 0,
        situation: 0,
        reason: ringback_str::NONE,
        error: RINGBACK_OK,
        error_at: 0,
        body: ringback_str::NONE,
        headers: [ringback_answer::NO_HEADER; RINGBACK_ANSWER_HEADERS],
        header_count: 0,
    };
}

impl From<Answer> for ringback_answer {
    fn from(answer: Answer) -> ringback_answer {
        let mut headers = [ringback_answer::NO_HEADER; RINGBACK_ANSWER_HEADERS];
        let mut header_count = 0;
        for (place, (name, value)) in headers.iter_mut().zip(answer.headers()) {
            let (Some(name), Some(value)) = (terminated(name), terminated(value)) else { continue };
            *place = ringback_header { name: name.as_ptr(), value: value.as_ptr() };
            header_count += 1;
        }
        ringback_answer {
            status: answer.status,
            situation: answer.situation as ringback_situation,
            reason: answer.reason().into(),
            error: answer.error.map_or(RINGBACK_OK, |error| Failed::from(error).0),
            error_at: answer.error.map_or(0, |error| error.offset()),
            body: answer.body().into(),
            headers,
            header_count,
        }
    }
}

/// The same text with a NUL at its end, if the core has it in a header.
fn terminated(text: &str) -> Option<&'static CStr> {
    const TEXTS: [&CStr; 8] = [
        c"allow",
        c"POST, PUT",
        c"connection",
        c"close",
        c"retry-after",
        c"30",
        c"www-authenticate",
        c"Basic realm=\"ringback\", charset=\"UTF-8\"",
    ];
    TEXTS.into_iter().find(|known| known.to_bytes() == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback_core::policy::{Backing, Policy};

    #[test]
    fn every_situation_is_written_out_with_its_number() {
        let lines = include_str!("answer.rs").lines();
        let written: Vec<(String, u32)> = lines
            .filter_map(|line| {
                line.strip_prefix("pub const RINGBACK_SITUATION_")?.split_once(": ringback_situation = ")
            })
            .map(|(name, number)| (name.to_lowercase(), number.trim_end_matches(';').parse().unwrap()))
            .collect();
        let core: Vec<(String, u32)> = Situation::ALL.map(|one| (one.name().into(), one as u32)).into();
        assert_eq!(written, core);
    }

    #[test]
    fn every_header_of_every_answer_has_room_and_a_terminated_twin() {
        for situation in Situation::ALL {
            for status in 200..600 {
                let answer = Policy::new(Backing::Memory).with_status(situation, status).answer(situation);
                assert_eq!(ringback_answer::from(answer).header_count, answer.headers().len());
            }
        }
    }
}
