"""Several months in one go: ledgers of past months, read oldest first, so that a county can bring its past years.

Written are only months that no round was ever opened for; what they say of others is compared, and the differences
are listed. Of projects on file nothing changes but those months and plans that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import progress
from core.collect import gather
from core.models import StoredFile
from core.records.files import store as store_file
from core.tables.reading import Grid
from organization.people.models import User
from organization.units.models import Unit
from projects.ledger import LedgerError, sheets_of
from projects.ledger.models import LedgerImport, LedgerPast
from projects.ledger.planning.planner import Difference, Past, month_of
from projects.ledger.services import Looked, Options, demand, keep_found, look_at
from projects.ledger.writer import Writer
from projects.registry import services as registry

LISTED = 500  # differences that are kept with an upload; how many there are is always said


@dataclass
class Brought:
    """One file of the past: its month, what was read, or why it can't be."""

    name: str
    grids: list[Grid] = field(default_factory=list)
    period: str = ""
    problem: str = ""
    looked: Looked | None = None

    @property
    def differences(self) -> list[Difference]:
        return [one for row in self.looked.rows for one in row.differs] if self.looked else []

    def as_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {"file": self.name, "period": self.period, "problem": self.problem}
        if self.looked is None:
            return told
        found = self.looked.as_dict()
        counts = {key: found[key] for key in ("rows", "created", "updated", "unchanged", "rejected")}
        warnings = [one["message"] for one in found["problems"] if one["severity"] != "info"]
        written = sum(len(row.reports) for row in self.looked.rows if row.outcome in ("created", "updated"))
        return told | counts | {
            "written": written, "left_out": found["left_out"], "warnings": list(dict.fromkeys(warnings)),
            "notes": found["notes"], "differ": len(self.differences),
            "differences": [one._asdict() for one in self.differences[:LISTED]],
        }  # fmt: skip


def begun(county: Unit) -> frozenset[str]:
    """The months of *county*, as stored, that the past may not write. Reads."""
    return frozenset(month for one in gather("begun") for month in one.months(county))


def opened(files: Iterable[tuple[str, bytes]]) -> list[Brought]:
    """The sheets of *files* (name, content): what takes its time, so never inside a transaction. A file that can't be
    read is one with a problem."""
    found = []
    for name, content in files:
        try:
            found.append(Brought(name, sheets_of(content, name)))
        except LedgerError as error:
            found.append(Brought(name, problem=str(error)))
    return found


def bring(
    files: Sequence[Brought],
    *,
    county: Unit,
    options: Options,
    by: User | None,
    now: datetime,
    write: bool,
    kept: Sequence[StoredFile] = (),
) -> list[Brought]:
    """Reads *files* oldest first, each against what those before it left, and writes what may be written; without
    *write* all is as before. *kept* are the files as they were stored, if they were. NotAllowed."""
    demand(by, county)
    with transaction.atomic():
        registry.lock(county)
        past = Past(begun(county))
        found = sorted(_dated(files, county, options), key=lambda one: (one.problem != "", one.period))
        stored = {file.name: file for file in kept}
        for n, one in enumerate(found, 1):
            progress.step(n, len(found), gettext_noop("one ledger after the other"))
            if not one.problem:
                with progress.told(progress.nobody):
                    _bring(one, county, options, past, by, now, stored.get(one.name))
        if not write:
            transaction.set_rollback(True)
    return found


def _dated(files: Sequence[Brought], county: Unit, options: Options) -> Iterator[Brought]:
    """*files* with the month that each is of."""
    for one in files:
        if one.problem:
            yield one
            continue
        try:
            ledger = look_at(one.grids, one.name, county, replace(options, year=None, period="")).ledger
        except LedgerError as error:
            yield replace(one, problem=str(error))
            continue
        period = month_of(ledger)
        if ledger.kind == "reports":
            problem = _("This is a table of monthly reports: import it by itself.")
        elif period is None:
            problem = _("Neither its title nor its name says a month: call it, for example, 2024年5月.xlsx.")
        else:
            problem = ""
        yield replace(one, period=str(period or ""), problem=problem)


def _bring(
    one: Brought, county: Unit, options: Options, past: Past, by: User | None, now: datetime, file: StoredFile | None
) -> None:
    told = replace(options, period=one.period, year=None)
    one.looked = look_at(one.grids, one.name, county, told, past)
    if not any(row.outcome in ("created", "updated") for row in one.looked.rows):
        return
    ledger = LedgerImport(county=county, by=by, at=now, file=file or _named(one.name, by, now))
    keep_found(ledger, one.looked, told)
    Writer(ledger, one.looked, Options(), by, now).write()
    past.made.update(row.project.pk for row in one.looked.rows if row.outcome == "created")


def _named(name: str, by: User | None, now: datetime) -> StoredFile:
    """A row for a file that nothing is kept of: what is only looked at is rolled back with it."""
    file = StoredFile(name=name[:255], kind="", size=0, sha256="", uploaded_by=by, uploaded_at=now)
    file.save()
    return file


# --- from a page: looked at, then stored ----------------------------------------------------------------------


def preview(
    files: Sequence[tuple[str, bytes]], *, county: Unit, options: Options, by: User, now: datetime
) -> LedgerPast:
    """Keeps the uploads and what was found in them, and stores nothing else. NotAllowed."""
    demand(by, county)
    found = bring(opened(files), county=county, options=options, by=by, now=now, write=False)
    kept = [store_file(content, name, by=by, now=now) for name, content in files]
    past = LedgerPast(county=county, by=by, at=now, create_units=options.create_units)
    past.result = [one.as_dict() for one in found]
    past.save()
    past.files.set(kept)
    return past


def store(past: LedgerPast, *, by: User, now: datetime) -> LedgerPast:
    """Stores what was looked at, read anew against what is on file now. Twice stores once. NotAllowed."""
    demand(by, past.county)
    kept = list(past.files.order_by("pk"))
    files = []
    for file in kept:
        with file.content.open("rb") as content:
            files.append((file.name, bytes(content.read())))
    read = opened(files)
    with transaction.atomic():
        past = LedgerPast.objects.select_for_update(of=("self",)).select_related("county").get(pk=past.pk)
        if past.status == LedgerImport.Status.STORED:
            return past
        options = Options(create_units=past.create_units)
        found = bring(read, county=past.county, options=options, by=by, now=now, write=True, kept=kept)
        past.result, past.status = [one.as_dict() for one in found], LedgerImport.Status.STORED
        past.by, past.at = by, now
        past.save()
    return past
