"""The turn of the year: prepared from December, sent round for figures, agreed, put in force on a day, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import undo
from core.amounts import figures
from core.models import Done
from core.records.history import keep
from core.refusals import NeedsReason, Refused, Wrong, require, unseen
from organization.people.models import User
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.choices import Nature, State
from projects.classes import ClassRules
from projects.lifecycle import services as lifecycle
from projects.plans.models import AnnualPlan
from projects.registry.models import Project
from projects.registry.services import edit, lock
from projects.reports.models import MonthlyReport
from projects.turn.force import without_amount
from projects.turn.models import NEEDS_REASON, Becomes, TurnLine, TurnOfYear
from projects.turn.passage import prepared_from, proposed
from projects.turn.permissions import can_take_back_turn, can_turn_year

PUT_IN_FORCE = "turn_in_force"
NAMED = 6  # projects that a sentence names


@transaction.atomic
def prepare_turn(county: Unit, year: int, *, by: User, now: datetime) -> TurnOfYear:
    """Begin the turn into *year*: one line a project that is pursued or was completed in the old year, with what
    becomes of it by its state. Again adds the projects that came on file since. Refused before 1 December."""
    lock(county)
    require(can_turn_year(by, county))
    if timezone.localdate(now) < prepared_from(year):
        said = _("The turn into %(year)s is prepared from %(day)s on")
        raise Refused(said % {"year": year, "day": figures.day(prepared_from(year))})
    turn = TurnOfYear.objects.select_for_update().filter(county=county, year=year).first()
    if turn is None:
        turn = TurnOfYear(county=county, year=year, at=now, by=by)
        keep(turn, by=by, now=now)
    if turn.state == TurnOfYear.State.IN_FORCE:
        raise Refused(_("The plans of %(year)s are in force already") % {"year": year})
    there = set(turn.lines.values_list("project", flat=True))
    planned = set(AnnualPlan.objects.filter(project__county=county, year=year - 1).values_list("project", flat=True))
    found = Project.objects.filter(county=county, state__in=(State.ACTIVE, State.SUSPENDED))
    for project in found.exclude(completed_on__lt=date(year - 1, 1, 1)).exclude(pk__in=there).order_by("pk"):
        becomes = proposed(project, planned=project.pk in planned)
        reason = project.state_reason if becomes == Becomes.STOPPED else ""
        keep(TurnLine(turn=turn, project=project, becomes=becomes, reason=reason), by=by, now=now)
    return turn


@transaction.atomic
def decide_lines(
    turn: TurnOfYear, becomes: Mapping[int, tuple[str, str]], *, by: User, now: datetime, version: int | None = None
) -> TurnOfYear:
    """Say what becomes of projects: by project, what and why. Stopping and giving up need a reason."""
    turn = _locked(turn, by, version)
    _demand_open(turn)
    changed = False
    for line in turn.lines.select_related("project").filter(project__in=becomes):
        what, reason = becomes[line.project_id]
        reason = reason.strip()[:300] if what in NEEDS_REASON else ""
        if what not in Becomes.values:
            raise Wrong({"becomes": _("There is no such end of a year")})
        if what in NEEDS_REASON and not reason:
            raise NeedsReason(_("Write why %(project)s stops") % {"project": line.project.name})
        if (line.becomes, line.reason) != (what, reason):
            line.becomes, line.reason = what, reason
            keep(line, by=by, now=now, reason=reason)
            changed = True
    if changed:
        _step(turn, turn.state, by=by, now=now)
    return turn


@transaction.atomic
def send_round(turn: TurnOfYear, *, fill_by: date, by: User, now: datetime, version: int | None = None) -> TurnOfYear:
    """Ask the units for their figures by *fill_by*: it stands in their to-do lists."""
    turn = _locked(turn, by, version)
    _demand_open(turn)
    if fill_by < timezone.localdate(now):
        raise Wrong({"fill_by": _("The day is over already")})
    turn.fill_by = fill_by
    return _step(turn, TurnOfYear.State.SENT, by=by, now=now)


@transaction.atomic
def agree_turn(
    turn: TurnOfYear, *, by: User, now: datetime, reason: str = "", version: int | None = None
) -> TurnOfYear:
    """The plans of the year are agreed. Where one that goes on has no amount, a reason is needed."""
    turn = _locked(turn, by, version)
    if turn.state != TurnOfYear.State.SENT:
        raise Refused(_("It is agreed after it was sent round"))
    if (lacks := without_amount(turn)) and not reason.strip():
        names = _(", ").join(one.name for one in lacks[:NAMED])
        said = ngettext(
            "%(n)s project that goes on has no amount: %(names)s. To agree all the same, write why",
            "%(n)s projects that go on have no amount: %(names)s. To agree all the same, write why",
            len(lacks),
        )
        raise NeedsReason(said % {"n": len(lacks), "names": names})
    turn.note = reason.strip()[:300] if lacks else ""
    return _step(turn, TurnOfYear.State.AGREED, by=by, now=now, reason=reason)


@transaction.atomic
def put_in_force(turn: TurnOfYear, *, on: date, by: User, now: datetime, version: int | None = None) -> Done:
    """From *on* the plans of the year are in force: who goes on becomes continued, who stops is suspended, who
    is given up is withdrawn. All of it or nothing; what was reported of the old year stays as it was closed."""
    lock(turn.county)
    turn = _locked(turn, by, version)
    if turn.state != TurnOfYear.State.AGREED:
        raise Refused(_("It is put in force after it was agreed"))
    if on.year != turn.year or on > timezone.localdate(now):
        raise Wrong({"on": _("The day lies in %(year)s, and not after today") % {"year": turn.year}})
    continued = Nature.CONTINUED in {one.code for one in rules_of(turn.county)[ClassRules].of("nature")}
    rows = []
    for line in turn.lines.select_related("project__county", "project__lead_unit").order_by("project_id"):
        if row := _carry_out(line, continued=continued, on=on, by=by, now=now):
            rows.append(row)
    turn.in_force_on = on
    _step(turn, TurnOfYear.State.IN_FORCE, by=by, now=now)
    rows.append({"turn": turn.pk, "name": str(turn.year), "pk": 0, "href": reverse("projects:turn", args=[turn.year])})
    words = _("The plans of %(year)s are in force from %(day)s") % {"year": turn.year, "day": figures.day(on)}
    return undo.keep(PUT_IN_FORCE, by=by, now=now, words=words, rows=rows)


def _carry_out(line: TurnLine, *, continued: bool, on: date, by: User, now: datetime) -> dict[str, Any] | None:
    """What becomes of one project; what it was before, or None where nothing changed."""
    project, why = line.project, line.reason or _("Turn of the year")
    before = {"state": project.state, "nature": project.nature}
    if line.becomes == Becomes.CONTINUED and continued and project.nature != Nature.CONTINUED:
        project = edit(project, by=by, now=now, reason=why, nature=Nature.CONTINUED)
    elif line.becomes == Becomes.STOPPED and project.state == State.ACTIVE:
        lifecycle.suspend(project, by=by, on=on, now=now, reason=why)
    elif line.becomes == Becomes.WITHDRAWN and project.state in (State.ACTIVE, State.SUSPENDED):
        lifecycle.withdraw(project, by=by, on=on, now=now, reason=why)
    else:
        return None
    project.refresh_from_db()
    seen = {"pk": project.pk, "name": project.name, "href": reverse("projects:page", args=[project.pk])}
    return {**seen, "before": before, "seen": project.version, "will": line.get_becomes_display()}


@transaction.atomic
def take_back_turn(done: Done, *, by: User, now: datetime, reason: str, version: int | None = None) -> str:
    """The plans aren't in force any more, and each project that nobody changed since is as it was before. Refused once
    something of the year was reported, or where a project was changed since."""
    done = Done.objects.select_for_update(of=("self",)).get(pk=done.pk)
    require(can_take_back_turn(by, done))
    turn = _locked(TurnOfYear(pk=done.rows[-1]["turn"]), by, None)
    reported = MonthlyReport.objects.filter(county_id=turn.county_id, month__startswith=f"{turn.year}-")
    if reported.exclude(submitted_at=None).exists():
        raise Refused(_("Something of %(year)s is reported already: the plans stay in force") % {"year": turn.year})
    rows = {row["pk"]: row for row in done.rows if row["pk"]}
    there = list(Project.objects.select_for_update().filter(pk__in=rows).order_by("pk"))
    if others := [one.name for one in there if one.version != rows[one.pk]["seen"]]:
        raise Refused(_("Changed by somebody since: %(names)s") % {"names": _(", ").join(others[:NAMED])})
    for project in there:
        _as_before(project, rows[project.pk]["before"], by=by, now=now, reason=reason or _("Taken back"))
    turn.in_force_on = None
    _step(turn, TurnOfYear.State.AGREED, by=by, now=now, reason=reason)
    return _("The plans of %(year)s aren't in force any more") % {"year": turn.year}


def _as_before(project: Project, before: Mapping[str, str], *, by: User, now: datetime, reason: str) -> None:
    on = timezone.localdate(now)
    if project.state != before["state"]:
        lifecycle.resume(project, by=by, on=on, now=now, reason=reason)
        if before["state"] == State.SUSPENDED:
            lifecycle.suspend(project, by=by, on=on, now=now, reason=reason)
    if project.nature != before["nature"]:
        edit(project, by=by, now=now, reason=reason, nature=before["nature"])


def _locked(turn: TurnOfYear, by: User, version: int | None) -> TurnOfYear:
    fresh = TurnOfYear.objects.select_for_update(of=("self",)).select_related("county").get(pk=turn.pk)
    require(can_turn_year(by, fresh.county))
    unseen(fresh, version)
    return fresh


def _demand_open(turn: TurnOfYear) -> None:
    if turn.state in (TurnOfYear.State.AGREED, TurnOfYear.State.IN_FORCE):
        raise Refused(_("The plans of %(year)s are agreed already") % {"year": turn.year})


def _step(turn: TurnOfYear, state: str, *, by: User, now: datetime, reason: str = "") -> TurnOfYear:
    turn.state, turn.version = state, turn.version + 1
    keep(turn, by=by, now=now, reason=reason)
    return turn
