"""Real servers over loopback: FastAPI under uvicorn, Flask and Django under gunicorn."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import socket
import threading
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from ringback import testing

import payloads
import server

KEYS = "test:" + base64.b64encode(bytes(range(32))).decode()

FLAVOURS = {
    "fastapi": lambda folder: server.uvicorn("fastapi_app:app", folder, KEYS=KEYS),
    "fastapi-workers": lambda folder: server.uvicorn("fastapi_app:app", folder, "--workers", "2", KEYS=KEYS),
    "flask": lambda folder: server.gunicorn("flask_app:app", folder, "--workers", "2"),
    "flask-preload": lambda folder: server.gunicorn("flask_app:app", folder, "--workers", "2", "--preload"),
    "flask-threads": lambda folder: server.gunicorn("flask_app:app", folder, "--threads", "4"),
    "django": lambda folder: server.gunicorn("django_app:app", folder),
}


@pytest.fixture(scope="module", params=FLAVOURS)
def running(request, tmp_path_factory):
    started = FLAVOURS[request.param](tmp_path_factory.mktemp(request.param))
    started.flavour = request.param
    yield started
    started.stop()
    assert "Traceback" not in "".join(started.lines), "".join(started.lines)


def post(running, body, **headers):
    headers = {"authorization": server.BASIC, "content_type": "application/json"} | headers
    return running.request("POST", "/hook", body, **headers)[0]


def test_a_delivery_is_kept_answered_and_handled_once(running):
    before, body = len(running.handled()), testing.body("transcript")
    assert [post(running, body) for _ in range(3)] == [200, 200, 200]
    rows = running.wait_for(before + 1)
    assert rows[-1][1:] == ("transcript", "None", len(body))


def test_every_kind_is_handled(running):
    before, kinds = len(running.handled()), ["transcript", "analysis", "failure", "stream.results", "unknown"]
    for kind in kinds:
        assert post(running, testing.body(kind)) == 200
    assert sorted(row[1] for row in running.wait_for(before + 5)[before:]) == sorted(kinds)


def test_strangers_are_refused_and_the_login_of_the_app_stays(running):
    body = testing.body("transcript")
    wrong = "Basic " + base64.b64encode(b"deepgram:wrong").decode()
    for proof in ("", "Bearer employee", wrong):
        assert post(running, body, authorization=proof) == 401
    assert running.request("GET", "/")[0] == 403
    assert running.request("GET", "/hook", authorization=server.BASIC)[0] == 405
    # Another path is the app's affair.
    assert running.request("POST", "/hooks", body, authorization=server.BASIC)[0] in (403, 404)


@pytest.mark.parametrize(("words", "least"), [(300, 60_000), (13_000, 2_800_000)])
def test_a_body_over_the_limits_of_the_app_is_handled(running, words, least):
    before, body = len(running.handled()), payloads.body(words, f"id-of-{words}")
    assert len(body) > least
    assert post(running, body) == 200
    assert running.wait_for(before + 1)[-1][3] == len(body)


def test_compressed_and_chunked_bodies_are_handled(running):
    before, body = len(running.handled()), testing.body("transcript", transcript="compressed")
    assert post(running, gzip.compress(body), content_encoding="gzip") == 200
    other = testing.body("transcript", transcript="chunked")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (other[:100], other[100:])) + b"0\r\n\r\n"
    head = f"POST /hook HTTP/1.1\r\nhost: a\r\nauthorization: {server.BASIC}\r\nconnection: close\r\n"
    with running.connect() as connection:
        connection.sendall(head.encode() + b"transfer-encoding: chunked\r\n\r\n" + chunks)
        assert server.read_answer(connection)[0] == 200
    sizes = sorted(row[3] for row in running.wait_for(before + 2)[before:])
    assert sizes == sorted([len(body), len(other)])
    assert post(running, b"not gzip", content_encoding="gzip") == 400
    assert post(running, b"br", content_encoding="br") == 415


def test_a_document_that_ends_too_early_is_to_come_again(running):
    before, body = len(running.handled()), testing.body("transcript")
    assert post(running, body[:-7]) == 400
    assert post(running, body) == 200
    assert running.wait_for(before + 1)[-1][3] == len(body)


def test_a_connection_that_ends_too_early_disturbs_nobody(running):
    before, body = len(running.handled()), testing.body("transcript")
    head = f"POST /hook HTTP/1.1\r\nhost: a\r\nauthorization: {server.BASIC}\r\ncontent-length: {len(body)}\r\n\r\n"
    with running.connect() as connection:
        connection.sendall(head.encode() + body[:-50])
        connection.shutdown(socket.SHUT_WR)
        assert server.read_answer(connection)[0] in (0, 400)
    assert post(running, body) == 200
    assert running.wait_for(before + 1)[-1][3] == len(body)


def test_an_oversized_body_is_kept_as_a_dead_letter(running):
    before = len(running.handled())
    announced, chunked = (b'{"a":"' + letter * 4_500_000 + b'"}' for letter in (b"x", b"y"))
    assert post(running, announced) == 200
    head = f"POST /hook HTTP/1.1\r\nhost: a\r\nauthorization: {server.BASIC}\r\nconnection: close\r\n"
    with running.connect() as connection:
        connection.sendall(head.encode() + b"transfer-encoding: chunked\r\n\r\n")
        for start in range(0, len(chunked), 100_000):
            piece = chunked[start : start + 100_000]
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")
        assert server.read_answer(connection)[0] == 200
    assert post(running, testing.body("transcript")) == 200
    running.wait_for(before + 1)
    letters = testing.receiver(running.store).dead_letters().block()
    kept = [letter.bytes for letter in letters if letter.reason == "oversize"]
    assert kept == [len(announced), len(chunked)] and len(running.handled()) == before + 1


def test_the_corpus_is_received(running):
    corpus = os.environ.get("RINGBACK_CORPUS")
    if not corpus:
        pytest.skip("RINGBACK_CORPUS is not set")
    folders = ("prerecorded", "streaming", "error", "read")
    files = [path for folder in folders for path in sorted((Path(corpus) / folder).glob("**/*.json"))][:25]
    assert len(files) > 10
    for path in files:
        assert post(running, path.read_bytes()) == 200, path.name


@pytest.mark.parametrize("running", ["fastapi", "fastapi-workers"], indirect=True)
def test_three_megabytes_do_not_stop_other_requests(running):
    before, bodies, done = len(running.handled()), [payloads.body(13_000, f"id-{n}") for n in range(4)], threading.Event()
    statuses: list[int] = []

    def deliver():
        statuses.extend(post(running, body) for body in bodies)
        done.set()

    thread = threading.Thread(target=deliver)
    thread.start()
    answered = 0
    while not done.is_set():
        assert running.request("GET", "/", authorization="Bearer employee")[0] == 200
        answered += 1
    thread.join()
    assert statuses == [200] * 4 and answered > 0
    running.wait_for(before + 4)


@pytest.mark.parametrize("running", ["fastapi", "fastapi-workers"], indirect=True)
def test_a_submission_is_made_received_and_waited_for(running):
    employee = {"authorization": "Bearer employee"}
    _, said = running.request("POST", "/submit/call-42", **employee)
    submission = json.loads(said)
    parts = urlsplit(submission["callback_url"])
    pair = f"{unquote(parts.username)}:{unquote(parts.password)}"
    ticket = "Basic " + base64.b64encode(pair.encode()).decode()
    waiting: list[tuple[int, bytes]] = []
    ask = threading.Thread(target=lambda: waiting.append(running.request("GET", f"/result/{submission['id']}", **employee)))
    ask.start()
    assert post(running, testing.body("transcript", transcript="at last"), authorization=ticket) == 200
    ask.join()
    assert json.loads(waiting[0][1]) == {"transcript": "at last"}


@pytest.mark.parametrize("flavour", ["fastapi-workers", "flask-preload"])
def test_what_several_processes_take_is_handled_once_and_they_stop_in_order(flavour, tmp_path):
    running = FLAVOURS[flavour](tmp_path)
    try:
        bodies = [testing.body("transcript", transcript=f"number {number}") for number in range(60)]
        threads = [
            threading.Thread(target=lambda part: [post(running, body) for body in part], args=(bodies[start::6],))
            for start in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = running.wait_for(60)
    finally:
        running.stop()
    # Which of the two is quicker is nobody's promise: on an idle machine one may handle everything.
    assert len(rows) == 60 and len({process for process, *_ in rows}) <= 2
    assert running.process.returncode in (0, -15), "".join(running.lines[-30:])
    assert not re.search("Traceback|Exception", "".join(running.lines)), "".join(running.lines)


def test_what_was_kept_before_a_crash_is_handled_after_it(tmp_path):
    # What was being handled is taken over when its lease ends.
    running = server.uvicorn("fastapi_app:app", tmp_path, LEASE="3")
    body = testing.body("transcript")
    try:
        assert post(running, body) == 200
    finally:
        running.process.kill()
        running.process.wait()
        running.reader.join(5)
    again = server.uvicorn("fastapi_app:app", tmp_path, LEASE="3")
    try:
        assert post(again, body) == 200
        rows = again.wait_for(1)
        assert {row[1:] for row in rows} == {("transcript", "None", len(body))}
    finally:
        again.stop()


def test_a_route_with_a_delivery_settles_it(tmp_path):
    running = server.uvicorn("route_app:app", tmp_path)
    try:
        body = testing.body("transcript", transcript="in the route")
        status, said = running.request("POST", "/hook", body, authorization=server.BASIC)
        assert (status, json.loads(said)) == (200, {"transcript": "in the route"})
        status, said = running.request("POST", "/hook", body, authorization=server.BASIC)
        assert (status, json.loads(said)) == (200, {"detail": "ok"})
        assert running.request("POST", "/hook", body)[0] == 401
        failing = testing.body("transcript", transcript="fail")
        assert running.request("POST", "/hook", failing, authorization=server.BASIC)[0] == 500
        dead = testing.body("transcript", transcript="dead")
        assert running.request("POST", "/hook", dead, authorization=server.BASIC)[0] == 200
        assert json.loads(running.request("GET", "/seen")[1]) == {"seen": 1}
    finally:
        running.stop()
