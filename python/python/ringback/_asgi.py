"""In front of an ASGI app: deliveries are taken before the app sees anything of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from ._errors import Error
from ._ringback import Answer, Delivery, Open

if TYPE_CHECKING:
    from ._receiver import Receiver

log = logging.getLogger("ringback")


class Asgi:
    """An ASGI app that takes deliveries and passes everything else on; handling follows the server's lifespan."""

    def __init__(self, receiver: Receiver, app: Any) -> None:
        self._receiver = receiver
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http" and await self._is_hook(scope):
            await self._hook(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _is_hook(self, scope: Any) -> bool:
        path, root = scope["path"], scope.get("root_path", "")
        ours = self._receiver._path.rstrip("/")
        # Most requests are not for us, and need no store.
        if ours not in path:
            return False
        try:
            native = await self._receiver._opened()
        except Error:
            return bool(path == self._receiver._path)
        return native.is_hook(path) or (bool(root) and native.is_hook(path.removeprefix(root)))

    async def _hook(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            answer = await answer_to(self._receiver, scope, receive)
        except Error as error:
            log.error("the store cannot be used: %s", error)
            await respond(send, 503, (("retry-after", "30"),), b"service unavailable\n")
            return
        if answer is not None:
            await respond(send, answer.status, answer.headers, answer.body)

    async def _lifespan(self, scope: Any, receive: Any, send: Any) -> None:
        receiver = self._receiver

        async def hear() -> Any:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                # Handlers may need what the app is about to close.
                await receiver._stop_here()
            return message

        async def tell(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                try:
                    await receiver._run_here(receiver.start)
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": f"ringback: {error}"})
                    raise
            await send(message)

        await self._app(scope, hear, tell)


async def answer_to(receiver: Receiver, scope: Any, receive: Any) -> Answer | None:
    """What to answer; None if the sender has gone before its body was there."""
    decided = await decide(receiver, scope, receive, handling=False)
    if decided is None:
        return None
    native, decision = decided
    if isinstance(decision, Delivery):
        # Whether the sender waits or not, what was begun is finished.
        decision = await asyncio.shield(asyncio.ensure_future(receiver._handled(native, decision)))
    return decision


async def decide(
    receiver: Receiver, scope: Any, receive: Any, *, handling: bool
) -> tuple[Open, Answer | Delivery] | None:
    """Reads a request and says what is to be done with it; None if the sender has gone."""
    native = await receiver._opened()
    target = scope["path"]
    if scope.get("query_string"):
        target += "?" + scope["query_string"].decode("latin-1")
    headers = [(name.decode("latin-1"), value) for name, value in scope["headers"]]
    intake = native.begin(scope["method"], target, headers, handling)
    if isinstance(intake, Answer):
        return native, intake
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        if piece:
            if intake.is_slow(len(piece)):
                refused = await receiver._run(intake.feed, piece)
            else:
                refused = intake.feed(piece)
            if refused is not None:
                return native, refused
        if not message.get("more_body", False):
            break
    return native, await receiver._run(intake.finish)


async def respond(send: Any, status: int, headers: Any, body: bytes) -> None:
    """Sends an answer."""
    length = (b"content-length", str(len(body)).encode())
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": [*encoded, length]})
    await send({"type": "http.response.body", "body": body})
