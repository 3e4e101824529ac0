"""Measures the package beside its peers: `python benches/race.py [--rounds N]`.

Every peer runs once in each round, in an order that is shuffled anew; the median of the rounds counts. Ratios of one run
hold, absolute figures do not. What is measured is the time that the thread was running, so that other programs of the
machine disturb less.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import peers

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import payloads  # noqa: E402

# The floors and the aims, as ratios to a peer: task, size, peer, floor, aim.
GOALS = [
    ("envelope", "3 MB", "msgspec Struct", 2.2, 3.2),
    ("envelope", "3 MB", "Deepgram SDK's model", 150.0, 300.0),
    ("envelope", "small", "msgspec Struct", 1.4, 2.0),
]


def stream() -> bytes:
    """One message of a stream."""
    alternative = {"transcript": "good morning thank you", "confidence": 0.99, "words": payloads.words(4)}
    message = {
        "type": "Results",
        "channel_index": [0, 1],
        "duration": 1.5,
        "start": 3.25,
        "is_final": True,
        "speech_final": False,
        "channel": {"alternatives": [alternative]},
        "metadata": {"request_id": payloads.REQUEST_ID, "model_uuid": payloads.REQUEST_ID},
    }
    return json.dumps(message, separators=(",", ":")).encode()


BODIES = {
    "stream": stream(),
    "small": payloads.body(5),
    "100 kB": payloads.body(430),
    "3 MB": payloads.large(),
}


def measure(task: str, body: bytes, rounds: int) -> dict[str, float]:
    """Microseconds for each peer."""
    work = peers.TASKS[task]
    expected = work[peers.OURS](body)
    times: dict[str, list[float]] = {name: [] for name in work}
    repeats = {}
    for name, read in work.items():
        begun = time.thread_time()
        found = read(body)
        spent = time.thread_time() - begun
        if not same(found, expected):
            raise SystemExit(f"{task}: {name} gives another answer")
        repeats[name] = max(1, min(20_000, int(0.01 / max(spent, 1e-7))))
    order = list(work)
    shuffle = random.Random(1).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            read, times_each = work[name], repeats[name]
            begun = time.thread_time()
            for _ in range(times_each):
                read(body)
            times[name].append((time.thread_time() - begun) / times_each * 1e6)
    return {name: statistics.median(spent) for name, spent in times.items()}


def same(found: peers.Answer, expected: peers.Answer) -> bool:
    """Sums may differ in their last digit."""
    return len(found) == len(expected) and all(
        abs(one - other) <= 1e-9 * abs(other) if isinstance(other, float) else one == other
        for one, other in zip(found, expected, strict=True)
    )


def main() -> None:
    """Prints tables, and whether the goals are reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    names = ("msgspec", "orjson", "pydantic", "pysimdjson", "deepgram-sdk")
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names))
    gc.disable()
    measured = {}
    for task, work in peers.TASKS.items():
        print(f"\n{task}, microseconds\n\n| | " + " | ".join(f"{size} ({len(body)} B)" for size, body in BODIES.items()) + " |")
        print("| --- |" + " ---: |" * len(BODIES))
        for size, body in BODIES.items():
            measured[task, size] = measure(task, body, rounds)
        for name in work:
            print(f"| {name} | " + " | ".join(f"{measured[task, size][name]:.2f}" for size in BODIES) + " |")
    print()
    for task, size, peer, floor, aim in GOALS:
        ratio = measured[task, size][peer] / measured[task, size][peers.OURS]
        reached = "aim" if ratio >= aim else "floor" if ratio >= floor else "MISSED"
        print(f"{task}, {size}, against {peer}: {ratio:.2f}x (floor {floor:g}x, aim {aim:g}x): {reached}")


if __name__ == "__main__":
    main()
