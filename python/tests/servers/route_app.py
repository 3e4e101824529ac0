"""A delivery as the dependency of a route."""

import os

import ringback
from fastapi import Depends, FastAPI

receiver = ringback.Receiver(os.environ["STORE"], url="https://example.com/hook", basic="deepgram:secret")
app = FastAPI(lifespan=receiver.lifespan)
seen: list[str] = []


@app.post("/hook")
async def hook(delivery: ringback.Delivery = Depends(receiver.delivery)) -> dict[str, str | None]:
    payload = delivery.payload
    assert payload is not None
    if payload.transcript == "fail":
        raise RuntimeError("the route failed")
    if payload.transcript == "dead":
        raise ringback.Dead("the route does not want it")
    seen.append(delivery.id)
    return {"transcript": payload.transcript}


@app.get("/seen")
async def count() -> dict[str, int]:
    return {"seen": len(seen)}
