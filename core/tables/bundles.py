"""A ZIP of tables as its files: unpacked behind the fence (`core/tables/unpacker.py`), each read by itself after."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from core.fence.outside import Busy, Fell, Limits, fenced
from core.tables.reading import MAX_BYTES, TableError

LIMITS = Limits(memory=2**29, seconds=15, patience=30, answer=2**27)
ZIP = b"PK\x03\x04"
OFFICE = b"[Content_Types].xml"  # the first part of what an office writes: a workbook is a ZIP too

BOOKS = (".xlsx", ".xlsm")

log = logging.getLogger(__name__)


def is_bundle(content: bytes, name: str) -> bool:
    """Whether *content* is a ZIP of files, and no workbook, which is one as well."""
    named = name.lower()
    return content.startswith(ZIP) and not named.endswith(BOOKS) and (named.endswith(".zip") or OFFICE not in content)


def unpack(content: bytes) -> list[tuple[str, bytes]]:
    """The files of a ZIP, by the name that each has in it. TableError with a sentence."""
    if len(content) > MAX_BYTES:
        raise TableError(
            _("The archive has %(size)s MB; at most %(limit)s MB are read at once. Send it in two parts.")
            % {"size": len(content) // 2**20, "limit": MAX_BYTES // 2**20}
        )
    try:
        return _files(fenced("core.tables.unpacker", content, LIMITS))
    except Busy as error:
        raise TableError(
            _("The file can't be read just now: others are being read, or the server has no room for it. "
              "Choose it again in a minute.")
        ) from error  # fmt: skip
    except Fell as error:
        raise TableError(SENTENCES["broken"]()) from error


def _files(answer: bytes) -> list[tuple[str, bytes]]:
    try:
        head, _line, rest = answer.partition(b"\n")
        told = json.loads(head)
        if "refused" in told:
            raise TableError(SENTENCES[told["refused"]]() % told)
        found, at = [], 0
        for name, size in told["files"]:
            found.append((str(name), rest[at : at + size]))
            at += size
    except TableError:
        raise
    except (ValueError, TypeError, LookupError) as error:
        log.warning("What the unpacker told is no answer: %r", error)
        raise Fell("no answer") from error
    return found


SENTENCES: Mapping[str, Callable[[], str]] = {
    "broken": lambda: _("The archive is damaged and can't be unpacked. Pack it again and choose it once more."),
    "path": lambda: _(
        "The archive has a file whose name leads out of its folder (“%(name)s”): nothing of it was read. "
        "Pack the tables alone."
    ),
    "nothing": lambda: _("There is no file in the archive."),
    "many": lambda: _("There are %(count)s files in the archive; at most %(limit)s are read at once."),
    "locked": lambda: _("The archive is protected with a password. Unpack it and choose the files inside."),
    "bomb": lambda: _("The archive unpacks to more than %(limit)s MB and was not read."),
}
