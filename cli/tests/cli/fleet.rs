//! A server, a worker and a submitter that share a database.

#[expect(dead_code, reason = "the stores need more of it than the command does")]
#[path = "../../../inbox/tests/rig/server.rs"]
mod postgres;

use serde_json::{Value, json};

use crate::server::{Directory, ID, PAIR, Server, eventually, key_file, ringback, text, transcript};

#[test]
fn a_server_a_worker_and_a_submitter_share_a_database() {
    let Some(database) = postgres::Server::start(&[]) else { return };
    // Out of the environment, for a URL may hold a password.
    let url = database.url();
    let command = |arguments: &[&str], directory: &Directory| {
        let mut command = ringback();
        command.args(arguments).current_dir(directory.path()).env("RINGBACK_STORE", &url);
        command
    };
    let run = |arguments: &[&str], directory: &Directory| command(arguments, directory).output().unwrap();

    let here = Directory::new();
    here.file("keys", key_file());
    let refused = run(&["serve", "--basic", PAIR], &here);
    assert_eq!(refused.status.code(), Some(3), "there are no tables yet: {refused:?}");
    let migrated = run(&["migrate", "--json"], &here);
    let said: Value = serde_json::from_slice(&migrated.stdout).unwrap();
    assert_eq!((migrated.status.code(), &said["tables_before"]), (Some(0), &json!("0")));

    let serve = ["serve", "--listen", "127.0.0.1:0", "--basic", PAIR, "--ticket-keys", "keys", "--workers", "0"];
    let serve = command(&serve, &here);
    let server = Server::spawn(here, serve);
    let elsewhere = Directory::new();
    elsewhere.file("keys", key_file());
    let worker = Server::spawn_worker(command(&["work"], &elsewhere));
    let expected = run(&["expect", "--job", "call-42", "--ticket-keys", "keys", "--context", "here"], &elsewhere);
    let ticket = text(&expected.stdout).trim().to_owned();
    let waiting = command(&["result", "--job", "call-42", "--wait", "20s", "--json"], &elsewhere)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let post = || crate::server::curl(&["-u", &ticket, "-d", &transcript(ID, "hello"), &server.url()]).status;
    assert_eq!((post(), post()), (200, 200));
    let line = worker.line();
    assert_eq!(
        (&line["transcript"], &line["job"], &line["context"]),
        (&json!("hello"), &json!("call-42"), &json!("here"))
    );
    let found = waiting.wait_with_output().unwrap();
    assert_eq!(found.status.code(), Some(0), "{found:?}");
    assert_eq!(serde_json::from_slice::<Value>(&found.stdout).unwrap()["transcript"], "hello");
    assert!(worker.stop().lines.is_empty());

    // Away for good: the head is answered, and nothing of the URL is told.
    database.crash();
    let body = transcript(&ID.replace('1', "2"), "goodbye");
    let refused = server.post(&body);
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("30")));
    let output = run(&["pending"], &elsewhere);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    database.begin();
    eventually(|| server.post(&body).status == 200);
    let ended = server.stop();
    assert_eq!((ended.status.code(), ended.lines.len()), (Some(0), 0));
}

#[test]
fn the_password_of_a_database_is_never_told() {
    let directory = Directory::new();
    for arguments in [&["serve", "--basic", PAIR][..], &["work"], &["pending"], &["migrate"], &["dead"]] {
        let output = ringback()
            .args(arguments)
            .env(
                "RINGBACK_STORE",
                "postgres://marker-user:marker-password@127.0.0.1:1/marker-database?connect_timeout=1",
            )
            .current_dir(directory.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {output:?}");
        assert!(!text(&output.stderr).contains("marker-password"), "{arguments:?}: {output:?}");
    }
}
