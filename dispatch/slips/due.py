"""Answers to slips that units and leaders owe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days.office import at
from core.due import Due, DueItem
from dispatch.slips.models import Slip
from dispatch.slips.permissions import is_asked
from organization.people.models import User
from organization.units.models import Unit

END_OF_WORK = time(18, 0)


def _slips(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    owed = Slip.objects.filter(county=county).owed().select_related("unit", "post", "entry")
    for one in owed.defer("facts", "items"):
        if person is None or is_asked(person, one):
            yield DueItem(
                kind="slip_answer",
                key=f"slip:{one.pk}",
                unit_id=one.unit_id,
                title=_("Answer %(slip)s") % {"slip": one.entry.text},
                about=one.title,
                due_at=at(one.due_on, END_OF_WORK) if one.due_on else None,
                link=reverse("dispatch:slip", args=[one.pk]),
                action=_("Answer"),
                project_id=one.project_id,
            )


KINDS = {"slip_answer": gettext_lazy("Answers to slips")}
DUE = (Due("slips", _slips, KINDS),)
