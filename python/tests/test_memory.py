"""Memory does not grow with what was parsed and received."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import ringback
from ringback import testing

import payloads
import server


def resident() -> int:
    """The bytes of this process that are in memory."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")


@needs_proc
def test_a_million_parses_cost_less_than_a_byte_each():
    body, broken = payloads.body(3), payloads.body(3)[:-1]

    def parse(times):
        for _ in range(times):
            payload = ringback.parse(body)
            payload.transcript, payload.request_id, payload.alternative.words[1].start, payload.tags
            try:
                ringback.parse(broken)
            except ringback.PayloadError:
                pass

    parse(20_000)
    before = resident()
    parse(500_000)
    assert resident() - before < 1_000_000


@needs_proc
def test_a_hundred_thousand_deliveries_leave_nothing_behind():
    clock = testing.Clock()
    receiver = testing.receiver(clock=clock, basic="deepgram:secret")
    receiver.on("transcript")(lambda delivery: delivery.payload.transcript)
    template = testing.body("transcript", request_id="{id}")
    # A pair does not expire, however far the clock goes.
    headers = {"authorization": server.BASIC}
    native = receiver._open()
    done = 'ringback_inbox_deliveries{state="done"}'

    def deliver(numbers):
        for number in numbers:
            body = template.replace(b"{id}", b"id-%d" % number)
            assert receiver.receive("POST", headers, body).block().status == 200
            if number % 100 == 0:
                # What was settled is remembered for 16 minutes, and then forgotten.
                clock.advance(1_000)
                while receiver.metrics().block()[done]:
                    native.sweep()

    deliver(range(10_000))
    before = resident()
    deliver(range(10_000, 110_000))
    assert resident() - before < 1_000_000
