//! What usual receivers do with the same script as ours, measured, and the page that says so.

use std::fmt::Write as _;
use std::process::Command;

use ringback_chain::{Directory, Program, node, python, ringback, root, run, serve, text};
use serde_json::Value;

/// The script: recordings of one minute to an hour, with what goes wrong between two machines in a year. Its seed makes it
/// the same every time.
const SCRIPT: [&str; 18] = [
    "--basic",
    "hook:secret",
    "--count",
    "12",
    "--minutes",
    "1,20,60",
    "--features",
    "smart_format,diarize,utterances",
    "--faults",
    "repeat,lost-reply,cut,chunked,no-credentials",
    "--fault-rate",
    "0.4",
    "--seed",
    "1",
    "--speed",
    "1000",
    "--json",
    "--quiet",
];

/// What becomes of the deliveries of the script at this receiver, whose handler writes a line for each.
fn play(server: &mut Command) -> Value {
    let directory = Directory::new();
    let server = Program::start(server, directory.path("handled"));
    let mut simulate = ringback();
    simulate.arg("simulate").args(["--to", &server.url]).args(SCRIPT).arg("--handled").arg(server.out());
    let verdict = run(simulate.args(["--handled-within", "20s"]).current_dir(std::env::temp_dir())).last();
    assert_eq!((&verdict["event"], &verdict["accounted"]), (&"verdict".into(), &true.into()));
    verdict
}

#[test]
fn the_page_of_usual_receivers_says_what_is_measured() {
    let room = Directory::new();
    let mut serve = serve(&room);
    serve.args(["--basic", "hook:secret", "--payload", "never"]);
    let mut table = String::from(
        "| receiver | delivered once | doubled | lost | strangers let in |\n| --- | --: | --: | --: | --: |\n",
    );
    let mut rows = Vec::new();
    for (name, server) in [
        ("Express, `express.json()`", &mut node("usual/express.cjs")),
        ("FastAPI, a JSON body", &mut python("usual/fastapi_receiver.py")),
        ("axum, `Json`", &mut Command::new(env!("CARGO_BIN_EXE_usual-axum"))),
        ("Django, `json.loads(request.body)`", python("usual/django_receiver.py").arg("exempt")),
        ("`ringback serve`", &mut serve),
    ] {
        let verdict = play(server);
        let count = |name: &str| verdict[name].as_u64().unwrap();
        let [delivered, doubled, lost, strangers] = ["delivered", "doubled", "lost", "strangers_let_in"].map(count);
        assert_eq!(delivered + doubled + lost, 12, "{verdict}");
        writeln!(table, "| {name} | {delivered} | {doubled} | {lost} | {strangers} |").unwrap();
        rows.push([delivered, doubled, lost, strangers]);
    }
    println!("{table}");
    assert_eq!(rows.last(), Some(&[12, 0, 0, 0]), "ours");
    let path = root().join("docs/usual-receivers.md");
    let page = text(&path);
    let (before, rest) = page.split_once("<!-- measured -->\n").expect("the page has a place for the table");
    let (old, after) = rest.split_once("<!-- end -->\n").expect("and an end of it");
    if std::env::var_os("RINGBACK_WRITE_TABLE").is_some() {
        std::fs::write(&path, format!("{before}<!-- measured -->\n{table}<!-- end -->\n{after}")).unwrap();
        return;
    }
    assert_eq!(old, table, "write the page anew with RINGBACK_WRITE_TABLE=1 cargo xtask test chain");
}
