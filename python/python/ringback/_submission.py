"""Submissions: announced before or after their deliveries come."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from ._ringback import Result
from ._ringback import Submission as _Native
from ._types import Arrived
from ._waiting import Waiting

if TYPE_CHECKING:
    from ._receiver import Receiver


class Submission:
    """A submission that was announced: its `callback_url` goes into the request to Deepgram."""

    def __init__(self, receiver: Receiver, native: _Native) -> None:
        self._receiver = receiver
        self._native = native

    @property
    def id(self) -> str:
        """Its name: to be stored, and given to `Receiver.result` in another process."""
        return self._native.id

    @property
    def job(self) -> str:
        """The user's own name for the work."""
        return self._native.job

    @property
    def callback_url(self) -> str:
        """The callback URL with the ticket, which is a secret; the official SDK encodes it by itself."""
        return self._native.callback_url

    @property
    def arrived(self) -> Arrived:
        """What had arrived when it was announced."""
        return self._native.arrived

    def accepted(self, request_id: str) -> Waiting[Arrived]:
        """Binds it to the request id of Deepgram's reply: deliveries with another one become dead letters. Says what has
        arrived by now.
        """
        return Waiting(self._receiver, lambda: self._native.accepted(request_id))

    def cancel(self) -> Waiting[None]:
        """Waits no longer: it will not be overdue. What arrives for it nevertheless is handled."""
        return Waiting(self._receiver, self._native.cancel)

    def result(self, timeout: float | None = None) -> Waiting[Result]:
        """Waits for what it was made for, as `Receiver.result`."""
        return self._receiver.result(self, timeout=timeout)

    def __repr__(self) -> str:
        return f"<ringback.Submission {self.id}>"


class Expecting(Waiting[Submission]):
    """A submission about to be announced: `async with`, `with`, `await`, or `block()`."""

    def __init__(self, receiver: Receiver, announce: Callable[[], Submission]) -> None:
        super().__init__(receiver, announce)
        self._made: Submission | None = None

    def __enter__(self) -> Submission:
        self._made = self.block()
        return self._made

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None and self._made is not None:
            self._made.cancel().block()

    async def __aenter__(self) -> Submission:
        self._made = await self
        return self._made

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None and self._made is not None:
            await self._made.cancel()

    def __await__(self) -> Generator[Any, None, Submission]:
        return super().__await__()
