"""Nobody has to deputise any more: who was away is back, or the days are over."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from organization.absences.models import Absence


def _over(matters: Sequence[Matter]) -> Words:
    found = Absence.objects.exclude(back_on=None).in_bulk([one.about for one in matters])
    said = _("%(post)s is there again")
    return {one: said % {"post": found[one.about].post} for one in matters if one.about in found}


SETTLES = (Settled(("absence_recorded",), _over),)
