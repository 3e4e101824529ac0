//! No secret and no word of a transcript on standard error, at any level, whatever happens.

use crate::server::{Directory, ID, Server, curl, head, transcript};

/// Whatever is sent holds one of these, in one case or another.
const MARKERS: [&str; 2] = ["marker", "bWFya2Vy"];

#[test]
fn nothing_of_what_is_sent_reaches_standard_error() {
    for (store, malformed) in [("memory", 422), ("sqlite:ringback.db", 200)] {
        nothing_reaches_standard_error_over(store, malformed);
    }
}

fn nothing_reaches_standard_error_over(store: &str, malformed: u16) {
    let credentials = ["--basic", "x=user-marker:pass-marker", "--extra-secret", "k:secret-marker"];
    let server =
        Server::start_in(Directory::new(), &[&["--log", "trace", "--store", store], &credentials[..]].concat());
    let url = format!("{}?query=marker", server.url());
    let pair = "user-marker:pass-marker";
    let body = transcript(ID, "marker").replace(r#""v""#, r#""marker""#);
    let with = |arguments: &[&str]| {
        let marked = ["-H", "x-marker: marker", "-H", "cookie: marker", "-H", "content-type: application/marker+json"];
        curl(&[&marked, arguments].concat()).status
    };
    assert_eq!(with(&["-u", pair, "-d", &body, &url]), 200);
    assert_eq!(with(&["-u", pair, "-d", &body, &url]), 200);
    assert_eq!(with(&["-u", pair, "-d", &body[..body.len() - 2], &url]), 400);
    assert_eq!(with(&["-u", pair, "-d", "{marker}", &url]), malformed);
    assert_eq!(with(&["-u", pair, "-d", r#"{"metadata":{"request_id":"marker"},"results":{"marker":1}}"#, &url]), 200);
    assert_eq!(with(&["-u", pair, "-d", r#"{"err_code":"marker","err_msg":"marker"}"#, &url]), 200);
    assert_eq!(with(&["-u", pair, "-d", "{}", "-H", "content-encoding: marker", &url]), 415);
    assert_eq!(with(&["-u", "user-marker:other-marker", "-d", &body, &url]), 401);
    assert_eq!(with(&["-u", "r1.d.marker:marker", "-d", &body, &url]), 401);
    assert_eq!(with(&["-H", "Authorization: marker", "-d", &body, &url]), 401);
    assert_eq!(with(&["-d", &body, &url]), 401);
    assert_eq!(with(&["-d", &body.replace(r#""k":"marker""#, r#""k":"secret-marker""#), &url]), 200);
    assert_eq!(with(&["-u", pair, "-X", "MARKER", &url]), 405);
    assert_eq!(with(&["-d", &body, &format!("http://{}/marker", server.address)]), 404);
    server.raw("marker marker marker\r\n\r\n");
    server.raw(head("Content-Length: marker\r\n"));
    server.raw(format!("POST /hook HTTP/1.1\r\nmarker: {}\r\n\r\n", "marker".repeat(4000)));
    let ended = server.stop();
    assert!(ended.errors.contains("delivery"), "there is a log");
    for marker in MARKERS {
        assert!(!ended.errors.to_ascii_lowercase().contains(&marker.to_ascii_lowercase()), "{}", ended.errors);
    }
}

#[test]
fn handlers_tell_nothing_either() {
    for (store, failed) in [("memory", 500), ("sqlite:ringback.db", 200)] {
        let forward = ["--forward", "http://127.0.0.1:1/marker?marker=marker"];
        let server = Server::start(&[&["--log", "trace", "--store", store], &forward[..]].concat());
        assert_eq!(server.post(&transcript(ID, "marker")).status, failed);
        while !server.errors().contains("failed") {
            std::thread::yield_now();
        }
        assert!(!server.stop().errors.contains("marker"));
        let server = Server::start(&["--log", "trace", "--store", store, "--exec", "cat marker"]);
        server.directory.file("marker", "marker");
        assert_eq!(server.post(&transcript(ID, "marker")).status, 200);
        server.line();
        assert!(!server.stop().errors.contains("marker"));
    }
}

#[test]
fn a_configuration_that_is_refused_does_not_repeat_its_secrets() {
    for arguments in
        [["--basic", "marker"], ["--basic", "n=:marker"], ["--extra-secret", ":marker"], ["--forward-secret", "marker"]]
    {
        let directory = Directory::new();
        let output = crate::server::ringback()
            .args(["serve", "--forward", "http://127.0.0.1:1/"])
            .args(arguments)
            .current_dir(directory.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("marker"), "{arguments:?}");
    }
}
