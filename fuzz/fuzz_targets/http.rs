//! Bytes on a connection of the server: how they are cut into requests does not depend on how they arrive, and is what
//! a plain reading of them says. Nobody is served without credentials, and no body is larger than allowed.
//!
//! The reading side, the framing, the credentials and the bodies are those of `ringback serve`, over memory instead of
//! a socket and with a clock that jumps to whatever is waited for.

#![no_main]

use std::convert::Infallible;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use ringback::Gate;
use ringback::credential::{BasicPair, BasicPairs, ExtraSecret};
use ringback::gate::{AcceptedCredentials, Config};
use ringback::head::Encoding;
use ringback::identity::Seed;
use ringback::limits::Limits;
use ringback::policy::{Backing, Policy};
use ringback::route::Routes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[allow(dead_code)]
#[path = "../../cli/src/serve/body.rs"]
mod body;
#[allow(dead_code)]
#[path = "../../cli/src/serve/budget.rs"]
mod budget;
#[allow(dead_code)]
#[path = "../../cli/src/serve/crowd.rs"]
mod crowd;
#[allow(dead_code)]
#[path = "../../cli/src/serve/intake.rs"]
mod intake;
#[path = "../../cli/src/serve/place.rs"]
mod place;
#[allow(dead_code)]
#[path = "../../cli/src/serve/turn.rs"]
mod turn;

/// There is no disk here: what is over the limit is refused.
#[allow(dead_code)]
mod spill {
    use ringback::policy::Answer;

    pub const PIECE: usize = 1;

    pub enum Spill {}

    impl Spill {
        pub async fn write(&mut self, _: Vec<u8>) -> Option<Answer> {
            match *self {}
        }

        pub async fn finish(self) -> Answer {
            match self {}
        }
    }
}

use body::{Broken, Pace, Whole};
use budget::Budget;
use crowd::Crowd;
use intake::Intake;
use turn::Turn;

const LIMIT: u64 = 1000;
const UNPROVEN_LIMIT: u64 = 100;

/// `hook:pass`, as it travels.
const CREDENTIALS: &str = "aG9vazpwYXNz";
const SECRET: &str = "swordfish";

/// How HTTP/2 begins (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// A request that was served.
#[derive(Debug, PartialEq, Eq)]
struct Served {
    chunked: bool,
    inflated: bool,
    by_secret: bool,
    body: Vec<u8>,
}

static GATE: LazyLock<Gate<'static>> = LazyLock::new(|| {
    let pairs: &'static [BasicPair<'static>] = Box::leak(Box::new([BasicPair::new("n", "hook", "pass").unwrap()]));
    Gate::new(Config {
        credentials: AcceptedCredentials {
            basic: BasicPairs::new(pairs),
            extra_secret: Some(ExtraSecret::new("key", SECRET).unwrap()),
            ..Default::default()
        },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Memory),
        limits: Limits { body: LIMIT, unproven_body: UNPROVEN_LIMIT, ..Limits::DEFAULT },
        remember_interim: false,
        seed: Seed([1; 32]),
    })
    .unwrap()
});

// How many pieces there are, the length of each, and the stream.
fuzz_target!(|input: &[u8]| {
    let [count, input @ ..] = input else { return };
    let Some((cuts, stream)) = input.split_at_checked(usize::from(count % 8)) else { return };
    let (served, said) = talk(stream, &[]);
    let (served_in_pieces, said_in_pieces) = talk(stream, cuts);
    assert_eq!(served, served_in_pieces);
    // What begins as another version does is refused, with an answer only if the library does not see all of it at once.
    assert!(said == said_in_pieces || stream.windows(PREFACE.len()).any(|part| part == PREFACE));
    compare(stream, &served);
});

/// Sends the stream, cut into pieces of these lengths, and says what was served and what was answered.
fn talk(stream: &[u8], cuts: &[u8]) -> (Vec<Served>, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let served = Mutex::new(Vec::new());
        let (mut reader, mut writer) = tokio::io::split(client);
        let mut said = Vec::new();
        let ask = async {
            let mut rest = stream;
            for &cut in cuts {
                let (piece, left) = rest.split_at(usize::from(cut).min(rest.len()));
                rest = left;
                if writer.write_all(piece).await.is_err() {
                    break;
                }
                // Whoever reads has read all of it before time goes on.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let _ = writer.write_all(rest).await;
            let _ = writer.shutdown().await;
        };
        let hear = async {
            let _ = reader.read_to_end(&mut said).await;
        };
        tokio::join!(ask, hear, serve(server, &served));
        (served.into_inner().unwrap(), shown(&said))
    })
}

async fn serve(stream: tokio::io::DuplexStream, served: &Mutex<Vec<Served>>) {
    let turn = Crowd::new(1, 1).enter().expect("there is a place");
    let budget = Budget::new(LIMIT, UNPROVEN_LIMIT, LIMIT);
    let intake = Intake::new(stream, Arc::clone(&turn), Duration::from_secs(5), Duration::from_secs(75));
    let service = service_fn(|request: Request<Incoming>| {
        let (turn, budget) = (Arc::clone(&turn), Arc::clone(&budget));
        async move {
            let (status, last) = receive(&turn, &budget, request, served).await;
            turn.end();
            let mut response = Response::new(Full::<Bytes>::default());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            if last || !turn.is_proven() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let _ = intake::http().serve_connection(TokioIo::new(intake), service).await;
}

/// One request, in the steps of the server.
async fn receive(
    turn: &Turn,
    budget: &Arc<Budget>,
    request: Request<Incoming>,
    served: &Mutex<Vec<Served>>,
) -> (u16, bool) {
    let (parts, incoming) = request.into_parts();
    if parts.uri.path() != "/hook" {
        return (404, true);
    }
    let head = turn.head(&parts);
    let admitted = match GATE.admit(&head, 0) {
        Ok(admitted) => admitted,
        Err(answer) => return (answer.status, true),
    };
    let pending = admitted.is_pending();
    if !pending {
        turn.prove();
    }
    let hold = budget.hold(pending, None).expect("there is no ticket");
    let pace = Pace { grace: Duration::from_secs(5), within: Duration::from_secs(60) };
    let limit = GATE.body_limit(&admitted);
    let (encoding, length) = (head.encoding(), head.content_length());
    let begin = |_| Err(GATE.too_large());
    let (mut body, _hold) = match body::read(incoming, encoding, length, limit, begin, pace, hold).await {
        Ok(Whole::Memory(body, hold)) => (body, hold),
        Ok(Whole::Disk(_)) => unreachable!("there is no disk"),
        Err(Broken::Slow) => return (408, true),
        Err(Broken::NoRoom) => return (503, true),
        Err(Broken::TooLarge(_)) => return (413, true),
        Err(Broken::Cut | Broken::Damaged) => return (400, true),
    };
    assert!(body.len() as u64 <= limit);
    let clear = body.clone();
    let Ok(admitted) = GATE.unlock(admitted, &mut body, 0) else { return (401, true) };
    let by_secret = admitted.sender() == "extra";
    if GATE.examine(admitted, &head, &body).is_err() {
        return (401, true);
    }
    let (chunked, inflated) = (turn.is_last(), head.encoding() == Encoding::Gzip);
    served.lock().unwrap().push(Served { chunked, inflated, by_secret, body: clear });
    (200, chunked)
}

/// What was answered, without the date.
fn shown(said: &[u8]) -> String {
    let text = String::from_utf8(said.to_vec()).expect("answers are ASCII");
    let lines = text.lines().filter(|line| !line.starts_with("date: "));
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// Reads the stream as plainly as it can be said, and holds what was served against it.
fn compare(stream: &[u8], served: &[Served]) {
    let mut rest = stream;
    for (at, request) in served.iter().enumerate() {
        while let [b'\r' | b'\n', more @ ..] = rest {
            rest = more;
        }
        let ends = |at: &usize| rest[..*at].ends_with(b"\n\n") || rest[..*at].ends_with(b"\n\r\n");
        let end = (1..=rest.len()).find(ends).expect("what was served has a head");
        let (head, body) = rest.split_at(end);
        let head = String::from_utf8_lossy(head);
        let credentials = head.contains(CREDENTIALS);
        let head = head.to_ascii_lowercase();
        let count = |name: &str| head.matches(&format!("\n{name}:")).count();

        assert!(request.by_secret || credentials, "served without credentials");
        assert!(count("authorization") <= 1, "two credentials");
        assert!(head.starts_with("post ") || head.starts_with("put "), "{head}");
        let chunked = count("transfer-encoding") > 0;
        assert!(!chunked || count("content-length") == 0, "two lengths");
        if chunked || request.chunked {
            assert_eq!(at + 1, served.len(), "something was served after a body whose end only the library knows");
            return;
        }
        let lengths = head.split("\ncontent-length:").skip(1).map(|value| value.lines().next().unwrap_or("").trim());
        let lengths: Vec<usize> = lengths.map(|value| value.parse().expect("a length")).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "two lengths that differ");
        let (body, after) = body.split_at(lengths.first().copied().unwrap_or(0));
        assert!(request.inflated || request.body == body, "another body than was sent");
        rest = after;
    }
}
