"""Inside a route of FastAPI: a dependency that gives the delivery to be handled."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ._asgi import decide
from ._errors import Error
from ._ringback import Answer, Delivery

if TYPE_CHECKING:
    from ._receiver import Receiver


def dependency(receiver: Receiver) -> Any:
    """The dependency of this receiver. FastAPI is needed here and nowhere else."""
    from fastapi import Depends, HTTPException, Request

    async def settled(request: Any) -> AsyncIterator[Delivery]:
        try:
            found = await decide(receiver, request.scope, _again(request), handling=True)
        except Error as error:
            raise HTTPException(503, "service unavailable", {"retry-after": "30"}) from error
        if found is None:
            raise HTTPException(400, "bad request")
        native, decision = found
        if isinstance(decision, Answer):
            raise _answer(decision)
        try:
            yield decision
        except BaseException as error:
            outcome = receiver._handlers._failed(error, decision)
            answer = await _settle(receiver, native, decision, outcome)
            if outcome == "dead":
                raise _answer(answer) from error
            raise
        answer = await _settle(receiver, native, decision, "done")
        if not answer.is_success:
            raise _answer(answer)

    async def _settle(receiver: Receiver, native: Any, delivery: Delivery, outcome: str) -> Answer:
        # Whether the sender waits or not, what was done is recorded.
        settling = asyncio.ensure_future(receiver._run(native.settle, delivery, outcome, "delivery"))
        answer: Answer = await asyncio.shield(settling)
        return answer

    def _answer(answer: Answer) -> HTTPException:
        headers = dict(answer.headers)
        del headers["content-type"]
        return HTTPException(answer.status, answer.body.decode().strip(), headers)

    # What FastAPI reads from a signature is known only here.
    _sign(settled, request=(Request, inspect.Parameter.empty))

    async def delivery(settled: Any) -> Any:
        return settled

    try:
        # It is to be settled before the sender is answered, not after.
        inner = Depends(settled, scope="function")
    except TypeError:
        inner = Depends(settled)
    _sign(delivery, settled=(Any, inner))
    return delivery


def _sign(function: Any, **parameters: tuple[Any, Any]) -> None:
    made = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind, default=default)
        for name, (kind, default) in parameters.items()
    ]
    function.__signature__ = inspect.Signature(made)


def _again(request: Any) -> Any:
    """The messages of a request, also where a body parameter has made FastAPI read it before."""
    body = getattr(request, "_body", None)
    if body is None:
        return request.receive

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
