"""An app as somebody would write it: with a login for everything, and a receiver in front."""

import asyncio
import os

import ringback
from fastapi import Depends, FastAPI, HTTPException, Request

receiver = ringback.Receiver(
    os.environ["STORE"],
    url="https://example.com/hook",
    basic="tenant=deepgram:secret",
    ticket_keys=os.environ.get("KEYS"),
    body_limit=4_000_000,
    lease=float(os.environ.get("LEASE", "60")),
)


def log(line: str) -> None:
    with open(os.environ["LOG"], "a") as file:
        file.write(line + "\n")


@receiver.on_any
async def handle(delivery: ringback.Delivery) -> None:
    await asyncio.sleep(0)
    log(f"{os.getpid()} {delivery.kind} {delivery.job} {len(delivery.body)}")


async def login(request: Request) -> None:
    """Everybody else has to log in."""
    if request.headers.get("authorization") != "Bearer employee":
        raise HTTPException(403)


app = FastAPI(dependencies=[Depends(login)])
app.add_middleware(receiver.asgi)


@app.get("/")
async def root() -> dict[str, int]:
    return {"process": os.getpid()}


@app.post("/submit/{job}")
async def submit(job: str) -> dict[str, str]:
    async with receiver.expect(job) as submission:
        return {"id": submission.id, "callback_url": submission.callback_url}


@app.get("/result/{id}")
async def result(id: str) -> dict[str, str | None]:
    found = await receiver.result(id, timeout=10)
    return {"transcript": found.payload.transcript if found.payload else None}
