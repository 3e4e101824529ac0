//! Any head and any body at a gate with a secret in the document: who is let in knew it, and nobody sees it afterwards.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::credential::ExtraSecret;
use ringback::gate::{AcceptedCredentials, Config, Content};
use ringback::identity::Seed;
use ringback::json::Document;
use ringback::policy::{Backing, Policy, Situation};
use ringback::route::Routes;
use ringback::{Gate, Head};
use serde_json::Value;

const SECRET: &str = "swordfish";

fuzz_target!(|input: (&str, &[u8], &[u8], bool, &[u8])| {
    let (target, content_type, length, known, body) = input;
    let gate = Gate::new(Config {
        credentials: AcceptedCredentials {
            extra_secret: Some(ExtraSecret::new("key", SECRET).unwrap()),
            ..Default::default()
        },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Default::default(),
        remember_interim: false,
        seed: Seed([1; 32]),
    })
    .unwrap();
    let head = Head::new("POST", target).header("Content-Type", content_type);
    let head = if known { head } else { head.header("Content-Length", length) };
    let Ok(admitted) = gate.admit(&head, 0) else { return };
    assert!(admitted.is_pending());

    let before = body.to_vec();
    let mut body = before.clone();
    let unlocked = gate.unlock(admitted, &mut body, 0);
    assert_eq!(body.len(), before.len());
    let valid = Document::parse(&before).is_ok();
    assert!(!valid || Document::parse(&body).is_ok());
    let secret = |body: &[u8]| {
        let document = serde_json::from_slice::<Value>(body).ok()?;
        document.pointer("/metadata/extra/key")?.as_str().map(str::to_owned)
    };
    match unlocked {
        Err(answer) => assert_eq!((answer.situation, answer.status), (Situation::Refused, 401)),
        Ok(admitted) => {
            assert!(valid, "a broken document proves nothing");
            // serde_json refuses lone surrogates, wherever they stand.
            assert!(secret(&before).is_none_or(|secret| secret == SECRET));
            assert!(secret(&body).is_none_or(|secret| secret.bytes().all(|byte| byte == b'*')));
            let delivery = gate.examine(admitted, &head, &body).expect("the sender is proven");
            assert!(matches!(delivery.content, Content::Json(_)));
            assert_eq!(delivery.content.bytes(), body);
        }
    }
});
