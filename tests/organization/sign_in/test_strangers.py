"""Of a stranger no body is read but a short form that is theirs."""

from io import BytesIO

import pytest
from django.conf import settings as conf
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.urls import reverse

from organization.sign_in.middleware import STRANGERS_BYTES
from tests.support.forms import FORM

MULTIPART = "multipart/form-data; boundary=x"


class Untouched(BytesIO):
    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


def post(path, content_type, length, body):
    """The status of a POST whose body falls over when it is read, with no cookie at all."""
    answer = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "REMOTE_ADDR": "203.0.113.9", "wsgi.url_scheme": "http", "wsgi.input": body, "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(length), "HTTP_COOKIE": f"{conf.CSRF_COOKIE_NAME}={'a' * 32}",
    }  # fmt: skip
    request_started.disconnect(close_old_connections)  # the connection is the test's
    try:
        WSGIHandler()(environ, lambda status, headers, *_: answer.append((int(status[:3]), dict(headers))))
    finally:
        request_started.connect(close_old_connections)
    return answer[0]


@pytest.mark.parametrize(
    ("path", "content_type", "length", "status"),
    [
        ("/projects/new/", MULTIPART, 2_000_000, 302),
        ("/projects/new/", FORM, 100, 302),
        ("/password/", FORM, 100, 302),
        ("/nowhere/", MULTIPART, 2_000_000, 302),
        ("/sign-in/", MULTIPART, 100, 413),
        ("/sign-in/", FORM, STRANGERS_BYTES + 1, 413),
        ("/sign-in/", FORM, "-1", 413),
        ("/sign-in/", "text/plain", 10, 413),
        ("/language/", MULTIPART, 100, 413),
        ("/sign-out/", MULTIPART, 2_000_000, 302),
    ],
)
def test_a_body_that_is_not_for_strangers_stays_unread(db, path, content_type, length, status):
    found, headers = post(path, content_type, length, Untouched())
    assert found == status
    if status == 302:
        assert headers["Location"].startswith(reverse("login"))


def test_a_short_form_of_theirs_is_read(db):
    body = b"username=nobody&password=wrong&csrfmiddlewaretoken=" + b"a" * 32
    assert post("/sign-in/", FORM, len(body), BytesIO(body))[0] == 200


def test_a_form_of_the_whole_size_is_read(db):
    body = (b"username=nobody&password=wrong&csrfmiddlewaretoken=" + b"a" * 32 + b"&next=").ljust(
        STRANGERS_BYTES, b"/"
    )
    assert post("/sign-in/", FORM, len(body), BytesIO(body))[0] == 200
