"""A late milestone is reached, or planned for another day, or taken out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.amounts import figures
from core.settled import Matter, Settled, Words
from projects.milestones.models import Milestone


def _over(matters: Sequence[Matter]) -> Words:
    rows = Milestone.objects.with_actual().in_bulk([one.about for one in matters])
    words = {}
    for one in matters:
        if (row := rows.get(one.about)) is None:
            words[one] = _("The milestone was taken out of the schedule")
        elif row.actual_on is not None:
            words[one] = _("Reached on %(day)s") % {"day": figures.day(row.actual_on, figures.local(one.at))}
        elif row.planned_on >= figures.local(one.at):
            words[one] = _("Planned for %(day)s by now") % {"day": figures.day(row.planned_on, figures.local(one.at))}
    return words


SETTLES = (Settled(("milestone_late",), _over),)
