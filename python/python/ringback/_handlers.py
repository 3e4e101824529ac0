"""Who handles what: rules and handlers, chosen when a delivery is handled."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from . import _ringback
from ._errors import ConfigurationError, Dead
from ._ringback import Delivery, Pending

Outcome: TypeAlias = Literal["done", "failed", "dead"]
Handler: TypeAlias = Callable[[Delivery], Any]
H = TypeVar("H", bound=Callable[..., Any])

log = logging.getLogger("ringback")


@dataclass(frozen=True)
class Rule:
    """Conditions, all of which must hold."""

    kind: str | None = None
    tag: str | None = None
    extra: tuple[str, str] | None = None
    job_prefix: str | None = None
    sender: str | None = None

    def holds(self, delivery: Delivery) -> bool:
        """Whether this delivery is one of them."""
        if self.kind is not None and delivery.kind != self.kind:
            return False
        if self.sender is not None and delivery.sender != self.sender:
            return False
        if self.job_prefix is not None and not (delivery.job or "").startswith(self.job_prefix):
            return False
        if self.tag is None and self.extra is None:
            return True
        payload = delivery.payload
        if payload is None or (self.tag is not None and self.tag not in payload.tags):
            return False
        return self.extra is None or payload.extra.get(self.extra[0]) == self.extra[1]


class Handlers:
    """The handlers of a receiver. Rules are asked in the order in which they were added."""

    def __init__(self) -> None:
        self.rules: list[tuple[Rule, Handler]] = []
        self.last: Handler | None = None
        self.errors: list[Callable[[BaseException, Delivery], Any]] = []
        self.overdue: list[Callable[[Pending], Any]] = []
        # Where coroutines run: the loop of the server, or one of our own.
        self.loop: asyncio.AbstractEventLoop | None = None
        self.own: Loop | None = None
        self.lock = threading.Lock()

    def add(self, rule: Rule, handler: H) -> H:
        """A handler behind those that are there."""
        if rule.kind is not None and rule.kind not in _ringback.KINDS:
            kinds = ", ".join((*_ringback.KINDS, "overdue"))
            raise _configuration("kind_unknown", f"{rule.kind!r} is not a kind of delivery: one of {kinds}")
        if any(known == rule for known, _ in self.rules):
            raise _configuration("route_repeated", "two handlers have the same rule: only the first would ever be called")
        self.rules.append((rule, _callable(handler)))
        return handler

    def find(self, delivery: Delivery) -> Handler | None:
        """The handler of this delivery."""
        return next((handler for rule, handler in self.rules if rule.holds(delivery)), self.last)

    def __bool__(self) -> bool:
        return bool(self.rules) or self.last is not None

    def handle(self, delivery: Delivery) -> tuple[Outcome, str]:
        """Handles a delivery on this thread; what is a coroutine runs in the loop meanwhile. Says by which route."""
        handler = self.find(delivery)
        try:
            self._call(self._require(handler, delivery), delivery)
            outcome: Outcome = "done"
        except BaseException as error:  # noqa: BLE001: whatever it is, the delivery was not handled
            outcome = self._failed(error, delivery)
            for observer in self.errors:
                try:
                    self._call(observer, error, delivery)
                except BaseException:  # noqa: BLE001
                    log.exception("a handler of errors failed")
        return outcome, _route(handler)

    async def handle_here(self, delivery: Delivery, run: Callable[..., Awaitable[Any]]) -> tuple[Outcome, str]:
        """As `handle`, in the running loop; what is no coroutine runs on a thread meanwhile."""
        handler = self.find(delivery)

        async def call(function: Callable[..., Any], *arguments: Any) -> None:
            if _is_async(function):
                await function(*arguments)
            else:
                found = await run(function, *arguments)
                if inspect.isawaitable(found):
                    await found

        try:
            await call(self._require(handler, delivery), delivery)
            outcome: Outcome = "done"
        except BaseException as error:  # noqa: BLE001
            outcome = self._failed(error, delivery)
            for observer in self.errors:
                try:
                    await call(observer, error, delivery)
                except Exception:
                    log.exception("a handler of errors failed")
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
        return outcome, _route(handler)

    def swept(self, overdue: list[Pending]) -> None:
        """Tells of submissions that are overdue."""
        for submission in overdue:
            log.warning("a submission is overdue", extra={"submission": submission.id})
            for handler in self.overdue:
                try:
                    self._call(handler, submission)
                except BaseException:  # noqa: BLE001
                    log.exception("a handler of overdue submissions failed")

    def unsettled(self, error: Exception, id: str | None) -> None:
        """Tells of a store that could not be used."""
        log.warning("the inbox could not be used: %s", error, extra={"delivery": id})

    def close(self) -> None:
        """Ends our own loop, if there is one."""
        with self.lock:
            own, self.own, self.loop = self.own, None, None
        if own is not None:
            own.stop()

    def _require(self, handler: Handler | None, delivery: Delivery) -> Handler:
        if handler is None:
            raise Dead(f"no handler for {delivery.kind}: add one, and replay the delivery")
        return handler

    def _call(self, function: Callable[..., Any], *arguments: Any) -> None:
        if _is_async(function):
            found = None
            coroutine = function(*arguments)
        else:
            found = function(*arguments)
            if not inspect.isawaitable(found):
                return
            coroutine = _awaited(found)
        loop = self._loop()
        try:
            asyncio.run_coroutine_threadsafe(coroutine, loop).result()
        except RuntimeError:
            # Of a loop that is closed nobody would ever await it.
            coroutine.close()
            raise

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self.lock:
            if self.loop is None or self.loop.is_closed():
                self.own = Loop()
                self.loop = self.own.loop
            return self.loop

    def _failed(self, error: BaseException, delivery: Delivery) -> Outcome:
        facts = {"delivery": delivery.id, "kind": delivery.kind, "job": delivery.job}
        if isinstance(error, Dead):
            log.error("a delivery is dead: %s", error, extra=facts)
            return "dead"
        log.error("a handler failed", exc_info=error, extra=facts)
        return "failed"


class Loop:
    """An event loop on a thread, where nobody else has one."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="ringback-loop", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    def stop(self) -> None:
        """Ends the loop and waits for its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        if threading.current_thread() is not self.thread:
            self.thread.join(5)


def _is_async(function: Callable[..., Any]) -> bool:
    called = getattr(function, "func", function)  # of a partial
    return inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(getattr(called, "__call__", None))


async def _awaited(found: Awaitable[Any]) -> Any:
    return await found


def _route(handler: Handler | None) -> str:
    """What a handler is called in metrics."""
    return "none" if handler is None else getattr(handler, "__qualname__", type(handler).__name__)


def _callable(handler: H) -> H:
    if not callable(handler):
        raise TypeError(f"a handler is a function, not {type(handler).__name__}")
    return handler


def _configuration(kind: str, text: str) -> ConfigurationError:
    error = ConfigurationError(text)
    error.kind = kind
    error.code = next(code for code, name, _, _ in _ringback.ERRORS if name == kind)
    return error
