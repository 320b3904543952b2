"""What people are told about a report: that it came back, and why."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.days.periods import Period
from core.told import Told
from projects.registry.told import officers
from projects.reports.questions import month_name

TOLD = (
    Told(
        "report_returned",
        people=lambda fact: officers(fact.about.project.lead_unit, fact),
        subject=gettext_lazy("The report of %(month)s was given back: %(project)s"),
        words=lambda fact: {
            "month": month_name(Period.parse(fact.about.month)),
            "project": fact.about.project.name,
        },
        link=lambda fact: reverse("projects:report", args=[fact.about.project_id, fact.about.month]),
        county=lambda fact: fact.about.project.county,
    ),
)
