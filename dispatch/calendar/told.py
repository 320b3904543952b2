"""What people are told of an act of the calendar, on its day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.amounts import figures
from core.told import Fact, Told
from dispatch.calendar.year import does_label


def _words(fact: Fact) -> Mapping[str, Any]:
    act = fact.about
    day = figures.day(act.day, act.day)
    return {"what": act.said, "day": day, "does": does_label(act.does)}


def _body(fact: Fact) -> str:
    act, count = fact.about, len(fact.about.rows)
    if act.does == "hand_on":
        return ngettext("%(n)s line is sent on", "%(n)s lines are sent on", count) % {"n": count}
    if act.does == "lot":
        return _("Drawn by lot: %(names)s") % {"names": _(", ").join(row["about"] for row in act.rows)}
    due = figures.moment(act.due_at, act.day) if act.due_at else ""
    return _("Due %(due)s") % {"due": due} if due else ""


TOLD = (
    Told(
        "calendar_act",
        people=lambda fact: fact.to,
        subject=gettext_lazy("%(what)s (%(day)s): %(does)s"),
        words=_words,
        body=_body,
        link=lambda fact: reverse("dispatch:calendar_act", args=[fact.about.pk]),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"calendar:{fact.about.county_id}:{fact.about.rule}:{fact.about.named_on}",
    ),
)
