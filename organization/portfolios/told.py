"""What leaders are told of their portfolios."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.told import Told

TOLD = (
    Told(
        "portfolio_changed",
        people=lambda fact: fact.to,
        subject=gettext_lazy("What you answer for as %(post)s changes from %(day)s on"),
        words=lambda fact: {"post": fact.about.post.title, "day": fact.about.on.isoformat()},
        link=lambda fact: reverse("organization:portfolio", args=[fact.about.post.pk]),
        county=lambda fact: fact.about.post.unit.county,
    ),
)
