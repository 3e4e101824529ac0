//! `ringback url` and `ringback key`.

use std::process::Output;

use ringback::credential::{Audience, Keyring, TicketKey, TicketUse};
use ringback::time::Expiry;

use crate::server::{Directory, key_file, ringback, text, wall};

fn run(directory: &Directory, arguments: &[&str]) -> Output {
    ringback().args(arguments).current_dir(directory.path()).output().unwrap()
}

fn url(more: &[&str]) -> Output {
    let directory = Directory::new();
    directory.file("keys", key_file());
    let arguments = ["url", "--job", "call-42", "--base", "https://example.com/hook", "--ticket-keys", "keys"];
    run(&directory, &[&arguments, more].concat())
}

fn userinfo(url: &str) -> (String, String) {
    let userinfo = url.trim().strip_prefix("https://").unwrap().strip_suffix("@example.com/hook").unwrap();
    let (user, password) = userinfo.split_once(':').unwrap();
    (user.to_owned(), password.to_owned())
}

#[test]
fn a_url_carries_a_ticket_that_the_key_verifies() {
    for (more, for_use, millis) in [
        (&[][..], TicketUse::Document, 86_400_000),
        (&["--use", "stream"], TicketUse::Stream, 172_800_000),
        (&["--life", "30m"], TicketUse::Document, 1_800_000),
    ] {
        let output = url(more);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
        let (user, password) = userinfo(&text(&output.stdout));
        let keys = [TicketKey::new(&[7; 32], Audience::default()).unwrap()];
        let verified = Keyring::new(&keys).unwrap().verify(user.as_bytes(), password.as_bytes(), wall()).unwrap();
        assert_eq!((verified.ticket.job.as_str(), verified.ticket.for_use), ("call-42", for_use));
        let Expiry::At(end) = verified.ticket.expiry else { panic!("it ends") };
        let life = end - wall();
        assert!(life > millis - 60_000 && life <= millis + 1_000, "{life}");
    }
}

#[test]
fn two_urls_have_two_tickets() {
    assert_ne!(text(&url(&[]).stdout), text(&url(&[]).stdout));
}

#[test]
fn a_query_value_is_encoded_once_more() {
    let query = text(&url(&["--query"]).stdout);
    assert!(query.starts_with("https%3A%2F%2Fr1.d.") && query.ends_with("%40example.com%2Fhook\n"), "{query}");
}

#[test]
fn refusals_name_the_cure_and_no_secret() {
    for (more, cure) in [
        (&["--job", "a b"][..], "A-Z a-z 0-9"),
        (&["--base", "https://example.com:3000/"], "80, 443, 8080, 8443"),
        (&["--base", "https://user:marker@example.com/"], "take them out"),
        (&["--base", "example.com/marker"], "begin it with https://"),
        (&["--base", "wss://example.com/"], "for streams ws and wss"),
        (&["--life", "31d"], "30 days"),
        (&["--life", "5"], "a number and a unit"),
        (&["--audience", "an audience of more than thirty-two bytes"], "32 bytes"),
        (&["--ticket-keys", "nowhere"], "cannot be read"),
    ] {
        let directory = Directory::new();
        directory.file("keys", key_file());
        let defaults = ["--job", "j", "--base", "https://example.com/", "--ticket-keys", "keys"];
        let kept = defaults.chunks(2).filter(|pair| pair[0] != more[0]).flatten().copied();
        let arguments: Vec<_> = ["url"].into_iter().chain(kept).chain(more.iter().copied()).collect();
        let output = run(&directory, &arguments);
        let errors = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{more:?}: {errors}");
        assert!(errors.contains(cure) && !errors.contains("marker"), "{more:?}: {errors}");
    }
    let output = run(&Directory::new(), &["url", "--job", "j", "--base", "https://example.com/"]);
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("there is no ticket key"));
}

#[test]
fn what_is_unwise_is_a_warning() {
    let directory = Directory::new();
    directory.file("keys", key_file());
    let arguments = ["url", "--job", "j", "--base", "http://example.com:3000/", "--ticket-keys", "keys", "--any-port"];
    let output = run(&directory, &arguments);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).starts_with("warning: the credentials can be read"));
    assert!(text(&output.stdout).ends_with("@example.com:3000/\n"));
}

#[test]
fn keys_can_come_from_the_environment() {
    let directory = Directory::new();
    let new = || text(&run(&directory, &["key", "new"]).stdout);
    let both = format!("{},{}", new().trim(), new().trim());
    let output = ringback()
        .args(["url", "--job", "j", "--base", "https://example.com/hook"])
        .env("RINGBACK_TICKET_KEYS", both)
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_new_key_is_listed_by_its_name_and_never_shown_again() {
    let directory = Directory::new();
    let first = text(&run(&directory, &["key", "new", "--name", "first"]).stdout);
    let second = text(&run(&directory, &["key", "new"]).stdout);
    assert!(first.starts_with("first:") && first.len() == "first:".len() + 44 + 1, "{first}");
    assert_ne!(first[6..], second[second.find(':').unwrap() + 1..]);
    directory.file("keys", format!("{first}{second}"));
    let list = text(&run(&directory, &["key", "list", "keys"]).stdout);
    let lines: Vec<_> = list.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("first\t") && lines[0].ends_with("\tmints and verifies"),
        "{list}"
    );
    assert!(lines[1].ends_with("\tverifies"), "{list}");
    for line in [first, second] {
        assert!(!list.contains(line.trim().split_once(':').unwrap().1));
    }
}

#[test]
fn keys_are_listed_from_wherever_a_url_would_take_them() {
    let directory = Directory::new();
    let output = run(&directory, &["key", "list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no ticket key"), "{}", text(&output.stderr));
    directory.file("ringback.keys", text(&run(&directory, &["key", "new", "--name", "own"]).stdout));
    directory.file("other", text(&run(&directory, &["key", "new", "--name", "other"]).stdout));
    assert!(text(&run(&directory, &["key", "list"]).stdout).starts_with("own\t"));
    assert!(text(&run(&directory, &["key", "list", "--ticket-keys", "other"]).stdout).starts_with("other\t"));
}

#[test]
fn a_bad_key_file_is_refused_by_its_line() {
    let directory = Directory::new();
    directory.file("keys", format!("{}marker\n", key_file()));
    let output = run(&directory, &["key", "list", "keys"]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.contains("keys, line 2") && !errors.contains("marker"), "{errors}");
    assert_eq!(run(&directory, &["key", "new", "--name", "a b"]).status.code(), Some(2));
}
