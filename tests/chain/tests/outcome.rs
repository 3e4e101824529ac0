//! One script of deliveries, the documents of the vectors and those of the corpus, with what goes wrong on the way,
//! against every server of ours: the same outcome for each.
//!
//! `RINGBACK_SEEDS=1,2,3` plays it once with each of these seeds; it is only the first if nothing is said.

use std::path::Path;
use std::process::Command;

use ringback_chain::{
    Directory, KEYS, Program, example, free_port, node, package, ringback, root, run, serve, text, wait_for_port,
};
use serde_json::Value;

/// The script: every kind, short and longer recordings.
const SCRIPT: [&str; 8] = [
    "--kind",
    "transcript,analysis,audio,failure,stream",
    "--count",
    "10",
    "--minutes",
    "0.2,4",
    "--features",
    "smart_format,diarize,utterances,language=multi",
];

/// What goes wrong on the way of the script: everything.
const ALL: &str = "all";

/// What goes wrong on the way of documents: all but versions with other bytes. A receiver in memory knows only the last
/// version, and handles the first one again when it comes after another.
const SAME_BYTES: &str = "lost-reply,repeat,cut,chunked,slow,reorder,no-credentials,wrong-credentials";

/// How it is played. The seed comes with each run.
const HOW: [&str; 7] = ["--fault-rate", "0.4", "--speed", "300", "--handled-within", "30s", "--json"];

/// A server that runs, lets the tickets of [`KEYS`] in and keeps its account of what it handles.
struct Server {
    program: Program,
    url: String,
    audience: &'static str,
    directory: Directory,
}

impl Server {
    /// Starts one that says where it listens.
    fn start(directory: Directory, command: &mut Command) -> Server {
        let command = command.current_dir(directory.path("")).env("RINGBACK_TICKET_KEYS", KEYS.trim());
        let program = Program::start(command, directory.path("handled"));
        Server { url: program.url.clone(), program, audience: "", directory }
    }
}

fn command(store: &str) -> Server {
    let directory = Directory::new();
    let keys = directory.file("keys", KEYS);
    let mut command = serve(&directory);
    command.args(["--ticket-keys", &keys, "--payload", "never", "--store", store]);
    Server::start(directory, &mut command)
}

/// With a durable store it is the layer, with memory the extractor.
fn axum(store: &str) -> Server {
    let mut command = Command::new(example("ringback-example-axum"));
    Server::start(Directory::new(), command.args(["127.0.0.1:0", "https://example.com/hook", store]))
}

fn fastapi(store: &str) -> Server {
    Server::start(Directory::new(), package::python("ours/fastapi_app.py").arg(store))
}

fn express(place: &str, store: &str) -> Server {
    Server::start(Directory::new(), node("ours/express.cjs").args([place, store]))
}

fn libmicrohttpd() -> Server {
    let directory = Directory::new();
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/hook");
    let mut command = Command::new(example("libmicrohttpd"));
    command.args([&port.to_string(), &url, "hook:secret"]).env("RINGBACK_TICKET_KEYS", KEYS.trim());
    let program = Program::launch(&mut command, directory.path("handled"));
    wait_for_port(port);
    Server { program, url, audience: "example", directory }
}

/// Its name in the table, and what starts it.
type Entry = (&'static str, fn() -> Server);

/// What is delivered, and its name.
struct Play {
    name: &'static str,
    /// As arguments of the simulator.
    what: Vec<String>,
    faults: &'static str,
}

/// What became of a play at one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    deliveries: u64,
    once: u64,
    differing: u64,
    strangers: u64,
    /// How often something was sent: more often where the sender was asked to come again.
    attempts: u64,
}

/// The script, the documents of the vectors, written to this directory, and those of the corpus, if it is there.
///
/// Messages of streams are left to the script: the C server handles a single one of some kinds as often as it comes.
fn plays(directory: &Directory) -> Vec<Play> {
    let file = |path: String| ["--file".to_owned(), path];
    let script = Play { name: "the script", what: SCRIPT.map(str::to_owned).to_vec(), faults: ALL };
    let mut vectors = Play { name: "vectors", what: Vec::new(), faults: SAME_BYTES };
    for topic in ["transcripts", "analyses", "failures", "unknown"] {
        let all: Value = serde_json::from_str(&text(&root().join(format!("tests/vectors/{topic}.json")))).unwrap();
        for (number, case) in all["cases"].as_array().unwrap().iter().enumerate() {
            let body = case.pointer("/body/utf8").and_then(Value::as_str).unwrap_or_default();
            // Nothing but an object is sent to a callback.
            if body.starts_with('{') && case.get("error").is_none() {
                vectors.what.extend(file(directory.file(&format!("{topic}-{number}"), body)));
            }
        }
    }
    let mut plays = vec![script, vectors];
    match std::env::var("RINGBACK_CORPUS") {
        Ok(corpus) => {
            let list = text(&root().join("tests/corpus.tsv"));
            let documents = list.lines().filter_map(|line| {
                let mut columns = line.split('\t');
                let (path, kind, content) = (columns.next()?, columns.next()?, columns.next()?);
                (content == "json" && !kind.starts_with("stream.")).then(|| file(format!("{corpus}/{path}")))
            });
            plays.push(Play { name: "the corpus", what: documents.flatten().collect(), faults: SAME_BYTES });
        }
        Err(_) => println!("skipped: RINGBACK_CORPUS is not set"),
    }
    plays
}

/// Plays this at a server, once with each seed.
fn play(name: &str, server: &Server, play: &Play, seeds: &[String]) -> Sums {
    let keys = server.directory.file("keys", KEYS);
    let mut sums = Sums::default();
    for seed in seeds {
        let mut simulate = ringback();
        simulate.arg("simulate").args(["--to", &server.url, "--ticket-keys", &keys, "--audience", server.audience]);
        simulate
            .args(&play.what)
            .args(HOW)
            .args(["--faults", play.faults, "--seed", seed])
            .arg("--handled")
            .arg(server.program.out());
        let printed = run(simulate.current_dir(server.directory.path("")));
        let lines = printed.lines();
        let verdict = lines.last().unwrap_or_else(|| panic!("{name}: {}", printed.errors));
        let unkept: Vec<&Value> =
            lines.iter().filter(|line| line["fate"] == "lost" || line["fate"] == "doubled").collect();
        assert!(unkept.is_empty(), "{name}, {}, seed {seed}: {unkept:?}", play.name);
        assert_eq!((&verdict["accounted"], printed.code), (&true.into(), Some(0)), "{name}: {verdict}");
        for line in lines.iter().filter(|line| line["event"] == "attempt") {
            check(name, line);
        }
        let count = |name: &str| verdict[name].as_u64().unwrap_or_else(|| panic!("{verdict}"));
        sums.deliveries += count("deliveries");
        sums.once += count("delivered");
        sums.differing += count("differing");
        sums.strangers += count("strangers_let_in");
        sums.attempts += count("attempts");
    }
    sums
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
    let seeds = std::env::var("RINGBACK_SEEDS").unwrap_or_else(|_| "1".to_owned());
    let seeds: Vec<String> = seeds.split(',').map(|seed| seed.trim().to_owned()).collect();
    let mut servers: Vec<Entry> = vec![
        ("ringback serve, SQLite", || command("sqlite:inbox.db")),
        ("ringback serve, memory", || command("memory")),
        ("axum, layer, SQLite", || axum("sqlite:inbox.db")),
        ("axum, extractor, memory", || axum("memory")),
    ];
    match package::missing_python() {
        None => servers.extend::<[Entry; 2]>([
            ("FastAPI, middleware, SQLite", || fastapi("sqlite:inbox.db")),
            ("FastAPI, middleware, memory", || fastapi("memory")),
        ]),
        Some(why) => println!("skipped: {why}"),
    }
    match package::missing_node() {
        None => servers.extend::<[Entry; 4]>([
            ("Express, a route, SQLite", || express("route", "sqlite:inbox.db")),
            ("Express, a route, memory", || express("route", "memory")),
            ("Express, in front, SQLite", || express("front", "sqlite:inbox.db")),
            ("Express, in front, memory", || express("front", "memory")),
        ]),
        Some(why) => println!("skipped: {why}"),
    }
    if Path::new(&example("libmicrohttpd")).is_file() {
        servers.push(("libmicrohttpd, memory", libmicrohttpd));
    } else {
        println!("skipped: libmicrohttpd is not installed");
    }
    let directory = Directory::new();
    let plays = plays(&directory);
    let mut tables = vec![Vec::new(); plays.len()];
    // A run is mostly pauses: a few go on at once.
    for some in servers.chunks(3) {
        std::thread::scope(|scope| {
            let begin = |&(name, start): &Entry| {
                let (plays, seeds) = (&plays, &seeds);
                let run = scope.spawn(move || {
                    let server = start();
                    plays.iter().map(|what| play(name, &server, what, seeds)).collect::<Vec<_>>()
                });
                (name, run)
            };
            let begun: Vec<_> = some.iter().map(begin).collect();
            for (name, run) in begun {
                let sums = run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                tables.iter_mut().zip(sums).for_each(|(table, sums)| table.push((name, sums)));
            }
        });
    }
    for (what, table) in plays.iter().zip(&tables) {
        println!(
            "{}\n\n| server | deliveries | attempts | handled once | differing | doubled | lost | strangers let in |\n\
             | --- | --: | --: | --: | --: | --: | --: | --: |",
            what.name
        );
        for (name, Sums { deliveries, attempts, once, differing, strangers }) in table {
            println!("| {name} | {deliveries} | {attempts} | {once} | {differing} | 0 | 0 | {strangers} |");
        }
        println!();
    }
    for (what, table) in plays.iter().zip(tables) {
        // How often a sender is asked to come again is a matter of time.
        let lasting = |sums| Sums { attempts: 0, ..sums };
        let (first, sums) = table[0];
        assert!(sums.deliveries > 0 && sums.strangers == 0, "{}: {sums:?}", what.name);
        for (name, others) in table {
            assert_eq!(lasting(others), lasting(sums), "{}: {name}, beside {first}", what.name);
        }
    }
}
