from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.told import Told

TOLD = (
    Told(
        "second_factor_reset",
        people=lambda fact: [fact.about],
        subject=gettext_lazy("Your second factor was set back"),
        words=lambda fact: {},
        body=lambda fact: _("By: %(person)s") % {"person": fact.by},
        link=lambda fact: reverse("account"),
        county=lambda fact: fact.about.county,
    ),
)
