"""The receiver: opened anew in each process, in front of an app, inside of a route, or on its own."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, overload

from ._asgi import Asgi
from ._errors import StoreError
from ._handlers import Handlers, Outcome, Rule
from ._metrics import Metrics
from ._ringback import Answer, DeadLetter, Delivery, Open, Pending, Result
from ._submission import Expecting, Submission
from ._waiting import ResultWaiting, Waiting
from ._wsgi import Wsgi

if TYPE_CHECKING:
    from .testing import Clock

T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])
Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]

# Kept for ever: what a fork has copied must not be closed by the child.
_left_behind: list[object] = []
_receivers: weakref.WeakSet[Receiver] = weakref.WeakSet()


class Forgotten(NamedTuple):
    """What was erased."""

    deliveries: int
    """Deliveries of which nothing but hashes is left."""
    unhandled: int
    """Among them those that nobody had handled yet."""
    submissions: int
    """Submissions whose job, request id and context are gone."""


class Receiver:
    """Receives deliveries: checks who sent them, keeps them, answers, and hands them to handlers.

    Making one opens nothing and runs nothing. The store is opened by the first use in each process, so that it may be
    made before a server forks. Handling starts with the server's lifespan, or with `start`.

    Credentials: a ticket for each submission, whose key the receiver makes for itself beside the store unless
    `ticket_keys` gives some (lines `name:base64`, or the path of a file; False for none; the variable
    RINGBACK_TICKET_KEYS is looked at too); Basic pairs, each `USER:PASSWORD` or `NAME=USER:PASSWORD`; a secret within the
    document (`extra_secret`, `VALUE` or `KEY:VALUE`). All times are in seconds.

    With `answer="stored"` a sender is answered when its delivery is durable, and handled afterwards; with "handled" when
    its handler has succeeded, which is also how the store "memory" works, for nothing in it survives the process.

    A body of up to `body_limit` bytes (32 MiB) is held in memory, one of up to `oversize_limit` (256 MiB) goes to the disk
    beside a SQLite store and becomes a dead letter. While the store cannot take anything, deliveries go to the folder `spool`, if there is one.
    """

    def __init__(
        self,
        store: str,
        *,
        url: str | None = None,
        path: str | None = None,
        basic: str | Sequence[str] = (),
        ticket_keys: str | os.PathLike[str] | Literal[False] | None = None,
        audience: str = "",
        extra_secret: str | None = None,
        let_anybody_post: bool = False,
        answer: Literal["stored", "handled"] = "stored",
        any_port: bool = False,
        ticket_in_path: bool = False,
        ticket_in_extra: str | None = None,
        require_expected: bool = False,
        remember_interim: bool = False,
        body_limit: int | None = None,
        oversize_limit: int | None = None,
        spool: str | os.PathLike[str] | None = None,
        grace: float | None = None,
        lease: float | None = None,
        tries: int | None = None,
        backoff: float | None = None,
        body_life: float | None = None,
        at_once: int = 8,
        clock: Clock | None = None,
    ) -> None:
        if answer not in ("stored", "handled"):
            raise ValueError(f"answer is 'stored' or 'handled', not {answer!r}")
        if at_once < 1:
            raise ValueError("at least one delivery is handled at once")
        self._given: dict[str, Any] = {
            "store": store,
            "url": url,
            "path": path,
            "basic": [basic] if isinstance(basic, str) else list(basic),
            "audience": audience,
            "extra_secret": extra_secret,
            "let_anybody_post": let_anybody_post,
            "handled": answer == "handled",
            "any_port": any_port,
            "ticket_in_path": ticket_in_path,
            "ticket_in_extra": ticket_in_extra,
            "require_expected": require_expected,
            "remember_interim": remember_interim,
            "body_limit": body_limit,
            "oversize_limit": oversize_limit,
            "spool": None if spool is None else str(Path(spool)),
            "grace": grace,
            "lease": lease,
            "tries": tries,
            "backoff": backoff,
            "body_life": body_life,
            "clock": clock,
            **_keys(ticket_keys),
        }
        self._path, self._url = Open.check(self._given)
        self._at_once = at_once
        self._handlers = Handlers()
        self._native: Open | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._dependency: Any = None
        _receivers.add(self)

    # What was said.

    @property
    def store(self) -> str:
        """Where deliveries are kept."""
        return str(self._given["store"])

    @property
    def path(self) -> str:
        """The path of the callbacks."""
        return self._path

    @property
    def url(self) -> str | None:
        """The public URL of the callbacks, without a credential."""
        return self._url

    def __repr__(self) -> str:
        return f"<ringback.Receiver {self._path}>"

    # Handlers.

    def on(
        self,
        kind: str,
        *,
        tag: str | None = None,
        extra: tuple[str, str] | None = None,
        job_prefix: str | None = None,
        sender: str | None = None,
    ) -> Callable[[H], H]:
        """The decorated function handles deliveries of this kind for which all conditions hold.

        The first rule that holds is taken, in the order in which they were added. Returning settles a delivery as done,
        raising as failed, raising `Dead` as dead. `overdue` is no kind of delivery: its handlers get the submission.
        """

        def add(handler: H) -> H:
            if kind == "overdue":
                self._handlers.overdue.append(handler)
                return handler
            return self._handlers.add(Rule(kind, tag, extra, job_prefix, sender), handler)

        return add

    @overload
    def on_any(self, handler: H, /) -> H: ...
    @overload
    def on_any(
        self,
        handler: None = None,
        /,
        *,
        tag: str | None = None,
        extra: tuple[str, str] | None = None,
        job_prefix: str | None = None,
        sender: str | None = None,
    ) -> Callable[[H], H]: ...
    def on_any(
        self,
        handler: Any = None,
        /,
        *,
        tag: str | None = None,
        extra: tuple[str, str] | None = None,
        job_prefix: str | None = None,
        sender: str | None = None,
    ) -> Any:
        """The decorated function handles deliveries of every kind for which all conditions hold, as `on`."""

        def add(handler: H) -> H:
            return self._handlers.add(Rule(None, tag, extra, job_prefix, sender), handler)

        return add if handler is None else add(handler)

    def fallback(self, handler: H) -> H:
        """The decorated function handles what no rule holds for. Without one that becomes a dead letter."""
        if self._handlers.last is not None:
            raise ValueError("there is a fallback already")
        self._handlers.last = handler
        return handler

    def on_error(self, handler: H) -> H:
        """The decorated function hears of each failure of a handler: it gets the exception and the delivery."""
        self._handlers.errors.append(handler)
        return handler

    def start(self) -> None:
        """Starts to handle deliveries in this process, and to look for what is overdue.

        Coroutines run in the loop in which it is called, or in one of their own. Without handlers nothing is claimed.
        """
        native = self._open()
        try:
            self._handlers.loop = asyncio.get_running_loop()
        except RuntimeError:
            pass
        # Where nothing survives, a sender's next attempt is the next try.
        claims = bool(self._handlers) and self.store != "memory"
        handlers = self._handlers
        if native.start(handlers.handle, handlers.swept, handlers.unsettled, self._at_once if claims else 0):
            atexit.register(_stop, weakref.ref(self), os.getpid())

    def stop(self, grace: float = 30.0) -> bool:
        """Stops handling: nothing more is claimed, handlers have so many seconds to finish, and what is not finished
        then is given back. Says whether all have finished. Not to be called in the loop that handlers run in.
        """
        native = self._native
        finished = native is None or native.stop(grace)
        self._handlers.close()
        return finished

    @contextmanager
    def started(self, grace: float = 30.0) -> Iterator[Receiver]:
        """Handles deliveries as long as the block runs."""
        self.start()
        try:
            yield self
        finally:
            self.stop(grace)

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncIterator[None]:
        """Handles deliveries as long as the block runs: the `lifespan` of an app, unless `asgi` is in front of it."""
        await self._run_here(self.start)
        try:
            yield
        finally:
            await self._stop_here()

    # In front of an app, or in one of its routes.

    def asgi(self, app: Any) -> Asgi:
        """An ASGI app that takes deliveries and passes everything else on: `app.add_middleware(receiver.asgi)`."""
        return Asgi(self, app)

    def wsgi(self, app: Any) -> Wsgi:
        """A WSGI app that takes deliveries and passes everything else on: `app.wsgi_app = receiver.wsgi(app.wsgi_app)`."""
        return Wsgi(self, app)

    @property
    def delivery(self) -> Any:
        """A dependency of FastAPI: a route with `Depends(receiver.delivery)` gets deliveries that it is to handle.

        Returning settles one as done, raising as failed, before the sender is answered. What need not be handled, a
        repeat or a stranger, is answered without it.
        """
        if self._dependency is None:
            from ._fastapi import dependency

            self._dependency = dependency(self)
        return self._dependency

    # On its own.

    def receive(self, method: str, headers: Headers, body: bytes, target: str | None = None) -> Waiting[Answer]:
        """Receives a delivery whole: what to answer. Where handling comes first, handlers run before that."""
        target = self._path if target is None else target

        def block() -> Answer:
            native = self._open()
            decided = native.receive(method, target, _pairs(headers), body, False)
            if isinstance(decided, Delivery):
                return native.settle(decided, *self._handlers.handle(decided))
            return decided

        return Waiting(self, block)

    def take(self, method: str, headers: Headers, body: bytes, target: str | None = None) -> Waiting[Taken]:
        """Receives a delivery to be handled by the caller: `with` the result, or settle it."""
        target = self._path if target is None else target

        def block() -> Taken:
            native = self._open()
            decided = native.receive(method, target, _pairs(headers), body, True)
            if isinstance(decided, Delivery):
                return Taken(self, decided, None)
            return Taken(self, None, decided)

        return Waiting(self, block)

    # Submissions and results.

    def expect(
        self,
        job: str,
        *,
        use: Literal["document", "stream", "test"] = "document",
        deadline: float | None = 46 * 60.0,
        life: float | None = None,
        context: bytes | str | None = None,
        request_id: str | None = None,
        sender: str | None = None,
    ) -> Expecting:
        """Announces a submission: `async with` or `with` gives it, with its callback URL; a block that raises cancels it.

        It is overdue after `deadline` seconds; its ticket lives for `life` seconds. Handlers get the `context`. Deliveries
        without a ticket are announced by the `request_id` of Deepgram's reply and the name of their Basic pair as `sender`.
        """
        kept = context.encode() if isinstance(context, str) else context
        if (request_id is None) != (sender is None):
            raise ValueError("request_id and sender go together")

        def announce() -> Submission:
            native = self._open()
            if request_id is not None and sender is not None:
                announced = native.expect_request(job, sender, request_id, deadline, kept)
            else:
                announced = native.expect(job, use, deadline, life, kept)
            return Submission(self, announced)

        return Expecting(self, announce)

    def result(
        self,
        submission: Submission | str | None = None,
        *,
        job: str | None = None,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> Waiting[Result]:
        """Waits for what a submission was made for: named by itself or its id, by the request id that was bound to it, or
        by its job, of which the newest counts. Looking consumes nothing.

        Raises `TimedOut`, `Overdue`, `JobFailed` (its `failure` is what Deepgram said), `BodyForgotten`, `LedgerError` for
        what was never announced, or `StoreError`.
        """
        given = {"submission": submission, "job": job, "request_id": request_id}
        named = [(by, name) for by, name in given.items() if name is not None]
        if len(named) != 1:
            raise TypeError("give a submission, a job or a request_id, and only one of them")
        [(by, name)] = named
        text = name.id if isinstance(name, Submission) else name
        return ResultWaiting(self, lambda: self._open().result(by, text, timeout))

    def pending(self, limit: int = 1_000) -> Waiting[list[Pending]]:
        """Submissions that are waited for, the newest first."""
        return Waiting(self, lambda: self._open().pending(limit))

    def overdue(self, limit: int = 1_000) -> Waiting[list[Pending]]:
        """Submissions that were reported as overdue and have not arrived since, the newest first."""
        return Waiting(self, lambda: self._open().overdue(limit))

    def dead_letters(self, *, after: int = 0, limit: int = 1_000) -> Waiting[list[DeadLetter]]:
        """Deliveries that will not be handled by themselves any more, in the order of arrival, behind this `sequence`."""
        return Waiting(self, lambda: self._open().dead_letters(after, limit))

    def replay(self, id: str) -> Waiting[bool]:
        """Makes a delivery that is done or dead ready to be handled again; says whether it was one of them."""
        return Waiting(self, lambda: self._open().replay(id))

    def forget(
        self, *, job: str | None = None, request_id: str | None = None, tag: str | None = None
    ) -> Waiting[Forgotten]:
        """Erases everything of a job, of a request, or with a tag: bodies, dead letters, names."""
        given = {"job": job, "request_id": request_id, "tag": tag}
        named = [(by, name) for by, name in given.items() if name is not None]
        if len(named) != 1:
            raise TypeError("give a job, a request_id or a tag, and only one of them")
        [(by, name)] = named
        return Waiting(self, lambda: Forgotten(*self._open().forget(by, name)))

    def metrics(self) -> Waiting[Metrics]:
        """What was counted in this process and what is in the store: numbers by name, and the text for Prometheus."""
        return Waiting(self, lambda: Metrics(self._open().metrics()))

    # What the adapters use.

    def _open(self) -> Open:
        native = self._native
        if native is not None:
            return native
        with self._lock:
            # Another thread may have been quicker.
            opened = self._native or Open(self._given)
            self._native = opened
            return opened

    async def _opened(self) -> Open:
        if self._native is not None:
            return self._native
        return await self._run(self._open)

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs what blocks on a thread of the receiver."""
        if self._executor is None:
            with self._lock:
                if self._executor is None:
                    self._executor = ThreadPoolExecutor(32, thread_name_prefix="ringback")
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    async def _run_here(self, start: Callable[[], None]) -> None:
        # Opening may block; starting must see the loop.
        await self._opened()
        start()

    async def _stop_here(self, grace: float = 30.0) -> None:
        await self._run(self.stop, grace)

    async def _handled(self, native: Open, delivery: Delivery) -> Answer:
        """Handles a delivery before it is answered."""
        outcome, route = await self._handlers.handle_here(delivery, self._run)
        return await self._run(native.settle, delivery, outcome, route)

    def _after_fork(self) -> None:
        _left_behind.extend((self._native, self._executor, self._handlers.own, self._handlers.loop))
        self._native = self._executor = None
        self._handlers.own = self._handlers.loop = None
        self._lock = threading.Lock()
        self._handlers.lock = threading.Lock()


class Taken:
    """A delivery for the caller to handle, or an answer that can be given at once.

    `with` and `async with` settle it: leaving the block as done, an exception as failed, `Dead` as dead.
    """

    def __init__(self, receiver: Receiver, delivery: Delivery | None, answer: Answer | None) -> None:
        self._receiver = receiver
        self.delivery = delivery
        """What is to be handled; None if there is an answer already."""
        self.answer = answer
        """What to answer, as soon as that is known."""

    def settle(self, outcome: Outcome) -> Waiting[Answer]:
        """Settles it as `done`, `failed` or `dead`: what to answer."""

        def block() -> Answer:
            if self.answer is None and self.delivery is not None:
                self.answer = self._receiver._open().settle(self.delivery, outcome, "take")
            if self.answer is None:
                raise StoreError("there is nothing to settle")
            return self.answer

        return Waiting(self._receiver, block)

    def __enter__(self) -> Taken:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.settle(_outcome(kind)).block()

    async def __aenter__(self) -> Taken:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        await asyncio.shield(asyncio.ensure_future(_awaited(self.settle(_outcome(kind)))))


async def _awaited(waiting: Waiting[T]) -> T:
    return await waiting


def _outcome(kind: type[BaseException] | None) -> Outcome:
    from ._errors import Dead

    return "done" if kind is None else "dead" if issubclass(kind, Dead) else "failed"


def _keys(given: str | os.PathLike[str] | Literal[False] | None) -> dict[str, Any]:
    match given:
        case None:
            return {"keys": os.environ.get("RINGBACK_TICKET_KEYS") or None}
        case False:
            return {"tickets": False}
        case str():
            return {"keys": given}
    return {"key_file": str(Path(given))}


def _pairs(headers: Headers) -> list[tuple[str, bytes]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return [(_text(name), value if isinstance(value, bytes) else value.encode("latin-1")) for name, value in pairs]


def _text(name: str | bytes) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else name


def _stop(receiver: weakref.ref[Receiver], process: int) -> None:
    found = receiver()
    if found is not None and os.getpid() == process:
        found.stop(0)


def _after_fork() -> None:
    for receiver in list(_receivers):
        receiver._after_fork()


os.register_at_fork(after_in_child=_after_fork)
