"""What people are told of a round beside its reminders: that the office asks for what is missing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from core.amounts import figures
from core.days.office import local_day
from core.told import Told
from dispatch.rounds import services as rounds

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
)
