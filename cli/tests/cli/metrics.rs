//! What operators see: metrics, and the alert rules about them.

use std::collections::BTreeSet;

use yaml_rust2::YamlLoader;

use crate::server::{ID, PAIR, Server, curl, errors_with, eventually, ringback, ticket, transcript};

fn admin(server: &Server) -> String {
    let errors = errors_with(server, "/metrics");
    errors.split("health checks on ").nth(1).unwrap().split("/healthz").next().unwrap().to_owned()
}

fn exposition(admin: &str) -> String {
    let answer = curl(&[&format!("{admin}/metrics")]);
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(answer.body.ends_with("# EOF\n"));
    answer.body
}

#[track_caller]
fn says(exposition: &str, line: &str) {
    assert!(exposition.lines().any(|found| found == line), "{line} is missing:\n{exposition}");
}

/// Families that are declared, without their prefix.
fn families(exposition: &str) -> BTreeSet<&str> {
    exposition.lines().filter_map(|line| line.strip_prefix("# TYPE ringback_")?.split(' ').next()).collect()
}

const NAMES: [&str; 10] = [
    "deliveries",
    "forgotten_early",
    "handler_seconds",
    "inbox_deliveries",
    "inbox_oldest_seconds",
    "lost",
    "overdue",
    "refused",
    "store_seconds",
    "time_to_callback_seconds",
];

#[test]
fn a_server_tells_what_it_has_done() {
    let server = Server::with_tickets(&["--admin", "127.0.0.1:0", "--basic", PAIR, "--workers", "0", "--log", "trace"]);
    let admin = admin(&server);
    let expect = ["expect", "--job", "marker-job", "--ticket-keys", "keys", "--context", "marker-context"];
    let expected = server.ringback(&expect);
    let expected = String::from_utf8(expected.stdout).unwrap();
    let body = transcript(ID, "marker-text").replace(r#""a","b""#, r#""marker-tag""#);
    for _ in 0..2 {
        assert_eq!(curl(&["-u", expected.trim(), "-d", &body, &server.url()]).status, 200);
    }
    assert_eq!(curl(&["-u", "hook:marker-wrong", "-d", "{}", &server.url()]).status, 401);
    assert_eq!(server.curl(&["-H", "content-encoding: br", "-d", "{}"]).status, 415);
    assert_eq!(server.post("{\"marker\":]").status, 200);
    let found = exposition(&admin);
    for line in [
        r#"ringback_deliveries_total{kind="transcript",outcome="stored"} 1"#,
        r#"ringback_deliveries_total{kind="unknown",outcome="malformed"} 1"#,
        r#"ringback_refused_total{reason="unsupported_encoding"} 1"#,
        r#"ringback_inbox_deliveries{state="ready"} 1"#,
        r#"ringback_inbox_deliveries{state="dead"} 1"#,
        r#"ringback_lost_total{reason="encoding"} 1"#,
        r#"ringback_lost_total{reason="handler"} 0"#,
        "ringback_time_to_callback_seconds_count 1",
        "ringback_overdue 0.0",
    ] {
        says(&found, line);
    }
    assert!(!found.lines().any(|line| line == "ringback_inbox_oldest_seconds 0.0"), "one waits:\n{found}");
    assert!(!found.contains("marker"), "{found}");

    let mut command = ringback();
    command
        .args(["work", "--admin", "127.0.0.1:0", "--exec", "true", "--log", "trace"])
        .current_dir(server.directory.path());
    let worker = Server::spawn_worker(command);
    worker.line();
    let at = self::admin(&worker);
    let handled = r#"ringback_handler_seconds_count{route="default",outcome="done"} 1"#;
    says(&exposition(&at), handled);
    // The store is the same for both; it is settled a moment after the line.
    eventually(|| exposition(&admin).contains(r#"ringback_inbox_deliveries{state="done"} 1"#));
    let found = (exposition(&admin), exposition(&at));
    says(&found.1, r#"ringback_inbox_deliveries{state="done"} 1"#);
    let all: BTreeSet<_> = families(&found.0).union(&families(&found.1)).copied().collect();
    assert_eq!(all, BTreeSet::from(NAMES));
    for errors in [server.stop().errors, worker.stop().errors] {
        assert!(errors.contains("delivery") && !errors.contains("marker"), "{errors}");
    }
}

#[test]
fn a_server_without_a_store_tells_the_rest() {
    let server = Server::in_memory(&["--admin", "127.0.0.1:0", "--exec", "true"]);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    assert_eq!(server.post(&transcript(ID, "hello")).status, 200);
    assert_eq!(server.post("{\"a\":]").status, 422);
    let found = exposition(&admin(&server));
    for line in [
        r#"ringback_deliveries_total{kind="transcript",outcome="handled"} 1"#,
        r#"ringback_deliveries_total{kind="transcript",outcome="repeat"} 1"#,
        r#"ringback_handler_seconds_count{route="default",outcome="done"} 1"#,
        r#"ringback_lost_total{reason="malformed"} 1"#,
        "ringback_inbox_oldest_seconds NaN",
    ] {
        says(&found, line);
    }
    assert!(!found.contains("ringback_inbox_deliveries{"), "{found}");
}

#[test]
fn a_server_that_ends_says_so_before_it_has_ended() {
    let server = Server::with_tickets(&[
        "--admin",
        "127.0.0.1:0",
        "--exec",
        "sh -c 'echo > begun; while ! test -e enough; do sleep 0.1; done'",
    ]);
    let admin = admin(&server);
    let ready = || curl(&[&format!("{admin}/readyz")]).status;
    assert_eq!(ready(), 200);
    assert_eq!(server.curl_with(&ticket("call-42"), &["-d", &transcript(ID, "hello")]).status, 200);
    server.appears("begun");
    says(&exposition(&admin), r#"ringback_inbox_deliveries{state="claimed"} 1"#);
    server.signal(rustix::process::Signal::TERM);
    errors_with(&server, "stopping");
    assert_eq!(ready(), 503);
    server.directory.file("enough", "");
    assert_eq!(server.wait().status.code(), Some(0));
}

#[test]
fn alert_rules_are_about_metrics_that_there_are() {
    let text = include_str!("../../alerts.yml");
    let document = YamlLoader::load_from_str(text).unwrap().remove(0);
    let rules = document["groups"][0]["rules"].as_vec().unwrap();
    let mut watched = BTreeSet::new();
    for rule in rules {
        let name = rule["alert"].as_str().unwrap();
        assert!(name.starts_with("Ringback"), "{name}");
        assert!(["critical", "warning", "info"].contains(&rule["labels"]["severity"].as_str().unwrap()), "{name}");
        assert!(!rule["annotations"]["summary"].as_str().unwrap().is_empty(), "{name}");
        let expression = rule["expr"].as_str().unwrap();
        let count = |char| expression.matches(char).count();
        assert_eq!((count('('), count('['), count('{')), (count(')'), count(']'), count('}')), "{expression}");
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let words = expression.split(|char| !is_word(char)).filter_map(|word| word.strip_prefix("ringback_"));
        let ends = ["_total", "_count", "_bucket", "_sum"];
        let names: Vec<_> =
            words.map(|word| ends.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)).collect();
        assert!(!names.is_empty() && names.iter().all(|name| NAMES.contains(name)), "{expression}");
        watched.extend(names);
    }
    assert_eq!(watched, BTreeSet::from(NAMES), "each of them is watched");
}
