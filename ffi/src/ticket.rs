//! Tickets: minted for a submission, verified by whoever has the key.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use ringback_core::credential::{Job, TicketText, TicketUse};
use ringback_core::time::Expiry;

use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::keyring::ringback_keyring;
use crate::result::ringback_result;
use crate::str::ringback_str;

/// What may be delivered with a ticket: one of `RINGBACK_USE_...`.
pub type ringback_use = u32;

/// One document or one piece of audio, and the failures before it.
pub const RINGBACK_USE_DOCUMENT: ringback_use = 1;
/// The messages of one stream.
pub const RINGBACK_USE_STREAM: ringback_use = 2;
/// A delivery that an operator sends again.
pub const RINGBACK_USE_REPLAY: ringback_use = 3;
/// A delivery that tests the way, and is no one's transcript.
pub const RINGBACK_USE_TEST: ringback_use = 4;

/// How long a ticket for a document lives unless there is a reason for something else, in milliseconds: 24 hours.
pub const RINGBACK_TICKET_LIFE: u64 = 86_400_000;
/// How long a ticket for a stream lives unless there is a reason for something else, in milliseconds: 48 hours.
pub const RINGBACK_TICKET_STREAM_LIFE: u64 = 172_800_000;
/// How many bytes the random id of a ticket has.
pub const RINGBACK_TICKET_ID: usize = 12;

/// A minted ticket. Whoever has its text can deliver with it: it is a secret.
///
/// Made with `ringback_ticket_mint`, given back with `ringback_ticket_free`.
///
/// Threads: any, at the same time; it does not change.
pub struct ringback_ticket {
    pub(crate) text: TicketText,
    pub(crate) id: [u8; RINGBACK_TICKET_ID],
    authorization: String,
}

/// What a genuine ticket says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringback_verified {
    /// What may be delivered with it: one of `RINGBACK_USE_...`.
    pub ticket_use: ringback_use,
    /// Which key of the keyring minted it, counted from 0.
    pub key: usize,
    /// The id of that key, terminated by a NUL.
    pub key_id: [c_char; 5],
    /// When it expires, in milliseconds since 1970; 0 is never.
    pub expiry: u64,
    /// How many milliseconds ago it expired, if it has.
    pub lateness: u64,
    /// Whether it has expired.
    pub expired: bool,
    /// Its random id: which submission it was minted for.
    pub id: [u8; RINGBACK_TICKET_ID],
    /// The job that it names, terminated by a NUL.
    pub job: [c_char; 65],
}

/// Mints a ticket for one submission.
///
/// Parameters: `keyring`: the keys, of which the first one mints. `ticket_use`: one of `RINGBACK_USE_...`. `job`: the
/// program's own name for the work, 1 to 64 characters out of `A-Z a-z 0-9 . _ -`. `expiry`: milliseconds since 1970,
/// rounded up to a second; 0 is never. `id`, `id_len`: 12 random bytes, new ones for each ticket. `now`: milliseconds
/// since 1970. `out`: the ticket.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEYRING_EMPTY`: add a key first; `RINGBACK_ERROR_JOB_INVALID`: choose
/// another name; `RINGBACK_ERROR_LIFE_TOO_LONG`: a ticket lives 30 days at most; `RINGBACK_ERROR_INVALID_ARGUMENT`:
/// there is no such use, or these are not 12 bytes.
///
/// Ownership: belongs to the caller, who frees it with `ringback_ticket_free`.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_ticket_mint(
    keyring: Option<&ringback_keyring>,
    ticket_use: ringback_use,
    job: ringback_str<'_>,
    expiry: u64,
    id: *const u8,
    id_len: usize,
    now: u64,
    out: Option<&mut MaybeUninit<Box<ringback_ticket>>>,
) -> ringback_result {
    guard(|| {
        let (keyring, out) = (keyring.given()?, Out::new(out)?);
        if id.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: readable, as the caller has promised; copied at once.
        let id: [u8; 12] = unsafe { bytes(id, id_len) }?.try_into().map_err(|_| Failed::INVALID)?;
        let job = Job::parse(job.text()?)?;
        let text = keyring.keyring()?.mint(read_use(ticket_use)?, job, crate::time::expiry(expiry), id, now)?;
        let authorization = text.authorization().as_str().to_owned();
        out.write(Box::new(ringback_ticket { text, id, authorization }))
    })
}

/// Gives a ticket back.
///
/// Parameters: `ticket`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the ticket; strings of it are void.
///
/// Threads: any, while no other one uses the ticket.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_free(ticket: Option<Box<ringback_ticket>>) {
    guard_or((), || drop(ticket));
}

/// The user name of a ticket: everything but its code.
///
/// Parameters: `ticket`: the ticket.
///
/// Returns: the text; no text for NULL.
///
/// Ownership: borrows from the ticket.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_user(ticket: Option<&ringback_ticket>) -> ringback_str<'_> {
    guard_or(ringback_str::NONE, || ticket.map_or(ringback_str::NONE, |ticket| ticket.text.user().into()))
}

/// The password of a ticket: its code.
///
/// Parameters: `ticket`: the ticket.
///
/// Returns: the text; no text for NULL.
///
/// Ownership: borrows from the ticket.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_password(ticket: Option<&ringback_ticket>) -> ringback_str<'_> {
    guard_or(ringback_str::NONE, || ticket.map_or(ringback_str::NONE, |ticket| ticket.text.password().into()))
}

/// The text of a ticket, `user:password`, as it travels as extra metadata.
///
/// Parameters: `ticket`: the ticket.
///
/// Returns: the text; no text for NULL.
///
/// Ownership: borrows from the ticket.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_text(ticket: Option<&ringback_ticket>) -> ringback_str<'_> {
    guard_or(ringback_str::NONE, || ticket.map_or(ringback_str::NONE, |ticket| ticket.text.as_str().into()))
}

/// The value of an `Authorization` header that carries a ticket, for tests and for replays.
///
/// Parameters: `ticket`: the ticket.
///
/// Returns: the text; no text for NULL.
///
/// Ownership: borrows from the ticket.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_authorization(ticket: Option<&ringback_ticket>) -> ringback_str<'_> {
    guard_or(ringback_str::NONE, || ticket.map_or(ringback_str::NONE, |ticket| ticket.authorization.as_str().into()))
}

/// Verifies a user name and a password as a ticket, for programs that check credentials without a receiver. That it has
/// expired refuses nothing here: look at `expired`.
///
/// Parameters: `keyring`: the keys. `user`, `password`: as they arrived, decoded. `now`: milliseconds since 1970.
/// `out`: what it says.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_TICKET_MALFORMED`: it is no ticket; `RINGBACK_ERROR_TICKET_KEY_UNKNOWN`: its
/// key is not loaded; `RINGBACK_ERROR_TICKET_FORGED`: answer all of them with 401; `RINGBACK_ERROR_KEYRING_EMPTY`: add
/// a key first.
///
/// Ownership: `out` is a copy.
///
/// Threads: any, at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_ticket_verify(
    keyring: Option<&ringback_keyring>,
    user: ringback_str<'_>,
    password: ringback_str<'_>,
    now: u64,
    out: Option<&mut MaybeUninit<ringback_verified>>,
) -> ringback_result {
    guard(|| {
        let (keyring, user, password, out) = (keyring.given()?, user.raw()?, password.raw()?, Out::new(out)?);
        let verified = keyring.keyring()?.verify(user, password, now)?;
        let ticket = &verified.ticket;
        out.write(ringback_verified {
            ticket_use: number(ticket.for_use),
            key: verified.key,
            key_id: terminated(ticket.kid.as_str()),
            expiry: match ticket.expiry {
                Expiry::At(moment) => moment,
                Expiry::Never => 0,
            },
            lateness: verified.lateness.unwrap_or(0),
            expired: verified.lateness.is_some(),
            id: ticket.tid,
            job: terminated(ticket.job.as_str()),
        })
    })
}

/// A text of limited length with the NUL that C wants.
pub(crate) fn terminated<const N: usize>(text: &str) -> [c_char; N] {
    let mut room = [0; N];
    // The last place keeps its NUL.
    for (place, byte) in room.iter_mut().take(N - 1).zip(text.bytes()) {
        *place = byte as c_char;
    }
    room
}

/// The use with a number.
fn read_use(number: ringback_use) -> Result<TicketUse, Failed> {
    let at = number.checked_sub(1).ok_or(Failed::INVALID)?;
    TicketUse::ALL.get(at as usize).copied().ok_or(Failed::INVALID)
}

/// The number of a use: its place, counted from 1.
fn number(ticket_use: TicketUse) -> ringback_use {
    (1..).zip(TicketUse::ALL).find(|(_, other)| *other == ticket_use).map_or(0, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback_core::credential::Ticket;

    #[test]
    fn uses_have_the_numbers_that_are_written_out() {
        for (ticket_use, number_of_it) in [
            (TicketUse::Document, RINGBACK_USE_DOCUMENT),
            (TicketUse::Stream, RINGBACK_USE_STREAM),
            (TicketUse::Replay, RINGBACK_USE_REPLAY),
            (TicketUse::Test, RINGBACK_USE_TEST),
        ] {
            assert_eq!(number(ticket_use), number_of_it);
            assert_eq!(read_use(number_of_it), Ok(ticket_use));
        }
        assert!(read_use(0).is_err() && read_use(5).is_err());
    }

    #[test]
    fn lives_are_those_of_the_core() {
        assert_eq!(RINGBACK_TICKET_LIFE, Ticket::LIFE);
        assert_eq!(RINGBACK_TICKET_STREAM_LIFE, Ticket::STREAM_LIFE);
    }

    #[test]
    fn a_terminated_text_ends_with_a_nul_even_if_it_is_cut() {
        assert_eq!(terminated::<3>("ab"), [b'a' as c_char, b'b' as c_char, 0]);
        assert_eq!(terminated::<3>("abcd")[2], 0);
    }
}
