"""A person at a browser: signed in, with a clock that says what it is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import openpyxl
import time_machine
from django.test import Client

from organization.people.models import User
from recount.pages.html import Node, read


class Missing(AssertionError):
    """A page that isn't there, or isn't built as it was."""


class Browser:
    """Pages and files as *user* gets them."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def page(self, address: str) -> Node:
        """The page at *address*, following where it sends."""
        return read(self.file(address).decode())

    def file(self, address: str) -> bytes:
        """The bytes at *address*."""
        answer: Any = self.client.get(address, follow=True)
        if answer.status_code != 200:
            raise Missing(f"{answer.status_code} at {address}")
        return b"".join(answer.streaming_content) if answer.streaming else answer.content


@contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """Everybody's clock says *moment* meanwhile."""
    with time_machine.travel(moment, tick=False):
        yield


def sheet(data: bytes, name: str = "") -> list[list[Any]]:
    """The rows of the sheet that a workbook opens with, or of the one with that name."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    found = book[name] if name else book.active
    return [list(row) for row in found.iter_rows(values_only=True)]


def comma(data: bytes) -> list[list[str]]:
    """The rows of a csv file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
