"""Tables that go out as files: few rows at once, many made by a worker who is asked (`jobs/files/`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote

from cryptography.fernet import Fernet
from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

AT_ONCE = 2_000  # rows of a file that a page gives at once


@dataclass(frozen=True)
class Sheet:
    """A table about to go out, as one person may see it now; no row is read before it is asked for.

    `export` and `query` are what it is found by again, `name` is the file's, `page` where it is asked for. With
    a `key` it is secret: a worker makes it however few rows it has, it lies on the disk under that key,
    and whoever has lost the key can't read it any more; `until` when that is.
    """

    export: str
    query: str
    name: str
    page: str
    rows: Callable[[], int]
    content: Callable[[], IO[bytes] | Iterator[bytes]]
    key: str = ""
    until: datetime | None = None
    slow: bool = False  # a worker makes it however few rows it has: a page can't wait for it

    def chunks(self) -> Iterator[bytes]:
        """What the file holds, piece by piece."""
        content = self.content()
        read = getattr(content, "read", None)
        yield from iter(lambda: read(2**16), b"") if read else content

    def locked(self, content: IO[bytes]) -> IO[bytes]:
        """*content* as it lies on the disk."""
        return BytesIO(Fernet(self.key).encrypt(content.read())) if self.key else content

    def unlocked(self, content: IO[bytes]) -> IO[bytes]:
        """*content* from the disk as it goes out."""
        return BytesIO(Fernet(self.key).decrypt(content.read())) if self.key else content


@dataclass(frozen=True)
class Export:
    """A kind of table: `open(user, query, now)` is one person's look at it. Raises PermissionDenied."""

    key: str
    open: Callable[[Any, QueryDict, datetime], Sheet]


Maker = Callable[[Sheet, int, Any, datetime], str]
_makers: list[Maker] = []


def listen(maker: Maker) -> None:
    """From now on *maker* has large tables made, and says where (jobs, when it is ready)."""
    _makers[:] = [maker]


def answer(request: HttpRequest, sheet: Sheet, *, now: datetime) -> HttpResponseBase:
    """The file, if it has few rows and is neither secret nor slow; else the way to where a worker's is waited for."""
    if (rows := sheet.rows()) > AT_ONCE or sheet.key or sheet.slow:
        return redirect(_makers[0](sheet, rows, request.user, now))
    content = sheet.content()
    if hasattr(content, "read"):
        return FileResponse(content, as_attachment=True, filename=sheet.name)
    told = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(sheet.name)}"}
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=told)
