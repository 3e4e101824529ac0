"""Real servers on loopback, and raw requests to them."""

from __future__ import annotations

import base64
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

SERVERS = Path(__file__).parent / "servers"

BASIC = "Basic " + base64.b64encode(b"deepgram:secret").decode()


def end_with_its_parent() -> None:
    """Lets the kernel end this process when whoever started it was killed, and could not do so itself."""
    if sys.platform == "linux":
        set_signal_of_parents_death = 1
        ctypes.CDLL(None).prctl(set_signal_of_parents_death, signal.SIGTERM)


class Server:
    """A server that was started here: its address, what it logged, and a way to end it."""

    def __init__(self, command: list[str], folder: Path, said: str, **environment: str) -> None:
        self.log = folder / "handled.log"
        self.log.touch()
        self.store = f"sqlite:{folder / 'inbox.db'}"
        variables = {"STORE": self.store, "LOG": str(self.log), "PYTHONUNBUFFERED": "1", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=SERVERS,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=end_with_its_parent,
        )
        self.lines: list[str] = []
        self.port = 0
        found = threading.Event()

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                self.lines.append(line)
                match = re.search(said, line)
                if match and not self.port:
                    self.port = int(match[1])
                    found.set()
            found.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        assert found.wait(60) and self.port, "".join(self.lines)
        # With several workers the address is known before anybody listens there.
        end = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
                return
            except ConnectionRefusedError:
                assert time.monotonic() < end, "".join(self.lines)
                time.sleep(0.02)

    def handled(self) -> list[tuple[int, str, str, int]]:
        """What handlers have written: process, kind, job, bytes."""
        rows = [line.split() for line in self.log.read_text().splitlines()]
        return [(int(process), kind, job, int(size)) for process, kind, job, size in rows]

    def wait_for(self, count: int, seconds: float = 30) -> list[tuple[int, str, str, int]]:
        """Waits until so many deliveries have been handled."""
        end = time.monotonic() + seconds
        while len(self.handled()) < count:
            assert time.monotonic() < end, f"{len(self.handled())} of {count}\n" + "".join(self.lines[-40:])
            time.sleep(0.01)
        return self.handled()

    def connect(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """A request on a connection of its own: status and body of the answer."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given.setdefault("content-length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", "connection: close"]
        lines += [f"{name}: {value}" for name, value in given.items()]
        with self.connect() as connection:
            try:
                connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            except OSError:
                pass  # It has answered from the head, and hung up.
            return read_answer(connection)

    def stop(self) -> None:
        """Ends it, and every process that it has started."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.reader.join(5)


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """The answer on a connection: 0 if there is none."""
    received = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            break
        if not piece:
            break
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d+)", head)
    return (int(status[1]) if status else 0), body


def uvicorn(app: str, folder: Path, *options: str, **environment: str) -> Server:
    """An app under uvicorn."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["uvicorn", app, "--host", "127.0.0.1", "--port", str(port), *options]
    return Server(command, folder, r"Uvicorn running on http://127\.0\.0\.1:(\d+)", **environment)


def gunicorn(app: str, folder: Path, *options: str, **environment: str) -> Server:
    """An app under gunicorn."""
    settings = ["--config", "python:gunicorn_settings", "--graceful-timeout", "5"]
    command = ["gunicorn", "--bind", "127.0.0.1:0", *settings, *options, app]
    address = r"Listening at: http://127\.0\.0\.1:(\d+)"
    return Server(command, folder, address, APP=app.split(":")[0], **environment)
