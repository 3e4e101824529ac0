//! Real payloads, read as `corpus.tsv` says and as `serde_json` reads them.
//!
//! The payloads are not part of the repository: the folder that `RINGBACK_CORPUS` names holds them. The table has one
//! line for each: what it is, whether it names a request, how many words its alternatives have and how many utterances
//! there are. Both were counted by another program.

use std::path::Path;
use std::{fs, iter};

use ringback::gate::Content;
use ringback::json::Str;
use ringback::ledger::Outcome;
use ringback::payload::{Alternative, Kind, Words};
use ringback::policy::Situation;
use ringback::receiver::Decision;
use ringback::time::Now;
use ringback::{Head, Payload};
use ringback_tests::setup::{InMemory, START, Setup};
use ringback_tests::{corpus, load};
use serde::Deserialize;
use serde_json::Value;

struct Row<'t> {
    file: &'t str,
    kind: Kind,
    is_json: bool,
    has_request_id: bool,
    words: usize,
    utterances: Option<usize>,
}

const TABLE: &str = include_str!("../corpus.tsv");

fn rows() -> impl Iterator<Item = Row<'static>> {
    TABLE.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, kind, content, request_id, words, utterances] = fields[..] else { panic!("{line}") };
        Row {
            file,
            kind: kind.parse().unwrap_or_else(|_| panic!("{line}")),
            is_json: content == "json",
            has_request_id: request_id == "yes",
            words: words.parse().unwrap_or(0),
            utterances: utterances.parse().ok(),
        }
    })
}

fn read(corpus: &Path, file: &str) -> Vec<u8> {
    fs::read(corpus.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_payload_is_what_the_table_says() {
    let Some(corpus) = corpus() else { return };
    assert_eq!(rows().count(), 107);
    for row in rows().filter(|row| row.is_json) {
        let body = read(&corpus, row.file);
        let payload = Payload::parse(&body).unwrap_or_else(|error| panic!("{}: {error}", row.file));
        assert_eq!(payload.kind(), row.kind, "{}", row.file);
        assert_eq!(payload.request_id().is_some(), row.has_request_id, "{}", row.file);
        let words: usize = alternatives(&payload).map(|alternative| alternative.words().len()).sum();
        assert_eq!(words, row.words, "{}", row.file);
        let utterances = payload.utterances();
        assert_eq!(utterances.is_present().then(|| utterances.len()), row.utterances, "{}", row.file);
    }
}

#[test]
fn every_payload_of_the_corpus_is_in_the_table() {
    let Some(corpus) = corpus() else { return };
    let folders = ["accepted", "error", "flux", "other", "prerecorded", "read", "streaming", "tts-headers"];
    let mut files = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            files.push(format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap()));
        }
    }
    files.sort();
    assert!(files.iter().map(String::as_str).eq(rows().map(|row| row.file)));
}

/// Without a content type, as if nobody had said what it is.
#[test]
fn a_gate_finds_the_same_content() {
    let Some(corpus) = corpus() else { return };
    let setup = Setup { let_anybody_post: true, ..Setup::default() };
    let head = Head::new("POST", "/hook");
    for row in rows() {
        let body = read(&corpus, row.file);
        let found = setup.with(|receiver| {
            let gate = receiver.gate();
            let delivery = gate.examine(gate.admit(&head, START).unwrap(), &head, &body).unwrap();
            (delivery.kind, matches!(delivery.content, Content::Json(_)))
        });
        assert_eq!(found.unwrap(), (row.kind, row.is_json), "{}", row.file);
    }
}

#[test]
fn every_word_and_every_time_is_the_one_that_serde_json_reads() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    for row in rows().filter(|row| row.is_json) {
        let body = read(&corpus, row.file);
        let payload = Payload::parse(&body).unwrap();
        let expected: Value = serde_json::from_slice(&body).unwrap();
        let channels = match payload.kind() {
            Kind::StreamResults => iter::once(&expected["channel"]).collect(),
            _ => elements(&expected["results"]["channels"]),
        };
        let readings: Vec<&Value> = channels.iter().flat_map(|channel| elements(&channel["alternatives"])).collect();
        let found: Vec<_> = alternatives(&payload).collect();
        assert_eq!(found.len(), readings.len(), "{}", row.file);
        for (found, expected) in found.iter().zip(&readings) {
            text(found.transcript(), &expected["transcript"], row.file);
            float(found.confidence(), &expected["confidence"], row.file);
            compared += words(found.words(), &expected["words"], row.file);
        }
        if row.kind == Kind::Transcript || row.kind == Kind::StreamResults {
            let first = readings.first().map_or(&Value::Null, |reading| &reading["transcript"]);
            text(payload.transcript(), first, row.file);
        }
        let utterances = elements(&expected["results"]["utterances"]);
        assert_eq!(payload.utterances().len(), utterances.len());
        for (found, expected) in payload.utterances().iter().zip(utterances) {
            text(found.transcript(), &expected["transcript"], row.file);
            text(found.id(), &expected["id"], row.file);
            float(found.start(), &expected["start"], row.file);
            float(found.end(), &expected["end"], row.file);
            compared += words(found.words(), &expected["words"], row.file);
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn ids_tags_and_extra_pairs_are_those_that_serde_json_reads() {
    let Some(corpus) = corpus() else { return };
    for row in rows().filter(|row| row.is_json) {
        let body = read(&corpus, row.file);
        let payload = Payload::parse(&body).unwrap();
        let expected: Value = serde_json::from_slice(&body).unwrap();
        let metadata = [&expected["metadata"]["metadata"], &expected["metadata"], &expected];
        let metadata = metadata.into_iter().find(|value| value.is_object()).unwrap();
        let id = metadata["request_id"].as_str().or(expected["request_id"].as_str());
        let found = payload.request_id().map(|id| id.to_string());
        assert_eq!(found, id.map(str::to_lowercase), "{}", row.file);
        let tags: Vec<_> = payload.tags().iter().map(|tag| Value::from(tag.to_cow())).collect();
        assert_eq!(tags.iter().collect::<Vec<_>>(), elements(&metadata["tags"]), "{}", row.file);
        for (key, value) in payload.extra().iter() {
            text(Some(value), &metadata["extra"][key.to_cow().as_ref()], row.file);
        }
        let extra = metadata["extra"].as_object().map_or(0, |extra| extra.len());
        assert_eq!(payload.extra().iter().count(), extra, "{}", row.file);
        if let (Some(found), Kind::Transcript | Kind::StreamMetadata) = (payload.metadata(), row.kind) {
            float(found.duration(), &metadata["duration"], row.file);
        }
    }
}

/// Interim results are not remembered, and an utterance end that does not say when is never a repeat.
#[test]
fn every_payload_is_handled_once_under_a_ticket() {
    #[derive(Deserialize)]
    struct Minted {
        key: String,
        audience: String,
        authorization: Option<String>,
    }
    let Some(corpus) = corpus() else { return };
    let minted = load::<Minted>("tickets_minted").swap_remove(0);
    let authorization = minted.authorization.unwrap();
    let setup = Setup { keys: vec![minted.key], audience: minted.audience, ..Setup::default() };
    let head = Head::new("POST", "/hook").header("authorization", authorization.as_bytes());
    for row in rows() {
        let mut body = read(&corpus, row.file);
        let is_interim = Payload::parse(&body).ok().and_then(|payload| payload.stream_results());
        let is_interim = is_interim.is_some_and(|message| message.is_interim());
        let run = |mut receiver: InMemory<'_>| {
            let now = Now::new(START, 0);
            let Decision::Handle(work) = receiver.receive(&head, &mut body, now) else { panic!("{}", row.file) };
            let (claim, kind) = (work.claim, work.delivery.kind);
            assert_eq!(receiver.settle(claim, Outcome::Done, now).status, 200, "{}", row.file);
            match receiver.receive(&head, &mut body, now) {
                Decision::Answer(answer) => assert_eq!(answer.situation, Situation::Repeat, "{}", row.file),
                Decision::Handle(_) => assert!(is_interim, "{}", row.file),
            }
            assert_eq!(kind, row.kind, "{}", row.file);
        };
        setup.with(run).unwrap();
    }
}

fn alternatives<'a>(payload: &Payload<'a>) -> impl Iterator<Item = Alternative<'a>> {
    let message = payload.stream_results().and_then(|message| message.channel());
    payload.channels().iter().chain(message).flat_map(|channel| channel.alternatives())
}

fn words(found: Words<'_>, expected: &Value, file: &str) -> usize {
    let expected = elements(expected);
    assert_eq!(found.len(), expected.len(), "{file}");
    for (found, expected) in found.iter().zip(&expected) {
        text(found.word(), &expected["word"], file);
        text(found.punctuated_word(), &expected["punctuated_word"], file);
        float(found.start(), &expected["start"], file);
        float(found.end(), &expected["end"], file);
        float(found.confidence(), &expected["confidence"], file);
        assert_eq!(found.speaker(), expected["speaker"].as_u64(), "{file}");
        for (millis, seconds) in [(found.start_millis(), found.start()), (found.end_millis(), found.end())] {
            // Half a millisecond may be rounded to either side when a float stands between.
            let distance = millis.zip(seconds).map(|(millis, seconds)| (millis as f64 - seconds * 1000.0).abs());
            assert!(distance.is_none_or(|distance| distance <= 0.5 + 1e-6), "{file}: {millis:?} {seconds:?}");
            assert_eq!(millis.is_some(), seconds.is_some(), "{file}");
        }
    }
    expected.len()
}

fn text(found: Option<Str<'_>>, expected: &Value, file: &str) {
    assert_eq!(found.map(|text| text.to_cow().into_owned()).as_deref(), expected.as_str(), "{file}");
}

/// Bit by bit.
fn float(found: Option<f64>, expected: &Value, file: &str) {
    assert_eq!(found.map(f64::to_bits), expected.as_f64().map(f64::to_bits), "{file}: {expected}");
}

fn elements(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}
