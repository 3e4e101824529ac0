"""A Django app in one file, with CSRF checks, a small limit on bodies and a login for everything."""

import os

import django
import ringback
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATA_UPLOAD_MAX_MEMORY_SIZE=1_000,
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware", f"{__name__}.login"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="for tests",
)
django.setup()


def login(get_response):
    def ask(request):
        if request.headers.get("authorization") != "Bearer employee":
            return HttpResponse("log in first", status=403)
        return get_response(request)

    return ask


receiver = ringback.Receiver(
    os.environ["STORE"], url="https://example.com/hook", basic="tenant=deepgram:secret", body_limit=4_000_000
)


def log(line: str) -> None:
    with open(os.environ["LOG"], "a") as file:
        file.write(line + "\n")


@receiver.on_any
def handle(delivery: ringback.Delivery) -> None:
    log(f"{os.getpid()} {delivery.kind} {delivery.job} {len(delivery.body)}")


urlpatterns = [path("", lambda request: HttpResponse(f"{request.method} {len(request.body)}"))]
app = receiver.wsgi(get_wsgi_application())
