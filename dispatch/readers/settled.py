"""Who has opened a bulletin needn't be told of it any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.bulletins.models import Reading


def _read(matters: Sequence[Matter]) -> Words:
    rows = Reading.objects.filter(
        bulletin__in={one.about for one in matters}, person__in={one.person for one in matters}
    )
    opened = {(row.bulletin_id, row.person_id): row.at for row in rows}
    known = {one: opened.get((one.about, one.person)) for one in matters}
    return {one: _("Read, %(when)s") % {"when": one.when(at)} for one, at in known.items() if at is not None}


SETTLES = (Settled(("bulletin_published", "bulletin_unread"), _read),)
