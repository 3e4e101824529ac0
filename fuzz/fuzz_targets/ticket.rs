//! Tickets: whatever was not minted is refused, and what was minted is verified as it was meant.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::ErrorKind;
use ringback::credential::{Audience, Job, KeyLines, Keyring, Ticket, TicketKey, TicketUse};
use ringback::time::Expiry;

const NOW: u64 = 1_795_000_000_000;

fuzz_target!(|input: &[u8]| {
    let keys = [TicketKey::new(&[7; 32], Audience::default()).unwrap()];
    let keyring = Keyring::new(&keys).unwrap();
    if let Ok(verified) = keyring.verify_text(input, NOW) {
        // Who knows the key made it; its only spelling is the one that it would be minted in.
        let ticket = verified.ticket;
        let again = keyring.mint(ticket.for_use, ticket.job, ticket.expiry, ticket.tid, u64::MAX - Ticket::MAX_LIFE);
        assert!(again.is_err() || again.unwrap().as_str().as_bytes() == input);
    }
    if let Ok(text) = std::str::from_utf8(input) {
        KeyLines::new(text).for_each(drop);
    }

    // The same bytes as the choices of somebody who mints, and then of somebody who changes one byte.
    let [choice, days, at, to, job @ ..] = input else { return };
    let Some(job) = std::str::from_utf8(job).ok().and_then(|job| Job::parse(job).ok()) else { return };
    let expiry = if *days == 0 { Expiry::Never } else { Expiry::At(NOW + u64::from(*days) * 86_400_000) };
    let for_use = TicketUse::ALL[usize::from(*choice) % TicketUse::ALL.len()];
    match keyring.mint(for_use, job, expiry, [*choice; 12], NOW) {
        Err(error) => assert!(error.kind() == ErrorKind::LifeTooLong && *days > 30),
        Ok(text) => {
            let verified = keyring.verify_text(text.as_str().as_bytes(), NOW).unwrap();
            let ticket = verified.ticket;
            assert_eq!((ticket.for_use, ticket.job, ticket.expiry, ticket.tid), (for_use, job, expiry, [*choice; 12]));
            let mut changed = text.as_str().as_bytes().to_vec();
            let at = usize::from(*at) % changed.len();
            let same = changed[at] == *to;
            changed[at] = *to;
            assert_eq!(keyring.verify_text(&changed, NOW).is_ok(), same);
        }
    }
});
