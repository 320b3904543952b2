"""Who owes a leader an answer, which answers wait for the leader, and which red projects nobody has explained."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.office import at, local_day
from core.due import Due, DueItem
from core.records.order import last
from dispatch.instructions.models import Instruction, Status
from dispatch.instructions.permissions import is_the_leaders
from dispatch.instructions.rules import InstructionRules
from dispatch.instructions.silent import silent
from organization.people.models import User
from organization.people.recipients import WORKING
from organization.permissions import UNIT_ROLES, units_of, works_for
from organization.profiles.rules import rules_of
from organization.units.models import Unit
from projects.lights import BY_CODE
from projects.reports.months import latest_period

END_OF_WORK = time(18, 0)


def _instructions(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """What the unit owes an answer to, and the answers that the leader has to look at."""
    if not rules_of(county)[InstructionRules].enabled:
        return
    standing = Instruction.objects.filter(county=county).standing().with_subject()
    for one in standing:
        if one.status == Status.ANSWERED:
            if person is None or is_the_leaders(person, one):
                why = _("%(unit)s: %(answer)s") % {"unit": one.unit, "answer": one.answer[:80]}
                yield _item(one, "instruction_settle", _("Look at the answer"), why, _("Look"))
        elif one.is_pursued and (person is None or works_for(person, one.unit, *WORKING)):
            yield _item(one, "instruction_answer", _("Answer: %(what)s") % {"what": one.title}, one.text, _("Answer"))


def _item(one: Instruction, kind: str, title: str, why: str, action: str) -> DueItem:
    return DueItem(
        kind=kind,
        key=f"instruction:{one.pk}",
        unit_id=one.unit.pk,
        title=title,
        about=str(one.about),
        why=why,
        due_at=at(one.due_on, END_OF_WORK) if kind == "instruction_answer" else None,
        link=reverse("dispatch:instruction", args=[one.pk]),
        action=action,
        project_id=one.of_project.pk,
    )


def _silent(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """One for each red project of which nobody has said why."""
    if not rules_of(county)[InstructionRules].silent_red:
        return
    where = Q()
    if person is not None:
        if not (units := units_of(person, *UNIT_ROLES, county=county)):
            return
        where = Q(lead_unit__in=list(Unit.objects.below(units).values_list("pk", flat=True)))  # few, asked first
    found = silent(county, latest_period(county, local_day(now)), where).select_related("project")
    for row in found.order_by(last("project__number"), "project_id"):
        yield DueItem(
            kind="red_silent",
            key=f"red_silent:{row.project_id}",
            unit_id=row.lead_unit_id,
            title=_("Say why it is red"),
            about=row.project.name,
            why=_("%(light)s: a red light, no problem reported and nothing explained")
            % {"light": BY_CODE[row.light].label},
            link=f"{reverse('dispatch:problem_new')}?project={row.project_id}",
            action=_("Report a problem"),
            project_id=row.project_id,
        )


KINDS = {
    "instruction_answer": gettext_lazy("Answers to leaders"),
}
DUE = (Due("instructions", _instructions, KINDS), Due("silent_red", _silent))
