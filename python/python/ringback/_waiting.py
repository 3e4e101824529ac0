"""Something that takes a while: awaited in a coroutine, blocked on everywhere else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from ._ringback import Result
from ._ringback import Waiting as _Native

T = TypeVar("T")


class Waiting(Generic[T]):
    """A result in the making: `await` it, or call `block()`. Nothing happens before that."""

    def __init__(self, receiver: Any, block: Callable[[], T]) -> None:
        self._receiver = receiver
        self._block = block

    def block(self) -> T:
        """Waits on this thread. Not in a coroutine: there the whole loop would wait."""
        return self._block()

    def __await__(self) -> Generator[Any, None, T]:
        return self._receiver._run(self._block).__await__()  # type: ignore[no-any-return]


class ResultWaiting(Waiting[Result]):
    """A result that may take very long: no thread waits for it."""

    def __init__(self, receiver: Any, look: Callable[[], _Native]) -> None:
        super().__init__(receiver, self._on_this_thread)
        self._look = look

    def _on_this_thread(self) -> Result:
        waiting, rung = self._look(), threading.Event()
        while True:
            rung.clear()
            found = waiting.poll(rung.set)
            if found is not None:
                return found
            rung.wait()

    def __await__(self) -> Generator[Any, None, Result]:
        return self._in_the_loop().__await__()

    async def _in_the_loop(self) -> Result:
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            try:
                loop.call_soon_threadsafe(rung.set)
            except RuntimeError:
                pass  # The loop has ended, and whoever waited with it.

        waiting = await self._receiver._run(self._look)
        while True:
            rung.clear()
            found: Result | None = await self._receiver._run(waiting.poll, wake)
            if found is not None:
                return found
            await rung.wait()
