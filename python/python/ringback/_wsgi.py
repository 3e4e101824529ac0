"""In front of a WSGI app: deliveries are taken before the app sees anything of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ._errors import Error
from ._ringback import Answer, Delivery

if TYPE_CHECKING:
    from ._receiver import Receiver

log = logging.getLogger("ringback")

# How much is read at once.
_PIECE = 64 * 1024


class Wsgi:
    """A WSGI app that takes deliveries and passes everything else on."""

    def __init__(self, receiver: Receiver, app: Any) -> None:
        self._receiver = receiver
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        whole = environ.get("SCRIPT_NAME", "") + path
        # Most requests are not for us, and need no store.
        if self._receiver._path.rstrip("/") not in whole:
            return self._app(environ, start_response)  # type: ignore[no-any-return]
        try:
            native = self._receiver._open()
            if not (native.is_hook(path) or native.is_hook(whole)):
                return self._app(environ, start_response)  # type: ignore[no-any-return]
            answer = self._answer(environ, path)
        except Error as error:
            log.error("the store cannot be used: %s", error)
            return _respond(start_response, 503, (("retry-after", "30"),), b"service unavailable\n")
        return _respond(start_response, answer.status, answer.headers, answer.body)

    def _answer(self, environ: dict[str, Any], path: str) -> Answer:
        receiver, native = self._receiver, self._receiver._open()
        target = path + ("?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else "")
        intake = native.begin(environ["REQUEST_METHOD"], target, list(_headers(environ)), False)
        if isinstance(intake, Answer):
            return intake
        for piece in _pieces(environ):
            refused = intake.feed(piece)
            if refused is not None:
                return refused
        decision = intake.finish()
        if isinstance(decision, Delivery):
            return native.settle(decision, *receiver._handlers.handle(decision))
        return decision


def _headers(environ: dict[str, Any]) -> Iterable[tuple[str, bytes]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower(), value.encode("latin-1")
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            yield name.replace("_", "-").lower(), value.encode("latin-1")


def _pieces(environ: dict[str, Any]) -> Iterable[bytes]:
    stream, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH")
    if length:
        left = int(length)
        while left > 0:
            piece = stream.read(min(left, _PIECE))
            if not piece:
                return
            left -= len(piece)
            yield piece
    elif environ.get("wsgi.input_terminated"):
        while piece := stream.read(_PIECE):
            yield piece


def _respond(start_response: Any, status: int, headers: Any, body: bytes) -> list[bytes]:
    # A server of this sort decides about connections by itself.
    kept = [(name, value) for name, value in headers if name != "connection"]
    phrase = HTTPStatus(status).phrase
    start_response(f"{status} {phrase}", [*kept, ("content-length", str(len(body)))])
    return [body]
