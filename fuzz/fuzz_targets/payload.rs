//! Any body as any content: everything that a payload says can be asked, and the kind does not depend on white space.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::Payload;
use ringback::payload::View;

fuzz_target!(|body: &[u8]| {
    let Ok(payload) = Payload::parse(body) else { return };
    let spaced = [b" \n", body, b"\t"].concat();
    let again = Payload::parse(&spaced).expect("white space around a document does not matter");
    assert_eq!(payload.kind(), again.kind());
    assert_eq!(payload.request_id(), again.request_id());
    assert_eq!(payload.transcript().map(|text| text.raw()), again.transcript().map(|text| text.raw()));

    let channels = payload.channels();
    assert_eq!(channels.iter().count(), channels.len());
    for channel in channels {
        for alternative in channel.alternatives() {
            for word in alternative.words() {
                // Both come of the same digits.
                assert!(word.start().is_none() || word.start_millis().is_some() || word.start().unwrap().abs() > 9e15);
                let _ = (word.word(), word.end_millis(), word.object());
            }
        }
    }
    assert_eq!(payload.tags().iter().count() == 0, payload.tags().is_empty());
    for (key, _) in payload.extra().iter() {
        let mut room = vec![0; key.raw().len()];
        let key = key.unescape_into(&mut room).unwrap();
        // The last one of that name counts, and it may be no string.
        let _ = payload.extra().value(key);
    }
    let _ = (payload.failure(), payload.stream_error(), payload.speech_started(), payload.utterances().len());
    if let Some(end) = payload.utterance_end() {
        let _ = end.has_time();
    }
    if let Some(message) = payload.stream_results() {
        let _ = (message.is_interim(), message.start_millis());
    }
});
