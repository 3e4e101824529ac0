//! Credentials, as the vectors say: jobs, keys, tickets, Basic pairs and the extra secret.

use ringback::Head;
use ringback::credential::{
    Audience, BasicPair, BasicPairs, Credentials, ExtraSecret, Job, KeyLines, Keyring, TicketKey, TicketText,
    TicketUse, Verified,
};
use ringback::gate::{AcceptedCredentials, Config, Gate};
use ringback::identity::Seed;
use ringback::limits::Limits;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use ringback::time::Expiry;
use ringback::{Error, ErrorKind};
use ringback_tests::{Bytes, Failed, array_from_hex, from_hex, load};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobCase {
    name: String,
    text: String,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn jobs_have_64_plain_characters_at_most() {
    for case in load::<JobCase>("jobs") {
        let expected = outcome(case.error, case.offset, ());
        let found = Job::parse(&case.text);
        assert!(found.is_err() || found.is_ok_and(|job| job.as_str() == case.text));
        assert_eq!(found.map(|_| ()).map_err(Failed::of), expected, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyCase {
    name: String,
    key: Option<String>,
    #[serde(default)]
    audience: String,
    kid: Option<String>,
    file: Option<String>,
    keys: Option<Vec<Named>>,
    error: Option<String>,
    offset: Option<usize>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    kid: String,
}

#[test]
fn keys_have_their_ids() {
    for case in load::<KeyCase>("ticket_keys") {
        let Some(master) = case.key else { continue };
        let found = key(&from_hex(&master), &case.audience).map(|key| key.kid().to_string());
        let expected = outcome(case.error, case.offset, case.kid.unwrap_or_default());
        assert_eq!(found.map_err(Failed::of), expected, "{}", case.name);
    }
}

#[test]
fn key_files_are_read_or_refused() {
    for case in load::<KeyCase>("ticket_keys") {
        let Some(file) = case.file else { continue };
        let mut names = Vec::new();
        let load = || {
            let mut keys = Vec::new();
            for line in KeyLines::new(&file) {
                let line = line?;
                keys.push(key(line.key.as_bytes(), "")?);
                names.push(line.name);
            }
            let keyring = Keyring::new(&keys)?;
            let kids = keyring.keys().iter().map(|key| key.kid().to_string());
            Ok(names.into_iter().zip(kids).map(|(name, kid)| Named { name: name.into(), kid }).collect::<Vec<_>>())
        };
        let expected = outcome(case.error, case.offset, case.keys.unwrap_or_default());
        assert_eq!(load().map_err(Failed::of), expected, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Minted {
    name: String,
    key: String,
    audience: String,
    r#use: char,
    job: String,
    expiry: Option<u64>,
    tid: String,
    now: u64,
    user: Option<String>,
    password: Option<String>,
    authorization: Option<String>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn tickets_are_minted_to_the_byte() {
    for case in load::<Minted>("tickets_minted") {
        let mint = || -> Result<TicketText, Error> {
            let keys = [key(&from_hex(&case.key), &case.audience)?];
            let expiry = case.expiry.map_or(Expiry::Never, Expiry::At);
            let tid = array_from_hex(&case.tid);
            Keyring::new(&keys)?.mint(use_of(case.r#use), Job::parse(&case.job)?, expiry, tid, case.now)
        };
        let found = mint().map_err(Failed::of);
        if let Ok(ticket) = &found {
            assert_eq!(Some(ticket.authorization().as_str()), case.authorization.as_deref(), "{}", case.name);
        }
        let parts = (case.user.unwrap_or_default(), case.password.unwrap_or_default());
        let expected = outcome(case.error, case.offset, parts);
        let found = found.map(|ticket| (ticket.user().to_owned(), ticket.password().to_owned()));
        assert_eq!(found, expected, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    name: String,
    keys: Vec<String>,
    audience: String,
    now: u64,
    grace: u64,
    uses: String,
    user: String,
    password: String,
    ticket: Option<Value>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn tickets_are_verified() {
    for case in load::<Checked>("tickets_verified") {
        let keys: Vec<_> = case.keys.iter().map(|master| key(&from_hex(master), &case.audience).unwrap()).collect();
        let keyring = Keyring::new(&keys).unwrap();
        let uses: Vec<_> = case.uses.chars().map(use_of).collect();
        let verify = |verified: Result<Verified<'_>, Error>| {
            let verified = verified?;
            let ticket = verified.admit(case.grace, &uses)?;
            Ok::<_, Error>(json!({
                "use": ticket.for_use.letter(),
                "kid": ticket.kid.as_str(),
                "expiry": match ticket.expiry { Expiry::At(moment) => Some(moment), Expiry::Never => None },
                "tid": ticket.tid.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
                "job": ticket.job.as_str(),
                "key": verified.key,
                "lateness": verified.lateness,
            }))
        };
        let expected = outcome(case.error, case.offset, case.ticket.unwrap_or_default());
        let found = verify(keyring.verify(case.user.as_bytes(), case.password.as_bytes(), case.now));
        assert_eq!(found.map_err(Failed::of), expected, "{}", case.name);
        if !case.user.contains(':') {
            let text = format!("{}:{}", case.user, case.password);
            let found = verify(keyring.verify_text(text.as_bytes(), case.now));
            assert_eq!(found.map_err(Failed::of), expected, "{}, as one text", case.name);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    name: String,
    value: Bytes,
    user: Option<Bytes>,
    password: Option<Bytes>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn authorization_headers_are_read() {
    for case in load::<Header>("authorization") {
        let mut room = [0; Credentials::MAX_LENGTH];
        let value = case.value.bytes();
        let found = Credentials::parse(&value, &mut room);
        let found = found.map(|found| (found.user.to_vec(), found.password.to_vec())).map_err(Failed::of);
        let bytes = |part: Option<Bytes>| part.map(|part| part.bytes()).unwrap_or_default();
        let expected = outcome(case.error, case.offset, (bytes(case.user), bytes(case.password)));
        assert_eq!(found, expected, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pairs {
    name: String,
    pairs: Vec<String>,
    user: Option<Bytes>,
    password: Option<Bytes>,
    sender: Option<String>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn basic_pairs_name_the_sender() {
    for case in load::<Pairs>("basic_pairs") {
        let pairs: Result<Vec<_>, _> = case.pairs.iter().map(|text| BasicPair::parse(text)).collect();
        let bytes = |part: &Option<Bytes>| part.as_ref().map(Bytes::bytes).unwrap_or_default();
        let (user, password) = (bytes(&case.user), bytes(&case.password));
        let found = pairs.map(|pairs| BasicPairs::new(&pairs).check(&user, &password).map(str::to_owned));
        let expected = outcome(case.error, case.offset, case.sender);
        assert_eq!(found.map_err(Failed::of), expected, "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretCase {
    name: String,
    key: String,
    value: String,
    body: Option<Bytes>,
    masked: Option<Bytes>,
    error: Option<String>,
    offset: Option<usize>,
}

#[test]
fn extra_secrets_are_found_compared_and_masked() {
    for case in load::<SecretCase>("extra_secrets") {
        let secret = ExtraSecret::new(&case.key, &case.value);
        let Some(body) = case.body else {
            let expected = Failed { error: case.error.unwrap(), offset: case.offset.unwrap() };
            assert_eq!(Failed::of(secret.expect_err(&case.name)), expected, "{}", case.name);
            continue;
        };
        let gate = gate_for(secret.expect(&case.name));
        let mut bytes = body.bytes();
        let admitted = gate.admit(&Head::new("POST", "/hook"), 0).expect(&case.name);
        let found = gate.unlock(admitted, &mut bytes, 0);
        match &found {
            Ok(admitted) => assert_eq!(admitted.sender(), "extra"),
            Err(answer) => assert_eq!(answer.status, 401, "{}", case.name),
        }
        let found = found.map(|_| ()).map_err(|answer| answer.error.unwrap().kind().name().to_owned());
        assert_eq!(found, case.error.map_or(Ok(()), Err), "{}", case.name);
        let masked = case.masked.unwrap_or(body).bytes();
        assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&masked), "{}", case.name);
    }
}

#[test]
fn a_receiver_without_credentials_is_refused() {
    let error = Gate::new(config(AcceptedCredentials::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsUnconfigured);
    let anybody = AcceptedCredentials { let_anybody_post: true, ..Default::default() };
    assert!(Gate::new(config(anybody)).is_ok());
}

fn gate_for(secret: ExtraSecret<'_>) -> Gate<'_> {
    Gate::new(config(AcceptedCredentials { extra_secret: Some(secret), ..Default::default() })).unwrap()
}

fn config(credentials: AcceptedCredentials<'_>) -> Config<'_> {
    Config {
        credentials,
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Limits::DEFAULT,
        remember_interim: false,
        seed: Seed([1; 32]),
    }
}

fn key(master: &[u8], audience: &str) -> Result<TicketKey, Error> {
    TicketKey::new(master, Audience::new(audience)?)
}

fn use_of(letter: char) -> TicketUse {
    TicketUse::ALL.into_iter().find(|for_use| for_use.letter() == letter).expect("a use")
}

/// What a vector expects: an error if it names one.
fn outcome<T>(error: Option<String>, offset: Option<usize>, value: T) -> Result<T, Failed> {
    match error {
        Some(error) => Err(Failed { error, offset: offset.expect("an offset") }),
        None => Ok(value),
    }
}
