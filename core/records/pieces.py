"""A file that comes in pieces: on a line that breaks only the last one is sent again. They wait in a folder of their
own until the last is there; what nobody went on with is thrown away."""

from __future__ import annotations

import fcntl
import re
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.away import keeping
from core.refusals import Refused

TOKEN = re.compile(r"[0-9a-f]{16,40}")
KEPT = timedelta(hours=12)  # from the last piece on
DONE = ".done"
AT_ONCE = 40  # files of one person that wait


def folder() -> Path:
    return Path(settings.VAR) / "pieces"


def _path(token: str, person: int) -> Path:
    if not TOKEN.fullmatch(token):
        raise Refused(_("This upload can't be gone on with: choose the file once more."))
    return folder() / f"{person}-{token}"


def add(token: str, person: int, content: bytes, *, at: int, of: int) -> int:
    """Keeps *content*, the bytes from *at* on, of the *person*'s file *token* of *of* bytes; how many are there now.

    What isn't the next piece changes nothing: the answer says where to go on. Raises Refused.
    """
    path = _path(token, person)
    keeping()
    folder().mkdir(mode=0o750, exist_ok=True)
    if not path.exists() and len(_waiting(person)) >= AT_ONCE:
        raise Refused(_("Too many files are on their way already: wait until they are there."))
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the piece that was thought lost, and the one that is sent again
        there = file.tell()
        if there != at or not content or there + len(content) > of:
            return there
        file.write(content)
        return there + len(content)


def _waiting(person: int) -> list[Path]:
    return [path for path in folder().glob(f"{person}-*") if path.suffix != DONE]


def whole(token: str, person: int) -> bytes:
    """All that is there of it."""
    return _path(token, person).read_bytes()


def drop(token: str, person: int) -> None:
    _path(token, person).unlink(missing_ok=True)


def finish(token: str, person: int, key: int) -> None:
    """It became the record *key*: that is kept in its stead, for whom the answer to the last piece doesn't reach."""
    _path(token, person).with_suffix(DONE).write_text(str(key))
    drop(token, person)


def finished(token: str, person: int) -> int | None:
    """The key of what it became, if it is through."""
    done = _path(token, person).with_suffix(DONE)
    return int(done.read_text()) if done.exists() else None


def sweep(*, now: datetime) -> int:
    """Throws away what nobody went on with; how many."""
    gone = 0
    for path in folder().glob("*-*"):
        try:
            if path.stat().st_mtime < (now - KEPT).timestamp():
                path.unlink()
                gone += 1
        except FileNotFoundError:  # another process was quicker
            continue
    return gone
