//! The configuration of a receiver: what lets a delivery in, where it goes, what is too large.

use std::mem::MaybeUninit;

use ringback_core::credential::{BasicPair, ExtraSecret, TicketKey};
use ringback_core::limits::Limits;
use ringback_core::policy::Situation;

use crate::answer::{self, ringback_situation};
use crate::boundary::{Failed, Given, Out, bytes, guard, guard_or};
use crate::keyring::ringback_keyring;
use crate::result::ringback_result;
use crate::route::{OwnedRule, User};
use crate::str::ringback_str;

/// The configuration of a receiver in the making.
///
/// Made with `ringback_config_new`, given back with `ringback_config_free`. `ringback_receiver_new` copies it.
///
/// Threads: one at a time; `ringback_receiver_new` only reads it.
pub struct ringback_config {
    pub(crate) settings: Settings,
}

/// What a configuration says, in strings of its own.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) keys: Vec<TicketKey>,
    /// The name of each pair, and the pair, which keeps no password.
    pub(crate) pairs: Vec<(String, BasicPair<'static>)>,
    pub(crate) extra_secret: Option<(String, String)>,
    pub(crate) ticket_in_path: bool,
    pub(crate) ticket_in_extra: Option<String>,
    pub(crate) let_anybody_post: bool,
    pub(crate) routes: Vec<(OwnedRule, User)>,
    pub(crate) fallback: User,
    pub(crate) statuses: Vec<(Situation, u16)>,
    pub(crate) limits: Limits,
    pub(crate) remember_interim: bool,
    pub(crate) require_expected: bool,
    pub(crate) decodes_gzip: bool,
    pub(crate) seed: Option<[u8; 32]>,
}

/// Makes a configuration without credentials and without routes.
///
/// Parameters: `out`: the configuration.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: belongs to the caller, who frees it with `ringback_config_free`.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_new(out: Option<&mut MaybeUninit<Box<ringback_config>>>) -> ringback_result {
    guard(|| Out::new(out)?.write(Box::new(ringback_config { settings: Settings::new() })))
}

/// Gives a configuration back.
///
/// Parameters: `config`: may be NULL.
///
/// Returns: nothing.
///
/// Ownership: takes the configuration. Receivers that were made of it are not concerned.
///
/// Threads: any, while no other one uses the configuration.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_free(config: Option<Box<ringback_config>>) {
    guard_or((), || drop(config));
}

/// Sets the seed under which the ledger names things: 32 random bytes that are drawn once for each ledger, and kept
/// with it. A receiver needs one; whoever restores a ledger gives the same again.
///
/// Parameters: `config`: the configuration. `seed`, `len`: 32 secret bytes from a random number generator such as
/// `getrandom`.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: these are not 32 bytes.
///
/// Ownership: the bytes are copied.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
#[expect(clippy::missing_safety_doc, reason = "what every pointer must be is said at the head of the header")]
pub unsafe extern "C" fn ringback_config_set_seed(
    config: Option<&mut ringback_config>,
    seed: *const u8,
    len: usize,
) -> ringback_result {
    guard(|| {
        let config = config.given()?;
        if seed.is_null() {
            return Err(Failed::NULL);
        }
        // SAFETY: readable, as the caller has promised; copied at once.
        let seed = unsafe { bytes(seed, len) }?;
        config.settings.seed = Some(seed.try_into().map_err(|_| Failed::INVALID)?);
        Ok(())
    })
}

/// Accepts the tickets of these keys.
///
/// Parameters: `config`: the configuration. `keyring`: the keys.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEYRING_EMPTY`: there are no keys, so load some.
///
/// Ownership: the keys are copied.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_set_keyring(
    config: Option<&mut ringback_config>,
    keyring: Option<&ringback_keyring>,
) -> ringback_result {
    guard(|| {
        let (config, keyring) = (config.given()?, keyring.given()?);
        keyring.keyring()?;
        config.settings.keys = keyring.keys.clone();
        Ok(())
    })
}

/// Accepts a user name and a password. There may be several pairs, for rotation and for tenants; two may have one name.
///
/// Parameters: `config`: the configuration. `name`: what the sender is called in routes and events. `user`, `password`:
/// what it sends.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SENDER_INVALID`, `RINGBACK_ERROR_USER_INVALID`,
/// `RINGBACK_ERROR_PASSWORD_INVALID`: the part is empty or holds control characters, or the user name a colon: mend it.
///
/// Ownership: the name is copied. Of user name and password only a digest is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_add_basic(
    config: Option<&mut ringback_config>,
    name: ringback_str<'_>,
    user: ringback_str<'_>,
    password: ringback_str<'_>,
) -> ringback_result {
    guard(|| {
        let (config, name) = (config.given()?, name.text()?);
        let pair = BasicPair::new(name, user.text()?, password.text()?)?;
        config.add_pair(&pair)
    })
}

/// Accepts a user name and a password out of a configuration file, in the form `[NAME=]USER:PASS`. Without a name the
/// pair is called like its user.
///
/// Parameters: `config`: the configuration. `text`: the pair.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SENDER_INVALID`, `RINGBACK_ERROR_USER_INVALID`,
/// `RINGBACK_ERROR_PASSWORD_INVALID`: that part is missing or cannot be: mend it.
///
/// Ownership: the name is copied. Of user name and password only a digest is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_add_basic_text(
    config: Option<&mut ringback_config>,
    text: ringback_str<'_>,
) -> ringback_result {
    guard(|| {
        let config = config.given()?;
        let pair = BasicPair::parse(text.text()?)?;
        config.add_pair(&pair)
    })
}

/// Accepts transcripts that carry a secret as extra metadata (`extra=KEY:VALUE`), for receivers whose proxy strips
/// `Authorization`. It is overwritten in the body before anybody sees it.
///
/// Parameters: `config`: the configuration. `key`: such as `callback_secret`. `value`: the secret.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SECRET_INVALID`, `RINGBACK_ERROR_EXTRA_TOO_LONG`: mend the pair.
///
/// Ownership: both strings are copied.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_set_extra_secret(
    config: Option<&mut ringback_config>,
    key: ringback_str<'_>,
    value: ringback_str<'_>,
) -> ringback_result {
    guard(|| {
        let (config, key, value) = (config.given()?, key.text()?, value.text()?);
        ExtraSecret::new(key, value)?;
        config.settings.extra_secret = Some((key.to_owned(), value.to_owned()));
        Ok(())
    })
}

/// Accepts tickets in other places than `Authorization`, where a proxy takes that away.
///
/// Parameters: `config`: the configuration. `in_path`: as the last segment of the path. `in_extra`: as the value of
/// this key of the extra metadata, which only transcripts can carry; may be absent.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: the key is copied.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_accept_tickets_in(
    config: Option<&mut ringback_config>,
    in_path: bool,
    in_extra: ringback_str<'_>,
) -> ringback_result {
    guard(|| {
        let (config, key) = (config.given()?, in_extra.optional()?);
        config.settings.ticket_in_path = in_path;
        config.settings.ticket_in_extra = key.map(str::to_owned);
        Ok(())
    })
}

/// Lets everybody in: anybody who finds the URL can then post transcripts. Without this, a receiver without credentials
/// cannot be made.
///
/// Parameters: `config`: the configuration.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_let_anybody_post(config: Option<&mut ringback_config>) -> ringback_result {
    guard(|| {
        config.given()?.settings.let_anybody_post = true;
        Ok(())
    })
}

/// Sets the limits on what is accepted; 0 leaves one as it is.
///
/// Parameters: `config`: the configuration. `body`: the most bytes of a body, 32 MiB unless set. `unproven_body`: the
/// most bytes of a body that has to be read before its sender is known, by an extra secret, 8 MiB unless set. `grace`:
/// how many milliseconds late a genuine ticket is accepted, 1,260,000 unless set.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_set_limits(
    config: Option<&mut ringback_config>,
    body: u64,
    unproven_body: u64,
    grace: u64,
) -> ringback_result {
    guard(|| {
        let limits = &mut config.given()?.settings.limits;
        for (limit, value) in
            [(&mut limits.body, body), (&mut limits.unproven_body, unproven_body), (&mut limits.grace, grace)]
        {
            if value != 0 {
                *limit = value;
            }
        }
        Ok(())
    })
}

/// Sets the status to answer in one situation, for senders that want another one than the standard.
///
/// Parameters: `config`: the configuration. `situation`: one of `RINGBACK_SITUATION_...`. `status`: from 200 to 599.
/// Whatever is not from 200 to 299 is sent again by Deepgram.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such situation or status.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_set_status(
    config: Option<&mut ringback_config>,
    situation: ringback_situation,
    status: u16,
) -> ringback_result {
    guard(|| {
        let (config, situation) = (config.given()?, answer::read(situation)?);
        if !(200..600).contains(&status) {
            return Err(Failed::INVALID);
        }
        config.settings.statuses.push((situation, status));
        Ok(())
    })
}

/// Handles only deliveries whose submission was announced with `ringback_expect`; others get 503, for the sender's next
/// attempt may come after the announcement. Deliveries with a ticket were announced by minting it.
///
/// Parameters: `config`: the configuration. `require`: whether to; not unless set.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_require_expected(
    config: Option<&mut ringback_config>,
    require: bool,
) -> ringback_result {
    guard(|| {
        config.given()?.settings.require_expected = require;
        Ok(())
    })
}

/// Remembers interim results of streams, so that a repeated one is dropped. A busy stream fills a ledger with them.
///
/// Parameters: `config`: the configuration. `remember`: whether to; not unless set.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_remember_interim(
    config: Option<&mut ringback_config>,
    remember: bool,
) -> ringback_result {
    guard(|| {
        config.given()?.settings.remember_interim = remember;
        Ok(())
    })
}

/// Says that the server decodes bodies that come with `Content-Encoding: gzip`, and feeds them decoded. Otherwise they
/// are answered with 415.
///
/// Parameters: `config`: the configuration. `decodes`: whether it does; not unless set.
///
/// Returns: `RINGBACK_OK`.
///
/// Ownership: nothing is kept.
///
/// Threads: one at a time.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_config_server_decodes_gzip(
    config: Option<&mut ringback_config>,
    decodes: bool,
) -> ringback_result {
    guard(|| {
        config.given()?.settings.decodes_gzip = decodes;
        Ok(())
    })
}

impl ringback_config {
    fn add_pair(&mut self, pair: &BasicPair<'_>) -> Result<(), Failed> {
        self.settings.pairs.push((pair.name().to_owned(), pair.named("unnamed")?));
        Ok(())
    }
}

impl Settings {
    fn new() -> Settings {
        Settings {
            keys: Vec::new(),
            pairs: Vec::new(),
            extra_secret: None,
            ticket_in_path: false,
            ticket_in_extra: None,
            let_anybody_post: false,
            routes: Vec::new(),
            fallback: User(std::ptr::null_mut()),
            statuses: Vec::new(),
            limits: Limits::DEFAULT,
            remember_interim: false,
            require_expected: false,
            decodes_gzip: false,
            seed: None,
        }
    }
}
