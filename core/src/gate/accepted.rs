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
            (None, Some(keyring)) if self.ticket_in_path => look_at_the_path(head.path(), keyring, now, proof),
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
        *proof = match &self.tickets {
            Some(keyring) if Ticket::is_claimed_by(user) => {
                Proof::Ticket(Pass::of(&keyring.verify(user, password, now)?))
            }
            _ => Proof::Basic(self.basic.check(user, password).ok_or(ErrorKind::CredentialWrong)?),
        };
        Ok(())
    }
}

/// The ticket as the last segment of the path. Somebody on the way may have encoded its colon.
#[inline(never)]
fn look_at_the_path(path: &str, keyring: &Keyring<'_>, now: UnixMillis, proof: &mut Proof<'_>) -> Result<(), Error> {
    let segment = path.as_bytes().rsplit(|&byte| byte == b'/').next().unwrap_or_default();
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
