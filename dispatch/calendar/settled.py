from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from core.settled import Matter, Settled, Words
from dispatch.calendar.models import CalendarAct


def _done(matters: Sequence[Matter]) -> Words:
    """“calendar:7:meeting:2026-06-01:…”: the act was done since."""
    by_name = {}
    for one in matters:
        words = one.key.split(":")
        if len(words) > 3:
            by_name[one] = one.about, words[2], date.fromisoformat(words[3])
    done = CalendarAct.objects.filter(county__in={name[0] for name in by_name.values()}, done_at__isnull=False)
    done = done.filter(named_on__in={name[2] for name in by_name.values()}).exclude(done_by=None)
    there = {(act.county_id, act.rule, act.named_on): act for act in done.select_related("done_by")}
    said = _("%(who)s closed it, %(when)s")
    return {
        one: said % {"who": there[name].done_by, "when": one.when(there[name].done_at)}
        for one, name in by_name.items()
        if name in there
    }


SETTLES = (Settled(("calendar_act",), _done),)
