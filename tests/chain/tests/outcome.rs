//! One script of deliveries, with all that goes wrong on the way, against every server of ours: the same outcome for each.

use std::path::Path;
use std::process::Command;

use ringback_chain::{Directory, KEYS, Program, example, ringback, run, serve};
use serde_json::Value;

/// The script: every kind, short and longer recordings, all faults. The seed comes with each run.
const SCRIPT: [&str; 17] = [
    "--kind",
    "transcript,analysis,audio,failure,stream",
    "--count",
    "10",
    "--minutes",
    "0.2,4",
    "--features",
    "smart_format,diarize,utterances,language=multi",
    "--faults",
    "all",
    "--fault-rate",
    "0.4",
    "--speed",
    "300",
    "--handled-within",
    "30s",
    "--json",
];

/// The seeds of the runs.
const SEEDS: [&str; 2] = ["1", "2"];

/// Plays the script at a server that lets the tickets of [`KEYS`] in, and gives a row for the table.
fn play(name: &str, directory: &Directory, server: &Program, url: &str, audience: &str) -> String {
    let keys = directory.file("keys", KEYS);
    let mut sums = [0; 5];
    for seed in SEEDS {
        let mut simulate = ringback();
        simulate.arg("simulate").args(["--to", url, "--ticket-keys", &keys, "--seed", seed]).args(SCRIPT);
        simulate.args(["--audience", audience]);
        let printed = run(simulate.arg("--handled").arg(server.out()).current_dir(directory.path("")));
        let lines = printed.lines();
        let verdict = lines.last().unwrap_or_else(|| panic!("{name}: {}", printed.errors));
        let unkept: Vec<&Value> =
            lines.iter().filter(|line| line["fate"] == "lost" || line["fate"] == "doubled").collect();
        assert!(unkept.is_empty(), "{name}, seed {seed}: {unkept:?}");
        assert_eq!((&verdict["accounted"], printed.code), (&true.into(), Some(0)), "{name}: {verdict}");
        for line in lines.iter().filter(|line| line["event"] == "attempt") {
            check(name, line);
        }
        for (sum, count) in
            sums.iter_mut().zip(["deliveries", "attempts", "delivered", "differing", "strangers_let_in"])
        {
            *sum += verdict[count].as_u64().unwrap_or_else(|| panic!("{verdict}"));
        }
    }
    let [deliveries, attempts, once, differing, strangers] = sums;
    format!("| {name} | {deliveries} | {attempts} | {once} | {differing} | 0 | 0 | {strangers} |")
}

/// The answer to an attempt is that of the table of situations.
fn check(name: &str, attempt: &Value) {
    let status = attempt["status"].as_u64();
    let good = match (attempt["sender"].as_str(), attempt["fault"].as_str()) {
        (Some("stranger"), _) => status == Some(401),
        // Half a body: asked for again, or the connection has gone with it.
        (_, Some("cut")) => matches!(status, Some(400) | None),
        // While an earlier attempt is under way, the sender is asked to come again.
        _ => matches!(status, Some(200 | 503)),
    };
    assert!(good, "{name}: {attempt}");
}

#[test]
fn every_server_handles_everything_once_and_says_the_same() {
    let mut table = vec![
        "| server | deliveries | attempts | handled once | differing | doubled | lost | strangers let in |".to_owned(),
        "| --- | --: | --: | --: | --: | --: | --: | --: |".to_owned(),
    ];
    for (name, store) in [("ringback serve, SQLite", "sqlite:inbox.db"), ("ringback serve, memory", "memory")] {
        let directory = Directory::new();
        let keys = directory.file("keys", KEYS);
        let mut command = serve(&directory);
        command.args(["--ticket-keys", &keys, "--payload", "never", "--store", store]);
        let server = Program::start(&mut command, directory.path("handled"));
        table.push(play(name, &directory, &server, &server.url, ""));
    }
    for (name, store) in [("axum, layer, SQLite", "sqlite:inbox.db"), ("axum, extractor, memory", "memory")] {
        let directory = Directory::new();
        let mut command = Command::new(example("ringback-example-axum"));
        command.args(["127.0.0.1:0", "https://example.com/hook", store]).current_dir(directory.path(""));
        let server = Program::start(command.env("RINGBACK_TICKET_KEYS", KEYS.trim()), directory.path("handled"));
        table.push(play(name, &directory, &server, &server.url, ""));
    }
    let c = example("libmicrohttpd");
    if Path::new(&c).is_file() {
        let directory = Directory::new();
        let port = ringback_chain::free_port();
        let url = format!("http://127.0.0.1:{port}/hook");
        let mut command = Command::new(c);
        command.args([&port.to_string(), &url, "hook:secret"]).env("RINGBACK_TICKET_KEYS", KEYS.trim());
        let server = Program::launch(&mut command, directory.path("handled"));
        ringback_chain::wait_for_port(port);
        table.push(play("libmicrohttpd, memory", &directory, &server, &url, "example"));
    } else {
        println!("skipped: libmicrohttpd is not installed");
    }
    println!("{}", table.join("\n"));
}
