"""Tables that go out as files: few rows at once, many made by a worker who is asked (`jobs/files/`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

AT_ONCE = 2_000  # rows of a file that a page gives at once


@dataclass(frozen=True)
class Sheet:
    """A table about to go out, as one person may see it now; no row is read before it is asked for.

    `export` and `query` are what it is found by again, `name` is the file's, `page` where it is asked for.
    """

    export: str
    query: str
    name: str
    page: str
    rows: Callable[[], int]
    content: Callable[[], IO[bytes] | Iterator[bytes]]

    def chunks(self) -> Iterator[bytes]:
        """What the file holds, piece by piece."""
        content = self.content()
        read = getattr(content, "read", None)
        yield from iter(lambda: read(2**16), b"") if read else content


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
    """The file, if it has few rows; else the way to the page where a worker's file can be waited for."""
    if (rows := sheet.rows()) > AT_ONCE:
        return redirect(_makers[0](sheet, rows, request.user, now))
    content = sheet.content()
    if hasattr(content, "read"):
        return FileResponse(content, as_attachment=True, filename=sheet.name)
    told = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(sheet.name)}"}
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=told)
