//! What was erased is in no file any more, and what is secret never was.

mod rig;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rig::{Folder, gate, keyring, pairs, request};
use ringback::credential::TicketText;
use ringback::gate::{AcceptedCredentials, Config};
use ringback::ledger::Outcome;
use ringback::policy::{Answer, Backing, Policy};
use ringback::route::Routes;
use ringback::{Gate, Head};
use ringback_inbox::inbox::Subject;
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Decision, Expect, Inbox, ManualClock, Settings, Spool};

const JOBS: u64 = 7;
const DAY: u64 = 86_400_000;
const BASIC: &str = rig::BASIC;

struct House {
    inbox: Inbox,
    clock: Arc<ManualClock>,
    folder: Folder,
}

impl House {
    fn new() -> House {
        let folder = Folder::new();
        let clock = Arc::new(ManualClock::new(rig::NOON));
        let options = Options { clock: clock.clone(), reserve: 0, ballast: 64 << 10, ..Options::default() };
        let store = Sqlite::open_with(folder.file(), options).unwrap();
        let spool = Spool::open(folder.path().join("spool"), 1 << 20).unwrap();
        House { inbox: Inbox::with_spool(store.into(), Settings::default(), spool), clock, folder }
    }

    fn send(&self, gate: &Gate<'_>, authorization: &str, body: &[u8]) -> Answer {
        let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
        let head = head.header("content-type", b"application/json; marker-of-the-type");
        match self.inbox.receive(gate, &head, &mut body.to_vec()) {
            Decision::Answer(answer) => answer,
            Decision::Handle(work) => panic!("{work:?}"),
        }
    }

    /// Everything in every file of the house.
    fn bytes(&self) -> Vec<u8> {
        fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() { collect(&entry, into) } else { into.push(entry) }
            }
        }
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        files.into_iter().flat_map(|file| std::fs::read(file).unwrap()).collect()
    }

    /// Which of these are found.
    fn traces(&self, marks: &[String]) -> Vec<String> {
        let bytes = self.bytes();
        // All of them hold this word, and little else does: so one walk is enough.
        let places: Vec<_> =
            (0..bytes.len()).filter(|at| bytes[*at] == b'm' && bytes[*at..].starts_with(b"mark")).collect();
        let is_there = |mark: &&String| {
            let offset = mark.find("mark").unwrap();
            places.iter().any(|at| *at >= offset && bytes[at - offset..].starts_with(mark.as_bytes()))
        };
        marks.iter().filter(is_there).cloned().collect()
    }
}

fn find(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

fn body(number: u64, words: &str, tag: &str) -> Vec<u8> {
    format!(
        r#"{{"metadata":{{"request_id":"{}-mark","tags":["{tag}"]}},"results":{{"channels":[{{"alternatives":[{{"transcript":"{words}"}}]}}]}}}}"#,
        request(number)
    )
    .into_bytes()
}

fn plain_gate(inbox: &Inbox) -> Gate<'static> {
    Gate::new(Config {
        credentials: AcceptedCredentials { tickets: Some(keyring()), basic: pairs(), ..AcceptedCredentials::default() },
        routes: Routes::NONE,
        policy: Policy::new(Backing::Inbox),
        limits: Default::default(),
        remember_interim: false,
        seed: inbox.seed(),
    })
    .unwrap()
}

/// A house full of marked deliveries, and the marks.
fn furnished(count: u64) -> (House, Vec<String>) {
    let house = House::new();
    let gate = plain_gate(&house.inbox);
    let mut marks = Vec::new();
    for number in 0..count {
        let [job, context, words] = ["job", "context", "words"].map(|what| match what {
            // Several belong to one job.
            "job" => format!("mark-job-{:02}-x", number % JOBS),
            what => format!("mark-{what}-{number:04}-x"),
        });
        let submission = house.inbox.expect(&keyring(), Expect::new(&job).context(&*context)).unwrap();
        submission.accepted(&format!("{}-mark", request(number))).unwrap();
        let ticket = submission.ticket().map(TicketText::authorization).unwrap().to_string();
        let answer = house.send(&gate, &ticket, &body(number, &words, "mark-tag"));
        assert_eq!((answer.status, answer.situation.name()), (200, "stored"));
        marks.extend([job, context, words, format!("{}-mark", request(number))]);
    }
    // One of them is larger than memory.
    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
    let mut oversize = house.inbox.oversize(&gate, &head.header("content-type", b"mark-type")).unwrap();
    oversize.write(b"mark-oversize and so on").unwrap();
    assert_eq!(oversize.finish().status, 200);
    marks.extend(["mark-tag", "mark-oversize", "mark-type"].map(str::to_owned));
    marks.sort();
    marks.dedup();
    assert_eq!(house.traces(&marks), marks, "the test would see each");
    (house, marks)
}

#[test]
fn forgetting_job_by_job_leaves_nothing_of_any() {
    let (house, marks) = furnished(12 * JOBS);
    // Pages are emptied here and there.
    for number in 0..JOBS {
        let forgotten = house.inbox.forget(&Subject::Job(format!("mark-job-{number:02}-x"))).unwrap();
        assert_eq!((forgotten.deliveries, forgotten.submissions), (12, 12));
    }
    let left = house.traces(&marks);
    // What was let in by a Basic pair belongs to no job.
    assert_eq!(left, ["mark-oversize", "mark-type"]);
}

#[test]
fn when_their_time_has_come_nothing_is_left() {
    let (house, marks) = furnished(50);
    loop {
        let works = house.inbox.claim(64).unwrap();
        if works.is_empty() {
            break;
        }
        works.iter().for_each(|work| assert!(house.inbox.settle(work.claim, Outcome::Done).is_ok()));
    }
    house.clock.advance(DAY);
    house.inbox.purge().unwrap();
    let left = house.traces(&marks);
    assert!(!left.iter().any(|mark| mark.starts_with("mark-words")), "{left:?}");
    assert!(left.contains(&"mark-oversize".to_owned()), "dead letters have more time");
    house.clock.advance(60 * DAY);
    house.inbox.purge().unwrap();
    assert_eq!(house.traces(&marks), <[String; 0]>::default());
}

#[test]
fn secrets_are_in_no_file_at_any_time() {
    let house = House::new();
    let gate = gate(house.inbox.seed());
    let submission = house.inbox.expect(&keyring(), Expect::new("call-1")).unwrap();
    let ticket = submission.ticket().unwrap();
    let with_secret = format!(
        r#"{{"metadata":{{"request_id":"{}","extra":{{"callback_secret":"open sesame marker"}}}},"results":{{"channels":[]}}}}"#,
        request(1)
    );
    for (authorization, body) in [
        (ticket.authorization().to_string(), with_secret.as_str()),
        (BASIC.to_owned(), with_secret.as_str()),
        (BASIC.to_owned(), "{\"cut\":"),
        (BASIC.to_owned(), "no json at all {"),
    ] {
        let _ = house.send(&gate, &authorization, body.as_bytes());
    }
    let url = submission.callback_url("https://example.com/hook").unwrap();
    let code = url.split(['@', ':']).nth(2).unwrap().to_owned();
    assert!(code.len() >= 16);
    let bytes = house.bytes();
    for secret in ["open sesame", "correct horse", &code, "aG9vazpjb3JyZWN0IGhvcnNl"] {
        assert!(!find(&bytes, secret.as_bytes()), "{}", &secret[..4]);
    }
    assert!(find(&bytes, b"no json at all"), "the test would see them");
}
