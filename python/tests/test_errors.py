"""Errors: every kind of the one table, under its class, name and number."""

from __future__ import annotations

import pytest
import ringback
from ringback import _errors

CLASSES = {
    1: ringback.PayloadError,
    2: ringback.RequestError,
    30: ringback.AuthenticationError,
    31: ringback.AuthenticationError,
    32: ringback.ConfigurationError,
    33: ringback.ConfigurationError,
    4: ringback.ConfigurationError,
    5: ringback.ConfigurationError,
    6: ringback.LedgerError,
    70: ringback.StoreError,
    71: ringback.StoreError,
    73: ringback.StoreError,
    721: ringback.TimedOut,
    722: ringback.Overdue,
    723: ringback.JobFailed,
    724: ringback.BodyForgotten,
}


@pytest.mark.parametrize(("code", "kind", "message", "fault"), ringback.ERRORS, ids=[row[1] for row in ringback.ERRORS])
def test_every_kind_has_its_class(code, kind, message, fault):
    error = _errors.of(code, kind, message, fault, None, None)
    expected = next(CLASSES[part] for part in (code, code // 10, code // 100) if part in CLASSES)
    assert type(error) is expected and isinstance(error, ringback.Error)
    assert (error.code, error.kind, error.fault, str(error)) == (code, kind, fault, message)


def test_a_place_and_a_detail_are_in_the_text():
    error = _errors.of(102, "expected_value", "expected a value", "sender", None, (7, 2, 3))
    assert str(error) == "expected a value, at byte 7 (line 2, column 3)"
    assert (error.offset, error.line, error.column) == (7, 2, 3)
    error = _errors.of(701, "store_unavailable", "the store is away", "operator", "no such file", None)
    assert str(error) == "the store is away: no such file"


def test_errors_are_what_python_expects_of_their_sort():
    assert issubclass(ringback.PayloadError, ValueError)
    assert issubclass(ringback.ConfigurationError, ValueError)
    assert issubclass(ringback.TimedOut, TimeoutError)
    assert not issubclass(ringback.Dead, ringback.Error)


def test_everything_public_has_a_docstring():
    for name in ringback.__all__:
        found = getattr(ringback, name)
        if isinstance(found, type):
            assert found.__doc__, name
            for member, value in vars(found).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert value.__doc__, f"{name}.{member}"
