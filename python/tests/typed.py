"""What a type checker is to make of the package. It is checked and not run."""

from collections.abc import Callable
from typing import assert_type

import ringback

payload = ringback.parse(b"{}")
assert_type(payload, ringback.Payload)
assert_type(payload.channels[0].alternatives[0].words[0].start, float | None)
assert_type(payload.utterances.columns().text[0], str | None)
assert_type(payload.tags[0], str)
assert_type(payload.extra["job"], str)
for word in payload.channels[0].alternatives[0].words[1:]:
    assert_type(word, ringback.Word)
if payload.kind == "transcript" and payload.metadata is not None:
    assert_type(payload.metadata.duration, float | None)

receiver = ringback.Receiver("memory", url="https://example.com/hook")


@receiver.on("transcript", tag="voicemail")
async def voicemail(delivery: ringback.Delivery) -> None:
    assert_type(delivery.payload, ringback.Payload | None)
    assert_type(delivery.context, bytes | None)


@receiver.on_any
def anything(delivery: ringback.Delivery) -> str:
    return delivery.id


@receiver.on("overdue")
def overdue(submission: ringback.Pending) -> None:
    assert_type(submission.deadline, float | None)


async def submit() -> None:
    async with receiver.expect("call-42") as submission:
        assert_type(submission.callback_url, str)
        await submission.accepted("id")
    result = await receiver.result(submission, timeout=5)
    assert_type(result, ringback.Result)
    assert_type(await receiver.pending(), list[ringback.Pending])
    assert_type((await receiver.metrics())["ringback_overdue"], float)
    async with await receiver.take("POST", {}, b"") as taken:
        assert_type(taken.delivery, ringback.Delivery | None)


handler: Callable[[ringback.Delivery], str] = anything
assert_type(receiver.receive("POST", [("a", b"b")], b"").block(), ringback.Answer)
