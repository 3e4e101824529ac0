"""Requests a second, and how long an event loop is blocked: `python benches/http_race.py [--seconds S]`.

One uvicorn process for each app, in turns; one connection that posts one delivery after the other, each with a request id of
its own, so that none is a repeat. Sender and server share the machine.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

import payloads  # noqa: E402
import server  # noqa: E402


class Post:
    """Posts deliveries on one connection."""

    def __init__(self, port: int, body: bytes) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = bytearray(body)
        self.place = body.index(payloads.REQUEST_ID.encode())
        head = f"POST /hook HTTP/1.1\r\nhost: a\r\nauthorization: {server.BASIC}\r\ncontent-type: application/json\r\n"
        self.head = head.encode() + b"content-length: %d\r\n\r\n" % len(body)

    def once(self) -> None:
        """Posts one, and reads the answer."""
        self.body[self.place : self.place + 36] = str(uuid.uuid4()).encode()
        self.connection.sendall(self.head)
        self.connection.sendall(self.body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.connection.recv(4096)
        head, _, rest = answer.partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(rest) < length:
            rest += self.connection.recv(4096)


def run(app: str, store: str, body: bytes, seconds: float, watch: bool) -> tuple[float, float]:
    """Requests a second, and the longest block in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPATH": str(HERE), "WATCH": "1" if watch else ""}
        if store == "sqlite":
            store = f"sqlite:{folder}/bench.db"
        running = server.uvicorn(f"apps:{app}", Path(folder), "--log-level", "info", "--no-access-log", **environment, STORE=store)
        try:
            post = Post(running.port, body)
            for _ in range(3):
                post.once()
            running.request("GET", "/blocked")
            count, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < seconds:
                post.once()
                count += 1
            spent = time.perf_counter() - begun
            blocked = float(running.request("GET", "/blocked")[1])
        finally:
            running.stop()
    return count / spent, blocked * 1e3


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    candidates = {
        "ringback, memory": ("ours", "memory"),
        "ringback, SQLite": ("ours", "sqlite"),
        "a JSON body": ("theirs", "memory"),
    }
    print("| | requests a second, 1.4 kB | 3 MB | event loop blocked by 3 MB, ms |\n| --- | ---: | ---: | ---: |")
    bodies = (payloads.body(5), payloads.large())
    rows: dict[str, list[list[float]]] = {name: [[], [], []] for name in candidates}
    for _ in range(given.rounds):
        for name, (app, store) in candidates.items():
            for place, body in enumerate(bodies):
                rows[name][place].append(run(app, store, body, given.seconds, False)[0])
            rows[name][2].append(run(app, store, bodies[1], given.seconds, True)[1])
    for name, columns in rows.items():
        print(f"| {name} | " + " | ".join(f"{statistics.median(column):.1f}" for column in columns) + " |")


if __name__ == "__main__":
    main()
