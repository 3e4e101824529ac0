//! The keys that mint and verify tickets.
//!
//! A ticket needs no store: whoever has the key can verify it. **The first key mints, all verify**, so a key is
//! changed without losing a transcript: append the new one, roll out, move it to the front, roll out, and drop the old
//! one when its last ticket has expired.
//!
//! Of a master key nothing is kept but what is derived from it:
//!
//! ```text
//! kid = base64url of the first 24 bits of HMAC-SHA256(master, "ringback/kid/v1")
//! K   = HMAC-SHA256(master, "ringback/ticket/v1" 0x00 audience)
//! ```
//!
//! The [`Audience`] keeps staging's tickets from opening production, even if both have the same master key.

use core::fmt;

use subtle::ConstantTimeEq as _;

use super::base64;
use super::job::Job;
use super::reveal;
use super::ticket::{self, Kid, Ticket, TicketText, TicketUse, Verified};
use crate::error::{Error, ErrorKind};
use crate::mac::Keyed;
use crate::time::{Expiry, UnixMillis};

/// For whom tickets are minted, such as `production`: at most 32 bytes, empty unless configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Audience<'a>(&'a str);

impl<'a> Audience<'a> {
    /// The most bytes of an audience.
    pub const MAX_LENGTH: usize = 32;

    /// Checks the name of an audience.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AudienceTooLong`].
    pub const fn new(name: &'a str) -> Result<Audience<'a>, Error> {
        if name.len() > Self::MAX_LENGTH {
            return Err(Error::new(ErrorKind::AudienceTooLong, Self::MAX_LENGTH));
        }
        Ok(Audience(name))
    }

    /// The name.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

/// A key for tickets of one audience. It holds what was derived from the master key, not the master key.
#[derive(Clone)]
pub struct TicketKey {
    kid: Kid,
    /// HMAC with K, ready for the user name: the two blocks of the key are hashed once, not for each ticket.
    code: Keyed,
}

impl TicketKey {
    /// The fewest bytes of a master key.
    pub const MIN_LENGTH: usize = 32;

    /// Derives the key of an audience from `master`: 32 random bytes, or more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyTooShort`].
    pub fn new(master: &[u8], audience: Audience<'_>) -> Result<TicketKey, Error> {
        if master.len() < Self::MIN_LENGTH {
            return Err(Error::new(ErrorKind::KeyTooShort, master.len()));
        }
        let master = Keyed::new(master);
        let [a, b, c, ..] = hash(&master, &[b"ringback/kid/v1"]);
        let key = hash(&master, &[b"ringback/ticket/v1\0", audience.0.as_bytes()]);
        Ok(TicketKey { kid: Kid(base64::encode_url(&reveal::name([a, b, c]))), code: Keyed::new(&key) })
    }

    /// The public name of the key. It is the same for every audience.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    fn code(&self, user: &[u8]) -> [u8; ticket::CODE_BYTES] {
        let full = hash(&self.code, &[user]);
        core::array::from_fn(|at| full[at])
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Keys that are loaded: the first mints, all verify.
///
/// ```
/// use ringback::credential::{Audience, Job, Keyring, Ticket, TicketKey, TicketUse};
/// use ringback::time::Expiry;
///
/// let master = [7; 32]; // 32 bytes out of a random number generator
/// let keys = [TicketKey::new(&master, Audience::new("production")?)?];
/// let keyring = Keyring::new(&keys)?;
///
/// let now = 1_795_000_000_000;
/// let expiry = Expiry::At(now + TicketUse::Document.default_life());
/// let tid = [1; 12]; // likewise random, and another one for each submission
/// let text = keyring.mint(TicketUse::Document, Job::parse("call-42")?, expiry, tid, now)?;
///
/// let verified = keyring.verify(text.user().as_bytes(), text.password().as_bytes(), now)?;
/// let ticket = verified.admit(Ticket::GRACE, &[TicketUse::Document])?;
/// assert_eq!(ticket.job.as_str(), "call-42");
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Keyring<'k> {
    /// Never empty.
    keys: &'k [TicketKey],
}

impl<'k> Keyring<'k> {
    /// A keyring of these keys, the first of which mints.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyringEmpty`]; [`ErrorKind::KeyIdCollision`] if two keys have one [`Kid`], with the place of the
    /// second as its offset: of two random keys that happens once in 16 million times.
    pub fn new(keys: &'k [TicketKey]) -> Result<Keyring<'k>, Error> {
        if keys.is_empty() {
            return Err(ErrorKind::KeyringEmpty.into());
        }
        // From the second on, so that of a single key nothing is left to compare.
        for at in 1..keys.len() {
            if keys[..at].iter().any(|other| other.kid == keys[at].kid) {
                return Err(Error::new(ErrorKind::KeyIdCollision, at));
            }
        }
        Ok(Keyring { keys })
    }

    /// The keys, in their order.
    #[must_use]
    pub const fn keys(&self) -> &'k [TicketKey] {
        self.keys
    }

    /// Mints a ticket with the first key.
    ///
    /// `tid` is 96 random bits, of which no two tickets have the same. An expiry is rounded up to the next second; one
    /// that has passed is no error here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LifeTooLong`] if the ticket would live more than [`Ticket::MAX_LIFE`] from `now`.
    pub fn mint(
        &self,
        for_use: TicketUse,
        job: Job<'_>,
        expiry: Expiry,
        tid: [u8; 12],
        now: UnixMillis,
    ) -> Result<TicketText, Error> {
        let Some(key) = self.keys.first() else { return Err(ErrorKind::KeyringEmpty.into()) };
        let exp = match expiry {
            Expiry::Never => 0,
            Expiry::At(moment) => {
                // The first second of 1970 is written as the second, because 0 stands for never.
                let seconds = moment.div_ceil(ticket::SECOND).max(1);
                if moment.saturating_sub(now) > Ticket::MAX_LIFE || seconds > ticket::EXP_MAX {
                    return Err(ErrorKind::LifeTooLong.into());
                }
                seconds
            }
        };
        let text = TicketText::without_code(for_use, key.kid, exp, tid, job);
        let code = key.code(text.signed());
        Ok(text.with_code(&code))
    }

    /// Verifies a user name and a password as a ticket: its shape, its key, its code in constant time. Whether it has
    /// expired is worked out but refuses nothing: [`Verified::admit`] does, and looks at the use after that.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TicketMalformed`], [`ErrorKind::TicketKeyUnknown`], [`ErrorKind::TicketForged`], in this order.
    /// Offsets are those in `user`; 0 if it is the password.
    pub fn verify<'a>(&self, user: &'a [u8], password: &[u8], now: UnixMillis) -> Result<Verified<'a>, Error> {
        let ticket = Ticket::parse(user)?;
        let mut code = [0; ticket::CODE_BYTES];
        ticket::read_code(password, &mut code)?;
        let Some(at) = self.keys.iter().position(|key| key.kid == ticket.kid) else {
            return Err(Error::new(ErrorKind::TicketKeyUnknown, ticket::AT_KID));
        };
        let expected = hash(&self.keys[at].code, &[user]);
        if !reveal::verdict(expected[..code.len()].ct_eq(&code)) {
            return Err(ErrorKind::TicketForged.into());
        }
        let lateness = match ticket.expiry {
            Expiry::Never => None,
            Expiry::At(moment) => now.checked_sub(moment),
        };
        Ok(Verified { ticket, key: at, lateness })
    }

    /// Verifies `user:password`, as a ticket travels in a path or in an extra secret.
    ///
    /// # Errors
    ///
    /// As [`Keyring::verify`]; [`ErrorKind::TicketMalformed`] also if there is no colon.
    pub fn verify_text<'a>(&self, text: &'a [u8], now: UnixMillis) -> Result<Verified<'a>, Error> {
        match text.iter().position(|&byte| byte == b':') {
            Some(colon) => self.verify(&text[..colon], &text[colon + 1..], now),
            None => Err(Error::new(ErrorKind::TicketMalformed, text.len())),
        }
    }
}

#[cfg_attr(target_os = "none", inline(never))]
fn hash(keyed: &Keyed, parts: &[&[u8]]) -> [u8; 32] {
    let mut code = keyed.begin();
    parts.iter().for_each(|part| code.update(part));
    code.finish()
}

#[cfg(test)]
mod tests {
    use std::{format, string::String, vec::Vec};

    use sha2::{Digest as _, Sha256};

    use super::*;

    const NOW: UnixMillis = 1_795_000_000_000;
    const END: UnixMillis = 1_795_219_200_000;
    const TID: [u8; 12] = [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb];
    const USER: &str = "r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1";
    const PASSWORD: &str = "kj_jjZqQUBqruqFeDQN8sQ";

    fn counting<const N: usize>() -> [u8; N] {
        core::array::from_fn(|at| at as u8)
    }

    fn key(master: &[u8], audience: &str) -> TicketKey {
        TicketKey::new(master, Audience::new(audience).unwrap()).unwrap()
    }

    fn job(name: &str) -> Job<'_> {
        Job::parse(name).unwrap()
    }

    #[test]
    fn an_audience_is_what_it_is_called() {
        assert_eq!(Audience::new("production").unwrap().as_str(), "production");
    }

    fn minted(keys: &[TicketKey], expiry: Expiry) -> Result<TicketText, Error> {
        Keyring::new(keys).unwrap().mint(TicketUse::Document, job("job-1"), expiry, TID, NOW)
    }

    fn verified<'a>(keys: &[TicketKey], user: &'a str, password: &str, now: u64) -> Result<Verified<'a>, ErrorKind> {
        let keyring = Keyring::new(keys).unwrap();
        keyring.verify(user.as_bytes(), password.as_bytes(), now).map_err(|error| error.kind())
    }

    /// Worked out by an independent implementation of HMAC, SHA-256 and base64.
    #[test]
    fn tickets_are_those_of_another_implementation() {
        struct Vector<'v> {
            master: &'v [u8],
            audience: &'v str,
            for_use: TicketUse,
            expiry: Expiry,
            tid: [u8; 12],
            job: &'v str,
            text: &'v str,
            authorization: &'v str,
        }
        let vectors = [
            Vector {
                master: &counting::<32>(),
                audience: "",
                for_use: TicketUse::Document,
                expiry: Expiry::At(END),
                tid: TID,
                job: "job-1",
                text: "r1.d.egN8.1795219200.8PHy8_T19vf4-fr7.job-1:kj_jjZqQUBqruqFeDQN8sQ",
                authorization: "Basic cjEuZC5lZ044LjE3OTUyMTkyMDAuOFBIeThfVDE5dmY0LWZyNy5qb2ItMTpral9qalpxUVVCcXJ1cUZl\
                                RFFOOHNR",
            },
            Vector {
                master: &counting::<32>(),
                audience: "production",
                for_use: TicketUse::Stream,
                expiry: Expiry::Never,
                tid: [0; 12],
                job: "tenant.a_B-9",
                text: "r1.s.egN8.0000000000.AAAAAAAAAAAAAAAA.tenant.a_B-9:Ws_oPWi3so9QPYCMtowhNw",
                authorization: "Basic cjEucy5lZ044LjAwMDAwMDAwMDAuQUFBQUFBQUFBQUFBQUFBQS50ZW5hbnQuYV9CLTk6V3Nfb1BXaTNz\
                                bzlRUFlDTXRvd2hOdw==",
            },
            Vector {
                master: &[0xa5; 40],
                audience: "production",
                for_use: TicketUse::Replay,
                expiry: Expiry::At(END),
                tid: counting(),
                job: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                text: "r1.r.-ZOG.1795219200.AAECAwQFBgcICQoL.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                       xxxxxxxx:OY6eQhQr8cDQIMNGyjToJA",
                authorization: "Basic cjEuci4tWk9HLjE3OTUyMTkyMDAuQUFFQ0F3UUZCZ2NJQ1FvTC54eHh4eHh4eHh4eHh4eHh4eHh4eHh4\
                                eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4Ok9ZNmVRaFFyOGNEUUlNTkd5alRvSkE=",
            },
        ];
        for vector in vectors {
            let keys = [key(vector.master, vector.audience)];
            let keyring = Keyring::new(&keys).unwrap();
            let text = keyring.mint(vector.for_use, job(vector.job), vector.expiry, vector.tid, NOW).unwrap();
            assert_eq!(text.as_str(), vector.text);
            assert_eq!(text.authorization(), vector.authorization);

            let ticket = keyring.verify_text(vector.text.as_bytes(), NOW).unwrap().ticket;
            assert_eq!(ticket.for_use, vector.for_use);
            assert_eq!(ticket.expiry, vector.expiry);
            assert_eq!((ticket.tid, ticket.job.as_str()), (vector.tid, vector.job));
        }
    }

    #[test]
    fn a_master_key_longer_than_a_block_and_the_longest_audience_work() {
        let keys = [key(&counting::<100>(), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")];
        let user = "r1.t.W-nG.9999999999.________________..";
        let ticket = verified(&keys, user, "5hyXXq7D5tF_WS-G4qCDOA", NOW).unwrap().ticket;
        assert_eq!((ticket.for_use, ticket.job.as_str(), ticket.tid), (TicketUse::Test, ".", [0xff; 12]));
    }

    #[test]
    fn a_ticket_changed_in_any_byte_is_refused_for_the_right_reason() {
        let keys = [key(&counting::<32>(), "")];
        for (at, original) in USER.bytes().enumerate() {
            for changed in 0..=127_u8 {
                let mut user = USER.as_bytes().to_vec();
                user[at] = changed;
                let user = String::from_utf8(user).unwrap();
                let result = verified(&keys, &user, PASSWORD, NOW).map(|_| ());
                let expected = if changed == original {
                    Ok(())
                } else if Ticket::parse(user.as_bytes()).is_err() {
                    Err(ErrorKind::TicketMalformed)
                } else if (5..9).contains(&at) {
                    Err(ErrorKind::TicketKeyUnknown)
                } else {
                    Err(ErrorKind::TicketForged)
                };
                assert_eq!(result, expected, "{user}");
            }
        }
    }

    #[test]
    fn a_code_changed_in_any_byte_is_refused_for_the_right_reason() {
        let keys = [key(&counting::<32>(), "")];
        for (at, original) in PASSWORD.bytes().enumerate() {
            for changed in 0..=127_u8 {
                let mut password = PASSWORD.as_bytes().to_vec();
                password[at] = changed;
                let password = String::from_utf8(password).unwrap();
                let result = verified(&keys, USER, &password, NOW).map(|_| ());
                let alphabet = changed.is_ascii_alphanumeric() || matches!(changed, b'-' | b'_');
                let expected = if changed == original {
                    Ok(())
                } else if !alphabet || at == 21 && !b"AQgw".contains(&changed) {
                    Err(ErrorKind::TicketMalformed)
                } else {
                    Err(ErrorKind::TicketForged)
                };
                assert_eq!(result, expected, "{password}");
            }
        }
    }

    #[test]
    fn a_longer_or_shorter_job_is_forged() {
        let keys = [key(&counting::<32>(), "")];
        assert_eq!(verified(&keys, &USER[..USER.len() - 1], PASSWORD, NOW), Err(ErrorKind::TicketForged));
        assert_eq!(verified(&keys, &format!("{USER}0"), PASSWORD, NOW), Err(ErrorKind::TicketForged));
    }

    #[test]
    fn shape_comes_before_key_and_key_before_code() {
        let keys = [key(&[1; 32], "")];
        assert_eq!(verified(&keys, USER, "short", NOW), Err(ErrorKind::TicketMalformed));
        assert_eq!(verified(&keys, USER, "AAAAAAAAAAAAAAAAAAAAAA", NOW), Err(ErrorKind::TicketKeyUnknown));
    }

    #[test]
    fn the_first_key_mints_and_all_verify() {
        let (old, new) = (key(&[1; 32], ""), key(&[2; 32], ""));
        let before = minted(core::slice::from_ref(&old), Expiry::Never).unwrap();
        let appended = [old.clone(), new.clone()];
        let moved = [new.clone(), old.clone()];
        let dropped = [new.clone()];
        let after = minted(&moved, Expiry::Never).unwrap();

        assert_eq!(minted(&appended, Expiry::Never).unwrap(), before);
        assert_eq!(verified(&moved, before.user(), before.password(), NOW).unwrap().key, 1);
        assert_eq!(verified(&appended, after.user(), after.password(), NOW).unwrap().key, 1);
        assert_eq!(verified(&moved, after.user(), after.password(), NOW).unwrap().ticket.kid, new.kid());
        let refused = verified(&dropped, before.user(), before.password(), NOW);
        assert_eq!(refused, Err(ErrorKind::TicketKeyUnknown));
    }

    #[test]
    fn another_audience_is_not_opened() {
        let staging = minted(&[key(&[1; 32], "staging")], Expiry::Never).unwrap();
        for audience in ["", "production", "stagin", "staging\0"] {
            let refused = verified(&[key(&[1; 32], audience)], staging.user(), staging.password(), NOW);
            assert_eq!(refused, Err(ErrorKind::TicketForged), "{audience:?}");
        }
    }

    #[test]
    fn expiry_is_the_first_moment_of_lateness() {
        let keys = [key(&counting::<32>(), "")];
        let lateness = |now| verified(&keys, USER, PASSWORD, now).unwrap().lateness;
        assert_eq!(lateness(0), None);
        assert_eq!(lateness(END - 1), None);
        assert_eq!(lateness(END), Some(0));
        assert_eq!(lateness(END + 5), Some(5));
        assert_eq!(lateness(u64::MAX), Some(u64::MAX - END));
    }

    #[test]
    fn a_ticket_without_expiry_is_never_late() {
        let keys = [key(&[1; 32], "")];
        let text = minted(&keys, Expiry::Never).unwrap();
        assert_eq!(verified(&keys, text.user(), text.password(), u64::MAX).unwrap().lateness, None);
    }

    #[test]
    fn grace_is_inclusive_and_the_use_is_looked_at_last() {
        let keys = [key(&counting::<32>(), "")];
        let admit = |now, uses: &[TicketUse]| {
            verified(&keys, USER, PASSWORD, now).unwrap().admit(Ticket::GRACE, uses).map_err(|error| error.kind())
        };
        assert!(admit(END - 1, &[TicketUse::Stream, TicketUse::Document]).is_ok());
        assert!(admit(END + Ticket::GRACE, &[TicketUse::Document]).is_ok());
        assert_eq!(admit(END + Ticket::GRACE + 1, &[TicketUse::Document]), Err(ErrorKind::TicketExpired));
        assert_eq!(admit(END + Ticket::GRACE + 1, &[TicketUse::Stream]), Err(ErrorKind::TicketExpired));
        assert_eq!(admit(END, &[TicketUse::Stream]), Err(ErrorKind::TicketUseWrong));
        assert_eq!(admit(END, &[]), Err(ErrorKind::TicketUseWrong));
    }

    #[test]
    fn a_ticket_lives_30_days_at_most_or_for_ever() {
        let keys = [key(&[1; 32], "")];
        let longest = NOW + Ticket::MAX_LIFE;
        assert!(minted(&keys, Expiry::At(longest)).is_ok());
        assert!(minted(&keys, Expiry::Never).is_ok());
        for moment in [longest + 1, u64::MAX] {
            assert_eq!(minted(&keys, Expiry::At(moment)).unwrap_err().kind(), ErrorKind::LifeTooLong, "{moment}");
        }
    }

    #[test]
    fn a_clock_beyond_ten_digits_of_seconds_mints_nothing() {
        let keys = [key(&[1; 32], "")];
        let keyring = Keyring::new(&keys).unwrap();
        let refused = keyring.mint(TicketUse::Test, job("j"), Expiry::At(u64::MAX), TID, u64::MAX);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::LifeTooLong);
    }

    #[test]
    fn the_last_second_of_ten_digits_is_minted() {
        let keys = [key(&[1; 32], "")];
        let keyring = Keyring::new(&keys).unwrap();
        let last = ticket::EXP_MAX * ticket::SECOND;
        let mint = |moment| keyring.mint(TicketUse::Test, job("j"), Expiry::At(moment), TID, last);
        assert_eq!(&mint(last).unwrap().user()[10..20], "9999999999");
        assert_eq!(mint(last + 1).unwrap_err().kind(), ErrorKind::LifeTooLong);
    }

    #[test]
    fn an_expiry_is_rounded_up_and_never_becomes_never() {
        let keys = [key(&[1; 32], "")];
        for (moment, seconds) in [
            (END, "1795219200"),
            (END + 1, "1795219201"),
            (END + 999, "1795219201"),
            (1, "0000000001"),
            (0, "0000000001"),
        ] {
            let text = minted(&keys, Expiry::At(moment)).unwrap();
            assert_eq!(&text.user()[10..20], seconds, "{moment}");
        }
    }

    #[test]
    fn lives_are_those_that_are_documented() {
        assert_eq!(TicketUse::Document.default_life(), 86_400_000);
        assert_eq!(TicketUse::Stream.default_life(), 172_800_000);
        assert_eq!((Ticket::MAX_LIFE, Ticket::GRACE), (2_592_000_000, 1_260_000));
    }

    #[test]
    fn a_keyring_has_keys() {
        assert_eq!(Keyring::new(&[]).unwrap_err().kind(), ErrorKind::KeyringEmpty);
    }

    #[test]
    fn two_keys_with_one_kid_are_refused() {
        // SHA-256 of the numbers 1636 and 1961 in four bytes, found by trying.
        let one = Sha256::digest(1636_u32.to_be_bytes());
        let other = Sha256::digest(1961_u32.to_be_bytes());
        let keys = [key(&[1; 32], ""), key(&one, ""), key(&other, "")];
        assert_eq!((keys[1].kid().as_str(), keys[2].kid().as_str()), ("dB-C", "dB-C"));
        assert_eq!(Keyring::new(&keys).unwrap_err(), Error::new(ErrorKind::KeyIdCollision, 2));
        assert!(Keyring::new(&keys[..2]).is_ok());
    }

    #[test]
    fn a_master_key_has_32_bytes_or_more() {
        let refused = TicketKey::new(&[1; 31], Audience::default()).unwrap_err();
        assert_eq!(refused, Error::new(ErrorKind::KeyTooShort, 31));
        assert!(TicketKey::new(&[1; 32], Audience::default()).is_ok());
    }

    #[test]
    fn an_audience_has_32_bytes_at_most() {
        assert!(Audience::new("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").is_ok());
        let refused = Audience::new("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AudienceTooLong);
    }

    #[test]
    fn a_text_without_a_colon_is_no_ticket() {
        let keys = [key(&counting::<32>(), "")];
        let keyring = Keyring::new(&keys).unwrap();
        let refused = keyring.verify_text(USER.as_bytes(), NOW).unwrap_err();
        assert_eq!(refused, Error::new(ErrorKind::TicketMalformed, USER.len()));
    }

    #[test]
    fn debug_shows_the_kid_and_no_key() {
        let keys = [key(&counting::<32>(), "")];
        assert_eq!(format!("{:?}", keys[0]), "TicketKey { kid: Kid(egN8), .. }");
        let shown = format!("{:?}", Keyring::new(&keys).unwrap());
        assert_eq!(shown, "Keyring { keys: [TicketKey { kid: Kid(egN8), .. }] }");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_minted_is_verified(
            letter in 0..4_usize,
            name in "[A-Za-z0-9._-]{1,64}",
            life in 0..=Ticket::MAX_LIFE,
            tid: [u8; 12],
        ) {
            let keys = [key(&[1; 32], "production")];
            let keyring = Keyring::new(&keys).unwrap();
            let for_use = TicketUse::ALL[letter];
            let text = keyring.mint(for_use, job(&name), Expiry::At(NOW + life), tid, NOW).unwrap();
            let verified = keyring.verify_text(text.as_str().as_bytes(), NOW).unwrap();
            assert_eq!((verified.ticket.for_use, verified.ticket.job, verified.ticket.tid), (for_use, job(&name), tid));
            assert_eq!(verified.lateness, (life == 0).then_some(0));
        }

        #[test]
        fn any_bytes_are_refused_without_panic(user: Vec<u8>, password: Vec<u8>) {
            let keys = [key(&[1; 32], "")];
            let error = Keyring::new(&keys).unwrap().verify(&user, &password, NOW).unwrap_err();
            assert!(error.offset() <= user.len());
        }
    }
}
