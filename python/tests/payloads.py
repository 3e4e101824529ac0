"""Bodies for the tests, put together here."""

from __future__ import annotations

import json
from typing import Any

REQUEST_ID = "019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90"


def words(count: int) -> list[dict[str, Any]]:
    """So many words."""
    vocabulary = ["good", "morning", "thank", "you", "for", "calling", "café", "account"]
    return [
        {
            "word": vocabulary[place % 8],
            "start": round(place * 0.37 + 0.08, 3),
            "end": round(place * 0.37 + 0.4, 3),
            "confidence": round(0.9 + place * 7919 % 99_991 / 1e6, 7),
            "speaker": place // 50 % 2,
            "punctuated_word": vocabulary[place % 8].capitalize(),
        }
        for place in range(count)
    ]


def document(count: int = 4, request_id: str = REQUEST_ID, **metadata: Any) -> dict[str, Any]:
    """A transcript of so many words."""
    spoken = words(count)
    text = " ".join(word["word"] for word in spoken)
    alternative = {"transcript": text, "confidence": 0.99, "words": spoken}
    turns = range(0, count, 50)
    utterances = [
        {
            "id": f"u{place}",
            "start": spoken[place]["start"],
            "end": spoken[min(place + 49, count - 1)]["end"],
            "confidence": 0.5,
            "channel": 0,
            "speaker": place // 50 % 2,
            "transcript": " ".join(word["word"] for word in spoken[place : place + 50]),
            "words": spoken[place : place + 50],
        }
        for place in turns
    ]
    return {
        "metadata": {"request_id": request_id, "duration": count * 0.25, "channels": 1, **metadata},
        "results": {"channels": [{"alternatives": [alternative]}], "utterances": utterances},
    }


def body(count: int = 4, request_id: str = REQUEST_ID, **metadata: Any) -> bytes:
    """The same as bytes, compact as on the wire."""
    return json.dumps(document(count, request_id, **metadata), separators=(",", ":"), ensure_ascii=False).encode()


def large() -> bytes:
    """A transcript of an hour: about three megabytes."""
    return body(13_000)
