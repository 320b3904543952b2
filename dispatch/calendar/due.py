from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.due import Due, DueItem
from dispatch.calendar.models import CalendarAct
from dispatch.calendar.year import does_label
from organization.people.models import User
from organization.units.models import Unit


def _acts(county: Unit, now: datetime, person: User | None) -> Iterator[DueItem]:
    """What the calendar gave to somebody and nobody has done yet."""
    for act in CalendarAct.objects.waiting(county).order_by("day", "pk")[:100]:
        if person is not None and not any(pk == person.pk for pk, _name in act.receivers):
            continue
        yield DueItem(
            kind="calendar_act",
            key=f"calendar:{act.pk}",
            unit_id=county.pk,
            title=act.said,
            about=does_label(act.does),
            due_at=act.due_at,
            link=reverse("dispatch:calendar_act", args=[act.pk]),
            action=_("Look"),
        )


KINDS = {
    "calendar_act": gettext_lazy("Acts of the calendar"),
}
DUE = (Due("calendar", _acts, KINDS),)
