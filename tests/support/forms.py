"""A form as a browser sends it that has no file in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

FORM = "application/x-www-form-urlencoded"


def send(client: Client, address: str, data: dict[str, str], **extra: Any) -> HttpResponse:
    return client.post(address, urlencode(data), content_type=FORM, **extra)  # type: ignore[return-value]  # the client answers with its own class
