"""An import is taken back whole: what it wrote is as it was before, unless somebody has worked on it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
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
from projects.registry.models import Project, Sponsor, StageChange
from projects.registry.months.models import ReportingMonth
from projects.registry.months.services import forget
from projects.reports.models import MonthlyReport

WRITTEN: tuple[Any, ...] = (Project, AnnualPlan, MonthlyReport, Sponsor, EntryRecord)  # by an import, with history
KEPT = ("id", "version")


@transaction.atomic
def take_back(ledger: LedgerImport, *, by: User, now: datetime, reason: str = "") -> LedgerImport:
    """Takes back what storing *ledger* wrote: its new projects go, the others are as they were.

    It can be stored again. Units and posts that it made stay. Raises NotAllowed if somebody has changed one of its
    rows since, put something beside a project that it made, or closed a month, which would move: a corrected file is
    the way then. Twice is harmless.
    """
    demand(by, ledger.county)
    registry.lock(ledger.county)
    mine = LedgerImport.objects.select_for_update(of=("self",)).select_related("file", "county")
    ledger = mine.get(pk=ledger.pk)
    if ledger.status != LedgerImport.Status.STORED:
        return ledger
    _demand_open_since(ledger)
    steps = {model: _steps(model, ledger) for model in WRITTEN}
    created = [step.id for step in steps[Project] if step.history_type == "+"]
    for model, own in steps.items():
        _demand_untouched(model, own, created)
    _demand_nothing_beside(created)
    touched = {step.id if model is Project else step.project_id for model, own in steps.items() for step in own}
    for model in WRITTEN[1:]:
        _take_back(model, steps[model], by, now, reason)
    restored = _take_back(Project, [s for s in steps[Project] if s.history_type != "+"], by, now, reason)
    _cooperating(ledger.result.pop(COOPERATING, {}), created)
    _unlearn(ledger.result.pop(ALIASES, {}), by, now, reason)
    updated = sorted(touched - set(created))
    StageChange.objects.filter(project__in=updated, typed_at=ledger.at).delete()
    forget(updated, at=ledger.at, now=now)
    _delete(created, by, now, reason)
    ledger.rows.exclude(pk__in=[project.source_row_id for project in restored]).delete()
    ledger.status = LedgerImport.Status.PREVIEW
    ledger.save()
    return ledger


def _demand_open_since(ledger: LedgerImport) -> None:
    """What was closed after the import was stored has read out figures that it is part of."""
    closed = ReportingMonth.objects.filter(county=ledger.county, closed_at__gte=ledger.at).order_by("month")
    if (month := closed.values_list("month", flat=True).first()) is not None:
        said = _("%(month)s was closed since, and its figures would move. Import a corrected file.")
        raise NotAllowed(said % {"month": figures.month(month)})


def _steps(model: Any, ledger: LedgerImport) -> list[Any]:
    """The rows of history that storing wrote, told by its moment."""
    where = {"county": ledger.county} if model is Project else {"project__county": ledger.county}
    found = model.history.filter(history_date=ledger.at, history_user=ledger.by, **where)
    return list(found.order_by("history_id"))


def _demand_untouched(model: Any, steps: Sequence[Any], created: Sequence[int]) -> None:
    newest: dict[int, Any] = {}
    for row in model.history.filter(id__in={step.id for step in steps}).order_by("history_id"):
        newest[row.id] = row
    own = {step.history_id for step in steps}
    for row in newest.values():
        if row.history_id not in own:
            raise _touched(row.id if model is Project else row.project_id)
    if model is not Project:
        others = model.objects.filter(project__in=created).exclude(pk__in={step.id for step in steps})
        if (other := others.first()) is not None:
            raise _touched(other.project_id)


def _demand_nothing_beside(created: Sequence[int]) -> None:
    """What people have put beside a project has a history of its own."""
    for model, name in _related():
        if model not in WRITTEN and hasattr(model, "history"):
            beside = model._base_manager.filter(**{f"{name}__in": created}).values_list(name, flat=True)
            if (pk := beside.first()) is not None:
                raise _touched(pk)


def _touched(project: int) -> NotAllowed:
    name = Project.objects.filter(pk=project).values_list("name", flat=True).first() or ""
    message = _("Somebody has worked on “%(name)s” since: the import can't be taken back. Import a corrected file.")
    return NotAllowed(message % {"name": name})


def _related() -> Iterable[tuple[Any, str]]:
    relations: Any = Project._meta.related_objects
    return [(one.related_model, one.field.name) for one in relations if one.field.many_to_one]


def _take_back(model: Any, steps: Sequence[Any], by: User, now: datetime, reason: str) -> list[Any]:
    """What was made goes, what was deleted comes back, what was changed is as in the row of history before; the last
    ones are the answer."""
    told: dict[str, Any] = {"by": by, "now": now, "reason": reason}
    bulk.delete(list(model.objects.filter(pk__in=[s.id for s in steps if s.history_type == "+"])), **told)
    bulk.insert([step.instance for step in steps if step.history_type == "-"], **told)
    before = {step.id: _before(model, step) for step in steps if step.history_type == "~"}
    names = [field.attname for field in model.history.model.tracked_fields if field.name not in KEPT]
    changed = list(model.objects.filter(pk__in=before))
    for row in changed:
        for name in names:
            setattr(row, name, getattr(before[row.pk], name))
        if hasattr(row, "version"):
            row.version += 1
    fields = [field.name for field in model.history.model.tracked_fields if field.name != "id"]
    bulk.update(changed, fields, **told)
    return changed


def _before(model: Any, step: Any) -> Any:
    """The row of history before *step*, in the order in which they were written."""
    earlier = model.history.filter(id=step.id, history_id__lt=step.history_id).order_by("-history_id").first()
    if earlier is None:  # a row from before there was a history
        raise _touched(step.id if model is Project else step.project_id)
    return earlier


def _unlearn(learned: dict[str, list[str]], by: User, now: datetime, reason: str) -> None:
    """Units aren't known by the names any more that this ledger gave them."""
    units = list(Unit.objects.filter(pk__in=map(int, learned)))
    for unit in units:
        unit.aliases = [name for name in unit.aliases if name not in learned[str(unit.pk)]]
    bulk.update(units, ["aliases"], by=by, now=now, reason=reason)


def _cooperating(before: dict[str, list[int]], created: Sequence[int]) -> None:
    """The cooperating units, which have no history: what the import had found."""
    through = Project.cooperating_units.through
    through.objects.filter(project__in=[*map(int, before), *created]).delete()
    rows = [through(project_id=int(pk), unit_id=unit) for pk, units in before.items() for unit in units]
    through.objects.bulk_create(rows)


def _delete(created: Sequence[int], by: User, now: datetime, reason: str) -> None:
    for model, name in _related():
        if not hasattr(model, "history"):
            model._base_manager.filter(**{f"{name}__in": created}).delete()
    bulk.delete(list(Project.objects.filter(pk__in=created)), by=by, now=now, reason=reason)
