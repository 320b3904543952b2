"""The filter of the project list by resumption: of the year of the list."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.lists.filters import Filter
from projects.list.asked import NONE, Asked, of_these
from projects.resumptions.models import not_resumed, resumed


def _resumed(values: list[str], asked: Asked) -> Q:
    """Those whose resumption of the year is on file, those that go on without one."""
    about = asked.county.pk, asked.period.year
    found = of_these(resumed, *about) if "yes" in values else NONE
    return found | of_these(not_resumed, *about) if "no" in values else found


RESUMED = Filter(
    "resumed",
    gettext_lazy("Resumption"),
    _resumed,
    (("yes", gettext_lazy("resumed")), ("no", gettext_lazy("not resumed yet"))),
    more=True,
)
