"""A stand-in for Deepgram on loopback: takes submissions, and calls back when it is told to."""

from __future__ import annotations

import base64
import json
import threading
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit


class Standin:
    """What was submitted, and a way to call back."""

    def __init__(self) -> None:
        self.callbacks: list[tuple[str, str]] = []
        # Call back before the submission is answered.
        self.early = False
        standin = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                callback = parse_qs(urlsplit(self.path).query)["callback"][0]
                request_id = str(uuid.uuid4())
                standin.callbacks.append((request_id, callback))
                if standin.early:
                    assert standin.call_back() == 200
                reply = json.dumps({"request_id": request_id}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()

    def transcript(self, text: str = "one small step") -> bytes:
        """The transcript of the last submission."""
        alternative = {"transcript": text, "confidence": 0.99, "words": []}
        metadata = {"request_id": self.callbacks[-1][0], "duration": 1.0, "channels": 1}
        return json.dumps({"metadata": metadata, "results": {"channels": [{"alternatives": [alternative]}]}}).encode()

    def call_back(self, body: bytes | None = None, *, with_ticket: bool = True) -> int:
        """Posts a body to the callback URL of the last submission, its transcript unless told otherwise: the status."""
        parts = urlsplit(self.callbacks[-1][1])
        plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        request = urllib.request.Request(plain, data=body or self.transcript(), method="POST")
        request.add_header("content-type", "application/json")
        if with_ticket:
            pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
            request.add_header("authorization", "Basic " + base64.b64encode(pair.encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
