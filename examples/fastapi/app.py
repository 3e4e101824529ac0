"""Transcribes recordings with Deepgram, and gets each transcript exactly where it belongs.

    uvicorn app:app

Settings, all of them in the environment: PUBLIC_URL is where Deepgram reaches this app, DEEPGRAM_API_KEY lets it in
there, DEEPGRAM_URL is another Deepgram than the usual one, STORE is where deliveries are kept, LEASE is after how many
seconds the work of a process that died is taken over.
"""

import os
import sqlite3
from contextlib import closing

import ringback
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from fastapi import FastAPI, HTTPException

DATABASE = os.environ.get("DATABASE", "calls.db")

receiver = ringback.Receiver(
    os.environ.get("STORE", "sqlite:inbox.db"),
    url=os.environ.get("PUBLIC_URL", "https://example.com/hook"),
    any_port=True,
    # How long after a crash somebody else takes over what was being handled.
    lease=float(os.environ.get("LEASE", "60")),
)

base = os.environ.get("DEEPGRAM_URL", "https://api.deepgram.com")
deepgram = AsyncDeepgramClient(
    api_key=os.environ.get("DEEPGRAM_API_KEY", "none"),
    environment=DeepgramClientEnvironment(base=base, production=base, agent=base, agent_rest=base),
)

app = FastAPI()
app.add_middleware(receiver.asgi)


def database() -> closing[sqlite3.Connection]:
    """The app's own database. A delivery that is handled twice is written once: its id is the key."""
    connection = sqlite3.connect(DATABASE, isolation_level=None)
    connection.execute("CREATE TABLE IF NOT EXISTS calls (delivery TEXT PRIMARY KEY, job TEXT, transcript TEXT)")
    return closing(connection)


@receiver.on("transcript")
def file_transcript(delivery: ringback.Delivery) -> None:
    """Runs after the sender has been answered; if it raises, or the process dies, it runs again."""
    assert delivery.payload is not None
    row = (delivery.id, delivery.job, delivery.payload.transcript)
    with database() as connection:
        connection.execute("INSERT OR IGNORE INTO calls VALUES (?, ?, ?)", row)


@receiver.on("failure")
def report(delivery: ringback.Delivery) -> None:
    """Deepgram could not do it."""
    print(f"{delivery.job} failed", flush=True)


@receiver.on("overdue")
def miss(submission: ringback.Pending) -> None:
    """Nothing came within the deadline."""
    print(f"{submission.job} is overdue", flush=True)


@app.post("/calls/{job}")
async def submit(job: str, recording: str) -> dict[str, str]:
    """Submits a recording: Deepgram fetches it, and posts the transcript to the callback URL."""
    async with receiver.expect(job) as submission:
        accepted = await deepgram.listen.v1.media.transcribe_url(
            url=recording, model="nova-3", callback=submission.callback_url
        )
        await submission.accepted(accepted.request_id)
    return {"submission": submission.id, "request_id": accepted.request_id}


@app.get("/calls/{job}")
async def transcript(job: str, timeout: float = 30) -> dict[str, str | None]:
    """Waits for the transcript."""
    try:
        result = await receiver.result(job=job, timeout=timeout)
    except ringback.TimedOut as error:
        raise HTTPException(504, "there is none yet") from error
    except ringback.LedgerError as error:
        raise HTTPException(404, "no such job") from error
    except ringback.JobFailed as error:
        raise HTTPException(502, "Deepgram could not do it") from error
    return {"transcript": result.payload.transcript if result.payload else None}
