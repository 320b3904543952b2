"""What people are told who haven't read a bulletin."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.days.office import local_day
from core.told import Told

TOLD = (
    Told(
        "bulletin_unread",
        people=lambda fact: fact.to,
        subject=gettext_lazy("To be read: %(title)s"),
        words=lambda fact: {"title": fact.about.title},
        link=lambda fact: reverse("dispatch:bulletin", kwargs={"pk": fact.about.pk}),
        county=lambda fact: fact.about.county,
        once=lambda fact: f"bulletin_unread:{fact.about.pk}:{local_day(fact.now)}",
    ),
)
