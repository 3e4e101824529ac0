"""FastAPI with the receiver in front of it. It writes a line for each delivery that its handler gets.

    fastapi_app.py STORE

With a store that keeps, the handler comes after the answer; with `memory` before it.
"""

import json
import socket
import sys

import ringback
import uvicorn
from fastapi import FastAPI

receiver = ringback.Receiver(sys.argv[1], url="https://example.com/hook")
app = FastAPI()
app.add_middleware(receiver.asgi)


@receiver.on_any()
def handle(delivery: ringback.Delivery) -> None:
    line = json.dumps({"id": delivery.id, "job": delivery.job, "kind": delivery.kind})
    # In one piece: handlers run on several threads, and `print` writes the end of a line by itself.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


listener = socket.create_server(("127.0.0.1", 0))
print(f"listens on http://127.0.0.1:{listener.getsockname()[1]}/hook", file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
