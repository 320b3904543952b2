"""One heartbeat of the office: all steps that the apps declare, in every county.

It asks “due and not yet recorded”, never “due today”: a night without power loses nothing, and of two ticks at once
each act is done by one, since each act has a record that can exist only once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from core.days.office import calendar
from jobs.steps import steps
from organization.profiles.rules import rules_of
from organization.units.models import Unit

log = logging.getLogger(__name__)


@dataclass
class Ticked:
    """What a tick did, and where it failed: {"opened": 1, …}, ["shifan: remind: …"]."""

    done: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def tick(now: datetime) -> Ticked:
    """Do all that is due up to *now* in every county. Doing it again does nothing.

    A step that fails takes back its own writes only; other steps and counties go on; it is tried again next time.
    """
    result = Ticked()
    days = calendar()
    with translation.override(settings.LANGUAGE_CODE):
        for county in Unit.objects.counties().filter(active=True):
            rules = rules_of(county)
            for step in steps():
                try:
                    with transaction.atomic():
                        count = step.run(county, now, rules, days)
                except Exception as error:
                    log.exception("tick: %s: %s", county.code, step.key)
                    result.failures.append(f"{county.code}: {step.key}: {error}")
                else:
                    result.done[step.key] = result.done.get(step.key, 0) + count
    return result
