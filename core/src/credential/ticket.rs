//! Tickets: what they look like, and what is in one.
//!
//! A ticket is a Basic credential (RFC 7617) made for one submission and put into its callback URL:
//!
//! ```text
//! user     = r1 . use . kid . exp . tid . job
//! password = base64url of HMAC-SHA256(K, user)[..16]
//! ```
//!
//! | part | characters | content |
//! | --- | --- | --- |
//! | `r1` | 2 | the version |
//! | use | 1 | what may be delivered with it: [`TicketUse`] |
//! | kid | 4 | which key minted it: [`Kid`] |
//! | exp | 10 | Unix seconds in decimal, `0000000000` for never |
//! | tid | 16 | base64url of 96 random bits: the scope of everything that is delivered with it |
//! | job | 1 to 64 | the user's own name for the work; it is last, so its dots are harmless |
//!
//! No character of it needs percent-encoding. Every part has one spelling only: another one is malformed, never
//! an equal ticket. The code is computed over the bytes that were received, before any of them is believed.
//!
//! Minting and verifying are in [`Keyring`](super::Keyring).

use core::fmt::{self, Write as _};

use base64ct::{Base64, Encoding as _};

use super::base64::{decode_url, encode_url};
use super::job::Job;
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::time::{Expiry, Millis};

/// What may be delivered with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TicketUse {
    /// `d`: one document or one piece of audio, and the failures before it.
    Document,
    /// `s`: the messages of one stream.
    Stream,
    /// `r`: a delivery that an operator sends again.
    Replay,
    /// `t`: a delivery that tests the way, and is no one's transcript.
    Test,
}

impl TicketUse {
    /// Every use, in the order of the variants.
    pub const ALL: [TicketUse; 4] = [TicketUse::Document, TicketUse::Stream, TicketUse::Replay, TicketUse::Test];

    /// The letter that stands for it in a ticket.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            TicketUse::Document => 'd',
            TicketUse::Stream => 's',
            TicketUse::Replay => 'r',
            TicketUse::Test => 't',
        }
    }

    /// How long such a ticket lives unless told otherwise: [`Ticket::LIFE`], or [`Ticket::STREAM_LIFE`] for a stream.
    #[must_use]
    pub const fn default_life(self) -> Millis {
        match self {
            TicketUse::Stream => Ticket::STREAM_LIFE,
            TicketUse::Document | TicketUse::Replay | TicketUse::Test => Ticket::LIFE,
        }
    }

    fn from_letter(letter: u8) -> Option<TicketUse> {
        match letter {
            b'd' => Some(TicketUse::Document),
            b's' => Some(TicketUse::Stream),
            b'r' => Some(TicketUse::Replay),
            b't' => Some(TicketUse::Test),
            _ => None,
        }
    }
}

/// The public name of a ticket key: four characters, derived from the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kid(pub(super) [u8; 4]);

impl Kid {
    /// The four characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only base64url is ever put in, so the other branch is never taken.
        json::text(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

/// What a ticket says. It is believed only as part of a [`Verified`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ticket<'a> {
    /// What may be delivered with it.
    pub for_use: TicketUse,
    /// Which key minted it.
    pub kid: Kid,
    /// When it ends; a whole second.
    pub expiry: Expiry,
    /// The random id: the scope within which deliveries are told apart. No secret by itself.
    pub tid: [u8; 12],
    /// The user's own name for the work.
    pub job: Job<'a>,
}

impl<'a> Ticket<'a> {
    /// How long a ticket lives unless told otherwise: 24 hours.
    pub const LIFE: Millis = 24 * HOUR;
    /// How long a ticket for a stream lives unless told otherwise: 48 hours.
    pub const STREAM_LIFE: Millis = 48 * HOUR;
    /// How long a ticket lives at most, unless it never ends: 30 days.
    pub const MAX_LIFE: Millis = 30 * 24 * HOUR;
    /// How late a genuine ticket is accepted: 1,260 seconds. All attempts of a delivery take 960 s at most; the rest is
    /// for clocks that disagree.
    pub const GRACE: Millis = 1_260_000;

    /// Whether a user name claims to be a ticket of this version; says nothing about whether it is one.
    #[must_use]
    pub fn is_claimed_by(user: &[u8]) -> bool {
        user.starts_with(VERSION.as_bytes())
    }

    /// Reads the shape of a ticket, and believes nothing of it.
    pub(super) fn parse(user: &'a [u8]) -> Result<Ticket<'a>, Error> {
        Ticket::read(user).map_err(malformed)
    }

    /// The error is an offset.
    #[inline(never)]
    fn read(user: &'a [u8]) -> Result<Ticket<'a>, usize> {
        if !Ticket::is_claimed_by(user) {
            return Err(0);
        }
        // A dot ends each part, and no part is longer or shorter than another ticket's.
        for [at, next] in [[AT_USE, AT_KID], [AT_KID, AT_EXP], [AT_EXP, AT_TID], [AT_TID, AT_JOB]] {
            if user.get(next - 1) != Some(&b'.') {
                return Err(at.min(user.len()));
            }
        }
        let (head, job) = user.split_first_chunk::<AT_JOB>().ok_or(user.len())?;

        let for_use = TicketUse::from_letter(head[AT_USE]).ok_or(AT_USE)?;
        let kid = [head[AT_KID], head[AT_KID + 1], head[AT_KID + 2], head[AT_KID + 3]];
        if !decode_url(&kid, &mut [0; 3]) {
            return Err(AT_KID);
        }
        let exp = parse_seconds(&head[AT_EXP..AT_TID - 1]).ok_or(AT_EXP)?;
        let mut tid = [0; 12];
        if !decode_url(&head[AT_TID..AT_JOB - 1], &mut tid) {
            return Err(AT_TID);
        }
        let job = json::text(job).map_err(|error| AT_JOB + error.offset())?;
        let job = Job::parse(job).map_err(|error| AT_JOB + error.offset())?;
        // Ten digits of seconds are far from the end of the millisecond range.
        let expiry = if exp == 0 { Expiry::Never } else { Expiry::At(exp * SECOND) };
        Ok(Ticket { for_use, kid: Kid(kid), expiry, tid, job })
    }
}

/// A genuine ticket: one of the loaded keys minted it, for this audience. It may have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified<'a> {
    /// What the ticket says.
    pub ticket: Ticket<'a>,
    /// Which key minted it: its place in the keyring.
    pub key: usize,
    /// How long ago it expired, if it has: 0 at the moment of its expiry.
    pub lateness: Option<Millis>,
}

impl<'a> Verified<'a> {
    /// The ticket, if it is at most `grace` milliseconds late (inclusive) and made for one of `uses`; in this order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TicketExpired`], [`ErrorKind::TicketUseWrong`].
    pub fn admit(&self, grace: Millis, uses: &[TicketUse]) -> Result<Ticket<'a>, Error> {
        if self.lateness.is_some_and(|lateness| lateness > grace) {
            return Err(Error::new(ErrorKind::TicketExpired, AT_EXP));
        }
        if !uses.contains(&self.ticket.for_use) {
            return Err(Error::new(ErrorKind::TicketUseWrong, AT_USE));
        }
        Ok(self.ticket)
    }
}

/// A minted ticket as text, to be put into a callback URL. Whoever has it can deliver with it: it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketText {
    text: heapless::String<{ TicketText::MAX_LENGTH }>,
    colon: usize,
}

impl TicketText {
    /// The most bytes of `user:password`.
    pub const MAX_LENGTH: usize = USER_MAX_LENGTH + 1 + CODE_LENGTH;
    /// The most bytes of the value of an `Authorization` header.
    pub const MAX_AUTHORIZATION: usize = "Basic ".len() + TicketText::MAX_LENGTH.div_ceil(3) * 4;

    /// The user name: everything but the code.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.text[..self.colon]
    }

    /// The password: the code.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// Both, as `user:password`. No character of it needs percent-encoding in a path or in a query value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value of an `Authorization` header that carries it: `Basic` and the base64 of `user:password` (RFC 7617).
    #[must_use]
    pub fn authorization(&self) -> heapless::String<{ TicketText::MAX_AUTHORIZATION }> {
        let mut room = [0; TicketText::MAX_AUTHORIZATION];
        let encoded = Base64::encode(self.text.as_bytes(), &mut room).unwrap_or_default();
        let mut header = heapless::String::new();
        // The capacity is that of the longest ticket.
        let _ = write!(header, "Basic {encoded}");
        header
    }

    /// The user name of a ticket; the code is still to be added.
    pub(super) fn without_code(for_use: TicketUse, kid: Kid, exp: u64, tid: [u8; 12], job: Job<'_>) -> TicketText {
        let tid: [u8; 16] = encode_url(&tid);
        let tid = core::str::from_utf8(&tid).unwrap_or_default();
        let mut text = heapless::String::new();
        // The capacity is that of the longest job.
        let _ = write!(text, "{VERSION}{}.{kid}.{exp:010}.{tid}.{job}", for_use.letter());
        let colon = text.len();
        TicketText { text, colon }
    }

    /// Adds the code.
    pub(super) fn with_code(mut self, code: &[u8; CODE_BYTES]) -> TicketText {
        let code: [u8; CODE_LENGTH] = encode_url(code);
        let code = core::str::from_utf8(&code).unwrap_or_default();
        let _ = write!(self.text, ":{code}");
        self
    }

    /// What the code is computed over; the user name, before the code is added and after.
    pub(super) fn signed(&self) -> &[u8] {
        self.user().as_bytes()
    }
}

impl fmt::Debug for TicketText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketText").field("user", &self.user()).finish_non_exhaustive()
    }
}

/// Reads a code in its only spelling: 22 characters of base64url, of which the last has no superfluous bits.
pub(super) fn read_code(password: &[u8], code: &mut [u8; CODE_BYTES]) -> Result<(), Error> {
    if decode_url(password, code) { Ok(()) } else { Err(malformed(0)) }
}

pub(super) const SECOND: Millis = 1_000;
const HOUR: Millis = 3_600 * SECOND;
/// The most that ten digits can say.
pub(super) const EXP_MAX: u64 = 9_999_999_999;
pub(super) const CODE_BYTES: usize = 16;
const CODE_LENGTH: usize = 22;
const VERSION: &str = "r1.";
const AT_USE: usize = VERSION.len();
pub(super) const AT_KID: usize = AT_USE + 2;
const AT_EXP: usize = AT_KID + 5;
const AT_TID: usize = AT_EXP + 11;
const AT_JOB: usize = AT_TID + 17;
const USER_MAX_LENGTH: usize = AT_JOB + Job::MAX_LENGTH;

#[cold]
fn malformed(offset: usize) -> Error {
    Error::new(ErrorKind::TicketMalformed, offset)
}

fn parse_seconds(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0, |seconds: u64, digit| digit.is_ascii_digit().then(|| seconds * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use std::{format, string::String};

    use super::*;

    const USER: &str = "r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1";

    fn shape(user: &str) -> Result<Ticket<'_>, Error> {
        Ticket::parse(user.as_bytes())
    }

    fn text(job: &str) -> TicketText {
        let tid = [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb];
        let job = Job::parse(job).unwrap();
        TicketText::without_code(TicketUse::Document, Kid(*b"egN8"), 1_795_219_200, tid, job)
    }

    #[test]
    fn the_parts_are_read() {
        let ticket = shape(USER).unwrap();
        assert_eq!(ticket.for_use, TicketUse::Document);
        assert_eq!(ticket.kid.as_str(), "egN8");
        assert_eq!(ticket.expiry, Expiry::At(1_795_219_200_000));
        assert_eq!(ticket.tid, core::array::from_fn(|at| 0xf0 + at as u8));
        assert_eq!(ticket.job.as_str(), "job-1");
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        assert_eq!(text("job-1").signed(), USER.as_bytes());
    }

    #[test]
    fn zero_seconds_mean_never_and_ten_nines_do_not_overflow() {
        assert_eq!(shape("r1.d.egN8.0000000000.8PHy8_T19vf4-fr7.j").unwrap().expiry, Expiry::Never);
        assert_eq!(shape("r1.d.egN8.9999999999.8PHy8_T19vf4-fr7.j").unwrap().expiry, Expiry::At(9_999_999_999_000));
    }

    #[test]
    fn every_use_has_a_letter_of_its_own() {
        for for_use in TicketUse::ALL {
            let user = USER.replacen('d', &String::from(for_use.letter()), 1);
            assert_eq!(shape(&user).unwrap().for_use, for_use);
        }
    }

    #[test]
    fn dots_in_the_job_belong_to_the_job() {
        assert_eq!(shape("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7..a.b.").unwrap().job.as_str(), ".a.b.");
    }

    #[test]
    fn every_part_has_one_shape() {
        for (user, offset) in [
            ("", 0),
            ("r1", 0),
            ("r2.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1", 0),
            ("R1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1", 0),
            ("r1.D.egN8.1795219200.8PHy8_T19vf4-fr7.job-1", 3),
            ("r1.x.egN8.1795219200.8PHy8_T19vf4-fr7.job-1", 3),
            ("r1.d-egN8.1795219200.8PHy8_T19vf4-fr7.job-1", 3),
            ("r1.d.eg+8.1795219200.8PHy8_T19vf4-fr7.job-1", 5),
            ("r1.d.egN.1795219200.8PHy8_T19vf4-fr7.job-1", 5),
            ("r1.d.egN8.179521920.8PHy8_T19vf4-fr7.job-1", 10),
            ("r1.d.egN8.+795219200.8PHy8_T19vf4-fr7.job-1", 10),
            ("r1.d.egN8.1795219200.8PHy8/T19vf4+fr7.job-1", 21),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr=.job-1", 21),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7job-1", 21),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7", 21),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.", 38),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job:1", 41),
            ("r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.jobö", 41),
        ] {
            assert_eq!(shape(user), Err(Error::new(ErrorKind::TicketMalformed, offset)), "{user}");
        }
        assert_eq!(
            Ticket::parse(b"r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job\xff"),
            Err(Error::new(ErrorKind::TicketMalformed, 41))
        );
    }

    #[test]
    fn a_ticket_cut_short_anywhere_in_front_of_its_job_is_malformed() {
        for length in 0..=AT_JOB {
            let error = shape(&USER[..length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TicketMalformed, "{length}");
            assert!(error.offset() <= length);
        }
    }

    #[test]
    fn a_code_has_one_spelling() {
        assert!(read_code(b"AAAAAAAAAAAAAAAAAAAAAA", &mut [0; 16]).is_ok());
        for code in [
            "",
            "AAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAP",
            "AAAAAAAAAA+AAAAAAAAAAA",
            "AAAAAAAAAA/AAAAAAAAAAA",
            "AAAAAAAAAA AAAAAAAAAAA",
        ] {
            assert_eq!(read_code(code.as_bytes(), &mut [0; 16]), Err(malformed(0)), "{code}");
        }
    }

    #[test]
    fn the_longest_ticket_fits() {
        let ticket = text(&"j".repeat(64)).with_code(&[0xff; 16]);
        assert_eq!(ticket.user().len(), USER_MAX_LENGTH);
        assert_eq!(ticket.password(), "_____________________w");
        assert_eq!(ticket.as_str().len(), TicketText::MAX_LENGTH);
        assert_eq!(ticket.authorization().len(), TicketText::MAX_AUTHORIZATION);
        assert_eq!((TicketText::MAX_LENGTH, TicketText::MAX_AUTHORIZATION), (125, 174));
    }

    #[test]
    fn debug_hides_the_code() {
        let ticket = text("job-1").with_code(&[0xff; 16]);
        let shown = format!("{ticket:?}");
        assert!(shown.contains(USER));
        assert!(!shown.contains("____"), "{shown}");
    }
}
