"""What the house stands on is away for a while: the database is busy, full, only to be read, not there; a folder can't
be written. Which one an error means, in which words people are told, and how to answer while nothing is kept.

docs/what_works_when.md has what goes on working meanwhile.
"""

from __future__ import annotations

import errno
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from core.refusals import Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Away:
    """What is away, in words; after how many seconds it may be back."""

    key: str
    heading: Any
    words: Any
    back_in: int


BUSY = Away("busy", _("The database is busy"), _("Something else is being written and takes long. Wait a minute."), 30)
FULL = Away("full", _("The server's disk is full"), _("Tell the administrator: room has to be made there."), 600)
READ_ONLY = Away("read_only", _("The database can only be read"), _("Tell the administrator; reading goes on."), 300)
GONE = Away("gone", _("The database does not answer"), _("If that lasts for minutes, tell the administrator."), 60)
FILES = Away("files", _("Files can't be stored"), _("Tell the administrator; all else goes on as usual."), 300)

# The codes of the driver: of SQLite the primary ones, of PostgreSQL SQLSTATE or its class.
SQLITE = {5: BUSY, 6: BUSY, 7: BUSY, 8: READ_ONLY, 10: GONE, 13: FULL, 14: GONE}
POSTGRESQL = {
    "25006": READ_ONLY, "40001": BUSY, "40P01": BUSY, "53": BUSY, "53100": FULL, "55P03": BUSY, "57014": BUSY,
    "57": GONE, "58": GONE, "08": GONE,
}  # fmt: skip
FOLDERS = {errno.ENOSPC: FULL, errno.EDQUOT: FULL} | dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EIO), FILES
)


def away_of(error: BaseException | None) -> Away | None:
    """What is away if *error* comes of that; None for every other error."""
    while error is not None:
        if isinstance(error, NotKept):
            return error.away
        if isinstance(error, OSError):
            return FOLDERS.get(error.errno or 0)
        if isinstance(error, DatabaseError | InterfaceError):
            return _of_database(error)
        error = error.__cause__
    return None


def _of_database(error: DatabaseError | InterfaceError) -> Away | None:
    driver = error.__cause__
    if (code := getattr(driver, "sqlite_errorcode", None)) is not None:
        return SQLITE.get(code & 0xFF)
    if state := getattr(driver, "sqlstate", None):
        return POSTGRESQL.get(state, POSTGRESQL.get(state[:2]))
    no_server = type(driver).__module__.startswith("psycopg") and isinstance(error, OperationalError | InterfaceError)
    return GONE if no_server else None


# waiting ------------------------------------------------------------------------------------------------------------

# Seconds for the lock of SQLite's one writer. Whoever reads has hardly anything to write, and doesn't wait for it.
FOR_READING, FOR_THE_LOG, FOR_WRITING = 1.0, 3.0, 5.0
STUCK = 5.0  # after one waited in vain, others ask for a moment only: eight that wait would leave nobody to read
FOR_A_MOMENT = 0.2
_stuck_until = 0.0


_PATIENCE: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """While this lasts, SQLite's lock is waited for so long at most, by this connection and by one that is opened."""
    if time.monotonic() < _stuck_until:
        seconds = min(seconds, FOR_A_MOMENT)
    before = _PATIENCE.set(seconds)
    be_patient(connection)
    try:
        yield
    finally:
        _PATIENCE.reset(before)
        be_patient(connection)


def be_patient(connection: Any, **_signal: Any) -> None:
    """Tells an open *connection* how long it may wait."""
    if connection.vendor == "sqlite" and connection.connection is not None:
        usual, asked = connection.settings_dict["OPTIONS"].get("timeout", 5.0), _PATIENCE.get()
        seconds = usual if asked is None else min(asked, usual)
        connection.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


@dataclass
class Aside:
    """Whether what was to be written aside is."""

    done: bool = False


@contextmanager
def aside(what: str) -> Iterator[Aside]:
    """For what a page that is read would like to write: it is written if the database can take it at once, else the
    page goes out without. Not inside a transaction."""
    written = Aside()
    try:
        with patience(FOR_A_MOMENT):
            yield written
        written.done = True
    except DatabaseError as error:
        if away_of(error) is None:
            raise
        log.warning("not written: %s: %s", what, error)


def stuck(away: Away) -> None:
    """Somebody waited in vain for what is *away*."""
    global _stuck_until
    if away is BUSY:
        _stuck_until = time.monotonic() + STUCK


# nothing is kept ----------------------------------------------------------------------------------------------------


class NotKept(Refused):
    """Nothing can be written now; what was typed goes back to who typed it."""

    def __init__(self, away: Away) -> None:
        said = {"what": away.heading, "words": away.words}
        super().__init__(_("Not saved: %(what)s. %(words)s What you typed is still here.") % said)
        self.away = away


@dataclass
class Tried:
    """Whether, while nothing was kept, something was to be."""

    away: Away
    writing: bool = False

    def refuse(self) -> None:
        self.writing = True
        raise NotKept(self.away)


READS = re.compile(r"\s*(SELECT|WITH|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
_TRIED: ContextVar[Tried | None] = ContextVar("tried", default=None)


@contextmanager
def nothing_kept(away: Away) -> Iterator[Tried]:
    """While this lasts, whatever would be written is refused in words (NotKept) before it is tried."""
    tried = Tried(away)

    def only_reading(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not READS.match(sql):
            tried.refuse()
        return execute(sql, params, many, context)

    before = _TRIED.set(tried)
    try:
        with connection.execute_wrapper(only_reading):
            yield tried
    finally:
        _TRIED.reset(before)


def keeping() -> None:
    """Called by what writes outside of the database, before it does. Raises NotKept while nothing is kept."""
    if (tried := _TRIED.get()) is not None:
        tried.refuse()
