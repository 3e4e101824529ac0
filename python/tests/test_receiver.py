"""The receiver on its own: what is answered, kept, handled, waited for."""

from __future__ import annotations

import asyncio
import base64
import functools
import gzip
import os
import sys
import threading
import time
import traceback
from collections.abc import Mapping

import pytest
import ringback
from ringback import testing

import payloads

pytest_plugins = ["ringback.testing"]


def wait_until(condition, seconds=10):
    """Looks again and again: what is waited for happens on another thread."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@pytest.fixture
def store(tmp_path):
    return f"sqlite:{tmp_path / 'inbox.db'}"


@pytest.fixture
def memory(ringback_receiver):
    return ringback_receiver()


@pytest.fixture
def durable(ringback_receiver, store):
    return ringback_receiver(store)


def post(receiver, body, **headers):
    """Posts a body with these headers."""
    return receiver.receive("POST", headers, body).block()


# What is refused.


def test_the_configuration_is_checked_before_anything_is_opened(tmp_path):
    store = f"sqlite:{tmp_path / 'never.db'}"
    for kind, options in [
        ("store_url_invalid", {"store": "inbox.db"}),
        ("url_port", {"url": "https://example.com:3000/hook"}),
        ("url_malformed", {"path": "hook"}),
        ("user_invalid", {"basic": ":password"}),
        ("key_line_invalid", {"ticket_keys": "no key"}),
        ("key_too_short", {"ticket_keys": "a:AAAA"}),
        ("audience_too_long", {"audience": "x" * 33}),
        ("credentials_unconfigured", {"ticket_keys": False}),
    ]:
        with pytest.raises(ringback.Error) as raised:
            ringback.Receiver(**{"store": store, **options})
        assert raised.value.kind == kind, options
        assert isinstance(raised.value, ringback.ConfigurationError if kind != "store_url_invalid" else ringback.StoreError)
    for options in ({"answer": "later"}, {"at_once": 0}):
        with pytest.raises(ValueError):
            ringback.Receiver(store, **options)
    ringback.Receiver(store)
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_kind_fails_with_the_list_of_kinds(memory):
    with pytest.raises(ringback.ConfigurationError, match="'transcripts' is not a kind") as raised:
        memory.on("transcripts")(print)
    assert raised.value.kind == "kind_unknown" and raised.value.code == 503
    assert all(kind in str(raised.value) for kind in (*ringback.KINDS, "overdue"))


def test_the_same_rule_twice_fails(memory):
    memory.on("transcript", tag="a")(print)
    memory.on("transcript", tag="b")(print)
    with pytest.raises(ringback.ConfigurationError, match="two handlers have the same rule"):
        memory.on("transcript", tag="a")(print)
    memory.fallback(print)
    with pytest.raises(ValueError):
        memory.fallback(print)
    with pytest.raises(TypeError):
        memory.on("analysis")("print")


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({}, 401, "credential_missing"),
        ({"authorization": "Bearer x"}, 401, "authorization_malformed"),
        ({"authorization": "Basic !"}, 401, "authorization_malformed"),
        ({"authorization": "Basic " + base64.b64encode(b"tenant:wrong").decode()}, 401, "credential_wrong"),
        ({"authorization": "Basic " + base64.b64encode(b"r1.d.x:y").decode()}, 401, "ticket_malformed"),
    ],
)
def test_strangers_are_refused_from_the_head(ringback_receiver, headers, status, error):
    receiver = ringback_receiver(basic="tenant=tenant:right")
    answer = post(receiver, b"never looked at", **headers)
    assert (answer.status, answer.situation, answer.error) == (status, "refused", error)
    assert ("www-authenticate", 'Basic realm="ringback", charset="UTF-8"') in answer.headers
    assert answer.body == b"unauthorized\n"


def test_other_methods_other_encodings_and_doubtful_heads_are_refused(memory):
    proof = testing.authorization(memory.expect("a").block())
    for method, headers, status in [
        ("GET", [("authorization", proof)], 405),
        ("POST", [("authorization", proof), ("content-encoding", "br")], 415),
        ("POST", [("authorization", proof), ("authorization", proof)], 400),
        ("POST", [("authorization", proof), ("content-length", "1"), ("content-length", "2")], 400),
        ("POST", [(b"authorization", proof.encode()), ("content-length", str(1 << 40))], 413),
    ]:
        assert memory.receive(method, headers, b"").block().status == status


def test_a_body_over_the_limit_is_refused(ringback_receiver):
    receiver = ringback_receiver(body_limit=1_000)
    headers = testing.headers(receiver.expect("a").block())
    assert post(receiver, b"[" + b" " * 1_000 + b"]", **headers).status == 413
    bomb = gzip.compress(b" " * 10_000_000)
    assert post(receiver, bomb, **headers, **{"content-encoding": "gzip"}).situation == "too_large"
    counted = receiver.metrics().block()
    assert counted['ringback_lost_total{reason="too_large"}'] == 2
    assert counted['ringback_refused_total{reason="body_too_large"}'] == 2


# Handled before it is answered.


def test_a_delivery_is_handled_before_it_is_answered(memory):
    seen = []

    @memory.on("transcript")
    def handle(delivery):
        seen.append(delivery)

    answer = testing.deliver(memory, "transcript", job="call-42", transcript="hello there", tags=["a"])
    assert (answer.status, answer.situation) == (200, "handled")
    [delivery] = seen
    assert delivery.kind == "transcript" and delivery.job == "call-42"
    assert delivery.payload.transcript == "hello there" and delivery.payload.tags == ["a"]
    assert delivery.request_id == delivery.payload.request_id and len(delivery.id) == 32
    assert delivery.content_type == "application/json" and delivery.attempts_seen == 1
    assert not (delivery.again or delivery.late or delivery.revises) and len(delivery.submission) == 24
    assert ringback.parse(delivery.body) == delivery.payload and "hello" not in repr(delivery)


@pytest.mark.parametrize("kind", ringback.KINDS)
def test_every_kind_comes_to_its_handler(memory, kind):
    seen = []
    memory.on(kind)(seen.append)
    assert testing.deliver(memory, kind).status == 200
    assert [delivery.kind for delivery in seen] == [kind]
    assert (seen[0].payload is None) == (kind == "audio")


def test_the_first_rule_that_holds_is_taken(memory):
    seen = []

    def into(name):
        return lambda delivery: seen.append(name)

    memory.on("transcript", tag="vip")(into("tag"))
    memory.on("transcript", extra=("queue", "sales"))(into("extra"))
    memory.on("transcript", job_prefix="call-")(into("prefix"))
    memory.on_any(tag="vip")(into("any vip"))
    memory.on("analysis")(into("analysis"))
    memory.fallback(into("fallback"))
    for kind, job, facts in [
        ("transcript", "call-1", {"tags": ["vip"]}),
        ("transcript", "call-2", {"extra": {"queue": "sales"}}),
        ("transcript", "call-3", {}),
        ("analysis", "x", {"tags": ["vip"]}),
        ("analysis", "y", {}),
        ("transcript", "z", {}),
        ("audio", "call-4", {}),
    ]:
        testing.deliver(memory, kind, job=job, **facts)
    assert seen == ["tag", "extra", "prefix", "any vip", "analysis", "fallback", "fallback"]


def test_on_any_takes_everything_with_and_without_brackets(ringback_receiver):
    seen = []
    bare, called = ringback_receiver(), ringback_receiver()
    bare.on_any(seen.append)
    called.on_any()(seen.append)
    for receiver in (bare, called):
        testing.deliver(receiver, "unknown")
    assert [delivery.kind for delivery in seen] == ["unknown", "unknown"]


def test_coroutines_and_what_gives_them_are_awaited(memory):
    seen = []

    async def slowly(name, delivery):
        await asyncio.sleep(0)
        seen.append(name)

    class Callable:
        async def __call__(self, delivery):
            await slowly("object", delivery)

    memory.on("transcript")(functools.partial(slowly, "partial"))
    memory.on("analysis")(Callable())
    memory.on("audio")(lambda delivery: slowly("lambda", delivery))
    for kind in ("transcript", "analysis", "audio"):
        assert testing.deliver(memory, kind).status == 200
    assert seen == ["partial", "object", "lambda"]


def test_a_repeat_is_answered_and_not_handled_again(memory):
    seen = []
    memory.on("transcript")(seen.append)
    submission, body = memory.expect("a").block(), testing.body("transcript")
    headers = testing.headers(submission)
    assert [post(memory, body, **headers).situation for _ in range(3)] == ["handled", "repeat", "repeat"]
    assert len(seen) == 1


def test_a_failure_is_told_to_the_observers_and_tried_again(memory):
    heard, tries = [], []

    @memory.on("transcript")
    def fail(delivery):
        tries.append(delivery.again)
        if len(tries) == 1:
            raise RuntimeError("no room in the archive")

    memory.on_error(lambda error, delivery: heard.append((str(error), delivery.kind)))

    @memory.on_error
    async def later(error, delivery):
        raise ValueError("observers may fail too")

    headers, body = testing.headers(memory.expect("a").block()), testing.body("transcript")
    assert [post(memory, body, **headers).status for _ in range(2)] == [500, 200]
    assert heard == [("no room in the archive", "transcript")] and tries == [False, True]


def test_without_a_handler_a_delivery_is_dead_and_reported(memory, caplog):
    answer = testing.deliver(memory, "analysis")
    assert answer.situation == "dead"
    assert "no handler for analysis" in caplog.text
    [letter] = memory.dead_letters().block()
    assert (letter.kind, letter.reason, letter.job) == ("analysis", "failed", "test")


def test_a_handler_can_say_dead(memory):
    @memory.on("transcript")
    def bury(delivery):
        raise ringback.Dead("nobody wants it")

    assert testing.deliver(memory).situation == "dead"
    assert len(memory.dead_letters().block()) == 1


def test_a_compressed_body_is_read(memory):
    seen = []
    memory.on("transcript")(seen.append)
    headers = testing.headers(memory.expect("a").block()) | {"content-encoding": "gzip"}
    whole = gzip.compress(testing.body("transcript", transcript="good evening"))
    assert post(memory, whole[:-3], **headers).status == 400
    assert post(memory, whole, **headers).status == 200
    assert [delivery.payload.transcript for delivery in seen] == ["good evening"]


def test_a_basic_pair_names_the_sender(ringback_receiver):
    receiver, seen = ringback_receiver(basic=["tenant=deepgram:secret", "u:p"]), []
    receiver.on_any(sender="tenant")(seen.append)
    receiver.fallback(print)
    proof = "Basic " + base64.b64encode(b"deepgram:secret").decode()
    assert post(receiver, testing.body("transcript"), authorization=proof).status == 200
    assert [delivery.sender for delivery in seen] == ["tenant"] and seen[0].job is None


def test_the_extra_secret_is_masked(ringback_receiver):
    receiver, seen = ringback_receiver(extra_secret="token:opensesame", ticket_keys=False), []
    receiver.on("transcript")(seen.append)
    assert post(receiver, testing.body("transcript", extra={"token": "wrong"})).status == 401
    assert post(receiver, testing.body("transcript", extra={"token": "opensesame"})).status == 200
    assert b"opensesame" not in seen[0].body and seen[0].payload.extra["token"] == "*" * 10


def test_a_ticket_may_travel_in_the_path(ringback_receiver):
    receiver = ringback_receiver(ticket_in_path=True)
    receiver.on("transcript")(lambda delivery: None)
    proof = testing.authorization(receiver.expect("a").block()).removeprefix("Basic ")
    target = "/hook/" + base64.b64decode(proof).decode()
    assert receiver.receive("POST", {}, testing.body("transcript"), target).block().status == 200


# Kept before it is answered.


def test_a_delivery_is_kept_and_handled_by_whoever_starts(durable):
    seen = []
    durable.on("transcript")(seen.append)
    assert testing.deliver(durable, job="a").situation == "stored"
    assert seen == []
    with durable.started():
        wait_until(lambda: seen)
    assert [delivery.job for delivery in seen] == ["a"]
    assert durable.stop() is True


def test_another_process_that_opens_the_store_handles_it(ringback_receiver, store):
    keys = testing.receiver()._given["keys"]
    first, second, seen = ringback_receiver(store, ticket_keys=keys), ringback_receiver(store, ticket_keys=keys), []
    second.on_any(seen.append)
    assert testing.deliver(first).situation == "stored"
    with second.started():
        wait_until(lambda: seen)


def test_what_fails_is_tried_again_and_dies_in_the_end(ringback_receiver, store):
    receiver, tries = ringback_receiver(store, tries=2, backoff=0.001), []

    @receiver.on("transcript")
    async def fail(delivery):
        tries.append(delivery.again)
        raise RuntimeError("never")

    testing.deliver(receiver)
    with receiver.started():
        wait_until(lambda: receiver.dead_letters().block())
        assert tries == [False, True]
        [letter] = receiver.dead_letters().block()
        assert (letter.reason, letter.failures, letter.bytes > 0) == ("failed", 2, True)
        assert receiver.replay(letter.id).block() is True
        wait_until(lambda: len(tries) == 4)
    assert receiver.dead_letters(after=letter.sequence).block() == []


def test_without_handlers_nothing_is_claimed(durable):
    testing.deliver(durable)
    with durable.started():
        assert durable.metrics().block()['ringback_inbox_deliveries{state="ready"}'] == 1


def test_what_is_incomplete_is_kept_until_the_whole_comes(durable):
    body, headers = testing.body("transcript"), testing.headers(durable.expect("a").block())
    answer = post(durable, body[:-5], **headers)
    assert (answer.status, answer.situation, answer.error) == (400, "incomplete", "unexpected_end")
    assert [letter.reason for letter in durable.dead_letters().block()] == ["incomplete"]
    assert post(durable, body, **headers).status == 200
    assert durable.dead_letters().block() == []


def test_what_is_malformed_is_a_dead_letter(durable):
    headers = testing.headers(durable.expect("a").block())
    assert post(durable, b"{'a': 1}", **headers).status == 200
    assert [letter.reason for letter in durable.dead_letters().block()] == ["malformed"]


def test_a_body_over_the_limit_on_memory_goes_to_the_disk(ringback_receiver, store):
    receiver = ringback_receiver(store, body_limit=1_000, oversize_limit=10_000)
    proof = {"authorization": testing.authorization(receiver.expect("a").block())}
    large = testing.body("transcript", transcript="word " * 100)
    compressed = gzip.compress(testing.body("transcript", transcript="text " * 100))
    assert post(receiver, large, **proof).situation == "oversize"
    assert post(receiver, compressed, **proof, **{"content-encoding": "gzip"}).situation == "oversize"
    assert post(receiver, large * 9, **proof, **{"content-length": str(9 * len(large))}).status == 413
    assert post(receiver, large * 9, **proof).status == 413
    letters = receiver.dead_letters().block()
    assert [(letter.reason, letter.bytes) for letter in letters][0] == ("oversize", len(large)) and len(letters) == 2
    # Nobody has looked into it, until somebody wants it.
    seen = []
    receiver.on("unknown")(seen.append)
    assert receiver.replay(letters[0].id).block() is True
    with receiver.started():
        wait_until(lambda: seen)
    assert seen[0].body == large and seen[0].payload.kind == "transcript" and seen[0].job == "a"


def test_an_answer_after_handling_is_possible_with_a_durable_store(ringback_receiver, store):
    receiver, seen = ringback_receiver(store, answer="handled"), []
    receiver.on("transcript")(seen.append)
    assert testing.deliver(receiver).situation == "handled"
    assert len(seen) == 1


# Taken by the caller.


def test_a_delivery_can_be_taken_and_settled(durable):
    headers, body = testing.headers(durable.expect("a").block()), testing.body("transcript")
    with pytest.raises(RuntimeError):
        with durable.take("POST", headers, body).block() as taken:
            assert taken.delivery.job == "a" and taken.answer is None
            raise RuntimeError("not now")
    assert taken.answer.situation == "failed"
    other = testing.headers(durable.expect("b").block())
    with durable.take("POST", other, testing.body("transcript")).block() as taken:
        assert taken.delivery.payload.kind == "transcript"
    assert (taken.answer.status, taken.answer.situation) == (200, "handled")
    with durable.take("POST", {}, body).block() as taken:
        assert taken.delivery is None and taken.answer.status == 401

    async def later():
        async with await durable.take("POST", testing.headers(await durable.expect("c")), body) as taken:
            pass
        return taken.answer.situation

    assert asyncio.run(later()) == "handled"


# Submissions and results.


def test_a_submission_has_a_url_and_a_result(durable):
    with durable.expect("call-42", context="from the help desk") as submission:
        assert submission.callback_url.startswith("https://r1.d.") and submission.callback_url.endswith("@example.com/hook")
        assert submission.job == "call-42" and submission.arrived == "nothing"
    [pending] = durable.pending().block()
    assert (pending.id, pending.job, pending.context) == (submission.id, "call-42", b"from the help desk")
    assert pending.deadline - pending.since == 46 * 60 and pending.request_id is None and not pending.overdue
    assert submission.accepted(payloads.REQUEST_ID).block() == "nothing"
    testing.deliver(durable, submission=submission, request_id=payloads.REQUEST_ID, transcript="thank you")
    for waiting in (
        submission.result(timeout=5),
        durable.result(submission, timeout=5),
        durable.result(submission.id, timeout=5),
        durable.result(job="call-42", timeout=5),
        durable.result(request_id=payloads.REQUEST_ID, timeout=5),
    ):
        result = waiting.block()
        assert result.payload.transcript == "thank you" and result.job == "call-42" and result.kind == "transcript"
    assert result.request_id == payloads.REQUEST_ID and result.segments == () and result.time > 1e9
    assert durable.pending().block() == []


def test_a_result_may_come_before_or_after_it_is_waited_for(durable):
    async def before():
        async with durable.expect("early") as submission:
            await durable.receive("POST", testing.headers(submission), testing.body("transcript", transcript="early"))
            assert await submission.accepted(payloads.REQUEST_ID) == "whole"
        return (await durable.result(job="early")).payload.transcript

    async def after():
        submission = await durable.expect("late")
        waiting = asyncio.ensure_future(_as_coroutine(submission.result(timeout=10)))
        while not durable._native:
            await asyncio.sleep(0)
        await durable.receive("POST", testing.headers(submission), testing.body("transcript", transcript="late"))
        return (await waiting).payload.transcript

    assert asyncio.run(before()) == "early" and asyncio.run(after()) == "late"


async def _as_coroutine(waiting):
    return await waiting


def test_a_result_is_waited_for_on_a_thread_too(durable):
    submission, found = durable.expect("a").block(), []
    thread = threading.Thread(target=lambda: found.append(submission.result(timeout=30).block()))
    thread.start()
    testing.deliver(durable, submission=submission)
    thread.join(30)
    assert [result.kind for result in found] == ["transcript"]


def test_why_there_is_no_result(ringback_receiver, store):
    clock = testing.Clock()
    receiver = ringback_receiver(store, clock=clock)
    submission = receiver.expect("a", deadline=60).block()
    with pytest.raises(ringback.TimedOut) as raised:
        receiver.result(submission, timeout=0).block()
    assert isinstance(raised.value, TimeoutError) and raised.value.code == 721
    with pytest.raises(ringback.LedgerError, match="no such submission") as raised:
        receiver.result(job="b", timeout=0).block()
    assert raised.value.kind == "submission_unknown"
    clock.advance(61)
    with pytest.raises(ringback.Overdue):
        receiver.result(submission).block()
    testing.deliver(receiver, "failure", submission=submission)
    with pytest.raises(ringback.JobFailed) as raised:
        asyncio.run(_as_coroutine(receiver.result(job="a")))
    assert raised.value.failure.payload.failure.code == "PROCESSING_FAILED"
    for wrong in ({}, {"job": "a", "request_id": "b"}):
        with pytest.raises(TypeError):
            receiver.result(**wrong)
    for wrong in ("", "xyz", "é" * 12, "0" * 25):
        with pytest.raises(ValueError):
            receiver.result(wrong).block()


def test_the_result_of_a_stream_has_its_pieces_in_order(durable):
    submission = durable.expect("stream", use="stream").block()
    for place in (2, 0, 1):
        body = testing.body("stream.results", transcript=f"piece {place}").replace(b'"start":0.0,"dur', b'"start":%d.0,"dur' % place)
        post(durable, body, **testing.headers(submission))
    testing.deliver(durable, "stream.metadata", submission=submission)
    result = submission.result(timeout=5).block()
    assert [piece.transcript for piece in result.segments] == ["piece 0", "piece 1", "piece 2"]


def test_overdue_submissions_are_told_once(ringback_receiver, store):
    clock, told = testing.Clock(), []
    receiver = ringback_receiver(store, clock=clock)
    receiver.on("overdue")(lambda submission: told.append(submission.job))

    @receiver.on("overdue")
    async def later(submission):
        told.append(submission.overdue)

    receiver.expect("lost", deadline=60).block()
    receiver.expect("never", deadline=None).block()
    clock.advance(61)
    with receiver.started():
        wait_until(lambda: len(told) == 2)
    assert told[0] == "lost" and [row.job for row in receiver.overdue().block()] == ["lost"]
    assert [row.deadline for row in receiver.pending().block()] == [None]


def test_a_block_that_raises_cancels_its_submission(durable):
    with pytest.raises(RuntimeError):
        with durable.expect("a"):
            raise RuntimeError("Deepgram did not take it")

    async def later():
        async with durable.expect("b"):
            raise RuntimeError("Deepgram did not take it")

    with pytest.raises(RuntimeError):
        asyncio.run(later())
    assert durable.pending().block() == []


def test_another_request_id_than_the_bound_one_is_a_dead_letter(durable):
    submission = durable.expect("a").block()
    submission.accepted(payloads.REQUEST_ID).block()
    answer = testing.deliver(durable, submission=submission, request_id=payloads.REQUEST_ID.replace("9", "8"))
    assert (answer.status, answer.situation) == (200, "mismatch")
    assert [letter.reason for letter in durable.dead_letters().block()] == ["mismatch"]


def test_deliveries_without_a_ticket_are_announced_by_their_request_id(ringback_receiver, store):
    receiver = ringback_receiver(store, basic="tenant=u:p")
    with receiver.expect("a", request_id=payloads.REQUEST_ID, sender="tenant") as submission:
        with pytest.raises(ringback.ConfigurationError):
            submission.callback_url
    proof = "Basic " + base64.b64encode(b"u:p").decode()
    post(receiver, testing.body("transcript", request_id=payloads.REQUEST_ID), authorization=proof)
    assert receiver.result(job="a", timeout=5).block().kind == "transcript"
    with pytest.raises(ValueError):
        receiver.expect("a", sender="tenant")


def test_an_invalid_job_and_a_life_too_long_are_refused(memory):
    for kind, options in [("job_invalid", {"job": "a b"}), ("life_too_long", {"job": "a", "life": 31 * 86_400.0})]:
        with pytest.raises(ringback.ConfigurationError) as raised:
            memory.expect(**options).block()
        assert raised.value.kind == kind
    with pytest.raises(ValueError):
        memory.expect("a", use="other").block()


def test_a_submission_is_forgotten_with_all_its_deliveries(durable):
    submission = durable.expect("a").block()
    testing.deliver(durable, submission=submission, tags=["t"])
    assert durable.forget(job="a").block() == (1, 1, 1)
    with pytest.raises(ringback.Error):
        durable.result(submission, timeout=0).block()
    testing.deliver(durable, tags=["t"], job="b")
    assert durable.forget(tag="t").block().deliveries == 1
    for wrong in ({}, {"job": "a", "tag": "b"}):
        with pytest.raises(TypeError):
            durable.forget(**wrong)
    for wrong in ("x", "0" * 31):
        with pytest.raises(ValueError):
            durable.replay(wrong).block()
    with pytest.raises(ringback.LedgerError):
        durable.replay("0" * 32).block()


# What is counted.


def said(receiver, *names):
    """These numbers, 0 for what has never happened."""
    counted = receiver.metrics().block()
    return [counted.get(f"ringback_{name}", 0) for name in names]


def test_metrics_hold_no_job_and_no_text(memory):
    memory.on("transcript")(lambda delivery: None)
    testing.deliver(memory, job="secret-job", transcript="secret words", tags=["secret-tag"])
    post(memory, b"{}")
    metrics = memory.metrics().block()
    assert metrics['ringback_deliveries_total{kind="transcript",outcome="handled"}'] == 1
    assert metrics['ringback_refused_total{reason="credential_missing"}'] == 1
    assert metrics["ringback_time_to_callback_seconds_count"] == 1
    assert "secret" not in metrics.text


def test_metrics_are_a_mapping_and_the_text_of_a_scraper(memory):
    metrics = memory.metrics().block()
    assert isinstance(metrics, Mapping) and str(metrics) == metrics.text and len(metrics) == len(list(metrics))
    assert metrics.text.endswith("# EOF\n") and metrics.content_type.startswith("application/openmetrics-text")
    assert "# TYPE ringback_store_seconds histogram\n" in metrics.text
    assert metrics.get("ringback_nothing") is None and "ringback_overdue" in metrics
    # An alert has to tell zero from silence.
    lost = {name: value for name, value in metrics.items() if name.startswith("ringback_lost_total")}
    assert len(lost) == 5 and set(lost.values()) == {0.0}
    assert repr(metrics) == f"<ringback.Metrics, {len(metrics)} numbers>"


def test_handlers_are_timed_by_their_names(ringback_receiver, store):
    class Filing:
        def __call__(self, delivery):
            pass

    def measure(receiver):
        receiver.on("transcript")(Filing())
        receiver.on("analysis")(fail)
        receiver.on("audio")(bury)
        for kind in ("transcript", "analysis", "audio", "unknown"):
            testing.deliver(receiver, kind)
        return [f'handler_seconds_count{{route="{route}",outcome="{outcome}"}}' for route, outcome in outcomes]

    def fail(delivery):
        raise RuntimeError

    def bury(delivery):
        raise ringback.Dead

    # Deliveries that nobody handles are dead letters as well.
    named = [handler.__qualname__ for handler in (fail, bury)]
    outcomes = [("Filing", "done"), (named[0], "failed"), (named[1], "dead"), ("none", "dead")]
    before = ringback_receiver()
    assert said(before, *measure(before)) == [1, 1, 1, 1]
    afterwards = ringback_receiver(store)
    with afterwards.started():
        # It was started without handlers, and handles nothing.
        names = measure(afterwards)
    assert said(afterwards, *names) == [0, 0, 0, 0]
    with afterwards.started():
        wait_until(lambda: said(afterwards, *names) == [1, 1, 1, 1])


def test_what_is_taken_is_counted_like_everything_else(durable):
    headers, body = testing.headers(durable.expect("a").block()), testing.body("transcript")
    with durable.take("POST", headers, body).block():
        pass
    handled = 'deliveries_total{kind="transcript",outcome="handled"}'
    assert said(durable, handled, 'handler_seconds_count{route="take",outcome="done"}') == [1, 1]
    assert post(durable, body, **headers).situation == "repeat"
    assert said(durable, 'deliveries_total{kind="transcript",outcome="repeat"}', "store_seconds_count") == [1, 2]


def test_a_body_on_the_disk_is_counted_once_and_is_not_lost(ringback_receiver, store):
    receiver = ringback_receiver(store, body_limit=1_000, oversize_limit=10_000)
    proof = {"authorization": testing.authorization(receiver.expect("a").block())}
    body, oversize = b" " * 2_000, 'deliveries_total{kind="unknown",outcome="oversize"}'
    lost, refused = 'lost_total{reason="too_large"}', 'refused_total{reason="body_too_large"}'
    # Announced as too large for memory, and not announced.
    assert post(receiver, body + b"{}", **proof, **{"content-length": str(len(body) + 2)}).situation == "oversize"
    assert post(receiver, body + b"[]", **proof).situation == "oversize"
    assert said(receiver, oversize, lost, refused) == [2, 0, 0]
    assert post(receiver, body * 9, **proof, **{"content-length": str(9 * len(body))}).status == 413
    assert post(receiver, body * 9, **proof).status == 413
    assert said(receiver, oversize, lost, refused) == [2, 2, 2]


def test_what_cannot_be_decompressed_is_counted(memory):
    headers = testing.headers(memory.expect("a").block()) | {"content-encoding": "gzip"}
    for body in (b"not gzip", gzip.compress(b"{}")[:-4]):
        assert post(memory, body, **headers).status == 400
    assert said(memory, 'refused_total{reason="unexpected_end"}') == [2]


# Processes.


def test_a_store_that_cannot_be_opened_is_a_store_error(ringback_receiver, tmp_path):
    receiver = ringback_receiver(f"sqlite:{tmp_path / 'no' / 'such' / 'folder.db'}")
    with pytest.raises(ringback.StoreError):
        receiver.pending().block()


def test_a_database_that_is_not_there_is_a_store_error(ringback_receiver):
    with pytest.raises(ringback.StoreError):
        ringback_receiver("postgres://nobody@127.0.0.1:1/nothing").pending().block()


def test_keys_come_from_the_environment_or_a_file(monkeypatch, tmp_path):
    keys = testing.receiver()._given["keys"]
    one = ringback.Receiver("memory", url="https://example.com/hook", ticket_keys=keys)
    monkeypatch.setenv("RINGBACK_TICKET_KEYS", keys)
    two = ringback.Receiver("memory", url="https://example.com/hook")
    path = tmp_path / "keys"
    path.write_text(keys + "\n")
    path.chmod(0o600)
    three = ringback.Receiver("memory", url="https://example.com/hook", ticket_keys=path)
    proof = testing.authorization(one.expect("a").block())
    for receiver in (two, three):
        receiver.fallback(lambda delivery: None)
        assert post(receiver, testing.body("transcript"), authorization=proof).status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_receiver_that_was_used_before_a_fork_works_in_both_processes(ringback_receiver, store):
    receiver, seen = ringback_receiver(store), []
    receiver.on_any(seen.append)
    receiver.start()
    testing.deliver(receiver)
    # SQLite cannot be opened by a process that was forked in the middle of a write.
    wait_until(lambda: receiver.metrics().block()['ringback_inbox_deliveries{state="done"}'] == 1)
    child = os.fork()
    if child == 0:
        try:
            # Handlers run only where they were started.
            assert not receiver._open().is_started
            assert testing.deliver(receiver, job="child").status == 200
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    wait_until(lambda: [delivery.job for delivery in seen] == ["test", "child"])
    receiver.stop()
