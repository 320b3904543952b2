"""What people are told of a round beside its reminders: that the office asks for what is missing."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.days.office import local_day
from core.told import Fact, Told
from dispatch.rounds import services as rounds


def _of_extension(fact: Fact) -> dict[str, Any]:
    return {"report": rounds.title(fact.about.round), "unit": fact.about.unit}


def _answer(fact: Fact) -> str:
    if fact.about.given is None:
        return _("no more days")
    return _("you have until %(moment)s") % {"moment": figures.moment(fact.about.given, local_day(fact.now))}


TOLD = (
    Told(
        "report_chased",
        people=lambda fact: fact.to,
        subject=gettext_lazy("%(office)s asks: %(report)s, %(n)s projects missing, due %(due)s"),
        words=lambda fact: {
            "office": fact.by.name,
            "report": rounds.title(fact.about.round),
            "n": fact.about.projects,
            "due": figures.moment(fact.about.round.due_at, local_day(fact.now)),
        },
        link=lambda fact: rounds.fill_link(fact.about.round),
        county=lambda fact: fact.about.round.county,
        body=lambda fact: fact.about.text,
    ),
    Told(
        "round_row_returned",
        people=lambda fact: fact.to,
        subject=gettext_lazy("%(report)s given back: %(project)s"),
        words=lambda fact: {"report": rounds.title(fact.about.round), "project": fact.about.project},
        link=lambda fact: rounds.fill_link(fact.about.round),
        county=lambda fact: fact.about.round.county,
    ),
    Told(
        "more_days_asked",
        people=lambda fact: fact.to,
        subject=gettext_lazy("%(unit)s asks for more days: %(report)s, until %(day)s"),
        words=lambda fact: _of_extension(fact) | {"day": figures.day(fact.about.until, local_day(fact.now))},
        link=lambda fact: f"{reverse('dispatch:round', args=[fact.about.round_id])}#more-days",
        county=lambda fact: fact.about.round.county,
    ),
    Told(
        "more_days_answered",
        people=lambda fact: fact.to,
        subject=gettext_lazy("%(report)s: %(answer)s"),
        words=lambda fact: _of_extension(fact) | {"answer": _answer(fact)},
        link=lambda fact: rounds.fill_link(fact.about.round),
        county=lambda fact: fact.about.round.county,
    ),
)
