//! Callback URLs: what is accepted can be called, carries its credentials back, and is refused or not as a whole.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::callback_url::CallbackUrl;
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketUse};
use ringback::time::Expiry;

fuzz_target!(|input: (u8, &str, &str, &str)| {
    let (choice, base, user, password) = input;
    let keys = [TicketKey::new(&[7; 32], Audience::default()).unwrap()];
    let job = Job::parse("call-42").unwrap();
    let keyring = Keyring::new(&keys).unwrap();
    let ticket = keyring.mint(TicketUse::Document, job, Expiry::Never, [1; 12], 0).unwrap();

    let url = CallbackUrl::new(base).any_port(choice & 1 != 0).stream(choice & 2 != 0);
    let url = match choice >> 2 & 3 {
        0 => url,
        1 => url.ticket(&ticket),
        2 => url.ticket_in_path(&ticket),
        _ => url.basic(user, password),
    };
    let url = if choice & 16 != 0 { url.extra(user, password).tag(user).method(password) } else { url };

    let (mut raw, mut encoded) = (String::new(), String::new());
    let written = url.write_raw(&mut raw);
    assert_eq!(url.check().is_ok(), written.is_ok());
    assert_eq!(url.write_encoded(&mut encoded).is_ok(), written.is_ok());
    if written.is_err() {
        return;
    }
    let scheme = raw.split("://").next().unwrap().to_ascii_lowercase();
    let allowed: &[&str] = if choice & 2 != 0 { &["http", "https", "ws", "wss"] } else { &["http", "https"] };
    assert!(allowed.contains(&scheme.as_str()), "{raw}");
    assert!(raw.bytes().all(|byte| byte > b' ' && byte != 0x7f), "{raw:?}");
    assert!(!raw.contains('#'), "{raw}");
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{encoded}");
    assert_eq!(decoded(&encoded).as_deref(), Some(raw.as_bytes()));

    let authority = raw.split("://").nth(1).unwrap().split(['/', '?']).next().unwrap();
    let userinfo = authority.rsplit_once('@').map(|(userinfo, _)| userinfo);
    match choice >> 2 & 3 {
        1 => assert_eq!(userinfo, Some(ticket.as_str())),
        2 => assert!(raw.split('?').next().unwrap().ends_with(ticket.as_str()), "{raw}"),
        3 => {
            let (found_user, found_password) = userinfo.unwrap().split_once(':').unwrap();
            assert_eq!(decoded(found_user).as_deref(), Some(user.as_bytes()));
            assert_eq!(decoded(found_password).as_deref(), Some(password.as_bytes()));
        }
        _ => {}
    }
});

/// What a percent-encoded text stands for.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                (digit(bytes.next()?)? * 16 + digit(bytes.next()?)?) as u8
            }
            other => other,
        });
    }
    Some(out)
}
