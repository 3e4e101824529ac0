"""Views: lazy, immutable, and as good as what they stand for."""

from __future__ import annotations

import array
import copy
import gc
import io
import json
import pickle
import threading
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import ringback

import payloads

BODY = payloads.body(120, tags=["voicemail", "vip"], extra={"job": "call-42", "n": "é"})
DOCUMENT = json.loads(BODY)
WORDS = DOCUMENT["results"]["channels"][0]["alternatives"][0]["words"]


@pytest.fixture
def payload():
    return ringback.parse(BODY)


@pytest.mark.parametrize(
    "form", [bytes, bytearray, memoryview, lambda body: body.decode(), lambda body: memoryview(bytearray(body))]
)
def test_a_body_may_come_in_every_form(form):
    assert ringback.parse(form(BODY)) == ringback.parse(BODY)


def test_bytes_are_borrowed_and_everything_else_is_copied(payload):
    assert ringback.parse(BODY).body is BODY
    body = bytearray(BODY)
    payload = ringback.parse(body)
    body[:] = b" " * len(body)
    assert payload.body == BODY and payload.request_id == payloads.REQUEST_ID


def test_a_buffer_with_gaps_is_copied_in_its_order():
    spread = bytearray(2 * len(BODY))
    spread[::2] = BODY
    assert ringback.parse(memoryview(spread)[::2]).to_dict() == DOCUMENT


@pytest.mark.parametrize("body", [None, 7, [BODY], array.array("d", [1.0])])
def test_what_is_no_body_is_a_type_error(body):
    with pytest.raises(TypeError, match="expected bytes, bytearray, memoryview or str, not "):
        ringback.parse(body)


def test_a_text_without_utf8_is_refused_at_its_place():
    with pytest.raises(ringback.PayloadError) as raised:
        ringback.parse('{\n"é":"\ud800"}')
    error = raised.value
    assert (error.kind, error.offset, error.line, error.column) == ("invalid_utf8", 8, 2, 7)


def test_lists_are_sequences(payload):
    spoken = payload.alternative.words
    assert isinstance(spoken, Sequence) and isinstance(spoken, ringback.Rows)
    assert len(spoken) == 120 and bool(spoken)
    assert [word.word for word in spoken] == [word["word"] for word in WORDS]
    for place in (0, 1, 119, -1, -120):
        assert spoken[place].to_dict() == WORDS[place]
    for place in (120, -121):
        with pytest.raises(IndexError):
            spoken[place]
    with pytest.raises(TypeError):
        spoken["0"]
    for cut in (slice(2, 9), slice(None, None, -1), slice(-3, None), slice(200, 300), slice(5, 1)):
        part = spoken[cut]
        assert part.to_list() == WORDS[cut] and len(part) == len(WORDS[cut]) == len(list(part))
    assert [word.start for word in reversed(spoken)] == [word["start"] for word in reversed(WORDS)]
    assert spoken[3] in spoken and spoken.index(spoken[3]) == 3 and spoken.count(spoken[3]) == 1
    assert spoken == payload.channels[0].alternatives[0].words and spoken[1:3] == [spoken[1], spoken[2]]
    with pytest.raises(ValueError):
        spoken.index("good")


def test_lists_of_strings_are_strings(payload):
    assert payload.tags == ["voicemail", "vip"] and payload.tags == ("voicemail", "vip")
    assert "vip" in payload.tags and payload.tags.index("vip") == 1 and payload.tags != ["voicemail"]
    assert payload.tags[::-1].to_list() == ["vip", "voicemail"]


def test_an_absent_list_is_empty_and_says_that_it_is_absent(payload):
    entities = payload.alternative.entities
    assert not entities and len(entities) == 0 and list(entities) == [] and not entities.is_present
    assert payload.alternative.words.is_present and payload.utterances.is_present


def test_an_iterator_goes_on_although_an_index_is_built_meanwhile(payload):
    spoken = payload.alternative.words
    walk = iter(spoken)
    first = [next(walk).start for _ in range(3)]
    assert len(spoken) == 120
    assert first + [word.start for word in walk] == [word["start"] for word in WORDS]
    assert next(walk, None) is None


def test_pairs_are_a_mapping(payload):
    extra = payload.extra
    assert isinstance(extra, Mapping) and dict(extra) == {"job": "call-42", "n": "é"} == extra
    assert extra["job"] == "call-42" and extra.get("x") is None and extra.get("x", "y") == "y"
    assert "n" in extra and 7 not in extra and len(extra) == 2 and list(extra.items())[1] == ("n", "é")
    with pytest.raises(KeyError):
        extra["x"]


def test_of_repeated_pairs_the_last_counts_and_what_is_no_string_is_none():
    extra = ringback.parse('{"metadata":{"extra":{"a":"1","b":"2","a":"3","b":4}},"results":{}}').extra
    assert dict(extra) == {"a": "3"} and len(extra) == 1 and "b" not in extra


def test_a_pointer_reaches_everything(payload):
    assert payload["/metadata/extra/job"] == "call-42"
    assert payload["/results/channels/0/alternatives/0/words/7/start"] == WORDS[7]["start"]
    assert payload["/results/utterances"] == DOCUMENT["results"]["utterances"]
    assert payload.get("/metadata/none", 5) == 5 and "/metadata" in payload
    with pytest.raises(KeyError, match="/metadata/none"):
        payload["/metadata/none"]
    with pytest.raises(ringback.PayloadError, match="a JSON pointer is empty or begins with a slash"):
        payload["metadata"]


def test_columns_are_the_words(payload):
    columns = payload.alternative.words.columns()
    assert len(columns) == 120
    for name, column in [("start", columns.start), ("end", columns.end), ("confidence", columns.confidence)]:
        assert column.to_list() == [word[name] for word in WORDS] == list(memoryview(column))
        assert (memoryview(column).format, memoryview(column).readonly) == ("d", True)
    assert list(memoryview(columns.speaker)) == [word["speaker"] for word in WORDS] == list(columns.speaker)
    assert list(columns.text) == [word["word"] for word in WORDS]
    assert columns.punctuated.to_list() == [word["punctuated_word"] for word in WORDS]
    assert columns.start[-1] == WORDS[-1]["start"] and columns.text[6] == "café"
    for column in (columns.start, columns.text):
        with pytest.raises(IndexError):
            column[120]
    assert columns.start[2:9:3].tolist() == [word["start"] for word in WORDS[2:9:3]]
    assert columns.text[-2:] == [word["word"] for word in WORDS[-2:]]
    assert columns.speaker.count(1) == 50 and columns.start.index(WORDS[2]["start"]) == 2 and columns.text.index("café") == 6
    with pytest.raises(TypeError):
        memoryview(columns.start)[0] = 1.0
    with pytest.raises(TypeError, match="read-write"):
        io.BytesIO(bytes(8)).readinto(columns.start)


def test_columns_of_utterances(payload):
    columns = payload.utterances.columns()
    assert list(columns.text) == [turn["transcript"] for turn in DOCUMENT["results"]["utterances"]]
    assert columns.punctuated.to_list() == [None] * 3 and columns.punctuated.null_count == 3


def test_columns_of_what_is_absent():
    body = '{"type":"Results","channel":{"alternatives":[{"words":[{"word":"a\\u00e9"},{"start":1,"word":7}]}]}}'
    columns = ringback.parse(body).alternative.words.columns()
    assert str(columns.start.to_list()) == "[nan, 1.0]" and columns.speaker.to_list() == [-1, -1]
    assert columns.text.to_list() == ["aé", None]
    assert (bytes(columns.text.data), list(columns.text.offsets), list(columns.text.validity)) == (
        "aé".encode(),
        [0, 3, 3],
        [1],
    )
    assert len(ringback.parse("{}").utterances.columns()) == 0


def test_a_slice_has_no_columns(payload):
    with pytest.raises(TypeError, match="only a whole list has columns"):
        payload.alternative.words[1:].columns()


def test_numpy_pyarrow_and_polars_share_the_memory_of_columns():
    np, pa, pl = (pytest.importorskip(name) for name in ("numpy", "pyarrow", "polars"))
    columns = ringback.parse(BODY).alternative.words.columns()
    starts = np.asarray(columns.start)
    assert starts.dtype == np.float64 and not starts.flags.owndata and starts.tolist() == columns.start.to_list()
    address = starts.ctypes.data
    assert np.asarray(columns.start).ctypes.data == address
    assert np.asarray(columns.speaker).dtype == np.int32

    buffer = pa.py_buffer(columns.start)
    assert buffer.address == address
    arrow = pa.Array.from_buffers(pa.float64(), len(columns), [None, buffer])
    assert arrow.to_pylist() == columns.start.to_list()
    texts = columns.text
    buffers = [pa.py_buffer(part) for part in (texts.validity, texts.offsets, texts.data)]
    strings = pa.StringArray.from_buffers(len(texts), buffers[1], buffers[2], buffers[0], texts.null_count)
    strings.validate(full=True)
    assert strings.to_pylist() == texts.to_list()
    assert strings.buffers()[2].address == np.frombuffer(texts.data, dtype=np.uint8).ctypes.data

    series = pl.Series("start", arrow)
    assert series.to_list() == columns.start.to_list()
    assert series.to_numpy(allow_copy=False).ctypes.data == address


def test_a_view_outlives_its_payload():
    spoken = ringback.parse(bytes(bytearray(BODY))).alternative.words
    word, column = spoken[100], spoken.columns().start
    memory = memoryview(column)
    del spoken, column
    gc.collect()
    assert word.to_dict() == WORDS[100] and memory[100] == WORDS[100]["start"]


def test_a_body_is_let_go_with_its_last_view():
    payload = ringback.parse(bytes(bytearray(BODY)))
    seen, word = weakref.ref(payload), payload.alternative.words[0]
    del payload
    gc.collect()
    assert seen() is not None
    del word
    gc.collect()
    assert seen() is None


def test_payloads_that_are_made_one_after_the_other_have_nothing_in_common():
    # Their memory is the same.
    kept = []
    for number in range(100):
        payload = ringback.parse(b'{"request_id":"id-%d","err_msg":"x"}' % number)
        reference = weakref.ref(payload)
        assert payload.request_id == f"id-{number}" and reference() is payload
        if number % 10 == 0:
            kept.append(payload)
        del payload
        gc.collect()
        assert (reference() is None) == (number % 10 != 0)
    assert [payload.request_id for payload in kept] == [f"id-{number}" for number in range(0, 100, 10)]


def test_views_are_frozen(payload):
    for view in (payload, payload.metadata, payload.alternative.words, payload.extra):
        with pytest.raises(AttributeError):
            view.kind = "x"


def test_views_that_are_equal_hash_alike(payload):
    again = ringback.parse(BODY)
    pairs = [(payload, again), (payload.metadata, again.metadata), (payload.alternative, again.alternative)]
    for one, other in pairs:
        assert one == other and hash(one) == hash(other)
    assert payload.metadata != payload.alternative and payload.channels[0] != 7


def test_a_payload_can_be_copied_and_pickled(payload):
    assert pickle.loads(pickle.dumps(payload)) == payload and copy.deepcopy(payload) == payload


def test_no_text_of_a_document_is_in_a_repr(payload):
    views = [payload, payload.metadata, payload.alternative, payload.alternative.words, payload.extra, payload.tags]
    shown = " ".join(map(repr, views))
    assert "good" not in shown and "voicemail" not in shown and payloads.REQUEST_ID not in shown
    assert repr(payload) == f"<ringback.Payload transcript, {len(BODY)} bytes>"


def test_numbers_beyond_64_bits_are_whole():
    large = "1" + "0" * 400
    assert ringback.parse(f"[{large},-{large}]").to_dict() == [int(large), -int(large)]
    assert ringback.parse("9" * 5_000).to_dict() == float("inf")


def test_documents_are_nested_64_deep_at_most():
    assert ringback.parse("[" * 64 + "]" * 64).to_dict() is not None
    with pytest.raises(ringback.PayloadError, match="nested more than 64 deep"):
        ringback.parse("[" * 65 + "]" * 65)


def test_many_threads_use_the_same_views():
    payload = ringback.parse(payloads.body(2_000))
    spoken, walk, ready = payload.alternative.words, iter(payload.alternative.words), threading.Barrier(8)

    def use(_):
        ready.wait()
        columns = spoken.columns()
        walked = sum(1 for _ in walk)
        found = (len(spoken), spoken[1_234].start, sum(columns.start), payload["/metadata/request_id"], len(columns.text))
        return found, walked

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(use, range(8)))
    assert len({found for found, _ in results}) == 1
    assert sum(walked for _, walked in results) == 2_000


def test_a_large_body_is_parsed_while_other_threads_run():
    body, done, others = payloads.large(), threading.Event(), []

    def count():
        while not done.is_set():
            others.append(None)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        payload = ringback.parse(body)
    finally:
        done.set()
        thread.join()
    assert payload.alternative.words[12_999].word == "account" and others
