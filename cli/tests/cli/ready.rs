//! Starting: the ready lines, the key that a server makes, health checks, refused configurations.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::server::{Directory, Server, curl, errors_with, ringback, text};

fn ready_curl(errors: &str, of: &str) -> String {
    errors.lines().find(|line| line.starts_with("curl ") && line.contains(of)).expect("a ready line").to_owned()
}

#[test]
fn the_imitation_works_when_it_is_pasted() {
    let server = Server::start_in(Directory::new(), &[]);
    let command = ready_curl(&errors_with(&server, "\ncurl "), &server.url());
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(text(&output.stdout), "ok\n");
    let line = server.line();
    assert_eq!((line["job"].as_str(), line["kind"].as_str()), (Some("test"), Some("transcript")));
}

#[test]
fn the_submission_has_the_callback_encoded_and_the_key_left_out() {
    let server = Server::start_in(Directory::new(), &["--public-url", "https://example.com/in?a=b"]);
    let errors = errors_with(&server, "$DEEPGRAM_API_KEY");
    let command = ready_curl(&errors, "api.deepgram.com/v1/listen?callback=https%3A%2F%2Fr1.d.");
    assert!(command.contains("%40example.com%2Fin%3Fa%3Db'"), "{command}");
    assert!(errors.contains("/in\n"), "the path is that of the public URL");
}

#[test]
fn the_own_key_is_kept_and_nobody_else_can_read_it() {
    let directory = Directory::new();
    let path = directory.path().join("ringback.keys");
    let server = Server::start_in(directory, &[]);
    let first = std::fs::read_to_string(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let printed = ringback()
        .args(["url", "--job", "j", "--base", "https://example.com/hook"])
        .current_dir(server.directory.path())
        .output()
        .unwrap();
    let url = text(&printed.stdout);
    let ticket = url.trim().strip_prefix("https://").unwrap().split('@').next().unwrap();
    assert_eq!(curl(&["-u", ticket, "-d", "{}", &server.url()]).status, 200);
    let second = ringback()
        .args(["serve", "--listen", &server.address.to_string()])
        .current_dir(server.directory.path())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1), "its port is taken");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
}

#[test]
fn configured_credentials_are_never_shown() {
    let server = Server::with_tickets(&["--public-url", "https://example.com"]);
    assert!(!server.stop().errors.contains("curl"));
}

#[test]
fn health_is_told_to_this_machine_or_on_a_port_of_its_own() {
    let server = Server::start(&[]);
    for path in ["healthz", "readyz"] {
        let answer = curl(&[&format!("http://{}/{path}", server.address)]);
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    }
    let server = Server::start(&["--admin", "127.0.0.1:0"]);
    assert_eq!(curl(&[&format!("http://{}/healthz", server.address)]).status, 404);
    let errors = errors_with(&server, "/readyz");
    let admin = errors.split("health checks on ").nth(1).unwrap().split("/healthz").next().unwrap();
    assert_eq!(curl(&[&format!("{admin}/healthz")]).status, 200);
    assert_eq!(curl(&[&format!("{admin}/readyz")]).status, 200);
    assert_eq!(curl(&["-d", "{}", &format!("{admin}/hook")]).status, 404);
}

#[test]
fn configurations_that_cannot_work_are_refused() {
    for (arguments, cure) in [
        (&["--store", "ringback.db"][..], "sqlite:PATH"),
        (&["--store", "sqlite:"], "no file is named"),
        (&["--basic", "no-colon"], "USER:PASSWORD"),
        (&["--extra-secret", "k:"], "[KEY:]VALUE"),
        (&["--ticket-keys", "/nonexistent/keys"], "cannot be read"),
        (&["--public-url", "https://example.com:3000"], "80, 443, 8080, 8443"),
        (&["--public-url", "http://under_score.example.com"], "underscore"),
        (&["--path", "hook"], "such as /hook"),
        (&["--forward", "ftp://example.com", "--basic", "a:b"], "http://"),
        (&["--forward", "http://127.0.0.1:9", "--forward-secret", "x", "--basic", "a:b"], "whsec_"),
        (&["--exec", "'", "--basic", "a:b"], "--exec"),
        (&["--exec", "true", "--forward", "http://a", "--basic", "a:b"], "cannot be used with"),
    ] {
        let directory = Directory::new();
        let output = ringback().arg("serve").args(arguments).current_dir(directory.path()).output().unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(cure), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty());
        assert!(!directory.path().join("ringback.db").exists(), "{arguments:?}: nothing was begun");
    }
}
