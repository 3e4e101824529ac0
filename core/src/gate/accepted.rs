//! The credentials that a gate accepts, and where it looks for them.

use super::admitted::{Pass, Proof};
use super::secret::show_and_mask;
use crate::credential::{BasicPairs, Credentials, ExtraSecret, Keyring, Ticket, TicketText};
use crate::error::{Error, ErrorKind};
use crate::head::Head;
use crate::json::Str;
use crate::time::UnixMillis;

/// What lets a delivery in. At least one of these is needed.
#[derive(Clone, Debug, Default)]
pub struct AcceptedCredentials<'c> {
    /// The keys of tickets.
    pub tickets: Option<Keyring<'c>>,
    /// Named Basic pairs: several, for rotation and for tenants.
    pub basic: BasicPairs<'c>,
    /// A secret within the document; only transcripts can carry one.
    pub extra_secret: Option<ExtraSecret<'c>>,
    /// Accept a ticket as the last segment of the path, where a proxy takes `Authorization` away.
    pub ticket_in_path: bool,
    /// Accept a ticket as the value of this extra key, where a proxy takes `Authorization` away; only transcripts can carry one.
    pub ticket_in_extra: Option<&'c str>,
    /// Let everybody in. Anybody who finds the URL can then post transcripts.
    pub let_anybody_post: bool,
}

impl<'c> AcceptedCredentials<'c> {
    pub(super) fn are_configured(&self) -> bool {
        self.tickets.is_some() || !self.basic.is_empty() || self.extra_secret.is_some() || self.let_anybody_post
    }

    /// Whether the proof may be in the body.
    pub(super) fn may_be_in_the_body(&self) -> bool {
        self.extra_secret.is_some() || (self.ticket_in_extra.is_some() && self.tickets.is_some())
    }

    /// `Authorization` first, then the path; what may still be in the body is pending. The proof is put in its place,
    /// for it is large.
    pub(super) fn look_at_the_head(
        &self,
        head: &Head<'_>,
        now: UnixMillis,
        proof: &mut Proof<'c>,
    ) -> Result<(), Error> {
        let found = match (head.authorization(), &self.tickets) {
            (Some(value), _) => self.look_at_the_authorization(value, now, proof),
            (None, Some(keyring)) if self.ticket_in_path => {
                look_at_the_path(head.target().as_bytes(), keyring, now, proof)
            }
            (None, _) => Err(ErrorKind::CredentialMissing.into()),
        };
        match found {
            Err(error) if error.kind() == ErrorKind::CredentialMissing && self.may_be_in_the_body() => {
                *proof = Proof::Pending;
                Ok(())
            }
            Err(_) if self.let_anybody_post => {
                *proof = Proof::Anybody;
                Ok(())
            }
            found => found,
        }
    }

    /// Whatever is found there is overwritten.
    pub(super) fn look_into_the_body(&self, body: &mut [u8], now: UnixMillis) -> Result<Proof<'c>, Error> {
        let mut found = Err(ErrorKind::SecretMissing.into());
        if let (Some(key), Some(keyring)) = (self.ticket_in_extra, &self.tickets) {
            found = show_and_mask(body, key, |secret| {
                let mut room = [0; TicketText::MAX_LENGTH];
                let text = secret.unescape_into(&mut room).map_err(|_| ErrorKind::TicketMalformed)?;
                keyring.verify_text(text.as_bytes(), now).map(|ticket| Proof::Ticket(Pass::of(&ticket)))
            });
        }
        // Looked at even after a ticket was found, or it would be kept in clear.
        if let Some(expected) = &self.extra_secret {
            let secret = show_and_mask(body, expected.key(), |secret| {
                let matches = expected.matches(decoded_bytes(secret));
                if matches { Ok(Proof::ExtraSecret) } else { Err(ErrorKind::SecretWrong.into()) }
            });
            found = match (found, secret) {
                (_, Err(error)) | (Err(error), _) if error.kind() == ErrorKind::SecretAmbiguous => Err(error),
                (Ok(proof), _) => Ok(proof),
                (Err(_), secret) => secret,
            };
        }
        match found {
            Err(error) if self.let_anybody_post && error.kind() != ErrorKind::SecretAmbiguous => Ok(Proof::Anybody),
            found => found,
        }
    }

    #[inline(never)]
    fn look_at_the_authorization(&self, value: &[u8], now: UnixMillis, proof: &mut Proof<'c>) -> Result<(), Error> {
        let mut room = [0; Credentials::MAX_LENGTH];
        let Credentials { user, password, .. } = Credentials::parse(value, &mut room)?;
        match &self.tickets {
            Some(keyring) if Ticket::is_claimed_by(user) => prove(keyring, user, password, now, proof),
            _ => {
                *proof = Proof::Basic(self.basic.check(user, password).ok_or(ErrorKind::CredentialWrong)?);
                Ok(())
            }
        }
    }
}

/// The ticket as the last segment of the path. Somebody on the way may have encoded its colon.
#[inline(never)]
fn look_at_the_path(target: &[u8], keyring: &Keyring<'_>, now: UnixMillis, proof: &mut Proof<'_>) -> Result<(), Error> {
    let path = target.split(|&byte| byte == b'?').next().unwrap_or_default();
    let segment = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    if !Ticket::is_claimed_by(segment) {
        return Err(ErrorKind::CredentialMissing.into());
    }
    // No other character of a ticket is one of these two.
    let (user, rest) = segment
        .iter()
        .position(|byte| matches!(byte, b':' | b'%'))
        .and_then(|at| segment.split_at_checked(at))
        .ok_or(ErrorKind::TicketMalformed)?;
    let password = match rest {
        [b':', password @ ..] | [b'%', b'3', b'A' | b'a', password @ ..] => password,
        _ => return Err(ErrorKind::TicketMalformed.into()),
    };
    prove(keyring, user, password, now, proof)
}

/// Proves the sender by a ticket, if it is genuine.
#[cfg_attr(target_os = "none", inline(never))]
fn prove(
    keyring: &Keyring<'_>,
    user: &[u8],
    password: &[u8],
    now: UnixMillis,
    proof: &mut Proof<'_>,
) -> Result<(), Error> {
    *proof = Proof::Ticket(Pass::of(&keyring.verify(user, password, now)?));
    Ok(())
}

/// The UTF-8 of a string, decoded.
fn decoded_bytes(text: Str<'_>) -> impl Iterator<Item = u8> {
    text.chars().flat_map(|character| {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        bytes.into_iter().take(length)
    })
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::String;

    use super::*;
    use crate::credential::{Audience, Job, TicketKey, TicketUse};
    use crate::time::Expiry;

    /// Looks into a document with these extra pairs for a ticket under `ticket` and for the word `right` under `secret`.
    fn look(pairs: &str, let_anybody_post: bool) -> (Result<Proof<'static>, ErrorKind>, String) {
        let keys = [TicketKey::new(&[1; 32], Audience::default()).unwrap()];
        let keyring = Keyring::new(&keys).unwrap();
        let job = Job::parse("job").unwrap();
        let ticket = keyring.mint(TicketUse::Document, job, Expiry::Never, [0; 12], 0).unwrap();
        let pairs = pairs.replace("TICKET", ticket.as_str());
        let mut body = format!(r#"{{"metadata":{{"extra":{{{pairs}}}}}}}"#).into_bytes();
        let accepted = AcceptedCredentials {
            tickets: Some(keyring),
            ticket_in_extra: Some("ticket"),
            extra_secret: Some(ExtraSecret::new("secret", "right").unwrap()),
            let_anybody_post,
            ..AcceptedCredentials::default()
        };
        let found = accepted.look_into_the_body(&mut body, 0).map_err(|error| error.kind());
        let found = found.map(|proof| match proof {
            Proof::Ticket(pass) => Proof::Ticket(pass),
            Proof::ExtraSecret => Proof::ExtraSecret,
            Proof::Anybody => Proof::Anybody,
            // They borrow from the configuration, or prove nothing.
            Proof::Basic(_) | Proof::Pending => panic!("a body has no such proof"),
        });
        (found, String::from_utf8(body).unwrap())
    }

    #[test]
    fn a_ticket_in_the_body_goes_before_a_secret_and_both_are_masked() {
        let (found, body) = look(r#""ticket":"TICKET","secret":"wrong""#, false);
        assert!(matches!(found, Ok(Proof::Ticket(_))), "{found:?}");
        assert!(!body.contains("r1.") && !body.contains("wrong"), "{body}");
        assert_eq!(look(r#""ticket":"r1.","secret":"right""#, false).0, Ok(Proof::ExtraSecret));
    }

    /// One of two may be kept in clear, so that neither proves anything, nor does what stands beside them.
    #[test]
    fn what_is_ambiguous_refuses_whatever_else_is_right() {
        for let_anybody_post in [false, true] {
            for pairs in [
                r#""ticket":"TICKET","secret":"right","secret":"right""#,
                r#""ticket":"TICKET","ticket":"TICKET","secret":"right""#,
                r#""ticket":"TICKET","secret":1"#,
            ] {
                assert_eq!(look(pairs, let_anybody_post).0, Err(ErrorKind::SecretAmbiguous), "{pairs}");
            }
        }
    }

    #[test]
    fn whoever_shows_no_secret_or_a_wrong_one_is_anybody_where_anybody_may_post() {
        for (pairs, refused) in [("", ErrorKind::SecretMissing), (r#""secret":"wrong""#, ErrorKind::SecretWrong)] {
            assert_eq!(look(pairs, false).0, Err(refused));
            assert_eq!(look(pairs, true).0, Ok(Proof::Anybody));
        }
    }
}
