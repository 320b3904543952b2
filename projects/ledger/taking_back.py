"""An import is taken back: what it wrote is as it was before, but for what somebody has worked on since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.amounts import figures
from core.records import bulk
from core.refusals import NotAllowed
from organization.people.models import User
from organization.units.models import Unit
from projects.entries.models import EntryRecord
from projects.ledger.models import LedgerImport
from projects.ledger.services import demand
from projects.ledger.writer import ALIASES, COOPERATING
from projects.plans.models import AnnualPlan
from projects.registry import services as registry
from projects.registry.models import Project, ProjectCode, Sponsor, StageChange
from projects.registry.months.models import ReportingMonth
from projects.registry.months.services import forget
from projects.reports.models import MonthlyReport

# By an import, with history.
WRITTEN: tuple[Any, ...] = (Project, AnnualPlan, MonthlyReport, Sponsor, EntryRecord, ProjectCode)
KEPT = ("id", "version")
TAKEN_BACK = "taken_back"  # in the import's result: the projects of which all is gone


@dataclass(frozen=True)
class Part:
    """One project of an import, with its row in the file: whether what was written of it can be taken back; if it
    stays, why."""

    project: int
    name: str
    created: bool
    row: int | None
    why: str = ""


@dataclass
class Parts:
    """What of an import goes when it is taken back, and what stays since somebody worked on it."""

    goes: list[Part]
    stays: list[Part]
    steps: dict[Any, list[Any]]  # what it wrote of those that go, by model


def parts_of(ledger: LedgerImport) -> Parts:
    """Project by project, a few queries for each kind of row. What was taken back before isn't there any more."""
    gone = set(ledger.result.get(TAKEN_BACK, ()))
    steps = {model: [s for s in _steps(model, ledger) if _project_of(model, s) not in gone] for model in WRITTEN}
    created = {step.id for step in steps[Project] if step.history_type == "+"}
    stays = _touched(steps, created) | _beside(created, steps)
    touched = {_project_of(model, step) for model, own in steps.items() for step in own}
    packages = set(Project.objects.filter(pk__in=stays, package__in=touched).values_list("package", flat=True))
    stays |= {pk: _("a sub-project of it stays") for pk in packages if pk is not None and pk not in stays}
    if shut := _closed_since(ledger):
        stays = dict.fromkeys(touched, shut)
    names = dict(Project.objects.filter(pk__in=touched).values_list("pk", "name"))
    rows = dict(ledger.rows.filter(project__in=touched).values_list("project", "number"))
    found = [
        Part(pk, names.get(pk, ""), pk in created, rows.get(pk), stays.get(pk, ""))
        for pk in sorted(touched, key=lambda pk: (rows.get(pk) or 0, pk))
    ]
    mine = {model: [step for step in own if _project_of(model, step) not in stays] for model, own in steps.items()}
    return Parts([one for one in found if not one.why], [one for one in found if one.why], mine)


@transaction.atomic
def take_back(ledger: LedgerImport, *, by: User, now: datetime, reason: str = "", whole: bool = False) -> Parts:
    """Takes back what storing *ledger* wrote and nobody has worked on since: its new projects go, the others are as
    they were. What stays can go later, once nothing hangs on it; when all is gone the file can be stored again.

    Units and posts that it made stay. *whole*: all or nothing, NotAllowed where something would stay. Twice is
    harmless.
    """
    demand(by, ledger.county)
    registry.lock(ledger.county)
    mine = LedgerImport.objects.select_for_update(of=("self",)).select_related("file", "county")
    ledger = mine.get(pk=ledger.pk)
    if ledger.status != LedgerImport.Status.STORED:
        return Parts([], [], {})
    parts = parts_of(ledger)
    if parts.stays and (whole or not parts.goes):
        raise _refusal(parts)
    steps, told = parts.steps, {"by": by, "now": now, "reason": reason}
    created = [part.project for part in parts.goes if part.created]
    going = {part.project for part in parts.goes}
    rows = list(ledger.rows.filter(project__in=going).values_list("pk", flat=True))
    for model in WRITTEN[1:]:
        _take_back(model, steps[model], **told)
    _take_back(Project, [s for s in steps[Project] if s.history_type != "+"], **told)
    before = ledger.result.get(COOPERATING, {})
    _cooperating({pk: units for pk, units in before.items() if int(pk) in going}, created)
    updated = sorted(going - set(created))
    StageChange.objects.filter(project__in=updated, typed_at=ledger.at).delete()
    forget(updated, at=ledger.at, now=now)
    _delete(created, **told)
    ledger.rows.filter(pk__in=rows).exclude(pk__in=_named(ledger)).delete()
    _note(ledger, parts, **told)
    return parts


def _closed_since(ledger: LedgerImport) -> str:
    """What was closed after the import was stored has read out figures that it is part of."""
    closed = ReportingMonth.objects.filter(county=ledger.county, closed_at__gte=ledger.at).order_by("month")
    month = closed.values_list("month", flat=True).first()
    return _("%(month)s was closed since, its figures would move") % {"month": figures.month(month)} if month else ""


def _note(ledger: LedgerImport, parts: Parts, **told: Any) -> None:
    """What is gone stands with the import; once all is, it is as if it had only been looked at."""
    if parts.stays:
        gone = {*ledger.result.get(TAKEN_BACK, ()), *(part.project for part in parts.goes)}
        ledger.result[TAKEN_BACK] = sorted(gone)
    else:
        ledger.result.pop(TAKEN_BACK, None)
        ledger.result.pop(COOPERATING, None)
        _unlearn(ledger.result.pop(ALIASES, {}), **told)
        ledger.rows.exclude(pk__in=_named(ledger)).delete()
        ledger.status = LedgerImport.Status.PREVIEW
    ledger.save()


def _named(ledger: LedgerImport) -> QuerySet[Any]:
    """The rows of files that the county's projects come from by now."""
    return Project.objects.filter(county=ledger.county, source_row__isnull=False).values("source_row")


def _refusal(parts: Parts) -> NotAllowed:
    said = {"name": parts.stays[0].name, "n": len(parts.stays), "why": parts.stays[0].why}
    return NotAllowed(_("%(n)s of its projects stay, “%(name)s” for one: %(why)s") % said)


def _project_of(model: Any, step: Any) -> int:
    found: int = step.id if model is Project else step.project_id
    return found


def _steps(model: Any, ledger: LedgerImport) -> list[Any]:
    """The rows of history that storing wrote, told by its moment."""
    where = {"county": ledger.county} if model is Project else {"project__county": ledger.county}
    found = model.history.filter(history_date=ledger.at, history_user=ledger.by, **where)
    return list(found.order_by("history_id"))


def _touched(steps: dict[Any, list[Any]], created: set[int]) -> dict[int, str]:
    """The projects of which a row was changed since, each with who did it; those beside a new project too."""
    found: dict[int, str] = {}
    for model, own in steps.items():
        written, ids = {step.history_id for step in own}, {step.id for step in own}
        firsts: dict[int, int] = {}
        newest: dict[int, Any] = {}
        for row in model.history.filter(id__in=ids).select_related("history_user").order_by("history_id"):
            firsts.setdefault(row.id, row.history_id)
            newest[row.id] = row
        for step in own:
            if step.history_type == "~" and firsts[step.id] == step.history_id:
                found[_project_of(model, step)] = _("nobody knows how it stood before")
        for row in newest.values():
            if row.history_id not in written:
                found[_project_of(model, row)] = _by_whom(row)
    return found


def _by_whom(row: Any) -> str:
    who = row.history_user or _("The system")
    return _("%(who)s worked on it, %(when)s") % {"who": who, "when": figures.moment(row.history_date)}


def _beside(created: set[int], steps: dict[Any, list[Any]]) -> dict[int, str]:
    """What people have put beside a project that it made has a history of its own."""
    found: dict[int, str] = {}
    for model, name in _related():
        if not hasattr(model, "history"):
            continue
        beside = model._base_manager.filter(**{f"{name}__in": created})
        beside = beside.exclude(pk__in=[step.id for step in steps.get(model, ())])
        rows = dict(beside.values_list("pk", name))
        history = model.history.filter(id__in=rows).select_related("history_user").order_by("history_id")
        said = {row.id: _by_whom(row) for row in history}
        for pk, project in rows.items():
            found[project] = said.get(pk) or _("something was put beside it since")
    return found


def _related() -> Iterable[tuple[Any, str]]:
    relations: Any = Project._meta.related_objects
    return [(one.related_model, one.field.name) for one in relations if one.field.many_to_one]


def _take_back(model: Any, steps: Sequence[Any], **told: Any) -> None:
    """What was made goes, what was deleted comes back, what was changed is as in the row of history before."""
    bulk.delete(list(model.objects.filter(pk__in=[s.id for s in steps if s.history_type == "+"])), **told)
    bulk.insert([step.instance for step in steps if step.history_type == "-"], **told)
    before: dict[int, Any] = {}
    for step in steps:  # of two that were written of one, it was so before the first
        if step.history_type == "~" and step.id not in before:
            before[step.id] = _before(model, step)
    names = [field.attname for field in model.history.model.tracked_fields if field.name not in KEPT]
    changed = list(model.objects.filter(pk__in=before))
    for row in changed:
        for name in names:
            setattr(row, name, getattr(before[row.pk], name))
        if hasattr(row, "version"):
            row.version += 1
    fields = [field.name for field in model.history.model.tracked_fields if field.name != "id"]
    bulk.update(changed, fields, **told)


def _before(model: Any, step: Any) -> Any:
    """The row of history before *step*, in the order in which they were written."""
    return model.history.filter(id=step.id, history_id__lt=step.history_id).order_by("-history_id").first()


def _unlearn(learned: dict[str, list[str]], **told: Any) -> None:
    """Units aren't known by the names any more that this ledger gave them."""
    units = list(Unit.objects.filter(pk__in=map(int, learned)))
    for unit in units:
        unit.aliases = [name for name in unit.aliases if name not in learned[str(unit.pk)]]
    bulk.update(units, ["aliases"], **told)


def _cooperating(before: dict[str, list[int]], created: Sequence[int]) -> None:
    """The cooperating units, which have no history: what the import had found."""
    through = Project.cooperating_units.through
    through.objects.filter(project__in=[*map(int, before), *created]).delete()
    rows = [through(project_id=int(pk), unit_id=unit) for pk, units in before.items() for unit in units]
    through.objects.bulk_create(rows)


def _delete(created: Sequence[int], **told: Any) -> None:
    for model, name in _related():
        if not hasattr(model, "history"):
            model._base_manager.filter(**{f"{name}__in": created}).delete()
    bulk.delete(list(Project.objects.filter(pk__in=created)), **told)
