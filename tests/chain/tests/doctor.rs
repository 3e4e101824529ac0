//! What the doctor finds at servers with their defaults, and the lines that cure them.

use std::path::PathBuf;
use std::process::Command;

use ringback_chain::{Directory, KEYS, Printed, Program, nginx, node, python, ringback, run, serve};
use serde_json::Value;

fn doctor(arguments: &[&str]) -> Printed {
    run(ringback()
        .arg("doctor")
        .args(arguments)
        .args(["--json", "--answer-within", "50s"])
        .current_dir(std::env::temp_dir()))
}

/// The findings about this that have this grade.
fn about<'v>(findings: &'v [Value], about: &str, grade: &str) -> Vec<&'v Value> {
    findings.iter().filter(|finding| finding["about"] == about && finding["grade"] == grade).collect()
}

/// Examines a usual receiver, and asserts that so many of twelve transcripts would be lost, with this in the cure.
fn would_lose(server: &mut Command, lost: usize, cure: &str) {
    let directory = Directory::new();
    let server = Program::start(server, directory.path("handled"));
    let printed = doctor(&["--local", &server.url]);
    let findings = printed.lines();
    // Who refuses everybody lets no stranger in either.
    assert_eq!(about(&findings, "strangers", "doubtful").len(), usize::from(lost < 12), "{}", printed.out);
    let bad = about(&findings, "transcripts", "bad");
    if lost == 0 {
        assert!(bad.is_empty() && printed.code == Some(0), "{}", printed.out);
        return;
    }
    assert_eq!((bad.len(), printed.code), (1, Some(1)), "{}", printed.out);
    assert!(bad[0]["said"].as_str().unwrap().starts_with(&format!("{lost} of 12 would be lost")), "{}", printed.out);
    assert!(bad[0]["cure"].as_str().unwrap().contains(cure), "{}", printed.out);
}

#[test]
fn express_refuses_more_than_100_kb() {
    would_lose(&mut node("usual/express.cjs"), 8, "express.json({ limit: '64mb' })");
}

#[test]
fn axum_refuses_more_than_2_mb() {
    would_lose(&mut Command::new(env!("CARGO_BIN_EXE_usual-axum")), 3, "DefaultBodyLimit::max");
}

#[test]
fn django_asks_for_a_token_first() {
    would_lose(&mut python("usual/django_receiver.py"), 12, "@csrf_exempt");
}

#[test]
fn django_refuses_more_than_2_5_mb() {
    would_lose(python("usual/django_receiver.py").arg("exempt"), 3, "DATA_UPLOAD_MAX_MEMORY_SIZE");
}

#[test]
fn fastapi_takes_any_size() {
    would_lose(&mut python("usual/fastapi_receiver.py"), 0, "");
}

#[test]
fn a_handler_that_blocks_the_event_loop_is_slow_for_all() {
    let directory = Directory::new();
    let server = Program::start(python("usual/fastapi_receiver.py").arg("blocking"), directory.path("handled"));
    let findings = doctor(&["--local", &server.url]).lines();
    let slow = about(&findings, "at once", "doubtful");
    assert_eq!(slow.len(), 1, "{findings:?}");
    assert!(slow[0]["cure"].as_str().unwrap().contains("BackgroundTasks"));
}

/// `ringback serve` with tickets, behind nginx with these lines; where the keys are; and what stands before it.
fn chain(directory: &Directory, lines: &str) -> Option<(Program, Program, String)> {
    let keys = directory.file("keys", KEYS);
    let mut serve = serve(directory);
    // Neither is built to be fast here, and the machine is busy.
    serve.args(["--ticket-keys", &keys, "--store", "memory", "--payload", "never", "--answer-within", "50s"]);
    let server = Program::start(&mut serve, directory.path("events"));
    let Some(proxy) = nginx(directory, &server.url, lines) else {
        println!("skipped: nginx is not installed");
        return None;
    };
    Some((server, proxy, keys))
}

#[test]
fn nginx_refuses_more_than_1_mb() {
    let directory = Directory::new();
    let Some((_server, proxy, keys)) = chain(&directory, "") else { return };
    let printed = doctor(&[&proxy.url, "--any-port", "--ticket-keys", &keys]);
    let findings = printed.lines();
    assert_eq!(printed.code, Some(1), "{}", printed.out);
    assert_eq!(about(&findings, "strangers", "good").len(), 1, "{}", printed.out);
    assert_eq!(about(&findings, "delivery", "good").len(), 1, "{}", printed.out);
    let bad = about(&findings, "size", "bad");
    assert!(bad[0]["cure"].as_str().unwrap().contains("client_max_body_size 64m;"), "{}", printed.out);
}

#[test]
fn with_its_limit_raised_the_whole_chain_is_good() {
    let directory = Directory::new();
    let Some((_server, proxy, keys)) = chain(&directory, "client_max_body_size 64m;") else { return };
    let printed = doctor(&[&proxy.url, "--any-port", "--ticket-keys", &keys]);
    let findings = printed.lines();
    assert_eq!(printed.code, Some(0), "{}", printed.out);
    assert_eq!(about(&findings, "size", "good").len(), 5, "{}", printed.out);
    for name in ["connection", "strangers", "delivery", "repeat", "PUT", "chunked"] {
        assert_eq!(about(&findings, name, "good").len(), 1, "{name}: {}", printed.out);
    }
    // It is a private address, and credentials travel in the clear.
    assert_eq!(about(&findings, "name", "doubtful").len(), 1, "{}", printed.out);
}

#[test]
fn a_proxy_that_strips_credentials_is_found_out() {
    let directory = Directory::new();
    let lines = "client_max_body_size 64m; proxy_set_header Authorization \"\";";
    let Some((_server, proxy, keys)) = chain(&directory, lines) else { return };
    let printed = doctor(&[&proxy.url, "--any-port", "--ticket-keys", &keys]);
    let findings = printed.lines();
    let bad = about(&findings, "delivery", "bad");
    assert!(bad[0]["cure"].as_str().unwrap().contains("proxy_set_header Authorization"), "{}", printed.out);
}

#[test]
fn redirects_closed_ports_and_bad_urls_are_found() {
    let directory = Directory::new();
    let mut serve = serve(&directory);
    serve.args(["--basic", "hook:secret"]);
    let server = Program::start(&mut serve, directory.path("events"));
    if let Some(proxy) = nginx(&directory, &server.url, "location /old { return 308 /hook; }") {
        let printed = doctor(&[&proxy.url.replace("/hook", "/old"), "--any-port"]);
        let findings = printed.lines();
        let bad = about(&findings, "strangers", "bad");
        assert!(bad[0]["cure"].as_str().unwrap().contains("/hook"), "{}", printed.out);
    }
    let lost: PathBuf = server.url.replace("/hook", "/lost").into();
    for (url, name) in [
        (lost.to_str().unwrap(), "strangers"),
        ("http://127.0.0.1:1/hook", "connection"),
        ("https://nowhere.invalid/hook", "name"),
        ("https://my_host.example/hook", "URL"),
    ] {
        let printed = doctor(&[url, "--any-port"]);
        assert_eq!(about(&printed.lines(), name, "bad").len(), 1, "{url}: {}", printed.out);
        assert_eq!(printed.code, Some(1));
    }
}
