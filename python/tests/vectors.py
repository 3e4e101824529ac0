"""The vectors that every language runs: bytes in, expected facts out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "tests" / "vectors"


def cases(*topics: str) -> list[dict[str, Any]]:
    """The cases of these files, in their order."""
    return [case for topic in topics for case in json.loads((FOLDER / f"{topic}.json").read_text())["cases"]]


def names(cases: list[dict[str, Any]]) -> list[str]:
    """What pytest calls the cases."""
    return [case["name"][:60].replace("\x00", "") for case in cases]


def body(stated: dict[str, Any]) -> bytes:
    """The bytes that an object of a vector states."""
    [(form, value)] = stated.items()
    if form == "utf8":
        return value.encode()
    if form == "hex":
        return bytes.fromhex(value)
    assert form == "repeat", form
    return "".join(text * times for text, times in value).encode()
