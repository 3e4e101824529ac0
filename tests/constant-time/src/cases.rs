//! Credentials that are checked while the secrets that they are compared with are hidden.

use ringback::credential::{
    Audience, BasicPair, BasicPairs, ExtraSecret, Job, Keyring, Ticket, TicketKey, TicketText, TicketUse,
};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::identity::Seed;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::time::Expiry;
use ringback::{ErrorKind, Gate, Head};
use sha2::{Digest as _, Sha256};

use crate::{Tally, watch};

const NOW: u64 = 1_795_000_000_000;
const PAIRS: [(&str, &str, &str); 3] =
    [("first", "hook", "correct horse"), ("second", "hook", "battery staple"), ("third", "other", "correct horse")];
const SECRET: &str = "a secret that is longer than one block of the hash, so that its end lies in another one";

pub fn run(tally: &mut Tally) {
    let keys = [hidden_key(7), hidden_key(8)];
    let keyring = Keyring::new(&keys).expect("two keys");
    tickets(tally, &keyring);

    let pairs = PAIRS.map(hidden_pair);
    basic(tally, BasicPairs::new(&pairs));

    let value = SECRET.to_owned();
    let mut secret = ExtraSecret::new("key", &value).expect("a key and a value");
    watch::hide_within(&mut secret, &Sha256::digest(SECRET));
    watch::hide_text(&value);
    extra(tally, &secret);

    let gate = Gate::new(Config {
        credentials: AcceptedCredentials {
            tickets: Some(keyring),
            basic: BasicPairs::new(&pairs),
            extra_secret: Some(secret),
            ticket_in_path: true,
            ticket_in_extra: Some("ticket"),
            ..Default::default()
        },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Default::default(),
        remember_interim: false,
        seed: Seed([1; 32]),
    })
    .expect("there are credentials");
    heads(tally, &gate);
    bodies(tally, &gate);
}

/// Tickets at the keyring.
fn tickets(tally: &mut Tally, keyring: &Keyring<'_>) {
    let expect = |result: Result<(), ErrorKind>| result;
    let verify = |user: &str, password: &str| {
        keyring.verify(user.as_bytes(), password.as_bytes(), NOW).map(drop).map_err(|error| error.kind())
    };
    for (name, key) in [("the first key", 7), ("the second key", 8)] {
        let ticket = ticket(key, "call-42");
        let (user, password) = (ticket.user(), ticket.password());
        tally.clean(&format!("ticket of {name}, genuine"), Ok(()), || verify(user, password));
        for (which, at) in [("first", 0), ("middle", 11), ("last", 20)] {
            let forged = changed(password, at);
            let name = format!("ticket of {name}, {which} character of its code changed");
            tally.clean(&name, expect(Err(ErrorKind::TicketForged)), || verify(user, &forged));
        }
        let other = changed(user, user.len() - 1);
        let name = format!("ticket of {name}, for another job");
        tally.clean(&name, expect(Err(ErrorKind::TicketForged)), || verify(&other, password));
    }
    let stranger = ticket(9, "call-42");
    tally.clean("ticket of a key that is not loaded", expect(Err(ErrorKind::TicketKeyUnknown)), || {
        verify(stranger.user(), stranger.password())
    });
    let text = ticket(8, "call-42");
    tally.clean("ticket as one text", true, || keyring.verify_text(text.as_str().as_bytes(), NOW).is_ok());
    let late = keyring_in_clear(7, |keyring| {
        let expiry = Expiry::At(NOW - 5_000);
        keyring.mint(TicketUse::Document, Job::parse("late").expect("a job"), expiry, [3; 12], NOW)
    });
    tally.clean("ticket that has expired", Some(5_000), || {
        keyring.verify_text(late.as_str().as_bytes(), NOW).ok()?.lateness
    });
}

/// Basic pairs: each of them, and those that share a beginning with one.
fn basic(tally: &mut Tally, pairs: BasicPairs<'_>) {
    for (name, user, password) in PAIRS {
        let case = format!("Basic pair, the {name}");
        tally.clean(&case, Some(name), || pairs.check(user.as_bytes(), password.as_bytes()));
    }
    for password in ["correct horsf", "dorrect horse", "", "correct horse and more"] {
        let case = format!("Basic pair, wrong password {password:?}");
        tally.clean(&case, None, || pairs.check(b"hook", password.as_bytes()));
    }
    tally.clean("Basic pair, unknown user", None, || pairs.check(b"nobody", b"correct horse"));
}

/// The extra secret by itself.
fn extra(tally: &mut Tally, secret: &ExtraSecret<'_>) {
    tally.clean("extra secret, right", true, || secret.matches(SECRET.bytes()));
    for (case, text) in [
        ("extra secret, first character changed", changed(SECRET, 0)),
        ("extra secret, last character changed", changed(SECRET, SECRET.len() - 1)),
        ("extra secret, cut", SECRET[..40].to_owned()),
        ("extra secret, longer", format!("{SECRET}, and more")),
        ("extra secret, empty", String::new()),
    ] {
        tally.clean(case, false, || secret.matches(text.bytes()));
    }
}

/// What a gate says to heads.
fn heads(tally: &mut Tally, gate: &Gate<'_>) {
    let admitted = |target: &str, authorization: Option<&str>| {
        let head = Head::new("POST", target);
        let head = match authorization {
            Some(value) => head.header("Authorization", value.as_bytes()),
            None => head,
        };
        gate.admit(&head, NOW).map(|admitted| admitted.sender().to_owned()).map_err(|answer| answer.status)
    };
    let genuine = ticket(7, "call-42");
    let kid = genuine.user().split('.').nth(2).unwrap_or_default().to_owned();
    tally.clean("head with a genuine ticket", Ok(kid.clone()), || admitted("/hook", Some(&genuine.authorization())));
    let in_path = format!("/hook/{}", genuine.as_str());
    tally.clean("path with a genuine ticket", Ok(kid), || admitted(&in_path, None));
    let forged = format!("/hook/{}", changed(genuine.as_str(), genuine.as_str().len() - 2));
    tally.clean("path with a forged ticket", Err(401), || admitted(&forged, None));
    // `hook:battery staple` and `hook:battery stapla`.
    tally.clean("head with a Basic pair", Ok("second".to_owned()), || {
        admitted("/hook", Some("Basic aG9vazpiYXR0ZXJ5IHN0YXBsZQ=="))
    });
    tally.clean("head with a wrong Basic pair", Err(401), || {
        admitted("/hook", Some("Basic aG9vazpiYXR0ZXJ5IHN0YXBsYQ=="))
    });
    tally.clean("head without credentials", Ok("anybody".to_owned()), || admitted("/hook", None));
}

/// What a gate says to documents that prove their sender.
fn bodies(tally: &mut Tally, gate: &Gate<'_>) {
    let head = Head::new("POST", "/hook");
    let mut unlocked = |case: &str, expected: Result<&str, u16>, key: &str, value: &str| {
        let mut body = format!(r#"{{"metadata":{{"extra":{{"{key}":"{value}"}}}}}}"#).into_bytes();
        tally.clean(case, expected.map(str::to_owned), || {
            let pending = gate.admit(&head, NOW).map_err(|answer| answer.status)?;
            let admitted = gate.unlock(pending, &mut body, NOW).map_err(|answer| answer.status)?;
            Ok(admitted.sender().to_owned())
        });
    };
    unlocked("document with the extra secret", Ok("extra"), "key", SECRET);
    unlocked("document with another extra secret", Err(401), "key", &changed(SECRET, 3));
    let ticket = ticket(8, "call-42");
    let kid = ticket.user().split('.').nth(2).unwrap_or_default();
    unlocked("document with a genuine ticket", Ok(kid), "ticket", ticket.as_str());
    unlocked("document with a forged ticket", Err(401), "ticket", &changed(ticket.as_str(), ticket.as_str().len() - 2));
}

/// A key whose master nobody knows, and nothing that is derived of it but its name.
fn hidden_key(seed: u8) -> TicketKey {
    let mut master = [seed; 32];
    watch::hide(&mut master);
    TicketKey::new(&master, Audience::default()).expect("32 bytes")
}

/// A pair whose digest nobody knows.
fn hidden_pair((name, user, password): (&'static str, &str, &str)) -> BasicPair<'static> {
    let mut pair = BasicPair::new(name, user, password).expect("a pair");
    watch::hide_within(&mut pair, &Sha256::digest(format!("{user}:{password}")));
    pair
}

/// A ticket as its sender has it: minted with a key that is known.
fn ticket(seed: u8, job: &str) -> TicketText {
    keyring_in_clear(seed, |keyring| {
        let job = Job::parse(job).expect("a job");
        keyring.mint(TicketUse::Document, job, Expiry::At(NOW + Ticket::LIFE), [seed; 12], NOW)
    })
}

fn keyring_in_clear(seed: u8, mint: impl FnOnce(&Keyring<'_>) -> Result<TicketText, ringback::Error>) -> TicketText {
    let keys = [TicketKey::new(&[seed; 32], Audience::default()).expect("32 bytes")];
    mint(&Keyring::new(&keys).expect("a key")).expect("a ticket")
}

/// The text with another letter or digit in one place.
fn changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    String::from_utf8(bytes).expect("ASCII stays ASCII")
}
