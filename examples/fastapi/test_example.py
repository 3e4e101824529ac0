"""What the README says, against a stand-in for Deepgram."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from standin import Standin  # noqa: E402


class Example:
    """The app under uvicorn, in a folder of its own."""

    def __init__(self, folder: Path, standin: Standin) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}/hook",
            "DEEPGRAM_URL": standin.url,
            "STORE": f"sqlite:{folder / 'inbox.db'}",
            "LEASE": "3",
            "DATABASE": str(folder / "calls.db"),
            "PYTHONUNBUFFERED": "1",
        }
        self.start()

    def start(self) -> None:
        """Starts a process, and waits until it listens."""
        command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=Path(__file__).parent,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        listens = threading.Event()

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                self.lines.append(line)
                if "Uvicorn running" in line:
                    listens.set()

        threading.Thread(target=read, daemon=True).start()
        assert listens.wait(60), "".join(self.lines)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends the process."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def ask(self, method: str, path: str) -> tuple[int, dict[str, str]]:
        """A request to the app."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def submit(self, job: str) -> dict[str, str]:
        """Submits a recording."""
        status, said = self.ask("POST", f"/calls/{job}?recording=https://example.com/a.wav")
        assert status == 200, "".join(self.lines)
        return said

    def filed(self, count: int = 1) -> list[tuple[str, str]]:
        """What the handler has written, as soon as that is so much."""
        end = time.monotonic() + 30
        while True:
            if (self.folder / "calls.db").exists():
                connection = sqlite3.connect(self.folder / "calls.db")
                try:
                    rows = connection.execute("SELECT job, transcript FROM calls ORDER BY job").fetchall()
                except sqlite3.OperationalError:
                    rows = []
                finally:
                    connection.close()
                if len(rows) >= count:
                    return rows
            assert time.monotonic() < end, "".join(self.lines)
            time.sleep(0.02)


@pytest.fixture
def standin():
    made = Standin()
    yield made
    made.stop()


@pytest.fixture
def example(tmp_path, standin):
    made = Example(tmp_path, standin)
    yield made
    made.stop()


def test_a_transcript_comes_back_to_its_job(example, standin):
    said = example.submit("call-42")
    assert said["request_id"] == standin.callbacks[0][0]
    assert re.match(r"http://r1\.d\..*@127\.0\.0\.1:\d+/hook$", standin.callbacks[0][1])
    assert example.ask("GET", "/calls/call-42?timeout=0")[0] == 504
    assert standin.call_back() == 200
    assert example.ask("GET", "/calls/call-42") == (200, {"transcript": "one small step"})
    assert example.filed() == [("call-42", "one small step")]
    assert example.ask("GET", "/calls/call-43?timeout=0")[0] == 404


def test_a_repeat_is_answered_and_filed_once(example, standin):
    example.submit("call-42")
    assert [standin.call_back() for _ in range(3)] == [200, 200, 200]
    example.submit("call-43")
    assert standin.call_back() == 200
    assert [job for job, _ in example.filed(2)] == ["call-42", "call-43"]


def test_an_early_callback_finds_its_job(example, standin):
    standin.early = True
    example.submit("call-42")
    assert example.ask("GET", "/calls/call-42?timeout=0") == (200, {"transcript": "one small step"})


def test_what_was_acknowledged_survives_a_crash(example, standin):
    example.submit("call-42")
    assert standin.call_back() == 200
    example.stop(signal.SIGKILL)
    example.start()
    assert example.filed() == [("call-42", "one small step")]
    assert standin.call_back() == 200
    assert example.ask("GET", "/calls/call-42") == (200, {"transcript": "one small step"})


def test_a_stranger_is_refused(example, standin):
    example.submit("call-42")
    assert standin.call_back(with_ticket=False) == 401


def test_a_failure_is_reported(example, standin):
    example.submit("call-42")
    failure = {"err_code": "BAD", "err_msg": "no audio", "request_id": standin.callbacks[0][0]}
    assert standin.call_back(json.dumps(failure).encode()) == 200
    assert example.ask("GET", "/calls/call-42")[0] == 502
    end = time.monotonic() + 30
    while "call-42 failed\n" not in example.lines:
        assert time.monotonic() < end, "".join(example.lines)
        time.sleep(0.02)
