"""Two FastAPI apps that receive the same deliveries: with Ringback, and with the JSON body of a route.

Both say how long their event loop was blocked at most since somebody asked last.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import ringback
from fastapi import Body, FastAPI


class Watch:
    """Notes the longest time in which the loop did nothing else."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        before = time.perf_counter()
        while True:
            await asyncio.sleep(0)
            now = time.perf_counter()
            self.longest = max(self.longest, now - before)
            before = now

    def ask(self) -> float:
        longest, self.longest = self.longest, 0.0
        return longest


def _app(prepare: Any) -> FastAPI:
    watch = Watch()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(watch.run()) if os.environ.get("WATCH") else None
        yield
        if task is not None:
            task.cancel()

    app = FastAPI(lifespan=lifespan)
    prepare(app)

    @app.get("/blocked")
    async def blocked() -> float:
        return watch.ask()

    return app


def _ours(app: FastAPI) -> None:
    receiver = ringback.Receiver(os.environ["STORE"], url="https://example.com/hook", basic="deepgram:secret")

    @receiver.on("transcript")
    async def handle(delivery: ringback.Delivery) -> None:
        assert delivery.payload is not None and delivery.payload.transcript is not None

    app.add_middleware(receiver.asgi)


def _theirs(app: FastAPI) -> None:
    @app.post("/hook")
    async def hook(body: dict[str, Any] = Body()) -> dict[str, int]:
        return {"length": len(body["results"]["channels"][0]["alternatives"][0]["transcript"])}


ours = _app(_ours)
theirs = _app(_theirs)
