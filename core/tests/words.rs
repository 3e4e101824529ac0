//! Words that are read as records, against the same words looked up by name.
//!
//! `RINGBACK_MUTATIONS` sets how many documents are drawn, `RINGBACK_CORPUS` where real payloads lie.

mod documents;

use std::path::Path;
use std::{env, fs};

use documents::{Dice, mutate, transcript};
use ringback::json::{Names, Object, Str, Value};
use ringback::payload::{Columns, NOBODY, Payload, Span, View, Word, Words};

/// Names that are there, that are not, and that are long.
static NAMES: Names<5> = Names::new(["speaker_confidence", "extra", "start", "punctuated_word", "absent"]);

/// Every getter of a word against its object.
fn check_word(word: &Word<'_>, object: Object<'_>) {
    assert_eq!(word.object().value().raw(), object.value().raw());
    let raw = |found: [Option<Value<'_>>; 5]| found.map(|value| value.map(|value| value.raw().to_string()));
    assert_eq!(raw(object.pick(&NAMES)), raw(object.select(*NAMES.names())), "{object:?}");
    let bits = |float: Option<f64>| float.map(f64::to_bits);
    assert_eq!(bits(word.start()), bits(object.f64("start")), "{object:?}");
    assert_eq!(bits(word.end()), bits(object.f64("end")), "{object:?}");
    assert_eq!(bits(word.confidence()), bits(object.f64("confidence")), "{object:?}");
    assert_eq!(bits(word.speaker_confidence()), bits(object.f64("speaker_confidence")), "{object:?}");
    assert_eq!(bits(word.sentiment_score()), bits(object.f64("sentiment_score")), "{object:?}");
    assert_eq!(word.start_millis(), object.millis("start"), "{object:?}");
    assert_eq!(word.end_millis(), object.millis("end"), "{object:?}");
    assert_eq!(word.speaker(), object.u64("speaker"), "{object:?}");
    let same = |one: Option<Str<'_>>, other: Option<Str<'_>>| {
        let parts = |text: Str<'_>| (text.raw().to_string(), text.is_escaped());
        assert_eq!(one.map(parts), other.map(parts), "{object:?}");
    };
    same(word.word(), object.str("word"));
    same(word.punctuated_word(), object.str("punctuated_word"));
    same(word.language(), object.str("language"));
    same(word.sentiment(), object.str("sentiment"));
}

/// How many words there are, each checked one by one and as rows of columns.
fn check(payload: &Payload<'_>, words: Words<'_>) -> usize {
    let objects: Vec<Object<'_>> =
        words.array().into_iter().flat_map(|array| array.iter()).filter_map(|value| value.as_object()).collect();
    let list: Vec<Word<'_>> = words.iter().collect();
    assert_eq!(list.len(), objects.len());
    for (word, object) in list.iter().zip(&objects) {
        check_word(word, *object);
        check_word(&Word::of(*object), *object);
    }
    let mut iter = words.iter();
    for chunk in objects.chunks(3) {
        let (mut starts, mut ends, mut confidences) = ([0.0; 3], [0.0; 3], [0.0; 3]);
        let (mut speakers, mut texts, mut punctuated) = ([0; 3], [Span::default(); 3], [Span::default(); 3]);
        let columns = Columns {
            starts: Some(&mut starts),
            ends: Some(&mut ends),
            confidences: Some(&mut confidences),
            speakers: Some(&mut speakers),
            texts: Some(&mut texts),
            punctuated: Some(&mut punctuated),
        };
        assert_eq!(iter.fill(payload, columns), chunk.len());
        for (row, object) in chunk.iter().enumerate() {
            let float = |name| object.f64(name).unwrap_or(f64::NAN).to_bits();
            assert_eq!(starts[row].to_bits(), float("start"));
            assert_eq!(ends[row].to_bits(), float("end"));
            assert_eq!(confidences[row].to_bits(), float("confidence"));
            let speaker = object.u64("speaker").and_then(|number| i32::try_from(number).ok());
            assert_eq!(speakers[row], speaker.unwrap_or(NOBODY));
            assert_eq!(texts[row], payload.span(object.str("word")));
            assert_eq!(punctuated[row], payload.span(object.str("punctuated_word")));
        }
    }
    list.len()
}

/// All words of a document, by way of landmarks and by way of lists.
fn check_document(body: &[u8]) -> usize {
    let Ok(payload) = Payload::parse(body) else { return 0 };
    let mut count = 0;
    for alternative in payload.alternatives() {
        let by_name = alternative.object();
        assert_eq!(alternative.transcript().map(|text| text.raw()), by_name.str("transcript").map(|text| text.raw()));
        assert_eq!(alternative.confidence(), by_name.f64("confidence"));
        assert_eq!(alternative.words().is_present(), by_name.array("words").is_some());
        count += check(&payload, alternative.words());
    }
    if payload.stream_results().is_none() {
        let lists = payload.channels().iter().flat_map(|channel| channel.alternatives());
        assert_eq!(count, lists.map(|alternative| alternative.words().len()).sum());
    }
    for utterance in payload.utterances() {
        count += check(&payload, utterance.words());
    }
    count
}

#[test]
fn words_of_any_shape_are_read_as_by_name() {
    let rounds = env::var("RINGBACK_MUTATIONS").map_or(1_500, |count| count.parse().unwrap());
    let (mut dice, mut count) = (Dice::new(2), 0);
    for round in 0..rounds {
        let mut text = transcript(&mut dice, 20).into_bytes();
        if round % 2 == 1 {
            mutate(&mut dice, &mut text);
        }
        count += check_document(&text);
    }
    println!("{count} words");
    assert!(count > rounds);
}

#[test]
fn words_of_the_corpus_are_read_as_by_name() {
    let Some(corpus) = env::var_os("RINGBACK_CORPUS") else { return println!("skipped: RINGBACK_CORPUS is not set") };
    fn walk(folder: &Path) -> usize {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.map(|path| if path.is_dir() { walk(&path) } else { check_document(&fs::read(path).unwrap()) }).sum()
    }
    assert!(walk(Path::new(&corpus)) > 100);
}
