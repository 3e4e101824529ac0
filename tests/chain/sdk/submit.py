"""Submits with the official Python SDK: BASE CALLBACK. Prints one JSON object a line."""

import json
import sys

from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment

base, callback = sys.argv[1:]
environment = DeepgramClientEnvironment(base=base, production=base, agent=base, agent_rest=base)
client = DeepgramClient(api_key="any", environment=environment, max_retries=0)


def say(name, **values):
    print(json.dumps({"name": name, **values}), flush=True)


reply = client.listen.v1.media.transcribe_url(
    url="https://example.com/a.wav", callback=callback, diarize=True, utterances=True, tag=["one", "two"], extra=["k:v w"]
)
say("listen", request_id=reply.request_id)
reply = client.listen.v1.media.transcribe_file(request=b"RIFF0000WAVE", callback=callback, callback_method="PUT")
say("file", request_id=reply.request_id)
reply = client.read.v1.text.analyze(
    request={"text": "A storm closed the road."}, callback=callback, language="en", summarize="v2", topics=True
)
say("read", request_id=getattr(reply, "request_id", None))
# The SDK takes whatever comes for audio.
reply = b"".join(client.speak.v1.audio.generate(text="hello", callback=callback))
say("speak", request_id=json.loads(reply)["request_id"])
try:
    client.listen.v1.media.transcribe_url(url="https://example.com/a.wav", callback="no-scheme.example/hook")
except ApiError as error:
    say("refused", status=error.status_code, body=error.body)
