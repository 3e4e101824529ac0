"""The vectors of the repository, from Python."""

from __future__ import annotations

import json
import struct

import pytest
import ringback

import facts
import vectors

PAYLOADS = vectors.cases("transcripts", "analyses", "streams", "failures", "unknown")
BROKEN = vectors.cases("json_errors")
WHOLE = vectors.cases("json_values")
STRINGS = vectors.cases("strings")
NUMBERS = vectors.cases("numbers")
POINTERS = vectors.cases("pointers")
# Of an id that is escaped in its document the escaped text is taken: those are the core's affair.
REQUEST_IDS = [case for case in vectors.cases("request_ids") if json.dumps(case["text"]) == f'"{case["text"]}"']


@pytest.mark.parametrize("case", PAYLOADS, ids=vectors.names(PAYLOADS))
def test_a_payload_says_these_things_and_no_others(case):
    assert facts.of(ringback.parse(vectors.body(case["body"]))) == case["facts"]


def test_every_kind_but_audio_is_shown():
    assert {case["facts"]["kind"] for case in PAYLOADS} == set(ringback.KINDS) - {"audio"}


@pytest.mark.parametrize("case", PAYLOADS, ids=vectors.names(PAYLOADS))
def test_a_payload_as_plain_objects_is_what_json_makes_of_it(case):
    body = vectors.body(case["body"])
    assert ringback.parse(body).to_dict() == json.loads(body)


@pytest.mark.parametrize("case", BROKEN, ids=vectors.names(BROKEN))
def test_what_is_no_json_is_refused_for_the_stated_reason_at_the_stated_place(case):
    with pytest.raises(ringback.PayloadError) as raised:
        ringback.parse(vectors.body(case["body"]))
    error = raised.value
    found = (error.kind, error.code, error.offset, error.line, error.column)
    assert found == (case["error"], case["code"], case["offset"], case["line"], case["column"])
    assert error.incomplete == (case["error"] == "unexpected_end")
    assert error.fault == "sender"


TYPES = {"null": type(None), "bool": bool, "number": (int, float), "string": str, "array": list, "object": dict}


@pytest.mark.parametrize("case", WHOLE, ids=vectors.names(WHOLE))
def test_what_is_json_is_accepted(case):
    payload = ringback.parse(vectors.body(case["body"]))
    value = payload.to_dict()
    assert isinstance(value, TYPES[case["type"]])
    assert payload[""] == value
    if isinstance(value, list):
        assert len(value) == case["count"]


@pytest.mark.parametrize(
    "case", [case for case in STRINGS if "text" in case], ids=vectors.names([c for c in STRINGS if "text" in c])
)
def test_strings_stand_for_their_text(case):
    assert ringback.parse(vectors.body(case["body"])).to_dict() == case["text"]


@pytest.mark.parametrize("case", NUMBERS, ids=vectors.names(NUMBERS))
def test_numbers_stand_for_their_values(case):
    digits = case["name"]
    found = ringback.parse(digits).to_dict()
    assert found == json.loads(digits) and type(found) is type(json.loads(digits))
    body = '{"type":"Results","channel":{"alternatives":[{"words":[{"start":%s,"speaker":%s}]}]}}'
    word = ringback.parse(body % (digits, digits)).alternative.words[0]
    exact = None if case["f64"] is None else struct.unpack(">d", bytes.fromhex(case["f64"]))[0]
    assert word.start == exact
    assert word.start_millis == (None if case["millis"] is None else int(case["millis"]))
    assert word.speaker == (None if case["u64"] is None else int(case["u64"]))


@pytest.mark.parametrize("case", POINTERS, ids=vectors.names(POINTERS))
def test_pointers_lead_to_values(case):
    payload, pointer = ringback.parse(vectors.body(case["body"])), case["pointer"]
    if "error" in case:
        with pytest.raises(ringback.PayloadError) as raised:
            payload[pointer]
        assert (raised.value.kind, raised.value.offset) == (case["error"], case["offset"])
    elif case["raw"] is None:
        missing = object()
        assert payload.get(pointer, missing) is missing and pointer not in payload
        with pytest.raises(KeyError):
            payload[pointer]
    else:
        assert payload[pointer] == json.loads(case["raw"]) and pointer in payload


@pytest.mark.parametrize("case", REQUEST_IDS, ids=vectors.names(REQUEST_IDS))
def test_request_ids_are_canonical(case):
    body = json.dumps({"results": {"channels": []}, "metadata": {"request_id": case["text"]}})
    assert ringback.parse(body).request_id == case.get("canonical")
