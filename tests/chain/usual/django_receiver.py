"""A receiver in Django with its defaults, but for the CSRF check where the argument is `exempt`."""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",
)


def hook(request):
    document = json.loads(request.body)
    print(document.get("metadata", {}).get("request_id", "unknown"), flush=True)
    return HttpResponse()


if "exempt" in sys.argv:
    hook = csrf_exempt(hook)
urlpatterns = [path("hook", hook)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


django.setup()
server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
print(f"listens on http://127.0.0.1:{server.server_port}/hook", file=sys.stderr, flush=True)
server.serve_forever()
