"""What a type checker is to make of the package. It is checked and not run."""

from typing import assert_type

import ringback

payload = ringback.parse(b"{}")
assert_type(payload, ringback.Payload)
assert_type(payload.channels[0].alternatives[0].words[0].start, float | None)
assert_type(payload.utterances.columns().text[0], str | None)
assert_type(payload.tags[0], str)
assert_type(payload.extra["job"], str)
for word in payload.channels[0].alternatives[0].words[1:]:
    assert_type(word, ringback.Word)
if payload.kind == "transcript" and payload.metadata is not None:
    assert_type(payload.metadata.duration, float | None)
