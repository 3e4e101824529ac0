"""The exceptions, and which kind of the one table is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._types import Fault

if TYPE_CHECKING:
    from ._ringback import Result


class Error(Exception):
    """Whatever can go wrong, under the name and number that it has in every language.

    The text is for people and may change; programs look at `kind` or `code`.
    """

    kind: str = ""
    """The name of the kind, such as `unexpected_end`."""
    code: int = 0
    """The number of the kind; 0 for what has none."""
    fault: Fault = "caller"
    """The party that can mend it."""


class PayloadError(Error, ValueError):
    """A text is not what it should be: no JSON, no pointer, no request id."""

    offset: int = 0
    """The byte at which it was noticed, from 0."""
    line: int = 1
    """The line of that byte, from 1; lines end with a line feed."""
    column: int = 1
    """The place of that byte in its line, from 1."""

    @property
    def incomplete(self) -> bool:
        """Whether the text merely ended too early: the next attempt may be whole."""
        return self.kind == "unexpected_end"


class RequestError(Error):
    """The head of a delivery cannot be accepted: its method, its framing, its size, its compression."""


class AuthenticationError(Error):
    """The credentials of a delivery are missing, wrong, forged or expired."""


class ConfigurationError(Error, ValueError):
    """What a receiver, a submission or a route was given cannot be used; the text names the cure."""


class LedgerError(Error):
    """The ledger has no room, or does not know what was named."""


class StoreError(Error):
    """The store cannot be used at the moment, or at all."""


class TimedOut(Error, TimeoutError):
    """The time is out; nothing was consumed."""


class Overdue(Error):
    """The deadline of the submission has passed without an answer."""


class JobFailed(Error):
    """Deepgram says that the job failed."""

    failure: Result | None = None
    """What Deepgram said, as it came."""


class BodyForgotten(Error):
    """The body is gone: it was purged after its time, or erased on request."""


class Dead(Exception):
    """Raised by a handler: this delivery is not to be tried again, but kept as a dead letter."""


_SINGLE: dict[int, type[Error]] = {
    721: TimedOut,
    722: Overdue,
    723: JobFailed,
    724: BodyForgotten,
}

# The first number after each group.
_GROUPS: tuple[tuple[int, type[Error]], ...] = (
    (200, PayloadError),
    (300, RequestError),
    (320, AuthenticationError),
    (600, ConfigurationError),
    (700, LedgerError),
    (800, StoreError),
)


def class_of(code: int) -> type[Error]:
    """The class of a number of the table."""
    if code in _SINGLE:
        return _SINGLE[code]
    return next((found for end, found in _GROUPS if code < end), Error)


def of(
    code: int, kind: str, message: str, fault: Fault, detail: str | None, place: tuple[int, int, int] | None
) -> Error:
    """The exception for a row of the table. The native half calls this."""
    text = message if detail is None else f"{message}: {detail}"
    if place is not None:
        text = f"{text}, at byte {place[0]} (line {place[1]}, column {place[2]})"
    error = class_of(code)(text)
    error.kind, error.code, error.fault = kind, code, fault
    if isinstance(error, PayloadError) and place is not None:
        error.offset, error.line, error.column = place
    return error
