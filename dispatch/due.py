"""Who must do what by when: the week's lines, problems to answer, to confirm and on one's level, signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.due import Due, DueItem
from dispatch import recipients
from dispatch.bulletin_permissions import can_sign_bulletin
from dispatch.models import Bulletin, Problem, Round, RoundRow
from dispatch.permissions import on_owners_side, on_raisers_side
from dispatch.rounds import WEEKLY, at
from dispatch.services import rounds
from dispatch.services.problems import level_name
from organization.models import Role, Unit, User
from organization.permissions import UNIT_ROLES, units_of

END_OF_WORK = time(18, 0)


def _weeks(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One item for each unit that owes lines in an open week."""
    opened = {
        r.pk: r for r in Round.objects.filter(county=county, kind=WEEKLY, closed_at=None).select_related("county")
    }
    rows = RoundRow.objects.filter(round__in=opened).missing().order_by("round", "unit")
    own = None if person is None else [unit.path for unit in units_of(person, *UNIT_ROLES, county=county)]
    owed = rows.values_list("round", "unit", "unit__code", "unit__path").annotate(n=Count("pk"))
    for round_id, unit_id, code, path, n in owed if own is None or own else ():
        if own is not None and not any(path.startswith(mine) for mine in own):
            continue
        week = opened[round_id]
        yield DueItem(
            kind="week_fill",
            key=f"week:{round_id}:{unit_id}",
            unit_id=unit_id,
            title=_("Fill in: %(report)s") % {"report": rounds.title(week)},
            about=ngettext("%(n)s project", "%(n)s projects", n) % {"n": n},
            due_at=week.due_at,
            link=f"{reverse('dispatch:week', args=[week.period])}?unit={code}",
            action=_("Fill in"),
            count=n,
        )


def _problems(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    found = (
        Problem.objects.filter(county=county).open().select_related("project", "owner_unit", "raised_unit", "county")
    )
    for problem in found:
        if problem.status == Problem.Status.ANSWERED:
            if person is None or on_raisers_side(person, problem) or _is_offices(person, problem):
                yield _item(problem, "problem_confirm", _("Confirm the result"), _("Look"), problem.result)
        elif person is None or on_owners_side(person, problem):
            yield _item(problem, "problem_answer", _("Report the result"), _("Report it"), problem.project.name)
        elif problem.level and _decides(person, problem):
            why = _("%(unit)s has not solved it in time") % {"unit": problem.owner_unit}
            yield _item(
                problem,
                "problem_level",
                _("Decide: raised to %(level)s") % {"level": level_name(problem)},
                _("Look"),
                why,
            )


def _bulletins(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One item for each bulletin that waits for sign-off, for everybody who may sign it."""
    if person is not None and not person.holds(Role.OFFICE, Role.LEADER, at=county):
        return
    for bulletin in Bulletin.objects.filter(county=county, status=Bulletin.Status.SIGNING).listed():
        if person is None or can_sign_bulletin(person, bulletin):
            yield DueItem(
                kind="bulletin_sign",
                key=f"bulletin:{bulletin.pk}",
                unit_id=county.pk,
                title=_("Sign off or give back"),
                about=bulletin.title,
                link=reverse("dispatch:bulletin", args=[bulletin.pk]),
                action=_("Look"),
            )


def _is_offices(person: User, problem: Problem) -> bool:
    """The office confirms what nobody in particular raised."""
    return problem.raised_by_id is None and person.is_office_of(problem.county_id)


def _decides(person: User, problem: Problem) -> bool:
    """Whether it has climbed to them: a leader, or the holder of the post that the rung names."""
    level = recipients.rung(problem)
    if level is None or level.post:
        return recipients.holds_rung(person, problem)
    leads = level.role == Role.LEADER and person.holds(Role.LEADER, at=problem.county_id)
    return leads and person in recipients.of_level(level, problem)


def _item(problem: Problem, kind: str, title: str, action: str, why: str) -> DueItem:
    return DueItem(
        kind=kind,
        key=f"problem:{problem.pk}",
        unit_id=problem.owner_unit_id,
        title=title,
        about=problem.title,
        why=why,
        due_at=at(problem.due_on, END_OF_WORK) if kind != "problem_confirm" else None,
        link=reverse("dispatch:problem", args=[problem.pk]),
        action=action,
        project_id=problem.project_id,
    )


DUE = (Due("weeks", _weeks), Due("problems", _problems), Due("bulletins", _bulletins))
