//! Recorded payloads through the server, where there are any: `RINGBACK_CORPUS` names their folder.

use std::path::Path;

use serde_json::Value;

use crate::server::Server;

#[test]
fn recorded_payloads_are_of_the_kind_of_their_folder() {
    let Some(corpus) = std::env::var_os("RINGBACK_CORPUS") else { return };
    let server = Server::in_memory(&["--capacity", "1024"]);
    let mut seen = 0;
    for (folder, kinds) in [
        ("prerecorded", &["transcript"][..]),
        ("read", &["analysis"]),
        ("error", &["failure"]),
        ("flux", &["unknown"]),
        (
            "streaming",
            &[
                "stream.results",
                "stream.metadata",
                "stream.utterance_end",
                "stream.speech_started",
                "stream.error",
                "unknown",
            ],
        ),
    ] {
        for entry in std::fs::read_dir(Path::new(&corpus).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let data = format!("@{}", path.display());
            assert_eq!(server.curl(&["--data-binary", &data]).status, 200, "{}", path.display());
            let line = server.line();
            assert!(kinds.contains(&line["kind"].as_str().unwrap()), "{}: {}", path.display(), line["kind"]);
            if let Ok(body) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) {
                assert_eq!(line["payload"], body, "{}", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 50);
}
