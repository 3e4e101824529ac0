"""What gunicorn is told: handlers run in each worker."""

import importlib
import os


def post_worker_init(worker: object) -> None:
    importlib.import_module(os.environ["APP"]).receiver.start()
