"""The same work, done by what one would pick instead.

Two tasks. *envelope*: check the body, then read the request id, the kind and the first transcript. *words*: check the
body, then read start, end, confidence and the punctuated text of every word of the best reading. Each peer gives what it
has read as an answer, and all answers to one body have to be equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pydantic
import ringback
import simdjson
from deepgram.core.unchecked_base_model import construct_type
from deepgram.listen.v1.types.listen_v1results import ListenV1Results
from deepgram.types.listen_v1response import ListenV1Response

Answer = tuple[Any, ...]


class Metadata(msgspec.Struct):
    request_id: str


class ShortAlternative(msgspec.Struct):
    transcript: str


class ShortChannel(msgspec.Struct):
    alternatives: list[ShortAlternative]


class ShortResults(msgspec.Struct):
    channels: list[ShortChannel]


class Envelope(msgspec.Struct):
    metadata: Metadata
    results: ShortResults | None = None
    channel: ShortChannel | None = None
    type: str = "transcript"


class Word(msgspec.Struct, gc=False):
    start: float
    end: float
    confidence: float
    punctuated_word: str


class Alternative(msgspec.Struct):
    words: list[Word]


class Channel(msgspec.Struct):
    alternatives: list[Alternative]


class Results(msgspec.Struct):
    channels: list[Channel]


class Document(msgspec.Struct):
    results: Results | None = None
    channel: Channel | None = None


class PydanticMetadata(pydantic.BaseModel):
    request_id: str


class PydanticWord(pydantic.BaseModel):
    start: float
    end: float
    confidence: float
    punctuated_word: str


class PydanticAlternative(pydantic.BaseModel):
    transcript: str
    words: list[PydanticWord]


class PydanticChannel(pydantic.BaseModel):
    alternatives: list[PydanticAlternative]


class PydanticResults(pydantic.BaseModel):
    channels: list[PydanticChannel]


class PydanticDocument(pydantic.BaseModel):
    metadata: PydanticMetadata
    results: PydanticResults | None = None
    channel: PydanticChannel | None = None
    type: str = "transcript"


_envelope = msgspec.json.Decoder(Envelope)
_document = msgspec.json.Decoder(Document)
_simdjson = simdjson.Parser()


def _kind(type: str | None) -> str:
    return "stream.results" if type == "Results" else "transcript"


def _ringback_envelope(body: bytes) -> Answer:
    payload = ringback.parse(body)
    return payload.request_id, payload.kind, payload.transcript


def _ringback_words(body: bytes) -> Answer:
    columns = ringback.parse(body).alternative.words.columns()  # type: ignore[union-attr]
    return sum(columns.start), sum(columns.end), sum(columns.confidence), len(columns.punctuated.data)


def _ringback_views(body: bytes) -> Answer:
    return _summed(ringback.parse(body).alternative.words)  # type: ignore[union-attr]


def _summed(words: Any) -> Answer:
    start = end = confidence = 0.0
    size = 0
    for word in words:
        start += word.start
        end += word.end
        confidence += word.confidence
        size += len(word.punctuated_word.encode())
    return start, end, confidence, size


def _of_dict(document: Any) -> Answer:
    channel = document["results"]["channels"][0] if "results" in document else document["channel"]
    transcript = channel["alternatives"][0]["transcript"]
    return document["metadata"]["request_id"], _kind(document.get("type")), transcript


def _words_of_dict(document: Any) -> Answer:
    channel = document["results"]["channels"][0] if "results" in document else document["channel"]
    start = end = confidence = 0.0
    size = 0
    for word in channel["alternatives"][0]["words"]:
        start += word["start"]
        end += word["end"]
        confidence += word["confidence"]
        size += len(word["punctuated_word"].encode())
    return start, end, confidence, size


def _of_model(model: Any) -> Answer:
    results = getattr(model, "results", None)
    channel = results.channels[0] if results else model.channel
    return model.metadata.request_id, _kind(getattr(model, "type", None)), channel.alternatives[0].transcript


def _words_of_model(model: Any) -> Answer:
    results = getattr(model, "results", None)
    channel = results.channels[0] if results else model.channel
    return _summed(channel.alternatives[0].words)


def _sdk(body: bytes) -> Any:
    document = json.loads(body)
    return construct_type(type_=ListenV1Response if "results" in document else ListenV1Results, object_=document)


def _lazily(body: bytes) -> Answer:
    document = _simdjson.parse(body)
    try:
        transcript, kind = document.at_pointer("/results/channels/0/alternatives/0/transcript"), "transcript"
    except KeyError:
        transcript, kind = document.at_pointer("/channel/alternatives/0/transcript"), _kind(document["type"])
    return document.at_pointer("/metadata/request_id"), kind, transcript


OURS = "ringback"

TASKS: dict[str, dict[str, Callable[[bytes], Answer]]] = {
    "envelope": {
        OURS: _ringback_envelope,
        "msgspec Struct": lambda body: _of_model(_envelope.decode(body)),
        "pysimdjson": _lazily,
        "orjson": lambda body: _of_dict(orjson.loads(body)),
        "json": lambda body: _of_dict(json.loads(body)),
        "pydantic": lambda body: _of_model(PydanticDocument.model_validate_json(body)),
        "Deepgram SDK's model": lambda body: _of_model(_sdk(body)),
    },
    "words": {
        OURS: _ringback_words,
        "ringback, views": _ringback_views,
        "msgspec Struct": lambda body: _words_of_model(_document.decode(body)),
        "pysimdjson": lambda body: _words_of_dict(_simdjson.parse(body)),
        "orjson": lambda body: _words_of_dict(orjson.loads(body)),
        "json": lambda body: _words_of_dict(json.loads(body)),
        "pydantic": lambda body: _words_of_model(PydanticDocument.model_validate_json(body)),
        "Deepgram SDK's model": lambda body: _words_of_model(_sdk(body)),
    },
}
