"""For tests of programs that receive: deliveries of every kind, a clock to move, and a fixture.

    from ringback import testing

    def test_a_voicemail_is_filed():
        receiver = testing.receiver()
        receiver.on("transcript")(file_voicemail)
        answer = testing.deliver(receiver, "transcript", job="call-42", transcript="call me back")
        assert answer.status == 200

With pytest, `pytest_plugins = ["ringback.testing"]` in a `conftest.py` gives the fixture `ringback_receiver`.
"""

from __future__ import annotations

import base64
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from ._errors import Error
from ._receiver import Receiver
from ._ringback import KINDS, Answer, Clock
from ._submission import Submission

__all__ = ["Clock", "authorization", "body", "deliver", "headers", "receiver"]

_numbers = itertools.count(1)


def receiver(store: str = "memory", **options: Any) -> Receiver:
    """A receiver for tests: in memory, with a key of its own that is written nowhere."""
    options.setdefault("url", "https://example.com/hook")
    options.setdefault("ticket_keys", f"test:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    return Receiver(store, **options)


def body(
    kind: str,
    *,
    request_id: str | None = None,
    transcript: str = "good morning",
    tags: list[str] | None = None,
    extra: dict[str, str] | None = None,
) -> bytes:
    """A body of this kind as Deepgram would send it. Each has a request id of its own unless one is given."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of delivery: one of {', '.join(KINDS)}")
    if kind == "audio":
        return b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(24)
    given = request_id or f"019f0000-0000-7000-8000-{next(_numbers):012x}"
    named: dict[str, Any] = {"request_id": given}
    if tags is not None:
        named["tags"] = tags
    if extra is not None:
        named["extra"] = extra
    spoken = transcript.split()
    words = [
        {"word": word, "start": place * 0.5, "end": place * 0.5 + 0.4, "confidence": 0.99}
        for place, word in enumerate(spoken)
    ]
    alternative = {"transcript": transcript, "confidence": 0.99, "words": words}
    length = len(spoken) * 0.5
    bodies: dict[str, Any] = {
        "transcript": {
            "metadata": {**named, "duration": length, "channels": 1},
            "results": {"channels": [{"alternatives": [alternative]}]},
        },
        "analysis": {"metadata": {**named, "language": "en"}, "results": {"summary": {"text": transcript}}},
        "failure": {"err_code": "PROCESSING_FAILED", "err_msg": "the audio could not be decoded", **named},
        "stream.results": {
            "type": "Results",
            "channel_index": [0, 1],
            "start": 0.0,
            "duration": length,
            "is_final": True,
            "speech_final": True,
            "channel": {"alternatives": [alternative]},
            "metadata": named,
        },
        "stream.metadata": {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "sha256": "0" * 64,
            "duration": length,
            "channels": 1,
            **named,
        },
        "stream.utterance_end": {"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": length},
        "stream.speech_started": {"type": "SpeechStarted", "channel": [0, 1], "timestamp": 0.0},
        "stream.error": {"type": "Error", "description": "the stream ended", "message": "", "variant": "closed"},
        "unknown": {"type": "SomethingNew", **named},
    }
    return json.dumps(bodies[kind], separators=(",", ":")).encode()


def authorization(submission: Submission) -> str:
    """The value of the header that carries the ticket of a submission."""
    parts = urlsplit(submission.callback_url)
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def headers(submission: Submission, kind: str = "transcript") -> dict[str, str]:
    """The headers of a delivery for this submission."""
    content_type = "audio/wav" if kind == "audio" else "application/json"
    return {"authorization": authorization(submission), "content-type": content_type}


def deliver(
    receiver: Receiver,
    kind: str = "transcript",
    *,
    job: str = "test",
    submission: Submission | None = None,
    **facts: Any,
) -> Answer:
    """Delivers a body of this kind, for a submission that is announced for it unless one is given. Blocks until it is
    answered: by a receiver that answers when handled, when its handlers have run.
    """
    if submission is None:
        use: Any = "stream" if kind.startswith("stream.") else "document"
        submission = receiver.expect(job, use=use).block()
    return receiver.receive("POST", headers(submission, kind), body(kind, **facts)).block()


try:
    import pytest as _pytest
except ImportError:
    pass
else:

    @_pytest.fixture
    def ringback_receiver() -> Iterator[Callable[..., Receiver]]:
        """Makes receivers as `ringback.testing.receiver`, and stops them after the test."""
        made: list[Receiver] = []

        def make(store: str = "memory", **options: Any) -> Receiver:
            made.append(receiver(store, **options))
            return made[-1]

        yield make
        for one in made:
            try:
                one.stop(0)
            except Error:
                pass
