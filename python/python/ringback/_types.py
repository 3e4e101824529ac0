"""Names of types that are literals."""

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "transcript",
    "analysis",
    "audio",
    "failure",
    "stream.results",
    "stream.metadata",
    "stream.utterance_end",
    "stream.speech_started",
    "stream.error",
    "unknown",
]

Fault: TypeAlias = Literal["sender", "caller", "limit", "operator"]

Arrived: TypeAlias = Literal["nothing", "partly", "whole"]
