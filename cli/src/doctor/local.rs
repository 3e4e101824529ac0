//! `ringback doctor --local`: twelve transcripts, as real recordings give them, played at a server as it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::cure;
use super::finding::Finding;
use super::patient::Patient;
use crate::clock::wall;
use crate::refusal::Refusal;
use crate::simulate::body::{Body, Product, compose};
use crate::simulate::dice::Dice;
use crate::simulate::engine::Engine;
use crate::simulate::features::Features;
use crate::simulate::record::Record;
use crate::simulate::schedule::Schedule;
use crate::simulate::timeline::{Telling, Timeline, size, span};
use crate::simulate::wire::Manner;

/// The recordings: minutes, and what was asked for.
const RECORDINGS: [(f64, &[&str]); 12] = [
    (0.5, &[]),
    (1.0, &["smart_format"]),
    (2.0, &["smart_format"]),
    (5.0, &["smart_format"]),
    (5.0, &["smart_format", "diarize", "utterances"]),
    (10.0, &["smart_format", "diarize"]),
    (15.0, &["smart_format", "diarize", "utterances"]),
    (30.0, &["smart_format"]),
    (30.0, &["smart_format", "diarize", "utterances"]),
    (60.0, &["smart_format", "diarize", "utterances"]),
    (90.0, &["smart_format", "diarize", "utterances", "topics", "sentiment"]),
    (120.0, &["smart_format", "diarize", "utterances", "multichannel"]),
];

/// Three attempts in quick succession: whatever refuses a body three times refuses it eleven times.
const SCHEDULE: Schedule = Schedule { retries: 2, pause: Duration::from_millis(20), ..Schedule::REAL };
/// What is slow for an answer that only says that something is kept.
const SLOW: Duration = Duration::from_secs(2);

/// Plays them, one after the other and then all at once.
pub async fn examine(patient: &Patient) -> Result<Vec<Finding>, Refusal> {
    let mut findings = vec![stranger(patient).await];
    let bodies: Vec<(String, Body)> =
        (1..).zip(RECORDINGS).map(|(number, of)| transcript(patient, number, of)).collect();
    let records = play(patient, &bodies, 1).await?;
    findings.extend(losses(&records));
    let alone = slowest(&records);
    // Whatever is lost one after the other is lost at once as well.
    let taken = records.iter().filter(|record| record.is_acknowledged()).count();
    let at_once = play(patient, &bodies, RECORDINGS.len() as u64 + 1).await?;
    findings.push(together(taken, alone, &at_once));
    Ok(findings)
}

/// Whether somebody without credentials is let in.
async fn stranger(patient: &Patient) -> Finding {
    let attempt = patient.small(None, "POST", Manner::default()).await;
    match attempt.ending.status() {
        Some(200..=299) => Finding::doubtful(
            "strangers",
            "somebody without credentials was let in: anybody who finds the URL can post transcripts",
            "ask for the user name and password that stand in the callback URL, or put `ringback serve` in front",
        ),
        Some(401) => Finding::good("strangers", format!("refused with {}", attempt.ending)),
        _ => Finding::skipped("strangers", format!("answered with {}", attempt.ending)),
    }
}

/// The transcript of a recording, and its request id.
fn transcript(patient: &Patient, number: u64, (minutes, names): (f64, &[&str])) -> (String, Body) {
    let mut features = Features::default();
    for name in names {
        features.set(name, "true");
    }
    let now = wall();
    let mut dice = Dice::apart(patient.seed, "recording", number);
    let request_id = dice.uuid(Some(now));
    let body = compose(Product::Transcript, &request_id, &features, minutes, now, &mut dice).swap_remove(0);
    (request_id, body)
}

/// The same transcript for another request, so that no receiver takes it for a repeat.
fn of_another_request(id: &str, body: &Body, other: &str) -> Body {
    let mut body = body.clone();
    if let Some(at) = body.bytes.windows(id.len()).position(|window| window == id.as_bytes()) {
        body.bytes[at..at + id.len()].copy_from_slice(other.as_bytes());
    }
    body
}

/// Plays the transcripts, each for a request of its own: the first time one after the other, then all at once.
async fn play(patient: &Patient, bodies: &[(String, Body)], first: u64) -> Result<Vec<Record>, Refusal> {
    let one_by_one = first == 1;
    let engine = Arc::new(Engine {
        schedule: SCHEDULE,
        wire: patient.wire.clone(),
        faults: Vec::new(),
        fault_rate: 0.0,
        seed: patient.seed,
        dawdle: Duration::ZERO,
        places: Semaphore::new(if one_by_one { 1 } else { RECORDINGS.len() }),
        timeline: Timeline::new(Telling::Nothing),
        begun: Instant::now(),
    });
    let mut running = JoinSet::new();
    let mut records = Vec::new();
    for (number, (id, body)) in (first..).zip(bodies) {
        let now = wall();
        let request_id = Dice::apart(patient.seed, "request", number).uuid(Some(now));
        let body = of_another_request(id, body, &request_id);
        let submission = patient.submit(number, request_id)?;
        let delivery = patient.desk.delivery(number, &submission, body, now);
        let (engine, permitted) = (Arc::clone(&engine), patient.permitted.clone());
        running.spawn(async move { engine.deliver(&submission, &permitted, delivery, None).await });
        if one_by_one && let Some(Ok(record)) = running.join_next().await {
            records.push(record);
        }
    }
    records.extend(running.join_all().await);
    records.sort_by_key(|record| record.number);
    Ok(records)
}

/// One finding for each way in which transcripts would be lost, and one for those that would not.
fn losses(records: &[Record]) -> Vec<Finding> {
    let (good, lost): (Vec<&Record>, Vec<&Record>) = records.iter().partition(|record| record.is_acknowledged());
    let mut findings = Vec::new();
    if let Some(largest) = good.iter().map(|record| record.bytes).max() {
        findings.push(Finding::good(
            "transcripts",
            format!("{} of {} were taken, the largest of {}", good.len(), records.len(), size(largest)),
        ));
    }
    let mut ways: Vec<(String, Vec<&Record>)> = Vec::new();
    for record in lost {
        let way = record.entries.last().map(|entry| entry.ending.to_string()).unwrap_or_default();
        match ways.iter_mut().find(|(other, _)| *other == way) {
            Some((_, records)) => records.push(record),
            None => ways.push((way, vec![record])),
        }
    }
    for (way, lost) in ways {
        let least = lost.iter().map(|record| record.bytes).min().unwrap_or(0);
        let said = format!(
            "{} of {} would be lost, from {} on: {way} at every attempt",
            lost.len(),
            records.len(),
            size(least)
        );
        let cure = lost[0].entries.last().and_then(|entry| cure::of(&entry.ending, least));
        findings.push(Finding::bad("transcripts", said, cure));
    }
    findings
}

/// What came of all of them at once, next to one after the other.
fn together(taken: usize, alone: Duration, records: &[Record]) -> Finding {
    let now = records.iter().filter(|record| record.is_acknowledged()).count();
    let slowest = slowest(records);
    let again = records.iter().any(|record| record.is_acknowledged() && record.entries.len() > 1);
    let said = format!(
        "of twelve at once {now} were taken; the slowest answer took {}, {} one after the other",
        span(slowest),
        span(alone)
    );
    let cure = "answer as soon as the body is kept, and work afterwards: in Python outside the event loop (FastAPI: `def` \
                instead of `async def`, or BackgroundTasks), with several processes";
    if now < taken {
        Finding::bad("at once", said, Some(cure.into()))
    } else if slowest > SLOW || again {
        Finding::doubtful("at once", said, cure)
    } else {
        Finding::good("at once", said)
    }
}

fn slowest(records: &[Record]) -> Duration {
    let entries = records.iter().flat_map(|record| &record.entries);
    entries.map(|entry| entry.took).max().unwrap_or_default()
}
