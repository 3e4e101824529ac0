"""A Flask app under gunicorn, perhaps preloaded."""

import os

import ringback
from flask import Flask, jsonify

receiver = ringback.Receiver(
    os.environ["STORE"], url="https://example.com/hook", basic="tenant=deepgram:secret", body_limit=4_000_000
)


def log(line: str) -> None:
    with open(os.environ["LOG"], "a") as file:
        file.write(line + "\n")


@receiver.on("transcript")
def handle(delivery: ringback.Delivery) -> None:
    log(f"{os.getpid()} {delivery.kind} {delivery.job} {len(delivery.body)}")


@receiver.fallback
async def other(delivery: ringback.Delivery) -> None:
    log(f"{os.getpid()} {delivery.kind} {delivery.job} {len(delivery.body)}")


app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1_000


@app.before_request
def login():
    return "log in first", 403


@app.get("/")
def root():
    return jsonify(process=os.getpid())


app.wsgi_app = receiver.wsgi(app.wsgi_app)
