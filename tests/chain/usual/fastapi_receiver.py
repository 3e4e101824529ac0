"""A receiver as tutorials have it: a JSON body, the request id noted, 200 answered.

With the argument `blocking` its handler does half a second of work before it answers, in the event loop.
"""

import socket
import sys
import time

import uvicorn
from fastapi import Body, FastAPI

app = FastAPI()
blocking = "blocking" in sys.argv


@app.post("/hook")
async def hook(document: dict = Body(...)):
    if blocking:
        time.sleep(0.5)
    print(document.get("metadata", {}).get("request_id", "unknown"), flush=True)
    return {"ok": True}


listener = socket.create_server(("127.0.0.1", 0))
print(f"listens on http://127.0.0.1:{listener.getsockname()[1]}/hook", file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
